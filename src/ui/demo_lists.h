/* SPDX-License-Identifier: MIT */
/*
 * demo_lists: the lists of `discador demo`, made up from a seed: 5,000
 * contacts in nine countries, with the dirt that real lists have, 300 DIDs
 * and a few numbers on a do-not-call list.  Every good number is valid in its
 * country; that nobody is behind it is the simulated carrier's merit.
 */
#ifndef UI_DEMO_LISTS_H
#define UI_DEMO_LISTS_H

#include <stddef.h>

#include "shared/buf.h"
#include "shared/util.h"

struct demo_country {
	const char *name, *region;
	int contacts, dids, listed; /* good ones; listed: on do-not-call too */
};
extern const struct demo_country demo_countries[];
extern const size_t demo_ncountries;

/* One CSV of two columns, its countries well mixed. */
struct demo_list {
	const char *campaign; /* as in etc/demo/campaigns.conf */
	const char *file, *header;
	const char *country; /* for --country; NULL: numbers begin with + */
	char separator;
	enum { DEMO_UTF8, DEMO_BOM, DEMO_LATIN1 } encoding;
	size_t first, n; /* of demo_countries */
};
extern const struct demo_list demo_lists[];
extern const size_t demo_nlists;

/* What one contacts file holds, line for line, its header not counted. */
struct demo_lines {
	int good, listed, duplicate, bad;
};
/*
 * Append the CSV of a list to csv and the numbers that belong on the
 * do-not-call list to dnc (one E.164 a line).
 */
struct demo_lines demo_contacts(
    const struct demo_list *, struct rng *, struct buf *csv, struct buf *dnc);
/* Append a CSV with every country's DIDs; returns how many. */
int demo_dids(struct rng *, struct buf *csv);

#endif
