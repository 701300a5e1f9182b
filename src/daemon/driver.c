/* SPDX-License-Identifier: MIT */
/*
 * driver: does what the engine says and tells it what came of it.  The order
 * of one originate is fixed here: armed in the database, a line in the
 * journal, then the bytes to the switch, once.  What ends is written to the
 * journal and handed to the database by record.c.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/notify.h"
#include "daemon/state.h"
#include "db/load.h"
#include "engine/context.h"
#include "shared/log.h"

#define DIAL_BATCH 64
#define LEASE_S    60

/* What a request in flight has to remember. */
struct asked {
	uint32_t magic;
	struct daemon *d;
	int64_t campaign_id;
	size_t n;
	struct uuid *ids;
	int64_t *armed_ms;
	unsigned load_id; /* chain of the loader it was asked in */
};
#define ASKED_MAGIC 0x41534b44u

static struct asked *
asked_new(struct daemon *d)
{
	struct asked *a = xcalloc(1, sizeof(*a));

	a->magic = ASKED_MAGIC;
	a->d = d;
	return a;
}

static struct asked *
asked_of(void *arg)
{
	struct asked *a = arg;

	assert(a->magic == ASKED_MAGIC);
	return a;
}

static void
asked_free(struct asked *a)
{
	a->magic = 0;
	free(a->ids);
	free(a->armed_ms);
	free(a);
}

static void
complain(const char *what, enum db_status status, const char *err)
{
	if (status == DB_REFUSED)
		log_error("database refuses %s: %s", what, err);
}

/* ---- claim ------------------------------------------------------------ */

static void
on_claimed(void *arg, enum db_status status, const char *err,
    const struct calls_contact *v, size_t n)
{
	struct asked *a = asked_of(arg);
	struct now now = now_read();
	struct engine_contact *k = xcalloc(n, sizeof(*k));

	complain("a claim", status, err);
	for (size_t i = 0; i < n; i++)
		k[i] = (struct engine_contact){ .id = v[i].id,
			.number = v[i].number,
			.country = v[i].country,
			.zone = v[i].zone,
			.attempts = v[i].attempts,
			.uncounted = v[i].uncounted };
	engine_claimed(
	    a->d->engine, a->campaign_id, status == DB_OK, k, n, &now);
	free(k);
	asked_free(a);
}

static void
do_claim(struct daemon *d, const struct action *act)
{
	struct calls_pair *p = xcalloc(act->n, sizeof(*p));
	struct asked *a = asked_new(d);

	a->campaign_id = act->campaign_id;
	for (size_t i = 0; i < act->n; i++) {
		p[i].country = act->pairs[i][0];
		p[i].zone = act->pairs[i][1];
	}
	calls_claim(d->work, d->conf.node, act->campaign_id, p, act->n,
	    act->limit, LEASE_S, on_claimed, a);
	free(p);
}

/* ---- arm -------------------------------------------------------------- */

static void
on_armed(void *arg, enum db_status status, const char *err,
    const struct calls_armed *v, size_t n)
{
	static const enum engine_arm_verdict verdicts[] = {
		[ARM_OK] = EARM_OK,
		[ARM_DNC] = EARM_DNC,
		[ARM_CAPPED] = EARM_CAPPED,
		[ARM_GONE] = EARM_GONE,
		[ARM_DEFERRED] = EARM_DEFERRED,
	};
	struct asked *a = asked_of(arg);
	struct now now = now_read();

	complain("to arm calls", status, err);
	if (status == DB_OK)
		for (size_t i = 0; i < n; i++)
			engine_armed(a->d->engine, &v[i].id,
			    verdicts[v[i].verdict], v[i].attempt,
			    (uint32_t)MAXIMUM(v[i].uses, 0), &now);
	/* What was not answered is not armed as far as we know; the database
	 * is asked about open calls when it is back. */
	for (size_t i = 0; i < a->n; i++)
		engine_arm_lost(a->d->engine, &a->ids[i], &now);
	asked_free(a);
}

static void
do_arm(struct daemon *d, const struct action *act)
{
	struct calls_arm *v = xcalloc(act->n, sizeof(*v));
	struct asked *a = asked_new(d);

	a->ids = xcalloc(act->n, sizeof(*a->ids));
	a->n = act->n;
	for (size_t i = 0; i < act->n; i++) {
		const struct call *c = act->calls[i];
		struct engine_arm info;

		engine_arm(c, &info);
		a->ids[i] = c->id;
		v[i] = (struct calls_arm){ .id = c->id,
			.armed_ms = c->armed_ms,
			.contact_id = c->contact_id,
			.campaign_id = info.campaign_id,
			.did_id = c->did_id,
			.did_number = c->did_number,
			.cap_group = info.cap_group,
			.cap = info.cap,
			.number = c->number,
			.country = info.country,
			.zone = info.zone,
			.trunk = "",
			.number_cap = info.number_cap,
			.did_why = info.did_why };
		str_copy(
		    v[i].usage_date, sizeof(v[i].usage_date), c->usage_date);
	}
	calls_arm(d->work, d->conf.node, v, act->n, on_armed, a);
	free(v);
}

