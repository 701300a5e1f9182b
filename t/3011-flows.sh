#!/bin/sh
# Contexts as flows on real Asterisk 22 and 16 side by side: every kind of
# state, every edge, what is answered, and how far a call is said to have come;
# then the contexts of the nine countries as they are shipped.
# shellcheck disable=SC2016,SC2317
. t/lib.sh
. t/lib-asterisk.sh
ast_need 22 16
S=$LAB_SOUNDS
TAB=$(printf '\t')
# A command that leaves a trace
PWN=$TMP/pwned
mkdir "$TMP/bin"
printf '#!/bin/sh\necho "pwn $*" >>%s\n' "$PWN" >"$TMP/bin/pwn"
chmod +x "$TMP/bin/pwn"
PATH=$TMP/bin:$PATH
# The switch's own records of the calls, and what harm would need
export LAB_MODULES="res_cdrel_custom cdr_custom func_shell app_system app_exec"
mkdir "$TMP/etc"
printf '[general]\nenable=yes\nunanswered=yes\n' >"$TMP/etc/cdr.conf"
printf '[mappings]\ncalls.csv => ${CDR(uniqueid)},${CDR(userfield)}\n' \
	>"$TMP/etc/cdr_custom.conf"

# A recogniser: hears SAY_1, then SAY_2, ... and says what it was asked for.  And
# a callee who never stops pressing 1; 80 of them are all that a name holds.
export LAB_DIALPLAN="$TMP/before.conf"
cat >"$LAB_DIALPLAN" <<X
[lab-callees]
exten => ones,1,Answer()
 same => n,SendDTMF(w$(printf '1%.0s' $(seq 118)),150,120)
 same => n,Wait(60)
X
cat >>"$LAB_DIALPLAN" <<'X'
[discador-speech]
exten => s,1,Set(lab_n=$[0${lab_n} + 1])
 same => n,UserEvent(Discador,Call: ${dsc_id},Stage: speech,Text: ${ARG2}-${ARG3})
 same => n,Playback(${ARG1})
 same => n,Set(DSC_HEARD=${SAY_${lab_n}})
 same => n,Set(DSC_SCORE=${SCORE_${lab_n}})
 same => n,Return()
X

