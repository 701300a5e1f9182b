/* SPDX-License-Identifier: MIT */
/*
 * helpers: what becomes of a process that the engine keeps running, in words
 * and on the board.  The life of one (struct helper) is pure: who starts and
 * reaps it (supervise.h, cluster_keep.h) says what happened and when.
 *
 *	waiting   it does not run; started again at next_ms
 *	starting  a process is there, but has not proved itself yet
 *	running
 *	stopped   wished so
 *	failed    cannot run, and trying again would not help
 *
 * since_ms is when it began or ceased to run: waiting and starting by turns
 * are one outage.
 */
#ifndef DAEMON_HELPERS_H
#define DAEMON_HELPERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "shared/board.h"
#include "shared/tz.h"
#include "shared/util.h"

/* Seconds until the next start: doubled each time, the first again when it
 * has run for HELPER_GOOD_S on end. */
#define HELPER_FIRST_S 1
#define HELPER_MOST_S  60
#define HELPER_GOOD_S  60

struct helper {
	struct board_helper b;
	bool begun; /* it was started, or found running, before */
	int64_t next_ns; /* waiting: due then, mono */
	int64_t good_ns; /* running since, mono */
	int wait_s; /* until the next start but one */
};

/* Waiting, and due at once. */
void helper_init(struct helper *, const char *name, const struct now *);
/* A process was started; all but the first are counted. */
void helper_starting(struct helper *, pid_t, const struct now *);
/* It does its work; also one that was found so.  0: a pid nobody knows. */
void helper_running(struct helper *, pid_t, const struct now *);
/* It ended, or could not be started: waiting, longer from time to time. */
void helper_ended(struct helper *, const char *why, const struct now *);
/* It ended because it was asked to, for another to take its place: due now. */
void helper_again(struct helper *, const struct now *);
void helper_stopped(struct helper *, const char *why, const struct now *);
void helper_failed(struct helper *, const char *why, const struct now *);
/* Waiting, and the time has come. */
bool helper_due(const struct helper *, const struct now *);
/* What a status of wait() says: "ended by signal 9", "ended with exit 4: see
 * the log". */
void helper_status(int status, char out[96]);
/* The last line of what a process had to say, without "NAME: " in front; what
 * follows FATAL: or PANIC: where PostgreSQL says so.  "": it said nothing. */
void helper_last_line(const char *said, char out[96]);

/* It should run, and does not. */
bool helper_is_down(const struct board_helper *);
/* For an alert: "discador-sshd does not run (started again at 12:00:03): ended
 * by signal 9", in that zone. */
void helper_text(
    const struct board_helper *, const struct tz *, char *out, size_t size);

struct daemon;
/*
 * A phase of the turn: look after them; the engine hears of it at once, so
 * that what follows from it (a link that breaks) is told with its cause.
 */
void helpers_turn(struct daemon *, const struct now *, int64_t *wake);
/* All of them to the board; jobs last. */
void helpers_publish(const struct daemon *, struct board *);

#endif
