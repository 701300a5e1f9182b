#!/bin/sh
# SPDX-License-Identifier: MIT
# A line in a Slack channel (or Mattermost, Rocket.Chat) for each alert; see
# README.  Settings in slack.conf beside this file; the URL is a secret.
set -eu
SLACK_URL=''
SEVERITIES="warning critical"
conf=${0%.sh}.conf
# shellcheck disable=SC1090
[ ! -r "$conf" ] || . "$conf"
[ -n "$SLACK_URL" ] || {
	echo "slack.sh: no SLACK_URL; set it in $conf" >&2
	exit 1
}

alert=$(cat)
# The text of a key, still escaped for JSON, and for Slack's & < >
field() {
	printf '%s\n' "$alert" |
		sed -nE 's/.*"'"$1"'":"(([^"\\]|\\.)*)".*/\1/p' |
		sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g'
}

severity=$(field severity)
case " $SEVERITIES " in *" $severity "*) ;; *) exit 0 ;; esac
case $(field state)-$severity in
ended-*) sign=":white_check_mark: ended:" ;;
*-critical) sign=":rotating_light: *critical*:" ;;
*) sign=":warning: $severity:" ;;
esac

# The URL on a descriptor: arguments can be seen by everybody.
printf '{"text":"%s %s (%s)"}' "$sign" "$(field message)" "$(field node)" |
	curl -fsS -m 8 -o /dev/null -H 'Content-Type: application/json' \
		--data-binary @- -K /dev/fd/3 3<<-EOF
			url = "$SLACK_URL"
		EOF
