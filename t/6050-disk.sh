#!/bin/sh
# The disk of the spool is full under 30 calls per second: nothing leaves that
# cannot be written down first, nothing is lost, nobody's attempt is spent,
# the reason is on the screen, and dialling goes on by itself when there is
# space.  A small file system in a mount namespace of our own.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
FILLS=${FILLS:-5} SEED=${SEED:-$$}
ns=-rm
[ "$(id -u)" != 0 ] || ns=-m
need namespaces unshare $ns mount -t tmpfs tmpfs /mnt
if [ -z "$DISK_ENG" ]; then
	# Root of a namespace may mount, but is nobody outside of it, where the
	# database's user is: so a second one, in which we are who we were.
	ENG=$(mktemp -d /tmp/dsc-e.XXXXXX); chmod 755 "$ENG"
	at_exit "rm -rf $ENG"
	mkdir "$ENG/state" "$ENG/state/spool"; chmod 751 "$ENG/state"
	export DISK_ENG="$ENG" B SEED FILLS KEEP
	me='sh t/6050-disk.sh'
	mnt='mount -t tmpfs -o size=2m,mode=700 tmpfs "$DISK_ENG/state/spool"'
	if [ "$(id -u)" = 0 ]; then
		unshare -m sh -c "$mnt && exec $me"
	else
		unshare -rm sh -c "$mnt && exec unshare -U \
			--map-user=$(id -u) --map-group=$(id -g) $me"
	fi
	exit
fi
echo "# SEED=$SEED FILLS=$FILLS"
ENG=$DISK_ENG
at_exit 'eng_end'
fill() { dd if=/dev/zero of="$ENG/state/spool/fill" bs=4k 2>/dev/null; dd if=/dev/zero bs=1 2>/dev/null >>"$ENG/state/spool/fill"; }
alerted() { d status --json | grep -q '"rule": "spool"'; }
calm() { ! alerted; }
ok 'the simulated carrier starts' eng_sim --speed 5
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup $((FILLS * 45 + 100))
i=0 full=0 again=0 flight=0
while [ $i -lt "$FILLS" ]; do
	i=$((i + 1))
	calls_more "$(roll 5 40 $i)" || break
	fill
	wait_for 20 alerted && full=$((full + 1))
	from=$(now_ns)
	[ "$(st .calls.concurrent)" = 0 ] || flight=$((flight + 1))
	if [ $i = 1 ]; then
		ok 'the campaign waits' wait_for 5 camp_is c1 waiting
		ok 'and names the reason' wait_for 5 why_is c1 'cannot be written.*disk full'
		like "$(d status)" 'critical: .*spool cannot be written' 'status shows the alert'
	fi
	if [ $i = 2 ]; then # the database, too: what ends now is in memory alone
		pg_down INT; wait_for 10 db_away
		nap 500 1500 x
		pg_again; ok 'the database goes and comes meanwhile' wait_for 40 db_here
	fi
	nap 1500 3000 "$i"
	ok "the alert stays while it is so ($i)" alerted
	still "$from" "$(now_ns)"
	rm -f "$ENG/state/spool/fill"
	calls_more 1 && again=$((again + 1))
	wait_for 10 calm
done
is "$full" "$FILLS" 'an alert every time'
is "$again" "$FILLS" 'it goes on by itself every time'
ok "calls were in flight ($flight times)" [ "$flight" -gt 0 ]
crash_still 100
crash_verdict
is "$(q "select count(*) from call where disposition = 'lost'")" 0 'no outcome was lost'
is "$(q 'select count(*) from call')" "$(truth_n)" 'what could not be written is no attempt'
is "$(truth_n)" "$(wc -l <"$ENG/list" | tr -d ' ')" 'and every contact was called once'
ok 'said once each time, not ten times a second' [ "$(grep -c 'cannot write to' "$ENG/d.log")" -le $((FILLS * 2)) ]

ok 'a clean stop' eng_stop
done_testing
