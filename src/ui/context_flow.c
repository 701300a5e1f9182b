/* SPDX-License-Identifier: MIT */
/*
 * context_flow: the lines follow contrib/asterisk/extensions_discador.conf
 * exten by exten; what is not in there is not drawn.
 */
#include "ui/context_flow.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/words.h"

#define OUTCOME 20 /* columns at most of the disposition at the right */

/* Branches: T goes on below, L is the last, I a line that passes by. */
#define T  "\xe2\x94\x9c\xe2\x94\x80 "
#define L  "\xe2\x94\x94\xe2\x94\x80 "
#define I  "\xe2\x94\x82  "
#define NO "   "

#define BIT(state) (1u << (state))

struct flow {
	struct context_flow_line *v;
	size_t n;
};

static struct context_flow_line *
add(struct flow *f, const char *tree, const char *key, enum disposition end,
    unsigned states)
{
	struct context_flow_line *l;

	if (f->n == CONTEXT_FLOW_LINES)
		f->n--;
	l = &f->v[f->n++];
	memset(l, 0, sizeof(*l));
	str_copy(l->tree, sizeof(l->tree), tree);
	str_copy(l->key, sizeof(l->key), key);
	l->end = end;
	l->states = states;
	return l;
}

#define TEXT(l, ...) str_format((l)->text, sizeof((l)->text), __VA_ARGS__)

static void
add_machine(struct flow *f, const struct m_context *c)
{
	struct context_flow_line *l;

	if (strcmp(c->on_machine, "message") == 0) {
		l = add(f, T, "", DISP_MACHINE,
		    BIT(DRY_SILENCE) | BIT(DRY_MESSAGE));
		if (c->prompt_machine[0] != '\0')
			TEXT(l,
			    _("a machine: after the beep \"%s\", then hangs "
			      "up"),
			    c->prompt_machine);
		else
			TEXT(l, _("a machine: hangs up behind the beep, no "
				  "message"));
	} else if (strcmp(c->on_machine, "prompt") == 0) {
		l = add(f, T, "", DISP_MACHINE, 0);
		TEXT(l, _("a machine: the prompt below, as for a person"));
	} else {
		l = add(f, T, "", DISP_MACHINE, 0);
		TEXT(l, _("a machine: hangs up"));
	}
}

static void
add_connect(struct flow *f, const struct m_context *c)
{
	struct context_flow_line *l;

	l = add(f, NO T, c->connect_key, DISP_NONE, BIT(DRY_RING));
	if (c->prompt_connect[0] != '\0')
		TEXT(l, _("\"%s\", then %s rings, %lld s at most"),
		    c->prompt_connect, c->destination,
		    (long long)c->ring_timeout);
	else
		TEXT(l, _("%s rings, %lld s at most"), c->destination,
		    (long long)c->ring_timeout);
	l = add(f, NO I T, "", DISP_CONNECTED, BIT(DRY_TALK));
	TEXT(l, _("it answers: they talk"));
	l = add(f, NO I L, "", DISP_ABANDONED, 0);
	TEXT(l, _("nobody answers, or the called person hangs up"));
}

/* "then goodbye" of opting out and of pressing nothing. */
static void
add_optout(struct flow *f, const struct m_context *c)
{
	struct context_flow_line *l;

	if (c->disconnect_key[0] == '\0')
		return;
	l = add(f, NO T, c->disconnect_key, DISP_OPTED_OUT, 0);
	if (c->prompt_goodbye[0] != '\0')
		TEXT(l, _("do-not-call list at once, then \"%s\""),
		    c->prompt_goodbye);
	else
		TEXT(l, _("do-not-call list at once, then hangs up"));
}

