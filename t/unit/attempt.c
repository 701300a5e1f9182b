/* SPDX-License-Identifier: MIT */
/* The retry rule: every disposition, the campaign's own pauses, the last try.
 */
#include "engine/attempt.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

#define NOW 1795215346123

static void
test_defaults(void)
{
	static const struct {
		enum disposition d;
		const char *state;
		int64_t pause_s;
	} v[] = {
		{ DISP_CONNECTED, "done", 0 },
		{ DISP_COMPLETED, "done", 0 },
		{ DISP_ANSWERED_NO_KEY, "done", 0 },
		{ DISP_OPTED_OUT, "dnc", 0 },
		{ DISP_MACHINE, "pending", 14400 },
		{ DISP_ABANDONED, "pending", 86400 },
		{ DISP_NO_ANSWER, "pending", 3600 },
		{ DISP_BUSY, "pending", 600 },
		{ DISP_REJECTED, "pending", 14400 },
		{ DISP_INVALID_NUMBER, "done", 0 },
		{ DISP_CONGESTION, "pending", 300 },
		{ DISP_FAILED, "pending", 900 },
		{ DISP_CANCELLED, "pending", 900 },
		{ DISP_LOST, "pending", 3600 },
	};
	struct m_campaign c = { .max_attempts = 3 };

	for (int i = 0; i < DISP_NKIND; i++)
		c.retry[i] = -1;
	ok(nitems(v) == DISP_NKIND - 1, "every disposition has its row");
	for (size_t i = 0; i < nitems(v); i++) {
		struct attempt_next n = attempt_after(&c, 1, v[i].d, NOW);
		bool again = strcmp(v[i].state, "pending") == 0;

		ok(strcmp(n.state, v[i].state) == 0 &&
			n.due_ms == (again ? NOW + v[i].pause_s * 1000 : 0),
		    "%s: %s after %lld s", disposition_word(v[i].d), n.state,
		    (long long)v[i].pause_s);
		n = attempt_after(&c, 3, v[i].d, NOW);
		ok(strcmp(n.state, again ? "exhausted" : v[i].state) == 0 &&
			n.due_ms == 0,
		    "%s at the last attempt: %s", disposition_word(v[i].d),
		    n.state);
	}
}

static void
test_own(void)
{
	struct m_campaign c = { .max_attempts = 2 };
	struct attempt_next n;

	for (int i = 0; i < DISP_NKIND; i++)
		c.retry[i] = -1;
	c.retry[DISP_BUSY] = 60;
	c.retry[DISP_NO_ANSWER] = 0;
	c.retry[DISP_ANSWERED_NO_KEY] = 7200;
	c.retry[DISP_OPTED_OUT] = 60;
	n = attempt_after(&c, 1, DISP_BUSY, NOW);
	ok(strcmp(n.state, "pending") == 0 && n.due_ms == NOW + 60000,
	    "the campaign's own pause");
	c.retry_max[DISP_BUSY] = 1;
	n = attempt_after(&c, 1, DISP_BUSY, NOW);
	ok(strcmp(n.state, "exhausted") == 0,
	    "and its own maximum for that disposition");
	c.retry_max[DISP_BUSY] = 5;
	n = attempt_after(&c, 2, DISP_BUSY, NOW);
	ok(strcmp(n.state, "exhausted") == 0,
	    "which is not more than max_attempts");
	c.retry_max[DISP_BUSY] = 0;
	n = attempt_after(&c, 1, DISP_NO_ANSWER, NOW);
	ok(strcmp(n.state, "done") == 0, "0: never again");
	n = attempt_after(&c, 1, DISP_ANSWERED_NO_KEY, NOW);
	ok(strcmp(n.state, "pending") == 0 && n.due_ms == NOW + 7200000,
	    "a pause for what is final by default");
	n = attempt_after(&c, 2, DISP_ANSWERED_NO_KEY, NOW);
	ok(strcmp(n.state, "exhausted") == 0, "but not past max_attempts");
	n = attempt_after(&c, 1, DISP_OPTED_OUT, NOW);
	ok(strcmp(n.state, "dnc") == 0, "nobody overrides an opt-out");
	n = attempt_after(&c, 7, DISP_BUSY, NOW);
	ok(strcmp(n.state, "exhausted") == 0,
	    "max_attempts was lowered meanwhile");
}

int
main(void)
{
	test_defaults();
	test_own();
	return done_testing();
}
