/* SPDX-License-Identifier: MIT */
/*
 * watched: who looks at this session's screen.  Finds the session's own row
 * (shared/rows.h), asks its user, hands the picture on to the one process the
 * engine names, and says all the time who looks.
 */
#ifndef SSHD_WATCHED_H
#define SSHD_WATCHED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "shared/rows.h"
#include "ui/canvas.h"
#include "ui/view.h"

struct mirror;
struct watched {
	struct rows_reader *rows;
	uint64_t changes; /* of the file, when it was looked at last */
	int64_t slot; /* of our row; -1: not known */
	struct row_session row; /* id 0: none */
	struct mirror *m; /* not NULL: somebody looks */
	pid_t to;
	char by[32];
	pid_t asked, noted; /* the user was asked about this process; told */
};
void watched_init(struct watched *, const char *run_dir);
void watched_end(struct watched *);
/*
 * Look whether anything changed; shown is what is on the screen (NULL: not
 * known).  True: draw again.
 */
bool watched_turn(struct watched *, struct view *, const struct canvas *shown,
    int64_t mono_ns);
/* The screen shows that from now on. */
void watched_frame(struct watched *, const struct canvas *);
/* Who looks, over the picture. */
void watched_badge(const struct watched *, struct canvas *);

#endif
