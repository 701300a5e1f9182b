/* SPDX-License-Identifier: MIT */
/*
 * calls: the hot path.  claim -> arm -> (record)* and the ways back
 * (release, defer, unarm), each one statement calling one SQL function of
 * sql/002_functions.sql and sql/003_rules.sql, so that each is one
 * transaction.
 *
 * Times are milliseconds since the epoch, UUIDs and numbers text.
 */
#ifndef DB_CALLS_H
#define DB_CALLS_H

#include "db/db.h"
#include "shared/buf.h"
#include "shared/model.h"
#include "shared/util.h"

/*
 * claim: up to limit contacts of a campaign, state pending, due, in one of
 * the (country, zone) pairs; they become claimed under a lease of node for
 * lease_s seconds.  attempts - uncounted < the campaign's max_attempts by
 * construction; the next attempt has the number attempts + 1.  Contacts on the
 * do-not-call list are not returned but marked dnc.
 */
struct calls_pair {
	const char *country;
	const char *zone;
};
struct calls_contact {
	int64_t id;
	char number[MODEL_E164];
	char country[32];
	char zone[MODEL_ZONE];
	int attempts; /* so far, each dialled once */
	int uncounted; /* of them not counted towards max_attempts */
};
typedef void calls_claim_cb(void *arg, enum db_status, const char *err,
    const struct calls_contact *, size_t n);
void calls_claim(struct db *, const char *node, int64_t campaign_id,
    const struct calls_pair *, size_t npairs, int limit, int lease_s,
    calls_claim_cb *, void *arg);

/*
 * alone: ends what an earlier connection of this node (killed, cut off) still
 * has running, waits for it, and keeps others from being this node as long as
 * this connection lives.  Only then do the answers to release_all and open
 * hold.  Answers one row: how many were ended.
 */
void calls_alone(struct db *, const char *node, db_cb *, void *arg);

/* release: claimed contacts of node go back to pending (not armed). */
void calls_release(struct db *, const char *node, const int64_t *contact_ids,
    size_t n, db_cb *, void *arg);
/* The same, and not due before due_ms. */
void calls_defer(struct db *, const char *node, const int64_t *contact_ids,
    size_t n, int64_t due_ms, db_cb *, void *arg);
/* All of node's leases (NULL: nobody's) and all expired ones go back. */
void calls_release_all(struct db *, const char *node, db_cb *, void *arg);

/*
 * arm: one transaction for the batch.  For each row, in order of did_id:
 * the contact must be claimed by node; its number must not be on the
 * do-not-call list; attempts that count must be below max_attempts; the DID
 * use must fit its cap; the number must have been called less than number_cap
 * times in the last 24 h by anybody, the rows before it in the batch included
 * (calls given back and attempts that do not count are none).  Then: call row
 * inserted (state armed, attempt = attempts + 1), contact.attempts + 1,
 * last_attempt_at, state dialing, usage + 1.
 */
enum arm_verdict {
	ARM_OK, /* attempt is set */
	ARM_DNC, /* contact is now dnc */
	ARM_CAPPED, /* uses and cap hold what the row says now */
	ARM_GONE, /* not claimed by us any more, or no attempts left */
	/*
	 * number_cap: no attempt, no use, the lease is dropped; the contact is
	 * pending and due when the oldest of those calls is 24 h old.
	 */
	ARM_DEFERRED,
};
struct calls_arm {
	struct uuid id;
	int64_t armed_ms;
	int64_t contact_id, campaign_id, did_id;
	const char *did_number, *cap_group;
	char usage_date[11]; /* YYYY-MM-DD in the cap's zone */
	int cap; /* 0: none */
	const char *number, *country, *zone, *trunk;
	int number_cap; /* calls to the number in 24 h; 0: no limit */
	const char *did_why; /* why this DID, for people; NULL or "" none */
};
struct calls_armed {
	struct uuid id;
	enum arm_verdict verdict;
	int attempt;
	int uses, cap;
};
typedef void calls_arm_cb(void *arg, enum db_status, const char *err,
    const struct calls_armed *, size_t n);
void calls_arm(struct db *, const char *node, const struct calls_arm *,
    size_t n, calls_arm_cb *, void *arg);

