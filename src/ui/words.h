/* SPDX-License-Identifier: MIT */
/*
 * words: the engine's words (states, dispositions, causes, gates) as an
 * operator reads them, translated.  An unknown word comes back as it is, so
 * that a newer engine's is still shown.
 */
#ifndef UI_WORDS_H
#define UI_WORDS_H

#include "shared/model.h"

/* Of a campaign: running paused stopped finished waiting. */
const char *words_state(const char *state);
/* Of a brake: released engaged probing; "" is released. */
const char *words_brake(const char *state);
/* "no key pressed"; "" for DISP_NONE and what is out of range. */
const char *words_disposition(enum disposition);
/* By the word of the database ("answered_no_key"). */
const char *words_disposition_of(const char *word);
/* Class of causes, 0 .. BOARD_CAUSES - 1. */
const char *words_cause(int cause);
/* Name of a gate (struct board_gate): "closed hours". */
const char *words_gate(const char *name);

#endif
