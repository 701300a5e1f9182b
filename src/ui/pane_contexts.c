/* SPDX-License-Identifier: MIT */
/*
 * pane_contexts: the DTMF contexts: which key does what, who uses them, what
 * is wrong with them; the flow of a call as a tree, the keys that were pressed
 * in it and what was answered; a dry run in which one presses the keys oneself.
 * Changes nothing itself: the form and requests do.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/number.h"
#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/context_dry.h"
#include "ui/context_page.h"
#include "ui/context_rows.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/view.h"

#define MAGIC 0x43545854u /* "CTXT" */
#define MAX_S 5 /* age of the list */
#define BELOW 12 /* rows: title, a problem, the tree */

struct contexts {
	uint32_t magic;
	struct table table;
	json_t *doc; /* what rows was made of */
	struct context_row *rows;
	size_t n;
	uint64_t tick; /* of the board whose users stand in rows */
	bool details;
	enum context_view shows;
	int top; /* of the details */
	struct context_dry *dry; /* while one is on: it is large */
	/* While a question is open. */
	struct view *view;
	char name[MODEL_NAME], made[MODEL_NAME], country[32];
};

/* ---- rows ------------------------------------------------------------- */

static json_t *
request(void)
{
	return verbs_request("show", "context", NULL);
}

/* False: there is no list (yet); *why as feed_doc() has it. */
static bool
load(struct contexts *p, const struct pane_ctx *x, const char **why)
{
	const json_t *doc = feed_doc(x->feed, request(), MAX_S, why);
	const struct row_key *keys;
	size_t nkeys;

	if (doc == NULL)
		return false;
	if (doc != p->doc) {
		free(p->rows);
		json_decref(p->doc);
		p->doc = json_incref((json_t *)(uintptr_t)doc);
		p->rows = context_rows(doc, x->b, &p->n);
		p->tick = x->b->tick;
	} else if (p->tick != x->b->tick) {
		p->tick = x->b->tick;
		context_rows_users(p->rows, p->n, x->b);
	}
	nkeys = feed_keys(x->feed, &keys);
	context_rows_keys(p->rows, p->n, keys, nkeys);
	return true;
}

static const struct context_row *
under_cursor(struct contexts *p)
{
	return table_row(&p->table, p->rows, p->n, sizeof(*p->rows));
}

static void
start_dry(struct contexts *p, const struct context_row *r)
{
	struct flow *f = context_rows_flow(p->rows, p->n, r);

	if (f == NULL)
		return;
	free(p->dry);
	p->dry = xcalloc(1, sizeof(*p->dry));
	context_dry_start(p->dry, f);
	flow_free(f);
}

static void
end_dry(struct contexts *p)
{
	free(p->dry);
	p->dry = NULL;
}

/* ---- life ------------------------------------------------------------- */

static void *
contexts_init(void)
{
	struct contexts *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->table, context_rows_cols, context_rows_ncols);
	p->table.number = "problems";
	return p;
}

static void
contexts_free(void *self)
{
	struct contexts *p = self;

	table_clear(&p->table);
	free(p->dry);
	free(p->rows);
	json_decref(p->doc);
	free(p);
}

/* ---- what one asks for ------------------------------------------------ */

static void
test_number(void *arg, const char *typed)
{
	struct contexts *p = arg;
	struct number num;
	char text[500], bad[200];
	enum number_verdict v;

	if (p->magic != MAGIC || typed[0] == '\0')
		return;
	if (!number_parse(typed, NULL, &num)) {
		v = num.verdict;
		str_format(bad, sizeof(bad), _("\"%s\" cannot be called: %s"),
		    typed, _(number_verdict_text(v)));
		view_tell(p->view, false, bad);
		return;
	}
	str_format(text, sizeof(text),
	    _("%s is called now with context %s, as the only contact due of "
	      "campaign test-%s, from one of your caller IDs. All rules hold: "
	      "do-not-call list, calling hours, caps, pace. It counts as a "
	      "use of that caller ID; a key that opts out does opt out."),
	    num.e164, p->name, p->name);
	view_ask(p->view, _("Place a test call?"), text,
	    json_pack("{s:s, s:[s,s,s]}", "cmd", "context", "args", "test",
		p->name, num.e164));
}

