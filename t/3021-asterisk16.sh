#!/bin/sh
# The same on Asterisk 16: 600 contacts at 10 calls per second.
VERSION=16 CPS=10 N=${N:-600}
. t/3020-asterisk22.sh
