/* SPDX-License-Identifier: MIT */
/*
 * input: read, keep, find out, convert.  Blocking, in pieces, so that a stop
 * is noticed between two of them.
 */
#include "jobs/input.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "shared/charset.h"
#include "shared/util.h"

#define PIECE    (256 * 1024)
#define STOP_MS  500
#define HEAD_MAX (256 * 1024) /* enough for 50 rows of the limit */

static int
temporary(void)
{
	const char *dir = getenv("TMPDIR");
	char path[256];
	int fd;

	if (dir == NULL || *dir != '/')
		dir = "/var/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 ||
	    !str_format(path, sizeof(path), "%s/discador.XXXXXX", dir))
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool
write_all(int fd, const char *p, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* At most PIECE bytes from the offset at; -1 and err. */
static ssize_t
piece(const struct input *in, char *p, int64_t at, struct buf *err)
{
	size_t want = (size_t)MINIMUM(in->size - at, PIECE);
	ssize_t n;

	do
		n = want == 0 ? 0 : pread(in->fd, p, want, in->base + at);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		buf_fmt(err, "the list cannot be read: %s", strerror(errno));
	return n;
}

/* What cannot be read twice -> a file that can. */
static bool
spool(struct input *in, int fd, input_tick *tick, void *arg, struct buf *err)
{
	char *p = xmalloc(PIECE);
	bool good = false;
	ssize_t n;

	in->fd = temporary();
	if (in->fd < 0) {
		buf_fmt(err, "no temporary file for the list: %s; set TMPDIR",
		    strerror(errno));
		goto out;
	}
	for (;;) {
		struct pollfd pf = { .fd = fd, .events = POLLIN };

		/* A stop must be noticed while the sender is silent. */
		if (poll(&pf, 1, STOP_MS) <= 0) {
			if (!tick(arg, in->size))
				goto out;
			continue;
		}
		n = read(fd, p, PIECE);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0)
			break;
		if (!write_all(in->fd, p, (size_t)n)) {
			buf_fmt(err, "the list cannot be kept: %s; set TMPDIR",
			    strerror(errno));
			goto out;
		}
		in->size += n;
		if (!tick(arg, in->size))
			goto out;
	}
	if (n < 0)
		buf_fmt(err, "the list cannot be read: %s", strerror(errno));
	good = n == 0;
out:
	free(p);
	return good;
}

/* The whole list decides whether it is UTF-8. */
static bool
find_encoding(struct input *in, input_tick *tick, void *arg, struct buf *err)
{
	struct charset_utf8 u = { 0 };
	char *p = xmalloc(PIECE);
	bool good = false;
	const char *mark;
	size_t skip = 0;
	ssize_t n = 0;

	for (int64_t at = 0; at < in->size; at += n) {
		if ((n = piece(in, p, at, err)) < 0)
			goto out;
		if (n == 0) {
			in->size = at; /* it has shrunk */
			break;
		}
		if (at == 0 &&
		    (mark = charset_bom(p, (size_t)n, &skip)) != NULL) {
			str_copy(in->encoding, sizeof(in->encoding), mark);
			if (strcmp(mark, "UTF-8") != 0) {
				good = true;
				goto out;
			}
		}
		charset_utf8_feed(&u, p, (size_t)n);
		if (u.bad)
			break;
		if (!tick(arg, 0))
			goto out;
	}
	if (u.nul) {
		buf_str(err,
		    "the list holds NUL bytes: it is no text, or UTF-16"
		    " without its mark; say --encoding UTF-16LE");
		goto out;
	}
	good = true;
	if (in->encoding[0] == '\0')
		str_copy(in->encoding, sizeof(in->encoding),
		    charset_utf8_valid(&u) ? "UTF-8" : "CP1252");
out:
	free(p);
	/* A mark in front of bytes that are not UTF-8: replace those. */
	in->convert =
	    strcmp(in->encoding, "UTF-8") != 0 || !charset_utf8_valid(&u);
	return good;
}

/*
 * The text of the list piece by piece; false if it or the caller failed.  text
 * is called with at: how many bytes of the list are done.
 */
static bool
decode(struct input *in, int64_t limit,
    bool (*text)(void *, const char *, size_t, int64_t at), void *arg,
    struct buf *err)
{
	struct charset *c = NULL;
	struct buf out = BUF_INIT;
	char *p = xmalloc(PIECE);
	bool good = true;
	size_t skip;
	ssize_t n;

	if (in->convert && (c = charset_new(in->encoding)) == NULL) {
		buf_fmt(err, "unknown encoding \"%s\"; iconv -l lists them",
		    in->encoding);
		good = false;
	}
	for (int64_t at = 0; good && at < limit; at += n) {
		const char *from = p;
		size_t len;

		if ((n = piece(in, p, at, err)) <= 0) {
			good = n == 0;
			break;
		}
		len = (size_t)n;
		if (c != NULL) {
			buf_reset(&out);
			charset_feed(c, p, len, &out);
			if (at + n >= in->size)
				charset_end(c, &out);
			from = out.p;
			len = out.len;
		} else if (at == 0 && charset_bom(p, len, &skip) != NULL) {
			from += skip;
			len -= skip;
		}
		good = text(arg, from, len, at + n);
	}
	charset_free(c);
	buf_clear(&out);
	free(p);
	return good;
}

static bool
keep_head(void *arg, const char *text, size_t len, int64_t at)
{
	struct input *in = arg;

	buf_put(&in->head, text, MINIMUM(len, HEAD_MAX - in->head.len));
	in->whole = at >= in->size && len <= HEAD_MAX;
	return true;
}

bool
input_open(struct input *in, int fd, const char *encoding, int delimiter,
    input_tick *tick, void *arg, struct buf *err)
{
	struct stat st;
	size_t skip = 0;
	off_t at;

	memset(in, 0, sizeof(*in));
	in->fd = -1;
	at = lseek(fd, 0, SEEK_CUR);
	if (at >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if ((in->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3)) < 0) {
			buf_fmt(err, "the list cannot be read: %s",
			    strerror(errno));
			return false;
		}
		in->base = at;
		in->size = MAXIMUM(st.st_size - at, 0);
	} else if (!spool(in, fd, tick, arg, err))
		return false;
	if (encoding != NULL) {
		in->convert = true;
		if (!str_copy(in->encoding, sizeof(in->encoding), encoding)) {
			buf_fmt(err, "unknown encoding \"%s\"", encoding);
			return false;
		}
	} else if (!find_encoding(in, tick, arg, err))
		return false;
	buf_reset(&in->head);
	if (!decode(in, MINIMUM(in->size, PIECE), keep_head, in, err))
		return false;
	in->delimiter = csv_sniff(in->head.p, in->head.len, in->whole, &skip);
	in->sep = skip > 0;
	if (delimiter != 0)
		in->delimiter = delimiter;
	return true;
}

void
input_close(struct input *in)
{
	if (in->fd >= 0)
		close(in->fd);
	in->fd = -1;
	buf_clear(&in->head);
}

struct feed {
	struct csv *csv;
	input_tick *tick;
	void *arg;
};

static bool
feed_csv(void *arg, const char *text, size_t len, int64_t at)
{
	struct feed *f = arg;

	csv_feed(f->csv, text, len);
	return f->tick(f->arg, at);
}

bool
input_rows(
    struct input *in, csv_cb *row, input_tick *tick, void *arg, struct buf *err)
{
	struct feed f = { csv_new(in->delimiter, row, arg), tick, arg };
	bool good = decode(in, in->size, feed_csv, &f, err);

	if (good)
		csv_end(f.csv);
	csv_free(f.csv);
	return good;
}
