/* SPDX-License-Identifier: MIT */
/*
 * script: the life of a simulated call: dialled, ringing, answered, ended,
 * and who ends it.  Between answer and end script_flow.c has the word.  It
 * holds no list of calls and no clock.
 */
#include "sim/script.h"

#include "sim/script_part.h"

int64_t
script_later(const struct script_env *env, int64_t from_ns, int64_t ms)
{
	return from_ns + (int64_t)((double)ms * NS_PER_MS / env->cfg.speed);
}

int
script_elapsed(const struct script_env *env, int64_t from_ns, int64_t to_ns)
{
	return (
	    int)((double)(to_ns - from_ns) * env->cfg.speed / NS_PER_MS + 0.5);
}

void
script_init(struct script *k, struct script_env *env, int64_t now,
    const char *number, int timeout_ms, const struct flow *flow, void *owner)
{
	*k = (struct script){
		.owner = owner,
		.dialled = now,
		.t_plan = now,
		.t_key = INT64_MAX,
		.t_hang = INT64_MAX,
		.exten = "s",
		.dest = "",
		.timeout_ms = timeout_ms,
		.walk.f = flowset_take(env->flows, flow),
	};
	if (env->cfg.mix)
		fate_draw(&k->fate, number, env->rng);
	else
		fate_of_digits(&k->fate, number);
}

void
script_clear(struct script *k, struct script_env *env)
{
	flowset_give(env->flows, k->walk.f);
	k->walk.f = NULL;
}

int64_t
script_due(const struct script *k)
{
	return MINIMUM(k->t_plan, MINIMUM(k->t_key, k->t_hang));
}

/* ---- telling ---------------------------------------------------------- */

struct carrier_act
script_act(const struct script_step *s, enum carrier_what what)
{
	return (struct carrier_act){
		.what = what,
		.call = s->k->call,
		.owner = s->k->owner,
		.at_ns = s->now,
		.word = "",
		.text = "",
		.reason_text = "",
		.state = "",
		.answers = "",
		.exten = s->k->exten,
		.dest = s->k->dest,
		.dial_status = "",
	};
}

void
script_tell(const struct script_step *s, enum carrier_what what, int ms,
    const char *text)
{
	struct carrier_act a = script_act(s, what);

	a.ms = ms;
	a.text = text;
	s->fn(s->arg, &a);
}

void
script_stage(const struct script_step *s, const struct flow_state *st,
    const char *word, char key, const char *text, const char *reason)
{
	struct carrier_act a = script_act(s, CARRIER_STAGE);

	a.word = word;
	a.key = key;
	a.text = text;
	a.reason_text = reason;
	if (st != NULL)
		a.state = st->name;
	s->fn(s->arg, &a);
}

void
script_enter(const struct script_step *s, enum script_phase phase, int64_t ms)
{
	s->k->phase = phase;
	s->k->t_plan = script_later(s->env, s->now, ms);
}

void
script_release_agent(const struct script_step *s)
{
	if (s->k->agent)
		s->env->busy_agents--;
	s->k->agent = false;
}

/* ---- the end ---------------------------------------------------------- */

static enum disposition
truth_of(const struct script *k, int cause)
{
	if (k->up)
		return k->optout      ? DISP_OPTED_OUT
		       : k->connected ? DISP_CONNECTED
		       : k->goal      ? DISP_COMPLETED
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

/* The exten h: how far it came, in the words of the dialplan's dsc_res. */
static void
sum_up(const struct script_step *s, int cause, int sip)
{
	struct script *k = s->k;
	struct carrier_act a;

	k->exten = "h";
	a = script_act(s, CARRIER_STAGE);
	a.word = "hangup";
	a.key = k->told;
	a.text = k->optout      ? "optout"
		 : k->connected ? "connected"
		 : k->goal      ? "goal"
		 : k->asked     ? "connect"
		 : k->machine   ? "machine"
				: "none";
	a.answers = k->answers;
	a.cause = cause;
	a.sip = sip;
	s->fn(s->arg, &a);
}

/* The call is over. */
static void
end(const struct script_step *s, int cause, int sip, int reason,
    const char *dial_status, enum disposition truth)
{
	struct script *k = s->k;
	struct carrier_act a;

	if (k->up)
		sum_up(s, cause, sip);
	a = script_act(s, CARRIER_HANGUP);
	a.answered = k->up;
	a.cause = cause;
	a.sip = sip;
	a.reason = reason;
	a.dial_status = dial_status;
	a.last_key = k->last_key;
	a.truth = truth;
	s->fn(s->arg, &a);
	script_release_agent(s);
}

/* Of an answered call, by cause: either side hung up. */
static void
end_answered(const struct script_step *s, int cause)
{
	script_flow_leave(s);
	end(s, cause, 0, 4, "", truth_of(s->k, cause));
}

/* ---- dialled, ringing ------------------------------------------------- */

static void
answer(const struct script_step *s)
{
	struct script *k = s->k;

	k->up = true;
	k->answered = s->now;
	k->t_hang = script_later(s->env, s->now, k->fate.hangup_ms);
	if (k->fate.key != '\0') {
		k->press[0] = k->fate.key;
		k->t_key = script_later(s->env, s->now, k->fate.key_ms);
	}
	script_tell(s, CARRIER_ANSWERED, 0, "");
	script_flow_begin(s);
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
		script_tell(s, CARRIER_RINGING, 0, "");
	script_enter(s, SCRIPT_RING, ms);
}

/* The dialplan's or the ringing's time has come.  False: ended. */
static bool
plan_due(const struct script_step *s)
{
	struct script *k = s->k;

	switch (k->phase) {
	case SCRIPT_NEW:
		script_tell(s, CARRIER_DIALLING, 0, "");
		k->t_hang = script_later(s->env, k->dialled, k->timeout_ms);
		if (k->fate.ringing && k->fate.pdd_ms > 0)
			script_enter(s, SCRIPT_PDD, k->fate.pdd_ms);
		else
			ring(s, k->fate.ring_ms);
		return true;
	case SCRIPT_PDD:
		ring(s, k->fate.ring_ms - k->fate.pdd_ms);
		return true;
	case SCRIPT_RING:
		return ring_done(s);
	default:
		if (script_flow_due(s))
			return true;
		end_answered(s, 16);
		return false;
	}
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
		script_callee_due(s);
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
