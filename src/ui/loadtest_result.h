/* SPDX-License-Identifier: MIT */
/*
 * loadtest_result: load tests that were run, as rows of a table, and one of
 * them as a report.  Read from what {"cmd":"loadtest","args":["results"]}
 * answers:
 *
 *   {"tests":[{"id":3, "started":ISO, "ended":ISO or null,
 *     "parameters":{"cps":25, "minutes":10, "countries":[...], ...},
 *     "result":{
 *       "verdict":"pass" or "fail",        (absent: from the targets)
 *       "targets":[{"name":"worst second", "wanted":"<= 25",
 *         "measured":25, "pass":true}, ...],
 *       "countries":[{"country":"usa", ...}, ...],
 *       ...}}]}
 *
 * wanted and measured are texts or numbers.  Every other key of the result is
 * shown as it is: lists of objects as tables, the rest as lines.  result is
 * null while the test runs, or when it was cut off.
 */
#ifndef UI_LOADTEST_RESULT_H
#define UI_LOADTEST_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/buf.h"
#include "ui/canvas.h"
#include "ui/table.h"

enum loadtest_verdict { LOADTEST_OPEN, LOADTEST_PASS, LOADTEST_FAIL };

struct loadtest_row {
	char id[24];
	int64_t started_ms, ended_ms; /* 0: unknown, not ended */
	double cps, minutes; /* 0: not told */
	size_t passed, targets;
	enum loadtest_verdict verdict;
	char failed[200]; /* names of the targets that were missed */
	char when[40]; /* for people */
	const json_t *test; /* borrowed */
};
/* doc has to outlive the rows (free()). */
struct loadtest_row *loadtest_result_rows(
    const json_t *doc, const char *zone, int64_t now_ms, size_t *n);
extern const struct table_col loadtest_result_cols[];
extern const size_t loadtest_result_ncols;
/* "PASS", "FAIL", "-". */
const char *loadtest_result_word(enum loadtest_verdict);

/* Lines of a report; role and attr as the canvas has them. */
struct loadtest_line {
	char *text;
	uint8_t role, attr;
};
struct loadtest_report {
	struct loadtest_line *v;
	size_t n, cap;
};
void loadtest_result_report(
    struct loadtest_report *, const struct loadtest_row *);
void loadtest_result_clear(struct loadtest_report *);
/* From line *top on, which is clamped. */
void loadtest_result_draw(
    const struct loadtest_report *, struct canvas *, struct rect, int *top);

#endif
