#!/bin/sh
# Who is attached over SSH, with several OpenSSH clients at once: the page of
# sessions, a word to all, looking at another's screen with and without asking,
# the end of a session and of a running verb, what is said at log-in, and the
# progress of an import.
. t/lib.sh
. t/lib-tui.sh
. t/lib-engine.sh
. t/lib-ssh.sh

for u in maria omar vera ana carla stranger; do ssh_key $u; done
eng_dir
eng_sim
eng_conf "$SIM_PORT"
cat >>"$ENG/d.conf" <<-X
	ssh = { enabled = true; port = $SSH_PORT; run_as = "$RUN_AS";
	  motd = "Lists of November are closed.";
	  users = ( $(ssh_user maria supervisor), $(ssh_user omar supervisor),
	    $(ssh_user vera viewer), $(ssh_user ana admin),
	    $(ssh_user carla supervisor 'campaigns = [ "one" ];') ); };
	X
ok 'the engine runs' eng_start
ssh_up
d apply etc/countries.conf etc/profiles.conf >"$TMP/o" 2>&1
cat >"$ENG/c.conf" <<-X
	trunks = ( { name = "t1"; switch = "sw1"; channel = "Local/{number}@sim"; } );
	campaigns = ( { name = "one"; trunks = [ "t1" ]; } );
	X
ok 'a campaign' d apply "$ENG/c.conf"
SSH="ssh -o LogLevel=ERROR $HOSTS $OPTS -p $SSH_PORT"

