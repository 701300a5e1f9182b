/* SPDX-License-Identifier: MIT */
/*
 * alert: rules against values, once a second.  Keeps a condition for each
 * (rule, object) that is on the bad side, nothing for the others.  Knows no
 * statistic and no object by itself, and sends nothing anywhere.
 */
#include "engine/alert.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/alert_text.h"
#include "shared/util.h"

/*
 * The life of one condition: bad, but not for long enough; on; perhaps good
 * again, but not for long enough; gone.
 */
struct cond {
	uint64_t hash; /* of a.object */
	char *parent; /* names with commas between */
	bool fed, bad; /* in this look */
	bool on; /* bad for long enough */
	bool silent; /* another explains it */
	bool raised; /* it has been told */
	int64_t begun_ms; /* bad since; 0: just found */
	int64_t good_ms; /* on, but good since; 0: bad */
	int64_t explained_ms; /* explained at last; 0: never */
	struct cond *root; /* in alerts_end: what explains it; NULL none */
	struct board_alert a;
};

struct rule {
	struct m_alert_rule r;
	int statistic, cause; /* indices; -1: none such */
	struct cond *v;
	size_t n;
};

struct alerts {
	struct rule *rules;
	size_t nrules;
	/* raised ones of rules that are no more: end at the next look */
	struct board_alert *orphans;
	size_t norphans;
	struct board_alert hist[ALERT_HISTORY]; /* newest first */
	size_t nhist;
	struct buf words; /* scratch for messages */
};

/* --- rules -------------------------------------------------------------- */

static int
statistic_index(const char *name)
{
	for (size_t i = 0; i < alert_nstatistics; i++)
		if (strcmp(alert_statistics[i], name) == 0)
			return (int)i;
	return -1;
}

static int
rule_index(const struct rule *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].r.name, name) == 0)
			return (int)i;
	return -1;
}

static void
cond_free(struct rule *u, size_t i)
{
	free(u->v[i].parent);
	u->n--;
	memmove(&u->v[i], &u->v[i + 1], (u->n - i) * sizeof(u->v[0]));
}

static void
rules_free(struct rule *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		while (v[i].n > 0)
			cond_free(&v[i], v[i].n - 1);
		free(v[i].v);
	}
	free(v);
}

/* A raised one whose rule is gone. */
static void
orphan(struct alerts *a, const struct cond *c)
{
	if (!c->raised)
		return;
	a->orphans =
	    xreallocarray(a->orphans, a->norphans + 1, sizeof(a->orphans[0]));
	a->orphans[a->norphans++] = c->a;
}

/* What runs under the old rules goes on under the new ones of that name. */
static void
inherit(struct alerts *a, struct rule *v, size_t n)
{
	for (size_t i = 0; i < a->nrules; i++) {
		struct rule *old = &a->rules[i];
		int k = rule_index(v, n, old->r.name);

		if (k >= 0) {
			v[k].v = old->v;
			v[k].n = old->n;
			old->v = NULL;
			old->n = 0;
		}
		for (size_t j = 0; j < old->n; j++)
			orphan(a, &old->v[j]);
	}
}

void
alerts_rules(struct alerts *a, const struct m_alert_rule *given, size_t ngiven)
{
	struct rule *v = xcalloc(alert_ndefaults + ngiven, sizeof(struct rule));
	size_t n = 0;

	while (n < alert_ndefaults) {
		v[n].r = alert_defaults[n];
		n++;
	}
	for (size_t i = 0; i < ngiven; i++) {
		int k = rule_index(v, n, given[i].name);

		if (given[i].statistic[0] != '\0')
			v[k >= 0 ? (size_t)k : n++].r = given[i];
		else if (k >= 0)
			v[k].r.enabled = given[i].enabled;
	}
	for (size_t i = 0; i < n; i++) {
		v[i].statistic =
		    v[i].r.enabled ? statistic_index(v[i].r.statistic) : -1;
		v[i].cause = rule_index(v, n, v[i].r.cause);
	}
	inherit(a, v, n);
	rules_free(a->rules, a->nrules);
	a->rules = v;
	a->nrules = n;
}

struct alerts *
alerts_new(void)
{
	struct alerts *a = xcalloc(1, sizeof(*a));

	alerts_rules(a, NULL, 0);
	return a;
}

void
alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	rules_free(a->rules, a->nrules);
	free(a->orphans);
	buf_clear(&a->words);
	free(a);
}

/* --- one look ----------------------------------------------------------- */

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
	int s = statistic_index(statistic);
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
			cond_free(u, k);
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

/* --- looking in --------------------------------------------------------- */

static unsigned
ack_one(struct board_alert *b, const char *rule, const char *object,
    const char *user, int64_t now_ms)
{
	if (b->acked_ms != 0 || (*rule && strcmp(b->rule, rule) != 0) ||
	    (*object && strcmp(b->object, object) != 0))
		return 0;
	b->acked_ms = MAXIMUM(now_ms, 1);
	str_copy(b->acked_by, sizeof(b->acked_by), user);
	return 1;
}

unsigned
alerts_ack(struct alerts *a, const char *rule, const char *object,
    const char *user, int64_t now_ms)
{
	unsigned n = 0;

	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++)
			if (a->rules[i].v[k].raised)
				n += ack_one(&a->rules[i].v[k].a, rule, object,
				    user, now_ms);
	for (size_t i = 0; i < a->nhist; i++)
		n += ack_one(&a->hist[i], rule, object, user, now_ms);
	return n;
}

static int
rank(const char *severity)
{
	return strcmp(severity, "critical") == 0  ? 2
	       : strcmp(severity, "warning") == 0 ? 1
						  : 0;
}

static bool
before(const struct board_alert *x, const struct board_alert *y)
{
	int rx = rank(x->severity), ry = rank(y->severity);

	return rx != ry ? rx > ry : x->since_ms > y->since_ms;
}

uint32_t
alerts_publish(const struct alerts *a, struct board_alert out[BOARD_ALERTS])
{
	const struct board_alert *v[BOARD_ALERTS];
	uint32_t n = 0, at;

	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++) {
			const struct cond *c = &a->rules[i].v[k];

			if (!c->raised || c->silent)
				continue;
			for (at = n; at > 0 && before(&c->a, v[at - 1]); at--)
				if (at < BOARD_ALERTS)
					v[at] = v[at - 1];
			if (at < BOARD_ALERTS)
				v[at] = &c->a;
			n = MINIMUM(n + 1, BOARD_ALERTS);
		}
	for (uint32_t i = 0; i < n; i++)
		out[i] = *v[i];
	for (size_t i = 0; i < a->nhist && n < BOARD_ALERTS; i++)
		out[n++] = a->hist[i];
	return n;
}

size_t
alerts_running(const struct alerts *a)
{
	size_t n = 0;

	for (size_t i = 0; i < a->nrules; i++)
		for (size_t k = 0; k < a->rules[i].n; k++)
			n +=
			    a->rules[i].v[k].raised && !a->rules[i].v[k].silent;
	return n;
}
