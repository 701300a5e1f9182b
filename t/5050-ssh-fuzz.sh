#!/bin/sh
# The running SSH server under ASan and UBSan, and once as it is built for
# use, with its whole sandbox: garbage before the banner, spoilt key
# exchanges, false log-ins, impossible channels, keys and verbs of any bytes.
# It stands, serves others meanwhile, lets nobody in and executes nothing.
# Seeds of old and one of the day.  SSHFUZZ_S=N SSHFUZZ_SEED=N: one long run,
# for `make fuzz-ssh`.
. t/lib.sh
SSHFUZZ=$B/t/tools/sshfuzz
BOARD=$B/t/tools/fakeboard
need sshfuzz test -x "$SSHFUZZ"
need fakeboard test -x "$BOARD"
need asan test -x "$B/asan/discador-sshd"
need discador-sshd test -x "$B/discador-sshd"

# Not below $TMP: it is root's alone, and the server becomes somebody else.
D=$(mktemp -d /tmp/dsc-f.XXXXXX)
at_exit "rm -rf $D"
chmod 755 "$D"

# round NAME SSHD SECONDS SEED WORKERS: its exit status in RC, its words in
# OUT.  An engine that is none runs beside it, so that a console has a board.
round() {
	_dir=$D/$1
	mkdir -p "$_dir/run"
	chmod 755 "$_dir" "$_dir/run"
	"$BOARD" "$_dir/run" normal "$(($3 + 200))" >"$TMP/board" 2>&1 &
	_board=$!
	at_exit "kill $_board 2>/dev/null"
	wait_for 10 test -S "$_dir/run/control"
	_sshd=$2 _s=$3 _seed=$4 _n=$5
	timeout -k 5 $((_s + 180)) "$SSHFUZZ" --sshd "$_sshd" --dir "$_dir" \
		--seconds "$_s" --seed "$_seed" --workers "$_n" >"$TMP/fuzz" 2>&1
	RC=$?
	OUT=$(cat "$TMP/fuzz")
	[ "$1" = sham ] || sed 's/^/# /' "$TMP/fuzz"
	kill "$_board" 2>/dev/null
	wait "$_board" 2>/dev/null
	if [ "$RC" != 0 ] && [ -n "$SSHFUZZ_KEEP" ]; then
		mkdir -p "$SSHFUZZ_KEEP"
		cp "$_dir/sshd.log" "$SSHFUZZ_KEEP/ssh-$_seed.log"
		cp "$TMP/fuzz" "$SSHFUZZ_KEEP/ssh-$_seed.txt"
		echo "# its log is kept: $SSHFUZZ_KEEP/ssh-$_seed.log"
	fi
}

if [ -n "$SSHFUZZ_S" ]; then
	round long "$B/asan/discador-sshd" "$SSHFUZZ_S" \
		"${SSHFUZZ_SEED:-$(date +%s)}" 24
	is "$RC" 0 "$SSHFUZZ_S seconds: no defect"
	done_testing
fi

# First that it would say so: a server that is another program than it seems,
# and reports what a sanitizer does.
cat >"$D/sham.sh" <<X
#!/bin/sh
echo 'sham.c:1: runtime error: made up' >&2
exec "$(realpath "$B/discador-sshd")" "\$@"
X
chmod 755 "$D/sham.sh"
round sham "$D/sham.sh" 2 1 8
is "$RC" 1 'a server that is not well is found out'
like "$OUT" 'DEFECT.*runtime error: made up' 'by its log'
like "$OUT" 'DEFECT.*discador-sshd is executed' 'and by what it executes'

# The seed of a day is the same all day: a failure can be had again.
for run in asan:4:6 "asan:$(date +%Y%m%d):7" :7:5; do
	build=${run%%:*}
	seed=${run#*:}
	s=${seed#*:}
	seed=${seed%:*}
	round "run-$build-$seed" "$B/${build:+$build/}discador-sshd" "$s" \
		"$seed" 24
	is "$RC" 0 "seed $seed, ${build:-as it is}: no defect"
	for mode in banner keys login channels console verbs; do
		like "$OUT" " [1-9][0-9]* $mode" "some of mode $mode"
	done
	like "$OUT" 'logged in properly [1-9][0-9]' 'with log-ins'
done
done_testing