/* ---- the other actions ------------------------------------------------ */

static void
on_dnc(void *arg, const struct db_answer *ans)
{
	struct daemon *d = arg;

	complain("a do-not-call test", ans->status, ans->err);
	if (ans->status == DB_OK)
		for (int i = 0; i < PQntuples(ans->res); i++)
			engine_dnc(d->engine, PQgetvalue(ans->res, i, 0));
	engine_dnc_tested(d->engine, ans->status == DB_OK);
}

static void
on_done(void *arg, const struct db_answer *ans)
{
	complain(arg, ans->status, ans->err);
}

static void
on_next_due(void *arg, const struct db_answer *ans)
{
	struct asked *a = asked_of(arg);
	int64_t due = 0;

	if (ans->status == DB_OK && PQntuples(ans->res) == 1 &&
	    !PQgetisnull(ans->res, 0, 0))
		str_int64(PQgetvalue(ans->res, 0, 0), 0, INT64_MAX, &due);
	engine_next_due(a->d->engine, a->campaign_id, due);
	asked_free(a);
}

static void
do_next_due(struct daemon *d, const struct action *act)
{
	struct asked *a = asked_new(d);

	a->campaign_id = act->campaign_id;
	load_next_due(d->work, act->campaign_id, on_next_due, a);
}

static char why_release[] = "to release contacts";
static char why_defer[] = "to put contacts off";

/* ---- given back ------------------------------------------------------- */

static void on_unarmed(void *, const struct db_answer *);

static void
unarm(struct asked *a)
{
	calls_unarm(a->d->work, a->d->conf.node, a->ids, a->armed_ms, a->n,
	    on_unarmed, a);
}

static void
unarm_again(evutil_socket_t fd, short what, void *arg)
{
	struct asked *a = asked_of(arg);

	(void)fd;
	(void)what;
	/* After a reconnect the loader has found them open and unsent. */
	if (db_is_up(a->d->work) && a->load_id == a->d->load_id)
		unarm(a);
	else
		asked_free(a);
}

/* Refused is not done: the rows would stay armed, their contacts waiting. */
static void
on_unarmed(void *arg, const struct db_answer *ans)
{
	static const struct timeval pause = { 5, 0 };
	struct asked *a = asked_of(arg);

	complain("to give back armed calls", ans->status, ans->err);
	if (ans->status != DB_REFUSED ||
	    event_base_once(
		a->d->base, -1, EV_TIMEOUT, unarm_again, a, &pause) != 0)
		asked_free(a);
}

static void
do_unarm(struct daemon *d, const struct action *act)
{
	struct asked *a = asked_new(d);

	a->load_id = d->load_id;
	a->n = act->n;
	a->ids = xcalloc(act->n, sizeof(*a->ids));
	a->armed_ms = xcalloc(act->n, sizeof(*a->armed_ms));
	memcpy(a->ids, act->ids, act->n * sizeof(*a->ids));
	memcpy(a->armed_ms, act->armed_ms, act->n * sizeof(*a->armed_ms));
	unarm(a);
}

/* ---- blocks of caller IDs --------------------------------------------- */

/*
 * Over the connection on which the DIDs are read again, so that a reload
 * behind it finds the block.  Kept until the database has it: a test's
 * finding is not found again soon.
 */
struct block {
	struct block *next;
	struct daemon *d;
	int64_t did_id, until_ms;
	char reason[sizeof(((struct action *)0)->text)];
};

static void
keep_block(struct block *b)
{
	if (b->d->stopped) {
		log_warn("the block of caller ID %lld is lost: the database "
			 "is away and we stop",
		    (long long)b->did_id);
		free(b);
		return;
	}
	b->next = b->d->blocks;
	b->d->blocks = b;
}

static void
on_blocked(void *arg, const struct db_answer *a)
{
	struct block *b = arg;

	if (a->status == DB_AWAY) {
		keep_block(b);
		return;
	}
	complain("to block a caller ID", a->status, a->err);
	free(b);
}

static void
do_did_block(struct daemon *d, const struct action *act)
{
	struct block *b = xcalloc(1, sizeof(*b));

	b->d = d;
	b->did_id = act->did_id;
	b->until_ms = act->due_ms;
	str_copy(b->reason, sizeof(b->reason), act->text);
	keep_block(b);
}

