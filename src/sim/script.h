/* SPDX-License-Identifier: MIT */
/*
 * script: one simulated call's way through the ringing and the dialplan
 * contrib/asterisk/extensions_discador.conf.  Used by carrier.c alone, which
 * knows when a script is due; the script knows what happens then.
 */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/flow.h"
#include "sim/carrier.h"
#include "sim/fate.h"
#include "sim/flowset.h"

#define SCRIPT_ANSWERS 201 /* bytes of their summary, with the NUL */
#define SCRIPT_NUMBER  24 /* digits that a callee presses in a row, and NUL */

enum script_phase {
	SCRIPT_NEW,
	SCRIPT_PDD,
	SCRIPT_RING,
	SCRIPT_AMD,
	SCRIPT_PLAY, /* a prompt, at whose end something is asked, or not */
	SCRIPT_WAIT, /* for a key */
	SCRIPT_DIGITS, /* for the next digit of a number */
	SCRIPT_LISTEN, /* to a prompt and for a word */
	SCRIPT_TRANSFER, /* the prompt before the destination is tried */
	SCRIPT_QUEUE, /* looking for an agent, who may be ringing */
	SCRIPT_TALK,
	SCRIPT_SILENCE, /* for the machine's beep */
	SCRIPT_MESSAGE, /* to the machine */
	SCRIPT_SAY, /* a sound behind which the flow goes on */
	SCRIPT_BYE, /* the call ends behind it */
};

struct script {
	struct carrier_call *call;
	void *owner;
	/* Timers in ns, INT64_MAX is off: dialplan, callee's key, the end. */
	int64_t t_plan, t_key, t_hang;
	int64_t dialled, answered, queued, talk;
	const char *exten;
	const char *dest; /* of the flow's last connect state */
	int timeout_ms;
	enum script_phase phase;
	bool up, ringing, optout, machine, asked, connected, goal;
	bool agent; /* holds one of script_env.busy_agents */
	char last_key; /* pressed, heard or not */
	char key; /* the dialplan's: of the last state that asked */
	char told; /* the last one that it reported */
	char digits[SCRIPT_NUMBER]; /* of the number being entered */
	char press[SCRIPT_NUMBER]; /* the callee's plan: these keys */
	const char *say; /* or this word; NULL */
	int replies; /* times that a drawn callee was asked */
	struct fate fate;
	struct flow_walk walk;
	char answers[SCRIPT_ANSWERS];
};

/* What all scripts of a carrier share. */
struct script_env {
	struct carrier_config cfg;
	struct rng *rng;
	struct flowset *flows;
	int busy_agents;
};

/* One step: which script, when, and where its actions go. */
struct script_step {
	struct script_env *env;
	struct script *k;
	int64_t now;
	carrier_fn *fn;
	void *arg;
};

/* Number, flow and owner as in carrier_dial(). */
void script_init(struct script *, struct script_env *, int64_t now_ns,
    const char *number, int timeout_ms, const struct flow *, void *owner);
/* What it holds of the environment is given back. */
void script_clear(struct script *, struct script_env *);
/* When it is due. */
int64_t script_due(const struct script *);
/* The timer that is due fires.  False: the call has ended. */
bool script_run(const struct script_step *);
/* Our side hangs up. */
void script_hangup(const struct script_step *, int cause);

#endif
