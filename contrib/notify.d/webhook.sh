#!/bin/sh
# SPDX-License-Identifier: MIT
# Each alert by POST, as it is, to a URL; see README.  Settings in webhook.conf
# beside this file; the token is sent as "Authorization: Bearer ...".
set -eu
WEBHOOK_URL=''
WEBHOOK_TOKEN=''
SEVERITIES="warning critical"
conf=${0%.sh}.conf
# shellcheck disable=SC1090
[ ! -r "$conf" ] || . "$conf"
[ -n "$WEBHOOK_URL" ] || {
	echo "webhook.sh: no WEBHOOK_URL; set it in $conf" >&2
	exit 1
}

alert=$(cat)
severity=$(printf '%s\n' "$alert" |
	sed -nE 's/.*"severity":"([a-z]*)".*/\1/p')
case " $SEVERITIES " in *" $severity "*) ;; *) exit 0 ;; esac

config() {
	printf 'url = "%s"\n' "$WEBHOOK_URL"
	[ -z "$WEBHOOK_TOKEN" ] ||
		printf 'header = "Authorization: Bearer %s"\n' "$WEBHOOK_TOKEN"
}

# URL and token on a descriptor: arguments can be seen by everybody.
printf '%s\n' "$alert" |
	curl -fsS -m 8 -o /dev/null -H 'Content-Type: application/json' \
		--data-binary @- -K /dev/fd/3 3<<-EOF
			$(config)
		EOF
