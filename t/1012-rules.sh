#!/bin/sh
# shellcheck disable=SC2016
# The database's side of the rules: attempts that do not count, the next trunk,
# the cap on calls to one number, alternate numbers, callbacks, blocks, and the
# answers to "why not".  1010 has the ground that this stands on.
cd "$(dirname "$0")/.." || exit 1
. t/lib.sh
. t/lib-pg.sh

T=$B/t/tools/db_try
pg_init

# try CMD...: the commands on one connection as node $NODE; their answers.
try() {
	{ echo up; printf '%s\n' "$@"; } |
		"$T" "$DISCADOR_CONNINFO" "${NODE:-n1}" | sed 1d
}

# --- from a database of before ----------------------------------------------
cp -r sql "$TMP/sql"
q 'create schema discador'
for f in 001_schema 002_functions; do
	psql -Xq -1 -v ON_ERROR_STOP=1 -f "sql/$f.sql" >/dev/null 2>&1
done
q "create table schema_version (version int primary key, name text not null,
	applied_at timestamptz not null default now(), sha256 text not null)"
for f in 001_schema 002_functions; do
	q "insert into schema_version (version, name, sha256) values
	(${f%_*}::int, '$f.sql', '$(sha256sum "sql/$f.sql" | cut -d' ' -f1)')"
done
q "select ensure_partitions(3);
insert into country (name, region) values ('usa', 'US');
insert into trunk (name) values ('t');
insert into performance_profile (name) values ('default');
insert into campaign (id, name) values (1, 'c1');
insert into contact (id, campaign_id, number, country, zone, attempts,
	state, lease_node) select i, 1, '+1305555' || to_char(i, 'FM0000'),
	'usa', 'America/New_York', 1, case i when 3 then 'claimed'
	else 'dialing' end, case i when 3 then 'n1' end
	from generate_series(1, 3) i;
insert into campaign_tally values (1, 'usa', 'America/New_York', 3, 0);
insert into did (id, number, country) select i, '+1786555' ||
	to_char(i, 'FM0000'), 'usa' from generate_series(1, 99) i;
insert into call (id, campaign_id, contact_id, attempt, did_id, did_number,
	cap_group, usage_date, number, country, zone, node, armed_at)
select ('00000000-0000-7000-8000-' || to_char(i, 'FM000000000000'))::uuid, 1,
	i, 1, 1, '', 'g', '2026-01-01', '+1305555' || to_char(i, 'FM0000'),
	'usa', 'z', 'n1', date_trunc('second', now()) - i * interval '1 day'
	from generate_series(1, 2) i" >/dev/null
is "$("$T" migrate "$DISCADOR_CONNINFO" sql)" ok \
	"a database of version 2 with calls under way is migrated"
is "$(q "select count(*) from contact where uncounted = 0 and shift = 0
	and alternates is null and not callback")" 3 "contacts have defaults"
OLD=$(q "select ms_of_ts(armed_at) from call where contact_id = 1")
is "$(try "record 1 $OLD ended disp=no_answer contact=pending due=$OLD" |
	cut -c1-3; q "select state, uncounted, shift from contact
	where id = 1")" "ok 
pending|0|0" "a line of before the migration is recorded after it"
is "$(q "select ensure_partitions(3)")" 0 "partitions are as they were"
q 'truncate call; truncate contact cascade; delete from campaign_tally'

