#!/bin/sh
# The watcher costs nothing: twenty consoles, one of them stopped, and the pace
# is the same.  The engine dies: STALE within two seconds; a new one comes up:
# the consoles go on by themselves.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
. t/lib-tui.sh
S=${S:-10}
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok 'it dials' crash_setup $((S * 60 + 900))
# Calls within a window of S seconds from now, and the worst sliding second.
# The figures are the engine's own stamps, not ours.
pace() {
	T_from=$(q "select extract(epoch from now())")
	wait_for $((S + 10)) sh -c "[ \$(date +%s) -gt \$(( ${T_from%.*} + S + 1 )) ]"
	q "select count(*) from call where sent_at >= to_timestamp($T_from) and sent_at < to_timestamp($T_from) + interval '$S seconds'"
}
export S
wait_for 20 sh -c '[ "$(wc -l <'"$ENG"'/truth.csv)" -gt 60 ]'
alone=$(pace)
i=0
COLS=120 ROWS=40 tui_start "$B/discador -c $ENG/d.conf"
while [ $i -lt 19 ]; do
	i=$((i + 1))
	$T_mux new-window -d "$B/discador -c $ENG/d.conf"
done
ok 'twenty consoles are attached' wait_for 20 sh -c "[ \$($T_mux list-panes -s -F '#{pane_pid}' | wc -l) = 20 ]"
tui_expect 'LIVE' 'and live'
stopped=$($T_mux list-panes -s -F '#{pane_pid}' | tail -1)
kill -STOP "$stopped"
watched=$(pace)
echo "# $alone calls in $S s alone, $watched watched by 20 consoles, one of them stopped"
ok 'the pace does not change' [ "$watched" -ge $((alone * 98 / 100)) ]
ok 'nearly 30 a second' [ "$watched" -ge $((S * 29)) ]
is "$(q "select max(n) from (select count(*) over (order by sent_at range between '999 ms' preceding and current row) n from call where sent_at is not null) x")" 30 'no sliding second above 30'
kill -CONT "$stopped"
eng_kill
t0=$(date +%s%N)
TUI_T=4 tui_expect 'STALE' 'the engine is killed: STALE'
ms=$((($(date +%s%N) - t0) / 1000000))
echo "# after $ms ms"
ok 'within two seconds (and the time to look)' [ "$ms" -lt 2600 ]
ok 'a new engine' eng_start
TUI_T=10 tui_expect 'LIVE' 'the console goes on by itself'
$T_mux send-keys q
ok 'q leaves it' wait_for 5 sh -c "[ \$($T_mux list-panes -s -F '#{pane_dead}' | grep -c 0) = 19 ]"
ok 'the engine goes on' wait_for 5 eng_up
done_testing
