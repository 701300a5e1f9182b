/* SPDX-License-Identifier: MIT */
/*
 * world_objects: switches, trunks, countries, campaigns and caller IDs of a
 * simulated world, as plain as they can be; whoever wants more changes them.
 */
#include <string.h>

#include "shared/number.h"
#include "sim/world_part.h"

void
world_add_switch(struct world *w, double cps, int channels)
{
	struct engine_switch *s = &w->sw[w->nsw++];

	str_format(s->name, sizeof(s->name), "pbx%d", w->nsw);
	s->max_cps = cps;
	s->max_channels = channels;
}

struct m_trunk *
world_add_trunk(struct world *w, int sw, double cps, int channels)
{
	struct m_trunk *t = &w->trunk[w->ntrunk++];

	*t = (struct m_trunk){ .id = w->ntrunk,
		.max_cps = cps,
		.max_channels = channels,
		.weight = 1,
		.priority = 1,
		.min_cps = 1,
		.enabled = true };
	str_format(t->name, sizeof(t->name), "trunk%d", w->ntrunk);
	str_copy(t->switch_name, sizeof(t->switch_name), w->sw[sw].name);
	str_format(
	    t->channel, sizeof(t->channel), "PJSIP/{number}@peer%d", w->ntrunk);
	str_copy(t->caller_id, sizeof(t->caller_id), "{did}");
	return t;
}

struct m_country *
world_add_country(struct world *w, const char *name, const char *group, int cap)
{
	struct m_country *k = &w->country[w->ncountry++];
	struct m_context *x = &w->context[w->ncontext++];

	*k = (struct m_country){ .id = w->ncountry,
		.did_daily_cap = cap,
		.cap_zone = "America/New_York",
		.cap_reset = "00:00",
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun",
		.rotation = "least_used",
		.near = "none",
		.did_rest = 86400,
		.region = "US" };
	str_copy(k->name, sizeof(k->name), name);
	str_copy(k->cap_group, sizeof(k->cap_group), group);
	*x = (struct m_context){ .id = w->ncontext,
		.connect_key = "1",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 10,
		.destination = "queue:sales",
		.ring_timeout = 20,
		.on_human = "prompt",
		.on_machine = "hangup",
		.on_unsure = "prompt" };
	str_copy(x->name, sizeof(x->name), name);
	str_copy(x->country, sizeof(x->country), name);
	return k;
}

struct m_campaign *
world_add_campaign(struct world *w, double cps, int concurrent)
{
	struct m_profile *p = &w->profile[w->nprofile++];
	struct m_campaign *c = &w->camp[w->ncamp++];

	*p = (struct m_profile){ .id = w->nprofile,
		.max_cps = cps,
		.initial_cps = cps,
		.ramp_up_step = 2,
		.ramp_up_interval = 10,
		.max_concurrent_calls = concurrent,
		.emergency_brake_threshold = 0.1,
		.brake_cooldown = 30,
		.quality_threshold = 0.8,
		.quality_metric = "ner" };
	str_format(p->name, sizeof(p->name), "profile%d", w->nprofile);
	*c = (struct m_campaign){ .id = 100 + w->ncamp,
		.state = "running",
		.mode = "broadcast",
		.max_cps = cps,
		.max_attempts = 1,
		.order = "due",
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun",
		.dial_timeout = 20,
		.weight = 1 };
	str_format(c->name, sizeof(c->name), "camp%d", w->ncamp);
	str_copy(c->profile, sizeof(c->profile), p->name);
	for (int i = 0; i < w->ntrunk; i++)
		str_copy(
		    c->trunks.v[c->trunks.n++], MODEL_NAME, w->trunk[i].name);
	for (int i = 0; i < DISP_NKIND; i++)
		c->retry[i] = -1;
	return c;
}

void
world_add_did(
    struct world *w, int country, const char *number, const char *area)
{
	struct world_did *d;

	if ((w->ndid & (w->ndid - 1)) == 0)
		w->did = xreallocarray(
		    w->did, w->ndid > 0 ? w->ndid * 2 : 1, sizeof(*w->did));
	d = &w->did[w->ndid++];
	*d = (struct world_did){
		.country = (int16_t)country, .weight = 1, .use = WORLD_NONE
	};
	str_copy(d->number, sizeof(d->number), number);
	if (area[0] != '\0')
		str_copy(d->area, sizeof(d->area), area);
	else
		number_area(number, d->area);
}

void
world_add_dids(struct world *w, int country, int n)
{
	char number[MODEL_E164];

	for (; n > 0; n--) {
		str_format(number, sizeof(number), "+1305777%04u", w->ndid);
		world_add_did(w, country, number, "305");
	}
}
