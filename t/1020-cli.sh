#!/bin/sh
# The command line against an engine that answers by rote: exit codes, what
# goes to stdout, what is refused before anything is asked.
. "$(dirname "$0")/lib.sh"
D=$B/discador
R=$TMP/run
mkdir "$R"
unset DISCADOR_RUN_DIR
d() { "$D" --run-dir "$R" "$@"; }
rc() { # rc WANT DESCRIPTION CMD...
	_want=$1 _text=$2; shift 2
	"$@" >"$TMP/stdout" 2>"$TMP/stderr"; is $? "$_want" "$_text"
	out=$(cat "$TMP/stdout") err=$(cat "$TMP/stderr"); }

rc 3 "no engine: status" d status
like "$err" "no engine runs in $R; start it with" "says how to start it"
is "$out" "" "and nothing on stdout"
rc 3 "no engine: campaign" d campaign start x
rc 3 "no engine: apply" d apply etc/countries.conf
rc 2 "no such verb" d frobnicate
rc 2 "no such option" d --frobnicate
rc 2 "campaign without a name" d campaign start
rc 2 "cps that is no number" d cps fast
rc 2 "import without campaign or list" d import contacts x.csv
rc 2 "console without a terminal" d
rc 4 "a configuration that is not there" "$D" -c /nowhere/x.conf status
printf 'contexts = (\n { name = "x"; connect_key = "9"; } );\n' >"$TMP/bad.conf"
rc 4 "a mistake in a file" d apply "$TMP/bad.conf"
like "$err" "bad.conf:2: connect_key and disconnect_key are both" "its line"
rc 4 "no file" d apply "$TMP/none.conf"
rc 0 "version" "$D" -V
is "$out" "discador $(cat VERSION)" "and which"
rc 0 "help of a verb" "$D" help import
like "$out" "usage: discador import contacts" "its usage"
rc 0 "verb --help" "$D" import --help

"$B/t/tools/fake_engine" "$R" &
fake=$!
at_exit "kill -9 $fake 2>/dev/null"
wait_for 10 d status || echo "Bail out! no board"

rc 0 "status" d status
like "$out" "1,234,567 attempted" "for people"
is "$(printf %s "$out" | tr -d '\n -~' | LC_ALL=C tr -d '\302-\364\200-\277')" \
	"" "no escape gets out"
rc 0 "status --json" d status --json
ok "status --json holds what it must" perl -MJSON::PP -e '
	local $/; my $o = decode_json(<STDIN>); my %want = (
	cps => [qw(target actual actual_10s max)],
	calls => [qw(concurrent attempted answered failed abandoned armed)],
	rates => [qw(asr ner abandonment)], setup_ms => [qw(p50 p95 p99)],
	brake => [qw(state reason since)],
	database => [qw(connected lag_ms spooled)],
	dids => [qw(total eligible blocked capped_out)]);
	my %rows = (switches => [qw(name connected concurrent cps)],
	campaigns => [qw(name state attempted answered connected opted_out
		remaining)],
	countries => [qw(country attempted answered failed asr)],
	trunks => [qw(name switch cps allowed_cps max_cps concurrent brake why
		failed_over rejected routes_off windows)],
	alerts => [qw(rule object severity since message acked_by hidden)]);
	exists $o->{$_} or die $_ for qw(version node pid uptime_s sessions);
	for my $k (keys %want) { exists $o->{$k}{$_} or die "$k.$_"
		for @{$want{$k}} }
	for my $k (keys %rows) { exists $o->{$k}[0]{$_} or die "$k.$_"
		for @{$rows{$k}} }
	die "ner" if defined $o->{rates}{ner};
	for my $o ($o, $o->{campaigns}[0], $o->{countries}[0], $o->{trunks}[0]) {
		for my $w (qw(10s 1m 10m day)) { exists $o->{windows}{$w}{$_} or
			die "windows.$w.$_" for qw(ended answered ner_good humans
			connected abandoned short_calls asr ner acd_s human_rate
			conversion short_share abandonment pdd_p50_ms pdd_p95_ms
			causes) }
		die "no rate without calls" if defined $o->{windows}{"10s"}{asr}; }
	my $c = $o->{campaigns}[0]; my $w = $c->{windows}{"1m"};
	die "rates" unless $w->{asr} == 0.4 && $w->{ner} == 0.95 &&
		$w->{acd_s} == 20 && $w->{human_rate} == 0.625 &&
		$w->{conversion} == 0.2 && $w->{short_share} == 0.25 &&
		$w->{abandonment} == 0.02 && $w->{causes}{busy} == 40;
	die "brake" unless $c->{brake}{state} eq "engaged" &&
		$c->{brake}{evidence} == 7.5 && $c->{brake}{next};
	die "gates" unless $c->{gates}[0]{contacts} == 4711;
	die "acked" unless $o->{alerts}[0]{acked_by} eq "maria";
	die "lag" if defined $o->{switches}[0]{lag_ms};
	die "asr" unless $o->{countries}[0]{asr} == 0.41;
	die "since" unless $o->{alerts}[0]{since} eq "2026-11-20T22:55:46.123Z";
	' <"$TMP/stdout"

