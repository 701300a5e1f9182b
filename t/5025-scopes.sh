#!/bin/sh
# Users who are limited to campaigns, with the OpenSSH client on a real engine
# that dials two: what they see and steer of one, and that no verb and no pane
# tells them of the other: not its name, trunk, profile, context or numbers.
. t/lib.sh
. t/lib-tui.sh
. t/lib-engine.sh
. t/lib-ssh.sh

# what they must never read: all that is the other campaign's has this in it
HIDDEN='[zZ][qQ]|1718'
USERS='omar sue ana maria off'
for u in $USERS; do ssh_key "$u"; done
eng_dir
ok 'the simulated carrier starts' eng_sim
eng_conf "$SIM_PORT"
ONLY='campaigns = [ "mine" ];'
cat >>"$ENG/d.conf" <<X
ssh = { enabled = true; port = $SSH_PORT; run_as = "$RUN_AS"; users = (
	$(ssh_user omar operator "$ONLY"), $(ssh_user sue supervisor "$ONLY"),
	$(ssh_user ana admin "$ONLY"), $(ssh_user maria supervisor),
	$(ssh_user off operator 'enabled = false;') ); };
X
chmod 600 "$ENG/d.conf"
ok 'the engine runs' eng_start
ssh_up

cat >"$ENG/a.conf" <<X
countries = ( { name = "usa"; region = "US"; did_daily_cap = 1000;
    cap_group = "nanp"; cap_zone = "America/New_York"; context = "usa";
    call_from = "00:00"; call_to = "24:00"; weekdays = "mon-sun"; } );
contexts = ( { name = "usa"; country = "usa"; },
    { name = "zqcontext"; destination = "queue:zqqueue"; } );
trunks = ( { name = "t1"; switch = "sw1"; max_cps = 30.0; },
    { name = "zqtrunk"; switch = "sw1"; max_cps = 30.0; } );
profiles = ( { name = "flat"; max_cps = 20.0; auto_adjust_cps = false; },
    { name = "zqprofile"; max_cps = 20.0; auto_adjust_cps = false; } );
campaigns = ( { name = "mine"; trunks = [ "t1" ]; profile = "flat";
      max_attempts = 1; dial_timeout = 120; max_cps = 3.0; },
    { name = "zqnight"; trunks = [ "zqtrunk" ]; profile = "zqprofile";
      context = "zqcontext"; max_attempts = 1; dial_timeout = 120;
      max_cps = 3.0; } );
X
ok 'apply' d apply "$ENG/a.conf"
perl -e 'printf "+1305%07d\n", $_ for 5551000..5551049' >"$ENG/dids.txt"
d import dids "$ENG/dids.txt" >/dev/null
numbers 200 1212 31000 31000 21000 >"$ENG/list.csv"
numbers 200 1718 31000 31000 21000 >"$ENG/zqlist.csv"
ok 'contacts of one' d import contacts "$ENG/list.csv" --campaign mine \
	--country usa
ok 'and of the other' d import contacts "$ENG/zqlist.csv" --campaign zqnight \
	--country usa
d campaign start mine >/dev/null
d campaign start zqnight >/dev/null
tried() { [ "$(q "select count(*) from call l join campaign c
	on c.id = l.campaign_id where c.name = '$1' and l.sent_at is not null
	")" -ge 10 ]; }
ok 'both dial' wait_for 30 tried mine
ok 'the other too' wait_for 30 tried zqnight

json() { # json PERL: over $o, what stands in $TMP/o
	perl -MJSON::PP -e 'local $/; open my $f, "<", $ARGV[1] or exit 1;
		my $o = eval { decode_json(<$f>) } or exit 1;
		print eval $ARGV[0], "\n"' "$1" "$TMP/o"
}

# ---- what one sees
code 255 'who is not enabled does not get in' as off status
code 0 'a supervisor of all' as maria status --json
is "$(json 'join " ", sort map { $_->{name} } @{$o->{campaigns}}')" \
	'mine zqnight' 'sees both campaigns'
like "$(cat "$TMP/o")" "$HIDDEN" 'and what is looked for below'
code 0 'an operator of one' as omar status --json
is "$(json 'join " ", map { $_->{name} } @{$o->{campaigns}}')" mine \
	'sees that one'
