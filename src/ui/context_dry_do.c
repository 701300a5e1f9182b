/* SPDX-License-Identifier: MIT */
/*
 * context_dry_do: what the dialplan does and reports in each kind of state, in
 * its order, and engine/outcome's precedence at the end.
 */
#include <stdarg.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_dry_part.h"
#include "ui/words.h"

void
context_dry_say(
    struct context_dry *d, enum context_dry_kind kind, const char *fmt, ...)
{
	char text[512]; /* names are long: cut, never refused */
	va_list ap;

	if (d->nlines == CONTEXT_DRY_LINES)
		memmove(
		    &d->line[0], &d->line[1], --d->nlines * sizeof(d->line[0]));
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->line[d->nlines].kind = kind;
	text_clean(d->line[d->nlines++].text, CONTEXT_DRY_TEXT, text);
}

void
context_dry_stage(struct context_dry *d, const char *fmt, ...)
{
	size_t n = strlen(d->stages);
	va_list ap;

	if (n > 0 && n + 1 < sizeof(d->stages))
		d->stages[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(d->stages + n, sizeof(d->stages) - n, fmt, ap);
	va_end(ap);
}

void
context_dry_stage_key(struct context_dry *d, const char *word)
{
	if (d->key != '\0')
		context_dry_stage(d, "%s=%c", word, d->key);
	else
		context_dry_stage(d, "%s", word);
}

/* ---- the end ---------------------------------------------------------- */

/* The order of engine/outcome.c. */
static enum disposition
outcome(const struct context_dry *d)
{
	return d->optout         ? DISP_OPTED_OUT
	       : d->connected    ? DISP_CONNECTED
	       : d->goal         ? DISP_COMPLETED
	       : d->transferring ? DISP_ABANDONED
	       : d->machine      ? DISP_MACHINE
				 : DISP_ANSWERED_NO_KEY;
}

static void
say_answers(struct context_dry *d)
{
	char text[CONTEXT_DRY_TEXT] = "";

	for (size_t i = 0; i < d->nanswers; i++) {
		size_t n = strlen(text);

		str_format(text + n, sizeof(text) - n, "%s%s=%s",
		    i > 0 ? "  " : "", d->answers[i].question,
		    d->answers[i].answer);
	}
	if (d->nanswers > 0)
		context_dry_say(d, DRY_END, _("answers kept: %s"), text);
}

void
context_dry_hangup(struct context_dry *d)
{
	char span[TEXT_NUM];

	context_dry_stage(d, "hangup=%s",
	    d->optout         ? "optout"
	    : d->connected    ? "connected"
	    : d->goal         ? "goal"
	    : d->transferring ? "connect"
	    : d->machine      ? "machine"
			      : "none");
	d->state = DRY_ENDED;
	d->disposition = outcome(d);
	say_answers(d);
	if (d->disposition == DISP_OPTED_OUT)
		context_dry_say(d, DRY_END,
		    _("outcome: opted out; no campaign calls this number "
		      "again"));
	else if (disposition_final(d->disposition))
		context_dry_say(d, DRY_END,
		    _("outcome: %s; the contact is not called again"),
		    words_disposition(d->disposition));
	else
		context_dry_say(d, DRY_END,
		    _("outcome: %s; called again after %s, unless the "
		      "campaign has its own rule"),
		    words_disposition(d->disposition),
		    text_span(disposition_retry_s(d->disposition), span));
}

/* ---- what a state does ------------------------------------------------ */

void
context_dry_wait(struct context_dry *d)
{
	context_dry_stage(d, "wait");
	d->state = DRY_WAIT;
	context_dry_say(d, DRY_DOES, _("waits %d s for a key"),
	    context_dry_at(d)->timeout_s);
}

static void
ask(struct context_dry *d, const struct flow_state *s)
{
	context_dry_stage(d, "playing");
	d->key = d->digits[0] = '\0';
	d->state = DRY_PROMPT;
	if (s->prompt[0] != '\0') {
		context_dry_say(d, DRY_HEARD, "\"%s\"", s->prompt);
		return;
	}
	context_dry_say(d, DRY_HEARD, _("nothing: the context has no prompt"));
	if (s->kind != FLOW_SPEECH)
		context_dry_wait(d);
}

bool
context_dry_queue(const struct flow_state *s)
{
	return strncmp(s->dest, "queue:", 6) == 0;
}

/* Would the dialplan take it?  See exten connect. */
static bool
destination_known(const char *s)
{
	return strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			 "0123456789_@:/.+*#-") == strlen(s) &&
	       ((strncmp(s, "queue:", 6) == 0 && s[6] != '\0') ||
		   (strncmp(s, "exten:", 6) == 0 && s[6] != '\0') ||
		   (strncmp(s, "dial:", 5) == 0 && s[5] != '\0'));
}

