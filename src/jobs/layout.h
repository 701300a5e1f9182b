/* SPDX-License-Identifier: MIT */
/*
 * layout: which column of a list holds what.  Titles in English, Spanish and
 * Portuguese, whatever their case, accents, spaces and underscores; without
 * titles the column in which most cells are phone numbers.
 */
#ifndef JOBS_LAYOUT_H
#define JOBS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/csv.h"

enum layout_role {
	LAYOUT_NUMBER,
	LAYOUT_NAME,
	LAYOUT_SURNAME,
	LAYOUT_COUNTRY,
	LAYOUT_REASON,
	LAYOUT_AREA,
	LAYOUT_WEIGHT,
	LAYOUT_PRIORITY,
	LAYOUT_CALL_AT,
	LAYOUT_NROLE
};
#define LAYOUT_ALTERNATES 9
struct layout {
	bool header; /* the first row that is not blank: titles */
	int role[LAYOUT_NROLE]; /* column from 0; -1 none */
	/* Columns of further numbers ("alt1", "phone2"), as they are called. */
	int alternate[LAYOUT_ALTERNATES], nalternates;
	int n; /* columns with a title */
	char *title[CSV_COLUMNS_MAX];
};

/*
 * From the beginning of the list (UTF-8; whole: all of it; sep: the first
 * line is sep=;).  region: as for number_parse.  false and err if no column
 * holds phone numbers.
 */
bool layout_find(struct layout *, const char *head, size_t len, bool whole,
    bool sep, int delimiter, const char *region, struct buf *err);
void layout_clear(struct layout *);
/* The cell of that role, "" if the row has none. */
const char *layout_cell(
    const struct layout *, const struct csv_row *, enum layout_role);

/* Title of a column for people, "column 3" without one, into out. */
const char *layout_title(const struct layout *, int column, char out[64]);

/*
 * "México", "mexico", "MX", "mex", "+52", "52" -> "MX"; NULL if it is no
 * country we know.
 */
const char *layout_region(const char *word);
/* Lower case, without accents, blanks and punctuation, into out. */
void layout_plain(const char *s, char *out, size_t size);

#endif
