#!/bin/sh
# apply and show on a real database: what a file describes is what the
# database holds, what show prints is what apply reads.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib-engine.sh"
unset DISCADOR_RUN_DIR
eng_dir
eng_conf "$(free_port)" # nobody there: no switch is needed for this
eng_start || { echo "Bail out! no engine"; exit 1; }

files="etc/countries.conf etc/profiles.conf etc/examples/usa-canada.conf
	etc/examples/mexico.conf etc/examples/brazil.conf
	etc/examples/contexts.conf"
# shellcheck disable=SC2086
d apply $files >"$TMP/first" 2>&1
is $? 0 "apply of every shipped file" || sed 's/^/# /' "$TMP/first"
like "$(cat "$TMP/first")" "^campaign usa-morning created" "says what it did"
is "$(grep -c '^country .* created' "$TMP/first")" 9 "nine countries"
# shellcheck disable=SC2086
d apply $files >"$TMP/second" 2>&1
is "$(grep -vcE ' unchanged$' "$TMP/second")" 0 \
	"the second time nothing changes" ||
	sed 's/^/# /' "$TMP/second"

for kind in trunk profile amd_profile country context campaign; do
	d show $kind --conf >"$TMP/$kind.conf" 2>"$TMP/err"
	is $? 0 "show $kind --conf" || sed 's/^/# /' "$TMP/err"
	d apply "$TMP/$kind.conf" >"$TMP/back" 2>&1
	is "$(grep -vc ' unchanged$' "$TMP/back")" 0 "reads back unchanged" ||
		sed 's/^/# /' "$TMP/back"
	d show $kind --conf >"$TMP/again.conf"
	ok "and prints the same" cmp "$TMP/$kind.conf" "$TMP/again.conf"
done

printf 'contexts = ( { name = "mexico"; menu_timeout = 20; } );\n' >"$TMP/p.conf"
is "$(d apply "$TMP/p.conf")" "context mexico updated" "one key"
d show context mexico --json >"$TMP/mx.json"
like "$(cat "$TMP/mx.json")" '"menu_timeout": 20' "changes"
like "$(cat "$TMP/mx.json")" '"connect_key": "3"' "and leaves the others"

printf 'contexts = ( { name = "survey-usa"; retries = 2; } );\n' >"$TMP/p2.conf"
version() { d show context survey-usa --json | sed -n 's/.*"version": \([0-9]*\).*/\1/p'; }
is "$(version)" 1 "a flow that was applied twice has one version"
is "$(d apply "$TMP/p2.conf" | head -n 1) $(version)" "context survey-usa updated 2" \
	"a change is the next one"
like "$(d show context | grep '^survey-usa')" '^survey-usa +14$' \
	"the table says how many states and nothing that means nothing"
printf 'contexts = ( { name = "bad";\n states = [\n"ask menu prompt=a 1>bye",\n' >"$TMP/flow.conf"
printf '"bye hangup prompt=x t>ask" ]; } );\n' >>"$TMP/flow.conf"
d apply "$TMP/flow.conf" >"$TMP/out" 2>&1
is $? 4 "states that make no sense"
like "$(cat "$TMP/out")" 'flow.conf:4: state 2 "bye": "t>ask"' "name their line"

printf 'dids = ( { number = "+13055550123"; }, { number = "+525512345678"; } );\n' \
	>"$TMP/dids.conf"
d apply "$TMP/dids.conf" >"$TMP/out" 2>&1
is $? 0 "DIDs" || sed 's/^/# /' "$TMP/out"
is "$(d show did | awk 'NR > 1 { print $1, $2, $3 }' | sort | tr '\n' ';')" \
	"+13055550123 usa 305;+525512345678 mexico 55;" "find country and area"

printf '\ntrunks = ( { name = "x"; max_cps = "fast"; } );\n' >"$TMP/bad.conf"
d apply "$TMP/p.conf" "$TMP/bad.conf" >"$TMP/out" 2>&1
is $? 4 "a mistake"
like "$(cat "$TMP/out")" "bad.conf:2: max_cps = \"fast\", expected a number" \
	"names its line"
d show trunk nobody >"$TMP/out" 2>&1
is $? 1 "show of what is not there"
is "$(d db psql -- -XAtc 'select count(*) from country')" 9 "db psql"
# 6 files twice, 6 kinds back, the one key of two contexts, the DIDs; not the
# mistakes, and not the file beside one
is "$(q "select count(*) from event_log where action = 'apply'")" 21 \
	"every apply is audited"
done_testing
