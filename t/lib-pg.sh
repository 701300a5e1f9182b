# shellcheck shell=sh disable=SC2016
# A throw-away PostgreSQL cluster, never the system's own.  Source it behind
# lib.sh.  It listens on a unix socket in a directory of its own and goes away
# with the test; root is dropped to the user postgres for the server.
#
# pg_init     starts the cluster with an empty database discador; exports
#             DISCADOR_CONNINFO, PGHOST PGPORT PGUSER PGDATABASE PGOPTIONS
#             (search_path = discador) and sets PG_DIR (data in PG_DIR/data)
# pg_schema   creates the schema discador from sql/*.sql, in order
# pg_start    both
# pg_stop     stops the server at once; it can be started again:
# pg_up       starts it and waits until it answers
# q SQL...    psql: unaligned, tuples only, first error ends it
PG_BIN=$(find /usr/lib/postgresql/*/bin -maxdepth 0 2>/dev/null |
	sort -t/ -k5n | tail -1)
need postgres test -x "${PG_BIN:-/none}/initdb"

# The server refuses root; everything else may run as whoever we are.
_pg_do() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid=postgres --regid=postgres \
			--clear-groups env -u PGOPTIONS -u PGHOST -u PGPORT \
			-u PGUSER -u PGDATABASE HOME="$PG_DIR" "$@")
	else
		env -u PGOPTIONS -u PGHOST -u PGPORT -u PGUSER \
			-u PGDATABASE "$@"
	fi
}
_pg_fail() {
	sed 's/^/# /' "$PG_DIR"/*.log 2>/dev/null
	echo "Bail out! $1"
	exit 1
}
pg_init() {
	# Not below $TMP: that is root's alone, and its path may be too
	# long for a socket.
	PG_DIR=$(mktemp -d /tmp/dsc-pg.XXXXXX)
	at_exit 'pg_stop; rm -rf "$PG_DIR"'
	[ "$(id -u)" != 0 ] || chown postgres:postgres "$PG_DIR"
	chmod 711 "$PG_DIR"
	_pg_do "$PG_BIN/initdb" -D "$PG_DIR/data" -U postgres -A trust \
		-E UTF8 --locale=C.UTF-8 --no-sync >"$PG_DIR/initdb.log" 2>&1 ||
		_pg_fail "initdb failed"
	cat >>"$PG_DIR/data/postgresql.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$PG_DIR'
		unix_socket_permissions = 0777
		max_connections = 40
		fsync = off
		full_page_writes = off
		max_wal_size = 4GB
		timezone = 'UTC'
		log_timezone = 'UTC'
	CONF
	export PGHOST="$PG_DIR" PGPORT=5432 PGUSER=postgres
	export PGDATABASE=discador PGOPTIONS='-c search_path=discador'
	export DISCADOR_CONNINFO="host=$PG_DIR port=5432 user=postgres dbname=discador"
	pg_up
	PGDATABASE=postgres q 'create database discador' ||
		_pg_fail "cannot create the database"
}
pg_up() {
	_pg_do "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -l "$PG_DIR/server.log" \
		-w -t 60 -s start >/dev/null 2>&1 || _pg_fail "no PostgreSQL"
}
pg_stop() {
	_pg_do "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -w -t 30 -s -m immediate \
		stop >/dev/null 2>&1
	:
}
pg_schema() {
	q 'create schema discador' || _pg_fail "cannot create the schema"
	for T_sql in sql/[0-9]*.sql; do
		psql -Xq -1 -v ON_ERROR_STOP=1 -f "$T_sql" \
			>"$PG_DIR/sql.log" 2>&1 || _pg_fail "$T_sql"
	done
}
pg_start() {
	pg_init
	pg_schema
}
q() {
	psql -XqAt -v ON_ERROR_STOP=1 -c "$*"
}
