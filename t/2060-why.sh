#!/bin/sh
# Why is it not dialled?  Campaigns, trunks, caller IDs, contacts and lists,
# for people and for scripts; callbacks; alerts and who has seen them.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
SEED=${SEED:-$$}
echo "# SEED=$SEED"
code() { "$@" >"$TMP/stdout" 2>"$TMP/stderr"; echo $?; }
out() { "$@" 2>&1; }
first() { "$@" 2>&1 | head -n 1; }
says() { like "$(first d why "$1" "$2")" "$3" "$4"; } # KIND NAME REGEX TEXT
# js PERL WORD...: an expression over the object $o that d WORD... --json prints
js() { js_e=$1; shift; d "$@" --json 2>/dev/null | perl -MJSON::PP -e '
	local $/; my $o = eval { decode_json(<STDIN>) } or do { print "no JSON\n"; exit };
	my $v = eval $ARGV[0]; print defined $v ? $v : "null", "\n"' "$js_e"; }
why_says() { first d why "$1" "$2" | grep -Eq -- "$3"; }
# the hour in which Mexico may be called is two hours away, in its own clock
window() { perl -MPOSIX -e '$ENV{TZ} = "America/Mexico_City"; tzset(); my $h = (localtime)[2];
	my $f = $h < 20 ? $h + 2 : 4; printf "%02d:00", $f + $_ for @ARGV' "$1"; }

eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
ENG_METRICS=true ENG_METRICS_PORT=$(free_port)
eng_conf "$SIM_PORT" 30.0
ok 'the engine starts' eng_start
conf() { # conf [EXTRA]
	cat >"$ENG/a.conf" <<-X
	countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
	    cap_group = "nanp"; cap_zone = "America/New_York";
	    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; },
	    { name = "mexico"; region = "MX"; did_daily_cap = 0;
	    cap_group = "mexico"; cap_zone = "America/Mexico_City";
	    call_from = "$(window 0)"; call_to = "$(window 1)"; weekdays = "mon-sun"; } );
	contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; },
	    { name = "mexico"; country = "mexico"; connect_key = "3"; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; },
	    { name = "t2"; switch = "gone"; max_cps = 30.0; } );
	profiles = ( { name = "flat"; max_cps = 30.0; auto_adjust_cps = false; } );
	campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat";
	    max_attempts = 1; dial_timeout = 5; },
	    { name = "c2"; trunks = [ "t1" ]; lists = [ "winter" ]; profile = "flat"; } );
	$1
	X
	d apply "$ENG/a.conf"
}
ok 'apply' conf
# who answers, and one in three is busy
numbers 60 1212 011x1 011x2 21000 >"$ENG/list"
perl -e 'printf "+5255512345%02d\n", $_ for 10..29' >>"$ENG/list"

# ---- campaign
is "$(code d why campaign nobody)" 1 'a campaign that is not there: exit code 1'
like "$(cat "$TMP/stderr")" 'there is no campaign "nobody"' 'and a line that says so'
says campaign c1 'campaign c1 is not dialled: it is stopped' 'stopped'
d campaign start c1 >/dev/null
ok 'without contacts' wait_for 5 why_says campaign c1 'it has no contacts: discador import contacts'
d import contacts "$ENG/list" --campaign c1 --country usa >/dev/null
ok 'without caller IDs that is the first gate' wait_for 10 why_says campaign c1 'campaign c1 is not dialled: no caller IDs for usa'
like "$(out d why campaign c1)" "^  no_did +60 +- " 'with its contacts'
like "$(out d why campaign c1)" "^  window +20 +opens ... 20[0-9-]+ [0-9][0-9]:00 +outside calling hours for 20 contacts .mexico." 'the second one: when it opens, in the zone of the engine'
is "$(js '"$o->{kind} $o->{name} " . ($o->{dials} ? 1 : 0) . join ",", map { " $_->{gate} $_->{contacts}" } @{$o->{gates}}' why campaign c1)" \
	'campaign c1 0 no_did 60, window 20' 'the same as JSON'
