#!/bin/sh
# Accidents on a real Asterisk under 30 calls per second: kill -9 of the engine
# five times, the AMI link cut in the middle of the stream three times, and the
# switch killed once.
. t/lib.sh
. t/lib-asterisk.sh
. t/lib-engine.sh
. t/lib-crash.sh
. t/lib-real.sh
SEED=${SEED:-$$} N=${N:-1500} REAL_PROXY=1
echo "# SEED=$SEED"
ast_need 22
real_start 22 30
real_lists "$N"
d cps 30 >/dev/null
for c in usa mexico; do
	ok "$c starts" d campaign start $c
done
busy() { [ "$(st .calls.concurrent)" -gt 50 ]; }
ok 'calls leave' wait_for 20 busy

# A call has left since the accident.
again() { [ "$(q "select count(*) from call where sent_at > '$AT'")" -gt 0 ]; }
more_cuts() { [ "$(grep -c '^cut' "$TMP/proxy")" -gt "$1" ]; }
i=0 back=0
for what in kill cut kill cut kill restart kill cut kill; do
	i=$((i + 1))
	nap 1500 4000 $i
	case $what in
	kill) eng_kill; AT=$(q 'select now()'); eng_start 30 ;;
	cut) n=$(grep -c '^cut' "$TMP/proxy")
	    kill -USR1 "$PROXY_PID"
	    wait_for 10 more_cuts "$n"; AT=$(q 'select now()') ;;
	restart) "$LAB" kill "$PBX"; AT=$(q 'select now()')
	    # else the callees left behind talk into the ports of new calls
	    real_wait 20 real_carrier_idle
	    "$LAB" restart "$PBX" ;;
	esac && wait_for 20 again && back=$((back + 1))
done
is "$back" 9 'calls leave again after each of nine accidents'
is "$(grep -c '^cut' "$TMP/proxy")" 3 'the link was cut three times'
ok 'both campaigns finish, nothing hangs' real_wait 90 real_over
real_pace 30
real_dispositions

ok 'the carrier has hung up' real_wait 20 real_carrier_idle
ok 'no contact was dialled twice, and every outcome is the true one or lost' real_compare lost
sed 's/^/# /' "$TMP/out"
is "$(q "select count(*) from call where state <> 'ended' or disposition = ''")" 0 'every call has ended with a disposition'
is "$(q 'select count(*) from (select contact_id from call group by 1 having count(*) > 1) x')" 0 'one call for each contact'
is "$(q "select count(*) from contact where attempts <> 1 and campaign_id in (select id from campaign where name <> 'again')")" 0 'and one attempt'
is "$(q 'select count(*) from did_usage where cap > 0 and uses > cap')" 0 'no cap exceeded'
is "$(q 'select (select sum(uses) from did_usage) - (select count(*) from call)')" 0 'a use for each call and no more'
is "$(q "select count(*) from call where disposition = 'opted_out' and number not in (select number from dnc)")" 0 'who opted out is on the do-not-call list'
ok "no sliding second above 30" test "$PACE_WORST" -le 30
# Lost are those that ended in a gap: some seconds' worth, not more
ok 'few are lost' test "$(q "select count(*) from call where disposition = 'lost'")" -lt $((N / 3))
ok 'a clean stop' eng_stop
done_testing
