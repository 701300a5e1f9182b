/* SPDX-License-Identifier: MIT */
/*
 * audit: who did what, into event_log.  What is commanded while the database
 * is away (the brake must work then, too) is kept in memory, with its time,
 * and written when it is back; the log has had it all the while.
 *
 * event_log is a chain (db/audit.h); its newest hash stands on the board and
 * goes to state_dir/audit.head, and once a minute the table is asked whether
 * it still agrees.  Rows are never deleted, however old.
 */
#ifndef DAEMON_AUDIT_H
#define DAEMON_AUDIT_H

struct daemon;
struct now;

/* Before the database comes up. */
void audit_open(struct daemon *);
void audit_write(struct daemon *, const char *who, const char *origin,
    const char *action, const char *object, const char *result);
/* The database is back (db_hooks.up of the admin connection). */
void audit_up(void *daemon);
/* What is due; every turn. */
void audit_turn(struct daemon *, const struct now *);
/* Lines that wait; one whose answer is due counts too. */
unsigned audit_waiting(const struct daemon *);
/* At the end: the waiting ones are only in the log then. */
void audit_clear(struct daemon *);

#endif
