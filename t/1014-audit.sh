#!/bin/sh
# shellcheck disable=SC2016,SC2317
# The audit log as a chain: old rows get into it, two engines write to it at
# the same time, and `discador audit verify` names the row that was edited,
# taken out, put in, swapped or cut off at the end.
cd "$(dirname "$0")/.." || exit 1
. t/lib.sh
. t/lib-pg.sh
T=$B/t/tools/db_try
pg_init
E=$(mktemp -d /tmp/dsc-au.XXXXXX)
chmod 755 "$E"
at_exit 'stop_engines; rm -rf "$E"'
stop_engines() {
	for T_p in $PIDS; do kill "$T_p" 2>/dev/null; done
	for T_p in $PIDS; do wait "$T_p" 2>/dev/null; done
	PIDS=
}
d() { "$B/discador" -c "$E/n1.conf" "$@"; }
up() { "$B/discador" -c "$E/$1.conf" status --json 2>/dev/null |
	grep -q '"connected": *true'; }
# engine NAME: with no switch, on our database
engine() {
	cat >"$E/$1.conf" <<-X
	node = "$1"; state_dir = "$E/$1"; run_dir = "$E/$1.run";
	timezone = "UTC"; metrics = { enabled = false; };
	database = { conninfo = "$DISCADOR_CONNINFO"; };
	X
	env -u PGOPTIONS "$B/discadord" -c "$E/$1.conf" >>"$E/$1.log" 2>&1 &
	PIDS="$PIDS $!"
	wait_for 30 up "$1" || sed 's/^/# /' "$E/$1.log"
}
rows() { q 'select count(*) from event_log'; }
# The row with that number, as a verification names it
row() { q "select 'row ' || seq || ' (id ' || id || ', ' ||
	to_char(at, 'YYYY-MM-DD HH24:MI:SS') || ')' from event_log
	where seq = $1"; }
verify() { d audit verify >"$E/out" 2>"$E/err"; T_rc=$?
	tr '\n' '|' <"$E/out"; cat "$E/err"; return $T_rc; }
# tamper SQL: what somebody does who may do anything in the database
tamper() {
	q "begin; alter table event_log disable trigger event_log_keep; $1;
	alter table event_log enable always trigger event_log_keep; commit" \
		>/dev/null
}
mend() { tamper 'truncate event_log; insert into event_log select * from saved'; }
# broken TEXT NAME: it is found, with this; then as before, and intact again
broken() {
	T_got=$(verify)
	is "$? $(echo "$T_got" | cut -d'|' -f1)" "1 broken: $1" "$2"
	mend
	verify >/dev/null || { _res 1 "mended: $2"; cat "$E/out" "$E/err"; }
}

# --- rows from before there was a chain --------------------------------------
q 'create schema discador;
	create table schema_version (version int primary key, name text not null,
	applied_at timestamptz not null default now(), sha256 text not null)'
for f in sql/00[1-5]_*.sql; do
	psql -Xq -1 -v ON_ERROR_STOP=1 -f "$f" >"$TMP/sql" 2>&1 || cat "$TMP/sql"
	n=${f##*/}
	q "insert into schema_version (version, name, sha256) values
		(${n%%_*}, '$n', '$(sha256sum "$f" | cut -d' ' -f1)')"
done
q "insert into event_log (at, node, actor, origin, action, object, result,
		detail)
	select timestamptz '2026-11-01 00:00:00.123456Z' + i * interval '7 s',
		'n' || i % 2, 'maría', 'local', 'cps', E'a,\\n:' || i, '',
		case when i % 3 = 0 then json_build_object('b', i, 'a', 'ñ')::jsonb end
	from generate_series(1, 40) i;
	select setval('event_log_id_seq', 50)" >/dev/null
is "$("$T" migrate "$DISCADOR_CONNINFO" sql)" ok 'a database with an audit log is migrated'
is "$(q "select count(*), min(seq), max(seq), count(distinct hash)
	from event_log")" '40|1|40|40' 'every old row is in the chain'
is "$(q 'select count(*) from event_log a join event_log b on b.seq = a.seq + 1
	and b.prev = a.hash')" 39 'one behind the other'

# --- nothing is changed or taken out by mistake ----------------------------------
no() { like "$(q "$1" 2>&1)" "$2" "$3"; }
no "update event_log set result = 'x'" 'update is refused' 'no update'
no 'delete from event_log where id = 0' 'delete is refused' 'no delete'
no 'truncate event_log' 'truncate is refused' 'no truncate'
no 'set session_replication_role = replica; delete from event_log' \
	'delete is refused' 'nor as a replica'
no "insert into event_log (node, actor, action) values ('n', 'a', 'b')" \
	'violates not-null' 'no row beside the chain'
no "insert into event_log (seq, prev, hash, node, actor, action)
	select seq, prev, hash, 'n', 'a', 'b' from event_log where seq = 40" \
	'event_log_seq' 'no number twice'

# --- a thousand rows by two engines at the same time ------------------------------
for n in n1 n2; do
	{ echo up; for i in $(seq 500); do echo "audit maria$i cps"; done; } |
		"$T" "$DISCADOR_CONNINFO" $n >"$E/try.$n" &
done
wait
is "$(cat "$E"/try.* | grep -c '^ok [0-9]*,[0-9a-f]\{64\}$')" 1000 \
	'each answers its number and hash'
is "$(rows) $(q 'select max(seq) from event_log')" '1040 1040' 'without a gap'
like "$(q 'select count(*) from event_log a join event_log b on
	b.seq = a.seq + 1 and a.node <> b.node and a.seq > 40')" '[1-9]' \
	'each behind what the other wrote'
engine n1
like "$(verify)" '^intact: 1,04[0-9] rows, 2026-11-01 00:00:07 to 2026-|head: ' \
	'intact'
is "$(d audit verify --json | tr -d ' \n' | sed 's/"head":"[0-9a-f]*"/H/')" \
	"{\"intact\":true,\"rows\":$(rows),H}" 'as JSON'
engine n2
for i in 1 2 3 4 5; do
	d cps "$i" >/dev/null
	"$B/discador" -c "$E/n2.conf" cps "$i" >/dev/null
done
has() { [ "$(q "select count(*) from event_log where result = 'done'
	and action = 'cps'")" = "$1" ]; }
ok 'commands of two engines' wait_for 10 has 10
ok 'are one chain' verify
ok 'as the other engine says, too' "$B/discador" -c "$E/n2.conf" audit verify
like "$(cat "$E/n1/audit.head")" '^2026-[-0-9]*T[0-9:.]*Z 10[0-9]* [0-9a-f]{64}$' \
	'audit.head has a line'
head_is() { d status --json | tr -d ' \n' | grep -q "\"audit\":{\"rows\":$(rows),\"head\":\"$(q "select encode(hash, 'hex') from event_log order by seq desc limit 1")\"}"; }
d cps 6 >/dev/null
ok 'status has the newest row' wait_for 10 head_is
if [ "$(id -u)" = 0 ]; then
	like "$(setpriv --reuid=65534 --clear-groups "$B/discador" \
		-c "$E/n1.conf" audit verify 2>&1)" 'not permitted to a viewer' \
		'who may not read it may not verify it'
fi
d audit verify now >/dev/null 2>&1
is $? 2 'verify takes no argument'
stop_engines
engine n1
is "$(tail -1 "$E/n1/audit.head" | cut -d' ' -f2,3)" \
	"$(q "select seq || ' ' || encode(hash, 'hex') from event_log
	order by seq desc limit 1")" 'a clean stop writes the newest row down'

# --- somebody holds the chain -------------------------------------------------------
psql -Xq -c 'begin' -c "select audit_append(0, 'n', 'a', '', 'b', '', '')" \
	-c 'select pg_sleep(2.5)' -c 'rollback' >/dev/null &
holder=$!
held() { [ "$(q "select count(*) from pg_stat_activity
	where wait_event = 'PgSleep'")" = 1 ]; }
wait_for 10 held
is "$(q "select count(*) from audit_append(0, 'n', 'a', '', 'b', '', '')")" 0 \
	'nothing is added while somebody holds the chain'
d cps 8 >/dev/null
wait $holder
has_8() { [ "$(q "select count(*) from event_log where object = '8.00'
	or object = '8'")" = 1 ]; }
ok 'it is written afterwards, once' wait_for 10 has_8
ok 'and all is intact' verify

# --- tampering ----------------------------------------------------------------------
q 'create table saved as select * from event_log'
N=$(rows)
C=$(echo "$N" | sed 's/...$/,&/')
tamper "update event_log set actor = 'nobody' where seq = 517"
broken "$(row 517) was edited: it is not what its hash was made of" 'an edited row'
tamper "update event_log set at = at + interval '1 us' where seq = 18"
broken "$(row 18) was edited: it is not what its hash was made of" 'a microsecond'
tamper "update event_log set detail = jsonb_set(detail, '{b}', '0') where seq = 12"
broken "$(row 12) was edited: it is not what its hash was made of" 'a detail'
tamper "update event_log set id = id + 100000 where seq = 1"
broken "$(row 1) was edited: it is not what its hash was made of" 'an id, of the first row'
tamper "update event_log set at = 'infinity' where seq = 300"
T_id=$(q 'select id from event_log where seq = 300')
like "$(verify)" "^broken: row 300 \(id $T_id, -\) was edited" 'a time that no clock shows'
mend
tamper "update event_log set result = 'x' where seq = 600;
	update event_log e set hash = audit_hash(prev, e) where seq = 600"
broken "$(row 601) does not follow row 600: one of the two was put in the place of another" \
	'an edited row whose hash was made to fit'
tamper 'delete from event_log where seq = 400'
broken "$(row 401): 1 row before it was removed" 'a row taken out'
tamper 'delete from event_log where seq between 250 and 1000'
broken "$(row 1001): 751 rows before it were removed" 'many'
tamper 'delete from event_log where seq = 1'
broken "$(row 2): 1 row before it was removed" 'the first'
tamper "drop index event_log_seq; insert into event_log (seq, prev, hash,
	at, node, actor, action) select seq, prev, hash, at, node, 'x', action
	from event_log where seq = 250"
