/* SPDX-License-Identifier: MIT */
/* pane_help: nothing is written here that the key table does not say. */
#include "ui/pane_help.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define KEY_COLS 10
#define HELP_MAX 100 /* columns of the box, where there are so many */

/* Broken at a blank where it does not fit; the line after it. */
static int
put_help(struct canvas *cv, struct rect r, int line, int top, const char *help)
{
	int w = r.w - KEY_COLS - 1;
	char part[512];

	for (;;) {
		size_t n = strlen(help), cut = n;

		str_copy(part, sizeof(part), help);
		while (text_columns(part) > w && cut > 0) {
			while (cut > 0 && part[--cut] != ' ')
				continue;
			part[cut] = '\0';
		}
		if (cut == 0) /* one long word: the canvas cuts it */
			str_copy(part, sizeof(part), help);
		if (line >= top && line - top < r.h)
			canvas_text(cv, r.y + line - top, r.x + KEY_COLS + 1, w,
			    STYLE(ROLE_TEXT), part);
		line++;
		if (cut == 0 || cut == n)
			return line;
		help += cut + strspn(help + cut, " ");
	}
}

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
		if (line >= top && line - top < r.h)
			canvas_text(cv, r.y + line - top, r.x, KEY_COLS,
			    STYLE(ROLE_ACCENT), keys);
		line = put_help(cv, r, line, top, _(keys_rows[i].help));
	}
	return line;
}

void
pane_help_draw(struct canvas *cv, const struct pane *p, int *top)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv);
	int width = MINIMUM(cols - 4, HELP_MAX), n = 0;
	struct rect r = { 1, (cols - width) / 2, rows - 2, width }, in;

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
			in = (struct rect){ 0, 0, 0, r.w - 4 };
		n = put_scope(cv, in, 0, *top, p->scope, _(p->title));
		n = put_scope(
		    cv, in, n + 1, *top, SCOPE_GLOBAL, _("Everywhere"));
	}
}

/* Columns of one key in the footer; drawn at x, unless cv is NULL. */
static int
footer_key(struct canvas *cv, int y, int x, const struct keys_row *k)
{
	char key[32];
	int w;

	/* "+" and "-" belong together */
	str_format(key, sizeof(key), "%s%s", k->key,
	    k->action == ACT_CPS_UP ? " - =" : "");
	w = text_columns(key) + 1 + text_columns(_(k->name));
	if (cv == NULL)
		return w;
	canvas_text(cv, y, x, w, STYLE_ON(ROLE_ACCENT, ROLE_BG_BAR), key);
	canvas_right(cv, y, x, w, STYLE_ON(ROLE_TEXT, ROLE_BG_BAR), _(k->name));
	return w;
}

void
pane_help_footer(struct canvas *cv, int y, const struct pane *p)
{
	int x = 1, cols = canvas_cols(cv), help = 0, w;
	struct style bar = STYLE_ON(ROLE_DIM, ROLE_BG_BAR);

	canvas_fill(cv, (struct rect){ y, 0, 1, cols }, bar);
	/* whatever else has no room: "? help" tells the rest */
	for (size_t i = 0; i < keys_nrows; i++)
		if (keys_rows[i].action == ACT_HELP &&
		    keys_rows[i].name[0] != '\0')
			help = footer_key(NULL, y, x, &keys_rows[i]) + 2;
	for (size_t i = 0; i < keys_nrows; i++) {
		const struct keys_row *k = &keys_rows[i];

		if (k->name[0] == '\0' ||
		    (k->scope != p->scope && k->scope != SCOPE_GLOBAL))
			continue;
		if (k->action == ACT_HELP)
			help = 0;
		w = footer_key(NULL, y, x, k);
		if (x + w + help <= cols - 1)
			x += footer_key(cv, y, x, k) + 2;
		else if (help == 0)
			return;
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
