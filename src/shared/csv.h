/* SPDX-License-Identifier: MIT */
/*
 * csv: bytes in at any split, rows out (RFC 4180 as spreadsheets write it:
 * any delimiter, CR, LF or CRLF, newlines inside quotes).  UTF-8 in, UTF-8
 * out; nothing is interpreted.
 *
 * Every limit ends in one row that says so, never in a lost one.  A quote
 * that is not closed within the limits costs its own line only: parsing goes
 * on with the line below it.
 */
#ifndef SHARED_CSV_H
#define SHARED_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CSV_FIELD_MAX    4096 /* bytes of one field */
#define CSV_ROW_MAX      (64 * 1024) /* bytes of one row as it stands */
#define CSV_COLUMNS_MAX  256
#define CSV_NO_DELIMITER (-1) /* every line is one field */

struct csv_row {
	int64_t line; /* physical line of its start, from 1 */
	int n; /* fields, at least 1; 0 with an error */
	const char *const *field; /* each ends in a NUL and holds no other */
	bool blank; /* nothing but blanks in all fields */
	const char *error; /* NULL, or what is wrong with it */
	const char *raw; /* as it stood, without the line end */
	size_t raw_len; /* with an error: at least its beginning */
};
/* The row and all it points to are borrowed until return. */
typedef void csv_cb(void *arg, const struct csv_row *);

struct csv;
/* delimiter: a byte below 128, or CSV_NO_DELIMITER. */
struct csv *csv_new(int delimiter, csv_cb *, void *arg);
void csv_free(struct csv *);
void csv_feed(struct csv *, const void *, size_t);
/* No more bytes: hands out a last row that has no line end. */
void csv_end(struct csv *);

/*
 * Find the delimiter from the beginning of a file (whole: it is the file):
 * "sep=;" in the first line, then *skip is the length of that line and its
 * end; else the one of ; , TAB | that gives the most rows of the same number
 * of columns over the first 50 rows.  CSV_NO_DELIMITER if none does.
 */
int csv_sniff(const char *head, size_t len, bool whole, size_t *skip);

/* Append s quoted if it needs to be, for writing comma-separated files. */
struct buf;
void csv_put(struct buf *, const char *s, size_t len);

#endif
