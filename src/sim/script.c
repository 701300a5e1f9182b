/* SPDX-License-Identifier: MIT */
/*
 * script: the phases of a simulated call.  Stages, their order and their
 * texts are those of contrib/asterisk/extensions_discador.conf line by line;
 * a change there is a change here.  It holds no list of calls and no clock.
 */
#include "sim/script.h"

/* Measured on Asterisk 22 with the stock amd.conf; milliseconds. */
#define AMD_HUMAN_MS    2200
#define AMD_MACHINE_MS  2400
#define AMD_SILENT_MS   3100
#define PROMPT_MS       8650
#define NO_PROMPT_MS    10
#define SHORT_SOUND_MS  2500 /* before connecting, goodbye */
#define MESSAGE_MS      12000
#define GREETING_END_MS 17100 /* machine: beep and 1.5 s of silence */
#define AGENT_RING_MS   500
#define AGENT_RETRY_MS  500
#define REPEATS         5

static int64_t
later(const struct script_env *env, int64_t from_ns, int64_t ms)
{
	return from_ns + (int64_t)((double)ms * NS_PER_MS / env->cfg.speed);
}

/* The carrier's own milliseconds between two instants. */
static int
elapsed(const struct script_env *env, int64_t from_ns, int64_t to_ns)
{
	return (
	    int)((double)(to_ns - from_ns) * env->cfg.speed / NS_PER_MS + 0.5);
}

void
script_init(struct script *k, struct script_env *env, int64_t now,
    const char *number, int timeout_ms, const struct ivr *menu, void *owner)
{
	*k = (struct script){
		.owner = owner,
		.dialled = now,
		.t_plan = now,
		.t_key = INT64_MAX,
		.t_hang = INT64_MAX,
		.exten = "s",
		.timeout_ms = timeout_ms,
		.tries = menu->retries,
		.repeats = REPEATS,
		.menu = *menu,
	};
	if (env->cfg.mix)
		fate_draw(&k->fate, number, menu->connect, menu->disconnect,
		    env->rng);
	else
		fate_of_digits(&k->fate, number);
}

int64_t
script_due(const struct script *k)
{
	return MINIMUM(k->t_plan, MINIMUM(k->t_key, k->t_hang));
}

/* An action about this call with nothing but its kind filled in. */
static struct carrier_act
act_of(const struct script_step *s, enum carrier_what what)
{
	return (struct carrier_act){
		.what = what,
		.call = s->k->call,
		.owner = s->k->owner,
		.at_ns = s->now,
		.word = "",
		.text = "",
		.reason_text = "",
		.exten = s->k->exten,
		.menu = &s->k->menu,
		.dial_status = "",
	};
}

static void
tell(const struct script_step *s, enum carrier_what what, int ms,
    const char *text)
{
	struct carrier_act a = act_of(s, what);

	a.ms = ms;
	a.text = text;
	s->fn(s->arg, &a);
}

static void
stage(const struct script_step *s, const char *word, char key, const char *text,
    const char *reason)
{
	struct carrier_act a = act_of(s, CARRIER_STAGE);

	a.word = word;
	a.key = key;
	a.text = text;
	a.reason_text = reason;
	s->fn(s->arg, &a);
}

static void
enter(const struct script_step *s, enum script_phase phase, int64_t ms)
{
	s->k->phase = phase;
	s->k->t_plan = later(s->env, s->now, ms);
}

static bool
is_queue(const struct script *k)
{
	const char *rest;

	return ivr_dest(&k->menu, &rest) == IVR_DEST_QUEUE;
}

static void
release_agent(const struct script_step *s)
{
	if (s->k->agent)
		s->env->busy_agents--;
	s->k->agent = false;
}

static enum disposition
truth_of(const struct script *k, int cause)
{
	if (k->up)
		return k->optout      ? DISP_OPTED_OUT
		       : k->connected ? DISP_CONNECTED
		       : k->asked     ? DISP_ABANDONED
		       : k->machine   ? DISP_MACHINE
				      : DISP_ANSWERED_NO_KEY;
	switch (cause) {
	case 17:
		return DISP_BUSY;
	case 19:
		return DISP_NO_ANSWER;
	case 34:
		return DISP_CONGESTION;
	case 1:
	case 28:
		return DISP_INVALID_NUMBER;
	case 21:
		return DISP_REJECTED;
	}
	return DISP_CANCELLED;
}

