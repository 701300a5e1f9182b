#!/bin/sh
# The SSH server with the OpenSSH client, on a real engine that starts it:
# who gets in, the console in a terminal, verbs and their exit codes, roles,
# what is refused, sessions, what happens when it dies.
. t/lib.sh
. t/lib-tui.sh
. t/lib-engine.sh
. t/lib-ssh.sh

for u in maria vera ana stranger; do ssh_key $u; done
ssh_key omar rsa
eng_dir
eng_sim
eng_conf "$SIM_PORT"
# a secret that can be told from other bytes
sed -i 's/max_channels = 20000; } );/max_channels = 20000; },\
    { name = "sw2"; host = "127.0.0.1"; port = 1; secret = "Xyzzy-Plugh-77"; } );/' \
	"$ENG/d.conf"
PW=$(perl -e 'print crypt("correct horse", q{$6$saltsalt$})')
ssh_conf() { # ssh_conf USERS: the engine's configuration with these users
	sed '/^ssh = /,$d' "$ENG/d.conf" >"$ENG/d.new"
	cat >>"$ENG/d.new" <<-X
	ssh = { enabled = true; port = $SSH_PORT; run_as = "$RUN_AS";
	  users = ( $1 ); };
	X
	mv "$ENG/d.new" "$ENG/d.conf"
	chmod 600 "$ENG/d.conf"
}
USERS="$(ssh_user maria supervisor 'language = "en";'), $(ssh_user omar operator \
	), $(ssh_user vera viewer ' from = [ "10.0.0.0/8", "127.0.0.0/8" ];'),
	{ name = \"paula\"; password = \"$PW\"; },
	{ name = \"far\"; keys = [ \"$(cat "$TMP/vera.pub")\" ];
	  from = [ \"10.0.0.0/8\" ]; }"
ssh_conf "$USERS, $(ssh_user ana admin)"
ok 'the engine runs' eng_start
ssh_up
like "$(cat "$ENG/d.log")" 'host key SHA256:[^ ]+ .*host_ed25519' \
	'its fingerprints are in the log'
is "$(stat -c %a "$ENG/state/ssh/host_ed25519" "$ENG/state/ssh/host_rsa" |
	tr '\n' ' ')" '600 600 ' 'host keys are its own'

# ---- who gets in
code 0 'an ed25519 key' as maria status
code 0 'an RSA key' as omar status
KEY=stranger code 255 'a wrong key is refused' as maria status
KEY=maria code 255 'and a key of somebody else' as omar status
KEY=maria code 255 'a stranger is refused' as nobody status
KEY=vera code 255 'and who comes from another address' as far status
like "$(cat "$TMP/e")" 'Permission denied' 'politely'
echo "[127.0.0.1]:$SSH_PORT $(cat "$TMP/maria.pub")" >"$TMP/others"
HOSTS="-o UserKnownHostsFile=$TMP/others" code 255 \
	'another host key is noticed' as maria status
for no in '-c aes128-cbc' '-o KexAlgorithms=diffie-hellman-group14-sha1' \
	'-c aes256-ctr -m hmac-sha1' '-o HostKeyAlgorithms=ssh-rsa' \
	'-o PubkeyAcceptedAlgorithms=ssh-rsa'; do
	u=maria
	case $no in *Pubkey*) u=omar;; esac
	# shellcheck disable=SC2086
	code 255 "not with $no" as $u $no status
done
for yes in '-c aes256-gcm@openssh.com' '-c chacha20-poly1305@openssh.com' \
	'-o HostKeyAlgorithms=rsa-sha2-512' \
	'-o KexAlgorithms=ecdh-sha2-nistp256 -c aes256-ctr' '-C' \
	'-o RekeyLimit=16K'; do
	# shellcheck disable=SC2086
	code 0 "but with $yes" as maria $yes status
done
cat >"$TMP/askpass" <<'X'
#!/bin/sh
cat "$PASS"
X
chmod +x "$TMP/askpass"
# shellcheck disable=SC2086
login() { # login USER PASSWORD
	echo "$2" >"$TMP/pass"
	PASS=$TMP/pass SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force \
		timeout 20 ssh -o BatchMode=no -o PubkeyAuthentication=no \
		$HOSTS $OPTS \
		-o NumberOfPasswordPrompts=1 -p "$SSH_PORT" "$1@127.0.0.1" status
}
code 0 'a password, where there is one' login paula 'correct horse'
code 255 'a wrong one is refused' login paula 'battery staple'
code 255 'and any where there is none' login maria 'correct horse'

# ---- verbs
d apply etc/countries.conf etc/profiles.conf >"$TMP/o" 2>&1
cat >"$ENG/c.conf" <<-X
trunks = ( { name = "t1"; switch = "sw1"; channel = "Local/{number}@sim"; } );
campaigns = ( { name = "one"; trunks = [ "t1" ]; } );
X
ok 'a campaign' d apply "$ENG/c.conf"
as maria status --json >"$TMP/there"
d status --json >"$TMP/here"
keys() { perl -MJSON::PP -e 'local $/; my $o = decode_json(<STDIN>);
	print join(" ", sort keys %$o), " $o->{node} $o->{pid} ",
	join(",", map { "$_->{name}=$_->{state}" } @{$o->{campaigns}})' <"$1"; }
is "$(keys "$TMP/there")" "$(keys "$TMP/here")" 'status --json is the local one'
like "$(as vera show campaign one)" 'one' 'show'
code 1 'a viewer may not pause' as vera campaign pause one
like "$(cat "$TMP/e")" 'not permitted to a viewer' 'and is told so'
code 0 'an operator may' as omar campaign pause one
ok 'and it is paused' wait_for 5 camp_is one paused
code 1 'an operator may not set the pace' as omar cps 10
code 0 'a supervisor may' as maria cps 10
code 1 'a supervisor may not apply' as maria apply -
ok 'the admin may, what stands on standard input' sh -c "
	timeout 20 ssh $HOSTS $OPTS -p $SSH_PORT -i $TMP/ana ana@127.0.0.1 \
	apply - <$ENG/c.conf"
like "$(d audit list)" 'omar \(ssh 127.0.0.1\).*campaign' \
	'the audit says who, and from where'
like "$(d audit list --limit 200)" 'maria \(ssh 127.0.0.1\) +login' \
	'of a log-in, too'
is "$(q "select distinct origin from event_log where actor like 'omar%'")" \
	'ssh 127.0.0.1' 'its origin, too'
code 1 'an exit code is carried: 1' as maria campaign start nothing
code 2 'and 2' as maria campaign
code 2 'no files of that machine' as ana apply /etc/passwd
code 2 'and no list' as maria import dids "$ENG/c.conf"
like "$(cat "$TMP/e")" 'sends yours' 'it says how'
for v in demo db simulate 'sh -c id' 'scp -t /tmp' '"open'; do
	code 2 "no verb: $v" as ana "$v"
done
numbers 40 305 xxxxx | sed 's/^/+1/;1inumber' >"$TMP/list.csv"
as maria import contacts - --campaign one <"$TMP/list.csv" >"$TMP/o" 2>"$TMP/e"
is $? 0 'a list on standard input' || sed 's/^/# /' "$TMP/o" "$TMP/e"
like "$(cat "$TMP/o")" ' 40  imported' 'is imported'
like "$(as maria help)" '^  campaign ' 'help'
code 0 'help of one verb' as vera campaign --help

# ---- refused
code 255 'no shell without a terminal' as maria -T
code 255 'nothing but waiting' as maria -N
code 255 'no tunnel' as maria -o ExitOnForwardFailure=yes \
	-R 0:127.0.0.1:22 -N
L=$(free_port)
# shellcheck disable=SC2086
as maria -L "$L:127.0.0.1:$SIM_PORT" -N >"$TMP/o" 2>&1 &
LPID=$!
ok 'the client listens' wait_for 5 port_open "$L"
is "$(perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]");
	print $s ? scalar(<$s>) // "" : ""' "$L")" '' 'but nothing is forwarded'
wait $LPID
L=$(free_port)
as maria -D "$L" -N >"$TMP/o" 2>&1 &
LPID=$!
ok 'a SOCKS proxy of the client listens' wait_for 5 port_open "$L"
is "$(perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]");
	print $s pack("CCnNx", 4, 1, $ARGV[1], 0x7f000001); $s->flush;
	read $s, my $granted, 8; print scalar(<$s>) // ""' "$L" "$SIM_PORT")" '' \
	'but nothing is forwarded through it'
