/* SPDX-License-Identifier: MIT */
/*
 * record: what became of calls goes into the journal, and from there to the
 * database, a few times a second.  Decides nothing; a line stays in the
 * journal until the database has it.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/state.h"
#include "shared/log.h"

#define RECORD_LINES   500 /* lines in one transaction */
#define RECORD_BATCHES 1 /* transactions in flight: confirmed in order */
/*
 * Lines are gathered for so long.  A transaction costs the database the same
 * with one line as with a hundred (7.5 ms): sent as they came, 30 calls per
 * second took half a processor.  The journal is what makes them safe.
 */
#define RECORD_NS (200 * NS_PER_MS)

/* A batch on its way. */
struct batch {
	uint32_t magic;
	struct daemon *d;
	size_t n;
	uint64_t token;
	char *lines;
	size_t len;
};
#define BATCH_MAGIC 0x42544348u

/*
 * A call whose contact is kept for the next trunk.  The engine may arm that
 * contact when the database has the line, not when the journal has it.
 */
struct kept {
	struct kept *next;
	struct uuid id;
	struct call *call;
	uint64_t token;
};

/* ---- into the journal ------------------------------------------------- */

void
record_line(struct buf *b, const struct engine_record *r)
{
	const struct call *c = r->call;
	struct calls_record rec = { .id = c->id,
		.armed_ms = c->armed_ms,
		.state = (enum call_state)c->state,
		.disposition = (enum disposition)c->disposition,
		.cause = c->o.cause,
		.sip_code = c->o.sip_code > 0 ? c->o.sip_code : -1,
		.trunk = engine_trunk_name(c),
		.sent_ms = c->sent_ms,
		.ringing_ms = c->ringing_ms,
		.answered_ms = c->answered_ms,
		.connected_ms = c->connected_ms,
		.ended_ms = c->ended_ms,
		.key = c->key,
		.amd = c->amd[0] ? c->amd : NULL,
		.amd_cause = c->amd_cause[0] ? c->amd_cause : NULL,
		.note = c->note[0] ? c->note : NULL,
		.setup_ms = c->setup_ms,
		.cps_at_call = c->cps_at_call,
		.optout = r->optout,
		.context = c->context[0] ? c->context : NULL,
		.context_version = c->context_version,
		.amd_ms = c->amd_ms,
		.key_ms = c->key_ms,
		.key_early = c->key_early,
		.keys_invalid = c->keys_invalid,
		.answers = c->answers,
		.nanswers = c->nanswers,
		.contact_state = r->contact_state,
		.due_ms = r->due_ms,
		.uncounted = r->uncounted,
		.shift = r->shift,
		.contact_id = c->contact_id };

	calls_record_json(b, &rec);
}

static void
keep(struct daemon *d, struct call *c, uint64_t token)
{
	struct kept *k = xcalloc(1, sizeof(*k));

	k->id = c->id;
	k->call = c;
	k->token = token;
	k->next = d->kept;
	d->kept = k;
	d->record_ns = 0; /* somebody waits for this line */
}

/* The database has every line up to d->confirmed. */
static void
let_go(struct daemon *d)
{
	struct kept **at = &d->kept, *k;

	while ((k = *at) != NULL) {
		if (k->token > d->confirmed) {
			at = &k->next;
			continue;
		}
		*at = k->next;
		if (engine_knows(d->engine, &k->id))
			engine_recorded(d->engine, k->call);
		free(k);
	}
}

void
record_gather(struct daemon *d, bool all, const struct now *now)
{
	/* Lines are numbered from 1 as they go into the journal. */
	uint64_t line = d->confirmed + spool_unconfirmed(d->spool);
	struct buf lines = BUF_INIT;
	struct engine_record r;

	while (engine_record(d->engine, all, &r, now)) {
		record_line(&lines, &r);
		line++;
		if (r.contact_state != NULL &&
		    strcmp(r.contact_state, "claimed") == 0)
			keep(d, r.call, line);
		else
			engine_recorded(d->engine, r.call);
	}
	if (lines.len > 0 && !spool_append(d->spool, lines.p, lines.len))
		engine_spool(d->engine, false, spool_unconfirmed(d->spool));
	buf_clear(&lines);
}

/* ---- to the database -------------------------------------------------- */

static void on_recorded(void *arg, const struct db_answer *);

static void
send_lines(
    struct daemon *d, const char *lines, size_t len, size_t n, uint64_t token)
{
	struct batch *b = xcalloc(1, sizeof(*b));

	b->magic = BATCH_MAGIC;
	b->d = d;
	b->n = n;
	b->token = token;
	b->lines = xstrndup(lines, len);
	b->len = len;
	d->batches++;
	calls_record_send(d->work, b->lines, len, on_recorded, b);
}

/* The batch holds a line that the database refuses: one by one then. */
static void
send_single(struct daemon *d, const struct batch *b)
{
	const char *end = b->lines + b->len;
	uint64_t token = b->token - b->n;

	for (const char *p = b->lines, *nl; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		send_lines(d, p, (size_t)(nl + 1 - p), 1, ++token);
	}
}

static void
confirm(struct daemon *d, uint64_t token)
{
	spool_confirm(d->spool, token);
	d->confirmed = MAXIMUM(d->confirmed, token);
	let_go(d);
}

static void
on_recorded(void *arg, const struct db_answer *ans)
{
	struct batch *b = arg;
	struct daemon *d = b->d;

	assert(b->magic == BATCH_MAGIC);
	d->batches--;
	switch (ans->status) {
	case DB_OK:
		confirm(d, b->token);
		break;
	case DB_REFUSED:
		if (b->n > 1) {
			log_warn("database refuses a batch of %zu outcomes "
				 "(%s): they go one by one",
			    b->n, ans->err);
			send_single(d, b);
		} else {
			spool_refuse(d->spool, b->lines, b->len, ans->err);
			confirm(d, b->token);
		}
		break;
	case DB_AWAY:
		break; /* loader_down rewinds the spool */
	}
	b->magic = 0;
	free(b->lines);
	free(b);
	engine_spool(
	    d->engine, spool_probe(d->spool), spool_unconfirmed(d->spool));
	loader_replayed(d);
}

void
record_pump(struct daemon *d, const struct now *now)
{
	const char *lines;
	uint64_t token;
	size_t len;

	if (!db_is_up(d->work))
		return;
	if (now->mono_ns < d->record_ns && !d->replaying && !d->stopping &&
	    spool_unconfirmed(d->spool) < RECORD_LINES)
		return;
	while (d->batches < RECORD_BATCHES &&
	       spool_next(d->spool, RECORD_LINES, &lines, &len, &token)) {
		size_t n = 0;

		for (size_t i = 0; i < len; i++)
			n += lines[i] == '\n';
		d->record_ns = now->mono_ns + RECORD_NS;
		send_lines(d, lines, len, n, token);
	}
}

void
record_end(struct daemon *d)
{
	for (struct kept *k; (k = d->kept) != NULL;) {
		d->kept = k->next;
		free(k);
	}
}
