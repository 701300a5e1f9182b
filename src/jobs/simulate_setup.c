/* SPDX-License-Identifier: MIT */
/* simulate_setup: from what was read to what is simulated. */
#include "jobs/simulate_setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/simulate_numbers.h"
#include "shared/number.h"

#define SWITCH_CPS   100000
#define SWITCH_CALLS 1000000
#define LINE_MAX_    512

struct setup {
	struct world *w;
	const struct simulate_conf *c;
	struct rng r; /* of the numbers: the rest is drawn apart from them */
	struct buf *err;
};

static bool
no_such(struct setup *s, int line, const char *kind, const char *name)
{
	simulate_conf_at(s->c, line, s->err);
	if (name[0] == '\0')
		buf_fmt(s->err, "no %s, expected %s = ...;", kind, kind);
	else
		buf_fmt(s->err,
		    "%s \"%s\" is not in this file, expected the name of a %s "
		    "that is",
		    kind, name, kind);
	return false;
}

static int
trunk_of(const struct world *w, const char *name)
{
	for (int i = 0; i < w->ntrunk; i++)
		if (strcmp(w->trunk[i].name, name) == 0)
			return i;
	return -1;
}

static int
campaign_of(const struct world *w, const char *name)
{
	for (int i = 0; i < w->ncamp; i++)
		if (strcmp(w->camp[i].name, name) == 0)
			return i;
	return -1;
}

/* ---- objects ---------------------------------------------------------- */

static void
add_switch(struct world *w, const char *name)
{
	struct engine_switch *s;

	for (int i = 0; i < w->nsw; i++)
		if (strcmp(w->sw[i].name, name) == 0)
			return;
	s = &w->sw[w->nsw++];
	str_copy(s->name, sizeof(s->name), name);
	s->max_cps = SWITCH_CPS;
	s->max_channels = SWITCH_CALLS;
}

static bool
add_item(struct world *w, const struct spec_item *it)
{
	const json_t *o = it->obj;

	if (strcmp(it->kind, "trunk") == 0 && w->ntrunk < WORLD_MAX) {
		struct m_trunk *t = &w->trunk[w->ntrunk++];

		if (!spec_trunk(o, t))
			return false;
		if (t->switch_name[0] == '\0')
			str_copy(t->switch_name, sizeof(t->switch_name), "pbx");
		t->id = w->ntrunk;
		add_switch(w, t->switch_name);
	} else if (strcmp(it->kind, "country") == 0 &&
		   w->ncountry < WORLD_MAX) {
		w->country[w->ncountry].id = w->ncountry + 1;
		return spec_country(o, &w->country[w->ncountry++]);
	} else if (strcmp(it->kind, "context") == 0 &&
		   w->ncontext < WORLD_MAX) {
		return spec_context(o, &w->context[w->ncontext++]);
	} else if (strcmp(it->kind, "amd_profile") == 0 &&
		   w->namd < WORLD_MAX) {
		return spec_amd_profile(o, &w->amd[w->namd++]);
	} else if (strcmp(it->kind, "profile") == 0 &&
		   w->nprofile < WORLD_MAX) {
		return spec_profile(o, &w->profile[w->nprofile++]);
	} else if (strcmp(it->kind, "campaign") == 0 && w->ncamp < WORLD_MAX) {
		struct m_campaign *c = &w->camp[w->ncamp++];

		if (!spec_campaign(o, c))
			return false;
		c->id = w->ncamp;
		str_copy(c->state, sizeof(c->state), "running");
	}
	return true;
}

