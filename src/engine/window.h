/* SPDX-License-Identifier: MIT */
/*
 * window: may a number be called now?  Only if every zone it may lie in is
 * inside the country's hours and the campaign's, by its own local time and
 * weekday, from now until ringing would end.  A number of no known zone is
 * never inside.
 */
#ifndef ENGINE_WINDOW_H
#define ENGINE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/model.h"
#include "shared/tz.h"

/* Minutes of the day [from, to) per weekday, 0 = Sunday; from = to: closed. */
struct hours {
	int16_t from[7], to[7];
};
/* False: a text in it is no time (the caller checked; nothing is open). */
bool hours_country(struct hours *, const struct m_country *);
bool hours_campaign(struct hours *, const struct m_campaign *);
/* *out = where both are open. */
void hours_meet(
    struct hours *out, const struct hours *a, const struct hours *b);

#define ZONESET_MAX 40
/* The zones of "A,B,C"; n = 0 if one of them is not known. */
struct zoneset {
	char text[MODEL_ZONE];
	int n;
	const struct tz *z[ZONESET_MAX];
};
typedef const struct tz *zone_lookup(const char *name);
void zoneset_parse(struct zoneset *, const char *text, zone_lookup *);

/* Open at t and still open ring_s later. */
bool window_open(
    const struct hours *, const struct zoneset *, int64_t t_ms, int ring_s);
/*
 * The next minute at which window_open() holds; t itself if it is open; -1 if
 * it does not open within 8 days.
 */
int64_t window_opens(
    const struct hours *, const struct zoneset *, int64_t t_ms, int ring_s);

#endif
