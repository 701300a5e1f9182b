/* SPDX-License-Identifier: MIT */
/*
 * input: a list file as rows, as often as wanted.  What cannot be read twice
 * (a pipe) is kept in an unlinked temporary file first.  Encoding and
 * delimiter are found by the rules of shared/charset and shared/csv.
 */
#ifndef JOBS_INPUT_H
#define JOBS_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/csv.h"

struct input {
	int fd;
	int64_t base, size; /* the list is size bytes from base on */
	char encoding[32];
	bool convert; /* not plain UTF-8 */
	int delimiter;
	bool sep; /* the first line is Excel's sep=; */
	struct buf head; /* the beginning as UTF-8 */
	bool whole; /* head is all there is */
};
/* Called now and then with the bytes done; false stops. */
typedef bool input_tick(void *arg, int64_t done);

/*
 * encoding: NULL to find it; delimiter: 0 to find it.  false and err if the
 * list cannot be read or kept, or the encoding is unknown; false and an
 * empty err if tick said stop.  fd stays the caller's.
 */
bool input_open(struct input *, int fd, const char *encoding, int delimiter,
    input_tick *, void *arg, struct buf *err);
void input_close(struct input *);
/* Hand every row to row(arg), from the first. */
bool input_rows(
    struct input *, csv_cb *row, input_tick *, void *arg, struct buf *err);

#endif
