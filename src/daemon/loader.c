/* SPDX-License-Identifier: MIT */
/*
 * loader: what the database knows comes into the engine.  At every connect
 * one chain, in this order, each step started by the answer of the one before:
 *
 *   earlier connections of this node ended -> leases given up, partitions ->
 *   objects -> caller IDs -> the journal is replayed -> open calls of this
 *   node sorted out -> uses, tallies, counts -> dialling may go on
 *
 * so that what the engine counts with is what the database holds.  What may
 * come later is asked for by later.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "daemon/fresh.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/log.h"
#include "shared/spec.h"
#include "shared/tz.h"

#define PARTITION_DAYS 7
#define DID_PAGE       5000
#define LOAD_MAGIC     0x4c4f4144u

enum {
	K_TRUNK,
	K_PROFILE,
	K_COUNTRY,
	K_CONTEXT,
	K_CAMPAIGN,
	K_ALERT_RULE,
	K_N
};
static const char *const kinds[K_N] = { "trunk", "profile", "country",
	"context", "campaign", "alert_rule" };

/* One run of the chain, or of its first part (reload). */
struct load {
	uint32_t magic;
	struct daemon *d;
	struct db *db;
	unsigned id;
	bool reload;
	int kind;
	json_t *objects[K_N];
};

static struct load *
load_of(void *arg)
{
	struct load *l = arg;

	assert(l->magic == LOAD_MAGIC);
	return l;
}

static void
load_free(struct load *l)
{
	for (int i = 0; i < K_N; i++)
		json_decref(l->objects[i]);
	l->magic = 0;
	free(l);
}

/* False: this answer ends the chain (link gone, newer chain, refusal). */
static bool
goes_on(struct load *l, const struct db_answer *a, const char *what)
{
	if (a->status == DB_REFUSED)
		log_error("database refuses to load %s: %s", what, a->err);
	if (a->status == DB_OK && l->id == l->d->load_id)
		return true;
	if (l->reload) {
		l->d->reloading = false;
		/* Once more when the link is back (turn.c). */
		l->d->reload_wanted |= a->status == DB_AWAY;
		fresh_over(l->d);
	} else if (l->id == l->d->load_id)
		l->d->loading = false;
	load_free(l);
	return false;
}

