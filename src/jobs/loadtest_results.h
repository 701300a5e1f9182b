/* SPDX-License-Identifier: MIT */
/*
 * loadtest_results: load tests that lie in the state directory: all of them
 * in lines, or the report of one, beside another if wanted.  For when no
 * engine runs, and for the engine's answer to `loadtest results ID`.
 */
#ifndef JOBS_LOADTEST_RESULTS_H
#define JOBS_LOADTEST_RESULTS_H

/*
 * results [ID] [--format text|json|html] [--compare ID] [-c FILE]
 * [--run-dir DIR] [--progress-fd N]; the exit code.
 */
int loadtest_results_main(int argc, char **argv);

#endif
