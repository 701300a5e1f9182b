/* SPDX-License-Identifier: MIT */
/*
 * import_report: the counts of an import, and how they are told: one line,
 * JSON, or a table for people.
 */
#ifndef JOBS_IMPORT_REPORT_H
#define JOBS_IMPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/number.h"

struct import_report {
	const char *what; /* contacts dids dnc */
	int64_t rows; /* read + header + blank */
	int64_t header, blank, read;
	int64_t imported, duplicates, dnc, rejected; /* add up to read */
	int64_t held; /* of imported */
	int64_t marked; /* contacts that a dnc import took off */
	int64_t verdict[NUMBER_NVERDICT]; /* of the numbers */
	int64_t no_country; /* rejected: country not configured */
	int64_t bad_row; /* rejected: no row of a table */
	int64_t bad_value; /* rejected: priority or call_at */
	/* Further numbers of the rows that were not rejected. */
	int64_t alternates, bad_alternates;
	char encoding[32];
	const char *error; /* NULL: done */
};

/* "9 read: 4 imported (1 held), ..." */
void import_report_line(const struct import_report *, struct buf *);
/* The last progress line, with its newline. */
void import_report_json(const struct import_report *, struct buf *);
/* Several lines for people. */
void import_report_table(const struct import_report *, struct buf *);

#endif
