/* SPDX-License-Identifier: MIT */
/* gauge: figures to bars, one row or one rectangle at a time. */
#include "ui/gauge.h"

#include <math.h>
#include <string.h>

#include "shared/board.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/layout.h"
#include "ui/words.h"

_Static_assert((int)DISP_NKIND <= BOARD_DISPS, "board_campaign.disp");

#define PARTS_MAX 32
#define BAR_MIN   6
#define NARROW    7 /* "100.0 %" */

#define FULL  0x2588u
#define DARK  0x2593u
#define MID   0x2592u
#define LIGHT 0x2591u

const struct gauge_fit gauge_lines = { GAUGE_LABEL, 9, 8 };

struct gauge_part
gauge_cause(int cause, uint64_t v)
{
	static const struct gauge_part look[BOARD_CAUSES] = {
		{ 0, ROLE_GOOD, FULL, '#' }, /* normal */
		{ 0, ROLE_BAD, LIGHT, 'x' }, /* bad_number */
		{ 0, ROLE_WARN, DARK, 'b' }, /* busy */
		{ 0, ROLE_DIM, MID, '.' }, /* no_answer */
		{ 0, ROLE_WARN, LIGHT, 'r' }, /* rejected */
		{ 0, ROLE_BAD, FULL, 'F' }, /* capacity */
		{ 0, ROLE_BAD, DARK, 'T' }, /* trunk */
		{ 0, ROLE_BAD, MID, 'R' }, /* route */
		{ 0, ROLE_ACCENT, DARK, 'P' }, /* protocol */
		{ 0, ROLE_FRAME, LIGHT, '-' }, /* none */
	};
	struct gauge_part p;

	p = look[cause >= 0 && cause < BOARD_CAUSES ? cause : BOARD_CAUSES - 1];
	p.v = (double)v;
	return p;
}

void
gauge_sign(struct canvas *c, int y, int x, const struct gauge_part *p)
{
	canvas_run(c, y, x, 1, STYLE(p->role),
	    canvas_ascii(c) ? (unsigned char)p->ascii : p->sign);
}

/* Columns of each part, largest remainders; the sum is w. */
static void
share_out(int w, const struct gauge_part *p, size_t n, double sum, int *cols)
{
	double rest[PARTS_MAX];
	int left = w;

	for (size_t i = 0; i < n; i++) {
		double v = p[i].v > 0 ? p[i].v * w / sum : 0;

		cols[i] = (int)v;
		rest[i] = v - cols[i];
		/* a little of it must not look like nothing */
		if (p[i].v > 0 && cols[i] == 0)
			rest[i] = 2;
		left -= cols[i];
	}
	while (left > 0) {
		size_t most = 0;

		for (size_t i = 1; i < n; i++)
			if (rest[i] > rest[most])
				most = i;
		cols[most]++;
		rest[most] = rest[most] > 1 ? 0 : -1;
		left--;
	}
}

void
gauge_stack(
    struct canvas *c, int y, int x, int w, const struct gauge_part *p, size_t n)
{
	int cols[PARTS_MAX];
	double sum = 0;

	n = MINIMUM(n, PARTS_MAX);
	for (size_t i = 0; i < n; i++)
		sum += p[i].v > 0 ? p[i].v : 0;
	if (w <= 0)
		return;
	if (!(sum > 0)) {
		canvas_run(c, y, x, w, STYLE(ROLE_FRAME),
		    canvas_ascii(c) ? '-' : 0x2500);
		return;
	}
	share_out(w, p, n, sum, cols);
	for (size_t i = 0; i < n; i++) {
		canvas_run(c, y, x, cols[i], STYLE(p[i].role),
		    canvas_ascii(c) ? (unsigned char)p[i].ascii : p[i].sign);
		x += cols[i];
	}
}

bool
gauge_line(struct canvas *c, struct rect *r, const struct gauge_fit *f,
    const char *label, double frac, struct style bar, const char *figure,
    const char *note)
{
	int figure_w = f->figure, note_w = f->note, w, end;

	if (r->h <= 0 || r->w <= 0)
		return false;
	w = r->w - f->label - figure_w - note_w - 3;
	if (w < BAR_MIN) {
		/* a long figure then stands over the bar's end */
		figure_w = MINIMUM(figure_w, NARROW);
		note_w = MINIMUM(note_w, NARROW);
		w = r->w - f->label - figure_w - note_w - 2;
	}
	if (w < 0) {
		w += note_w;
		note_w = 0;
	}
	end = r->x + r->w;
	canvas_text(c, r->y, r->x, f->label, STYLE(ROLE_TEXT), label);
	if (w >= BAR_MIN)
		chart_bar(c, r->y, r->x + f->label + 1, w, frac, bar,
		    STYLE(ROLE_FRAME));
	if (note_w > 0)
		canvas_right(
		    c, r->y, end - note_w, note_w, STYLE(ROLE_DIM), note);
	end -= note_w > 0 ? note_w + 1 : 0;
	figure_w = MAXIMUM(figure_w, text_columns(figure));
	canvas_right(
	    c, r->y, end - figure_w, figure_w, STYLE(ROLE_STRONG), figure);
	layout_top(r, 1);
	return true;
}

