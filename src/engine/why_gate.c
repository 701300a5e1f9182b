/* SPDX-License-Identifier: MIT */
/*
 * why_gate: one closed gate in words, with the time at which it opens, and the
 * gates that campaigns, trunks and contacts have in common.  Chooses nothing:
 * which of them are closed, and in what order, is for why.c and why_ask.c.
 */
#include "engine/why_gate.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "shared/tz.h"
#include "shared/util.h"

#define SILENT_NS (10 * NS_PER_S)

struct engine_gate *
why_add(struct engine_why *w, const char *name, int64_t contacts,
    int64_t opens_ms, const char *fmt, ...)
{
	struct engine_gate *g;
	va_list ap;

	if (w->n == nitems(w->gate))
		return &w->gate[w->n - 1];
	g = &w->gate[w->n++];
	memset(g, 0, sizeof(*g));
	str_copy(g->name, sizeof(g->name), name);
	g->contacts = contacts;
	g->opens_ms = opens_ms;
	va_start(ap, fmt);
	vsnprintf(g->text, sizeof(g->text), fmt, ap);
	va_end(ap);
	return g;
}

const char *
why_when(const struct engine *e, int64_t ms, char out[32])
{
	static const char *const day[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	struct tz_local l;

	if (ms <= 0 || e->tz == NULL) {
		str_copy(out, 32, "at an unknown time");
		return out;
	}
	tz_local(e->tz, ms, &l);
	if (ms - e->now.wall_ms < 6 * 86400 * MS_PER_S)
		str_format(out, 32, "%s %02d:%02d", day[l.weekday % 7],
		    l.minute / 60, l.minute % 60);
	else
		str_format(out, 32, "%04d-%02d-%02d %02d:%02d", l.year, l.month,
		    l.day, l.minute / 60, l.minute % 60);
	return out;
}

int64_t
why_wall(const struct engine *e, int64_t mono_ns)
{
	return mono_ns <= 0
		   ? 0
		   : e->now.wall_ms + (mono_ns - e->now.mono_ns) / NS_PER_MS;
}

void
why_brake(const struct engine *e, struct engine_why *w, const struct brake *b,
    const char *what, int64_t contacts)
{
	char at[32];

	if (b->state == BRAKE_ENGAGED && b->next_ns > 0)
		why_add(w, "brake", contacts, why_wall(e, b->next_ns),
		    "emergency brake of the %s: %s; it probes %s", what,
		    b->reason, why_when(e, why_wall(e, b->next_ns), at));
	else if (b->state == BRAKE_PROBING)
		why_add(w, "brake", contacts, 0,
		    "emergency brake of the %s probes: %llu of %llu good", what,
		    (unsigned long long)b->probe.good,
		    (unsigned long long)b->probe.n);
}

void
why_engine(const struct engine *e, struct engine_why *w)
{
	if (e->draining)
		why_add(w, "stopping", -1, 0, "the engine is stopping");
	if (e->brake.state == BRAKE_ENGAGED)
		why_add(w, "brake", -1, 0, "emergency brake is on: %s",
		    e->brake.reason);
	if (!e->db_up)
		why_add(
		    w, "database", -1, 0, "database is away: %s", e->db_why);
	if (!e->spool_ok)
		why_add(w, "spool", -1, 0,
		    "outcomes cannot be written to the spool (disk full?)");
}

static void
why_trunks(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	char why[96] = "";

	if (c->ntrunks == 0) {
		why_add(w, "trunk", -1, 0,
		    "none of its trunks exists: discador show trunk");
		return;
	}
	for (int i = 0; i < c->ntrunks; i++) {
		if (route_usable(e, c->trunks[i]))
			return;
		if (why[0] == '\0')
			route_why(e, c->trunks[i], why, sizeof(why));
	}
	if (c->ntrunks == 1)
		why_add(w, "trunk", -1, 0, "trunk %s is not usable: %s",
		    c->trunks[0]->conf.name, why);
	else
		why_add(w, "trunk", -1, 0,
		    "no trunk is usable; the first of %d, %s: %s", c->ntrunks,
		    c->trunks[0]->conf.name, why);
}

/* Everything is open, calls are armed, and yet for a while none has left. */
static void
why_silent(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	bool full = true;

	if (c->narmed == 0 ||
	    e->now.mono_ns - MAXIMUM(c->left_ns, e->started_ns) < SILENT_NS)
		return;
	for (int i = 0; i < c->ntrunks; i++) {
		const struct trunk *t = c->trunks[i];

		full &= !route_usable(e, t) ||
			(int64_t)t->concurrent >= t->conf.max_channels ||
			(int64_t)e->switches[t->sw].concurrent >=
			    e->switches[t->sw].conf.max_channels;
	}
	if ((int64_t)c->concurrent >= c->profile.max_concurrent_calls)
		why_add(w, "concurrent", -1, 0,
		    "all %lld calls that its profile permits at once are up",
		    (long long)c->profile.max_concurrent_calls);
	else if (full)
		why_add(w, "channels", -1, 0,
		    "all channels of its trunks or their switches are in use");
	else if (c->brake.state == BRAKE_PROBING)
		why_brake(e, w, &c->brake, "campaign", -1);
	else
		why_add(w, "pace", -1, 0,
		    "%u calls wait for their trunk's pace or probe calls",
		    c->narmed);
}

/* All that has nothing to do with whom it calls. */
void
why_itself(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	why_engine(e, w);
	if (c->brake.state == BRAKE_ENGAGED)
		why_brake(e, w, &c->brake, "campaign", -1);
	if (!c->has_profile)
		why_add(w, "profile", -1, 0,
		    "there is no profile \"%s\": discador apply it",
		    c->conf.profile);
	else if (MINIMUM(c->conf.max_cps, c->profile.max_cps) <= 0)
		why_add(w, "cps", -1, 0,
		    "max_cps of the campaign or of its profile is 0");
	why_trunks(e, c, w);
	if (w->n == 0)
		why_silent(e, c, w);
}

/*
 * There is no context for c there, or one that makes no sense.  left: contacts
 * that wait for it; 0: it is about one alone.
 */
void
why_context(const struct campaign *c, const struct country *k, const char *name,
    int64_t left, struct engine_why *w)
{
	const struct context *x =
	    k == NULL || k->gone ? NULL : engine_context(c, k);
	char many[40] = "";

	if (left > 0)
		str_format(
		    many, sizeof(many), " (%lld contacts)", (long long)left);
	if (x == NULL || x->flow != NULL)
		why_add(w, "context", MAXIMUM(left, 1), 0,
		    "%s has no country or DTMF context to call with%s", name,
		    many);
	else
		why_add(w, "context", MAXIMUM(left, 1), 0,
		    "%s: context %s cannot be used%s: %s", name, x->m.name,
		    many, x->why);
}
