/* SPDX-License-Identifier: MIT */
/*
 * pane_agents: are there free agents for the calls that are about to be
 * connected?  The first line says it, a bar shows it, and below stand members,
 * queues and endpoints as the switches tell them.  It changes nothing there:
 * agents log in and pause at the switch.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/agent_rows.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/view.h"

#define MAGIC 0x4147454eu /* "AGEN" */

#define WIDE   150 /* columns from which queues stand beside members */
#define HIGH   18 /* rows of a body that has room for a second table */
#define SIDE_W 64 /* least columns of the tables at the right */

enum { MEMBERS, QUEUES, ENDPOINTS, MODES };

struct agents {
	uint32_t magic;
	struct table t[MODES];
	int mode; /* the table with the cursor */
	bool details;
};

static void *
agents_init(void)
{
	struct agents *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->t[MEMBERS], agent_member_cols, agent_nmember_cols);
	table_init(&p->t[QUEUES], agent_queue_cols, agent_nqueue_cols);
	table_init(&p->t[ENDPOINTS], agent_endpoint_cols, agent_nendpoint_cols);
	p->t[MEMBERS].number = "since_s";
	p->t[QUEUES].number = "waiting";
	p->t[ENDPOINTS].number = "calls";
	return p;
}

static void
agents_free(void *self)
{
	struct agents *p = self;

	for (int i = 0; i < MODES; i++)
		table_clear(&p->t[i]);
	free(p);
}

static const struct agent_row *
rows_of(const struct agent_rows *v, int mode, size_t *n)
{
	*n = mode == MEMBERS  ? v->nmembers
	     : mode == QUEUES ? v->nqueues
			      : v->nendpoints;
	return mode == MEMBERS  ? v->member
	       : mode == QUEUES ? v->queue
				: v->endpoint;
}

static bool
agents_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct agents *p = self;
	struct table *t = &p->t[p->mode];
	const struct agent_row *rows;
	struct agent_rows v;
	size_t n;
	bool used;

	(void)code;
	switch (a) {
	case ACT_VIEW:
		p->mode = (p->mode + 1) % MODES;
		p->details = false;
		return true;
	case ACT_FILTER:
		view_filter(x->view, t);
		return true;
	case ACT_DETAILS:
		p->details = !p->details;
		return true;
	case ACT_CANCEL:
		if (p->details)
			p->details = false;
		else if (t->filter[0] != '\0')
			t->filter[0] = '\0';
		else
			return false;
		return true;
	default:
		agent_rows_make(&v, x);
		rows = rows_of(&v, p->mode, &n);
		used = table_key(t, a, rows, n, sizeof(*rows));
		agent_rows_clear(&v);
		return used;
	}
}

static bool
agents_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct agents *p = self;
	struct agent_rows v;
	bool used = false;

	if (p->details)
		return false;
	agent_rows_make(&v, x);
	for (int i = 0; i < MODES && !used; i++) {
		size_t n;
		const struct agent_row *rows = rows_of(&v, i, &n);

		used = p->t[i].drawn.h > 0 && table_click(&p->t[i], m->y, m->x,
						  rows, n, sizeof(*rows));
		if (used)
			p->mode = i;
	}
	agent_rows_clear(&v);
	return used && m->y > p->t[p->mode].drawn.y;
}

/* ---- drawing ---------------------------------------------------------- */

static void
draw_sentence(struct canvas *cv, struct rect r, const struct agent_rows *v,
    const struct pane_ctx *x)
{
	char text[400];
	uint8_t role = agent_rows_say(v, x, text, sizeof(text));
	struct style s = role == ROLE_BAD ? STYLE_ON(ROLE_STRONG, ROLE_BG_BAD)
					  : STYLE_BOLD(role);

	if (r.h <= 0)
		return;
	if (role == ROLE_BAD)
		canvas_fill(cv, r, s);
	canvas_text(cv, r.y, r.x + 1, 1, s,
	    role == ROLE_BAD   ? "\xe2\x9c\x96"
	    : role == ROLE_DIM ? "\xe2\x97\x8b"
			       : "\xe2\x97\x8f");
	canvas_text(cv, r.y, r.x + 3, r.w - 4, s, text);
}

