#!/bin/sh
# SPDX-License-Identifier: MIT
# A mail for each alert; see README.  Settings in mail.conf beside this file.
set -eu
MAIL_TO=root
MAIL_FROM=''
SENDMAIL=/usr/sbin/sendmail
SEVERITIES="warning critical"
conf=${0%.sh}.conf
# shellcheck disable=SC1090
[ ! -r "$conf" ] || . "$conf"

alert=$(cat)
field() { # the text of a key, without its escapes
	printf '%s\n' "$alert" |
		sed -nE 's/.*"'"$1"'":"(([^"\\]|\\.)*)".*/\1/p' |
		sed -E 's/\\u00[0-9a-f]{2}/?/g; s/\\(.)/\1/g'
}

severity=$(field severity)
case " $SEVERITIES " in *" $severity "*) ;; *) exit 0 ;; esac
rule=$(field rule) object=$(field object) state=$(field state)
node=$(field node) since=$(field since) ended=$(field ended)
[ -n "$rule" ] || {
	echo "mail.sh: no alert on standard input" >&2
	exit 1
}

{
	echo "To: $MAIL_TO"
	[ -z "$MAIL_FROM" ] || echo "From: $MAIL_FROM"
	echo "Subject: [discador $node] $severity: $rule${object:+ $object} $state"
	echo "Auto-Submitted: auto-generated"
	echo "MIME-Version: 1.0"
	echo "Content-Type: text/plain; charset=UTF-8"
	echo "Content-Transfer-Encoding: 8bit"
	echo
	field message
	echo
	echo "since $since${ended:+, ended $ended}"
} | "$SENDMAIL" -oi -t
