/* SPDX-License-Identifier: MIT */
/*
 * spool: append-only segments and a queue of the unconfirmed lines in memory.
 * Forgets nothing before it is told that the database has it.
 */
#include "daemon/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/log.h"

#define SPOOL_ROOM 16384 /* bytes: a disk with less is still full */

struct segment {
	unsigned number;
	uint64_t last; /* number of its last line; unconfirmed until then */
};

struct spool {
	char dir[256], node[64], boot[64];
	int fd;
	size_t size, header;
	size_t unwritten; /* bytes at the end of q that are not on disk */
	struct segment *seg;
	size_t nseg;
	bool trusted;
	bool full; /* the last write failed; said so */
	bool torn; /* half a line stands behind size */
	/* lines first..first+count-1 are in q; next is the next to hand out */
	struct buf q;
	size_t q_next;
	uint64_t first, next, end;
	size_t *len; /* lengths of the lines in q, ring */
	size_t len_cap, len_head;
	struct uuid *sent; /* sorted */
	size_t nsent;
};

static void
path_of(const struct spool *s, unsigned n, char out[400])
{
	str_format(out, 400, "%s/%s.%08u", s->dir, s->node, n);
}

static void
push_len(struct spool *s, size_t n)
{
	uint64_t count = s->end - s->first;

	if (count == s->len_cap) {
		size_t cap = s->len_cap ? s->len_cap * 2 : 1024;
		size_t *v = xcalloc(cap, sizeof(*v));

		for (uint64_t i = 0; i < count; i++)
			v[i] = s->len[(s->len_head + i) % s->len_cap];
		free(s->len);
		s->len = v;
		s->len_cap = cap;
		s->len_head = 0;
	}
	s->len[(s->len_head + count) % s->len_cap] = n;
	s->end++;
}

static size_t
len_of(const struct spool *s, uint64_t line)
{
	return s->len[(s->len_head + (line - s->first)) % s->len_cap];
}

static void
enqueue(struct spool *s, const char *lines, size_t n)
{
	const char *end = lines + n;

	buf_put(&s->q, lines, n);
	for (const char *p = lines, *nl; p < end; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			break;
		push_len(s, (size_t)(nl + 1 - p));
	}
}

