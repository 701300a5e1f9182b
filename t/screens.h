/* SPDX-License-Identifier: MIT */
/*
 * screens: what a canvas shows, as text, for tests; and golden screens:
 * GOLDEN=update writes t/golden/NAME.screen anew, its diff is what is reviewed.
 */
#ifndef T_SCREENS_H
#define T_SCREENS_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/text.h"
#include "shared/util.h"
#include "tap.h"
#include "ui/canvas.h"

static inline void
put_row(const struct canvas *c, int y, struct buf *out)
{
	struct canvas_cell k;
	char u[4];
	size_t begin = out->len;

	for (int x = 0; x < canvas_cols(c); x++) {
		canvas_get(c, y, x, &k);
		if (k.base == 0)
			continue;
		buf_put(out, u, text_encode(k.base, u));
		for (int i = 0; i < k.nmark; i++)
			buf_put(out, u, text_encode(k.mark[i], u));
	}
	while (out->len > begin && out->p[out->len - 1] == ' ')
		out->len--;
	out->p[out->len] = '\0';
}

static inline struct buf
screen(const struct canvas *c)
{
	struct buf s = BUF_INIT;

	for (int y = 0; y < canvas_rows(c); y++) {
		put_row(c, y, &s);
		buf_byte(&s, '\n');
	}
	return s;
}

static inline bool
shows(const struct canvas *c, const char *text)
{
	struct buf s = screen(c);
	bool found = strstr(buf_cstr(&s), text) != NULL;

	if (!found)
		printf("# not on the screen: %s\n", text);
	buf_clear(&s);
	return found;
}

/* Does the text stand somewhere on that background? */
static inline bool
shows_on(const struct canvas *c, const char *text, uint8_t bg)
{
	struct canvas_cell k;

	for (int y = 0; y < canvas_rows(c); y++)
		for (int x = 0; x < canvas_cols(c); x++) {
			size_t i = 0;

			for (; text[i] != '\0' && x + (int)i < canvas_cols(c);
			     i++) {
				canvas_get(c, y, x + (int)i, &k);
				if (k.base != (unsigned char)text[i] ||
				    k.bg != bg)
					break;
			}
			if (text[i] == '\0')
				return true;
		}
	return false;
}

static inline void
golden(const struct canvas *c, const char *name)
{
	char path[128];
	struct buf s = screen(c), want = BUF_INIT;
	char piece[4096];
	FILE *f;
	size_t n;

	str_format(path, sizeof(path), "t/golden/%s.screen", name);
	if (getenv("GOLDEN") != NULL &&
	    strcmp(getenv("GOLDEN"), "update") == 0 &&
	    (f = fopen(path, "w")) != NULL) {
		fwrite(s.p, 1, s.len, f);
		fclose(f);
	}
	f = fopen(path, "r");
	while (f != NULL && (n = fread(piece, 1, sizeof(piece), f)) > 0)
		buf_put(&want, piece, n);
	if (f != NULL)
		fclose(f);
	ok(strcmp(buf_cstr(&s), buf_cstr(&want)) == 0, "golden screen %s",
	    name);
	if (strcmp(buf_cstr(&s), buf_cstr(&want)) != 0)
		printf("%s", buf_cstr(&s));
	buf_clear(&s);
	buf_clear(&want);
}

/* Nothing in any cell that a terminal would obey. */
static inline bool
screen_clean(const struct canvas *c)
{
	struct canvas_cell k;

	for (int y = 0; y < canvas_rows(c); y++)
		for (int x = 0; x < canvas_cols(c); x++) {
			canvas_get(c, y, x, &k);
			if (k.base != 0 &&
			    (k.base < 0x20 ||
				(k.base >= 0x7f && k.base < 0xa0) ||
				(k.base >= 0x202a && k.base <= 0x202e)))
				return false;
		}
	return true;
}

#endif
