#!/bin/sh
# discador user: a supervisor is made, gets in, gets a password, is disabled
# and is gone; what stands in discador.conf stays its writer's.
. t/lib.sh
. t/lib-engine.sh
. t/lib-ssh.sh

for k in maria ana omar; do ssh_key $k; done
eng_dir
eng_sim
eng_conf "$SIM_PORT"
cat >>"$ENG/d.conf" <<X
ssh = { enabled = true; port = $SSH_PORT; run_as = "$RUN_AS";
  users = ( $(ssh_user ana admin) ); };
X
chmod 600 "$ENG/d.conf"
ok 'the engine runs' eng_start
ssh_up
gets_in() { as "$1" status >/dev/null 2>"$TMP/e"; }
stays_out() { ! gets_in "$1"; }

code 0 'a user is added' d user add maria --role supervisor --key "$TMP/maria.pub" \
	--language es --campaigns all
ok 'and gets in' wait_for 10 gets_in maria
is "$(stat -c %a "$ENG/state/users.conf")" 600 'the file is the engine'"'"'s own'
like "$(d user list)" 'maria +supervisor +yes +all +anywhere +1 key +users.conf' \
	'the list has her'
like "$(d user list)" 'ana +admin .*discador.conf' 'and who stands in discador.conf'
code 1 'not twice' d user add maria --role viewer --key "$TMP/maria.pub"
code 1 'nobody of discador.conf' d user disable ana
like "$(cat "$TMP/e")" 'stands in .*d.conf' 'it says where'
code 1 'no role of that name' d user add x --role king --key "$TMP/omar.pub"
like "$(cat "$TMP/e")" 'ssh.users\[\].role = "king", expected "viewer"' \
	'it says which there are'
code 1 'no name of that kind' d user add 'a b' --role viewer --key "$TMP/omar.pub"
code 1 'no private key' d user add x --role viewer --key "$TMP/omar"
code 1 'no file without a key' d user add x --role viewer --key /dev/null
code 2 'no user without a role' d user add x --key "$TMP/omar.pub"
code 0 'an option is changed' d user set maria --role viewer
is_viewer() { as maria cps 5 2>&1 | grep -q 'not permitted to a viewer'; }
ok 'and holds' wait_for 10 is_viewer
echo 'short' >"$TMP/in"
IN=$TMP/in code 1 'a short password' d user passwd maria
printf '%0300d\n' 1 >"$TMP/in"
IN=$TMP/in code 1 'nor one of which only a part would count' d user passwd maria
echo 'correct horse battery' >"$TMP/in"
IN=$TMP/in code 0 'a password' d user passwd maria
is "$(cat "$ENG/state/users.conf" "$ENG/d.log" | grep -c 'correct horse')" 0 \
	'is nowhere as it is'
like "$(cat "$ENG/state/users.conf")" '\$y\$' 'but as a yescrypt hash'
is "$(d user list --json | grep -c '\$y\$')" 0 'which nobody is told'
cat >"$TMP/askpass" <<'X'
#!/bin/sh
echo 'correct horse battery'
X
chmod +x "$TMP/askpass"
# shellcheck disable=SC2086
by_password() { SSH_ASKPASS=$TMP/askpass SSH_ASKPASS_REQUIRE=force \
	timeout 20 ssh -o BatchMode=no $HOSTS $OPTS -o PubkeyAuthentication=no \
	-o NumberOfPasswordPrompts=1 -p "$SSH_PORT" maria@127.0.0.1 status \
	>/dev/null 2>&1; }
ok 'she gets in with it' wait_for 10 by_password
code 0 'she is disabled' d user disable maria
ok 'and stays out' wait_for 10 stays_out maria
code 0 'and enabled' d user enable maria
ok 'and is back' wait_for 10 gets_in maria
code 0 'over SSH, by an admin' as ana user add omar --role operator \
	--key "'$(cat "$TMP/omar.pub")'"
