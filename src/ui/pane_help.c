/* SPDX-License-Identifier: MIT */
/* pane_help: nothing is written here that the key table does not say. */
#include "ui/pane_help.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define KEY_COLS 10

static int
put_scope(struct canvas *cv, struct rect r, int line, int top,
    enum keys_scope scope, const char *title)
{
	char keys[64];
	size_t n;

	if (line >= top && line - top < r.h)
		canvas_text(cv, r.y + line - top, r.x, r.w,
		    STYLE_BOLD(ROLE_TITLE), title);
	line++;
	for (size_t i = 0; i < keys_nrows; i += n) {
		n = keys_help_group(i, keys, sizeof(keys));
		if (keys_rows[i].scope != scope)
			continue;
		if (line >= top && line - top < r.h) {
			canvas_text(cv, r.y + line - top, r.x, KEY_COLS,
			    STYLE(ROLE_ACCENT), keys);
			canvas_text(cv, r.y + line - top, r.x + KEY_COLS + 1,
			    r.w - KEY_COLS - 1, STYLE(ROLE_TEXT),
			    _(keys_rows[i].help));
		}
		line++;
	}
	return line;
}

void
pane_help_draw(struct canvas *cv, const struct pane *p, int *top)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	struct rect r = { 1, (cols - MINIMUM(cols - 4, 76)) / 2, rows - 2,
		MINIMUM(cols - 4, 76) },
		    in;
	int n = 0;

	for (int pass = 0; pass < 2; pass++) {
		/* the first pass counts, so that the box fits the text */
		if (pass == 1) {
			r.h = MINIMUM(r.h, n + 2);
			r.y = (rows - r.h) / 2;
			canvas_box(cv, r, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP),
			    STYLE_ON(ROLE_TITLE, ROLE_BG_POPUP),
			    _("Keys   (Esc closes, Up and Down scroll)"));
			in =
			    (struct rect){ r.y + 1, r.x + 2, r.h - 2, r.w - 4 };
			*top = MAXIMUM(MINIMUM(*top, n - in.h), 0);
		} else
			in = (struct rect){ 0, 0, 0, 0 };
		n = put_scope(cv, in, 0, *top, p->scope, _(p->title));
		n = put_scope(
		    cv, in, n + 1, *top, SCOPE_GLOBAL, _("Everywhere"));
	}
}

void
pane_help_footer(struct canvas *cv, int y, const struct pane *p)
{
	int x = 1, cols = canvas_cols(cv);
	struct style bar = STYLE_ON(ROLE_DIM, ROLE_BG_BAR);

	canvas_fill(cv, (struct rect){ y, 0, 1, cols }, bar);
	for (size_t i = 0; i < keys_nrows; i++) {
		const struct keys_row *k = &keys_rows[i];
		char key[32];
		int w;

		if (k->name[0] == '\0' ||
		    (k->scope != p->scope && k->scope != SCOPE_GLOBAL))
			continue;
		/* "+" and "-" belong together */
		str_format(key, sizeof(key), "%s%s", k->key,
		    k->action == ACT_CPS_UP ? " - =" : "");
		w = text_columns(key) + 1 + text_columns(_(k->name));
		if (x + w > cols - 1)
			return;
		x += canvas_text(cv, y, x, cols - x,
			 STYLE_ON(ROLE_ACCENT, ROLE_BG_BAR), key) +
		     1;
		x += canvas_text(cv, y, x, cols - x,
			 STYLE_ON(ROLE_TEXT, ROLE_BG_BAR), _(k->name)) +
		     2;
	}
}

void
pane_help_hint(struct canvas *cv, int y, const char *text)
{
	int cols = canvas_cols(cv);
	struct style bar = STYLE_ON(ROLE_TEXT, ROLE_BG_BAR);

	canvas_fill(cv, (struct rect){ y, 0, 1, cols }, bar);
	canvas_text(cv, y, 1, cols - 2, bar, text);
}