rc 0 "status says what is wrong" d status
like "$out" "^brake +engaged, campaign usa-morning: 2 of 60 good; evidence 7.5 of 6.9" "the brake, whose and why"
like "$out" "^trunk carrier is not used: it rests" "a trunk"
like "$out" "critical: pbx1 is away \\(seen\\)" "an alert that somebody knows"

rc 0 "why" d why campaign usa-morning
like "$out" "^it is dialled" "what the engine says"
is "$(tail -n 1 "$R/requests")" \
	'{"cmd":"why","args":["campaign","usa-morning"]}' "as it is asked"
rc 0 "why --json" d why --json campaign usa-morning
like "$out" '"dials": true' "its data"
is "$(printf %s "$out" | grep -c somehow)" 0 "and not its words"
rc 1 "why, unknown" d why trunk x
is "$err" "discador: there is no trunk" "the engine's reason"
rc 2 "why what" d why elephant x
rc 2 "why nothing" d why campaign
rc 0 "alert ack" d alert ack ami-lag pbx1
is "$(tail -n 1 "$R/requests")" \
	'{"cmd":"alert","args":["ack","ami-lag","pbx1"]}' "as it is asked"
rc 2 "alert ack nothing" d alert ack
rc 2 "alert what" d alert forget x
rc 2 "alert list of what" d alert list x
rc 0 "callback" d callback +13055550123 2026-11-22 15:30 --campaign c1
is "$(tail -n 1 "$R/requests")" \
	'{"cmd":"callback","args":["+13055550123","2026-11-22 15:30"],"campaign":"c1"}' "as it is asked"
rc 0 "callback +2h" d callback +13055550123 +2h
rc 2 "callback without a time" d callback +13055550123
rc 0 "help alert" d help alert
like "$out" "alert ack needs the role operator" "a role for a word"

rc 0 "campaign" d campaign pause usa-morning
is "$(tail -n 1 "$R/requests")" \
	'{"cmd":"campaign","args":["pause","usa-morning"]}' "as it is asked"
rc 5 "the engine's exit code is ours" d cps 10
is "$err" "discador: the switch is away" "and its reason"
rc 0 "apply" d apply etc/countries.conf etc/examples/mexico.conf
is "$(grep -c '"cmd":"apply"' "$R/requests")" 2 "one request a file"
printf 'x = 1;\n' >"$TMP/bad.conf"
rc 4 "a mistake in the last file" d apply etc/countries.conf "$TMP/bad.conf"
is "$(grep -c '"cmd":"apply"' "$R/requests")" 2 "keeps the first from the engine"
rc 0 "show" d show trunk
like "$out" "^carrier +pbx1 +12.5 " "a table"
rc 0 "show --conf" d show trunk --conf
printf '%s\n' "$out" >"$TMP/trunks.conf"
rc 0 "is what apply reads" d apply "$TMP/trunks.conf"
rc 0 "show --json" d show trunk carrier --json
like "$out" '"max_cps": 12.5' "JSON"
rc 1 "show what is not there" d show campaign nobody
rc 0 "show switch" d show switch
like "$out" "^pbx1 +no " "from the board"
rc 2 "switches have no file form" d show switch --conf

printf 'number\n+13055550123\n' >"$TMP/list.csv"
rc 0 "import" d import contacts "$TMP/list.csv" --campaign usa-morning
like "$out" "^ +2  lines in the list" "counts"
like "$out" "^ +1  on the do-not-call list" "with words"
like "$out" "^ +1  rejected: too-short" "and reasons"
is "$(cat "$TMP/list.csv.rejects.csv")" "2,bad" "the rejects file"
like "$(tail -n 1 "$R/requests")" '"size":20,"campaign":"usa-morning"' \
	"the request"
: >"$TMP/empty.csv"
rc 0 "import of nothing" d import dnc "$TMP/empty.csv"
ok "leaves no empty rejects file" test ! -e "$TMP/empty.csv.rejects.csv"
rc 1 "rejects over the list itself" d import dnc "$TMP/list.csv" \
	--rejects "$TMP/list.csv"
is "$(wc -c <"$TMP/list.csv")" 20 "leave it alone"
(printf '+1305\n' | d import dids - --rejects "$TMP/r" >"$TMP/stdout" 2>&1)
is $? 0 "import from a pipe"
like "$(cat "$TMP/stdout")" "^ +1  lines" "reads it"

kill -STOP $fake
gone() { d status >"$TMP/stdout" 2>"$TMP/stderr"; [ $? = 3 ]; }
ok "a mute engine is none" wait_for 5 gone
like "$(cat "$TMP/stderr")" "has said nothing for more than 1.5 s" "and that is said"
kill -CONT $fake
kill -9 $fake
wait $fake 2>/dev/null
rc 3 "a dead engine is none" d status
like "$err" "no engine runs" "and said so"
rc 3 "also for requests" d brake on
done_testing
