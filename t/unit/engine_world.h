/* SPDX-License-Identifier: MIT */
/*
 * A tiny world for the engine's tests: virtual clocks, a database in memory
 * with the meaning of sql/002_functions.sql (engine_world_db.h), switches with
 * a carrier behind them (engine_world_switch.h), a journal, and the driver's
 * part between them.  Faults are probabilities or calls of w_ functions.
 *
 * Every call that leaves is judged here, by a recount that shares no code with
 * the engine; the first broken promise stays in w->err.
 */
#ifndef ENGINE_WORLD_H
#define ENGINE_WORLD_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "engine/attempt.h"
#include "engine/engine.h"
#include "shared/spec.h"
#include "shared/tz.h"

#define W_MAX        4 /* campaigns, countries, trunks, switches */
#define W_PAIRS      16
#define W_SLOTS      4096
#define W_STEPS      12 /* of one call's life */
#define W_ATTEMPTS   8
#define W_NODE       "n1"
#define W_SECOND(ms) ((ms)*NS_PER_MS)

enum w_state { W_PENDING, W_CLAIMED, W_DIALING, W_DONE, W_EXHAUSTED, W_DNC };
struct w_contact {
	int64_t id;
	int campaign; /* index */
	char number[MODEL_E164];
	int country; /* index */
	char zone[MODEL_ZONE];
	enum w_state state;
	int attempts;
	int64_t due_ms, lease_ms;
	unsigned sent; /* bit per attempt that left */
	int alive; /* calls of it that live at a carrier */
	int fate; /* of its calls; -1: at random */
	int pair; /* engine_world_db.h: w_pair(); -1: not yet */
	bool dnc, dnc_told; /* its number is on the list; the engine knows */
};

/* What becomes of a call at the carrier. */
enum w_fate {
	F_BUSY,
	F_NO_ANSWER,
	F_CONGESTION,
	F_INVALID,
	F_NO_KEY,
	F_CONNECTED,
	F_OPT_OUT,
	F_MACHINE,
	F_ABANDONED,
	F_INSTANT,
	F_REFUSED,
	F_TRUNK,
	F_REJECTED,
	F_N
};
struct w_step {
	int ms; /* after the originate, or the step before */
	struct engine_event ev;
};

/* One row of call, and what the carrier knows of it. */
struct w_call {
	struct uuid id;
	struct w_call *next;
	int contact, attempt;
	int64_t did;
	char date[11];
	bool row, deleted; /* in the database */
	bool tracked; /* by the engine that runs now */
	bool sent_line;
	int rank; /* 0 armed, 1 on its way, 20 lost, 21 ended */
	enum disposition disp, truth;
	int64_t armed_ms, sent_ms, answered_ms, connected_ms;
	char amd[12];
	int ends;
	/* counted by the engine that runs now */
	bool counted, failed, refused, answered, good;
	/* carrier */
	bool dialled, alive, up, rang;
	int sw, trunk;
	struct w_step step[W_STEPS];
	int nstep;
	char text[UUID_LEN + 1];
};

struct w_line { /* of the journal */
	struct w_call *call;
	int rank;
	enum disposition disp;
	char contact_state[12];
	int64_t due_ms, answered_ms, connected_ms;
	char amd[12];
	bool optout;
};

enum w_kind {
	K_STEP,
	K_EVENT,
	K_DB_DO,
	K_DB_ANSWER,
	K_LINK_UP,
	K_LIVE,
	K_DNC_NOTE,
	K_DB_BACK,
	K_START
};
struct w_ask { /* one request to the database */
	enum action_type type;
	int64_t campaign_id;
	int limit;
	size_t n;
	struct w_pair {
		char country[32], zone[MODEL_ZONE];
	} pairs[W_PAIRS];
	int64_t *contacts, *armed_ms;
	struct uuid *ids;
	struct w_armed {
		struct uuid id;
		int64_t armed_ms, contact, did;
		char date[11], group[32];
		int cap, verdict, attempt;
		uint32_t uses;
	} * rows;
	char (*numbers)[MODEL_E164];
	int64_t due_ms;
};
struct w_ev {
	int64_t ns;
	uint64_t seq, gen; /* gen: of the link it travels over */
	enum w_kind kind;
	struct w_call *call;
	int step, sw;
	struct engine_event ev;
	struct w_ask *ask;
};

struct w_use { /* one row of did_usage */
	int64_t did;
	char group[32], date[11];
	uint32_t uses, sent; /* sent: calls that left on that date */
};