is "$(json '$o->{calls}{attempted} == $o->{campaigns}[0]{attempted}
	&& $o->{calls}{attempted} > 0 ? 1 : 0')" 1 'totals are its own'
is "$(json 'scalar(@{$o->{countries}}) . $o->{dids}{total}')" 00 \
	'no countries and no caller IDs'
is "$(json 'join " ", $o->{node}, $o->{database}{connected},
	map { "$_->{name} $_->{connected}" } @{$o->{switches}}')" 'n1 1 sw1 1' \
	'but the node, the database and the switch'
code 0 'show campaigns --json' as omar show campaigns --json
is "$(json 'join " ", map { $_->{name} } @$o')" mine 'is the one'
code 0 'show campaign --json' as omar show campaign --json
is "$(json 'join " ", map { $_->{name} } @$o')" mine 'and its options'
code 0 'call list --json' as omar call list --json
is "$(json 'my %h = map { $_->{campaign} => 1 } @{$o->{calls}};
	join " ", keys %h')" mine 'lists its calls'
code 0 'show calls --json' as omar show calls --json
like "$(cat "$TMP/o")" '1212' 'and so does the pane'
code 0 'why' as omar why campaign mine
code 0 'of a contact of it' as omar why contact "+$(head -n 1 "$ENG/list.csv")"
like "$(cat "$TMP/o")" 'campaign mine' 'which names the campaign'
code 0 'its details' as omar details campaign mine --json
THEIRS=+$(head -n 1 "$ENG/zqlist.csv")
code 1 'a contact of the other is none' as omar why contact "$THEIRS"
cp "$TMP/e" "$TMP/e1"
code 1 'as one that is not there' as omar why contact +12135550199
is "$(sed 's/[0-9]//g' "$TMP/e1")" "$(sed 's/[0-9]//g' "$TMP/e")" \
	'and cannot be told from it'
code 0 'nor has it calls' as omar call list "$THEIRS" --json
is "$(json 'scalar @{$o->{calls}}')" 0 'to show'

# ---- what one steers
code 0 'pause it' as omar campaign pause mine
ok 'and it is paused' wait_for 5 camp_is mine paused
code 0 'set it' as omar set campaign mine max_cps=2
code 0 'start it' as omar campaign start mine
for v in 'campaign pause zqnight' 'campaign start zqnight' \
	'campaign stop zqnight' 'why campaign zqnight' \
	'details campaign zqnight' 'set campaign zqnight max_cps=1'; do
	# shellcheck disable=SC2086
	code 1 "not: $v" as omar $v
	_mine=$(cat "$TMP/e")
	# shellcheck disable=SC2046
	code 1 'nor one that is not there' as omar $(echo "$v" |
		sed s/zqnight/nothing/)
	is "$_mine" "$(cat "$TMP/e")" 'nor can the two be told apart'
done
ok 'the other is untouched' camp_is zqnight running
is "$(q "select max_cps::int from campaign where name = 'zqnight'")" 3 \
	'so are its options'
