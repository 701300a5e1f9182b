#!/bin/sh
# The console in real terminals (tmux, and libvterm through ttygrab) against a
# made-up board: keys, requests, resize, STALE and recovery, a clean end.
. t/lib.sh
. t/lib-tui.sh
need discador test -x "$B/discador"
need fakeboard test -x "$B/t/tools/fakeboard"
need ttygrab test -x "$B/t/tools/ttygrab"
R=$TMP/run
mkdir "$R"
fake() { # fake [STATE]: an engine that is none
	"$B/t/tools/fakeboard" "$R" "${1:-normal}" 120 & FAKE=$!
	at_exit "kill $FAKE 2>/dev/null"
	wait_for 5 test -S "$R/control"
}
unfake() { kill "$1" "$FAKE"; wait "$FAKE" 2>/dev/null; rm -f "$R/control"; }
went() { # went DESCRIPTION FILE: did the last command end well?
	_rc=$?; is $_rc 0 "$1"; [ $_rc = 0 ] || sed 's/^/# /' "$2"; }
asked() { grep -qF -- "$1" "$R/requests"; }
grab() { # grab COLSxROWS: script on stdin, against the console
	TERM=${GTERM:-xterm-256color} LC_ALL=C.UTF-8 \
	    "$B/t/tools/ttygrab" "$1" "$B/discador" --run-dir "$R"; }

fake
COLS=80 ROWS=24 tui_start "TERM=xterm-256color LC_ALL=C.UTF-8 $B/discador --run-dir $R; echo rc \$?; echo left behind; read x"
tui_expect 'LIVE' 'it shows a live engine'
tui_expect 'ALL WELL' 'all is well'
like "$(tui_screen)" 'usa-morning +running' 'a campaign runs'
like "$(tui_screen)" 'brasil-pesquisa +waiting.*calling window closed' 'one waits, and says why'
tui_keys '?'
tui_expect 'pause or resume the campaign' 'help comes from the key table'
tui_keys Escape
tui_keys Space
tui_expect 'campaign pause usa-morning' 'space pauses, a toast says what the engine answered'
ok 'the engine was asked' asked '{"cmd":"campaign","args":["pause","usa-morning"]}'
tui_expect 'usa-morning +paused' 'the board follows'
tui_keys Space
ok 'space again resumes' wait_for 5 asked '["start","usa-morning"]'
tui_keys j X
tui_expect 'Stop the campaign' 'X asks first'
tui_keys n
ok 'n: nothing was sent' sh -c "! grep -q '\"stop\"' '$R/requests'"
tui_keys X y
ok 'y: it was' wait_for 5 asked '["stop","mexico-cobranza"]'
tui_keys '='
tui_expect 'Calls per second' '= opens an input line'
tui_keys C-u 2 5 Enter
ok 'CPS 25' wait_for 5 asked '{"cmd":"cps","args":["25"]}'
tui_expect 'of 25.0' 'the board follows'
tui_keys +
ok '+ is one more' wait_for 5 asked '["26"]'
tui_keys '!' y
ok 'the brake' wait_for 5 asked '{"cmd":"brake","args":["on"]}'
tui_expect 'BRAKE ENGAGED' 'it jumps at the eye'
tui_keys ':' c a m Tab p Tab u Tab Enter
ok 'the command line completes' wait_for 5 asked '["pause","usa-morning"]'
tui_keys ':' n o n e Enter
tui_expect 'no command "none"' 'an unknown command says so'
tui_keys / b r a s i l Enter
tui_expect 'Campaigns  1 of 3 match' 'filter'
tui_keys Escape
tui_keys Enter
tui_expect 'Why it dials, or not' 'Enter: the campaign itself'
tui_keys 1
tui_resize 200 60
tui_expect 'Calls up,' '200x60 shows more'
like "$(tui_screen | tail -1)" 'Space pause.*: command' 'the footer is the last line'
tui_resize 60 10
tui_expect 'too small: it has 60x10' '60x10 is too small, and it says so'
tui_resize 120 40
tui_expect 'Alerts, jobs' 'back at 120x40'

