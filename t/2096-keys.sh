#!/bin/sh
# Machines that press 1: what the keys of calls are counted as, end to end on
# the simulated carrier: the warning, the alert, the same figures after kill -9, and
# that doing as the warning says ends it.
# shellcheck disable=SC2046
. t/lib.sh
. t/lib-engine.sh
export LC_ALL=C
code() { _w=$1; _d=$2; shift 2; "$@" >"$TMP/o" 2>"$TMP/e" </dev/null; is "$?" "$_w" "$_d"; }
says() { like "$(cat "$TMP/o" "$TMP/e")" "$1" "$2"; }
# key K of mexico: the values of FIELDS
key() { _k=$1; shift; d show keys --json | perl -MJSON::PP -e '
	local $/; my $k = shift; for (@{decode_json(<STDIN>)}) {
		print join(" ", @$_{@ARGV}), "\n" if $_->{key} eq $k; }' "$_k" "$@"; }

# A drawn world: of the answering machines of Mexico some press 1 by themselves.
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10 --mix --seed 7
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
up() { [ "$(st .switches.0.connected)" = true ]; }
ok 'and its switch is there' wait_for 20 up
cat >"$ENG/a.conf" <<-C
countries = ( { name = "mexico"; region = "MX"; did_daily_cap = 100000;
    cap_group = "mx"; cap_zone = "America/Mexico_City";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "mx"; country = "mexico"; connect_key = "1"; prompt = "hola";
    menu_timeout = 5; amd = true; on_machine = "prompt"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 60.0; } );
profiles = ( { name = "flat"; max_cps = 60.0; max_concurrent_calls = 4000;
    auto_adjust_cps = false; } );
campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat"; max_attempts = 1; dial_timeout = 30; } );
C
code 0 'applied' d apply "$ENG/a.conf"
[ $T_bad = 0 ] || { cat "$TMP/e"; done_testing; }
code 0 'no key yet' d show keys
says 'no key has been pressed today' 'says so'
perl -e 'printf "+5255%08d\n", 55510000 + $_ for 0..99' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
perl -e 'printf "5255%08d\n", 20000000 + 7919 * $_ for 0..2499' >"$ENG/list"
code 0 'contacts' d import contacts "$ENG/list" --campaign c1 --country mexico
code 0 'start' d campaign start c1
# 3, unless one of those few who press it by mistake did so at once
warned() { [ -n "$(key 1 better)" ]; }
ok 'it is seen while calls run' wait_for 90 warned
enough() { [ "$(q 'select count(*) from call where ended_at is not null')" -ge 1500 ]; }
ok 'calls end' wait_for 120 enough
code 0 'no more of them' d campaign pause c1
ok 'the last one ends' wait_for 60 quiet
recorded() { [ "$(q 'select count(*) from call where ended_at is null')" = 0 ]; }
ok 'and recorded' wait_for 30 recorded

# ---- counted again, from the calls
F='connects connects_machine connected short_talks'
is "$(key 1 $F | tr ' ' '|')" "$(q "select count(*), count(*) filter (where amd = 'MACHINE' or key_early),
	count(*) filter (where disposition = 'connected'),
	count(*) filter (where disposition = 'connected' and ended_at - connected_at <= '6 s')
	from call where key_pressed = '1' and disposition in ('connected', 'abandoned')")" \
	"connections: $(key 1 $F)"
is "$(key 9 presses leads)" "$(q "select count(*) from call where key_pressed = '9'") optout" 'and who opted out'
like "$(key 1 early connects_machine)" '^[1-9][0-9]* [1-9][0-9]*$' 'machines pressed early, and connected'
code 0 'show' d show keys
says '^mexico: key 1 connects machines: [0-9]+ of [0-9]+ connections look like one \(at least [0-9]+ % for sure\)' \
	'the warning'
says '^No machine presses ([2-8]): set context mx connect_key=\1$' 'what to do'
raised() { d show alert --json | grep -q 'machine-keys'; }
ok 'after a minute it is an alert' wait_for 90 raised
d show alert --json | grep -o 'mexico: key 1[^"]*' | head -1 | sed 's/^/# /'

# ---- the same after a crash
figures() { key 1 $F; key 9 presses leads; }
figures >"$TMP/before"
eng_kill
ok 'it starts again' eng_start
read_again() { key 1 connects >"$TMP/c"; [ -s "$TMP/c" ]; }
ok 'and has read the keys' wait_for 30 read_again
ok 'and judged them' wait_for 30 warned
is "$(figures)" "$(cat "$TMP/before")" 'the same figures'

# ---- done as it says
code 0 'set' d context set mx connect_key=3
none() { d show keys >"$TMP/o"; ! grep -q 'connects machines' "$TMP/o"; }
ok 'the warning ends' wait_for 20 none
is "$(key 1 connects better advice)" "$(cut -d' ' -f1 "$TMP/before" | head -1)  " 'the counts stay'
done_testing
