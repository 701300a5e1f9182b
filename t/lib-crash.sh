# shellcheck shell=sh disable=SC2034,SC2154
# What must hold after every kind of accident.  Source it behind
# lib-engine.sh.
#
# crash_setup N [EXTRA]    engine, simulator, N contacts with one attempt each,
#                          campaign c1 running at 30 calls per second
# mark                     note the moment of an accident (monotonic ns)
# roll LO HI SALT          a whole number from SEED and SALT
# calls_more N [SECONDS]   wait until N more calls have left
# still FROM TO            no call may leave between these (monotonic ns);
#                          crash_still MS [TEXT] compares, MS behind FROM
# pg_down INT|QUIT|KILL    stop the private PostgreSQL, and keep the engine from
#                          starting it; pg_again starts it
# crash_verdict            run out, then compare the carrier's record with
#                          the tables
crash_setup() {
	cat >"$ENG/a.conf" <<-X
	countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
	    cap_group = "nanp"; cap_zone = "America/New_York";
	    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
	contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
	profiles = ( { name = "flat"; max_cps = 30.0; max_concurrent_calls = 2000;
	    auto_adjust_cps = false; } );
	campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat";
	    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; } );
	X
	d apply "$ENG/a.conf" >/dev/null &&
	perl -e 'printf "+1305%07d\n", $_ for 5551000..5551099' >"$ENG/dids.txt" &&
	d import dids "$ENG/dids.txt" >/dev/null &&
	numbers "$1" 1212 011x1 011x1 01911 01001 11001 21000 21000 31000 40000 51000 61000 91000 >"$ENG/list" &&
	d import contacts "$ENG/list" --campaign c1 --country usa >/dev/null &&
	d campaign start c1 >/dev/null &&
	wait_for 20 test -s "$ENG/truth.csv"
}
mark() { perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e 'printf "%d\n", 1e9 * clock_gettime(CLOCK_MONOTONIC)' >>"$ENG/marks"; }
# A random moment: MIN..MAX ms, from a seed that is printed.
nap() { perl -MTime::HiRes=sleep -MDigest::MD5=md5 -e 'srand(unpack("N", md5($ARGV[2]))); sleep(($ARGV[0] + rand($ARGV[1] - $ARGV[0])) / 1000)' "$1" "$2" "$SEED.$3"; }
roll() { perl -MDigest::MD5=md5 -e 'srand(unpack("N", md5($ARGV[2]))); print $ARGV[0] + int rand($ARGV[1] - $ARGV[0] + 1)' "$1" "$2" "$SEED.$3"; }
now_ns() { perl -MTime::HiRes=clock_gettime,CLOCK_MONOTONIC -e 'printf "%d", 1e9 * clock_gettime(CLOCK_MONOTONIC)'; }
truth_n() { wc -l <"$ENG/truth.csv" | tr -d ' '; }
truth_has() { [ "$(truth_n)" -ge "$1" ]; }
calls_more() { T_more=$(($(truth_n) + $1)); wait_for "${2:-60}" truth_has "$T_more"; }
still() { echo "$1 $2" >>"$ENG/still"; }
crash_still() {
	ok "${2:-no call left meanwhile} (from $1 ms behind)" perl -e '
		my ($dir, $ms) = @ARGV; my $bad = 0; my @s;
		open F, "$dir/still" or die; while (<F>) { push @s, [split] }
		open F, "$dir/truth.csv" or die;
		while (<F>) { my $t = (split /,/)[3];
			for (@s) { next if $t < $_->[0] + $ms * 1e6 or $t > $_->[1];
				$bad++; printf "%.0f ms behind\n", ($t - $_->[0]) / 1e6; } }
		print scalar(@s), " times looked at\n"; exit($bad > 0 || @s == 0)' "$ENG" "$1"
	rm -f "$ENG/still"
}
db_away() { [ "$(st .database.connected)" = false ]; }
db_here() { [ "$(st .database.connected)" = true ]; }
# No directory any more: dead, though perhaps nobody has waited for it.
pg_gone() { ! readlink "/proc/$1/cwd"; }
pg_down() {
	T_pg=$(head -n 1 "$ENG/state/pg/data/postmaster.pid") &&
	: >"$ENG/state/pg.stopped" &&
	kill "-$1" "$T_pg" && wait_for 30 pg_gone "$T_pg"
}
pg_again() { "$B/discadord" -c "$ENG/d.conf" --db start >"$TMP/pg" 2>&1; }
crash_over() { camp_is c1 finished && quiet && [ "$(st .database.spooled)" = 0 ]; }
crash_verdict() {
	ok 'the campaign runs out, nothing hangs' wait_for "${1:-120}" crash_over
	is "$(cut -d, -f2 "$ENG/truth.csv" | sort | uniq -d | wc -l | tr -d ' ')" 0 \
		'no contact was dialled twice (carrier)'
	is "$(q 'select count(*) from (select contact_id, attempt from call group by 1, 2 having count(*) > 1) x')" 0 \
		'one row for each contact and attempt'
	is "$(q "select count(*) from call where state <> 'ended' or disposition = ''")" 0 'every call has ended with a disposition'
	is "$(q 'select count(*) from did_usage where cap > 0 and uses > cap')" 0 'no cap exceeded'
	is "$(q "select (select sum(uses) from did_usage) - (select count(*) from call)")" 0 'a use for each call and no more'
	is "$(q "select count(*) from contact c where attempts <> (select count(*) from call where contact_id = c.id)")" 0 'attempts equal calls'
	q "select id, disposition from call" | tr '|' , >"$ENG/db"
	ok 'the carrier saw no call that the table does not hold' perl -e '
		my %db; open F, "$ARGV[0]/db" or die; while (<F>) { chomp; my ($i, $d) = split /,/; $db{$i} = $d; }
		open F, "$ARGV[0]/truth.csv" or die; my $bad = 0;
		while (<F>) { my ($i) = split /,/; next if exists $db{$i}; $bad++; print "not in call: $_"; }
		exit($bad > 0)' "$ENG"
	ok 'every outcome that the switch reported is in the table' perl -e '
		my ($dir, $near) = @ARGV; my %db; my @m;
		open F, "$dir/db" or die; while (<F>) { chomp; my ($i, $d) = split /,/; $db{$i} = $d; }
		open F, "$dir/marks" and @m = map { $_ + 0 } <F>;
		open F, "$dir/outcomes.csv" or die; my ($n, $bad, $lost) = (0, 0, 0);
		while (<F>) {
			chomp; my ($i, $num, $cid, $disp, $cause, $ans, $key, $end, $told) = split /,/;
			next unless exists $db{$i}; $n++;
			next if $db{$i} eq $disp;
			$lost++ if $db{$i} eq "lost";
			# told to a connection that died in the same moment: lost is the truth we can know
			next if $db{$i} eq "lost" and (!$told or grep { $end > $_ - $near * 1e6 and $end < $_ + $near * 1e6 } @m);
			$bad++; print "$i $num: switch $disp (told $told, end $end), table $db{$i}\n";
		}
		print "$n outcomes, $lost lost\n"; exit($bad > 0)' "$ENG" "${NEAR_MS:-400}"
	printf '# %s\n' "$(q "select string_agg(disposition || ' ' || n, ', ') from (select disposition, count(*) n from call group by 1 order by 2 desc) x")"
}
switch_away() { [ "$(st .switches.0.connected)" = false ]; }
switch_here() { [ "$(st .switches.0.connected)" = true ]; }
