#!/bin/sh
# shellcheck disable=SC2016,SC2317
# discador export: what comes out is what the database holds, row for row, as
# CSV and as JSON, within times and of one campaign; who may, and how it fails.
. t/lib.sh
. t/lib-engine.sh

eng_dir
eng_sim --speed 10
eng_conf "$SIM_PORT"
ok 'the engine runs' eng_start
cat >"$ENG/c.conf" <<-X
countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
    cap_group = "nanp"; cap_zone = "America/New_York";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; menu_timeout = 5; prompt = "hello"; } );
profiles = ( { name = "default"; max_cps = 30.0; auto_adjust_cps = false; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
campaigns = ( { name = "one"; trunks = [ "t1" ]; max_attempts = 1; max_cps = 30.0;
    dial_timeout = 5; retry = { congestion = 0; failed = 0; }; },
  { name = "two"; trunks = [ "t1" ]; max_attempts = 1; } );
X
ok 'campaigns' d apply "$ENG/c.conf"
{ echo number,name; numbers 30 305 01000 01001 011x0 | sed 's/^/+1/;s/$/,"a ""b"", c"/'; } \
	>"$TMP/list.csv"
{ echo number; numbers 5 786 01000 | sed 's/^/+1/'; } >"$TMP/two.csv"
{ echo number; numbers 8 212 xxxxx | sed 's/^/+1/'; } >"$TMP/dids.csv"
printf 'number\n+13055550199\n' >"$TMP/dnc.csv"
ok 'contacts' d import contacts "$TMP/list.csv" --campaign one
ok 'and of another' d import contacts "$TMP/two.csv" --campaign two
ok 'caller IDs' d import dids "$TMP/dids.csv"
ok 'a do-not-call number' d import dnc "$TMP/dnc.csv"

# rows FILE: of a CSV file, without its heading
rows() { perl -e 'local $/; $_ = <STDIN>; my $n = 0; my $q = 0;
	for my $c (split //) { $q = !$q if $c eq "\""; $n++ if $c eq "\n" && !$q; }
	print $n - 1' <"$1"; }
for w in contacts dids dnc audit metrics calls; do
	d export "$w" >"$TMP/$w.csv" 2>"$TMP/e"
	is $? 0 "export $w" || sed 's/^/# /' "$TMP/e"
done
is "$(rows "$TMP/contacts.csv")" "$(q 'select count(*) from contact')" \
	'as many contacts as there are'
is "$(rows "$TMP/dids.csv")" 8 'as many caller IDs'
like "$(cat "$TMP/dnc.csv")" '^\+13055550199,' 'the do-not-call list'
like "$(head -1 "$TMP/contacts.csv")" '^id,campaign,list,number,name' 'a heading'
like "$(cat "$TMP/contacts.csv")" '"a ""b"", c"' 'quotes are quoted'
is "$(rows "$TMP/audit.csv")" "$(q "select count(*) from event_log
	where seq <= $(tail -1 "$TMP/audit.csv" | cut -d, -f1)")" \
	'the audit log up to then'
d export contacts --campaign two >"$TMP/o"
is "$(rows "$TMP/o")" 5 'of one campaign'
d export contacts --format json >"$TMP/o.json"
is "$(perl -MJSON::PP -e 'local $/; my $o = decode_json(<STDIN>);
	print scalar(@$o), " ", scalar(grep { $_->{name} eq "a \"b\", c" } @$o)' \
	<"$TMP/o.json")" '35 30' 'JSON has them all'
d export contacts --campaign none --format json >"$TMP/o.json"
is "$(perl -MJSON::PP -e 'local $/; print scalar(@{decode_json(<STDIN>)})' \
	<"$TMP/o.json")" 0 'and is JSON when there is nothing'

# ---- answers, and what calls did in their flow: behind the other columns
q "insert into answer select gen_random_uuid(), c.id, n, '+1305555010' || n,
	'usa', 'flow', 2, 'q1', n::text, case n when 1 then 870 end,
	timestamptz '2026-01-01' + n * interval '1 day'
	from campaign c, generate_series(1, 3) n where c.name = 'one' or n = 1"
d export answers >"$TMP/answers.csv" 2>"$TMP/e"
is "$? $(rows "$TMP/answers.csv")" '0 4' 'export answers'
is "$(head -1 "$TMP/answers.csv" | tr -d '\r')" \
	'call_id,at,campaign,number,country,context,context_version,question,answer,score' \
	'their columns'
d export answers --campaign one --from 2026-01-03 >"$TMP/o"
is "$(rows "$TMP/o") $(tail -1 "$TMP/o" | cut -d, -f3- | tr -d '\r')" \
	'2 one,+13055550103,usa,flow,2,q1,3,' 'of one campaign, since a day'
like "$(head -1 "$TMP/calls.csv" | tr -d '\r')" \
	',load_test_id,context,context_version,amd_ms,key_ms,key_early,keys_invalid$' \
	'what is known of a call in its flow'

# ---- calls and times
ok 'it starts' d campaign start one
called() { [ "$(q "select count(*) from call where ended_at is not null")" = 30 ]; }
ok 'thirty calls' wait_for 60 called
d export calls >"$TMP/calls.csv"
is "$(rows "$TMP/calls.csv")" 30 'all of them'
is "$(q "select count(*) from call where disposition = 'answered_no_key'")" \
	"$(grep -c answered_no_key "$TMP/calls.csv")" 'with their dispositions'
d export calls --from 2001-01-01 --to 2001-01-02 >"$TMP/o"
is "$(rows "$TMP/o")" 0 'none of another day'
d export calls --from 2001-01-01 -o "$TMP/file.csv" 2>"$TMP/e"
is "$?" 0 'into a file'
is "$(rows "$TMP/file.csv")" 30 'all since a day'
like "$(cat "$TMP/e")" '30 rows' 'how many is said'
is "$(stat -c %a "$TMP/file.csv")" 600 'a file of numbers is its owner'"'"'s'
code() { _w=$1; _d=$2; shift 2; "$@" >"$TMP/o" 2>"$TMP/e"; is "$?" "$_w" "$_d"; }
code 2 'no such thing' d export cats
code 2 'no such format' d export calls --format xml
code 2 'no such time' d export calls --from yesterdayish
like "$(cat "$TMP/e")" 'expected a time' 'it says what is expected'
code 2 'caller IDs have no campaign' d export dids --campaign one
code 1 'a file that cannot be written' d export calls -o "$TMP/no/such/file"
d export contacts >/dev/full 2>"$TMP/e"
is $? 1 'a full disk'
like "$(cat "$TMP/e")" 'cannot be written: No space left' 'is named'
mkfifo "$TMP/pipe"
cat "$TMP/pipe" >"$TMP/o" &
code 0 'into a pipe' d export contacts -o "$TMP/pipe"
wait $!
ok 'which stays one' test -p "$TMP/pipe"
is "$(rows "$TMP/o")" 35 'and gets the rows'
code 1 'not onto a directory' d export contacts -o "$TMP"
is "$(find "$TMP" -name 'file.csv.*' | wc -l)" 0 'nothing is left beside the file'

# ---- days, in their order
q "insert into call select (jsonb_populate_record(c, jsonb_build_object('id',
	gen_random_uuid(), 'armed_at', c.armed_at - interval '3 days'))).* from call c"
d export calls >"$TMP/days.csv"
is "$(rows "$TMP/days.csv")" 60 'calls of two days'
is "$(head -1 "$TMP/days.csv")" "$(head -1 "$TMP/calls.csv")" 'below one heading'
armed() { perl -MText::ParseWords -ne 's/\r?\n//; my @f = parse_line(",", 0, $_);
	if ($. == 1) { ($k) = grep { $f[$_] eq "armed_at" } 0 .. $#f } else
	{ print "$f[$k]\n" }' "$1"; }
armed "$TMP/days.csv" >"$TMP/t"
is "$(wc -l <"$TMP/t")" 60 'each with its time'
ok 'the earliest first' sh -c "LC_ALL=C sort -c '$TMP/t'"
d export calls --format json --to "$(date -u +%F)T00:00:00Z" >"$TMP/o.json"
is "$(perl -MJSON::PP -e 'local $/; print scalar(@{decode_json(<STDIN>)})' <"$TMP/o.json")" \
	30 'one of them'
d export calls --campaign two --format json >"$TMP/o.json"
is "$(perl -MJSON::PP -e 'local $/; print scalar(@{decode_json(<STDIN>)})' <"$TMP/o.json")" \
	0 'none of a campaign without'

# ---- who does not read holds his place, and not all of them
q "insert into dnc (number, reason) select '+1305' || n, repeat('x', 200)
	from generate_series(2000000, 2009999) n"
HOLD=
mkfifo "$TMP/stuck"
perl -e 'sleep 120' <"$TMP/stuck" &
HOLD="$HOLD $!"
exec 7>"$TMP/stuck"
for _ in 1 2 3; do
	d export dnc >&7 2>/dev/null &
	HOLD="$HOLD $!"
done
at_exit 'kill $HOLD 2>/dev/null'
held() { [ "$(q "select count(*) from pg_stat_activity
	where application_name = 'discador export'")" = 3 ]; }
ok 'three are held up' wait_for 20 held
code 1 'a fourth has to wait' d export contacts
like "$(cat "$TMP/e")" '3 exports run already' 'and is told why'
ok 'lists get in' d import dnc "$TMP/dnc.csv"
# shellcheck disable=SC2086
kill $HOLD
exec 7>&-
over() { d export contacts >/dev/null 2>&1; }
ok 'who gives up makes room' wait_for 20 over

sh -c "'$B/discador' -c '$ENG/d.conf' export calls" 2>"$TMP/e" | head -c 10 >/dev/null
ok 'one who stops reading harms nobody' d status
like "$(d audit list --word export)" 'export +calls' 'it is audited'
is "$(d export calls | head -1 | tr -d '\r')" \
	"$(head -1 "$TMP/calls.csv" | tr -d '\r')" 'the same heading each time'
ok 'the engine stops' eng_stop
done_testing