static void
send_blocks(struct daemon *d)
{
	struct block *b;

	while (db_is_up(d->admin) && (b = d->blocks) != NULL) {
		d->blocks = b->next;
		load_did_block(
		    d->admin, b->did_id, b->until_ms, b->reason, on_blocked, b);
	}
}

void
driver_end(struct daemon *d)
{
	d->stopped = true;
	for (struct block *b; (b = d->blocks) != NULL;) {
		d->blocks = b->next;
		keep_block(b);
	}
}

/* ---- what the engine asks for ----------------------------------------- */

static void
do_action(struct daemon *d, const struct action *act)
{
	char id[UUID_LEN + 1];

	switch (act->type) {
	case ACT_CLAIM:
		do_claim(d, act);
		break;
	case ACT_RELEASE:
		calls_release(d->work, d->conf.node, act->contacts, act->n,
		    on_done, why_release);
		break;
	case ACT_DEFER:
		calls_defer(d->work, d->conf.node, act->contacts, act->n,
		    act->due_ms, on_done, why_defer);
		break;
	case ACT_ARM:
		do_arm(d, act);
		break;
	case ACT_UNARM:
		do_unarm(d, act);
		break;
	case ACT_DNC_TEST:
		calls_dnc_test(d->work, act->numbers, act->n, on_dnc, d);
		break;
	case ACT_RESYNC:
		sw_resync(d->sw[act->switch_index]);
		break;
	case ACT_HANGUP:
		uuid_text(&act->ids[0], id);
		sw_hangup(d->sw[act->switch_index], id, 0);
		break;
	case ACT_NEXT_DUE:
		do_next_due(d, act);
		break;
	case ACT_DID_BLOCK:
		do_did_block(d, act);
		break;
	case ACT_ALERT:
		notify_run(d, act->json);
		break;
	case ACT_EVENT:
		switch (act->level) {
		case LOG_LVL_ERROR:
			log_error("%s", act->text);
			break;
		case LOG_LVL_WARN:
			log_warn("%s", act->text);
			break;
		default:
			log_info("%s", act->text);
		}
		break;
	}
}

void
driver_actions(struct daemon *d, const struct now *now)
{
	struct action act;

	(void)now;
	while (engine_action(d->engine, &act)) {
		do_action(d, &act);
		action_clear(&act);
	}
	send_blocks(d);
}

/* ---- originate -------------------------------------------------------- */

static bool
originate(struct daemon *d, struct call *c, const char **why)
{
	struct engine_originate o;
	struct context_vars vars;
	struct sw_originate s;
	struct engine_arm info;

	engine_arm(c, &info);
	engine_originate(d->engine, c, &o);
	if (o.context == NULL) {
		*why = "its country has no usable DTMF context any more";
		return false;
	}
	context_vars(&vars, o.context, c->id_text, c->number,
	    engine_campaign_name(d->engine, info.campaign_id), info.country);
	s = (struct sw_originate){ .id = c->id_text,
		.channel = o.channel,
		.caller_id = o.caller_id,
		.context = CONTEXT_DIALPLAN,
		.exten = CONTEXT_EXTEN,
		.timeout_s = o.timeout_s,
		.vars = (const char *const(*)[2])vars.v,
		.nvars = vars.n };
	return sw_originate(d->sw[o.switch_index], &s, why);
}

void
driver_dial(struct daemon *d, const struct now *now, int64_t *wake_ns)
{
	struct call *v[DIAL_BATCH];
	struct buf lines = BUF_INIT;
	size_t n = engine_dial(d->engine, v, DIAL_BATCH, now, wake_ns),
	       sent = 0;
	bool durable;
	struct now after;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		struct engine_record r = { .call = v[i] };

		record_line(&lines, &r);
	}
	durable = spool_ahead(d->spool, lines.p, lines.len);
	buf_clear(&lines);
	if (!durable)
		engine_spool(d->engine, false, spool_unconfirmed(d->spool));
	for (size_t i = 0; i < n; i++) {
		const char *why = "the spool could not be written";

		if (durable && originate(d, v[i], &why))
			v[sent++] = v[i];
		else
			engine_not_sent(d->engine, v[i], why, now);
	}
	for (unsigned i = 0; i < d->nsw; i++)
		sw_flush(d->sw[i]);
	after = now_read();
	engine_sent(d->engine, v, sent, after.mono_ns);
	/* More may be due in this very turn (flat out). */
	if (n == DIAL_BATCH)
		*wake_ns = after.mono_ns;
}
