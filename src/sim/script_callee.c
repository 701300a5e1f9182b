/* SPDX-License-Identifier: MIT */
/*
 * script_callee: the keys and words of the far end.  By digits one key at one
 * time, whatever is asked; a drawn human (fate.will) looks where each key
 * leads and presses what takes him where he wants to go.
 */
#include "sim/script_part.h"
#include "sim/way.h"

#define DIGIT_GAP_MS 600
#define SOONEST_MS   800 /* after a prompt has begun */
#define THINKS_MS    6000 /* at most, at each further question */
#define STAYS_MS     15000 /* longer, for each of them */
#define TIRED        40 /* of a thousand, at each of them: hangs up */

static int
below(const struct script_step *s, int n)
{
	return (int)rng_below(s->env->rng, (uint64_t)n);
}

/* One of n answers; the first ones are given more often. */
static int
spread(const struct script_step *s, int n)
{
	int a = below(s, n), b = below(s, n);

	return MINIMUM(a, b);
}

static char
any_digit(const struct script_step *s)
{
	return (char)('0' + below(s, 10));
}

/* A key that says what he wants, or in a survey what he thinks. */
static char
key_of(const struct script_step *s, const struct flow_state *st)
{
	enum fate_will will = s->k->fate.will;
	char keys[sizeof(FLOW_KEYS)] = "";

	if (will == FATE_ERRS)
		return any_digit(s);
	if (st->kind != FLOW_QUESTION || will == FATE_OPTS_OUT)
		way_keys(s->k->walk.f, s->k->walk.at,
		    will == FATE_OPTS_OUT ? WAY_TO_OPTOUT : WAY_TO_GOAL, keys);
	if (keys[0] == '\0' && st->kind == FLOW_QUESTION) {
		if (st->keys[0] == '\0')
			return (char)('1' + spread(s, 9));
		return st->keys[spread(s, (int)strlen(st->keys))];
	}
	if (keys[0] == '\0' && will == FATE_OPTS_OUT)
		return '\0'; /* nothing here is for him */
	return keys[0] != '\0' ? keys[below(s, (int)strlen(keys))] : '1';
}

static void
plan_number(const struct script_step *s, const struct flow_state *st)
{
	struct script *k = s->k;
	int n = MINIMUM(st->digits, (int)sizeof(k->press) - 1);

	n = 1 + below(s, n);
	for (int i = 0; i < n; i++)
		k->press[i] = any_digit(s);
	k->press[n] = '\0';
}

static void
plan(const struct script_step *s, const struct flow_state *st)
{
	struct script *k = s->k;

	k->say = NULL;
	k->press[1] = '\0';
	if (st->kind == FLOW_QUESTION && st->digits > 1 &&
	    k->fate.will != FATE_OPTS_OUT)
		plan_number(s, st);
	else if (st->kind == FLOW_SPEECH && s->env->cfg.speech &&
		 st->nwords > 0 && k->fate.will == FATE_WILLING)
		k->say = st->word[spread(s, st->nwords)].word;
	else
		k->press[0] = key_of(s, st);
}

void
script_callee_asked(const struct script_step *s, const struct flow_state *st)
{
	struct script *k = s->k;
	int64_t at;

	if (!s->env->cfg.mix || k->fate.kind != FATE_HUMAN ||
	    k->fate.will == FATE_PASSIVE)
		return;
	if (k->replies++ == 0) {
		at = script_later(s->env, k->answered, k->fate.reply_ms);
		at = MAXIMUM(at, script_later(s->env, s->now, SOONEST_MS));
	} else {
		at = script_later(
		    s->env, s->now, SOONEST_MS + below(s, THINKS_MS));
		k->t_hang = below(s, 1000) < TIRED
				? at
				: script_later(s->env, k->t_hang, STAYS_MS);
	}
	plan(s, st);
	k->t_key = k->say != NULL || k->press[0] != '\0' ? at : INT64_MAX;
}

static void
press(const struct script_step *s, char key)
{
	struct script *k = s->k;
	struct carrier_act a = script_act(s, CARRIER_DTMF);

	if (s->env->cfg.deaf > 0 && rng_unit(s->env->rng) < s->env->cfg.deaf)
		return; /* the line lost it */
	k->last_key = key;
	a.key = key;
	s->fn(s->arg, &a);
	script_ask_key(s, key);
}

void
script_callee_due(const struct script_step *s)
{
	struct script *k = s->k;
	const char *word = k->say;
	char key = k->press[0];

	k->t_key = INT64_MAX;
	if (word != NULL) {
		k->say = NULL;
		script_ask_word(s, word);
		return;
	}
	memmove(k->press, k->press + 1, sizeof(k->press) - 1);
	if (k->press[0] != '\0') /* before a next question plans anew */
		k->t_key = script_later(s->env, s->now, DIGIT_GAP_MS);
	press(s, key);
}
