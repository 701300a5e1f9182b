/* SPDX-License-Identifier: MIT */
/*
 * loadtest_judge: what was measured against what is wanted, a verdict for
 * each target and one for all.  Pure.
 *
 * Targets: the mean of the plateau at least 98 % of the pace, no sliding
 * second above it, set-up times (average 300 ms, p95 500, p99 1000), each
 * outcome as the far end made it, nobody called twice, keys as they were
 * pressed in each country, machines and people told apart, changes of a
 * context holding from the next call on, caller IDs evenly used and none over
 * its cap, and over a long time the engine neither growing nor slowing.
 * What could not be measured is no pass.
 */
#ifndef JOBS_LOADTEST_JUDGE_H
#define JOBS_LOADTEST_JUDGE_H

#include <jansson.h>

#include "jobs/loadtest_calls.h"
#include "jobs/loadtest_run.h"

struct loadtest_facts {
	const struct loadtest_options *o;
	const struct loadtest_calls *calls;
	const struct loadtest_dids *dids;
	const struct loadtest_ran *ran;
};
/*
 * {"verdict", "targets": [{"name","wanted","measured","pass"}], "countries":
 * [...], "pools": [...], ...} as ui/loadtest_result.h reads it; new reference.
 */
json_t *loadtest_judge(const struct loadtest_facts *);
/* Second by second, for charts; new reference. */
json_t *loadtest_series(const struct loadtest_facts *);

/* Key with which "changes" connected a call sent then; '?': it was being
 * changed. */
char loadtest_key_at(const struct loadtest_ran *, int64_t sent_ms);
/* A call with its truth: what had to come of it. */
struct loadtest_truth loadtest_truth_call(
    const struct loadtest_facts *, const struct loadtest_call *);

#endif
