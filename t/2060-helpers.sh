#!/bin/sh
# The engine looks after its helpers: the SSH server and the private database
# are killed, cannot start, are wanted no more; nobody is dialled twice, and
# the operator is told what ended how and when it is started again.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
need discador-sshd test -x "$B/discador-sshd"
SEED=${SEED:-$$}
echo "# SEED=$SEED"

# helper NAME KEY: what status --json says of it; "none" where it is not there
helper() { d status --json 2>/dev/null | perl -MJSON::PP -e '
	local $/; my $o = eval { decode_json(<STDIN>) } or exit 1;
	my ($h) = grep { $_->{name} eq $ARGV[0] } @{$o->{helpers}};
	print $h ? $h->{$ARGV[1]} // "null" : "none", "\n"' "$1" "$2"; }
helper_is() { [ "$(helper "$1" "$2")" = "$3" ]; }
not_running() { ! helper_is "$1" state running; }
logged() { grep -Eq -- "$1" "$ENG/d.log"; }
n_of() { grep -Ec -- "$1" "$ENG/d.log"; }
alert_on() { d status --json | tr -d '\n ' | grep -q "\"rule\":\"$1\""; }
alert_off() { ! alert_on "$1"; }
pg_pid() { head -n 1 "$ENG/state/pg/data/postmaster.pid"; }
ssh_conf() { # ssh_conf ENABLED
	sed '/^ssh = /,$d' "$ENG/d.conf" >"$ENG/d.new"
	echo "ssh = { enabled = $1; port = $SSH_PORT; run_as = \"$RUN_AS\"; };" \
		>>"$ENG/d.new"
	mv "$ENG/d.new" "$ENG/d.conf"
	chmod 600 "$ENG/d.conf"
}

eng_dir
ok 'the simulated carrier starts' eng_sim --speed 4
ENG_METRICS=true ENG_METRICS_PORT=$(free_port)
SSH_PORT=$(free_port) RUN_AS=
[ "$(id -u)" != 0 ] || RUN_AS=nobody
eng_conf "$SIM_PORT"
ssh_conf true
ok 'the engine starts' eng_start
nothing_spooled() { [ "$(st .database.spooled)" = 0 ]; }
metric() { perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or exit 1;
	print $s "GET /metrics HTTP/1.0\r\n\r\n"; print <$s>;' "$ENG_METRICS_PORT" |
	tr -d '\r' | sed -n "s/^discador_$1 //p"; }
ok 'calls run' crash_setup 1000
for npa in 1646 1917 1718; do
	numbers 1000 $npa 011x1 01911 01001 11001 21000 31000 >"$ENG/list"
	d import contacts "$ENG/list" --campaign c1 --country usa >/dev/null
done

# ---- well
ok 'the SSH server runs' wait_for 15 helper_is discador-sshd state running
ok 'and is there' wait_for 20 port_open "$SSH_PORT"
is "$(helper postgresql state) $(helper postgresql restarts)" 'running 0' \
	'so does the private database'
is "$(helper postgresql pid)" "$(pg_pid)" 'by its pid'
is "$(d status | grep -c '^helpers')" 0 'what is well is not mentioned'
is "$(metric 'helper_up{name="discador-sshd"}') $(metric \
	'helper_restarts_total{name="postgresql"}')" '1 0' '/metrics has both'
like "$(d show trunks)" 'postgresql +. running' 'pane 8 has them'
# no alert in the first five seconds of an engine
settled() { perl -e 'exit !($ARGV[0] >= 7)' "$(st .uptime_s)"; }
wait_for 15 settled

# ---- the SSH server is killed
PID=$(helper discador-sshd pid)
kill -9 "$PID"
ok 'killed: it is not running' wait_for 5 not_running discador-sshd
like "$(helper discador-sshd why)" '^ended by signal 9$' 'status --json says how'
ok 'an alert is raised' wait_for 5 alert_on helper
ok 'it is started again' wait_for 15 helper_is discador-sshd state running
is "$(helper discador-sshd restarts)" 1 'once'
ok 'as another process' test "$(helper discador-sshd pid)" != "$PID"
ok 'which serves' wait_for 5 port_open "$SSH_PORT"
ok 'the alert ends' wait_for 10 alert_off helper
ok 'its words name cause and time' logged \
	'alert helper: discador-sshd does not run .(being started again|started again at [0-9:]{8}).: ended by signal 9'
ok 'and its end is logged' logged 'alert helper has ended'
is "$(metric 'helper_restarts_total{name="discador-sshd"}')" 1 'and counted'

# ---- the database is killed under calls
calls_more 60
ok 'calls are up' test "$(st .calls.concurrent)" -gt 0
PID=$(pg_pid)
mark
kill -9 "$PID"
ok 'the database killed: it is away' wait_for 10 db_away
ok 'and not running' wait_for 5 logged \
	'the private database: it was killed; it is started again in 1 s'
ok 'it is there again by itself' wait_for 60 db_here
is "$(helper postgresql state) $(helper postgresql restarts)" 'running 1' \
	'started by the engine, once'
ok 'as another process' test "$(helper postgresql pid)" != "$PID"
is "$(helper postgresql why)" 'it was killed' 'how it ended is kept'
ok 'dialling goes on' calls_more 100 40
ok 'one alert, with the cause in it' logged \
	'alert database: database is away: postgresql does not run .*: it was killed'
is "$(n_of 'alert helper-database')" 0 'and no second one for the same matter'
ok 'it ends' wait_for 15 alert_off database

# ---- stopped by hand it stays stopped
"$B/discadord" -c "$ENG/d.conf" --db stop >"$TMP/out" 2>&1
is $? 0 'discador db stop under the running engine'
ok 'stopped' wait_for 5 helper_is postgresql state stopped
like "$(d status)" '^helpers +postgresql is stopped: by hand' \
	'status says so'
by_hand() { d status | grep -q 'critical: database is away: postgresql is stopped: by hand'; }
ok 'and the alert' wait_for 8 by_hand
from=$(date +%s)
passed() { [ $(($(date +%s) - from)) -ge 4 ]; }
wait_for 10 passed
is "$(helper postgresql state) $(pg_pid 2>/dev/null)" 'stopped ' \
	'after four seconds, too'
pg_again
ok 'discador db start: it runs' wait_for 15 helper_is postgresql state running
is "$(helper postgresql restarts)" 1 'the engine had no part in it'
ok 'and the engine has it again' wait_for 40 db_here

# ---- one that cannot start
D=$ENG/state/pg/data/global
mv "$D/pg_control" "$D/pg_control.off"
kill -9 "$(pg_pid)"
why_pg() { helper postgresql why | grep -q pg_control; }
ok 'a database that cannot start waits, with the reason' wait_for 40 why_pg
ok 'is tried again' wait_for 40 logged 'private database.* in [48] s'
like "$(d status)" '^helpers +postgresql does not run .*: .*pg_control' \
	'status has the words'
is "$(helper discador-sshd state)" running 'the other helper is not touched'
mv "$D/pg_control.off" "$D/pg_control"
ok 'mended: it comes by itself' wait_for 60 db_here
ok 'and dialling goes on' calls_more 30 60

# ---- the SSH server is wanted no more, and again
ssh_conf false
kill -HUP "$ENG_PID"
ok 'ssh.enabled = false: it ends' wait_for 10 helper_is discador-sshd state none
closed() { ! port_open "$SSH_PORT"; }
ok 'and nobody listens' wait_for 5 closed
ok 'which is no alert' alert_off helper

# ---- and cannot start
perl -MIO::Socket::INET -e '
	my $s; # somebody else may use the number for a moment
	for (1 .. 100) {
		last if $s = IO::Socket::INET->new(Listen => 1,
		    LocalPort => $ARGV[0], ReuseAddr => 1);
		select undef, undef, undef, 0.1;
	}
	sleep 300 if $s' "$SSH_PORT" &
TAKER=$!
at_exit "kill $TAKER 2>/dev/null"
ok 'its port is taken' wait_for 12 port_open "$SSH_PORT"
ssh_conf true
kill -HUP "$ENG_PID"
begin=$(n_of 'discador-sshd .*; it is started again in')
waits() { [ "$(n_of 'discador-sshd .*; it is started again in')" -ge $((begin + $1)) ]; }
ok 'three starts fail' wait_for 30 waits 3
ok 'waiting' wait_for 10 helper_is discador-sshd state waiting
is "$(grep -E 'discador-sshd .*; it is started again in' "$ENG/d.log" |
	sed 's/.* in //' | tail -n 3 | tr '\n' ' ')" '1 s 2 s 4 s ' \
	'longer each time'
