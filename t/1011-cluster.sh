#!/bin/sh
# shellcheck disable=SC2317
# The private PostgreSQL: made, started, reused, recovered, stopped; by root
# through an unprivileged user, and by such a user himself.
cd "$(dirname "$0")/.." || exit 1
. t/lib.sh
need postgres test -x "$(find /usr/lib/postgresql/*/bin/initdb 2>/dev/null |
	head -1)"

T=$PWD/$B/t/tools/db_try
case $B in /*) T=$B/t/tools/db_try ;; esac
D=$(mktemp -d /tmp/dsc-cl.XXXXXX) # below $TMP only root may look
chmod 711 "$D"
stop_all() {
	for T_d in "$D"/*/; do "$T" cluster stop "$T_d" >/dev/null 2>&1; done
	rm -rf "$D"
}
at_exit stop_all
S=$D/state
pid() { head -1 "$S/pg/data/postmaster.pid" 2>/dev/null; }
mode() { stat -c %a "$1"; }
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
	else
		"$@"
	fi
}

C=$("$T" cluster fast "$S")
is "$C" "host='$S/pg/run' port=5432 user=discador dbname=discador" \
	"made and started"
is "$(psql "$C" -XqAt -c 'select current_user, current_database()')" \
	"discador|discador" "role and database"
is "$(psql "$C" -XqAt -c "select string_agg(name || '=' || setting, ' '
	order by name) from pg_settings where name in ('fsync', 'jit',
	'full_page_writes', 'synchronous_commit', 'listen_addresses',
	'data_checksums', 'server_encoding')")" \
	"data_checksums=on fsync=on full_page_writes=on jit=off listen_addresses= server_encoding=UTF8 synchronous_commit=on" \
	"durable, checked, unix socket only"
is "$(mode "$S/pg") $(mode "$S/pg/run") $(mode "$S/pg/run/.s.PGSQL.5432")" \
	"700 700 700" "nobody else gets in"
is "$(psql "$C" -XqAt -c 'select rolsuper from pg_roles
	where rolname = current_user')" f "the engine is no superuser"
is "$("$T" migrate "$C" sql)" ok "takes the schema"
P=$(pid)
if [ "$(id -u)" = 0 ]; then
	is "$(stat -c %U "/proc/$P")" postgres "not run as root"
	like "$(setpriv --reuid=nobody --clear-groups psql "$C" -c '' 2>&1)" \
		'Permission denied' "another user cannot even reach it"
fi
is "$(ps -o sid= -p "$P" | tr -d ' ')" "$P" "in a session of its own"
is "$("$T" cluster start "$S")" "$C" "start again: the same"
is "$(pid)" "$P" "reused, not restarted"

# Killed: its children may linger, its lock files do.
psql "$C" -XqAt -c 'create table public_probe (i int);
	insert into public_probe values (7)' 2>/dev/null ||
	psql "$C" -XqAt -c 'create table discador.public_probe (i int);
	insert into discador.public_probe values (7)'
kill -9 "$P"
is "$("$T" cluster start "$S")" "$C" "recovers after kill -9"
like "$(psql "$C" -XqAt -c 'select i from discador.public_probe')" 7 \
	"with what was committed"
"$T" cluster stop "$S" >/dev/null
is "$(pid)" "" "stopped"
ok "stopping what is stopped is no error" "$T" cluster stop "$S"

# The machine went down and the number now belongs to somebody else.
as_postgres sleep 60 &
sleeper=$!
at_exit "kill $sleeper 2>/dev/null"
printf '%s\n' "$sleeper" "$S/pg/data" 0 5432 "$S/pg/run" '' 0 starting |
	as_postgres tee "$S/pg/data/postmaster.pid" >/dev/null
is "$("$T" cluster start "$S")" "$C" "a stale pid file of a crash"
ok "the process that has that number lives" kill -0 $sleeper
kill $sleeper
"$T" cluster stop "$S" >/dev/null

# Half made: initdb was killed.
H=$D/half
mkdir -p "$H/pg/data.new/base"
[ "$(id -u)" != 0 ] || chown -R postgres "$H/pg"
like "$("$T" cluster fast "$H")" "^host='$H" "what is half made is made again"
"$T" cluster stop "$H" >/dev/null

# Two at once: one makes it, the other finds it.
"$T" cluster fast "$D/twice" >"$TMP/1" &
"$T" cluster fast "$D/twice" >"$TMP/2" &
wait
is "$(sort -u "$TMP/1" "$TMP/2")" \
	"host='$D/twice/pg/run' port=5432 user=discador dbname=discador" \
	"two engines start at the same time"
"$T" cluster stop "$D/twice" >/dev/null

# What cannot be, with what to do.
L=$D/$(printf '%090d' 0)
mkdir "$L"
like "$("$T" cluster start "$L")" 'longer than 107 bytes: choose a shorter' \
	"socket path too long"
if [ "$(id -u)" = 0 ]; then
	mkdir -m 700 "$D/closed"
	like "$("$T" cluster start "$D/closed/state")" \
		"user postgres, who runs .* cannot enter $D/closed:" \
		"a directory that lets nobody through"
	like "$("$T" cluster start "$D/who" no-such-user)" \
		'cannot run as "no-such-user"' "an unknown user"
	like "$("$T" cluster start "$D/who" root)" 'cannot run as "root"' \
		"never as root"
	like "$("$T" cluster start "$S" nobody)" \
		'belongs to user postgres, not to nobody' "another user's data"
	mkdir -m 755 "$D/own"
	chown postgres "$D/own"
	cp "$T" "$D/try" # the build tree may be closed to others
	C=$(cd / && as_postgres "$D/try" cluster fast "$D/own")
	is "$(cd / && as_postgres psql "$C" -XqAt -c 'select current_user')" \
		discador "started by an unprivileged user himself"
	as_postgres sh -c "cd / && '$D/try' cluster stop '$D/own'" >/dev/null
	ok "and stopped" test ! -e "$D/own/pg/data/postmaster.pid"
fi
done_testing
