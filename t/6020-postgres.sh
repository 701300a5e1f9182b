#!/bin/sh
# PostgreSQL is stopped under 30 calls per second: fast, at once and by
# kill -9, at random.  Nothing new leaves while it is away, what ends meanwhile
# is kept on disk, and dialling goes on by itself.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
PG_STOPS=${PG_STOPS:-20} PG_DOWN_S=${PG_DOWN_S:-20} SEED=${SEED:-$$}
echo "# SEED=$SEED PG_STOPS=$PG_STOPS PG_DOWN_S=$PG_DOWN_S"
code() { "$@" >"$TMP/code" 2>&1; echo $?; }
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 4
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup $((PG_STOPS * 44 + 100))
echo +12125550123 >"$ENG/one.txt"
i=0 seen=0 spooled=0 busy=0 back=0
while [ $i -lt "$PG_STOPS" ]; do
	i=$((i + 1))
	calls_more "$(roll 10 40 $i)" || break
	case $(roll 0 2 "7$i") in 0) how=INT;; 1) how=QUIT;; *) how=KILL;; esac
	[ "$(st .calls.concurrent)" = 0 ] || busy=$((busy + 1))
	begin=$(now_ns)
	pg_down $how || echo "# stop $i ($how) took too long"
	from=$(now_ns)
	wait_for 15 db_away && seen=$((seen + 1))
	if [ $i = 1 ]; then
		like "$(d status)" '^database +away: .' 'status says that it is away, and why'
		ok 'the campaign waits' wait_for 5 camp_is c1 waiting
		ok 'and names the reason' wait_for 5 why_is c1 'database is away'
		is "$(code d campaign pause c1)" 5 'campaign pause: exit code 5'
		like "$(cat "$TMP/code")" 'database is away.*try again' 'with a line that says what to do'
		is "$(code d apply "$ENG/a.conf")" 5 'apply: exit code 5'
		is "$(code d show campaign c1)" 5 'show: exit code 5'
		is "$(code d import contacts "$ENG/one.txt" --campaign c1)" 5 'import: exit code 5'
		is "$(code d cps 30)" 0 'the pace can be set all the same'
		is "$(code d cps auto)" 0 'and left to the ramp again'
	fi
	ms=$((PG_DOWN_S * 1000 - ($(now_ns) - begin) / 1000000))
	[ $ms -le 0 ] || nap $ms $((ms + 1)) 0
	[ "$(st .database.spooled)" = 0 ] || spooled=$((spooled + 1))
	still "$from" "$(now_ns)"
	pg_again || sed 's/^/# /' "$TMP/pg"
	wait_for 40 db_here && back=$((back + 1))
done
is "$seen" "$PG_STOPS" 'status said so every time'
ok "calls were in flight at nearly every stop ($busy)" [ "$busy" -gt $((PG_STOPS * 3 / 4)) ]
ok "outcomes waited on disk nearly every time ($spooled)" [ "$spooled" -ge $((PG_STOPS * 3 / 4)) ]
is "$back" "$PG_STOPS" 'it is there again every time'
crash_still 1000
crash_verdict
is "$(q "select count(*) from call where disposition = 'lost'")" 0 'no outcome was lost'
is "$(st .alerts.0.rule)" null 'no alert is left'
is "$(q "select count(*) from event_log where action = 'cps'")" 2 'what was commanded meanwhile is in the audit log'
ok 'a clean stop' eng_stop
is "$(find "$ENG/state/spool" -name '*.refused' | wc -l | tr -d ' ')" 0 'the database refused nothing'
done_testing