struct world {
	struct rng r;
	struct now now;
	struct engine *e;
	struct board *board;
	char err[240];
	uint64_t steps, sends;

	/* what is configured */
	struct engine_switch sw[W_MAX];
	struct m_trunk trunk[W_MAX];
	struct m_country country[W_MAX];
	struct m_context context[W_MAX];
	struct m_profile profile[W_MAX];
	struct m_campaign camp[W_MAX];
	int nsw, ntrunk, ncountry, ncamp, ndid;
	struct {
		char number[MODEL_E164];
		int country;
		int64_t blocked;
	} did[64];
	char timezone[64];

	/* the database */
	struct w_contact *contact;
	int ncontact;
	struct w_call *slot[W_SLOTS], **call;
	size_t ncall, oldest;
	struct w_use *use;
	size_t nuse;
	bool db_up, loaded, running;
	uint64_t db_gen;
	int64_t db_exec_ns, db_answer_ns;
	int db_ms; /* slowest answer */
	struct w_line *line; /* the journal; [done, nline) is to be applied */
	size_t nline, done;

	/* the switches */
	bool link[W_MAX], told_down[W_MAX];
	uint64_t link_gen[W_MAX];
	int live_serial[W_MAX]; /* a second question voids the first */
	double drop, dup, late; /* of an event */
	bool dead_trunk[W_MAX];
	int busy_ms; /* until a channel appears */
	bool moves; /* trunks move to other switches */

	/* driver */
	int64_t tick_ns, second_ns, tally_ns, publish_ns;
	bool brake, draining, spool_ok;
	bool new_day; /* since the engine began: counts start anew */
	int64_t day;
	bool blind; /* its switches are not counted */
	unsigned unsent; /* left the engine but not the test */
	struct board_count base[W_MAX][W_MAX]; /* campaign, country: at start */
	double manual;
	int64_t manual_ns;

	/* judged */
	struct w_pace {
		int64_t *at;
		size_t n, cap, tail;
		unsigned most;
	} total, by_trunk[W_MAX], by_sw[W_MAX], by_camp[W_MAX];
	int sent_camp[W_MAX];

	struct w_ev *heap;
	size_t nheap, heap_cap;
	uint64_t seq, lost, resyncs, actions[16];
	bool trace;
};

static inline void __attribute__((format(printf, 2, 3)))
w_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->err[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(w->err, sizeof(w->err), fmt, ap);
	va_end(ap);
}

static inline void w_start(struct world *);

static inline bool
w_chance(struct world *w, double p)
{
	return p > 0 && rng_unit(&w->r) < p;
}

/* ---- the queue of what will happen ------------------------------------ */

static inline bool
w_before(const struct w_ev *a, const struct w_ev *b)
{
	return a->ns != b->ns ? a->ns < b->ns : a->seq < b->seq;
}

static inline void
w_push(struct world *w, struct w_ev ev)
{
	size_t i = w->nheap++;

	if (i == w->heap_cap) {
		w->heap_cap = w->heap_cap ? w->heap_cap * 2 : 256;
		w->heap = xreallocarray(w->heap, w->heap_cap, sizeof(ev));
	}
	ev.seq = ++w->seq;
	while (i > 0 && w_before(&ev, &w->heap[(i - 1) / 2])) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = ev;
}

static inline struct w_ev
w_pop(struct world *w)
{
	struct w_ev top = w->heap[0], last = w->heap[--w->nheap];
	size_t i = 0, k;

	while ((k = 2 * i + 1) < w->nheap) {
		if (k + 1 < w->nheap && w_before(&w->heap[k + 1], &w->heap[k]))
			k++;
		if (w_before(&last, &w->heap[k]))
			break;
		w->heap[i] = w->heap[k];
		i = k;
	}
	w->heap[i] = last;
	return top;
}

static inline struct w_call **
w_slot(struct world *w, const struct uuid *id)
{
	return &w->slot[hash_bytes(id->b, sizeof(id->b)) & (W_SLOTS - 1)];
}

static inline struct w_call *
w_find(struct world *w, const struct uuid *id)
{
	struct w_call *c = *w_slot(w, id);

	while (c != NULL && !uuid_equal(&c->id, id))
		c = c->next;
	return c;
}

static inline int
w_campaign(const struct world *w, int64_t id)
{
	for (int i = 0; i < w->ncamp; i++)
		if (w->camp[i].id == id)
			return i;
	return -1;
}

static inline int
w_country(const struct world *w, const char *name)
{
	for (int i = 0; i < w->ncountry; i++)
		if (strcmp(w->country[i].name, name) == 0)
			return i;
	return -1;
}

