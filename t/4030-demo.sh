#!/bin/sh
# `discador demo` as a script and as a person start it: it dials, says so, ends
# by itself and leaves nothing behind.
. t/lib.sh
. t/lib-tui.sh
need postgres sh -c 'ls /usr/lib/postgresql/*/bin/initdb'
"$B/discador" demo --no-console --seconds 12 --cps 20 >"$TMP/sum" 2>"$TMP/err"
is $? 0 'it exits 0'
like "$(cat "$TMP/err")" '300 DIDs, 5,000 contacts in 9 countries' 'what was loaded'
dir=$(sed -n 's/^the demo lives in \([^:]*\):.*/\1/p' "$TMP/err")
ok 'and where it lived' test -n "$dir"
ok 'nothing of it is left' test ! -e "$dir"
n=$(sed -n 's/.*today \([0-9,]*\) attempted.*/\1/p' "$TMP/sum" | tr -d ,)
echo "# $n calls in 12 s at 20 a second"
ok 'calls went out at the pace' [ "${n:-0}" -ge 120 ]
ok 'and not above it' [ "${n:-0}" -le 280 ]
like "$(cat "$TMP/sum")" 'worst second 20$|worst second 1?[0-9]$' 'no second above 20'
is "$(grep -cE '^(usa|canada|mexico|brasil|colombia|argentina|chile|peru|venezuela) ' "$TMP/sum")" 9 'nine countries'
gone() { ! pgrep -f "$dir"; }
ok 'no process is left' wait_for 10 gone
# What the shell in it says, not tmux, which may see the terminal closed and
# never learn how the program ended.
COLS=100 ROWS=30 tui_start "$B/discador demo; echo \$? >$TMP/code; sleep 60"
TUI_T=60 tui_expect 'LIVE +DEMO' 'the console of the demo'
TUI_T=60 tui_expect '3 running' 'three campaigns run'
tui_keys q
ok 'q ends it' wait_for 60 test -s "$TMP/code"
[ -s "$TMP/code" ] || tui_screen | sed 's/^/# |/'
is "$(cat "$TMP/code")" 0 'with 0'
done_testing
