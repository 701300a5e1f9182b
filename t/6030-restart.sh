#!/bin/sh
# "core restart now" on the switch under 30 calls per second: every call is
# gone without a word.  What was told before counts, the rest ends as lost, and
# nothing is dialled again for the same attempt.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
RESTARTS=${RESTARTS:-20} SEED=${SEED:-$$}
echo "# SEED=$SEED RESTARTS=$RESTARTS"
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 5 --stats "$ENG/stats"
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup $((RESTARTS * 26 + 60))
i=0 up=0 gone=0
while [ $i -lt "$RESTARTS" ]; do
	i=$((i + 1))
	calls_more "$(roll 3 30 $i)" || break
	kill -USR1 "$SIM_PID"
	wait_for 10 switch_away && gone=$((gone + 1))
	if [ $i = 1 ]; then
		ok 'the campaign waits' wait_for 5 camp_is c1 waiting
		ok 'and names the reason' wait_for 5 why_is c1 'switch sw1 is away'
	fi
	# deaf for 2 s: a call could leave only into nothing
	calls_more 1 && up=$((up + 1))
done
is "$gone" "$RESTARTS" 'status says every time that the switch is away'
is "$up" "$RESTARTS" 'calls leave again every time'
crash_verdict
# What nobody was told is lost, or what was known of it before.
ok 'calls that vanished ended as lost or as far as they were known' perl -e '
	my ($dir) = @ARGV; my (%db, %n);
	open F, "$dir/db" or die; while (<F>) { chomp; my ($i, $d) = split /,/; $db{$i} = $d; }
	open F, "$dir/outcomes.csv" or die;
	while (<F>) { chomp; my @f = split /,/; next if $f[8];
		$n{$db{$f[0]} eq "lost" ? "lost" : $db{$f[0]} eq $f[3] ? "known" : "wrong"}++; }
	print map { "$_ $n{$_}\n" } keys %n; exit($n{wrong} || !$n{lost})' "$ENG"
is "$(q "select count(*) from contact where state = 'dialing'")" 0 'no contact is left in the middle of a call'
ok 'a clean stop' eng_stop
kill "$SIM_PID"; wait "$SIM_PID" 2>/dev/null; SIM_PID=
like "$(cat "$ENG/stats")" "\"restarts\":$RESTARTS," 'the switch was restarted as often'
done_testing