static void
ask_number(struct contexts *p, const struct context_row *r)
{
	char label[80];

	str_copy(p->name, sizeof(p->name), r->name);
	str_format(label, sizeof(label), _("Test %s, call number:"), r->name);
	view_input(p->view, label, "+", test_number, p);
}

static void
copy_country(void *arg, const char *typed)
{
	struct contexts *p = arg;
	json_t *req;

	if (p->magic != MAGIC)
		return;
	req = json_pack("{s:s, s:[s,s,s]}", "cmd", "context", "args", "copy",
	    p->name, p->made);
	if (typed[0] != '\0')
		json_object_set_new(req, "country", json_string(typed));
	view_send(p->view, req, NULL);
}

static void
copy_name(void *arg, const char *typed)
{
	struct contexts *p = arg;
	char label[80];

	if (p->magic != MAGIC || typed[0] == '\0')
		return;
	if (!str_copy(p->made, sizeof(p->made), typed)) {
		view_tell(p->view, false, _("that name is too long"));
		return;
	}
	str_format(label, sizeof(label), _("Country of %s:"), p->made);
	view_input(p->view, label, p->country, copy_country, p);
}

static void
ask_copy(struct contexts *p, const struct context_row *r)
{
	char label[80];

	str_copy(p->name, sizeof(p->name), r->name);
	str_copy(p->country, sizeof(p->country), r->country);
	str_format(label, sizeof(label), _("Copy %s to the name:"), r->name);
	view_input(p->view, label, "", copy_name, p);
}

static bool
row_key(struct contexts *p, const struct pane_ctx *x, enum keys_action a)
{
	const struct context_row *r = under_cursor(p);

	if (r == NULL) {
		view_tell(x->view, false, _("there is no context here"));
		return true;
	}
	p->view = x->view;
	switch (a) {
	case ACT_DETAILS:
		p->details = !p->details;
		p->top = 0;
		break;
	case ACT_EDIT:
		view_edit(x->view, "context", r->name);
		break;
	case ACT_COPY:
		ask_copy(p, r);
		break;
	case ACT_TEST_CALL:
		ask_number(p, r);
		break;
	case ACT_DRY_RUN:
		if (!r->sane || r->nerrors > 0)
			view_tell(x->view, false, r->problem[0].text);
		else
			start_dry(p, r);
		break;
	default:
		return false;
	}
	return true;
}

static void
dry_key(struct contexts *p, uint32_t code)
{
	if (code == UIK_ESC || code == UIK_CTRL('c') || code == 'q')
		end_dry(p);
	else if (code == UIK_ENTER)
		context_dry_again(p->dry);
	else
		context_dry_key(p->dry, code);
}

/* The view before, or the next one. */
static void
turn(struct contexts *p, int step)
{
	p->shows = (enum context_view)(
	    ((int)p->shows + CONTEXT_NVIEW + step) % CONTEXT_NVIEW);
	p->top = 0;
}

static bool
cancel(struct contexts *p)
{
	if (!p->details)
		return table_unfilter(&p->table);
	p->details = false;
	return true;
}

static bool
contexts_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct contexts *p = self;
	const char *why;

	if (p->dry != NULL) {
		dry_key(p, code);
		return true;
	}
	load(p, x, &why);
	switch (a) {
	case ACT_DETAILS:
	case ACT_EDIT:
	case ACT_COPY:
	case ACT_TEST_CALL:
	case ACT_DRY_RUN:
		return row_key(p, x, a);
	case ACT_VIEW:
		turn(p, 1);
		return true;
	case ACT_NEW:
		view_create(x->view, "context", "");
		return true;
	case ACT_FILTER:
		p->details = false;
		view_filter(x->view, &p->table);
		return true;
	case ACT_CANCEL:
		return cancel(p);
	default:
		if (p->details && (a == ACT_LEFT || a == ACT_RIGHT)) {
			turn(p, a == ACT_LEFT ? -1 : 1);
			return true;
		}
		if (p->details && table_scroll(a, &p->top))
			return true;
		return table_key(&p->table, a, p->rows, p->n, sizeof(*p->rows));
	}
}

static bool
contexts_typing(const void *self)
{
	const struct contexts *p = self;

	return p->dry != NULL;
}