bool
gauge_text(struct canvas *c, struct rect *r, int label_w, const char *label,
    struct style s, const char *text)
{
	if (r->h <= 0 || r->w <= 0)
		return false;
	canvas_text(
	    c, r->y, r->x, MINIMUM(label_w, r->w), STYLE(ROLE_DIM), label);
	canvas_text(c, r->y, r->x + label_w + 1, r->w - label_w - 1, s, text);
	layout_top(r, 1);
	return true;
}

bool
gauge_title(struct canvas *c, struct rect *r, const char *title)
{
	if (r->h <= 0 || r->w <= 0)
		return false;
	canvas_rule(c, r->y, r->x, r->w, title);
	layout_top(r, 1);
	return true;
}

void
gauge_sections(const void *facts, struct canvas *c, struct rect r,
    const struct gauge_section *s, size_t n)
{
	struct layout_part l[8] = { { 0, 0, 0, 0 } };

	n = MINIMUM(n, nitems(l));
	for (size_t i = 0; i < n; i++)
		l[i] = (struct layout_part){ s[i].min, s[i].want, 0, 0 };
	layout_split(r.h, l, n);
	for (size_t i = 0; i < n; i++)
		if (l[i].got > 0)
			s[i].draw(facts, c, layout_top(&r, l[i].got));
}

/* One column of blocks of eighths (halves in ASCII), w wide. */
static void
column(
    struct canvas *c, struct rect r, int x, int w, double frac, struct style s)
{
	int steps = canvas_ascii(c) ? 2 : 8, total, whole, part;

	total = (int)lround(fmin(frac, 1) * r.h * steps);
	if (frac > 0 && total == 0)
		total = 1;
	whole = total / steps;
	part = total % steps;
	for (int i = 0; i < whole; i++)
		canvas_run(c, r.y + r.h - 1 - i, x, w, s,
		    canvas_ascii(c) ? '#' : FULL);
	if (part > 0)
		canvas_run(c, r.y + r.h - 1 - whole, x, w, s,
		    canvas_ascii(c) ? '.' : 0x2580u + (unsigned)part);
}

int
gauge_columns(struct canvas *c, struct rect r, const double *v, size_t n,
    double max, int wide, struct style s)
{
	int step = n > 0 ? MINIMUM(r.w / (int)n, wide) : 0;

	if (step <= 0 || r.h <= 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		if (v[i] > 0 && max > 0)
			column(c, r, r.x + (int)i * step,
			    step >= 3 ? step - 1 : step, v[i] / max, s);
	return step;
}

void
gauge_evidence(struct canvas *c, int y, int x, int w, double lo, double hi,
    double v, struct style s)
{
	double span = hi - lo;
	int zero;

	if (w <= 0 || !(span > 0))
		return;
	chart_bar(c, y, x, w, (v - lo) / span, s, STYLE(ROLE_FRAME));
	zero = (int)((0 - lo) / span * w);
	if (zero > 0 && zero < w)
		canvas_run(c, y, x + zero, 1, STYLE(ROLE_TEXT),
		    canvas_ascii(c) ? '|' : 0x2502);
}

void
gauge_dispositions(
    struct canvas *cv, struct rect r, const uint64_t disp[BOARD_DISPS])
{
	int order[DISP_NKIND], k = 0;
	uint64_t sum = 0;
	char n[TEXT_NUM], p[TEXT_NUM];

	for (int d = DISP_NONE + 1; d < (int)DISP_NKIND; d++) {
		int at = k;

		if (disp[d] == 0)
			continue;
		sum += disp[d];
		for (; at > 0 && disp[order[at - 1]] < disp[d]; at--)
			order[at] = order[at - 1];
		order[at] = d;
		k++;
	}
	if (k == 0 && r.h > 0)
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
		    _("no call has ended today"));
	for (int i = 0; i < k; i++) {
		enum disposition d = (enum disposition)order[i];
		double part = (double)disp[d] / (double)sum;
		uint8_t role = ROLE_GRAPH;

		if (r.h == 1 && k - i > 1) {
			canvas_textf(cv, r.y, r.x, r.w, STYLE(ROLE_DIM),
			    _("and %d more kinds"), k - i);
			break;
		}
		if (d == DISP_CONNECTED)
			role = ROLE_GOOD;
		else if (d == DISP_COMPLETED)
			role = ROLE_ACCENT;
		else if (d == DISP_FAILED || d == DISP_CONGESTION ||
			 d == DISP_LOST || d == DISP_ABANDONED)
			role = ROLE_BAD;
		if (!gauge_line(cv, &r, &gauge_lines, words_disposition(d),
			part, STYLE(role), text_count(disp[d], n),
			text_rate(part, p)))
			break;
	}
}
