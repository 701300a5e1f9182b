/* SPDX-License-Identifier: MIT */
/*
 * rows_map: the layout of a file of rows, for its writer (rows.c) and its
 * reader (rows_reader.c) alone.  Nobody else looks into these files.
 */
#ifndef SHARED_ROWS_MAP_H
#define SHARED_ROWS_MAP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "shared/rows.h"

/* Then uint32_t seq[capacity], rounded up to 64 bytes, then the rows. */
struct rows_head {
	uint64_t magic;
	uint32_t version, kind, row_size, capacity;
	_Atomic uint32_t used; /* rows from the first on */
	_Atomic uint32_t replaced; /* another file has this one's name now */
	_Atomic uint64_t changes; /* grows behind each change */
	uint64_t pad[3];
};
_Static_assert(sizeof(struct rows_head) == 64, "published layout");

struct rows_map {
	struct rows_head *h; /* NULL: none */
	size_t size;
	uint32_t capacity; /* as checked; the head may lie later */
	_Atomic uint32_t *seq;
	char *rows;
};

/* Where a kind's texts stand: they end, whatever the file says. */
struct rows_text {
	uint16_t at, size;
};
/* The last one has size 0. */
const struct rows_text *rows_texts(enum rows_kind);

size_t rows_file_size(enum rows_kind, uint32_t capacity);
/* The head of a file, and is its size what it says? */
bool rows_head(int fd, enum rows_kind, struct stat *, uint32_t *capacity);
/* Of a file of that size. */
bool rows_map(
    struct rows_map *, enum rows_kind, uint32_t capacity, int fd, bool write);
void rows_unmap(struct rows_map *); /* none: nothing happens */
char *rows_row(const struct rows_map *, enum rows_kind, uint32_t i);
/* By words, each with one load and one store; size: of whole words. */
void rows_copy(void *to, const void *from, size_t size);

#endif
