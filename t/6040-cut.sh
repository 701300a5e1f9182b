#!/bin/sh
# The link to the switch is cut at a random byte, in the middle of what goes
# up, of what comes down, or of either, by RST or FIN, under 30 calls per
# second; then it is refused for a while.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
CUTS=${CUTS:-20} SEED=${SEED:-$$} NEAR_MS=${NEAR_MS:-1000}
echo "# SEED=$SEED CUTS=$CUTS"
need amicut test -x "$B/t/tools/amicut"
cut_open() { # DIRECTION
	"$B/t/tools/amicut" "$CUT_PORT" "$SIM_PORT" --direction "$1" \
		--seed "$SEED" >"$ENG/cut.out" 2>&1 &
	CUT_PID=$!
	wait_for 10 grep -q '^port ' "$ENG/cut.out" || return 1
	CUT_PORT=$(awk '/^port /{ print $2 }' "$ENG/cut.out")
}
cut_close() {
	[ -z "$CUT_PID" ] || kill "$CUT_PID"
	[ -z "$CUT_PID" ] || wait "$CUT_PID"
	cat "$ENG/cut.out" >>"$ENG/cuts"
	CUT_PID=
}
was_cut() { [ "$(grep -c '^cut ' "$ENG/cut.out")" -gt "$1" ]; }
CUT_PORT=0 CUT_PID=
eng_dir
at_exit 'kill $CUT_PID 2>/dev/null'
ok 'the simulated carrier starts' eng_sim --speed 5
ok 'the link can be cut' cut_open both
eng_conf "$CUT_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup $((CUTS * 30 + 100))
i=0 up=0 done=0
for way in both up down; do
	if [ $way != both ]; then
		mark; cut_close
		cut_open $way || echo "# the proxy is not there"
		calls_more 1 || break
	fi
	k=0
	while [ $k -lt $(((CUTS + 2) / 3)) ] && [ $i -lt "$CUTS" ]; do
		i=$((i + 1)) k=$((k + 1))
		calls_more "$(roll 3 30 $i)" || break
		nap 0 40 $i
		n=$(grep -c '^cut ' "$ENG/cut.out")
		mark; kill -USR1 "$CUT_PID"
		wait_for 10 was_cut "$n" && done=$((done + 1))
		mark
		calls_more 1 && up=$((up + 1))
	done
done
is "$done" "$CUTS" 'the link was cut as often'
is "$up" "$CUTS" 'calls leave again every time'
mark; cut_close
from=$(now_ns)
ok 'refused: status says that the switch is away' wait_for 10 switch_away
ok 'the campaign waits' wait_for 5 camp_is c1 waiting
ok 'and names the reason' wait_for 5 why_is c1 'switch sw1 is away'
ok 'status tells what the system says' wait_for 5 status_has 'away.*refused'
ms=$((3000 - ($(now_ns) - from) / 1000000))
[ $ms -le 0 ] || nap $ms $((ms + 1)) 0
still "$from" "$(now_ns)"
ok 'it is taken again' cut_open both
ok 'calls leave again' calls_more 1
# what was on its way into the proxy when it died may still arrive
crash_still 100
crash_verdict
printf '# %s\n' "$(grep -c 'rst$' "$ENG/cuts") by RST, $(grep -c 'fin$' "$ENG/cuts") by FIN"
ok 'a clean stop' eng_stop
done_testing
