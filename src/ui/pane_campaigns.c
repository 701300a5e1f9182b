/* SPDX-License-Identifier: MIT */
/*
 * pane_campaigns: which campaigns dial, how well, and why the others do not.
 * Below the list, where there is room, everything known of the one under the
 * cursor; Enter gives that the whole pane.
 */
#include "ui/pane.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/campaign_act.h"
#include "ui/campaign_details.h"
#include "ui/cols.h"
#include "ui/layout.h"
#include "ui/table.h"
#include "ui/view.h"
#include "ui/words.h"

#define MAGIC   0x43414d50u /* "CAMP" */
#define DETAILS 9 /* rows below which details are not worth it */

struct campaigns {
	uint32_t magic;
	struct table table;
	bool details; /* over the whole pane */
	struct view *view; /* of the import that is being typed */
	char import_into[MODEL_NAME];
};

static void *
campaigns_init(void)
{
	struct campaigns *p = xcalloc(1, sizeof(*p));

	p->magic = MAGIC;
	table_init(&p->table, cols_campaign_full, cols_ncampaign_full);
	p->table.number = "remaining";
	return p;
}

static void
campaigns_free(void *self)
{
	struct campaigns *p = self;

	table_clear(&p->table);
	free(p);
}

static size_t
rows_of(const struct pane_ctx *x, struct campaign_row out[BOARD_CAMPAIGNS])
{
	size_t n = cols_campaign_rows(x->b, out);

	for (size_t i = 0; i < n; i++)
		out[i].zone = x->zone;
	return n;
}

static const struct board_campaign *
under_cursor(struct campaigns *p, const struct pane_ctx *x)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];
	const struct campaign_row *r;

	r = table_row(&p->table, rows, rows_of(x, rows), sizeof(rows[0]));
	return r != NULL ? r->c : NULL;
}

/* ---- keys ------------------------------------------------------------- */

static void
import_file(void *self, const char *text)
{
	struct campaigns *p = self;
	const char *slash;
	json_t *q;

	while (*text == ' ')
		text++;
	if (p->magic != MAGIC || p->view == NULL || *text == '\0')
		return;
	slash = strrchr(text, '/');
	q = json_pack("{s:s, s:s, s:s, s:s}", "cmd", "import", "what",
	    "contacts", "file", slash != NULL ? slash + 1 : text, "campaign",
	    p->import_into);
	if (q == NULL)
		view_tell(p->view, false, _("the file's name is not UTF-8"));
	else
		view_send_file(p->view, q, text);
}

static void
ask_import(struct campaigns *p, const struct pane_ctx *x,
    const struct board_campaign *c)
{
	char label[MODEL_NAME + 64];

	if (c == NULL) {
		view_tell(x->view, false,
		    _("there is no campaign to import into; n makes one"));
		return;
	}
	p->view = x->view;
	str_copy(p->import_into, sizeof(p->import_into), c->name);
	str_format(
	    label, sizeof(label), _("List (CSV) to import into %s:"), c->name);
	view_input(x->view, label, "", import_file, p);
}

static bool
campaigns_key(
    void *self, const struct pane_ctx *x, enum keys_action a, uint32_t code)
{
	struct campaigns *p = self;
	const struct board_campaign *c = under_cursor(p, x);
	struct campaign_row rows[BOARD_CAMPAIGNS];

	(void)code;
	if (campaign_act(x, c, a))
		return true;
	switch (a) {
	case ACT_DETAILS:
		p->details = !p->details && c != NULL;
		return true;
	case ACT_NEW:
		view_create(x->view, "campaign", "");
		return true;
	case ACT_IMPORT:
		ask_import(p, x, c);
		return true;
	case ACT_FILTER:
		p->details = false;
		view_filter(x->view, &p->table);
		return true;
	case ACT_CANCEL:
		if (!p->details)
			return table_unfilter(&p->table);
		p->details = false;
		return true;
	default:
		return table_key(
		    &p->table, a, rows, rows_of(x, rows), sizeof(rows[0]));
	}
}

