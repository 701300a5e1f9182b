/* SPDX-License-Identifier: MIT */
/*
 * script_flow: what the dialplan does on an answered call, state by state of
 * its flow.  Stages, their order and their texts are those of
 * contrib/asterisk/extensions_discador.conf; a change there is a change here.
 */
#include "sim/script_part.h"

/* Measured on Asterisk 22 with the stock amd.conf; milliseconds. */
#define AMD_HUMAN_MS    1400 /* and the silence after the greeting */
#define AMD_MACHINE_MS  2400
#define AMD_SILENT_MS   600 /* and the silence that it takes */
#define SHORT_SOUND_MS  2500 /* before connecting, goodbye */
#define MESSAGE_MS      12000
#define SILENCE_MS      1500
#define GREETING_END_MS 17100 /* machine: beep and 1.5 s of silence */
#define AGENT_RING_MS   500
#define AGENT_RETRY_MS  500
#define RING_S          30 /* where the flow says nothing */

static bool
is_queue(const struct script *k)
{
	const char *rest;

	return carrier_dest(k->dest, &rest) == CARRIER_DEST_QUEUE;
}

static int
sound_ms(const struct flow_state *st)
{
	return st->prompt[0] != '\0' ? SHORT_SOUND_MS : 0;
}

/* ---- answering machines ----------------------------------------------- */

/* The i-th of AMD()'s arguments; fallback where it is left out. */
static int
amd_arg(const struct flow_state *st, int i, int fallback)
{
	const char *p = st->amd;
	int v = 0, n = 0;

	for (; i > 0; i--) {
		if ((p = strchr(p, ',')) == NULL)
			return fallback;
		p++;
	}
	for (; *p >= '0' && *p <= '9' && n < 6; p++, n++)
		v = v * 10 + (*p - '0');
	return n > 0 ? v : fallback;
}

static void
detect(const struct script_step *s, const struct flow_state *st)
{
	const struct fate *f = &s->k->fate;

	script_enter(s, SCRIPT_AMD,
	    f->kind == FATE_MACHINE  ? AMD_MACHINE_MS
	    : f->kind == FATE_SILENT ? amd_arg(st, 0, 2500) + AMD_SILENT_MS
	    : f->unsure              ? amd_arg(st, 3, 5000)
				     : amd_arg(st, 2, 800) + AMD_HUMAN_MS);
}

/* What comes of a machine, in the word of its report. */
static const char *
machine_word(const struct flow *f, const struct flow_state *st)
{
	int to = st->edge[FLOW_MACHINE];

	if (to < 0 || f->s[to].kind == FLOW_HANGUP)
		return "hangup";
	return f->s[to].kind == FLOW_VOICEMAIL ? "message"
	       : f->s[to].kind == FLOW_CONNECT ? "connect"
					       : "prompt";
}

static void
amd_done(const struct script_step *s)
{
	struct script *k = s->k;
	const struct flow_state *st = script_here(k);
	char reason[48];

	if (k->fate.kind != FATE_MACHINE && k->fate.kind != FATE_SILENT) {
		str_format(reason, sizeof(reason),
		    k->fate.unsure ? "TOOLONG-%d" : "HUMAN-815-%d",
		    k->fate.unsure ? amd_arg(st, 3, 5000)
				   : amd_arg(st, 2, 800));
		script_stage(s, NULL, "amd", '\0',
		    k->fate.unsure ? "NOTSURE" : "HUMAN", reason);
		script_go(s, flow_take(&k->walk,
				 k->fate.unsure ? FLOW_UNSURE : FLOW_HUMAN));
		return;
	}
	if (k->fate.kind == FATE_MACHINE)
		str_copy(reason, sizeof(reason), "MAXWORDS-3-2");
	else
		str_format(reason, sizeof(reason), "INITIALSILENCE-%d-%d",
		    amd_arg(st, 0, 2500), amd_arg(st, 0, 2500));
	script_stage(s, NULL, "amd", '\0', "MACHINE", reason);
	k->machine = true;
	script_stage(s, st, "machine", '\0', machine_word(k->walk.f, st), "");
	script_go(s, flow_take(&k->walk, FLOW_MACHINE));
}

