/* SPDX-License-Identifier: MIT */
/*
 * progress: how far a job has come, at most ten times a second: as JSON
 * lines for the engine, or as a bar on a terminal, or not at all.
 */
#ifndef JOBS_PROGRESS_H
#define JOBS_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
	int fd; /* of the JSON lines; -1: none */
	bool bar; /* stderr is a terminal and nobody else draws */
	const char *title; /* for the bar */
	int64_t next_ns; /* monotonic */
	bool drawn;
};

/* fd: -1 for none; then a bar if stderr is a terminal. */
void progress_init(struct progress *, int fd, const char *title);
/*
 * done of total (0: unknown), rows so far.  False if the reader of the JSON
 * lines has gone.
 */
bool progress_tick(struct progress *, int64_t now_ns, int64_t done,
    int64_t total, int64_t rows);
/* Wipe the bar; from here on other output may be written. */
void progress_end(struct progress *);
/* A last line of JSON, written whatever the time; false as above. */
bool progress_line(const struct progress *, const char *json, size_t len);

#endif
