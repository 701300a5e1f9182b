/* SPDX-License-Identifier: MIT */
/*
 * context_world: objects decoded once, looked up by name.  Asks no database
 * and writes nothing.
 */
#include "daemon/context_world.h"

#include <stdlib.h>
#include <string.h>

#include "shared/spec.h"
#include "shared/util.h"

struct context_world {
	struct m_context *contexts;
	size_t ncontexts;
	struct m_amd_profile *amds;
	size_t namds;
};

struct context_world *
context_world_new(const json_t *contexts, const json_t *amd_profiles)
{
	struct context_world *w = xcalloc(1, sizeof(*w));
	const json_t *o;
	size_t i;

	w->contexts =
	    xcalloc(json_array_size(contexts) + 1, sizeof(*w->contexts));
	w->amds = xcalloc(json_array_size(amd_profiles) + 1, sizeof(*w->amds));
	json_array_foreach (contexts, i, o)
		if (spec_context(o, &w->contexts[w->ncontexts]))
			w->ncontexts++;
	json_array_foreach (amd_profiles, i, o)
		if (spec_amd_profile(o, &w->amds[w->namds]))
			w->namds++;
	return w;
}

void
context_world_free(struct context_world *w)
{
	if (w == NULL)
		return;
	free(w->contexts);
	free(w->amds);
	free(w);
}

const struct m_context *
context_world_get(const struct context_world *w, const char *name)
{
	for (size_t i = 0; i < w->ncontexts; i++)
		if (strcmp(w->contexts[i].name, name) == 0)
			return &w->contexts[i];
	return NULL;
}

static const struct m_context *
find_context(void *arg, const char *name)
{
	return context_world_get(arg, name);
}

static const struct m_amd_profile *
find_amd(void *arg, const char *name)
{
	const struct context_world *w = arg;

	for (size_t i = 0; i < w->namds; i++)
		if (strcmp(w->amds[i].name, name) == 0)
			return &w->amds[i];
	return NULL;
}

static struct flow *
flow_of(
    const struct context_world *w, const struct m_context *m, struct buf *err)
{
	struct flow_world in = { find_context, find_amd, (void *)(uintptr_t)w };
	struct buf all = BUF_INIT;
	struct flow *f = flow_new(m, &in, &all);

	if (f == NULL)
		buf_put(err, buf_cstr(&all), strcspn(buf_cstr(&all), "\n"));
	buf_clear(&all);
	return f;
}

struct flow *
context_world_flow(
    const struct context_world *w, const char *name, struct buf *err)
{
	const struct m_context *m = context_world_get(w, name);

	if (m != NULL)
		return flow_of(w, m, err);
	buf_fmt(err, "there is no context \"%s\"", name);
	return NULL;
}

void
context_world_put(json_t *array, const char *name, const json_t *given)
{
	json_t *o, *changed;
	size_t i;

	json_array_foreach (array, i, o) {
		const char *s = json_string_value(json_object_get(o, "name"));

		if (s == NULL || strcmp(s, name) != 0)
			continue;
		/* Somebody else may hold it as it was. */
		changed = json_copy(o);
		json_object_update(changed, (json_t *)(uintptr_t)given);
		json_array_set_new(array, i, changed);
		return;
	}
	o = json_copy((json_t *)(uintptr_t)given);
	json_object_set_new(o, "name", json_string(name));
	json_array_append_new(array, o);
}

static bool
makes_sense(
    const struct context_world *w, const struct m_context *m, struct buf *err)
{
	struct flow *f = flow_of(w, m, err);

	flow_free(f);
	return f != NULL;
}

bool
context_world_accepts(const struct context_world *before,
    const struct context_world *after, char name[MODEL_NAME], struct buf *err)
{
	struct buf was = BUF_INIT;
	bool good = true;

	for (size_t i = 0; good && i < after->ncontexts; i++) {
		const struct m_context *m = &after->contexts[i];
		const struct m_context *old =
		    context_world_get(before, m->name);
		bool same = old != NULL && memcmp(old, m, sizeof(*m)) == 0;

		/* It may only be touched through what it goes on to. */
		if (same && strchr(m->states, '@') == NULL)
			continue;
		if (makes_sense(after, m, err))
			continue;
		good = same && !makes_sense(before, m, &was);
		if (good)
			buf_reset(err);
		else
			str_copy(name, MODEL_NAME, m->name);
	}
	buf_clear(&was);
	return good;
}
