/* SPDX-License-Identifier: MIT */
/*
 * objects_rows: what the engine is told of what the database holds: caller IDs
 * and their uses, how many contacts there are and how many are finished, what
 * was counted before.  Makes no object; what belongs to one that is not known
 * is passed over.
 */
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"

void
engine_dids_begin(struct engine *e)
{
	did_begin_load(e->dids);
}

void
engine_did(struct engine *e, int64_t id, const char *number,
    const char *country, const char *area, int weight, int64_t blocked_until_ms,
    const char *reason, const struct now *now)
{
	struct country *k = engine_country(e, country);
	struct did *d;
	char state[4];

	/* A country that is not configured has its own pool, nobody's. */
	number_state(number, state);
	d = did_put(e->dids, id, number, area, state, weight,
	    k != NULL ? k->group->name : country, blocked_until_ms,
	    now->wall_ms);
	did_describe(d, country, d->blocked_until_ms != 0 ? reason : "");
}

void
engine_did_health(struct engine *e, int64_t id, uint64_t calls,
    uint64_t answered, uint64_t rejected)
{
	struct did *d = did_find(e->dids, id);

	if (d != NULL)
		did_health(d, calls, answered, rejected);
}

void
engine_dids_end(struct engine *e)
{
	did_end_load(e->dids);
}

void
engine_usage(struct engine *e, int64_t did_id, const char *group,
    const char *date, uint32_t uses, const struct now *now)
{
	struct did *d = did_find(e->dids, did_id);

	e->now = *now;
	if (d == NULL || strcmp(did_pool_group(d->pool), group) != 0)
		return;
	for (size_t i = 0; i < e->ngroups; i++)
		if (e->groups[i]->pool == d->pool &&
		    strcmp(e->groups[i]->date, date) == 0)
			did_uses(d, uses);
}

void
engine_tally_begin(struct engine *e)
{
	for (size_t i = 0; i < e->ncampaigns; i++)
		for (size_t k = 0; k < e->campaigns[i]->npairs; k++)
			e->campaigns[i]->pairs[k].total =
			    e->campaigns[i]->pairs[k].finished = 0;
}

void
engine_tally(struct engine *e, int64_t campaign_id, const char *country,
    const char *zone, int64_t total, int64_t finished)
{
	struct campaign *c = e->tallied;
	struct pair *p = NULL;

	if (c == NULL || c->conf.id != campaign_id)
		c = e->tallied = engine_campaign(e, campaign_id);
	if (c == NULL)
		return;
	/* The rows come in the same order each time: the next one first. */
	for (size_t n = 0; n < c->npairs && p == NULL; n++) {
		size_t i = (c->tallied + n) % c->npairs;

		if (strcmp(c->pairs[i].zones->text, zone) != 0 ||
		    strcmp(c->pairs[i].country_name, country) != 0)
			continue;
		p = &c->pairs[i];
		c->tallied = i + 1;
	}
	if (p == NULL) {
		const struct zoneset *z = engine_zones(e, zone);

		c->pairs =
		    xreallocarray(c->pairs, c->npairs + 1, sizeof(*c->pairs));
		p = &c->pairs[c->npairs++];
		*p = (struct pair){ .zones = z };
		str_copy(p->country_name, sizeof(p->country_name), country);
		p->country = engine_country(e, country);
	}
	if (total > p->total || p->total == 0)
		c->claim_ns = 0; /* new contacts: look at once */
	if (p->total != total)
		c->gates_ns = 0;
	p->total = total;
	p->finished = finished;
}

void
engine_tally_end(struct engine *e, const struct now *now)
{
	e->now = *now;
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		int64_t left = 0, total = 0, done = 0;
		bool finished;

		for (size_t k = 0; k < c->npairs; k++) {
			total += c->pairs[k].total;
			done += c->pairs[k].finished;
		}
		left = total - done;
		finished = total > 0 && left <= 0;
		if (finished && !c->finished && c->want == RUNNING)
			engine_note(e, LOG_LVL_INFO,
			    "campaign %s has finished: %lld contacts",
			    c->conf.name, (long long)total);
		c->finished = finished;
		/* finish estimate: contacts finished per second, over ~1 min */
		if (c->done_ns == 0 || done < c->done_seen) {
			c->done_ns = now->mono_ns;
			c->done_seen = done;
		} else if (now->mono_ns - c->done_ns >= 10 * NS_PER_S) {
			double r = (double)(done - c->done_seen) /
				   ((double)(now->mono_ns - c->done_ns) / 1e9);

			c->done_rate = c->done_rate <= 0
					   ? r
					   : 0.8 * c->done_rate + 0.2 * r;
			c->done_ns = now->mono_ns;
			c->done_seen = done;
		}
	}
}

static void
count_add(struct board_count *to, const struct board_count *n)
{
	to->attempted += n->attempted;
	to->refused += n->refused;
	to->answered += n->answered;
	to->failed += n->failed;
	to->connected += n->connected;
	to->opted_out += n->opted_out;
	to->machine += n->machine;
	to->abandoned += n->abandoned;
	to->ended += n->ended;
	to->ner_good += n->ner_good;
	to->false_machines_milli += n->false_machines_milli;
}

void
engine_counted(struct engine *e, int64_t campaign_id, const char *country,
    const struct board_count *n)
{
	struct campaign *c = engine_campaign(e, campaign_id);
	struct country *k = engine_country(e, country);

	count_add(&e->stats.today, n);
	if (c != NULL)
		count_add(&c->n, n);
	if (k != NULL)
		count_add(&k->n, n);
}

void
engine_counted_as(struct engine *e, int64_t campaign_id, const char *country,
    enum disposition d, uint64_t n)
{
	struct campaign *c = engine_campaign(e, campaign_id);
	struct country *k = engine_country(e, country);

	if (c != NULL)
		c->disp[d] += n;
	if (k != NULL)
		k->disp[d] += n;
}

void
engine_next_due(struct engine *e, int64_t campaign_id, int64_t due_ms)
{
	struct campaign *c = engine_campaign(e, campaign_id);

	if (c == NULL)
		return;
	c->next_due_ms = due_ms;
	/* All of them rest: no need to ask each second. */
	if (c->dry && due_ms > e->now.wall_ms)
		c->claim_ns = e->now.mono_ns +
			      MINIMUM((due_ms - e->now.wall_ms) * NS_PER_MS,
				  REST_LOOK_NS);
}
