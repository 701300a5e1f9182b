#!/bin/sh
# The samples of contrib/notify.d: what they send for an alert, and what not.
. "$(dirname "$0")/lib.sh"
need perl command -v perl

# Stand-ins that keep what they were given
mkdir "$TMP/bin" "$TMP/n"
cat >"$TMP/bin/curl" <<'E'
#!/bin/sh
cat >"$T/body"
printf '%s\n' "$@" >"$T/args"
cat /dev/fd/3 >"$T/config"
E
cat >"$TMP/bin/sendmail" <<'E'
#!/bin/sh
cat >"$T/mail"
E
chmod +x "$TMP/bin/"*
cp contrib/notify.d/*.sh "$TMP/n"
T=$TMP PATH=$TMP/bin:$PATH
export T PATH
for s in mail slack webhook; do
	ok "$s.sh is executable" test -x "contrib/notify.d/$s.sh"
done

# alert STATE ENDED SEVERITY
alert() {
	printf '{"state":"%s","rule":"switch","object":"pbx1","severity":"%s",' \
		"$1" "$3"
	printf '"since":"2026-11-21T09:30:05.123Z","ended":%s,"message":%s,' \
		"$2" '"switch \"rule\":\"x\" <pbx1> \\ n\u001bão & so"'
	printf '"node":"n1"}\n'
}
json() { perl -CO -MJSON::PP -0777 -ne 'print decode_json($_)->{'"$2"'}' "$1"; }

alert raised null critical >"$TMP/raised"
alert ended '"2026-11-21T09:31:05.123Z"' critical >"$TMP/ended"
alert raised null info >"$TMP/info"

echo "MAIL_TO=ops@example.org SENDMAIL=$TMP/bin/sendmail" >"$TMP/n/mail.conf"
ok "mail.sh" "$TMP/n/mail.sh" <"$TMP/raised"
like "$(cat "$TMP/mail")" '^To: ops@example.org$' "to whom"
like "$(cat "$TMP/mail")" \
	'^Subject: \[discador n1\] critical: switch pbx1 raised$' "about what"
is "$(sed '1,/^$/d' "$TMP/mail" | head -n 1)" \
	'switch "rule":"x" <pbx1> \ n?ão & so' "the message without its escapes"
like "$(tail -n 1 "$TMP/mail")" '^since 2026-11-21T09:30:05.123Z$' "since when"
ok "mail.sh at its end" "$TMP/n/mail.sh" <"$TMP/ended"
like "$(cat "$TMP/mail")" 'pbx1 ended$' "says so"
like "$(tail -n 1 "$TMP/mail")" 'ended 2026-11-21T09:31:05.123Z$' "and when"
rm "$TMP/mail"
ok "mail.sh and what is only info" "$TMP/n/mail.sh" <"$TMP/info"
ok "sends nothing" test ! -e "$TMP/mail"

"$TMP/n/slack.sh" <"$TMP/raised" >"$TMP/out" 2>&1
is $? 1 "slack.sh without a URL fails"
like "$(cat "$TMP/out")" 'no SLACK_URL; set it in .*slack.conf' "and says why"
echo 'SLACK_URL=https://hooks.example.org/secret' >"$TMP/n/slack.conf"
ok "slack.sh" "$TMP/n/slack.sh" <"$TMP/raised"
like "$(json "$TMP/body" text | tr '\033' '?')" \
	'critical\*: switch "rule":"x" &lt;pbx1&gt; \\ n\?ão &amp; so \(n1\)$' \
	"valid JSON with the message"
is "$(cat "$TMP/config")" 'url = "https://hooks.example.org/secret"' "where to"
ok "the URL is no argument" sh -c '! grep -q secret "$T/args"'
ok "slack.sh at its end" "$TMP/n/slack.sh" <"$TMP/ended"
like "$(json "$TMP/body" text)" '^:white_check_mark: ended: ' "says so"

echo 'WEBHOOK_URL=https://example.org/hook WEBHOOK_TOKEN=t0k' \
	>"$TMP/n/webhook.conf"
ok "webhook.sh" "$TMP/n/webhook.sh" <"$TMP/raised"
ok "the alert as it is" cmp "$TMP/body" "$TMP/raised"
like "$(cat "$TMP/config")" '^header = "Authorization: Bearer t0k"$' "token"
rm "$TMP/body"
ok "webhook.sh and what is only info" "$TMP/n/webhook.sh" <"$TMP/info"
ok "sends nothing either" test ! -e "$TMP/body"
done_testing
