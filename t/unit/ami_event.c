/* SPDX-License-Identifier: MIT */
/* What real Asterisks said, and what it means. */
#include "net/ami_event.h"

#include <string.h>

#include "ami_data.h"
#include "net/ami_parse.h"
#include "shared/buf.h"
#include "shared/util.h"
#include "tap.h"

#define ID AMI_DATA_ID

/* All events of a stream as words. */
static void
words(struct buf *stream, struct buf *out)
{
	struct ami_parse *p = ami_parse_new();
	struct ami_msg m;
	struct ami_event e;
	size_t off = 0, size;

	while (off < stream->len) {
		char *room = ami_parse_space(p, &size);

		size = MINIMUM(size, stream->len - off);
		memcpy(room, stream->p + off, size);
		off += size;
		ami_parse_fed(p, size);
		while (ami_parse_next(p, &m))
			if (ami_event_read(&m, &e))
				ami_data_word(out, &e.ev);
	}
	ami_parse_free(p);
}

/*
 * The recorded dialplan had an extension "failed", which ours must not have:
 * stage-other:0 and stage-hangup:0 of the failures are its.
 */
#define SPOOL "stage-other:0 stage-hangup:0 "
static const struct {
	const char *file, *want;
} recorded[] = {
	{ "22/busy_486.all", "accepted ringing failed:0 hangup:17/486 " SPOOL },
	{ "16/busy_486.all", "accepted ringing failed:0 " SPOOL "hangup:17 " },
	{ "22/cong_503.min", "ringing failed:0 hangup:34/503 " SPOOL },
	{ "16/cong_503.min", "ringing hangup:34 failed:0 " SPOOL },
	{ "22/notfound_404.tiny",
	    "stage-other:0 failed:0 stage-hangup:0 hangup:1/404 " },
	{ "22/decline_403.min", "ringing failed:0 hangup:21/403 " SPOOL },
	{ "22/early_media_404.all",
	    "accepted failed:0 " SPOOL "hangup:1/404 " },
	{ "22/noanswer_timeout.all",
	    "accepted ringing failed:3 " SPOOL "hangup:19/480 " },
	{ "16/noanswer_timeout.all",
	    "accepted ringing failed:3 " SPOOL "hangup:0 " },
	{ "22/dead_port.all", "accepted hangup:19/480 failed:3 " SPOOL },
	{ "16/dead_port.all", "accepted failed:3 " SPOOL "hangup:0 " },
	{ "22/hangup_ringing.min", "ringing failed:0 " SPOOL "hangup:16 " },
	{ "22/key1_queue.all",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(HUMAN) dtmf=1 stage-connect=1 connected(Agent One) "
	    "stage-hangup:16 hangup:16 " },
	{ "16/key1_queue.all",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(HUMAN) dtmf=1 stage-connect=1 connected(Agent One) "
	    "stage-hangup:16 hangup:16 " },
	{ "22/local_key1.all", /* three DTMFEnd, one counts */
	    "accepted ringing answered:4 answered answered stage-up "
	    "stage-amd(HUMAN) dtmf=1 stage-connect=1 connected(Agent One) "
	    "stage-hangup:16 hangup:16 " },
	{ "22/key2_dial.min",
	    "ringing answered:4 answered answered stage-up stage-amd(HUMAN) "
	    "dtmf=2 stage-connect=2 stage-left(ANSWER) stage-hangup:16 "
	    "hangup:16 " },
	{ "22/key9_optout.all",
	    "accepted ringing answered answered:4 answered stage-up "
	    "stage-amd(HUMAN) dtmf=9 stage-optout=9 stage-hangup:16 "
	    "hangup:16 " },
	{ "16/key9_optout.all",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(HUMAN) dtmf=9 stage-optout=9 stage-hangup:16 "
	    "hangup:16 " },
	{ "22/machine.all",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(MACHINE) stage-machine stage-hangup:16 hangup:16 " },
	{ "16/machine.tiny",
	    "answered:4 stage-up stage-amd(MACHINE) stage-machine "
	    "stage-hangup:16 hangup:16 " },
	{ "22/nokey_timeout.min",
	    "ringing answered answered:4 answered stage-up stage-amd(HUMAN) "
	    "stage-timeout stage-hangup:16 hangup:16 " },
	{ "16/answer_and_drop.min",
	    "ringing answered answered stage-up answered:4 stage-hangup:16 "
	    "hangup:16 " },
	{ "22/rej_noexten.all", "refused(Extension does not exist.) " },
	{ "16/rej_nochannel.all", "refused(Channel not specified) " },
	{ "22/rej_noslash.all", "refused(Invalid channel) " },
	{ "22/rej_noendpoint.all", "accepted failed:0 " SPOOL },
	{ "22/rej_badtech.all",
	    "accepted stage-other:0 failed:0 stage-hangup:0 " },
	{ "16/rej_noaor.all", "accepted " SPOOL "failed:0 " },
	/* the second originate had another ActionID: not our call's failure */
	{ "22/dup_channelid.all",
	    "accepted ringing " SPOOL "hangup:0 failed:0 " SPOOL },
	/* the shipped dialplan */
	{ "22/shipped_queue.min",
	    "accepted ringing answered:4 answered answered stage-up "
	    "stage-amd(HUMAN) stage-playing dtmf=1 stage-key=1 stage-connect=1 "
	    "connected(Agent 05) stage-left(SERVED) stage-hangup:16/200 "
	    "hangup:16 " },
	{ "16/shipped_exten.min",
	    "accepted ringing answered answered answered:4 stage-up "
	    "stage-amd(HUMAN) stage-playing dtmf=1 stage-key=1 stage-connect=1 "
	    "stage-connected stage-left(ANSWER) stage-hangup:16/200 "
	    "hangup:16 " },
	{ "22/shipped_optout.min",
	    "accepted ringing answered answered:4 answered stage-up "
	    "stage-amd(HUMAN) stage-playing dtmf=9 stage-key=9 stage-optout=9 "
	    "stage-goodbye stage-hangup:16/200 hangup:16 " },
	{ "16/shipped_machine.min",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(MACHINE) stage-machine(hangup) stage-hangup:16/200 "
	    "hangup:16 " },
	{ "22/shipped_nokey.min",
	    "accepted ringing answered answered stage-up answered:4 "
	    "stage-amd(HUMAN) stage-playing stage-wait stage-timeout "
	    "stage-goodbye stage-hangup:16/200 hangup:16 " },
	{ "16/shipped_repeat.min",
	    "accepted ringing answered answered answered:4 stage-up "
	    "stage-amd(HUMAN) stage-playing dtmf=0 stage-key=0 stage-repeat=0 "
	    "stage-playing stage-wait stage-timeout stage-goodbye "
	    "stage-hangup:16/200 hangup:16 " },
	{ "22/shipped_busy.min", "accepted ringing failed:0 hangup:17/486 " },
	{ "22/login_core", "live_end " },
};

static void
test_recorded(void)
{
	for (size_t i = 0; i < nitems(recorded); i++) {
		struct buf b = BUF_INIT, got = BUF_INIT;
		char path[256], name[64];
		bool there;

		str_format(
		    path, sizeof(path), "t/data/ami/%s.txt", recorded[i].file);
		str_copy(name, sizeof(name), recorded[i].file + 3);
		name[strcspn(name, ".")] = '\0';
		there = ami_data_read(path, &b);
		ami_data_ours(&b, name);
		words(&b, &got);
		ok(there && strcmp(buf_cstr(&got), recorded[i].want) == 0, "%s",
		    recorded[i].file);
		if (strcmp(buf_cstr(&got), recorded[i].want) != 0)
			printf("# got  %s\n# want %s\n", buf_cstr(&got),
			    recorded[i].want);
		buf_clear(&b);
		buf_clear(&got);
	}
}

static const struct {
	const char *what, *in, *want;
} written[] = {
	{ "our dialplan's hangup",
	    "Event: UserEvent\r\nUniqueid: x\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: hangup\r\nCause: 17\r\nSip: 486\r\n",
	    "stage-hangup:17/486 " },
	{ "an empty Sip",
	    "Event: UserEvent\r\nUserEvent: discador\r\nCall: " ID
	    "\r\nStage: HANGUP\r\nCause: 16\r\nSip: \r\n",
	    "stage-hangup:16 " },
	{ "queue left",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: left\r\nText: TIMEOUT\r\n",
	    "stage-left(TIMEOUT) " },
	{ "an answer",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: answer\r\nState: q1\r\nText: 4\r\n",
	    "stage-answer(4) " },
	{ "a goal",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: goal\r\nState: thanks\r\n",
	    "stage-goal " },
	{ "a flow that was given up",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: bad\r\nText: steps\r\n",
	    "stage-bad(steps) " },
	{ "a stage of tomorrow",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: sing\r\n",
	    "stage-other " },
	{ "somebody else's user event",
	    "Event: UserEvent\r\nUserEvent: Other\r\nCall: " ID
	    "\r\nStage: up\r\n",
	    "" },
	{ "a call that is no UUID",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: 17\r\n"
	    "Stage: up\r\n",
	    "" },
	{ "abandoned",
	    "Event: QueueCallerAbandon\r\nQueue: sales\r\nUniqueid: " ID "\r\n",
	    "abandoned " },
	{ "contact",
	    "Event: ContactStatus\r\nURI: sip:1\r\nContactStatus: Unreachable"
	    "\r\nAOR: carrier\r\n",
	    "trunk(carrier Unreachable) " },
	{ "key sent by us, not received",
	    "Event: DTMFEnd\r\nUniqueid: " ID
	    "\r\nDigit: 1\r\nDirection: Sent\r\n",
	    "" },
	{ "a key that no telephone has",
	    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
	    "\r\nStage: key\r\nKey: \x1b\r\n",
	    "stage-key " },
	{ "no key but a word",
	    "Event: DTMFEnd\r\nUniqueid: " ID
	    "\r\nDigit: 1x\r\nDirection: Received\r\n",
	    "" },
	{ "another leg's hangup",
	    "Event: Hangup\r\nUniqueid: 1795215346.2\r\nLinkedid: " ID
	    "\r\nCause: 16\r\n",
	    "" },
	{ "Local ;2", "Event: Hangup\r\nUniqueid: " ID ";2\r\nCause: 16\r\n",
	    "" },
	{ "a hangup request is no hangup",
	    "Event: HangupRequest\r\nUniqueid: " ID "\r\nCause: 16\r\n", "" },
	{ "no cause", "Event: Hangup\r\nUniqueid: " ID "\r\n", "hangup " },
	{ "nonsense cause",
	    "Event: Hangup\r\nUniqueid: " ID
	    "\r\nCause: -5\r\nTechCause: 99999999999\r\n",
	    "hangup " },
	{ "dialling, not up",
	    "Event: Newstate\r\nUniqueid: " ID "\r\nChannelState: 3\r\n", "" },
	{ "dial of an agent's leg",
	    "Event: DialEnd\r\nUniqueid: " ID
	    "\r\nDestUniqueid: 17.1\r\nDialStatus: ANSWER\r\n",
	    "" },
	{ "response before event, both with the id",
	    "Response: Error\r\nActionID: " ID "\r\nMessage: No such\r\n",
	    "refused(No such) " },
	{ "response to somebody else", "Response: Success\r\nActionID: 1\r\n",
	    "" },
	{ "headers repeated: the first counts",
	    "Event: Hangup\r\nUniqueid: " ID "\r\nCause: 17\r\nCause: 16\r\n",
	    "hangup:17 " },
};

static void
test_written(void)
{
	for (size_t i = 0; i < nitems(written); i++) {
		struct buf b = BUF_INIT, got = BUF_INIT;

		buf_fmt(&b, "%s\r\n", written[i].in);
		words(&b, &got);
		ok(strcmp(buf_cstr(&got), written[i].want) == 0, "%s: %s",
		    written[i].what, buf_cstr(&got));
		buf_clear(&b);
		buf_clear(&got);
	}
}

/* What is said of the flow. */
static void
test_flow(void)
{
	static const struct {
		const char *headers, *state, *answers;
	} rows[] = {
		{ "Stage: playing\r\nState: q1\r\n", "q1", NULL },
		{ "Stage: playing\r\n", NULL, NULL },
		{ "Stage: playing\r\nState: q1\r\nAnswers: q1=2\r\n", "q1",
		    NULL },
		{ "Stage: hangup\r\nAnswers: q1=2 q2=12\r\n", NULL,
		    "q1=2 q2=12" },
		{ "Stage: hangup\r\nAnswers: \r\n", NULL, "" },
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		struct ami_parse *p = ami_parse_new();
		struct ami_msg m;
		struct ami_event e;
		struct buf b = BUF_INIT;
		size_t size;

		buf_fmt(&b,
		    "Event: UserEvent\r\nUserEvent: Discador\r\nCall: " ID
		    "\r\n%s\r\n",
		    rows[i].headers);
		memcpy(ami_parse_space(p, &size), b.p, b.len);
		ami_parse_fed(p, b.len);
		ok(ami_parse_next(p, &m) && ami_event_read(&m, &e) &&
			(rows[i].state == NULL
				? e.ev.state == NULL
				: e.ev.state != NULL &&
				      strcmp(e.ev.state, rows[i].state) == 0) &&
			(rows[i].answers == NULL
				? e.ev.answers == NULL
				: e.ev.answers != NULL &&
				      strcmp(e.ev.answers, rows[i].answers) ==
					  0),
		    "state and answers, row %zu", i);
		buf_clear(&b);
		ami_parse_free(p);
	}
}

static void
test_uuid(void)
{
	ok(ami_event_is_uuid(ID), "a UUID");
	ok(ami_event_is_uuid("0192F3A0-1111-7222-8333-44445555ABCD"), "upper");
	ok(!ami_event_is_uuid("0192f3a0-1111-7222-8333-44445555666"), "short");
	ok(!ami_event_is_uuid(ID "6"), "long");
	ok(!ami_event_is_uuid("0192f3a0-1111-7222-8333-44445555666g"), "g");
	ok(!ami_event_is_uuid("0192f3a0x1111-7222-8333-444455556666"), "dash");
	ok(!ami_event_is_uuid("0192f3a0-1111-7222-8333-4444-5556666"),
	    "a dash too many");
	ok(!ami_event_is_uuid(""), "empty");
}

static void
test_boot(void)
{
	/* 2026-11-20 22:55:37 in UTC, and the same clock in other zones */
	const int64_t utc = 1795215337;
	static const int offsets[] = { 0, -3 * 3600, 5 * 3600 + 1800,
		-(9 * 3600 + 1800), 12 * 3600 + 2700 };

	for (size_t i = 0; i < nitems(offsets); i++) {
		bool same = true;

		for (int jitter = -3; jitter <= 3; jitter++)
			same = same &&
			       ami_event_boot(utc - offsets[i] + jitter,
				   "2026-11-20 22:55:37") == utc - offsets[i];
		ok(same, "boot is exact at offset %d s", offsets[i]);
	}
	ok(ami_event_boot(17, "") == 17, "without CoreStatus");
	ok(ami_event_boot(0, "2026-11-20 22:55:37") == 0, "without Uptime");
}

/* The switch's own time; what is none must not become one. */
static void
test_timestamp(void)
{
	static const struct {
		const char *value;
		double want;
	} rows[] = {
		{ "1795234908.357065", 1795234908.357065 },
		{ "1795234908", 1795234908 },
		{ "", 0 },
		{ "0", 0 },
		{ "-1795234908.5", 0 },
		{ "yesterday", 0 },
		{ "1795234908.35 ", 0 },
		{ "1795234908,35", 0 },
		{ "1795234908.3.5", 0 },
		{ "99999999999999999999.5", 0 },
		{ "nan", 0 },
		/* the dialplan's own time goes before that of the queue's end
		 */
		{ "1795234908.5\r\nAt: 1795234907.25", 1795234907.25 },
		{ "1795234908.5\r\nAt: soon", 1795234908.5 },
		{ "never\r\nAt: 1795234907.25", 1795234907.25 },
	};

	for (size_t i = 0; i <= nitems(rows); i++) {
		struct ami_parse *p = ami_parse_new();
		struct ami_msg m;
		struct ami_event e;
		struct buf b = BUF_INIT;
		double want = i < nitems(rows) ? rows[i].want : 0;
		size_t size;
		bool read;

		buf_str(&b, "Event: Hangup\r\nPrivilege: call,all\r\n");
		if (i < nitems(rows))
			buf_fmt(&b, "Timestamp: %s\r\n", rows[i].value);
		buf_str(&b, "Uniqueid: " ID "\r\nCause: 16\r\n\r\n");
		memcpy(ami_parse_space(p, &size), b.p, b.len);
		ami_parse_fed(p, b.len);
		read = ami_parse_next(p, &m) && ami_event_read(&m, &e);
		ok(read && e.timestamp_s > want - 1e-6 &&
			e.timestamp_s < want + 1e-6 && e.ev.cause == 16,
		    "timestamp \"%s\"",
		    i < nitems(rows) ? rows[i].value : "(none)");
		ok(read && !e.ev.lag_known, "the lag is left to the caller");
		buf_clear(&b);
		ami_parse_free(p);
	}
}

int
main(void)
{
	test_recorded();
	test_written();
	test_timestamp();
	test_flow();
	test_uuid();
	test_boot();
	return done_testing();
}
