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
tui_expect 'Campaigns  1 of 3 contain' 'filter'
tui_keys Escape
tui_keys Enter
tui_expect 'Campaign   \(Esc closes\)' 'details'
tui_keys Escape
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
for t in xterm-kitty linux vt100 nonsense; do
	GTERM=$t grab 80x24 >"$TMP/out" 2>&1 <<EOF
wait 5 LIVE
wait 5 ALL WELL
text
key q
exit 5
EOF
	is $? 0 "TERM=$t"
done
GTERM=linux grab 80x24 >"$TMP/out" 2>&1 <<EOF
wait 5 LIVE
text
key q
exit 5
EOF
ok 'TERM=linux gets ASCII' sh -c "! LC_ALL=C grep -q '[^ -~]' '$TMP/out'"
NO_COLOR=1 grab 80x24 >"$TMP/cells" <<EOF
wait 5 LIVE
cells
key q
exit 5
EOF
like "$(cat "$TMP/cells")" 'LIVE' 'NO_COLOR: it draws'
ok 'NO_COLOR: no colour' sh -c "! grep -Eq '\[([0-9]+ |- [0-9])' '$TMP/cells'"
"$B/discador" --run-dir "$R" </dev/null >"$TMP/out" 2>&1
is $? 2 'without a terminal it refuses'
unfake -TERM
done_testing