wait $LPID
code 0 'a verb with -X' env DISPLAY=:7 sh -c "timeout 20 ssh -Y $HOSTS $OPTS \
	-p $SSH_PORT -i $TMP/maria maria@127.0.0.1 status"
code 0 'and with -A' ssh-agent sh -c "timeout 20 ssh -A $HOSTS $OPTS \
	-p $SSH_PORT -i $TMP/maria maria@127.0.0.1 status"
code 0 'and with a variable' as maria -o SetEnv=LD_PRELOAD=/tmp/x.so status
refused() { grep -q "maria from 127.0.0.1: $1 is refused" "$ENG/d.log"; }
for what in 'forwarding of a port from here' 'forwarding of a port to here' \
	'forwarding of X11' 'forwarding of the agent' \
	'a variable of the environment'; do
	ok "it is logged: $what" wait_for 5 refused "$what"
done
# shellcheck disable=SC2086
ok 'sftp is refused' sh -c "! echo ls | timeout 20 sftp $HOSTS $OPTS \
	-P $SSH_PORT -i $TMP/ana ana@127.0.0.1"
ok 'scp is refused' sh -c "! timeout 20 scp $HOSTS $OPTS -P $SSH_PORT \
	-i $TMP/ana ana@127.0.0.1:/etc/passwd $TMP/passwd"