/* The exten h and the hang-up; the call is over. */
static void
end(const struct script_step *s, int cause, int sip, int reason,
    const char *dial_status, enum disposition truth)
{
	struct script *k = s->k;
	struct carrier_act a;

	if (k->up) {
		k->exten = "h";
		a = act_of(s, CARRIER_STAGE);
		a.word = "hangup";
		a.key = k->last_key;
		/* how far it came, in the words of the dialplan's dsc_res */
		a.text = k->optout      ? "optout"
			 : k->connected ? "connected"
			 : k->asked     ? "connect"
			 : k->machine   ? "machine"
					: "none";
		a.cause = cause;
		a.sip = sip;
		s->fn(s->arg, &a);
	}
	a = act_of(s, CARRIER_HANGUP);
	a.answered = k->up;
	a.cause = cause;
	a.sip = sip;
	a.reason = reason;
	a.dial_status = dial_status;
	a.last_key = k->last_key;
	a.truth = truth;
	s->fn(s->arg, &a);
	release_agent(s);
}

/*
 * The end of an answered call by cause: either side hung up.  If that was in
 * the queue or the talk, the destination is left first.
 */
static void
end_answered(const struct script_step *s, int cause)
{
	struct script *k = s->k;
	bool queue = is_queue(k);

	if (k->phase == SCRIPT_TALK) {
		tell(s, CARRIER_AGENT_DONE, elapsed(s->env, k->talk, s->now),
		    "caller");
		k->exten = "h";
		stage(s, "left", '\0', queue ? "SERVED" : "ANSWER", "");
	} else if (k->phase == SCRIPT_QUEUE) {
		tell(s, CARRIER_ABANDONED, elapsed(s->env, k->queued, s->now),
		    "CANCEL");
		k->exten = "h";
		stage(s, "left", '\0', queue ? "ABANDON" : "CANCEL", "");
	}
	end(s, cause, 0, 4, "", truth_of(k, cause));
}

static void
play(const struct script_step *s)
{
	s->k->exten = "menu";
	stage(s, "playing", '\0', "", "");
	enter(s, SCRIPT_PLAY,
	    !s->k->menu.prompt          ? NO_PROMPT_MS
	    : s->env->cfg.prompt_ms > 0 ? s->env->cfg.prompt_ms
					: PROMPT_MS);
}

/* Without a goodbye sound the call ends at once. */
static void
goodbye(const struct script_step *s)
{
	s->k->exten = "goodbye";
	if (s->k->menu.prompt_goodbye)
		stage(s, "goodbye", '\0', "", "");
	enter(s, SCRIPT_BYE, s->k->menu.prompt_goodbye ? SHORT_SOUND_MS : 0);
}

/* After no key or a wrong one: the prompt again while there are retries. */
static void
again(const struct script_step *s)
{
	if (s->k->tries > 0) {
		s->k->tries--;
		play(s);
		return;
	}
	s->k->exten = "timeout";
	stage(s, "timeout", '\0', "", "");
	goodbye(s);
}

static void
answer(const struct script_step *s)
{
	struct script *k = s->k;

	k->up = true;
	k->answered = s->now;
	k->t_hang = later(s->env, s->now, k->fate.hangup_ms);
	if (k->fate.key != '\0')
		k->t_key = later(s->env, s->now, k->fate.key_ms);
	tell(s, CARRIER_ANSWERED, 0, "");
	stage(s, "up", '\0', "", "");
	if (!k->menu.amd)
		play(s);
	else
		enter(s, SCRIPT_AMD,
		    k->fate.kind == FATE_MACHINE  ? AMD_MACHINE_MS
		    : k->fate.kind == FATE_SILENT ? AMD_SILENT_MS
						  : AMD_HUMAN_MS);
}

