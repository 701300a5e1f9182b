#!/bin/sh
# The way of a call, end to end on the simulated carrier: a dirty list in,
# 30 calls per second out, every contact exactly one attempt, the carrier's
# record equal to the call table row by row.
. t/lib.sh
. t/lib-engine.sh
N=${N:-450}
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
ENG_METRICS=true ENG_METRICS_PORT=$(free_port)
eng_conf "$SIM_PORT" 30.0
ok 'the engine starts with a private database' eng_start
cat >"$ENG/a.conf" <<'X'
countries = (
  { name = "usa"; region = "US"; did_daily_cap = 100; cap_group = "nanp";
    cap_zone = "America/New_York"; call_from = "00:00"; call_to = "24:00";
    weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
profiles = ( { name = "flat"; max_cps = 30.0; auto_adjust_cps = false; } );
campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat";
    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; } );
X
ok 'apply' d apply "$ENG/a.conf"
like "$(d apply "$ENG/a.conf")" 'campaign c1 unchanged' 'apply again changes nothing'
perl -e 'printf "+1305555%04d\n", $_ for 1000..1099' >"$ENG/dids.txt"
ok 'import 100 caller IDs' d import dids "$ENG/dids.txt"
# human who presses 1, 9 or nothing, machine, busy, rings out, 503, 404, 403,
# silent, drops
numbers "$N" 1212 011x1 011x1 01911 01001 11001 21000 31000 40000 51000 61000 71000 91000 >"$TMP/n"
{ echo 'Telefono;Nombre'; sed 's/^1//; s/$/;"Pe\xf1a; Jos\xe9"/' "$TMP/n"
  sed -n 1,20p "$TMP/n" | sed 's/$/;again/'
  echo '5.21551E+12;damaged'; echo '12345;short'; echo 'n/a;none'; } >"$ENG/list.csv"
out=$(d import contacts "$ENG/list.csv" --campaign c1 --country usa --rejects "$ENG/rej.csv")
like "$out" "$N +imported" "$N contacts imported"
like "$out" '20 +duplicates' '20 duplicates'
like "$out" '3 +rejected' '3 rejected'
is "$(q "select count(*) from contact where zone = 'America/New_York' and country = 'usa'")" "$N" 'country and zone set at import'
ok 'campaign start' d campaign start c1
ok 'it finishes' wait_for $((N / 30 + 60)) camp_is c1 finished
ok 'no call is left' wait_for 20 quiet
is "$(q 'select count(*) from call')" "$N" 'one call for each contact'
is "$(q 'select count(distinct contact_id) from call where attempt = 1')" "$N" 'exactly one attempt each'
is "$(q "select count(*) from call where state <> 'ended' or disposition in ('', 'lost')")" 0 'all ended, none lost'
is "$(wc -l <"$ENG/truth.csv" | tr -d ' ')" "$N" 'the carrier saw as many'
# row by row: number and caller ID from the carrier's record
q "select ltrim(number, '+'), ltrim(did_number, '+') from call order by 1" | tr '|' , >"$TMP/db"
cut -d, -f2,3 "$ENG/truth.csv" | sort >"$TMP/carrier"
ok 'number and caller ID row by row' diff "$TMP/db" "$TMP/carrier"
# what the digits say is what the table says
is "$(q "select string_agg(distinct substr(number, 8, 1) || ':' || disposition, ' ' order by substr(number, 8, 1) || ':' || disposition) from call")" \
  '0:answered_no_key 0:connected 0:opted_out 1:machine 2:busy 3:no_answer 4:congestion 5:invalid_number 6:rejected 7:machine 9:answered_no_key' \
  'disposition by the digits of the number'
is "$(q "select count(*) from call where disposition = 'connected' and (key_pressed <> '1' or connected_at is null)")" 0 'connected means key 1 and an agent'
is "$(q "select count(*) from call where disposition = 'opted_out' and number not in (select number from dnc)")" 0 'who pressed 9 is on the do-not-call list'
is "$(q "select count(*) from call where substr(number, 10, 1) = '9' and substr(number, 8, 1) = '0' and disposition <> 'opted_out'")" 0 'and everybody who pressed 9 is'
is "$(q 'select count(*) from call where sent_at is null or setup_ms is null')" 0 'setup_ms filled everywhere'
is "$(q "select count(*) from call where context is distinct from 'usa' or context_version <> 1")" 0 'each with the context and version it left with'
is "$(q "select count(*) filter (where amd <> '' and amd_ms is null) || ' ' || count(*) filter (where disposition in ('connected', 'opted_out') and key_ms is null) from call")" '0 0' 'how long detection and the key took'
is "$(q "select max(n) from (select count(*) over (order by sent_at range between '999 ms' preceding and current row) n from call) x")" 30 'no sliding second above 30'
is "$(st .cps.actual_10s | cut -c1-2 | grep -c .)" 1 'the board answers'
is "$(q "select bool_and(m - n <= 1) from (select max(uses) m, min(uses) n from did_usage) x")" t 'the rotation is even'
is "$(q "select sum(uses) from did_usage")" "$N" 'every use is counted'
is "$(st .calls.attempted)" "$N" 'status counts the same'
is "$(q "select sum(total) || ' ' || sum(finished) from campaign_tally")" "$N $N" 'the tally is done'
get() { perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or exit 1;
	print $s "GET $ARGV[1] HTTP/1.0\r\n\r\n"; print <$s>' "$ENG_METRICS_PORT" "$1"; }
like "$(get /healthz)" ' 200 ' '/healthz says ok'
like "$(get /metrics)" "^discador_calls_attempted.country=\"usa\". $N\$" '/metrics counts the same'
like "$(get /secret)" ' 404 ' 'and nothing else is served'
# 9 is not called again although another list holds it
q "select number from dnc" >"$ENG/again.txt"; K=$(wc -l <"$ENG/again.txt")
sed 's/"c1"/"c2"/' "$ENG/a.conf" >"$ENG/b.conf"
ok 'a second campaign' d apply "$ENG/b.conf"
like "$(d import contacts "$ENG/again.txt" --campaign c2)" "$K +on the do-not-call list" 'the import leaves them out'
q "insert into contact (campaign_id, number, country, zone) select (select id from campaign where name = 'c2'), number, 'usa', 'America/New_York' from dnc" 
q "insert into campaign_tally select id, 'usa', 'America/New_York', $K, 0 from campaign where name = 'c2'"
d campaign start c2 >/dev/null
ok 'put in behind the back of the import they end uncalled' wait_for 20 camp_is c2 finished
is "$(q "select count(*) from contact where state = 'dnc' and campaign_id = (select id from campaign where name = 'c2')")" "$K" 'as do-not-call'
is "$(wc -l <"$ENG/truth.csv" | tr -d ' ')" "$N" 'and the carrier saw nothing'
ok 'a clean stop' eng_stop
done_testing
