/* SPDX-License-Identifier: MIT */
/*
 * loadtest_text: the report of a load test on one page, like a certificate:
 * what was run, the verdict of each target, the tables behind it.  Pure, made
 * from report.json alone.
 */
#ifndef JOBS_LOADTEST_TEXT_H
#define JOBS_LOADTEST_TEXT_H

#include <jansson.h>

#include "shared/buf.h"

void loadtest_text(const json_t *report, struct buf *);
/* What was run, in one sentence. */
void loadtest_text_what(const json_t *report, struct buf *);
/* What detection costs: abandoned calls, false positives, what to set. */
void loadtest_text_abandonment(const json_t *result, struct buf *);
/* A value for people: text bare, numbers short, "-" for null. */
void loadtest_text_value(const json_t *, char *out, size_t size);

#endif
