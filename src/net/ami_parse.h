/* SPDX-License-Identifier: MIT */
/*
 * ami_parse: bytes of an Asterisk manager connection in, at any split;
 * messages out.  Pure: no socket, no clock, no memory per message.
 *
 *	p = ami_parse_new();
 *	room = ami_parse_space(p, &size);
 *	n = read(fd, room, size);
 *	ami_parse_fed(p, n);
 *	while (ami_parse_next(p, &msg))
 *		use msg until the next call on p
 *
 * A message is a list of "Name: value" lines ended by an empty line; lines end
 * in CR LF or a bare LF.  The first line says what it is: an event may well
 * carry a header called Response, so nothing else is ever looked at to decide.
 * What is not text (NUL and other control bytes) passes through: values have a
 * length, and a terminating NUL besides.
 *
 * Result and counters depend on the bytes alone, never on how they were cut.
 */
#ifndef NET_AMI_PARSE_H
#define NET_AMI_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>

/*
 * A message past any of these is skipped and counted; the stream goes on with
 * the next one.  Asterisk's longest measured message has 1.3 kB and 35 lines.
 */
#define AMI_LINE_MAX    (8 * 1024) /* bytes, line end not counted */
#define AMI_MESSAGE_MAX (64 * 1024) /* bytes, line ends counted */
#define AMI_HEADERS_MAX 512
#define AMI_BANNER_MAX  64
/* Most bytes that ami_parse_space offers at once. */
#define AMI_READ_MAX (128 * 1024)

enum ami_kind {
	AMI_EVENT, /* first header is Event */
	AMI_RESPONSE, /* first header is Response */
	AMI_OTHER, /* neither: ignore it */
};

/* One line, relative to the message's base; len without the line end. */
struct ami_line {
	uint32_t off, len;
};

/* Borrowed from the parser until the next call on it. */
struct ami_msg {
	enum ami_kind kind;
	const char *what; /* value of the first header; "" for AMI_OTHER */
	const char *base;
	const struct ami_line *line;
	size_t nlines;
};

struct ami_parse;

struct ami_parse *ami_parse_new(void);
void ami_parse_free(struct ami_parse *);
/* Forget everything: a new connection begins. */
void ami_parse_reset(struct ami_parse *);
/* Where to put the next bytes; *size is at least 1, at most AMI_READ_MAX. */
char *ami_parse_space(struct ami_parse *, size_t *size);
/* n bytes were put there. */
void ami_parse_fed(struct ami_parse *, size_t n);
/* The next complete message; false: more bytes are needed. */
bool ami_parse_next(struct ami_parse *, struct ami_msg *);
/*
 * The first line of the stream, if it is no header: "Asterisk Call
 * Manager/11.0.0", cut to AMI_BANNER_MAX - 1 bytes.  "" until it was seen.
 */
const char *ami_parse_banner(const struct ami_parse *);
/* Messages skipped since the last reset because they were past a limit. */
uint64_t ami_parse_skipped(const struct ami_parse *);

/*
 * Split line i at its first colon; blanks before the value are dropped.
 * False if there is no colon: such a line has no name.  The name is not
 * terminated, the value is (and may hold NULs: *value_len counts).
 */
bool ami_msg_line(const struct ami_msg *, size_t i, const char **name,
    size_t *name_len, const char **value, size_t *value_len);
/*
 * The value of the nth header (from 0) of that name, any case; NULL if there
 * are not so many.
 */
const char *ami_msg_get(const struct ami_msg *, const char *name, size_t nth);
/*
 * If line l of the message is the header name (length nlen): its value, else
 * NULL.  For callers that pick several headers in one walk; inline because
 * that walk is most of what a message costs.
 */
static inline const char *
ami_line_is(const char *base, struct ami_line l, const char *name, size_t nlen)
{
	const char *s = base + l.off;

	if (l.len <= nlen || s[nlen] != ':' || strncasecmp(s, name, nlen) != 0)
		return NULL;
	for (s += nlen + 1; *s == ' ' || *s == '\t';)
		s++;
	return s;
}

#endif
