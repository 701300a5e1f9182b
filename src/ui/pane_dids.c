/* SPDX-License-Identifier: MIT */
/*
 * pane_dids: all caller IDs in one table, which of them cannot be used and
 * why, and the picture of their rotation.  There may be very many: the table
 * keeps its order, the lines are made anew once a second (did_rows).
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/did_act.h"
#include "ui/did_details.h"
#include "ui/did_picture.h"
#include "ui/did_rows.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/view.h"

#define MAGIC 0x44494453u /* "DIDS" */

#define BESIDE 180 /* columns from which the picture stands at the right */
#define TALL   26 /* rows from which the row under the cursor is explained */
#define SHORT  7 /* rows of that */
#define SUMS   3 /* pools named in the summary */

struct dids {
	uint32_t magic;
	struct did_rows rows;
	struct table table;
	struct did_picture *picture;
	struct did_act *act;
	enum { SHOW_TABLE, SHOW_DETAILS, SHOW_PICTURE } show;
	size_t top; /* of the calls in the details */
	int page; /* how many of them the screen shows */
	bool beside; /* the picture stands beside the table */
};

static struct dids *
dids_of(void *self)
{
	struct dids *p = self;

	if (p->magic != MAGIC)
		abort();
	return p;
}

static void *
dids_init(void)
{
	struct dids *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->table, did_rows_cols, did_rows_ncols);
	p->table.number = "uses";
	p->table.sort = did_rows_by_state;
	p->picture = did_picture_new();
	p->act = did_act_new();
	return p;
}

static void
dids_free(void *self)
{
	struct dids *p = dids_of(self);

	table_clear(&p->table);
	did_rows_clear(&p->rows);
	did_picture_free(p->picture);
	did_act_free(p->act);
	free(p);
}

#define ROWS(p) (p)->rows.v, (p)->rows.n, sizeof(*(p)->rows.v)

/* Take over what the feed has now; every entry begins with it. */
static void
look(struct dids *p, const struct pane_ctx *x)
{
	did_rows_look(&p->rows, x);
	p->table.gen = p->rows.gen;
}

static const struct did_line *
under_cursor(struct dids *p)
{
	return table_row(&p->table, ROWS(p));
}

/* ---- keys ------------------------------------------------------------- */

static bool
one_key(struct dids *p, const struct pane_ctx *x, enum keys_action a)
{
	const struct did_line *l = under_cursor(p);

	if (l == NULL) {
		view_tell(x->view, false, _("there is no DID here"));
		return true;
	}
	switch (a) {
	case ACT_BLOCK:
	case ACT_UNBLOCK:
		did_act_one(p->act, x, a == ACT_BLOCK, l->d->number);
		break;
	case ACT_WHY:
		view_why(x->view, "did", l->d->number);
		break;
	case ACT_EDIT:
		view_edit(x->view, "did", l->d->number);
		break;
	default:
		p->show = SHOW_DETAILS;
		p->top = 0;
		break;
	}
	return true;
}

static bool
cancel(struct dids *p)
{
	if (p->show == SHOW_TABLE)
		return table_unfilter(&p->table);
	p->show = SHOW_TABLE;
	return true;
}

/* Up and down go through the calls, left and right to other DIDs. */
static bool
details_key(struct dids *p, enum keys_action a)
{
	size_t page = (size_t)MAXIMUM(p->page - 1, 1);

	switch (a) {
	case ACT_UP:
		p->top -= p->top > 0;
		return true;
	case ACT_DOWN:
		p->top++; /* drawing clamps it */
		return true;
	case ACT_PAGE_UP:
		p->top -= MINIMUM(page, p->top);
		return true;
	case ACT_PAGE_DOWN:
		p->top += page;
		return true;
	case ACT_TOP:
		p->top = 0;
		return true;
	case ACT_BOTTOM:
		p->top = SIZE_MAX / 2;
		return true;
	case ACT_LEFT:
	case ACT_RIGHT:
		p->top = 0;
		return table_key(
		    &p->table, a == ACT_LEFT ? ACT_UP : ACT_DOWN, ROWS(p));
	case ACT_DETAILS:
		p->show = SHOW_TABLE;
		return true;
	default:
		return false;
	}
}

