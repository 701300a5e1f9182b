#!/bin/sh
# shellcheck disable=SC2016,SC2119,SC2317
# Load tests against the simulated carrier: alone and through an engine, good
# ones and ones that must fail, stopped and killed; nothing is left behind.
. t/lib.sh
. t/lib-engine.sh
eng_dir
eng_conf 1
short() { # OPTIONS...: one that holds the pace for some seconds
	d loadtest run --cps 10 --minutes 0.25 --countries usa,mexico \
		--dids 40 "$@"
}
report() { echo "$ENG/state/loadtest/$1/report.json"; }
j() { # ID EXPR
	perl -MJSON::PP -e 'local $/; open my $f, "<", shift or exit 1;
	my $o = decode_json(<$f>);
	sub t { my ($n) = @_; my ($t) = grep { $_->{name} eq $n } @{$o->{result}{targets}};
		$t ? ($t->{pass} ? "pass" : "fail") : "none" }
	print eval $ARGV[0], "\n"' "$(report "$1")" "$2"
}
# Where the load test of process PID lives
place() {
	for T_p in $(pgrep -P "$1"); do tr '\0' ' ' <"/proc/$T_p/cmdline"; done |
		sed -n 's/.* \(\/[^ ]*discador-loadtest\.[^ /]*\).*/\1/p' | head -n 1
}
# DIR is there with an engine in it; it is gone with all that ran there
begun() { DIR=$(place "$1") && [ -n "$DIR" ] && [ -S "$DIR/run/control" ]; }
gone() { [ -n "$DIR" ] && [ ! -e "$DIR" ] && ! pgrep -f "$DIR"; }

# ---- mistakes
code() { "$@" >"$TMP/o" 2>&1; echo $?; }
is "$(code d loadtest)" 2 'a word is wanted'
is "$(code d loadtest run --cps 0)" 2 'no pace'
is "$(code d loadtest run --countries atlantis)" 2 'an unknown country'
is "$(code d loadtest run --scenarios none)" 2 'an unknown scenario'
is "$(code d loadtest run --countries usa --dids 2 --minutes 10)" 1 'too few caller IDs for the cap'
like "$(cat "$TMP/o")" '--dids [0-9]+ at least' 'and how many it takes'
is "$(code d loadtest run --switch sw1 --channel 'PJSIP/{number}@x')" 1 'a real switch wants more'
like "$(cat "$TMP/o")" '--i-am-sure' 'than that'
is "$(code d loadtest run --switch nope --channel 'PJSIP/{number}@x')" 2 'an unknown switch'
is "$(code d loadtest run --compare 9)" 1 'compared with what is not there'
is "$(code d loadtest status)" 3 'status: no engine runs'
like "$(d loadtest results)" 'no load test was run' 'no results yet'

# ---- a good one, alone.  On a busy machine the pace may suffer: what is
# asked here is everything else.
short >"$TMP/report" 2>"$TMP/err"
rc=$?
sed 's/^/# /' "$TMP/report"
like "$(head -n 1 "$TMP/report")" '^LOAD TEST 1 ' 'a certificate'
for t in 'worst sliding second' 'outcome as the far end made it' \
	'every call has ended' 'nobody is called twice' 'keys in usa' \
	'keys in mexico' 'contexts made and changed' \
	'change holds from the next call' 'people taken for machines' \
	'machines taken for people' 'rotation in usa' 'rotation in mexico' \
	'no caller ID over its cap'; do
	is "$(j 1 "t('$t')")" pass "$t"
done
like "$(tr -s '\n ' '  ' <"$TMP/report")" '0.00 % of [0-9]+ people abandoned with false positives: 0 found nobody, 0 were taken for machines' 'abandonment with false positives'
is "$(j 1 '$o->{result}{abandonment}{false_positive} == 0 && $o->{result}{abandonment}{people} > 10')" 1 'and the figure for the AMD profile'
is "$(j 1 't("memory of the engine")')" none 'no soak was asked for'
is "$rc" "$(j 1 '$o->{result}{verdict} eq "pass" ? 0 : 1')" 'the exit code is the verdict'
n=$(j 1 '$o->{result}{calls}')
ok "$n calls, not more than the pace allows" [ "$n" -gt 60 -a "$n" -le 160 ]
is "$(tail -n +2 "$ENG/state/loadtest/1/calls.csv" | grep -c .)" "$n" 'each in calls.csv'
is "$(cut -d, -f1 "$ENG/state/loadtest/1/calls.csv" | sort | uniq -d | wc -l)" 0 'each number once'
is "$(awk -F, 'NR > 1 && $6 != $7' "$ENG/state/loadtest/1/calls.csv" | wc -l)" 0 'each as expected'
like "$(cat "$ENG/state/loadtest/1/report.html")" '<svg' 'charts'
is "$(grep -c '<script\|http\|src=' "$ENG/state/loadtest/1/report.html")" 0 'and nothing from elsewhere'