like "$(helper discador-sshd why)" 'ended with exit [0-9]+: see the log|[Aa]ddress already in use' \
	'with a reason'
ok 'which the log has' logged "$SSH_PORT.*[Aa]ddress already in use"
tried_at() { helper discador-sshd next | grep -q '^20.*Z$'; }
ok 'and when it is tried again' wait_for 10 tried_at
like "$(d status)" '^helpers +discador-sshd does not run .started again in .*: .' \
	'status says both'
is "$(metric 'helper_up{name="discador-sshd"}')" 0 '/metrics, too'
ok 'an alert is raised' wait_for 5 alert_on helper
ok 'dialling is not affected' calls_more 60 20
kill "$TAKER"
wait "$TAKER" 2>/dev/null
ok 'the port is free: it runs' wait_for 40 helper_is discador-sshd state running
ok 'and the alert ends' wait_for 10 alert_off helper

# ---- what it came to
d campaign stop c1 >/dev/null
d cps 30 >/dev/null
ok 'what is in flight ends' wait_for 60 quiet
is "$(st .calls.attempted)" "$(truth_n)" 'each call is counted, once'
is "$(cut -d, -f2 "$ENG/truth.csv" | sort | uniq -d | wc -l | tr -d ' ')" 0 \
	'no contact was dialled twice (carrier)'
ok 'every outcome is in the database' wait_for 30 nothing_spooled
is "$(q "select count(*) from call where disposition = 'lost'")" 0 \
	'none is lost'
q 'select id from call' >"$ENG/db"
sort "$ENG/db" >"$TMP/db"
is "$(cut -d, -f1 "$ENG/truth.csv" | sort | comm -23 - "$TMP/db" |
	wc -l | tr -d ' ')" 0 \
	'the carrier saw no call that the table does not hold'
ok 'a clean stop' eng_stop
ok 'nothing is left of the database' pg_gone "$PID"
is "$(grep -cE 'Sanitizer|runtime error' "$ENG/d.log")" 0 'nothing crashed'
done_testing
