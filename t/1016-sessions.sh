#!/bin/sh
# shellcheck disable=SC2016,SC2086,SC2317
# Sessions over SSH as the engine knows them: who is attached and does what,
# who looks at whose screen, what is said to all, refused log-ins, who is
# vouched for.  t/tools/as_session plays discador-sshd's part.
. t/lib.sh
. t/lib-engine.sh

eng_dir
# users ROWS: the engine's configuration, with no switch
users() {
	cat >"$ENG/d.conf" <<-X
	node = "n1"; state_dir = "$ENG/state"; run_dir = "$ENG/run";
	timezone = "UTC"; metrics = { enabled = false; };
	ssh = { enabled = false; motd = "Drill at noon"; users = ( $1 ); };
	X
}
u() { printf '{ name = "%s"; role = "%s"; %s }' "$1" "$2" "$3"; }
STAFF="$(u ana admin), $(u maria supervisor), $(u olga supervisor)"
OMAR="$(u omar operator 'campaigns = [ "one", "two" ];'),
	$(u otto operator 'campaigns = [ "two" ];')"
DORA=$(u dora admin 'enabled = false;')
users "$STAFF, $OMAR, $DORA, $(u vera viewer), $(u paul viewer)"
ok 'the engine runs' eng_start

# ---- the tool
# on NAME ROLE CAMPAIGNS WHAT [again]: a session of that user; its output is
# $TMP/NAME.out, its requests go to say_to NAME
PIDS=
on() {
	mkfifo "$TMP/$1.in" 2>/dev/null
	: >"$TMP/$1.out"
	"$B/t/tools/as_session" "$ENG/run" "$1" "$2" 10.0.0.7 "$3" "$4" $5 \
		<>"$TMP/$1.in" >>"$TMP/$1.out" 2>&1 &
	eval "PID_$1=$!"
	PIDS="$PIDS $!"
	wait_for 10 grep -q '^row id=[1-9]\|^ended' "$TMP/$1.out"
	eval "ID_$1=$(sed -n 's/^row id=\([0-9]*\) .*/\1/p' "$TMP/$1.out" |
		head -n 1)"
}
at_exit 'kill $PIDS 2>/dev/null'
pid() { eval "echo \$PID_$1"; }
id() { eval "echo \$ID_$1"; }
tell() { _n=$1; shift; echo "$*" >"$TMP/$_n.in"; }
# row NAME REGEX: its newest row is like that (soon)
row_is() { grep '^row ' "$TMP/$1.out" | tail -n 1 | grep -Eq -- "$2"; }
row() { wait_for 5 row_is "$1" "$2"; }
got() { wait_for 5 grep -Eq -- "$2" "$TMP/$1.out"; }
forget() { : >"$TMP/$1.out"; }
# off NAME: its process dies
off() { kill -9 "$(pid "$1")"; wait "$(pid "$1")" 2>/dev/null
	wait_for 5 sh -c "! $B/discador -c $ENG/d.conf session list |
		grep -q ' $1 '"; }
# x USER ROLE FROM CAMPAIGNS REQUEST...: one request
x() {
	_u=$1 _r=$2 _f=$3 _c=$4; shift 4
	"$B/t/tools/as_session" "$ENG/run" "$_u" "$_r" "$_f" "$_c" -x "$@"
}
# audit COLUMN=...: how many rows of the audit log, when they are there
audit() { q "select count(*) from event_log where $1"; }
audited() { [ "$(audit "$2")" = "$1" ]; }
list() { d session list --json | perl -MJSON::PP -e 'local $/;
	my $o = decode_json(<STDIN>); print join "|", map { my $s = $_;
	map { $s->{$_} // "-" } @ARGV } @$o' "$@"; }

# ---- attached
like "$(d session list)" 'nobody is attached' 'nobody'
on maria supervisor - 'console 120x40, Overview'
on vera viewer - 'console 80x24, Overview'
on ana admin - 'console 200x60, Overview'
on paul viewer - 'show calls'
is "$(list id user role from doing watched_by | tr -d '\n')" \
	"$(id maria)|maria|supervisor|10.0.0.7|console 120x40, Overview|-|$(id vera)|vera|viewer|10.0.0.7|console 80x24, Overview|-|$(id ana)|ana|admin|10.0.0.7|console 200x60, Overview|-|$(id paul)|paul|viewer|10.0.0.7|show calls|-" \
	'all of them, in order'
like "$(list since)" '^20[0-9-]*T[0-9:.]*Z' 'since when, as a time'
like "$(list idle_s)" '^[0-9]+\|[0-9]+\|' 'and for how long no key'
like "$(d session list)" '^ *ID +USER +ROLE +FROM +SINCE +IDLE +DOING +WATCHED BY|^ *id +user +role +from +since +idle +doing +watched by' \
	'a table for people'
like "$(d session list)" "maria +supervisor +10.0.0.7 +20.* s +console 120x40, Overview +-" \
	'with its rows'
like "$(d status --json | tr -d '\n ')" '"user":"maria","role":"supervisor","from":"10.0.0.7","since":"20' \
	'status --json has them, too'
ok 'a console is one' row vera 'console=1 '
ok 'a verb is none' row paul 'console=0 '
ok 'each log-in is in the audit' wait_for 5 audited 4 \
	"action = 'login' and result = 'done' and origin = 'ssh 10.0.0.7'"
is "$(q "select distinct actor from event_log where action = 'login' order by 1" |
	tr '\n' ' ')" 'ana maria paul vera ' 'by name'

# ---- doing
x vera viewer 10.0.0.7 - session doing hacking >"$TMP/o"
is "$?" 1 'what a process without a session does'
like "$(cat "$TMP/o")" 'no session' 'is refused'
x - - - - session doing x >"$TMP/o"
is "$?" 1 'also of somebody local'
on olga supervisor - 'console 90x30, DIDs'
printf 'session doing console,Calls\nsession doing console,Trunks\n' >"$TMP/olga.in"
ok 'a session says what it does' row olga 'what=\[console,Calls\].* key=1'
ok 'but not twice a second' got olga 'reply doing exit=1 \[once a second'
is "$(audit "action like '%doing%'")" 0 'that is not audited'

# ---- say
ok 'something is said' d session say lunch is ready
for n in maria vera ana; do
	ok "$n hears it" got $n '^said .*: lunch is ready$'
done
forget ana
x maria supervisor 10.0.0.7 - session say 'back at two' >"$TMP/o"
is "$?" 0 'over SSH'
ok 'with the name of who says it' got ana '^said maria: back at two$'
is "$(grep -c '^said' "$TMP/ana.out")" 1 'once'
x maria supervisor 10.0.0.7 - session say \
	"$(printf '%0121d' 1)" >"$TMP/o"
is "$?" 2 'not more than 120 bytes'
x maria supervisor 10.0.0.7 - session say "$(printf 'a\nb')" >"$TMP/o"
is "$?" 2 'and one line'
x vera viewer 10.0.0.7 - session say hello >"$TMP/o"
is "$?" 1 'a viewer does not speak'
ok 'it is in the audit' wait_for 5 audited 1 \
	"action = 'session say' and object = 'back at two' and actor like 'maria%'"

# ---- an admin looks
V=$(id vera) M=$(id maria)
tell ana session watch "$V"
ok 'an admin looks at once' got ana \
	"reply watch exit=0 \[granted\] \{\"pid\":$(pid vera),"
ok 'who is looked at is told' row vera \
	"watch=granted by=\[ana\] pid=$(pid ana) "
like "$(list user watched_by)" 'vera\|ana' 'it is in the list'
tell maria session watch "$V"
ok 'one at a time' got maria 'reply watch exit=1 \[somebody else'
tell vera session consent "$V" no
ok 'an admin is not sent away' got vera 'reply consent exit=1 \[an admin'
tell ana session leave
ok 'who looks leaves' got ana 'reply leave exit=0'
ok 'and that is told' row vera 'watch=none by=\[\] pid=0 '
looks() { [ "$(q "select string_agg(result, ' ' order by id) from event_log
	where action = 'session watch' and actor like '$1%'")" = "$2" ]; }
ok 'who looked, and until when, is in the audit' wait_for 5 \
	looks ana 'done ended'
ok 'who was refused, too' wait_for 5 looks maria refused

# ---- a supervisor asks
forget maria; forget vera
tell maria session watch "$V"
ok 'a supervisor asks' row vera 'watch=asked by=\[maria\]'
is "$(list user watched_by | grep -c 'vera|maria')" 0 'and does not look yet'
tell paul session consent "$V" yes
ok 'nobody else answers' got paul 'reply consent exit=1 \[nobody asks'
tell vera session consent "$V" yes 1
ok 'nor a yes to another process' got vera 'reply consent exit=1'
tell vera session consent "$V" no
ok 'no' got maria 'reply watch exit=1 \[vera said no\]'
ok 'it is over' row vera 'watch=none'
forget maria; forget vera
tell maria session watch "$V"
ok 'again' row vera 'watch=asked by=\[maria\]'
tell vera session consent "$V" yes "$(pid maria)"
ok 'yes' got maria "reply watch exit=0 .*\"pid\":$(pid vera),"
ok 'and the row says so' row vera \
	"watch=granted by=\[maria\] pid=$(pid maria) "
forget olga; forget ana
tell olga session watch "$M"
ok 'who looks is not looked at' got olga 'reply watch exit=1 \[that session looks'
tell vera session watch "$M"
ok 'a viewer does not look' got vera 'reply watch exit=1 \[session watch: not permitted'
tell vera session consent "$V" no
ok 'a yes can be taken back' row vera 'watch=none'
forget vera; forget maria
tell maria session watch "$V"
row vera 'watch=asked'
tell maria session leave
ok 'who asks can leave, too' row vera 'watch=none'
ok 'and is answered' got maria 'reply watch exit=1 \[given up'
forget maria; forget ana
tell maria session watch "$(id paul)"
ok 'a verb has no screen' got maria 'reply watch exit=1 \[.*no screen'
tell ana session watch "$(id ana)"
ok 'nobody looks at himself' got ana 'reply watch exit=1 \[nobody looks'
forget ana
tell ana session watch 999
ok 'nor at who is not there' got ana 'reply watch exit=1 \[there is no such'
x ana admin 10.0.0.7 - session watch "$V" >"$TMP/o"
is "$?" 1 'a screen needs a console to be seen in'
# ends of sessions
forget maria; forget vera
tell maria session watch "$(id olga)"
ok 'another one' row olga 'watch=asked by=\[maria\]'
ok 'who is asked ends' off olga
ok 'the one who asked is told' got maria 'reply watch exit=1 \[the session has ended'
forget maria
tell ana session watch "$V"
ok 'looked at by an admin' row vera 'watch=granted by=\[ana\]'
ok 'the admin ends' off ana
ok 'and the watch with it' row vera 'watch=none'
ok 'answers are in the audit' wait_for 5 audited 3 \
	"action = 'session consent' and actor like 'vera%'"
ok 'and what came of them' wait_for 5 looks maria \
	'refused asked refused asked done ended asked given up refused asked refused'

# ---- limited to campaigns
on omar operator one,two 'console 80x24, Calls'
like "$(cat "$TMP/omar.out")" 'campaigns=\[one,two\]' 'a limited user'
on ana admin - 'console 200x60, Overview'
OMAR_ID=$(id omar)
forget maria
tell maria session watch "$OMAR_ID"
ok 'is not asked by whom he cannot see' got maria \
	'reply watch exit=1 \[that user is limited'
tell ana session watch "$OMAR_ID"
ok 'but an admin may look' row omar 'watch=granted by=\[ana\]'
tell ana session leave
row omar 'watch=none'
x omar operator 10.0.0.7 one,two session list >"$TMP/o"
ok 'he does not see the others' sh -c "! grep -q maria '$TMP/o'"
on otto operator two 'console 80x24, Calls'
like "$(d session list)" 'otto' 'two of them'
x otto operator 10.0.0.7 two session list >"$TMP/o"
ok 'nor one who sees more than he' sh -c "! grep -q omar '$TMP/o'"
off otto; off omar

# ---- kill
forget vera
d session kill 999 >"$TMP/o" 2>&1
is "$?" 1 'there is no session 999'
d session kill vera >"$TMP/o" 2>&1
is "$?" 2 'a name is no number'
x maria supervisor 10.0.0.7 - session kill "$V" >"$TMP/o"
is "$?" 1 'a supervisor may not'
x ana admin 10.0.0.7 - session kill "$V" >"$TMP/o"
is "$?" 0 'an admin may'
ok 'the session is told by whom' got vera \
	'^ended \[ended by ana .*\] \{"killed":true\}'
is "$(d session list | grep -c vera)" 0 'it is off the list'
ok 'in the audit' wait_for 5 audited 1 \
	"action = 'session kill' and object like 'session $V of vera%'"
ok 'with a logout' wait_for 5 audited 1 \
	"action = 'logout' and actor = 'vera' and result like 'ended by ana%'"

# ---- refused log-ins, and what one is told
refused() { x - - - - session refused "$1" >"$TMP/o"; }
ok 'refused log-ins are told' refused '[{"user":"vera","from":"192.0.2.9","n":3,"how":"key"},
	{"user":"vera","from":"192.0.2.10","n":1,"how":"banned"},
	{"user":"","from":"","n":7,"how":"others"}]'
ok 'the audit has them' wait_for 5 audited 1 "action = 'login' and actor = 'vera'
	and origin = 'ssh 192.0.2.9' and result = 'refused' and object = '3 tries, key'"
ok 'also what was gathered' wait_for 5 audited 1 \
	"actor = '?' and origin = 'ssh' and object = '7 tries, others'"
for bad in '{}' '[{"user":"a"}]' \
	'[{"user":"a","from":"x y","n":1,"how":"key"}]'; do
	refused "$bad"
	is "$?" 2 "not taken: $bad"
done
x vera viewer 10.0.0.7 - session refused '[]' >"$TMP/o"
is "$?" 1 'nor from a session'
x vera viewer 10.0.0.7 - session welcome >"$TMP/o"
is "$?" 0 'who comes again'
perl -MJSON::PP -ne '/\] (\{.*)/ or die; my $o = decode_json($1);
	print join " ", $o->{last_ms} > 1.7e12 ? "then" : "never",
	@$o{qw(last_from failed failed_from motd)}' "$TMP/o" >"$TMP/w"
is "$(cat "$TMP/w")" 'then 10.0.0.7 4 192.0.2.10 Drill at noon' \
	'is told when and whence, how many were refused, and the motd'
on vera viewer - 'console 80x24, Overview'
ok 'that log-in is in the audit' wait_for 5 audited 2 \
	"action = 'login' and actor = 'vera' and result = 'done'"
forget vera
tell vera session welcome
ok 'one in a session is told of the one before' got vera \
	'reply welcome .*"failed":4,'
ok 'after another refusal' refused \
	'[{"user":"vera","from":"192.0.2.9","n":2,"how":"password"}]'
ok 'in the audit' wait_for 5 audited 1 "object = '2 tries, password'"
x vera viewer 10.0.0.7 - session welcome >"$TMP/o"
like "$(cat "$TMP/o")" '"failed":2,' 'older ones are not told again'
x ana admin 10.0.0.7 - session welcome >"$TMP/o"
like "$(cat "$TMP/o")" '"failed":0,"failed_from":"",' 'or to others'
MANY=$(perl -e 'print "[", join(",", map { qq({"user":"u$_","from":"192.0.2.1","n":2,"how":"key"}) } 1 .. 900), "]"')
ok 'a flood of them' refused "$MANY"
ok 'is summed up' wait_for 5 audited 1 "actor = 'others' and result = 'refused'"
is "$(q "select sum(substring(object from '^[0-9]+')::int) from event_log
	where (actor like 'u%' or actor = 'others') and result = 'refused'
	and action = 'login'")" \
	1800 'none is lost'
# A second of the engine's clock lies across two of the wall's.
ok 'in at most 20 lines a second' test "$(q "select max(n) from (select count(*) as n
	from event_log where result = 'refused' and action = 'login'
	group by date_trunc('second', at)) x")" -le 40
ok 'with an index' test "$(q "select count(*) from pg_indexes
	where indexname = 'event_log_login'")" = 1

# ---- who is vouched for
no() { # no TEXT USER ROLE CAMPAIGNS: a request of theirs is refused with this
	_t=$1 _n=$2; shift 2
	x "$_n" "$1" 10.0.0.7 "$2" session list >"$TMP/o"
	is "$?" 1 "not for $_n as $1 with $2"
	like "$(cat "$TMP/o")" "$_t" 'and why'
}
no 'no user nobody' nobody viewer -
no 'is disabled' dora admin -
no 'is a viewer in the' vera operator -
no 'other campaigns' vera viewer one
no 'other campaigns' omar operator -
no 'other campaigns' omar operator one
no 'other campaigns' omar operator one,two,three
x vera viewer 10.0.0.7 - session list >"$TMP/o"
is "$?" 0 'but for vera as she is'
on nobody admin - 'console 80x24'
like "$(cat "$TMP/nobody.out")" '^ended \[.*no user nobody' 'no session either'

# ---- a process speaks for the user of its session, and no further
off paul
on paul viewer - 'console 80x24, Calls'
tell paul as ana admin 10.0.0.7 - user list
ok 'not for an admin' got paul 'reply list exit=1 \[this process has a session of paul'
forget paul
tell paul as - - - - session list
ok 'nor for nobody in particular' got paul \
	'reply list exit=1 \[this process has a session of paul'
forget paul
tell paul as paul viewer 10.0.0.7 - session list
ok 'but for its own' got paul 'reply list exit=0'
for i in 1 2 3 4; do tell paul session open "again$i"; done
ok 'and has few sessions' got paul 'reply open exit=1 \[this process has its sessions'
off paul

# ---- who is nobody in particular does not shut the others out
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	cat >"$TMP/crowd.pl" <<'X'
use Socket; $| = 1; my @s;
for (1 .. 120) {
	socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
	connect($s, pack_sockaddr_un($ARGV[0])) or die "connect: $!";
	push @s, $s;
}
my $n = 0;
for my $s (@s) {
	my $r = ''; vec($r, fileno $s, 1) = 1;
	$n++ if select($r, undef, undef, 0.05) == 0;
}
print "$n stay\n";
close $_ for @s;
select undef, undef, undef, 0.3;
socket(my $s, AF_UNIX, SOCK_STREAM, 0) or die;
connect($s, pack_sockaddr_un($ARGV[0])) or die "connect: $!";
$SIG{PIPE} = 'IGNORE';
syswrite $s, pack("vvV", 1, 1, 1000000);
for (1 .. 20) { last unless defined syswrite $s, ' ' x 50000; }
my $end = sysread $s, my $b, 1;
print "closed\n" if !$end;
X
	cp "$TMP/crowd.pl" "$ENG/crowd.pl"; chmod 644 "$ENG/crowd.pl"
	timeout 60 setpriv --reuid 65534 --regid 65534 --clear-groups \
		perl "$ENG/crowd.pl" "$ENG/run/control" >"$TMP/o" 2>&1
	like "$(cat "$TMP/o")" '^50 stay$' 'so many connections of one uid'
	like "$(cat "$TMP/o")" '^closed$' 'and no long requests'
	ok 'it is in the log' grep -q 'uid 65534 is turned away' "$ENG/d.log"
fi

# ---- the configuration changes
on omar operator one,two 'console 80x24, Calls'
on otto operator two 'console 80x24, Calls'
on olga supervisor - 'console 80x24, Calls'
on paul viewer - 'console 80x24, Calls'
users "$(u ana admin), $(u maria operator), $(u olga supervisor), $DORA,
	$(u omar operator 'campaigns = [ "two", "one" ];'),
	$(u otto operator 'campaigns = [ "two", "one" ];'),
	$(u paul viewer 'enabled = false;')"
kill -HUP "$ENG_PID"
ok 'who is taken out of it: the session ends' got vera \
	'^ended \[.*no user vera\] \{"killed":true\}'
ok 'disabled' got paul '^ended \[the user paul is disabled\]'
ok 'another role' got maria '^ended \[the user maria is a operator|^ended \[.*maria.*operator now'
ok 'other campaigns' got otto '^ended \[.*otto has other campaigns'
like "$(list user)" '^ana\|omar\|olga$' 'the others stay'
no 'no user vera' vera viewer -
off omar; off olga

# ---- ends
ok 'a session that is killed' off ana
ok 'is off the list' sh -c "$B/discador -c $ENG/d.conf session list |
	grep -q 'nobody is attached'"
ok 'with a logout' wait_for 5 audited 2 \
	"action = 'logout' and actor = 'ana' and result = 'done'"
on ana admin - 'console 80x24, Overview' again
ok 'one that was there before the engine is no new log-in' wait_for 5 \
	audited 1 "action = 'attach' and actor = 'ana'"
is "$(audit "action = 'login' and actor = 'ana'")" 2 'of which there were two'
is "$(d audit verify | head -n 1 | cut -d: -f1)" intact 'the audit is intact'
ok 'the engine ends' eng_stop
got ana '^ended|^gone'
is "$?" 0 'and its sessions see that'
done_testing
