/* SPDX-License-Identifier: MIT */
/*
 * window: may a number be called now?  Only if every zone it may lie in is
 * inside the country's hours, its state's and the campaign's, by its own local
 * time, weekday and holidays, from now until ringing would end.  A number of
 * no known zone is never inside.
 */
#ifndef ENGINE_WINDOW_H
#define ENGINE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/law.h"
#include "shared/model.h"
#include "shared/tz.h"

/* The law of one country. */
struct law {
	struct hours hours;
	struct law_holidays holidays; /* no calls on these */
	struct law_states states;
};
/* False: a text in it is no time (the caller checked; nothing is open). */
bool law_country(struct law *, const struct m_country *);
bool hours_campaign(struct hours *, const struct m_campaign *);
/* *out = where both are open. */
void hours_meet(
    struct hours *out, const struct hours *a, const struct hours *b);

#define ZONESET_MAX 40
/*
 * The zones of "A,B,C"; n = 0 if one of them is not known.  A token "US-FL" is
 * no zone but the state whose rules hold (ISO 3166-2): state = "FL"; two
 * different ones: n = 0.
 */
struct zoneset {
	char text[MODEL_ZONE];
	char state[4];
	int n;
	const struct tz *z[ZONESET_MAX];
};
typedef const struct tz *zone_lookup(const char *name);
void zoneset_parse(struct zoneset *, const char *text, zone_lookup *);

/*
 * Open at t and still open ring_s later, in every zone, by the country's law
 * (no holiday there, the state's hours too) and the campaign's hours.  state:
 * of the number ("" not known: the hours of all states with rules meet, and a
 * holiday of any of them counts, unless the zone set names its state); NULL:
 * only the zone set's own state is looked at.
 */
bool window_open(const struct law *, const struct hours *campaign,
    const struct zoneset *, const char *state, int64_t t_ms, int ring_s);
/*
 * The next minute at which window_open() holds; t itself if it is open; -1 if
 * it does not open within 15 days.
 */
int64_t window_opens(const struct law *, const struct hours *campaign,
    const struct zoneset *, const char *state, int64_t t_ms, int ring_s);
/*
 * Open at t: when it closes (without a ring); t itself if it is closed; -1 if
 * it does not close within 8 days.
 */
int64_t window_closes(const struct law *, const struct hours *campaign,
    const struct zoneset *, const char *state, int64_t t_ms);

#endif
