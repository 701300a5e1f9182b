/* SPDX-License-Identifier: MIT */
/*
 * outcome: what the switch said about a finished call -> one disposition.
 * Q.850 causes (ITU-T Q.850; SIP mapping RFC 3398) fall into classes, and the
 * class decides, never a text.
 */
#ifndef ENGINE_OUTCOME_H
#define ENGINE_OUTCOME_H

#include <stdbool.h>

#include "shared/model.h"

enum cause_class {
	CAUSE_NORMAL, /* 16, 31: no statement about the number */
	CAUSE_BAD, /* 1 22 28: no such number; never again */
	CAUSE_BUSY, /* 17 */
	CAUSE_NOANSWER, /* 18 19 20 */
	CAUSE_REJECT, /* 21: caller ID trouble, or a person's refusal */
	CAUSE_CAPACITY, /* 34 42 47: the trunk is full */
	CAUSE_TRUNK, /* 27 38 41: the trunk is broken */
	CAUSE_ROUTE, /* 3 57 58 88: the trunk cannot do this */
	CAUSE_PROTOCOL, /* 102 111 127: somebody's bug */
	CAUSE_NONE, /* 0 or absent */
};
enum cause_class outcome_class(int q850);

/* Everything known of a call when it ends. */
struct outcome {
	bool answered, connected, transferring, optout, machine;
	bool goal; /* came to what its context is for */
	bool hungup_by_us; /* our Hangup, by hand or by rule */
	bool refused; /* the switch refused the action */
	bool timed_out; /* OriginateResponse Reason 3 */
	int cause; /* Q.850; -1 none */
	int sip_code;
};
enum disposition outcome_disposition(const struct outcome *);
/* Counts as good for the network effectiveness ratio (E.425). */
bool outcome_ner_good(const struct outcome *, enum disposition);

#endif
