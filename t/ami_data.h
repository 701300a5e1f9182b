/* SPDX-License-Identifier: MIT */
/*
 * ami_data: recorded manager sessions (t/data/ami/VERSION/NAME.txt) as the
 * bytes Asterisk sent, and struct sw_event as a word for comparing.
 *
 * A recording has "#+s" lines (time) and ">>> " lines (what was sent), both
 * dropped here; the rest is what came, with CR LF put back.
 */
#ifndef AMI_DATA_H
#define AMI_DATA_H

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "net/switch.h"
#include "shared/buf.h"
#include "shared/util.h"

#define AMI_DATA_ID "0192f3a0-1111-7222-8333-444455556666"

/* The received bytes of a recording; false if it cannot be read. */
static inline bool
ami_data_read(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "r");
	char line[65536];

	if (f == NULL)
		return false;
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (strncmp(line, "#+", 2) == 0 || strncmp(line, ">>>", 3) == 0)
			continue;
		buf_str(out, line);
		buf_str(out, "\r\n");
	}
	fclose(f);
	return true;
}

static inline void
ami_data_replace(struct buf *b, const char *from, const char *to)
{
	struct buf out = BUF_INIT;
	const char *p = buf_cstr(b), *hit;

	while ((hit = strstr(p, from)) != NULL) {
		buf_put(&out, p, (size_t)(hit - p));
		buf_str(&out, to);
		p = hit + strlen(from);
	}
	buf_str(&out, p);
	buf_clear(b);
	*b = out;
}

/*
 * The recordings were made with ids like c-busy_486 and o-busy_486 and with a
 * forerunner of our dialplan: put UUIDs and today's words in.
 */
static inline void
ami_data_ours(struct buf *b, const char *name)
{
	char id[128];

	str_format(id, sizeof(id), ": c-%s\r\n", name);
	ami_data_replace(b, id, ": " AMI_DATA_ID "\r\n");
	str_format(id, sizeof(id), ": o-%s\r\n", name);
	ami_data_replace(b, id, ": " AMI_DATA_ID "\r\n");
	ami_data_replace(b, "UserEvent: Stage\r\n", "UserEvent: Discador\r\n");
	ami_data_replace(b, "UserEvent: OptOut\r\n",
	    "UserEvent: Discador\r\nStage: optout\r\n");
	ami_data_replace(b, "\r\nCallRef: ", "\r\nCall: ");
	ami_data_replace(b, "\r\nAMDStatus: ", "\r\nText: ");
	ami_data_replace(b, "\r\nAMDCause: ", "\r\nReason: ");
	ami_data_replace(b, "\r\nStage: queue-left", "\r\nStage: left");
	ami_data_replace(b, "\r\nStage: dial-left\r\nDialStatus: ",
	    "\r\nStage: left\r\nText: ");
}

/* "hangup:17/486 " and the like, appended; what is not given is left out. */
static inline void
ami_data_word(struct buf *b, const struct sw_event *e)
{
	static const char *const names[] = { "up", "down", "accepted",
		"refused", "ringing", "answered", "failed", "stage",
		"connected", "abandoned", "dtmf", "hangup", "live", "live_end",
		"pong", "trunk" };
	static const char *const stages[] = { "up", "amd", "playing", "wait",
		"key", "invalid", "repeat", "connect", "connected", "optout",
		"timeout", "machine", "goodbye", "left", "hangup", "answer",
		"goal", "bad", "other" };

	/* what queues and endpoints do is t/unit/agents.c's */
	if ((size_t)e->type >= nitems(names))
		return;
	buf_str(b, names[e->type]);
	if (e->type == SW_STAGE)
		buf_fmt(b, "-%s", stages[e->stage]);
	if (e->key != '\0')
		buf_fmt(b, "=%c", e->key);
	if (e->cause >= 0)
		buf_fmt(b, ":%d", e->cause);
	if (e->sip_code != 0)
		buf_fmt(b, "/%d", e->sip_code);
	if (e->text != NULL && e->type != SW_HANGUP && e->type != SW_ACCEPTED)
		buf_fmt(b, "(%s)", e->text);
	buf_byte(b, ' ');
}

#endif