ok 'and brought nothing' test ! -s "$TMP/passwd"
like "$(cat "$ENG/d.log")" 'ana from 127.0.0.1: subsystem sftp is refused' \
	'and is logged'
code 1 'scp of old' timeout 20 sh -c "scp -O $HOSTS $OPTS -P $SSH_PORT \
	-i $TMP/ana $TMP/list.csv ana@127.0.0.1:/tmp/x"

# ---- the console
tui_again() { # tui_again CMD: in the same terminal, at 80x24
	tui_resize 80 24
	$T_mux clear-history
	LC_ALL=C.UTF-8 $T_mux respawn-pane -k "$*"
}
SSH="ssh $HOSTS $OPTS -p $SSH_PORT -i $TMP"
COLS=100 ROWS=30 tui_start "$SSH/maria maria@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'the console, and a live engine'
tui_expect '1 attached' 'it says who is attached'
like "$(d status --json | tr -d '\n ')" \
	'"sessions":\[\{"id":[0-9]*,"user":"maria","role":"supervisor","from":"127.0.0.1"' \
	'status --json, too'
for p in 2:Campaigns 3:Countries 4:DIDs 5:Contexts 6:Calls 7:Agents 8:Trunks \
	'9:No load test runs' 0:Alerts 1:Overview; do
	tui_keys "${p%:*}"
	case $p in
	1:*) tui_expect 'worst s' "pane $p";;
	9:*) tui_expect "${p#*:}" "pane $p";;
	*) tui_expect "─ .*${p#*:}|${p#*:} .*─" "pane $p";; esac
done
tui_resize 150 45
wide() { tui_screen | perl -CS -ne '$m = length > 121 ? 1 : $m; END { exit !$m }'; }
ok 'a new size is used' wait_for 5 wide
tui_keys ':' c a m p a i g n Space s t a r t Space o n e Enter
ok 'a command is carried out' wait_for 10 grep -q \
	'maria (ssh 127.0.0.1): campaign one: running' "$ENG/d.log"