unfake -9
TUI_T=2 tui_expect 'STALE' 'killed: STALE within 2 s'
tui_expect 'engine [0-9]+ is silent' 'it says since when'
fake
tui_expect 'LIVE' 'a new engine: it recovers by itself'
tui_keys Q
tui_expect 'Stop the engine' 'Q asks'
tui_keys n
tui_keys q
tui_expect 'rc 0' 'q leaves with 0'
like "$(tui_screen)" 'left behind' 'and the screen from before is back'
unfake -TERM

fake hostile
grab 120x40 >"$TMP/cells" <<EOF
raw $TMP/raw
wait 5 LIVE
wait 5 Log
cells
key q
exit 5
EOF
is $? 0 'hostile names: drawn, and the terminal is left clean'
ok 'no byte of theirs reached the terminal raw' perl -0777 -ne '
	exit 1 if /owned/ && /\e\]0;owned/;	# OSC
	exit 1 if /\xc2\x9b|\xe2\x80\xae|\xe2\x81\xa6/;	# C1 CSI, bidi
	exit 1 if /(?:\xcc[\x80-\xbf]){5}/;	# five marks on a base
	exit 1 if /\x07|\e\[31mred/;' "$TMP/raw"
like "$(cat "$TMP/cells")" 'evil' 'their letters did'
unfake -TERM

fake
for t in xterm-kitty xterm screen linux vt100 nonsense; do
	GTERM=$t grab 80x24 >"$TMP/out" 2>&1 <<EOF
wait 5 LIVE
wait 5 ALL WELL
key PgDn
key 4
wait 5 DIDs
text
key q
exit 5
EOF
	went "TERM=$t" "$TMP/out"
done
ascii() { ! LC_ALL=C grep -q '[^ -~]' "$1"; }
no_colour() { ! grep -Eq '\[([0-9]+ |- [0-9])' "$1"; }
few_colours() { # none beyond the terminal's own sixteen
	! grep -Eq '\[([^ ]+ )?(1[6-9]|[2-9][0-9]|[0-9]{3})[] ]' "$1"; }
screen_of() { # screen_of FILE TEXT ENVIRONMENT... -- OPTIONS...: its screen
	_f=$1 _want=$2; shift 2
	_env=
	while [ "$1" != -- ]; do _env="$_env $1"; shift; done; shift
	# shellcheck disable=SC2086
	env -u LC_ALL -u LANG -u LANGUAGE $_env "$B/t/tools/ttygrab" 80x24 \
		"$B/discador" --run-dir "$R" "$@" >"$_f" <<EOF
wait 5 $_want
cells
key q
exit 5
EOF
}
screen_of "$TMP/cells" '? help' TERM=linux LANG=C.UTF-8 --
ok 'TERM=linux gets ASCII' ascii "$TMP/cells"
screen_of "$TMP/cells" '? ayuda' TERM=xterm LANG=es_MX.UTF-8 --
like "$(cat "$TMP/cells")" 'Campañas' 'LANG=es_MX.UTF-8: Spanish, without its locale'
screen_of "$TMP/cells" '? ayuda' TERM=xterm LANG=es_MX.ISO-8859-1 --
like "$(cat "$TMP/cells")" 'Campanas' 'a terminal without UTF-8: accents fall off'
ok 'and nothing but ASCII comes' ascii "$TMP/cells"
screen_of "$TMP/cells" '? ajuda' TERM=xterm LANG=es_MX.UTF-8 -- --lang pt
is $? 0 '--lang pt: Portuguese'
screen_of "$TMP/cells" '? help' TERM=xterm LC_ALL=C LANG=es_MX.UTF-8 --
is $? 0 'LC_ALL=C: English'
"$B/discador" --lang xx status >"$TMP/cells" 2>&1
is $? 2 '--lang xx: there is none'
T=TERM=xterm-256color
screen_of "$TMP/cells" '? help' $T LANG=C.UTF-8 --
ok '256 colours' sh -c "grep -q '\[252 236' '$TMP/cells'"
screen_of "$TMP/cells" '? help' $T NO_COLOR=1 LANG=C.UTF-8 --
like "$(cat "$TMP/cells")" 'LIVE' 'NO_COLOR: it draws'
ok 'NO_COLOR: no colour' no_colour "$TMP/cells"
screen_of "$TMP/cells" '? help' $T LANG=C.UTF-8 -- --theme none
ok '--theme none: no colour' no_colour "$TMP/cells"
screen_of "$TMP/cells" '? help' $T LANG=C.UTF-8 -- --theme 16
ok '--theme 16: none beyond the sixteen' few_colours "$TMP/cells"
ok 'but colours' sh -c "grep -q '\[6 ' '$TMP/cells'"
screen_of "$TMP/cells" '? help' $T LANG=C.UTF-8 DISCADOR_THEME=light --
like "$(cat "$TMP/cells")" ' 254 ' 'DISCADOR_THEME=light: light bars'
"$B/t/tools/ttygrab" 80x24 env TERM=dumb "$B/discador" --run-dir "$R" \
	>"$TMP/cells" 2>&1 <<EOF
wait 5 TERM=dumb means
EOF
is $? 0 'TERM=dumb is refused with a word'

: >"$R/requests"
grab 80x24 >"$TMP/cells" 2>&1 <<EOF
raw $TMP/raw
wait 5 2Camp
click 2Camp
wait 3 Why it dials
click mexico
key Space
wait 3 campaign pause mexico-cobranza
wheel down
key Space
wait 3 brasil-pesquisa: done
key F1
wait 3 Esc closes
key Esc
gone 3 Esc closes
key BTab
wait 3 CPS, last
paste Q!X\ny\n
key :
paste cps 7
wait 3 cps 7
key Esc
gone 3 cps 7
key F10
exit 5
EOF
went 'mouse, function keys, and a paste that is only text' "$TMP/cells"
ok 'nothing pasted has acted' \
	sh -c "! grep -Eq '\"stop\"|\"brake\"|\"cps\"' '$R/requests'"
ok 'mouse and brackets are asked for' grep -q '1006h.*2004h' "$TMP/raw"
env LC_ALL=C.UTF-8 $T "$B/t/tools/ttygrab" 80x24 \
	"$B/discador" --run-dir "$R" --no-mouse >"$TMP/cells" <<EOF
raw $TMP/raw
wait 5 LIVE
key q
exit 5
EOF
is $? 0 '--no-mouse'
ok 'and the terminal keeps it' sh -c "! grep -q '100[06]h' '$TMP/raw'"

# C-z gives the terminal back to the shell, fg paints it again.
T_mux="tmux -L dscz$$ -f /dev/null"
COLS=80 ROWS=24 tui_start "env PS1='shell> ' ENV= LC_ALL=C.UTF-8 TERM=screen sh -i"
tui_expect 'shell>' 'a shell'
tui_keys "$B/discador --run-dir $R" Enter
tui_expect 'LIVE' 'the console under job control'
tui_keys C-z
tui_expect 'Stopped|Suspended' 'C-z: the shell is back'
tui_keys "echo still \$((40+2))" Enter
tui_expect 'still 42' 'and reads its keys'
tui_resize 100 30
tui_keys fg Enter
tui_expect 'ALL WELL' 'fg: painted again'
like "$(tui_screen | tail -1)" '\? help' 'at the new size'
tui_keys q
tui_expect '^shell> *$' 'q leaves'
"$B/discador" --run-dir "$R" </dev/null >"$TMP/out" 2>&1
is $? 2 'without a terminal it refuses'
unfake -TERM
done_testing
