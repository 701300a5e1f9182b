/* SPDX-License-Identifier: MIT */
/*
 * frame: the same three lines over every pane, so that an alarm is seen
 * wherever one is.
 */
#include "ui/frame.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/layout.h"
#include "ui/section.h"

/* Where all titles do not fit; in the order of panes.c. */
static const char *const brief[] = { N_("Home"), N_("Camp"), N_("Ctry"),
	N_("DIDs"), N_("Ctx"), N_("Calls"), N_("Agts"), N_("Trnk"), N_("Load"),
	N_("Log") };

static int
tab_width(size_t i, bool full)
{
	return 1 + text_columns(full ? _(panes[i]->title) : _(brief[i]));
}

/* Active alerts that nobody has seen, on the last tab. */
static bool
has_news(const struct board *b)
{
	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++)
		if (b->alerts[i].ended_ms == 0 && b->alerts[i].acked_ms == 0)
			return true;
	return false;
}

static void
draw_tabs(struct canvas *cv, struct rect r, const struct pane_ctx *x,
    size_t pane, struct rect *tabs)
{
	bool full = true;
	int at = r.x + 1, total = 1, gap;

	for (size_t i = 0; i < npanes; i++)
		total += tab_width(i, true) + 1;
	if (total > r.w)
		full = false;
	gap = full && total + (int)npanes <= r.w ? 2 : 1;
	for (size_t i = 0; i < npanes; i++) {
		bool here = i == pane;
		int w = tab_width(i, full || here);
		struct style s = here ? STYLE_ON(ROLE_TITLE, ROLE_BG_SELECT)
				      : STYLE(ROLE_DIM);
		char digit[2] = { (char)('0' + (i + 1) % 10), '\0' };

		tabs[i] = (struct rect){ r.y, at, 1, w };
		if (here)
			s.attr = ATTR_BOLD;
		else if (panes[i]->select == ACT_PANE_0 &&
			 x->state == BOARD_LIVE && has_news(x->b))
			s = STYLE_BOLD(ROLE_WARN);
		if (here)
			canvas_fill(
			    cv, (struct rect){ r.y, at - 1, 1, w + 2 }, s);
		canvas_text(
		    cv, r.y, at, 1, here ? s : STYLE(ROLE_ACCENT), digit);
		canvas_text(cv, r.y, at + 1, w - 1, s,
		    full || here ? _(panes[i]->title) : _(brief[i]));
		at += w + gap;
	}
}

struct rect
frame_draw(struct canvas *cv, struct rect all, const struct pane_ctx *x,
    size_t pane, struct rect *tabs)
{
	section_status(cv, layout_top(&all, 1), x);
	section_verdict(cv, layout_top(&all, 1), x);
	draw_tabs(cv, layout_top(&all, 1), x, pane, tabs);
	return all;
}