# --- what the rest uses -----------------------------------------------------
MS=$(date +%s%3N)
DAY=$(date -u +%F)
NY=usa/America/New_York
uid() { printf '00000000-0000-7000-8000-%012d' "$1"; }
# campaign ID N PREFIX: a campaign with N contacts 1000*ID+1.. in New York
campaign() {
	q "insert into campaign (id, name) values ($1, 'c$1')
	on conflict do nothing;
	insert into contact (id, campaign_id, number, country, zone, due_at)
	select 1000 * $1 + i, $1, '+$3' || to_char(i, 'FM0000'), 'usa',
		'America/New_York', now() - interval '1 day' + i * interval '1 s'
	from generate_series(1, $2) i;
	insert into campaign_tally values ($1, 'usa', 'America/New_York', $2, 0)"
}
row() { # row CAMPAIGN CALL CONTACT DID [NUMBER]: a row of arm
	printf '%d:%d:%d:%d:+1786555%04d:%s' "$2" "$3" "$1" "$4" "$4" \
		"${5:-$(q "select number from contact where id = $3")}"
}
contact() { q "select state, attempts, uncounted, last_disposition
	from contact where id = $1"; }
due() { q "select round(extract(epoch from due_at - now())) from contact
	where id = $1"; }
fin() { q "select coalesce(sum(finished), 0) from campaign_tally
	where campaign_id = $1"; }
END="ended=$MS"

# --- attempts that do not count ---------------------------------------------
campaign 2 9 1306555
q 'update campaign set max_attempts = 2 where id = 2'
is "$(try "claim 2 1 60 $NY" "arm $DAY g 0 $MS $(row 2 1 2001 1)")" \
	"ok 2001:+13065550001:usa:America/New_York:0
ok armed:1:1/0" "a first attempt"
LINE="record 1 $MS ended disp=congestion cause=34 $END contact=pending due=$MS uncounted=1 shift=-1"
try "$LINE" "$LINE" "record 1 $MS ringing ringing=$MS" "$LINE" >/dev/null
is "$(contact 2001) $(q 'select shift, priority from contact where id = 2001')" \
	"pending|1|1|congestion -1|-1" \
	"not counted, once, however often and in whatever order it is said"
q 'update contact set due_at = now() where campaign_id = 2 and id > 2002;
update contact set due_at = now() - interval '"'1 year'"' where id = 2001'
is "$(try "claim 2 1 60 $NY" | cut -d: -f1)" "ok 2002" \
	"whoever has a lower shift goes behind the others"
is "$(try "claim 2 9 60 $NY" | tr ' ' '\n' | grep ^2001)" \
	"2001:+13065550001:usa:America/New_York:1-1" \
	"the claim tells both counts"
is "$(try "arm $DAY g 0 $((MS + 1)) $(row 2 2 2001 1)")" "ok armed:2:2/0" \
	"its next attempt is number 2"
try "record 2 $((MS + 1)) ended disp=busy $END contact=pending due=$MS shift=1" \
	"record 2 $((MS + 1)) ended disp=busy $END contact=pending due=$MS shift=1" \
	"$LINE" >/dev/null
is "$(contact 2001) $(q 'select shift, priority from contact where id = 2001')" \
	"pending|2|1|busy 1|1" "a shift replaces the one before"
is "$(try "claim 2 1 60 $NY" "arm $DAY g 0 $((MS + 2)) $(row 2 3 2001 1)")" \
	"ok 2001:+13065550001:usa:America/New_York:2-1
ok armed:3:3/0" "max_attempts 2: a third, because one did not count"
try "record 3 $((MS + 2)) ended disp=busy $END contact=exhausted" >/dev/null
is "$(contact 2001) $(fin 2)" "exhausted|3|1|busy 1" "then it is over"
q "update contact set state = 'claimed', lease_node = 'n1' where id = 2001"
is "$(try "arm $DAY g 0 $((MS + 3)) $(row 2 4 2001 1)")" "ok gone:4:3/0" \
	"arm counts in the same way"
q "update contact set state = 'pending' where id = 2002"

# lost counts until the truth says otherwise, also behind a later attempt
try "claim 2 1 60 $NY" "arm $DAY g 0 $MS $(row 2 5 2002 1)" \
	"record 5 $MS ended disp=lost contact=pending due=$MS uncounted=1" \
	>/dev/null
is "$(contact 2002)" "pending|1|0|lost" "a lost call counts"
try "claim 2 1 60 $NY" "arm $DAY g 0 $((MS + 1)) $(row 2 6 2002 1)" \
	"record 5 $MS ended disp=failed contact=pending due=$MS uncounted=1" \
	"record 5 $MS ended disp=failed contact=pending due=$MS uncounted=1" \
	>/dev/null
is "$(contact 2002)" "dialing|2|1|lost" \
	"its truth does not, although the next attempt is under way"

# --- the next trunk at once ---------------------------------------------------
campaign 3 9 1307555
LEASE="select state, lease_node, round(extract(epoch from lease_until - now()))
	between 50 and 60 from contact where id ="
try "claim 3 4 60 $NY" "arm $DAY g 0 $MS $(row 3 10 3001 2) $(row 3 11 3002 2) \
$(row 3 12 3003 2) $(row 3 13 3004 2)" >/dev/null
KEEP="record 10 $MS ended disp=failed $END contact=claimed uncounted=1"
is "$(try "$KEEP" | cut -c1-3)$(q "$LEASE 3001")" "ok claimed|n1|t" \
	"the contact stays leased to the node of the call"
is "$(try "arm $DAY g 0 $((MS + 1)) $(row 3 14 3001 2)" "$KEEP" | head -1)" \
	"ok armed:2:5/0" "and can be armed again"
is "$(contact 3001)" "dialing|2|1|failed" "its line again changes nothing"
try "record 11 $MS ended disp=failed ended=$((MS - 61000)) contact=claimed uncounted=1" \
	>/dev/null
is "$(contact 3002) $(q 'select due_at <= now() from contact where id = 3002')" \
	"pending|1|1|failed t" "long ago: pending and due instead"
try "record 12 $MS ended disp=failed $END contact=claimed uncounted=1" \
	>/dev/null
try release_all >/dev/null
is "$(contact 3003)" "pending|1|1|failed" \
	"a new process of the node gives it up"
q "insert into dnc (number) values ('+13075550004')"
try "record 13 $MS ended disp=failed $END contact=claimed uncounted=1" \
	>/dev/null
is "$(try "arm $DAY g 0 $((MS + 1)) $(row 3 15 3004 2)")" "ok dnc:2:5/0" \
	"do-not-call meanwhile"
is "$(contact 3004) $(fin 3)" "dnc|1|1|failed 1" "ends it"
q "update contact set state = 'claimed', lease_node = case id when 3005
	then 'n1' else 'n2' end where id in (3005, 3006)"
is "$(try "defer $((MS + 900000)) 3005 3006 3007")" "ok 1" \
	"defer: only what this node holds"
is "$(contact 3005) $(due 3005 | sed 's/^[89]..$/later/')" \
	"pending|0|0| later" "pending, and not due before"

# --- the cap on calls to one number -------------------------------------------
campaign 4 40 1308555
campaign 5 40 1308555
try "claim 4 40 60 $NY" "claim 5 40 60 $NY" >/dev/null
H=3600000
is "$(try 'number_cap 3' "arm $DAY g 0 $((MS - 25 * H)) $(row 4 100 4001 3)" \
	"record 100 $((MS - 25 * H)) ended disp=busy $END contact=claimed" \
	"arm $DAY g 0 $((MS - 20 * H)) $(row 4 101 4001 3)" \
	"record 101 $((MS - 20 * H)) ended disp=busy $END contact=claimed" \
	"arm $DAY g 0 $((MS - 10 * H)) $(row 4 102 4001 3)" \
	"record 102 $((MS - 10 * H)) ended disp=busy $END contact=done" \
	"arm $DAY g 0 $((MS - 9 * H)) $(row 5 103 5001 3)" | grep arm |
	paste -sd' ')" \
	"ok armed:1:1/0 ok armed:2:2/0 ok armed:3:3/0 ok armed:1:4/0" \
	"what is older than 24 h is not counted"
is "$(q "select did_why from call where id = '$(uid 103)'")" \
	"least used, 1 of 2" "why this DID stands with the call"
q "update contact set state = 'claimed', lease_node = 'n1' where id = 4001"
is "$(try "arm $DAY g 0 $MS $(row 4 104 4001 3)")" "ok gone:4:4/0" \
	"max_attempts stays max_attempts"
q "update contact set state = 'claimed', lease_node = 'n1', attempts = 1
	where id = 4001"
is "$(try 'number_cap 3' "arm $DAY g 0 $MS $(row 4 104 4001 3)")" \
	"ok deferred:2:4/0" "at the cap, all campaigns together: deferred"
is "$(contact 4001) $(q "select lease_node is null, abs(extract(epoch from
	due_at - ts_of_ms($((MS + 4 * H))))) < 1 from contact where id = 4001")" \
	"pending|1|0|busy t|t" \
	"no attempt, no lease, due when the oldest of them is 24 h old"
is "$(q "select uses from did_usage where did_id = 3")" 4 "and no use"
q "update contact set state = 'claimed', lease_node = 'n1' where id = 4001"
is "$(try "arm $DAY g 0 $MS $(row 4 105 4001 3)")" "ok armed:2:5/0" \
	"without a cap it is called"
is "$(try 'number_cap 1' "arm $DAY g 0 $MS $(row 4 106 4002 3) \
$(row 5 107 5002 3) $(row 5 108 5003 3)")" \
	"ok armed:1:7/0 deferred:1:7/0 armed:1:7/0" \
	"two rows of one number in a batch count among themselves"
is "$(due 5002 | sed 's/^86[34]..$/24 h/')" "24 h" "due in 24 h"
is "$(try "unarm $MS 108" 'number_cap 1' \
	"arm $DAY g 0 $MS $(row 4 109 4003 3)")" "ok 1
ok armed:1:7/0" "a call given back does not count"
q "update contact set state = 'claimed', lease_node = 'n1'
	where id in (5003, 5004)"
is "$(try 'number_cap 1' "arm $DAY g 0 $MS $(row 4 110 4004 3)" \
	"record 110 $MS ended disp=failed $END contact=pending due=$MS uncounted=1" \
	"arm $DAY g 0 $MS $(row 5 111 5004 3)" | grep arm)" "ok armed:1:8/0
ok armed:1:9/0" "an attempt that does not count never reached the number"
is "$(try 'number_cap 1' "arm $DAY g 2 $MS $(row 4 112 4005 5)" \
	"arm $DAY g 2 $MS $(row 5 113 5005 5) $(row 5 114 5006 5) $(row 5 115 5007 5)")" \
	"ok armed:1:1/2
ok deferred:1:2/2 armed:1:2/2 capped:1:2/2" \
	"both caps in one batch: never more than fits"

# Two engines, the same numbers at the same moment.
campaign 6 400 1309555
campaign 7 400 1309555
for k in 6 7; do
	NODE=n$k try "claim $k 400 60 $NY" | tr ' ' '\n' | grep : |
		sort -t: -k2"$([ $k = 6 ] || echo r)" |
		awk -F: -v k=$k -v day="$DAY" -v ms="$MS" '
		BEGIN { print "up"; print "number_cap 1" }
		{ row = row sprintf(" %d:%s:%d:%d:+1786555%04d:%s",
			k * 1000 + NR, $1, k, NR % 50 + 10, NR % 50 + 10, $2)
		  if (NR % 40 == 0) { print "arm", day, "race", 0, ms row
			row = "" } }' >"$TMP/race.$k"
done
"$T" "$DISCADOR_CONNINFO" n6 <"$TMP/race.6" >"$TMP/raced.6" &
"$T" "$DISCADOR_CONNINFO" n7 <"$TMP/race.7" >"$TMP/raced.7" &
wait
is "$(q "select count(*), count(distinct number) from call
	where cap_group = 'race'")" "400|400" \
	"two engines at once, cap 1: each of 400 numbers is armed once"
is "$(cat "$TMP"/raced.? | tr ' ' '\n' | cut -d: -f1 | sort | uniq -c |
	awk '{ print $2, $1 }' | grep d | paste -sd' ')" \
	"armed 400 deferred 400" "the other is told so"
is "$(q "select count(distinct node) from call where cap_group = 'race'")" 2 \
	"each of them had some"
is "$(grep -hcv '^ok\|^up' "$TMP"/raced.? | paste -sd' ')" "0 0" \
	"and no deadlock"

# What the count costs: no day before yesterday's is opened.
q "select ensure_partitions(2, (now() at time zone 'UTC')::date - 9)" >/dev/null
plan() {
	PGOPTIONS='-c search_path=discador -c client_min_messages=log' psql \
		-XqAt -c "load 'auto_explain'" \
		-c 'set auto_explain.log_min_duration = 0' \
		-c 'set auto_explain.log_nested_statements = on' \
		-c "$1" 2>&1
}
plan "select number_calls(array(select r from json_populate_recordset(
	null::arm_row, '[{\"number\": \"+13085550001\", \"number_cap\": 3}]')
	r))" >"$TMP/plan"
