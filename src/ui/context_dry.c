/* SPDX-License-Identifier: MIT */
/*
 * context_dry: what happens to a call from outside: keys, words, silence,
 * verdicts, answers and hang-ups, each as the dialplan takes it.  Where it
 * goes then is flow_walk's to say.
 */
#include "ui/context_dry.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_dry_part.h"

/* ---- what is pressed and said ----------------------------------------- */

/* Nothing came, or nothing that means anything, and that has been said. */
static void
after_silence(struct context_dry *d, enum flow_step step, bool timed_out)
{
	if (timed_out) {
		context_dry_stage(d, "timeout");
		context_dry_say(d, DRY_DOES, _("no try is left"));
	} else if (step == FLOW_AGAIN)
		context_dry_say(
		    d, DRY_DOES, _("asks again (tries left: %d)"), d->w.tries);
	context_dry_enter(d, step);
}

static void
silence(struct context_dry *d)
{
	bool timed_out;
	enum flow_step step = flow_silence(&d->w, &timed_out);

	after_silence(d, step, timed_out);
}

static void
answered(struct context_dry *d, const char *state, const char *text)
{
	size_t i = 0;

	context_dry_stage(d, "answer=%s", text);
	while (i < d->nanswers && strcmp(d->answers[i].question, state) != 0)
		i++;
	if (i == MODEL_ANSWERS)
		return;
	d->nanswers = MAXIMUM(d->nanswers, i + 1);
	str_copy(d->answers[i].question, sizeof(d->answers[i].question), state);
	str_copy(d->answers[i].answer, sizeof(d->answers[i].answer), text);
	context_dry_say(d, DRY_DOES, _("the answer is kept: %s"), text);
}

/*
 * What was pressed or said has led somewhere, or not.  w: the walk before it,
 * s: the state that asked.
 */
static void
heard(struct context_dry *d, const struct flow_walk *w,
    const struct flow_state *s, enum flow_step step, enum flow_heard how)
{
	bool keeps = s->kind == FLOW_QUESTION || s->kind == FLOW_SPEECH;

	switch (how) {
	case FLOW_VALID:
		if (keeps)
			answered(d, s->name, d->said);
		context_dry_enter(d, step);
		break;
	case FLOW_REPEATED:
		context_dry_stage(d, "repeat=%s", d->said);
		context_dry_say(d, DRY_DOES,
		    _("plays the prompt again (repeats left: %d)"),
		    d->w.repeats);
		context_dry_enter(d, step);
		break;
	case FLOW_WRONG:
		context_dry_stage(d, "invalid=%s", d->said);
		context_dry_say(d, DRY_DOES,
		    context_dry_repeats(s, d->said) && w->repeats <= 0
			? _("it has been repeated often enough: as a wrong key")
			: _("it means nothing here"));
		after_silence(d, step,
		    s->edge[FLOW_INVALID] == FLOW_UNSET && w->tries <= 0);
		break;
	}
}

static void
took_digits(struct context_dry *d)
{
	const struct flow_state *s = context_dry_at(d);
	struct flow_walk w = d->w;

	str_copy(d->said, sizeof(d->said), d->digits);
	d->key = d->digits[strlen(d->digits) - 1];
	context_dry_stage_key(d, "key");
	heard(d, &w, s, flow_digits(&d->w), FLOW_VALID);
}

/* One of several digits; # ends them. */
static void
digit(struct context_dry *d, const struct flow_state *s, char key)
{
	size_t n = strlen(d->digits);

	if (key != '#') {
		d->digits[n++] = key;
		d->digits[n] = '\0';
		context_dry_say(
		    d, DRY_DID, _("key %c: %s so far"), key, d->digits);
	} else
		context_dry_say(d, DRY_DID, _("key %c"), key);
	if (key == '#' || (int)n >= s->digits || n + 1 >= sizeof(d->digits))
		took_digits(d);
}

/* The priorities behind (got) of the dialplan. */
static void
got(struct context_dry *d, char key)
{
	const struct flow_state *s = context_dry_at(d);
	struct flow_walk w = d->w;
	enum flow_heard how;
	enum flow_step step;

	if (s->kind == FLOW_QUESTION && s->digits > 1 &&
	    (key != '#' || d->digits[0] != '\0')) {
		digit(d, s, key);
		return;
	}
	context_dry_say(d, DRY_DID, _("key %c"), key);
	str_format(d->said, sizeof(d->said), "%c", key);
	d->key = key;
	context_dry_stage_key(d, "key");
	step = flow_key(&d->w, key, &how);
	heard(d, &w, s, step, how);
}

