/* SPDX-License-Identifier: MIT */
/*
 * context_dry: a call through a DTMF context without a call: what the shipped
 * dialplan (contrib/asterisk) does with each key, silence and machine, step by
 * step, and the disposition that the engine gives such a call.  Pure; calls
 * nobody.  t/3010-dialplan.sh holds the dialplan on real switches to the same
 * reports that `stages` collects here.
 */
#ifndef UI_CONTEXT_DRY_H
#define UI_CONTEXT_DRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model.h"

#define CONTEXT_DRY_LINES 120
#define CONTEXT_DRY_TEXT  240

enum context_dry_state {
	DRY_NONE,
	DRY_DETECT, /* AMD listens */
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
	struct m_context c;
	enum context_dry_state state;
	int tries, repeats; /* what is left of them */
	bool machine, transferring, connected, optout;
	enum disposition disposition; /* DISP_NONE until ENDED */
	struct {
		enum context_dry_kind kind;
		char text[CONTEXT_DRY_TEXT];
	} line[CONTEXT_DRY_LINES]; /* the oldest go when it is full */
	size_t nlines;
	char stages[2048]; /* "up playing key=3 connect=3 ...": what the
			    * dialplan reports meanwhile */
};

/* A call is answered. */
void context_dry_start(struct context_dry *, const struct m_context *);
/*
 * 0-9 * #: pressed; m: a machine answers; t: time passes until something
 * happens by itself; a: the destination answers; h: the called person hangs
 * up.  False: the code means nothing (here).
 */
bool context_dry_key(struct context_dry *, uint32_t code);
/* What goes on now, and which keys mean something: two whole sentences. */
void context_dry_now(const struct context_dry *, char *now, size_t now_size,
    char *keys, size_t keys_size);

#endif
