/* SPDX-License-Identifier: MIT */
/*
 * why_ask: why nothing goes over one trunk, from one caller ID, to one number
 * or contact, for who asks.  Decides nothing, and changes nothing but the
 * engine's idea of now.
 */
#include <string.h>

#include "engine/state.h"
#include "engine/why_gate.h"

static bool
of_trunk(struct engine *e, const char *name, struct engine_why *w)
{
	struct trunk *t = engine_trunk(e, name);
	char why[96];

	if (t == NULL || t->gone)
		return false;
	why_engine(e, w);
	route_why(e, t, why, sizeof(why));
	if (why[0] != '\0')
		why_add(w, t->brake.state == BRAKE_ENGAGED ? "brake" : "trunk",
		    -1,
		    t->brake.state == BRAKE_ENGAGED
			? why_wall(e, t->brake.next_ns)
			: why_wall(e, MAXIMUM(t->resting_ns, t->aimd.stop_ns)),
		    "%s", why);
	else if ((int64_t)t->concurrent >= t->conf.max_channels)
		why_add(w, "channels", -1, 0,
		    "all its %lld channels are in use",
		    (long long)t->conf.max_channels);
	if (t->brake.state == BRAKE_PROBING)
		why_brake(e, w, &t->brake, "trunk", -1);
	w->dials = w->n == 0;
	str_format(w->note, sizeof(w->note),
	    "%.1f of %.1f calls per second allowed now, %u of %lld channels, "
	    "%u prefixes off, brake evidence %.1f of %.1f",
	    t->aimd.allowed, t->conf.max_cps, t->concurrent,
	    (long long)t->conf.max_channels, route_noff(e, t),
	    t->brake.watch.llr, t->brake.watch.up);
	return true;
}

static bool
of_did(struct engine *e, const char *number, struct engine_why *w)
{
	struct did *d = did_find_number(e->dids, number);
	uint32_t cap = 0;
	bool used = false;
	char at[32];

	if (d == NULL)
		return false;
	for (size_t i = 0; i < e->ncountries; i++) {
		if (e->countries[i]->gone ||
		    e->countries[i]->group->pool != d->pool)
			continue;
		used = true;
		cap =
		    MAXIMUM(cap, (uint32_t)e->countries[i]->conf.did_daily_cap);
	}
	if (!used)
		why_add(w, "country", -1, 0,
		    "its country %s is not configured: discador apply",
		    did_pool_group(d->pool));
	if (d->blocked_until_ms == INT64_MAX)
		why_add(w, "blocked", -1, 0, "it is blocked by hand");
	else if (d->blocked_until_ms > 0)
		why_add(w, "blocked", -1, d->blocked_until_ms,
		    "it is blocked until %s",
		    why_when(e, d->blocked_until_ms, at));
	if (cap > 0 && d->uses >= cap)
		why_add(w, "capped", -1, 0,
		    "it was used %u times today, its cap", d->uses);
	w->dials = w->n == 0;
	str_format(w->note, sizeof(w->note),
	    "used %u%s%.0u times today; %llu calls lately: %llu answered, %llu "
	    "rejected, score %.2f; evidence against it %.1f and %.1f of 6.9",
	    d->uses, cap > 0 ? " of " : "", cap, (unsigned long long)d->calls,
	    (unsigned long long)d->answered, (unsigned long long)d->rejected,
	    (double)d->score, (double)d->answers.llr, (double)d->rejects.llr);
	return true;
}

bool
engine_why(struct engine *e, const char *kind, const char *name,
    struct engine_why *w, const struct now *now)
{
	e->now = *now;
	*w = (struct engine_why){ .n = 0 };
	if (strcmp(kind, "campaign") == 0)
		return why_of_campaign(e, name, w);
	if (strcmp(kind, "trunk") == 0)
		return of_trunk(e, name, w);
	return strcmp(kind, "did") == 0 && of_did(e, name, w);
}

/* ---- contact ---------------------------------------------------------- */

static bool
why_state(const struct engine_why_contact *k, struct engine_why *w)
{
	static const struct {
		const char *state, *text;
	} words[] = {
		{ "done", "it has come to its end" },
		{ "exhausted", "its attempts are used up" },
		{ "dnc", "it was taken off its list: do-not-call" },
		{ "held", "its time zone is not known: a person must decide" },
		{ "claimed", "it is about to be called" },
		{ "dialing", "it is being called now" },
	};

	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(k->state, words[i].state) == 0) {
			why_add(w, words[i].state, 1, 0, "%s", words[i].text);
			return true;
		}
	return false;
}