/* Until the beep; a human who is silent has none. */
static void
await_beep(const struct script_step *s)
{
	struct script *k = s->k;
	int64_t beep = script_later(s->env, k->answered, GREETING_END_MS);

	script_enter(s, SCRIPT_SILENCE, SILENCE_MS);
	if (k->fate.kind == FATE_MACHINE)
		k->t_plan = MAXIMUM(k->t_plan, beep);
}

static void
message(const struct script_step *s)
{
	const struct flow_state *st = script_here(s->k);

	script_stage(s, st, "machine", '\0', "voicemail", "");
	script_enter(s, SCRIPT_MESSAGE, st->prompt[0] != '\0' ? MESSAGE_MS : 0);
}

static void
message_done(const struct script_step *s)
{
	const struct flow_state *st = script_here(s->k);

	script_stage(s, st, "machine", '\0',
	    st->prompt[0] != '\0' ? "delivered" : "failed", "");
	script_go(s, flow_take(&s->k->walk, FLOW_DONE));
}

/* ---- connecting ------------------------------------------------------- */

static void
connect_to(const struct script_step *s, const struct flow_state *st)
{
	s->k->asked = true;
	s->k->dest = st->dest;
	script_stage(s, st, "connect", s->k->key, "", "");
	script_enter(s, SCRIPT_TRANSFER, sound_ms(st));
}

/* Nobody was there. */
static void
not_taken(const struct script_step *s, const char *how)
{
	script_stage(s, script_here(s->k), "left", '\0', how, "");
	script_go(s, flow_take(&s->k->walk, FLOW_FAIL));
}

/* The connect state's prompt, if it has one, is over: call an agent. */
static void
transfer(const struct script_step *s)
{
	const char *rest;

	if (carrier_dest(s->k->dest, &rest) == CARRIER_DEST_BAD) {
		not_taken(s, "BADDEST");
		return;
	}
	s->k->queued = s->now;
	script_tell(s, CARRIER_QUEUED, 0, "");
	script_enter(s, SCRIPT_QUEUE, 0);
}

static void
find_agent(const struct script_step *s)
{
	struct script *k = s->k;
	struct script_env *env = s->env;
	int waited = script_elapsed(env, k->queued, s->now);
	int ring_s =
	    script_here(k)->ring_s > 0 ? script_here(k)->ring_s : RING_S;

	if (k->agent) {
		k->connected = true;
		k->talk = s->now;
		script_tell(s, CARRIER_AGENT_UP, waited, "");
		if (!is_queue(k)) /* of Queue() only AgentConnect tells */
			script_stage(s, NULL, "connected", '\0', "", "");
		script_enter(s, SCRIPT_TALK, k->fate.talk_ms);
	} else if (env->cfg.agents == 0 || env->busy_agents < env->cfg.agents) {
		k->agent = true;
		env->busy_agents++;
		script_enter(s, SCRIPT_QUEUE,
		    env->cfg.mix ? 500 + (int64_t)rng_below(env->rng, 4500)
				 : AGENT_RING_MS);
	} else if (waited >= ring_s * 1000) {
		const char *how = is_queue(k) ? "TIMEOUT" : "NOANSWER";

		script_tell(s, CARRIER_ABANDONED, waited, how);
		not_taken(s, how);
	} else {
		script_enter(s, SCRIPT_QUEUE, AGENT_RETRY_MS);
	}
}

static void
talk_done(const struct script_step *s)
{
	struct script *k = s->k;

	script_tell(s, CARRIER_AGENT_DONE,
	    script_elapsed(s->env, k->talk, s->now), "agent");
	script_release_agent(s);
	script_stage(s, script_here(k), "left", '\0',
	    is_queue(k) ? "SERVED" : "ANSWER", "");
	script_go(s, flow_take(&k->walk, FLOW_DONE));
}

