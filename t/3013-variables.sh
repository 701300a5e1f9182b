#!/bin/sh
# What is packed into few headers of an Originate is what a channel of real
# Asterisk 22 and 16 has, whatever the values.
# shellcheck disable=SC2317
. t/lib.sh
. t/lib-asterisk.sh
ast_need 22 16
SEED=${PROP_SEED:-$(date +%s)}
echo "# PROP_SEED=$SEED"
for v in 22 16; do
	ok "Asterisk $v starts" ast_start "$v" || continue
	"$B/t/tools/amivars" "$AMI_PORT" "$SEED" 12 >"$TMP/out" 2>&1
	is "$?" 0 "Asterisk $v: $(tail -n 1 "$TMP/out")"
	sed 's/^/# /' "$TMP/out" | head -n 8
done
done_testing
