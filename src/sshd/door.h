/* SPDX-License-Identifier: MIT */
/*
 * door: who may try to log in, and what becomes of it: guard's limits with
 * room made for who comes, refused log-ins told, bans said.  For the server's
 * process, which looks at no byte of theirs.
 */
#ifndef SSHD_DOOR_H
#define SSHD_DOOR_H

#include <stdbool.h>
#include <stdint.h>

#include "sshd/children.h"

#define DOOR_SILENT_S 1 /* without a key exchange it may have to make room */
#define DOOR_IDLE_S   5 /* with one, and no log-in */

struct tried;
struct door;
/* Borrows both. */
struct door *door_new(struct children *, struct tried *);
void door_free(struct door *);
/*
 * A connection from addr arrives, counted as key: may it try?  If not it is
 * logged, now and then.  If so door_child() or door_cancel() is called next.
 */
bool door_open(
    struct door *, const char *addr, const char *key, int64_t mono_ns);
/* Has somebody logged in from there? */
bool door_knows(const struct door *, const char *key);
void door_child(struct door *, struct child *, const char *key);
void door_cancel(struct door *, const char *key, int64_t mono_ns);
/* Somebody has logged in, or was refused; for children_ops. */
void door_in(struct door *, struct child *, const char *user);
void door_tried(
    struct door *, struct child *, const char *user, const char *how);
/* It has ended; failed: it tried to log in, and did not. */
void door_gone(struct door *, struct child *, bool failed, int64_t mono_ns);

#endif