static void
amd_done(const struct script_step *s)
{
	struct script *k = s->k;

	if (k->fate.kind == FATE_MACHINE)
		stage(s, "amd", '\0', "MACHINE", "MAXWORDS-3-2");
	else if (k->fate.kind == FATE_SILENT)
		stage(s, "amd", '\0', "MACHINE", "INITIALSILENCE-2500-2500");
	else
		stage(s, "amd", '\0', "HUMAN", "HUMAN-815-800");
	k->machine = k->fate.kind != FATE_HUMAN;
	if (!k->machine) {
		play(s);
		return;
	}
	k->exten = "machine";
	switch (k->menu.on_machine) {
	case IVR_MACHINE_HANGUP:
		stage(s, "machine", '\0', "hangup", "");
		enter(s, SCRIPT_BYE, 0);
		break;
	case IVR_MACHINE_PROMPT:
		stage(s, "machine", '\0', "prompt", "");
		play(s);
		break;
	case IVR_MACHINE_MESSAGE:
		stage(s, "machine", '\0', "message", "");
		enter(s, SCRIPT_SILENCE, 1500);
		if (k->fate.kind == FATE_MACHINE)
			k->t_plan = later(s->env, k->answered, GREETING_END_MS);
		break;
	}
}

/* The connect key, and its prompt if it has one, are done: call an agent. */
static void
transfer(const struct script_step *s)
{
	const char *rest;

	if (ivr_dest(&s->k->menu, &rest) == IVR_DEST_BAD) {
		stage(s, "left", '\0', "BADDEST", "");
		enter(s, SCRIPT_BYE, 0);
		return;
	}
	s->k->queued = s->now;
	tell(s, CARRIER_QUEUED, 0, "");
	enter(s, SCRIPT_QUEUE, 0);
}

static void
find_agent(const struct script_step *s)
{
	struct script *k = s->k;
	struct script_env *env = s->env;
	int waited = elapsed(env, k->queued, s->now);

	if (k->agent) {
		k->connected = true;
		k->talk = s->now;
		tell(s, CARRIER_AGENT_UP, waited, "");
		if (!is_queue(k)) /* of Queue() only AgentConnect tells */
			stage(s, "connected", '\0', "", "");
		enter(s, SCRIPT_TALK, k->fate.talk_ms);
	} else if (env->cfg.agents == 0 || env->busy_agents < env->cfg.agents) {
		k->agent = true;
		env->busy_agents++;
		enter(s, SCRIPT_QUEUE,
		    env->cfg.mix ? 500 + (int64_t)rng_below(env->rng, 4500)
				 : AGENT_RING_MS);
	} else if (waited >= k->menu.ring_s * 1000) {
		const char *how = is_queue(k) ? "TIMEOUT" : "NOANSWER";

		tell(s, CARRIER_ABANDONED, waited, how);
		stage(s, "left", '\0', how, "");
		enter(s, SCRIPT_BYE, 0);
	} else {
		enter(s, SCRIPT_QUEUE, AGENT_RETRY_MS);
	}
}

static void
key_pressed(const struct script_step *s)
{
	struct script *k = s->k;
	char key = k->fate.key;
	struct carrier_act a = act_of(s, CARRIER_DTMF);

	k->t_key = INT64_MAX;
	if (s->env->cfg.deaf > 0 && rng_unit(s->env->rng) < s->env->cfg.deaf)
		return; /* the line lost it */
	k->last_key = key;
	a.key = key;
	s->fn(s->arg, &a);
	if (k->phase != SCRIPT_PLAY && k->phase != SCRIPT_WAIT)
		return; /* AMD() swallows it, and nobody listens later */
	stage(s, "key", key, "", "");
	if (key == k->menu.disconnect) {
		k->optout = true;
		k->exten = "optout";
		stage(s, "optout", key, "", "");
		goodbye(s);
	} else if (key == k->menu.connect) {
		k->asked = true;
		k->exten = "connect";
		stage(s, "connect", key, "", "");
		enter(s, SCRIPT_TRANSFER,
		    k->menu.prompt_connect ? SHORT_SOUND_MS : 0);
	} else if (key == k->menu.repeat && k->repeats > 0) {
		k->repeats--;
		stage(s, "repeat", key, "", "");
		play(s);
	} else {
		stage(s, "invalid", key, "", "");
		again(s);
	}
}

