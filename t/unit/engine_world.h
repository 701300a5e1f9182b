/* SPDX-License-Identifier: MIT */
/*
 * The judge of the simulated world (src/sim/world.h) in the engine's tests:
 * every call that leaves is looked at, by a recount that shares no code with
 * the engine; what the board says is counted again.  The first broken promise
 * stays in w->err.
 */
#ifndef ENGINE_WORLD_H
#define ENGINE_WORLD_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/outcome.h"
#include "shared/law.h"
#include "shared/number.h"
#include "shared/spec.h"
#include "sim/world.h"

#define J_MAX 8 /* campaigns, countries, trunks, switches of a test */

struct judge {
	struct pace {
		int64_t *at;
		size_t n, cap, tail;
		unsigned most;
	} total, by_trunk[J_MAX], by_sw[J_MAX], by_camp[J_MAX];
	int sent_camp[J_MAX];
	size_t oldest; /* call that may be under way */
	/* counted by the database before this start: campaign, country */
	struct board_count base[J_MAX][J_MAX];
	int bad_run; /* calls in a row that ended badly */
	int64_t day;
	bool new_day; /* since the engine began: counts start anew */
	bool brake; /* by hand */
	bool blind; /* its switches are not counted */
	unsigned unsent; /* left the engine but not the test */
	double manual;
	int64_t manual_ns;
	bool trace;
	/* all that left, for the cap of their numbers */
	struct judge_send {
		int64_t ms; /* armed: the clock may be set before it leaves */
		struct world_call *c;
	} * send;
	size_t nsend;
};

static inline struct judge *
judge(const struct world *w)
{
	return w->arg;
}

static inline unsigned
judge_pace(struct pace *p, int64_t ns)
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
judge_whole(double cps)
{
	return cps < 1 ? 1 : (unsigned)(cps + 1e-6);
}

/* ---- hours ------------------------------------------------------------ */

static inline bool
judge_hours(const char *from, const char *to, const char *days,
    const struct tz_local *l)
{
	return spec_days(days) >> l->weekday & 1 &&
	       l->minute >= spec_minutes(from) && l->minute < spec_minutes(to);
}

/* Only what the worlds of these tests have: "12-25" and "2026-04-03". */
static inline bool
judge_holiday(const char *text, const struct tz_local *l)
{
	char every[8], once[16];

	str_format(every, sizeof(every), "%02d-%02d", l->month, l->day);
	str_format(
	    once, sizeof(once), "%04d-%02d-%02d", l->year, l->month, l->day);
	for (const char *p = text; *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if ((n == strlen(every) && memcmp(p, every, n) == 0) ||
		    (n == strlen(once) && memcmp(p, once, n) == 0))
			return true;
		p += n;
	}
	return false;
}

/* "FL 08:00-20:00; TX 12:00-21:00": every day, one rule a state. */
static inline bool
judge_state(const char *rules, const char *e164, const struct tz_local *l)
{
	char state[4], span[12];
	const char *p;
	int from, to;

	number_state(e164, state);
	if (state[0] == '\0' || (p = strstr(rules, state)) == NULL)
		return true;
	str_copy(span, sizeof(span), p + 3);
	span[11] = '\0';
	return spec_span(span, &from, &to) != 2 ||
	       (l->minute >= from && l->minute < to);
}

