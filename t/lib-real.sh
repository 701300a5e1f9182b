# shellcheck shell=sh disable=SC2016,SC2034,SC2086,SC2154
# Campaigns over a real Asterisk: two of them on one trunk, lists with dirt,
# and the comparison with the carrier's own record.  Source it behind lib.sh,
# lib-asterisk.sh and lib-engine.sh.
#
# real_start VERSION CPS   lab, engine, specs; nothing is dialled yet.  With
#                          REAL_PROXY set the AMI is reached through amicut:
#                          PROXY_PID, and what it says in $TMP/proxy
# real_lists N             N contacts in usa and mexico (3 to 2), imported; and
#                          the campaign again, which holds some of them too
# real_over                both have finished and no call is alive
# real_cost                CPU and memory of the engine since real_start
# real_rows                write $ENG/db: what the call table says
# real_compare [LOST]      the table against the carrier, row by row, and both
#                          against what the digits mean (a human may be taken
#                          for a machine, if rarely).  With LOST a call may be
#                          lost, whatever the carrier has seen of it
# real_carrier_idle        hang up what the carrier still holds; true when
#                          nothing is left
# real_pace CPS            figures of the pace; sets PACE_MEAN and PACE_WORST

# How many of 1,000, and the last five digits that make the carrier do it (see
# contrib/lab).  r: 1 to 5 s of ringing; C, W: the key that connects in that
# country, and the one that does in the other.  The first 400 are answered, a
# third of those by machines.  Who presses a key waits until the answering
# machine detection is over, which swallows keys.
REAL_FATES='
	80 0rC30	40 0rC40	30 0rW30	30 0r930
	55 0r001	15 0r000	20 9r000	120 1r000
	10 7r001
	180 2r000	20 20000	130 3r000	70 40000
	90 5r000	40 50000	60 6r000	10 80000'

real_specs() {
	cat >"$ENG/a.conf" <<-X
	countries = (
	  { name = "usa"; region = "US"; did_daily_cap = 100;
	    cap_group = "nanp"; cap_zone = "America/New_York";
	    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun";
	    context = "usa"; },
	  { name = "mexico"; region = "MX"; did_daily_cap = 0;
	    cap_zone = "America/Mexico_City"; call_from = "00:00";
	    call_to = "24:00"; weekdays = "mon-sun"; context = "mexico"; } );
	contexts = (
	  { name = "usa"; connect_key = "1"; disconnect_key = "9";
	    menu_timeout = 3; retries = 0; prompt = "$LAB_SOUNDS/prompt";
	    prompt_goodbye = "$LAB_SOUNDS/bye"; destination = "queue:sales";
	    amd = true; on_machine = "hangup"; },
	  { name = "mexico"; connect_key = "3"; disconnect_key = "9";
	    menu_timeout = 3; retries = 0; prompt = "$LAB_SOUNDS/prompt";
	    prompt_goodbye = "$LAB_SOUNDS/bye"; amd = true;
	    destination = "exten:agent@lab-agents";
	    on_machine = "hangup"; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = $1;
	    channel = "PJSIP/{number}@carrier"; max_channels = 500; } );
	profiles = ( { name = "flat"; max_cps = $1; auto_adjust_cps = false; } );
	campaigns = (
	  { name = "usa"; trunks = [ "t1" ]; profile = "flat";
	    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 12; },
	  { name = "mexico"; trunks = [ "t1" ]; profile = "flat";
	    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 12; },
	  { name = "again"; trunks = [ "t1" ]; profile = "flat";
	    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 12; } );
	X
}

real_proxy() {
	"$B/t/tools/amicut" 0 "$AMI_PORT" --seed "${SEED:-1}" >"$TMP/proxy" &
	PROXY_PID=$!
	at_exit 'kill $PROXY_PID'
	wait_for 5 grep -q '^port ' "$TMP/proxy"
	AMI_VIA=$(sed -n 's/^port //p' "$TMP/proxy")
}

