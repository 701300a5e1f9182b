/* SPDX-License-Identifier: MIT */
/*
 * alert_look: rules against values, once a second.  Keeps a condition for each
 * (rule, object) that is on the bad side, nothing for the others; tells of
 * none that another explains.
 */
#include "engine/alert_state.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/alert_text.h"
#include "shared/util.h"

void
alerts_begin(struct alerts *a)
{
	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++)
			a->rules[i].v[k].fed = a->rules[i].v[k].bad = false;
}

static struct cond *
cond_find(struct rule *u, const char *object, uint64_t hash)
{
	for (size_t i = 0; i < u->n; i++)
		if (u->v[i].hash == hash &&
		    strcmp(u->v[i].a.object, object) == 0)
			return &u->v[i];
	return NULL;
}

static struct cond *
cond_new(struct rule *u, const char *object, uint64_t hash)
{
	struct cond *c;

	u->v = xreallocarray(u->v, u->n + 1, sizeof(u->v[0]));
	c = &u->v[u->n++];
	memset(c, 0, sizeof(*c));
	c->hash = hash;
	str_copy(c->a.rule, sizeof(c->a.rule), u->r.name);
	str_copy(c->a.object, sizeof(c->a.object), object);
	return c;
}

/* on: it has to come back by the hysteresis too. */
static bool
beyond(const struct m_alert_rule *r, double value, bool on)
{
	double back = on ? r->hysteresis : 0;

	if (strcmp(r->test, "below") == 0)
		return value < r->threshold + back;
	return value > r->threshold - back;
}

static void
look(struct alerts *a, struct rule *u, const char *object, const char *parent,
    double value, const char *detail)
{
	uint64_t hash = hash_bytes(object, strlen(object));
	struct cond *c = cond_find(u, object, hash);
	bool bad = beyond(&u->r, value, c != NULL && c->on);

	if (c == NULL && !bad)
		return;
	if (c == NULL)
		c = cond_new(u, object, hash);
	c->fed = true;
	if (!bad)
		return;
	c->bad = true;
	if (c->parent == NULL || strcmp(c->parent, parent) != 0) {
		free(c->parent);
		c->parent = xstrdup(parent);
	}
	str_copy(c->a.severity, sizeof(c->a.severity), u->r.severity);
	alert_text(c->a.message, sizeof(c->a.message), &a->words, &u->r, object,
	    value, detail);
}

void
alerts_value(struct alerts *a, const char *statistic, const char *object,
    const char *parent, double value, const char *detail)
{
	int s = alert_statistic_index(statistic);
	char name[sizeof(((struct board_alert *)0)->object)];

	assert(s >= 0);
	if (isnan(value))
		return;
	parent = parent != NULL ? parent : "";
	str_copy(name, sizeof(name), object);
	for (size_t i = 0; i < a->nrules; i++) {
		struct rule *u = &a->rules[i];

		if (u->statistic == s &&
		    (u->r.object[0] == '\0' || strcmp(u->r.object, name) == 0))
			look(a, u, name, parent, value, detail);
	}
}

static bool
is_parent(const char *list, const char *name)
{
	size_t n = strlen(name);

	while (*list) {
		size_t k = strcspn(list, ",");

		if (k == n && memcmp(list, name, n) == 0)
			return true;
		list += k + (list[k] == ',');
	}
	return false;
}

/* The condition of c's cause rule that explains c; *u becomes its rule. */
static struct cond *
explains(struct alerts *a, const struct rule **u, const struct cond *c)
{
	struct rule *cause;

	if ((*u)->cause < 0)
		return NULL;
	cause = &a->rules[(*u)->cause];
	for (size_t i = 0; i < cause->n; i++) {
		struct cond *d = &cause->v[i];

		if (d->on && d != c &&
		    (d->a.object[0] == '\0' ||
			strcmp(d->a.object, c->a.object) == 0 ||
			is_parent(c->parent, d->a.object))) {
			*u = cause;
			return d;
		}
	}
	return NULL;
}

