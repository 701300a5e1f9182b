/* SPDX-License-Identifier: MIT */
/*
 * world_make: a world is made, searched and taken down.  Contacts, numbers
 * and calls lie in flat arrays, found by chained hashing.
 */
#include "sim/world.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "shared/spec.h"
#include "sim/world_part.h"

#define CALLS_AT_ONCE 256

struct world *
world_new(uint64_t seed)
{
	struct world *w = xcalloc(1, sizeof(*w));

	rng_seed(&w->r, seed);
	w->now = (struct now){ 1000 * NS_PER_S,
		tz_begin_ms(tz_get("America/New_York"), 2026, 11, 20, 720) };
	str_copy(w->timezone, sizeof(w->timezone), "UTC");
	w->board = xcalloc(1, sizeof(*w->board));
	w->db_up = w->spool_ok = w->keep = true;
	w->db_gen = 1;
	w->db_ms = 2;
	w->tally_every_ns = 2 * NS_PER_S;
	w->publish_every_ns = NS_PER_S;
	w->recent_free = w->event_free = WORLD_NONE;
	return w;
}

void
world_free(struct world *w)
{
	while (w->queue.n > 0) {
		struct world_event *v =
		    &w->event[world_queue_pop(&w->queue).item];

		if (v->kind == HAPPENS_DB_ANSWER && v->ask != NULL)
			world_ask_free(v->ask);
	}
	engine_free(w->e);
	for (int i = 0; i < WORLD_MAX; i++)
		flow_free(w->flow[i]);
	for (size_t i = 0; i < w->ncall; i++)
		free(w->call[i]);
	for (int i = 0; i < w->npair; i++) {
		world_queue_clear(&w->pair[i].later);
		world_queue_clear(&w->pair[i].now);
	}
	world_queue_clear(&w->queue);
	world_queue_clear(&w->leases);
	free(w->event);
	free(w->call);
	free(w->call_slot);
	free(w->contact);
	free(w->number);
	free(w->number_slot);
	free(w->pair);
	free(w->use);
	free(w->recent);
	free(w->did);
	free(w->line);
	free(w->far);
	free(w->outage);
	free(w->board);
	free(w);
}

