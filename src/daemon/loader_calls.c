/* SPDX-License-Identifier: MIT */
/*
 * loader_calls: the calls of this node that are still open, then how often
 * caller IDs were used and what was counted.  Gives a call back only when it
 * is sure that it was never sent.
 */
#include "daemon/loader_state.h"

#include <stdlib.h>

#include "db/calls.h"
#include "shared/log.h"
#include "shared/tz.h"
#include "shared/util.h"

/* ---- open calls ------------------------------------------------------- */

static void
lost_unknown(struct daemon *d, const struct calls_open *o)
{
	/* Its campaign or country is gone: nobody can track it. */
	struct calls_record r = { .id = o->id,
		.armed_ms = o->armed_ms,
		.state = CALL_ENDED,
		.disposition = DISP_LOST,
		.cause = -1,
		.sip_code = -1,
		.trunk = o->trunk,
		.sent_ms = o->sent_ms,
		.setup_ms = -1,
		.amd_ms = -1,
		.key_ms = -1,
		.ended_ms = now_read().wall_ms,
		.contact_state = "done" };
	struct buf b = BUF_INIT;

	calls_record_json(&b, &r);
	spool_append(d->spool, b.p, b.len);
	buf_clear(&b);
}

static void
take_open(struct daemon *d, const struct calls_open *o)
{
	struct now now = now_read();
	struct engine_open e = { .id = o->id,
		.armed_ms = o->armed_ms,
		.sent_ms = o->sent_ms,
		.contact_id = o->contact_id,
		.campaign_id = o->campaign_id,
		.did_id = o->did_id,
		.did_number = o->did_number,
		.number = o->number,
		.country = o->country,
		.zone = o->zone,
		.trunk = o->trunk,
		.usage_date = o->usage_date,
		.attempt = o->attempt,
		.uncounted = o->uncounted,
		.ringing_ms = o->ringing_ms,
		.answered_ms = o->answered_ms,
		.connected_ms = o->connected_ms,
		.amd = o->amd,
		.key = o->key[0],
		.transferring = o->state == CALL_TRANSFERRING };

	if (!engine_open_call(d->engine, &e, &now))
		lost_unknown(d, o);
}

static void ask_usage(struct load *);

static void
on_unarmed(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);

	if (loader_goes_on(l, a, "armed calls"))
		ask_usage(l);
}

static void
on_open(void *arg, enum db_status status, const char *err,
    const struct calls_open *v, size_t n)
{
	struct load *l = loader_of(arg);
	struct daemon *d = l->d;
	struct db_answer as = { .status = status, .err = err };
	struct uuid *ids;
	int64_t *armed_ms;
	size_t back = 0, taken = 0;

	if (!loader_goes_on(l, &as, "open calls"))
		return;
	ids = xcalloc(n, sizeof(*ids));
	armed_ms = xcalloc(n, sizeof(*armed_ms));
	for (size_t i = 0; i < n; i++) {
		/*
		 * Not sent for sure: this process never sent it, or the
		 * journal of the one before is complete and has no line.
		 */
		bool unsent = v[i].sent_ms == 0 &&
			      (d->loaded || spool_trusted(d->spool)) &&
			      !spool_was_sent(d->spool, &v[i].id);

		if (engine_knows(d->engine, &v[i].id))
			continue;
		if (unsent) {
			ids[back] = v[i].id;
			armed_ms[back++] = v[i].armed_ms;
		} else {
			take_open(d, &v[i]);
			taken++;
		}
	}
	if (back + taken > 0)
		log_info("of the calls found open %zu were never sent and are "
			 "given back, %zu are asked for at their switch",
		    back, taken);
	if (back > 0)
		calls_unarm(
		    d->work, d->conf.node, ids, armed_ms, back, on_unarmed, l);
	else
		ask_usage(l);
	free(ids);
	free(armed_ms);
}

void
loader_replayed(struct daemon *d)
{
	struct load *l;

	if (!d->replaying || !db_is_up(d->work) ||
	    spool_unconfirmed(d->spool) > 0)
		return;
	d->replaying = false;
	l = xcalloc(1, sizeof(*l));
	l->magic = LOAD_MAGIC;
	l->d = d;
	l->db = d->work;
	l->id = d->load_id;
	calls_open(d->work, d->conf.node, on_open, l);
}

/* ---- uses, tallies, counts -------------------------------------------- */

