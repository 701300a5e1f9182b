#!/bin/sh
# shellcheck disable=SC2317
# Contacts of a list come to the campaign that calls it, in small steps.  The
# link to the database breaks half-way, and it goes on by itself.
. t/lib.sh
. t/lib-engine.sh
eng_dir
ok 'the simulated carrier starts' eng_sim --mode instant
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
cat >"$ENG/a.conf" <<-C
countries = ( { name = "usa"; region = "US"; call_from = "00:00";
  call_to = "24:00"; weekdays = "mon-sun"; } );
campaigns = ( { name = "c"; lists = [ "l" ]; } );
C
q "insert into contact (list, number, country, zone)
select 'l', '+1309' || to_char(i, 'FM0000000'), 'usa', 'America/Chicago'
from generate_series(1, 20000) i" >/dev/null
# Somebody holds a contact in the middle: the steps come as far as that.
mkfifo "$ENG/hold"
psql -XqAt -d "$ENG_INFO" <"$ENG/hold" >"$ENG/held" 2>&1 &
hold=$!
exec 8>"$ENG/hold"
echo "begin; select id from contact where number = '+13090009000' for update;" >&8
ok 'a row is held' wait_for 10 grep -q . "$ENG/held"
ok 'a campaign for a list that is there already' d apply "$ENG/a.conf"
stuck() { [ "$(q "select count(*) from pg_stat_activity
	where application_name like 'discadord-admin%'
	and wait_event_type = 'Lock'")" = 1 ]; }
ok 'its contacts are taken over as far as that row' wait_for 20 stuck
is "$(q 'select count(*) > 0 and count(*) < 20000 from contact
	where campaign_id is not null')" t 'some are, some are not'
ok 'the link is cut' q "select pg_terminate_backend(pid) from pg_stat_activity
	where application_name like 'discadord-admin%'"
echo 'commit;' >&8
exec 8>&-
wait $hold
all() { [ "$(q 'select count(*) from contact where campaign_id is not null')" = 20000 ]; }
ok 'it goes on by itself when the link is back' wait_for 30 all
is "$(q 'select sum(total), sum(finished) from campaign_tally')" '20000|0' \
	'each is counted once'
remaining() { [ "$(camp c remaining)" = 20000 ]; }
ok 'and on the screen' wait_for 10 remaining
ok 'a clean stop' eng_stop
done_testing