static void
sum_part(struct gauge_part *g, enum agent_state i, uint32_t n)
{
	static const struct gauge_part parts[AGENT_NSTATE] = {
		[AGENT_FREE] = { 0, ROLE_GOOD, 0x2588, '#' },
		[AGENT_BUSY] = { 0, ROLE_ACCENT, 0x2593, '=' },
		[AGENT_RINGING] = { 0, ROLE_WARN, 0x2592, '~' },
		[AGENT_PAUSED] = { 0, ROLE_WARN, 0x2591, 'p' },
		[AGENT_AWAY] = { 0, ROLE_DIM, 0x00b7, '.' },
	};

	*g = parts[i];
	g->v = n;
}

/* All agents as one bar, with what its parts are. */
static void
draw_bar(struct canvas *cv, struct rect r, const struct agent_rows *v)
{
	struct gauge_part g[AGENT_NSTATE];
	char t[48];
	int x = r.x + 1, bar = MAXIMUM(12, r.w / 5);

	if (r.h <= 0)
		return;
	for (int i = 0; i < AGENT_NSTATE; i++)
		sum_part(&g[i], (enum agent_state)i, v->n[i]);
	gauge_stack(cv, r.y, x, bar, g, AGENT_NSTATE);
	x += bar + 2;
	for (int i = 0; i < AGENT_NSTATE; i++) {
		int room = r.x + r.w - x, w;

		str_format(t, sizeof(t), "%u %s", v->n[i],
		    agent_rows_word((enum agent_state)i));
		w = text_columns(t) + 2;
		if (room < w)
			return;
		gauge_sign(cv, r.y, x, &g[i]);
		canvas_text(cv, r.y, x + 2, room - 2,
		    STYLE(v->n[i] > 0 ? ROLE_TEXT : ROLE_DIM), t);
		x += w + 2;
	}
}

static const char *
empty_text(const struct agent_rows *v, int mode)
{
	if (scope_on())
		return _("you are limited to campaigns: agents and queues are "
			 "not shown");
	if (mode == MEMBERS)
		return v->note[0] != NULL ? v->note[0]
					  : _("no agents in any queue");
	if (mode == QUEUES)
		return v->note[0] != NULL ? v->note[0] : _("no queues");
	return v->note[1] != NULL ? v->note[1]
				  : _("no endpoints and no registrations");
}

/* What the switch does not tell, below what it does. */
static const char *
below_text(const struct agent_rows *v, int mode, char *out, size_t size)
{
	char n[TEXT_NUM];

	if (mode == ENDPOINTS)
		return v->note[1] != NULL ? v->note[1] : v->note[2];
	if (mode == MEMBERS && v->hidden > 0) {
		str_format(out, size, _("%s more have no room here"),
		    text_count(v->hidden, n));
		return out;
	}
	return NULL;
}