real_start() {
	ENG_SECRET=lab-secret
	eng_dir
	ok "Asterisk $1 and a carrier start" ast_start "$1" ||
		{ echo 'Bail out! no lab'; exit 1; }
	[ -z "$REAL_PROXY" ] || real_proxy
	eng_conf "${AMI_VIA:-$AMI_PORT}" "$2.0"
	real_specs "$2.0"
	ok 'the engine starts with a private database' eng_start ||
		{ echo 'Bail out! no engine'; exit 1; }
	ok 'apply' d apply "$ENG/a.conf"
	REAL_CPU=$(real_cpu "$ENG_PID")
}

# N clean numbers of COUNTRY, no two the same, in an order of chance.
real_numbers() {
	perl -e '
	my ($n, $country, @fates) = @ARGV;
	my @npa = qw(212 305 415 617 713 206 702 404);
	my ($connect, $other) = $country eq "usa" ? (1, 3) : (3, 1);
	my (@digits, %seen, @out);
	srand($n);
	while (my ($k, $d) = splice @fates, 0, 2) { push @digits, ($d) x $k }
	while (@out < $n) {
		# every fate as often as its share
		my $d = $digits[(@out + 0.5) * @digits / $n];
		$d =~ s/r/1 + int rand 5/e;
		$d =~ s/C/$connect/;
		$d =~ s/W/$other/;
		my ($a, $b) = (2 + int rand 7, int rand 10);
		next if "$b$d" =~ /^11/; # N11 is no exchange
		$d = ($country eq "usa" ? "1$npa[rand @npa]"
		    : "5255" . (1 + int rand 8)) . "$a$b$d";
		push @out, $d unless $seen{$d}++;
	}
	for (my $i = @out; --$i > 0;) {
		my $j = int rand($i + 1);
		@out[$i, $j] = @out[$j, $i];
	}
	print "$_\n" for @out;' "$1" "$2" $REAL_FATES
}

# As lists come: every way to write a number, twice the same, damage.
# Adds 20 duplicates and 4 rows to be refused.
real_dirty() {
	perl -e '
	my $country = shift; my @n = map { chomp; $_ } <STDIN>; my $i = 0;
	sub row {
		my $n = shift; my $k = $i++ % 6;
		my ($a, $b, $c) = $country eq "usa"
		    ? $n =~ /^1(...)(...)(....)/ : $n =~ /^52(..)(....)(....)/;
		my $cc = $country eq "usa" ? 1 : 52;
		my $s = $k == 0 ? "+$n" : $k == 1 ? "+$cc $a $b $c"
		    : $k == 2 ? "($a) $b-$c" : $k == 3 ? "$a.$b.$c"
		    : $k == 4 ? "=\"$a$b$c\"" : "  $a $b-$c ";
		$s =~ s/"/""/g, $s = "\"$s\"" if $s =~ /"/;
		return "$s;\"Pe\xf1a; Jos\xe9 $i\";x\r\n";
	}
	print "Tel\xe9fono;Nombre;Nota\r\n";
	print row($_) for @n;
	print row($_) for @n[0 .. 19];
	print "5.21551E+12;damaged;\r\n12345;short;\r\nn/a;none;\r\n;;no number\r\n";
	' "$1"
}

