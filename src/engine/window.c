/* SPDX-License-Identifier: MIT */
/* window: hours against the local time of each zone; no clock of its own. */
#include "engine/window.h"

#include <string.h>

#include "shared/spec.h"
#include "shared/util.h"

#define DAY_S      86400
#define OPENS_DAYS 15LL /* how far window_opens looks */
#define CLOSE_DAYS 8LL /* and window_closes */

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
law_country(struct law *l, const struct m_country *c)
{
	const char *bad;

	if (fill(&l->hours, c->call_from, c->call_to, c->weekdays) &&
	    span(&l->hours, 6, c->saturday) && span(&l->hours, 0, c->sunday) &&
	    law_holidays(&l->holidays, c->holidays, &bad) &&
	    law_states(&l->states, c->states, &bad))
		return true;
	memset(l, 0, sizeof(*l));
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

/* "US-FL": two letters, '-', up to three; no zone of tzdata looks so. */
static bool
state_token(const char *s)
{
	static const char az[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t n;

	if (strspn(s, az) != 2 || s[2] != '-')
		return false;
	n = strspn(s + 3, az);
	return n >= 1 && n <= 3 && s[3 + n] == '\0';
}

void
zoneset_parse(struct zoneset *s, const char *text, zone_lookup *lookup)
{
	char name[128];

	memset(s, 0, sizeof(*s));
	str_copy(s->text, sizeof(s->text), text);
	for (const char *p = text; *p != '\0';) {
		size_t len = strcspn(p, ",");

		if (len >= sizeof(name))
			goto unknown;
		memcpy(name, p, len);
		name[len] = '\0';
		p += len + (p[len] == ',');
		if (state_token(name)) {
			if (s->state[0] != '\0' &&
			    strcmp(s->state, name + 3) != 0)
				goto unknown;
			str_copy(s->state, sizeof(s->state), name + 3);
			continue;
		}
		if (s->n == ZONESET_MAX || (s->z[s->n] = lookup(name)) == NULL)
			goto unknown;
		s->n++;
	}
	return;
unknown:
	s->n = 0;
}

/* What holds for one number: the week's hours, and whose holidays. */
struct rules {
	struct hours h;
	const struct law_holidays *holidays;
	const char *state[2]; /* "": the country's alone; NULL: any state's */
};

static void
narrow(struct hours *h, const struct hours *by)
{
	struct hours a = *h;

	if (by != NULL)
		hours_meet(h, &a, by);
}

static void
gather(struct rules *r, const struct law *l, const struct hours *campaign,
    const struct zoneset *s, const char *state)
{
	hours_meet(&r->h, &l->hours, campaign);
	r->holidays = &l->holidays;
	r->state[0] = s->state;
	r->state[1] = state != NULL ? state : "";
	if (state != NULL && *state == '\0' && s->state[0] == '\0') {
		r->state[1] = NULL;
		for (int i = 0; i < l->states.n; i++)
			narrow(&r->h, &l->states.v[i].h);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (*r->state[i] != '\0')
			narrow(&r->h, law_state(&l->states, r->state[i]));
}

static bool
is_holiday(const struct rules *r, const struct tz *z, int64_t t_s)
{
	struct tz_local l;

	if (r->holidays->n == 0)
		return false;
	tz_local(z, t_s * MS_PER_S, &l);
	for (int i = 0; i < 2; i++)
		if (law_is_holiday_in(
			r->holidays, r->state[i], l.year, l.month, l.day))
			return true;
	return false;
}

/*
 * Is the zone open at t_s?  Before *until (> t_s) that does not change: the
 * hours' next edge, the day's end, or the next change of clocks.
 */
static bool
zone_open(
    const struct rules *r, const struct tz *z, int64_t t_s, int64_t *until)
{
	int64_t change, local = t_s + tz_offset(z, t_s, &change), day, sec,
			edge = DAY_S;
	bool open = false;
	int dow, from, to;

	day = local / DAY_S - (local % DAY_S < 0);
	sec = local - day * DAY_S;
	dow = (int)(((day + 4) % 7 + 7) % 7); /* 1970-01-01 was a Thursday */
	from = r->h.from[dow] * 60;
	to = r->h.to[dow] * 60;
	if (from < to && sec < to && !is_holiday(r, z, t_s)) {
		open = sec >= from;
		edge = open ? to : from;
	}
	*until = MINIMUM(t_s + edge - sec, change);
	return open;
}

/*
 * From t_s to the end of the ring, in every zone.  If not, nothing that
 * begins from t_s on and before *next is open either: a zone is closed at
 * some instant of this ring up to *next, and what begins later than t_s but
 * before *next rings at that instant or begins behind it, still closed.
 */
static bool
ring_open(const struct rules *r, const struct zoneset *s, int64_t t_s,
    int ring_s, int64_t *next)
{
	for (int i = 0; i < s->n; i++)
		for (int64_t t = t_s; t <= t_s + ring_s; t = *next)
			if (!zone_open(r, s->z[i], t, next))
				return false;
	return s->n > 0;
}

bool
window_open(const struct law *l, const struct hours *campaign,
    const struct zoneset *s, const char *state, int64_t t_ms, int ring_s)
{
	struct rules r;
	int64_t next;

	gather(&r, l, campaign, s, state);
	return ring_open(&r, s, t_ms / MS_PER_S, ring_s, &next);
}

int64_t
window_opens(const struct law *l, const struct hours *campaign,
    const struct zoneset *s, const char *state, int64_t t_ms, int ring_s)
{
	int64_t t = t_ms / MS_PER_S, end = t_ms + OPENS_DAYS * DAY_S * MS_PER_S,
		next;
	struct rules r;

	if (s->n == 0)
		return -1;
	gather(&r, l, campaign, s, state);
	if (ring_open(&r, s, t, ring_s, &next))
		return t_ms;
	do {
		/* The first whole minute behind t and not before next. */
		t = MAXIMUM(next, t + 1);
		t += (60 - t % 60) % 60;
		if (t * MS_PER_S >= end)
			return -1;
	} while (!ring_open(&r, s, t, ring_s, &next));
	return t * MS_PER_S;
}

int64_t
window_closes(const struct law *l, const struct hours *campaign,
    const struct zoneset *s, const char *state, int64_t t_ms)
{
	int64_t t = t_ms / MS_PER_S, end = t + CLOSE_DAYS * DAY_S, next, until;
	struct rules r;

	gather(&r, l, campaign, s, state);
	for (next = t; next < end; next = until) {
		until = end;
		if (s->n == 0)
			break;
		for (int i = 0; i < s->n; i++) {
			int64_t edge;

			if (!zone_open(&r, s->z[i], next, &edge))
				return next == t ? t_ms : next * MS_PER_S;
			until = MINIMUM(until, edge);
		}
	}
	return s->n == 0 ? t_ms : -1;
}
