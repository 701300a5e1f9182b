/* SPDX-License-Identifier: MIT */
/* alert: a short list of conditions; the oldest ended one makes room. */
#include "engine/alert.h"

#include <string.h>

#include "shared/util.h"

static int
find(const struct alerts *a, const char *rule, const char *object)
{
	for (uint32_t i = 0; i < a->n; i++)
		if (a->v[i].ended_ms == 0 && strcmp(a->v[i].rule, rule) == 0 &&
		    strcmp(a->object[i], object) == 0)
			return (int)i;
	return -1;
}

static void
remove_at(struct alerts *a, uint32_t i)
{
	memmove(&a->v[i], &a->v[i + 1], (a->n - i - 1) * sizeof(a->v[0]));
	memmove(&a->object[i], &a->object[i + 1],
	    (a->n - i - 1) * sizeof(a->object[0]));
	a->n--;
}

static void
make_room(struct alerts *a)
{
	if (a->n < ALERTS_MAX)
		return;
	for (uint32_t i = a->n; i-- > 0;)
		if (a->v[i].ended_ms != 0) {
			remove_at(a, i);
			return;
		}
	remove_at(a, a->n - 1);
}

bool
alert_set(struct alerts *a, const char *rule, const char *object,
    const char *severity, bool on, const char *message, int64_t now_ms)
{
	int i = find(a, rule, object);

	if (i >= 0) {
		if (on)
			str_copy(
			    a->v[i].message, sizeof(a->v[i].message), message);
		else
			a->v[i].ended_ms = now_ms;
		return !on;
	}
	if (!on)
		return false;
	make_room(a);
	memmove(&a->v[1], &a->v[0], a->n * sizeof(a->v[0]));
	memmove(&a->object[1], &a->object[0], a->n * sizeof(a->object[0]));
	a->n++;
	memset(&a->v[0], 0, sizeof(a->v[0]));
	a->v[0].since_ms = now_ms;
	str_copy(a->v[0].rule, sizeof(a->v[0].rule), rule);
	str_copy(a->v[0].severity, sizeof(a->v[0].severity), severity);
	str_copy(a->v[0].message, sizeof(a->v[0].message), message);
	str_copy(a->object[0], sizeof(a->object[0]), object);
	return true;
}
