/* SPDX-License-Identifier: MIT */
/*
 * doing: what a console tells the engine while it lives (what is on its
 * screen, that a key was pressed, that it looks at another screen no more),
 * and the welcome that it asks for once.  Never waits; what is not answered
 * is not missed.
 */
#ifndef SSHD_DOING_H
#define SSHD_DOING_H

#include <stdbool.h>
#include <stdint.h>

#define DOING_TEXT 48 /* row_session.what */

struct client;
struct view;
struct doing {
	struct client *client;
	struct view *view; /* who is welcomed */
	char told[DOING_TEXT];
	int64_t told_ns; /* 0: never */
	int64_t key_ns; /* the last one that was told */
	bool welcomed;
};
void doing_init(struct doing *, const char *run_dir);
void doing_end(struct doing *);
/*
 * open: the engine knows of the session.  what: the words for it; key_ns: when
 * the last key was pressed.
 */
void doing_turn(struct doing *, struct view *, bool open, const char *what,
    int64_t key_ns, int64_t mono_ns);
/* It looks at no other screen any more. */
void doing_leave(struct doing *);
/* Descriptor to poll and for what; -1: none. */
int doing_fd(const struct doing *, short *events);

#endif
