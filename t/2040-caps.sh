#!/bin/sh
# 50 caller IDs with a cap of 100 a day, shared by the USA and Canada, and
# 6,000 contacts: the run ends at exactly 5,000 calls, the screen says why, and
# the database refuses one more.  Mexico, without a cap, goes on meanwhile.
. t/lib.sh
. t/lib-engine.sh
eng_dir
ok 'the simulated carrier starts' eng_sim --mode instant
eng_conf "$SIM_PORT" 1000.0
ok 'the engine starts' eng_start
conf() {
	cat <<-C
countries = (
  { name = "usa"; region = "US"; did_daily_cap = $1; cap_group = "nanp";
    cap_zone = "Pacific/Honolulu"; call_from = "00:00"; call_to = "24:00";
    weekdays = "mon-sun"; did_rest = 0; },
  { name = "canada"; region = "CA"; did_daily_cap = $1; cap_group = "nanp";
    cap_zone = "Pacific/Honolulu"; call_from = "00:00"; call_to = "24:00";
    weekdays = "mon-sun"; did_rest = 0; },
  { name = "mexico"; region = "MX"; call_from = "00:00"; call_to = "24:00";
    weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; }, { name = "ca"; country = "canada"; },
  { name = "mexico"; country = "mexico"; connect_key = "3"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 1000.0; min_cps = 1000.0; max_channels = 5000; } );
profiles = ( { name = "flat"; max_cps = 1000.0; max_concurrent_calls = 5000; auto_adjust_cps = false; } );
campaigns = (
  { name = "north"; trunks = [ "t1" ]; profile = "flat"; max_cps = 1000.0; max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; },
  { name = "mx"; trunks = [ "t1" ]; profile = "flat"; max_cps = 20.0; max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; } );
	C
}
conf 100 >"$ENG/a.conf"
ok 'apply' d apply "$ENG/a.conf"
perl -e 'printf "+1305555%04d\n", $_ for 1000..1049' >"$ENG/dids.txt"
perl -e 'printf "+52555000%04d\n", $_ for 1000..1019' >"$ENG/mx-dids.txt"
like "$(d import dids "$ENG/dids.txt")" '50 +imported' '50 caller IDs for the USA'
like "$(d import dids "$ENG/mx-dids.txt")" '20 +imported' '20 for Mexico'
for npa in 1205 1206 1207 1208 1209 1210 1212 1213 1214 1215; do numbers 540 $npa xxxxx; done >"$ENG/us.txt"
numbers 600 1416 xxxxx >"$ENG/ca.txt"
numbers 600 52555 xxxxx | sed 's/^/+/' >"$ENG/mx.txt"
cat "$ENG/ca.txt" "$ENG/us.txt" >"$ENG/north.txt"
like "$(d import contacts "$ENG/north.txt" --campaign north --country usa)" '6,?000 +imported' '6,000 contacts in the USA and Canada'
is "$(q "select count(*) from contact where country = 'canada'")" 600 '600 of them in Canada'
like "$(d import contacts "$ENG/mx.txt" --campaign mx --country mexico)" '600 +imported' '600 in Mexico'
d cps 400 >/dev/null
d campaign start mx >/dev/null
d campaign start north >/dev/null
left() { grep -c '^[^,]*,1' "$ENG/truth.csv"; }
capped() { [ "$(st .dids.capped_out)" = 50 ] && camp_is north waiting && why_is north 'cap of 100 .*1000 contacts'; }
ok 'it comes to a stop by itself' wait_for 100 capped
like "$(camp north why)" 'all 50 caller IDs of nanp .*cap of 100 a day \(1000 contacts wait\)' 'the reason names the cap, and how many wait'
like "$(d status)" 'north +waiting .*cap of 100 a day' 'status shows it'
like "$(d status)" 'critical: caller IDs of nanp: all 50 at their cap of 100' 'as an alert, too'
T_was=$(q "select count(*) from call where country = 'mexico'")
is "$(left)" 5000 'the carrier saw exactly 5,000 calls'
mexico_goes_on() { [ "$(q "select count(*) from call where country = 'mexico'")" -ge $((T_was + 30)) ] || [ "$T_was" = 600 ]; }
ok 'Mexico goes on' wait_for 30 mexico_goes_on
is "$(left)" 5000 'and it is still 5,000'
is "$(q "select count(*) from call where country in ('usa', 'canada')")" 5000 '5,000 rows in call'
is "$(q "select count(*), sum(uses), min(uses), max(uses) from did_usage where cap_group = 'nanp'" | tr '|' ' ')" '50 5000 100 100' 'each caller ID was used exactly 100 times'
ok 'Canada took its share of the same cap' [ "$(q "select count(*) from call where country = 'canada'")" -gt 300 ]
is "$(q "select count(*) from contact where country in ('usa', 'canada') and state = 'pending' and attempts = 0")" 1000 '1,000 contacts wait, untouched'
out=$(q "update did_usage set uses = uses + 1 where cap_group = 'nanp'" 2>&1)
like "$out" 'violates check constraint "did_usage_cap"' 'the database refuses one more use by hand'
is "$(q "select sum(uses) from did_usage where cap_group = 'nanp'")" 5000 'and nothing has changed'
# shellcheck disable=SC2046
set -- $(q "select id, number, campaign_id, zone from claim('n2', (select id from campaign where name = 'north'), '{usa}',
    (select array[zone] from contact where country = 'usa' and state = 'pending' limit 1), 1, 60) join contact using (id, number, zone)" | tr '|' ' ')
is "$(q "select verdict, uses, cap from arm('n2', (select json_agg(json_build_object('ord', 0, 'id', gen_random_uuid(), 'armed_ms', ms_of_ts(now()),
    'contact_id', $1, 'campaign_id', $3, 'did_id', did_id, 'did_number', '', 'cap_group', cap_group, 'usage_date', usage_date, 'cap', cap,
    'number', '$2', 'country', 'usa', 'zone', '$4')) from (select * from did_usage where cap_group = 'nanp' limit 1) x))" | tr '|' ' ')" \
  '2 100 100' 'another engine is told that it is capped, too'
q "select release('n2', array[$1::bigint])" >/dev/null
ok 'Mexico is called to its end' wait_for 60 camp_is mx finished
is "$(q "select count(*) from call where country = 'mexico' and did_number like '+52%'")" 600 'with Mexican caller IDs'
is "$(q "select count(*) from call where country <> 'mexico' and did_number not like '+1305%'")" 0 'and the others with their own'
conf 101 >"$ENG/b.conf"
ok 'the cap is raised by one' d apply "$ENG/b.conf"
raised() { [ "$(left)" -ge 5050 ] && why_is north 'cap of 101'; }
ok 'it goes on by itself, and stops again' wait_for 30 raised
is "$(left)" 5050 'after exactly one more for each'
ok 'a clean stop' eng_stop
done_testing
