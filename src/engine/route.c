/* SPDX-License-Identifier: MIT */
/*
 * route: over which trunk.  Of the campaign's trunks the usable ones of the
 * best priority, shared by weight; each at its own pace and within its
 * channels, none that has just failed this contact, none that cannot reach
 * this prefix.
 */
#include "engine/state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/log.h"

/* Instant failures in a row that take a trunk off for a while: an
 * unreachable peer fails every originate within a millisecond, and must not
 * eat the list. */
#define FAULTS_MAX 5
#define REST_NS    (10 * NS_PER_S)
/* Route faults of one prefix in a row that take it off the trunk. */
#define ROUTE_FAULTS   3
#define ROUTE_PAUSE_NS (600 * NS_PER_S) /* doubles */
#define ROUTE_LONG_NS  (6 * 3600 * NS_PER_S)
#define PREFIX         5 /* "+1212", "+5511" */

bool
route_usable(const struct engine *e, const struct trunk *t)
{
	return !t->gone && t->conf.enabled && !t->unreachable && t->sw >= 0 &&
	       e->switches[t->sw].up && e->switches[t->sw].ready &&
	       !e->switches[t->sw].stopped && t->resting_ns <= e->now.mono_ns &&
	       t->aimd.stop_ns <= e->now.mono_ns &&
	       t->brake.state != BRAKE_ENGAGED && t->conf.max_cps > 0 &&
	       t->conf.max_channels > 0;
}

static void
rest_of(const struct engine *e, int64_t until_ns, char out[16])
{
	str_format(out, 16, "%lld s",
	    (long long)((until_ns - e->now.mono_ns) / NS_PER_S + 1));
}

void
route_why(const struct engine *e, const struct trunk *t, char *why, size_t n)
{
	const struct switch_rt *s = t->sw < 0 ? NULL : &e->switches[t->sw];
	char rest[16];

	why[0] = '\0';
	if (t->gone)
		str_copy(why, n, "it has left the configuration");
	else if (!t->conf.enabled)
		str_copy(why, n, "it is disabled");
	else if (t->conf.max_cps <= 0 || t->conf.max_channels <= 0)
		str_copy(why, n, "its max_cps or max_channels is 0");
	else if (s == NULL)
		str_format(
		    why, n, "there is no switch \"%s\"", t->conf.switch_name);
	else if (!s->up)
		str_format(
		    why, n, "switch %s is away: %s", s->conf.name, s->why);
	else if (!s->ready)
		str_format(why, n, "switch %s is being asked which calls live",
		    s->conf.name);
	else if (s->stopped)
		str_format(why, n, "switch %s is %.1f s late", s->conf.name,
		    s->late_ms / 1e3);
	else if (t->unreachable)
		str_copy(why, n, "the switch says its peer is unreachable");
	else if (t->brake.state == BRAKE_ENGAGED)
		str_format(why, n, "emergency brake: %s", t->brake.reason);
	else if (t->resting_ns > e->now.mono_ns) {
		rest_of(e, t->resting_ns, rest);
		str_format(
		    why, n, "it rests for %s: calls failed at once", rest);
	} else if (t->aimd.stop_ns > e->now.mono_ns) {
		rest_of(e, t->aimd.stop_ns, rest);
		str_format(why, n, "the carrier said Retry-After: %s", rest);
	}
}

/* ---- prefixes --------------------------------------------------------- */

static struct route *
find(const struct trunk *t, const char *number)
{
	for (unsigned i = 0; i < t->nroutes; i++)
		if (strncmp(t->routes[i].prefix, number, PREFIX) == 0)
			return &t->routes[i];
	return NULL;
}

/* A place for one more; that of one that is on again where all are taken. */
static struct route *
route_new(const struct engine *e, struct trunk *t)
{
	if (t->nroutes < ROUTES_MAX) {
		t->routes = xreallocarray(
		    t->routes, t->nroutes + 1, sizeof(*t->routes));
		return &t->routes[t->nroutes++];
	}
	for (unsigned i = 0; i < t->nroutes; i++)
		if (t->routes[i].off_ns <= e->now.mono_ns)
			return &t->routes[i];
	return NULL;
}

void
route_off(struct engine *e, struct trunk *t, const char *number)
{
	struct route *r = find(t, number);

	if (r == NULL) {
		r = route_new(e, t);
		if (r == NULL)
			return;
		*r = (struct route){ .pause_ns = ROUTE_PAUSE_NS / 2 };
		memcpy(r->prefix, number, strnlen(number, PREFIX));
	}
	if (r->off_ns > e->now.mono_ns || ++r->faults < ROUTE_FAULTS)
		return;
	r->pause_ns = MINIMUM(2 * r->pause_ns, ROUTE_LONG_NS);
	r->off_ns = e->now.mono_ns + r->pause_ns;
	engine_note(e, LOG_LVL_ERROR,
	    "trunk %s cannot reach %s...: %u calls in a row found no route; "
	    "none for %lld min",
	    t->conf.name, r->prefix, r->faults,
	    (long long)(r->pause_ns / NS_PER_S / 60));
}

