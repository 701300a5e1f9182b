#!/bin/sh
# The tree is the architecture: who includes whom, what the engine must not
# know, and every header on its own.
. "$(dirname "$0")/lib.sh"
CC=${CC:-cc}

# floor LAYER ALLOWED...: what a directory may include of ours
floor() {
	_layer=$1; shift
	_bad=$(grep -n '^#include "' "src/$_layer"/*.[ch] 2>/dev/null | while
		IFS= read -r _line; do
		_dir=${_line#*\"}; _dir=${_dir%%/*}
		case " $_layer $* " in *" $_dir "*) ;; *) echo "$_line";; esac
	done)
	is "$_bad" "" "src/$_layer includes only: $_layer $*"
}
floor shared
floor engine shared
floor db shared
floor net shared
floor sim shared engine
floor daemon shared engine db net
floor jobs shared sim engine db net
floor ui shared
floor sshd shared ui

pure=$(grep -nE '^#include <(event|libpq|sys/socket|netinet|arpa/|poll|sys/epoll|unistd|fcntl|pthread|curses|libconfig)' \
	src/engine/*.[ch])
is "$pure" "" "the engine includes no libevent, libpq, socket or descriptor"
clock=$(grep -nE '(^|[^a-z_])(now_read|clock_gettime|gettimeofday|time|rand|random|srand|getenv|fopen|open|socket)\(' \
	src/engine/*.c | grep -vE ':[0-9]+: *(/?\*)')
is "$clock" "" "the engine calls no clock, no rand, no file"
sql=$(grep -nwE 'PQexec|PQsendQueryParams|PQexecParams|PQprepare' \
	src/engine/*.c src/net/*.c src/ui/*.c src/sim/*.c src/shared/*.c)
is "$sql" "" "libpq is called from src/db and its callers only"
curses=$(grep -ln 'curses.h>' src/*/*.[ch] | tr '\n' ' ')
is "$curses" "src/ui/canvas_ncurses.c " "one file knows ncurses"

alone() {
	# shellcheck disable=SC2046
	$CC -std=gnu11 -D_GNU_SOURCE -Isrc -DVERSION='"x"' -DDATADIR='"x"' \
		-DSYSCONFDIR='"x"' -DSBINDIR='"x"' -fsyntax-only -Wall -Wextra \
		-Werror $(pkg-config --cflags libevent libpq libconfig \
		ncursesw jansson libssh libcrypt) "$1"
}
bad=
for h in src/*/*.h; do
	case $h in */tbl_*) continue;; esac # rows, not headers
	printf '#include "%s"\nint alone;\n' "${h#src/}" >"$TMP/alone.c"
	alone "$TMP/alone.c" >>"$TMP/log" 2>&1 || bad="$bad $h"
done
is "$bad" "" "every header compiles alone" || sed 's/^/# /' "$TMP/log"

bad=
for c in src/*/*.c; do
	h=${c%.c}.h
	[ ! -f "$h" ] || [ "$(grep -m 1 '^#include' "$c")" = \
		"#include \"${h#src/}\"" ] || bad="$bad $c"
done
is "$bad" "" "a module's header is its first include"

bad=
for f in src/*/*.[ch] t/unit/*.c t/tools/*.c sql/*.sql \
	contrib/asterisk/extensions_discador.conf; do
	[ ! -f "$f" ] || head -n 2 "$f" | grep -q 'SPDX-License-Identifier' ||
		bad="$bad $f"
done
is "$bad" "" "every source file names its licence"
left=$(grep -rnE 'TODO|FIXME|XXX[^X]' src sql man t/*.sh t/unit | grep -v '0001-layers\|TODO BIEN' |
	grep -v 'mktemp\|mkdtemp\|XXXXXX')
is "$left" "" "nothing is left to do in the source"
done_testing
