/* SPDX-License-Identifier: MIT */
/* prompt: a line editor.  Knows no command; its callers do. */
#include "ui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/keys.h"

struct prompt {
	bool open, keep, full;
	char label[64], text[PROMPT_MAX];
	size_t at; /* cursor, bytes */
	char *history[PROMPT_HISTORY]; /* nhistory of them */
	size_t nhistory, recall; /* recall == nhistory: the line being typed */
	char typed[PROMPT_MAX];
	prompt_complete_fn *complete;
	void *arg;
	struct prompt_choices choices;
	size_t choice, choice_from; /* cycling with Tab; choices.n > 0 */
};

struct prompt *
prompt_new(void)
{
	return xcalloc(1, sizeof(struct prompt));
}

void
prompt_free(struct prompt *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->nhistory; i++)
		free(p->history[i]);
	free(p);
}

static void
set_text(struct prompt *p, const char *s)
{
	str_copy(p->text, sizeof(p->text), s);
	p->at = strlen(p->text);
}

void
prompt_open(struct prompt *p, const char *label, const char *initial, bool keep,
    prompt_complete_fn *complete, void *arg)
{
	p->open = true;
	p->keep = keep;
	str_copy(p->label, sizeof(p->label), label);
	set_text(p, initial);
	p->full = false;
	p->recall = p->nhistory;
	p->complete = complete;
	p->arg = arg;
	p->choices.n = 0;
}

bool
prompt_is_open(const struct prompt *p)
{
	return p->open;
}

const char *
prompt_text(const struct prompt *p)
{
	return p->text;
}

bool
prompt_full(const struct prompt *p)
{
	return p->full;
}

static void
insert(struct prompt *p, uint32_t c)
{
	char e[4];
	size_t n, len = strlen(p->text);

	/* only what can be shown can be typed */
	if (text_width(c) < 1)
		return;
	n = text_encode(c, e);
	p->full = len + n >= sizeof(p->text);
	if (p->full)
		return;
	memmove(p->text + p->at + n, p->text + p->at, len - p->at + 1);
	memcpy(p->text + p->at, e, n);
	p->at += n;
}

static size_t
before(const struct prompt *p)
{
	size_t i = p->at;

	while (i > 0 && ((unsigned char)p->text[--i] & 0xc0) == 0x80)
		continue;
	return i;
}

static size_t
after(const struct prompt *p)
{
	uint32_t c;

	return p->at + text_decode(p->text + p->at, &c);
}

static void
erase(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, strlen(p->text + to) + 1);
	p->at = from;
}

static void
erase_word(struct prompt *p)
{
	size_t i = p->at;

	while (i > 0 && p->text[i - 1] == ' ')
		i--;
	while (i > 0 && p->text[i - 1] != ' ')
		i--;
	erase(p, i, p->at);
}

static void
recall(struct prompt *p, int step)
{
	if (!p->keep || (step < 0 && p->recall == 0) ||
	    (step > 0 && p->recall >= p->nhistory))
		return;
	if (p->recall == p->nhistory)
		str_copy(p->typed, sizeof(p->typed), p->text);
	p->recall += (size_t)step;
	set_text(
	    p, p->recall == p->nhistory ? p->typed : p->history[p->recall]);
}

static void
remember(struct prompt *p)
{
	if (!p->keep || p->text[0] == '\0' ||
	    (p->nhistory > 0 &&
		strcmp(p->history[p->nhistory - 1], p->text) == 0))
		return;
	if (p->nhistory == PROMPT_HISTORY) {
		free(p->history[0]);
		memmove(p->history, p->history + 1,
		    (--p->nhistory) * sizeof(p->history[0]));
	}
	p->history[p->nhistory++] = xstrdup(p->text);
}

