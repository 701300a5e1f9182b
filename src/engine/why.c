/* SPDX-License-Identifier: MIT */
/*
 * why: the first closed gate of a campaign, in words for the console, and
 * when it opens.  Reads the gates that plan.c has set; decides nothing.
 */
#include <inttypes.h>
#include <string.h>

#include "engine/state.h"
#include "shared/tz.h"

static void
when(const struct engine *e, int64_t ms, char out[32])
{
	static const char *const day[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	struct tz_local l;

	if (ms <= 0 || e->tz == NULL) {
		str_copy(out, 32, "an unknown time");
		return;
	}
	tz_local(e->tz, ms, &l);
	str_format(out, 32, "%s %02d:%02d", day[l.weekday % 7], l.minute / 60,
	    l.minute % 60);
}

static bool
why_engine(struct engine *e, struct campaign *c)
{
	bool usable = false, linked = false, asking = false;

	if (e->draining)
		str_copy(c->why, sizeof(c->why), "the engine is stopping");
	else if (e->brake.state == BRAKE_ENGAGED)
		str_format(c->why, sizeof(c->why), "emergency brake is on: %s",
		    e->brake.reason);
	else if (!e->db_up)
		str_format(
		    c->why, sizeof(c->why), "database is away: %s", e->db_why);
	else if (!e->spool_ok)
		str_copy(c->why, sizeof(c->why),
		    "outcomes cannot be written to the spool (disk full?)");
	else if (!c->has_profile)
		str_format(c->why, sizeof(c->why),
		    "there is no profile \"%s\": discador apply it",
		    c->conf.profile);
	else if (MINIMUM(c->conf.max_cps, c->profile.max_cps) <= 0)
		str_copy(c->why, sizeof(c->why),
		    "max_cps of the campaign or of its profile is 0");
	else if (c->ntrunks == 0)
		str_copy(c->why, sizeof(c->why),
		    "none of its trunks exists: discador show trunk");
	for (int i = 0; i < c->ntrunks; i++) {
		const struct switch_rt *s =
		    c->trunks[i]->sw < 0 ? NULL
					 : &e->switches[c->trunks[i]->sw];

		usable |= route_usable(e, c->trunks[i]) &&
			  c->trunks[i]->conf.max_cps > 0 &&
			  c->trunks[i]->conf.max_channels > 0;
		linked |= s != NULL && s->up;
		asking |= s != NULL && s->up && !s->ready;
	}
	if (c->why[0] == '\0' && !usable)
		str_copy(c->why, sizeof(c->why),
		    !linked  ? "no switch of its trunks is connected"
		    : asking ? "the switch is being asked which calls live"
			     : "no trunk is usable: disabled, resting, "
			       "unreachable, or max_cps or max_channels 0");
	return c->why[0] != '\0';
}

static void
why_pair(
    struct engine *e, struct campaign *c, const struct pair *p, int64_t left)
{
	const struct group *g;
	char at[32];

	when(e, c->opens_ms, at);
	switch (p->gate) {
	case GATE_CONSENT:
		str_format(c->why, sizeof(c->why),
		    "%s wants consent and the campaign is not marked "
		    "consented (%" PRId64 " contacts)",
		    p->country_name, left);
		break;
	case GATE_CONTEXT:
		str_format(c->why, sizeof(c->why),
		    "%s has no country or DTMF context to call with (%" PRId64
		    " contacts)",
		    p->country_name, left);
		break;
	case GATE_ZONE:
		str_format(c->why, sizeof(c->why),
		    "time zone not known for %" PRId64 " contacts in %s", left,
		    p->country_name);
		break;
	case GATE_WINDOW:
		str_format(c->why, sizeof(c->why),
		    "outside calling hours for %" PRId64
		    " contacts (%s); opens %s",
		    left, p->country_name, at);
		break;
	case GATE_NO_DID:
		str_format(c->why, sizeof(c->why),
		    "no caller IDs for %s: discador import dids (%" PRId64
		    " contacts)",
		    p->country_name, left);
		break;
	case GATE_CAPPED:
		g = p->country->group;
		str_format(c->why, sizeof(c->why),
		    "all %u caller IDs of %s are blocked or at their cap of "
		    "%d a day (%" PRId64 " contacts wait)",
		    did_pool_size(g->pool), g->name,
		    (int)p->country->conf.did_daily_cap, left);
		break;
	default:
		break;
	}
}

void
plan_why(struct engine *e, struct campaign *c)
{
	int64_t left[GATE_DONE + 1] = { 0 }, total = 0, rest = 0;
	const struct pair *first[GATE_DONE + 1] = { NULL };
	enum gate worst = GATE_DONE;
	char at[32];

	c->why[0] = '\0';
	c->opens_ms = 0;
	if (c->want != RUNNING || why_engine(e, c))
		return;
	for (size_t i = 0; i < c->npairs; i++) {
		const struct pair *p = &c->pairs[i];

		left[p->gate] += p->total - p->finished;
		total += p->total;
		if (first[p->gate] == NULL)
			first[p->gate] = p;
		if (p->gate == GATE_WINDOW && p->opens_ms > 0 &&
		    (c->opens_ms == 0 || p->opens_ms < c->opens_ms)) {
			c->opens_ms = p->opens_ms;
			first[GATE_WINDOW] = p;
		}
	}
	if (total == 0) {
		str_format(c->why, sizeof(c->why),
		    "it has no contacts: discador import contacts FILE "
		    "--campaign %s",
		    c->conf.name);
		return;
	}
	for (int g = GATE_CONSENT; g <= GATE_CAPPED; g++)
		rest += left[g];
	if (left[GATE_OPEN] > 0 && (c->active || !c->dry))
		return;
	if (left[GATE_OPEN] > 0) {
		when(e, c->next_due_ms, at);
		if (c->next_due_ms > e->now.wall_ms) {
			c->opens_ms = c->next_due_ms;
			str_format(c->why, sizeof(c->why),
			    "%" PRId64 " contacts rest until their next "
			    "attempt; the first is due %s",
			    left[GATE_OPEN], at);
		} else if (rest == 0 && c->concurrent > 0)
			str_copy(c->why, sizeof(c->why),
			    "the last calls are running");
	}
	if (c->why[0] != '\0')
		return;
	for (int g = GATE_CONSENT; g <= GATE_CAPPED; g++)
		if (left[g] > 0 &&
		    (worst == GATE_DONE || left[g] > left[worst]))
			worst = (enum gate)g;
	if (worst != GATE_DONE)
		why_pair(e, c, first[worst], left[worst]);
}