ID=$(q "select l.id from call l join campaign c on c.id = l.campaign_id
	where c.name = 'zqnight' and l.state <> 'ended'
	and l.sent_at is not null limit 1")
code 1 'its calls cannot be hung up' as omar call hangup "$ID"
like "$(cat "$TMP/e")" 'no call' 'they are none'
code 0 'but who sees all can' as maria call hangup "$ID"
live() { ID=$(q "select l.id from call l join campaign c
	on c.id = l.campaign_id where c.name = 'mine' and l.state <> 'ended'
	and l.number like '%31000' and l.sent_at is not null
	order by l.sent_at desc limit 1")
	[ -n "$ID" ]; }
ok 'one of its own lives' wait_for 20 live
code 0 'and can be hung up' as omar call hangup "$ID"
for v in 'cps 10' 'brake on' 'stop' 'did block +13055551000' \
	'session kill 1' 'session watch 1' 'set profile flat max_cps=1' \
	'set campaign new --new profile=flat' \
	'set campaign mine lists=zqnight' 'set campaign mine trunks=zqtrunk' \
	'set campaign mine profile=zqprofile' \
	'set campaign mine context=zqcontext' 'context test usa +12125550100' \
	'user list' 'history 2026-01-01 2030-01-01' 'audit list' \
	'audit verify' 'export dids' 'export dnc' 'export audit' \
	'export metrics' 'export calls --campaign zqnight' \
	'export contacts --campaign zqnight' \
	'export answers --campaign zqnight' 'callback +12125550100 +2h' \
	'callback +12125550100 +2h --campaign zqnight'; do
	# shellcheck disable=SC2086
	code 1 "not, though an admin: $v" as ana $v
done
for v in 'contacts - --campaign zqnight' 'contacts - --list mine' 'dnc -' \
	'dids -'; do
	# shellcheck disable=SC2086
	code 1 "no import of $v" as sue import $v
done
ok 'the engine has not stopped' eng_up
is "$(st .brake.state)" released 'nor is its brake on'
numbers 20 1213 31000 | sed 's/^/+/;1inumber' >"$TMP/more.csv"
as sue import contacts - --campaign mine <"$TMP/more.csv" >"$TMP/o" 2>"$TMP/e"
is $? 0 'a list for it'
is "$(q "select count(*) from contact k join campaign c
	on c.id = k.campaign_id where k.number like '+1213%'
	and c.name = 'mine'")" 20 'is imported'
code 0 'calls are exported' as sue export calls --format csv
like "$(cat "$TMP/o")" '1212' 'its own'
ok 'no other' sh -c "! grep -E '$HIDDEN' '$TMP/o'"
code 0 'and contacts' as sue export contacts --campaign mine
q "insert into answer select gen_random_uuid(), c.id, 1, '+12125550100', 'usa',
	c.name, 1, 'q1', '4', null, now() from campaign c"
code 0 'and answers' as sue export answers
is "$(sed 1d "$TMP/o" | cut -d, -f3,6 | sort -u)" 'mine,mine' 'its own alone'
like "$(q "select actor || ' ' || action || ' ' || object from event_log
	where action = 'refused'")" 'omar .*refused campaign' \
	'what was refused is in the audit'
like "$(cat "$ENG/d.log")" 'omar.*refused: ' 'and in the log'

# ---- who speaks to the socket without the command line
cat >"$TMP/raw" <<'X'
use JSON::PP; use IO::Socket::UNIX;
my ($path, $json) = @ARGV;
my $s = IO::Socket::UNIX->new(Peer => $path) or die;
print $s pack("vvV", 1, 1, length $json), $json; $s->flush;
read $s, my $h, 8; my (undef, undef, $n) = unpack "vvV", $h;
read $s, my $b, $n; my $o = decode_json($b);
print $o->{ok} ? "yes " : "no ", $b, "\n";
X
raw() { # raw REQUEST: made for omar
	perl "$TMP/raw" "$ENG/run/control" "{\"as\":{\"user\":\"omar\",
	\"role\":\"operator\",\"from\":\"127.0.0.1\",
	\"campaigns\":$NAMES},$1}"
}
NAMES='["mine"]'
like "$(raw '"cmd":"show","args":["campaign"]')" '^yes .*"mine"' \
	'as the socket has it'
for r in '"cmd":"show","args":["did"]' '"cmd":"show","args":["trunk"]' \
	'"cmd":"show","args":["campaign","zqnight"]' \
	'"cmd":"why","args":["trunk","zqtrunk"]' \
	'"cmd":"why","args":["list","zqnight"]' \
	'"cmd":"campaign","args":["stop",["mine"],"zqnight"]' \
	'"cmd":"import","what":"contacts","campaign":"mine","list":"x"' \
	'"cmd":"brake","args":["on"]'; do
	like "$(raw "$r")" '^no ' "refused: $r"
done
for NAMES in '["a b"]' '"mine"' '[1]' '{"mine":1}' \
	"[\"$(printf '%080d' 1)\"]" \
	"[$(seq -s, 1 17 | sed 's/[0-9]\{1,\}/"c&"/g')]"; do
	like "$(raw '"cmd":"show","args":["campaign"]')" '^no .*identity' \
		"no names: $(echo "$NAMES" | cut -c1-20)"
done

# ---- not a word of the other
cat >"$TMP/verbs" <<'X'
status
status --json
show overview
show overview --json
show campaigns
show campaigns --json
show countries
show countries --json
show dids
show dids --json
show contexts
show contexts --json
show calls
show calls --json
show agents
show agents --json
show trunks
show trunks --json
show loadtest
show loadtest --json
show alerts
show alerts --json
show campaign
show campaign --conf
show country
show context
show context --json
show trunk
show profile
show profile --json
show alert_rule
show did
show switch
show switches
show alert
details campaign mine
details did +13055551000
history 2026-01-01 2030-01-01
why campaign mine
why trunk t1
why did +13055551000
why list mine
set campaign mine max_cps=3
context list
context check usa
context states usa
context versions usa
survey usa
show keys
show keys --json
show amd_profile
export answers
call list
call list --json
callback +12125550100 +2h --campaign mine
alert list
alert list --json
alert ack all
audit list
audit verify
loadtest results
import dids -
session list
session list --json
session say hello
user list
doctor
export calls
export contacts
export calls --campaign mine
help
help show
cps auto
did unblock +13055551000
context copy usa other
X
while read -r v; do
	echo "== $v"
	# shellcheck disable=SC2086
	as ana $v </dev/null 2>&1
done <"$TMP/verbs" >"$TMP/all"
is "$(grep -c '^==' "$TMP/all")" "$(wc -l <"$TMP/verbs")" 'every verb'
ok 'none tells of the other' sh -c "! grep -nE '$HIDDEN' '$TMP/all'"
like "$(cat "$TMP/all")" 'campaign mine' 'but of its own'
as maria status >"$TMP/o" 2>&1
like "$(cat "$TMP/o")" "$HIDDEN" 'who sees all reads of it there'

# ---- the console
SSH="ssh -F /dev/null -o GlobalKnownHostsFile=/dev/null \
-o UserKnownHostsFile=$TMP/hosts -o IdentitiesOnly=yes -o BatchMode=yes \
-p $SSH_PORT -i $TMP"
COLS=200 ROWS=60 tui_start "$SSH/omar omar@127.0.0.1; echo rc \$?; read x"
tui_expect 'LIVE' 'the console'
tui_expect 'mine' 'with the campaign'
: >"$TMP/screens"
look() { tui_screen >>"$TMP/screens"; }
look
for p in 2:Campaigns 3:Countries 4:DIDs 5:Contexts 6:Calls 7:Agents 8:Trunks \
	0:Alerts 1:Overview; do
	tui_keys "${p%:*}"
	case $p in
	1:*) tui_expect 'worst s' "pane $p";;
	*) tui_expect "─ .*${p#*:}|${p#*:} .*─" "pane $p";; esac
	case $p in
	[347]:*) tui_expect 'imited to campaigns' 'it says why it is empty';;
	5:*) tui_expect 'usa' 'the context of the country';;
	6:*) tui_expect '1212' 'its calls';; esac
	look
