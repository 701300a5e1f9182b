/* SPDX-License-Identifier: MIT */
/*
 * flow: a DTMF context as a state machine.  A context that lists states is
 * parsed; a simple one (keys and prompts as options) becomes the flow it
 * stands for.  Everything that knows what a call does goes by this one form:
 * the channel variables of the shipped dialplan (contrib/asterisk), the
 * simulated switch, the dry run and the tree of the console, and validation.
 *
 * Pure: no clock, no files, nobody is called.
 *
 * A state is one text:
 *
 *   NAME KIND [OPTION=VALUE]... [EVENT>TARGET]...
 *
 * separated by blanks, e.g. "ask menu prompt=ask_mx timeout=15 retries=1
 * 3>sales 9>out 0>repeat t>bye".  The first one is where an answered call
 * begins.
 *   NAME    1 to 15 of a-z 0-9 _ -, a letter first; not "repeat", "hangup"
 *   KIND    and what it does, with the options that it takes:
 *     play       plays prompt                                      prompt
 *     menu       plays prompt, waits for one key      prompt timeout retries
 *     question   the same; the answer is stored  prompt timeout retries keys
 *                                                                     digits
 *     detect     answering machine?                                     amd
 *     connect    plays prompt, then calls dest              prompt dest ring
 *     optout     do-not-call first, then plays prompt                 prompt
 *     voicemail  waits for the end of a greeting, plays prompt        prompt
 *     speech     plays prompt, waits for a word   prompt timeout retries
 *                                                                    grammar
 *     hangup     plays prompt, hangs up                               prompt
 *     every kind: language (of the channel from here on), goal=yes (who comes
 *     here is what the context is for: disposition completed)
 *   EVENT   "" (done)          play, connect (the destination was there and
 *                              has gone), optout, voicemail, question (a key
 *                              of keys, or digits)
 *           0-9 * (that key)   menu, question with digits=1, speech
 *           t (no or no valid key or word, retries used up), i (a wrong key,
 *           at once; without it a wrong key is like none)
 *                              menu, question, speech
 *           fail               connect: nobody took the call
 *           human machine unsure    detect
 *           a word, 2 or more of a-z 0-9    speech
 *   TARGET  a state; repeat (this one again: as the repeat key, FLOW_REPEATS
 *           times, then it is a wrong key; keys and words only); hangup;
 *           @NAME (the first state of context NAME)
 * An event without a target hangs up; unsure goes where human goes.
 */
#ifndef SHARED_FLOW_H
#define SHARED_FLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/model.h"

#define FLOW_STATES  48 /* those taken over from other contexts included */
#define FLOW_OWN     32 /* of one context */
#define FLOW_LINE    400 /* bytes of one state's text, NUL included */
#define FLOW_NAME    16
#define FLOW_WORDS   8 /* of one speech state */
#define FLOW_REPEATS 5
#define FLOW_STEPS   100 /* states entered by one call; then it is hung up */
#define FLOW_KEYS    "0123456789*"

enum flow_kind {
	FLOW_PLAY,
	FLOW_MENU,
	FLOW_QUESTION,
	FLOW_DETECT,
	FLOW_CONNECT,
	FLOW_OPTOUT,
	FLOW_VOICEMAIL,
	FLOW_SPEECH,
	FLOW_HANGUP,
	FLOW_NKIND
};
const char *flow_kind_word(enum flow_kind);

/* Where an event leads: index of a state, or one of these. */
enum { FLOW_END = -1 /* hang up */, FLOW_UNSET = -2, FLOW_REPEAT = -3 };

enum flow_edge {
	FLOW_DONE, /* "" */
	FLOW_TIMEOUT, /* t */
	FLOW_INVALID, /* i; UNSET: as no key */
	FLOW_FAIL,
	FLOW_HUMAN,
	FLOW_MACHINE,
	FLOW_UNSURE,
	FLOW_NEDGE
};

struct flow_state {
	char name[FLOW_NAME];
	char context[MODEL_NAME]; /* that it was written in */
	enum flow_kind kind;
	char prompt[128], dest[128];
	char language[8], grammar[64];
	char amd[96]; /* arguments of AMD(), "2500,1500,..."; "" stock */
	char keys[12]; /* question: valid ones; "" all */
	int timeout_s, retries, ring_s;
	int digits; /* question: at most so many */
	bool goal;
	/*
	 * UNSET only as said above; what is absent in the text is END.  A key
	 * with END leads nowhere: a key, a word or i that hangs up leads to a
	 * state "hangup", which flow_new() adds at the end for them.
	 */
	signed char edge[FLOW_NEDGE];
	signed char key[sizeof(FLOW_KEYS) - 1]; /* by place in FLOW_KEYS */
	int nwords;
	struct {
		char word[16];
		signed char to;
	} word[FLOW_WORDS];
};

