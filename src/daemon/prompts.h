/* SPDX-License-Identifier: MIT */
/*
 * prompts: which sounds are on which switch.  A switch is asked by a call to
 * itself (Local/hold@discador-check, contrib/asterisk): its dialplan begins to
 * play the sound (or to hear: PROMPTS_SPEECH) and reports if that failed.  No
 * AMI right is needed for it that dialling does not need.  Nothing of such a
 * call reaches the engine.
 */
#ifndef DAEMON_PROMPTS_H
#define DAEMON_PROMPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "net/switch.h"
#include "shared/buf.h"

struct daemon;
struct prompts_round;

enum prompts_state {
	PROMPTS_UNKNOWN, /* not asked, or no answer came: why */
	PROMPTS_PRESENT,
	PROMPTS_MISSING,
};

/*
 * Asked for as a sound: can this switch hear spoken answers?  "present" if an
 * engine of Asterisk's speech API (res_speech) takes a call.
 */
#define PROMPTS_SPEECH ENGINE_SPEECH
/* For people: a context, a switch. */
#define PROMPTS_NO_SPEECH                                                      \
	"context %s wants spoken answers and switch %s has no speech engine "  \
	"(res_speech): load one into its Asterisk, or take the speech states " \
	"out of the context"

#define PROMPTS_FRESH_S 600 /* an answer is believed for so long */
#define PROMPTS_WAIT_S  5 /* for one answer */

struct prompts_answer {
	unsigned sw; /* index in conf.switches */
	char name[128];
	enum prompts_state state;
	char why[120]; /* PROMPTS_UNKNOWN */
};
/*
 * Called once, from the loop: all have answered or their time is over.  The
 * answers are borrowed.  stopping: the engine ends, and so does the round.
 */
typedef void prompts_done(
    void *arg, const struct prompts_answer *, size_t n, bool stopping);
struct prompts_round *prompts_round(struct daemon *, prompts_done *, void *arg);
/* One question; asked again only if what is known is not a fresh "present". */
void prompts_ask(
    struct prompts_round *, unsigned sw, const char *name, bool even_if_fresh);
/*
 * Begin; done comes later, also when there is nothing to ask.  What has not
 * been asked after so many seconds is not known.
 */
void prompts_go(struct prompts_round *, int seconds);
#define PROMPTS_SOON_S 6 /* somebody waits for the answer */
#define PROMPTS_LONG_S 600

/* What is known without asking. */
enum prompts_state prompts_known(
    const struct daemon *, unsigned sw, const char *name);
/*
 * What stands against a campaign: a sound that is missing on all of its
 * switches (true, with the first of them and the mend), or what is only known
 * or missing in part (false, a sentence; "" nothing).
 */
bool prompts_against(
    const struct daemon *, const char *campaign, struct buf *text);
/* Ask for all that a campaign plays, on its switches; false: nothing to ask. */
bool prompts_ask_campaign(struct prompts_round *, const char *campaign);

/* Sounds were changed: what was missing may be there now. */
void prompts_forget(struct daemon *);

/* True: it belongs to such a call and is not for the engine. */
bool prompts_event(struct daemon *, const struct sw_event *);
void prompts_free(struct daemon *);

#endif
