#!/bin/sh
# What the console asks of the engine: set, contexts, caller IDs by hand, calls,
# details, history, audit, load tests: each once good, once refused, against a
# real database and the simulated carrier.
# shellcheck disable=SC2016
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
SEED=${SEED:-$$}
echo "# SEED=$SEED"
code() { "$@" >"$TMP/stdout" 2>"$TMP/stderr"; echo $?; }
good() { is "$(code d "$@")" 0 "$*" || sed 's/^/# /' "$TMP/stderr"; }
# bad EXIT TEXT VERB...: refused, and the line says so
bad() { b_exit=$1 b_text=$2; shift 2
	is "$(code d "$@")" "$b_exit" "$*: refused"; like "$(cat "$TMP/stderr")" "$b_text" 'and why'; }
says() { like "$(cat "$TMP/stdout")" "$1" "$2"; }
# js PERL WORD...: an expression over the data $o that d WORD... --json prints
js() { js_e=$1; shift; d "$@" --json 2>/dev/null | perl -MJSON::PP -e '
	local $/; my $o = eval { JSON::PP->new->allow_nonref->decode(<STDIN>) }; print("no JSON\n"), exit if $@;
	my $v = eval $ARGV[0]; print defined $v ? $v : "null", "\n"' "$js_e"; }
audited() { is "$(q "select result from event_log where action = '$1' and object = '$2' order by id desc limit 1")" "$3" "the audit log: $1 $2"; }
window() { perl -MPOSIX -e '$ENV{TZ} = "America/Mexico_City"; tzset(); my $h = (localtime)[2];
	my $f = $h < 20 ? $h + 2 : 4; printf "%02d:00", $f + $_ for @ARGV' "$1"; }

eng_dir
ok 'the simulated carrier starts' eng_sim --speed 4
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
cat >"$ENG/a.conf" <<-X
countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
    cap_group = "nanp"; cap_zone = "America/New_York";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; },
    { name = "mexico"; region = "MX"; cap_zone = "America/Mexico_City";
    call_from = "$(window 0)"; call_to = "$(window 1)"; weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; retries = 0; menu_timeout = 5; prompt = "hello"; },
    { name = "mexico"; country = "mexico"; connect_key = "3"; prompt = "hola"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
profiles = ( { name = "default"; max_cps = 30.0; auto_adjust_cps = false; max_concurrent_calls = 2000; } );
campaigns = ( { name = "c1"; trunks = [ "t1" ]; max_attempts = 2; max_cps = 25.0; dial_timeout = 5;
    retry = { busy = 7200; congestion = 0; failed = 0; no_answer = 0; }; } );
X
ok 'apply' d apply "$ENG/a.conf"
perl -e 'printf "+1305%07d\n", $_ for 5551000..5551019' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
numbers 400 1212 011x1 011x2 013x1 013x2 21000 31000 >"$ENG/list"
ok 'contacts' d import contacts "$ENG/list" --campaign c1 --country usa

# ---- set
good set campaign c1 max_cps=20 weight=3
says 'campaign c1 updated: max_cps 25 -> 20, weight 1 -> 3' 'with the old and the new values'
audited set 'campaign c1' 'updated: max_cps 25 -> 20, weight 1 -> 3'
is "$(q "select max_cps, weight, max_attempts from campaign where name = 'c1'")" '20|3|2' 'nothing else was touched'
good set campaign c1 max_cps=20
says 'unchanged' 'the same once more: unchanged'
is "$(js '$o->{what}' set campaign c1 weight=3)" unchanged 'as JSON'
bad 4 'unknown key "max_cp" of a campaign, expected max_cps' set campaign c1 max_cp=3
bad 4 'max_cps = "many", expected a number from 0' set campaign c1 max_cps=many
bad 4 'call_to = "08:00", expected a time after call_from' set campaign c1 call_from=09:00 call_to=08:00
bad 1 'there is no campaign "c9": --new makes it' set campaign c9 weight=1
good set campaign c9 --new trunks=t1,t2 retry=busy=60,lost=0 consented=yes
is "$(q "select trunks, retry->>'busy', retry->>'lost', consented, state from campaign where name = 'c9'")" '{t1,t2}|60|0|t|stopped' 'lists, maps and yes from a shell'
bad 1 'there is a campaign "c9" already' set campaign c9 --new weight=2
bad 2 'expected campaign, context' set elephant e x=1
good set did +13055551019 weight=5
is "$(q "select weight, country, area from did where number = '+13055551019'")" '5|usa|305' 'a caller ID'
good set did +13055551020 --new weight=2
is "$(q "select weight, country, area from did where number = '+13055551020'")" '2|usa|305' 'a new one: its country and area are known'
good set country usa cap_zone=America/Chicago
good set trunk t1 max_channels=400
good set profile fast --new max_cps=50
bad 4 'initial_cps = 60, expected no more than max_cps' set profile fast initial_cps=60

# ---- contexts
good context list
says '^mexico +mexico +3 +9 +0 +10 s +hola +queue:sales +hangup' 'a table of them'
good context check usa
says 'context usa: nothing is wrong' 'nothing is wrong'
good context set mexico connect_key=1 menu_timeout=3
says 'connect_key 3 -> 1, menu_timeout 10 -> 3' 'a change'
says 'warning: connect_key is 1 in Mexico: answering machines pass' 'that is odd: a warning'
is "$(js 'join ",", map { "$_->{severity} $_->{text}" } @{$o->{problems}}' context check mexico | grep -c 'warning connect_key is 1 in Mexico.*warning menu_timeout is 3 s')" 1 'check says so, too'
bad 4 'connect_key and disconnect_key are both "9"' context set mexico connect_key=9
bad 1 'there is no context "nobody"' context check nobody
good context set mexico connect_key=3 menu_timeout=15
good context copy mexico texas --country usa
is "$(q "select country, connect_key, menu_timeout, prompt from dtmf_context where name = 'texas'")" 'usa|3|15|hola' 'a copy for another country'
good context check texas
says '"usa" is the default of usa, too' 'which one is used is not clear, and it is said'
good set country usa context=usa
good context copy mexico spare
is "$(q "select country from dtmf_context where name = 'spare'")" '' 'a copy without a country is nobody'"'"'s default'
q "update dtmf_context set repeat_key = '3' where name = 'spare'"
is "$(code d context check spare)" 1 'what is wrong in the table itself is found'
says '^error +connect_key and repeat_key are both "3"' 'and named'
q "update dtmf_context set repeat_key = '0' where name = 'spare'"
bad 1 'there is a context "texas" already' context copy mexico texas
bad 1 'there is no country "utopia"' context copy mexico m2 --country utopia
bad 1 'there is no context "nobody"' context copy nobody m2
bad 2 'usage' context copy mexico

# ---- caller IDs by hand
good did block +13055551000 '+1 305 555 1001' +13055559999 --until +2h --reason complaints
says '^2 caller IDs blocked until .*; 1 not found' 'two of three'
is "$(q "select count(*) from did where state = 'blocked' and block_reason = 'complaints' and blocked_until between now() + interval '119 min' and now() + interval '121 min'")" 2 'until then, with the reason'
is "$(js '"$o->{changed} $o->{unchanged} $o->{unknown}"' did block +13055551002 +13055551002 +13055559999)" '1 0 1' 'as JSON'
bad 2 'expected 15:30' did block +13055551003 --until soon
bad 1 'is no number' did block 12
bad 1 'no caller ID unblocked; 1 not found' did unblock +13055559999
good did add +13055551030 +13055551031 +13055551000
says '^2 caller IDs added; 1 there already' 'new ones'
is "$(q "select country, area, state from did where number = '+13055551031'")" 'usa|305|active' 'country and area by their number'
bad 1 'of no configured country' did add +4930123456
perl -e 'printf "+1305%07d\n", $_ for 7000000..7019999' >"$ENG/more.txt"
T_add=$(now_ns)
perl -MIO::Socket::UNIX -MJSON::PP -e '
	my ($dir, $word) = splice @ARGV, 0, 2; chomp(my @n = <STDIN>);
	my $j = encode_json({ cmd => "did", args => [$word, @n], reason => "many" });
	my $s = IO::Socket::UNIX->new("$dir/run/control") or die;
	print $s pack("vvV", 1, 1, length $j), $j; $s->flush; local $/; my $r = <$s>;
	my $o = decode_json(substr $r, 8); print $o->{data}{changed} // $o->{text}, "\n"' \
	"$ENG" add <"$ENG/more.txt" >"$TMP/added"
is "$(cat "$TMP/added")" 20000 '20,000 in one request'
ask_many() { perl -MIO::Socket::UNIX -MJSON::PP -e '
	my ($dir, $word) = @ARGV; chomp(my @n = <STDIN>);
	my $j = encode_json({ cmd => "did", args => [$word, @n], reason => "many" });
	my $s = IO::Socket::UNIX->new("$dir/run/control") or die;
	print $s pack("vvV", 1, 1, length $j), $j; $s->flush; local $/; my $r = <$s>;
	my $o = decode_json(substr $r, 8); print $o->{data}{changed} // $o->{text}, "\n"' "$ENG" "$1"; }
is "$(ask_many block <"$ENG/more.txt")" 20000 'and blocked again'
echo "# 20,000 added and blocked in $((($(now_ns) - T_add) / 1000000)) ms"
blocked() { [ "$(st .dids.blocked)" = 20003 ]; }
ok 'the engine knows at once' wait_for 3 blocked
is "$( (cat "$ENG/more.txt"; echo +13055551000) | ask_many block | tr -d ' ')" 'morethan20000callerIDsinonerequest:sendtheminseveral' '20,001: refused'

# ---- calls leave
d campaign start c1 >/dev/null
ok 'calls leave' calls_more 20
good call list
says '^[0-9a-f-]{36}  (sent|ringing|answered|amd|playing|waiting-key|connected|transferring|armed) ' 'calls that live'
is "$(js '(grep { $_->{number} =~ /^\+1212/ && $_->{did} =~ /^\+1305/ && $_->{campaign} eq "c1" && $_->{country} eq "usa" } @{$o->{calls}}) > 0 ? 1 : 0' call list)" 1 'as JSON'
q 'select now()' >"$TMP/since"
good did block +13055551003 +13055551004 +13055551005 --reason test
ok 'more calls leave' calls_more 60
is "$(q "select count(*) from call where did_number in ('+13055551003', '+13055551004', '+13055551005') and armed_at > '$(cat "$TMP/since")'")" 0 'none of them from a blocked caller ID'
is "$(q "select count(*) from call where did_number in ('+13055551000', '+13055551001', '+13055551002')")" 0 'nor from one that was blocked before'
good did unblock +13055551003 +13055551004 +13055551005
used_again() { [ "$(q "select count(*) from call where did_number = '+13055551003' and armed_at > '$(cat "$TMP/since")'")" -gt 0 ]; }
ok 'unblocked: used again' wait_for 20 used_again
is "$(q "select result from event_log where action = 'did' order by id desc limit 1")" '3 caller IDs unblocked: +13055551003 (was blocked: test), +13055551004 (was blocked: test), +13055551005 (was blocked: test)' 'the audit log: what was there before'
is "$(grep -c '+1305555100[345]' "$ENG/d.log")" 0 'the log shows no whole number'
like "$(grep 'unblocked' "$ENG/d.log")" '3 caller IDs unblocked: [+]130555..03 .was blocked: test.' 'but which it was'

# ---- an edit of the keys holds from the next call on
good context set usa connect_key=3
q 'select now()' >"$TMP/since"
by_three() { [ "$(q "select count(*) from call where disposition = 'connected' and key_pressed = '3' and sent_at > '$(cat "$TMP/since")'")" -gt 3 ]; }
ok 'calls connect with the new key' wait_for 40 by_three
is "$(q "select count(*) from call where disposition = 'connected' and key_pressed = '1' and sent_at > '$(cat "$TMP/since")'")" 0 'and none with the old one'

# ---- hang up
bad 2 'at least 8 characters' call hangup abc
bad 1 'no call of this engine that lives' call hangup 01234567-89ab
live() { id=$(js '(grep { $_->{state} =~ /^(ringing|playing|waiting-key|answered)$/ } @{$o->{calls}})[-1]{id}' call list); [ "$id" != null ]; }
hung() { live && d call hangup "$id" >"$TMP/stdout" 2>&1; }
ok 'a call is hung up' wait_for 10 hung
says 'the call to .* is ended' 'which is said'
over() { [ "$(q "select state from call where id = '$id'")" = ended ]; }
ok 'it ends' wait_for 10 over
is "$(q "select note from call where id = '$id'")" 'hung up by hand' 'the table says why'
is "$(q "select count(*) from event_log l join call c on c.number = l.object where l.action = 'call' and c.id = '$id'")" 1 'the audit log has its number'
is "$(grep -c "$(q "select number from call where id = '$id'")" "$ENG/d.log")" 0 'the log does not'

# ---- what became of them
d campaign pause c1 >/dev/null
ok 'the calls end' wait_for 30 quiet
recorded() { [ "$(q "select count(*) from call where state <> 'ended'")" = 0 ]; }
ok 'and are recorded' wait_for 10 recorded
day="sent_at >= date_trunc('day', now(), 'UTC')"
is "$(js 'join " ", map { "$_:$o->{dispositions}{$_}" } sort keys %{$o->{dispositions}}' details campaign c1)" \
	"$(q "select string_agg(disposition || ':' || n, ' ' order by disposition collate \"C\") from (select disposition, count(*) n from call where $day group by 1) x")" 'details: outcomes are those of the table'
is "$(js 'my $f = $o->{funnel}; "$f->{dialled} $f->{answered} $f->{human} $f->{key} $f->{connected}"' details campaign c1)" \
	"$(q "select concat_ws(' ', count(*), count(answered_at), count(*) filter (where answered_at is not null and disposition <> 'machine'), count(key_pressed), count(*) filter (where disposition = 'connected')) from call where $day")" 'the funnel, too'
is "$(js 'my $t = $o->{trunks}[0]; "$t->{trunk} $t->{calls} $t->{connected} $o->{dids}{used} " . join ",", map { "$_->{attempt}:$_->{calls}" } @{$o->{attempts}}' details campaign c1)" \
	"$(q "select concat_ws(' ', 't1', count(*), count(*) filter (where disposition = 'connected'), count(distinct did_id), '1:' || count(*)) from call where $day")" 'trunks, caller IDs, attempts'
is "$(js 'join ",", map { "$_->{key}:$_->{calls}" } sort { $a->{key} <=> $b->{key} } @{$o->{keys}}' details campaign c1)" \
	"$(q "select string_agg(key_pressed || ':' || n, ',' order by key_pressed) from (select key_pressed, count(*) n from call where $day and key_pressed is not null group by 1) x")" 'keys'
is "$(js '$o->{due_now} + $o->{later} + eval { my $n = 0; $n += $_->{contacts} for @{$o->{recycle}}; $n }' details campaign c1)" \
	"$(q "select count(*) from contact where state = 'pending' and attempts > 0")" 'who waits for another attempt'
good details campaign c1
says '^  dialled +[0-9]+' 'for people'
bad 1 'there is no campaign "nobody"' details campaign nobody
is "$(js 'my $n = 0; $n += $_ for @{$o->{hours}}; scalar(@{$o->{hours}}) . " $n $o->{usage}[0]{uses} " . @{$o->{calls}}' details did +13055551003)" \
	"$(q "select '24 ' || count(*) || ' ' || count(*) || ' ' || least(count(*), 50) from call where did_number = '+13055551003'")" 'details of a caller ID: uses by hour, of today, calls'
good details did +13055551000
says 'blocked: complaints' 'why it rests'
says 'it is blocked until' 'and until when'
bad 1 'there is no caller ID' details did +13055559999
called=$(q "select number from call where disposition = 'connected' limit 1")
good call list "$called"
says '  connected +1 +c1 +\+1305' 'calls to a number'
is "$(js '$o->{calls}[0]{number} . " " . @{$o->{calls}}' call list "$called")" "$called 1" 'as JSON'
good call list +12125550000
says 'no call to \+12125550000' 'to a number that was not called'

# ---- test calls
q "insert into dnc (number, list, source, reason) values ('+12125550177', 'internal', 'test', 'by letter')"
bad 1 'is not called: on the do-not-call list "internal": by letter' context test usa +12125550177
bad 1 'there is no context "nobody"' context test nobody +12125501321
bad 1 'there is no trunk "t7"' context test usa +12125501321 --trunk t7
bad 1 'of no configured country' context test usa +4930123456
good set trunk t2 --new enabled=no
bad 1 'trunk "t2" is not enabled' context test usa +12125501321 --trunk t2
n=$(truth_n)
good context test usa +12125501331
says 'look at campaign test-usa' 'a test call: which campaign'
test_called() { [ "$(grep -c '2125501331,' "$ENG/truth.csv")" = 1 ]; }
ok 'it reaches the carrier' wait_for 15 test_called
test_over() { [ "$(q "select state || last_disposition from contact where number = '+12125501331'")" = doneconnected ]; }
ok 'and connects with the key of the context' wait_for 15 test_over
is "$(q "select max_attempts, max_cps, context, trunks, state from campaign where name = 'test-usa'")" '1|1|usa|{t1}|running' 'the campaign was made for it'
is "$(q "select total, finished from campaign_tally t join campaign k on k.id = t.campaign_id where k.name = 'test-usa'")" '1|1' 'its tally'
good context test mexico +525512345678
says 'not yet: outside calling hours of mexico.*opens' 'its hours are closed: when they open'
good context test usa +12125501331 --trunk t1
twice() { [ "$(grep -c '2125501331,' "$ENG/truth.csv")" = 2 ]; }
ok 'once more, when asked once more' wait_for 15 twice
ok 'it ends' wait_for 15 quiet
# busy: no other attempt of its own accord
good context test usa +16465521000
busy_over() { [ "$(q "select state || last_disposition || attempts from contact where number = '+16465521000'")" = exhaustedbusy1 ]; }
ok 'who is busy is not called again' wait_for 15 busy_over
d campaign stop test-usa >/dev/null
is "$(grep -c '2125550177\|5512345678' "$ENG/truth.csv") $(truth_n)" "0 $((n + 3))" 'nobody else was called'

# ---- history, audit, load tests
recorded_metric() { [ "$(q "select count(*) from metric where current_cps > 0")" -gt 1 ]; }
ok 'metric has rows' wait_for 25 recorded_metric
today=$(date -u +%Y-%m-%d) to=$(date -u -d tomorrow +%Y-%m-%d)
is "$(js 'my $n = 0; $n += $_->{answered} for @{$o->{points}}; "$o->{step_s} $n"' history "$today" "$to" --step 60)" "60 $(q 'select sum(answered) from metric')" 'history: the sum of what was recorded'
is "$(js '(grep { $_->{kind} eq "campaign" && $_->{text} eq "campaign c1: paused" } @{$o->{marks}}) . " " . (grep { $_->{kind} eq "config" && $_->{text} =~ /^set campaign c1: updated/ } @{$o->{marks}})' history "$today" "$to")" '1 1' 'with marks'
good history "${today}T00:00:00Z" "$to"
says '^WHEN +CPS' 'for people'
bad 2 'expected times' history yesterday today
bad 2 'expected times' history "$to" "$today"
good audit list --word complaints
says '2 caller IDs blocked until .*1 not found .complaints.: .13055551000, .13055551001$' 'audit: by word, with the numbers'
is "$(js '$o->{lines}[0]{action} . @{$o->{lines}}' audit list --limit 1)" campaign1 'the newest, as JSON'
is "$(js '@{$o->{lines}}' audit list --user nobody-of-that-name)" 0 'by user'
bad 2 'from 1 to 1000' audit list --limit 5000
good loadtest results
says 'no load test' 'no load test yet'
q "insert into load_test (ended_at, parameters, result) values (now() + interval '90 s', '{\"cps\": 30}', '{\"passed\": true}')"
is "$(js '"$o->{tests}[0]{parameters}{cps} " . ($o->{tests}[0]{result}{passed} ? 1 : 0)' loadtest results)" '30 1' 'one'

# ---- what takes too long is cut, and only that
(q 'begin; lock table load_test in access exclusive mode; select pg_sleep(30)') >"$TMP/other" 2>&1 & other=$!
held() { [ "$(q "select count(*) from pg_locks where relation = 'load_test'::regclass and mode = 'AccessExclusiveLock' and granted")" = 1 ]; }
ok 'somebody holds a table' wait_for 10 held
d loadtest results >"$TMP/out1" 2>"$TMP/err1" & pid=$!
stuck() { [ "$(q "select count(*) from pg_stat_activity where application_name like 'discadord-reads%' and wait_event_type = 'Lock'")" = 1 ]; }
ok 'a question waits for it' wait_for 5 stuck
is "$(code d context check usa)" 0 'which holds up nobody else'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do d loadtest results & eval "w$i=\$!"; done >"$TMP/crowd" 2>&1
crowded() { grep -q 'wait already: try again' "$TMP/crowd"; }
ok 'a crowd of them is not kept' wait_for 3 crowded
wait $pid
is $? 1 'after 5 s it is given up'
like "$(cat "$TMP/err1")" 'took longer than 5 s' 'and it is said'
q "select pg_terminate_backend(pid) from pg_locks where relation = 'load_test'::regclass and mode = 'AccessExclusiveLock'" >/dev/null
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do eval "wait \$w$i"; done
is "$(js '$#{$o->{lines}}' audit list --limit 3)" 2 'the link has stayed'
wait $other
is "$(grep -c 'database: .*statement timeout' "$ENG/d.log")" 0 'no link was broken by it'
good loadtest results

# ---- a question that reads on while partitions are made holds up no call
(q "begin; select count(*) from call; select pg_sleep(2)") >"$TMP/other" 2>&1 & other=$!
reading() { [ "$(q "select count(*) from pg_locks where relation = 'call_rest'::regclass and mode = 'AccessShareLock' and granted")" -gt 0 ]; }
ok 'somebody reads' wait_for 5 reading
q 'select ensure_partitions(12)' >"$TMP/parts" 2>&1 & pid=$!
for i in 1 2 3 4 5 6 7 8; do q "set lock_timeout = '500ms'; select count(*) from call where number = '+1'"; done >"$TMP/held" 2>&1
is "$(sort -u "$TMP/held")" 0 'nobody waits for it'
wait $other; wait $pid
like "$(cat "$TMP/parts")" '^[1-9]' 'and the partitions are made'

# ---- roles
if [ "$(id -u)" = 0 ]; then
	viewer() { setpriv --reuid=65534 --regid=65534 --clear-groups "$(realpath "$B/discador")" --run-dir "$ENG/run" "$@"; }
	refused() { is "$(code viewer "$@")" 1 "a viewer: $1 $2"; like "$(cat "$TMP/stderr")" "$1 $2: not permitted to a viewer" 'is told so'; }
	refused set campaign c1 weight=1
	refused set context usa connect_key=1
	refused set trunk t1 weight=1
	refused did block +13055551006
	refused did add +13055551007
	refused context set usa connect_key=1
	refused context test usa +12125501331
	refused call hangup 01234567-89ab
	refused audit list
	is "$(code viewer context list)" 0 'but may look at contexts'
	is "$(code viewer details campaign c1)" 0 'at details'
	is "$(code viewer call list)" 0 'and at calls'
fi
ok 'a clean stop' eng_stop
done_testing
