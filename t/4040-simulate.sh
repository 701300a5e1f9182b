#!/bin/sh
# discador simulate: the same figures from the same seed, mistakes by line.
. "$(dirname "$0")/lib.sh"
need perl perl -MJSON::PP -e1

sim() { "$B/discador" simulate "$@"; }
# field FILE PERL-EXPRESSION on the decoded object $_
field() { perl -MJSON::PP -e '
	my ($f, $e) = @ARGV; local $/; open my $h, "<", $f or die; 
	$_ = decode_json(<$h>); print eval $e; die $@ if $@' "$1" "$2"; }

cat >"$TMP/day.conf" <<'X'
trunks = ( { name = "a"; switch = "pbx1"; max_cps = 10.0; max_channels = 300; },
    { name = "b"; switch = "pbx1"; max_cps = 10.0; max_channels = 300; } );
countries = ( { name = "usa"; region = "US"; did_daily_cap = 20;
    cap_group = "nanp"; cap_zone = "America/New_York"; call_from = "08:00";
    call_to = "21:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; } );
campaigns = ( { name = "short"; trunks = [ "a", "b" ]; max_cps = 10.0;
    max_attempts = 1; },
    { name = "long"; trunks = [ "a", "b" ]; max_cps = 10.0; max_attempts = 1; } );
simulation = {
	start = "2026-11-23 13:00"; zone = "America/New_York"; hours = 1.0;
	agents = 2; patience = 3;
	contacts = ( { campaign = "short"; country = "usa"; count = 500; },
	    { campaign = "long"; country = "usa"; count = 50000; areas = [ "212" ]; } );
	dids = ( { country = "usa"; count = 400; } );
	carrier = {
		people = ( { country = "usa"; answered = 0.5; machines = 0.2;
		    press = 0.3; talk = [ 60.0, 120.0 ]; } );
		outages = ( { trunk = "b"; from = "13:04"; to = "13:08"; } );
	};
	cost = ( { country = "usa"; per_minute = 0.01; increment = 6; minimum = 30; } );
};
X
sim "$TMP/day.conf" --json >"$TMP/1.json" 2>"$TMP/err"
is "$?" 0 "a day is simulated"
is "$(cat "$TMP/err")" "" "without a word on stderr, and no bar into a pipe"
sim "$TMP/day.conf" --json >"$TMP/2.json"
ok "same file and seed: the same bytes" cmp "$TMP/1.json" "$TMP/2.json"
sim "$TMP/day.conf" >"$TMP/1.txt" && sim "$TMP/day.conf" --seed 1 >"$TMP/2.txt"
ok "as text too" cmp "$TMP/1.txt" "$TMP/2.txt"
sim "$TMP/day.conf" --json --seed 2 >"$TMP/3.json"
is "$(cmp -s "$TMP/1.json" "$TMP/3.json"; echo $?)" 1 "another seed is another day"

is "$(field "$TMP/1.json" '$_->{campaigns}[0]{remaining}')" 0 "the short list ends"
like "$(field "$TMP/1.json" '$_->{campaigns}[0]{ends}')" \
	'^2026-11-23T13:[0-9:.]+-05:00$' "and the report says when, in its zone"
like "$(field "$TMP/1.json" '$_->{campaigns}[1]{why}')" 'cap of 20' \
	"the long one does not, and why is told: its caller IDs have run out"
is "$(field "$TMP/1.json" '$_->{dids}[0]{at_cap} + $_->{dids}[0]{rested}')" 400 \
	"each of them at its cap, or resting"
is "$(field "$TMP/1.json" 'my $d = $_->{dids}[0]; my @f = @{$d->{first_at_cap}};
	@f == $d->{at_cap} && $f[0]{at} eq $d->{first} && $f[0]{number} =~ /^\+1\d{10}$/')" 1 \
	"and which, in their order"
is "$(field "$TMP/1.json" '$_->{total}{calls} - $_->{total}{uncounted} <= 8000')" 1 \
	"400 caller IDs, 20 uses: no more than 8,000 calls count"
is "$(field "$TMP/1.json" 'my $s = 0; $s += $_ for values %{$_->{total}{dispositions}};
	$s == $_->{total}{calls}')" 1 "every call has one disposition"
is "$(field "$TMP/1.json" '$_->{cps_worst_second} <= 20 && $_->{cps_worst_second} > 5')" 1 \
	"no second beyond 20 calls"
is "$(field "$TMP/1.json" '$_->{total}{abandoned} > 50 && $_->{total}{abandonment} > 0.05
	&& $_->{total}{abandonment_95}[0] < $_->{total}{abandonment}
	&& $_->{total}{abandonment_95}[1] > $_->{total}{abandonment}')" 1 \
	"two people cannot take them all: abandoned, with its interval"
is "$(field "$TMP/1.json" '$_->{brakes}[0]{of} . " " . $_->{brakes}[0]{name}')" \
	"trunk b" "the dead trunk's brake engages"
like "$(field "$TMP/1.json" '$_->{brakes}[0]{released}')" '^2026-11-23T13:[01]' \
	"and lets go when it is back"
is "$(field "$TMP/1.json" '$_->{total}{uncounted} > 0')" 1 \
	"its calls go over the other one and do not count as attempts"
is "$(field "$TMP/1.json" '$_->{total}{cost} >= $_->{total}{answered} * 0.005')" 1 \
	"half a minute at least is paid for each answer"
like "$(cat "$TMP/1.txt")" '^short +500 ' "the text has the campaign"
like "$(cat "$TMP/1.txt")" '^brake +trunk b: 11-23 13:0' "and the brake, at local time"

sim "$TMP/day.conf" --hours 0.05 --json >"$TMP/4.json"
is "$(field "$TMP/4.json" '$_->{total}{calls} > 50 && $_->{total}{calls} < 2500')" 1 \
	"--hours cuts it short"

bad() { # bad SED-EXPRESSION EXPECTED-MESSAGE NAME
	sed "$1" "$TMP/day.conf" >"$TMP/bad.conf"
	sim "$TMP/bad.conf" >"$TMP/out" 2>"$TMP/err"
	is "$?" 4 "$3: exit code 4"
	like "$(cat "$TMP/err")" "bad.conf:$2" "$3: line and reason"
}
bad 's/patience = 3/patiense = 3/' '12: unknown key "patiense", expected' 'unknown key'
bad 's/count = 400/count = 0/' '15: count = 0, expected a whole number' 'range'
bad 's/campaign = "short"; c/campaign = "shirt"; c/' '13: campaign "shirt"' 'no such campaign'
bad 's/"212"/"999"/' '14: no number of usa has the area code 999' 'area code'
bad 's/start = "2026-11-23 13:00"/start = "tomorrow"/' '11: start = "tomorrow"' 'start'
bad 's/trunk = "b"/trunk = "c"/' '19: trunk "c"' 'no such trunk'
bad 's/answered = 0.5/answered = 1.5/' '17: answered = 1.5' 'share'
bad 's/did_daily_cap = 20/did_daily_cap = -1/' '3: ' 'the rest is read as by apply'
bad '/^simulation/,$d' '[0-9]+: no simulation' 'nothing to simulate'
sim >"$TMP/out" 2>&1; is "$?" 2 "no file: usage"
sim "$TMP/day.conf" --hours x >"$TMP/out" 2>&1; is "$?" 2 "bad option: usage"

# Contexts of states, their detection by a profile: a survey and a menu that
# comes behind it; who opts out and who comes to the goal is counted.
sed 's/^contexts = .*/amd_profiles = ( { name = "quick"; initial_silence = 2000; } );\
contexts = ( { name = "usa"; country = "usa"; states = [\
	"who detect amd=quick human>q1 machine>vm unsure>q1", "vm voicemail prompt=later",\
	"q1 question prompt=q1 keys=12345 9>out >q2", "q2 question prompt=q2 digits=2 >thanks",\
	"thanks hangup prompt=thanks goal=yes", "out optout prompt=gone" ]; } );/' \
	"$TMP/day.conf" >"$TMP/survey.conf"
sim "$TMP/survey.conf" --json >"$TMP/survey.json" 2>"$TMP/err"
is "$? $(cat "$TMP/err")" "0 " "a survey is simulated"
is "$(field "$TMP/survey.json" 'my $d = $_->{total}{dispositions};
	$d->{completed} > 100 && $d->{opted_out} > 5 && $d->{machine} > 100
	&& $d->{connected} + $d->{abandoned} == 0')" 1 \
	"people complete it or opt out, nobody is connected"
sed 's/ >thanks"/ >thank"/' "$TMP/survey.conf" >"$TMP/bad.conf"
sim "$TMP/bad.conf" >"$TMP/out" 2>"$TMP/err"
is "$?" 4 "a context that is no flow: exit code 4"
like "$(cat "$TMP/err")" 'thank' "and what is wrong in it"

is "$(field "$TMP/1.json" 'my $d = $_->{dids}[0]; my ($n, $u) = (0, 0);
	$n += $_->{dids}, $u += $_->{dids} * $_->{uses} for @{$d->{histogram}};
	"$n " . ($u == $d->{uses}) . " $d->{uses_max} $d->{over_cap}"')" "400 1 20 0" \
	"uses of the caller IDs: a histogram of all of them, none over its cap"
like "$(cat "$TMP/1.txt")" '^uses of +DIDs +least +most' "in the text, too"

sed 's/hours = 1.0/hours = 8000.0/; s/count = 400/count = 9000/; s/count = 50000/count = 400000/' \
	"$TMP/day.conf" >"$TMP/year.conf"
"$B/discador-job" simulate "$TMP/year.conf" >"$TMP/out" 2>"$TMP/err" &
JOB=$!
at_exit "kill $JOB 2>/dev/null"
wait_for 20 sh -c "[ \$(awk '{ print \$14 }' /proc/$JOB/stat) -gt 50 ]"
kill -INT $JOB
wait $JOB
is "$?" 1 "Ctrl-C ends it"
like "$(cat "$TMP/err")" 'interrupted' "and it says so"
like "$(cat "$TMP/out")" '^long +[0-9,]+' "with the figures so far"

ok "the sample is one" sim etc/examples/simulate.conf --hours 0.1
done_testing
