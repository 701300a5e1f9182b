/* SPDX-License-Identifier: MIT */
/*
 * simulate_numbers: digits are drawn until the tables say that they are a
 * number of the region; the last four of it are then counted through.
 */
#include "jobs/simulate_numbers.h"

#include <string.h>

#include "shared/number.h"

#define PER_BASE 10000
#define SPREAD   2000 /* of a base, before it is used up */
#define LEAST    60 /* bases, so that the zones are mixed */
#define TRIES    20000 /* draws for one base */
#define CODES    1000
#define LONGEST  15

static int
code_of(const char *region)
{
	for (int code = 1; code < CODES; code++) {
		const char *r = number_code_region(code);

		if (r != NULL && strcmp(r, region) == 0)
			return code;
	}
	return 1; /* one of the many that share it */
}

static bool
known(const struct simulate_numbers *s, const char *digits)
{
	for (int i = 0; i < s->n; i++)
		if (strcmp(s->base[i].digits, digits) == 0)
			return true;
	return false;
}

static bool
dialable(const struct number *v, const char *region)
{
	return v->verdict == NUMBER_V_OK && strcmp(v->region, region) == 0 &&
	       (v->type == NUMBER_FIXED || v->type == NUMBER_MOBILE ||
		   v->type == NUMBER_FIXED_OR_MOBILE);
}

/* One more base. */
static bool
draw(struct simulate_numbers *s, struct rng *r, int code, const char *region,
    const char *area)
{
	struct number v;

	for (int i = 0; i < TRIES; i++) {
		char text[MODEL_E164];
		int have, want;
		size_t len;

		str_format(text, sizeof(text), "+%d%s", code, area);
		have = (int)strlen(text);
		want = have + 8 + (int)rng_below(r, 4) - (int)strlen(area) +
		       (area[0] == '\0');
		for (; have < want && have < LONGEST; have++) {
			text[have] = (char)('0' + rng_below(r, 10));
			text[have + 1] = '\0';
		}
		if (!number_parse(text, region, &v) || !dialable(&v, region))
			continue;
		len = strlen(v.e164) - 4;
		v.e164[len] = '\0';
		if (known(s, v.e164))
			continue;
		str_copy(s->base[s->n].digits, MODEL_E164, v.e164);
		str_format(text, sizeof(text), "%s0000", v.e164);
		s->base[s->n].zone = number_zones(text);
		if (s->base[s->n].zone[0] == '\0')
			continue;
		s->n++;
		return true;
	}
	return false;
}

bool
simulate_numbers_init(struct simulate_numbers *s, struct rng *r,
    const char *region, const struct simulate_areas *areas, int64_t count,
    const char **area)
{
	int64_t want = MINIMUM(MAXIMUM(count / SPREAD, LEAST), SIMULATE_BASES);
	int code = code_of(region);

	memset(s, 0, sizeof(*s));
	*area = NULL;
	for (int64_t i = 0; i < want; i++) {
		const char *a = areas->n > 0 ? areas->v[i % areas->n] : "";

		if (draw(s, r, code, region, a))
			continue;
		*area = areas->n > 0 ? a : NULL;
		if (i < areas->n || s->n == 0)
			return false;
		break; /* a small place: those there are */
	}
	return (int64_t)s->n * PER_BASE >= count;
}

void
simulate_numbers_next(
    struct simulate_numbers *s, char e164[MODEL_E164], const char **zone)
{
	int64_t i = s->next % s->n, n = s->next / s->n;

	/* 2347 has no factor in common with 10,000: each once, out of order. */
	str_format(e164, MODEL_E164, "%s%04d", s->base[i].digits,
	    (int)(n * 2347 % PER_BASE));
	*zone = s->base[i].zone;
	s->next++;
}
