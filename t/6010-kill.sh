#!/bin/sh
# kill -9 of the engine at a random moment under 30 calls per second.
. t/lib.sh
. t/lib-engine.sh
. t/lib-crash.sh
KILLS=${KILLS:-50} SEED=${SEED:-$$}
echo "# SEED=$SEED KILLS=$KILLS"
eng_dir
ok 'the simulated carrier starts' eng_sim --speed 5
eng_conf "$SIM_PORT"
ok 'the engine starts' eng_start
ok '30 calls per second' crash_setup $((KILLS * 24 + 60))
i=0 up=0
while [ $i -lt "$KILLS" ]; do
	i=$((i + 1))
	nap 150 1100 $i
	mark; eng_kill
	eng_start 30 && up=$((up + 1))
done
is "$up" "$KILLS" 'it comes back every time'
crash_verdict
ok 'a clean stop' eng_stop
done_testing