T_id=$(q 'select max(id) from event_log')
like "$(verify)" "^broken: row 250 \(id $T_id, .*\) was inserted: " 'a row put in'
mend
q 'create unique index event_log_seq on event_log (seq)'
tamper "alter table event_log alter seq drop not null; insert into event_log
	(prev, hash, node, actor, action) select prev, hash, node, 'x', action
	from event_log where seq = 250"
T_id=$(q 'select max(id) from event_log')
like "$(verify)" "^broken: a row without number \(id $T_id, .*\) was inserted: " \
	'a row without a number'
mend
tamper "update event_log a set actor = b.actor, at = b.at from event_log b
	where (a.seq, b.seq) in ((700, 701), (701, 700))"
broken "$(row 700) was edited: it is not what its hash was made of" \
	'two rows whose contents were swapped'
tamper "drop index event_log_seq; update event_log set
	seq = case seq when 800 then 820 else 800 end where seq in (800, 820)"
broken "$(row 800) was edited: it is not what its hash was made of" \
	'two rows whose numbers were swapped'
q 'create unique index event_log_seq on event_log (seq)'
tamper "delete from event_log where seq > $N - 5"
like "$(verify)" "^broken: $(row $((N - 5)) | sed 's/[()]/\\&/g') is the last one: 5 rows at the end were removed, there were $C on 2026-.* \($E/n1/audit.head\)" \
	'the last five'
