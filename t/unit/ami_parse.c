/* SPDX-License-Identifier: MIT */
#include "net/ami_parse.h"

#include <string.h>

#include "shared/buf.h"
#include "shared/util.h"
#include "tap.h"

static struct ami_parse *p;
static struct ami_msg m;

static void
feed(const void *s, size_t n)
{
	size_t size;
	char *room = ami_parse_space(p, &size);

	memcpy(room, s, MINIMUM(n, size));
	ami_parse_fed(p, MINIMUM(n, size));
}

static bool
next_of(const char *s)
{
	feed(s, strlen(s));
	return ami_parse_next(p, &m);
}

static bool
value_is(const char *name, size_t nth, const char *want)
{
	const char *v = ami_msg_get(&m, name, nth);

	return want == NULL ? v == NULL : v != NULL && strcmp(v, want) == 0;
}

static void
test_messages(void)
{
	p = ami_parse_new();
	ok(!next_of("Asterisk Call Manager/11.0.0\r\n"), "banner: no message");
	ok(strcmp(ami_parse_banner(p), "Asterisk Call Manager/11.0.0") == 0,
	    "banner kept");
	ok(next_of("Response: Success\r\nActionID: 7\r\nVariable: a=1\r\n"
		   "variable: b=2\r\nEmpty: \r\nNone:\r\nVARIABLE:   c=3\r\n"
		   "no colon here\r\n\r\n"),
	    "a message");
	ok(m.kind == AMI_RESPONSE && strcmp(m.what, "Success") == 0, "kind");
	ok(m.nlines == 8, "all lines");
	ok(value_is("actionid", 0, "7"), "any case");
	ok(value_is("Variable", 0, "a=1") && value_is("Variable", 1, "b=2") &&
		value_is("Variable", 2, "c=3") && value_is("Variable", 3, NULL),
	    "repeated headers are a list");
	ok(value_is("Empty", 0, "") && value_is("None", 0, ""), "empty values");
	ok(value_is("Action", 0, NULL), "a prefix is not the name");
	ok(!ami_parse_next(p, &m), "no second message");
	ok(next_of("Event: Hangup\nCause: 17\n\n") && m.kind == AMI_EVENT &&
		value_is("Cause", 0, "17"),
	    "bare LF");
	ok(next_of("Event: OriginateResponse\r\nResponse: Failure\r\n"
		   "ActionID: 7\r\n\r\n") &&
		m.kind == AMI_EVENT,
	    "an event with a Response header is an event");
	ok(next_of("\r\n\r\nFoo: bar\r\nEvent: x\r\n\r\n") &&
		m.kind == AMI_OTHER && strcmp(m.what, "") == 0,
	    "neither, and empty lines between messages");
	feed("Event: X\r\nA: 1\0002\001\r\n\r\n", 22);
	ok(ami_parse_next(p, &m), "NUL and control bytes");
	{
		const char *name, *value;
		size_t nl, vl;

		ok(ami_msg_line(&m, 1, &name, &nl, &value, &vl) && nl == 1 &&
			vl == 4 && memcmp(value, "1\0002\001", 4) == 0,
		    "the value's length counts the NUL");
	}
	ok(ami_parse_skipped(p) == 0, "nothing skipped");
	ami_parse_reset(p);
	ok(ami_parse_banner(p)[0] == '\0', "reset forgets");
	ok(next_of("Event: NoBanner\r\n\r\n") && m.kind == AMI_EVENT,
	    "a stream without a banner");
	ami_parse_free(p);
}

static void
repeat(struct buf *b, char c, size_t n)
{
	while (n-- > 0)
		buf_byte(b, c);
}

/* One message with one line of n bytes / n lines / about n bytes. */
static void
long_line(struct buf *b, size_t n)
{
	buf_str(b, "Event: L\r\nX: ");
	repeat(b, 'x', n - 3);
	buf_str(b, "\r\n\r\n");
}

static void
many_lines(struct buf *b, size_t n)
{
	buf_str(b, "Event: M\r\n");
	for (size_t i = 1; i < n; i++)
		buf_str(b, "A: b\r\n");
	buf_str(b, "\r\n");
}

static void
many_bytes(struct buf *b, size_t n)
{
	size_t start = b->len;

	buf_str(b, "Event: B\r\n");
	while (b->len - start < n) {
		size_t left = n - (b->len - start);

		left = left > 4096 + 8 ? 4096 : left;
		buf_str(b, "Y: ");
		repeat(b, 'y', left - 5);
		buf_str(b, "\r\n");
	}
	buf_str(b, "\r\n");
}

static void
test_limits(void)
{
	static const struct {
		const char *what;
		void (*make)(struct buf *, size_t);
		size_t max;
	} cases[] = {
		{ "line", long_line, AMI_LINE_MAX },
		{ "headers", many_lines, AMI_HEADERS_MAX },
		{ "message", many_bytes, AMI_MESSAGE_MAX },
	};

	for (size_t i = 0; i < nitems(cases); i++)
		for (int over = 0; over <= 1; over++)
			for (int slow = 0; slow <= 1; slow++) {
				struct buf b = BUF_INIT;
				int got = 0, after = 0;
				size_t step;

				cases[i].make(&b, cases[i].max + (size_t)over);
				buf_str(&b, "Event: After\r\n\r\n");
				step = slow ? 1 : b.len;
				p = ami_parse_new();
				for (size_t o = 0; o < b.len; o += step) {
					feed(b.p + o, step);
					while (ami_parse_next(p, &m)) {
						if (strcmp(m.what, "After") ==
						    0)
							after++;
						else
							got++;
					}
				}
				ok(got == !over && after == 1 &&
					ami_parse_skipped(p) == (uint64_t)over,
				    "%s limit %s, %s", cases[i].what,
				    over ? "passed: skipped, stream goes on"
					 : "reached: delivered",
				    slow ? "byte by byte" : "at once");
				buf_clear(&b);
				ami_parse_free(p);
			}
}

/* A peer that never ends a line must not make us grow or stop. */
static void
test_endless(void)
{
	static char junk[4096];
	bool none = true;

	memset(junk, 'j', sizeof(junk));
	p = ami_parse_new();
	for (int i = 0; i < 4096; i++) {
		feed(junk, sizeof(junk));
		none = none && !ami_parse_next(p, &m);
	}
	ok(none && ami_parse_skipped(p) == 1, "16 MB without a line end");
	ok(next_of("\r\n\r\nEvent: Back\r\n\r\n") &&
		strcmp(m.what, "Back") == 0,
	    "and the next message is read");
	ami_parse_free(p);
}

int
main(void)
{
	test_messages();
	test_limits();
	test_endless();
	return done_testing();
}