# One terminal for each: a tmux server of its own.
mux() { # mux NAME ARGS...
	_n=$1; shift
	env -u TMUX LC_ALL=C.UTF-8 tmux -L "dsc$$-$_n" -f /dev/null "$@"
}
open_as() { # open_as NAME COLS ROWS: a console, then its exit status
	mux "$1" new-session -d -x "$2" -y "$3" \
		"$SSH -i $TMP/$1 $1@127.0.0.1; echo rc \$?; exec cat"
	at_exit "tmux -L dsc$$-$1 kill-server 2>/dev/null"
}
again_as() {
	mux "$1" kill-server 2>/dev/null
	wait_for 5 sh -c "! tmux -L dsc$$-$1 ls 2>/dev/null"
	open_as "$@"
}
keys() { _w=$1; shift; mux "$_w" send-keys "$@"; }
screen() { mux "$1" capture-pane -p; }
has() { screen "$1" | grep -Eq -- "$2"; }
hasnt() { ! has "$1" "$2"; }
left() { screen "$1" | grep -vc '^$'; }
show() { screen "$1" | grep -v '^$' | sed 's/^/# |/'; }
expect() { # expect NAME REGEX DESCRIPTION
	if wait_for "${TUI_T:-10}" has "$1" "$2"; then _res 0 "$3"
	else _res 1 "$3" || show "$1"; fi
}
gone() { # gone NAME REGEX DESCRIPTION
	if wait_for "${TUI_T:-15}" hasnt "$1" "$2"; then _res 0 "$3"
	else _res 1 "$3" || show "$1"; fi
}
# LOOK=DIR: screens to look at
look() { [ -z "$LOOK" ] || screen "$1" >"$LOOK/$2"; }
id_of() { d session list --json | perl -MJSON::PP -e 'local $/;
	for (@{decode_json(<STDIN>)}) { print $_->{id}
		if $_->{user} eq $ARGV[0] && $_->{doing} =~ /^$ARGV[1]/; }' \
	"$1" "${2:-console}"; }

# ---- what is said at log-in
open_as maria 120 40
expect maria LIVE 'maria is attached'
expect maria 'Lists of November are closed' 'the message of the day'
look maria motd
keys maria q
expect maria '^rc 0' 'and leaves'
KEY=stranger code 255 'somebody tries her name' as maria status
KEY=stranger code 255 'and once more' as maria status
# it is told every two seconds
ok 'which is known' wait_for 10 sh -c "$B/discador -c $ENG/d.conf audit list |
	grep -q 'login.*refused'"
again_as maria 120 40
expect maria 'last log-in ... 20..-..-.. ..:.. from 127.0.0.1' \
	'the last log-in is told'
like "$(screen maria | tr '\n' ' ')" 'refused log-ins? since' \
	'and that others tried'
look maria refused

# ---- the page
open_as omar 80 24
expect omar LIVE 'omar is attached'
open_as ana 200 60
expect ana LIVE 'ana is attached'
keys omar W
expect omar 'Attached over SSH' 'W: who is attached'
expect omar 'maria .*127.0.0.1' 'maria is'
expect omar 'omar \(you\)' 'omar knows himself'
keys maria 4
expect omar ' 120x40, DIDs' 'what she does is told'
look omar page80
keys ana W
expect ana ' 80x24, Who is attached' 'what he does, too'
look ana page200
keys omar W
gone omar 'Attached over SSH' 'W again closes it'

# ---- a word to all
keys omar W
keys omar b
expect omar 'Say to all:' 'b: what to say'
keys omar -l 'break at six, lists are in'
keys omar Enter
for u in maria omar ana; do
	expect $u 'omar says: break at six, lists are in' "$u reads it"
done
look maria said
code 0 'from a shell, too' as omar session say all is well
expect maria 'omar says: all is well' 'in one piece'
code 1 'not by a viewer' as vera session say hello

# ---- looking at another's screen
MARIA=$(id_of maria)
watch() { # watch NAME ID
	keys "$1" -l ":session watch $2"
	keys "$1" Enter
}
# A question does not hear what was typed before it could be read: the key
# again until it was heard.
# A key is not taken as the answer as soon as the question stands there.
answer() {
	keys maria "$1"
	for _i in 1 2 3 4 5 6 7 8 9 10; do
		hasnt maria 'May somebody look' && return 0
		sleep 0.2
	done
	return 1
}
watch omar "$MARIA"
expect maria 'omar asks to look at this screen' 'maria is asked'
look maria asked
ok 'and answers' wait_for 5 answer n
expect omar 'maria said no' 'she said no'
gone omar 'looking at maria' 'and he sees nothing'
watch omar "$MARIA"
expect maria 'omar asks to look at this screen' 'asked again'
ok 'she answers' wait_for 5 answer y
expect omar "looking at maria's screen \\(120x40\\), read-only: q ends" \
	'she said yes: he looks'
expect maria 'omar looks at this screen' 'and that is on her screen'
look maria badge
look omar looking
keys maria 2
expect maria 'Campaigns ─|─ Campaigns' 'she goes on'
expect omar 'Campaigns ─|─ Campaigns' 'he sees what she sees'
keys omar 4
keys maria 3
expect omar 'Countries ─|─ Countries' 'his keys do nothing'
mux maria resize-window -x 100 -y 30
expect omar "maria's screen \\(100x30\\)" 'her size changes'
mux omar resize-window -x 120 -y 40
expect omar "maria's screen \\(100x30\\), read-only: q ends *$" 'his changes'
badge() { screen maria | tail -n 1 | grep -q "$1 looks at this screen"; }
ok 'the badge stays' wait_for 5 badge omar
look omar larger
keys omar q
gone omar 'looking at maria' 'q ends it'
ok 'and the badge goes' wait_for 5 sh -c "! tmux -L dsc$$-maria \
	capture-pane -p | tail -n 1 | grep -q 'looks at'"
# an admin is not asked
keys ana W
gone ana 'Attached over SSH' 'ana looks around'
watch ana "$MARIA"
expect ana "looking at maria's screen" 'an admin looks at once'
ok 'but not unseen' wait_for 5 badge ana
keys maria q
expect maria '^rc 0' 'maria leaves'
expect ana "maria does not show the screen any more" 'and ana is told'
like "$(d audit list)" 'session watch' 'it is audited'
like "$(d session watch 1 2>&1)" 'over SSH' 'a shell has no screen for it'
is "$(left maria)" 1 'nothing but the status is left behind' || show maria

# ---- who sees only some campaigns is seen, and can be ended
open_as carla 100 30
expect carla LIVE 'one with campaigns'
CARLA=$(id_of carla)
ok 'has a session' test -n "$CARLA"
watch ana "$CARLA"
expect ana "looking at carla's screen" 'an admin sees that one, too'
expect carla 'ana looks at this screen' 'who knows it'
code 0 'session kill' as ana session kill "$CARLA"
expect carla 'ended by ana' 'who is told'
expect carla '^rc 1' 'and gone'
is "$(left carla)" 2 'a clean terminal, and the words' || show carla
expect ana 'carla does not show' 'so is her picture'

# ---- a verb that runs
mkfifo "$TMP/in"
as omar import contacts - --campaign one <"$TMP/in" >"$TMP/o" 2>"$TMP/e" &
VERB=$!
exec 8>"$TMP/in"
echo number >&8
there() { [ -n "$(id_of omar 'import contacts')" ]; }
ok 'a verb stands among them' wait_for 10 there
code 0 'it is ended' as ana session kill "$(id_of omar 'import contacts')"
like "$(cat "$TMP/o")" 'is ended' 'the engine says'
wait $VERB
is $? 143 'as by a signal'
exec 8>&-
there_not() { ! there; }
ok 'and is off the list' wait_for 5 there_not

# ---- progress on stderr
numbers 300 305 xxxxx | sed 's/^/+1/;1inumber' >"$TMP/list.csv"
mkfifo "$TMP/list"
as maria import contacts - --campaign one <"$TMP/list" >"$TMP/o" 2>"$TMP/e" &
VERB=$!
exec 8>"$TMP/list"
head -n 200 "$TMP/list.csv" >&8
told() { grep -q '^import contacts: ' "$TMP/e"; }
ok 'an import from afar says how far it is' wait_for 10 told
tail -n +201 "$TMP/list.csv" >&8
exec 8>&-
wait $VERB
is $? 0 'it ends well' || sed 's/^/# /' "$TMP/e"
like "$(grep -m 1 '^import contacts: ' "$TMP/e")" \
	'contacts: 2,[0-9]* bytes received$' 'and what has arrived'
like "$(cat "$TMP/o")" ' 300  imported' 'and what came of it'
# shellcheck disable=SC2086
timeout 30 $SSH -tt -i "$TMP/maria" maria@127.0.0.1 \
	import contacts - --campaign nothing </dev/null >"$TMP/o" 2>"$TMP/e"
is $? 1 'an exit code through a terminal'

# ---- the terminal is left clean, however it ends
open_as vera 100 30
expect vera LIVE 'a viewer'
for i in 1 2 3 4 5; do
	mux vera resize-window -x $((90 + i * 7)) -y $((28 + i))
	keys vera $i
done
keys vera q
expect vera '^rc 0' 'leaves right after her window changed'
is "$(left vera)" 1 'nothing is left on the screen' || show vera
is "$(mux vera display-message -p \
	'#{alternate_on} #{mouse_any_flag} #{cursor_flag}')" '0 0 1' \
	'no mode either'
keys omar 1
expect omar 'worst s' 'omar is still there'
ok 'the engine ends' eng_stop
expect omar 'STALE|OFFLINE' 'the session stays'
keys omar q
expect omar '^rc 0' 'until he leaves'
is "$(grep -cE 'ended by signal (6|7|8|11|31)\b|Sanitizer|runtime error' \
	"$ENG/d.log")" 0 'nothing crashed'
done_testing