/* What all choices begin with beyond what is typed; 0 bytes if nothing. */
static size_t
common_prefix(const struct prompt_choices *c)
{
	size_t n = strlen(c->v[0]);

	for (size_t i = 1; i < c->n; i++) {
		size_t k = 0;

		while (k < n && c->v[i][k] == c->v[0][k])
			k++;
		n = k;
	}
	while (n > 0 && ((unsigned char)c->v[0][n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
complete(struct prompt *p, int step)
{
	char line[PROMPT_MAX], word[64];
	size_t from, n;

	if (p->complete == NULL)
		return;
	if (p->choices.n > 1) { /* Tab again: the next of them */
		p->choice =
		    (p->choice + p->choices.n + (size_t)step) % p->choices.n;
		str_format(line, sizeof(line), "%.*s%s", (int)p->choice_from,
		    p->text, p->choices.v[p->choice]);
		set_text(p, line);
		return;
	}
	p->at = strlen(p->text);
	p->choices.n = 0;
	p->complete(p->arg, p->text, &from, &p->choices);
	if (p->choices.n == 0)
		return;
	n = common_prefix(&p->choices);
	str_format(word, sizeof(word), "%.*s%s", (int)n, p->choices.v[0],
	    /* "option=" waits for its value */
	    p->choices.n == 1 && p->choices.v[0][n - (n > 0)] != '=' ? " "
								     : "");
	/* choices that agree in less than was typed take nothing away */
	if (p->choices.n == 1 || n >= strlen(p->text + from)) {
		str_format(
		    line, sizeof(line), "%.*s%s", (int)from, p->text, word);
		set_text(p, line);
	}
	p->choice_from = from;
	p->choice = p->choices.n - 1;
	if (p->choices.n == 1)
		p->choices.n = 0;
}

enum prompt_result
prompt_key(struct prompt *p, uint32_t code)
{
	if (code == UIK_TAB || code == UIK_BACKTAB) {
		complete(p, code == UIK_TAB ? 1 : -1);
		return PROMPT_MORE;
	}
	p->choices.n = 0;
	p->full = false;
	switch (code) {
	case UIK_ENTER:
		p->open = false;
		remember(p);
		return PROMPT_DONE;
	case UIK_ESC:
	case UIK_CTRL('c'):
		p->open = false;
		return PROMPT_CANCEL;
	case UIK_BACKSPACE:
		if (p->text[0] == '\0') {
			p->open = false;
			return PROMPT_CANCEL;
		}
		erase(p, before(p), p->at);
		break;
	case UIK_DELETE:
	case UIK_CTRL('d'):
		erase(p, p->at, after(p));
		break;
	case UIK_LEFT:
	case UIK_CTRL('b'):
		p->at = before(p);
		break;
	case UIK_RIGHT:
	case UIK_CTRL('f'):
		p->at = after(p);
		break;
	case UIK_HOME:
	case UIK_CTRL('a'):
		p->at = 0;
		break;
	case UIK_END:
	case UIK_CTRL('e'):
		p->at = strlen(p->text);
		break;
	case UIK_CTRL('u'):
		erase(p, 0, p->at);
		break;
	case UIK_CTRL('k'):
		erase(p, p->at, strlen(p->text));
		break;
	case UIK_CTRL('w'):
		erase_word(p);
		break;
	case UIK_UP:
	case UIK_CTRL('p'):
		recall(p, -1);
		break;
	case UIK_DOWN:
	case UIK_CTRL('n'):
		recall(p, 1);
		break;
	default:
		if (code < UIK_FIRST)
			insert(p, code);
		break;
	}
	return PROMPT_MORE;
}

static void
draw_choices(const struct prompt *p, struct canvas *c, int y)
{
	int x = 1, cols = canvas_cols(c);

	canvas_fill(c, (struct rect){ y, 0, 1, cols },
	    STYLE_ON(ROLE_DIM, ROLE_BG_POPUP));
	for (size_t i = 0; i < p->choices.n && x < cols - 2; i++) {
		struct style s = i == p->choice
				     ? STYLE_ON(ROLE_STRONG, ROLE_BG_SELECT)
				     : STYLE_ON(ROLE_TEXT, ROLE_BG_POPUP);

		x += 2 + canvas_text(c, y, x, cols - x - 1, s, p->choices.v[i]);
	}
}

void
prompt_draw(struct prompt *p, struct canvas *c, int y)
{
	struct style s = STYLE_ON(ROLE_STRONG, ROLE_BG_SELECT);
	int cols = canvas_cols(c), x, w, cur;
	char head[PROMPT_MAX];
	size_t skip = 0, n;
	struct text_cluster k;

	canvas_fill(c, (struct rect){ y, 0, 1, cols }, s);
	x = canvas_text(c, y, 1, cols / 2,
		STYLE_ON(ROLE_ACCENT, ROLE_BG_SELECT), p->label) +
	    2;
	w = cols - x - 1;
	/* scroll sideways so that the cursor is in sight */
	for (;;) {
		str_format(head, sizeof(head), "%.*s", (int)(p->at - skip),
		    p->text + skip);
		cur = text_columns(head);
		if (cur <= w - 1 || (n = text_next(p->text + skip, &k)) == 0)
			break;
		skip += n;
	}
	canvas_text(c, y, x, w, s, p->text + skip);
	canvas_cursor(c, y, x + cur);
	if (p->choices.n > 1 && y > 0)
		draw_choices(p, c, y - 1);
}

void
prompt_draw_question(struct canvas *c, const char *title, const char *text)
{
	int cols = canvas_cols(c), rows = canvas_rows(c);
	int w = MINIMUM(cols - 4, 64), h, lines;
	struct canvas *probe;
	struct rect r;

	/* as many lines as the text needs */
	probe = canvas_new(rows, cols);
	lines = canvas_wrap(
	    probe, (struct rect){ 0, 0, rows, w - 4 }, STYLE(ROLE_TEXT), text);
	canvas_free(probe);
	h = MINIMUM(lines + 5, rows);
	r = (struct rect){ (rows - h) / 2, (cols - w) / 2, h, w };
	canvas_box(c, r, STYLE_ON(ROLE_WARN, ROLE_BG_POPUP),
	    STYLE_ON(ROLE_WARN, ROLE_BG_POPUP), title);
	canvas_wrap(c, (struct rect){ r.y + 1, r.x + 2, h - 4, w - 4 },
	    STYLE_ON(ROLE_TEXT, ROLE_BG_POPUP), text);
	canvas_text(c, r.y + h - 2, r.x + 2, w - 4,
	    STYLE_ON(ROLE_ACCENT, ROLE_BG_POPUP),
	    _("y  yes, do it      n or Esc  no, leave it as it is"));
}