/* No row is seen under the picture: nothing may happen to one. */
static bool
picture_key(struct dids *p, const struct pane_ctx *x, enum keys_action a)
{
	switch (a) {
	case ACT_LEFT:
	case ACT_UP:
		did_picture_turn(p->picture, &p->rows, -1);
		return true;
	case ACT_RIGHT:
	case ACT_DOWN:
		did_picture_turn(p->picture, &p->rows, 1);
		return true;
	case ACT_DETAILS:
		p->show = SHOW_TABLE;
		return true;
	case ACT_BLOCK:
	case ACT_UNBLOCK:
	case ACT_BLOCK_ALL:
	case ACT_UNBLOCK_ALL:
	case ACT_WHY:
	case ACT_EDIT:
		p->show = SHOW_TABLE;
		view_tell(x->view, true,
		    _("this is the table again: choose DIDs, then press it"));
		return true;
	default:
		return false;
	}
}

static bool
dids_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct dids *p = dids_of(self);

	(void)code;
	look(p, x);
	if (p->show == SHOW_DETAILS && details_key(p, a))
		return true;
	if (p->show == SHOW_PICTURE && picture_key(p, x, a))
		return true;
	switch (a) {
	case ACT_BLOCK:
	case ACT_UNBLOCK:
	case ACT_WHY:
	case ACT_EDIT:
	case ACT_DETAILS:
		return one_key(p, x, a);
	case ACT_BLOCK_ALL:
	case ACT_UNBLOCK_ALL:
		did_act_all(p->act, x, a == ACT_BLOCK_ALL, &p->table, &p->rows);
		return true;
	case ACT_NEW:
		did_act_add(p->act, x);
		return true;
	case ACT_IMPORT:
		did_act_import(p->act, x);
		return true;
	case ACT_VIEW:
		p->show = p->show == SHOW_PICTURE ? SHOW_TABLE : SHOW_PICTURE;
		return true;
	case ACT_LEFT:
	case ACT_RIGHT:
		did_picture_turn(p->picture, &p->rows, a == ACT_RIGHT ? 1 : -1);
		return true;
	case ACT_FILTER:
		p->show = SHOW_TABLE;
		view_filter(x->view, &p->table);
		return true;
	case ACT_CANCEL:
		return cancel(p);
	default:
		return table_key(&p->table, a, ROWS(p));
	}
}

static bool
dids_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct dids *p = dids_of(self);

	if (p->show != SHOW_TABLE)
		return false;
	look(p, x);
	if (!table_click(&p->table, m->y, m->x, ROWS(p)))
		return false;
	return m->y > p->table.drawn.y;
}

/* ---- drawing ---------------------------------------------------------- */

/* "18,204 free  812 capped  37 blocked  12 resting", today, each pool. */
static void
draw_sums(const struct did_rows *l, struct canvas *cv, struct rect r)
{
	static const enum did_rows_state order[] = { DIDS_BLOCKED, DIDS_RESTING,
		DIDS_CAPPED, DIDS_FREE };
	char t[160], n[TEXT_NUM];
	int x = r.x, end = r.x + r.w;

	for (size_t i = 0; i < nitems(order); i++) {
		enum did_rows_state s = order[i];
		uint8_t role =
		    l->count[s] > 0 ? did_rows_state_role(s) : ROLE_DIM;

		str_format(t, sizeof(t), "%s %s", text_count(l->count[s], n),
		    did_rows_state_text(s));
		x +=
		    canvas_text(cv, r.y, x, end - x,
			s == DIDS_BLOCKED ? STYLE_BOLD(role) : STYLE(role), t) +
		    3;
	}
	str_format(t, sizeof(t), _("%s uses today"), text_count(l->uses, n));
	x += canvas_text(cv, r.y, x, end - x, STYLE(ROLE_TEXT), t) + 3;
	for (size_t i = 0; i < l->npools && i < SUMS && x < end; i++) {
		const struct did_rows_pool *q = &l->pools[i];

		if (q->cap > 0)
			str_format(t, sizeof(t), _("%s %u to %u of %u"),
			    q->name, q->least, q->most, q->cap);
		else
			str_format(t, sizeof(t), _("%s %u to %u"), q->name,
			    q->least, q->most);
		/* half a figure misleads */
		if (x + text_columns(t) > end)
			break;
		x += canvas_text(cv, r.y, x, end - x, STYLE(ROLE_DIM), t) + 3;
	}
}

