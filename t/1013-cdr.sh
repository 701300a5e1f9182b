#!/bin/sh
# The table cdr: what the switch may put there, what is kept of it, and which
# lost calls it settles, in whatever order the two come.
. t/lib.sh
. t/lib-pg.sh
pg_start
q 'select ensure_partitions(1)' >/dev/null
q "create role discador_cdr login;
	alter role discador_cdr set search_path = discador;
	grant usage on schema discador to discador_cdr;
	grant insert on cdr to discador_cdr;
	insert into campaign (name) values ('c');
	insert into contact (campaign_id, number, country, zone, attempts,
		uncounted)
	select 1, '+1305555' || (1000 + i), 'usa', 'America/New_York', 3, i % 2
	from generate_series(1, 20) i;
	create table start as
		select date_trunc('second', now()) as at;
	create function id(i int) returns uuid language sql stable as \$\$
		select (substr(m, 1, 8) || '-' || substr(m, 9, 4) || '-7000-8000-'
			|| lpad(i::text, 12, '0'))::uuid
		from start, lpad(to_hex(ms_of_ts(at)), 12, '0') m
	\$\$" || { echo 'Bail out! no tables'; exit 1; }
# A call of contact I, armed when its id was made, ended so
call() {
	q "insert into call (id, campaign_id, contact_id, attempt, did_id,
		did_number, cap_group, usage_date, number, country, zone, node,
		state, disposition, armed_at, ended_at)
	select id($1), 1, $1, 3, 1, '+12125550100', 'g', current_date,
		'+1305555' || (1000 + $1), 'usa', 'America/New_York', '${3:-n1}',
		'ended', '$2', uuid7_at(id($1)::text), ${4:-now()}"
}
switch() { PGOPTIONS='' PGUSER=discador_cdr psql -XqAt -v ON_ERROR_STOP=1 -c "$1" 2>&1; }
# cdr I DISPOSITION FACTS: with times as cdr_pgsql writes them
cdr() {
	switch "insert into cdr (uniqueid, linkedid, disposition, start, answer,
		\"end\", duration, userfield, sequence) values ('$(q "select id($1)")',
		'x', '$2', 1795235000.25, $([ "$2" = ANSWERED ] && echo 1795235003.5 ||
		echo null), 1795235010.75, 10.5, $3, $1)"
}
list() { q "select contact_id, attempt, disposition, answered, answered_ms,
	ended_ms, duration, facts from cdr_lost('${1:-n1}', ${2:-100})
	order by contact_id"; }
has() { [ "$(list | grep -c .)" = "$1" ]; }

is "$(q "select uuid7_at('01a1fc61-d0fb-7000-8000-000000000001') = ts_of_ms(1795235631355)")" t 'the time in an id'
is "$(q "select uuid7_at('1795235631.17') is null and uuid7_at('') is null
	and uuid7_at('01A1FC61-d0fb-7000-8000-000000000001') is null
	and uuid7_at('01a1fc61-d0fb-4000-8000-000000000001') is null
	and uuid7_at(E'01a1fc61-d0fb-7000-8000-000000000001\n') is null")" t 'none in what is no id of ours'
is "$(list)" '' 'no record: nothing'

# Either order
call 1 lost
cdr 1 'NO ANSWER' "'res= key= cause=1 sip=404'"
ok 'lost, then recorded' wait_for 10 has 1
is "$(list)" '1|2|NO ANSWER|f||1795235010750|10.5|res= key= cause=1 sip=404' 'what is told'
cdr 2 ANSWERED "'res=none key= cause=16 sip=200'"
call 2 lost
ok 'recorded, then lost' wait_for 10 has 2
is "$(list | sed 1d)" '2|3|ANSWERED|t|1795235003500|1795235010750|10.5|res=none key= cause=16 sip=200' 'what is told; the attempt counts'
call 3 busy
cdr 3 BUSY "'res= key= cause=17'"
call 4 lost n2
cdr 4 BUSY "'res= key= cause=17'"
call 5 lost n1 "now() - interval '73 hours'"
cdr 5 BUSY "'res= key= cause=17'"
call 6 lost
cdr 6 ANSWERED null
call 7 lost
cdr 7 ANSWERED null
cdr 7 ANSWERED "'res=connected key=1 cause=16'"
call 8 lost
ok 'two rows for one call' wait_for 10 has 3
is "$(list | cut -d'|' -f1 | tr '\n' ' ')" '1 2 7 ' 'not: with an outcome, of others, old, answered without a word, without a record'
is "$(list n2 | cut -d'|' -f1)" 4 'the other node has its own'
is "$(list n1 1 | grep -c .)" 1 'as many as are asked for'
q "update call set disposition = 'no_answer' where contact_id = 1"
ok 'settled: not told again' has 2

# What is no time
call 14 lost
switch "insert into cdr (uniqueid, disposition, start, answer, \"end\", duration,
	billsec, userfield) values ('$(q 'select id(14)')', 'ANSWERED', 'NaN',
	'Infinity', 1e300, '-Infinity', -1, 'res=none')"
