/* SPDX-License-Identifier: MIT */
/*
 * notify_state: what the files of the notices share (notify.c what there is to
 * run, notify_script.c one run).  Nobody else includes it.
 */
#ifndef DAEMON_NOTIFY_STATE_H
#define DAEMON_NOTIFY_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/notify.h"
#include "shared/buf.h"

#define SCRIPT_MAGIC 0x4e4f5421u

struct notice {
	STAILQ_ENTRY(notice) link;
	char *json;
};

/* One executable that was fit to run when it was last told of something. */
struct script {
	uint32_t magic;
	struct daemon *d;
	char name[64];
	char path[512];
	STAILQ_HEAD(, notice) waiting;
	unsigned nwaiting, dropped;
	/* the one that runs */
	pid_t pid; /* 0: none */
	int in, out; /* -1: closed */
	struct event *writable, *readable, *late;
	char *json;
	size_t sent, len, heard;
	struct buf line;
	unsigned lines;
	bool killed;
};

struct notify {
	struct script *v[NOTIFY_FILES];
	unsigned n, running;
	/* Files that are not run; known, so that each is warned of once. */
	char unfit[NOTIFY_FILES][64];
	unsigned nunfit;
	bool warned_dir, warned_full;
};

/* Tell it of the first that waits; one that cannot be started loses it. */
void notify_script_start(struct notify *, struct script *);
/* Its process has ended with that status of waitpid(). */
void notify_script_ended(struct notify *, struct script *, int status);

#endif
