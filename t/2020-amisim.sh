#!/bin/sh
# The simulated Asterisk: sessions, one call of each kind, Status, restart,
# its records, its lies; and the tools that stand around it.
. t/lib.sh
need perl perl -MTest::More -MDigest::MD5 -MIO::Socket::INET -e 1
AMISIM=${AMISIM:-$B/discador-job amisim}
PIDS=
# shellcheck disable=SC2016
at_exit 'kill $PIDS 2>/dev/null; wait'

# start NAME ARGS...: sets P_NAME to the port
start() {
	T_name=$1; shift
	# shellcheck disable=SC2086
	$AMISIM --port 0 "$@" >"$TMP/$T_name.out" 2>"$TMP/$T_name.err" &
	PIDS="$PIDS $!"; eval "PID_$T_name=$!"
	wait_for 5 grep -q '^port ' "$TMP/$T_name.out" ||
		{ echo "Bail out! amisim: $(cat "$TMP/$T_name.err")"; exit 1; }
	eval "P_$T_name=$(sed -n 's/^port //p' "$TMP/$T_name.out")"
}
start a --user u --secret s --speed 10 --truth "$TMP/truth" --outcomes "$TMP/outcomes"
start lie --speed 10 --lie split,reorder,dup,late=50 --outcomes "$TMP/lied"
start queue --speed 10 --speech --timestamps --lie delay=700
start slow --mode instant --write-timeout 200 --stats "$TMP/slow.json"
"$B"/t/tools/amicut 0 "$P_a" --cut-after-bytes 300 --direction down --cuts 3 \
	>"$TMP/cut.out" &
PIDS="$PIDS $!"
wait_for 5 grep -q '^port ' "$TMP/cut.out"

export P_a P_lie P_queue P_slow PID_a PID_slow TMP B
P_cut=$(sed -n 's/^port //p' "$TMP/cut.out"); export P_cut
cat >"$TMP/client.pl" <<'E_PERL'
use strict; use warnings;
use Test::More;
use IO::Socket::INET; use IO::Select; use Digest::MD5 'md5_hex';
use Time::HiRes qw(time sleep);
my %E = %ENV;
$SIG{PIPE} = 'IGNORE';

