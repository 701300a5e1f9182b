#!/bin/sh
# A switch whose events come seven seconds late: the engine sees it by their
# time, places no new call meanwhile, and goes on when they are in time again.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
lag_over() { [ "$(st .switches.0.lag_ms | cut -d. -f1)" -gt "$1" ]; }
lag_known() { lag_over -1; }
said() { grep -q "$1" "$ENG/d.log"; }
eng_dir
ok 'a switch that tells the time' eng_sim --timestamps --lie delay=7000@15+12
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok 'calls leave' crash_setup 800
ok 'the lag is known' wait_for 10 lag_known
ok 'and small' perl -e 'exit !($ARGV[0] < 1000)' "$(st .switches.0.lag_ms)"
ok 'seven seconds late' wait_for 60 lag_over 5000
ok 'no new calls: it says so' wait_for 5 said 'late.*no new calls'
n=$(truth_n)
end=$(($(date +%s) + 3))
past() { [ "$(date +%s)" -ge "$end" ]; }
wait_for 10 past
is "$(truth_n)" "$n" 'and none leaves'
ok 'in time again: it goes on' wait_for 60 said 'keeps up again'
ok 'and calls leave' calls_more 10 30
is "$(q "select count(*) from call where state = 'ended' and disposition = ''")" 0 'late events have lost no outcome'
ok 'a clean stop' eng_stop
done_testing
