#!/bin/sh
# shellcheck disable=SC2016,SC2034
# The switch's records settle what nobody heard: on a real Asterisk under 20
# calls per second the AMI link is cut for 20 s, then the engine is killed.  What
# ends meanwhile is lost, and the records say how it really was; who opts out is
# on the do-not-call list though nobody listens.
VERSION=${VERSION:-22} CPS=${CPS:-20} N=${N:-1200}
. t/lib.sh
. t/lib-pg.sh
pg_init
unset PGOPTIONS PGUSER PGDATABASE PGHOST PGPORT
. t/lib-asterisk.sh
. t/lib-engine.sh
. t/lib-real.sh
# No 503: the next trunk would be asked, and the carrier would see it twice.
REAL_FATES='
	80 0rC30	40 0rC40	30 0rW30	110 0r930
	45 0r001	15 0r000	20 9r000	110 1r000
	10 7r001
	150 2r000	20 20000	160 3r000
	80 5r000	40 50000	80 6r000	10 80000'
ast_need 22 "$VERSION"

so_far() { [ "$T_bad" = 0 ] || { echo "Bail out! $1"; exit 1; }; }

# The table must be there before Asterisk looks for it
conf() {
	eng_conf "$1" "$CPS.0"
	echo "database = { conninfo = \"$DISCADOR_CONNINFO\"; };" >>"$ENG/d.conf"
}
pg_host=${DISCADOR_CONNINFO#host=}
cdr_conf() {
	sed "s#^hostname *=.*#hostname = ${pg_host%% *}#
		s#^password *=.*#password = lab#" \
		contrib/asterisk/cdr_pgsql.conf >"$TMP/cdr_pgsql.conf"
}
ENG_SECRET=lab-secret
eng_dir
AMI_VIA=$(free_port)
conf "$AMI_VIA"
ok 'the database is migrated' d db migrate
# the statements of contrib/asterisk/README
sed -n "/^ *create role discador_cdr/,/^ *grant insert/p" contrib/asterisk/README |
	sed "s/password '...'/password 'lab'/" >"$TMP/role.sql"
ok 'a role for the switch, as the README has it' q "$(cat "$TMP/role.sql")"
as_switch() { psql -XqAt -d "$DISCADOR_CONNINFO user=discador_cdr" -c "$1"; }
for t in 'select * from cdr' 'delete from cdr' 'select * from call' \
	"insert into dnc (number) values ('+13055550100')"; do
	as_switch "$t" >"$TMP/out" 2>&1
	like "$(cat "$TMP/out")" 'permission denied' "it may not: $t"
done
cdr_conf
export LAB_CDR="$TMP/cdr_pgsql.conf"
ok "Asterisk $VERSION and a carrier start" ast_start "$VERSION"
so_far 'no lab'
like "$("$LAB" cli "$PBX" 'cdr show pgsql status')" '^Connected to discador' \
	'it is connected to the database'

# Cut: nobody listens on that port
link() { "$B/t/tools/amicut" "$AMI_VIA" "$AMI_PORT" >"$TMP/proxy" & PROXY_PID=$!
	wait_for 5 grep -q '^port ' "$TMP/proxy"; }
unlink_() { kill "$PROXY_PID"; wait "$PROXY_PID" 2>/dev/null; PROXY_PID=; }
at_exit '[ -z "$PROXY_PID" ] || kill $PROXY_PID'
link
real_specs "$CPS.0"
ok 'the engine starts' eng_start
ok 'apply' d apply "$ENG/a.conf"
so_far 'no engine'
real_lists "$N"
d cps "$CPS" >/dev/null
for c in usa mexico; do
	ok "$c starts" d campaign start $c
done

calls() { q 'select count(sent_at) from call'; }
calls_are() { [ "$(calls)" -ge "$1" ]; }
opted() { q 'select count(*) from dnc'; }
lost() { q "select count(*) from call where disposition = 'lost'"; }
settled() { q "select count(*) from call where note like 'settled by%'"; }
past() { [ "$(date +%s)" -ge "$1" ]; }
none_lost() { [ "$(lost)" = 0 ]; }
up() { [ "$(st .switches.0.connected)" = true ]; }
known() { [ "$(q "select count(*) from call where state = 'unknown'")" -gt 0 ]; }

ok 'calls leave' real_wait 60 calls_are $((N * 35 / 100))
timely() { perl -e 'exit !($ARGV[0] =~ /^[0-9.]+$/ && $ARGV[0] < 1000)' \
	"$(st .switches.0.lag_ms)"; }
ok 'its events tell when they were made, just now' wait_for 5 timely
unlink_
end=$(($(date +%s) + 20))
ok 'the engine knows that it knows nothing' wait_for 15 known
before=$(opted)
ok 'the link is cut for 20 s' real_wait 30 past "$end"
ok "who opted out meanwhile is on the do-not-call list ($before before)" \
	test "$(opted)" -gt "$before"
like "$(st .switches.0.connected)" false 'and the link is still cut'
link
ok 'the link is back' real_wait 20 up
many() { [ "$(settled)" -ge 40 ]; }
ok 'what ended meanwhile is settled by the records' real_wait 40 many
first=$(settled)
like "$(cat "$ENG/d.log")" 'lost calls settled by the switch.s records: ' 'the log says so'
grep -o '[0-9]* lost calls* settled.*' "$ENG/d.log" | sed 's/^/# /'

ok 'calls leave again' real_wait 60 calls_are $((N * 75 / 100))
eng_kill
before=$(opted)
more_out() { [ "$(opted)" -gt "$before" ]; }
ok 'no engine runs, and who opts out is on the list' real_wait 20 more_out
ok 'it starts again' eng_start 30
ok 'both campaigns finish' real_wait $((N / CPS + 90)) real_over
ok 'no call is lost any more' real_wait 40 none_lost
real_pace "$CPS"
real_dispositions
echo "# settled: $(q "select string_agg(disposition || ' ' || n, ', ') from (select disposition, count(*) n from call where note like 'settled by%' group by 1 order by 2 desc) x")"
ok "the kill's as well" test "$(settled)" -gt "$first"

# The carrier's record against the tables
ok 'the carrier has hung up' real_wait 20 real_carrier_idle
is "$(ast_truth | grep -c .)" "$N" 'the carrier had each of them once'
ok 'number, caller ID, answer, key and disposition row by row' real_compare
sed 's/^/# /' "$TMP/out"
is "$(q 'select count(*) from call')" "$N" 'one call for each contact'
is "$(q "select count(*) from call where state <> 'ended' or disposition in ('', 'lost')")" 0 'each has ended with one disposition'
is "$(q "select count(*) from (select contact_id, attempt from call group by 1, 2 having count(*) > 1) x")" 0 'no attempt twice'
is "$(q "select count(*) from contact where attempts <> 1 and campaign_id in (select id from campaign where name <> 'again')")" 0 'one attempt of each contact'
is "$(q "select count(*) from contact k join call c on c.contact_id = k.id where k.last_disposition <> c.disposition")" 0 'and the contact says how it ended'
is "$(q 'select count(*) from did_usage where cap > 0 and uses > cap')" 0 'no cap exceeded'
is "$(q 'select (select sum(uses) from did_usage) - (select count(*) from call)')" 0 'a use for each call and no more'
is "$(q 'select count(*) from call where ended_at < armed_at or answered_at > ended_at')" 0 'times in their order'
is "$(q "select string_agg(number, ' ' order by number) from dnc")" \
    "$(sort "$ENG/nine" | sed 's/^/+/' | tr '\n' ' ' | sed 's/ $//')" 'who pressed 9 is on the do-not-call list, and nobody else'
ok "no sliding second above $CPS" test "$PACE_WORST" -le "$CPS"
is "$(q "select count(*) from cdr where uniqueid not in (select id::text from call)")" 0 'records of our calls only are kept'
is "$(d status --json | perl -MJSON::PP -e '
	local $/; my $c = decode_json(<STDIN>)->{calls};
	print join("|", @$c{qw(attempted answered failed connected opted_out)}), "\n"')" \
    "$(q "select count(*), count(answered_at), count(*) - count(answered_at), count(*) filter (where disposition = 'connected'), count(*) filter (where disposition = 'opted_out') from call")" 'status says what the table says'
ok 'a clean stop' eng_stop
done_testing