static void
finish(struct load *l)
{
	struct daemon *d = l->d;
	struct now now = now_read();

	loader_free(l);
	d->loading = false;
	d->replaying = false;
	if (!d->loaded)
		events_connect(d);
	d->loaded = true;
	d->health_wanted |= !d->health_asked && d->health_failed == 0;
	if (d->stopping)
		return;
	engine_db(d->engine, true, "", &now);
	log_info("database is connected and loaded");
}

static void
on_counts(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);

	if (!loader_goes_on(l, a, "today's counts"))
		return;
	for (int i = 0; i < PQntuples(a->res); i++) {
		struct board_count n = {
			.attempted = (uint64_t)loader_int(a->res, i, 2),
			.answered = (uint64_t)loader_int(a->res, i, 3),
			.connected = (uint64_t)loader_int(a->res, i, 4),
			.opted_out = (uint64_t)loader_int(a->res, i, 5),
			.failed = (uint64_t)loader_int(a->res, i, 6),
			.machine = (uint64_t)loader_int(a->res, i, 7),
			.abandoned = (uint64_t)loader_int(a->res, i, 8),
			.ended = (uint64_t)loader_int(a->res, i, 9),
			.ner_good = (uint64_t)loader_int(a->res, i, 10),
			.false_machines_milli =
			    (uint64_t)loader_int(a->res, i, 12),
		};

		engine_counted(l->d->engine, loader_int(a->res, i, 0),
		    PQgetvalue(a->res, i, 1), &n);
		engine_counted_as(l->d->engine, loader_int(a->res, i, 0),
		    PQgetvalue(a->res, i, 1),
		    (enum disposition)MAXIMUM(
			disposition_parse(PQgetvalue(a->res, i, 11)), 0),
		    n.ended);
	}
	l->d->counted = true;
	finish(l);
}

static void
take_tally(struct daemon *d, const PGresult *r)
{
	struct now now = now_read();

	engine_tally_begin(d->engine);
	for (int i = 0; i < PQntuples(r); i++)
		engine_tally(d->engine, loader_int(r, i, 0),
		    PQgetvalue(r, i, 1), PQgetvalue(r, i, 2),
		    loader_int(r, i, 3), loader_int(r, i, 4));
	engine_tally_end(d->engine, &now);
}

static void
on_tally(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);
	const struct tz *tz;
	struct tz_local day;
	int64_t from = 0;

	if (!loader_goes_on(l, a, "tallies"))
		return;
	take_tally(l->d, a->res);
	if (l->d->counted) {
		finish(l);
		return;
	}
	if ((tz = tz_get(l->d->conf.timezone)) != NULL) {
		tz_local(tz, now_read().wall_ms, &day);
		from = tz_begin_ms(tz, day.year, day.month, day.day, 0);
	}
	load_counts(l->db, from, on_counts, l);
}

static void
on_usage(void *arg, const struct db_answer *a)
{
	struct load *l = loader_of(arg);
	struct now now = now_read();

	if (!loader_goes_on(l, a, "uses of caller IDs"))
		return;
	for (int i = 0; i < PQntuples(a->res); i++)
		engine_usage(l->d->engine, loader_int(a->res, i, 0),
		    PQgetvalue(a->res, i, 1), PQgetvalue(a->res, i, 2),
		    (uint32_t)loader_int(a->res, i, 3), &now);
	load_tally(l->db, on_tally, l);
}

static void
ask_usage(struct load *l)
{
	struct now now = now_read();
	struct tz_local u;
	char date[16];
	const struct tz *utc = tz_get("UTC");

	/* A day back: somewhere it is still yesterday. */
	if (utc != NULL) {
		tz_local(utc, now.wall_ms - 86400 * MS_PER_S, &u);
		tz_date(&u, date);
	} else
		str_copy(date, sizeof(date), "1970-01-01");
	load_usage(l->db, date, on_usage, l);
}

static void
on_tally_only(void *arg, const struct db_answer *a)
{
	struct daemon *d = arg;

	if (a->status == DB_REFUSED)
		log_error("database refuses tallies: %s", a->err);
	if (a->status == DB_OK && d->loaded)
		take_tally(d, a->res);
}

void
loader_tally(struct daemon *d)
{
	if (!db_is_up(d->admin))
		return;
	later_run(d);
	load_tally(d->admin, on_tally_only, d);
}
