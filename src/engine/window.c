/* SPDX-License-Identifier: MIT */
/* window: hours against the local time of each zone; no clock of its own. */
#include "engine/window.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/util.h"

#define MINUTE_MS 60000LL
#define DAY_S     86400

static bool
fill(struct hours *h, const char *from, const char *to, const char *days)
{
	int f = spec_minutes(from), t = spec_minutes(to), d = spec_days(days);

	memset(h, 0, sizeof(*h));
	if (f < 0 || t < 0 || d < 0)
		return false;
	for (int i = 0; i < 7; i++)
		if (d >> i & 1) {
			h->from[i] = (int16_t)f;
			h->to[i] = (int16_t)t;
		}
	return true;
}

static bool
span(struct hours *h, int day, const char *text)
{
	int from = 0, to = 0;

	switch (spec_span(text, &from, &to)) {
	case 0:
		return true;
	case 1:
		h->from[day] = h->to[day] = 0;
		return true;
	case 2:
		h->from[day] = (int16_t)from;
		h->to[day] = (int16_t)to;
		return true;
	}
	return false;
}

bool
hours_country(struct hours *h, const struct m_country *c)
{
	if (fill(h, c->call_from, c->call_to, c->weekdays) &&
	    span(h, 6, c->saturday) && span(h, 0, c->sunday))
		return true;
	memset(h, 0, sizeof(*h));
	return false;
}

bool
hours_campaign(struct hours *h, const struct m_campaign *c)
{
	return fill(h, c->call_from, c->call_to, c->weekdays);
}

void
hours_meet(struct hours *out, const struct hours *a, const struct hours *b)
{
	for (int i = 0; i < 7; i++) {
		out->from[i] = MAXIMUM(a->from[i], b->from[i]);
		out->to[i] = MINIMUM(a->to[i], b->to[i]);
		if (out->from[i] >= out->to[i])
			out->from[i] = out->to[i] = 0;
	}
}

void
zoneset_parse(struct zoneset *s, const char *text, zone_lookup *lookup)
{
	char name[128];

	memset(s, 0, sizeof(*s));
	str_copy(s->text, sizeof(s->text), text);
	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, ",");

		if (len >= sizeof(name) || s->n == ZONESET_MAX)
			goto unknown;
		memcpy(name, p, len);
		name[len] = '\0';
		if ((s->z[s->n] = lookup(name)) == NULL)
			goto unknown;
		s->n++;
		p += len + (p[len] == ',');
	}
	return;
unknown:
	s->n = 0;
}

static bool
inside(const struct hours *h, const struct tz *z, int64_t t_s)
{
	int64_t until, local = t_s + tz_offset(z, t_s, &until), day, sec;
	int dow;

	day = local / DAY_S - (local % DAY_S < 0);
	sec = local - day * DAY_S;
	dow = (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
	return sec >= h->from[dow] * 60 && sec < h->to[dow] * 60;
}

static bool
open_at(const struct hours *h, const struct zoneset *s, int64_t t_s)
{
	for (int i = 0; i < s->n; i++)
		if (!inside(h, s->z[i], t_s))
			return false;
	return s->n > 0;
}

bool
window_open(
    const struct hours *h, const struct zoneset *s, int64_t t_ms, int ring_s)
{
	int64_t t = t_ms / MS_PER_S;

	if (!open_at(h, s, t))
		return false;
	/* Windows around midnight: every hour of a long ring is looked at. */
	for (int k = 3600; k < ring_s; k += 3600)
		if (!open_at(h, s, t + k))
			return false;
	return open_at(h, s, t + ring_s);
}

int64_t
window_opens(
    const struct hours *h, const struct zoneset *s, int64_t t_ms, int ring_s)
{
	int64_t first = t_ms - t_ms % MINUTE_MS + MINUTE_MS;

	if (window_open(h, s, t_ms, ring_s))
		return t_ms;
	if (s->n == 0)
		return -1;
	for (int64_t t = first; t < t_ms + 8LL * DAY_S * MS_PER_S;
	     t += MINUTE_MS)
		if (window_open(h, s, t, ring_s))
			return t;
	return -1;
}