is "$(grep -c 'Seq Scan on call' "$TMP/plan") $(grep -c \
	"call_$(date -u -d '8 days ago' +%Y%m%d)" "$TMP/plan")" "0 0" \
	"last week's partitions are not opened"
like "$(cat "$TMP/plan")" "Index Scan using call_$(date -u +%Y%m%d)_number_idx" \
	"today's by the number"

# --- alternate numbers --------------------------------------------------------
campaign 8 12 1310555
ALT='[{"number": "+525510000001", "country": "mexico", "zone": "America/Mexico_City"},
 {"number": "+13105550012", "country": "usa", "zone": "America/New_York"},
 {"number": "+13105559999", "country": "usa", "zone": "America/New_York"},
 {"number": "junk"}, {"number": "+13105559998", "country": "usa", "zone": ""},
 "what", {"number": "+13105559997", "country": "usa", "zone": "America/Denver"}]'
q "update contact set alternates = '$ALT' where campaign_id = 8 and id <= 8006;
insert into dnc (number) values ('+13105559999')"
tally() { q "select string_agg(country || '/' || zone || '=' || total || '-'
	|| finished, ' ' order by country, zone) from campaign_tally
	where campaign_id = $1"; }
numbers() { q "select number, country, zone, jsonb_path_query_array(alternates,
	'\$[*].number') from contact where id = $1"; }
