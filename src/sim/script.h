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

#include "sim/carrier.h"
#include "sim/fate.h"
#include "sim/ivr.h"

enum script_phase {
	SCRIPT_NEW,
	SCRIPT_PDD,
	SCRIPT_RING,
	SCRIPT_AMD,
	SCRIPT_PLAY,
	SCRIPT_WAIT,
	SCRIPT_TRANSFER, /* the prompt before the destination is tried */
	SCRIPT_QUEUE, /* looking for an agent, who may be ringing */
	SCRIPT_TALK,
	SCRIPT_SILENCE, /* for the machine's beep */
	SCRIPT_MESSAGE, /* to the machine */
	SCRIPT_BYE,
};

struct script {
	struct carrier_call *call;
	void *owner;
	/* Timers in ns, INT64_MAX is off: dialplan, callee's key, the end. */
	int64_t t_plan, t_key, t_hang;
	int64_t dialled, answered, queued, talk;
	const char *exten;
	int timeout_ms;
	int tries, repeats; /* left */
	enum script_phase phase;
	bool up, ringing, optout, machine, asked, connected;
	bool agent; /* holds one of script_env.busy_agents */
	char last_key;
	struct fate fate;
	struct ivr menu;
};

/* What all scripts of a carrier share. */
struct script_env {
	struct carrier_config cfg;
	struct rng *rng;
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

/* Number, menu and owner as in carrier_dial(). */
void script_init(struct script *, struct script_env *, int64_t now_ns,
    const char *number, int timeout_ms, const struct ivr *, void *owner);
/* When it is due. */
int64_t script_due(const struct script *);
/* The timer that is due fires.  False: the call has ended. */
bool script_run(const struct script_step *);
/* Our side hangs up. */
void script_hangup(const struct script_step *, int cause);

#endif