static void
said(struct context_dry *d, const char *word)
{
	const struct flow_state *s = context_dry_at(d);
	struct flow_walk w = d->w;
	enum flow_heard how;
	enum flow_step step;

	context_dry_say(d, DRY_DID, _("says \"%s\""), word);
	str_copy(d->said, sizeof(d->said), word);
	step = flow_word(&d->w, word, &how);
	heard(d, &w, s, step, how);
}

/* ---- what else happens ------------------------------------------------ */

/* Detection's verdict. */
static void
verdict(struct context_dry *d, enum flow_edge edge)
{
	const struct flow_state *s = context_dry_at(d);
	int to = s->edge[edge];

	context_dry_stage(d, "amd=%s",
	    edge == FLOW_MACHINE  ? "MACHINE"
	    : edge == FLOW_UNSURE ? "NOTSURE"
				  : "HUMAN");
	context_dry_say(d, DRY_DID, "%s",
	    edge == FLOW_MACHINE ? _("a machine answers, and detection says so")
	    : edge == FLOW_UNSURE ? _("detection is not sure")
				  : _("detection says: a person"));
	if (edge == FLOW_MACHINE) {
		d->machine = true;
		context_dry_stage(d, "machine=%s",
		    to < 0 || d->f.s[to].kind == FLOW_HANGUP ? "hangup"
		    : d->f.s[to].kind == FLOW_VOICEMAIL      ? "message"
		    : d->f.s[to].kind == FLOW_CONNECT        ? "connect"
							     : "prompt");
		if (to >= 0 && d->f.s[to].kind == FLOW_MENU)
			context_dry_say(
			    d, DRY_DOES, _("goes on as if it were a person"));
	}
	context_dry_enter(d, flow_take(&d->w, edge));
}

static void
message(struct context_dry *d, const struct flow_state *s)
{
	context_dry_stage(d, "machine=voicemail");
	if (s->prompt[0] != '\0') {
		d->state = DRY_MESSAGE;
		context_dry_say(d, DRY_HEARD, "\"%s\"", s->prompt);
		return;
	}
	context_dry_stage(d, "machine=failed");
	context_dry_say(d, DRY_DOES, _("there is no prompt to leave"));
	context_dry_enter(d, flow_take(&d->w, FLOW_DONE));
}

static void
time_is_up(struct context_dry *d, const struct flow_state *s)
{
	if (d->digits[0] != '\0') {
		context_dry_say(d, DRY_DID, _("no more digits come"));
		took_digits(d);
		return;
	}
	context_dry_say(d, DRY_DID,
	    s->kind == FLOW_SPEECH ? _("%d s pass without a word")
				   : _("%d s pass without a key"),
	    s->timeout_s);
	silence(d);
}

/* Time passes until something happens by itself. */
static void
later(struct context_dry *d)
{
	const struct flow_state *s = context_dry_at(d);

	switch (d->state) {
	case DRY_DETECT:
		verdict(d, FLOW_HUMAN);
		break;
	case DRY_PLAY:
		context_dry_say(d, DRY_DID, _("the prompt ends"));
		context_dry_enter(d, flow_take(&d->w, FLOW_DONE));
		break;
	case DRY_PROMPT:
		if (s->kind == FLOW_SPEECH || d->digits[0] != '\0') {
			time_is_up(d, s);
			break;
		}
		context_dry_say(d, DRY_DID, _("the prompt ends"));
		context_dry_wait(d);
		break;
	case DRY_WAIT:
		time_is_up(d, s);
		break;
	case DRY_RING:
		context_dry_stage(d, "left=%s",
		    context_dry_queue(s) ? "TIMEOUT" : "NOANSWER");
		context_dry_say(d, DRY_DID,
		    _("%d s pass and nobody takes the call"), s->ring_s);
		context_dry_enter(d, flow_take(&d->w, FLOW_FAIL));
		break;
	case DRY_TALK:
		context_dry_stage(
		    d, "left=%s", context_dry_queue(s) ? "SERVED" : "ANSWER");
		context_dry_say(
		    d, DRY_DID, _("they talk, and the other side hangs up"));
		context_dry_enter(d, flow_take(&d->w, FLOW_DONE));
		break;
	case DRY_SILENCE:
		context_dry_say(d, DRY_DID, _("the greeting is over"));
		message(d, s);
		break;
	case DRY_MESSAGE:
		context_dry_stage(d, "machine=delivered");
		context_dry_say(d, DRY_DID, _("the message is on the machine"));
		context_dry_enter(d, flow_take(&d->w, FLOW_DONE));
		break;
	case DRY_NONE:
	case DRY_ENDED:
		break;
	}
}