/*
 * First of the chain of causes.  NULL: nothing explains it, or rules that
 * explain each other in a circle, of which then each is told.
 */
static struct cond *
root_of(struct alerts *a, const struct rule *u, const struct cond *c)
{
	struct cond *root = NULL, *d;

	for (size_t depth = 0; (d = explains(a, &u, c)) != NULL; depth++) {
		if (depth > a->nrules)
			return NULL;
		c = root = d;
	}
	return root;
}

/* True when it is over. */
static bool
settle(const struct rule *u, struct cond *c, int64_t now_ms)
{
	int64_t hold_ms = u->r.hold * MS_PER_S;

	if (!c->fed)
		return true;
	if (c->bad) {
		c->good_ms = 0;
		/* The wall clock may have been set back. */
		if (c->begun_ms == 0 || c->begun_ms > now_ms)
			c->begun_ms = now_ms;
		c->on |= now_ms - c->begun_ms >= hold_ms;
		return false;
	}
	if (!c->on)
		return true;
	if (c->good_ms == 0 || c->good_ms > now_ms)
		c->good_ms = now_ms;
	return now_ms - c->good_ms >= hold_ms;
}

static void
end_one(struct alerts *a, struct board_alert *b, int64_t now_ms,
    alert_changed *changed, void *arg)
{
	b->ended_ms = MAXIMUM(now_ms, 1);
	b->hidden = 0;
	a->nhist = MINIMUM(a->nhist + 1, (size_t)ALERT_HISTORY);
	memmove(&a->hist[1], &a->hist[0], (a->nhist - 1) * sizeof(a->hist[0]));
	a->hist[0] = *b;
	if (changed != NULL)
		changed(arg, &a->hist[0]);
}

static void
end_gone(struct alerts *a, int64_t now_ms, alert_changed *changed, void *arg)
{
	for (size_t i = 0; i < a->norphans; i++)
		end_one(a, &a->orphans[i], now_ms, changed, arg);
	a->norphans = 0;
	for (size_t i = 0; i < a->nrules; i++) {
		struct rule *u = &a->rules[i];

		for (size_t k = 0; k < u->n;) {
			struct cond *c = &u->v[k];

			if (!settle(u, c, now_ms)) {
				k++;
				continue;
			}
			if (c->raised)
				end_one(a, &c->a, now_ms, changed, arg);
			alert_cond_free(u, k);
		}
	}
}

/* Who is silent, and how many each of the others explains. */
static void
explain_all(struct alerts *a, int64_t now_ms)
{
	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++)
			a->rules[i].v[k].a.hidden = 0;
	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++) {
			struct cond *c = &a->rules[i].v[k];

			if (!c->on)
				continue;
			c->root = root_of(a, &a->rules[i], c);
			if (c->root != NULL) {
				c->explained_ms = now_ms;
				c->root->a.hidden++;
			}
			c->explained_ms = MINIMUM(c->explained_ms, now_ms);
			c->silent = c->explained_ms != 0 &&
				    now_ms - c->explained_ms < ALERT_AFTER_MS;
		}
}

void
alerts_end(struct alerts *a, int64_t now_ms, alert_changed *changed, void *arg)
{
	end_gone(a, now_ms, changed, arg);
	explain_all(a, now_ms);
	for (size_t i = 0; i < a->nrules; i++) {
		struct rule *u = &a->rules[i];
		int64_t wait_ms = u->cause >= 0 ? ALERT_WAIT_MS : 0;

		for (size_t k = 0; k < u->n; k++) {
			struct cond *c = &u->v[k];

			if (!c->on || c->silent || c->raised ||
			    now_ms - c->begun_ms < wait_ms)
				continue;
			c->raised = true;
			c->a.since_ms = c->begun_ms;
			if (changed != NULL)
				changed(arg, &c->a);
		}
	}
}