static void
message(const struct script_step *s)
{
	stage(s, "machine", '\0', "voicemail", "");
	if (s->k->menu.prompt_machine) {
		enter(s, SCRIPT_MESSAGE, MESSAGE_MS);
		return;
	}
	stage(s, "machine", '\0', "failed", "");
	enter(s, SCRIPT_BYE, 0);
}

/* The ringing is over: answered, or refused by the far end.  False: ended. */
static bool
ring_done(const struct script_step *s)
{
	enum fate_kind kind = s->k->fate.kind;
	int cause = fate_cause(kind);

	if (fate_answers(kind)) {
		answer(s);
		return true;
	}
	end(s, cause, fate_sip(kind), 0,
	    kind == FATE_BUSY         ? "BUSY"
	    : kind == FATE_CONGESTION ? "CONGESTION"
				      : "NOANSWER",
	    truth_of(s->k, cause));
	return false;
}

static void
ring(const struct script_step *s, int ms)
{
	s->k->ringing = s->k->fate.ringing;
	if (s->k->ringing)
		tell(s, CARRIER_RINGING, 0, "");
	enter(s, SCRIPT_RING, ms);
}

/* The dialplan's or the ringing's time has come.  False: ended. */
static bool
plan_due(const struct script_step *s)
{
	struct script *k = s->k;

	switch (k->phase) {
	case SCRIPT_NEW:
		tell(s, CARRIER_DIALLING, 0, "");
		k->t_hang = later(s->env, k->dialled, k->timeout_ms);
		if (k->fate.ringing && k->fate.pdd_ms > 0)
			enter(s, SCRIPT_PDD, k->fate.pdd_ms);
		else
			ring(s, k->fate.ring_ms);
		break;
	case SCRIPT_PDD:
		ring(s, k->fate.ring_ms - k->fate.pdd_ms);
		break;
	case SCRIPT_RING:
		return ring_done(s);
	case SCRIPT_AMD:
		amd_done(s);
		break;
	case SCRIPT_PLAY:
		stage(s, "wait", '\0', "", "");
		enter(s, SCRIPT_WAIT, k->menu.timeout_s * 1000LL);
		break;
	case SCRIPT_WAIT:
		again(s);
		break;
	case SCRIPT_TRANSFER:
		transfer(s);
		break;
	case SCRIPT_QUEUE:
		find_agent(s);
		break;
	case SCRIPT_TALK:
		tell(s, CARRIER_AGENT_DONE, elapsed(s->env, k->talk, s->now),
		    "agent");
		release_agent(s);
		stage(s, "left", '\0', is_queue(k) ? "SERVED" : "ANSWER", "");
		enter(s, SCRIPT_BYE, 0);
		break;
	case SCRIPT_SILENCE:
		message(s);
		break;
	case SCRIPT_MESSAGE:
		stage(s, "machine", '\0', "delivered", "");
		enter(s, SCRIPT_BYE, 0);
		break;
	case SCRIPT_BYE:
		end_answered(s, 16);
		return false;
	}
	return true;
}

bool
script_run(const struct script_step *s)
{
	struct script *k = s->k;

	if (k->t_hang <= k->t_plan && k->t_hang <= k->t_key) {
		if (k->up)
			end_answered(s, 16);
		else /* Originate's Timeout; no DialEnd is sent for it */
			end(s, 19, 480, 3, "", DISP_NO_ANSWER);
		return false;
	}
	if (k->t_key <= k->t_plan) {
		key_pressed(s);
		return true;
	}
	return plan_due(s);
}

void
script_hangup(const struct script_step *s, int cause)
{
	if (cause == 0)
		cause = 16;
	if (s->k->up)
		end_answered(s, cause);
	else
		end(s, cause, 0, 0, "NOANSWER", DISP_CANCELLED);
}