static void
why_window(struct engine *e, const struct hours *hours, int ring,
    const struct country *y, const char *number, const char *zone,
    struct engine_why *w)
{
	const struct zoneset *z = engine_zones(e, zone);
	char state[4], at[32];
	int64_t opens;

	number_state(number, state);
	if (z->n == 0) {
		why_add(w, "zone", 1, 0, "its time zone is not known (\"%s\")",
		    zone);
		return;
	}
	if (window_open(&y->law, hours, z, state, e->now.wall_ms, ring))
		return;
	opens = window_opens(&y->law, hours, z, state, e->now.wall_ms, ring);
	why_add(w, "window", 1, MAXIMUM(opens, 0),
	    "outside calling hours of %s%s%s in %s; opens %s", y->conf.name,
	    state[0] != '\0' ? ", " : "", state, zone, why_when(e, opens, at));
}

static void
why_pool(const struct country *y, struct engine_why *w)
{
	if (did_pool_size(y->group->pool) == 0)
		why_add(
		    w, "no_did", 1, 0, "no caller IDs for %s", y->conf.name);
	else if (!did_available(
		     y->group->pool, (uint32_t)y->conf.did_daily_cap))
		why_add(w, "capped", 1, 0,
		    "all caller IDs of %s are blocked or at their cap",
		    y->group->name);
}

void
engine_why_number(struct engine *e, const char *number, const char *country,
    const char *zone, int ring_s, struct engine_why *w, const struct now *now)
{
	static const struct m_campaign any = {
		.call_from = "00:00", .call_to = "24:00", .weekdays = "mon-sun"
	};
	struct country *y = engine_country(e, country);
	struct hours always;

	e->now = *now;
	*w = (struct engine_why){ .n = 0 };
	hours_campaign(&always, &any);
	if (engine_is_dnc(e, number))
		why_add(
		    w, "dnc", 1, 0, "the number is on the do-not-call list");
	why_engine(e, w);
	if (y == NULL || y->gone)
		why_add(w, "context", 1, 0, "%s is not configured", country);
	else {
		if (y->conf.consent_required)
			why_add(w, "consent", 1, 0,
			    "%s wants consent and the campaign is not marked "
			    "consented",
			    country);
		why_window(e, &always, ring_s, y, number, zone, w);
		why_pool(y, w);
	}
	w->dials = w->n == 0;
}

void
engine_why_contact(struct engine *e, const struct engine_why_contact *k,
    struct engine_why *w, const struct now *now)
{
	struct campaign *c = engine_campaign(e, k->campaign_id);
	struct country *y = engine_country(e, k->country);
	const struct context *x =
	    c == NULL || y == NULL ? NULL : engine_context(c, y);
	int64_t cap = y == NULL ? 0 : y->conf.number_cap;
	char at[32];

	e->now = *now;
	*w = (struct engine_why){ .n = 0 };
	if (k->dnc || engine_is_dnc(e, k->number))
		why_add(
		    w, "dnc", 1, 0, "the number is on the do-not-call list");
	why_state(k, w);
	if (c == NULL || c->gone) {
		why_add(w, "campaign", 1, 0, "no campaign calls its list");
		return;
	}
	if (c->want != RUNNING)
		why_add(w, "state", 1, 0, "campaign %s is %s", c->conf.name,
		    c->want == PAUSED ? "paused" : "stopped");
	if (k->attempts >= c->conf.max_attempts)
		why_add(w, "attempts", 1, 0, "%d attempts of %lld are used",
		    k->attempts, (long long)c->conf.max_attempts);
	why_itself(e, c, w);
	if (x == NULL || x->flow == NULL || y->gone) {
		why_context(c, y, k->country, 0, w);
		return;
	}
	if (y->conf.consent_required && !c->conf.consented)
		why_add(w, "consent", 1, 0,
		    "%s wants consent and the campaign is not marked "
		    "consented",
		    k->country);
	why_window(
	    e, &c->hours, (int)c->conf.dial_timeout, y, k->number, k->zone, w);
	if (cap > 0 && k->calls_24h >= cap)
		why_add(w, "number_cap", 1, k->oldest_24h_ms + 86400 * MS_PER_S,
		    "its number was called %d times in 24 h (cap %lld)",
		    k->calls_24h, (long long)cap);
	if (k->due_ms > e->now.wall_ms)
		why_add(w, "due", 1, k->due_ms, "it rests until %s",
		    why_when(e, k->due_ms, at));
	why_pool(y, w);
	w->dials = w->n == 0;
}