try "claim 8 1 60 $NY" "arm $DAY g 0 $MS $(row 8 200 8001 6)" >/dev/null
NEXT="record 200 $MS ended disp=no_answer $END contact=pending due=$MS"
try "$NEXT" "$NEXT" >/dev/null
is "$(numbers 8001 | cut -d'"' -f1,2)" \
	'+525510000001|mexico|America/Mexico_City|["+13105550012' \
	"no answer: the next number is called, once"
is "$(tally 8)" \
	"mexico/America/Mexico_City=1-0 usa/America/New_York=11-0" \
	"and is counted where it lies"
is "$(try "claim 8 1 60 mexico/America/Mexico_City")" \
	"ok 8001:+525510000001:mexico:America/Mexico_City:1" \
	"the claim tells it"
is "$(try "arm $DAY g 0 $((MS + 1)) $(row 8 201 8001 6 +13105550001)")" \
	"ok gone:2:1/0" "who still has the old number is told that it is gone"
try "arm $DAY g 0 $((MS + 1)) $(row 8 202 8001 6)" \
	"record 202 $((MS + 1)) ended disp=invalid_number $END contact=done" \
	"record 202 $((MS + 1)) ended disp=invalid_number $END contact=done" \
	>/dev/null
is "$(numbers 8001) $(contact 8001)" \
	'+13105559997|usa|America/Denver|["+13105550001"] pending|2|0|invalid_number' \
	"bad number: it goes away, what cannot be called is left out"
is "$(due 8001 | sed 's/^-[0-9]$/0/') $(tally 8)" \
	"0 mexico/America/Mexico_City=0-0 usa/America/Denver=1-0 usa/America/New_York=11-0" \
	"the next is due at once"
try "claim 8 1 60 usa/America/Denver" >/dev/null
q "update contact set number = '+13105550001' where id = 8012"
try "arm $DAY g 0 $((MS + 2)) $(row 8 203 8001 6)" \
	"record 203 $((MS + 2)) ended disp=invalid_number $END contact=done" \
	>/dev/null
is "$(numbers 8001) $(contact 8001) $(fin 8)" \
	'+13105559997|usa|America/Denver| done|3|0|invalid_number 1' \
	"none left (another contact has it now): done, counted once"
try "claim 8 5 60 $NY" "arm $DAY g 0 $MS $(row 8 204 8002 6) \
$(row 8 205 8003 6) $(row 8 206 8004 6) $(row 8 207 8005 6)" \
	"record 204 $MS ended disp=connected $END contact=done next \
205 $MS ended disp=congestion $END contact=pending due=$MS next \
206 $MS ended disp=lost $END contact=pending due=$MS next \
207 $MS ended disp=busy $END contact=exhausted" >/dev/null
is "$(q "select string_agg(right(number, 4), ' ' order by id) from contact
	where id between 8002 and 8005") $(fin 8)" "0002 0003 0004 0005 3" \
	"connected, congestion, lost, exhausted: the number stays"
try "record 206 $MS ended disp=machine $END contact=pending due=$MS" >/dev/null
is "$(numbers 8004 | cut -d'|' -f1)" "+525510000001" \
	"lost was a machine: the next number"

# --- callbacks ----------------------------------------------------------------
campaign 9 9 1311555
q 'update campaign set max_attempts = 1 where id = 9'
try "claim 9 3 60 $NY" "arm $DAY g 0 $MS $(row 9 300 9001 7) $(row 9 301 9002 7)" \
	"record 300 $MS ended disp=no_answer $END contact=exhausted" >/dev/null
is "$(fin 9)" 1 "one is exhausted"
is "$(try "callback +13115550001 - 0 maria" \
	"callback +13115550002 - 0 maria" "callback +13115550009 c8 0 maria")" \
	"ok c9,will be called
ok c9,being called now
ok" "callback: it will be called, is being called, is not of that campaign"
is "$(q "select state, attempts, uncounted, shift, priority, callback,
	data->>'callback_by', due_at <= now() from contact where id = 9001")" \
	"pending|1|1|1000|1000|t|maria|t" "an attempt more, first of all"
is "$(fin 9)" 0 "it is not finished any more"
is "$(try "callback +13115550001 - 0 maria" "claim 9 1 60 $NY")" \
	"ok c9,will be called
ok 9001:+13115550001:usa:America/New_York:1-1" "asked twice; goes first"
try "arm $DAY g 0 $((MS + 1)) $(row 9 302 9001 7)" \
	"record 302 $((MS + 1)) ended disp=congestion $END contact=pending due=$MS uncounted=1 shift=1" \
	>/dev/null
is "$(q 'select callback, shift, priority, uncounted from contact
	where id = 9001')" "t|1000|1000|2" \
	"an attempt that does not count leaves it as urgent"
try "claim 9 1 60 $NY" "arm $DAY g 0 $((MS + 2)) $(row 9 303 9001 7)" \
	"record 303 $((MS + 2)) ended disp=connected $END contact=done" >/dev/null
is "$(q 'select callback, shift, priority from contact where id = 9001') $(fin 9)" \
	"f|0|0 1" "over with the call"
q "insert into dnc (number) values ('+13115550005');
update contact set state = 'held', zone = '' where id = 9006;
update contact set alternates = '[{\"number\": \"+525510000009\",
	\"country\": \"mexico\", \"zone\": \"America/Mexico_City\"}]'
	where id = 9007"
is "$(try "callback +13115550005 - 0 m" "callback +13115550006 - 0 m" \
	"callback +525510000009 - $((MS + 3600000)) m")" \
	"ok c9,on the do-not-call list
ok c9,held: its time zone is not known
ok c9,will be called" "never who is barred; an alternate number, too"
is "$(numbers 9007) $(due 9007 | sed 's/^3[56]..$/1 h/')" \
	'+525510000009|mexico|America/Mexico_City|["+13115550007"] 1 h' \
	"on the number asked for, at its time"
q "update contact set zone = 'America/New_York' where id = 9006"
is "$(q "select sum(total) from campaign_tally where campaign_id = 9")" 9 \
	"none is counted twice"
is "$(q "select count(*) from campaign_tally t left join (
	select campaign_id, country, zone, count(*) as total,
	count(*) filter (where contact_finished(state)) as finished
	from contact group by 1, 2, 3) c using (campaign_id, country, zone)
	where campaign_id in (3, 6, 7, 8, 9) and (t.total <> coalesce(c.total, 0)
	or t.finished <> coalesce(c.finished, 0))")" 0 "tallies equal a recount"

# --- a callback since, and the truth after it ---------------------------------
campaign 20 9 1320555
q "update campaign set max_attempts = 1 where id = 20;
update contact set alternates = '[{\"number\": \"+13205559001\",
	\"country\": \"usa\", \"zone\": \"America/New_York\"}]'
	where campaign_id = 20"
asked() { q "select state, callback, shift, priority, ms_of_ts(due_at) = $U,
	last_disposition, right(number, 4) from contact where id = $1"; }
U=$((MS + 3600000))
try "claim 20 3 60 $NY" "arm $DAY g 0 $MS $(row 20 500 20001 8) \
$(row 20 501 20002 8) $(row 20 502 20003 8)" \
	"record 500 $MS ended disp=lost contact=exhausted next \
501 $MS ended disp=lost contact=exhausted next \
502 $MS ended disp=lost contact=exhausted" \
	"callback +13205550001 - $U m" "callback +13205550002 - $U m" \
	"callback +13205550003 - $U m" >/dev/null
try "record 500 $MS ended disp=no_answer $END contact=exhausted" >/dev/null
is "$(asked 20001) $(fin 20)" "pending|t|1000|1000|t|no_answer|0001 0" \
	"asked to be called since the call was lost: its truth leaves that alone"
try "record 501 $MS ended disp=invalid_number $END contact=pending due=$MS" \
	>/dev/null
is "$(asked 20002)" "pending|t|1000|1000|t|invalid_number|0002" \
	"also another time, and the next number"
try "record 502 $MS ended disp=opted_out $END contact=dnc" >/dev/null
is "$(asked 20003 | cut -d'|' -f1,2) $(fin 20)" "dnc|f 1" "but not do-not-call"

# --- imports under way --------------------------------------------------------
# other SQL: in a session of its own that holds what it has until told otherwise
mkfifo "$TMP/other"
psql -XqAt -v ON_ERROR_STOP=1 <"$TMP/other" >"$TMP/other.out" 2>&1 &
exec 7>"$TMP/other"
n_other=0
other() {
	n_other=$((n_other + 1))
	printf '%s;\n\\echo said %s\n' "$1" $n_other >&7
	wait_for 10 grep -q "^said $n_other\$" "$TMP/other.out"
}
waiting() { [ "$(q "select count(*) from pg_stat_activity where
	application_name = 'discador-job' and wait_event_type = 'Lock'
	and query like '$1%'")" = 1 ]; }
campaign 21 2 1321555
q "update contact set alternates = '[{\"number\": \"+13215559001\",
	\"country\": \"usa\", \"zone\": \"America/New_York\"}]'
	where campaign_id = 21"
try "claim 21 2 60 $NY" "arm $DAY g 0 $MS $(row 21 510 21001 9) \
$(row 21 511 21002 9)" >/dev/null
other "begin; select campaign_lock(21); insert into contact (campaign_id,
	number, country, zone) values (21, '+13215559001', 'usa', '')"
is "$(PGOPTIONS="$PGOPTIONS -c statement_timeout=5s" q "select count(*) from
	discador.record('[{\"id\": \"$(uid 510)\", \"armed_ms\": $MS, \"contact_id\":
	21001, \"state\": \"ended\", \"disposition\": \"no_answer\",
	\"contact_state\": \"pending\", \"due_ms\": $MS}]')") \
$(contact 21001) $(numbers 21001 | cut -d'"' -f1,2)" \
	'1 pending|1|0|no_answer +13215550001|usa|America/New_York|["+13215559001' \
	"an import may be bringing the next number: nobody waits for it"
is "$(try "callback +13215559001 c21 0 m")" \
	"ok c21,an import is under way, try again later c21,being called now" \
	"a callback tells it"
other rollback
try "record 511 $MS ended disp=no_answer $END contact=pending due=$MS" >/dev/null
is "$(numbers 21002 | cut -d'|' -f1)" "+13215559001" "when it has ended: the next"
other "begin; select campaign_quiet(21)"
printf '+13215550007\n' | "$B/discador-job" import contacts --campaign c21 \
	--name x >/dev/null 2>&1 &
pid=$!
ok "an import waits for those who move a contact" \
	wait_for 20 waiting 'select campaign_lock'
is "$(q "select count(*) from pg_locks l join pg_stat_activity a using (pid)
	where a.application_name = 'discador-job' and l.mode = 'RowExclusiveLock'
	and l.relation = 'contact'::regclass")" 0 "and has brought nothing yet"
other rollback
wait $pid
is "$? $(q "select count(*) from contact where campaign_id = 21")" "0 3" \
	"then it goes in"

# A do-not-call list of three steps, held up in the last one.
perl -e 'printf "+1322%07d\n", 2000000 + $_ for 0..44999' >"$TMP/dnc.txt"
campaign 22 1 1322555
q "update contact set number = '+13222000000' where campaign_id = 22"
other "begin; insert into dnc (number) values ('+13222044998')"
"$B/discador-job" import dnc --name x <"$TMP/dnc.txt" >/dev/null 2>&1 &
pid=$!
ok "do-not-call: it waits in its last step" wait_for 20 waiting 'insert into dnc'
is "$(q "select count(*) from dnc where number like '+1322%'") \
$(contact 22001) $(fin 22)" "40000 dnc|0|0| 1" \
	"those before are in force, with their contacts"
kill -9 $pid
wait $pid 2>/dev/null
other rollback
exec 7>&-
"$B/discador-job" import dnc --name x <"$TMP/dnc.txt" >"$TMP/dnc.out" 2>&1
is "$? $(q "select count(*) from dnc where number like '+1322%'") $(fin 22)" \
	"0 45000 1" "again: the rest"

# --- caller IDs ---------------------------------------------------------------
U=$((MS + 3600000))
is "$(try "did_block 50 $U bad" "did_block 50 $U bad" \
	"did_block 50 $((U - 1)) bad" "did_block 50 0 for-good" \
	"did_block 50 $U bad" "did_block 12345 $U bad")" "ok 50,blocked
ok 50,unchanged
ok 50,unchanged
ok 50,blocked
ok 50,unchanged
ok" "did_block: never shortens a block"
is "$(try "did_block 51 $U rejected")$(q "select state, ms_of_ts(blocked_until) =
	$U, block_reason from did where id = 51")" \
	"ok 51,blockedblocked|t|rejected" "until then, with the reason"
like "$(try 'did_why +17865550051')" \
	"^ok 51,usa,,blocked,$U,rejected,1,race,$DAY,[0-9]+,0$" "did_why"
is "$(try 'did_why +17865550099' 'did_why +17860000000')" \
	"ok 99,usa,,active,null,,1,null,null,null,null
ok" "not used; not there"
is "$(try "health $((MS - 26 * H)) $((MS + 1000))" | tr ' ' '\n' | grep '^[1-7]:')" \
	"1:2:0:0
3:3:0:0
6:5:0:0
7:2:0:0" "did_health: what ended, but lost ones and those that do not count"
q "update call set disposition = 'rejected' where id = '$(uid 300)';
update call set answered_at = ended_at where id = '$(uid 303)'"
is "$(try "health $((MS - 26 * H)) $((MS + 1000))" | tr ' ' '\n' | grep '^7:')" \
	"7:2:1:1" "answered, rejected"

# --- why contact --------------------------------------------------------------
# shellcheck disable=SC2046
is "$(try 'contact_why +13085550001' | grep -oE '(^ok|[0-9]+,c[0-9]+,[^{]*)' |
	cut -d, -f1,2,4-8,10,12-17 | sed "s/$((MS - 20 * H))/20 h ago/")" "ok
