#!/bin/sh
# shellcheck disable=SC2016
# What the calls of a day tell a new engine of the keys pressed in them
# (src/db/keys.c): counted again here by hand, row by row.
cd "$(dirname "$0")/.." || exit 1
. t/lib.sh
. t/lib-pg.sh

T=$B/t/tools/db_try
pg_init
"$T" migrate "$DISCADOR_CONNINFO" sql >/dev/null
keys() {
	{ echo up; echo "keys $1 $2"; } | "$T" "$DISCADOR_CONNINFO" n1 | sed 1d
}

q "select ensure_partitions(1)" >/dev/null
# N, then columns and values; armed and sent N seconds after noon, ended 60 s on
NOON=$(q "select ms_of_ts(date_trunc('day', now()) + interval '12 hours')")
call() {
	q "insert into call (id, campaign_id, contact_id, attempt, did_id,
		did_number, cap_group, usage_date, number, country, zone, node,
		armed_at, sent_at, answered_at, state, ended_at, $2)
	select ('00000000-0000-7000-8000-' || to_char($1, 'FM000000000000'))::uuid,
		1, $1, 1, 1, '', 'g', now()::date, '+525555550000', 'mexico', 'z',
		'n' || $1 % 3, t, t, t + interval '10 s', 'ended',
		t + interval '60 s', $3
	from ts_of_ms($NOON + 1000 * $1) t"
}
at() { echo "ts_of_ms($NOON + 1000 * $1)"; }
C='context, context_version, disposition, key_pressed, key_ms'
is "$(keys "$NOON" $((NOON + 9000000)))" ok 'no call, no key'

# two persons, one after 3 s and one after 40; a short talk of 6 s
call 1 "$C, connected_at" "'mx', 1, 'connected', '1', 3200, $(at 21)"
call 2 "$C, connected_at" "'mx', 1, 'connected', '1', 40100, $(at 56)"
# a machine that pressed before it was asked; one that detection found
call 3 "$C, key_early, amd, connected_at" \
	"'mx', 1, 'connected', '1', 3900, true, 'HUMAN', $(at 60)"
call 4 "$C, amd, connected_at" \
	"'mx', 1, 'abandoned', '1', 3300, 'MACHINE', null"
# nobody reacts in 120 ms: one press, early
call 5 "$C, key_early, connected_at" \
	"'mx', 1, 'connected', '1', 120, true, $(at 20)"
# the context was changed
call 6 "$C" "'mx', 2, 'opted_out', '9', 5000"
call 7 "$C, keys_invalid" "'mx', 2, 'answered_no_key', null, null, 3"
call 8 "$C, key_early" "'mx', 2, 'machine', null, null, true"
call 9 "$C" "'mx', 2, 'completed', '4', null"
# its last key, and its only one, led nowhere
call 12 "$C, keys_invalid" "'mx', 2, 'answered_no_key', '7', null, 1"
# nothing to count: no key, no context (of an older version), lost
call 10 "$C" "'mx', 2, 'answered_no_key', null, null"
call 11 "$C" "null, null, 'connected', '1', null"
is "$(keys "$NOON" $((NOON + 9000000)) | LC_ALL=C sort)" \
	"mexico/mx.1:1:connect 1-0 e0 m0 c0/1 t1/1 40100/1 15s:1
mexico/mx.1:1:connect 1-0 e1 m0 c1/1 t0/1 120/1 0s:1
mexico/mx.1:1:connect 4-0 e1 m1 c2/3 t1/2 10400/3 3s:3
mexico/mx.2:4:go 1-0 e0 m0 c0/0 t0/0 0/0
mexico/mx.2:9:optout 1-0 e0 m0 c0/0 t0/0 5000/1 5s:1
mexico/mx.2:?:invalid 5-4 e1 m0 c0/0 t0/0 0/0
ok" 'each key of each version, by second'
is "$(keys "$NOON" $((NOON + 9000000)) | grep -o 'mx\.[0-9]*' | uniq)" \
	"mx.1
mx.2" 'lower versions first'
is "$(keys "$NOON" $((NOON + 61001)) | grep -c mx)" 1 \
	'what ended later is not this question'
is "$(keys $((NOON + 6000)) $((NOON + 9000000)) | grep -c 'mx.1')" 0 \
	'nor what was sent before'
q 'set client_min_messages = error; drop table call cascade'
like "$(keys "$NOON" $((NOON + 9000000)))" 'relation "call" does not exist' \
	'a refusal is told'
done_testing
