/* SPDX-License-Identifier: MIT */
/*
 * sessions_page: the rows of ROWS_SESSIONS as a table.  Decides nothing: the
 * engine says who may look at whose screen, and who may end whose session.
 */
#include "ui/sessions_page.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/rows.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/verbs.h"
#include "ui/view.h"
#include "ui/when.h"

#define MAGIC  0x53455353u /* "SESS" */
#define IDLE_S 300 /* without a key so long: nobody may sit there */

struct line {
	char id[24];
	const struct row_session *s;
	const char *zone;
	int64_t now_ms;
};
struct page {
	uint32_t magic;
	struct table t;
	struct line *v;
	size_t n;
};

/* ---- columns ----------------------------------------------------------- */

#define L(row) ((const struct line *)(row))
#define S(row) (L(row)->s)
#define PLAIN(fn, expr)                                                        \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		str_copy(o->text, sizeof(o->text), expr);                      \
	}

PLAIN(c_role, S(row)->role)
PLAIN(c_from, S(row)->from)
PLAIN(c_campaigns, S(row)->campaigns)

static double
c_id_num(const void *row)
{
	return (double)S(row)->id;
}

static void
c_id(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), L(row)->id);
	o->fg = ROLE_DIM;
}

static void
c_user(const void *row, struct table_cell *o)
{
	bool own = S(row)->pid == getpid();

	str_format(
	    o->text, sizeof(o->text), own ? _("%s (you)") : "%s", S(row)->user);
	o->fg = own ? ROLE_ACCENT : ROLE_STRONG;
}

static double
c_since_num(const void *row)
{
	return (double)S(row)->since_ms;
}

static void
c_since(const void *row, struct table_cell *o)
{
	char t[WHEN_TEXT];

	str_copy(o->text, sizeof(o->text),
	    when_near(L(row)->zone, S(row)->since_ms, L(row)->now_ms, t));
	o->fg = ROLE_DIM;
}

static int64_t
idle_s(const struct line *l)
{
	int64_t from = l->s->key_ms > 0 ? l->s->key_ms : l->s->since_ms;

	return when_since_s(from, l->now_ms);
}

static double
c_idle_num(const void *row)
{
	return S(row)->console != 0 ? (double)idle_s(L(row)) : -1;
}

static void
c_idle(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];
	int64_t s = idle_s(L(row));

	/* a verb has no keys */
	str_copy(o->text, sizeof(o->text),
	    S(row)->console == 0 ? "-" : text_span(s, t));
	o->fg = S(row)->console != 0 && s >= IDLE_S ? ROLE_WARN : ROLE_DIM;
}

static void
c_what(const void *row, struct table_cell *o)
{
	const char *what = S(row)->what;

	/* nearly all are consoles: the room is for what is on the screen */
	if (S(row)->console != 0 && strncmp(what, "console ", 8) == 0)
		what += 8;
	str_copy(o->text, sizeof(o->text), what);
}

static const char *
c_what_word(const void *row)
{
	return S(row)->what;
}

static void
c_watch(const void *row, struct table_cell *o)
{
	const struct row_session *s = S(row);

	if (s->watch == ROW_WATCH_ASKED)
		str_format(o->text, sizeof(o->text), _("%s asks"), s->watch_by);
	else if (s->watch == ROW_WATCH_GRANTED)
		str_copy(o->text, sizeof(o->text), s->watch_by);
	else {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
		return;
	}
	o->fg = ROLE_WARN;
}

static const struct table_col cols[] = {
	{ "id", N_("Id"), TEXT_RIGHT, 2, 6, 3, c_id, NULL, c_id_num, NULL },
	{ "user", N_("Who"), TEXT_LEFT, 8, 20, 0, c_user, NULL, NULL, NULL },
	{ "role", N_("Role"), TEXT_LEFT, 6, 10, 5, c_role, NULL, NULL, NULL },
	{ "from", N_("From"), TEXT_LEFT, 9, 39, 1, c_from, NULL, NULL, NULL },
	{ "since", N_("Since"), TEXT_LEFT, 8, 16, 4, c_since, NULL, c_since_num,
	    NULL },
	{ "idle", N_("Idle"), TEXT_RIGHT, 5, 10, 2, c_idle, NULL, c_idle_num,
	    NULL },
	{ "what", N_("Doing"), TEXT_CENTRE, 14, 40, 0, c_what, NULL, NULL,
	    c_what_word },
	{ "watched_by", N_("Watched by"), TEXT_LEFT, 6, 24, 0, c_watch, NULL,
	    NULL, NULL },
	{ "campaigns", N_("Campaigns"), TEXT_LEFT, 6, 64, 6, c_campaigns, NULL,
	    NULL, NULL },
};

/* ---- rows -------------------------------------------------------------- */

static int
by_since(const void *a, const void *b)
{
	const struct row_session *p = L(a)->s, *q = L(b)->s;

	if (p->since_ms != q->since_ms)
		return p->since_ms < q->since_ms ? -1 : 1;
	return p->id < q->id ? -1 : p->id > q->id;
}

