/* SPDX-License-Identifier: MIT */
/* trunk_panel: one trunk's figures as lines, bars and a table of windows. */
#include "ui/trunk_panel.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/when.h"
#include "ui/words.h"

#define LABEL_W 14

/* The mix of causes as one bar, and below it what its parts are. */
static void
draw_causes(struct canvas *cv, struct rect *r, const struct trunk_row *t)
{
	const struct board_window *w = &t->t->w[t->window];
	struct gauge_part g[BOARD_CAUSES];
	char text[80];
	int x, rows = 0;

	if (r->h < 2)
		return;
	for (int i = 0; i < BOARD_CAUSES; i++)
		g[i] = gauge_cause(i, w->cause[i]);
	str_format(text, sizeof(text), _("Ended %s"), trunk_window(t->window));
	canvas_text(cv, r->y, r->x, LABEL_W + 6, STYLE(ROLE_DIM), text);
	gauge_stack(
	    cv, r->y, r->x + LABEL_W + 8, r->w - LABEL_W - 8, g, BOARD_CAUSES);
	layout_top(r, 1);
	x = 0;
	for (int i = 0; i < BOARD_CAUSES; i++) {
		char n[TEXT_NUM];
		int cols;

		if (w->cause[i] == 0)
			continue;
		str_format(text, sizeof(text), "%.0f %% %s (%s)",
		    100.0 * (double)w->cause[i] / (double)w->ended,
		    words_cause(i), text_count(w->cause[i], n));
		cols = text_columns(text) + 2;
		if (x > 0 && x + cols > r->w) {
			x = 0;
			rows++;
		}
		if (rows >= r->h)
			break;
		gauge_sign(cv, r->y + rows, r->x + x, &g[i]);
		canvas_text(cv, r->y + rows, r->x + x + 2, r->w - x - 2,
		    STYLE(ROLE_TEXT), text);
		x += cols + 3;
	}
	if (w->ended == 0)
		canvas_text(cv, r->y, r->x, r->w, STYLE(ROLE_DIM),
		    _("no call has ended in this time (Left and Right change "
		      "it)"));
	layout_top(r, MINIMUM(rows + 1, r->h));
}

static void
draw_brake(struct canvas *cv, struct rect *r, const struct trunk_row *t,
    const char *zone)
{
	const struct board_brake *k = &t->t->brake;
	double e = cols_evidence(k);
	char text[240], at[WHEN_TEXT];
	size_t n;
	uint8_t role = strcmp(k->state, "engaged") == 0   ? ROLE_BAD
		       : strcmp(k->state, "probing") == 0 ? ROLE_WARN
		       : e >= 0.6                         ? ROLE_WARN
							  : ROLE_GRAPH;
	int bar = MINIMUM(30, r->w / 4);

	if (r->h <= 0 || e < 0)
		return;
	canvas_text(cv, r->y, r->x, LABEL_W, STYLE(ROLE_DIM), _("Brake"));
	gauge_evidence(cv, r->y, r->x + LABEL_W + 1, bar, (double)k->down,
	    (double)k->up, (double)k->llr, STYLE(role));
	str_format(text, sizeof(text), _("%s: %.1f between %.1f and %.1f"),
	    words_brake(k->state), (double)k->llr, (double)k->down,
	    (double)k->up);
	n = strlen(text);
	if (k->reason[0] != '\0') {
		str_format(text + n, sizeof(text) - n, "; %s", k->reason);
		n = strlen(text);
	}
	if (k->next_ms > 0)
		str_format(text + n, sizeof(text) - n, _("; tries at %s"),
		    when_near(zone, k->next_ms, t->b->now_ms, at));
	canvas_text(cv, r->y, r->x + LABEL_W + bar + 3,
	    r->w - LABEL_W - bar - 3,
	    STYLE(role == ROLE_GRAPH ? ROLE_TEXT : role), text);
	layout_top(r, 1);
}

