/* SPDX-License-Identifier: MIT */
/*
 * why: which gates are closed for a campaign and its contacts, the first one
 * first, how many stand behind each, and when it opens (of a trunk, a caller
 * ID or one contact: why_ask.c).  Reads what plan.c, route.c and brake.c have
 * decided; decides nothing.
 */
#include <inttypes.h>
#include <string.h>

#include "engine/state.h"
#include "engine/why_gate.h"

struct tallied { /* contacts behind one gate */
	int64_t left;
	const struct pair *first;
	int64_t opens_ms;
};

static void
tally(const struct campaign *c, struct tallied v[GATE_DONE + 1], int64_t *total)
{
	for (size_t i = 0; i < c->npairs; i++) {
		const struct pair *p = &c->pairs[i];
		struct tallied *t = &v[p->gate];

		*total += p->total;
		if (p->total > p->finished)
			t->left += p->total - p->finished;
		if (t->first == NULL)
			t->first = p;
		if (p->gate == GATE_WINDOW && p->opens_ms > 0 &&
		    (t->opens_ms == 0 || p->opens_ms < t->opens_ms)) {
			t->opens_ms = p->opens_ms;
			t->first = p;
		}
	}
}

static void
why_pairs(const struct engine *e, const struct campaign *c, enum gate g,
    const struct tallied *t, struct engine_why *w)
{
	const char *name = t->first->country_name;
	long long left = (long long)t->left;
	const struct group *gr;
	char at[32];

	switch (g) {
	case GATE_CONSENT:
		why_add(w, "consent", left, 0,
		    "%s wants consent and the campaign is not marked "
		    "consented (%lld contacts)",
		    name, left);
		break;
	case GATE_CONTEXT:
		why_context(c, t->first->country, name, t->left, w);
		break;
	case GATE_ZONE:
		why_add(w, "zone", left, 0,
		    "time zone not known for %lld contacts in %s", left, name);
		break;
	case GATE_WINDOW:
		why_add(w, "window", left, t->opens_ms,
		    "outside calling hours for %lld contacts (%s); opens %s",
		    left, name, why_when(e, t->opens_ms, at));
		break;
	case GATE_NO_DID:
		why_add(w, "no_did", left, 0,
		    "no caller IDs for %s: discador import dids (%lld "
		    "contacts)",
		    name, left);
		break;
	case GATE_CAPPED:
		gr = t->first->country->group;
		why_add(w, "capped", left, 0,
		    "all %u caller IDs of %s are blocked or at their cap of "
		    "%d a day (%lld contacts wait)",
		    did_pool_size(gr->pool), gr->name,
		    (int)t->first->country->conf.did_daily_cap, left);
		break;
	default:
		break;
	}
}

/* Those who could be called now, and are not. */
static void
why_open(const struct engine *e, const struct campaign *c, int64_t left,
    int64_t rest, struct engine_why *w)
{
	char at[32];

	if (left <= 0)
		return;
	if (c->next_due_ms > e->now.wall_ms)
		why_add(w, "due", left, c->next_due_ms,
		    "%" PRId64 " contacts rest until their next attempt; the "
		    "first is due %s",
		    left, why_when(e, c->next_due_ms, at));
	else if (rest == 0 && c->concurrent > 0)
		why_add(w, "running", left, 0, "the last calls are running");
}

static void
why_contacts(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	struct tallied v[GATE_DONE + 1] = { { 0 } };
	int64_t total = 0, rest = 0;
	bool done[GATE_DONE + 1] = { false };

	tally(c, v, &total);
	if (total == 0) {
		why_add(w, "contacts", 0, 0,
		    "it has no contacts: discador import contacts FILE "
		    "--campaign %s",
		    c->conf.name);
		return;
	}
	for (int g = GATE_CONSENT; g <= GATE_CAPPED; g++)
		rest += v[g].left;
	if (v[GATE_OPEN].left > 0 && (c->active || !c->dry)) {
		w->dials = w->n == 0;
	} else
		why_open(e, c, v[GATE_OPEN].left, rest, w);
	/* The one that holds most of them first. */
	for (;;) {
		int most = -1;

		for (int g = GATE_CONSENT; g <= GATE_CAPPED; g++)
			if (!done[g] && v[g].left > 0 &&
			    (most < 0 || v[g].left > v[most].left))
				most = g;
		if (most < 0)
			break;
		done[most] = true;
		why_pairs(e, c, (enum gate)most, &v[most], w);
	}
}

void
why_campaign(struct engine *e, struct campaign *c)
{
	struct engine_why *w = &c->gates;

	*w = (struct engine_why){ .n = 0 };
	c->why[0] = '\0';
	c->opens_ms = 0;
	if (c->want != RUNNING)
		return;
	why_itself(e, c, w);
	why_contacts(e, c, w);
	if (w->dials || w->n == 0)
		return;
	str_copy(c->why, sizeof(c->why), w->gate[0].text);
	c->opens_ms = w->gate[0].opens_ms;
}

static struct campaign *
campaign_named(struct engine *e, const char *name)
{
	return engine_campaign(e, engine_campaign_id(e, name));
}

bool
why_of_campaign(struct engine *e, const char *name, struct engine_why *w)
{
	struct campaign *c = campaign_named(e, name);

	if (c == NULL || c->gone)
		return false;
	if (c->want != RUNNING)
		why_add(w, "state", -1, 0,
		    "it is %s: discador campaign start %s",
		    c->want == PAUSED ? "paused" : "stopped", c->conf.name);
	if (c->finished)
		why_add(
		    w, "finished", 0, 0, "every contact has come to its end");
	why_itself(e, c, w);
	why_contacts(e, c, w);
	str_format(w->note, sizeof(w->note),
	    "%.1f calls per second allowed now, %u alive, %u armed, brake "
	    "evidence %.1f of %.1f",
	    c->cps, c->concurrent, c->narmed, c->brake.watch.llr,
	    c->brake.watch.up);
	return true;
}
