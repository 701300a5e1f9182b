#!/bin/sh
# shellcheck disable=SC2016,SC2317
# The engine's side of PostgreSQL: claim, arm, record and their ways back, the
# cap, the link and its loss, the schema files.
cd "$(dirname "$0")/.." || exit 1
. t/lib.sh
. t/lib-pg.sh

T=$B/t/tools/db_try
pg_init
MS=1795215346123
DAY=2026-11-21

# try CMD...: the commands on one connection as node $NODE; their answers.
try() {
	{ echo up; printf '%s\n' "$@"; } |
		"$T" "$DISCADOR_CONNINFO" "${NODE:-n1}" | sed 1d
}
# A campaign's row: contacts pending claimed dialing done exhausted dnc
states() { q "select string_agg(state || '=' || n, ' ' order by state)
	from (select state, count(*) n from contact where campaign_id = $1
	group by state) x"; }
fin() { q "select coalesce(sum(finished), 0) from campaign_tally
	where campaign_id = $1"; }
contact() { q "select state, attempts, last_disposition from contact
	where id = $1"; }
# campaign ID N PREFIX: a campaign with N contacts 1000*ID+1.. in New York
campaign() {
	q "insert into campaign (id, name) values ($1, 'c$1');
	insert into contact (id, campaign_id, number, country, zone, due_at)
	select 1000 * $1 + i, $1, '+$3' || to_char(i, 'FM0000'), 'usa',
		'America/New_York', timestamptz '2026-01-01' + i * interval '1 s'
	from generate_series(1, $2) i;
	insert into campaign_tally values ($1, 'usa', 'America/New_York', $2, 0)"
}
uid() { printf '00000000-0000-7000-8000-%012d' "$1"; }
NY=usa/America/New_York

# --- schema files ---------------------------------------------------------
is "$("$T" migrate "$DISCADOR_CONNINFO" sql)" ok "schema from nothing"
is "$("$T" migrate "$DISCADOR_CONNINFO" sql)" ok "and nothing left to do"
is "$(q 'select count(*) from schema_version')" \
	"$(find sql -name '[0-9]*.sql' | wc -l)" "a row per file"
cp -r sql "$TMP/sql"
echo '-- edited' >>"$TMP/sql/001_schema.sql"
like "$("$T" migrate "$DISCADOR_CONNINFO" "$TMP/sql")" \
	'001_schema.sql is not the file that was applied' \
	"an edited file is refused"
cp sql/001_schema.sql "$TMP/sql"
: >"$TMP/sql/099_later.sql"
like "$("$T" migrate "$DISCADOR_CONNINFO" "$TMP/sql")" 'newer than this' \
	"a file from the future is refused"
rm "$TMP"/sql/0[09][29]*
like "$("$T" migrate "$DISCADOR_CONNINFO" "$TMP/sql")" 'is missing' \
	"a missing file is refused"
q "insert into schema_version values (99, 'x', now(), 'x')"
like "$("$T" migrate "$DISCADOR_CONNINFO" sql)" 'version 99, this program' \
	"a database from the future is refused"
is "$(echo down | "$T" "$DISCADOR_CONNINFO")" "down yes" \
	"and the engine does not come up on it"
q 'delete from schema_version where version = 99'
cp sql/* "$TMP/sql"
printf 'select 1;\nselect nothing_here;\n' >"$TMP/sql/002_functions.sql"
q 'create database broken'
like "$("$T" migrate "$(echo "$DISCADOR_CONNINFO" |
	sed s/dbname=discador/dbname=broken/)" "$TMP/sql")" \
	'002_functions.sql:2: column "nothing_here"' \
	"an error has file and line"
"$T" migrate "$(echo "$DISCADOR_CONNINFO" |
	sed s/dbname=discador/dbname=broken/)" sql >"$TMP/m1" &
"$T" migrate "$(echo "$DISCADOR_CONNINFO" |
	sed s/dbname=discador/dbname=broken/)" sql >"$TMP/m2" &
wait
is "$(cat "$TMP/m1" "$TMP/m2")" "ok
ok" "two migrate at the same time, from where the broken one stopped"

# --- partitions -----------------------------------------------------------
is "$(q "select ensure_partitions(1, '2026-12-31')")" 2 "today and tomorrow"
is "$(q "select ensure_partitions(1, '2026-12-31')")" 0 "again: nothing"
is "$(q "select ensure_partitions(1, '2027-01-01')")" 1 "past midnight: one"
q "insert into call (id, campaign_id, contact_id, attempt, did_id, did_number,
	cap_group, usage_date, number, country, zone, node, armed_at)
	values ('$(uid 1)', 1, 1, 1, 1, '+13055550000', 'nanp', '2027-03-01',
	'+13055550001', 'usa', 'x', 'n1', '2027-03-01 12:00Z')"
q "select ensure_partitions(0, '2027-03-01')" >/dev/null
is "$(q "select tableoid::regclass from call")" call_20270301 \
	"a row that was in no partition is moved"
q 'delete from call'
like "$(try 'partitions 2' 'partitions 2')" '^ok [0-9]' "from the engine"

q "select setval('contact_id_seq', 100000), setval('campaign_id_seq', 100)" \
	>/dev/null
# --- claim ----------------------------------------------------------------
q "insert into did (number, country) select '+1786555' ||
	to_char(i, 'FM0000'), 'usa' from generate_series(1, 60) i"
campaign 1 12 1305555
q "update contact set priority = 5 where id = 1005;
update contact set due_at = now() + interval '1 h' where id = 1001;
update contact set state = 'held' where id = 1002;
update contact set zone = 'America/Chicago' where id = 1003;
update contact set attempts = 3 where id = 1004;
insert into dnc (number, list) values ('+13055550006', 'import')"
is "$(try "claim 1 3 60 $NY")" \
	"ok 1005:+13055550005:usa:America/New_York:0 1007:+13055550007:usa:America/New_York:0 1008:+13055550008:usa:America/New_York:0" \
	"claim: priority, then due; not the held, spent, unwanted, early, far"
is "$(q 'select state, lease_node, lease_until > now() from contact
	where id = 1007')" "claimed|n1|t" "under a lease"
is "$(states 1)" "claimed=3 dnc=1 exhausted=1 held=1 pending=6" "states"
is "$(fin 1)" 2 "the two that came to their end are counted"
is "$(try "claim 1 0 60 $NY" "claim 1 9 60 mexico/America/Mexico_City" \
	"claim 77 9 60 $NY")" "ok
ok
ok" "nothing, nowhere, nobody"
is "$(NODE=n2 try "release 1005")" "ok 0" "release: not another node's"
is "$(try "release 1005 1005 1009")" "ok 1" "release: once"
is "$(contact 1005)" "pending|0|" "pending again"
q "update contact set lease_until = now() - interval '1 s', lease_node = 'n9'
	where id = 1007"
is "$(NODE=n2 try release_all)" "ok 1" "release_all: what has expired"
is "$(try release_all)" "ok 1" "release_all: what is mine"
like "$(try "next_due 1" "next_due 77")" '^ok 17672' "next_due"
is "$(try "next_due 77")" "ok null" "next_due of none"

# Two engines at once never get the same contact.
campaign 2 999 1306555
for n in a b; do
	{ echo up; for _ in $(seq 25); do echo "claim 2 20 60 $NY"; done; } |
		"$T" "$DISCADOR_CONNINFO" $n >"$TMP/claim.$n" &
done
wait
tr ' ' '\n' <"$TMP/claim.a" | grep : | cut -d: -f1 >"$TMP/ids"
tr ' ' '\n' <"$TMP/claim.b" | grep : | cut -d: -f1 >>"$TMP/ids"
is "$(sort "$TMP/ids" | uniq -d | wc -l) $(wc -l <"$TMP/ids")" "0 999" \
	"two engines share a list without overlap"

# --- arm and unarm --------------------------------------------------------
campaign 3 20 1307555
row() { # row CALL CONTACT DID: a row of arm for campaign 3
	printf '%d:%d:3:%d:+1786555%04d:+1307555%04d' "$1" "$((3000 + $2))" \
		"$3" "$3" "$2"
}
try "claim 3 10 60 $NY" >"$TMP/out"
is "$(try "arm $DAY nanp 2 $MS $(row 1 1 1) $(row 2 2 1) $(row 3 3 1)")" \
	"ok armed:1:2/2 armed:1:2/2 capped:1:2/2" \
	"arm: two fit, the third does not"
is "$(contact 3001) $(contact 3003)" "dialing|1| claimed|0|" "contacts"
is "$(q "select attempt, did_id, state, node, ms_of_ts(armed_at) from call
	where id = '$(uid 1)'")" "1|1|armed|n1|$MS" "call row"
is "$(try "arm $DAY nanp 2 $MS $(row 1 1 1)")" "ok armed:1:2/2" \
	"asked again, armed once"
is "$(q 'select count(*), sum(attempts) from call c join contact k
	on k.id = contact_id')" "2|2" "no second row, no second attempt"
is "$(try "arm $DAY nanp 2 $MS $(row 4 1 2) $(row 5 4 2) $(row 6 4 3)")" \
	"ok gone:2:1/2 armed:1:1/2 gone:1:0/2" \
	"gone: dialling already, twice in a batch"
is "$(NODE=n2 try "arm $DAY nanp 2 $MS $(row 7 5 2)")" "ok gone:1:1/2" \
	"gone: another node's"
q "insert into dnc (number) values ('+13075550006')"
is "$(try "arm $DAY nanp 2 $MS $(row 8 6 2) $(row 9 7 2)")" \
	"ok dnc:1:2/2 armed:1:2/2" "do-not-call between claim and arm"
is "$(contact 3006) $(fin 3)" "dnc|0| 1" "it is over for that contact"
q "update contact set attempts = 3 where id = 3008"
is "$(try "arm $DAY nanp 2 $MS $(row 10 8 4)")" "ok gone:4:0/2" \
	"no attempts left"
is "$(contact 3008) $(fin 3)" "exhausted|3| 2" "and it says so"
is "$(try "arm $DAY nanp 2 $MS $(row 11 9 999)")" "ok capped:1:2/2" \
	"a DID that is not in the inventory has no room"
is "$(try "arm $DAY nanp 5 $MS $(row 12 3 1)" \
	"arm $DAY nanp 1 $MS $(row 13 9 1)" \
	"arm $DAY nanp 0 $MS $(row 14 10 1)")" \
	"ok armed:1:3/5
ok capped:1:3/3
ok armed:1:4/0" "cap raised, lowered below the uses, removed"
like "$(try "open")" "^ok $(uid 1):$MS:3001:1:armed:nanp:$DAY .*$(uid 14):" \
	"open calls"
is "$(NODE=n2 try "unarm $MS 14")" "ok 0" "unarm: not another node's"
is "$(try "unarm $MS 14 999" "unarm $MS 14")" "ok 1
ok 0" "unarm: once"
is "$(contact 3010) $(q "select uses, cap from did_usage where did_id = 1")" \
	"pending|0| 3|0" "as if nothing had been"
is "$(q "select last_attempt_at is null, due_at = '2026-01-01 00:00:10Z'
	from contact where id = 3010")" "t|t" "due as before"

# --- record ---------------------------------------------------------------
c() { q "select state, disposition, coalesce(cause::text, '-'),
	coalesce(ms_of_ts(answered_at) - $MS, 0), coalesce(key_pressed, '-')
	from call where id = '$(uid "$1")'"; }
END="ended disp=no_answer cause=19 ended=$((MS + 9000)) contact=pending due=$((MS + 3600000))"
is "$(try "record 1 $MS ringing sent=$((MS + 5)) ringing=$((MS + 700))")" \
	"ok $(uid 1)" "record: a step"
is "$(try "record 1 $MS sent sent=$((MS + 5))" && c 1)" \
	"ok $(uid 1)
ringing||-|0|-" "an older line changes nothing"
is "$(try "record 1 $MS unknown" && c 1)" "ok $(uid 1)
ringing||-|0|-" "unknown is no step back"
is "$(try "record 1 $MS $END" && c 1; contact 3001)" "ok $(uid 1)
ended|no_answer|19|0|-
pending|1|no_answer" "an end"
is "$(q "select ms_of_ts(due_at) - $MS from contact where id = 3001")" \
	3600000 "due at its time"
try "record 1 $MS $END" "record 1 $MS answered answered=$MS" >/dev/null
is "$(c 1) $(contact 3001) $(fin 3)" \
	"ended|no_answer|19|0|- pending|1|no_answer 2" "replayed: nothing"
q "update contact set state = 'claimed', lease_node = 'n1' where id = 3001"
try "record 1 $MS $END" >/dev/null
is "$(contact 3001)" "claimed|1|no_answer" "not even when claimed again"
is "$(try "record 2 $MS ended disp=connected cause=16 answered=$((MS + 900)) key=1 contact=done next 2 $MS answered answered=$((MS + 900)) next 5 $MS sent" && c 2; contact 3002; fin 3)" \
	"ok $(uid 2) $(uid 5)
ended|connected|16|900|1
done|1|connected
3" "a batch out of order"
try "record 2 $MS ended disp=connected contact=done" \
	"record 2 $MS ended disp=busy contact=pending due=$MS" >/dev/null
is "$(c 2) $(contact 3002) $(fin 3)" \
	"ended|connected|16|900|1 done|1|connected 3" \
	"another end after a true one changes nothing; counted once"
is "$(try "record 9999 $MS ended disp=lost next 5 $MS amd amd=HUMAN")" \
	"ok $(uid 5)" "a call the database never heard of is not answered"
try "record 5 $MS amd amd=NOTSURE note=late" >/dev/null
is "$(q "select state, amd, note from call where id = '$(uid 5)'")" \
	"amd|HUMAN|late" "within one state only what was unknown is filled in"

# lost, then the truth
try "record 5 $MS ended disp=lost contact=pending due=$((MS + 1000))" >/dev/null
is "$(c 5) $(contact 3004)" "ended|lost|-|0|- pending|1|lost" "lost"
is "$(try "record 5 $MS ended disp=machine cause=16 contact=pending due=$((MS + 2000))" && c 5; contact 3004)" \
	"ok $(uid 5)
ended|machine|16|0|-
pending|1|machine" "the truth replaces it"
try "record 5 $MS ended disp=lost contact=pending due=$MS" >/dev/null
is "$(c 5)" "ended|machine|16|0|-" "and stays"
try "record 9 $MS ended disp=lost contact=exhausted" \
	"record 9 $MS ended disp=busy contact=pending due=$MS" >/dev/null
is "$(c 9) $(contact 3007) $(fin 3)" \
	"ended|busy|-|0|- exhausted|1|busy 4" "what is finished stays finished"
try "record 12 $MS ended disp=lost contact=pending due=$MS" >/dev/null
q "update contact set attempts = 2, state = 'dialing' where id = 3003"
try "record 12 $MS ended disp=connected contact=done" >/dev/null
is "$(c 12) $(contact 3003)" "ended|connected|-|0|- dialing|2|lost" \
	"the truth about attempt 1 leaves attempt 2 alone"

# opting out: everywhere
campaign 4 9 1307555
q "update contact set state = 'held' where id = 4009;
insert into contact (list, number, country, zone) values
	('spare', '+13075550011', 'usa', 'America/New_York')"
try "claim 3 1 60 $NY" >/dev/null
q "update contact set state = 'claimed', lease_node = 'n1' where id = 3011;
update contact set number = '+13075550011' where id = 4009"
try "arm $DAY nanp 0 $MS $(row 20 11 5)" >/dev/null
printf 'up\nnotified\n' | "$T" "$DISCADOR_CONNINFO" >"$TMP/notified" &
wait_for 10 grep -q up "$TMP/notified"
try "record 20 $MS waiting-key optout=1 key=9" >/dev/null
wait $!
is "$(tail -1 "$TMP/notified")" "notified yes" "engines are told"
is "$(q "select number, list, source from dnc where number like '%0011'")" \
	"+13075550011|internal|$(uid 20)" "opt-out is on the list before the end"
is "$(contact 4009) $(fin 4) $(contact 3011)" "dnc|0| 1 dialing|1|" \
	"held elsewhere: over; ours: when the call ends"
is "$(q "select state from contact where list = 'spare'")" dnc \
	"a contact of nobody's too"
try "record 20 $MS ended disp=opted_out contact=dnc key=9" \
	"record 20 $MS ended disp=opted_out contact=dnc key=9" >/dev/null
is "$(contact 3011) $(fin 3)" "dnc|1|opted_out 5" "counted once"
is "$(try 'dnc +13075550011 +13075550012')" "ok +13075550011" "dnc_test"
like "$(try 'counts 1000')" '^ok 3,usa,1,0,0,0,1,0,0,1,1,[a-z_]+,0$' "counts: what was sent"

# --- the cap --------------------------------------------------------------
campaign 5 600 1308555
for n in x y z; do
	NODE=$n try "claim 5 200 60 $NY" | tr ' ' '\n' | grep : |
		awk -F: -v n="$(printf '%d' "'$n")" -v day=$DAY -v ms=$MS '
		BEGIN { srand(n); print "up" }
		{ d = 10 + int(rand() * 50)
		  row = row sprintf(" %d:%s:5:%d:+1786555%04d:%s",
			n * 1000 + NR, $1, d, d, $2)
		  if (NR % 7 == 0) { print "arm", day, "mix", 3, ms row
			row = "" } }' >"$TMP/arm.$n"
done
for n in x y z; do
	"$T" "$DISCADOR_CONNINFO" $n <"$TMP/arm.$n" >"$TMP/armed.$n" &
done
wait
is "$(cat "$TMP"/armed.? | tr ' ' '\n' | grep -c '^armed:')" \
	"$(q "select count(*) from call where cap_group = 'mix'")" \
	"answers and rows agree"
is "$(q "select max(uses), count(*) filter (where uses = 3) >= 49, sum(uses)
	= (select count(*) from call where cap_group = 'mix')
	from did_usage where cap_group = 'mix'")" "3|t|t" \
	"50 DIDs, cap 3, three engines at once: never a fourth use"
is "$(grep -hcv '^ok\|^up' "$TMP"/armed.? | paste -sd' ')" "0 0 0" \
	"and no deadlock"
like "$(q "update did_usage set uses = uses + 1 where uses = cap and cap > 0" \
	2>&1)" 'did_usage_cap' "an UPDATE by hand past the cap is refused"

# --- the link -------------------------------------------------------------
is "$(try "sql insert into did_usage values (1, 'h', '$DAY', 2, 1)" \
	"sql select 42" "up 1" | cut -c1-20)" "refused 23514 new ro
ok 42
up yes" "a refusal keeps the link"
is "$(try "sql do \$\$ begin raise 'full' using errcode = '53100'; end \$\$" \
	'up 2' 'sql select 42')" "away 53100 full
up yes
ok 42" "what would pass later is no refusal: the link breaks and comes back"
is "$(printf 'sql select 1\n' | "$T" "$DISCADOR_CONNINFO")" \
	"away  the database is not connected yet" "not connected: away at once"
is "$(echo 'up' | "$T" \
	"host=/nonexistent,$PG_DIR port=5432 user=postgres dbname=discador")" \
	"up yes" "the second of two hosts"
P=$(free_port)
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5,
	LocalAddr => "127.0.0.1", LocalPort => $ARGV[0]); sleep 60' "$P" &
mute=$!
at_exit "kill $mute 2>/dev/null"
wait_for 5 port_open "$P"
is "$(echo 'up' | "$T" "host=127.0.0.1,$PG_DIR port=$P,5432 user=postgres \
dbname=discador")" "up yes" "a first host that takes us and says nothing"
kill $mute
q "create role ro login superuser; alter role ro set
	default_transaction_read_only = on"
is "$(echo down | "$T" "host=$PG_DIR user=ro dbname=discador")" "down yes" \
	"a read-only server is not taken"

kill_link() {
	q "select pg_terminate_backend(pid) from pg_stat_activity
		where application_name = 'db_try' and state = 'active'" |
		grep -q t
}
printf '%s\n' up 'pipeline 20 0.2' 'counts?' 'up 2' 'sql select 42' |
	"$T" "$DISCADOR_CONNINFO" >"$TMP/killed" &
pid=$!
wait_for 10 grep -q sent "$TMP/killed"
ok "killed while 20 requests were under way" wait_for 10 kill_link
wait $pid
like "$(sed -n 3p "$TMP/killed")" '^ok=1?[0-9] refused=[01] away=(1[0-9]|20) p' \
	"each was answered, the rest as away"
is "$(sed -n '3s/[a-z]*=//gp' "$TMP/killed" | awk '{ print $1 + $2 + $3, $4 }')" \
	"20 0" "exactly once"
is "$(tail -2 "$TMP/killed")" "up yes
ok 42" "back by itself"

mkfifo "$TMP/in"
"$T" "$DISCADOR_CONNINFO" <"$TMP/in" >"$TMP/restart" &
pid=$!
exec 7>"$TMP/in"
echo up >&7
wait_for 10 grep -q 'up yes' "$TMP/restart"
pg_stop
printf 'down\nsql select 41\n' >&7
wait_for 10 grep -q away "$TMP/restart"
pg_up 7>&-
printf 'up 2\nsql select 42\n' >&7
exec 7>&-
wait $pid
is "$(sed 's/^away.*/away/' "$TMP/restart")" "up yes
down yes
away
up yes
ok 42" "PostgreSQL stopped and started"

# --- objects --------------------------------------------------------------
is "$(try 'upsert trunk a {"max_cps": 12.5, "enabled": false}' \
	'upsert trunk a {"max_cps": 12.5}' 'upsert trunk a {}' \
	'upsert trunk a {"max_cps": 13}')" "ok 1,created
ok 1,unchanged
ok 1,unchanged
ok 1,updated" "created, unchanged, updated"
like "$(try 'objects trunk a')" \
	'"name":"a".*"max_cps":13,.*"weight":1,.*"enabled":false}]$' \
	"keys keep their value, others have the default"
is "$(try 'objects trunk b')" "ok []" "none of that name"
like "$(try 'upsert campaign new {"trunks": ["b", "a"], "retry": {"busy": 5}}' \
	'objects campaign new')" \
	'"trunks":\["b","a"\],"lists":\[\],.*"retry":\{"busy": 5\}' \
	"lists and maps"
like "$(try 'upsert did +17865559999 {"country": "usa", "area": "786"}' \
	'upsert did +17865559999 {"state": "blocked", "blocked_until": "2026-11-22T00:00:00Z"}' \
	'upsert did +17865559999 {"blocked_until": ""}' 'dids 60 9')" \
	',\+17865559999,usa,786,blocked,null,,1$' "DIDs"
for k in country context profile; do
	is "$(try "upsert $k x {}" "upsert $k x {}" | cut -d, -f2 |
		paste -sd' ')" "created unchanged" "$k with every default"
done
is "$(q "select count(*) from (select * from country where name = 'x') x,
	(select * from dtmf_context where name = 'x') y,
	(select * from performance_profile where name = 'x') z")" 1 "are there"
like "$(try 'upsert thing x {}')" '^refused 22023' "no such kind"
is "$(try 'state c1 running' 'state nobody paused')" "ok c1
ok" "campaign state"

# Lists: 5,000 contacts in two, 100 numbers in both, 50 in the campaign.
q "insert into campaign (id, name, lists) values (6, 'c6', '{l1,l2}');
insert into contact (list, number, country, zone)
select 'l1', '+1309' || to_char(i, 'FM0000000'), 'usa', 'z'
from generate_series(1, 4000) i;
insert into contact (list, number, country, zone)
select 'l2', '+1309' || to_char(i, 'FM0000000'), 'usa', 'z'
from generate_series(3901, 4900) i;
insert into contact (campaign_id, number, country, zone)
select 6, '+1309' || to_char(i, 'FM0000000'), 'usa', 'z'
from generate_series(1, 50) i;
insert into campaign_tally values (6, 'usa', 'z', 50, 0)"
is "$(try 'attach 6' 'attach 6' | cut -d, -f1)" "ok 4850
ok 0" "lists attached, in steps"
is "$(q "select count(*), count(distinct number), (select total
	from campaign_tally where campaign_id = 6) from contact
	where campaign_id = 6")" "4900|4900|4900" "each number once, counted"
is "$(try "metric $MS" "metric $MS" 'audit maria cps' |
	sed -E 's/[0-9a-f]{64}$/HASH/')" "ok
ok
ok 1,HASH" "metric and audit"
is "$(q 'select current_cps, success_rate is null, brake from metric')" \
	"29.97|t|released" "metric row"

# --- cost -----------------------------------------------------------------
q "insert into campaign (id, name) values (7, 'c7');
insert into contact (campaign_id, number, country, zone, due_at, priority)
select 7, '+1310' || to_char(i, 'FM0000000'), 'usa',
	case i % 3 when 0 then 'America/New_York' else 'America/Chicago' end,
	now() + (i % 1000 - 50) * interval '1 min', i % 4
from generate_series(1, 200000) i; analyze contact"
plan() { # plan LIMIT: the plans inside of claim
	PGOPTIONS='-c search_path=discador -c client_min_messages=log' psql \
		-XqAt -c "load 'auto_explain'" \
		-c 'set auto_explain.log_min_duration = 0' \
		-c 'set auto_explain.log_nested_statements = on' \
		-c 'set auto_explain.log_analyze = on' \
		-c 'set auto_explain.log_buffers = on' \
		-c "select 'rows ' || count(*) from claim('n1', 7,
			'{usa,usa,usa}',
			'{America/New_York,America/Chicago,America/Denver}',
			$1, 60)" 2>&1
}
plan 300 >"$TMP/plan"
like "$(cat "$TMP/plan")" 'rows 300' "300 of 200,000 claimed"
like "$(cat "$TMP/plan")" 'Index Scan using contact_due' "by the index"
is "$(grep -c 'Seq Scan' "$TMP/plan")" 0 "no sequential scan"
q "update contact set due_at = now() + interval '1 h'
	where campaign_id = 7 and state = 'pending'"
q 'vacuum analyze contact'
plan 300 >"$TMP/plan"
pages=$(sed -n '/^Sort/,/Buffers/s/.*Buffers: shared hit=\([0-9]*\).*/\1/p' \
	"$TMP/plan" | head -1)
like "$(cat "$TMP/plan")" 'rows 0' "nothing due among 200,000"
ok "costs few pages ($pages)" test "$pages" -lt 200
done_testing
