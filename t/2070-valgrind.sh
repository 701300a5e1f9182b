#!/bin/sh
# The daemon under valgrind: a list in, calls out, the database away and back,
# the switch away and back, commands of every kind, a clean stop.  No error, no
# lost byte, no descriptor left.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
need valgrind command -v valgrind
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 10
eng_conf "$SIM_PORT"
ENG_WRAP="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible --track-fds=no --log-file=$ENG/vg.log"
ok 'the engine starts under valgrind' eng_start 120
ok 'it dials' crash_setup 150
d show campaign >/dev/null; d show did >/dev/null; d cps 20 >/dev/null
d campaign pause nobody >/dev/null 2>&1
kill -USR1 "$SIM_PID"
ok 'the switch restarts' wait_for 60 sh -c "grep -q 'switch sw1 is away' $ENG/d.log"
PID=$(head -1 "$ENG/state/pg/data/postmaster.pid")
kill -KILL "$PID"
ok 'the database dies' wait_for 60 sh -c "grep -q 'database is away' $ENG/d.log"
ok 'and is started again' "$B/discadord" -c "$ENG/d.conf" --db start
crash_verdict 240
d brake on >/dev/null; d brake off >/dev/null; d cps auto >/dev/null
ok 'a clean stop, valgrind content' eng_stop
is "$(grep -c . "$ENG/vg.log")" 0 'valgrind has nothing to say' || sed 's/^/# /' "$ENG/vg.log"
done_testing