static int64_t
int_at(const PGresult *r, int row, int col)
{
	int64_t v = 0;

	if (!PQgetisnull(r, row, col))
		str_int64(PQgetvalue(r, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

static void
on_refusal(void *arg, const struct db_answer *a)
{
	if (a->status == DB_REFUSED)
		log_error("database refuses %s: %s", (char *)arg, a->err);
}
static char why_leases[] = "to give up leases";
static char why_partitions[] = "new partitions of call";

/* ---- objects ---------------------------------------------------------- */

#define DECODE(kind, member, type)                                             \
	static size_t decode_##kind(const json_t *a, struct type **out)        \
	{                                                                      \
		size_t n = json_array_size(a), i, k = 0;                       \
		json_t *o;                                                     \
                                                                               \
		*out = xcalloc(n, sizeof(**out));                              \
		json_array_foreach (a, i, o)                                   \
			if (spec_##kind(o, &(*out)[k]))                        \
				k++;                                           \
		return k;                                                      \
	}
DECODE(trunk, trunks, m_trunk)
DECODE(profile, profiles, m_profile)
DECODE(country, countries, m_country)
DECODE(context, contexts, m_context)
DECODE(campaign, campaigns, m_campaign)
DECODE(alert_rule, rules, m_alert_rule)

static void
take_objects(struct load *l)
{
	struct m_trunk *t;
	struct m_profile *p;
	struct m_country *k;
	struct m_context *x;
	struct m_campaign *c;
	struct m_alert_rule *r;
	struct engine_objects o = { 0 };
	struct now now = now_read();

	o.ntrunks = decode_trunk(l->objects[K_TRUNK], &t);
	o.nprofiles = decode_profile(l->objects[K_PROFILE], &p);
	o.ncountries = decode_country(l->objects[K_COUNTRY], &k);
	o.ncontexts = decode_context(l->objects[K_CONTEXT], &x);
	o.ncampaigns = decode_campaign(l->objects[K_CAMPAIGN], &c);
	o.nrules = decode_alert_rule(l->objects[K_ALERT_RULE], &r);
	o.trunks = t;
	o.profiles = p;
	o.countries = k;
	o.contexts = x;
	o.campaigns = c;
	o.rules = r;
	engine_objects(l->d->engine, &o, &now);
	free(t);
	free(p);
	free(k);
	free(x);
	free(c);
	free(r);
}

static void ask_dids(struct load *, int64_t after);

static void
on_objects(void *arg, const struct db_answer *a)
{
	struct load *l = load_of(arg);
	json_error_t je;

	if (!goes_on(l, a, kinds[l->kind]))
		return;
	l->objects[l->kind] = PQntuples(a->res) == 1
				  ? json_loads(PQgetvalue(a->res, 0, 0), 0, &je)
				  : NULL;
	if (!json_is_array(l->objects[l->kind]))
		log_error("database: no list of %s came back", kinds[l->kind]);
	if (++l->kind < K_N) {
		load_objects(l->db, kinds[l->kind], NULL, on_objects, l);
		return;
	}
	take_objects(l);
	engine_dids_begin(l->d->engine);
	ask_dids(l, 0);
}

/* ---- caller IDs ------------------------------------------------------- */

static void
put_did(struct daemon *d, const PGresult *r, int i)
{
	struct now now = now_read();
	int64_t until = int_at(r, i, 5);

	/* Blocked without a time: until a person lets it go. */
	if (strcmp(PQgetvalue(r, i, 4), "blocked") == 0 && until == 0)
		until = INT64_MAX;
	else if (strcmp(PQgetvalue(r, i, 4), "blocked") != 0)
		until = 0;
	engine_did(d->engine, int_at(r, i, 0), PQgetvalue(r, i, 1),
	    PQgetvalue(r, i, 2), PQgetvalue(r, i, 3), (int)int_at(r, i, 7),
	    until, PQgetvalue(r, i, 6), &now);
}

static void
replay(struct load *l)
{
	struct daemon *d = l->d;
	struct now now;

	if (l->reload) {
		engine_dids_end(d->engine);
		d->reloading = false;
		d->attach_wanted = true; /* its lists may have changed */
		load_free(l);
		/* Before the next one begins: that is newer. */
		fresh_over(d);
		if (d->reload_wanted && !d->reloading)
			loader_reload(d);
		else
			loader_tally(d);
		return;
	}
	engine_dids_end(d->engine);
	load_free(l);
	/* loader_replayed() goes on when every line is confirmed. */
	d->replaying = true;
	now = now_read();
	record_pump(d, &now);
	loader_replayed(d);
}

static void
on_dids(void *arg, const struct db_answer *a)
{
	struct load *l = load_of(arg);
	int n;

	if (!goes_on(l, a, "caller IDs"))
		return;
	n = PQntuples(a->res);
	for (int i = 0; i < n; i++)
		put_did(l->d, a->res, i);
	if (n == DID_PAGE)
		ask_dids(l, int_at(a->res, n - 1, 0));
	else
		replay(l);
}

static void
ask_dids(struct load *l, int64_t after)
{
	load_dids(l->db, after, DID_PAGE, on_dids, l);
}

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
	struct load *l = load_of(arg);

	if (goes_on(l, a, "armed calls"))
		ask_usage(l);
}

static void
on_open(void *arg, enum db_status status, const char *err,
    const struct calls_open *v, size_t n)
{
	struct load *l = load_of(arg);
	struct daemon *d = l->d;
	struct db_answer as = { .status = status, .err = err };
	struct uuid *ids;
	int64_t *armed_ms;
	size_t back = 0, taken = 0;

	if (!goes_on(l, &as, "open calls"))
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

	load_free(l);
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
	struct load *l = load_of(arg);

	if (!goes_on(l, a, "today's counts"))
		return;
	for (int i = 0; i < PQntuples(a->res); i++) {
		struct board_count n = {
			.attempted = (uint64_t)int_at(a->res, i, 2),
			.answered = (uint64_t)int_at(a->res, i, 3),
			.connected = (uint64_t)int_at(a->res, i, 4),
			.opted_out = (uint64_t)int_at(a->res, i, 5),
			.failed = (uint64_t)int_at(a->res, i, 6),
			.machine = (uint64_t)int_at(a->res, i, 7),
			.abandoned = (uint64_t)int_at(a->res, i, 8),
			.ended = (uint64_t)int_at(a->res, i, 9),
			.ner_good = (uint64_t)int_at(a->res, i, 10),
		};

		engine_counted(l->d->engine, int_at(a->res, i, 0),
		    PQgetvalue(a->res, i, 1), &n);
		engine_counted_as(l->d->engine, int_at(a->res, i, 0),
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
		engine_tally(d->engine, int_at(r, i, 0), PQgetvalue(r, i, 1),
		    PQgetvalue(r, i, 2), int_at(r, i, 3), int_at(r, i, 4));
	engine_tally_end(d->engine, &now);
}

static void
on_tally(void *arg, const struct db_answer *a)
{
	struct load *l = load_of(arg);
	const struct tz *tz;
	struct tz_local day;
	int64_t from = 0;

	if (!goes_on(l, a, "tallies"))
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
	struct load *l = load_of(arg);
	struct now now = now_read();

	if (!goes_on(l, a, "uses of caller IDs"))
		return;
	for (int i = 0; i < PQntuples(a->res); i++)
		engine_usage(l->d->engine, int_at(a->res, i, 0),
		    PQgetvalue(a->res, i, 1), PQgetvalue(a->res, i, 2),
		    (uint32_t)int_at(a->res, i, 3), &now);
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

/* ---- doors ------------------------------------------------------------ */

static void
begin(struct daemon *d, struct db *db, bool reload)
{
	struct load *l = xcalloc(1, sizeof(*l));

	l->magic = LOAD_MAGIC;
	l->d = d;
	l->db = db;
	l->reload = reload;
	l->id = d->load_id;
	load_objects(db, kinds[0], NULL, on_objects, l);
}

static void on_alone(void *, const struct db_answer *);

static void
again(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	(void)fd;
	(void)what;
	if (db_is_up(d->work) && d->alone_id == d->load_id)
		calls_alone(d->work, d->conf.node, on_alone, d);
}

static void
on_alone(void *arg, const struct db_answer *a)
{
	static const struct timeval pause = { 1, 0 };
	struct daemon *d = arg;
	int64_t n = 0;

	if (a->status == DB_AWAY)
		return;
	if (a->status == DB_REFUSED) {
		log_error("an earlier connection of node %s does not end: %s; "
			  "no call leaves until it has",
		    d->conf.node, a->err);
		d->alone_id = d->load_id;
		event_base_once(d->base, -1, EV_TIMEOUT, again, d, &pause);
		return;
	}
	if (PQntuples(a->res) == 1)
		n = int_at(a->res, 0, 0);
	if (n > 0)
		log_info("an earlier connection of node %s was still open and "
			 "has been ended",
		    d->conf.node);
	calls_release_all(d->work, d->conf.node, on_refusal, why_leases);
	load_partitions(d->work, PARTITION_DAYS, on_refusal, why_partitions);
	begin(d, d->work, false);
}

void
loader_up(void *arg)
{
	struct daemon *d = arg;

	d->load_id++;
	d->loading = true;
	d->replaying = false;
	calls_alone(d->work, d->conf.node, on_alone, d);
}

void
loader_down(void *arg, const char *why)
{
	struct daemon *d = arg;
	struct now now = now_read();

	if (d->loaded && !d->stopping)
		log_error(
		    "database is away: %s; no new calls until it is back", why);
	d->loading = false;
	d->replaying = false;
	spool_rewind(d->spool);
	engine_db(d->engine, false, why, &now);
}

void
loader_notify(void *arg, const char *channel)
{
	struct daemon *d = arg;

	if (strcmp(channel, "discador_dnc") == 0)
		engine_dnc_changed(d->engine);
}

void
loader_reload(struct daemon *d)
{
	d->reload_wanted = d->reloading || d->loading || !db_is_up(d->admin);
	if (d->reload_wanted)
		return;
	d->reloading = true;
	fresh_begun(d);
	begin(d, d->admin, true);
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