done
tui_keys 2
tui_keys Enter
tui_expect 'mine' 'details'
look
tui_keys Escape
tui_keys w
tui_expect 'why|mine' 'why'
look
tui_keys Escape
d brake on >/dev/null
tui_keys 1
tui_expect 'BRAKE' 'that nothing leaves is seen'
look
d brake off >/dev/null
ok 'nor does any screen' sh -c "! grep -nE '$HIDDEN' '$TMP/screens'"
tui_keys q
tui_expect '^rc 0' 'q ends it'
d campaign pause mine >/dev/null
d campaign pause zqnight >/dev/null
counted() { # what one is told is what was dialled, of that campaign alone
	as omar status --json >"$TMP/o"
	[ "$(json '$o->{campaigns}[0]{attempted}')" = "$(q "select count(*)
		from call l join campaign c on c.id = l.campaign_id
		where c.name = 'mine' and l.sent_at is not null")" ] &&
		[ "$(json '$o->{calls}{attempted}
			- $o->{campaigns}[0]{attempted}')" = 0 ]
}
ok 'its figures are those of the database' wait_for 60 counted
ok 'the engine ends' eng_stop
is "$(grep -cE 'ended by signal (6|7|8|11)\b|Sanitizer|runtime error' "$ENG/d.log")" 0 'nothing crashed'
done_testing
