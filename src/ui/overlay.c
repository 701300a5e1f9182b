/* SPDX-License-Identifier: MIT */
/* overlay: toasts and texts.  Draws on top; takes no keys. */
#include "ui/overlay.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define GOOD_NS (5 * NS_PER_S)
#define BAD_NS  (12 * NS_PER_S) /* bad news may be read later */
#define SAID_NS (9 * NS_PER_S)
#define LINE    2048

/* Whose place may be taken: the oldest that nobody said; n: none. */
static size_t
replaced(const struct toasts *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].kind != TOAST_SAID)
			return i;
	return t->n;
}

bool
toasts_put(
    struct toasts *t, enum toast_kind kind, const char *text, int64_t mono_ns)
{
	static const int64_t lasts[] = { GOOD_NS, BAD_NS, SAID_NS };
	char line[sizeof(t->v[0].text)];
	size_t i, out;

	str_format(line, sizeof(line), "%.*s", (int)strcspn(text, "\n"), text);
	for (i = 0; i < t->n; i++)
		if (t->v[i].kind == kind && strcmp(t->v[i].text, line) == 0)
			break;
	if (i == TOASTS_MAX) {
		out = kind == TOAST_SAID ? t->n : replaced(t);
		if (out == t->n)
			return false;
		t->n--;
		memmove(
		    &t->v[out], &t->v[out + 1], (t->n - out) * sizeof(t->v[0]));
		i = t->n;
	}
	if (i == t->n)
		t->n++;
	str_copy(t->v[i].text, sizeof(t->v[i].text), line);
	t->v[i].kind = kind;
	t->v[i].until_ns = mono_ns + lasts[kind];
	return true;
}

void
toasts_add(struct toasts *t, bool good, const char *text, int64_t mono_ns)
{
	/* words of people fill it: an answer takes the oldest one's place */
	if (!toasts_put(t, good ? TOAST_GOOD : TOAST_BAD, text, mono_ns)) {
		t->v[0].kind = TOAST_GOOD;
		toasts_put(t, good ? TOAST_GOOD : TOAST_BAD, text, mono_ns);
	}
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

/*
 * One line of at most cols columns from *p on, broken at a blank; *p moves to
 * the next one.  False: that was all.
 */
static bool
next_line(const char **p, int cols, char *out, size_t size)
{
	size_t n, o = 0, blank = 0;
	struct text_cluster k;
	int w = 0;

	if (**p == '\0')
		return false;
	for (; (*p)[o] != '\n' && o + TEXT_MARKS * 4 < size &&
	       (n = text_next(*p + o, &k)) > 0 && w + k.width <= cols;
	     o += n) {
		w += k.width;
		if ((*p)[o] == ' ')
			blank = o;
	}
	if ((*p)[o] != '\0' && (*p)[o] != '\n' && blank > 0)
		o = blank;
	str_format(out, size, "%.*s", (int)o, *p);
	*p += o;
	if (**p == '\n')
		(*p)++;
	else if (o == 0)
		(*p)++; /* not even one sign has room */
	else if (o == blank)
		*p += strspn(*p, " ");
	return true;
}

static int
count_lines(const char *p, int cols, int *widest)
{
	char line[LINE];
	int n = 0;

	for (*widest = 0; next_line(&p, cols, line, sizeof(line)); n++)
		*widest = MAXIMUM(*widest, text_columns(line));
	return n;
}

void
toasts_draw(const struct toasts *t, struct canvas *cv, int foot)
{
	int y = canvas_rows(cv) - foot, cols = canvas_cols(cv);

	for (size_t i = t->n; i-- > 0;) {
		static const uint8_t on[] = { ROLE_BG_GOOD, ROLE_BG_BAD,
			ROLE_BG_WARN };
		struct style s = STYLE_ON(ROLE_STRONG, on[t->v[i].kind]);
		const char *p = t->v[i].text;
		char line[LINE];
		int w, h = count_lines(p, cols - 6, &w);

		y -= h - 1;
		if (y <= 2)
			return;
		canvas_fill(cv, (struct rect){ y, cols - w - 3, h, w + 2 }, s);
		for (; next_line(&p, cols - 6, line, sizeof(line)); y++)
			canvas_text(cv, y, cols - w - 2, w, s, line);
		y -= h + 1;
	}
}

void
overlay_text(struct canvas *cv, const char *title, const char *text, int *top)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv), w, n;
	const char *p = text;
	char line[LINE];
	struct rect r;

	n = count_lines(text, cols - 8, &w);
	r.w = MINIMUM(MAXIMUM(w, 20) + 4, cols - 4);
	r.h = MINIMUM(n + 2, rows - 2);
	r.y = (rows - r.h) / 2;
	r.x = (cols - r.w) / 2;
	*top = MAXIMUM(MINIMUM(*top, n - (r.h - 2)), 0);
	canvas_box(cv, r, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP),
	    STYLE_ON(ROLE_TITLE, ROLE_BG_POPUP), title);
	for (n = 0; next_line(&p, cols - 8, line, sizeof(line)); n++)
		if (n >= *top && n - *top < r.h - 2)
			canvas_text(cv, r.y + 1 + n - *top, r.x + 2, r.w - 4,
			    STYLE_ON(ROLE_TEXT, ROLE_BG_POPUP), line);
}