void
script_flow_leave(const struct script_step *s)
{
	struct script *k = s->k;
	bool queue = is_queue(k);

	if (k->phase == SCRIPT_TALK) {
		script_tell(s, CARRIER_AGENT_DONE,
		    script_elapsed(s->env, k->talk, s->now), "caller");
		k->exten = "h";
		script_stage(s, script_here(k), "left", '\0',
		    queue ? "SERVED" : "ANSWER", "");
	} else if (k->phase == SCRIPT_QUEUE) {
		script_tell(s, CARRIER_ABANDONED,
		    script_elapsed(s->env, k->queued, s->now), "CANCEL");
		k->exten = "h";
		script_stage(s, script_here(k), "left", '\0',
		    queue ? "ABANDON" : "CANCEL", "");
	}
}

/* ---- from state to state ---------------------------------------------- */

static void
goodbye(const struct script_step *s, const struct flow_state *st,
    enum script_phase phase)
{
	if (st->prompt[0] != '\0')
		script_stage(s, st, "goodbye", '\0', "", "");
	script_enter(s, phase, sound_ms(st));
}

/* The walk stands in a state that it has just entered. */
static void
begin(const struct script_step *s)
{
	struct script *k = s->k;
	const struct flow_state *st = script_here(k);

	k->exten = flow_kind_word(st->kind);
	if (st->goal) {
		k->goal = true;
		script_stage(s, st, "goal", '\0', "", "");
	}
	switch (st->kind) {
	case FLOW_PLAY:
	case FLOW_MENU:
	case FLOW_QUESTION:
	case FLOW_SPEECH:
		script_ask(s);
		break;
	case FLOW_DETECT:
		detect(s, st);
		break;
	case FLOW_CONNECT:
		connect_to(s, st);
		break;
	case FLOW_OPTOUT:
		k->optout = true;
		script_stage(s, st, "optout", k->key, "", "");
		goodbye(s, st, SCRIPT_SAY);
		break;
	case FLOW_VOICEMAIL:
		await_beep(s);
		break;
	case FLOW_HANGUP:
		goodbye(s, st, SCRIPT_BYE);
		break;
	case FLOW_NKIND:
		break;
	}
}

void
script_go(const struct script_step *s, enum flow_step step)
{
	struct script *k = s->k;

	switch (step) {
	case FLOW_GO:
		begin(s);
		break;
	case FLOW_AGAIN:
		script_ask(s);
		break;
	case FLOW_ENDED:
		if (k->walk.steps >= FLOW_STEPS)
			script_stage(
			    s, NULL, "bad", '\0', "more than 100 states", "");
		script_enter(s, SCRIPT_BYE, 0);
		break;
	}
}

void
script_flow_begin(const struct script_step *s)
{
	struct script *k = s->k;
	const struct flow *f = k->walk.f;

	k->exten = "flow";
	script_stage(s, NULL, "up", '\0', "", "");
	if (f->n > 0) {
		script_go(s, flow_start(&k->walk, f));
		return;
	}
	script_stage(s, NULL, "bad", '\0', "state 0 is of no known kind", "");
	script_enter(s, SCRIPT_BYE, 0);
}

bool
script_flow_due(const struct script_step *s)
{
	struct script *k = s->k;

	switch (k->phase) {
	case SCRIPT_AMD:
		amd_done(s);
		break;
	case SCRIPT_PLAY:
		if (script_here(k)->kind == FLOW_PLAY) {
			script_go(s, flow_take(&k->walk, FLOW_DONE));
			break;
		}
		script_ask_wait(s);
		break;
	case SCRIPT_WAIT:
	case SCRIPT_LISTEN:
		script_ask_silence(s);
		break;
	case SCRIPT_DIGITS:
		script_ask_number(s);
		break;
	case SCRIPT_TRANSFER:
		transfer(s);
		break;
	case SCRIPT_QUEUE:
		find_agent(s);
		break;
	case SCRIPT_TALK:
		talk_done(s);
		break;
	case SCRIPT_SILENCE:
		message(s);
		break;
	case SCRIPT_MESSAGE:
		message_done(s);
		break;
	case SCRIPT_SAY:
		script_go(s, flow_take(&k->walk, FLOW_DONE));
		break;
	case SCRIPT_NEW:
	case SCRIPT_PDD:
	case SCRIPT_RING:
	case SCRIPT_BYE:
		return false;
	}
	return true;
}