void
route_on(struct trunk *t, const char *number)
{
	struct route *r = find(t, number);

	if (r != NULL)
		*r = t->routes[--t->nroutes];
}

unsigned
route_noff(const struct engine *e, const struct trunk *t)
{
	unsigned n = 0;

	for (unsigned i = 0; i < t->nroutes; i++)
		n += t->routes[i].off_ns > e->now.mono_ns;
	return n;
}

static int64_t
off_until(const struct trunk *t, const char *number)
{
	const struct route *r = t->nroutes == 0 ? NULL : find(t, number);

	return r == NULL ? 0 : r->off_ns;
}

int64_t
route_opens(
    const struct engine *e, const struct campaign *c, const char *number)
{
	int64_t first = INT64_MAX, off;

	for (int i = 0; i < c->ntrunks; i++) {
		if (!route_usable(e, c->trunks[i]))
			continue;
		off = off_until(c->trunks[i], number);
		if (off <= e->now.mono_ns)
			return 0;
		first = MINIMUM(first, off);
	}
	return first == INT64_MAX ? 0 : first;
}

/* ---- choice ----------------------------------------------------------- */

static uint64_t
bit(const struct trunk *t)
{
	return t->index < 64 ? 1ULL << t->index : 0;
}

static bool
may_carry(const struct engine *e, const struct trunk *t, const char *number,
    uint64_t tried)
{
	return (tried & bit(t)) == 0 && route_usable(e, t) &&
	       off_until(t, number) <= e->now.mono_ns;
}

bool
route_other(const struct engine *e, const struct call *call)
{
	const struct campaign *c = call->camp;

	if (call->trunk == NULL || c->want != RUNNING || e->draining)
		return false;
	for (int i = 0; i < c->ntrunks; i++)
		if (c->trunks[i] != call->trunk &&
		    may_carry(e, c->trunks[i], call->number, call->tried))
			return true;
	return false;
}

bool
route_any(const struct engine *e, const struct call *call)
{
	const struct campaign *c = call->camp;

	for (int i = 0; i < c->ntrunks; i++)
		if (may_carry(e, c->trunks[i], call->number, call->tried))
			return true;
	return false;
}

bool
route_full(const struct engine *e, const struct campaign *c)
{
	for (int i = 0; i < c->ntrunks; i++)
		if (c->trunks[i]->full_round != e->round)
			return false;
	return true;
}

double
route_room(const struct engine *e, const struct campaign *c)
{
	double sum = 0;

	for (int i = 0; i < c->ntrunks; i++)
		if (route_usable(e, c->trunks[i]))
			sum += c->trunks[i]->brake.state == BRAKE_PROBING
				   ? 1
				   : c->trunks[i]->aimd.allowed;
	return sum;
}

static bool
has_room(const struct engine *e, const struct trunk *t, int64_t *wake_ns)
{
	const struct switch_rt *s = &e->switches[t->sw];
	int64_t due = MAXIMUM(pacer_due(&t->pacer), pacer_due(&s->pacer));

	if ((int64_t)t->concurrent >= t->conf.max_channels ||
	    (int64_t)s->concurrent >= s->conf.max_channels)
		return false;
	if (due > e->now.mono_ns) {
		*wake_ns = MINIMUM(*wake_ns, due);
		return false;
	}
	return brake_may(&t->brake, t->probes, &e->now, wake_ns);
}

struct trunk *
route_pick(struct engine *e, struct campaign *c, const struct call *call,
    int64_t *wake_ns)
{
	struct trunk *best = NULL;
	double cost;

	for (int i = 0; i < c->ntrunks; i++) {
		struct trunk *t = c->trunks[i];

		if (!may_carry(e, t, call->number, call->tried))
			continue;
		if (!has_room(e, t, wake_ns)) {
			t->full_round = e->round;
			continue;
		}
		if (best == NULL || t->conf.priority < best->conf.priority ||
		    (t->conf.priority == best->conf.priority &&
			t->share < best->share))
			best = t;
	}
	if (best == NULL)
		return NULL;
	/* Virtual time: each call costs 1/weight; nobody saves up credit. */
	cost = 1.0 / (double)best->conf.weight;
	best->share = MAXIMUM(best->share, e->route_vt - cost) + cost;
	e->route_vt = MAXIMUM(e->route_vt, best->share - cost);
	return best;
}

/* ---- faults ----------------------------------------------------------- */

void
route_fault(struct engine *e, struct trunk *t)
{
	if (t->resting_ns > e->now.mono_ns || ++t->faults < FAULTS_MAX)
		return;
	t->faults = 0;
	t->resting_ns = e->now.mono_ns + REST_NS;
	engine_note(e, LOG_LVL_ERROR,
	    "trunk %s rests for %d s: %d calls in a row failed at once without "
	    "reaching a carrier; look at its endpoint on the switch",
	    t->conf.name, (int)(REST_NS / NS_PER_S), FAULTS_MAX);
}

void
route_ok(struct trunk *t)
{
	t->faults = 0;
}