/* Is it lawful to ring there at t? */
static inline bool
judge_lawful(const struct world *w, const struct world_contact *k, int64_t t_ms)
{
	const struct m_country *m = &w->country[k->country];
	const struct m_campaign *c = &w->camp[k->campaign];
	struct tz_set z;

	if (!tz_set_parse(&z, world_zone(w, k)))
		return false;
	for (int i = 0; i < z.n; i++) {
		struct tz_local l;
		const char *own = "";
		int from, to;

		tz_local(z.v[i], t_ms, &l);
		if (!judge_hours(c->call_from, c->call_to, c->weekdays, &l) ||
		    judge_holiday(m->holidays, &l) ||
		    !judge_state(m->states, world_e164(w, k), &l))
			return false;
		if (l.weekday == 6)
			own = m->saturday;
		else if (l.weekday == 0)
			own = m->sunday;
		switch (spec_span(own, &from, &to)) {
		case 0:
			if (!judge_hours(
				m->call_from, m->call_to, m->weekdays, &l))
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
judge_lawful_ring(
    const struct world *w, const struct world_contact *k, int64_t t_ms)
{
	int64_t ring = w->camp[k->campaign].dial_timeout * MS_PER_S;

	for (int64_t at = 0; at < ring; at += 5 * MS_PER_S)
		if (!judge_lawful(w, k, t_ms + at))
			return false;
	return judge_lawful(w, k, t_ms + ring);
}

/* ---- how many --------------------------------------------------------- */

static inline int
judge_in_flight(struct world *w, int camp, int trunk, int sw, int country)
{
	struct judge *j = judge(w);
	int n = 0;

	/* The oldest ones have ended: not looked at again and again. */
	while (j->oldest < w->ncall && !w->call[j->oldest]->tracked &&
	       (w->call[j->oldest]->rank >= 20 || w->call[j->oldest]->deleted))
		j->oldest++;
	for (size_t i = j->oldest; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];
		const struct world_contact *k = &w->contact[c->contact];

		n += c->tracked && (camp < 0 || k->campaign == camp) &&
		     (trunk < 0 || c->trunk == trunk) &&
		     (sw < 0 || c->sw == sw) &&
		     (country < 0 || k->country == country);
	}
	return n;
}

static inline const struct m_profile *
judge_profile(const struct world *w, int camp)
{
	for (int i = 0; i < w->nprofile; i++)
		if (strcmp(w->profile[i].name, w->camp[camp].profile) == 0)
			return &w->profile[i];
	return &w->profile[0];
}

static inline void
judge_written(struct world *w, struct world_call *c)
{
	struct judge *j = judge(w);
	int camp = w->contact[c->contact].campaign;
	const struct m_campaign *k = &w->camp[camp];
	const struct m_profile *p = judge_profile(w, camp);
	int64_t ns = w->now.mono_ns;
	double room = 0, own = MINIMUM(k->max_cps, p->max_cps);
	unsigned n;

	for (int i = 0; i < w->nsw; i++)
		room += w->sw[i].max_cps;
	if ((n = judge_pace(&j->total, ns)) > judge_whole(room))
		world_fail(
		    w, "%u calls in a second, all switches take %g", n, room);
	if (j->manual > 0 && ns - j->manual_ns > 1300 * NS_PER_MS &&
	    n > judge_whole(j->manual))
		world_fail(
		    w, "%u calls in a second, pinned at %g", n, j->manual);
	if ((n = judge_pace(&j->by_trunk[c->trunk], ns)) >
	    judge_whole(w->trunk[c->trunk].max_cps))
		world_fail(w, "%u calls in a second over trunk %s", n,
		    w->trunk[c->trunk].name);
	if ((n = judge_pace(&j->by_sw[c->sw], ns)) >
	    judge_whole(w->sw[c->sw].max_cps))
		world_fail(w, "%u calls in a second over switch %s", n,
		    w->sw[c->sw].name);
	if ((n = judge_pace(&j->by_camp[camp], ns)) > judge_whole(own))
		world_fail(
		    w, "%u calls in a second of campaign %s", n, k->name);
	if (judge_in_flight(w, camp, -1, -1, -1) > p->max_concurrent_calls)
		world_fail(
		    w, "campaign %s has too many calls at once", k->name);
	if (judge_in_flight(w, -1, c->trunk, -1, -1) >
	    w->trunk[c->trunk].max_channels)
		world_fail(w, "trunk %s has too many calls at once",
		    w->trunk[c->trunk].name);
	if (judge_in_flight(w, -1, -1, c->sw, -1) > w->sw[c->sw].max_channels)
		world_fail(w, "switch %s has too many calls at once",
		    w->sw[c->sw].name);
}

/* ---- a call leaves ---------------------------------------------------- */

/*
 * Calls to its number that left in the 24 hours before, and count.  The
 * database looks when a call is armed: it may leave some seconds later.
 */
static inline void
judge_number_cap(struct world *w, struct world_call *c)
{
	struct judge *j = judge(w);
	const struct world_contact *k = &w->contact[c->contact];
	int64_t cap = w->country[k->country].number_cap, n = 0, last = 0;

	if (cap > 0)
		for (size_t i = 0; i < j->nsend; i++) {
			const struct judge_send *s = &j->send[i];

			if (s->ms <= w->now.wall_ms - (86400 - 30) * MS_PER_S ||
			    s->c->uncounted ||
			    w->contact[s->c->contact].number != k->number)
				continue;
			n++;
			last = s->ms;
		}
	if (cap > 0 && n >= cap)
		world_fail(w, "%s: call %lld in 24 hours, cap %lld (%lld ms)",
		    world_e164(w, k), (long long)n + 1, (long long)cap,
		    (long long)(w->now.wall_ms - last));
	if ((j->nsend & (j->nsend - 1)) == 0)
		j->send = xreallocarray(
		    j->send, j->nsend > 0 ? j->nsend * 2 : 1, sizeof(*j->send));
	j->send[j->nsend++] = (struct judge_send){ c->armed_ms, c };
}

static inline void
judge_gates(
    struct world *w, const struct world_call *c, const struct world_contact *k)
{
	const struct m_country *m = &w->country[k->country];
	struct judge *j = judge(w);

	if (w->number[k->number].dnc_told)
		world_fail(
		    w, "%s is on do-not-call and is dialled", world_e164(w, k));
	if (!judge_lawful_ring(w, k, w->now.wall_ms))
		world_fail(w, "%s in %s is dialled outside its hours",
		    world_e164(w, k), world_zone(w, k));
	if (j->brake || w->draining || !w->loaded || !w->spool_ok)
		world_fail(w,
		    "a call leaves: brake %d, stopping %d, database %d",
		    j->brake, w->draining, w->loaded);
	if (strcmp(w->camp[k->campaign].state, "running") != 0)
		world_fail(w, "campaign %s is %s and dials",
		    w->camp[k->campaign].name, w->camp[k->campaign].state);
	if (m->consent_required && !w->camp[k->campaign].consented)
		world_fail(
		    w, "%s is dialled without consent", world_e164(w, k));
	if (w->told_down[c->sw])
		world_fail(w, "a call leaves over switch %s, which is away",
		    w->sw[c->sw].name);
}

static inline void
judge_leaves(struct world *w, const struct call *call, struct world_call *c)
{
	struct world_contact *k = &w->contact[c->contact];
	const struct m_country *m = &w->country[k->country];
	const char *number = world_e164(w, k);
	struct world_use *u;
	char date[11];

	if (call->attempt < 1 || call->attempt >= 32 ||
	    k->sent >> call->attempt & 1)
		world_fail(w, "%s: attempt %d is dialled twice", number,
		    call->attempt);
	else
		k->sent |= 1u << call->attempt;
	if (k->attempts - k->uncounted > w->camp[k->campaign].max_attempts)
		world_fail(w, "%s: attempt %d, %d of them uncounted", number,
		    call->attempt, k->uncounted);
	if (k->alive > 0)
		world_fail(w, "%s is called while a call of it lives", number);
	if (!c->row || c->deleted)
		world_fail(w, "%s leaves but is not armed", number);
	if (c->trunk < 0) {
		world_fail(w, "%s leaves over no trunk", number);
		return;
	}
	judge_gates(w, c, k);
	world_date(w, k->country, w->now.wall_ms, date);
	u = world_use(w, c->did, world_group(w, k->country), date);
	u->sent++;
	if (m->did_daily_cap > 0 && u->sent > (uint32_t)m->did_daily_cap)
		world_fail(w, "DID %lld: use %u on %s, cap %d",
		    (long long)c->did, u->sent, date, (int)m->did_daily_cap);
	if (strcmp(call->usage_date, date) != 0)
		world_fail(w, "%s leaves on %s, counted on %s", number, date,
		    call->usage_date);
	judge_number_cap(w, c);
	judge(w)->sent_camp[k->campaign]++;
}

#include "engine_world_run.h"

#endif