void
trunk_panel(struct canvas *cv, struct rect r, const struct trunk_row *t,
    const char *zone)
{
	char text[240];
	uint8_t role;
	const struct row_agent *e = t->endpoint, *g = t->registration;

	r.x++;
	r.w -= 2;
	trunk_held(t, text, sizeof(text));
	gauge_text(cv, &r, LABEL_W, _("Held back"),
	    STYLE(text[0] == '\0' ? ROLE_DIM : ROLE_WARN),
	    text[0] == '\0' ? _("by nothing") : text);
	draw_brake(cv, &r, t, zone);
	draw_causes(cv, &r, t);
	trunk_peer(t, text, sizeof(text), &role);
	if (e != NULL || g != NULL) {
		size_t n = strlen(text);

		str_format(text + n, sizeof(text) - n, "  %s%s%s%s",
		    e != NULL ? e->interface : "",
		    e != NULL && e->detail[0] != '\0' ? "  " : "",
		    e != NULL ? e->detail : "",
		    g != NULL && g->detail[0] != '\0' ? "  " : "");
		n = strlen(text);
		if (g != NULL)
			str_format(text + n, sizeof(text) - n, "%s", g->detail);
	}
	gauge_text(cv, &r, LABEL_W, _("Endpoint"), STYLE(role),
	    text[0] != '\0' ? text : _("not known to the switch, or not told"));
	str_format(text, sizeof(text),
	    _("%u prefixes off, %u calls failed over, %u caller IDs rejected"),
	    t->t->routes_off, t->t->failed_over, t->t->rejected);
	gauge_text(cv, &r, LABEL_W, _("Today"),
	    STYLE(
		t->t->routes_off + t->t->rejected > 0 ? ROLE_WARN : ROLE_TEXT),
	    text);
}

/* One line of the table of windows: a label and a figure for each. */
static void
line(struct canvas *cv, struct rect *r, const struct trunk_row *t,
    const char *label, uint8_t role,
    void (*put)(const struct board_window *, int arg, char *, size_t), int arg)
{
	char text[48];
	int w = MINIMUM(16, (r->w - 20) / BOARD_WINDOWS);

	if (r->h <= 0 || w < 6)
		return;
	canvas_text(cv, r->y, r->x, 18, STYLE(ROLE_DIM), label);
	for (int i = 0; i < BOARD_WINDOWS; i++) {
		put(&t->t->w[i], arg, text, sizeof(text));
		canvas_right(cv, r->y, r->x + 19 + i * w, w - 1,
		    i == t->window ? STYLE_BOLD(role) : STYLE(role), text);
	}
	layout_top(r, 1);
}

static void
p_count(const struct board_window *w, int arg, char *out, size_t size)
{
	char n[TEXT_NUM];

	str_copy(out, size, text_count(arg == 0 ? w->ended : w->answered, n));
}

static void
p_rate(const struct board_window *w, int arg, char *out, size_t size)
{
	char n[TEXT_NUM];
	uint64_t good = arg == 0   ? w->answered
			: arg == 1 ? w->ner_good
				   : w->short_calls;

	str_copy(out, size,
	    text_rate(cols_rate(good, arg == 2 ? w->answered : w->ended), n));
}

static void
p_pdd(const struct board_window *w, int arg, char *out, size_t size)
{
	char n[TEXT_NUM];

	str_copy(out, size,
	    text_ms((double)(arg == 0 ? w->pdd_p50_ms : w->pdd_p95_ms), n));
}

static void
p_cause(const struct board_window *w, int arg, char *out, size_t size)
{
	char n[TEXT_NUM];

	if (w->cause[arg] == 0)
		str_copy(out, size, "-");
	else
		str_format(out, size, "%s  %3.0f %%",
		    text_count(w->cause[arg], n),
		    100.0 * (double)w->cause[arg] /
			(double)MAXIMUM(w->ended, 1u));
}

void
trunk_windows(struct canvas *cv, struct rect r, const struct trunk_row *t)
{
	static const char *const rates[] = { N_("ASR"), N_("NER"),
		N_("Short calls") };
	int w = MINIMUM(16, (r.w - 20) / BOARD_WINDOWS);

	if (r.h < 3 || w < 6)
		return;
	for (int i = 0; i < BOARD_WINDOWS; i++)
		canvas_right(cv, r.y, r.x + 19 + i * w, w - 1,
		    i == t->window ? STYLE_BOLD(ROLE_ACCENT)
				   : STYLE(ROLE_TITLE),
		    trunk_window(i));
	layout_top(&r, 1);
	line(cv, &r, t, _("Ended"), ROLE_TEXT, p_count, 0);
	line(cv, &r, t, _("Answered"), ROLE_TEXT, p_count, 1);
	for (int i = 0; i < 3; i++)
		line(cv, &r, t, _(rates[i]), ROLE_TEXT, p_rate, i);
	line(cv, &r, t, _("PDD p50"), ROLE_TEXT, p_pdd, 0);
	line(cv, &r, t, _("PDD p95"), ROLE_TEXT, p_pdd, 1);
	for (int i = 0; i < BOARD_CAUSES; i++)
		line(cv, &r, t, words_cause(i), gauge_cause(i, 0).role, p_cause,
		    i);
}
