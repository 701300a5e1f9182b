/* SPDX-License-Identifier: MIT */
/*
 * load: what the engine knows comes in, and what people change goes out.
 * Objects travel as JSON whose keys are those of shared/tbl_spec.h.
 */
#ifndef DB_LOAD_H
#define DB_LOAD_H

#include "db/db.h"

/*
 * One row, one column: a JSON array of every object of kind (country context
 * trunk profile amd_profile campaign alert_rule), ordered by name, each with id
 * and name (state for a campaign, version for a context), keys as in
 * tbl_spec.h.  name: only that one, or NULL.  Of the caller IDs only one, by
 * its number (load_dids has them all).
 */
void load_objects(
    struct db *, const char *kind, const char *name, db_cb *, void *arg);
/*
 * Rows (id, number, country, area, state, blocked_until_ms or null,
 * block_reason, weight) with id > after, at most limit, ordered by id:
 * asked again until fewer than limit come back.
 */
void load_dids(struct db *, int64_t after, int limit, db_cb *, void *arg);
/* Rows (did_id, cap_group, usage_date, uses, cap) of days >= from_date. */
void load_usage(struct db *, const char *from_date, db_cb *, void *arg);
/* Rows (campaign_id, country, zone, total, finished). */
void load_tally(struct db *, db_cb *, void *arg);
/*
 * Rows (campaign_id, country, attempted, answered, connected, opted_out,
 * failed, machine, abandoned, ended, ner_good, disposition,
 * false_machines_milli) of calls sent at or after from_ms, by any node; one row
 * for each disposition, "" of those that have not ended.
 */
void load_counts(struct db *, int64_t from_ms, db_cb *, void *arg);
/* Earliest due_at in ms of a campaign's pending contacts; null: none. */
void load_next_due(struct db *, int64_t campaign_id, db_cb *, void *arg);

/*
 * Create or update one object from a JSON object of the keys that were
 * given; other keys keep their value (or get the table's default).  Answers
 * one row (id, what) with what = created, updated or unchanged.  kind did: the
 * number is the name.
 */
void load_upsert(struct db *, const char *kind, const char *name,
    const char *json, db_cb *, void *arg);
/* running, paused or stopped; one row (name) or none if unknown. */
void load_campaign_state(
    struct db *, const char *name, const char *state, db_cb *, void *arg);
/*
 * Block a DID from now on, until until_ms (0: until a person lets it go).
 * Never shortens a block.  One row (id, what: blocked or unchanged), or none.
 */
void load_did_block(struct db *, int64_t did_id, int64_t until_ms,
    const char *reason, db_cb *, void *arg);
/*
 * A person wants to be called at due_ms (0: now): the contacts with that
 * number, or with it among their alternates, of one campaign or ("") all go
 * first then, with an attempt more if they have none left.  One row
 * (campaign, what) for each: "will be called", or why it will not be.  who
 * asked for it is kept in the contact's data as callback_by.
 */
void load_callback(struct db *, const char *number, const char *campaign,
    int64_t due_ms, const char *who, db_cb *, void *arg);
/*
 * What the tables say of a number, one row per contact that has it (also
 * among its alternates): campaign_id and campaign (null: a list's that no
 * campaign calls), list, country, zone, state, attempts, uncounted, due_ms,
 * last_disposition, last_attempt_ms or null, dnc, dnc_list, dnc_reason,
 * dnc_added_ms, calls_24h, oldest_24h_ms or null, calls or null (a JSON array
 * of its last five, the newest first).  No contact at all: one row whose state
 * is null.
 */
void load_contact_why(struct db *, const char *number, db_cb *, void *arg);
/*
 * Rows (id, country, area, state, blocked_until_ms or null, block_reason,
 * weight, cap_group, usage_date, uses, cap) of a DID, one for each cap group
 * it was used in since yesterday; one with nulls if it was not; none if there
 * is no such DID.
 */
void load_did_why(struct db *, const char *number, db_cb *, void *arg);
/* Contacts of the campaign's lists that belong to nobody become its own. */
void load_attach_lists(struct db *, int64_t campaign_id, db_cb *, void *arg);

/*
 * One line in event_log.  at_ms 0: now.  Answers one row (its number, its
 * hash in hex: db/audit.h), or none if nothing was added because somebody
 * else held the chain for a second: ask again.
 */
void load_audit(struct db *, int64_t at_ms, const char *node, const char *actor,
    const char *origin, const char *action, const char *object,
    const char *result, db_cb *, void *arg);
/* One row of metric; values in the column order of sql/001. */
struct load_metric {
	const char *node;
	int64_t at_ms;
	double current_cps, target_cps, success_rate, setup_ms, load;
	int concurrent_calls, initiated, answered, failed, queue_size;
	const char *brake;
};
void load_metric(struct db *, const struct load_metric *, db_cb *, void *arg);
/*
 * Delete rows of metric that are older than so many days, at most 20,000 at a
 * time.  Partitions of call are never dropped: the record of who was called,
 * when and from which number is kept until a person drops it.
 */
void load_metric_trim(struct db *, int days, db_cb *, void *arg);
/* Create the partitions of call for today and the next days (idempotent). */
void load_partitions(struct db *, int days, db_cb *, void *arg);

#endif
