#!/bin/sh
# shellcheck disable=SC2317
# What the simulated switch says of queues, agents and endpoints reaches the
# viewers' file; it follows the calls, survives a restart, and 10,000 agents
# and a missing right hurt nothing.
. t/lib.sh
. t/lib-engine.sh
has() { "$B/t/tools/agents" rows "$ENG/run" >"$TMP/rows" 2>/dev/null
	grep -Eq -- "$1" "$TMP/rows"; }
count() { "$B/t/tools/agents" rows "$ENG/run" | grep -Ec -- "$1"; }
eng_dir
ok 'the simulated carrier starts' eng_sim --agents 3 --speed 2
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok 'its queue is told, with nobody waiting' wait_for 20 has '^queue\|sales\|\|free\|0\|'
is "$(count '^member\|Agent 0[123]\|sales\|free\|0\|')" 3 'three agents, all free'
ok 'a missing right is said' wait_for 10 has '^note\|endpoints\|.*write = system is missing'
ok 'a registration' has '^registration\|carrier\|.*\|registered\|'

cat >"$ENG/a.conf" <<-C
countries = ( { name = "usa"; region = "US"; call_from = "00:00"; did_daily_cap = 0;
  call_to = "24:00"; weekdays = "mon-sun"; context = "usa"; } );
contexts = ( { name = "usa"; connect_key = "1"; menu_timeout = 5;
  prompt = "x"; destination = "queue:sales"; amd = false; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 20.0;
  channel = "PJSIP/{number}@carrier"; max_channels = 100; },
  { name = "t2"; switch = "sw1"; max_cps = 20.0; weight = 1;
  channel = "PJSIP/{number}@dead"; max_channels = 100; } );
profiles = ( { name = "default"; max_cps = 20.0; initial_cps = 20.0;
  auto_adjust_cps = false; } );
campaigns = ( { name = "c"; trunks = [ "t1" ]; dial_timeout = 20;
  max_attempts = 1; retry = { congestion = 0; failed = 0; }; } );
C
ok 'apply' d apply "$ENG/a.conf"
ok "a trunk's device is asked for, one by one" \
	wait_for 30 has '^endpoint\|carrier\|t1\|free\|'
ok 'one that is away' has '^endpoint\|dead\|t2\|unavailable\|'
numbers 12 1305 01110 >"$ENG/n"
sed 's/^/+/' "$ENG/n" >"$ENG/n.txt"
for i in 1 2 3; do echo "+1305200000$i"; done >"$ENG/dids"
d import dids "$ENG/dids" >/dev/null
d import contacts "$ENG/n.txt" --campaign c >/dev/null
ok 'the campaign starts' d campaign start c
ok 'agents are in calls' wait_for 30 has '^member\|.*\|sales\|busy\|'
ok 'callers wait for one' wait_for 30 has '^queue\|sales\|\|busy\|[1-9]'
ended() { camp_is c finished && quiet; }
ok 'the calls end' wait_for 120 ended
ok 'all are free again, nobody waits' wait_for 20 has '^queue\|sales\|\|free\|0\|'
ok 'and have taken calls' has '^member\|Agent 01\|sales\|free\|[1-9]'

kill "$SIM_PID"
wait "$SIM_PID" 2>/dev/null
none() { [ "$("$B/t/tools/agents" rows "$ENG/run" | wc -l)" = 0 ]; }
ok 'without the switch nothing is known' wait_for 20 none
ok 'it comes back with 10,000 agents and all rights' \
	eng_sim --members 10000 --rights system
ok 'they are told' wait_for 40 has '^member\|Agent 159[0-9]\|'
ok 'as many as there is room for; the rest is counted' \
	wait_for 10 has '^note\|hidden\|\|\|84[0-9][0-9]\|.*8,4[0-9][0-9] more are not shown'
ok 'what the switch lists' wait_for 20 has '^endpoint\|dead\|t2\|unavailable\|'
is "$(count '^note\|endpoints')" 0 'no right is missing'
hwm=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$ENG_PID/status")
echo "# VmHWM $hwm kB, $(grep -c 'lag' "$ENG/d.log") lines about lag"
ok 'a clean stop' eng_stop
done_testing
