/* SPDX-License-Identifier: MIT */
/*
 * ami_parse: one buffer that read() fills and lines are cut in, in place.  A
 * line is scanned once, for its LF alone; where the colon is, is the question
 * of who looks for a name, and most lines are never asked.  Refuses to copy,
 * to allocate per message and to interpret anything but the first header.
 */
#include "net/ami_parse.h"

#include <assert.h>
#include <string.h>

#include "shared/util.h"

/*
 * What must stay contiguous is the message under construction, at most
 * AMI_MESSAGE_MAX and one line more; the rest is room to read into.
 */
#define HOLD_MAX (AMI_MESSAGE_MAX + AMI_LINE_MAX + 2)
#define BUF_SIZE (HOLD_MAX + 2 * AMI_READ_MAX)

struct ami_parse {
	size_t start; /* of the message under construction */
	size_t scanned; /* start of the first line not yet complete */
	size_t searched; /* no LF between scanned and here */
	size_t end; /* of the bytes read */
	size_t nlines;
	bool skipping; /* drop lines until an empty one */
	bool mid_line; /* skipping, and the current line's start is gone */
	bool greeted; /* the first line of the stream is behind us */
	uint64_t skipped;
	char banner[AMI_BANNER_MAX];
	struct ami_line line[AMI_HEADERS_MAX];
	char buf[BUF_SIZE];
};

struct ami_parse *
ami_parse_new(void)
{
	struct ami_parse *p = xmalloc(sizeof(*p));

	ami_parse_reset(p);
	return p;
}

void
ami_parse_free(struct ami_parse *p)
{
	free(p);
}

void
ami_parse_reset(struct ami_parse *p)
{
	/* not the arrays: 400 KB of zeroes would serve nobody */
	memset(p, 0, offsetof(struct ami_parse, line));
}

char *
ami_parse_space(struct ami_parse *p, size_t *size)
{
	if (p->start == p->end) {
		p->start = p->scanned = p->searched = p->end = 0;
	} else if (BUF_SIZE - p->end < AMI_READ_MAX) {
		size_t n = p->end - p->start;

		memmove(p->buf, p->buf + p->start, n);
		p->scanned -= p->start;
		p->searched -= p->start;
		p->start = 0;
		p->end = n;
	}
	*size = MINIMUM(BUF_SIZE - p->end, (size_t)AMI_READ_MAX);
	assert(*size > 0);
	return p->buf + p->end;
}

void
ami_parse_fed(struct ami_parse *p, size_t n)
{
	assert(n <= BUF_SIZE - p->end);
	p->end += n;
}

/* The message is past a limit: from here on only its end matters. */
static void
skip(struct ami_parse *p)
{
	p->skipping = true;
	p->nlines = 0;
	p->skipped++;
}

/* A line of len bytes at p->scanned is complete; the next begins at next. */
static void
add_line(struct ami_parse *p, size_t len, size_t next)
{
	if (p->skipping) {
		p->start = next;
	} else if (len > AMI_LINE_MAX || next - p->start > AMI_MESSAGE_MAX ||
		   p->nlines == AMI_HEADERS_MAX) {
		skip(p);
		p->start = next;
	} else {
		p->buf[p->scanned + len] = '\0';
		p->line[p->nlines].off = (uint32_t)(p->scanned - p->start);
		p->line[p->nlines].len = (uint32_t)len;
		p->nlines++;
	}
}

/* The greeting stands alone, without an empty line behind it. */
static bool
take_banner(struct ami_parse *p, size_t len, size_t next)
{
	size_t n = MINIMUM(len, sizeof(p->banner) - 1);

	p->greeted = true;
	if (len == 0 || len > AMI_LINE_MAX ||
	    memchr(p->buf + p->scanned, ':', len) != NULL)
		return false;
	memcpy(p->banner, p->buf + p->scanned, n);
	p->banner[n] = '\0';
	p->start = next;
	return true;
}

static void
deliver(struct ami_parse *p, struct ami_msg *m)
{
	const char *v;

	m->base = p->buf + p->start;
	m->line = p->line;
	m->nlines = p->nlines;
	p->nlines = 0;
	if ((v = ami_line_is(m->base, m->line[0], "Event", 5)) != NULL)
		m->kind = AMI_EVENT;
	else if ((v = ami_line_is(m->base, m->line[0], "Response", 8)) != NULL)
		m->kind = AMI_RESPONSE;
	else
		m->kind = AMI_OTHER;
	m->what = v != NULL ? v : "";
}

/*
 * No LF in sight.  A line that is too long already need not be kept until its
 * end comes; the last byte stays, for it may be the CR of the line end.
 */
static void
shed(struct ami_parse *p)
{
	p->searched = p->end;
	if (p->skipping) {
		if (p->end - p->scanned > 2) {
			p->start = p->scanned = p->end;
			p->mid_line = true;
		}
	} else if (p->end - p->scanned > AMI_LINE_MAX + 1) {
		p->greeted = true;
		skip(p);
		p->start = p->scanned = p->end;
		p->mid_line = true;
	}
}

bool
ami_parse_next(struct ami_parse *p, struct ami_msg *m)
{
	for (;;) {
		char *from = p->buf + p->searched;
		char *lf = memchr(from, '\n', p->end - p->searched);
		size_t len, next;
		bool whole = !p->mid_line;

		if (lf == NULL) {
			shed(p);
			return false;
		}
		next = (size_t)(lf - p->buf) + 1;
		len = next - 1 - p->scanned;
		if (len > 0 && lf[-1] == '\r')
			len--;
		p->mid_line = false;
		if (!p->greeted && take_banner(p, len, next)) {
			;
		} else if (len > 0 || !whole) {
			add_line(p, len, next);
		} else if (p->nlines > 0) {
			deliver(p, m);
			p->start = p->scanned = p->searched = next;
			return true;
		} else {
			/* an empty line alone, or the end of a skipped one */
			p->skipping = false;
			p->start = next;
		}
		p->scanned = p->searched = next;
	}
}

const char *
ami_parse_banner(const struct ami_parse *p)
{
	return p->banner;
}

uint64_t
ami_parse_skipped(const struct ami_parse *p)
{
	return p->skipped;
}

bool
ami_msg_line(const struct ami_msg *m, size_t i, const char **name,
    size_t *name_len, const char **value, size_t *value_len)
{
	const char *s = m->base + m->line[i].off, *end = s + m->line[i].len;
	const char *colon = memchr(s, ':', m->line[i].len);

	if (colon == NULL)
		return false;
	*name = s;
	*name_len = (size_t)(colon - s);
	for (s = colon + 1; s < end && (*s == ' ' || *s == '\t');)
		s++;
	*value = s;
	*value_len = (size_t)(end - s);
	return true;
}

const char *
ami_msg_get(const struct ami_msg *m, const char *name, size_t nth)
{
	size_t nlen = strlen(name);

	for (size_t i = 0; i < m->nlines; i++) {
		const char *v = ami_line_is(m->base, m->line[i], name, nlen);

		if (v != NULL && nth-- == 0)
			return v;
	}
	return NULL;
}