/* What a fresh database has: default profiles, a context per country. */
static void
add_defaults(struct world *w)
{
	bool profile = false, amd = false;

	for (int i = 0; i < w->namd; i++)
		amd |= strcmp(w->amd[i].name, "default") == 0;
	if (!amd && w->namd < WORLD_MAX) {
		json_t *o = json_pack("{s:s}", "name", "default");

		spec_amd_profile(o, &w->amd[w->namd++]);
		json_decref(o);
	}

	for (int i = 0; i < w->nprofile; i++)
		profile |= strcmp(w->profile[i].name, "default") == 0;
	if (!profile && w->nprofile < WORLD_MAX) {
		json_t *o = json_pack("{s:s}", "name", "default");

		spec_profile(o, &w->profile[w->nprofile++]);
		json_decref(o);
	}
	for (int k = 0; k < w->ncountry && w->ncontext < WORLD_MAX; k++) {
		const char *name = w->country[k].name;
		bool have = w->country[k].context[0] != '\0';
		json_t *o;

		for (int i = 0; i < w->ncontext; i++)
			have |= strcmp(w->context[i].country, name) == 0;
		if (have)
			continue;
		o = json_pack("{s:s, s:s}", "name", name, "country", name);
		spec_context(o, &w->context[w->ncontext++]);
		json_decref(o);
	}
}

/* A context must be a flow: the engine would call nobody with it. */
static bool
check_contexts(struct setup *s, const struct spec_file *f)
{
	int n = 0;

	for (size_t i = 0; i < f->n && n < s->w->ncontext; i++) {
		struct buf why = BUF_INIT;
		struct flow *flow;

		if (strcmp(f->v[i].kind, "context") != 0)
			continue;
		flow = world_flow(s->w, n, &why);
		if (flow == NULL) {
			simulate_conf_at(s->c, f->v[i].line, s->err);
			buf_fmt(s->err, "context \"%s\": %s",
			    s->w->context[n].name, buf_cstr(&why));
		}
		buf_clear(&why);
		if (flow == NULL)
			return false;
		flow_free(flow);
		n++;
	}
	return true;
}

static bool
add_objects(struct setup *s, const struct spec_file *f)
{
	struct world *w = s->w;

	for (size_t i = 0; i < f->n; i++)
		if (!add_item(w, &f->v[i])) {
			simulate_conf_at(s->c, f->v[i].line, s->err);
			buf_fmt(s->err, "this %s cannot be simulated",
			    f->v[i].kind);
			return false;
		}
	add_defaults(w);
	if (!check_contexts(s, f))
		return false;
	for (size_t i = 0; i < f->n; i++) {
		struct m_did d;
		int k;

		if (strcmp(f->v[i].kind, "did") != 0 ||
		    !spec_did(f->v[i].obj, &d))
			continue;
		k = world_country(w, d.country);
		if (k < 0)
			return no_such(s, f->v[i].line, "country", d.country);
		world_add_did(w, k, d.number, d.area);
		w->did[w->ndid - 1].weight = (int)d.weight;
	}
	return true;
}

/* ---- lists ------------------------------------------------------------ */

/* One number per line, in its first column. */
static bool
add_file(struct setup *s, const struct simulate_contacts *c, int campaign,
    int country)
{
	FILE *f = fopen(c->file, "re");
	char line[LINE_MAX_];
	int64_t left = c->count > 0 ? c->count : INT64_MAX;
	struct number v;

	if (f == NULL) {
		simulate_conf_at(s->c, c->line, s->err);
		buf_fmt(s->err,
		    "file = \"%s\", expected a list that can be "
		    "read",
		    c->file);
		return false;
	}
	while (left > 0 && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, ",;\t\r\n")] = '\0';
		if (!number_parse(line, s->w->country[country].region, &v) ||
		    strcmp(v.region, s->w->country[country].region) != 0)
			continue;
		world_add_number(
		    s->w, campaign, country, number_zones(v.e164), v.e164);
		left--;
	}
	fclose(f);
	return true;
}

