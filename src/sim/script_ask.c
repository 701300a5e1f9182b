/* SPDX-License-Identifier: MIT */
/*
 * script_ask: the states that wait for an answer: menu, question, speech.
 * What is pressed or said, or not, and where that leads is flow_walk's to say;
 * this tells it in the dialplan's words and at its times.
 */
#include "sim/script_part.h"

#define PROMPT_MS    8650 /* milliseconds */
#define NO_PROMPT_MS 10
#define DIGIT_MS     5000 /* at most, for the next digit of a number */
#define TIMEOUT_S    10 /* where the flow says nothing */

static int
prompt_ms(const struct script_step *s, const struct flow_state *st)
{
	return st->prompt[0] == '\0'       ? NO_PROMPT_MS
	       : s->env->cfg.prompt_ms > 0 ? s->env->cfg.prompt_ms
					   : PROMPT_MS;
}

static int64_t
timeout_ms(const struct flow_state *st)
{
	return (st->timeout_s > 0 ? st->timeout_s : TIMEOUT_S) * 1000LL;
}

/* The prompt of a state begins, for the first time or once more. */
void
script_ask(const struct script_step *s)
{
	struct script *k = s->k;
	const struct flow_state *st = script_here(k);

	k->exten = flow_kind_word(st->kind);
	k->digits[0] = '\0';
	if (st->kind != FLOW_PLAY)
		k->key = '\0';
	script_stage(s, st, "playing", '\0', "", "");
	if (st->kind == FLOW_SPEECH)
		script_enter(
		    s, SCRIPT_LISTEN, prompt_ms(s, st) + timeout_ms(st));
	else
		script_enter(s, SCRIPT_PLAY, prompt_ms(s, st));
	if (st->kind != FLOW_PLAY)
		script_callee_asked(s, st);
}

void
script_ask_wait(const struct script_step *s)
{
	const struct flow_state *st = script_here(s->k);

	script_stage(s, st, "wait", '\0', "", "");
	script_enter(s, SCRIPT_WAIT, timeout_ms(st));
}

/* What was not understood, or not said: asked again while there are tries. */
static void
retry(const struct script_step *s, const struct flow_state *st,
    enum flow_step step, bool timed_out)
{
	if (timed_out) {
		s->k->exten = "timeout";
		script_stage(s, st, "timeout", '\0', "", "");
	}
	script_go(s, step);
}

void
script_ask_silence(const struct script_step *s)
{
	const struct flow_state *st = script_here(s->k);
	bool timed_out;
	enum flow_step step = flow_silence(&s->k->walk, &timed_out);

	retry(s, st, step, timed_out);
}

/* Kept for the last report: "q1=4 q2=12", the last answer of a question. */
static void
keep_answer(struct script *k, const char *name, const char *answer)
{
	size_t n = strlen(name), len = strlen(k->answers), add;
	char *p = k->answers, *end;

	while (*p != '\0' && (strncmp(p, name, n) != 0 || p[n] != '=')) {
		p += strcspn(p, " ");
		p += *p == ' ';
	}
	if (*p != '\0') {
		end = p + strcspn(p, " ");
		end += *end == ' ';
		memmove(p, end, strlen(end) + 1);
		len = strlen(k->answers);
		if (len > 0 && k->answers[len - 1] == ' ')
			k->answers[--len] = '\0';
	}
	add = (len > 0) + n + 1 + strlen(answer);
	if (len + add < sizeof(k->answers))
		str_format(k->answers + len, sizeof(k->answers) - len,
		    "%s%s=%s", len > 0 ? " " : "", name, answer);
}

static void
answered(const struct script_step *s, const struct flow_state *st,
    const char *text, const char *score)
{
	keep_answer(s->k, st->name, text);
	script_stage(s, st, "answer", '\0', text, score);
}

/* A number is complete: only its last digit is told as a key. */
void
script_ask_number(const struct script_step *s)
{
	struct script *k = s->k;
	const struct flow_state *st = script_here(k);

	k->told = k->key;
	script_stage(s, st, "key", k->key, "", "");
	answered(s, st, k->digits, "");
	script_go(s, flow_digits(&k->walk));
}

static void
digit(const struct script_step *s, const struct flow_state *st, char key)
{
	struct script *k = s->k;
	size_t n = strlen(k->digits);

	if (n + 1 < sizeof(k->digits)) {
		k->digits[n] = key;
		k->digits[++n] = '\0';
	}
	if ((int)n >= st->digits)
		script_ask_number(s);
	else
		script_enter(
		    s, SCRIPT_DIGITS, MINIMUM(timeout_ms(st), DIGIT_MS));
}

static void
one_key(const struct script_step *s, const struct flow_state *st, char key)
{
	struct script *k = s->k;
	char text[2] = { key, '\0' };
	enum flow_heard heard;
	enum flow_step step;

	k->told = key;
	script_stage(s, st, "key", key, "", "");
	step = flow_key(&k->walk, key, &heard);
	switch (heard) {
	case FLOW_VALID:
		if (st->kind != FLOW_MENU)
			answered(s, st, text, "");
		script_go(s, step);
		break;
	case FLOW_REPEATED:
		script_stage(s, st, "repeat", key, "", "");
		script_go(s, step);
		break;
	case FLOW_WRONG:
		script_stage(s, st, "invalid", key, "", "");
		retry(s, st, step,
		    step != FLOW_AGAIN && st->edge[FLOW_INVALID] == FLOW_UNSET);
		break;
	}
}

void
script_ask_key(const struct script_step *s, char key)
{
	struct script *k = s->k;
	const struct flow_state *st;

	if (k->phase != SCRIPT_PLAY && k->phase != SCRIPT_WAIT &&
	    k->phase != SCRIPT_DIGITS && k->phase != SCRIPT_LISTEN)
		return; /* AMD() swallows it, and nobody listens later */
	st = script_here(k);
	if (st->kind == FLOW_PLAY)
		return;
	k->key = key;
	if (st->kind == FLOW_QUESTION && st->digits > 1)
		digit(s, st, key);
	else
		one_key(s, st, key);
}

void
script_ask_word(const struct script_step *s, const char *word)
{
	struct script *k = s->k;
	const struct flow_state *st;
	enum flow_heard heard;
	enum flow_step step;
	char score[8];

	if (k->phase != SCRIPT_LISTEN || !s->env->cfg.speech)
		return;
	st = script_here(k);
	step = flow_word(&k->walk, word, &heard);
	str_format(
	    score, sizeof(score), "%d", 600 + (int)rng_below(s->env->rng, 400));
	if (heard == FLOW_VALID) {
		answered(s, st, word, score);
		script_go(s, step);
		return;
	}
	script_stage(s, st, heard == FLOW_REPEATED ? "repeat" : "invalid", '\0',
	    word, "");
	retry(s, st, step,
	    heard == FLOW_WRONG && step != FLOW_AGAIN &&
		st->edge[FLOW_INVALID] == FLOW_UNSET);
}
