/* SPDX-License-Identifier: MIT */
/*
 * job_exec: this program becomes discador-job, which holds what the console
 * and command line must not: the engine, the database, switches.
 */
#ifndef UI_JOB_EXEC_H
#define UI_JOB_EXEC_H

#include <stddef.h>

struct cli;

/* Words of a command line; what does not fit refuses the whole. */
#define JOB_WORDS 160
struct job_words {
	const char *v[JOB_WORDS]; /* borrowed */
	size_t n;
};
void job_word(struct job_words *, const char *);
/* flag and value; nothing where value is NULL. */
void job_option(struct job_words *, const char *flag, const char *value);
/* -c and --run-dir as this program was given them. */
void job_place(struct job_words *, const struct cli *);
/* Returns only if it cannot be started: said, with the exit status. */
int job_exec(const struct cli *, struct job_words *);

#endif
