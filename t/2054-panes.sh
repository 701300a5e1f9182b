#!/bin/sh
# What the panes show, counted another way: after some hundred calls the rows
# of `discador show PANE --json` and the shared files are held against
# PostgreSQL and the carrier's own record.
# shellcheck disable=SC2016
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
# pane PANE PERL: an expression over the rows $o that the pane prints
pane() { d show "$1" --json 2>/dev/null | perl -MJSON::PP -e '
	local $/; my $o = eval { JSON::PP->new->decode(<STDIN>) }; print("no JSON\n"), exit if $@;
	my $v = eval $ARGV[0]; print defined $v ? $v : "null", "\n"' "$2"; }
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
cat >"$ENG/a.conf" <<-X
countries = ( { name = "usa"; region = "US"; did_daily_cap = 100;
    cap_group = "nanp"; cap_zone = "America/New_York";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; menu_timeout = 5; prompt = "hello"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
profiles = ( { name = "default"; max_cps = 30.0; auto_adjust_cps = false; max_concurrent_calls = 2000; } );
campaigns = ( { name = "c1"; trunks = [ "t1" ]; max_attempts = 1; max_cps = 30.0; dial_timeout = 5;
    retry = { congestion = 0; failed = 0; }; } );
X
ok 'apply' d apply "$ENG/a.conf"
perl -e 'printf "+1305%07d\n", $_ for 5551000..5551019' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
numbers 400 1212 011x1 011x2 013x1 013x2 21000 31000 >"$ENG/list"
ok 'contacts' d import contacts "$ENG/list" --campaign c1 --country usa
ok 'start' d campaign start c1
many() { [ "$(pane calls 'scalar grep { $_->{state} ne "ended" } @{ref $o eq "HASH" ? $o->{calls} : $o}')" -ge 20 ]; }
ok 'calls live on the screen' wait_for 20 many
# each of them is a call of the table with that number and that caller ID
pane calls 'join "\n", map { "$_->{number} $_->{did}" } @{ref $o eq "HASH" ? $o->{calls} : $o}' | sort -u >"$TMP/shown"
q "select number || ' ' || did_number from call" | sort -u >"$TMP/armed"
is "$(comm -23 "$TMP/shown" "$TMP/armed")" '' 'each is one of the table, with its caller ID'
over() { [ "$(q "select count(*) from call where ended_at is null")" = 0 ] &&
	[ "$(q "select count(*) from contact where state in ('pending', 'claimed', 'dialing')")" = 0 ]; }
ok 'all 400 are over' wait_for 90 over
# the board and the rows are a tick behind
settled() { [ "$(pane calls 'scalar grep { $_->{state} ne "ended" } @{ref $o eq "HASH" ? $o->{calls} : $o}')" = 0 ] &&
	[ "$(pane campaigns '$o->[0]{remaining}')" = 0 ]; }
ok 'and none lives on the screen' wait_for 10 settled

n=$(wc -l <"$ENG/truth.csv")
is "$(q 'select count(*) from call where sent_at is not null')" "$n" 'the table has as many calls as the carrier'
is "$(pane campaigns '$o->[0]{attempted}')" "$n" 'campaigns: dialled'
is "$(pane countries '$o->[0]{attempted}')" "$n" 'countries: dialled'
for w in answered connected opted_out machine failed; do
	case $w in
	answered) sql='answered_at is not null';;
	connected|opted_out|machine) sql="disposition = '$w'";;
	failed) sql='ended_at is not null and answered_at is null';;
	esac
	is "$(pane campaigns "\$o->[0]{$w}")" "$(q "select count(*) from call where $sql")" "campaigns: $w"
	is "$(pane countries "\$o->[0]{$w}")" "$(q "select count(*) from call where $sql")" "countries: $w"
done
pane dids 'join "\n", map { "$_->{number} $_->{uses}" } @$o' | sort >"$TMP/shown"
q "select d.number || ' ' || coalesce(sum(u.uses), 0) from did d left join did_usage u on u.did_id = d.id group by d.number" |
	sort >"$TMP/used"
is "$(wc -l <"$TMP/used")" 20 'twenty caller IDs'
ok 'DIDs: each has the uses of its usage row' diff "$TMP/shown" "$TMP/used"
is "$(awk '{ n += $2 } END { print n + 0 }' "$TMP/shown")" "$n" 'and together as many as calls left'
# RUN_DIR/history by hand: src/shared/rows_map.h, struct board_second
is "$(perl -e 'local $/; open my $f, "<:raw", $ARGV[0] or die; my $b = <$f>;
	my ($size, $cap) = unpack "x16 L L", $b; my $at = 64 + int((4 * $cap + 63) / 64) * 64; my $n = 0;
	for my $i (0 .. $cap - 1) { my ($s, $sent) = unpack "q x8 L", substr($b, $at + $i * $size, 24); $n += $sent if $s > 0 }
	print $n' "$ENG/run/history")" "$n" 'the seconds of the day add up to the same'
ok 'a clean stop' eng_stop
done_testing