/*
 * unarm: armed calls that were never sent are undone: call row deleted,
 * attempts - 1, use - 1, contact pending and due as before.  Rows that are not
 * state armed and of this node are left alone (idempotent).
 */
void calls_unarm(struct db *, const char *node, const struct uuid *,
    const int64_t *armed_ms, size_t n, db_cb *, void *arg);

/*
 * record: what became of calls, a batch of the JSON objects that
 * calls_record_json makes (the spool keeps the same lines).  Idempotent and
 * monotone: replaying a batch, or an older line after a newer one, changes
 * nothing; an ended row changes only from lost to a true outcome; a lost
 * call's contact that was claimed or armed again meanwhile is left alone.
 * Ends update the contact (state, due_at, last_disposition, shift), the tally,
 * and opted_out inserts the do-not-call row (list internal, source call id).
 *
 * contact_state "claimed": the contact stays leased to the call's node for 60
 * s, for another trunk; where the call has ended more than 60 s ago it is
 * pending and due instead.  uncounted: contact.uncounted + 1, once (a lost
 * call counts until its true outcome says otherwise).  shift: the contact's
 * priority is its own + shift.  A callback is over with the first attempt
 * that counts, and its shift with it.
 *
 * A contact with alternates that is to be called again after invalid_number,
 * no_answer, busy, rejected or machine gets the next one as its number,
 * country and zone, and its present one goes to the end of the row.  After
 * invalid_number it goes away, and the contact is pending and due at once
 * instead of done.  Alternates on do-not-call, without country or zone, or
 * held by another contact of the campaign are dropped.
 *
 * Answers rows (id) of calls that are in the table after it, so that a line
 * for a call the database has never heard of can be reported.
 */
struct calls_record {
	struct uuid id;
	int64_t armed_ms;
	enum call_state state;
	enum disposition disposition; /* NONE until ended */
	int cause, sip_code; /* -1: not known */
	const char *trunk;
	int64_t sent_ms, ringing_ms, answered_ms, connected_ms,
	    ended_ms; /* 0 */
	char key; /* 0: none */
	const char *amd, *amd_cause, *note; /* NULL or text */
	int setup_ms; /* -1: none */
	double cps_at_call;
	bool optout; /* insert into dnc now */
	const char *context; /* NULL or what it was sent with */
	int context_version; /* 0: not known */
	int amd_ms; /* answer to verdict; -1 */
	int key_ms; /* prompt's begin to the last key that led on; -1 */
	bool key_early; /* a key came before anything was asked */
	int keys_invalid;
	const struct call_answer *answers;
	size_t nanswers;
	/* once ended: */
	/* pending, done, exhausted, dnc, claimed */
	const char *contact_state;
	int64_t due_ms; /* when pending */
	bool uncounted; /* not one of the contact's max_attempts */
	int shift; /* of its priority; -9999..9999 */
	/* not sent to the database, for the line's readers: */
	int64_t contact_id;
};
/* Append one line (with "\n") for the spool and for calls_record_send. */
void calls_record_json(struct buf *, const struct calls_record *);
/* lines: n bytes of whole lines made by calls_record_json. */
void calls_record_send(
    struct db *, const char *lines, size_t n, db_cb *, void *arg);

/* Calls of node that are not ended: what a restart or reconnect finds. */
struct calls_open {
	struct uuid id;
	int64_t armed_ms, sent_ms;
	int64_t contact_id, campaign_id, did_id;
	char did_number[MODEL_E164], number[MODEL_E164];
	char country[32], zone[MODEL_ZONE], trunk[MODEL_NAME];
	char cap_group[32], usage_date[11];
	int attempt;
	int uncounted; /* attempts of its contact that do not count */
	enum call_state state;
	int64_t ringing_ms, answered_ms, connected_ms; /* 0: not */
	char amd[16], key[4]; /* "" not */
};
typedef void calls_open_cb(void *arg, enum db_status, const char *err,
    const struct calls_open *, size_t n);
void calls_open(struct db *, const char *node, calls_open_cb *, void *arg);

/* Which of these numbers are on the do-not-call list now?  Rows (number). */
void calls_dnc_test(
    struct db *, const char *const *numbers, size_t n, db_cb *, void *arg);

#endif
