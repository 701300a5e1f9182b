# shellcheck shell=sh disable=SC2034
# Real Asterisk through the lab.  Source it after lib.sh.
#
# ast_need VERSION...      at the top of a file: skip it when one is missing
# ast_start VERSION [ETC]  a carrier and a PBX: sets AMI_PORT (user discador,
#                          secret lab-secret), CARRIER and PBX, directories for
#                          $LAB cli, kill, restart and truth.  A second call
#                          starts another PBX beside the first carrier.
# ast_truth                the carrier's own record, a line for each call
LAB=${LAB:-contrib/lab/lab}
LAB_SOUNDS=$PWD/contrib/lab/sounds
CARRIER=

ast_need() {
	for T_v; do need asterisk "$LAB" root "$T_v"; done
}

ast_start() {
	# Below the ephemeral ports, and apart from others who run now
	[ -n "$CARRIER" ] || T_rtp=$((10000 + $$ % 3 * 7000))
	if [ -z "$CARRIER" ]; then
		CARRIER_SIP=$(free_port)
		at_exit "$LAB down $TMP/carrier"
		"$LAB" up "$TMP/carrier" carrier 22 "$(free_port)" \
			"$CARRIER_SIP" "$T_rtp" || return
		CARRIER=$TMP/carrier
	fi
	T_rtp=$((T_rtp + 2000))
	AMI_PORT=$(free_port)
	PBX=$TMP/pbx$1-$AMI_PORT
	at_exit "$LAB down $PBX"
	# shellcheck disable=SC2086
	"$LAB" up "$PBX" pbx "$1" "$AMI_PORT" "$(free_port)" "$T_rtp" \
		"$CARRIER_SIP" ${2:+"$2"}
}

ast_truth() { "$LAB" truth "$CARRIER"; }
