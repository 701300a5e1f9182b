/* SPDX-License-Identifier: MIT */
/*
 * loadtest_judge_part: the targets that look at each call, country or caller
 * ID; for loadtest_judge.c alone.  Each adds to result and targets.
 */
#ifndef JOBS_LOADTEST_JUDGE_PART_H
#define JOBS_LOADTEST_JUDGE_PART_H

#include "jobs/loadtest_judge.h"

void loadtest_target(json_t *targets, const char *name, const char *wanted,
    bool pass, const char *measured, ...) __attribute__((format(printf, 5, 6)));

void loadtest_judge_outcomes(
    const struct loadtest_facts *, json_t *result, json_t *targets);
void loadtest_judge_keys(
    const struct loadtest_facts *, json_t *result, json_t *targets);
void loadtest_judge_amd(
    const struct loadtest_facts *, json_t *result, json_t *targets);
void loadtest_judge_dids(
    const struct loadtest_facts *, json_t *result, json_t *targets);

#endif
