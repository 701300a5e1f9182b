/* SPDX-License-Identifier: MIT */
/*
 * session_refused: what discador-sshd tells of log-ins that were refused or
 * banned, for the audit.  Believes nothing of its shape: a stranger chose the
 * names.  However many there are, the audit gets few lines a second.
 */
#ifndef DAEMON_SESSION_REFUSED_H
#define DAEMON_SESSION_REFUSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REFUSED_BYTES 262144 /* of the JSON text */
#define REFUSED_MAX   1000 /* entries in it */
#define REFUSED_LINES 20 /* a second, the one that sums up included */
#define REFUSED_HOUR                                                           \
	1000 /* an hour; then the sum alone, once a minute: the                \
	      * audit is never cut */
#define REFUSED_TEXT 160

struct refused {
	char user[64]; /* as it is shown: cleaned; "?" if it said nothing */
	char from[64]; /* "": of many */
	uint32_t n;
	char how[32]; /* "key", "password", "banned" */
};
/*
 * [{"user", "from", "n", "how"}, ...]: nothing else, user up to 64 bytes, from
 * an address, n from 1 on, how up to 31 letters and signs; user and from ""
 * for tries that were gathered.  Returns how many (v has room for
 * REFUSED_MAX), or -1.
 */
int refused_parse(const char *json, struct refused *v);
/* "3 tries, password" */
void refused_text(const struct refused *, char out[REFUSED_TEXT]);

/* All zero at first. */
struct refused_rate {
	int64_t second; /* of mono_ns */
	unsigned lines; /* written in it */
	int64_t hour, sum_s; /* of mono_ns; when the last sum was written */
	unsigned of_hour; /* lines */
	uint64_t tries; /* not written: summed up */
	unsigned entries; /* of them */
};
/* May a line be written for it (room: at all)?  Else it is summed up. */
bool refused_take(
    struct refused_rate *, const struct refused *, bool room, int64_t mono_ns);
/* A sum is due: its text, and it begins again.  False: there is none. */
bool refused_sum(
    struct refused_rate *, int64_t mono_ns, char out[REFUSED_TEXT]);

#endif
