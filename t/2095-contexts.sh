#!/bin/sh
# Contexts as flows, end to end on the simulated carrier: applied, run through,
# answers in the database and what the carrier says, edits of states and their
# versions, what is refused, spoken answers, who may.
# shellcheck disable=SC2046
. t/lib.sh
. t/lib-engine.sh
SEED=${SEED:-$$}
echo "# SEED=$SEED"
export LC_ALL=C
code() { _w=$1; _d=$2; shift 2; "$@" >"$TMP/o" 2>"$TMP/e" </dev/null; is "$?" "$_w" "$_d"; }
says() { like "$(cat "$TMP/o" "$TMP/e")" "$1" "$2"; }
js() { _e=$1; shift; d "$@" --json 2>"$TMP/e" | perl -MJSON::PP -e '
	local $/; my $o = decode_json(<STDIN>); print eval $ARGV[0], "\n"; die $@ if $@' "$_e"; }

# what a call of that number comes to: its last five digits are B R K D H
# (src/sim/fate.h), of which only K differs here
conf() { # conf KEYS
	cat >"$ENG/a.conf" <<-C
	countries = ( { name = "usa"; region = "US"; did_daily_cap = 1000;
	    cap_group = "nanp"; cap_zone = "America/New_York";
	    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
	contexts = ( { name = "nps"; country = "usa"; states = [
	        "q1 question prompt=nps_us timeout=5 retries=0 keys=$1 9>out >thanks t>bye",
	        "thanks hangup prompt=thanks_us goal=yes",
	        "out optout prompt=bye_us", "bye hangup prompt=bye_us" ]; },
	    { name = "mexico"; country = "mexico"; connect_key = "3"; prompt = "hola"; menu_timeout = 15; },
	    { name = "all"; states = [
	        "a detect amd=fast human>b machine>v",
	        "b menu prompt=hola timeout=5 retries=1 1>@nps 2>@mexico 9>o 0>repeat",
	        "v voicemail prompt=vm", "o optout" ]; } );
	amd_profiles = ( { name = "fast"; total_analysis_time = 3000; false_positive = 0.02; } );
	trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
	profiles = ( { name = "flat"; max_cps = 30.0; max_concurrent_calls = 2000; auto_adjust_cps = false; } );
	campaigns = ( { name = "c1"; context = "nps"; trunks = [ "t1" ]; profile = "flat"; max_attempts = 1; retry = { answered_no_key = 0; failed = 0; }; dial_timeout = 5; },
	    { name = "c2"; context = "nps"; trunks = [ "t1" ]; profile = "flat"; max_attempts = 1; dial_timeout = 5; } );
	C
}

eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT"
cat >>"$ENG/d.conf" <<-X
ssh = { enabled = false; users = ( { name = "vera"; role = "viewer"; },
    { name = "olga"; role = "operator"; }, { name = "sara"; role = "supervisor"; },
    { name = "ada"; role = "admin"; },
    { name = "lim"; role = "supervisor"; campaigns = [ "c1" ]; } ); };
X
ok 'the engine starts' eng_start
up() { [ "$(st .switches.0.connected)" = true ]; }
ok 'and its switch is there' wait_for 20 up

# ---- apply
conf 12345
code 0 'a file with flows and an AMD profile' d apply "$ENG/a.conf"
says '^amd_profile fast created' 'the profile'
says '^context nps created' 'the flow'
says '^warning: context all: .*1>|^warning: ' 'what is odd is said'
is "$(q "select states[1], version from dtmf_context where name = 'nps'")" \
	'q1 question prompt=nps_us timeout=5 retries=0 keys=12345 9>out >thanks t>bye|1' 'the table has it'
code 0 'the same again' d apply "$ENG/a.conf"
is "$(grep -vc unchanged "$TMP/o")" 0 'changes nothing, and warns of nothing'
is "$(q "select version from dtmf_context where name = 'nps'")" 1 'nor the version'
code 0 'list' d context list
says '^nps +usa +- +9 +- +5 s +nps_us +- +not detected +flow, 4 states +1$' 'a flow'
says '^mexico +mexico +3 +9 +0 +15 s +hola +queue:sales +hangup +keys +1$' 'and one with keys'
says '^all +- .* flow, [0-9]+ states +1$' 'and one that goes on to others'
code 0 'show' d show amd_profile fast --conf
says 'total_analysis_time = 3000' 'an AMD profile as a file'
code 0 'set' d set amd_profile fast greeting=1200
code 4 'a share above 1' d set amd_profile fast false_positive=2
code 0 'check' d context check nps
says 'nothing is wrong' 'the flow is fine'
code 0 'states' d context states nps
is "$(sed -n 2p "$TMP/o")" 'thanks hangup prompt=thanks_us goal=yes' 'one a line'
code 0 'states of a simple one' d context states mexico
says '^ask menu prompt=hola timeout=15 ' 'are those it stands for'
is "$(js '$o->{simple} ? $o->{version} . " " . @{$o->{states}} : "no"' context states mexico | cut -d" " -f1)" 1 'as JSON'
d apply "$ENG/a.conf" >/dev/null; d context states mexico >"$TMP/mx"
d show context --conf >"$TMP/back.conf"
code 0 'what show --conf prints' d apply "$TMP/back.conf"
is "$(grep -vc unchanged "$TMP/o")" 0 'is the same when applied'

# ---- broken ones are refused by name, and nothing is changed
no() { _t=$1; shift; code 4 "$*" "$@"; says "$_t" 'says why'; }
file() { # file STATE...: of context x
	printf 'contexts = ( { name = "x"; states = [ ' >"$ENG/x.conf"
	_c=; for s; do printf '%s"%s"' "$_c" "$s" >>"$ENG/x.conf"; _c=', '; done
	printf ' ]; } );\n' >>"$ENG/x.conf"
}
file 'q menu prompt=a 1>nowhere'
no 'q.*nowhere' d apply "$ENG/x.conf"
file 'q menu prompt=a 1>r' 'r play prompt=b >r'
no '\br\b' d apply "$ENG/x.conf"
file 'q menu prompt=a 1>c' 'c connect dest=queue:x' 'lost play prompt=b'
no 'lost' d apply "$ENG/x.conf"
file 'q menu prompt=a 1>@nobody 9>o' 'o optout'
no 'nobody' d apply "$ENG/x.conf"
says 'x.conf:1: .*nothing was applied' 'where it stands, and that nothing was done'
file 'd detect amd=slow human>q' 'q menu prompt=a 9>o' 'o optout'
no 'slow' d apply "$ENG/x.conf"
is "$(q "select count(*) from dtmf_context where name = 'x'")" 0 'none of them is there'
cat >"$ENG/y.conf" <<-C
contexts = ( { name = "y1"; states = [ "q menu prompt=a 1>@y2 9>o", "o optout" ]; },
    { name = "y2"; states = [ "d detect amd=slow human>q", "q menu prompt=a 1>c 9>o", "c connect dest=queue:x", "o optout" ]; } );
amd_profiles = ( { name = "slow"; } );
C
code 0 'what the same file brings is there' d apply "$ENG/y.conf"
# each has room by itself, one behind the other they have none
many() { perl -e 'my ($n, $last) = @ARGV; print join ",", (map { "\"p$_ play prompt=a >p" . ($_ + 1) . "\"" } 1 .. $n), "\"p" . ($n + 1) . " play prompt=a $last\""' "$@"; }
code 0 'a long one' d context set y1 "states=[$(many 30 '>@y2')]"
no 'context y1, which goes on to y2, would make no sense: .*48' d context set y2 "states=[$(many 30)]"
says 'nothing was changed' 'one that others go on to: they must make sense, too'
printf 'contexts = ( { name = "y2"; states = [ %s ]; } );\n' "$(many 30)" >"$ENG/y2.conf"
no 'context y1, which goes on to one of .*/y2.conf, would make no sense: .*48' d apply "$ENG/y2.conf"
no 'amd=|nobody' d context set mexico amd_profile=nobody
is "$(q "select version from dtmf_context where name = 'y2'")" 1 'nothing was changed'

printf 'contexts = ( { name = "y3"; states = [ "q1 question prompt=a >@nps" ]; } );\n' >"$ENG/y3.conf"
code 0 'one that asks what the next one asks, too' d apply "$ENG/y3.conf"
says '^warning: context y3: y3 and nps both ask q1: .*last answer' 'is warned of'
d context check nps >"$TMP/o"
like "$(cat "$TMP/o")" 'nothing is wrong' 'the other one is not'

# ---- calls run through it
perl -e 'printf "+1305%07d\n", $_ for 5551000..5551099' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
numbers 400 1212 01112 01212 01312 01412 01512 01710 01912 01010 2x110 3x110 >"$ENG/list1"
code 0 'contacts' d import contacts "$ENG/list1" --campaign c1 --country usa
code 0 'start' d campaign start c1
n_calls() { q 'select count(*) from call where ended_at is not null'; }
some() { [ "$(n_calls)" -ge "$1" ]; }
ok 'calls run' wait_for 60 some 120

# ---- an edit of a state holds from the next call on
d cps 30 >/dev/null
q 'select now()' >"$TMP/before"
code 0 'a state is changed while calls run' d context state nps q1 question \
	prompt=nps_us timeout=5 retries=0 keys=1234567 '9>out' '>thanks' 't>bye'
q 'select now()' >"$TMP/after"
says '^context nps updated: states: q1 changed$' 'what has changed'
is "$(q "select version from dtmf_context where name = 'nps'")" 2 'a new version'
q1() { grep -o ' keys=[0-9]*' "$TMP/o"; }
code 0 'states' d context states nps
is "$(q1)" ' keys=1234567' 'shows it'
done_1() { [ "$(camp c1 remaining)" = 0 ] && quiet; }
ok 'all are called' wait_for 120 done_1
is "$(q "select count(*) from call where context is distinct from 'nps'")" 0 'each call says which context it had'
is "$(q "select count(*) from call where sent_at < '$(cat "$TMP/before")' and context_version <> 1")" 0 'calls that were under way kept the first version'
is "$(q "select count(*) from call where armed_at > '$(cat "$TMP/after")' and context_version <> 2")" 0 'those that left later had the second one'
is "$(q "select count(distinct context_version) from call")" 2 'both are there'
like "$(q "select count(*) from call where context_version = 1 and substr(number, 10, 1) = '7' and answered_at is not null")" '^[1-9]' '7 was pressed in the first one'

# K of each number that was answered is the answer
cat >"$TMP/truth.sql" <<'X'
with t as (select c.id, c.disposition, c.context_version as v,
    substr(c.number, 8, 1) as b, substr(c.number, 10, 1) as k, substr(c.number, 11, 1) as d
    from call c where c.context = 'nps' and c.answered_at is not null),
w as (select t.*, case when t.b = '0' and t.d <> '0' and
    position(t.k in case t.v when 1 then '123459' else '12345679' end) > 0 then t.k end as want from t)
select count(*), count(*) filter (where w.want is distinct from a.answer),
    count(*) filter (where (coalesce(w.want, '9') <> '9') <> (w.disposition = 'completed')),
    count(*) filter (where (w.b = '0' and w.k = '9') <> (w.disposition = 'opted_out')),
    count(*) filter (where w.want is not null) > 50
from w left join answer a on a.call_id = w.id and a.question = 'q1'
X
is "$(q "$(cat "$TMP/truth.sql")" | cut -d'|' -f2-)" '0|0|0|t' 'each answer is what was pressed, and none is missing or made up'
is "$(q "select count(*) from answer a join call c on c.id = a.call_id where a.number <> c.number or a.context <> 'nps' or a.context_version <> c.context_version or a.campaign_id <> c.campaign_id")" 0 'and of its own call'
is "$(cut -d, -f1,4 "$ENG/outcomes.csv" | sort | sed 's/,/|/' >"$TMP/said"; q "select id, disposition from call where ended_at is not null order by id" | sort | diff - "$TMP/said" | grep -c '^[<>]')" 0 'outcomes are the carrier'"'"'s'

# ---- what they answered
want=$(q "select count(*) from answer where question = 'q1'")
code 0 'survey' d survey nps
says '^nps, version 2: [0-9,]+ calls were answered, [0-9,]+ \([0-9.]+ %\) completed' 'how many calls'
says "^q1 \\(nps_us\\): $want answered" 'how many answers'
says '^  3 +[0-9]+ +[0-9.]+ % +#+$' 'a bar for each'
is "$(js '$o->{questions}[0]{answered} . " " . join ",", map { "$_->{answer}=$_->{n}" } @{$o->{questions}[0]{answers}}' survey nps)" \
	"$want $(q "select string_agg(k || '=' || (select count(*) from answer where answer = k), ',' order by k) from unnest('{1,2,3,4,5,6,7,9}'::text[]) k")" 'as JSON, with what nobody said'
is "$(js '"$o->{calls} $o->{completed} " . (abs(1 - eval { my $s = 0; $s += $_->{share} for @{$o->{questions}[0]{answers}}; $s }) < 1e-9 ? 1 : 0)' survey nps)" \
	"$(q "select count(*) filter (where answered_at is not null), count(*) filter (where disposition = 'completed') from call where context = 'nps'" | tr '|' ' ') 1" 'calls, completed, shares that are one together'
is "$(js '$o->{questions}[0]{answered}' survey nps --campaign c2)" 0 'of another campaign: none'
is "$(js '$o->{questions}[0]{answered}' survey nps --from 2026-01-01 --to 2026-01-02)" 0 'of another day: none'
LC_ALL=C.UTF-8 d survey nps >"$TMP/o"
like "$(cat "$TMP/o")" '█' 'blocks where the terminal has them'
code 0 'one that asks nothing' d survey mexico
says 'it asks nothing' 'says so'
code 1 'no such context' d survey nobody
code 1 'no such campaign' d survey nps --campaign nobody
code 2 'no such time' d survey nps --from soon
code 2 'nothing between' d survey nps --from 2026-02-01 --to 2026-01-01
d export answers -o "$TMP/answers.csv" >/dev/null 2>&1
is "$(($(wc -l <"$TMP/answers.csv") - 1))" "$want" 'export answers has each'
is "$(tail -n +2 "$TMP/answers.csv" | grep -c nps)" "$want" 'with its context'

# ---- states one by one
code 0 'a state and what leads to it' d context state nps q1 question prompt=nps_us keys=123 '9>out' '>q2' 't>bye' ';' \
	q2 question prompt=why_us digits=3 '>thanks'
says 'states: q1 changed, q2 added' 'come together'
code 4 'a state that nothing leads to' d context state nps q3 play prompt=a
says 'q3.*nothing was changed' 'is refused by name'
code 4 'one that others lead to' d context state nps out --remove
says 'out' 'stays'
code 1 'one that is not there' d context state nps q9 --remove
says 'no state "q9"' 'cannot go'
code 0 'a state and what led to it' d context state nps 'q1 question prompt=nps_us keys=123 9>out >thanks t>bye; q2 --remove'
says 'q1 changed, q2 removed' 'go together'
code 2 'nothing' d context state nps q1
says 'usage|expected' 'is a question of usage'
code 1 'no such context' d context state nobody q1 play prompt=a
code 0 'a simple one' d context state mexico ask menu prompt=hola_2 timeout=15 retries=0 '3>connect' '9>out' '0>repeat' 't>bye'
says 'states: .*ask added' 'gets the states that it stood for'
says 'warning: the states say all that a call does: .*prompt' 'and its options mean nothing from then on'
is "$(d context states mexico | grep -v '^ask ' | tr '\n' '|')" "$(grep -v '^ask ' "$TMP/mx" | tr '\n' '|')" 'the others are as they were'
code 0 'back' d context set mexico states=
is "$(d context states mexico | tr '\n' '|')" "$(tr '\n' '|' <"$TMP/mx")" 'and it is as it was'
code 0 'versions' d context versions nps
says '^ +4 .*q1 changed, q2 removed' 'the newest'
says '^ +2 .*states: q1 changed$' 'each with what it changed'
says '^ +1 .*first' 'down to the first'
is "$(js 'join ",", map { $_->{version} } @$o' context versions nps)" 4,3,2,1 'as JSON'
code 1 'of one that is not there' d context versions nobody
is "$(q "select count(*) from event_log where action = 'set' and object = 'context nps' and result like 'updated: states: q%'")" 3 'the audit log has each'

# ---- what is odd
odd() { _t=$1; shift; d context set odd "$@" >"$TMP/o" 2>"$TMP/e"; says "warning: .*$_t" "odd: $_t"; }
d set context odd --new country=mexico prompt=a connect_key=3 >/dev/null
odd 'nobody can opt out' 'states=["q menu prompt=a 1>c","c connect dest=queue:x"]'
odd 'state q: 1 connects in Mexico' repeat_key=0 'states=["q menu prompt=a 1>c 9>o 0>repeat","c connect dest=queue:x","o optout"]'
odd 'state d: detection does not come first' 'states=["p play prompt=a >d","d detect human>q","q menu prompt=a 9>o","o optout"]'
odd 'state q: timeout is 2 s' 'states=["q menu prompt=a timeout=2 9>o","o optout"]'
odd 'no state has goal=yes' 'states=["q question prompt=a >o","o optout"]'
odd 'prompt, connect_key mean nothing|connect_key, prompt mean nothing' 'states=["q question prompt=a >o","o optout prompt=b"]'

# ---- spoken answers
cat >"$ENG/s.conf" <<-C
contexts = ( { name = "spoken"; states = [
    "ask speech prompt=diga timeout=5 retries=1 grammar=sino si>yes no>no 9>out",
    "yes hangup prompt=gracias goal=yes", "no hangup prompt=adios", "out optout" ]; } );
campaigns = ( { name = "c2"; context = "spoken"; dial_timeout = 60; retry = { congestion = 0; failed = 0; }; } );
C
code 0 'a context that listens' d apply "$ENG/s.conf"
numbers 500 1213 0x110 0x210 0x310 0x410 >"$ENG/list2"
d import contacts "$ENG/list2" --campaign c2 --country usa >/dev/null
code 1 'check, without an engine for it' d context check spoken
says '^error +context spoken wants spoken answers and switch sw1 has no speech engine \(res_speech\)' 'says what is missing'
code 1 'a campaign with it' d campaign start c2
says 'c2 does not start: context spoken wants spoken answers and switch sw1 has no speech engine' 'does not start'
is "$(camp c2 state)" stopped 'it is not running'
code 1 'prompt check' d prompt check
says '^speech engine +sw1 +missing' 'has it among the sounds'
code 0 'a sound of nearly that name' d prompt check speech
says '^speech +sw1 +present' 'is another thing'
kill "$SIM_PID"; wait "$SIM_PID" 2>/dev/null; SIM_PID=
down() { [ "$(st .switches.0.connected)" = false ]; }
wait_for 20 down
ok 'the switch comes back with one' eng_sim --speed 20 --speech --mix --seed "$SEED"
ok 'and is there' wait_for 20 up
code 0 'check' d context check spoken
is "$(grep -c '^error' "$TMP/o")" 0 'nothing is missing'
code 0 'the campaign' d campaign start c2
is "$(cat "$TMP/o")" 'campaign c2 is running' 'starts'
done_2() { [ "$(camp c2 remaining)" = 0 ] && quiet; }
ok 'all are called' wait_for 120 done_2
is "$(q "select count(*) from answer a join call c on c.id = a.call_id where a.context = 'spoken'
    and (a.answer not in ('si', 'no', '9') or (a.answer = 'si') <> (c.disposition = 'completed') or (a.answer = '9') <> (c.disposition = 'opted_out'))")" 0 'who said yes completed, and nobody else'
is "$(q "select count(*) from call c where c.context = 'spoken' and c.disposition = 'completed' and not exists (select from answer a where a.call_id = c.id and a.answer = 'si')")" 0 'none without an answer'
like "$(q "select count(*) from answer where context = 'spoken' and answer in ('si', 'no') and score between 0 and 1000")" '^[1-9]' 'words were heard, each with its score'
is "$(js 'join ",", sort map { $_->{answer} } @{$o->{questions}[0]{answers}}' survey spoken)" 9,no,si 'survey has the words'

# ---- keys
code 0 'show keys' d show keys
says 'nps' 'has those of the flow'
is "$(js 'scalar grep { $_->{context} eq "nps" && $_->{key} eq "9" && $_->{presses} > 0 } @$o' show keys)" 1 'as JSON'

# ---- who may
x() { _u=$1 _r=$2 _c=$3; shift 3; "$B/t/tools/as_session" "$ENG/run" "$_u" "$_r" 10.0.0.7 "$_c" -x "$@" >"$TMP/o" 2>"$TMP/e"; }
may() { x "$@"; is "$?" 0 "$1 may: $4 $5"; }
not() { x "$@"; like "$? $(cat "$TMP/o")" '^1 .*(not permitted|limited to campaigns)' "$1 may not: $4 $5"; }
for _v in 'context list' 'context states nps' 'context versions nps' 'context check nps' 'survey nps'; do
	# shellcheck disable=SC2086
	may vera viewer - $_v
	# shellcheck disable=SC2086
	not lim supervisor c1 $_v
done
not vera viewer - context state nps q1 question prompt=x '>thanks'
not olga operator - context state nps q1 question prompt=x '>thanks'
not lim supervisor c1 context state nps q1 question prompt=x '>thanks'
may sara supervisor - context state nps q1 question prompt=nps_us '9>out' '>thanks' 't>bye'
is "$(q "select actor from event_log where object = 'context nps' order by id desc limit 1" | cut -d' ' -f1)" sara 'and the audit log says who'
not sara supervisor - set amd_profile fast
may ada admin - show amd_profile fast
ok 'the engine ends' eng_stop
done_testing
