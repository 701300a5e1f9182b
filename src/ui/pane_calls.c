/* SPDX-License-Identifier: MIT */
/*
 * pane_calls: who is on the way where.  A strip counts the live calls by
 * state, so that one sees where they are stuck; below it every call, those
 * that are too long in their state on top; Enter shows the way of one call.
 * Ended ones are found by number through the engine.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/call_found.h"
#include "ui/call_ladder.h"
#include "ui/call_rows.h"
#include "ui/call_steps.h"
#include "ui/call_strip.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/view.h"

#define MAGIC 0x43414c53u /* "CALS" */

#define WIDE 150 /* columns from which the ladder stands beside */
#define HIGH 28 /* rows from which it stands below */

struct calls {
	uint32_t magic;
	struct table live, found;
	struct call_rows rows;
	bool ended; /* the list has those that just ended, too */
	char find[40]; /* list the calls to that number; "": live ones */
	struct call_found hits;
	bool open; /* the ladder of call fills the pane */
	struct row_call call;
	int top;
};

#define LIVE(p)  (p)->rows.v, (p)->rows.n, sizeof((p)->rows.v[0])
#define FOUND(p) (p)->hits.rows, (p)->hits.n, sizeof((p)->hits.rows[0])

static void *
calls_init(void)
{
	struct calls *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->live, call_cols, call_ncols);
	table_init(&p->found, call_found_cols, call_nfound_cols);
	p->live.number = "age_s";
	p->found.number = "talk_s";
	return p;
}

static void
calls_free(void *self)
{
	struct calls *p = self;

	table_clear(&p->live);
	table_clear(&p->found);
	call_rows_clear(&p->rows);
	free(p);
}

static void
look(struct calls *p, const struct pane_ctx *x)
{
	call_rows_look(&p->rows, x, p->ended);
	p->live.gen = p->rows.gen;
}

static const struct call_row *
under_cursor(struct calls *p, const struct pane_ctx *x)
{
	if (p->find[0] != '\0') {
		call_found_look(&p->hits, x, p->find, NULL);
		return table_row(&p->found, FOUND(p));
	}
	look(p, x);
	return table_row(&p->live, LIVE(p));
}

static bool
open_call(struct calls *p, const struct pane_ctx *x)
{
	const struct call_row *r = under_cursor(p, x);

	if (r == NULL)
		return true;
	p->call = *r->c;
	p->open = true;
	p->top = 0;
	return true;
}

static void
ask_hangup(struct calls *p, const struct pane_ctx *x)
{
	const struct call_row *r = p->open ? NULL : under_cursor(p, x);
	const struct row_call *c = p->open ? &p->call : r != NULL ? r->c : NULL;
	char text[600];

	if (c == NULL)
		view_tell(x->view, false, _("there is no call here"));
	else if (c->state == CALL_ENDED)
		view_tell(x->view, false, _("this call has ended already"));
	else {
		str_format(text, sizeof(text),
		    _("The call to %s (%s, campaign %s) is hung up at once; "
		      "whoever is on the line hears it end. The attempt and "
		      "the use of caller ID %s stay counted."),
		    c->number, call_state_name(c->state), c->campaign, c->did);
		view_ask(x->view, _("Hang up this call?"), text,
		    verbs_request("call", "hangup", c->id));
	}
}

/* What can be edited of a call is how the next ones go. */
static void
edit_campaign(struct calls *p, const struct pane_ctx *x)
{
	const struct call_row *r = p->open ? NULL : under_cursor(p, x);

	if (p->open)
		view_edit(x->view, "campaign", p->call.campaign);
	else if (r != NULL)
		view_edit(x->view, "campaign", r->c->campaign);
	else
		view_tell(x->view, false, _("there is no call here"));
}

/* Numbers are pasted from anywhere: "+1 (305) 555-0134". */
static void
set_find(struct calls *p, const char *text)
{
	size_t n = 0;

	for (; *text != '\0' && n < sizeof(p->find) - 1; text++)
		if (strchr(" -().\t/", *text) == NULL)
			p->find[n++] = *text;
	p->find[n] = '\0';
	p->open = false;
	p->found.cursor = p->found.top = 0;
	p->found.at[0] = '\0';
	p->found.filter[0] = '\0';
}

static void
find(void *arg, const char *text)
{
	struct calls *p = arg;

	if (p->magic == MAGIC)
		set_find(p, text);
}

static bool
cancel(struct calls *p)
{
	struct table *t = p->find[0] != '\0' ? &p->found : &p->live;

	if (p->open)
		p->open = false;
	else if (table_unfilter(t))
		return true;
	else if (p->find[0] != '\0')
		p->find[0] = '\0';
	else
		return false;
	return true;
}

