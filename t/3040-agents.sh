#!/bin/sh
# shellcheck disable=SC2317
# What real Asterisk 22 and 16 say of queues, agents and endpoints, asked by
# the user that is shipped: free, in a call, paused, away, gone.
. t/lib.sh
. t/lib-asterisk.sh
ast_need 22 16
export LAB_MODULES=res_clioriginate
mkdir "$TMP/etc"
cat >"$TMP/etc/queues.conf" <<-'C'
[general]
[probe]
strategy=rrmemory
timeout=20
joinempty=yes
member => Local/agent01@lab-agents/n,0,Agent 01
member => PJSIP/nobody,0,Nobody
[slow]
joinempty=yes
member => Local/deaf@lab-agents/n,0,Deaf
C
follow() { # NAME USER SECRET
	"$B/t/tools/agents" follow "$AMI_PORT" "$2" "$3" "$TMP/$1" \
		PJSIP/carrier 2>"$TMP/$1.err" &
	PIDS="$PIDS $!"
}
PIDS=
# shellcheck disable=SC2016
at_exit '[ -z "$PIDS" ] || kill $PIDS 2>/dev/null; wait'
has() { grep -Eq -- "$2" "$TMP/$1" 2>/dev/null; }
hasnt() { ! has "$@"; }
cli() { "$LAB" cli "$PBX" "$1" >/dev/null; }
A='member\|Agent 01\|probe'

for v in 22 16; do
	ok "Asterisk $v and a carrier start" ast_start $v "$TMP/etc" ||
		{ echo 'Bail out! no lab'; exit 1; }
	d=shipped$v l=all$v
	follow $d discador lab-secret
	follow $l lab lab-admin
	ok "$v: a free agent" wait_for 20 has $d "^$A\|free\|"
	ok "$v: one whose phone does not exist" \
		has $d '^member\|Nobody\|probe\|unavailable\|'
	ok "$v: the queue, nobody waits" wait_for 5 has $d '^queue\|probe\|\|free\|0\|'
	ok "$v: the shipped user may not list endpoints, and that is said" \
		wait_for 10 has $d '^note\|endpoints\|.*write = system is missing'
	ok "$v: but sees the trunk's own" \
		wait_for 10 has $d '^endpoint\|carrier\|t1\|free\|'
	ok "$v: who may lists it with its contact" \
		wait_for 10 has $l '^endpoint\|carrier\|t1\|free\|.*sip:127.0.0.1:'
	ok "$v: and misses no right" hasnt $l '^note\|endpoints'

	ok "$v: a call to the queue" cli \
		'channel originate PJSIP/13055500001@carrier application Queue probe'
	ok "$v: the agent is in a call" wait_for 10 has $d "^$A\|busy\|"
	ok "$v: then free, one call more" wait_for 10 has $d "^$A\|free\|1\|"
	ok "$v: somebody waits for one who never answers" cli \
		'channel originate PJSIP/13055500000@carrier application Queue slow'
	ok "$v: so it is told" wait_for 10 has $d '^queue\|slow\|\|[a-z]*\|1\|.*\|[1-9][0-9]*$'
	ok "$v: the endpoint is in use" wait_for 25 has $d '^endpoint\|carrier\|t1\|busy\|'
	ok "$v: for both" wait_for 15 has $l '^endpoint\|carrier\|t1\|busy\|'
	cli 'channel request hangup all'
	ok "$v: the caller gives up" wait_for 10 has $d '^queue\|slow\|\|[a-z]*\|0\|.*\|0$'

	cli 'queue pause member Local/agent01@lab-agents/n queue probe reason lunch'
	ok "$v: paused, and why" wait_for 5 has $d "^$A\|paused\|1\|.*\|lunch\|"
	cli 'queue unpause member Local/agent01@lab-agents/n queue probe'
	ok "$v: free again" wait_for 5 has $d "^$A\|free\|"
	cli 'queue add member Local/agent02@lab-agents/n to probe'
	ok "$v: one more logs in" wait_for 5 has $d '^member\|.*agent02.*\|probe\|free'
	cli 'queue remove member Local/agent02@lab-agents/n from probe'
	ok "$v: and leaves" wait_for 5 hasnt $d 'agent02'

	"$LAB" kill "$CARRIER"
	ok "$v: a carrier that is gone" wait_for 40 has $d '^endpoint\|carrier\|t1\|unavailable\|'
	"$LAB" restart "$CARRIER"
	ok "$v: and back" wait_for 40 has $d '^endpoint\|carrier\|t1\|free\|'
	"$LAB" down "$PBX"
	gone() { [ -f "$TMP/$d" ] && [ ! -s "$TMP/$d" ]; }
	ok "$v: without the switch nothing is known" wait_for 20 gone
	# shellcheck disable=SC2086
	kill $PIDS
	PIDS=
done
done_testing