/* The rows anew: who has been there longest stands first. */
static void
look(struct page *p, const struct pane_ctx *x)
{
	const struct row_session *s;
	size_t n = feed_sessions(x->feed, &s);

	free(p->v);
	p->v = xcalloc(n + 1, sizeof(*p->v));
	p->n = 0;
	for (size_t i = 0; i < n; i++) {
		struct line *l = &p->v[p->n];

		if (s[i].id == 0)
			continue;
		*l = (struct line){ .s = &s[i],
			.zone = x->zone != NULL ? x->zone : "",
			.now_ms = x->b->now_ms };
		str_format(
		    l->id, sizeof(l->id), "%llu", (unsigned long long)s[i].id);
		p->n++;
	}
	qsort(p->v, p->n, sizeof(*p->v), by_since);
}

static const struct line *
under_cursor(struct page *p, const struct pane_ctx *x)
{
	look(p, x);
	return table_row(&p->t, p->v, p->n, sizeof(*p->v));
}

/* ---- keys -------------------------------------------------------------- */

static void *
page_init(void)
{
	struct page *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->t, cols, nitems(cols));
	return p;
}

static void
page_free(void *self)
{
	struct page *p = self;

	table_clear(&p->t);
	free(p->v);
	free(p);
}

/* On one's own row: a yes is taken back. */
static void
show_no_more(const struct pane_ctx *x, const struct line *l)
{
	char text[200];
	json_t *q;

	if (l->s->watch != ROW_WATCH_GRANTED) {
		view_tell(x->view, false, _("this is your own screen"));
		return;
	}
	q = verbs_request("session", "consent", l->id);
	json_array_append_new(json_object_get(q, "args"), json_string("no"));
	str_format(text, sizeof(text),
	    _("%s does not see this screen any more. An admin cannot be sent "
	      "away."),
	    l->s->watch_by);
	view_ask(x->view, _("Show this screen no more?"), text, q);
}

static void
watch(const struct pane_ctx *x, const struct line *l)
{
	if (l == NULL)
		view_tell(x->view, false, _("there is no session here"));
	else if (l->s->pid == getpid())
		show_no_more(x, l);
	else if (l->s->console == 0)
		view_tell(x->view, false,
		    _("this is a single command: it has no screen"));
	else
		view_send(
		    x->view, verbs_request("session", "watch", l->id), NULL);
}

static void
end(const struct pane_ctx *x, const struct line *l)
{
	char text[400];

	if (l == NULL) {
		view_tell(x->view, false, _("there is no session here"));
		return;
	}
	str_format(text, sizeof(text),
	    l->s->pid == getpid()
		? _("This is your own session: %s from %s, %s.")
		: _("%s from %s (%s) is told who ended it. Calls go on; an "
		    "import that runs in it is cancelled."),
	    l->s->user, l->s->from, l->s->what);
	view_ask(x->view, _("End this session?"), text,
	    verbs_request("session", "kill", l->id));
}

static void
say(void *arg, const char *text)
{
	struct view *v = arg;
	char why[200];

	text += strspn(text, " ");
	if (strlen(text) > SESSIONS_SAY_MAX) {
		str_format(why, sizeof(why),
		    _("this is too long: %d bytes are the most"),
		    SESSIONS_SAY_MAX);
		view_tell(v, false, why);
	} else if (*text != '\0')
		view_send(v, verbs_request("session", "say", text), NULL);
}

static bool
page_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct page *p = self;

	(void)code;
	switch (a) {
	case ACT_WATCH:
	case ACT_DETAILS:
		watch(x, under_cursor(p, x));
		return true;
	case ACT_KILL:
		end(x, under_cursor(p, x));
		return true;
	case ACT_SAY:
		view_input(x->view, _("Say to all:"), "", say, x->view);
		return true;
	case ACT_FILTER:
		view_filter(x->view, &p->t);
		return true;
	case ACT_CANCEL:
		return table_unfilter(&p->t);
	default:
		look(p, x);
		return table_key(&p->t, a, p->v, p->n, sizeof(*p->v));
	}
}

static bool
page_mouse(void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct page *p = self;

	look(p, x);
	return table_click(&p->t, m->y, m->x, p->v, p->n, sizeof(*p->v)) &&
	       m->y > p->t.drawn.y;
}

/* ---- drawing ----------------------------------------------------------- */

static void
page_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct page *p = self;
	struct rect head = layout_top(&r, 1);
	const char *text = NULL;
	char title[200];

	look(p, x);
	r.x++;
	r.w -= 2;
	table_draw(&p->t, cv, r, p->v, p->n, sizeof(*p->v), true);
	if (p->n == 0)
		text = _("nobody is attached over SSH");
	else if (p->t.shown == 0)
		text = _("none passes the filter; Esc drops it");
	table_title(
	    &p->t, _("Attached over SSH"), p->n, r.h - 1, title, sizeof(title));
	canvas_rule(cv, head.y, head.x, head.w, title);
	layout_top(&r, 2);
	if (text != NULL)
		canvas_wrap(cv, r, STYLE(ROLE_DIM), text);
}

static bool
page_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	const struct line *l = under_cursor(self, x);

	if (l != NULL)
		str_copy(out, size, l->id);
	return l != NULL;
}

const struct pane sessions_page = {
	.word = "sessions",
	.title = N_("Who is attached"),
	.scope = SCOPE_SESSIONS,
	.select = ACT_SESSIONS,
	.init = page_init,
	.key = page_key,
	.mouse = page_mouse,
	.draw = page_draw,
	.under = page_under,
	.free = page_free,
};