static bool
calls_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct calls *p = self;

	(void)code;
	if (p->open && table_scroll(a, &p->top))
		return true;
	switch (a) {
	case ACT_DETAILS:
		return p->open ? cancel(p) : open_call(p, x);
	case ACT_HANGUP:
		ask_hangup(p, x);
		return true;
	case ACT_FIND:
		view_input(
		    x->view, _("Calls to the number:"), p->find, find, p);
		return true;
	case ACT_EDIT:
		edit_campaign(p, x);
		return true;
	case ACT_FILTER:
		p->open = false;
		view_filter(x->view, p->find[0] != '\0' ? &p->found : &p->live);
		return true;
	case ACT_VIEW:
		p->open = false;
		p->find[0] = '\0';
		p->ended = !p->ended;
		return true;
	case ACT_CANCEL:
		return cancel(p);
	default:
		break;
	}
	if (p->open)
		return false;
	if (p->find[0] != '\0') {
		call_found_look(&p->hits, x, p->find, NULL);
		return table_key(&p->found, a, FOUND(p));
	}
	look(p, x);
	return table_key(&p->live, a, LIVE(p));
}

static bool
calls_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct calls *p = self;
	bool hit;

	if (p->open)
		return false;
	if (p->find[0] != '\0') {
		call_found_look(&p->hits, x, p->find, NULL);
		hit = table_click(&p->found, m->y, m->x, FOUND(p));
	} else {
		look(p, x);
		hit = table_click(&p->live, m->y, m->x, LIVE(p));
	}
	return hit &&
	       m->y > (p->find[0] != '\0' ? &p->found : &p->live)->drawn.y;
}

/* ---- drawing ----------------------------------------------------------- */

static void
draw_title(struct calls *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r, int rows)
{
	const struct call_rows *s = &p->rows;
	char t[240], n[TEXT_NUM];
	size_t k;

	table_title(&p->live,
	    p->ended ? _("Calls, ended ones too") : _("Calls"), s->n, rows, t,
	    sizeof(t) - 120);
	/* "1 of 299" says it already */
	if (p->ended || p->live.filter[0] != '\0' ||
	    s->n <= (size_t)MAXIMUM(rows, 0)) {
		k = strlen(t);
		str_format(t + k, sizeof(t) - k, _("   %s live"),
		    text_count(s->nlive, n));
	}
	if (s->nstuck > 0) {
		k = strlen(t);
		str_format(t + k, sizeof(t) - k,
		    _("   %s too long in their state"),
		    text_count(s->nstuck, n));
	}
	if (x->b->calls_hidden > 0) {
		k = strlen(t);
		str_format(t + k, sizeof(t) - k, _("   %s more not listed"),
		    text_count(x->b->calls_hidden, n));
	}
	canvas_rule(cv, r.y, r.x, r.w, t);
}

/* Cut room for the ladder of the row under the cursor off *r. */
static struct rect
ladder_room(struct canvas *cv, struct rect *r)
{
	struct rect side = { 0, 0, 0, 0 };
	int w;

	if (r->w >= WIDE) {
		w = MINIMUM(MAXIMUM(r->w * 42 / 100, 66), 100);
		side = *r;
		*r = layout_left(&side, r->w - w);
		for (int i = 0; i < side.h; i++)
			canvas_run(cv, side.y + i, side.x, 1, STYLE(ROLE_FRAME),
			    0x2502);
		layout_left(&side, 2);
	} else if (r->h >= HIGH) {
		side = *r;
		*r = layout_top(&side, r->h - MINIMUM(r->h / 2, 18));
		canvas_rule(
		    cv, side.y, side.x, side.w, _("The way of this call"));
		layout_top(&side, 1);
		layout_left(&side, 1);
	}
	return side;
}

static void
draw_side(struct canvas *cv, struct rect r, const struct call_row *row)
{
	if (r.h >= 6 && row != NULL)
		call_ladder_draw(cv, r, row, NULL);
}