ok 'omar gets in' wait_for 10 gets_in omar
code 2 'no file of that machine' as ana user add x --role viewer --key /etc/passwd
code 1 'not by an operator' as omar user add x --role admin \
	--key "'$(cat "$TMP/omar.pub")'"
code 1 'nobody raises himself' as omar user set omar --role admin
code 0 'one is removed' d user remove omar
ok 'and stays out' wait_for 10 stays_out omar
like "$(d audit list --limit 50)" 'user passwd +maria' 'the audit has it'
like "$(d audit list --limit 50)" 'ana \(ssh 127.0.0.1\).*user add +omar.*role = operator.*keys = 1|ana \(ssh 127.0.0.1\).*user add +omar.*keys = 1.*role = operator' \
	'and who did it'
# ---- a configuration that the engine would not take is not made
cp "$ENG/d.conf" "$TMP/d.conf"
cp "$ENG/state/users.conf" "$TMP/good"
sed -i 's/name = "ana"; role/name = "zoe"; role = "viewer"; }, { name = "ana"; role/' \
	"$ENG/d.conf"
code 1 'nobody is added who was written into discador.conf meanwhile' \
	d user add zoe --role viewer --key "$TMP/omar.pub"
like "$(cat "$TMP/e")" 'name = "zoe" stands in .*no user was changed' 'it says so'
ok 'and the file is as it was' cmp -s "$TMP/good" "$ENG/state/users.conf"
echo 'nonsense = 1;' >>"$ENG/d.conf"
code 1 'nor is anybody changed beside a mistake there' d user disable maria
like "$(cat "$TMP/e")" 'd.conf:[0-9]+: unknown option "nonsense".*no user was changed' \
	'and where it is is said'
cp "$TMP/d.conf" "$ENG/d.conf"
perl -e 'print "ssh = { users = ( ", join(", ", map { "{ name = \"u$_\"; }" } 1 .. 255),
	" ); };\n"' >"$ENG/state/users.conf"
code 1 'nor more than there may be' d user add zoe --role viewer --key "$TMP/omar.pub"
like "$(cat "$TMP/e")" 'more than 256 users' 'which is said'
cp "$TMP/good" "$ENG/state/users.conf"
# ---- one file says what the other says
cp "$ENG/state/users.conf" "$TMP/good"
sed -i 's/name = "maria"/name = "ana"/' "$ENG/state/users.conf"
kill -HUP "$ENG_PID"
twice() { grep -q 'name = "ana" stands in .*users.conf, too' "$ENG/d.log"; }
ok 'a name in both files is a mistake that names both' wait_for 10 twice
ok 'and all stays as it was' gets_in maria
cp "$TMP/good" "$ENG/state/users.conf"
ok 'the engine stops' eng_stop
ok 'and starts again' eng_start
ok 'with its users' wait_for 20 gets_in maria
like "$(d doctor 2>&1)" 'host key ed25519 SHA256:[A-Za-z0-9+/]{43}' \
	'discador doctor tells the fingerprint'
is "$(d doctor --json | perl -MJSON::PP -e 'local $/; for (@{decode_json(<STDIN>)})
	{ print $_->{text} if $_->{name} eq "host key ed25519" }')" \
	"$(ssh-keygen -l -f "$ENG/state/ssh/host_ed25519.pub" | awk '{ print $2 }')" \
	'the one that ssh-keygen tells'
like "$(d doctor)" 'switch sw1 +127.0.0.1 port .*: logged in' 'and the switch'
like "$(d doctor)" 'SSH users +2, of whom 2 may log in' 'and the users'
kill -9 "$SIM_PID"; wait "$SIM_PID" 2>/dev/null; SIM_PID=
d doctor >"$TMP/o"
is $? 1 'a dead switch is wrong'
like "$(cat "$TMP/o")" '^WRONG +switch sw1 .*refused' 'and named'
ok 'the engine stops' eng_stop
done_testing
