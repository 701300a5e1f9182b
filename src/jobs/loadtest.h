/* SPDX-License-Identifier: MIT */
/*
 * loadtest: `discador-job loadtest`: a throwaway engine calls at a given pace
 * and every promise is measured.
 *
 * The operator's data, caller IDs and engine are not touched; where
 * DISCADOR_CONNINFO names the engine's database, the result becomes a row of
 * its load_test.  Files: STATE_DIR/loadtest/ID/.  With --progress-fd JSON
 * lines go there, the last one {"final": true, "text"|"error": ...}.
 *
 * SIGUSR1, or a first SIGINT, brings the test to its end: what was measured
 * is judged.  A second one, SIGTERM or SIGHUP end it at once, without.
 */
#ifndef JOBS_LOADTEST_H
#define JOBS_LOADTEST_H

/*
 * The program; argv[0] is its name.  Also "loadtest results [ID]" of what
 * lies in the state directory.  0 passed; 1 a target was missed, or it could
 * not run; 2 usage; 4 configuration; 5 database out of reach.
 */
int loadtest_main(int argc, char **argv);

#endif
