/* SPDX-License-Identifier: MIT */
/*
 * audit: who did what, into event_log.  What is commanded while the database
 * is away (the brake must work then, too) is kept in memory, with its time,
 * and written when it is back; the log has had it all the while.
 */
#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

struct daemon;

void audit_write(struct daemon *, const char *who, const char *origin,
    const char *action, const char *object, const char *result);
/* The database is back (db_hooks.up of the admin connection). */
void audit_up(void *daemon);
/* Lines that wait; one whose answer is due counts too. */
unsigned audit_waiting(const struct daemon *);
/* At the end: the waiting ones are only in the log then. */
void audit_clear(struct daemon *);

#endif
