/* SPDX-License-Identifier: MIT */
/*
 * guard: how many strangers may be at the door at once, and which addresses
 * are not heard for a while because they failed too often.  Pure: addresses
 * and times in, answers out.
 */
#ifndef SSHD_GUARD_H
#define SSHD_GUARD_H

#include <stdbool.h>
#include <stdint.h>

#define GUARD_TOTAL      64 /* connections that have not logged in */
#define GUARD_ADDRESS    8 /* of one address */
#define GUARD_FAILURES   10 /* connections that failed, then a ban */
#define GUARD_FORGET_S   600 /* without another one they are forgotten */
#define GUARD_BAN_S      60 /* the first; doubled each time */
#define GUARD_BAN_MOST_S 3600

struct guard;
struct guard *guard_new(void);
void guard_free(struct guard *);
/*
 * A connection arrives: may it try?  If not, *why (static): GUARD_FULL if it
 * could as soon as another stranger has gone.  If so it counts until
 * guard_close().
 */
extern const char GUARD_FULL[];
bool guard_open(
    struct guard *, const char *addr, int64_t mono_ns, const char **why);
/* Connections of that address that have not logged in. */
int guard_count(const struct guard *, const char *addr);
/* Has somebody logged in from there? */
bool guard_knows(const struct guard *, const char *addr);
/* It does not count any more; failed: it tried to log in, and did not. */
void guard_close(
    struct guard *, const char *addr, bool failed, int64_t mono_ns);
/*
 * Somebody has logged in from there: what failed before is forgotten, and
 * strangers that take all places do not keep that address out.
 */
void guard_in(struct guard *, const char *addr);
/* True once after a ban has begun: for the log; *s its seconds. */
bool guard_banned(struct guard *, const char *addr, int *s);

#endif
