/* SPDX-License-Identifier: MIT */
/*
 * import_options: what jobs/import.h lists, read from argv.
 */
#ifndef JOBS_IMPORT_OPTIONS_H
#define JOBS_IMPORT_OPTIONS_H

#include "db/import.h"

struct import_options {
	struct import_target target;
	const char *country, *encoding; /* NULL: not given */
	const char *name; /* of the list, for messages */
	char region[4]; /* of country, found later; "" none */
	int delimiter; /* 0: find it */
	int rejects_fd, progress_fd; /* -1: none */
};

/* 0, or 2 after a message on stderr.  Texts are borrowed from argv. */
int import_options_parse(int argc, char **argv, struct import_options *);
/* Says why and arg and how it is used, on stderr; returns 2. */
int import_options_usage(const char *why, const char *arg);

#endif
