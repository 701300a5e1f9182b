/* SPDX-License-Identifier: MIT */
/*
 * announce: tells the engine that a session lives, by a request that stays
 * open, and hears from it when the session is to end.  Never waits for an
 * engine that is busy, stopped or gone.
 */
#ifndef SSHD_ANNOUNCE_H
#define SSHD_ANNOUNCE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct announce {
	int fd; /* to poll for POLLIN; -1: none */
	int64_t next_ns; /* not tried again before */
	bool before; /* an engine knew of it already */
};
void announce_init(struct announce *);
/*
 * Announce it where it is not, with these words, and look for news.  NULL:
 * go on; else the sentence with which the engine ends the session (static).
 */
const char *announce_turn(
    struct announce *, const char *run_dir, const char *what, int64_t mono_ns);
void announce_end(struct announce *);

/*
 * Connect and send a request (taken) whose answer may take its time: the
 * descriptor to poll, for ipc_reply(); -1: there is no engine that takes it
 * at once.
 */
int announce_ask(const char *run_dir, json_t *request);

#endif
