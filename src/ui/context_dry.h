/* SPDX-License-Identifier: MIT */
/*
 * context_dry: a call through a flow (shared/flow.h) without a call: what the
 * shipped dialplan (contrib/asterisk) does with each key, word, silence and
 * machine, step by step, and the disposition that the engine gives such a
 * call.  Pure; calls nobody.  t/3010-dialplan.sh holds the dialplan on real
 * switches to the same reports that `stages` collects here.
 */
#ifndef UI_CONTEXT_DRY_H
#define UI_CONTEXT_DRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/flow.h"
#include "shared/model.h"
#include "ui/context_flow.h"

#define CONTEXT_DRY_LINES 120
#define CONTEXT_DRY_TEXT  240

enum context_dry_state {
	DRY_NONE,
	DRY_DETECT, /* AMD listens */
	DRY_PLAY, /* a prompt plays, keys do nothing */
	DRY_PROMPT, /* the prompt plays, a key counts already */
	DRY_WAIT, /* it is over, the time for a key runs */
	DRY_RING, /* the destination rings */
	DRY_TALK,
	DRY_SILENCE, /* a machine's greeting is waited out */
	DRY_MESSAGE, /* the message for the machine plays */
	DRY_ENDED
};

enum context_dry_kind {
	DRY_DID, /* what the one who tries it did */
	DRY_HEARD, /* what the called person would hear */
	DRY_DOES, /* what the channel does next */
	DRY_END /* the outcome */
};

struct context_dry {
	struct flow f;
	struct flow_walk w; /* in it */
	enum context_dry_state state;
	char key; /* the last one that was asked for; '\0' none */
	char said[24]; /* the last key, digits or word */
	char digits[16]; /* of a question, so far */
	bool machine, transferring, goal, connected, optout;
	enum disposition disposition; /* DISP_NONE until ENDED */
	struct call_answer answers[MODEL_ANSWERS];
	size_t nanswers;
	struct {
		enum context_dry_kind kind;
		char text[CONTEXT_DRY_TEXT];
	} line[CONTEXT_DRY_LINES]; /* the oldest go when it is full */
	size_t nlines;
	char stages[4096]; /* "up playing key=3 connect=3 ...": what the
			    * dialplan reports meanwhile */
};

/* A call is answered; the struct does not move from now on. */
void context_dry_start(struct context_dry *, const struct flow *);
/* Another call, in the same flow. */
void context_dry_again(struct context_dry *);
/*
 * 0-9 * #: pressed (# ends the digits of a question); m: a machine answers;
 * u: detection is not sure; t: time passes until something happens by itself;
 * a: the destination answers; h: the called person hangs up; where words are
 * listened for, the letter of a word, x another word.  False: the code means
 * nothing (here).
 */
bool context_dry_key(struct context_dry *, uint32_t code);
/* What goes on now, and which keys mean something: two whole sentences. */
void context_dry_now(const struct context_dry *, char *now, size_t now_size,
    char *keys, size_t keys_size);
/* The line of the tree that it stands at. */
struct context_flow_mark context_dry_mark(const struct context_dry *);

#endif