static void
draw_empty(struct dids *p, struct canvas *cv, struct rect r)
{
	if (scope_on())
		canvas_wrap(cv, r, STYLE(ROLE_DIM),
		    _("You are limited to campaigns: DIDs are not shown."));
	else if (p->rows.n == 0)
		canvas_wrap(cv, r, STYLE(ROLE_WARN),
		    _("There are no DIDs: no call can leave. n adds some by "
		      "their numbers, i imports a file of them."));
	else if (p->table.shown == 0)
		canvas_text(cv, r.y, r.x, r.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
}

static void
draw_table(struct dids *p, struct canvas *cv, struct rect r)
{
	struct rect top = layout_top(&r, 1), sums = layout_top(&r, 1), tall;
	const struct did_line *l;
	char title[200];

	tall = (struct rect){ 0, 0, 0, 0 };
	if (r.h + 2 >= TALL) {
		tall = r;
		tall.h = SHORT;
		tall.y = r.y + r.h - SHORT;
		r.h -= SHORT;
	}
	sums.x = r.x += 1;
	sums.w = r.w -= 2;
	draw_sums(&p->rows, cv, sums);
	table_draw(&p->table, cv, r, ROWS(p), true);
	draw_empty(p, cv, (struct rect){ r.y + 1, r.x, r.h - 1, r.w });
	table_title(
	    &p->table, _("DIDs"), p->rows.n, r.h - 1, title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
	l = under_cursor(p);
	if (tall.h > 0 && l != NULL)
		did_details_short(cv, tall, l);
}

static void
dids_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct dids *p = dids_of(self);
	const struct did_line *l;
	struct rect left;

	look(p, x);
	if (p->show == SHOW_DETAILS) {
		l = under_cursor(p);
		if (l != NULL) {
			p->page = did_details_draw(x, cv, r, l, &p->top);
			return;
		}
		p->show = SHOW_TABLE;
	}
	p->beside = p->show == SHOW_TABLE && r.w >= BESIDE && p->rows.n > 0;
	if (p->show == SHOW_PICTURE) {
		did_picture_draw(p->picture, &p->rows, cv, r);
		return;
	}
	if (p->beside) {
		left = layout_left(&r, r.w - MAXIMUM(62, r.w / 3));
		draw_table(p, cv, left);
		layout_left(&r, 1);
		did_picture_draw(p->picture, &p->rows, cv, r);
	} else
		draw_table(p, cv, r);
}

/* ---- printing and others ---------------------------------------------- */

static json_t *
dids_rows(const struct pane_ctx *x)
{
	struct did_rows l = { 0 };
	json_t *all;

	did_rows_look(&l, x);
	all = table_json(did_rows_cols, did_rows_ncols, l.v, l.n, sizeof(*l.v));
	did_rows_clear(&l);
	return all;
}

static void
dids_print(const struct pane_ctx *x, struct buf *b)
{
	struct did_rows l = { 0 };
	char n[DIDS_NSTATE + 1][TEXT_NUM];

	did_rows_look(&l, x);
	table_print(b, did_rows_cols, did_rows_ncols, l.v, l.n, sizeof(*l.v));
	buf_fmt(b,
	    _("%s free, %s capped, %s resting, %s blocked; %s uses "
	      "today\n"),
	    text_count(l.count[DIDS_FREE], n[0]),
	    text_count(l.count[DIDS_CAPPED], n[1]),
	    text_count(l.count[DIDS_RESTING], n[2]),
	    text_count(l.count[DIDS_BLOCKED], n[3]), text_count(l.uses, n[4]));
	did_rows_clear(&l);
}

static bool
dids_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct dids *p = dids_of(self);
	const struct did_line *l;

	look(p, x);
	l = under_cursor(p);
	if (l != NULL)
		str_copy(out, size, l->d->number);
	return l != NULL;
}

static void
dids_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct dids *p = dids_of(self);

	(void)x;
	p->show = SHOW_TABLE;
	if (name[0] == '\0')
		return;
	table_go(&p->table, name);
}

const struct pane pane_dids = {
	.word = "dids",
	.title = N_("DIDs"),
	.scope = SCOPE_DIDS,
	.select = ACT_PANE_4,
	.init = dids_init,
	.key = dids_key,
	.mouse = dids_mouse,
	.draw = dids_draw,
	.rows = dids_rows,
	.print = dids_print,
	.under = dids_under,
	.go = dids_go,
	.free = dids_free,
};
