#!/bin/sh
# 100,000 random keys, clicks, pastes and sizes at the console, built with
# ASan and UBSan: no crash, and never a wrong repaint.
. t/lib.sh
M=$B/asan/t/unit/prop_monkey.t
need monkey test -x "$M"
export MONKEY_KEYS=100000 MONKEY_SEED="${MONKEY_SEED:-11}"
exec "$M"
