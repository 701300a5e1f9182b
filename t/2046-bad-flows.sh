#!/bin/sh
# Flows that cannot be gone on with: a dialplan that gives them up is logged, a
# line a minute and not one a call; a context that makes no sense, which only
# somebody else's hand can have put into the table, calls nobody, says why, and
# is mended while the engine runs.
# shellcheck disable=SC2016
. t/lib.sh
. t/lib-engine.sh
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
# Between the two: whoever waits for a key is given up instead.
perl -MIO::Socket::INET -MIO::Select -e '
	my $l = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 5) or die;
	$| = 1; print "port ", $l->sockport, "\n";
	while (my $a = $l->accept) {
		my $b = IO::Socket::INET->new("127.0.0.1:$ARGV[0]") or next;
		my ($s, $rest) = (IO::Select->new($a, $b), "");
		GO: while (my @r = $s->can_read) { for my $h (@r) {
			sysread($h, my $d, 65536) or last GO;
			if ($h == $a) { syswrite($b, $d); next }
			($d, $rest) = ($rest . $d, "");
			$d =~ s/([^\n]*)\z// and $rest = $1;
			my $x = "\xc2\x9b31m" . "x" x 5000;
			$d =~ s/^Stage: wait\r$/Stage: bad\r\nText: more than 100 states $x\r/mg;
			syswrite($a, $d) if length $d;
		} }
	}' "$SIM_PORT" >"$ENG/proxy" 2>&1 &
PROXY=$!
at_exit "kill $PROXY 2>/dev/null"
ok 'and somebody between' wait_for 10 grep -q '^port ' "$ENG/proxy"
eng_conf "$(awk '/^port /{ print $2 }' "$ENG/proxy")" 30.0
ok 'the engine starts' eng_start
cat >"$ENG/a.conf" <<'X'
countries = (
  { name = "usa"; region = "US"; did_daily_cap = 100; cap_group = "nanp";
    cap_zone = "America/New_York"; call_from = "00:00"; call_to = "24:00";
    weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; connect_key = "1"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; } );
profiles = ( { name = "flat"; max_cps = 30.0; auto_adjust_cps = false; } );
campaigns = ( { name = "c1"; trunks = [ "t1" ]; profile = "flat";
    max_attempts = 1; retry = { congestion = 0; failed = 0; }; dial_timeout = 5; } );
X
ok 'apply' d apply "$ENG/a.conf"
perl -e 'printf "+1305555%04d\n", $_ for 1000..1019' >"$ENG/dids.txt"
ok 'caller IDs' d import dids "$ENG/dids.txt"
numbers 60 1212 01001 >"$ENG/a.txt" # a person who presses nothing
ok 'contacts' d import contacts "$ENG/a.txt" --campaign c1 --country usa
ok 'campaign start' d campaign start c1
ok 'it finishes' wait_for 60 camp_is c1 finished
ok 'no call is left' wait_for 20 quiet
said() { grep -c "$1" "$ENG/d.log"; }
is "$(said 'gave up the context of call .*: more than 100 states')" 1 'one line of 60 calls'
is "$(said 'more than 100 states .*; is its extensions_discador.conf of this version?$')" 1 'what to look at is in it, whatever the switch says'
is "$(LC_ALL=C grep -c "$(printf '\302\233')" "$ENG/d.log")" 0 'and nothing that a terminal obeys'
is "$(q "select count(*) || ' ' || count(*) filter (where disposition = 'answered_no_key') from call")" '60 60' 'each of them has its end'

# by hand, past all checks
q "update dtmf_context set states = '{ask menu prompt=ask 1>nowhere}' where name = 'usa'" >/dev/null
numbers 10 1213 01001 >"$ENG/b.txt"
sed -i 's/max_cps = 30.0; auto/max_cps = 29.0; auto/' "$ENG/a.conf"
grep -v '^contexts' "$ENG/a.conf" >"$ENG/b.conf"
ok 'everything is read again' d apply "$ENG/b.conf"
ok 'more contacts' d import contacts "$ENG/b.txt" --campaign c1 --country usa
ok 'they wait' wait_for 20 camp_is c1 waiting
like "$(camp c1 why)" 'context usa cannot be used.*nowhere' 'and it says why'
like "$(d why campaign c1)" 'context.*nowhere' 'so does why'
ok 'the log has it' grep -q 'context usa cannot be used' "$ENG/d.log"
is "$(q 'select count(*) from call')" 60 'nobody was called'
q "update dtmf_context set states = '{}' where name = 'usa'" >/dev/null
sed -i 's/max_cps = 29.0; auto/max_cps = 28.0; auto/' "$ENG/b.conf"
ok 'and read' d apply "$ENG/b.conf"
ok 'they are called' wait_for 60 camp_is c1 finished
is "$(q "select count(*) || ' ' || min(context_version) || ' ' || max(context_version) from call")" '70 1 3' 'with the version of then'
ok 'a clean stop' eng_stop
done_testing
