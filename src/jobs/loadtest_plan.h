/* SPDX-License-Identifier: MIT */
/*
 * loadtest_plan: what a load test dials, and what must come of it.  Pure.
 *
 * The last five digits of every number say what the far end does (sim/fate.h,
 * contrib/lab), so the truth is known before the call.  One campaign for each
 * country, and one more, "changes", whose context is changed while it calls.
 */
#ifndef JOBS_LOADTEST_PLAN_H
#define JOBS_LOADTEST_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/loadtest_options.h"
#include "shared/buf.h"
#include "shared/model.h"

#define LOADTEST_CHANGES   "changes" /* name of that campaign and context */
#define LOADTEST_KEYS      "12" /* its connect key is one of these */
#define LOADTEST_OWN_TRUNK "loadtest" /* of the throwaway engine */
#define LOADTEST_PARTS     (LOADTEST_COUNTRIES + 1)

struct loadtest_part { /* a campaign */
	const char *name;
	const struct made_country *country;
	bool changes;
	int64_t calls; /* that are to leave */
	struct buf contacts; /* a number a line */
};
struct loadtest_plan {
	const struct loadtest_options *o;
	struct loadtest_part part[LOADTEST_PARTS];
	int n;
	int64_t calls, contacts;
	struct buf dids; /* a number a line */
};

/* Key that connects in a country; the one that opts out is 9 everywhere. */
char loadtest_connect_key(const char *country);
/* Uses of one of its caller IDs in a day; 0: no limit. */
int loadtest_cap(const char *country);

/*
 * Make numbers and caller IDs.  False and why: too few caller IDs for the
 * caps, or more numbers than there are.
 */
bool loadtest_plan_make(
    struct loadtest_plan *, const struct loadtest_options *, struct buf *why);
void loadtest_plan_clear(struct loadtest_plan *);
/* The specs for apply: countries that are open all day, contexts, trunk ... */
void loadtest_plan_conf(
    const struct loadtest_plan *, const char *switch_name, struct buf *);

/* What must come of a call. */
struct loadtest_truth {
	bool human, machine; /* who answers, if it is one of the two */
	char key; /* that the far end presses; '\0' none */
	enum disposition disp;
};
/*
 * connect: the key that its context connected with when it was sent; amd: is
 * machine detection on in it; called: what detection said of it (its verdict
 * is taken as it is, and judged by itself).
 */
struct loadtest_truth loadtest_truth_of(
    const char *number, char connect, bool amd, const char *called);

#endif
