/* SPDX-License-Identifier: MIT */
/*
 * keys: which keys were pressed today, by country and context, and which of
 * them seem to be pressed by answering machines: in some countries their
 * greetings say "press 1", play the tone of it, or sit behind a menu of their
 * own, and what they press connects them to agents.  Counts (struct row_key,
 * shared/rows.h) and warns; changes nothing by itself.
 *
 * A press looks like a machine's if it came before anything was asked
 * (detection still listened, or no prompt had begun, or one so short ago that
 * nobody can have reacted to it), or on a call that detection calls a machine.
 * A connection that a key made looks like one if its call had such a press, or
 * if detection calls it a machine.
 *
 * Warned of is a key of at least KEYS_MIN connections of which, at 95 %
 * confidence, more than KEYS_SHARE were machines: the lower end of Wilson's
 * score interval (E. B. Wilson, JASA 22, 1927, p. 209).  It asks for more
 * evidence the fewer the calls are, and is good for small shares.  A context
 * that was changed is judged anew, by its connections since then.
 *
 * Bounded: at most ROWS_KEYS_MAX rows.  A key for which there is no row any
 * more is not counted; no row gives way to another before the day is over.
 */
#ifndef ENGINE_KEYS_H
#define ENGINE_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/flow.h"
#include "shared/rows.h"

/*
 * Fewer connections say little: of 20 at least 5 must look like machines
 * before it is warned of, which at a true share of 3 % happens to one key in
 * 4000.
 */
#define KEYS_MIN 20
/*
 * One machine in ten connections costs agents more time than a changed prompt
 * costs; detection alone calls some 3 % of humans machines, which must not
 * warn.
 */
#define KEYS_SHARE 0.10
/* Two-sided 95 % of the normal distribution. */
#define KEYS_Z 1.959964
/*
 * From the begin of the first prompt of a call to the end of a key's tone.  A
 * tone lasts 100 ms or so, and nobody reacts to a sound in less than 200 ms.
 */
#define KEYS_REACT_MS 300
/* Nothing is said by that of events that a switch tells later than this. */
#define KEYS_LATE_MS 100
/* What a talk with a machine lasts, agents hang up then (STATS_SHORT_MS). */
#define KEYS_SHORT_MS 6000

enum keys_what { /* what a key led to; of several the last one here is shown */
	KEYS_EARLY, /* nobody listened */
	KEYS_INVALID,
	KEYS_GO, /* to another state */
	KEYS_REPEAT,
	KEYS_ANSWER,
	KEYS_OPTOUT,
	KEYS_CONNECT,
	KEYS_NWHAT
};
const char *keys_word(enum keys_what);

/* ---- the book of a day ------------------------------------------------- */

struct keys;
struct keys *keys_new(void);
void keys_free(struct keys *); /* NULL is allowed */
void keys_new_day(struct keys *);

/*
 * What the context is from now on; cheap when its version is known.  Of one
 * that changed the evidence so far does not count any more.
 */
void keys_flow(struct keys *, const struct flow *);
/* Index of the row of that key, made if need be; -1: no room, or no key. */
int keys_row(struct keys *, const char *country, const char *context, char key);
/* One press; ms from the prompt's begin, -1: not known. */
void keys_press(struct keys *, int row, enum keys_what, bool early,
    bool on_machine, int ms);
/* The last press led to this, as is known only now. */
void keys_led(struct keys *, int row, enum keys_what);
/* It made a connection. */
void keys_connect(struct keys *, int row, bool machine);
/* There was a talk behind it. */
void keys_talk(struct keys *, int row, int64_t ms);
/*
 * What the database knows of a key (db/keys.h) is added: counters of r, its
 * country, context, key and leads.  version: of the context the calls had;
 * give the lower ones first.
 */
void keys_seed(struct keys *, const struct row_key *r, int version);

/* Changes when a new one begins: what is kept of a row is of no use then. */
uint32_t keys_day(const struct keys *);
/* The next row that has changed; false: none.  Zeros: it is free again. */
bool keys_next(struct keys *, uint32_t *slot, struct row_key *);

/* ---- judging ----------------------------------------------------------- */

/* Lower end of Wilson's interval of k of n; -1 of none. */
double keys_wilson(uint32_t k, uint32_t n);
/*
 * Once a second: what is warned of is worked out.  fn gets each context with
 * KEYS_MIN connections by a key that it still has: the worst lower end of
 * them, and of a warning its words, else "".
 */
typedef void keys_worst_fn(
    void *arg, const char *context, double low, const char *advice);
void keys_judge(struct keys *, keys_worst_fn *, void *arg);

/* ---- a call ------------------------------------------------------------ */

struct engine;
struct call;

/* Embedded in struct call as keys; all zero to begin with. */
struct keys_call {
	uint32_t day; /* of row */
	uint16_t row; /* + 1: of the last key that was heard; 0 none */
	bool asked, played; /* a prompt that asks, any prompt has begun */
	bool heard; /* a key was, while it was watched */
	bool fresh; /* one just now, and what it led to is not known */
	bool once; /* the prompt that asks is the first sound */
	bool connect; /* the key has connected */
	char key; /* the last one heard */
	int64_t asked_ns; /* begin of the last prompt that asks, mono */
	int before_ms; /* key_ms before the last key */
};

/*
 * Called by track.c when such an event is applied.  They set key_ms, key_early
 * and keys_invalid of the call, and nothing else of it but keys.
 */
/* EV_PLAYING; state of the flow or NULL. */
void keys_playing(struct engine *, struct call *, const char *state);
/* EV_DTMF: counts only while nothing is asked. */
void keys_early(struct engine *, struct call *, char key);
/*
 * EV_KEY KEYS_GO, EV_INVALID KEYS_INVALID, a repeat KEYS_REPEAT, EV_ANSWER
 * KEYS_ANSWER (key: its text if that is one key, else '\0'), EV_OPTOUT
 * KEYS_OPTOUT, EV_CONNECT KEYS_CONNECT; key '\0': not told.
 */
void keys_heard(struct engine *, struct call *, char key, enum keys_what);
/* It has ended: how long they talked; and of a call of which not all was seen
 * (restart, lost link) what its key led to. */
void keys_ended(struct engine *, struct call *);
/* watch.c: feeds context.machine_keys. */
void keys_watch(struct engine *);

#endif