real_lists() {
	US=$(($1 * 3 / 5)) MX=$(($1 - $1 * 3 / 5))
	real_numbers $US usa >"$ENG/usa"
	real_numbers $MX mexico >"$ENG/mexico"
	perl -e 'printf "+1305555%04d\n", $_ for 1000 .. 1000 + $ARGV[0]' \
		$((US / 90 + 3)) >"$ENG/dids.txt"
	perl -e 'printf "+52818355%04d\n", $_ for 1000 .. 1019' >>"$ENG/dids.txt"
	ok 'import caller IDs' d import dids "$ENG/dids.txt"
	for c in usa mexico; do
		real_dirty $c <"$ENG/$c" >"$ENG/$c.csv"
		R_o=$(d import contacts "$ENG/$c.csv" --campaign $c \
			--country $c 2>/dev/null | tr -d ,)
		like "$R_o" "$(grep -c . "$ENG/$c") +imported" "$c: every contact imported"
		like "$R_o" '20 +duplicates' "$c: 20 duplicates"
		like "$R_o" '4 +rejected' "$c: 4 rejected"
	done
	# Another list with those who will press 9, and some who are busy
	grep -h '0[0-9]9[0-9]0$' "$ENG/usa" "$ENG/mexico" >"$ENG/nine"
	grep -h '20000$' "$ENG/usa" >"$ENG/others"
	cat "$ENG/nine" "$ENG/others" | sed 's/^/+/' >"$ENG/again.txt"
	like "$(d import contacts "$ENG/again.txt" --campaign again)" \
		"$(grep -c . "$ENG/again.txt") +imported" \
		'another list holds some of them'
}

# One look a second: a look costs as much as a call.
real_wait() { # SECONDS CMD...
	T_end=$(($(date +%s) + $1)); shift
	until "$@"; do
		[ "$(date +%s)" -lt "$T_end" ] || return 1; sleep 1; done; }
real_over() {
	d status --json | perl -MJSON::PP -e '
	local $/; my $o = decode_json(<STDIN>); my $n = 0;
	for (@{$o->{campaigns}}) {
		$n++ if $_->{name} =~ /^(usa|mexico)$/
		    && $_->{state} eq "finished";
	}
	exit !($n == 2 && $o->{calls}{concurrent} == 0
	    && $o->{database}{spooled} == 0)'
}

