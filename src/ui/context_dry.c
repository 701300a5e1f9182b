/* SPDX-License-Identifier: MIT */
/*
 * context_dry: extensions_discador.conf as a state machine, exten by exten in
 * its order, and engine/outcome's precedence at the end.
 */
#include "ui/context_dry.h"

#include <stdarg.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/words.h"

#define REPEATS 5 /* dsc_repeats of the dialplan */

static void say(struct context_dry *, enum context_dry_kind, const char *, ...)
    __attribute__((format(printf, 3, 4)));
static void stage(struct context_dry *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

static void
say(struct context_dry *d, enum context_dry_kind kind, const char *fmt, ...)
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

static void
stage(struct context_dry *d, const char *fmt, ...)
{
	size_t n = strlen(d->stages);
	va_list ap;

	if (n > 0 && n + 1 < sizeof(d->stages))
		d->stages[n++] = ' ';
	va_start(ap, fmt);
	vsnprintf(d->stages + n, sizeof(d->stages) - n, fmt, ap);
	va_end(ap);
}

/* The order of engine/outcome.c. */
static enum disposition
outcome(const struct context_dry *d)
{
	return d->optout         ? DISP_OPTED_OUT
	       : d->connected    ? DISP_CONNECTED
	       : d->transferring ? DISP_ABANDONED
	       : d->machine      ? DISP_MACHINE
				 : DISP_ANSWERED_NO_KEY;
}

static void
hangup(struct context_dry *d)
{
	char span[TEXT_NUM];

	stage(d, "hangup=%s",
	    d->optout         ? "optout"
	    : d->connected    ? "connected"
	    : d->transferring ? "connect"
	    : d->machine      ? "machine"
			      : "none");
	d->state = DRY_ENDED;
	d->disposition = outcome(d);
	if (d->disposition == DISP_OPTED_OUT)
		say(d, DRY_END,
		    _("outcome: opted out; no campaign calls this number "
		      "again"));
	else if (disposition_final(d->disposition))
		say(d, DRY_END,
		    _("outcome: %s; the contact is not called again"),
		    words_disposition(d->disposition));
	else
		say(d, DRY_END,
		    _("outcome: %s; called again after %s, unless the "
		      "campaign has its own rule"),
		    words_disposition(d->disposition),
		    text_span(disposition_retry_s(d->disposition), span));
}

static void
goodbye(struct context_dry *d)
{
	if (d->c.prompt_goodbye[0] != '\0') {
		stage(d, "goodbye");
		say(d, DRY_HEARD, _("\"%s\""), d->c.prompt_goodbye);
	}
	say(d, DRY_DOES, _("hangs up"));
	hangup(d);
}

static void
wait(struct context_dry *d)
{
	stage(d, "wait");
	d->state = DRY_WAIT;
	say(d, DRY_DOES, _("waits %lld s for a key"),
	    (long long)d->c.menu_timeout);
}

static void
menu(struct context_dry *d)
{
	stage(d, "playing");
	if (d->c.prompt[0] == '\0') {
		say(d, DRY_HEARD, _("nothing: the context has no prompt"));
		wait(d);
		return;
	}
	d->state = DRY_PROMPT;
	say(d, DRY_HEARD, _("\"%s\""), d->c.prompt);
}

/* No key, or none that means anything. */
static void
none(struct context_dry *d)
{
	if (d->tries < 1) {
		stage(d, "timeout");
		say(d, DRY_DOES, _("no try is left: says goodbye"));
		goodbye(d);
		return;
	}
	d->tries--;
	say(d, DRY_DOES, _("plays the prompt again (tries left: %d)"),
	    d->tries);
	menu(d);
}

static bool
queue(const struct context_dry *d)
{
	return strncmp(d->c.destination, "queue:", 6) == 0;
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
connect_call(struct context_dry *d, char key)
{
	stage(d, "connect=%c", key);
	d->transferring = true;
	if (d->c.prompt_connect[0] != '\0')
		say(d, DRY_HEARD, _("\"%s\"; keys do nothing now"),
		    d->c.prompt_connect);
	if (!destination_known(d->c.destination)) {
		stage(d, "left=BADDEST");
		say(d, DRY_DOES,
		    _("destination \"%s\" is refused by the dialplan: hangs "
		      "up"),
		    d->c.destination);
		hangup(d);
		return;
	}
	d->state = DRY_RING;
	say(d, DRY_DOES, _("rings %s for at most %lld s"), d->c.destination,
	    (long long)d->c.ring_timeout);
}

/* The priorities behind (got) of exten menu. */
static void
got(struct context_dry *d, char key)
{
	say(d, DRY_DID, _("key %c"), key);
	stage(d, "key=%c", key);
	if (key == d->c.disconnect_key[0]) {
		d->optout = true;
		stage(d, "optout=%c", key);
		say(d, DRY_DOES,
		    _("the number goes on the do-not-call list at once"));
		goodbye(d);
	} else if (key == d->c.connect_key[0])
		connect_call(d, key);
	else if (key == d->c.repeat_key[0] && d->repeats > 0) {
		d->repeats--;
		stage(d, "repeat=%c", key);
		say(d, DRY_DOES, _("plays the prompt again (repeats left: %d)"),
		    d->repeats);
		menu(d);
	} else {
		stage(d, "invalid=%c", key);
		say(d, DRY_DOES,
		    key == d->c.repeat_key[0]
			? _("it has been repeated often enough: as a wrong key")
			: _("the key means nothing here"));
		none(d);
	}
}

static void
machine(struct context_dry *d)
{
	stage(d, "amd=MACHINE");
	d->machine = true;
	say(d, DRY_DID, _("a machine answers, and detection says so"));
	if (strcmp(d->c.on_machine, "message") == 0) {
		stage(d, "machine=message");
		d->state = DRY_SILENCE;
		say(d, DRY_DOES,
		    _("waits for 1.5 s of silence behind the beep, at most "
		      "60 s"));
	} else if (strcmp(d->c.on_machine, "prompt") == 0) {
		stage(d, "machine=prompt");
		say(d, DRY_DOES, _("goes on as if it were a person"));
		menu(d);
	} else {
		stage(d, "machine=hangup");
		say(d, DRY_DOES, _("hangs up"));
		hangup(d);
	}
}

static void
message(struct context_dry *d)
{
	stage(d, "machine=voicemail");
	if (d->c.prompt_machine[0] == '\0') {
		stage(d, "machine=failed");
		say(d, DRY_DOES,
		    _("there is no prompt_machine to leave: hangs up"));
		hangup(d);
		return;
	}
	d->state = DRY_MESSAGE;
	say(d, DRY_HEARD, _("\"%s\""), d->c.prompt_machine);
}

/* Time passes until something happens by itself. */
static void
later(struct context_dry *d)
{
	switch (d->state) {
	case DRY_DETECT:
		stage(d, "amd=HUMAN");
		say(d, DRY_DID, _("detection says: a person (or is not sure)"));
		menu(d);
		break;
	case DRY_PROMPT:
		say(d, DRY_DID, _("the prompt ends"));
		wait(d);
		break;
	case DRY_WAIT:
		say(d, DRY_DID, _("%lld s pass without a key"),
		    (long long)d->c.menu_timeout);
		none(d);
		break;
	case DRY_RING:
		stage(d, "left=%s", queue(d) ? "TIMEOUT" : "NOANSWER");
		say(d, DRY_DID, _("%lld s pass and nobody takes the call"),
		    (long long)d->c.ring_timeout);
		say(d, DRY_DOES, _("hangs up"));
		hangup(d);
		break;
	case DRY_TALK:
		stage(d, "left=%s", queue(d) ? "SERVED" : "ANSWER");
		say(d, DRY_DID, _("they talk, and the other side hangs up"));
		hangup(d);
		break;
	case DRY_SILENCE:
		say(d, DRY_DID, _("the greeting is over"));
		message(d);
		break;
	case DRY_MESSAGE:
		stage(d, "machine=delivered");
		say(d, DRY_DID, _("the message is on the machine"));
		say(d, DRY_DOES, _("hangs up"));
		hangup(d);
		break;
	case DRY_NONE:
	case DRY_ENDED:
		break;
	}
}

static void
answer(struct context_dry *d)
{
	stage(d, queue(d) ? "agent" : "connected");
	d->connected = true;
	d->state = DRY_TALK;
	say(d, DRY_DID, _("%s answers"), d->c.destination);
	say(d, DRY_DOES, _("they talk"));
}

static void
leave(struct context_dry *d)
{
	say(d, DRY_DID, _("the called person hangs up"));
	if (d->state == DRY_RING)
		stage(d, "left=%s", queue(d) ? "ABANDON" : "CANCEL");
	else if (d->state == DRY_TALK)
		stage(d, "left=%s", queue(d) ? "SERVED" : "ANSWER");
	hangup(d);
}

static void
lost_key(struct context_dry *d, char key)
{
	say(d, DRY_DID, _("key %c"), key);
	if (d->state == DRY_DETECT)
		say(d, DRY_DOES,
		    _("nothing: a key pressed while detection listens is "
		      "lost"));
	else
		say(d, DRY_DOES, _("nothing: keys do nothing now"));
}

static void
unseen_machine(struct context_dry *d)
{
	say(d, DRY_DID, _("a machine answers"));
	if (d->c.amd)
		say(d, DRY_DOES,
		    _("nothing: detection is over, it is taken for a person"));
	else
		say(d, DRY_DOES,
		    _("nothing: detection is off, it is taken for a person"));
}

void
context_dry_start(struct context_dry *d, const struct m_context *c)
{
	memset(d, 0, sizeof(*d));
	d->c = *c;
	d->tries = (int)c->retries;
	d->repeats = REPEATS;
	stage(d, "up");
	say(d, DRY_DID, _("the call is answered"));
	if (!c->amd) {
		menu(d);
		return;
	}
	d->state = DRY_DETECT;
	say(d, DRY_DOES, _("detection listens, about 2.5 s"));
}

bool
context_dry_key(struct context_dry *d, uint32_t code)
{
	bool asks = d->state == DRY_PROMPT || d->state == DRY_WAIT;

	if (d->state == DRY_ENDED || d->state == DRY_NONE || code >= 128)
		return false;
	if (code != 0 && strchr("0123456789*#", (int)code) != NULL) {
		if (asks)
			got(d, (char)code);
		else
			lost_key(d, (char)code);
		return true;
	}
	switch (code) {
	case 'm':
		if (d->state == DRY_DETECT)
			machine(d);
		else if (asks)
			unseen_machine(d);
		else
			return false;
		return true;
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

void
context_dry_now(
    const struct context_dry *d, char *now, size_t ns, char *keys, size_t ks)
{
	static const struct {
		const char *now, *keys;
	} text[] = {
		[DRY_NONE] = { "", "" },
		[DRY_DETECT] = { N_("Detection listens."),
		    N_("t it was a person   m it was a machine   h hangs up") },
		[DRY_PROMPT] = { N_("The prompt plays, keys count already."),
		    N_("0-9 * # press   t it ends   h hangs up") },
		[DRY_WAIT] = { N_("The prompt is over, the time for a key "
				  "runs."),
		    N_("0-9 * # press   t no key comes   h hangs up") },
		[DRY_RING] = { N_("The destination rings."),
		    N_("a it answers   t nobody answers   h hangs up") },
		[DRY_TALK] = { N_("They talk."),
		    N_("t the other side hangs up   h hangs up") },
		[DRY_SILENCE] = { N_("The machine's greeting runs."),
		    N_("t it is over   h hangs up") },
		[DRY_MESSAGE] = { N_("The message is being left."),
		    N_("t it is over   h hangs up") },
		[DRY_ENDED] = { N_("The call is over."),
		    N_("Enter another call   Esc ends the dry run") },
	};

	str_copy(now, ns, *text[d->state].now ? _(text[d->state].now) : "");
	str_copy(keys, ks, *text[d->state].keys ? _(text[d->state].keys) : "");
}
