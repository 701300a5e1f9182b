/* SPDX-License-Identifier: MIT */
/*
 * charset: a UTF-8 checker and a patient iconv.  It never refuses a byte: a
 * name with one odd letter is better than a list that does not load.
 */
#include "shared/charset.h"

#include <errno.h>
#include <iconv.h>
#include <strings.h>

#include "shared/util.h"

#define REPLACEMENT "\xef\xbf\xbd"

void
charset_utf8_feed(struct charset_utf8 *u, const void *bytes, size_t len)
{
	const uint8_t *p = bytes, *end = p + len;

	for (; p < end && !u->bad; p++) {
		if (u->more > 0) {
			u->point = u->point << 6 | (*p & 0x3f);
			u->bad = (*p & 0xc0) != 0x80;
			if (--u->more == 0 &&
			    (u->point < u->min || u->point > 0x10ffff ||
				(u->point >= 0xd800 && u->point < 0xe000)))
				u->bad = true;
		} else if (*p < 0x80) {
			u->nul |= *p == 0;
		} else if (*p >= 0xc2 && *p < 0xf5) {
			u->more = *p < 0xe0 ? 1 : *p < 0xf0 ? 2 : 3;
			u->min = *p < 0xe0 ? 0x80 : *p < 0xf0 ? 0x800 : 0x10000;
			u->point = *p & (0x3fu >> u->more);
		} else
			u->bad = true;
	}
}

bool
charset_utf8_valid(const struct charset_utf8 *u)
{
	return !u->bad && u->more == 0;
}

const char *
charset_bom(const void *head, size_t len, size_t *skip)
{
	static const struct {
		const char *mark, *name;
	} marks[] = { { "\xef\xbb\xbf", "UTF-8" }, { "\xff\xfe", "UTF-16LE" },
		{ "\xfe\xff", "UTF-16BE" } };

	*skip = 0;
	for (size_t i = 0; i < nitems(marks); i++) {
		size_t n = strlen(marks[i].mark);

		if (len >= n && memcmp(head, marks[i].mark, n) == 0) {
			*skip = n;
			return marks[i].name;
		}
	}
	return NULL;
}

struct charset {
	iconv_t cd;
	struct buf wait; /* bytes not converted yet */
	size_t unit; /* bytes to step over when they make no sense */
	bool begun; /* a byte order mark can come no more */
};

struct charset *
charset_new(const char *encoding)
{
	iconv_t cd = iconv_open("UTF-8", encoding);
	struct charset *c;

	if (cd == (iconv_t)-1)
		return NULL;
	c = xcalloc(1, sizeof(*c));
	c->cd = cd;
	c->unit = strncasecmp(encoding, "UTF-16", 6) == 0 ? 2 : 1;
	return c;
}

void
charset_free(struct charset *c)
{
	if (c == NULL)
		return;
	iconv_close(c->cd);
	buf_clear(&c->wait);
	free(c);
}

void
charset_feed(struct charset *c, const void *bytes, size_t len, struct buf *out)
{
	char chunk[8192], *in, *to;
	size_t left, room, got;

	buf_put(&c->wait, bytes, len);
	in = c->wait.p;
	left = c->wait.len;
	while (left > 0) {
		int err = 0;

		to = chunk;
		room = sizeof(chunk);
		if (iconv(c->cd, &in, &left, &to, &room) == (size_t)-1)
			err = errno;
		got = sizeof(chunk) - room;
		to = chunk;
		if (got >= 3 && !c->begun &&
		    memcmp(to, "\xef\xbb\xbf", 3) == 0) {
			to += 3;
			got -= 3;
		}
		c->begun |= sizeof(chunk) - room > 0;
		buf_put(out, to, got);
		if (err == EINVAL)
			break;
		if (err == EILSEQ) {
			buf_str(out, REPLACEMENT);
			c->begun = true;
			got = MINIMUM(c->unit, left);
			in += got;
			left -= got;
		}
	}
	buf_drain(&c->wait, c->wait.len - left);
}

void
charset_end(struct charset *c, struct buf *out)
{
	if (c->wait.len > 0)
		buf_str(out, REPLACEMENT);
	buf_reset(&c->wait);
}