real_cpu() { # PID [children]: ms of CPU
	perl -e '
	my ($pid, $too) = @ARGV; my $sum = 0;
	for (glob "/proc/[0-9]*/stat") {
		open my $f, "<", $_ or next;
		my ($id, $x) = (<$f> // "") =~ /^(\d+) .*\) (.*)/ or next;
		my @f = split / /, $x;
		$sum += $f[11] + $f[12]
		    if $id == $pid || $too && $f[1] == $pid;
	}
	print $sum * 10, "\n"' "$@"
}
real_cost() {
	R_ms=$(($(real_cpu "$ENG_PID") - REAL_CPU))
	R_db=$(real_cpu "$(head -n 1 "$ENG/state/pg/data/postmaster.pid")" 1)
	R_wait=$(awk '{ print int($2 / 1000000) }' "/proc/$ENG_PID/schedstat")
	R_n=$(q 'select count(*) from call')
	echo "# engine: $R_ms ms of CPU for $R_n calls," \
		"$((R_ms * 1000 / R_n)) ms per 1,000;" \
		"$(grep VmHWM "/proc/$ENG_PID/status" | tr -s '\t ' ' ');" \
		"waited $R_wait ms for a processor; database: $R_db ms"
}

real_rows() {
	q "select ltrim(number, '+'), ltrim(did_number, '+'),
		(answered_at is not null)::int, disposition,
		coalesce(key_pressed, ''), coalesce(amd, ''), country
		from call" >"$ENG/db"
	ast_truth >"$ENG/truth"
}

real_compare() {
	real_rows
	perl -e '
	my ($dir, $lost) = @ARGV; my (%db, %seen, $bad, $n, $lost_n, $wrong);
	sub bad { print "@_\n"; $bad++ }
	# What the digits mean: disposition and key
	sub fate {
		my ($r) = @_;
		my ($b, undef, $k, $wait) = $r->{num} =~ /(.)(.)(.)(.).$/;
		return ("busy", "") if $b == 2;
		return ("no_answer", "") if $b == 3;
		return ("congestion", "") if $b == 4;
		return ("invalid_number", "") if $b == 5 || $b == 8;
		return ("rejected", "") if $b == 6;
		my $machine = $b == 1 || $b == 7;
		# The switch may mistake one for the other: rarely
		if ($r->{amd} =~ /^(MACHINE|HUMAN|NOTSURE)$/ &&
		    $machine != ($r->{amd} eq "MACHINE")) {
			$wrong++;
			print "# the switch took $r->{num} for $r->{amd}\n";
			return ($machine ? "answered_no_key" : "machine", "");
		}
		return ("machine", "") if $machine;
		return ("answered_no_key", "") if $b == 9 || !$wait;
		return ("opted_out", $k) if $k == 9;
		return ("connected", $k)
		    if $k == ($r->{country} eq "mexico" ? 3 : 1);
		return ("answered_no_key", $k);
	}
	open F, "$dir/db" or die;
	while (<F>) {
		chomp;
		my %r;
		@r{qw(num did ans disp key amd country)} = split /\|/;
		bad("twice in the table: $r{num}") if $db{$r{num}};
		$db{$r{num}} = \%r;
		$lost_n += $r{disp} eq "lost";
	}
	open F, "$dir/truth" or die;
	while (<F>) {
		chomp;
		my ($num, $did, $ans) = split /,/;
		$n++;
		bad("the carrier was called twice: $num") if $seen{$num}++;
		my $r = $db{$num} or do { bad("not in the table: $_"); next };
		bad("$num: caller ID $did, table $r->{did}")
		    if $did ne $r->{did};
		next if $lost && $r->{disp} eq "lost";
		bad("$num: answered $ans, table $r->{ans} ($r->{disp})")
		    if $ans != $r->{ans};
		my ($want, $key) = fate($r);
		bad("$num: $r->{disp}, the digits say $want (carrier $_)")
		    if $r->{disp} ne $want;
		bad("$num: key \"$r->{key}\", pressed \"$key\"")
		    if $r->{key} ne $key;
	}
	for (sort keys %db) {
		next if $seen{$_} || $lost && $db{$_}{disp} eq "lost";
		bad("the carrier never saw $_ ($db{$_}{disp})");
	}
	printf "%d calls, %d at the carrier, %d lost, %d misjudged, " .
	    "%d differences\n", scalar keys %db, $n, $lost_n, $wrong, $bad;
	exit($bad > 0 || $wrong > 0.01 * $n)' "$ENG" "${1:-}"
}

# The callees of a switch that was killed do not know it: end them, so that
# the carrier's record is complete.
real_carrier_idle() {
	"$LAB" cli "$CARRIER" 'channel request hangup all' >/dev/null
	"$LAB" cli "$CARRIER" 'core show channels count' |
		grep -q '^0 active channels'
}

real_dispositions() {
	printf '# %s\n' "$(q "select string_agg(disposition || ' ' || n, ', ') from (select disposition, count(*) n from call group by 1 order by 2 desc) x")"
}

# Lateness: how much longer than a second the last CPS calls took; there is
# nothing to catch it up with, so it alone decides the mean.
real_pace() {
	PACE_MEAN=$(q "select round((count(*) - 1) / extract(epoch from max(sent_at) - min(sent_at)), 3) from call where campaign_id in (select id from campaign where name <> 'again')")
	PACE_WORST=$(q "select max(n) from (select count(*) over (order by sent_at range between '999 milliseconds' preceding and current row) n from call) x")
	echo "# pace: mean $PACE_MEAN per second, $PACE_WORST in the worst sliding second"
	echo "# late: $(q "select 'per second ' || percentile_cont(0.5) within group (order by l) || ' ms p50, ' || percentile_cont(0.95) within group (order by l) || ' p95, ' || max(l) || ' max' from (select extract(epoch from sent_at - lag(sent_at, $1) over (order by sent_at)) * 1000 - 1000 l from call) x where l is not null")"
	echo "# setup: $(q "select percentile_cont(0.5) within group (order by setup_ms) || ' ms p50, ' || percentile_cont(0.95) within group (order by setup_ms) || ' p95, ' || max(setup_ms) || ' max' from call")"
}