H=$S/hello # 0.8 s
cat >"$TMP/flows.conf" <<X
amd_profiles = (
{ name = "hasty"; total_analysis_time = 1000; },
{ name = "deaf"; initial_silence = 400; } );
contexts = (
# Much of what there is
{ name = "full"; states = (
  "det detect human>lang machine>vm unsure>sorry",
  "sorry hangup prompt=$H",
  "lang menu prompt=$H timeout=6 retries=1 1>en 2>es 0>repeat 9>out t>bye",
  "en play prompt=$H language=en >q1",
  "es play prompt=$H language=es >q1",
  "q1 question prompt=$H timeout=5 retries=1 keys=123 0>repeat 9>out >q2 t>bye",
  "q2 question prompt=$H digits=4 timeout=5 retries=0 >con t>bye",
  "con connect prompt=$H dest=queue:sales ring=5 >after",
  "after question prompt=$H timeout=5 retries=0 keys=12345 >thanks t>thanks",
  "thanks hangup goal=yes prompt=$H",
  "vm voicemail prompt=$H",
  "out optout prompt=$H >why",
  "why question prompt=$H timeout=5 retries=0 keys=123 >bye t>bye",
  "bye hangup prompt=$H" ); },
# Detection
{ name = "unsure"; states = (
  "det detect amd=hasty human>h machine>m unsure>u",
  "h hangup", "m voicemail prompt=$H", "u play prompt=$H" ); },
{ name = "unsure-human"; states = (
  "det detect amd=hasty human>u machine>hangup", "u play prompt=$H" ); },
{ name = "deaf"; states = (
  "det detect amd=deaf human>h machine>m", "h hangup", "m menu timeout=1 retries=0 1>h" ); },
{ name = "deaf-connect"; states = (
  "det detect amd=deaf machine>m", "m connect dest=exten:agent@lab-agents" ); },
{ name = "deaf-ends"; states = (
  "det detect amd=deaf human>h machine>hangup", "h hangup" ); },
# Wrong keys
{ name = "wrong"; states = (
  "ask menu prompt=$H timeout=4 retries=1 1>hangup 0>repeat i>no t>bye",
  "no play prompt=$H >two",
  "two menu prompt=$H timeout=4 retries=1 1>hangup *>star",
  "star hangup goal=yes", "bye hangup prompt=$H" ); },
{ name = "wrong-end"; states = (
  "ask menu prompt=$H timeout=6 1>bye i>hangup 2>hangup", "bye hangup prompt=$H" ); },
# A destination and what becomes of it
{ name = "fails"; states = (
  "one menu prompt=$H timeout=5 1>con",
  "con connect dest=queue:empty ring=5 fail>two",
  "two menu prompt=$H timeout=5 retries=0 1>con 2>done t>hangup",
  "done play prompt=$H goal=yes" ); },
{ name = "talks"; states = (
  "con connect dest=exten:agent@lab-agents ring=5 >q fail>hangup",
  "q question prompt=$H timeout=5 keys=12345" ); },
{ name = "survey"; states = (
  "q-1 question prompt=$H timeout=3 digits=3 >q2 t>q2",
  "q2 question prompt=$H timeout=3 *>q-1 >done goal=yes",
  "done hangup" ); },
{ name = "optout"; states = (
  "out optout >q", "q question prompt=$H timeout=4 >con t>hangup",
  "con connect dest=queue:empty" ); },
# One context goes on in another
{ name = "here"; states = ( "ask menu prompt=$H timeout=4 1>@there 2>@plain" ); },
{ name = "there"; states = ( "ask question prompt=$H timeout=4 keys=7 >bye",
  "bye hangup prompt=$H goal=yes" ); },
{ name = "plain"; prompt = "$H"; amd = false; destination = "queue:sales"; },
{ name = "say"; states = (
  "say speech prompt=$H grammar=menu timeout=4 retries=1 sales>con yes>done "
  "no>repeat 1>con *>done t>bye",
  "con connect dest=exten:agent@lab-agents", "done play prompt=$H goal=yes",
  "bye hangup prompt=$H" ); },
{ name = "round"; states = ( "ask menu prompt=$H timeout=2 1>ask" ); },
{ name = "long"; states = (
X
for q in a b c d e f g h i j k l m n; do
	echo "  \"${q}_fifteen_bytes question prompt=$H timeout=5 >$(
	    echo $q | tr a-n b-o)_fifteen_bytes\","
done >>"$TMP/flows.conf"
echo "  \"o_fifteen_bytes hangup\" ); } );" >>"$TMP/flows.conf"

# call NAME NUMBER|CHANNEL CONTEXT 'EXPECTED STAGES' [VAR=VALUE...]
call() {
	c_name=$1 c_chan=$2 c_context=$3
	case $2 in */*) ;; *) c_chan=PJSIP/$2@carrier ;; esac
	printf '%s\t%s\n' "$1" "$4" >>"$TMP/want"
	shift 4
	[ -f "$TMP/vars-$c_context" ] || "$B/t/tools/flowvars" \
		"${CONF:-$TMP/flows.conf}" "$c_context" \
		>"$TMP/vars-$c_context" 2>>"$TMP/bad"
	{
		printf '%s' "$c_name$TAB$c_chan"
		sed "s/^/$TAB/" "$TMP/vars-$c_context" | tr -d '\n'
		for c_o; do printf '\t%s' "$c_o"; done
		echo
	} >>"$TMP/calls"
}
keys() { printf 'Local/keys%s@lab-callees' "$1"; }
end() { printf 'hangup=%s/16/%s end=16' "$1" "$2"; }
# ask STATE KEY: nothing is pressed before the prompt is over
ask() { printf 'playing@%s wait@%s key@%s=%s' "$1" "$1" "$1" "$2"; }

A='up amd=HUMAN'
Q1="$(ask q1 2) answer@q1=2"
Q2='playing@q2 wait@q2 key@q2=7 answer@q2=4107'
CON='connect@con=7 agent left@con=SERVED'
BYE="goal@thanks goodbye@thanks"
call full 139931322401000765 full "$A $(ask lang 1) playing@en $Q1 $Q2 $CON $(ask after 5) answer@after=5 $BYE $(end connected 200/q1=2,q2=4107,after=5)"
call spanish 13993232 full "$A $(ask lang 2) language=es playing@es $Q1 playing@q2 wait@q2 timeout@q2 goodbye@bye $(end none 200/q1=2)"
call lang-repeat 1399304032 full "$A $(ask lang 0) repeat@lang=0 $(ask lang 0) repeat@lang=0 $(ask lang 2) language=es playing@es playing@q1 wait@q1 playing@q1 wait@q1 timeout@q1 goodbye@bye $(end none 200)"
call lang-wrong 13993736 full "$A $(ask lang 7) invalid@lang=7 $(ask lang 6) invalid@lang=6 timeout@lang goodbye@bye $(end none 200)"
call q1-wrong 1399313431 full "$A $(ask lang 1) playing@en $(ask q1 4) invalid@q1=4 $(ask q1 1) answer@q1=1 playing@q2 wait@q2 timeout@q2 goodbye@bye $(end none 200/q1=1)"
call optout-asked 139931393331 full "$A $(ask lang 1) playing@en $(ask q1 9) answer@q1=9 optout@out=9 goodbye@out $(ask why 3) answer@why=3 goodbye@bye $(end optout 200/q1=9,why=3)"
call optout-gone 139939391 full "$A $(ask lang 9) optout@out=9 goodbye@out $(ask why 9) invalid@why=9 timeout@why goodbye@bye $(end optout 200)"
call leaves 139931321 full "$A $(ask lang 1) playing@en $Q1 playing@q2 wait@q2 $(end none 200/q1=2)"
call machine 13055510000 full "up amd=MACHINE machine@det=message machine@vm=voicemail machine@vm=delivered $(end machine 200)"
call drops 13055590000 full "up $(end none 200)"
call never-asked 13055500000 full "$A playing@lang wait@lang playing@lang wait@lang timeout@lang goodbye@bye $(end none 200)"

call unsure 13055570000 unsure "up amd=NOTSURE playing@u $(end none 200)"
call unsure-human 13055570000 unsure-human "up amd=NOTSURE playing@u $(end none 200)"
call deaf 13055570000 deaf "up amd=MACHINE machine@det=prompt playing@m wait@m timeout@m $(end machine 200)"
call deaf-connect 13055570000 deaf-connect "up amd=MACHINE machine@det=connect connect@m connected left@m=ANSWER $(end connected 200)"
call deaf-ends 13055570000 deaf-ends "up amd=MACHINE machine@det=hangup $(end machine 200)"

call wrong-goes 13993631 wrong "up $(ask ask 6) invalid@ask=6 playing@no $(ask two 1) $(end none 200)"
call wrong-pound "$(keys 'wwww#wwwwwwwwww#wwwwww*')" wrong "up $(ask ask '#') invalid@ask=# playing@no $(ask two '#') invalid@two=# $(ask two '*') goal@star $(end goal '')"
R='playing@ask wait@ask key@ask=0'
call repeat-goes Local/zeros@lab-callees wrong "up $R repeat@ask=0 $R repeat@ask=0 $R repeat@ask=0 $R repeat@ask=0 $R repeat@ask=0 $R invalid@ask=0 playing@no playing@two key@two=0 invalid@two=0 playing@two wait@two key@two=0 invalid@two=0 timeout@two $(end none '')"
call wrong-ends 13993631 wrong-end "up $(ask ask 6) invalid@ask=6 $(end none 200)"
call key-ends 13993231 wrong-end "up $(ask ask 2) $(end none 200)"

F='left@con=JOINEMPTY'
call fail-back 1399313132 fails "up $(ask one 1) connect@con=1 $F $(ask two 1) connect@con=1 $F $(ask two 2) goal@done playing@done $(end goal 200)"
call fail-silent 139931 fails "up $(ask one 1) connect@con=1 $F playing@two wait@two timeout@two $(end connect 200)"
T='up connect@con connected left@con=ANSWER'
call agent-ends 139954 talks "$T $(ask q 4) answer@q=4 $(end connected 200/q=4)"
call callee-ends 13055500000 talks "$T playing@q wait@q playing@q wait@q timeout@q $(end connected 200)" DSC_0_D=dial:PJSIP/13055590000@carrier DSC_1_T=1
call callee-hangs 13055570001 talks "up connect@con connected left@con=ANSWER $(end connected 200)" DSC_0_D=dial:PJSIP/13055570000@carrier
call nobody 13055570000 talks "up connect@con left@con=CHANUNAVAIL $(end connect 200)" DSC_0_D=exten:nobody@lab-agents

Q='key@q-1=2 answer@q-1=12'
G='goal@q2 playing@q2'
call pound-ends "$(keys 'wwwww12#wwwwwww5')" survey "up playing@q-1 wait@q-1 $Q $G wait@q2 key@q2=5 answer@q2=5 $(end goal /q-1=12,q2=5)"
call digits-wait "$(keys wwwww12)" survey "up playing@q-1 wait@q-1 $Q $G wait@q2 timeout@q2 $(end goal /q-1=12)" DSC_1_R=0
call digits-early "$(keys w123wwwwwww5)" survey "up playing@q-1 key@q-1=3 answer@q-1=123 $G wait@q2 key@q2=5 answer@q2=5 $(end goal /q-1=123,q2=5)"
call pound-alone "$(keys 'wwwww#')" survey "up playing@q-1 wait@q-1 key@q-1=# invalid@q-1=# timeout@q-1 $G wait@q2 timeout@q2 $(end goal '')" DSC_0_R=0 DSC_1_R=0
call asked-again "$(keys 'wwwww777wwwwww*wwwww12#wwwwwww5')" survey "up playing@q-1 wait@q-1 key@q-1=7 answer@q-1=777 $G wait@q2 key@q2=* answer@q2=* playing@q-1 wait@q-1 $Q $G wait@q2 key@q2=5 answer@q2=5 $(end goal /q-1=12,q2=5)"

call optout-first 139938 optout "up optout@out $(ask q 8) answer@q=8 connect@con=8 $F $(end optout 200/q=8)"
call elsewhere 13993137 here "up $(ask ask 1) $(ask ask 7) answer@ask=7 goal@bye goodbye@bye $(end goal 200/ask=7)"
call elsewhere-plain 13993231 here "up $(ask ask 2) $(ask ask 1) connect@connect=1 agent left@connect=SERVED $(end connected 200)"

W='speech=menu-4'
N='up playing@say'
call say 13055570000 say "$N $W answer@say=sales/870 connect@con connected left@con=ANSWER $(end connected 200/say=sales)" SAY_1=Sales SCORE_1=870
call say-again 13055570000 say "$N $W repeat@say=no playing@say $W answer@say=yes/9 goal@done playing@done $(end goal 200/say=yes)" SAY_1=no SAY_2=YES SCORE_2=9
call say-key 13055570000 say "$N $W key@say=1 answer@say=1 connect@con=1 connected left@con=ANSWER $(end connected 200/say=1)" SAY_1=1
call say-star 13055570000 say "$N $W key@say=* answer@say=* goal@done playing@done $(end goal '200/say=*')" 'SAY_1=*'
call say-else 13055570000 say "$N $W invalid@say=maybe playing@say $W timeout@say goodbye@bye $(end none 200)" SAY_1=maybe
call say-leaves 13055570001 say "$N $W $(end none 200)" "DSC_0_P=$S/prompt"
call say-letter 13055570000 say "$N $W invalid@say=s playing@say $W invalid@say=xi timeout@say goodbye@bye $(end none 200)" SAY_1=s SAY_2=Xi
call say-harm 13055570000 say "$N $W invalid@say=shellpwn playing@say $W invalid@say=systempwnvery timeout@say goodbye@bye $(end none 200)" 'SAY_1=${SHELL(pwn)}' 'SAY_2="),System(pwn Very)' 'SCORE_1=$[SHELL(pwn)]' 'SCORE_2=SHELL(pwn)'
call say-long 13055570000 say "$N $W invalid@say=shellpwnverylon playing@say $W invalid@say=shellpwn timeout@say goodbye@bye $(end none 200)" 'SAY_1=) + SHELL(pwn very long)' 'SAY_2="|SHELL(pwn)|"' 'SCORE_2="|SHELL(pwn)|"'

call round Local/ones@lab-callees round "up $(printf 'playing@ask key@ask=1 %.0s' $(seq 100))bad=more than 100 states $(end none '')"
L=$(for q in a b c d e f g h i j k l m n; do
	printf ' playing@%s_fifteen_bytes key@%s_fifteen_bytes=7 answer@%s_fifteen_bytes=7' $q $q $q; done)
# 11 of 17 bytes and ten blanks are 197; the record has room for eight of them
LONG=$(for q in a b c d e f g h i j k; do printf '%s_fifteen_bytes=7,' $q; done)
call long "$(keys w77777777777777)" long "up$L $(end none "/${LONG%,}")"

# The countries' contexts as shipped, but for the sounds
CONF=$TMP/countries.conf
sed "s#prompt = \".*\"#prompt = \"$S/prompt\"#
	s#prompt_goodbye = \".*\"#prompt_goodbye = \"$S/bye\"#" \
	etc/countries.conf >"$CONF"
i=0
for c in usa:1:10 canada:1:10 mexico:3:15 brasil:1:10 colombia:1:12 \
	argentina:1:10 chile:1:10 peru:1:12 venezuela:1:12; do
	i=$((i + 1)) k=${c#*:}
	k=${k%:*} n=13056$i
	c=${c%%:*} other=3
	[ "$k" = 1 ] || other=1 # in Mexico it is the 1 that is wrong
	P="$A playing@ask"
	call "$c-connect" "${n}00${k}40" "$c" "$P key@ask=$k connect@connect=$k agent left@connect=SERVED $(end connected 200)"
	call "$c-optout" "${n}00940" "$c" "$P key@ask=9 optout@out=9 goodbye@out $(end optout 200)"
	call "$c-repeat" "${n}00042" "$c" "$P key@ask=0 repeat@ask=0 playing@ask wait@ask $(end none 200)"
	call "$c-invalid" "${n}00${other}42" "$c" "$P key@ask=$other invalid@ask=$other playing@ask wait@ask $(end none 200)"
	call "$c-timeout" "${n}00000" "$c" "$P wait@ask playing@ask wait@ask timeout@ask goodbye@bye $(end none 200)"
	call "$c-leaves" "${n}00001" "$c" "$P $(end none 200)"
	call "$c-machine" "${n}10000" "$c" "up amd=MACHINE machine@detect=hangup $(end machine 200)"
done

run() { contrib/lab/calls -v -c 8 -t 110 "$1" <"$TMP/calls" >"$2" 2>&1; }
check() { # PORT MODULE...: what discador asks for before a campaign starts
	printf 'check\tLocal/hold@discador-check/n\tDSC_CHECK=speech\n' |
		contrib/lab/calls -t 10 -e s@discador-check "$1"
}
cdr() {
	tr -d '"' <"$(cat "$TMP/pbx$v")/log/cdr-custom/calls.csv" |
		sed -n "s/^$1,//p"
}

is "$(cat "$TMP/bad")" '' 'every context is one'
for v in 22 16; do
	ok "Asterisk $v starts, and a carrier" ast_start "$v" "$TMP/etc"
	echo "$PBX" >"$TMP/pbx$v"
	echo "$AMI_PORT" >"$TMP/port$v"
	run "$AMI_PORT" "$TMP/got$v" &
	echo $! >"$TMP/pid$v"
done
calls=$(grep -c . "$TMP/calls")
for v in 22 16; do
	pbx=$(cat "$TMP/pbx$v")
	ok "$v: all calls ended" wait "$(cat "$TMP/pid$v")"
	while IFS=$TAB read -r name want; do
		is "$(sed -n "s/^$name$TAB//p" "$TMP/got$v")" "$want" "$v: $name"
	done <"$TMP/want"
	is "$(grep -c . "$TMP/got$v")" "$calls" "$v: a line for each call"
	like "$("$LAB" cli "$pbx" 'core show channels count')" \
	    '^0 active channels' "$v: no channel is left"
	for e in 'res=connected key=5 cause=16 sip=200 amd=HUMAN amdcause=HUMAN-[0-9-]* ans=q1=2;q2=4107;after=5 full' \
	    'res=none key= cause=16 sip=200 amd=HUMAN amdcause=HUMAN-[0-9-]* ans= never-asked' \
	    'res=machine key= cause=16 sip=200 amd=MACHINE amdcause=MAXWORDS-[0-9-]* ans= machine' \
	    'res=goal key=5 cause=16 sip= amd= amdcause= ans=q-1=12;q2=5 asked-again' \
	    'res=optout key=8 cause=16 sip=200 amd= amdcause= ans=q=8 optout-first' \
	    "res=none key=7 cause=16 sip= amd= amdcause= ans=$(printf '%s' "$LONG" | tr , ';' | cut -c 1-143) long"; do
		like "$(cdr "${e##* }")" "^${e% *}\$" "$v: record of ${e##* }"
	done
	like "$(check "$(cat "$TMP/port$v")")" 'prompt=missing ' \
	    "$v: no recogniser is there"
	"$LAB" cli "$pbx" 'module unload app_speech_utils.so' >/dev/null
	like "$(check "$(cat "$TMP/port$v")")" 'prompt=missing ' \
	    "$v: nor what talks to one"
done

# What is shipped in discador-speech, with a recogniser behind it
PORT=$(free_port)
: >"$TMP/word"
contrib/lab/recogniser "$PORT" "$TMP/word" &
at_exit "kill $!"
printf '[recogniser]\ntype=client\nurl=ws://127.0.0.1:%s\n%s\n%s\n' "$PORT" \
	'codecs=!all,ulaw' protocol=speech_to_text >"$TMP/etc/aeap.conf"
unset LAB_DIALPLAN
LAB_MODULES='res_http_websocket res_aeap res_speech_aeap func_shell'
ok '22: one starts with a recogniser' ast_start 22 "$TMP/etc"
like "$(check "$AMI_PORT")" 'prompt=present ' '22: it is there'
: >"$TMP/calls"
: >"$TMP/want"
CONF=$TMP/flows.conf
for d in deaf none; do
	call $d-key 139931 say "$N key@say=1 answer@say=1 connect@con=1 connected left@con=ANSWER $(end connected 200/say=1)"
	call $d-early "$(keys 'w*')" say "$N key@say=* answer@say=* goal@done playing@done $(end goal '/say=*')"
	call $d-pound "$(keys 'wwww#')" say "$N key@say=# invalid@say=# playing@say timeout@say goodbye@bye $(end none '')"
	call $d-silent 13055570000 say "$N playing@say timeout@say goodbye@bye $(end none 200)"
	call $d-leaves 13055570001 say "$N $(end none 200)" "DSC_0_P=$S/prompt" 'DSC_0_Z="|SHELL(pwn)|"'
done
mv "$TMP/calls" "$TMP/both"
grep '^deaf' "$TMP/both" >"$TMP/calls"
ok '22: calls that it hears nothing in' run "$AMI_PORT" "$TMP/got"
echo 'Sales 870' >"$TMP/word"
sed -n 's/^deaf-silent/hears/p' "$TMP/both" >"$TMP/calls"
ok '22: and one that it hears a word in' run "$AMI_PORT" "$TMP/got+"
cat "$TMP/got+" >>"$TMP/got"
"$LAB" cli "$PBX" 'module unload app_speech_utils.so' >/dev/null
grep '^none' "$TMP/both" >"$TMP/calls"
ok '22: and without it' run "$AMI_PORT" "$TMP/got+"
cat "$TMP/got+" >>"$TMP/got"
printf 'hears\t%s\n' "$N answer@say=sales/870 connect@con connected left@con=ANSWER $(end connected 200/say=sales)" >>"$TMP/want"
while IFS=$TAB read -r name want; do
	is "$(sed -n "s/^$name$TAB//p" "$TMP/got")" "$want" "22: $name"
done <"$TMP/want"

is "$(cat "$PWN" 2>/dev/null)" '' 'no value was evaluated'
# number, caller id, answered, seconds: two prompts, two times, detection
i=0
for t in 10 10 15 10 12 10 10 12 12; do
	i=$((i + 1)) lo=$((2 * t + 18))
	is "$(ast_truth | awk -F, -v n="13056${i}00000" -v lo=$lo '$1 == n {
		if ($4 < lo || $4 > lo + 5) print; else good++ }
		END { print good + 0 }')" 2 "context $i waits $t s twice"
done
done_testing
