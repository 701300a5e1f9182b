#!/bin/sh
# A day at 30 calls per second with 20,000 caller IDs in the pools of nine
# countries, simulated: every caller ID of a pool is used as often as the next
# one, and none more often than its cap allows.
. "$(dirname "$0")/lib.sh"
need perl perl -MJSON::PP -e1

# NAME REGION CAPGROUP CAP DIDS CONTACTS.  usa and canada share caller IDs and
# have more contacts than these may be used for.
cat >"$TMP/pools" <<'X'
usa US nanp 100 4000 400000
canada CA nanp 100 2000 300000
mexico MX - 0 3000 290000
brasil BR - 0 3000 290000
colombia CO - 0 2000 290000
argentina AR - 0 2000 290000
chile CL - 0 1500 290000
peru PE - 0 1500 290000
venezuela VE - 0 1000 290000
X
each() { # TEXT with @1 to @6 for the columns, of each row, with commas between
	awk -v f="$1" '{ s = f; for (i = 1; i <= NF; i++) gsub("@" i, $i, s)
		printf "%s%s", (NR > 1 ? "," : ""), s }' "$TMP/pools"
}
HOURS='call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"'
# The cap counts from midnight in New York, as the day does: one date.
{
	echo 'trunks = ( { name = "a"; switch = "pbx1"; max_cps = 20.0; max_channels = 3000; },
	{ name = "b"; switch = "pbx2"; max_cps = 20.0; max_channels = 3000; } );
profiles = ( { name = "day"; max_cps = 30.0; initial_cps = 30.0; max_concurrent_calls = 5000; } );
countries = ('
	each '{ name = "@1"; region = "@2"; cap_group = "@3"; did_daily_cap = @4;
		cap_zone = "America/New_York"; cap_reset = "00:00"; '"$HOURS"'; }' |
		sed 's/cap_group = "-";//'
	echo '); campaigns = ( { name = "day"; trunks = [ "a", "b" ]; profile = "day";
	max_cps = 30.0; max_attempts = 1; '"$HOURS"'; } );
simulation = { start = "2026-11-23 00:00"; zone = "America/New_York"; hours = 24.0;
contacts = ('
	each '{ country = "@1"; campaign = "day"; count = @6; }'
	echo '); dids = ('
	each '{ country = "@1"; count = @5; }'
	echo '); };'
} >"$TMP/day.conf"

BEGAN=$(date +%s)
# 60 s of a processor, which may be shared: it takes about 20
prlimit --cpu=60 timeout 300 "$B/discador" simulate "$TMP/day.conf" --json \
	>"$TMP/day.json" 2>"$TMP/err"
rc=$?
is $rc 0 "24 hours are simulated"
[ $rc = 0 ] || { sed 's/^/# /' "$TMP/err"; done_testing; }
echo "# in $(($(date +%s) - BEGAN)) s"
perl -MJSON::PP -e 'local $/; my $o = decode_json(<STDIN>);
	print "day $o->{total}{calls} $o->{cps_worst_second}\n";
	for my $p (@{$o->{dids}}) {
		my ($d, $u) = (0, 0);
		$d += $_->{dids}, $u += $_->{dids} * $_->{uses} for @{$p->{histogram}};
		print join(" ", map({ $p->{$_} } qw(country dids uses uses_min uses_max
			rested rested_min rested_max over_cap)), "$d/$u"), "\n";
	}' <"$TMP/day.json" >"$TMP/figures"
sed 's/^/# /' "$TMP/figures"
sum() { awk -v k="$1" '$1 != "day" { n += $k } END { print n + 0 }' "$TMP/figures"; }

n=$(awk '$1 == "day" { print $2 }' "$TMP/figures")
ok "$n calls: 30 in each second" [ "${n:-0}" -gt 2580000 ]
is "$(awk '$1 == "day" { print $3 }' "$TMP/figures")" 30 'and never more'
is "$(sum 2)" 20000 '20,000 caller IDs'
is "$(sum 3)" "$n" 'each call has one'
is "$(sum 9)" 0 'none is over its cap'
pools=0
while read -r c dids uses min max rested rmin rmax over bars; do
	[ "$c" != day ] || continue
	pools=$((pools + 1))
	ok "$c: $dids IDs, flat: $min to $max uses, $uses in all" \
		[ "$min" -gt 0 -a $((max - min)) -le 1 ]
	ok "$c: $rested of them rested, with $rmin to $rmax uses" \
		[ "$rested" -le $((dids / 100)) -a "$rmax" -le "$max" ]
	is "$bars" "$dids/$uses" "$c: its histogram holds all of them"
	case $c in usa | canada) is "$max $over" '100 0' "$c: up to its cap" ;; esac
done <"$TMP/figures"
is $pools 9 'nine countries'
done_testing
