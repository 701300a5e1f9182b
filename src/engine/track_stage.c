/* SPDX-License-Identifier: MIT */
/*
 * track_stage: what our dialplan reports of an answered call: detection,
 * prompts, keys, answers, where it goes, and the sum of it all.  Reports may be
 * missing, doubled or out of order; each says what it knows.
 */
#include <string.h>

#include "engine/state.h"

/* ---- machines --------------------------------------------------------- */

/* Answer to now; 0 where the answer was not seen. */
static int
since_answer(const struct engine *e, const struct call *c)
{
	int64_t ms = 0;

	if (c->answered_ns != 0)
		ms = (e->now.mono_ns - c->answered_ns) / NS_PER_MS;
	else if (c->answered_ms != 0)
		ms = e->now.wall_ms - c->answered_ms;
	return (int)MINIMUM(MAXIMUM(ms, 0), INT32_MAX);
}

static void
on_amd(struct engine *e, struct call *c, const struct engine_event *ev)
{
	if (ev->text != NULL && ev->text[0] != '\0') {
		str_copy(c->amd, sizeof(c->amd), ev->text);
		c->o.machine = strcmp(ev->text, "MACHINE") == 0;
	}
	if (ev->cause_text != NULL)
		str_copy(c->amd_cause, sizeof(c->amd_cause), ev->cause_text);
	if (c->amd_ms < 0 && c->answered_ns != 0)
		c->amd_ms = since_answer(e, c);
	track_state(e, c, CALL_AMD);
	engine_mark(e, c, REC_URGENT);
}

/* Hung up, or left a message; else it goes on as with a person. */
static void
on_machine(struct engine *e, struct call *c, const char *what)
{
	c->o.machine = true;
	if (what == NULL || what[0] == '\0')
		c->way = WAY_UNKNOWN;
	else if (strcmp(what, "hangup") == 0)
		c->way = WAY_HANGUP;
	else if (strcmp(what, "prompt") == 0 || strcmp(what, "connect") == 0)
		c->way = WAY_ON;
	else
		c->way = WAY_MESSAGE;
	if (c->way != WAY_ON)
		track_state(e, c, CALL_VOICEMAIL);
}

/* ---- keys and answers ------------------------------------------------- */

static void
on_dtmf(struct engine *e, struct call *c, char key)
{
	c->pressed = true;
	keys_early(e, c, key);
}

/* The last one is the call's; whether it leads anywhere is told after it. */
static void
on_key(struct engine *e, struct call *c, char key, enum keys_what what)
{
	if (key != '\0')
		c->key = key;
	keys_heard(e, c, key, what);
}

static void
on_answer(struct engine *e, struct call *c, const struct engine_event *ev)
{
	const char *text = ev->text == NULL ? "" : ev->text;
	char key =
	    strlen(text) == 1 && flow_key_index(text[0]) >= 0 ? text[0] : '\0';
	int64_t score;

	keys_heard(e, c, key, KEYS_ANSWER);
	if (ev->cause_text == NULL ||
	    !str_int64(ev->cause_text, 0, 1000, &score))
		score = -1;
	if (call_answer(c, ev->state == NULL ? "" : ev->state, text, (int)score,
		since_answer(e, c)))
		engine_mark(e, c, REC_URGENT);
}

/* "q1=4 q2=12": what was not seen, or is another one by now. */
static void
sum_answers(struct call *c, const char *s)
{
	char word[64];

	for (size_t n; *(s += strspn(s, " ")) != '\0'; s += n) {
		const char *known;
		char *value;

		n = strcspn(s, " ");
		if (n >= sizeof(word))
			continue;
		memcpy(word, s, n);
		word[n] = '\0';
		if ((value = strchr(word, '=')) == NULL)
			continue;
		*value++ = '\0';
		known = call_answered(c, word);
		if (known == NULL || strcmp(known, value) != 0)
			call_answer(c, word, value, -1, -1);
	}
}

/* ---- how far it came -------------------------------------------------- */

static void
on_optout(struct engine *e, struct call *c, char key)
{
	if (c->o.optout)
		return;
	c->o.optout = true;
	c->tell_optout = true;
	if (key != '\0')
		c->key = key;
	engine_add_dnc(e, c->number);
	engine_mark(e, c, REC_URGENT);
	track_late_truth(e, c);
}

static void
on_goal(struct engine *e, struct call *c)
{
	if (c->o.goal)
		return;
	c->o.goal = true;
	engine_mark(e, c, REC_URGENT);
	track_late_truth(e, c);
}

static void
on_connect(struct engine *e, struct call *c, char key)
{
	c->o.transferring = true;
	on_key(e, c, key, KEYS_CONNECT);
	track_state(e, c, CALL_TRANSFERRING);
	engine_mark(e, c, REC_URGENT);
}

/*
 * From the h extension of our dialplan, which runs for every answered call:
 * its cause and, in one word, how far it came.  The Hangup follows.
 */
static void
on_summary(struct engine *e, struct call *c, const struct engine_event *ev)
{
	const char *r = ev->result;

	track_answered(e, c);
	if (ev->cause > 0)
		c->o.cause = ev->cause;
	if (ev->sip_code > 0)
		c->o.sip_code = ev->sip_code;
	if (ev->answers != NULL)
		sum_answers(c, ev->answers);
	if (r == NULL || r[0] == '\0')
		return;
	c->summed = true;
	if (ev->key != '\0')
		c->key = ev->key;
	if (strcmp(r, "connected") == 0)
		c->o.connected = true;
	else if (strcmp(r, "connect") == 0)
		c->o.transferring = true;
	else if (strcmp(r, "machine") == 0)
		c->o.machine = true;
	else if (strcmp(r, "goal") == 0)
		c->o.goal = true;
	else if (strcmp(r, "optout") == 0)
		on_optout(e, c, ev->key);
	if (c->o.connected && c->connected_ms == 0)
		c->connected_ms = e->now.wall_ms;
}

void
track_stage(struct engine *e, struct call *c, const struct engine_event *ev)
{
	switch (ev->type) {
	case EV_AMD:
		on_amd(e, c, ev);
		break;
	case EV_PLAYING:
		keys_playing(e, c, ev->state);
		track_state(e, c, CALL_PLAYING);
		break;
	case EV_WAIT:
		track_state(e, c, CALL_WAITING_KEY);
		break;
	case EV_KEY:
	case EV_REPEAT:
		on_key(
		    e, c, ev->key, ev->type == EV_KEY ? KEYS_GO : KEYS_REPEAT);
		engine_mark(e, c, REC_CHANGED);
		break;
	case EV_INVALID:
		keys_heard(e, c, ev->key, KEYS_INVALID);
		engine_mark(e, c, REC_CHANGED);
		break;
	case EV_DTMF:
		on_dtmf(e, c, ev->key);
		break;
	case EV_ANSWER:
		on_answer(e, c, ev);
		break;
	case EV_CONNECT:
		on_connect(e, c, ev->key);
		break;
	case EV_OPTOUT:
		keys_heard(e, c, ev->key, KEYS_OPTOUT);
		on_optout(e, c, ev->key);
		break;
	case EV_GOAL:
		on_goal(e, c);
		break;
	case EV_MACHINE:
		on_machine(e, c, ev->text);
		break;
	case EV_CAUSE:
		on_summary(e, c, ev);
		break;
	default:
		break;
	}
}