static void
add_again(struct flow *f, const struct m_context *c)
{
	struct context_flow_line *l;

	if (c->repeat_key[0] != '\0') {
		l = add(f, NO T, c->repeat_key, DISP_NONE, 0);
		TEXT(l, _("the prompt again, 5 times at most"));
	}
	l = add(f, NO T, "", DISP_ANSWERED_NO_KEY, 0);
	if (c->retries == 0 && c->prompt_goodbye[0] == '\0')
		TEXT(l, _("no or a wrong key: hangs up"));
	else if (c->retries == 0)
		TEXT(l, _("no or a wrong key: \"%s\", hangs up"),
		    c->prompt_goodbye);
	else if (c->prompt_goodbye[0] == '\0')
		TEXT(l,
		    _("no or a wrong key: again; after %lld tries hangs up"),
		    (long long)c->retries + 1);
	else
		TEXT(l, _("no or a wrong key: again; after %lld tries \"%s\""),
		    (long long)c->retries + 1, c->prompt_goodbye);
	l = add(f, NO L, "", DISP_ANSWERED_NO_KEY, 0);
	TEXT(l, _("the called person hangs up before a key"));
}

static void
prompt_text(struct context_flow_line *l, const struct m_context *c)
{
	long long wait = c->menu_timeout;

	if (c->prompt[0] == '\0' && c->amd)
		TEXT(l, _("a person, or not sure: no prompt, %lld s for a key"),
		    wait);
	else if (c->prompt[0] == '\0')
		TEXT(l, _("anybody: no prompt, %lld s for a key"), wait);
	else if (c->amd)
		TEXT(l,
		    _("a person, or not sure: \"%s\", then %lld s for a key"),
		    c->prompt, wait);
	else
		TEXT(l, _("anybody: \"%s\", then %lld s for a key"), c->prompt,
		    wait);
}

size_t
context_flow(const struct m_context *c, struct context_flow_line *out)
{
	struct flow f = { out, 0 };
	struct context_flow_line *l;

	l = add(&f, "", "", DISP_NONE, BIT(DRY_DETECT));
	if (c->amd) {
		TEXT(l,
		    _("answered: detection listens about 2.5 s, keys are lost "
		      "meanwhile"));
		add_machine(&f, c);
	} else
		TEXT(l, _("answered: no detection"));
	l = add(&f, L, "", DISP_NONE, BIT(DRY_PROMPT) | BIT(DRY_WAIT));
	prompt_text(l, c);
	add_connect(&f, c);
	add_optout(&f, c);
	add_again(&f, c);
	return f.n;
}

static uint8_t
end_role(enum disposition d)
{
	return d == DISP_CONNECTED   ? ROLE_GOOD
	       : d == DISP_ABANDONED ? ROLE_BAD
	       : d == DISP_OPTED_OUT ? ROLE_WARN
				     : ROLE_DIM;
}

int
context_flow_draw(struct canvas *cv, struct rect r, const struct m_context *c,
    enum context_dry_state now)
{
	struct context_flow_line v[CONTEXT_FLOW_LINES];
	size_t n = context_flow(c, v);
	int y = 0;

	for (size_t i = 0; i < n && y < r.h; i++, y++) {
		const struct context_flow_line *l = &v[i];
		bool here = now != DRY_NONE && (l->states & BIT(now)) != 0;
		uint8_t bg = here ? ROLE_BG_SELECT : ROLE_KEEP;
		const char *word = words_disposition(l->end);
		int w = MINIMUM(text_columns(word), OUTCOME);
		int x = r.x, end = r.x + r.w - w;

		if (here)
			canvas_fill(cv, (struct rect){ r.y + y, r.x, 1, r.w },
			    STYLE_ON(ROLE_STRONG, bg));
		x += canvas_text(
		    cv, r.y + y, x, r.w, STYLE_ON(ROLE_FRAME, bg), l->tree);
		if (l->key[0] != '\0') {
			x += canvas_text(cv, r.y + y, x, 2,
			    (struct style){ ROLE_ACCENT, bg, ATTR_BOLD },
			    l->key);
			x += 2;
		}
		canvas_text(cv, r.y + y, x, end - x - (w > 0),
		    STYLE_ON(here ? ROLE_STRONG : ROLE_TEXT, bg), l->text);
		canvas_right(cv, r.y + y, end, r.x + r.w - end,
		    STYLE_ON(end_role(l->end), bg), word);
	}
	return y;
}