static void
answer(struct context_dry *d)
{
	const struct flow_state *s = context_dry_at(d);

	context_dry_stage(d, context_dry_queue(s) ? "agent" : "connected");
	d->connected = true;
	d->state = DRY_TALK;
	context_dry_say(d, DRY_DID, _("%s answers"), s->dest);
	context_dry_say(d, DRY_DOES, _("they talk"));
}

static void
leave(struct context_dry *d)
{
	const struct flow_state *s = context_dry_at(d);

	context_dry_say(d, DRY_DID, _("the called person hangs up"));
	if (d->state == DRY_RING)
		context_dry_stage(
		    d, "left=%s", context_dry_queue(s) ? "ABANDON" : "CANCEL");
	else if (d->state == DRY_TALK)
		context_dry_stage(
		    d, "left=%s", context_dry_queue(s) ? "SERVED" : "ANSWER");
	context_dry_hangup(d);
}

static void
lost_key(struct context_dry *d, char key)
{
	context_dry_say(d, DRY_DID, _("key %c"), key);
	if (d->state == DRY_DETECT)
		context_dry_say(d, DRY_DOES,
		    _("nothing: a key pressed while detection listens is "
		      "lost"));
	else
		context_dry_say(d, DRY_DOES, _("nothing: keys do nothing now"));
}

static void
unseen_machine(struct context_dry *d)
{
	context_dry_say(d, DRY_DID, _("a machine answers"));
	if (flow_has(&d->f, FLOW_DETECT))
		context_dry_say(d, DRY_DOES,
		    _("nothing: detection is over, it is taken for a person"));
	else
		context_dry_say(d, DRY_DOES,
		    _("nothing: detection is off, it is taken for a person"));
}

/* ---- the door --------------------------------------------------------- */

static void
up(struct context_dry *d)
{
	context_dry_stage(d, "up");
	context_dry_say(d, DRY_DID, _("the call is answered"));
	context_dry_enter(d, flow_start(&d->w, &d->f));
}

void
context_dry_start(struct context_dry *d, const struct flow *f)
{
	memset(d, 0, sizeof(*d));
	d->f = *f;
	up(d);
}

void
context_dry_again(struct context_dry *d)
{
	size_t from = offsetof(struct context_dry, w);

	memset((char *)d + from, 0, sizeof(*d) - from);
	up(d);
}

/* m, u: what detection would say. */
static bool
machine_key(struct context_dry *d, uint32_t code, bool asks)
{
	if (d->state == DRY_DETECT)
		verdict(d, code == 'm' ? FLOW_MACHINE : FLOW_UNSURE);
	else if (asks && code == 'm')
		unseen_machine(d);
	else
		return false;
	return true;
}

bool
context_dry_key(struct context_dry *d, uint32_t code)
{
	bool asks = d->state == DRY_PROMPT || d->state == DRY_WAIT;
	const char *word;

	if (d->state == DRY_ENDED || d->state == DRY_NONE || code >= 128)
		return false;
	if (code != 0 && strchr("0123456789*#", (int)code) != NULL) {
		if (asks)
			got(d, (char)code);
		else
			lost_key(d, (char)code);
		return true;
	}
	word = asks ? context_dry_word(context_dry_at(d), (char)code) : NULL;
	if (word != NULL) {
		said(d, word);
		return true;
	}
	switch (code) {
	case 'm':
	case 'u':
		return machine_key(d, code, asks);
	case 't':
		later(d);
		return true;
	case 'a':
		if (d->state != DRY_RING)
			return false;
		answer(d);
		return true;
	case 'h':
		leave(d);
		return true;
	default:
		return false;
	}
}