static bool
numbers(struct setup *s, struct simulate_numbers *n, int line, int country,
    const struct simulate_areas *areas, int64_t count)
{
	const char *region = s->w->country[country].region, *area;

	if (simulate_numbers_init(n, &s->r, region, areas, count, &area))
		return true;
	simulate_conf_at(s->c, line, s->err);
	if (area != NULL)
		buf_fmt(s->err, "no number of %s has the area code %s",
		    s->w->country[country].name, area);
	else
		buf_fmt(s->err,
		    "no %lld numbers of %s are known, expected fewer, or other "
		    "areas",
		    (long long)count, s->w->country[country].name);
	return false;
}

static bool
add_contacts(struct setup *s, const struct simulate_contacts *c)
{
	struct simulate_numbers *n;
	int campaign = campaign_of(s->w, c->campaign);
	int country = world_country(s->w, c->country);
	char e164[MODEL_E164];
	const char *zone;
	bool good;

	if (campaign < 0)
		return no_such(s, c->line, "campaign", c->campaign);
	if (country < 0)
		return no_such(s, c->line, "country", c->country);
	if (c->file[0] != '\0')
		return add_file(s, c, campaign, country);
	if (c->count == 0)
		return no_such(s, c->line, "count", "");
	n = xmalloc(sizeof(*n));
	good = numbers(s, n, c->line, country, &c->areas, c->count);
	for (int64_t i = 0; good && i < c->count; i++) {
		simulate_numbers_next(n, e164, &zone);
		world_add_number(s->w, campaign, country, zone, e164);
	}
	free(n);
	return good;
}

static bool
add_dids(struct setup *s, const struct simulate_dids *d)
{
	int country = world_country(s->w, d->country);
	struct simulate_numbers *n;
	char e164[MODEL_E164];
	const char *zone;
	bool good;

	if (country < 0)
		return no_such(s, d->line, "country", d->country);
	n = xmalloc(sizeof(*n));
	good = numbers(s, n, d->line, country, &d->areas, d->count);
	for (int64_t i = 0; good && i < d->count; i++) {
		simulate_numbers_next(n, e164, &zone);
		world_add_did(s->w, country, e164, "");
	}
	free(n);
	return good;
}

/* ---- the carrier ------------------------------------------------------ */

static void
far_default(struct world *w, int country)
{
	const char *region = w->country[country].region;
	struct world_far *f = &w->far[country];
	char code[8] = "1";

	for (int i = 1; i < 1000; i++) {
		const char *r = number_code_region(i);

		if (r != NULL && strcmp(r, region) == 0)
			str_format(code, sizeof(code), "%d", i);
	}
	*f = (struct world_far){ .mix = *fate_mix_of(code),
		.press = 120,
		.optout = 15,
		.pdd_ms = { 350, 2600 },
		.ring_ms = { 3000, 15000 },
		.talk_ms = { 15000, 90000 } };
	/* A carrier is full because of us, or says so for no reason. */
	f->mix.rings = (short)(f->mix.rings + f->mix.congestion);
	f->mix.congestion = 0;
	for (int h = 0; h < 24; h++)
		f->hour[h] = 1;
}

static void
permille(double rate, short *v)
{
	if (rate >= 0)
		*v = (short)(rate * 1000 + 0.5);
}

static void
from_to(const double v[2], int n, int ms[2])
{
	for (int i = 0; n > 0 && i < 2; i++)
		ms[i] = (int)(v[i] * 1000);
}

