/* SPDX-License-Identifier: MIT */
/*
 * amisim: an AMI server over the simulated carrier of src/sim, speaking as
 * Asterisk 22: `discador-job amisim`.  For the demo, the tests and the
 * benchmarks; it places no call anywhere.
 *
 * Once it listens it prints "port N" on stdout.  Signals: SIGTERM, SIGINT end
 * it; SIGUSR1 is a "core restart now" (all connections closed, all calls
 * gone, listening again 2 s later); SIGUSR2 refuses connections, or accepts
 * them again.
 */
#ifndef JOBS_AMISIM_H
#define JOBS_AMISIM_H

/*
 * The program; argv[0] is its name for messages, argv[1..] are its options
 * (see --help).  Returns the exit code: 0 ended by a signal, 1 it could not
 * run (one line on stderr says why), 2 usage.
 */
int amisim_main(int argc, char **argv);

#endif