static void
draw_table(struct agents *p, struct canvas *cv, struct rect r,
    const struct agent_rows *v, int mode)
{
	static const char *const titles[MODES] = { N_("Agents"), N_("Queues"),
		N_("Endpoints and registrations") };
	struct table *t = &p->t[mode];
	struct rect top = layout_top(&r, 1);
	const struct agent_row *rows;
	const char *below;
	char title[160], text[80];
	size_t n;

	rows = rows_of(v, mode, &n);
	below = below_text(v, mode, text, sizeof(text));
	r.x++;
	r.w -= 2;
	if (n > 0 && below != NULL && r.h > 4) {
		r.h--;
		canvas_text(cv, r.y + r.h, r.x, r.w, STYLE(ROLE_WARN), below);
	}
	table_draw(t, cv, r, rows, n, sizeof(*rows), mode == p->mode);
	if (n == 0)
		canvas_wrap(cv, (struct rect){ r.y + 1, r.x, r.h - 1, r.w },
		    STYLE(ROLE_DIM), empty_text(v, mode));
	else if (t->shown == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	table_title(
	    t, _(titles[mode]), n, MAXIMUM(r.h - 1, 0), title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
}

static void
draw_tables(struct agents *p, struct canvas *cv, struct rect r,
    const struct agent_rows *v)
{
	int queues = (int)v->nqueues + 2, endpoints = (int)v->nendpoints + 2;
	struct rect left;

	if (r.w >= WIDE && p->mode != ENDPOINTS) {
		left = layout_left(&r, MAXIMUM(r.w * 52 / 100, r.w - 110));
		draw_table(p, cv, left, v, MEMBERS);
		if (r.h >= HIGH)
			draw_table(p, cv,
			    layout_top(
				&r, MAXIMUM(r.h / 4,
					MINIMUM(queues + 1, r.h - endpoints))),
			    v, QUEUES);
		else {
			draw_table(p, cv, r, v, QUEUES);
			return;
		}
		draw_table(p, cv, r, v, ENDPOINTS);
		return;
	}
	if (r.h < HIGH || p->mode == ENDPOINTS) {
		draw_table(p, cv, r, v, p->mode);
		return;
	}
	/* queues above: they are few, and what one looks for first */
	queues = MINIMUM(MAXIMUM(queues, 4), r.h / 3);
	draw_table(p, cv, layout_top(&r, queues), v, QUEUES);
	draw_table(p, cv, r, v, MEMBERS);
}

static bool
put(struct canvas *cv, struct rect *r, const struct table_col *c,
    const void *row)
{
	struct table_cell cell = {
		.fg = ROLE_TEXT, .bg = ROLE_KEEP, .bar = -1
	};

	c->cell(row, &cell);
	return gauge_text(cv, r, 16, _(c->title),
	    (struct style){ cell.fg, ROLE_KEEP, cell.attr },
	    cell.text[0] != '\0' ? cell.text : "-");
}

/* Everything about the row under the cursor, over the whole pane. */
static void
draw_details(struct agents *p, struct canvas *cv, struct rect r,
    const struct agent_rows *v)
{
	struct table *t = &p->t[p->mode];
	const struct agent_row *rows, *row;
	struct gauge_part g[AGENT_NSTATE];
	struct rect in;
	size_t n;

	rows = rows_of(v, p->mode, &n);
	row = table_row(t, rows, n, sizeof(*rows));
	if (row == NULL) {
		p->details = false;
		return;
	}
	canvas_fill(cv, r, STYLE_ON(ROLE_TEXT, ROLE_DEFAULT));
	canvas_rule(cv, r.y, r.x, r.w, row->r->name);
	in = (struct rect){ r.y + 2, r.x + 2, r.h - 2, r.w - 4 };
	for (size_t i = 1; i < t->ncols; i++)
		put(cv, &in, &t->cols[i], row);
	if (p->mode != QUEUES || in.h < 5)
		return;
	layout_top(&in, 1);
	for (int i = 0; i < AGENT_NSTATE; i++)
		sum_part(&g[i], (enum agent_state)i, row->n[i]);
	gauge_stack(cv, in.y, in.x, in.w, g, AGENT_NSTATE);
	layout_top(&in, 2);
	for (size_t i = 0; i < v->nmembers && in.h > 0; i++) {
		const struct row_agent *m = v->member[i].r;
		struct table_cell c = { .fg = ROLE_TEXT };

		if (strcmp(m->queue, row->r->name) != 0 ||
		    strcmp(m->switch_name, row->r->switch_name) != 0)
			continue;
		agent_member_cols[3].cell(&v->member[i], &c);
		canvas_text(cv, in.y, in.x, 28, STYLE(ROLE_TEXT), m->name);
		canvas_text(cv, in.y, in.x + 30, 20, STYLE(c.fg), c.text);
		canvas_text(
		    cv, in.y, in.x + 52, in.w - 52, STYLE(ROLE_DIM), m->detail);
		layout_top(&in, 1);
	}
}

static void
agents_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct agents *p = self;
	struct agent_rows v;

	for (int i = 0; i < MODES; i++)
		p->t[i].drawn = (struct rect){ 0 };
	agent_rows_make(&v, x);
	if (p->details)
		draw_details(p, cv, r, &v);
	if (!p->details) {
		draw_sentence(cv, layout_top(&r, 1), &v, x);
		if (v.agents > 0)
			draw_bar(cv, layout_top(&r, 1), &v);
		draw_tables(p, cv, r, &v);
	}
	agent_rows_clear(&v);
}

/* ---- the same as JSON and as text ------------------------------------- */

static json_t *
agents_rows(const struct pane_ctx *x)
{
	static const char *const notes[] = { "queues", "endpoints",
		"registrations" };
	struct agent_rows v;
	char text[400];
	json_t *o, *n = json_object();

	agent_rows_make(&v, x);
	agent_rows_say(&v, x, text, sizeof(text));
	for (size_t i = 0; i < nitems(notes); i++)
		if (v.note[i] != NULL)
			json_object_set_new(
			    n, notes[i], json_string(v.note[i]));
	o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
	    "summary", text, "agents", (json_int_t)v.agents, "free",
	    (json_int_t)v.n[AGENT_FREE], "waiting", (json_int_t)v.waiting,
	    "longest_s", (json_int_t)v.wait_s, "not_shown",
	    (json_int_t)v.hidden, "members",
	    table_json(agent_member_cols, agent_nmember_cols, v.member,
		v.nmembers, sizeof(*v.member)),
	    "queues",
	    table_json(agent_queue_cols, agent_nqueue_cols, v.queue, v.nqueues,
		sizeof(*v.queue)),
	    "endpoints",
	    table_json(agent_endpoint_cols, agent_nendpoint_cols, v.endpoint,
		v.nendpoints, sizeof(*v.endpoint)),
	    "notes", n);
	agent_rows_clear(&v);
	return o;
}