ok 'times that are none stop nobody' wait_for 10 has 3
is "$(list | tail -n 1)" '14|3|ANSWERED|t||||res=none' 'they are left out'
q "alter table cdr disable trigger cdr_arrived;
	update cdr set answer = 'Infinity', \"end\" = 'NaN', duration = 1e300
		where uniqueid = id(14)::text;
	alter table cdr enable trigger cdr_arrived"
is "$(list | tail -n 1)" '14|3|ANSWERED|t||||res=none' 'also when they got in'
q "update call set disposition = 'no_answer' where contact_id = 14"

# Who opts out
call 9 lost
call 10 connected
is "$(q 'select count(*) from dnc')" 0 'nobody has opted out yet'
cdr 9 ANSWERED "'res=optout key=9 cause=16 sip=200'"
cdr 9 ANSWERED "'res=optout key=9 cause=16 sip=200'"
cdr 10 ANSWERED "'res=optouts key=1'"
cdr 11 ANSWERED "'res=optout key=9'" # no such call
is "$(q 'select number, list, source = id(9)::text, reason from dnc')" '+13055551009|internal|t|opted out in a call' 'on the list at once, once, by the number that was called'
is "$(q 'select state, count(*) from contact group by 1')" 'pending|20' 'the contact is settled with its call'

# What is not ours, and what may not be
before=$(q 'select count(*) from cdr')
switch "insert into cdr (uniqueid, userfield) values ('1795235631.17', 'res=optout'), ('', null)" >/dev/null
is "$(q 'select count(*) from cdr')" "$before" 'records of other channels are not kept'
switch "insert into cdr (uniqueid, at) values ('$(q 'select id(12)')', '2000-01-01')"
is "$(q "select at > now() - interval '1 minute' from cdr where uniqueid = id(12)::text")" t 'the switch does not say when a record came'
for t in 'select 1 from cdr' 'delete from cdr' "update cdr set userfield = ''" \
	'select 1 from call' 'select 1 from contact' \
	"insert into dnc (number) values ('+13055550100')" \
	"select * from cdr_lost('n1', 1)" 'select cdr_trim(0, 1)' \
	'create table mine (a int)'; do
	like "$(switch "$t")" 'permission denied' "refused: $t"
done

# Old ones go
q "alter table cdr disable trigger cdr_arrived;
	insert into cdr (at, uniqueid)
	select now() - interval '91 days', id(100 + i) from generate_series(1, 25) i;
	alter table cdr enable trigger cdr_arrived"
is "$(q 'select cdr_trim(90, 10)') $(q 'select cdr_trim(90, 100)') $(q 'select cdr_trim(90, 100)')" '10 15 0' 'records older than 90 days go, some at a time'
is "$(q "select count(*) from cdr where at < now() - interval '90 days'")" 0 'none is left'

# What it costs where nothing has a record
q "insert into call (id, campaign_id, contact_id, attempt, did_id, did_number,
	cap_group, usage_date, number, country, zone, node, state, disposition,
	armed_at, ended_at)
	select id(100000 + i), 1, 13, 100 + i, 1, '+12125550100', 'g', current_date,
	'+13055551013', 'usa', 'America/New_York', 'n3', 'ended',
	case when i % 100 = 0 then 'lost' else 'busy' end, now(), now()
	from generate_series(1, 20000) i; analyze call"
like "$(q "set enable_seqscan = off; explain select from call where node = 'n3' and disposition = 'lost' and ended_at > now() - interval '3 days'")" \
	'Index Only Scan.*node_ended_at_idx|Index Scan.*node_ended_at_idx' 'lost calls have an index of their own'
is "$(list n3)" '' 'none of them has a record'
done_testing
