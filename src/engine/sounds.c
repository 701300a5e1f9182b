/* SPDX-License-Identifier: MIT */
/*
 * sounds: which sounds a campaign would play, and on which switches.  Knows
 * names only; whether they are there is for others to find out.
 */
#include "engine/engine.h"

#include <string.h>

#include "engine/state.h"

static void
add(struct engine_sounds *s, const char *name, const struct flow *f)
{
	size_t i = 0;

	if (*name == '\0')
		return;
	while (i < s->n && strcmp(s->v[i].name, name) != 0)
		i++;
	if (i < s->n || s->n == ENGINE_SOUNDS)
		return;
	str_copy(s->v[i].name, sizeof(s->v[i].name), name);
	str_copy(s->v[i].context, sizeof(s->v[i].context), f->context);
	s->n++;
}

void
engine_sounds_add(struct engine_sounds *s, const struct flow *f)
{
	/* First: without it nothing else helps. */
	if (flow_has(f, FLOW_SPEECH))
		add(s, ENGINE_SPEECH, f);
	for (int i = 0; i < f->n; i++)
		add(s, f->s[i].prompt, f);
}

/* One that makes no sense plays nothing: nothing is called with it. */
static void
of_context(struct engine_sounds *s, const struct context *x)
{
	if (x != NULL && x->flow != NULL)
		engine_sounds_add(s, x->flow);
}

static void
of_campaign(struct engine_sounds *s, const struct campaign *c)
{
	if (c->conf.context[0] != '\0')
		of_context(s, c->context);
	for (size_t i = 0; i < c->npairs; i++) {
		const struct pair *p = &c->pairs[i];

		if (p->country != NULL && p->total > p->finished)
			of_context(s, engine_context(c, p->country));
	}
	for (int i = 0; i < c->ntrunks; i++)
		if (c->trunks[i]->sw >= 0 &&
		    c->trunks[i]->sw < ENGINE_SOUND_SWITCHES)
			s->on[c->trunks[i]->sw] = true;
}

bool
engine_sounds(struct engine *e, const char *campaign, struct engine_sounds *s)
{
	bool found = false;

	memset(s, 0, sizeof(*s));
	for (size_t i = 0; campaign == NULL && i < e->ncountries; i++)
		if (!e->countries[i]->gone)
			of_context(s, e->countries[i]->context);
	for (size_t i = 0; i < e->ncampaigns; i++) {
		const struct campaign *c = e->campaigns[i];

		if (c->gone ||
		    (campaign != NULL && strcmp(c->conf.name, campaign) != 0))
			continue;
		found = true;
		of_campaign(s, c);
	}
	return found;
}
