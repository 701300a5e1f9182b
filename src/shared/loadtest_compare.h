/* SPDX-License-Identifier: MIT */
/*
 * loadtest_compare: the targets of two load tests side by side.  Pure.
 *
 * A target that passes where the other failed is better.  Where both did the
 * same, the first figure of what was measured decides: more is better where
 * ">=" was wanted, less elsewhere; up to 5 % is the same.
 */
#ifndef SHARED_LOADTEST_COMPARE_H
#define SHARED_LOADTEST_COMPARE_H

#include <jansson.h>

/*
 * {"with": id, "better": n, "worse": n, "targets": [{"name", "then", "now",
 * "change": "better"|"worse"|"same"|"new"|"gone"}]}; then and now are
 * objects of report.json ({"id", "result": {"targets"}}).  New reference.
 */
json_t *loadtest_compare(const json_t *then, const json_t *now);

#endif
