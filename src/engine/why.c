/* SPDX-License-Identifier: MIT */
/*
 * why: which gates are closed for a campaign, a trunk, a caller ID or a
 * contact, the first one first, how many contacts stand behind each, and when
 * it opens.  Reads what plan.c, route.c and brake.c have decided; decides
 * nothing.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "engine/state.h"
#include "shared/tz.h"

#define SILENT_NS (10 * NS_PER_S)

/* ---- words ------------------------------------------------------------ */

static struct engine_gate *add(struct engine_why *, const char *name,
    int64_t contacts, int64_t opens_ms, const char *, ...)
    __attribute__((format(printf, 5, 6)));

static struct engine_gate *
add(struct engine_why *w, const char *name, int64_t contacts, int64_t opens_ms,
    const char *fmt, ...)
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

static const char *
when(const struct engine *e, int64_t ms, char out[32])
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

static int64_t
wall_of(const struct engine *e, int64_t mono_ns)
{
	return mono_ns <= 0
		   ? 0
		   : e->now.wall_ms + (mono_ns - e->now.mono_ns) / NS_PER_MS;
}

static void
why_brake(const struct engine *e, struct engine_why *w, const struct brake *b,
    const char *what, int64_t contacts)
{
	char at[32];

	if (b->state == BRAKE_ENGAGED && b->next_ns > 0)
		add(w, "brake", contacts, wall_of(e, b->next_ns),
		    "emergency brake of the %s: %s; it probes %s", what,
		    b->reason, when(e, wall_of(e, b->next_ns), at));
	else if (b->state == BRAKE_PROBING)
		add(w, "brake", contacts, 0,
		    "emergency brake of the %s probes: %llu of %llu good", what,
		    (unsigned long long)b->probe.good,
		    (unsigned long long)b->probe.n);
}

/* ---- campaign --------------------------------------------------------- */

static void
why_engine(const struct engine *e, struct engine_why *w)
{
	if (e->draining)
		add(w, "stopping", -1, 0, "the engine is stopping");
	if (e->brake.state == BRAKE_ENGAGED)
		add(w, "brake", -1, 0, "emergency brake is on: %s",
		    e->brake.reason);
	if (!e->db_up)
		add(w, "database", -1, 0, "database is away: %s", e->db_why);
	if (!e->spool_ok)
		add(w, "spool", -1, 0,
		    "outcomes cannot be written to the spool (disk full?)");
}

