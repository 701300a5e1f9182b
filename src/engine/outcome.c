/* SPDX-License-Identifier: MIT */
/* outcome: causes to dispositions, one table and one order of precedence. */
#include "engine/outcome.h"

#include "shared/util.h"

enum cause_class
outcome_class(int q850)
{
	static const struct {
		int cause;
		enum cause_class c;
	} rows[] = {
		{ 1, CAUSE_BAD },
		{ 2, CAUSE_ROUTE },
		{ 3, CAUSE_ROUTE },
		{ 16, CAUSE_NORMAL },
		{ 17, CAUSE_BUSY },
		{ 18, CAUSE_NOANSWER },
		{ 19, CAUSE_NOANSWER },
		{ 20, CAUSE_NOANSWER },
		{ 21, CAUSE_REJECT },
		{ 22, CAUSE_BAD },
		{ 27, CAUSE_TRUNK },
		{ 28, CAUSE_BAD },
		{ 31, CAUSE_NORMAL },
		{ 34, CAUSE_CAPACITY },
		{ 38, CAUSE_TRUNK },
		{ 41, CAUSE_TRUNK },
		{ 42, CAUSE_CAPACITY },
		{ 47, CAUSE_CAPACITY },
		{ 57, CAUSE_ROUTE },
		{ 58, CAUSE_ROUTE },
		{ 88, CAUSE_ROUTE },
		{ 102, CAUSE_PROTOCOL },
		{ 111, CAUSE_PROTOCOL },
		{ 127, CAUSE_PROTOCOL },
	};

	for (size_t i = 0; i < nitems(rows); i++)
		if (rows[i].cause == q850)
			return rows[i].c;
	return q850 <= 0 ? CAUSE_NONE : CAUSE_PROTOCOL;
}

static enum disposition
unanswered(const struct outcome *o)
{
	if (o->hungup_by_us)
		return DISP_CANCELLED;
	if (o->refused)
		return DISP_FAILED;
	switch (outcome_class(o->cause)) {
	case CAUSE_BAD:
		return DISP_INVALID_NUMBER;
	case CAUSE_BUSY:
		return DISP_BUSY;
	case CAUSE_NOANSWER:
		return DISP_NO_ANSWER;
	case CAUSE_REJECT:
		return DISP_REJECTED;
	case CAUSE_CAPACITY:
		return DISP_CONGESTION;
	case CAUSE_NORMAL:
	case CAUSE_NONE:
		/* 16.28 reports a ringing timeout with cause 0. */
		return o->timed_out ? DISP_NO_ANSWER : DISP_FAILED;
	case CAUSE_TRUNK:
	case CAUSE_ROUTE:
	case CAUSE_PROTOCOL:
		break;
	}
	return DISP_FAILED;
}

enum disposition
outcome_disposition(const struct outcome *o)
{
	if (o->optout)
		return DISP_OPTED_OUT;
	if (o->connected)
		return DISP_CONNECTED;
	if (o->goal)
		return DISP_COMPLETED;
	if (o->transferring)
		return DISP_ABANDONED;
	if (o->machine)
		return DISP_MACHINE;
	if (o->answered)
		return DISP_ANSWERED_NO_KEY;
	return unanswered(o);
}

bool
outcome_ner_good(const struct outcome *o, enum disposition d)
{
	/* A bad number is the list's fault, not the network's; it is counted
	 * against the network all the same, as E.425 has it. */
	return o->answered || d == DISP_BUSY || d == DISP_NO_ANSWER ||
	       d == DISP_REJECTED;
}