static void
connect_call(struct context_dry *d, const struct flow_state *s)
{
	context_dry_stage_key(d, "connect");
	d->transferring = true;
	if (s->prompt[0] != '\0')
		context_dry_say(
		    d, DRY_HEARD, _("\"%s\"; keys do nothing now"), s->prompt);
	if (!destination_known(s->dest)) {
		context_dry_stage(d, "left=BADDEST");
		context_dry_say(d, DRY_DOES,
		    _("destination \"%s\" is refused by the dialplan"),
		    s->dest);
		context_dry_enter(d, flow_take(&d->w, FLOW_FAIL));
		return;
	}
	d->state = DRY_RING;
	context_dry_say(
	    d, DRY_DOES, _("rings %s for at most %d s"), s->dest, s->ring_s);
}

static void
goodbye(struct context_dry *d, const struct flow_state *s)
{
	if (s->prompt[0] == '\0')
		return;
	context_dry_stage(d, "goodbye");
	context_dry_say(d, DRY_HEARD, "\"%s\"", s->prompt);
}

static void
begin(struct context_dry *d, const struct flow_state *s)
{
	switch (s->kind) {
	case FLOW_PLAY:
		context_dry_stage(d, "playing");
		d->state = DRY_PLAY;
		context_dry_say(d, DRY_HEARD, "\"%s\"", s->prompt);
		break;
	case FLOW_MENU:
	case FLOW_QUESTION:
	case FLOW_SPEECH:
		ask(d, s);
		break;
	case FLOW_DETECT:
		d->state = DRY_DETECT;
		context_dry_say(
		    d, DRY_DOES, _("detection listens, about 2.5 s"));
		break;
	case FLOW_CONNECT:
		connect_call(d, s);
		break;
	case FLOW_OPTOUT:
		d->optout = true;
		context_dry_stage_key(d, "optout");
		context_dry_say(d, DRY_DOES,
		    _("the number goes on the do-not-call list at once"));
		goodbye(d, s);
		context_dry_enter(d, flow_take(&d->w, FLOW_DONE));
		break;
	case FLOW_VOICEMAIL:
		d->state = DRY_SILENCE;
		context_dry_say(d, DRY_DOES,
		    _("waits for 1.5 s of silence behind the beep, at most "
		      "60 s"));
		break;
	case FLOW_HANGUP:
	case FLOW_NKIND:
		goodbye(d, s);
		context_dry_say(d, DRY_DOES, _("hangs up"));
		context_dry_hangup(d);
		break;
	}
}

void
context_dry_enter(struct context_dry *d, enum flow_step step)
{
	const struct flow_state *s = context_dry_at(d);

	if (step == FLOW_ENDED || s == NULL) {
		if (d->w.steps >= FLOW_STEPS) {
			context_dry_stage(d, "bad");
			context_dry_say(d, DRY_DOES,
			    _("more than %d states: gives up"), FLOW_STEPS);
		}
		context_dry_say(d, DRY_DOES, _("hangs up"));
		context_dry_hangup(d);
		return;
	}
	if (step == FLOW_GO && s->goal) {
		d->goal = true;
		context_dry_stage(d, "goal");
		context_dry_say(
		    d, DRY_DOES, _("a goal is reached: %s"), s->name);
	}
	begin(d, s);
}
