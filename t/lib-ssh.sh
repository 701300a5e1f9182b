# The SSH server and OpenSSH's client.  Source after t/lib-engine.sh; the test
# writes its ssh group into $ENG/d.conf itself (SSH_PORT, RUN_AS, ssh_user).
# shellcheck shell=sh disable=SC2086,SC2154
need ssh command -v ssh
need discador-sshd test -x "$B/discador-sshd"
SSH_PORT=$(free_port)
# nobody else may the engine's sshd be, where the test is root
RUN_AS=
[ "$(id -u)" != 0 ] || RUN_AS=nobody

# ssh_key NAME [TYPE]: $TMP/NAME and $TMP/NAME.pub
ssh_key() {
	ssh-keygen -q -t "${2:-ed25519}" -N '' -C "$1@desk" -f "$TMP/$1"
}
# ssh_user NAME ROLE MORE...: a row of ssh.users with that key
ssh_user() {
	printf '{ name = "%s"; role = "%s"; keys = [ "%s" ]; %s }' "$1" "$2" \
		"$(cat "$TMP/$1.pub")" "$3"
}
# The engine has started; $TMP/hosts is then what the client knows of it.
ssh_up() {
	ok 'and has started the SSH server' wait_for 20 port_open "$SSH_PORT"
	for _f in "$ENG"/state/ssh/*.pub; do
		echo "[127.0.0.1]:$SSH_PORT $(cat "$_f")"
	done >"$TMP/hosts"
}
HOSTS="-o UserKnownHostsFile=$TMP/hosts"
OPTS="-F /dev/null -o GlobalKnownHostsFile=/dev/null \
-o StrictHostKeyChecking=yes -o IdentitiesOnly=yes -o BatchMode=yes \
-o ConnectTimeout=10"
# as USER ARGS...: with that user's key, or $KEY.  Of an option given twice
# the client takes the first.
as() {
	_u=$1; shift
	timeout 30 ssh $HOSTS $OPTS -p "$SSH_PORT" -i "$TMP/${KEY:-$_u}" \
		"$_u@127.0.0.1" "$@"
}
# code STATUS DESCRIPTION CMD...: what it reads is $IN, or nothing; what it says
# is in $TMP/o and $TMP/e
code() {
	_want=$1; _d=$2; shift 2
	"$@" >"$TMP/o" 2>"$TMP/e" <"${IN:-/dev/null}"
	_got=$?
	is "$_got" "$_want" "$_d" ||
		sed 's/^/# /' "$TMP/o" "$TMP/e"
}