tui_keys ':' s t o p Enter
tui_expect 'Not permitted|not permitted|may not|needs' 'one above the role is not'
tui_keys Escape
tui_keys q
tui_expect '^rc 0' 'q ends it'
ok 'and it is off the board' wait_for 5 sh -c \
	"$B/discador -c $ENG/d.conf status --json | tr -d '\n ' | grep -q '\"sessions\":\[\]'"
tui_again "TERM=strange LC_ALL=C $SSH/vera vera@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'an unknown terminal'
like "$(tui_screen)" 'strange' 'is told that it is'
ID=$(d session list --json | sed -n 's/.*"id": \([0-9]*\).*/\1/p')
code 1 'session kill is for admins' as maria session kill "$ID"
code 0 'who may' as ana session kill "$ID"
tui_expect 'ended by ana' 'the user is told'
tui_expect '^rc 1' 'and the session ends'

# ---- keys exchanged anew, and again; a second channel
SSH1="ssh -v -E $TMP/log -M -S $TMP/mux -o RekeyLimit=16K ${SSH#ssh }"
tui_again "$SSH1/maria maria@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'a console whose keys last for 16 KB'
rekeyed() { tui_keys 2; tui_keys 1
	[ "$(grep -c 'SSH2_MSG_NEWKEYS received' "$TMP/log")" -ge 4 ]; }
ok 'they are exchanged again and again' wait_for 20 rekeyed
tui_keys 2
tui_expect '─ .*Campaigns|Campaigns .*─' 'and it goes on'
ok 'a second channel of it is refused' sh -c "timeout 10 ssh -F /dev/null -S $TMP/mux \
	-o BatchMode=yes -p $SSH_PORT maria@127.0.0.1 status 2>&1 | grep -i refused"
ok 'which is logged' wait_for 5 refused 'a second channel'
tui_keys q
tui_expect '^rc 0' 'q ends it'

# ---- users change, the server dies
tui_again "$SSH/ana ana@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'a session of one'
ssh_conf "$USERS"
kill -HUP "$ENG_PID"
tui_expect '^rc 1' 'who is taken out of the users: it ends'
code 255 'and cannot come again' as ana status
code 0 'the others can' as maria status
tui_again "$SSH/maria maria@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'one is attached'
# the parent: the child of the engine of that name
sshd_pid() { ps -o pid=,comm= --ppid "$ENG_PID" | awk '$2 ~ /sshd/ { print $1 }'; }
# holds PID TEXT: does the memory of that process hold it?
holds() { perl -e 'my ($pid, $text) = @ARGV; my $found = 0; my $seen = 0;
	open my $maps, "<", "/proc/$pid/maps" or exit 2;
	open my $mem, "<:raw", "/proc/$pid/mem" or exit 2;
	while (<$maps>) {
		my ($a, $b) = /^([0-9a-f]+)-([0-9a-f]+) r/ or next;
		/vvar|vsyscall/ and next;
		hex($b) - hex $a > 1 << 33 and next; # shadow of a sanitizer
		sysseek $mem, hex $a, 0;
		my ($n, $tail, $k) = (hex($b) - hex $a, "");
		while ($n > 0 && ($k = sysread $mem, my $x, $n < 1e6 ? $n : 1e6)) {
			$n -= $k; $seen += $k;
			$found = 1 if index($tail . $x, $text) >= 0;
			$tail = substr $x, -length $text;
		}
	}
	exit($found ? 0 : $seen > 1e6 ? 1 : 2)' "$@"; }
# no_secret TEXT WHAT: neither the server, nor its reader, nor a session
no_secret() {
	PID=$(sshd_pid)
	_key=$(cut -d' ' -f2 "$TMP/maria.pub" | tail -c 30)
	holds "$PID" "$_key"
	[ $? != 2 ] || return 0 # who may not look cannot tell
	ok "the server's memory holds the public keys" holds "$PID" "$_key"
	is "$(pgrep -P "$PID" | wc -l)" 2 'it has a reader and a session'
	for p in $PID $(pgrep -P "$PID"); do
		_who=$(cat "/proc/$p/comm") _own=session
		case $_who in *reader*) _own=reader;; esac
		[ "$p" != "$PID" ] || _own=server
		holds "$p" "$1"
		is $? 1 "no $2 in the memory of the $_own"
		ok 'nor in its environment' sh -c \
			"! tr '\\0' '\\n' </proc/$p/environ | grep -iE '$1|secret|CONNINFO|PGPASS'"
	done
	ok 'which the engine holds' holds "$ENG_PID" "$1"
}
no_secret Xyzzy-Plugh-77 'secret of a switch'
PID=$(sshd_pid)
for p in $(pgrep -P "$PID"); do
	case $(cat "/proc/$p/comm") in *reader*) continue;; esac
	if grep -q 'sandbox: seccomp: [0-9]' "$ENG/d.log"; then
		like "$(cat "/proc/$p/status")" 'Seccomp_filters:	2' \
			'a console has both filters'
	else
		like "$(cat "$ENG/d.log")" 'sandbox: seccomp: missing' \
			'what is missing is named'
	fi
