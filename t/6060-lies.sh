#!/bin/sh
# A switch that lies, under 30 calls per second: events come out of order,
# twice, late, in pieces, and one in twenty never.  Every call ends all the
# same, once, as what it was or as lost.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
N=${N:-300} SEED=${SEED:-$$}
echo "# SEED=$SEED N=$N"
eng_dir
ok 'the lying carrier starts' eng_sim --speed 10 --seed "$SEED" \
	--lie reorder,dup,drop=0.05,late=300,split
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup "$N"
ok 'every contact is called' wait_for $((N / 30 + 60)) truth_has "$N"
# An answered call of which neither the end nor the summary came is only found
# out when nothing has been heard of it for a minute.
ok 'every call ends' wait_for 120 quiet
ok 'the campaign finishes' wait_for 20 crash_over
is "$(q 'select count(*) from call')" "$N" 'one call for each contact'
is "$(cut -d, -f2 "$ENG/truth.csv" | sort | uniq -d | wc -l | tr -d ' ')" 0 'no contact was dialled twice'
is "$(q "select count(*) from call where state <> 'ended' or disposition = ''")" 0 'every call ended with a disposition'
is "$(q "select count(*) from contact where state in ('pending', 'claimed', 'dialing')")" 0 'and its contact with it'
is "$(q 'select sum(total), sum(finished) from campaign_tally' | tr '|' ' ')" "$N $N" 'each counted once'
is "$(st .calls.attempted)" "$N" 'attempted, once'
is "$(q 'select sum(uses) from did_usage')" "$N" 'a use each'
q "select id, disposition, coalesce(cause, -1), coalesce(key_pressed, '') from call" | tr '|' , >"$ENG/db"
ok 'what the table says is what happened, or lost' perl -e '
	my ($dir, $n) = @ARGV; my (%db, %n, $bad);
	open F, "$dir/db" or die; while (<F>) { chomp; my @f = split /,/, $_, -1; $db{$f[0]} = \@f; }
	open F, "$dir/outcomes.csv" or die;
	while (<F>) {
		chomp; my @f = split /,/; my $r = $db{$f[0]} or die; my $d = $r->[1];
		if ($d eq $f[3]) { $n{right}++ }
		elsif ($d eq "lost") { $n{lost}++ }
		# the switch only said that it failed: the event with the cause is gone
		elsif ($d eq "failed" && !$f[5] && $r->[2] <= 0) { $n{"failed, why is not known"}++ }
		else { $bad++; print "$f[0] $f[1]: was $f[3], table @$r\n"; } }
	print map { "$n{$_} $_\n" } sort keys %n;
	exit($bad || $n{right} < 0.85 * $n)' "$ENG" "$N"
[ "$T_bad" = 1 ] || sed "s,^,# ," "$TMP/out"
ok 'a clean stop' eng_stop
done_testing