static void
draw_live(
    struct calls *p, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct rect title = layout_top(&r, 1), body, side;

	look(p, x);
	if (r.h >= 8) {
		struct rect strip = layout_top(&r, CALL_STRIP_ROWS);

		strip.x++;
		strip.w -= 2;
		call_strip_draw(cv, strip, &p->rows);
	}
	side = ladder_room(cv, &r);
	body = (struct rect){ r.y, r.x + 1, r.h, r.w - 2 };
	table_draw(&p->live, cv, body, LIVE(p), true);
	if (p->rows.n == 0)
		canvas_wrap(cv,
		    (struct rect){ body.y + 1, body.x, body.h - 1, body.w },
		    STYLE(ROLE_DIM),
		    _("no call is under way: f finds calls that have ended, 2 "
		      "shows what campaigns wait for"));
	else if (p->live.shown == 0)
		canvas_text(cv, body.y + 1, body.x, body.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	draw_title(p, x, cv, title, r.h - 1);
	draw_side(cv, side, table_row(&p->live, LIVE(p)));
}

static void
draw_found(
    struct calls *p, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct rect title = layout_top(&r, 1), body, side;
	const char *why = "";
	const json_t *list = call_found_look(&p->hits, x, p->find, &why);
	char what[120], t[200];

	side = ladder_room(cv, &r);
	body = (struct rect){ r.y, r.x + 1, r.h, r.w - 2 };
	table_draw(&p->found, cv, body, FOUND(p), true);
	layout_top(&body, 1);
	/* an old answer stays when a new one is refused */
	if (p->hits.n == 0 && why[0] != '\0')
		canvas_wrap(cv, body, STYLE(ROLE_WARN), why);
	else if (list == NULL)
		canvas_text(cv, body.y, body.x, body.w, STYLE(ROLE_ACCENT),
		    _("asking the engine ..."));
	else if (p->hits.n == 0)
		canvas_text(cv, body.y, body.x, body.w, STYLE(ROLE_WARN),
		    _("no call to this number in the last 30 days"));
	else if (p->found.shown == 0)
		canvas_text(cv, body.y, body.x, body.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	str_format(what, sizeof(what),
	    p->hits.n == CALL_FOUND_MAX ? _("The newest calls to %s")
					: _("Calls to %s"),
	    p->find);
	table_title(&p->found, what, p->hits.n, r.h - 1, t, sizeof(t));
	canvas_rule(cv, title.y, title.x, title.w, t);
	draw_side(cv, side, table_row(&p->found, FOUND(p)));
}

static void
draw_call(
    struct calls *p, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct rect title = layout_top(&r, 1);
	struct call_row row;

	look(p, x);
	call_found_follow(&p->call, x);
	call_row_set(&row, &p->call, x, 0);
	for (size_t i = 0; i < p->rows.n; i++)
		if (strcmp(p->rows.v[i].c->id, p->call.id) == 0)
			row = p->rows.v[i];
	layout_left(&r, 1);
	call_ladder_draw(cv, r, &row, &p->top);
	canvas_rule(cv, title.y, title.x, title.w,
	    _("The way of one call   (Esc goes back)"));
}

static void
calls_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct calls *p = self;

	if (p->open)
		draw_call(p, x, cv, r);
	else if (p->find[0] != '\0')
		draw_found(p, x, cv, r);
	else
		draw_live(p, x, cv, r);
}

/* ---- printing, other panes --------------------------------------------- */

static json_t *
calls_rows(const struct pane_ctx *x)
{
	struct call_rows s = { 0 };
	json_t *states = json_object(), *all;

	call_rows_look(&s, x, false);
	for (int i = 0; i < CALL_ENDED; i++)
		json_object_set_new(states, call_state_word((enum call_state)i),
		    json_integer(s.live[i]));
	all = json_pack("{s:i, s:i, s:i, s:o, s:o}", "live", (int)s.nlive,
	    "stuck", (int)s.nstuck, "hidden", (int)x->b->calls_hidden, "states",
	    states, "calls",
	    table_json(call_cols, call_ncols, s.v, s.n, sizeof(s.v[0])));
	call_rows_clear(&s);
	return all;
}

static void
calls_print(const struct pane_ctx *x, struct buf *out)
{
	struct call_rows s = { 0 };

	call_rows_look(&s, x, false);
	for (int i = 0; i < CALL_ENDED; i++)
		if (s.live[i] > 0)
			buf_fmt(out, "%s%s %u", out->len > 0 ? "  " : "",
			    call_state_name((uint32_t)i), s.live[i]);
	if (s.nlive == 0)
		buf_str(out, _("no call is under way"));
	else if (s.nstuck > 0)
		buf_fmt(out, _("  (%u too long in their state)"), s.nstuck);
	buf_byte(out, '\n');
	table_print(out, call_cols, call_ncols, s.v, s.n, sizeof(s.v[0]));
	call_rows_clear(&s);
}

static bool
calls_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	struct calls *p = self;
	const struct call_row *r;

	if (p->open) {
		str_copy(out, size, p->call.number);
		return true;
	}
	r = under_cursor(p, x);
	if (r == NULL)
		return false;
	str_copy(out, size, r->c->number);
	return true;
}

/* name: a call's id, a number, or a word for the filter (a campaign). */
static void
calls_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct calls *p = self;

	p->open = false;
	p->find[0] = '\0';
	if (call_found_live(x, name) != NULL)
		table_go(&p->live, name);
	else if (name[strspn(name, "+0123456789")] == '\0')
		set_find(p, name);
	else
		str_format(p->live.filter, sizeof(p->live.filter),
		    strchr(name, ' ') != NULL ? "\"%s\"" : "%s", name);
}

const struct pane pane_calls = {
	.word = "calls",
	.title = N_("Calls"),
	.scope = SCOPE_CALLS,
	.select = ACT_PANE_6,
	.init = calls_init,
	.key = calls_key,
	.mouse = calls_mouse,
	.draw = calls_draw,
	.rows = calls_rows,
	.print = calls_print,
	.under = calls_under,
	.go = calls_go,
	.free = calls_free,
};
