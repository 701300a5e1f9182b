/* SPDX-License-Identifier: MIT */
/*
 * alert: the rules, and what is told of the alerts that run or have ended (how
 * they come and go: alert_look.c).  Knows no statistic and no object by
 * itself, and sends nothing anywhere.
 */
#include "engine/alert.h"

#include <stdlib.h>
#include <string.h>

#include "engine/alert_state.h"
#include "shared/util.h"

/* --- rules -------------------------------------------------------------- */

int
alert_statistic_index(const char *name)
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

void
alert_cond_free(struct rule *u, size_t i)
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
			alert_cond_free(&v[i], v[i].n - 1);
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
		v[i].statistic = v[i].r.enabled
				     ? alert_statistic_index(v[i].r.statistic)
				     : -1;
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