4,c4,usa,America/New_York,dialing,2,0,busy,f,null,null,null,4,20 h ago
5,c5,usa,America/New_York,dialing,1,0,,f,null,null,null,4,20 h ago" \
	"contact_why: each campaign, calls in 24 h and the oldest"
like "$(try 'contact_why +13115550005')" \
	'^ok 9,c9,,usa,.*,t,internal,,[0-9]+,0,null,null$' "do-not-call, since when"
like "$(try 'contact_why +13085550001')" \
	'"attempt" : 2, .*"did" : "[+0-9]+", "did_why" : .*"disposition" : "busy"' \
	"and its last calls with their caller IDs"
is "$(try 'contact_why +13115550007' | cut -d, -f1,2)" "ok 9,c9" \
	"by a number among its alternates"
is "$(try 'contact_why +19995550000' | cut -d, -f6)" null "unknown: one row"

OLD=$(date -u -d '40 days ago' +%Y%m%d)
q "select ensure_partitions(1, (now() at time zone 'UTC')::date - 40)" >/dev/null
plan "select * from contact_why('+13085550001')" >"$TMP/plan"
is "$(grep -c "call_${OLD}_contact" "$TMP/plan")" 0 "no calls of long ago are read"
ok "but those of today" grep -q "call_$(date -u +%Y%m%d)_contact" "$TMP/plan"
campaign 23 1 1323555
try "claim 23 1 60 $NY" "arm $DAY g 0 $((MS - H)) $(row 23 520 23001 9)" \
	"record 520 $((MS - H)) ended disp=failed $END contact=claimed uncounted=1" \
	"arm $DAY g 0 $MS $(row 23 521 23001 9)" >/dev/null