void
world_fail(struct world *w, const char *fmt, ...)
{
	va_list ap;

	if (w->err[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(w->err, sizeof(w->err), fmt, ap);
	va_end(ap);
}

bool
world_finished(enum world_state s)
{
	return s == WORLD_DONE || s == WORLD_EXHAUSTED || s == WORLD_DNC;
}

int
world_campaign(const struct world *w, int64_t id)
{
	for (int i = 0; i < w->ncamp; i++)
		if (w->camp[i].id == id)
			return i;
	return -1;
}

int
world_country(const struct world *w, const char *name)
{
	for (int i = 0; i < w->ncountry; i++)
		if (strcmp(w->country[i].name, name) == 0)
			return i;
	return -1;
}

const char *
world_group(const struct world *w, int country)
{
	const struct m_country *m = &w->country[country];

	return m->cap_group[0] != '\0' ? m->cap_group : m->name;
}

void
world_date(const struct world *w, int country, int64_t t_ms, char date[11])
{
	const struct m_country *m = &w->country[country];
	struct tz_local l;
	char text[16];

	tz_local(tz_get(m->cap_zone),
	    t_ms - spec_minutes(m->cap_reset) * 60 * MS_PER_S, &l);
	tz_date(&l, text);
	str_copy(date, 11, text);
}

struct world_use *
world_used(
    const struct world *w, int64_t did, const char *group, const char *date)
{
	for (uint32_t i = w->did[did - 1].use; i != WORLD_NONE;
	     i = w->use[i].next)
		if (strcmp(w->use[i].date, date) == 0 &&
		    strcmp(w->use[i].group, group) == 0)
			return &w->use[i];
	return NULL;
}

struct world_use *
world_use(struct world *w, int64_t did, const char *group, const char *date)
{
	struct world_use *u = world_used(w, did, group, date);

	if (u != NULL)
		return u;
	if ((w->nuse & (w->nuse - 1)) == 0)
		w->use = xreallocarray(
		    w->use, w->nuse > 0 ? w->nuse * 2 : 1, sizeof(*w->use));
	u = &w->use[w->nuse];
	*u = (struct world_use){ .did = did, .next = w->did[did - 1].use };
	str_copy(u->group, sizeof(u->group), group);
	str_copy(u->date, sizeof(u->date), date);
	w->did[did - 1].use = w->nuse++;
	return u;
}

/* ---- numbers and contacts --------------------------------------------- */

const char *
world_e164(const struct world *w, const struct world_contact *k)
{
	return w->number[k->number].e164;
}

const char *
world_zone(const struct world *w, const struct world_contact *k)
{
	return w->pair[k->pair].zone;
}

static uint32_t *
number_slot(const struct world *w, const char *e164)
{
	return &w->number_slot[hash_bytes(e164, strlen(e164)) & (w->nslot - 1)];
}

uint32_t
world_number_find(const struct world *w, const char *e164)
{
	uint32_t i = w->nslot > 0 ? *number_slot(w, e164) : WORLD_NONE;

	while (i != WORLD_NONE && strcmp(w->number[i].e164, e164) != 0)
		i = w->number[i].hash_next;
	return i;
}

/* Room for twice as many. */
static void
number_grow(struct world *w)
{
	w->nslot = w->nslot > 0 ? w->nslot * 2 : 256;
	w->number = xreallocarray(w->number, w->nslot, sizeof(*w->number));
	free(w->number_slot);
	w->number_slot = xmalloc(w->nslot * sizeof(*w->number_slot));
	memset(w->number_slot, 0xff, w->nslot * sizeof(*w->number_slot));
	for (uint32_t i = 0; i < w->nnumber; i++) {
		uint32_t *s = number_slot(w, w->number[i].e164);

		w->number[i].hash_next = *s;
		*s = i;
	}
}

static uint32_t
number_get(struct world *w, const char *e164)
{
	uint32_t i = world_number_find(w, e164), *s;

	if (i != WORLD_NONE)
		return i;
	if (w->nnumber == w->nslot)
		number_grow(w);
	i = w->nnumber++;
	s = number_slot(w, e164);
	w->number[i] = (struct world_number){
		.hash_next = *s, .first = WORLD_NONE, .recent = WORLD_NONE
	};
	str_copy(w->number[i].e164, MODEL_E164, e164);
	*s = i;
	return i;
}

static int
pair_get(struct world *w, int campaign, int country, const char *zone)
{
	uint64_t hash = hash_bytes(zone, strlen(zone));
	struct world_pair *p;
	struct tz_set set;

	/* The last ones first: lists come sorted. */
	for (int i = w->npair - 1; i >= 0; i--) {
		p = &w->pair[i];
		if (p->hash == hash && p->campaign == campaign &&
		    p->country == country && strcmp(p->zone, zone) == 0)
			return i;
	}
	w->pair =
	    xreallocarray(w->pair, (size_t)w->npair + 1, sizeof(*w->pair));
	p = &w->pair[w->npair];
	*p = (struct world_pair){ .campaign = campaign,
		.country = country,
		.hash = hash,
		.tz = tz_set_parse(&set, zone) ? set.v[0] : NULL };
	str_copy(p->zone, sizeof(p->zone), zone);
	return w->npair++;
}

static void
number_link(struct world *w, uint32_t contact, uint32_t number)
{
	struct world_contact *k = &w->contact[contact];

	k->number = number;
	k->same = w->number[number].first;
	w->number[number].first = contact;
}

struct world_contact *
world_add_number(struct world *w, int campaign, int country, const char *zone,
    const char *number)
{
	struct world_contact *k;

	if ((w->ncontact & (w->ncontact - 1)) == 0)
		w->contact = xreallocarray(w->contact,
		    w->ncontact > 0 ? (size_t)w->ncontact * 2 : 1, sizeof(*k));
	k = &w->contact[w->ncontact++];
	*k = (struct world_contact){ .campaign = (int16_t)campaign,
		.country = (int16_t)country,
		.fate = -1,
		.due_ms = 1 };
	k->pair = (int16_t)pair_get(w, campaign, country, zone);
	number_link(w, w->ncontact - 1, number_get(w, number));
	w->pair[k->pair].total++;
	if (w->loaded)
		world_put(w, w->ncontact - 1, WORLD_PENDING);
	return k;
}

struct world_contact *
world_add_contact(
    struct world *w, int campaign, int country, const char *zone, int fate)
{
	struct world_contact *k;
	char number[MODEL_E164];

	str_format(
	    number, sizeof(number), "+1%d55%07u", country + 2, w->ncontact + 1);
	k = world_add_number(w, campaign, country, zone, number);
	k->fate = (int16_t)fate;
	return k;
}

void
world_same_number(struct world *w, uint32_t contact, uint32_t other)
{
	struct world_number *n = &w->number[w->contact[contact].number];
	uint32_t *at = &n->first;

	if (w->contact[contact].number == w->contact[other].number)
		return;
	while (*at != contact)
		at = &w->contact[*at].same;
	*at = w->contact[contact].same;
	number_link(w, contact, w->contact[other].number);
}

void
world_set_zone(struct world *w, uint32_t contact, const char *zone)
{
	struct world_contact *k = &w->contact[contact];

	w->pair[k->pair].total--;
	k->pair = (int16_t)pair_get(w, k->campaign, k->country, zone);
	w->pair[k->pair].total++;
}

/* ---- calls ------------------------------------------------------------ */

static struct world_call **
call_slot(const struct world *w, const struct uuid *id)
{
	return &w->call_slot[hash_bytes(id->b, sizeof(id->b)) &
			     (w->ncall_slot - 1)];
}

struct world_call *
world_find(const struct world *w, const struct uuid *id)
{
	struct world_call *c = w->ncall_slot > 0 ? *call_slot(w, id) : NULL;

	while (c != NULL && !uuid_equal(&c->id, id))
		c = c->hash_next;
	return c;
}

static void
slots_grow(struct world *w)
{
	struct world_call **old = w->call_slot, *c;
	size_t n = w->ncall_slot;

	w->ncall_slot = n > 0 ? n * 2 : 1024;
	w->call_slot = xcalloc(w->ncall_slot, sizeof(*w->call_slot));
	for (size_t i = 0; i < n; i++)
		while ((c = old[i]) != NULL) {
			struct world_call **s = call_slot(w, &c->id);

			old[i] = c->hash_next;
			c->hash_next = *s;
			*s = c;
		}
	free(old);
}

struct world_call *
world_call_new(struct world *w, const struct world_armed *r)
{
	struct world_call *c = w->call_free, **s;
	uint32_t serial;

	if (c == NULL) {
		if (w->ncall % CALLS_AT_ONCE == 0)
			w->call = xreallocarray(w->call,
			    w->ncall + CALLS_AT_ONCE, sizeof(*w->call));
		c = w->call[w->ncall] = xmalloc(sizeof(*c));
		serial = (uint32_t)w->ncall++;
	} else {
		w->call_free = c->hash_next;
		serial = c->serial;
	}
	if (w->nlive++ >= w->ncall_slot)
		slots_grow(w);
	memset(c, 0, offsetof(struct world_call, step));
	c->serial = serial;
	c->id = r->id;
	uuid_text(&c->id, c->text);
	c->contact = r->contact;
	c->attempt = r->attempt;
	c->did = r->did;
	memcpy(c->date, r->date, sizeof(c->date));
	c->row = true;
	c->armed_ms = r->armed_ms;
	c->sw = c->trunk = -1;
	s = call_slot(w, &c->id);
	c->hash_next = *s;
	*s = c;
	return c;
}

void
world_call_done(struct world *w, struct world_call *c)
{
	struct world_call **s;

	if (w->keep || c->alive || c->queued > 0 || c->tracked || c->waiting ||
	    !(c->deleted || c->rank >= 21))
		return;
	for (s = call_slot(w, &c->id); *s != c; s = &(*s)->hash_next)
		;
	*s = c->hash_next;
	c->hash_next = w->call_free;
	w->call_free = c;
	w->nlive--;
}