ok 'opens is an instant ahead' perl -MTime::Local=timegm -e '
	my ($y, $m, $d, $h) = $ARGV[0] =~ /^(\d+)-(\d+)-(\d+)T(\d+):00:00.*Z$/ or die;
	my $in = timegm(0, 0, $h, $d, $m - 1, $y) - time; exit !($in > 0 && $in < 86400)' \
	"$(js '$o->{gates}[1]{opens}' why campaign c1)"
gates() { d status --json | perl -MJSON::PP -e 'local $/; my $o = decode_json(<STDIN>);
	for (@{$o->{campaigns}}) { next if $_->{name} ne "c1"; print join(" ", map { "$_->{gate}:$_->{contacts}" } @{$_->{gates}}), "\n" }'; }
same_gates() { [ "$(gates)" = 'no_did:60 window:20' ]; }
ok 'status --json shows the same gates' wait_for 5 same_gates

# ---- caller IDs
is "$(code d why did +13055551001)" 1 'a caller ID that is not there'
is "$(code d why did 12)" 1 'what is no number'
like "$(cat "$TMP/stderr")" 'is no number' 'and it is said'
perl -e 'printf "+1305555%04d\n", $_ for 1000..1009' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
ok 'with caller IDs it is dialled' wait_for 10 why_says campaign c1 'campaign c1 is dialled'
says did '+1 (305) 555-1001' 'caller ID \+13055551001 is used' 'a caller ID, as people type it'
says did 13055551001 'is used' 'without its plus'
like "$(out d why did +13055551001)" '^used [0-9]+ of 100 times today' 'its uses'
conf 'dids = ( { number = "+13055551001"; state = "blocked"; block_reason = "complaints"; } );' >/dev/null
ok 'blocked' wait_for 5 why_says did +13055551001 'is not used: it is blocked'
like "$(out d why did +13055551001)" 'block: complaints' 'and why'
is "$(js '$o->{gates}[0]{gate} . ($o->{dials} ? 1 : 0) . $o->{block_reason}' why did +13055551001)" blocked0complaints 'as JSON'

# ---- trunks
says trunk t1 'trunk t1 is used' 'a trunk'
says trunk t2 'trunk t2 is not used: ' 'one whose switch is not there'
is "$(code d why trunk x)" 1 'one that is not there'
like "$(out d status)" '^trunk t2 is not used: ' 'status says so'
is "$(out d status | grep -c '^trunk t1')" 0 'and is silent about what is well'

# ---- contacts
one=$(head -n 1 "$ENG/list") two=$(sed -n 2p "$ENG/list")
all_done() { [ "$(q "select count(*) from contact where country = 'usa'
	and state not in ('pending', 'claimed', 'dialing')")" = 60 ] && quiet; }
ok 'the americans are called' wait_for 60 all_done
says contact "$one" "\+$one is not dialled: " 'a contact that was called'
like "$(out d why contact "$one")" 'called 1 times in 24 h' 'how often'
like "$(out d why contact "$one")" 'in usa; attempts 1; last [a-z]+' 'its attempts'
like "$(out d why contact "$one")" 'call 1 .* from \+1305555100[0-9] .all: least used, 1 of 100, one of 1?[0-9]. over t1: [a-z_]+' 'its call, and why from that caller ID'
says contact +525551234510 'outside calling hours of mexico in America/Mexico_City; opens' 'a contact that sleeps'
is "$(js '$o->{campaigns}[0]{campaign} . " " . $o->{campaigns}[0]{gates}[0]{gate}' why contact +525551234510)" 'c1 window' 'as JSON'
is "$(code d why contact +525551234599)" 1 'a number that nobody has'
q "insert into dnc (number, list, source, reason) values ('+$two', 'internal', 'test', 'by letter'), ('+13055550199', 'internal', 'test', '')"
says contact "$two" 'is not dialled: the number is on the do-not-call list' 'do-not-call is the first gate'
like "$(out d why contact "$two")" 'do-not-call list "internal" since .*: by letter' 'which list, and why'
says contact +13055550199 'no contact has it, and it is on the do-not-call list' 'also without any contact'

# ---- lists
head -n 5 "$ENG/list" | sed 's/^1212/1718/' >"$ENG/winter"
d import contacts "$ENG/winter" --list winter --country usa >/dev/null
d import contacts "$ENG/winter" --list spring --country usa >/dev/null
says list winter 'campaign c2 is not dialled: it is stopped' 'a list: its campaigns'
says list spring 'list spring is not dialled: no campaign has it' 'a list that nobody calls'
like "$(out d why list spring)" '^5 contacts are attached to no campaign' 'how many'
is "$(js '$o->{unattached} . @{$o->{campaigns}}' why list spring)" 50 'as JSON'
is "$(code d why list autumn)" 1 'a list that is not there'
is "$(code d why elephant x)" 2 'a kind that is not there: usage'

# ---- callbacks
due() { q "select to_char(due_at at time zone 'America/New_York', 'YYYY-MM-DD HH24:MI') || ' ' || state from contact where number = '+$one' and campaign_id is not null"; }
tomorrow=$(perl -MPOSIX -e '$ENV{TZ} = "America/New_York"; tzset(); print strftime("%Y-%m-%d", localtime(time + 86400))')
is "$(code d callback "$one" "$tomorrow 15:30" --campaign c1)" 0 'a callback'
like "$(cat "$TMP/stdout")" "\+$one in campaign c1: will be called ... $tomorrow 15:30 .America/New_York." 'what was put'
is "$(due)" "$tomorrow 15:30 pending" 'in the clock of the number'
says contact "$one" 'it rests until' 'and why says so'
is "$(code d callback "$two" +2h)" 1 'do-not-call: refused'
like "$(cat "$TMP/stderr")" 'on the do-not-call list' 'and why'
is "$(code d callback "$one" "2020-01-01 10:00")" 1 'a time that is over'
is "$(code d callback "$one" soon)" 2 'what is no time: usage'
is "$(code d callback "$one" +2h --campaign c2)" 1 'a campaign that does not have it'
is "$(code d callback "$one" +2h --campaign '')" 2 'an empty name is not all campaigns'
is "$(due)" "$tomorrow 15:30 pending" 'nothing was put'
is "$(code d callback +12125550000 +2h)" 1 'a number that nobody has'
n=$(q 'select count(*) from call')
d callback "$one" now --campaign c1 >/dev/null
again() { [ "$(q "select count(*) from call where number = '+$one'")" = 2 ]; }
ok 'now: it is called once more, though its attempts were used up' wait_for 20 again
is "$(q "select count(*) from call")" $((n + 1)) 'and nobody else is'
is "$(q "select count(distinct object) || ' ' || count(*) from event_log where action = 'callback'")" '1 2' 'each is in the audit log'
is "$(q "select count(*) from event_log where action = 'callback' and result like 'in c1: at %'")" 2 'with its campaign'
is "$(grep -c "$one" "$ENG/d.log")" 0 'but no number in the log'

# ---- the link of the commands breaks
# other SQL: in a session of its own that holds what it has until told otherwise
mkfifo "$TMP/other"
(q "$(cat "$TMP/other")") >"$TMP/other.out" 2>&1 &
other=$!
hold() { printf "begin; %s; select pg_advisory_lock(77); select pg_sleep(60)" "$1" >"$TMP/other"
	wait_for 10 held; }
held() { [ "$(q "select count(*) from pg_locks where locktype = 'advisory' and objid = 77 and granted")" = 1 ]; }
free() { q "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 77" >/dev/null; wait "$other"; }
stuck() { [ "$(q "select count(*) from pg_stat_activity where application_name like 'discadord-admin%' and wait_event_type = 'Lock'")" -ge 1 ]; }
cut() { q "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'discadord-admin%'" >/dev/null; }
unknown() { [ "$(q "select count(*) from event_log where action = '$1' and result = '$2'")" = 1 ]; }
ended() { [ "$(q "select count(*) from contact where number = '+$one' and state in ('claimed', 'dialing')")" = 0 ]; }
ok 'the call before has ended' wait_for 20 ended
hold 'lock table contact in share mode'
d callback "$one" +2h --campaign c1 >"$TMP/stdout" 2>&1 & pid=$!
ok 'a callback is under way' wait_for 10 stuck
cut
wait $pid
is $? 5 'the link breaks: exit code 5'
free
ok 'the audit log has it' wait_for 20 unknown callback 'in c1: not known whether it was'
(q "$(cat "$TMP/other")") >"$TMP/other.out" 2>&1 & other=$!
hold 'lock table campaign in share mode'
d campaign pause c1 >"$TMP/stdout" 2>&1 & pid=$!
ok 'a campaign is being paused' wait_for 10 stuck
cut
wait $pid
is $? 5 'the link breaks: exit code 5'
free
ok 'the audit log has it' wait_for 20 unknown campaign 'paused: not known whether it was'
(q "$(cat "$TMP/other")") >"$TMP/other.out" 2>&1 & other=$!
hold 'lock table did in access exclusive mode'
echo 'trunks = ( { name = "t3"; switch = "sw1"; max_cps = 1.0; } );' >"$ENG/t3.conf"
ok 'apply' d apply "$ENG/t3.conf"
ok 'it cannot be read back yet' wait_for 10 stuck
cut
free
ok 'it is, when the link is back' wait_for 20 why_says trunk t3 'trunk t3 is'

# ---- alerts
like "$(out d alert list)" 'no alerts' 'no alerts'
d brake on >/dev/null
alert_on() { [ "$(js '$o->[0]{rule} . $o->[0]{state}' alert list)" = brakeraised ]; }
ok 'the brake raises one' wait_for 10 alert_on
like "$(out d alert list)" 'critical  brake: .*by hand' 'listed'
if [ "$(id -u)" = 0 ]; then
	viewer() { setpriv --reuid=65534 --regid=65534 --clear-groups "$(realpath "$B/discador")" --run-dir "$ENG/run" "$@"; }
	is "$(code viewer alert list)" 0 'a viewer may look'
	is "$(code viewer alert ack brake)" 1 'and not acknowledge'
	like "$(cat "$TMP/stderr")" 'alert ack: not permitted to a viewer' 'which is said'
	is "$(code viewer why campaign c1)" 0 'and may ask why'
	is "$(code viewer callback "$one" +2h)" 1 'but put no callback'
fi
is "$(js '$o->[0]{acked_by}' alert list)" null 'nobody has'
is "$(code d alert ack nothing)" 1 'an alert that is not there'
is "$(code d alert ack brake)" 0 'acknowledge'
is "$(js '$o->[0]{acked_by}' alert list)" "$(id -un)" 'who it was'
seen() { [ "$(st .alerts.0.acked_by)" = "$(id -un)" ]; }
ok 'status --json shows it' wait_for 5 seen
like "$(out d alert ack all)" 'nothing new' 'all: nothing new'
is "$(q "select object || ' ' || result from event_log where action = 'alert'")" 'brake acknowledged' 'it is in the audit log'
d brake off >/dev/null
alert_over() { [ "$(js '$o->[0]{state}' alert list)" = ended ]; }
ok 'it ends' wait_for 10 alert_over
is "$(code d alert list x)" 2 'usage'

# ---- what machines read
get() { perl -MIO::Socket::INET -e '
	my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or exit 1;
	print $s "GET $ARGV[1] HTTP/1.0\r\n\r\n"; print <$s>' "$ENG_METRICS_PORT" "$1"; }
get /metrics >"$TMP/metrics"
like "$(cat "$TMP/metrics")" '^discador_trunk_usable.trunk="t2". 0$' '/metrics: a trunk that is not used'
like "$(cat "$TMP/metrics")" "^discador_trunk_calls_attempted_total.trunk=\"t1\". $((n + 1))\$" '/metrics: calls of a trunk'
like "$(cat "$TMP/metrics")" '^discador_campaign_cause_total.campaign="c1",class="busy". [1-9]' '/metrics: causes'
like "$(cat "$TMP/metrics")" '^discador_campaign_gate.campaign="c1",gate="window". 20$' '/metrics: gates'
is "$(js '$o->{windows}{day}{ended}' status)" "$((n + 1))" 'windows: of today'
is "$(js 'my $w = $o->{campaigns}[0]{windows}{day}; $w->{ended} - $w->{causes}{normal} - $w->{causes}{busy}' status)" 0 'the causes add up'

# ---- the switch goes
kill "$SIM_PID"; wait "$SIM_PID" 2>/dev/null; SIM_PID=
ok 'the switch goes: the trunk says so' wait_for 10 why_says trunk t1 'trunk t1 is not used: .*switch'
ok 'a clean stop' eng_stop
done_testing