# ---- a carrier that loses keys, and a slow one: each fails what it must
short --carrier '--swallow 0.5' --compare 1 --format json >"$TMP/json" 2>/dev/null
is $? 1 'keys that never arrive: it exits 1'
is "$(j 2 't("keys in usa") . t("keys in mexico")')" failfail 'keys'
is "$(j 2 't("outcome as the far end made it")')" fail 'outcomes'
is "$(j 2 't("nobody is called twice") . t("no caller ID over its cap")')" passpass 'and what has nothing to do with keys passes'
is "$(j 2 '$o->{comparison}{with} . (grep { $_->{name} eq "keys in usa" } @{$o->{comparison}{targets}})[0]{change}')" 1worse 'beside the first: worse'
ok 'JSON to standard output' cmp -s "$TMP/json" "$(report 2)"
short --carrier '--lie late=2500' --scenarios cps_validation >"$TMP/o" 2>&1
is $? 1 'a slow carrier: it exits 1'
is "$(j 3 't("set-up time, average") . t("set-up time, p95")')" failfail 'set-up times'
is "$(j 3 't("no caller ID over its cap")')" pass 'the cap holds'
like "$(d loadtest results)" '2 .*FAIL .*keys in usa' 'the list'
like "$(d loadtest results 3 --compare 1)" 'worse +set-up time, p95' 'two side by side'
is "$(d loadtest results 1 --format html | head -c 15)" '<!doctype html>' 'one as HTML'

# ---- killed: nothing is left.  Ctrl-C: judged.
"$B/discador" -c "$ENG/d.conf" loadtest run --cps 5 --minutes 5 \
	--countries usa --dids 40 >"$TMP/bg" 2>&1 & pid=$!
ok 'another begins' wait_for 60 begun $pid
kill -TERM $pid
wait $pid
is $? 1 'a signal ends it'
like "$(cat "$TMP/bg")" 'ended by hand|stopped before' 'and it is said'
ok 'nothing is left behind' wait_for 20 gone
is "$(d loadtest results | grep -c FAIL)" "$(($(j 1 '$o->{result}{verdict} eq "pass" ? 0 : 1') + 2))" 'and no result'

# ---- with an engine: progress, results in its database, stop
eng_sim
eng_conf "$SIM_PORT"
ok 'an engine' eng_start
d loadtest run --cps 10 --minutes 5 --countries usa,chile --dids 100 >"$TMP/bg" 2>"$TMP/err" & pid=$!
holding() { d loadtest status | grep -q 'holding the pace'; }
ok 'it runs' wait_for 150 holding
is "$(code d loadtest run --cps 1)" 1 'one at a time'
like "$(cat "$TMP/o")" 'runs already' 'and it is said'
like "$(d loadtest status --json)" '"target": ?10' 'status as JSON'
like "$(d show loadtest)" 'running: loadtest 10 CPS 5 min' 'the pane'
is "$(q 'select count(*) from call')" 0 'the engine itself called nobody'
is "$(q 'select count(*) from did')" 0 'and got no caller ID'
ok 'stop' d loadtest stop
wait $pid
is $? 1 'a test that was stopped is none that passed'
id=$(q 'select max(id) from load_test')
is "$(q "select result ->> 'verdict' || ' ' || (result ->> 'stopped' <> '') || ' ' || (ended_at is not null) from load_test where id = $id")" 'fail true true' 'its row'
is "$(j "$id" 't("nobody is called twice") . t("every call has ended")')" passpass 'it was judged'
like "$(d loadtest results)" "$id .*FAIL" 'results'
like "$(d loadtest results "$id")" "^LOAD TEST $id " 'its report through the engine'
is "$(code d loadtest stop)" 1 'nothing to stop'
is "$(code d loadtest results 99)" 1 'no such test'
is "$(d audit list --word loadtest --json | perl -MJSON::PP -e 'local $/; print scalar @{decode_json(<STDIN>)->{lines}}')" 2 'run and stop are audited'
d loadtest run --cps 5 --minutes 5 --countries usa --dids 40 >/dev/null 2>&1 & pid=$!
job() { JOB=$(pgrep -P "$ENG_PID" discador-job) && begun "$JOB"; }
ok 'another begins' wait_for 60 job
ok 'the engine stops' eng_stop
wait $pid
ok 'and it goes with it' wait_for 20 gone
done_testing