# A session: [socket, unread bytes].
sub dial_in {
	my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$_[0]") or return;
	my $c = { s => $s, b => '' };
	$c->{banner} = line($c);
	return $c;
}
sub more {
	my ($c, $end) = @_;
	my $left = $end - time;
	return 0 if $left <= 0 || !IO::Select->new($c->{s})->can_read($left);
	return sysread($c->{s}, $c->{b}, 65536, length $c->{b}) ? 1 : 0;
}
sub line {
	my ($c) = @_;
	my $end = time + 5;
	while ($c->{b} !~ /\r\n/) { more($c, $end) or return }
	$c->{b} =~ s/^(.*?)\r\n//s;
	return $1;
}
# The next message as { FIRST => name of its first header, Header => value }.
sub message {
	my ($c, $wait) = @_;
	my $end = time + ($wait // 5);
	while ($c->{b} !~ /\r\n\r\n/) { more($c, $end) or return }
	$c->{b} =~ s/^(.*?)\r\n\r\n//s;
	my %m;
	for (split /\r\n/, $1) {
		my ($k, $v) = /^([^:]+): (.*)$/ or do { $m{BAD} = $_; next };
		$m{FIRST} //= $k;
		$m{$k} = $v;
	}
	return \%m;
}
sub put { my $c = shift; syswrite $c->{s}, join('', map { "$_\r\n" } @_) . "\r\n" }
# Send an action, return its response; events before it are kept in {events}.
my $n = 0;
sub ask {
	my $c = shift;
	my $id = 'q' . ++$n;
	put($c, @_, "ActionID: $id");
	return answer($c, $id);
}
sub answer {
	my ($c, $id) = @_;
	while (my $m = message($c)) {
		return $m if $m->{FIRST} eq 'Response' && ($m->{ActionID} // '') eq $id;
		push @{ $c->{events} }, $m;
	}
	return {};
}
sub login {
	my $c = dial_in($_[0]) or return;
	$c->{login} = ask($c, 'Action: Login', 'Username: u', 'Secret: s', 'Events: on');
	$c->{boot} = message($c);
	return $c;
}
# What `context states` calls detect ask connect out bye bare
my @vars = ('DSC_0=detect', 'DSC_0_N=detect', 'DSC_0_Xh=1', 'DSC_0_Xm=5', 'DSC_0_Xu=1',
	'DSC_1=menu', 'DSC_1_N=ask', 'DSC_1_P="press,1"', 'DSC_1_T=10', 'DSC_1_R=0',
	'DSC_1_K1=2', 'DSC_1_K9=3', 'DSC_1_K0=r', 'DSC_1_Xt=4',
	'DSC_2=connect', 'DSC_2_N=connect', 'DSC_2_D=queue:sales', 'DSC_2_G=20',
	'DSC_3=optout', 'DSC_3_N=out', 'DSC_3_P=bye', 'DSC_4=hangup', 'DSC_4_N=bye',
	'DSC_4_P=bye', 'DSC_5=hangup', 'DSC_5_N=bare');
sub originate {
	my ($id, $number, @more) = @_;
	return ('Action: Originate', "Channel: PJSIP/$number\@carrier",
		'Context: discador', 'Exten: flow', 'Priority: 1', 'Timeout: 20000',
		'CallerID: "Council" <0201112222>', 'Async: true', "ChannelId: $id",
		"Variable: DSC_CALL=$id," . join(',', @vars), @more);
}
# Read until each id has had its Hangup and OriginateResponse.
sub collect {
	my ($c, $wait, @ids) = @_;
	my (%ev, %open) = ();
	$open{"$_ Hangup"} = $open{"$_ OriginateResponse"} = 1 for @ids;
	my $end = time + $wait;
	my @seen = @{ delete $c->{events} // [] };
	while (%open && time < $end) {
		my $m = shift @seen // message($c, $end - time) or last;
		next unless ($m->{FIRST} // '') eq 'Event';
		my $id = $m->{DestUniqueid} // $m->{Uniqueid} // '';
		$id = $m->{Uniqueid} if defined $m->{Uniqueid};
		push @{ $ev{$id} }, $m;
		delete $open{"$id $m->{Event}"};
	}
	return (\%ev, scalar keys %open);
}

### sessions
my $c = dial_in($E{P_a});
is($c->{banner}, 'Asterisk Call Manager/11.0.0', 'banner');
is(ask($c, 'Action: Ping')->{Message}, 'Permission denied', 'Ping before login');
my $r = ask($c, 'Action: Challenge', 'AuthType: MD5');
$r = ask($c, 'Action: Login', 'AuthType: MD5', 'Username: u',
	'Key: ' . md5_hex($r->{Challenge} . 's'));
is($r->{Message}, 'Authentication accepted', 'MD5 login');
$r = message($c);
is($r->{Event}, 'FullyBooted', 'FullyBooted');
like($r->{Uptime}, qr/^[0-9]+$/, 'with Uptime');
is(ask($c, 'Action: Ping')->{Ping}, 'Pong', 'Ping');
is(ask($c, 'Action: Filter', 'Operation: Add', 'Filter: x')->{Response}, 'Success', 'Filter');
is(ask($c, 'Action: Events', 'EventMask: call,nonsense')->{Events}, 'Off', 'an unknown class turns events off');
is(ask($c, 'Action: CoreStatus')->{CoreCurrentCalls}, 0, 'CoreStatus');
is(ask($c, 'Action: Nonsense')->{Response}, 'Error', 'unknown action');
is(ask($c, 'Action: Logoff')->{Response}, 'Goodbye', 'Logoff');
is(sysread($c->{s}, my $x, 1), 0, 'and the end');

my $w = dial_in($E{P_a});
my $t0 = time;
$r = ask($w, 'Action: Login', 'Username: u', 'Secret: wrong');
is($r->{Message}, 'Authentication failed', 'wrong secret');
cmp_ok(time - $t0, '>=', 0.9, 'after a second');
is(sysread($w->{s}, $x, 1), 0, 'then closed');

### one call of each kind
$c = login($E{P_a});
my %want = ( # number => [state 5, state 6, Reason, DialStatus, Cause, TechCause, stages]
	'555001001140' => [1, 1, 4, 'ANSWER', 16, '', 'up amd playing key connect left hangup'],
	'555001001940' => [1, 1, 4, 'ANSWER', 16, '', 'up amd playing key optout goodbye hangup'],
	'555001000000' => [0, 1, 4, 'ANSWER', 16, '', 'up amd playing wait timeout goodbye hangup'],
	'555001011000' => [1, 1, 4, 'ANSWER', 16, '', 'up amd machine hangup'],
	'555001021000' => [1, 0, 0, 'BUSY', 17, 486, ''],
	'555001030000' => [1, 0, 3, '', 19, 480, ''],
	'555001040000' => [0, 0, 0, 'CONGESTION', 34, 503, ''],
	'555001050000' => [0, 0, 0, 'NOANSWER', 1, 404, ''],
	'555001061000' => [1, 0, 0, 'NOANSWER', 21, 403, ''],
	'555001071000' => [1, 1, 4, 'ANSWER', 16, '', 'up amd machine hangup'],
	'555001080000' => [0, 0, 0, 'NOANSWER', 1, 404, ''],
	'555001091000' => [1, 1, 4, 'ANSWER', 16, '', 'up hangup'],
	'123456' => [0, 0, 0, 'NOANSWER', 28, 484, ''],
);
my @numbers = sort keys %want;
for my $num (@numbers) {
	$r = ask($c, originate("c-$num", $num));
	is($r->{Message}, 'Originate successfully queued', "originate $num");
}
my ($ev, $open) = collect($c, 15, map { "c-$_" } @numbers);
is($open, 0, 'all calls ended');
for my $num (@numbers) {
	my ($w, $bad) = ($want{$num}, '');
	my @e = @{ $ev->{"c-$num"} };
	my %by; push @{ $by{ $_->{Event} } }, $_ for @e;
	my @state = map { $_->{ChannelState} } @{ $by{Newstate} // [] };
	my ($end) = grep { !exists $_->{Uniqueid} } @{ $by{DialEnd} // [] };
	my $hang = $by{Hangup}[0];
	my $got = [
		0 + grep({ $_ == 5 } @state), 0 + grep({ $_ == 6 } @state),
		$by{OriginateResponse}[0]{Reason}, $end ? $end->{DialStatus} : '',
		$hang->{Cause}, $hang->{TechCause} // '',
		join(' ', map { $_->{Stage} } grep { $_->{UserEvent} eq 'Discador' && $_->{Call} eq "c-$num" } @{ $by{UserEvent} // [] }),
	];
	is_deeply($got, $w, "$num: events");
	is(scalar @{ $by{Hangup} }, 1, "$num: one Hangup");
	is(scalar grep({ exists $_->{BAD} } @e), 0, "$num: well formed");
}
my @q = @{ $ev->{'c-555001001140'} };
is(join(' ', map { $_->{Event} } grep { $_->{Event} =~ /Queue|Agent|DTMF/ } @q),
	'DTMFEnd QueueCallerJoin QueueCallerLeave AgentConnect AgentComplete', 'queue and agent');
my ($h) = grep { $_->{Event} eq 'Hangup' } @q;
is(join(' ', map { $h->{$_} // 'no' } qw(CallerIDNum CallerIDName ConnectedLineNum Language
	AccountCode Context Exten Linkedid Cause-txt)),
	'0201112222 Council 0201112222 en  discador h c-555001001140 Normal Clearing', 'channel block');

my @stages = grep { ($_->{UserEvent} // '') eq 'Discador' } @q;
is(join(' ', map { "$_->{Stage}:" . ($_->{State} // '') } @stages),
	'up: amd: playing:ask key:ask connect:connect left:connect hangup:', 'each stage names its state');
ok(!exists $stages[-1]{Answers}, 'nothing was asked: no answers');

### a survey, in two variable headers as an engine sends it
ask($c, grep(!/^Variable/, originate('survey', '555001000480')),
	'Variable: DSC_CALL=survey,DSC_0=question,DSC_0_N=how,DSC_0_P=how,DSC_0_T=2,DSC_0_R=0,DSC_0_Y=12345,DSC_0_X=1',
	'Variable: DSC_1=hangup,DSC_1_N=thanks,DSC_1_O=1');
($ev, $open) = collect($c, 10, 'survey');
@stages = grep { ($_->{UserEvent} // '') eq 'Discador' } @{ $ev->{survey} };
is(join(' ', map { "$_->{Stage}=" . ($_->{Key} // '') . ($_->{Text} // '') } @stages),
	'up= playing= wait= key=4 answer=4 goal= hangup=4goal', 'a survey');
is($stages[-1]{Answers}, 'how=4', 'and the last report has the answers');

### what is refused
is(ask($c, originate('e1', '1'), 'X: y')->{Response}, 'Success', 'a short number is dialled');
is(ask($c, 'Action: Originate', 'Context: d', 'Exten: s')->{Message}, 'Channel not specified', 'no channel');
is(ask($c, 'Action: Originate', 'Channel: PJSIP', 'Context: d', 'Exten: s')->{Message}, 'Invalid channel', 'no slash');
is(ask($c, 'Action: Originate', 'Channel: PJSIP/1@c')->{Message}, 'Extension does not exist.', 'no extension');
is(ask($c, grep(!/^Exten/, originate('old', '555001001140')), "Exten: $_")->{Message}, 'Extension does not exist.', "not to exten $_")
	for qw(s menu);
is(ask($c, 'Action: Originate', 'Channel: PJSIP/1@c', 'Exten: s', 'Context: d', 'ChannelId: ' . 'x' x 150)->{Response}, 'Error', 'ChannelId of 150');
$r = ask($c, 'Action: Originate', 'Channel: FOO/123', 'Context: d', 'Exten: s', 'ChannelId: foo', 'Async: true');
my ($or) = grep { $_->{Event} eq 'OriginateResponse' && $_->{Uniqueid} eq 'foo' }
	(@{ delete $c->{events} // [] }, $r->{Response} ? message($c) : ());
is($or->{Response}, 'Failure', 'no such technology: Failure');
syswrite $c->{s}, 'Action: Ping' . "\r\n" . 'X: ' . 'y' x 1025 . "\r\n\r\n";
is(message($c)->{Message}, 'Failed to parse message: line too long', 'line too long');
is(ask($c, 'Action: Ping')->{Ping}, 'Pong', 'and the session lives');
syswrite $c->{s}, "action:ping\nactionid:lf\n\n";
is(answer($c, 'lf')->{Ping}, 'Pong', 'bare LF, no space, lower case');

### a recogniser: one has it
sub recogniser {
	my ($c, $ref) = @_;
	put($c, 'Action: Originate', 'Channel: Local/hold@discador-check/n', 'Context: discador-check',
		'Exten: s', 'Priority: 1', 'Async: true', "Variable: DSC_CALL=$ref,DSC_CHECK=speech");
	while (my $m = message($c)) {
		return $m->{Text} if ($m->{Stage} // '') eq 'prompt' && $m->{Call} eq $ref;
	}
}
is(recogniser($c, 'asr1'), 'missing', 'no recogniser');
is(recogniser(login($E{P_queue}), 'asr2'), 'present', 'and one');

### Status, duplicate, Hangup
ask($c, originate('live', '555001030000'));
sub rings { my ($rings, $m) = 0;
	put($c, 'Action: Status', 'ActionID: rings');
	while ($m = message($c)) { # 5: ringing
		$rings = 1 if ($m->{Event} // '') eq 'Status' && $m->{Uniqueid} eq 'live' && $m->{ChannelState} == 5;
		last if ($m->{Event} // '') eq 'StatusComplete';
	}
	return $rings;
}
my $end = time + 5;
until (rings() || time > $end) { sleep 0.02 }
$r = ask($c, originate('live', '555001030000'));
is($r->{Response}, 'Success', 'duplicate ChannelId: queued');
put($c, 'Action: Status', 'ActionID: st');
my (@chan, $dup);
while (my $m = message($c)) {
	push @chan, $m if ($m->{Event} // '') eq 'Status';
	$dup = $m if ($m->{Event} // '') eq 'OriginateResponse' && $m->{Uniqueid} eq 'live';
	last if ($m->{Event} // '') eq 'StatusComplete';
}
$dup //= (grep { $_->{Event} eq 'OriginateResponse' && $_->{Uniqueid} eq 'live' } @{ $c->{events} })[0];
is($dup->{Response}, 'Failure', 'and then Failure, without a Hangup');
is_deeply([map { "$_->{Uniqueid} $_->{ChannelState} $_->{ActionID}" } @chan], ['live 5 st'], 'Status lists the first, ringing');
is(ask($c, 'Action: Hangup', 'Channel: live', 'Cause: 16')->{Message}, 'Channel Hungup', 'Hangup');
($ev) = collect($c, 5, 'live');
is($ev->{live}[-1] && (grep { $_->{Event} eq 'Hangup' } @{ $ev->{live} })[0]{Cause}, 16, 'its Hangup');
is(ask($c, 'Action: Hangup', 'Channel: live')->{Message}, 'No such channel', 'once only');

### not async: the session waits, others do not
my $d = login($E{P_a});
put($d, grep(!/Async/, originate('sync', '555001021000')), 'ActionID: sync');
put($d, 'Action: Ping', 'ActionID: behind');
is(ask($c, 'Action: Ping')->{Ping}, 'Pong', 'others go on');
$r = answer($d, 'sync');
is($r->{Response}, 'Error', 'a blocking Originate tells the end');
is(answer($d, 'behind')->{Ping}, 'Pong', 'and what waited behind it is done');

### restart and refusal
ask($c, originate('gone', '555001000000'));
ask($c, originate('ring', '555001030000'));
kill 'USR1', $E{PID_a};
my $eof = 0;
while (1) { $c->{b} = ''; my $end = time + 5; last if time > $end; more($c, $end) or do { $eof = 1; last } }
ok($eof, 'restart: the connection is closed');
ok(!dial_in($E{P_a}), 'and nobody listens');
$end = time + 6;
my $again;
until (($again = login($E{P_a})) || time > $end) { sleep 0.05 }
ok($again, 'it listens again');
cmp_ok($again->{boot}{Uptime}, '<=', 1, 'with a new Uptime');
put($again, 'Action: Status', 'ActionID: st');
my $list;
while (my $m = message($again)) { $list = $m, last if ($m->{Event} // '') eq 'StatusComplete' }
is($list->{ListItems}, 0, 'all calls are gone');
kill 'USR2', $E{PID_a};
$end = time + 5;
my $refused;
until ($refused || time > $end) { my $f = dial_in($E{P_a}); $refused = !$f || !defined $f->{banner}; sleep 0.02 }
ok($refused, 'SIGUSR2: refused');
kill 'USR2', $E{PID_a};
$end = time + 5;
until (($again = login($E{P_a})) && ($again->{login}{Response} // '') eq 'Success' || time > $end) { sleep 0.02 }
is($again->{login}{Response}, 'Success', 'and let in again');

### the records
sub rows { open my $f, '<', "$E{TMP}/$_[0]" or die; map { chomp; [split /,/, $_, -1] } <$f> }
my @truth = rows('truth');
my %times; $times{ $_->[0] }++ for @truth;
is_deeply([map { $times{"c-$_"} } @numbers], [map { 1 } @numbers], 'truth: each originate once');
is($times{live}, 2, 'truth: the duplicate too');
is(scalar grep({ @$_ != 4 || $_->[3] !~ /^[0-9]+$/ } @truth), 0, 'truth: four columns');
my %out = map { $_->[0] => $_ } rows('outcomes');
is(join(' ', @{ $out{'c-555001001140'} }[1 .. 6, 8]), '555001001140 0201112222 connected 16 1 1 1', 'outcome: connected');
is(join(' ', map { $out{"c-$_"}[3] } @numbers),
	'invalid_number answered_no_key connected opted_out machine busy no_answer congestion invalid_number rejected machine invalid_number answered_no_key', 'outcomes');
is(join(' ', map { "$out{$_}[3] $out{$_}[8]" } 'gone', 'ring'), 'answered_no_key 0 cancelled 0', 'those of the restart were not reported');

### late, in their order, with the time they were made at
my $held = login($E{P_queue});
ask($held, originate('late', '555001020000'));
my ($was, $lags, $n_late) = (0, '', 0);
while (my $m = message($held, 5)) {
	my $lag = time - ($m->{Timestamp} // last);
	$lags .= sprintf ' %.3f', $lag if $lag < 0.69 || $lag > 5;
	$lags .= ' overtaken' if $m->{Timestamp} < $was;
	$was = $m->{Timestamp};
	$n_late++;
	last if $m->{Event} eq 'Hangup';
}
cmp_ok($n_late, '>=', 3, 'delayed events arrive');
is($lags, '', 'each 700 ms after it was made, none before an older one');
ok(!exists $h->{Timestamp}, 'no Timestamp unless asked for');

### lies
my $l = login($E{P_lie});
my %copies;
ask($l, originate("l$_", sprintf '555%03d%d1140', $_, $_ % 3 ? 0 : 2)) for 1 .. 40;
my ($lev, $lopen) = collect($l, 10, map { "l$_" } 1 .. 40);
is($lopen, 0, 'lies: everything arrives');
my $disorder = 0;
for my $id (keys %$lev) {
	my @names = map { $_->{Event} } @{ $lev->{$id} };
	$copies{$_}++ for map { join '|', %$_{sort keys %$_} } @{ $lev->{$id} };
	$disorder++ if $names[0] ne 'DialBegin';
}
cmp_ok($disorder, '>', 0, 'lies: not in order');
cmp_ok(scalar grep({ $_ > 1 } values %copies), '>', 0, 'lies: some twice');

### who does not read is dropped
my $s = login($E{P_slow});
my $reader = login($E{P_slow});
put($reader, 'Action: Events', 'EventMask: off');
my $flood = join('', map { join("\r\n", originate("f$_", '555001000140')) . "\r\n\r\n" } 1 .. 2000);
for (1 .. 2) { print { $reader->{s} } $flood; ask($reader, 'Action: Ping') }
$reader->{s}->flush;
# until the server has closed its end of it; ours hears nothing of that, for
# what it did not read lies before
sub open_still { my $port = sprintf ':%04X', $s->{s}->sockport;
	open my $t, '<', '/proc/net/tcp' or die; # 01: established
	return scalar grep { (split)[2] =~ /$port$/ && (split)[3] eq '01' } <$t>;
}
$end = time + 10;
until (!open_still() || time > $end) { sleep 0.02 }
ok(!open_still(), 'slow reader: its connection is closed');
is(ask($reader, 'Action: Ping')->{Ping}, 'Pong', 'slow reader: others are served');
kill 'TERM', $E{PID_slow};
$end = time + 5;
until (-s "$E{TMP}/slow.json" || time > $end) { sleep 0.02 }
open my $js, '<', "$E{TMP}/slow.json" or die; my $json = <$js>;
like($json, qr/"dropped":1\b/, 'slow reader: dropped');
like($json, qr/"originates":4000\b/, 'slow reader: nothing lost for the others');

### the cutting proxy
my $cut = dial_in($E{P_cut});
put($cut, 'Action: Login', 'Username: u', 'Secret: s');
put($cut, 'Action: Ping') for 1 .. 20;
my $got = length($cut->{banner}) + 2;
$got += length $cut->{b}; $cut->{b} = '';
while (sysread $cut->{s}, $x, 4096) { $got += length $x }
is($got, 300, 'amicut: exactly 300 bytes arrive');

done_testing();
E_PERL
perl "$TMP/client.pl"; rc=$?
grep -q '^cut 1 connection 1 up [0-9]* down 300 ' "$TMP/cut.out" || { echo "# no cut logged"; rc=1; }
# shellcheck disable=SC2154
kill "$PID_a"
wait "$PID_a" || { echo "# amisim ended with $?"; rc=1; }
cat "$TMP"/*.err >"$TMP/err"
[ ! -s "$TMP/err" ] || { sed 's/^/# /' "$TMP/err"; rc=1; }
exit $rc