struct flow {
	char context[MODEL_NAME];
	int version; /* of the context */
	bool simple; /* made from options, not from states */
	int n; /* >= 1; 0 is where it begins */
	struct flow_state s[FLOW_STATES];
};

/*
 * What a context may refer to by name; NULL where there is none.  Without a
 * world (NULL) nothing is resolved: @NAME counts as hangup, any AMD profile
 * as the stock one.
 */
struct flow_world {
	const struct m_context *(*context)(void *arg, const char *name);
	const struct m_amd_profile *(*amd)(void *arg, const char *name);
	void *arg;
};

/*
 * Parse, resolve, validate.  NULL: err says which state, what stands there and
 * what was expected.  Refused is: bad syntax; an option or event that the
 * kind does not take; a name or event twice; a target that is not there; a
 * state that nothing leads to; a way round without a key or a word in it (it
 * would never end; a verdict of detect, a timeout, a destination that has gone
 * are no keys); a menu without a key, speech without a word or without a
 * grammar; connect without dest; play, question, voicemail without prompt;
 * keys, or a key that leads on, in a question with more digits; more than
 * FLOW_OWN, FLOW_STATES or FLOW_VARS.  Voicemail of a simple context may be
 * without a prompt.  flow_free() it.
 */
struct flow *flow_new(
    const struct m_context *, const struct flow_world *, struct buf *err);
void flow_free(struct flow *);

/*
 * The states of a simple context as texts, one per line, without a newline at
 * the end (to begin with).
 */
void flow_print_simple(const struct m_context *, struct buf *);
/* Index of that state of its own context; -1. */
int flow_find(const struct flow *, const char *name);
/* Place in FLOW_KEYS; -1: no key. */
int flow_key_index(char key);
/* The key of the first menu that leads to a state of that kind, or FLOW_NKIND
 * for repeat; '\0' if there is none. */
char flow_key_to(const struct flow *, enum flow_kind);
bool flow_has(const struct flow *, enum flow_kind);

/* ---- a call in it ----------------------------------------------------- */

struct flow_walk {
	const struct flow *f;
	int at; /* state; FLOW_END: hang up */
	int tries, repeats; /* left in this state */
	int steps; /* states entered */
};
enum flow_step {
	FLOW_GO, /* at is another state, or the same entered anew */
	FLOW_AGAIN, /* the same state asks again */
	FLOW_ENDED
};
enum flow_heard { FLOW_VALID, FLOW_REPEATED, FLOW_WRONG };

enum flow_step flow_start(struct flow_walk *, const struct flow *);
/* DONE, FAIL, HUMAN, MACHINE, UNSURE. */
enum flow_step flow_take(struct flow_walk *, enum flow_edge);
/* In a menu, question (digits 1) or speech. */
enum flow_step flow_key(struct flow_walk *, char key, enum flow_heard *);
/* In a question (more digits), with at least one. */
enum flow_step flow_digits(struct flow_walk *);
enum flow_step flow_word(
    struct flow_walk *, const char *word, enum flow_heard *);
/* Nothing was pressed or said; *timed_out: no try was left. */
enum flow_step flow_silence(struct flow_walk *, bool *timed_out);

/* ---- channel variables ------------------------------------------------ */

/*
 * DSC_<i> kind; DSC_<i>_N name, _P prompt, _T timeout, _R retries, _D dest,
 * _G ring, _L language, _M digits, _Y keys, _A AMD arguments, _Z grammar,
 * _O 1: goal; edges _X done, _Xt _Xi _Xf _Xh _Xm _Xu; keys _K0 .. _K9, _Ks
 * for *; words _W<word>.  Value of an edge: a state's number, r for repeat;
 * an edge to the end is left out, and so is every empty or zero value (but
 * the retries: 0).
 */
#define FLOW_VARS 640 /* at most, all of a flow */
typedef void flow_var_fn(void *arg, const char *name, const char *value);
void flow_vars(const struct flow *, flow_var_fn *, void *arg);
/*
 * One of them back into *f (zeroed by flow_vars_begin()), values cut to what
 * has room, as the dialplan would take them.  False: none of these names.
 * flow_vars_end(): n is set, nothing leads outside.
 */
void flow_vars_begin(struct flow *);
bool flow_var(struct flow *, const char *name, size_t nname, const char *value,
    size_t nvalue);
void flow_vars_end(struct flow *);

#endif
