/* SPDX-License-Identifier: MIT */
/* db_record: the lines that go to the spool and to the database. */
#include <string.h>

#include "db/calls.h"
#include "tap.h"

static const struct calls_record bare = { .armed_ms = 1795215346123,
	.state = CALL_SENT,
	.cause = -1,
	.sip_code = -1,
	.setup_ms = -1,
	.amd_ms = -1,
	.key_ms = -1,
	.contact_id = 7 };
#define HEAD                                                                   \
	"{\"id\":\"00000000-0000-0000-0000-000000000000\","                    \
	"\"armed_ms\":1795215346123,\"contact_id\":7,"

static void
is_line(const struct calls_record *r, const char *want, const char *what)
{
	struct buf b = BUF_INIT;

	calls_record_json(&b, r);
	ok(!strncmp(buf_cstr(&b), HEAD, strlen(HEAD)) &&
		!strcmp(b.p + strlen(HEAD), want),
	    "%s: %s", what, b.p);
	ok(strchr(b.p, '\n') == b.p + b.len - 1, "one line");
	buf_clear(&b);
}

int
main(void)
{
	struct calls_record r = bare;

	is_line(&r, "\"state\":\"sent\"}\n", "what is not known is left out");
	r.state = CALL_ENDED;
	r.disposition = DISP_BUSY;
	r.cause = 17;
	r.sip_code = 0;
	r.trunk = "t1";
	r.sent_ms = 5;
	r.key = '"';
	r.note = "a\nb\\\"c";
	r.cps_at_call = 29.9996;
	r.optout = true;
	r.contact_state = "pending";
	r.due_ms = 9;
	is_line(&r,
	    "\"state\":\"ended\",\"disposition\":\"busy\",\"cause\":17,"
	    "\"sip_code\":0,\"trunk\":\"t1\",\"sent_ms\":5,\"key\":\"\\\"\","
	    "\"note\":\"a\\u000ab\\\\\\\"c\",\"cps\":30.000,\"optout\":true,"
	    "\"contact_state\":\"pending\",\"due_ms\":9}\n",
	    "everything, quoted");
	r = bare;
	r.state = CALL_ENDED;
	r.contact_state = "claimed";
	r.uncounted = true;
	r.shift = -1;
	is_line(&r,
	    "\"state\":\"ended\",\"contact_state\":\"claimed\","
	    "\"uncounted\":true,\"shift\":-1}\n",
	    "not counted, for the next trunk");
	r = bare;
	r.state = CALL_PLAYING;
	r.context = "encuesta";
	r.context_version = 3;
	r.amd_ms = 0;
	r.key_ms = 1200;
	r.key_early = true;
	r.keys_invalid = 2;
	r.answers = (const struct call_answer[]){ { "q1", "4", -1, 5300 },
		{ "why", "ni\"no", 870, 0 }, { "q3", "1", -1, -1 } };
	r.nanswers = 3;
	is_line(&r,
	    "\"state\":\"playing\",\"context\":\"encuesta\","
	    "\"context_version\":3,\"amd_ms\":0,\"key_ms\":1200,"
	    "\"key_early\":true,\"keys_invalid\":2,\"answers\":["
	    "{\"q\":\"q1\",\"a\":\"4\",\"ms\":5300},"
	    "{\"q\":\"why\",\"a\":\"ni\\\"no\",\"score\":870,\"ms\":0},"
	    "{\"q\":\"q3\",\"a\":\"1\"}]}\n",
	    "what it did in its flow");
	r = bare;
	r.context = "";
	r.context_version = 3;
	is_line(&r, "\"state\":\"sent\"}\n", "no version without a context");
	r = bare;
	r.uncounted = true;
	r.shift = 1;
	r.contact_state = "done";
	r.due_ms = 9;
	is_line(
	    &r, "\"state\":\"sent\"}\n", "a contact's fate belongs to the end");
	return done_testing();
}
