#!/bin/sh
# The shipped dialplan on real Asterisk 22 and 16: what each kind of callee
# leads to, stage by stage, and that no value is ever evaluated.
# shellcheck disable=SC2016,SC2317
. t/lib.sh
. t/lib-asterisk.sh
ast_need 22 16
# What a value would need to do harm, were it evaluated
export LAB_MODULES="func_shell func_env app_system app_exec func_rand"
S=$LAB_SOUNDS
# `pwn` is a command that leaves a trace; a path would not do, for / divides
# where an expression is evaluated.
PWN=$TMP/pwned
mkdir "$TMP/bin"
printf '#!/bin/sh\necho "pwn $*" >>%s\n' "$PWN" >"$TMP/bin/pwn"
chmod +x "$TMP/bin/pwn"
PATH=$TMP/bin:$PATH
TAB=$(printf '\t')

# call NAME NUMBER|CHANNEL 'EXPECTED STAGES' [OPTION=VALUE...] [DSC_VAR=VALUE...]
# Options of a simple context, which t/tools/flowvars makes a flow of; a DSC_
# variable goes as it is, in place of the flow's.
call() {
	c_name=$1 c_chan=$2
	case $2 in */*) ;; *) c_chan=PJSIP/$2@carrier ;; esac
	printf '%s\t%s\n' "$1" "$3" >>"$TMP/want"
	shift 3
	c_vars=$c_name$TAB$c_chan
	{
		echo 'contexts = ( { name = "call";'
		for c_o in connect_key=1 disconnect_key=9 repeat_key=0 \
			menu_timeout=2 retries=0 amd=false ring_timeout=10 "$@"; do
			case $c_o in
			DSC_*) ;;
			amd=* | menu_timeout=* | retries=* | ring_timeout=*)
				echo "${c_o%%=*} = ${c_o#*=};" ;;
			*) echo "${c_o%%=*} = \"${c_o#*=}\";" ;;
			esac
		done | awk '{ v[$1] = $0 } END { for (k in v) print v[k] }'
		echo '} );'
	} >"$TMP/call.conf"
	{
		printf '%s' "$c_vars"
		"$B/t/tools/flowvars" "$TMP/call.conf" >"$TMP/vars" ||
			echo "$c_name" >>"$TMP/bad"
		sed "s/^/$TAB/" "$TMP/vars" | tr -d '\n'
		for c_o; do
			case $c_o in DSC_*) printf '\t%s' "$c_o" ;; esac
		done
		echo
	} >>"$TMP/calls"
}
LONG=prompt=$S/prompt # 8.7 s
SHORT=prompt=$S/hello # 0.8 s
BYE=prompt_goodbye=$S/bye
QUEUE=destination=queue:sales
EXTEN=destination=exten:agent@lab-agents
MX=connect_key=3
# The last report: how far the call came
END='hangup=none/16/200 end=16'
CONN='hangup=connected/16/200 end=16'
WENT='hangup=connect/16/200 end=16'
OUT='hangup=optout/16/200 end=16'
MACH='hangup=machine/16/200 end=16'

# A key: in the prompt, after it, with AMD before it
call connect 13055500120 "up playing key=1 connect=1 agent left=SERVED $CONN" "$LONG" $QUEUE
call connect-amd 13055501140 "up amd=HUMAN playing key=1 connect=1 agent left=SERVED $CONN" amd=true "$LONG" $QUEUE
call connect-wait 13055500120 "up playing wait key=1 connect=1 agent left=SERVED $CONN" "$SHORT" $QUEUE menu_timeout=4
call connect-said 13055500120 "up playing key=1 connect=1 connected left=ANSWER $CONN" "$LONG" $EXTEN "prompt_connect=$S/hello"
call connect-no-prompt 13055500110 "up playing wait key=1 connect=1 connected left=ANSWER $CONN" $EXTEN menu_timeout=4
call mexico-3 13055500320 "up playing key=3 connect=3 agent left=SERVED $CONN" "$LONG" $QUEUE $MX
call mexico-1 13055500120 "up playing key=1 invalid=1 timeout goodbye $END" "$LONG" $QUEUE $MX "$BYE"
call mexico-1-again 13055500110 "up playing wait key=1 invalid=1 playing wait timeout $END" "$SHORT" $QUEUE $MX retries=1
call optout 13055500920 "up playing key=9 optout=9 goodbye $OUT" "$LONG" "$BYE"
call optout-runs 13055500911 "up playing key=9 optout=9 goodbye $OUT" "$LONG" "prompt_goodbye=$S/prompt"
call optout-silent 13055500920 "up playing key=9 optout=9 $OUT" "$LONG"
call repeat 13055500020 "up playing key=0 repeat=0 playing wait timeout $END" "$LONG"
Z='key=0 repeat=0 playing wait'
call repeat-bounded Local/zeros@lab-callees "up playing wait $Z $Z $Z $Z $Z key=0 invalid=0 timeout hangup=none/16/ end=16" "$SHORT"
call no-key 13055500000 "up playing wait timeout $END" "$SHORT"
call no-key-twice 13055500000 "up playing wait playing wait timeout goodbye $END" "$SHORT" retries=1 "$BYE"
call no-key-default 13055500000 "up playing wait timeout $END" "$SHORT" DSC_0_T= DSC_0_R=
call hangs-up 13055500001 "up playing $END" "$LONG"
call drops 13055590000 "up playing $END" "$LONG"

# Machines and silence
call machine 13055510000 "up amd=MACHINE machine=hangup $MACH" amd=true "$LONG" on_machine=hangup
call machine-default 13055510000 "up amd=MACHINE machine=hangup $MACH" amd=true "$LONG"
call machine-prompt 13055510000 "up amd=MACHINE machine=prompt playing wait timeout $MACH" amd=true "$SHORT" on_machine=prompt
call machine-message 13055510000 "up amd=MACHINE machine=message machine=voicemail machine=delivered $MACH" amd=true "$LONG" on_machine=message "prompt_machine=$S/bye"
call machine-no-message 13055510000 "up amd=MACHINE machine=message machine=voicemail machine=failed $MACH" amd=true "$LONG" on_machine=message "prompt_machine=/nowhere/x"
call silent 13055570000 "up playing wait timeout $END" "$SHORT"
call silent-amd 13055570000 "up amd=MACHINE machine=hangup $MACH" "$SHORT" amd=true

# Not answered: nothing of the dialplan runs
call busy 13055520000 end=17
call unallocated 13055550000 end=1
call congestion 13055540000 end=34
call declined 13055560000 end=21
call incomplete 130555 end=28
call announcement 13055580000 end=1
call no-trunk PJSIP/13055500000@nowhere failed=0

# Destinations
K='up playing key=1 connect=1'
call dial 13055500120 "$K connected left=ANSWER $CONN" "$LONG" destination=dial:PJSIP/13055590000@carrier
call dial-rings 13055500120 "$K left=NOANSWER $WENT" "$LONG" destination=dial:PJSIP/13055530000@carrier ring_timeout=2
call exten-busy 13055500120 "$K left=BUSY $WENT" "$LONG" destination=exten:busy@lab-agents
call exten-unknown 13055500120 "$K left=CHANUNAVAIL $WENT" "$LONG" destination=exten:nobody@lab-agents
call exten-hangs-up 13055500121 "$K left=CANCEL $WENT" "$LONG" destination=exten:deaf@lab-agents
call queue-empty 13055500120 "$K left=JOINEMPTY $WENT" "$LONG" destination=queue:empty
call queue-unknown 13055500120 "$K left=UNKNOWN $WENT" "$LONG" destination=queue:nobody
call queue-timeout 13055500120 "$K left=TIMEOUT $WENT" "$LONG" destination=queue:deaf ring_timeout=2
call queue-hangs-up 13055500121 "$K left=ABANDON $WENT" "$LONG" destination=queue:deaf

# Values that would be code, were they evaluated, put straight into the
# variables of the states.  Without digits and r no edge leads anywhere.
BAD="$K left=BADDEST $WENT"
NOPROMPT="up playing wait timeout $END"
NOKIND="bad=state 0 is of no known kind $END"
n=0
for v in '${SHELL(pwn a)}' 'SHELL(pwn)' '"|SHELL(pwn)|"' 'x)}${SHELL(pwn d)}' \
	'x),System(pwn e)' '$[SHELL(pwn)]' 'sales,c,,,9,,,PWN' 'sales"&"x' \
	'\${SHELL(pwn h)}' ' + SHELL(pwn)'; do
	n=$((n + 1))
	x=$(printf '%s' "$v" | tr -d '0-9r')
	call "dest-$n" 13055500120 "$BAD" "$LONG" "DSC_1_D=$v"
	call "queue-$n" 13055500120 "$BAD" "$LONG" "DSC_1_D=queue:$v"
	call "dial-$n" 13055500120 "$BAD" "$LONG" "DSC_1_D=dial:Local/$v"
	call "sound-$n" 13055500000 "$NOPROMPT" "DSC_0_P=$v" "DSC_0_R=$x" \
	    "DSC_0_N=$v" "DSC_0_O=$x" "DSC_0_K1=$v" "DSC_0_L=$v"
	call "kind-$n" 13055570000 "up $NOKIND" "DSC_0=$v"
	call "next-$n" 13055500120 "up playing key=1 invalid=1 timeout $END" \
	    "$LONG" "DSC_0_K1=$x" "DSC_0_Xt=$x" "DSC_0_Xi=$x"
	call "connect-$n" 13055500120 "$K left=JOINEMPTY $WENT" "$LONG" \
	    destination=queue:empty "DSC_1_P=$v" "DSC_1_G=$x" "DSC_1_Xf=$x" \
	    "DSC_1_X=$x" "DSC_1_N=$v"
	call "amd-$n" 13055501140 "up amd=HUMAN playing key=1 connect=1 agent left=SERVED $CONN" \
	    amd=true "$LONG" $QUEUE "DSC_0_A=$x" "DSC_0_Xu=$x" "DSC_0_Xm=$v"
	call "machine-$n" 13055510000 "up amd=MACHINE machine=hangup $MACH" \
	    amd=true "DSC_0_Xm=$x" "DSC_0_A=$x"
	call "question-$n" 13055500120 "up playing key=1 answer=1 $END" "$LONG" \
	    DSC_0=question "DSC_0_M=$x" "DSC_0_Y=$x" "DSC_0_X=$x" \
	    "DSC_0_K1=" "DSC_0_N=$v"
	call "speech-$n" 13055570000 "up playing timeout $END" DSC_0=speech \
	    "DSC_0_P=$v" "DSC_0_Z=$v" "DSC_0_T=$x" "DSC_0_Wyes=$v" \
	    "DSC_HEARD=$v" "DSC_SCORE=$v"
	call "message-$n" 13055570000 "up machine=voicemail machine=failed $END" \
	    DSC_0=voicemail "DSC_0_P=$v"
done
call two-channels 13055500120 "$BAD" "$LONG" 'DSC_1_D=dial:Local/agent@lab-agents&Local/busy@lab-agents'
call no-dest 13055500120 "$BAD" "$LONG" DSC_1_D=
call app-dest 13055500120 "$BAD" "$LONG" 'DSC_1_D=System:id'
call queue-nothing 13055500120 "$BAD" "$LONG" DSC_1_D=queue:
# Not every mistake is an attack
call no-kind 13055570000 "up $NOKIND" DSC_0=
call h-kind 13055570000 "up $NOKIND" DSC_0=h
call no-state 13055500120 "up playing key=1 bad=state 47 is of no known kind $END" "$LONG" DSC_0_K1=47
call for-ever 13055570000 "up $(printf 'playing %.0s' $(seq 100))bad=more than 100 states $END" DSC_0=play DSC_0_P= DSC_0_X=0

# Both versions at once, 20 calls each second
run() { contrib/lab/calls -c 20 -t 70 "$1" <"$TMP/calls" >"$2" 2>&1; }

# What the shipped AMI user may do and gets to see; ends when Asterisk does
watch() {
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or die;
		$| = 1;
		print $s join("\r\n", "Action: Login", "Username: discador",
		    "Secret: lab-secret", "",
		    "Action: Status", "ActionID: status", "",
		    "Action: Command", "ActionID: command",
		    "Command: core show version", "",
		    "Action: GetConfig", "ActionID: config",
		    "Filename: manager.conf", "",
		    "Action: DialplanExtensionAdd", "ActionID: dialplan",
		    "Context: x", "Extension: 1", "Priority: 1",
		    "Application: NoOp", "",
		    "Action: Originate", "ActionID: app", "Async: true",
		    "Channel: Local/agent\@lab-agents", "Application: System",
		    "Data: $ARGV[1] app", "",
		    # where calls began before there were flows
		    "Action: Originate", "ActionID: old", "Async: true",
		    "Channel: Local/agent\@lab-agents", "Context: discador",
		    "Exten: s", "Priority: 1", "", "");
		my %m;
		alarm 100;
		while (<$s>) {
			s/\r?\n//;
			if (/^([^:]+): (.*)/) { $m{$1} //= $2; next }
			print "$m{Response} $m{ActionID}\n"
			    if $m{Response} && $m{ActionID} && !$m{Event};
			print "event $m{Event} ",
			    $m{ActionID} // $m{ContactStatus} // "", "\n"
			    if $m{Event};
			%m = ();
		}' "$1" "$TMP/bin/pwn"
}
seen() { grep -qx "$1" "$TMP/watch$v"; }

for v in 22 16; do
	ok "Asterisk $v starts, and a carrier" ast_start "$v"
	watch "$AMI_PORT" >"$TMP/watch$v" 2>&1 &
	echo "$PBX" >"$TMP/pbx$v"
	run "$AMI_PORT" "$TMP/got$v" &
	echo $! >"$TMP/pid$v"
done
for v in 22 16; do
	pbx=$(cat "$TMP/pbx$v")
	ok "$v: all calls ended" wait "$(cat "$TMP/pid$v")"
	while IFS=$TAB read -r name want; do
		is "$(sed -n "s/^$name$TAB//p" "$TMP/got$v")" "$want" "$v: $name"
	done <"$TMP/want"
	like "$("$LAB" cli "$pbx" 'core show function SHELL')" 'SHELL\(' \
	    "$v: there was a SHELL() to be called"
	like "$("$LAB" cli "$pbx" 'core show channels count')" \
	    '^0 active channels' "$v: no channel is left"
	for a in command config dialplan app old; do
		ok "$v: AMI refuses $a" seen "Error $a"
	done
	for e in FullyBooted 'StatusComplete status' 'OriginateResponse .*' \
	    'Newstate ' 'DialBegin ' 'DialEnd ' 'UserEvent ' 'DTMFEnd ' \
	    'AgentConnect ' 'QueueCallerAbandon ' 'Hangup '; do
		ok "$v: AMI sends ${e%% *}" seen "event ${e% } *"
	done
	is "$(sed -n 's/^event \(HangupRequest\|Newchannel\|Bridge.*\|Newexten\|VarSet\) .*/\1/p' \
	    "$TMP/watch$v" | sort -u)" '' "$v: and not what is not wanted"
done
is "$(cat "$PWN" 2>/dev/null)" '' 'no value was evaluated'
is "$(cat "$TMP/bad" 2>/dev/null)" '' 'every context is one'
is "$(grep -c . "$TMP/got22")" "$(grep -c . "$TMP/calls")" 'a line for each call'
is "$(ast_truth | grep -c '^13055500920,12025550100,1,[0-9.]*,0,9,[0-9.]*$')" 4 \
    'the carrier recorded the keys it pressed'

# The trunk goes away, then the switch
"$LAB" kill "$CARRIER"
for v in 22 16; do
	ok "$v: AMI reports the lost trunk" \
	    wait_for 15 seen 'event ContactStatus Unreachable'
	"$LAB" down "$(cat "$TMP/pbx$v")"
	ok "$v: AMI reports the end" wait_for 5 seen 'event Shutdown '
done
done_testing
