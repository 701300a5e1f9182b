/* SPDX-License-Identifier: MIT */
/* context_flow_draw: the lines of a flow on the canvas. */
#include <stdlib.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_flow.h"
#include "ui/words.h"

#define OUTCOME 20 /* columns at most of the disposition at the right */

uint8_t
context_flow_end_role(enum disposition d)
{
	return d == DISP_CONNECTED   ? ROLE_GOOD
	       : d == DISP_COMPLETED ? ROLE_ACCENT
	       : d == DISP_ABANDONED ? ROLE_BAD
	       : d == DISP_OPTED_OUT ? ROLE_WARN
				     : ROLE_DIM;
}

/* One word, and a gap; returns where the next one begins. */
static int
put(struct canvas *cv, int y, int x, int end, struct style s, const char *text)
{
	if (text[0] == '\0' || x >= end)
		return x;
	return x + canvas_text(cv, y, x, end - x, s, text) + 1;
}

static void
draw_line(struct canvas *cv, struct rect r, const struct context_flow_line *l,
    bool here)
{
	uint8_t bg = here ? ROLE_BG_SELECT : ROLE_KEEP;
	uint8_t strong = here ? ROLE_STRONG : ROLE_TEXT;
	const char *word = words_disposition(l->end);
	int w = MINIMUM(text_columns(word), OUTCOME);
	int x = r.x, last = r.x + r.w - w, end = last - (w > 0);

	if (here)
		canvas_fill(cv, r, STYLE_ON(ROLE_STRONG, bg));
	x += canvas_text(cv, r.y, x, r.w, STYLE_ON(ROLE_FRAME, bg), l->tree);
	x = put(cv, r.y, x, end, (struct style){ ROLE_ACCENT, bg, ATTR_BOLD },
	    l->key);
	x += l->key[0] != '\0';
	x = put(cv, r.y, x, end, STYLE_ON(strong, bg), l->event);
	x = put(cv, r.y, x, end,
	    (struct style){ here ? ROLE_STRONG : ROLE_TITLE, bg, ATTR_BOLD },
	    l->name);
	x = put(cv, r.y, x, end, STYLE_ON(here ? ROLE_STRONG : ROLE_DIM, bg),
	    l->kind);
	put(cv, r.y, x, end, STYLE_ON(strong, bg), l->text);
	canvas_right(cv, r.y, last, r.x + r.w - last,
	    STYLE_ON(here ? ROLE_STRONG : context_flow_end_role(l->end), bg),
	    word);
}

static void
draw_more(struct canvas *cv, struct rect row, size_t more)
{
	char text[80];

	canvas_fill(cv, row, STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
	str_format(text, sizeof(text), _("+%zu more lines"), more);
	canvas_text(cv, row.y, row.x, row.w, STYLE(ROLE_DIM), text);
}

int
context_flow_draw(struct canvas *cv, struct rect r, const struct flow *f,
    struct context_flow_mark mark, int top)
{
	struct context_flow_line *v;
	int y = 0, n, here = -1;
	size_t all;

	v = context_flow(f, &all);
	n = (int)all;
	for (int i = 0; i < n && mark.state >= 0; i++)
		if (v[i].state == mark.state && v[i].talk == mark.talk)
			here = i;
	if (here >= 0 && here >= top + r.h - 1)
		top = here - r.h / 2;
	top = MAXIMUM(MINIMUM(top, n - r.h), 0);
	for (; y < r.h && top + y < n; y++)
		draw_line(cv, (struct rect){ r.y + y, r.x, 1, r.w },
		    &v[top + y], top + y == here);
	if (y > 1 && top + y < n && top + y - 1 != here)
		draw_more(cv, (struct rect){ r.y + y - 1, r.x, 1, r.w },
		    all - (size_t)(top + y) + 1);
	free(v);
	return y;
}
