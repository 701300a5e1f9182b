/* SPDX-License-Identifier: MIT */
/*
 * audit_head: one file, added to a line at a time.  Never shortens it, and
 * never takes a lower number for the newest.
 */
#include "daemon/audit_head.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/log.h"

#define LINE_EVERY_NS (60 * NS_PER_S)
#define LINE_MAX_LEN  160
#define TAIL          4096 /* bytes: the last line stands in them */

struct audit_heads {
	char *path;
	struct audit_mark known;
	int64_t written_rows; /* of the last line */
	int64_t written_ns; /* when; 0: not by us */
	bool complained;
};

struct audit_reader {
	FILE *f;
};

static bool
line_parse(char *line, struct audit_mark *out)
{
	struct audit_mark m;
	char *rows, *hash;
	size_t n = strlen(line);

	/* A line without end was cut when it was written. */
	if (n == 0 || line[n - 1] != '\n')
		return false;
	line[n - 1] = '\0';
	if ((rows = strchr(line, ' ')) == NULL)
		return false;
	*rows++ = '\0';
	if ((hash = strchr(rows, ' ')) == NULL)
		return false;
	*hash++ = '\0';
	if (!str_copy(m.at, sizeof(m.at), line) ||
	    !str_int64(rows, 1, INT64_MAX, &m.head.rows) ||
	    !audit_unhex(hash, m.head.hash))
		return false;
	*out = m;
	return true;
}

/* --- reading ------------------------------------------------------------ */

struct audit_reader *
audit_head_read(const struct audit_heads *h)
{
	FILE *f = fopen(h->path, "re");
	struct audit_reader *r;

	if (f == NULL)
		return NULL;
	r = xcalloc(1, sizeof(*r));
	r->f = f;
	return r;
}

bool
audit_head_next(struct audit_reader *r, struct audit_mark *out)
{
	char line[LINE_MAX_LEN];

	while (r != NULL && fgets(line, sizeof(line), r->f) != NULL)
		if (line_parse(line, out))
			return true;
	return false;
}

void
audit_head_read_end(struct audit_reader *r)
{
	if (r == NULL)
		return;
	fclose(r->f);
	free(r);
}

/* The last line that holds a head. */
static void
read_last(struct audit_heads *h)
{
	struct audit_reader *r = audit_head_read(h);
	struct audit_mark m;

	if (r == NULL)
		return;
	if (fseek(r->f, -TAIL, SEEK_END) < 0)
		rewind(r->f);
	while (audit_head_next(r, &m))
		if (m.head.rows > h->known.head.rows)
			h->known = m;
	h->written_rows = h->known.head.rows;
	audit_head_read_end(r);
}

/* --- writing ------------------------------------------------------------ */

/* False: errno.  A line that a crash cut off is ended first. */
static bool
append(const char *path, const char *line, size_t n)
{
	int fd = open(
	    path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0644);
	struct stat st;
	ssize_t done = -1;
	char last = '\n';

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && st.st_size > 0 &&
	    pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n' &&
	    write(fd, "\n", 1) != 1)
		goto out;
	errno = ENOSPC;
	done = write(fd, line, n);
out:
	close(fd);
	return done == (ssize_t)n;
}

static void
write_known(struct audit_heads *h, int64_t mono_ns)
{
	char line[LINE_MAX_LEN], hex[AUDIT_HEX];

	if (h->written_rows == h->known.head.rows)
		return;
	h->written_ns = mono_ns;
	audit_hex(h->known.head.hash, hex);
	str_format(line, sizeof(line), "%s %lld %s\n", h->known.at,
	    (long long)h->known.head.rows, hex);
	if (append(h->path, line, strlen(line))) {
		h->written_rows = h->known.head.rows;
		h->complained = false;
	} else if (!h->complained) {
		h->complained = true;
		log_error("%s: %s: that lines were taken off the end of the "
			  "audit log is seen only while this engine runs",
		    h->path, strerror(errno));
	}
}

struct audit_heads *
audit_head_open(const char *state_dir)
{
	struct audit_heads *h = xcalloc(1, sizeof(*h));

	h->path = xasprintf("%s/audit.head", state_dir);
	read_last(h);
	return h;
}

void
audit_head_close(struct audit_heads *h)
{
	if (h == NULL)
		return;
	write_known(h, 0);
	free(h->path);
	free(h);
}

const char *
audit_head_path(const struct audit_heads *h)
{
	return h->path;
}

const struct audit_mark *
audit_head_known(const struct audit_heads *h)
{
	return &h->known;
}

void
audit_head_saw(
    struct audit_heads *h, const struct audit_head *head, const struct now *now)
{
	if (head->rows <= h->known.head.rows)
		return;
	h->known.head = *head;
	time_iso(now->wall_ms, h->known.at);
	audit_head_turn(h, now);
}

void
audit_head_turn(struct audit_heads *h, const struct now *now)
{
	if (h->written_ns == 0 || now->mono_ns - h->written_ns >= LINE_EVERY_NS)
		write_known(h, now->mono_ns);
}