static bool
campaigns_mouse(
    void *self, const struct pane_ctx *x, const struct keys_mouse *m)
{
	struct campaigns *p = self;
	struct campaign_row rows[BOARD_CAMPAIGNS];

	if (p->details || !table_click(&p->table, m->y, m->x, rows,
			      rows_of(x, rows), sizeof(rows[0])))
		return false;
	return m->y > p->table.drawn.y;
}

/* ---- draw ------------------------------------------------------------- */

static void
draw_whole(const struct pane_ctx *x, struct canvas *cv, struct rect r,
    const struct board_campaign *c)
{
	char title[MODEL_NAME + 80];
	struct rect top = layout_top(&r, 1);

	str_format(title, sizeof(title), _("Campaign %s, %s   (Esc goes back)"),
	    c->name, words_state(c->state));
	canvas_rule(cv, top.y, top.x, top.w, title);
	campaign_details_draw(x, cv, r, c);
}

static void
draw_list(struct campaigns *p, const struct pane_ctx *x, struct canvas *cv,
    struct rect r)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = rows_of(x, rows);
	struct rect top = layout_top(&r, 1);
	char title[200];

	r.x++;
	r.w -= 2;
	table_draw(&p->table, cv, r, rows, n, sizeof(rows[0]), true);
	if (n == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_DIM),
		    _("none yet: n makes one, `discador apply FILE` many"));
	else if (p->table.shown == 0)
		canvas_text(cv, r.y + 1, r.x, r.w, STYLE(ROLE_WARN),
		    _("none passes the filter; Esc drops it"));
	table_title(
	    &p->table, _("Campaigns"), n, r.h - 1, title, sizeof(title));
	canvas_rule(cv, top.y, top.x, top.w, title);
}

static void
campaigns_draw(
    void *self, const struct pane_ctx *x, struct canvas *cv, struct rect r)
{
	struct campaigns *p = self;
	const struct board_campaign *c = under_cursor(p, x);
	size_t n = MINIMUM(x->b->ncampaigns, BOARD_CAMPAIGNS);
	struct rect top;

	if (c == NULL)
		p->details = false;
	if (p->details) {
		draw_whole(x, cv, r, c);
		return;
	}
	top = layout_top(&r, c != NULL ? table_height(r.h, n, DETAILS) : r.h);
	draw_list(p, x, cv, top);
	/* the cursor may have moved by what was drawn */
	c = under_cursor(p, x);
	if (c != NULL && r.h > 0)
		campaign_details_draw(x, cv, r, c);
}

/* ---- printed ---------------------------------------------------------- */

static json_t *
campaigns_rows(const struct pane_ctx *x)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];

	return table_json(cols_campaign_full, cols_ncampaign_full, rows,
	    rows_of(x, rows), sizeof(rows[0]));
}

static void
campaigns_print(const struct pane_ctx *x, struct buf *out)
{
	struct campaign_row rows[BOARD_CAMPAIGNS];
	size_t n = rows_of(x, rows);
	char why[400];

	table_print(out, cols_campaign_full, cols_ncampaign_full, rows, n,
	    sizeof(rows[0]));
	for (size_t i = 0; i < n; i++) {
		char name[MODEL_NAME * 4], clean[800];

		cols_campaign_why(&rows[i], why, sizeof(why));
		if (why[0] == '\0')
			continue;
		text_clean(name, sizeof(name), rows[i].c->name);
		text_clean(clean, sizeof(clean), why);
		buf_fmt(out, "%s: %s\n", name, clean);
	}
}

static bool
campaigns_under(void *self, const struct pane_ctx *x, char *out, size_t size)
{
	const struct board_campaign *c = under_cursor(self, x);

	return c != NULL && str_copy(out, size, c->name);
}

static void
campaigns_go(void *self, const struct pane_ctx *x, const char *name)
{
	struct campaigns *p = self;

	(void)x;
	p->details = false;
	table_go(&p->table, name);
}

const struct pane pane_campaigns = {
	.word = "campaigns",
	.title = N_("Campaigns"),
	.scope = SCOPE_CAMPAIGNS,
	.select = ACT_PANE_2,
	.init = campaigns_init,
	.key = campaigns_key,
	.mouse = campaigns_mouse,
	.draw = campaigns_draw,
	.rows = campaigns_rows,
	.print = campaigns_print,
	.under = campaigns_under,
	.go = campaigns_go,
	.free = campaigns_free,
};
