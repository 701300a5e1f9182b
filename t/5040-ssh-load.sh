#!/bin/sh
# Sixty supervisors over SSH at once on a real engine, twenty of whom do not
# read what they ask for, ten of whom go from pane to pane: all are served, the
# others notice nothing of the twenty, nobody's memory grows, the pace is even,
# and all that was theirs is gone when they leave.
. t/lib.sh
. t/lib-engine.sh
need discador-sshd test -x "$B/discador-sshd"
need ssh-keygen command -v ssh-keygen

eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT" 20.0
ssh-keygen -q -t ed25519 -N '' -C test -f "$TMP/key"
PORT=$(free_port)
RUN_AS=
[ "$(id -u)" != 0 ] || RUN_AS=nobody
cat >>"$ENG/d.conf" <<-X
	ssh = { enabled = true; port = $PORT; run_as = "$RUN_AS"; users = (
	    { name = "load"; role = "supervisor";
	      keys = [ "$(cat "$TMP/key.pub")" ]; } ); };
X
chmod 600 "$ENG/d.conf"
ok 'the engine runs' eng_start
ok 'and has started the SSH server' wait_for 20 port_open "$PORT"
cat >"$ENG/a.conf" <<-X
	countries = ( { name = "brasil"; region = "BR"; call_from = "00:00";
	    call_to = "24:00"; weekdays = "mon-sun"; } );
	contexts = ( { name = "brasil"; country = "brasil"; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 20.0;
	    min_cps = 20.0; max_channels = 20000; } );
	profiles = ( { name = "flat"; max_cps = 20.0; auto_adjust_cps = false;
	    max_concurrent_calls = 20000; } );
	campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat";
	    max_cps = 20.0; max_attempts = 1; dial_timeout = 10; } );
X
perl -e 'printf "+5511%08d\n", 30000000 + $_ for 1..500' >"$ENG/dids"
perl -e 'printf "+55%d9%03d%s\n", 11 + int($_ / 1000) % 9, $_ % 1000,
	(qw(01111 01911 21000 31000 40000))[$_ % 5] for 0 .. 3999' >"$ENG/list"
ok 'it has something to dial' sh -c "$B/discador -c $ENG/d.conf apply $ENG/a.conf &&
	$B/discador -c $ENG/d.conf import dids $ENG/dids &&
	$B/discador -c $ENG/d.conf import contacts $ENG/list --campaign c1 &&
	$B/discador -c $ENG/d.conf campaign start c1"
ok 'and dials' wait_for 30 sh -c "[ \$(wc -l <'$ENG/truth.csv') -ge 40 ]"

SSHD=$(ps -o pid=,comm= --ppid "$ENG_PID" | awk '$2 ~ /sshd/ { print $1 }')
children() { ps -o pid= --ppid "$SSHD" | wc -l; }
gone() { [ "$(children)" -le "$1" ]; }
before=$(children)
calls=$(wc -l <"$ENG/truth.csv")
# Each that stalls asks for a full screen five times a second, some 400 KB
# while it is watched, which would stay in the kernel first.
ok 'sixty come' sh -c "timeout 100 $B/t/tools/sshload --port $PORT \
	--key $TMP/key --sessions 60 --stalled 20 --nag 1 --keys 10 \
	--seconds 8 --warm 3 --server $SSHD >$TMP/load.json"
sed 's/^/# /' "$TMP/load.json"
# r KEY.KEY: of what was measured
r() { perl -MJSON::PP -e '
	my $o = decode_json(<STDIN>);
	$o = $o->{$_} for split /\./, $ARGV[0];
	print $o // "null"' "$1" <"$TMP/load.json"; }
# holds EXPR: "up == 60"; a figure that could not be had fails
holds() { perl -MJSON::PP -e '
	my $o = decode_json(<STDIN>);
	my ($at, $op, $to) = split " ", $ARGV[0];
	$o = $o->{$_} for split /\./, $at;
	exit 1 if !defined $o;
	exit !($op eq "<=" ? $o <= $to : $op eq ">=" ? $o >= $to : $o == $to)
	' "$1" <"$TMP/load.json"; }
ok 'all have a screen' holds 'up == 60'
ok 'nobody is thrown out' holds 'dead == 0'
ok 'those that read keep their frames' holds 'frames_s_least >= 3'
ok 'for who does not read little waits in the kernel' \
	holds 'stalled.queued_kb <= 100'
if [ "$(r processes)" = 60 ]; then
	ok 'who does not read costs no memory' holds 'stalled.grew_kb <= 150'
	ok 'who reads does not either' holds 'reads.grew_kb <= 150'
	ok 'nor any CPU to speak of' holds 'stalled.cpu_ms <= 100'
else # another user's processes
	echo "# whose process is whose was not to be seen: memory not judged"
fi
ok 'who did not read goes on when it reads' holds 'woken == 20'
is "$(r left)" "$(r asked_to_leave)" 'q lets go, the rest is cut off'
ok 'and all their processes are gone' wait_for 20 gone "$before"
free() { [ "$(d session list --json | grep -c '"user"')" = 0 ]; }
ok 'nobody is on the list any more' wait_for 20 free
ok 'calls went out all the time' [ "$(wc -l <"$ENG/truth.csv")" -ge $((calls + 120)) ]
ok 'no sliding second above 20' [ "$(q "select max(n) from (select count(*) over (
	order by sent_at range between '999 ms' preceding and current row) n
	from call where sent_at is not null) x")" -le 20 ]
ok 'the server is still there' port_open "$PORT"
ok 'the engine ends' eng_stop
is "$(grep -cE 'ended by signal|Sanitizer|runtime error' "$ENG/d.log")" 0 \
	'nothing crashed'
done_testing
