/* SPDX-License-Identifier: MIT */
/*
 * context_dry_now: what a dry run tells of itself: where it stands, what goes
 * on, which keys mean something, and which letter says which word.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_dry_part.h"

#define TAKEN "thmqx" /* letters that mean something else */
#define OTHER "other" /* a word that is none of the state's */

const struct flow_state *
context_dry_at(const struct context_dry *d)
{
	return d->w.at >= 0 && d->w.at < d->f.n ? &d->f.s[d->w.at] : NULL;
}

bool
context_dry_repeats(const struct flow_state *s, const char *heard)
{
	int i = strlen(heard) == 1 ? flow_key_index(heard[0]) : -1;

	if (i >= 0)
		return s->key[i] == FLOW_REPEAT;
	for (int k = 0; k < s->nwords && k < FLOW_WORDS; k++)
		if (strcmp(s->word[k].word, heard) == 0)
			return s->word[k].to == FLOW_REPEAT;
	return false;
}

char
context_dry_letter(const struct flow_state *s, int i)
{
	char taken[sizeof(TAKEN) + FLOW_WORDS] = TAKEN, c = '\0';

	for (int k = 0; k <= i && k < FLOW_WORDS; k++) {
		const char *w = s->word[k].word;

		while (*w != '\0' &&
		       (*w < 'a' || *w > 'z' || strchr(taken, *w) != NULL))
			w++;
		c = *w;
		for (char any = 'a'; c == '\0' && any <= 'z'; any++)
			if (strchr(taken, any) == NULL)
				c = any;
		taken[sizeof(TAKEN) - 1 + (size_t)k] = c;
	}
	return c;
}

const char *
context_dry_word(const struct flow_state *s, char letter)
{
	if (s->kind != FLOW_SPEECH || letter == '\0')
		return NULL;
	for (int i = 0; i < s->nwords && i < FLOW_WORDS; i++)
		if (context_dry_letter(s, i) == letter)
			return s->word[i].word;
	return letter == 'x' ? OTHER : NULL;
}

struct context_flow_mark
context_dry_mark(const struct context_dry *d)
{
	struct context_flow_mark m = { d->w.at, d->state == DRY_TALK };

	if (d->state == DRY_ENDED || d->state == DRY_NONE)
		m.state = -1;
	return m;
}

/* "y yes   n no   x another word   t nothing is said   h hangs up" */
static void
speech_keys(const struct flow_state *s, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (int i = 0; i < s->nwords && i < FLOW_WORDS; i++) {
		str_format(out + n, size - n, "%c %s   ",
		    context_dry_letter(s, i), s->word[i].word);
		n = strlen(out);
	}
	str_copy(out + n, size - n,
	    _("x another word   t nothing is said   h hangs up"));
}

static const struct {
	const char *now, *keys;
} texts[] = {
	[DRY_NONE] = { "", "" },
	[DRY_DETECT] = { N_("Detection listens."),
	    N_("t a person   m a machine   u it is not sure   h hangs up") },
	[DRY_PLAY] = { N_("The prompt plays, keys do nothing."),
	    N_("t it ends   h hangs up") },
	[DRY_PROMPT] = { N_("The prompt plays, keys count already."),
	    N_("0-9 * # press   t it ends   h hangs up") },
	[DRY_WAIT] = { N_("The prompt is over, the time for a key runs."),
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

void
context_dry_now(
    const struct context_dry *d, char *now, size_t ns, char *keys, size_t ks)
{
	const struct flow_state *s = context_dry_at(d);
	const char *text = texts[d->state].now;

	text = *text != '\0' ? _(text) : "";
	if (s != NULL && d->state != DRY_ENDED)
		str_format(now, ns, "%s   %s", s->name, text);
	else
		str_copy(now, ns, text);
	text = texts[d->state].keys;
	str_copy(keys, ks, *text != '\0' ? _(text) : "");
	if (s == NULL || (d->state != DRY_PROMPT && d->state != DRY_WAIT))
		return;
	if (s->kind == FLOW_SPEECH)
		speech_keys(s, keys, ks);
	else if (s->kind == FLOW_QUESTION && s->digits > 1)
		str_copy(keys, ks,
		    _("0-9 * press, # ends them   t no more comes   h hangs "
		      "up"));
}