static void
why_trunks(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	char why[96] = "";

	if (c->ntrunks == 0) {
		add(w, "trunk", -1, 0,
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
		add(w, "trunk", -1, 0, "trunk %s is not usable: %s",
		    c->trunks[0]->conf.name, why);
	else
		add(w, "trunk", -1, 0,
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
		add(w, "concurrent", -1, 0,
		    "all %lld calls that its profile permits at once are up",
		    (long long)c->profile.max_concurrent_calls);
	else if (full)
		add(w, "channels", -1, 0,
		    "all channels of its trunks or their switches are in use");
	else if (c->brake.state == BRAKE_PROBING)
		why_brake(e, w, &c->brake, "campaign", -1);
	else
		add(w, "pace", -1, 0,
		    "%u calls wait for their trunk's pace or probe calls",
		    c->narmed);
}

/* All that has nothing to do with whom it calls. */
static void
why_itself(
    const struct engine *e, const struct campaign *c, struct engine_why *w)
{
	why_engine(e, w);
	if (c->brake.state == BRAKE_ENGAGED)
		why_brake(e, w, &c->brake, "campaign", -1);
	if (!c->has_profile)
		add(w, "profile", -1, 0,
		    "there is no profile \"%s\": discador apply it",
		    c->conf.profile);
	else if (MINIMUM(c->conf.max_cps, c->profile.max_cps) <= 0)
		add(w, "cps", -1, 0,
		    "max_cps of the campaign or of its profile is 0");
	why_trunks(e, c, w);
	if (w->n == 0)
		why_silent(e, c, w);
}

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
why_pairs(const struct engine *e, enum gate g, const struct tallied *t,
    struct engine_why *w)
{
	const char *name = t->first->country_name;
	long long left = (long long)t->left;
	const struct group *gr;
	char at[32];

	switch (g) {
	case GATE_CONSENT:
		add(w, "consent", left, 0,
		    "%s wants consent and the campaign is not marked "
		    "consented (%lld contacts)",
		    name, left);
		break;
	case GATE_CONTEXT:
		add(w, "context", left, 0,
		    "%s has no country or DTMF context to call with (%lld "
		    "contacts)",
		    name, left);
		break;
	case GATE_ZONE:
		add(w, "zone", left, 0,
		    "time zone not known for %lld contacts in %s", left, name);
		break;
	case GATE_WINDOW:
		add(w, "window", left, t->opens_ms,
		    "outside calling hours for %lld contacts (%s); opens %s",
		    left, name, when(e, t->opens_ms, at));
		break;
	case GATE_NO_DID:
		add(w, "no_did", left, 0,
		    "no caller IDs for %s: discador import dids (%lld "
		    "contacts)",
		    name, left);
		break;
	case GATE_CAPPED:
		gr = t->first->country->group;
		add(w, "capped", left, 0,
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
		add(w, "due", left, c->next_due_ms,
		    "%" PRId64 " contacts rest until their next attempt; the "
		    "first is due %s",
		    left, when(e, c->next_due_ms, at));
	else if (rest == 0 && c->concurrent > 0)
		add(w, "running", left, 0, "the last calls are running");
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
		add(w, "contacts", 0, 0,
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
		why_pairs(e, (enum gate)most, &v[most], w);
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

/* ---- doors ------------------------------------------------------------ */

static struct campaign *
campaign_named(struct engine *e, const char *name)
{
	return engine_campaign(e, engine_campaign_id(e, name));
}

static bool
of_campaign(struct engine *e, const char *name, struct engine_why *w)
{
	struct campaign *c = campaign_named(e, name);

	if (c == NULL || c->gone)
		return false;
	if (c->want != RUNNING)
		add(w, "state", -1, 0, "it is %s: discador campaign start %s",
		    c->want == PAUSED ? "paused" : "stopped", c->conf.name);
	if (c->finished)
		add(w, "finished", 0, 0, "every contact has come to its end");
	why_itself(e, c, w);
	why_contacts(e, c, w);
	str_format(w->note, sizeof(w->note),
	    "%.1f calls per second allowed now, %u alive, %u armed, brake "
	    "evidence %.1f of %.1f",
	    c->cps, c->concurrent, c->narmed, c->brake.watch.llr,
	    c->brake.watch.up);
	return true;
}

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
		add(w, t->brake.state == BRAKE_ENGAGED ? "brake" : "trunk", -1,
		    t->brake.state == BRAKE_ENGAGED
			? wall_of(e, t->brake.next_ns)
			: wall_of(e, MAXIMUM(t->resting_ns, t->aimd.stop_ns)),
		    "%s", why);
	else if ((int64_t)t->concurrent >= t->conf.max_channels)
		add(w, "channels", -1, 0, "all its %lld channels are in use",
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
		add(w, "country", -1, 0,
		    "its country %s is not configured: discador apply",
		    did_pool_group(d->pool));
	if (d->blocked_until_ms == INT64_MAX)
		add(w, "blocked", -1, 0, "it is blocked by hand");
	else if (d->blocked_until_ms > 0)
		add(w, "blocked", -1, d->blocked_until_ms,
		    "it is blocked until %s", when(e, d->blocked_until_ms, at));
	if (cap > 0 && d->uses >= cap)
		add(w, "capped", -1, 0, "it was used %u times today, its cap",
		    d->uses);
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
		return of_campaign(e, name, w);
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
			add(w, words[i].state, 1, 0, "%s", words[i].text);
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
		add(w, "zone", 1, 0, "its time zone is not known (\"%s\")",
		    zone);
		return;
	}
	if (window_open(&y->law, hours, z, state, e->now.wall_ms, ring))
		return;
	opens = window_opens(&y->law, hours, z, state, e->now.wall_ms, ring);
	add(w, "window", 1, MAXIMUM(opens, 0),
	    "outside calling hours of %s%s%s in %s; opens %s", y->conf.name,
	    state[0] != '\0' ? ", " : "", state, zone, when(e, opens, at));
}

static void
why_pool(const struct country *y, struct engine_why *w)
{
	if (did_pool_size(y->group->pool) == 0)
		add(w, "no_did", 1, 0, "no caller IDs for %s", y->conf.name);
	else if (!did_available(
		     y->group->pool, (uint32_t)y->conf.did_daily_cap))
		add(w, "capped", 1, 0,
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
		add(w, "dnc", 1, 0, "the number is on the do-not-call list");
	why_engine(e, w);
	if (y == NULL || y->gone)
		add(w, "context", 1, 0, "%s is not configured", country);
	else {
		if (y->conf.consent_required)
			add(w, "consent", 1, 0,
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
	int64_t cap = y == NULL ? 0 : y->conf.number_cap;
	char at[32];

	e->now = *now;
	*w = (struct engine_why){ .n = 0 };
	if (k->dnc || engine_is_dnc(e, k->number))
		add(w, "dnc", 1, 0, "the number is on the do-not-call list");
	why_state(k, w);
	if (c == NULL || c->gone) {
		add(w, "campaign", 1, 0, "no campaign calls its list");
		return;
	}
	if (c->want != RUNNING)
		add(w, "state", 1, 0, "campaign %s is %s", c->conf.name,
		    c->want == PAUSED ? "paused" : "stopped");
	if (k->attempts >= c->conf.max_attempts)
		add(w, "attempts", 1, 0, "%d attempts of %lld are used",
		    k->attempts, (long long)c->conf.max_attempts);
	why_itself(e, c, w);
	if (y == NULL || y->gone || engine_context(c, y) == NULL) {
		add(w, "context", 1, 0,
		    "%s has no country or DTMF context to call with",
		    k->country);
		return;
	}
	if (y->conf.consent_required && !c->conf.consented)
		add(w, "consent", 1, 0,
		    "%s wants consent and the campaign is not marked "
		    "consented",
		    k->country);
	why_window(
	    e, &c->hours, (int)c->conf.dial_timeout, y, k->number, k->zone, w);
	if (cap > 0 && k->calls_24h >= cap)
		add(w, "number_cap", 1, k->oldest_24h_ms + 86400 * MS_PER_S,
		    "its number was called %d times in 24 h (cap %lld)",
		    k->calls_24h, (long long)cap);
	if (k->due_ms > e->now.wall_ms)
		add(w, "due", 1, k->due_ms, "it rests until %s",
		    when(e, k->due_ms, at));
	why_pool(y, w);
	w->dials = w->n == 0;
}
