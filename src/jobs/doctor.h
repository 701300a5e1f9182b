/* SPDX-License-Identifier: MIT */
/*
 * doctor: one look at every part: is it there, does it answer, and if not,
 * what to do.  A check that cannot be made says so; none changes anything.
 */
#ifndef JOBS_DOCTOR_H
#define JOBS_DOCTOR_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/conf.h"

enum doctor_state { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_WARN, DOCTOR_BAD };

struct doctor {
	struct conf conf;
	bool have_conf;
	struct board *board; /* NULL: no engine */
	enum board_state live;
	json_t *checks; /* [{"name", "state", "text", "mend"}] */
	unsigned bad, warned;
};

/* One line of the report; mend "" where nothing is to be done. */
void doctor_say(struct doctor *, enum doctor_state, const char *name,
    const char *mend, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

/* doctor_net.c: what is reached over a socket */
void doctor_database(struct doctor *);
void doctor_switches(struct doctor *);
void doctor_metrics(struct doctor *);
/* doctor_ssh.c */
void doctor_ssh(struct doctor *);
/* doctor_host.c: this machine */
void doctor_host(struct doctor *);
/* Does somebody listen there?  A line he says first, "" if none, into out. */
bool doctor_reach(
    const char *host, int port, char *out, size_t size, const char **why);

/* `discador-job doctor [-c FILE] [--run-dir DIR] [--json]` */
int doctor_main(int argc, char **argv);

#endif
