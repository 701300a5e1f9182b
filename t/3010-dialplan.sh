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
PWN=$TMP/pwned
TAB=$(printf '\t')

# call NAME NUMBER|CHANNEL 'EXPECTED STAGES' [VAR=VALUE...]
call() {
	c_name=$1 c_chan=$2
	case $2 in */*) ;; *) c_chan=PJSIP/$2@carrier ;; esac
	printf '%s\t%s\n' "$1" "$3" >>"$TMP/want"
	shift 3
	{
		printf '%s' "$c_name$TAB$c_chan"
		printf '\t%s' DSC_CONNECT_KEY=1 DSC_DISCONNECT_KEY=9 \
			DSC_REPEAT_KEY=0 DSC_TIMEOUT=2 DSC_RETRIES=0 \
			DSC_AMD=0 DSC_RING=10 "$@"
		echo
	} >>"$TMP/calls"
}
LONG=DSC_PROMPT=$S/prompt # 8.7 s
SHORT=DSC_PROMPT=$S/hello # 0.8 s
BYE=DSC_PROMPT_GOODBYE=$S/bye
QUEUE=DSC_DEST=queue:sales
EXTEN=DSC_DEST=exten:agent@lab-agents
MX=DSC_CONNECT_KEY=3
# The last report: how far the call came
END='hangup=none/16/200 end=16'
CONN='hangup=connected/16/200 end=16'
WENT='hangup=connect/16/200 end=16'
OUT='hangup=optout/16/200 end=16'
MACH='hangup=machine/16/200 end=16'

# A key: in the prompt, after it, with AMD before it
call connect 13055500120 "up playing key=1 connect=1 agent left=SERVED $CONN" "$LONG" $QUEUE
call connect-amd 13055501140 "up amd=HUMAN playing key=1 connect=1 agent left=SERVED $CONN" DSC_AMD=1 "$LONG" $QUEUE
call connect-wait 13055500120 "up playing wait key=1 connect=1 agent left=SERVED $CONN" "$SHORT" $QUEUE DSC_TIMEOUT=4
call connect-said 13055500120 "up playing key=1 connect=1 connected left=ANSWER $CONN" "$LONG" $EXTEN "DSC_PROMPT_CONNECT=$S/hello"
call connect-no-prompt 13055500110 "up playing wait key=1 connect=1 connected left=ANSWER $CONN" $EXTEN DSC_TIMEOUT=4
call mexico-3 13055500320 "up playing key=3 connect=3 agent left=SERVED $CONN" "$LONG" $QUEUE $MX
call mexico-1 13055500120 "up playing key=1 invalid=1 timeout goodbye $END" "$LONG" $QUEUE $MX "$BYE"
call mexico-1-again 13055500110 "up playing wait key=1 invalid=1 playing wait timeout $END" "$SHORT" $QUEUE $MX DSC_RETRIES=1
call optout 13055500920 "up playing key=9 optout=9 goodbye $OUT" "$LONG" "$BYE"
call optout-runs 13055500911 "up playing key=9 optout=9 goodbye $OUT" "$LONG" "DSC_PROMPT_GOODBYE=$S/prompt"
call optout-silent 13055500920 "up playing key=9 optout=9 $OUT" "$LONG"
call repeat 13055500020 "up playing key=0 repeat=0 playing wait timeout $END" "$LONG"
Z='key=0 repeat=0 playing wait'
call repeat-bounded Local/zeros@lab-callees "up playing wait $Z $Z $Z $Z $Z key=0 invalid=0 timeout hangup=none/16/ end=16" "$SHORT"
call no-key 13055500000 "up playing wait timeout $END" "$SHORT"
call no-key-twice 13055500000 "up playing wait playing wait timeout goodbye $END" "$SHORT" DSC_RETRIES=1 "$BYE"
call no-key-default 13055500000 "up playing wait timeout $END" "$SHORT" DSC_TIMEOUT= DSC_RETRIES= DSC_AMD=
call hangs-up 13055500001 "up playing $END" "$LONG"
call drops 13055590000 "up playing $END" "$LONG"

# Machines and silence
call machine 13055510000 "up amd=MACHINE machine=hangup $MACH" DSC_AMD=1 "$LONG" DSC_ON_MACHINE=hangup
call machine-default 13055510000 "up amd=MACHINE machine=hangup $MACH" DSC_AMD=1 "$LONG"
call machine-prompt 13055510000 "up amd=MACHINE machine=prompt playing wait timeout $MACH" DSC_AMD=1 "$SHORT" DSC_ON_MACHINE=prompt
call machine-message 13055510000 "up amd=MACHINE machine=message machine=voicemail machine=delivered $MACH" DSC_AMD=1 "$LONG" DSC_ON_MACHINE=message "DSC_PROMPT_MACHINE=$S/bye"
call machine-no-message 13055510000 "up amd=MACHINE machine=message machine=voicemail machine=failed $MACH" DSC_AMD=1 "$LONG" DSC_ON_MACHINE=message "DSC_PROMPT_MACHINE=/nowhere/x"
call silent 13055570000 "up playing wait timeout $END" "$SHORT"
call silent-amd 13055570000 "up amd=MACHINE machine=hangup $MACH" "$SHORT" DSC_AMD=1

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
call dial 13055500120 "$K connected left=ANSWER $CONN" "$LONG" DSC_DEST=dial:PJSIP/13055590000@carrier
call dial-rings 13055500120 "$K left=NOANSWER $WENT" "$LONG" DSC_DEST=dial:PJSIP/13055530000@carrier DSC_RING=2
call exten-busy 13055500120 "$K left=BUSY $WENT" "$LONG" DSC_DEST=exten:busy@lab-agents
call exten-unknown 13055500120 "$K left=CHANUNAVAIL $WENT" "$LONG" DSC_DEST=exten:nobody@lab-agents
call exten-hangs-up 13055500121 "$K left=CANCEL $WENT" "$LONG" DSC_DEST=exten:deaf@lab-agents
call queue-empty 13055500120 "$K left=JOINEMPTY $WENT" "$LONG" DSC_DEST=queue:empty
call queue-unknown 13055500120 "$K left=UNKNOWN $WENT" "$LONG" DSC_DEST=queue:nobody
call queue-timeout 13055500120 "$K left=TIMEOUT $WENT" "$LONG" DSC_DEST=queue:deaf DSC_RING=2
call queue-hangs-up 13055500121 "$K left=ABANDON $WENT" "$LONG" DSC_DEST=queue:deaf

# Values that would be code, were they evaluated
BAD="$K left=BADDEST $WENT"
NOPROMPT="up playing wait timeout $END"
n=0
for v in '${SHELL(touch PWN)}' 'SHELL(touch PWN)' '"|SHELL(touch PWN)|"' \
	'x)}${SHELL(touch PWN)}' 'x),System(touch PWN)' '$[SHELL(touch PWN)]' \
	'sales,c,,,9,,,PWN' 'sales"&"x' '\${SHELL(touch PWN)}'; do
	n=$((n + 1))
	v=$(printf '%s\n' "$v" | sed "s#PWN#$PWN#")
	call "dest-$n" 13055500120 "$BAD" "$LONG" "DSC_DEST=$v"
	call "queue-$n" 13055500120 "$BAD" "$LONG" "DSC_DEST=queue:$v"
	call "dial-$n" 13055500120 "$BAD" "$LONG" "DSC_DEST=dial:Local/$v"
	call "sound-$n" 13055500000 "$NOPROMPT" "DSC_PROMPT=$v" "DSC_RETRIES=$(
	    printf '%s' "$v" | tr -d 0-9)" "DSC_ON_MACHINE=$v" "DSC_AMD=$(
	    printf '%s' "$v" | tr -d 0-9)" "DSC_REPEAT_KEY=$v" "DSC_CONNECT_KEY=$v"
done
call two-channels 13055500120 "$BAD" "$LONG" 'DSC_DEST=dial:Local/agent@lab-agents&Local/busy@lab-agents'
call no-dest 13055500120 "$BAD" "$LONG"
call app-dest 13055500120 "$BAD" "$LONG" 'DSC_DEST=System:id'
call queue-nothing 13055500120 "$BAD" "$LONG" DSC_DEST=queue:

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
		    "Data: touch $ARGV[1]", "", "");
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
		}' "$1" "$PWN"
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
	for a in command config dialplan app; do
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
ok 'no value was evaluated' test ! -e "$PWN"
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