is "$(d audit verify --json | tr -d '\n' | sed 's/  */ /g;
	s/.*"fault": "\([a-z]*\)".*"seq": \([0-9]*\).*"missing": \([0-9]*\).*/\1 \2 \3/')" \
	"cut $((N - 5)) 5" 'as JSON'
d cps 9 >/dev/null
seen() { grep -q "the audit log was tampered with: rows at its end are gone" "$E/n1.log"; }
ok 'the engine says so by itself' wait_for 10 seen
stop_engines
is "$(tail -1 "$E/n1/audit.head" | cut -d' ' -f2)" "$N" \
	'audit.head never goes back'
engine n1
like "$(verify)" '^broken: .* were removed, there were' 'and after a restart'
tamper 'truncate event_log'
like "$(verify)" "^broken: there is no row at all: $C rows at the end were removed" \
	'all of it'
mend
ok 'mended' verify
# Somebody who can compute SHA-256: every row behind it anew.
tamper "update event_log set object = 'x' where seq = 900;
	do \$\$ declare r event_log; v bytea;
	begin
		select prev into v from event_log where seq = 900;
		for r in select * from event_log where seq >= 900 order by seq loop
			r.prev := v; v := audit_hash(v, r);
			update event_log set prev = r.prev, hash = v where seq = r.seq;
		end loop;
	end \$\$"
like "$(verify)" "^broken: row [0-9]* \(id .*\) has another hash than on 2026-.*audit.head\): it or rows before it were replaced" \
	'a chain that was hashed anew'
stop_engines
rm "$E/n1/audit.head"
engine n1
ok 'which only audit.head can tell' verify
stop_engines
done_testing
