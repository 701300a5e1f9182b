#!/bin/sh
# notify.d: one call for each alert that begins or ends, and nothing in it can
# hold the engine up: not one that hangs, one that talks without end, one that
# is not fit to run, nor a storm of alerts.
. t/lib.sh
. t/lib-engine.sh
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT" 30.0
N=$ENG/notify.d
mkdir "$N"
script() { cat >"$N/$1"; chmod 755 "$N/$1"; }
script tell <<-X
	#!/bin/sh
	cat >>"$ENG/told"
	echo "told to \$0"; printf 'and a bell\a and a tail'
X
script hang <<-X
	#!/bin/sh
	echo \$\$ >>"$ENG/hung"
	sleep 600 & echo \$! >>"$ENG/hung"
	wait
X
script babble <<-X
	#!/bin/sh
	exec yes babble
X
script deaf <<-X
	#!/bin/sh
	exit 3
X
script .hidden <<-X
	#!/bin/sh
	touch "$ENG/wrong"
X
script open <<-X
	#!/bin/sh
	touch "$ENG/wrong"
X
chmod 757 "$N/open"
script team <<-X
	#!/bin/sh
	touch "$ENG/wrong"
X
chmod 775 "$N/team"
[ "$(id -u)" = 0 ] && chgrp 65533 "$N/team" || rm "$N/team"
script env <<-X
	#!/bin/sh
	env >"$ENG/env"
X
export NOTIFY_SECRET=x
echo 'URL=x' >"$N/tell.conf"
echo 'what this directory is for' >"$N/README"
ok 'the engine starts' eng_start
told() { [ "$(grep -c "$2" "$ENG/told")" = "$1" ]; }
logged() { grep -Eq -- "$1" "$ENG/d.log"; }
log_n() { grep -Ec -- "$1" "$ENG/d.log"; }
live() { d status >"$TMP/status"; }

d brake on >/dev/null
ok 'an alert that begins is told' wait_for 15 told 1 '"state":"raised"'
ok 'while others hang and babble the engine is live' live
d brake off >/dev/null
ok 'and one that ends' wait_for 5 told 1 '"state":"ended"'
is "$(perl -MJSON::PP -ne 'my $o = decode_json($_); print join("|", map { $_ // "null" } @$o{qw(state rule object severity node)}), $o->{ended} ? " ended" : "", "\n"' "$ENG/told")" \
	'raised|brake||critical|n1
ended|brake||critical|n1 ended' 'one JSON object a line'
ok 'what it says is in the log' wait_for 5 logged "notify.d/tell: told to $N/tell"
ok 'also what has no end of line, and nothing but text' logged 'notify.d/tell: and a bell.* and a tail'
is "$(grep -c "$(printf '\a')" "$ENG/d.log")" 0 'no bell'
ok 'exit codes are, too' logged 'notify.d/deaf: exit code 3'
is "$(log_n 'open is not told of alerts: others may write')" 1 'one warning for what others may write to'
[ ! -e "$N/team" ] || is "$(log_n "team is not told of alerts: a group that is not the engine's")" 1 'one for what another group may write to'
ok 'PATH is passed on' wait_for 5 grep -q '^PATH=' "$ENG/env"
is "$(grep -c SECRET "$ENG/env")" 0 'what else the engine has is not'
is "$(log_n 'README is not told of alerts: it is not executable')" 1 'one for what is not executable'
is "$(log_n 'hidden|tell.conf')" 0 'none for what is hidden, and for settings'
ok 'and none of them ran' test ! -e "$ENG/wrong"
ok 'one that hangs is killed' wait_for 20 logged 'notify.d/hang: killed, it took longer than 10 s'
gone() { for p in $(head -n 2 "$ENG/hung"); do kill -0 "$p" 2>/dev/null && return 1; done; return 0; }
ok 'with its children' wait_for 5 gone
is "$(wc -l <"$ENG/hung" | tr -d ' ')" 4 'then it got the next one, raised and ended are in order'
ok 'one that babbles is, too' wait_for 5 logged 'notify.d/babble: killed'
lines=$(log_n 'notify.d/babble: babble')
ok "of what it said little is in the log ($lines)" [ "$lines" -le 40 ]

# ---- a storm
perl -e 'print "alert_rules = (\n", join(",\n", map { qq({ name = "r$_"; statistic = "engine.brake"; threshold = 0.0; }) } 1 .. 100), " );\n"' >"$ENG/storm.conf"
ok 'a hundred rules on one thing' d apply "$ENG/storm.conf"
: >"$ENG/told"
d brake on >/dev/null
many() { [ "$(wc -l <"$ENG/told")" -ge 60 ]; }
ok 'many are told, in turn' wait_for 30 many
ok 'what is too much is dropped, and it is said' wait_for 5 logged 'notify.d/hang: 64 alerts wait for it already'
procs() { pgrep -P "$ENG_PID" -f "$N" | wc -l; }
p=$(procs)
ok "few run at once ($p)" [ "$p" -le 8 ]
ok 'the engine is live' live
ok 'a clean stop does not wait for them' eng_stop
is "$(pgrep -f "$N/" | wc -l | tr -d ' ')" 0 'and leaves none behind'

# ---- elsewhere, and nowhere
mv "$N" "$ENG/elsewhere"
sed -i "1inotify_dir = \"$ENG/elsewhere\";" "$ENG/d.conf"
: >"$ENG/told"
N=$ENG/elsewhere
rm "$N/hang" "$N/babble"
for i in $(seq 10 50); do : >"$N/a$i"; done
ok 'the engine starts with notify_dir' eng_start
d brake on >/dev/null
ok 'what is there is told, with many that are not fit' wait_for 15 told 1 '"rule":"brake"'
rm "$N"/a??
for i in $(seq 10 50); do echo 'exit 0' | script "c$i"; done
sed -i '1i#!/bin/sh' "$N"/c??
d brake off >/dev/null
ok 'and with many that are, as many as there may be' wait_for 15 logged 'is passed over: at most 32 files'
rm "$N"/c??
script zz <<-X
	#!/bin/sh
	cat >>"$ENG/zz"
X
d brake on >/dev/null
last() { grep -q raised "$ENG/zz"; }
ok 'those that have gone make room' wait_for 15 last
: >"$ENG/told"
chmod 777 "$ENG/elsewhere"
d brake off >/dev/null
ok 'not when others may write to it' wait_for 10 logged 'elsewhere: others may write to it'
is "$(grep -c '"state":"ended"' "$ENG/told")" 0 'nothing was told'
ok 'a clean stop' eng_stop
done_testing