static inline const char *
w_group(const struct world *w, int country)
{
	const struct m_country *m = &w->country[country];

	return m->cap_group[0] != '\0' ? m->cap_group : m->name;
}

/* The day of a country's cap group at t. */
static inline void
w_date(const struct world *w, int country, int64_t t_ms, char date[11])
{
	const struct m_country *m = &w->country[country];
	struct tz_local l;
	char text[16];

	tz_local(tz_get(m->cap_zone),
	    t_ms - spec_minutes(m->cap_reset) * 60 * MS_PER_S, &l);
	tz_date(&l, text);
	str_copy(date, 11, text);
}

static inline struct w_use *
w_use(struct world *w, int64_t did, const char *group, const char *date)
{
	for (size_t i = 0; i < w->nuse; i++)
		if (w->use[i].did == did &&
		    strcmp(w->use[i].group, group) == 0 &&
		    strcmp(w->use[i].date, date) == 0)
			return &w->use[i];
	w->use = xreallocarray(w->use, w->nuse + 1, sizeof(*w->use));
	w->use[w->nuse] = (struct w_use){ .did = did };
	str_copy(w->use[w->nuse].group, sizeof(w->use[0].group), group);
	str_copy(w->use[w->nuse].date, sizeof(w->use[0].date), date);
	return &w->use[w->nuse++];
}

/* ---- judging ---------------------------------------------------------- */

static inline unsigned
w_pace(struct w_pace *p, int64_t ns)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? p->cap * 2 : 256;
		p->at = xreallocarray(p->at, p->cap, sizeof(*p->at));
	}
	p->at[p->n++] = ns;
	while (p->at[p->tail] <= ns - NS_PER_S)
		p->tail++;
	p->most = MAXIMUM(p->most, (unsigned)(p->n - p->tail));
	return (unsigned)(p->n - p->tail);
}

static inline unsigned
w_whole(double cps)
{
	return cps < 1 ? 1 : (unsigned)(cps + 1e-6);
}

static inline bool
w_hours(const char *from, const char *to, const char *days,
    const struct tz_local *l)
{
	return spec_days(days) >> l->weekday & 1 &&
	       l->minute >= spec_minutes(from) && l->minute < spec_minutes(to);
}

/* Is it lawful to ring there at t? */
static inline bool
w_lawful(const struct world *w, const struct w_contact *k, int64_t t_ms)
{
	const struct m_country *m = &w->country[k->country];
	const struct m_campaign *c = &w->camp[k->campaign];
	struct tz_set z;

	if (!tz_set_parse(&z, k->zone))
		return false;
	for (int i = 0; i < z.n; i++) {
		struct tz_local l;
		const char *own = "";
		int from, to;

		tz_local(z.v[i], t_ms, &l);
		if (!w_hours(c->call_from, c->call_to, c->weekdays, &l))
			return false;
		if (l.weekday == 6)
			own = m->saturday;
		else if (l.weekday == 0)
			own = m->sunday;
		switch (spec_span(own, &from, &to)) {
		case 0:
			if (!w_hours(m->call_from, m->call_to, m->weekdays, &l))
				return false;
			break;
		case 2:
			if (l.minute < from || l.minute >= to)
				return false;
			break;
		default:
			return false;
		}
	}
	return true;
}

static inline bool
w_lawful_ring(const struct world *w, const struct w_contact *k, int64_t t_ms)
{
	int64_t ring = w->camp[k->campaign].dial_timeout * MS_PER_S;

	for (int64_t at = 0; at < ring; at += 5 * MS_PER_S)
		if (!w_lawful(w, k, t_ms + at))
			return false;
	return w_lawful(w, k, t_ms + ring);
}

static inline int
w_in_flight(struct world *w, int camp, int trunk, int sw, int country)
{
	int n = 0;

	/* The oldest ones have ended: not looked at again and again. */
	while (w->oldest < w->ncall && !w->call[w->oldest]->tracked &&
	       (w->call[w->oldest]->rank >= 20 || w->call[w->oldest]->deleted))
		w->oldest++;
	for (size_t i = w->oldest; i < w->ncall; i++) {
		const struct w_call *c = w->call[i];
		const struct w_contact *k = &w->contact[c->contact];

		n += c->tracked && (camp < 0 || k->campaign == camp) &&
		     (trunk < 0 || c->trunk == trunk) &&
		     (sw < 0 || c->sw == sw) &&
		     (country < 0 || k->country == country);
	}
	return n;
}

