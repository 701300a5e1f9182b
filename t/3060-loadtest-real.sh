#!/bin/sh
# shellcheck disable=SC2016,SC2317
# A load test on a real Asterisk 22 with the lab's carrier: 30 calls per second
# in nine countries, every scenario.  LOADTEST_FULL=1: for five minutes.
VERSION=${VERSION:-22} CPS=${CPS:-30}
if [ -n "$LOADTEST_FULL" ]; then MINUTES=5; else MINUTES=${MINUTES:-1}; fi
. t/lib.sh
. t/lib-asterisk.sh
. t/lib-engine.sh
ast_need 22 "$VERSION"
ENG_SECRET=lab-secret
eng_dir
ok "Asterisk $VERSION and a carrier start" ast_start "$VERSION" ||
	{ echo 'Bail out! no lab'; exit 1; }
eng_conf "$AMI_PORT" "$CPS.0"
lt() {
	d loadtest run --switch sw1 --channel 'PJSIP/{number}@carrier' \
		--prompt "$LAB_SOUNDS/prompt" --cps "$CPS" --minutes "$MINUTES" \
		--dids 1000 --scenarios all \
		--destination exten:agent@lab-agents "$@"
}
lt >"$TMP/o" 2>&1
is $? 1 'a real switch without a running engine: refused'
like "$(cat "$TMP/o")" '--i-am-sure' 'and how it is allowed'
is "$(ast_truth | grep -c .)" 0 'nothing was called'
lt --i-am-sure >"$TMP/report" 2>"$TMP/err"
rc=$?
sed 's/^/# /' "$TMP/report" "$TMP/err"
json="$ENG/state/loadtest/1/report.json"
j() { perl -MJSON::PP -e 'local $/; open my $f, "<", shift; my $o = decode_json(<$f>); print eval $ARGV[0], "\n"' "$json" "$1"; }
passed() { [ "$(j 'my ($t) = grep { $_->{name} eq "'"$1"'" } @{$o->{result}{targets}}; $t->{pass} ? 1 : 0')" = 1 ]; }
for t in 'calls per second, mean' 'worst sliding second' \
	'set-up time, average' 'set-up time, p95' 'set-up time, p99' \
	'every call has ended' 'nobody is called twice' \
	'outcome as the far end made it' 'contexts made and changed' \
	'change holds from the next call' 'people taken for machines' \
	'machines taken for people' 'no caller ID over its cap' \
	'memory of the engine'; do
	ok "$t" passed "$t"
done
for c in usa canada mexico brasil colombia argentina chile peru venezuela; do
	ok "keys in $c" passed "keys in $c"
	ok "rotation in $c" passed "rotation in $c"
done
is $rc 0 'the verdict of all: it exits 0'
is "$(j '$o->{result}{calls}')" "$(ast_truth | grep -c .)" 'the carrier had as many calls'
DIR=$(sed -n 's/.*lives in \([^ ]*\) until.*/\1/p' "$TMP/err")
gone() { [ -n "$DIR" ] && [ ! -e "$DIR" ] && ! pgrep -f "$DIR"; }
ok 'no process of it is left' wait_for 15 gone
done_testing
