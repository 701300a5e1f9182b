/* SPDX-License-Identifier: MIT */
/*
 * fate: what the far end of a simulated call will do, decided when it is
 * dialled: by the digits of the number (tests, lab) or drawn (demo).
 *
 * The last five digits of a number are B R K D H:
 *   B  0 human   1 answering machine   2 busy (486)   3 rings for ever
 *      4 503     5 404    6 403        7 answers, is silent
 *      8 announcement in early media, then 404        9 answers, drops
 *   R  seconds of ringing
 *   K  the key pressed, D seconds after the greeting (D 0: none)
 *   H  the callee hangs up 5*H s after that (H 0: after 60 s)
 * A number of fewer than 7 digits is incomplete (484).
 */
#ifndef SIM_FATE_H
#define SIM_FATE_H

#include <stdbool.h>

#include "shared/util.h"

enum fate_kind {
	FATE_HUMAN,
	FATE_MACHINE,
	FATE_BUSY, /* 486, cause 17 */
	FATE_RINGS, /* 480, cause 19 after 120 s */
	FATE_CONGESTION, /* 503, cause 34 */
	FATE_UNKNOWN, /* 404, cause 1 */
	FATE_REJECTED, /* 403, cause 21 */
	FATE_SILENT,
	FATE_EARLY, /* 183, then 404, cause 1 */
	FATE_DROPS,
	FATE_SHORT, /* 484, cause 28 */
	FATE_NKIND
};

/* What a drawn human wants; how he says it depends on what he is asked. */
enum fate_will {
	FATE_PASSIVE, /* presses nothing */
	FATE_WILLING, /* goes where a call is to lead: an agent, a goal */
	FATE_OPTS_OUT,
	FATE_ERRS, /* presses anything */
};

struct fate {
	enum fate_kind kind;
	enum fate_will will;
	bool unsure; /* detection cannot tell who answered */
	bool ringing; /* the far end says 180 */
	int pdd_ms; /* of ring_ms: before it rings (post-dial delay) */
	int ring_ms; /* from the call to the answer or the refusal */
	char key; /* pressed once, whatever is asked; '\0' none */
	int key_ms; /* from the answer */
	int reply_ms; /* a drawn human has made up his mind, from the answer */
	int hangup_ms; /* from the answer: the callee hangs up */
	int talk_ms; /* from the agent's answer: the agent hangs up */
};

/* Of a thousand calls; machine: of a thousand that are answered. */
struct fate_mix {
	short answered, busy, rings, congestion, unknown, rejected, machine;
};
/* What fate_draw() goes by for the country of that number. */
const struct fate_mix *fate_mix_of(const char *number);

/* A fate that ends in an answer; says nothing of who answers. */
bool fate_answers(enum fate_kind);
/* Q.850 cause and SIP status of a fate that is never answered. */
int fate_cause(enum fate_kind);
int fate_sip(enum fate_kind);

/* By the digits; anything in number that is no digit is skipped. */
void fate_of_digits(struct fate *, const char *number);
/*
 * Drawn: answer rates by country code, about 40 % answered, a third of those
 * machines, the rest busy, no answer and failures; of a hundred answered about
 * 8 want to be connected and 1 opts out, some press a wrong key, and of the
 * others half hang up in the prompt.  Some machines press a key by themselves.
 */
void fate_draw(struct fate *, const char *number, struct rng *);

#endif