static bool
add_people(struct setup *s, const struct simulate_people *p)
{
	int country = world_country(s->w, p->country), rest;
	struct world_far *f;

	if (country < 0)
		return no_such(s, p->line, "country", p->country);
	f = &s->w->far[country];
	permille(p->answered, &f->mix.answered);
	permille(p->machines, &f->mix.machine);
	permille(p->busy, &f->mix.busy);
	permille(p->invalid, &f->mix.unknown);
	permille(p->rejected, &f->mix.rejected);
	permille(p->congestion, &f->mix.congestion);
	rest = 1000 - f->mix.answered - f->mix.busy - f->mix.unknown -
	       f->mix.rejected - f->mix.congestion;
	if (rest < 0) {
		simulate_conf_at(s->c, p->line, s->err);
		buf_str(s->err,
		    "answered, busy, invalid, rejected and congestion are more "
		    "than 1 together, expected at most 1");
		return false;
	}
	f->mix.rings = (short)rest; /* nobody answers */
	if (p->press >= 0)
		f->press = (int)(p->press * 1000 + 0.5);
	if (p->optout >= 0)
		f->optout = (int)(p->optout * 1000 + 0.5);
	from_to(p->pdd, p->npdd, f->pdd_ms);
	from_to(p->ring, p->nring, f->ring_ms);
	from_to(p->talk, p->ntalk, f->talk_ms);
	for (int h = 0; h < p->nby_hour; h++)
		f->hour[h] = (float)p->by_hour[h];
	return true;
}

static enum world_fate
fate_of(int64_t cause)
{
	switch (cause) {
	case 34:
	case 42:
		return FAR_CONGESTION;
	case 3:
		return FAR_ROUTE;
	case 21:
		return FAR_REJECTED;
	case 0:
		return FAR_INSTANT;
	default:
		return FAR_TRUNK;
	}
}

static bool
add_carrier(struct setup *s)
{
	const struct simulate_conf *c = s->c;
	struct world *w = s->w;

	w->far = xcalloc(WORLD_MAX, sizeof(*w->far));
	for (int i = 0; i < w->ncountry; i++)
		far_default(w, i);
	for (int i = 0; i < c->npeople; i++)
		if (!add_people(s, &c->people[i]))
			return false;
	for (int i = 0; i < c->ntrunks; i++) {
		const struct simulate_trunk *t = &c->trunks[i];
		int n = trunk_of(w, t->name);

		if (n < 0)
			return no_such(s, t->line, "trunk", t->name);
		w->peer[n] = (struct world_peer){ .channels = (int)t->channels,
			.cps = (int)t->cps,
			.retry_after_s = (int)t->retry_after };
	}
	w->outage = xcalloc((size_t)c->noutages + 1, sizeof(*w->outage));
	for (int i = 0; i < c->noutages; i++) {
		const struct simulate_outage *o = &c->outages[i];
		int n = o->trunk[0] != '\0' ? trunk_of(w, o->trunk) : -1;

		if (n < 0 && o->trunk[0] != '\0')
			return no_such(s, o->line, "trunk", o->trunk);
		w->outage[w->noutage++] = (struct world_outage){ .trunk = n,
			.from_ms = simulate_conf_time(c, o->from),
			.to_ms = simulate_conf_time(c, o->to),
			.as = fate_of(o->cause) };
	}
	w->agents = (int)c->agents;
	w->patience_ms = (int)(c->patience * MS_PER_S);
	return true;
}

bool
simulate_setup(struct world *w, const struct simulate_conf *c,
    const struct spec_file *f, struct buf *err)
{
	struct setup s = { .w = w, .c = c, .err = err };

	rng_seed(&s.r, (uint64_t)c->seed ^ 0x6e756d62657273);
	w->now.wall_ms = simulate_conf_time(c, c->start);
	str_copy(w->timezone, sizeof(w->timezone), c->zone);
	w->keep = false;
	w->direct = true;
	w->tally_every_ns = 5 * NS_PER_S;
	if (!add_objects(&s, f) || !add_carrier(&s))
		return false;
	for (int i = 0; i < c->ndids; i++)
		if (!add_dids(&s, &c->dids[i]))
			return false;
	for (int i = 0; i < c->ncontacts; i++)
		if (!add_contacts(&s, &c->contacts[i]))
			return false;
	for (int i = 0; i < c->ncost; i++)
		if (world_country(w, c->cost[i].country) < 0)
			return no_such(
			    &s, c->cost[i].line, "country", c->cost[i].country);
	return true;
}