plan "select unarm('n1', array['$(uid 521)'::uuid], array[$MS])" >"$TMP/plan"
is "$(grep -c "call_${OLD}_contact" "$TMP/plan") $(contact 23001) $(q "select
	ms_of_ts(last_attempt_at) = $((MS - H)) from contact where id = 23001")" \
	"0 pending|1|1|failed t" "nor to give a call back; the attempt before is known"

# --- objects ------------------------------------------------------------------
q "select setval('campaign_id_seq', 100)" >/dev/null
like "$(try 'upsert campaign o {"order": "new_first", "retry_max": {"busy": 5}}' \
	'upsert campaign o {"order": "new_first"}' 'objects campaign o')" \
	'"retry_max":\{"busy": 5\},"order":"new_first"' \
	"campaign: order and retry_max"
is "$(try 'upsert alert_rule r {"statistic": "trunk.ner", "threshold": 0.5}' \
	'upsert alert_rule r {"threshold": 0.5}' \
	'upsert alert_rule r {"hold": 30}' | cut -d, -f2 | paste -sd' ')" \
	"created unchanged updated" "alert_rule"
like "$(try 'objects alert_rule')" \
	'"name":"r","statistic":"trunk.ner".*"threshold":0.5.*"hold":30' "is read"
q "insert into metric (node, at, current_cps, target_cps, concurrent_calls,
	initiated, answered, failed) select 'n', now() - i * interval '1 day',
	1, 1, 1, 1, 1, 1 from generate_series(80, 100) i"
is "$(try 'metric_trim 90' 'metric_trim 90')$(q 'select count(*) from metric')" \
	"ok 11
ok 010" "metric: older than 90 days goes, the rest stays"
done_testing
