/* SPDX-License-Identifier: MIT */
/* overlay: toasts and texts.  Draws on top; takes no keys. */
#include "ui/overlay.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define GOOD_NS (5 * NS_PER_S)
#define BAD_NS  (12 * NS_PER_S) /* bad news may be read later */

void
toasts_add(struct toasts *t, bool good, const char *text, int64_t mono_ns)
{
	int64_t until = mono_ns + (good ? GOOD_NS : BAD_NS);
	char line[sizeof(t->v[0].text)];
	size_t i;

	str_format(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	for (i = 0; i < t->n; i++)
		if (strcmp(t->v[i].text, line) == 0)
			break;
	if (i == TOASTS_MAX) {
		memmove(&t->v[0], &t->v[1], --t->n * sizeof(t->v[0]));
		i = t->n;
	}
	if (i == t->n)
		t->n++;
	str_copy(t->v[i].text, sizeof(t->v[i].text), line);
	t->v[i].good = good;
	t->v[i].until_ns = until;
}

bool
toasts_expire(struct toasts *t, int64_t mono_ns)
{
	size_t k = 0, n = t->n;

	for (size_t i = 0; i < n; i++)
		if (t->v[i].until_ns > mono_ns)
			t->v[k++] = t->v[i];
	t->n = k;
	return k != n;
}

void
toasts_draw(const struct toasts *t, struct canvas *cv)
{
	int y = canvas_rows(cv) - 2, cols = canvas_cols(cv);

	for (size_t i = t->n; i-- > 0 && y > 2; y--) {
		int w = MINIMUM(text_columns(t->v[i].text) + 2, cols - 4);
		struct style s = STYLE_ON(
		    ROLE_STRONG, t->v[i].good ? ROLE_BG_GOOD : ROLE_BG_BAD);

		canvas_fill(cv, (struct rect){ y, cols - w - 1, 1, w }, s);
		canvas_text(cv, y, cols - w, w - 2, s, t->v[i].text);
	}
}

/* The line at *p into out; *p moves to the next one. */
static bool
next_line(const char **p, char *out, size_t size)
{
	const char *nl = strchrnul(*p, '\n');

	if (**p == '\0')
		return false;
	str_format(out, size, "%.*s", (int)(nl - *p), *p);
	*p = *nl != '\0' ? nl + 1 : nl;
	return true;
}

void
overlay_text(struct canvas *cv, const char *title, const char *text, int *top)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv), w = 20, n = 0;
	const char *p = text;
	char line[512];
	struct rect r;

	for (; next_line(&p, line, sizeof(line)); n++)
		w = MAXIMUM(w, text_columns(line));
	r.w = MINIMUM(w + 4, cols - 4);
	r.h = MINIMUM(n + 2, rows - 2);
	r.y = (rows - r.h) / 2;
	r.x = (cols - r.w) / 2;
	*top = MAXIMUM(MINIMUM(*top, n - (r.h - 2)), 0);
	canvas_box(cv, r, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP),
	    STYLE_ON(ROLE_TITLE, ROLE_BG_POPUP), title);
	p = text;
	for (n = 0; next_line(&p, line, sizeof(line)); n++)
		if (n >= *top && n - *top < r.h - 2)
			canvas_text(cv, r.y + 1 + n - *top, r.x + 2, r.w - 4,
			    STYLE_ON(ROLE_TEXT, ROLE_BG_POPUP), line);
}
