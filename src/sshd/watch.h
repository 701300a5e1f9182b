/* SPDX-License-Identifier: MIT */
/*
 * watch: looking at another session's screen, from asking to the end of it.
 * The picture comes from that session itself (sshd/mirror.h), handed on by
 * the server (sshd/parent.h) when the engine has granted it.  Only looks:
 * no key goes to the other side.
 */
#ifndef SSHD_WATCH_H
#define SSHD_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ui/canvas.h"

struct mirror_view;
struct watch {
	int fd; /* of the request, to poll for POLLIN; -1: not asked */
	bool granted; /* then it is expected from pid */
	pid_t pid;
	char who[32];
	int64_t since_ns; /* asked, or granted */
	int given; /* it may come before the grant; -1 */
	pid_t given_by;
	struct mirror_view *m; /* not NULL: it is looked at */
	int top, left;
};
enum watch_news {
	WATCH_SAME,
	WATCH_FRAME, /* draw it */
	WATCH_REFUSED, /* text says why; nothing was granted */
	WATCH_OVER, /* text says why; the engine is to be told (leave) */
};

void watch_init(struct watch *);
/* False: no engine takes it. */
bool watch_ask(
    struct watch *, const char *run_dir, const char *id, int64_t mono_ns);
/* Asked, granted or looked at: another one is not asked for meanwhile. */
bool watch_busy(const struct watch *);
/* A descriptor (taken) from that process: dropped if it is not expected. */
void watch_given(struct watch *, pid_t from, int fd, int64_t mono_ns);
enum watch_news watch_turn(struct watch *, int64_t mono_ns, char text[256]);
/* Is there a picture? */
bool watch_on(const struct watch *);
/* Does it mean something there? */
bool watch_takes(uint32_t code);
/* False: the viewer has seen enough. */
bool watch_key(struct watch *, uint32_t code);
/* All of the canvas, with a line at the foot that says whose it is. */
void watch_draw(struct watch *, struct canvas *);
void watch_end(struct watch *);

#endif
