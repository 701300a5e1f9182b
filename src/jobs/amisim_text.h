/* SPDX-License-Identifier: MIT */
/*
 * amisim_text: AMI messages as bytes.  No printf: in the benchmarks this is
 * the hot path.  A message that would not fit is cut, never overrun; the
 * fields that go in are bounded so that none is.
 */
#ifndef JOBS_AMISIM_TEXT_H
#define JOBS_AMISIM_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AMISIM_TEXT_MAX 8192

struct amisim_text {
	size_t len;
	char p[AMISIM_TEXT_MAX];
};

static inline void
amisim_text_put(struct amisim_text *t, const char *s, size_t n)
{
	if (n > sizeof(t->p) - t->len)
		n = sizeof(t->p) - t->len;
	memcpy(t->p + t->len, s, n);
	t->len += n;
}

static inline void
amisim_text_str(struct amisim_text *t, const char *s)
{
	amisim_text_put(t, s, strlen(s));
}

void amisim_text_int(struct amisim_text *, int64_t);

/* "Name: value" of a literal name; prefix is "" or "Dest". */
#define amisim_text_header(t, prefix, name, value)                             \
	do {                                                                   \
		amisim_text_str((t), (prefix));                                \
		amisim_text_put((t), name ": ", sizeof(name ": ") - 1);        \
		amisim_text_str((t), (value));                                 \
		amisim_text_put((t), "\r\n", 2);                               \
	} while (0)

/* A number as its value. */
#define amisim_text_number(t, prefix, name, value)                             \
	do {                                                                   \
		amisim_text_str((t), (prefix));                                \
		amisim_text_put((t), name ": ", sizeof(name ": ") - 1);        \
		amisim_text_int((t), (value));                                 \
		amisim_text_put((t), "\r\n", 2);                               \
	} while (0)

/* The block that stands in every channel event. */
struct amisim_channel {
	const char *channel;
	int state;
	const char *cid_num, *cid_name; /* "" is shown as <unknown> */
	const char *line_num, *line_name;
	const char *context, *exten;
	int priority;
	const char *uniqueid, *linkedid;
};
void amisim_text_channel(
    struct amisim_text *, const char *prefix, const struct amisim_channel *);

/* "Down", "Ringing", "Up", ... of a ChannelState. */
const char *amisim_text_state(int state);
/* Cause-txt of a Q.850 cause. */
const char *amisim_text_cause(int cause);

#endif