static bool
contexts_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct contexts *p = self;

	(void)x;
	if (p->dry != NULL || p->details ||
	    !table_click(
		&p->table, m->y, m->x, p->rows, p->n, sizeof(*p->rows)))
		return false;
	return m->y > p->table.drawn.y;
}

/* ---- drawing ---------------------------------------------------------- */

static void
draw_list(struct contexts *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	struct context_page page = { x, NULL, p->shows, &p->top };
	const struct context_row *row;
	struct flow *f;
	struct rect top = layout_top(&r, 1), list;
	char title[160];
	int want = (int)p->n + 2;

	list = r;
	if (r.h >= BELOW + 4)
		list = layout_top(&r, MINIMUM(want, r.h - BELOW));
	else
		r.h = 0;
	table_draw(&p->table, cv,
	    (struct rect){ list.y, list.x + 1, list.h, list.w - 2 }, p->rows,
	    p->n, sizeof(*p->rows), true);
	table_title(
	    &p->table, _("Contexts"), p->n, list.h - 1, title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
	if (p->n == 0)
		canvas_wrap(cv,
		    (struct rect){ list.y + 1, list.x + 1, 3, list.w - 2 },
		    STYLE(ROLE_DIM),
		    scope_on()
			? _("no context is named by the campaigns that you "
			    "are limited to")
			: _("none yet: n makes one, `discador apply "
			    "etc/countries.conf` brings those of nine "
			    "countries"));
	else if (p->table.shown == 0)
		canvas_text(cv, list.y + 1, list.x + 1, list.w - 2,
		    STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	row = under_cursor(p);
	if (row == NULL || r.h < 2)
		return;
	page.flow = f = context_rows_flow(p->rows, p->n, row);
	context_page_below(cv, r, row, &page);
	flow_free(f);
}

static void
contexts_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct contexts *p = self;
	const struct context_row *row;
	const char *why;
	struct flow *f;

	if (p->dry != NULL) {
		context_page_dry(cv, r, p->dry);
		return;
	}
	if (!load(p, x, &why)) {
		canvas_rule(cv, r.y, r.x, r.w, _("Contexts"));
		if (why[0] == '\0')
			canvas_text(cv, r.y + 2, r.x + 2, r.w - 4,
			    STYLE(ROLE_DIM), _("asking the engine for them"));
		else
			canvas_wrap(cv,
			    (struct rect){ r.y + 2, r.x + 2, 4, r.w - 4 },
			    STYLE(ROLE_WARN), why);
		return;
	}
	row = under_cursor(p);
	if (!p->details || row == NULL) {
		draw_list(p, x, cv, r);
		return;
	}
	f = context_rows_flow(p->rows, p->n, row);
	context_page_details(
	    cv, r, row, &(struct context_page){ x, f, p->shows, &p->top });
	flow_free(f);
}

/* ---- printing --------------------------------------------------------- */

static json_t *
contexts_rows(const struct pane_ctx *x)
{
	return context_rows_json(
	    feed_doc(x->feed, request(), MAX_S, NULL), x->b);
}

static void
contexts_print(const struct pane_ctx *x, struct buf *out)
{
	const char *why;
	const json_t *doc = feed_doc(x->feed, request(), MAX_S, &why);

	if (doc == NULL)
		buf_fmt(out, "%s\n", why);
	else
		context_rows_print(out, doc, x->b);
}

static bool
contexts_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct contexts *p = self;
	const struct context_row *r;
	const char *why;

	r = load(p, x, &why) ? under_cursor(p) : NULL;
	return r != NULL && str_copy(out, size, r->name);
}

static void
contexts_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct contexts *p = self;

	(void)x;
	end_dry(p);
	p->details = false;
	table_go(&p->table, name);
}

const struct pane pane_contexts = {
	.word = "contexts",
	.title = N_("Contexts"),
	.scope = SCOPE_CONTEXTS,
	.select = ACT_PANE_5,
	.init = contexts_init,
	.key = contexts_key,
	.typing = contexts_typing,
	.mouse = contexts_mouse,
	.draw = contexts_draw,
	.rows = contexts_rows,
	.print = contexts_print,
	.under = contexts_under,
	.go = contexts_go,
	.free = contexts_free,
};