static inline void
w_judge_limits(struct world *w, const struct w_call *c, int camp, int64_t ns)
{
	const struct m_campaign *k = &w->camp[camp];
	double room = 0, own = MINIMUM(k->max_cps, w->profile[camp].max_cps);
	unsigned n;

	for (int i = 0; i < w->nsw; i++)
		room += w->sw[i].max_cps;
	if ((n = w_pace(&w->total, ns)) > w_whole(room))
		w_fail(
		    w, "%u calls in a second, all switches take %g", n, room);
	if (w->manual > 0 && ns - w->manual_ns > 1300 * NS_PER_MS &&
	    n > w_whole(w->manual))
		w_fail(w, "%u calls in a second, pinned at %g", n, w->manual);
	if ((n = w_pace(&w->by_trunk[c->trunk], ns)) >
	    w_whole(w->trunk[c->trunk].max_cps))
		w_fail(w, "%u calls in a second over trunk %s", n,
		    w->trunk[c->trunk].name);
	if ((n = w_pace(&w->by_sw[c->sw], ns)) > w_whole(w->sw[c->sw].max_cps))
		w_fail(w, "%u calls in a second over switch %s", n,
		    w->sw[c->sw].name);
	if ((n = w_pace(&w->by_camp[camp], ns)) > w_whole(own))
		w_fail(w, "%u calls in a second of campaign %s", n, k->name);
	if (w_in_flight(w, camp, -1, -1, -1) >
	    w->profile[camp].max_concurrent_calls)
		w_fail(w, "campaign %s has too many calls at once", k->name);
	if (w_in_flight(w, -1, c->trunk, -1, -1) >
	    w->trunk[c->trunk].max_channels)
		w_fail(w, "trunk %s has too many calls at once",
		    w->trunk[c->trunk].name);
	if (w_in_flight(w, -1, -1, c->sw, -1) > w->sw[c->sw].max_channels)
		w_fail(w, "switch %s has too many calls at once",
		    w->sw[c->sw].name);
}

/* A call leaves now. */
static inline void
w_judge(struct world *w, const struct call *call, struct w_call *c)
{
	struct w_contact *k = &w->contact[c->contact];
	const struct m_country *m = &w->country[k->country];
	char date[11];
	struct w_use *u;

	if (call->attempt < 1 || call->attempt >= 32 ||
	    k->sent >> call->attempt & 1)
		w_fail(w, "%s: attempt %d is dialled twice", k->number,
		    call->attempt);
	else
		k->sent |= 1u << call->attempt;
	if (call->attempt > w->camp[k->campaign].max_attempts)
		w_fail(w, "%s: attempt %d", k->number, call->attempt);
	if (k->alive > 0)
		w_fail(w, "%s is called while a call of it lives", k->number);
	if (!c->row || c->deleted)
		w_fail(w, "%s leaves but is not armed", k->number);
	if (k->dnc_told)
		w_fail(w, "%s is on do-not-call and is dialled", k->number);
	if (!w_lawful_ring(w, k, w->now.wall_ms))
		w_fail(w, "%s in %s is dialled outside its hours", k->number,
		    k->zone);
	w_date(w, k->country, w->now.wall_ms, date);
	u = w_use(w, c->did, w_group(w, k->country), date);
	u->sent++;
	if (m->did_daily_cap > 0 && u->sent > (uint32_t)m->did_daily_cap)
		w_fail(w, "DID %lld: use %u on %s, cap %d", (long long)c->did,
		    u->sent, date, (int)m->did_daily_cap);
	if (strcmp(call->usage_date, date) != 0)
		w_fail(w, "%s leaves on %s, counted on %s", k->number, date,
		    call->usage_date);
	if (w->brake || w->draining || !w->loaded || !w->spool_ok)
		w_fail(w, "a call leaves: brake %d, stopping %d, database %d",
		    w->brake, w->draining, w->loaded);
	if (strcmp(w->camp[k->campaign].state, "running") != 0)
		w_fail(w, "campaign %s is %s and dials",
		    w->camp[k->campaign].name, w->camp[k->campaign].state);
	if (m->consent_required && !w->camp[k->campaign].consented)
		w_fail(w, "%s is dialled without consent", k->number);
	if (w->told_down[c->sw])
		w_fail(w, "a call leaves over switch %s, which is away",
		    w->sw[c->sw].name);
}

#include "engine_world_db.h"
#include "engine_world_switch.h"
#include "engine_world_run.h"

#endif