done
like "$(cat "$ENG/d.log")" 'sandbox: Landlock: (ABI|missing)' 'Landlock, too'
if [ -n "$RUN_AS" ]; then
	is "$(ps -o user= -p "$PID")" "$RUN_AS" 'it runs as a user of its own'
fi
like "$(cat "/proc/$PID/status")" 'NoNewPrivs:	1' 'and gains no rights'
kill -9 "$PID"
another() { _p=$(sshd_pid); [ -n "$_p" ] && [ "$_p" != "$PID" ] &&
	port_open "$SSH_PORT"; }
ok 'killed: it is started again' wait_for 15 another
code 0 'and serves' as maria status
tui_keys 2
tui_expect 'Campaigns' 'the session has gone on'
tui_expect 'LIVE' 'live'
is "$(grep -c 'a new host key' "$ENG/d.log")" 2 'with the same host keys'

# ---- the engine ends and comes again, with another database's secret
tui_keys q
tui_expect '^rc 0' 'it ends'
tui_again "$SSH/maria maria@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'a session of this server'
INFO=$("$B/discadord" -c "$ENG/d.conf" --db conninfo)
ok 'the engine ends' eng_stop
closed() { ! port_open "$SSH_PORT"; }
ok 'and so does the server' wait_for 10 closed
tui_expect 'STALE|OFFLINE' 'the session goes on, and says that there is no engine'
"$B/discadord" -c "$ENG/d.conf" --db start >"$TMP/o" 2>&1
at_exit 'sed -i "/^database/d" "$ENG/d.conf"'
echo "database = { conninfo = \"$INFO password=Frobozz-Magic-42\"; };" >>"$ENG/d.conf"
ok 'it is started again' eng_start
ok 'with its server' wait_for 20 port_open "$SSH_PORT"
tui_expect 'LIVE' 'the session is live again'
tui_keys 8
tui_expect '─ .*Trunks|Trunks .*─' 'and obeys'
tui_keys q
tui_expect '^rc 0' 'to its end'
tui_again "$SSH/maria maria@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'a session of the new server'
no_secret Frobozz-Magic-42 'secret of the database'
kill -INT "$(sshd_pid)"
tui_expect 'the SSH server (stops|ends)' 'SIGINT to the server ends sessions'
tui_expect '^rc 1' 'with words'
sed -i "/^database/d" "$ENG/d.conf"
ok 'the server is started again' wait_for 20 port_open "$SSH_PORT"
eng_kill
ok 'an engine that is killed takes its server with it' wait_for 10 closed
ok 'the next one' eng_start
ok 'has one' wait_for 20 port_open "$SSH_PORT"
ok 'the engine ends' eng_stop
is "$(grep -cE 'ended by signal (6|7|8|11)\b|Sanitizer|runtime error' "$ENG/d.log")" 0 'nothing crashed'
done_testing
