/* SPDX-License-Identifier: MIT */
/* survey_view: a head, then the questions, in as many columns as have room. */
#include "ui/survey_view.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"

#define COLUMN 64 /* columns that a question wants, gap included */
#define GAP    3
#define LABEL  12 /* an answer: a key, digits, a word */
#define NUMBER 7
#define SHARE  7 /* "100.0 %" */

json_t *
survey_view_request(const char *context)
{
	return json_pack("{s:s, s:[s]}", "cmd", "survey", "args", context);
}

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static uint64_t
count_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
}

static double
share_of(uint64_t n, uint64_t of)
{
	return of > 0 ? (double)n / (double)of : -1;
}

/* Rows of one question: its name, the answers, others, a gap. */
static int
rows_of(const json_t *q)
{
	return 2 + (int)json_array_size(json_object_get(q, "answers")) +
	       (count_at(q, "others") > 0);
}

static void
draw_answer(struct canvas *cv, int y, int x, int w, const json_t *a, bool most)
{
	double share = json_number_value(json_object_get(a, "share"));
	int bar = w - LABEL - NUMBER - SHARE - 4;
	char n[TEXT_NUM], p[TEXT_NUM];

	canvas_text(cv, y, x + 1, LABEL - 1,
	    (struct style){ ROLE_ACCENT, ROLE_KEEP, ATTR_BOLD },
	    text_at(a, "answer"));
	if (bar >= 4)
		chart_bar(cv, y, x + LABEL + 1, bar, share,
		    STYLE(most ? ROLE_GOOD : ROLE_GRAPH), STYLE(ROLE_FRAME));
	canvas_right(cv, y, x + w - NUMBER - SHARE - 1, SHARE, STYLE(ROLE_TEXT),
	    text_rate(share, p));
	canvas_right(cv, y, x + w - NUMBER, NUMBER, STYLE(ROLE_TEXT),
	    text_count(count_at(a, "n"), n));
}

static void
draw_question(
    struct canvas *cv, int y, int x, int w, const json_t *q, uint64_t calls)
{
	const json_t *answers = json_object_get(q, "answers"), *a;
	uint64_t answered = count_at(q, "answered"), most = 0;
	char n[TEXT_NUM], p[TEXT_NUM], text[120];
	int at, used;
	size_t i;

	if (calls > 0 && answered <= calls)
		str_format(text, sizeof(text),
		    _("%s answered, %s of the calls"), text_count(answered, n),
		    text_rate(share_of(answered, calls), p));
	else
		str_format(text, sizeof(text), _("%s answered"),
		    text_count(answered, n));
	used = text_columns(text);
	at = canvas_text(cv, y, x, MAXIMUM(w - used - 1, 8),
	    (struct style){ ROLE_TITLE, ROLE_KEEP, ATTR_BOLD },
	    text_at(q, "question"));
	canvas_text(cv, y, x + at + 1, w - at - used - 3, STYLE(ROLE_DIM),
	    text_at(q, "prompt"));
	canvas_right(cv, y, x + at, w - at, STYLE(ROLE_DIM), text);
	json_array_foreach (answers, i, a)
		most = MAXIMUM(most, count_at(a, "n"));
	json_array_foreach (answers, i, a)
		draw_answer(cv, y + 1 + (int)i, x, w, a,
		    most > 0 && count_at(a, "n") == most);
	if (count_at(q, "others") > 0)
		canvas_textf(cv, y + 1 + (int)i, x + 1, w - 1, STYLE(ROLE_DIM),
		    _("and %s with other answers"),
		    text_count(count_at(q, "others"), n));
}

/* The first rows; returns how many. */
static int
draw_head(struct canvas *cv, struct rect r, const json_t *doc, uint64_t calls)
{
	uint64_t completed = count_at(doc, "completed");
	char n[TEXT_NUM], m[TEXT_NUM], p[TEXT_NUM];

	if (!json_is_integer(json_object_get(doc, "calls"))) {
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_WARN),
		    _("today; counting its calls took too long"));
		return 2;
	}
	canvas_textf(cv, r.y, r.x, r.w, STYLE(ROLE_TEXT),
	    _("today: %s calls were answered, %s (%s) completed"),
	    text_count(calls, n), text_count(completed, m),
	    text_rate(share_of(completed, calls), p));
	return 2;
}

/* Questions below each other, the columns filled evenly; the rows used. */
static int
draw_questions(struct canvas *cv, struct rect r, const json_t *doc, int top,
    uint64_t calls)
{
	const json_t *all = json_object_get(doc, "questions"), *q;
	int ncols = MAXIMUM((r.w + GAP) / COLUMN, 1), rows = 0, most = 0, y = 0;
	int w = (r.w + GAP) / ncols - GAP, per, x = r.x;
	size_t i;

	json_array_foreach (all, i, q)
		rows += rows_of(q);
	per = (rows + ncols - 1) / ncols;
	json_array_foreach (all, i, q) {
		/* a question is not torn: the column that it begins in */
		if (y > 0 && y + rows_of(q) / 2 > per &&
		    x + 2 * (w + GAP) <= r.x + r.w + GAP) {
			x += w + GAP;
			y = 0;
		}
		draw_question(cv, r.y + y - top, x, w, q, calls);
		y += rows_of(q);
		most = MAXIMUM(most, y);
	}
	return most;
}

static int
draw_all(struct canvas *cv, struct rect r, const json_t *doc, int top)
{
	uint64_t calls = count_at(doc, "calls");
	struct rect clip = canvas_clip(cv, r), in = r;
	int n;

	in.y -= top;
	n = draw_head(cv, in, doc, calls);
	in.y += n;
	if (json_array_size(json_object_get(doc, "questions")) == 0) {
		canvas_wrap(cv, (struct rect){ in.y, in.x, 3, in.w },
		    STYLE(ROLE_DIM),
		    _("it asks nothing: a state of kind question or speech "
		      "would"));
		n += 3;
	} else
		n += draw_questions(cv,
		    (struct rect){ in.y + top, in.x, in.h, in.w }, doc, top,
		    calls);
	canvas_clip(cv, clip);
	return n;
}

int
survey_view_draw(struct canvas *cv, struct rect r, const json_t *doc,
    const char *why, int *top)
{
	int n;

	if (r.h < 1 || r.w < 20)
		return 0;
	if (doc == NULL) {
		canvas_wrap(cv, r, STYLE(why[0] != '\0' ? ROLE_WARN : ROLE_DIM),
		    why[0] != '\0' ? why : _("asking the engine for them"));
		*top = 0;
		return 1;
	}
	*top = MAXIMUM(*top, 0);
	n = draw_all(cv, r, doc, *top);
	if (*top > 0 && *top > n - r.h) {
		*top = MAXIMUM(n - r.h, 0);
		canvas_fill(cv, r, STYLE_ON(ROLE_DEFAULT, ROLE_DEFAULT));
		draw_all(cv, r, doc, *top);
	}
	return n;
}