static void
agents_print(const struct pane_ctx *x, struct buf *out)
{
	struct agent_rows v;
	char text[400];

	agent_rows_make(&v, x);
	agent_rows_say(&v, x, text, sizeof(text));
	buf_fmt(out, "%s\n", text);
	for (int i = 0; i < 3; i++)
		if (v.note[i] != NULL)
			buf_fmt(out, "%s\n", v.note[i]);
	if (v.nqueues > 0) {
		buf_str(out, "\n");
		table_print(out, agent_queue_cols, agent_nqueue_cols, v.queue,
		    v.nqueues, sizeof(*v.queue));
	}
	if (v.nmembers > 0) {
		buf_str(out, "\n");
		table_print(out, agent_member_cols, agent_nmember_cols,
		    v.member, v.nmembers, sizeof(*v.member));
	}
	if (v.nendpoints > 0) {
		buf_str(out, "\n");
		table_print(out, agent_endpoint_cols, agent_nendpoint_cols,
		    v.endpoint, v.nendpoints, sizeof(*v.endpoint));
	}
	agent_rows_clear(&v);
}

static bool
agents_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct agents *p = self;
	const struct agent_row *rows, *row;
	struct agent_rows v;
	size_t n;

	agent_rows_make(&v, x);
	rows = rows_of(&v, p->mode, &n);
	row = table_row(&p->t[p->mode], rows, n, sizeof(*rows));
	if (row != NULL)
		str_copy(out, size, row->r->name);
	agent_rows_clear(&v);
	return row != NULL;
}

/* By name: a member, else a queue, else an endpoint. */
static void
agents_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct agents *p = self;
	struct agent_rows v;
	bool found = false;

	agent_rows_make(&v, x);
	for (int i = 0; i < MODES && !found; i++) {
		size_t n;
		const struct agent_row *rows = rows_of(&v, i, &n);

		for (size_t k = 0; k < n && !found; k++) {
			struct table_cell c = { .bar = -1 };

			if (strcmp(rows[k].r->name, name) != 0)
				continue;
			p->t[i].cols[0].cell(&rows[k], &c);
			table_go(&p->t[i], c.text);
			p->mode = i;
			p->details = false;
			found = true;
		}
	}
	agent_rows_clear(&v);
}

const struct pane pane_agents = {
	.word = "agents",
	.title = N_("Agents"),
	.scope = SCOPE_AGENTS,
	.select = ACT_PANE_7,
	.init = agents_init,
	.key = agents_key,
	.mouse = agents_mouse,
	.draw = agents_draw,
	.rows = agents_rows,
	.print = agents_print,
	.under = agents_under,
	.go = agents_go,
	.free = agents_free,
};
