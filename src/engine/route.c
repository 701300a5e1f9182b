/* SPDX-License-Identifier: MIT */
/*
 * route: over which trunk.  Of the campaign's trunks the usable ones of the
 * best priority, shared by weight; each at its own pace and within its
 * channels.  Failover by cause class takes its place in route_fault().
 */
#include "engine/state.h"
#include "shared/log.h"

/* Instant failures in a row that take a trunk off for a while: an
 * unreachable peer fails every originate within a millisecond, and must not
 * eat the list. */
#define FAULTS_MAX 5
#define REST_NS    (10 * NS_PER_S)

bool
route_usable(const struct engine *e, const struct trunk *t)
{
	return !t->gone && t->conf.enabled && !t->unreachable && t->sw >= 0 &&
	       e->switches[t->sw].up && e->switches[t->sw].ready &&
	       t->resting_ns <= e->now.mono_ns;
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
	return true;
}

struct trunk *
route_pick(struct engine *e, struct campaign *c, int64_t *wake_ns)
{
	struct trunk *best = NULL;

	for (int i = 0; i < c->ntrunks; i++) {
		struct trunk *t = c->trunks[i];

		if (!route_usable(e, t) || !has_room(e, t, wake_ns))
			continue;
		if (best == NULL || t->conf.priority < best->conf.priority ||
		    (t->conf.priority == best->conf.priority &&
			t->share < best->share))
			best = t;
	}
	if (best == NULL)
		return NULL;
	/* Virtual time: each call costs 1/weight; nobody saves up credit. */
	for (int i = 0; i < c->ntrunks; i++)
		if (c->trunks[i]->share < best->share)
			c->trunks[i]->share = best->share;
	best->share += 1.0 / (double)best->conf.weight;
	return best;
}

void
route_fault(struct engine *e, struct trunk *t)
{
	if (++t->faults < FAULTS_MAX)
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
