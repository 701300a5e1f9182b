/* SPDX-License-Identifier: MIT */
/*
 * How fast manager messages are cut and understood: the stream of one call
 * (ringing, answer, stages, key, end; filtered as in contrib/asterisk), over
 * and over, read in pieces of 64 KiB.  Prints one line.
 */
#include <stdio.h>
#include <string.h>

#include "net/ami_event.h"
#include "net/ami_parse.h"
#include "shared/buf.h"
#include "shared/util.h"

#define CALLS  20000
#define ROUNDS 10
#define PIECE  (64 * 1024)

static void
event(struct buf *b, const char *name, const char *id, const char *more)
{
	buf_fmt(b,
	    "Event: %s\r\nPrivilege: call,all\r\n"
	    "Channel: PJSIP/carrier-00000002\r\nChannelState: 6\r\n"
	    "ChannelStateDesc: Up\r\nCallerIDNum: 0201112222\r\n"
	    "CallerIDName: Council\r\nConnectedLineNum: 0201112222\r\n"
	    "ConnectedLineName: Council\r\nLanguage: en\r\nAccountCode: \r\n"
	    "Context: discador\r\nExten: s\r\nPriority: 4\r\nUniqueid: %s\r\n"
	    "Linkedid: %s\r\n%s\r\n",
	    name, id, id, more);
}

static void
call(struct buf *b, struct rng *r)
{
	struct uuid u = uuid_make(r, 1795215346123);
	char id[UUID_LEN + 1], more[160];

	uuid_text(&u, id);
	buf_fmt(b,
	    "Response: Success\r\nActionID: %s\r\n"
	    "Message: Originate successfully queued\r\n\r\n",
	    id);
	event(b, "Newstate", id, "");
	event(b, "Newstate", id, "");
	str_format(more, sizeof(more),
	    "DestUniqueid: %s\r\nDialStatus: ANSWER\r\n", id);
	event(b, "DialEnd", id, more);
	for (int i = 0; i < 3; i++) {
		str_format(more, sizeof(more),
		    "UserEvent: Discador\r\nCall: %s\r\nStage: key\r\n"
		    "Key: 1\r\n",
		    id);
		event(b, "UserEvent", id, more);
	}
	event(b, "Hangup", id, "Cause: 16\r\nCause-txt: Normal Clearing\r\n");
}

int
main(void)
{
	struct ami_parse *p = ami_parse_new();
	struct buf b = BUF_INIT;
	struct ami_msg m;
	struct ami_event e;
	struct rng r;
	uint64_t messages = 0, events = 0;
	int64_t t0, ns;

	rng_seed(&r, 1);
	for (int i = 0; i < CALLS; i++)
		call(&b, &r);
	t0 = now_read().mono_ns;
	for (int round = 0; round < ROUNDS; round++)
		for (size_t off = 0; off < b.len;) {
			size_t size, n = MINIMUM(b.len - off, (size_t)PIECE);
			char *room = ami_parse_space(p, &size);

			n = MINIMUM(n, size);
			memcpy(room, b.p + off, n);
			off += n;
			ami_parse_fed(p, n);
			while (ami_parse_next(p, &m)) {
				messages++;
				events += ami_event_read(&m, &e);
			}
		}
	ns = now_read().mono_ns - t0;
	printf("ami_parse: %.2f M messages/s, %.0f ns each, %.2f GB/s, "
	       "%.0f calls/s (%llu messages, %llu events)\n",
	    (double)messages * 1e3 / (double)ns, (double)ns / (double)messages,
	    (double)b.len * ROUNDS / (double)ns,
	    (double)CALLS * ROUNDS * 1e9 / (double)ns,
	    (unsigned long long)messages, (unsigned long long)events);
	buf_clear(&b);
	ami_parse_free(p);
	return 0;
}