static bool
new_segment(struct spool *s, unsigned number)
{
	char path[400], head[200];
	int fd;

	path_of(s, number, path);
	fd = open(
	    path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	str_format(head, sizeof(head), "# discador spool 1 boot %s\n", s->boot);
	if (write(fd, head, strlen(head)) != (ssize_t)strlen(head)) {
		close(fd);
		unlink(path);
		return false;
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = fd;
	s->size = s->header = strlen(head);
	s->seg = xreallocarray(s->seg, s->nseg + 1, sizeof(*s->seg));
	s->seg[s->nseg++] = (struct segment){ number, s->end };
	return true;
}

static void
note_sent(struct spool *s, const char *line, size_t n)
{
	const char *p = memmem(line, n, "\"id\":\"", 6);
	char text[UUID_LEN + 1];
	struct uuid id;

	if (p == NULL || (size_t)(line + n - p) < 6 + UUID_LEN)
		return;
	memcpy(text, p + 6, UUID_LEN);
	text[UUID_LEN] = '\0';
	if (!uuid_parse(text, &id))
		return;
	s->sent = xreallocarray(s->sent, s->nsent + 1, sizeof(*s->sent));
	s->sent[s->nsent++] = id;
}

static int
by_uuid(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

static bool
read_segment(struct spool *s, unsigned number, struct buf *err)
{
	char path[400], head[200], *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;

	path_of(s, number, path);
	if ((f = fopen(path, "re")) == NULL) {
		buf_fmt(err, "%s: %s", path, strerror(errno));
		return false;
	}
	str_format(head, sizeof(head), "# discador spool 1 boot %s\n", s->boot);
	n = getline(&line, &cap, f);
	if (n <= 0 || strcmp(line, head) != 0)
		s->trusted = false;
	while ((n = getline(&line, &cap, f)) > 0) {
		/* The last line may be torn: its act did not happen. */
		if (line[n - 1] != '\n' || line[0] != '{')
			continue;
		note_sent(s, line, (size_t)n);
		enqueue(s, line, (size_t)n);
	}
	free(line);
	fclose(f);
	s->seg = xreallocarray(s->seg, s->nseg + 1, sizeof(*s->seg));
	s->seg[s->nseg++] = (struct segment){ number, s->end };
	return true;
}

static int
by_number(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

static bool
read_all(struct spool *s, struct buf *err)
{
	size_t len = strlen(s->node), n = 0;
	unsigned *v = NULL, next = 1;
	struct dirent *de;
	bool good = true;
	DIR *d = opendir(s->dir);

	if (d == NULL) {
		buf_fmt(err, "%s: %s", s->dir, strerror(errno));
		return false;
	}
	while ((de = readdir(d)) != NULL) {
		int64_t k;

		if (strncmp(de->d_name, s->node, len) != 0 ||
		    de->d_name[len] != '.' ||
		    strlen(de->d_name + len + 1) != 8 ||
		    !str_int64(de->d_name + len + 1, 0, 99999999, &k))
			continue;
		v = xreallocarray(v, n + 1, sizeof(*v));
		v[n++] = (unsigned)k;
	}
	closedir(d);
	s->trusted = n > 0;
	if (n > 0)
		qsort(v, n, sizeof(*v), by_number);
	for (size_t i = 0; i < n && good; i++) {
		good = read_segment(s, v[i], err);
		next = v[i] + 1;
	}
	free(v);
	if (s->nsent > 0)
		qsort(s->sent, s->nsent, sizeof(*s->sent), by_uuid);
	if (good && !new_segment(s, next)) {
		buf_fmt(err, "cannot write in %s: %s", s->dir, strerror(errno));
		good = false;
	}
	return good;
}

struct spool *
spool_open(const char *dir, const char *node, struct buf *err)
{
	struct spool *s = xcalloc(1, sizeof(*s));
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	s->fd = -1;
	str_copy(s->dir, sizeof(s->dir), dir);
	str_copy(s->node, sizeof(s->node), node);
	if (f == NULL || fgets(s->boot, sizeof(s->boot), f) == NULL)
		str_copy(s->boot, sizeof(s->boot), "unknown");
	s->boot[strcspn(s->boot, "\n")] = '\0';
	if (f != NULL)
		fclose(f);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST) {
		buf_fmt(err, "cannot make %s: %s", dir, strerror(errno));
		free(s);
		return NULL;
	}
	if (!read_all(s, err)) {
		spool_close(s);
		return NULL;
	}
	return s;
}

void
spool_close(struct spool *s)
{
	if (s == NULL)
		return;
	if (s->fd >= 0)
		close(s->fd);
	buf_clear(&s->q);
	free(s->len);
	free(s->seg);
	free(s->sent);
	free(s);
}

bool
spool_trusted(const struct spool *s)
{
	return s->trusted && strcmp(s->boot, "unknown") != 0;
}

bool
spool_was_sent(const struct spool *s, const struct uuid *id)
{
	return s->nsent > 0 && bsearch(id, s->sent, s->nsent, sizeof(*s->sent),
				   by_uuid) != NULL;
}

/* Half a write (disk full) must not leave half a line. */
static bool
undo(struct spool *s)
{
	s->torn = ftruncate(s->fd, (off_t)s->size) < 0;
	return !s->torn;
}

static bool
put(struct spool *s, const char *p, size_t n)
{
	ssize_t w = s->torn && !undo(s) ? -1 : write(s->fd, p, n);
	int why = w < 0 ? errno : ENOSPC;

	if (w == (ssize_t)n) {
		s->size += n;
		return true;
	}
	if (w > 0)
		undo(s);
	if (!s->full)
		log_error("spool: cannot write to %s: %s; no call leaves until "
			  "it can: free some space",
		    s->dir, strerror(why));
	s->full = true;
	return false;
}

/* After a failure: a page's last bytes are no room. */
static bool
has_room(struct spool *s)
{
	static const char line[] = "# is there room?\n";
	struct buf b = BUF_INIT;
	size_t size = s->size;
	bool room;

	while (b.len < SPOOL_ROOM)
		buf_str(&b, line);
	room = put(s, b.p, b.len);
	buf_clear(&b);
	s->size = size;
	return room && undo(s);
}

static void
next_segment(struct spool *s)
{
	if (s->size > SPOOL_SEGMENT &&
	    !new_segment(s, s->seg[s->nseg - 1].number + 1))
		log_warn(
		    "spool: no new segment in %s: %s", s->dir, strerror(errno));
}

bool
spool_append(struct spool *s, const char *lines, size_t n)
{
	enqueue(s, lines, n);
	s->unwritten += n;
	next_segment(s);
	return spool_probe(s);
}

bool
spool_ahead(struct spool *s, const char *lines, size_t n)
{
	if (!spool_probe(s))
		return false;
	next_segment(s);
	if (!put(s, lines, n))
		return false;
	enqueue(s, lines, n);
	s->seg[s->nseg - 1].last = s->end;
	return true;
}

bool
spool_probe(struct spool *s)
{
	if (s->full && !has_room(s))
		return false;
	if (s->unwritten > 0) {
		if (!put(s, s->q.p + s->q.len - s->unwritten, s->unwritten))
			return false;
		s->unwritten = 0;
		s->seg[s->nseg - 1].last = s->end;
	}
	if (s->full)
		log_info("spool: %s can be written again", s->dir);
	s->full = false;
	return true;
}

uint64_t
spool_unconfirmed(const struct spool *s)
{
	return s->end - s->first;
}

bool
spool_next(struct spool *s, size_t max, const char **lines, size_t *len,
    uint64_t *token)
{
	if (s->next == s->end)
		return false;
	*lines = s->q.p + s->q_next;
	*len = 0;
	for (; max > 0 && s->next < s->end; max--)
		*len += len_of(s, s->next++);
	s->q_next += *len;
	*token = s->next;
	return true;
}

static void
drop_segments(struct spool *s)
{
	char path[400];
	size_t k = 0;

	while (k + 1 < s->nseg && s->seg[k].last <= s->first) {
		path_of(s, s->seg[k++].number, path);
		unlink(path);
	}
	if (k > 0) {
		memmove(s->seg, s->seg + k, (s->nseg - k) * sizeof(*s->seg));
		s->nseg -= k;
	}
	/* All confirmed: the last one starts over. */
	if (s->first == s->end && s->size > s->header + SPOOL_SEGMENT / 16 &&
	    ftruncate(s->fd, (off_t)s->header) == 0)
		s->size = s->header;
}

void
spool_confirm(struct spool *s, uint64_t token)
{
	size_t bytes = 0;

	while (s->first < token) {
		bytes += s->len[s->len_head];
		s->len_head = (s->len_head + 1) % s->len_cap;
		s->first++;
	}
	if (bytes == 0)
		return;
	buf_drain(&s->q, bytes);
	s->q_next -= bytes;
	s->unwritten = MINIMUM(s->unwritten, s->q.len);
	drop_segments(s);
}

void
spool_rewind(struct spool *s)
{
	s->next = s->first;
	s->q_next = 0;
}

void
spool_refuse(struct spool *s, const char *line, size_t n, const char *why)
{
	char path[400];
	int fd;

	str_format(path, sizeof(path), "%s/%s.refused", s->dir, s->node);
	log_error("the database refuses an outcome (%s); it is kept in %s", why,
	    path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, line, n) != (ssize_t)n)
		log_error("%s: %s: the outcome is only in this line: %.*s",
		    path, strerror(errno), (int)n, line);
	if (fd >= 0)
		close(fd);
}
