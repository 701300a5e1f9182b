#!/bin/sh
# What people command, and what comes of it: campaigns, pace, brake, edits,
# several switches, do-not-call by hand, a clean stop and going on behind it.
# shellcheck disable=SC2046
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
SEED=${SEED:-$$}
echo "# SEED=$SEED"
code() { "$@" >"$TMP/code" 2>&1; echo $?; }
# nothing leaves for a good second behind what has just been commanded
quiet_now() { from=$(now_ns); nap 1200 1500 "$1"; still "$from" "$(now_ns)"; crash_still 50 "$1: nothing new leaves"; }
nothing_armed() { [ "$(q "select (select count(*) from call where state = 'armed') + (select count(*) from contact where state = 'claimed')")" = 0 ]; }
given_back() {
	ok "$1: nothing is armed or claimed" wait_for 5 nothing_armed
	is "$(q 'select (select sum(attempts) from contact) - (select count(*) from call)')" 0 "$1: attempts are those of calls that left"
	is "$(q 'select (select sum(uses) from did_usage) - (select count(*) from call)')" 0 "$1: uses, too"
}
# conf FROM TO CONNECT_KEY TRUNKS WEIGHT
conf() {
	cat >"$ENG/a.conf" <<-C
	countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
	    cap_group = "nanp"; cap_zone = "America/New_York";
	    call_from = "$1"; call_to = "$2"; weekdays = "mon-sun"; } );
	contexts = ( { name = "usa"; country = "usa"; connect_key = "$3"; retries = 0; menu_timeout = 2; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; },
	    { name = "t2"; switch = "sw2"; max_cps = 30.0; } );
	profiles = ( { name = "flat"; max_cps = 30.0; max_concurrent_calls = 2000; auto_adjust_cps = false; } );
	campaigns = ( { name = "c1"; trunks = [ "t1", "t2" ]; profile = "flat"; max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; weight = $4; },
	    { name = "c2"; trunks = [ "t1", "t2" ]; profile = "flat"; max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; } );
	C
	d apply "$ENG/a.conf"
}
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
SW2=$(free_port)
eng_conf "$SIM_PORT"
sed -i "s/^    max_cps = 1000.0; max_channels = 20000; } );/    max_cps = 1000.0; max_channels = 20000; },\\
    { name = \"sw2\"; host = \"127.0.0.1\"; port = $SW2; user = \"discador\"; secret = \"s\"; } );/" "$ENG/d.conf"
ok 'the engine starts' eng_start
ok 'apply' conf 00:00 24:00 1 3
perl -e 'printf "+1305%07d\n", $_ for 5551000..5551099' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
for npa in 1212 1718; do numbers 500 $npa 011x1 011x2 011x3 013x1 013x2 013x3 21000 31000; done >"$ENG/list1"
numbers 500 1213 21000 31000 011x1 013x1 011x2 013x2 011x3 013x3 >"$ENG/list2"
ok 'contacts' d import contacts "$ENG/list1" --campaign c1 --country usa
d import contacts "$ENG/list2" --campaign c2 --country usa >/dev/null

# ---- campaigns
is "$(code d campaign start nobody)" 1 'a campaign that is not there: exit code 1'
like "$(cat "$TMP/code")" 'there is no campaign "nobody"' 'and a line that says so'
is "$(code d campaign start c1)" 0 'start'
ok 'calls leave, though the second switch is away' calls_more 40
is "$(st .switches.1.connected)" false 'status shows that it is'
is "$(q "select count(*) from call where trunk = 't2'")" 0 'none was tried over it'
is "$(code d campaign pause c1)" 0 'pause'
quiet_now pause
given_back pause
is "$(camp c1 state)" paused 'status shows it'
d campaign start c1 >/dev/null
ok 'start goes on' calls_more 20
is "$(code d campaign stop c1)" 0 'stop'
quiet_now stop
given_back stop
is "$(camp c1 state)" stopped 'status shows it'
d campaign start c1 >/dev/null
calls_more 5

# ---- brake
is "$(code d brake on)" 0 'brake on'
quiet_now brake
is "$(st .brake.state)" engaged 'status shows it'
like "$(st .brake.reason)" 'by hand: uid' 'and who it was'
ok 'the campaign names it' wait_for 5 why_is c1 'brake is on'
given_back brake
is "$(code d brake on)" 0 'on again changes nothing'
is "$(code d brake off)" 0 'brake off'
ok 'calls leave again' calls_more 5

# ---- hours: the window that is open now is one that is closed now
set -- $(perl -MPOSIX -e '$ENV{TZ} = "America/New_York"; tzset(); my $h = (localtime)[2];
	my $f = $h < 20 ? $h + 2 : 4; printf "%02d:00 %02d:00", $f, $f + 1')
conf "$1" "$2" 1 3 >/dev/null
ok 'hours are edited: the campaign waits' wait_for 10 why_is c1 'outside calling hours .*opens ... [0-9][0-9]:00'
quiet_now hours
is "$(camp c1 state)" waiting 'status shows it'
given_back hours
ok 'and when it opens' perl -MTime::Local=timegm -e '
	my ($y, $m, $d, $h) = $ARGV[0] =~ /^(\d+)-(\d+)-(\d+)T(\d+):00:00.*Z$/ or die "opens: $ARGV[0]\n";
	my $in = timegm(0, 0, $h, $d, $m - 1, $y) - time; exit !($in > 0 && $in < 86400)' "$(camp c1 opens)"

# ---- an edit of the keys holds from the next call on
conf 00:00 24:00 3 3 >/dev/null
ok 'hours and keys are edited: it goes on' calls_more 1
ok 'for a while' calls_more 90
d campaign pause c1 >/dev/null
ok 'these calls end' wait_for 30 quiet
version="(select version from dtmf_context where name = 'usa')"
is "$(q "select count(*) filter (where key_pressed = '1') > 0, count(*) filter (where key_pressed = '3')
    from call where disposition = 'connected' and context_version = $version - 1" | tr '|' ' ')" 't 0' 'before, key 1 connected'
is "$(q "select count(*) filter (where key_pressed = '3') > 0, count(*) filter (where key_pressed = '1')
    from call where disposition = 'connected' and context_version = $version" | tr '|' ' ')" 't 0' 'afterwards, key 3 does'
is "$(q "select count(*) from call where sent_at is not null and context_version is null")" 0 'and each call says which it had'

# ---- pace
is "$(code d cps 8)" 0 'cps 8'
ok 'status says that it is by hand' wait_for 5 status_has 'target .*\(by hand\)'
d campaign start c1 >/dev/null
calls_more 8; n=$(truth_n) from=$(now_ns)
nap 3000 3001 0
n=$((($(truth_n) - n) * 1000000 / (($(now_ns) - from) / 1000)))
ok "it is about that ($n)" [ "$n" -ge 4 ] && ok 'and not more' [ "$n" -le 9 ]
is "$(st .cps.target | cut -d. -f1)" 8 'status shows the target'
is "$(code d cps many)" 2 'cps many: usage'
is "$(code d cps auto)" 0 'cps auto'
target_30() { [ "$(st .cps.target | cut -d. -f1)" = 30 ]; }
ok 'the target is that of the profile again' wait_for 5 target_30

# ---- two campaigns share one pace by weight
d cps 20 >/dev/null
d campaign start c2 >/dev/null
third() { tail -n +$((n + 1)) "$ENG/truth.csv" | grep -q '^[^,]*,1213'; }
n=$(truth_n); wait_for 10 third; calls_more 20; n=$(truth_n)
calls_more 160
k=$(tail -n +$((n + 1)) "$ENG/truth.csv" | head -n 160 | grep -vc '^[^,]*,1213')
ok "weights 3 to 1: $k of 160 calls are of the first" [ "$k" -ge 108 ] && ok 'within 10 %' [ "$k" -le 132 ]
d campaign stop c2 >/dev/null

# ---- do-not-call by hand, while it is armed
d cps 0.2 >/dev/null
armed() { x=$(q "select number from call where state = 'armed' and campaign_id = (select id from campaign where name = 'c1') order by armed_at desc, id desc limit 1"); [ -n "$x" ]; }
ok 'a call is armed' wait_for 10 armed
q "insert into dnc (number, list, source) values ('$x', 'hand', 'test')"
d cps auto >/dev/null
became_dnc() { [ "$(q "select state from contact where number = '$x'")" = dnc ]; }
ok 'its contact ends as do-not-call' wait_for 20 became_dnc
calls_more 70
is "$(grep -c ",${x#+}," "$ENG/truth.csv")" 0 'and it was not dialled'
is "$(q "select (select count(*) from call where number = '$x') + (select attempts from contact where number = '$x')")" 0 'nor counted'

# ---- the other switch comes, the first one goes
"$B/discador-job" amisim --port "$SW2" --user discador --secret s --speed 10 --truth "$ENG/truth2.csv" >"$ENG/sim2.out" 2>&1 &
SIM2=$!; at_exit 'kill $SIM2 2>/dev/null'
both() { [ -s "$ENG/truth2.csv" ]; }
ok 'the second switch comes: calls go over it' wait_for 20 both
calls_more 5
kill "$SIM_PID"; wait "$SIM_PID" 2>/dev/null; SIM_PID=
n=$(wc -l <"$ENG/truth2.csv")
more2() { [ "$(wc -l <"$ENG/truth2.csv")" -ge $((n + 20)) ]; }
ok 'the first one goes: they go over the second' wait_for 20 more2
is "$(code d campaign pause c1)" 0 'pause'
is "$(st .switches.0.connected) $(st .switches.1.connected)" 'false true' 'status shows both'
d campaign start c1 >/dev/null
n=$(wc -l <"$ENG/truth2.csv"); wait_for 20 more2

# ---- audit
is "$(q "select string_agg(distinct action || ' ' || object || ' ' || result, ', ' order by action || ' ' || object || ' ' || result)
    from event_log where action in ('campaign', 'cps', 'brake')")" \
  'brake off done, brake on done, campaign c1 paused, campaign c1 running, campaign c1 stopped, campaign c2 running, campaign c2 stopped, cps 0.2 done, cps 20 done, cps 8 done, cps auto done' \
  'each command is in the audit log'
is "$(q "select count(*) from event_log where actor not like 'uid %' or node <> 'n1'")" 0 'with who it was, and where'
is "$(q "select count(*) from event_log where object = 'nobody'")" 0 'what was refused is not'

# ---- a clean stop, and on
ok 'a clean stop' eng_stop
"$B/discadord" -c "$ENG/d.conf" --db start >"$TMP/pg" 2>&1
given_back 'behind the stop'
is "$(q "select state from campaign where name = 'c1'")" running 'the campaign is still to run'
SIM_PORT=$SIM_PORT eng_sim --speed 10
ok 'the engine starts again' eng_start
n=$(cat "$ENG/truth.csv" "$ENG/truth2.csv" | wc -l)
on() { [ "$(cat "$ENG/truth.csv" "$ENG/truth2.csv" | wc -l)" -gt $((n + 30)) ]; }
ok 'it goes on where it stopped' wait_for 30 on
d campaign stop c1 >/dev/null
ok 'what was in flight ends' wait_for 30 quiet
is "$(cat "$ENG/truth.csv" "$ENG/truth2.csv" | cut -d, -f2 | sort | uniq -d | wc -l | tr -d ' ')" 0 'nobody was dialled twice'
is "$(q "select (select count(*) from call) - $(cat "$ENG/truth.csv" "$ENG/truth2.csv" | wc -l)")" 0 'every call is in the table'
ok 'a clean stop' eng_stop
done_testing
