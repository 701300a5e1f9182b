/* SPDX-License-Identifier: MIT */
/*
 * simulate: `discador-job simulate FILE [--hours N] [--seed N] [--json]`: the
 * engine, with the objects that `discador apply` would read from FILE and the
 * world that its group `simulation` describes (jobs/simulate_conf.h), through
 * a day in seconds.  Touches no database, no switch and no running engine.
 */
#ifndef JOBS_SIMULATE_H
#define JOBS_SIMULATE_H

/*
 * argv[1..] as above.  0 done; 1 interrupted (what came of it so far is
 * printed); 2 usage; 4 a mistake in the file.
 */
int simulate_main(int argc, char **argv);

#endif
