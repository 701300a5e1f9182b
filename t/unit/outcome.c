/* SPDX-License-Identifier: MIT */
/*
 * What the switch says of a finished call becomes one disposition: the rows
 * of the table in the AMI notes, then precedence and the rates.
 */
#include "engine/outcome.h"

#include "shared/util.h"
#include "tap.h"

static const struct {
	const char *what;
	struct outcome o;
	enum disposition d;
	bool ner;
} rows[] = {
	{ "answered, hung up with 16", { .answered = true, .cause = 16 },
	    DISP_ANSWERED_NO_KEY, true },
	{ "answered, BYE without Reason: cause 0", { .answered = true },
	    DISP_ANSWERED_NO_KEY, true },
	{ "486", { .cause = 17, .sip_code = 486 }, DISP_BUSY, true },
	{ "600", { .cause = 17, .sip_code = 600 }, DISP_BUSY, true },
	{ "timeout while ringing, Asterisk 22",
	    { .timed_out = true, .cause = 19, .sip_code = 480 }, DISP_NO_ANSWER,
	    true },
	{ "timeout while ringing, Asterisk 16", { .timed_out = true },
	    DISP_NO_ANSWER, true },
	{ "timeout and no Hangup", { .timed_out = true, .cause = -1 },
	    DISP_NO_ANSWER, true },
	{ "no SIP reply for 32 s", { .cause = 18, .sip_code = 408 },
	    DISP_NO_ANSWER, true },
	{ "503", { .cause = 34, .sip_code = 503 }, DISP_CONGESTION, false },
	{ "congestion", { .cause = 42 }, DISP_CONGESTION, false },
	{ "no resource", { .cause = 47 }, DISP_CONGESTION, false },
	{ "404", { .cause = 1, .sip_code = 404 }, DISP_INVALID_NUMBER, false },
	{ "484", { .cause = 28, .sip_code = 484 }, DISP_INVALID_NUMBER, false },
	{ "410", { .cause = 22, .sip_code = 410 }, DISP_INVALID_NUMBER, false },
	{ "announcement, then 404", { .cause = 1, .sip_code = 404 },
	    DISP_INVALID_NUMBER, false },
	{ "403", { .cause = 21, .sip_code = 403 }, DISP_REJECTED, true },
	{ "401", { .cause = 21, .sip_code = 401 }, DISP_REJECTED, true },
	{ "603", { .cause = 21, .sip_code = 603 }, DISP_REJECTED, true },
	{ "480", { .cause = 19, .sip_code = 480 }, DISP_NO_ANSWER, true },
	{ "408", { .cause = 18, .sip_code = 408 }, DISP_NO_ANSWER, true },
	{ "subscriber absent", { .cause = 20 }, DISP_NO_ANSWER, true },
	{ "500", { .cause = 38, .sip_code = 500 }, DISP_FAILED, false },
	{ "488", { .cause = 58, .sip_code = 488 }, DISP_FAILED, false },
	{ "302, Asterisk 22", { .cause = 23, .sip_code = 302 }, DISP_FAILED,
	    false },
	{ "302, Asterisk 16", { .cause = 16 }, DISP_FAILED, false },
	{ "our hangup while ringing", { .hungup_by_us = true, .cause = 16 },
	    DISP_CANCELLED, false },
	{ "unknown endpoint: Failure 0, no Hangup", { .cause = -1 },
	    DISP_FAILED, false },
	{ "RTP ports exhausted: cause 0", { .cause = 0 }, DISP_FAILED, false },
	{ "no route", { .cause = 3 }, DISP_FAILED, false },
	{ "out of order", { .cause = 27 }, DISP_FAILED, false },
	{ "interworking", { .cause = 127 }, DISP_FAILED, false },
	{ "the switch refuses the action", { .refused = true, .cause = -1 },
	    DISP_FAILED, false },
	/* precedence: what was done to the person outranks how it ended */
	{ "opt-out", { .answered = true, .optout = true, .cause = 16 },
	    DISP_OPTED_OUT, true },
	{ "opt-out after connecting",
	    { .answered = true,
		.connected = true,
		.transferring = true,
		.optout = true,
		.cause = 16 },
	    DISP_OPTED_OUT, true },
	{ "connected",
	    { .answered = true,
		.connected = true,
		.transferring = true,
		.cause = 16 },
	    DISP_CONNECTED, true },
	{ "pressed the key, nobody came",
	    { .answered = true, .transferring = true, .cause = 16 },
	    DISP_ABANDONED, true },
	{ "came to the goal, and on to nobody",
	    { .answered = true,
		.goal = true,
		.transferring = true,
		.cause = 16 },
	    DISP_COMPLETED, true },
	{ "came to the goal and was connected",
	    { .answered = true, .goal = true, .connected = true },
	    DISP_CONNECTED, true },
	{ "came to the goal and opted out",
	    { .answered = true, .goal = true, .optout = true }, DISP_OPTED_OUT,
	    true },
	{ "a machine that came to the goal",
	    { .answered = true, .goal = true, .machine = true }, DISP_COMPLETED,
	    true },
	{ "machine", { .answered = true, .machine = true, .cause = 16 },
	    DISP_MACHINE, true },
	{ "a machine that pressed the key",
	    { .answered = true,
		.machine = true,
		.transferring = true,
		.connected = true },
	    DISP_CONNECTED, true },
	{ "answered, ended with 17", { .answered = true, .cause = 17 },
	    DISP_ANSWERED_NO_KEY, true },
	{ "our hangup after the answer",
	    { .answered = true, .hungup_by_us = true, .cause = 16 },
	    DISP_ANSWERED_NO_KEY, true },
};

static void
test_rows(void)
{
	for (size_t i = 0; i < nitems(rows); i++) {
		enum disposition d = outcome_disposition(&rows[i].o);

		ok(d == rows[i].d, "%s: %s", rows[i].what, disposition_word(d));
		ok(outcome_ner_good(&rows[i].o, d) == rows[i].ner,
		    "%s: %s for the NER", rows[i].what,
		    rows[i].ner ? "good" : "bad");
	}
}

static void
test_classes(void)
{
	bool all = true;

	ok(outcome_class(-1) == CAUSE_NONE && outcome_class(0) == CAUSE_NONE,
	    "no cause");
	ok(outcome_class(31) == CAUSE_NORMAL, "31 says nothing");
	ok(outcome_class(41) == CAUSE_TRUNK, "41 is the trunk's");
	ok(outcome_class(57) == CAUSE_ROUTE && outcome_class(88) == CAUSE_ROUTE,
	    "57 and 88 are the route's");
	ok(outcome_class(102) == CAUSE_PROTOCOL &&
		outcome_class(999) == CAUSE_PROTOCOL,
	    "what nobody knows is somebody's bug");
	/* Whatever is known, there is one disposition, and never none. */
	for (int bits = 0; bits < 512; bits++)
		for (int cause = -1; cause < 130; cause++) {
			struct outcome o = { .answered = bits & 1,
				.connected = bits & 2,
				.transferring = bits & 4,
				.optout = bits & 8,
				.machine = bits & 16,
				.hungup_by_us = bits & 32,
				.refused = bits & 64,
				.timed_out = bits & 128,
				.goal = bits & 256,
				.cause = cause };
			enum disposition d = outcome_disposition(&o);

			all &=
			    d > DISP_NONE && d < DISP_NKIND && d != DISP_LOST;
		}
	ok(all, "every combination has one disposition");
}

int
main(void)
{
	test_rows();
	test_classes();
	return done_testing();
}
