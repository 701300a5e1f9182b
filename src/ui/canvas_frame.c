/* SPDX-License-Identifier: MIT */
/* canvas_frame: boxes and rules, drawn with what canvas.c offers to all. */
#include "ui/canvas.h"

void
canvas_box(struct canvas *c, struct rect r, struct style frame,
    struct style title, const char *text)
{
	int b = r.y + r.h - 1, e = r.x + r.w - 1, w;

	if (r.h < 2 || r.w < 4)
		return;
	canvas_fill(c, r, frame);
	canvas_run(c, r.y, r.x, 1, frame, 0x250c);
	canvas_run(c, r.y, r.x + 1, r.w - 2, frame, 0x2500);
	canvas_run(c, r.y, e, 1, frame, 0x2510);
	for (int y = r.y + 1; y < b; y++) {
		canvas_run(c, y, r.x, 1, frame, 0x2502);
		canvas_run(c, y, e, 1, frame, 0x2502);
	}
	canvas_run(c, b, r.x, 1, frame, 0x2514);
	canvas_run(c, b, r.x + 1, r.w - 2, frame, 0x2500);
	canvas_run(c, b, e, 1, frame, 0x2518);
	if (text != NULL && r.w > 6) {
		w = canvas_text(c, r.y, r.x + 3, r.w - 6, title, text);
		canvas_run(c, r.y, r.x + 2, 1, frame, ' ');
		canvas_run(c, r.y, r.x + 3 + w, 1, frame, ' ');
	}
}

void
canvas_rule(struct canvas *c, int y, int x, int w, const char *title)
{
	int n;

	canvas_run(c, y, x, w, STYLE(ROLE_FRAME), 0x2500);
	if (w < 6)
		return;
	n = canvas_text(c, y, x + 2, w - 4, STYLE(ROLE_TITLE), title);
	canvas_run(c, y, x + 1, 1, STYLE(ROLE_FRAME), ' ');
	canvas_run(c, y, x + 2 + n, 1, STYLE(ROLE_FRAME), ' ');
}
