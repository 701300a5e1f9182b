/* SPDX-License-Identifier: MIT */
/*
 * script_part: what the files of a script share: script.c the call's life,
 * script_flow.c what the dialplan does, script_ask.c how it asks,
 * script_callee.c what is pressed.
 */
#ifndef SIM_SCRIPT_PART_H
#define SIM_SCRIPT_PART_H

#include "sim/script.h"

/* ms of the carrier's time after from. */
int64_t script_later(const struct script_env *, int64_t from_ns, int64_t ms);
/* The carrier's own milliseconds between two instants. */
int script_elapsed(const struct script_env *, int64_t from_ns, int64_t to_ns);
/* An action about this call with nothing but its kind filled in. */
struct carrier_act script_act(const struct script_step *, enum carrier_what);
void script_tell(
    const struct script_step *, enum carrier_what, int ms, const char *text);
/* The dialplan reports of the state it stands in; NULL: of none. */
void script_stage(const struct script_step *, const struct flow_state *,
    const char *word, char key, const char *text, const char *reason);
/* The state that it stands in. */
static inline const struct flow_state *
script_here(const struct script *k)
{
	return &k->walk.f->s[k->walk.at];
}
/* The phase begins and ends in ms. */
void script_enter(const struct script_step *, enum script_phase, int64_t ms);
void script_release_agent(const struct script_step *);

/* script_flow.c */
/* It was answered: the flow begins. */
void script_flow_begin(const struct script_step *);
/* The phase is over.  False: and with it the call. */
bool script_flow_due(const struct script_step *);
/* Where flow_walk has gone. */
void script_go(const struct script_step *, enum flow_step);
/* The callee hangs up: the destination, if there is one, is left first. */
void script_flow_leave(const struct script_step *);

/* script_ask.c */
/* A prompt begins, for the first time or once more. */
void script_ask(const struct script_step *);
/* It is over: the time for a key runs. */
void script_ask_wait(const struct script_step *);
/* That is over, too. */
void script_ask_silence(const struct script_step *);
/* No digit follows: the number is complete. */
void script_ask_number(const struct script_step *);
/* A key has arrived, a word was said; whether anybody listens or not. */
void script_ask_key(const struct script_step *, char key);
void script_ask_word(const struct script_step *, const char *word);

/* script_callee.c */
/* The prompt of a state that waits for an answer begins to play. */
void script_callee_asked(const struct script_step *, const struct flow_state *);
/* t_key: he presses the next key or says his word. */
void script_callee_due(const struct script_step *);

#endif
