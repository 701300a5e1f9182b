/* SPDX-License-Identifier: MIT */
/*
 * rows_map: kinds of rows and how they lie in a file.  Refuses a file whose
 * size is not what its head says.
 */
#include "shared/rows_map.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared/util.h"

#define TEXT(type, field)                                                      \
	{                                                                      \
		offsetof(struct type, field),                                  \
		    sizeof(((struct type *)NULL)->field)                       \
	}
static const struct rows_text did_texts[] = { TEXT(row_did, number),
	TEXT(row_did, area), TEXT(row_did, country), TEXT(row_did, pool),
	TEXT(row_did, state), TEXT(row_did, reason), { 0, 0 } };
static const struct rows_text call_texts[] = { TEXT(row_call, id),
	TEXT(row_call, number), TEXT(row_call, did), TEXT(row_call, country),
	TEXT(row_call, campaign), TEXT(row_call, trunk),
	TEXT(row_call, switch_name), TEXT(row_call, disposition),
	TEXT(row_call, amd), TEXT(row_call, amd_cause), TEXT(row_call, key),
	TEXT(row_call, note), TEXT(row_call, did_why), { 0, 0 } };
static const struct rows_text agent_texts[] = { TEXT(row_agent, kind),
	TEXT(row_agent, switch_name), TEXT(row_agent, name),
	TEXT(row_agent, queue), TEXT(row_agent, interface),
	TEXT(row_agent, state), TEXT(row_agent, detail), { 0, 0 } };
static const struct rows_text session_texts[] = { TEXT(row_session, user),
	TEXT(row_session, role), TEXT(row_session, from),
	TEXT(row_session, campaigns), TEXT(row_session, what),
	TEXT(row_session, watch_by), { 0, 0 } };
static const struct rows_text key_texts[] = { TEXT(row_key, country),
	TEXT(row_key, context), TEXT(row_key, key), TEXT(row_key, leads),
	TEXT(row_key, advice), TEXT(row_key, better), { 0, 0 } };
static const struct rows_text no_texts[] = { { 0, 0 } };

static const struct {
	const char *file;
	size_t size;
	const struct rows_text *texts;
} kinds[ROWS_NKIND] = {
	[ROWS_DIDS] = { "dids", sizeof(struct row_did), did_texts },
	[ROWS_CALLS] = { "calls", sizeof(struct row_call), call_texts },
	[ROWS_AGENTS] = { "agents", sizeof(struct row_agent), agent_texts },
	[ROWS_SESSIONS] = { "sessions", sizeof(struct row_session),
	    session_texts },
	[ROWS_KEYS] = { "keys", sizeof(struct row_key), key_texts },
	[ROWS_SECONDS] = { "history", sizeof(struct board_second), no_texts },
};

const struct rows_text *
rows_texts(enum rows_kind kind)
{
	return kinds[kind].texts;
}

size_t
rows_size(enum rows_kind kind)
{
	return kinds[kind].size;
}

const char *
rows_file(enum rows_kind kind)
{
	return kinds[kind].file;
}

static size_t
rows_at(uint32_t capacity)
{
	size_t n =
	    sizeof(struct rows_head) + (size_t)capacity * sizeof(uint32_t);

	return (n + 63) & ~(size_t)63;
}

size_t
rows_file_size(enum rows_kind kind, uint32_t capacity)
{
	return rows_at(capacity) + capacity * rows_size(kind);
}

void
rows_copy(void *to, const void *from, size_t size)
{
	uint64_t *d = to;
	const uint64_t *s = from;

	for (size_t i = 0; i < size / sizeof(*d); i++)
		__atomic_store_n(&d[i],
		    __atomic_load_n(&s[i], __ATOMIC_RELAXED), __ATOMIC_RELAXED);
}

bool
rows_map(struct rows_map *m, enum rows_kind kind, uint32_t capacity, int fd,
    bool write)
{
	size_t size = rows_file_size(kind, capacity);
	void *p = mmap(NULL, size, write ? PROT_READ | PROT_WRITE : PROT_READ,
	    MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		return false;
	m->h = p;
	m->size = size;
	m->capacity = capacity;
	m->seq = (_Atomic uint32_t *)((char *)p + sizeof(struct rows_head));
	m->rows = (char *)p + rows_at(capacity);
	return true;
}

void
rows_unmap(struct rows_map *m)
{
	if (m->h != NULL)
		munmap(m->h, m->size);
	*m = (struct rows_map){ 0 };
}

bool
rows_head(int fd, enum rows_kind kind, struct stat *st, uint32_t *capacity)
{
	struct rows_head h;

	if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode) ||
	    pread(fd, &h, sizeof(h), 0) != (ssize_t)sizeof(h))
		return false;
	*capacity = h.capacity;
	return h.magic == ROWS_MAGIC && h.version == ROWS_VERSION &&
	       h.kind == kind && h.row_size == rows_size(kind) &&
	       h.capacity > 0 && h.capacity <= ROWS_CAPACITY_MAX &&
	       st->st_size == (off_t)rows_file_size(kind, h.capacity);
}

char *
rows_row(const struct rows_map *m, enum rows_kind kind, uint32_t i)
{
	return m->rows + (size_t)i * rows_size(kind);
}
