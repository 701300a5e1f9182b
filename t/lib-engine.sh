# shellcheck shell=sh disable=SC2034,SC2154
# An engine of our own: private cluster, simulated carrier, nothing shared.
# Source it after lib.sh.
#
# eng_dir                  make the directories; ENG is the root of them
# eng_sim ARGS...          start the simulated carrier: SIM_PORT, SIM_PID
# eng_conf PORT [CPS]      write the configuration with one switch "sw1"
# eng_start / eng_kill / eng_stop    the engine: ENG_PID
# d VERB...                the command line against it
# q SQL...                 psql on its database, unaligned, tuples only
# st EXPR                  an expression over status --json: .calls.concurrent
# numbers N NPA DIGITS...  N different numbers, the last five digits drawn
#                          from the list (seeded by N and NPA)
need postgres sh -c 'ls /usr/lib/postgresql/*/bin/initdb'
need psql command -v psql

eng_dir() {
	# Not below $TMP: it is root's alone, and a socket's path is short.
	ENG=$(mktemp -d /tmp/dsc-e.XXXXXX)
	chmod 755 "$ENG"
	at_exit 'eng_end'
}
eng_end() {
	if [ -n "$KEEP" ]; then cp -r "$ENG" "$KEEP"; fi
	[ -z "$ENG_PID" ] || kill -9 "$ENG_PID" 2>/dev/null
	[ -z "$SIM_PID" ] || kill -9 "$SIM_PID" 2>/dev/null
	if [ -f "$ENG/d.conf" ]; then
		"$B/discadord" -c "$ENG/d.conf" --db stop >/dev/null 2>&1
	fi
	if [ "$T_bad" != 0 ] && [ -f "$ENG/d.log" ]; then
		tail -n 40 "$ENG/d.log" | sed 's/^/# log: /'
	fi
	wait 2>/dev/null
	rm -rf "$ENG" 2>/dev/null
}
eng_sim() {
	SIM_FIXED=${SIM_PORT:-0}
	"$B/discador-job" amisim --port "$SIM_FIXED" --user discador \
		--secret s --truth "$ENG/truth.csv" \
		--outcomes "$ENG/outcomes.csv" "$@" >"$ENG/sim.out" 2>&1 &
	SIM_PID=$!
	wait_for 10 grep -q '^port ' "$ENG/sim.out" || return 1
	SIM_PORT=$(awk '/^port /{ print $2 }' "$ENG/sim.out")
}
eng_conf() {
	cat >"$ENG/d.conf" <<-X
	node = "n1";
	state_dir = "$ENG/state";
	run_dir = "$ENG/run";
	timezone = "UTC";
	metrics = { enabled = ${ENG_METRICS:-false}; port = ${ENG_METRICS_PORT:-9464}; };
	switches = ( { name = "sw1"; host = "127.0.0.1"; port = $1;
	    user = "discador"; secret = "${ENG_SECRET:-s}";
	    max_cps = ${2:-1000.0}; max_channels = 20000; } );
	X
}
eng_up() { d status >/dev/null 2>&1 &&
	[ "$(st .database.connected)" = true ]; }
eng_start() {
	# shellcheck disable=SC2086
	$ENG_WRAP "$B/discadord" -c "$ENG/d.conf" --fast-init >>"$ENG/d.log" 2>&1 &
	ENG_PID=$!
	wait_for "${1:-60}" eng_up
}
eng_kill() { kill -9 "$ENG_PID"; wait "$ENG_PID" 2>/dev/null; ENG_PID=; }
eng_stop() { kill "$ENG_PID"; wait "$ENG_PID"; T_rc=$?; ENG_PID=; return $T_rc; }
d() { "$B/discador" -c "$ENG/d.conf" "$@"; }
q() {
	[ -n "$ENG_INFO" ] ||
		ENG_INFO=$("$B/discadord" -c "$ENG/d.conf" --db conninfo)
	psql -XqAt -v ON_ERROR_STOP=1 -d "$ENG_INFO" -c "$1"
}
st() { d status --json 2>/dev/null | perl -MJSON::PP -e '
	local $/; my $o = eval { decode_json(<STDIN>) } or exit 1;
	for my $k (split /\./, substr($ARGV[0], 1)) {
		$o = $k =~ /^\d+$/ ? $o->[$k] : $o->{$k};
	}
	print ref $o eq "JSON::PP::Boolean" ? ($o ? "true" : "false") : $o // "null", "\n"' "$1"; }
# The state of one campaign.
camp() { d status --json | perl -MJSON::PP -e '
	local $/; my $o = decode_json(<STDIN>);
	for (@{$o->{campaigns}}) { print $_->{$ARGV[1]}, "\n" if $_->{name} eq $ARGV[0]; }' "$1" "$2"; }
camp_is() { [ "$(camp "$1" state)" = "$2" ]; }
quiet() { [ "$(st .calls.concurrent)" = 0 ]; }
# Every number differs before its last five digits: N at most 56 * choices.
numbers() {
	perl -e '
	my ($n, $npa, @d) = @ARGV; srand($n * 1000 + substr($npa, -3));
	my (%seen, $i);
	while ($n > 0 && $i++ < 5e6) {
		my $x = 2 + int rand 8; my $y = int rand 10;
		my $t = $d[rand @d];
		$t =~ s/x/int rand 10/ge;
		next if $y == 1 && $t =~ /^1/;
		my $s = "$npa$x$y$t";
		next if $seen{$s}++;
		print "$s\n"; $n--;
	}
	exit($n > 0)' "$@"
}
# The reason why a campaign waits: why_is NAME REGEX (looked at once a second)
why_is() { camp "$1" why | grep -Eq -- "$2"; }
status_has() { d status | grep -Eq -- "$1"; }
