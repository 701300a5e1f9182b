/* SPDX-License-Identifier: MIT */
/*
 * form_draw: a form in a box: one line per field, the help of the one under
 * the cursor at the foot, or what is wrong with it.
 */
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/form_part.h"

#define FOOT 5 /* rows: rule, three of help or a mistake, keys */
#define NOTE 18 /* columns: "default", "was 10" */
#define DOC  110 /* columns inside from which the help stands beside */

static struct style
on(uint8_t fg, bool focus, uint8_t attr)
{
	return (
	    struct style){ fg, focus ? ROLE_BG_SELECT : ROLE_BG_POPUP, attr };
}

static int
key_width(const struct form *f)
{
	int w = (int)strlen(form_part_name_key(f));

	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].row != NULL)
			w = MAXIMUM(w, (int)strlen(f->v[i].row->key));
	return w;
}

static void
draw_note(const struct form *f, const struct form_item *it, struct canvas *cv,
    int y, int x, bool focus)
{
	char was[FORM_FIELD_TEXT];

	if (it->row == NULL)
		return;
	if (form_part_unused(f, it)) {
		canvas_text(cv, y, x, NOTE,
		    on(focus ? ROLE_TEXT : ROLE_DIM, focus, 0), _("not used"));
		return;
	}
	if (form_lines_head(it)) {
		if (form_part_changed(f, it))
			canvas_textf(cv, y, x, NOTE, on(ROLE_TEXT, focus, 0),
			    _("was %zu"), json_array_size(it->was));
		return;
	}
	if (form_part_changed(f, it)) {
		form_field_show(it->row, it->was, was, sizeof(was));
		if (was[0] == '\0')
			canvas_text(cv, y, x, NOTE, on(ROLE_TEXT, focus, 0),
			    _("was empty"));
		else
			canvas_textf(cv, y, x, NOTE, on(ROLE_TEXT, focus, 0),
			    _("was %s"), was);
	} else if (json_equal(it->now, it->def))
		canvas_text(cv, y, x, NOTE,
		    on(focus ? ROLE_TEXT : ROLE_DIM, focus, 0), _("default"));
}

static void
draw_value(const struct form *f, const struct form_item *it, struct canvas *cv,
    int y, int x, int w, bool focus)
{
	bool same =
	    it->row != NULL && it->line < 0 && json_equal(it->now, it->def);
	struct style s = on(it->err[0] != '\0'         ? ROLE_BAD
			    : focus                    ? ROLE_STRONG
			    : form_part_unused(f, it)  ? ROLE_DIM
			    : form_part_changed(f, it) ? ROLE_ACCENT
			    : same                     ? ROLE_DIM
						       : ROLE_TEXT,
	    focus, form_part_changed(f, it) ? ATTR_BOLD : 0);
	int n;

	if (form_lines_head(it)) {
		size_t lines = form_lines_count(f);

		if (lines > 0)
			canvas_textf(cv, y, x, w, s,
			    _("%zu, in place of the options below"), lines);
		else
			canvas_text(cv, y, x, w, s,
			    _("none: the options below say it all"));
		return;
	}
	if (!focus && it->f.s[0] == '\0') {
		canvas_text(cv, y, x, w, on(ROLE_DIM, false, 0), "-");
		return;
	}
	if (!focus || !form_part_chosen(it)) {
		form_field_draw(&it->f, cv, y, x, w, s, focus);
		return;
	}
	canvas_text(cv, y, x, 2, on(ROLE_ACCENT, true, 0), "< ");
	n = canvas_text(cv, y, x + 2, w - 4, s, it->f.s);
	canvas_text(cv, y, x + 2 + n, 2, on(ROLE_ACCENT, true, 0), " >");
}

/* A text has the whole line, behind its number. */
static void
draw_line(const struct form *f, const struct form_item *it, struct canvas *cv,
    struct rect r, bool focus)
{
	canvas_textf(cv, r.y, r.x + 2, 3,
	    on(focus ? ROLE_STRONG : ROLE_DIM, focus, 0), "%2d", it->line + 1);
	draw_value(f, it, cv, r.y, r.x + 5, r.w - 6, focus);
}

static void
draw_item(const struct form *f, size_t i, struct canvas *cv, struct rect r)
{
	const struct form_item *it = &f->v[i];
	bool focus = i == f->cur, wide = r.w >= DOC;
	int kw = key_width(f), x = r.x + 2, left = r.w - 2 - kw - 2, vw;

	if (focus)
		canvas_fill(cv, r, on(ROLE_TEXT, true, 0));
	if (it->err[0] != '\0')
		canvas_text(
		    cv, r.y, r.x, 1, on(ROLE_BAD, focus, ATTR_BOLD), "!");
	else if (form_part_changed(f, it))
		canvas_text(
		    cv, r.y, r.x, 1, on(ROLE_ACCENT, focus, ATTR_BOLD), "*");
	if (it->line >= 0) {
		draw_line(f, it, cv, r, focus);
		return;
	}
	canvas_text(cv, r.y, x, kw,
	    on(focus ? ROLE_STRONG : ROLE_TEXT, focus, focus ? ATTR_BOLD : 0),
	    it->row != NULL ? it->row->key : form_part_name_key(f));
	x += kw + 2;
	vw = wide ? MINIMUM(36, left - NOTE - 30) : left - NOTE - 2;
	draw_value(f, it, cv, r.y, x, vw, focus);
	x += vw + 2;
	draw_note(f, it, cv, r.y, x, focus);
	x += NOTE + 1;
	if (wide)
		canvas_text(cv, r.y, x, r.x + r.w - x,
		    on(focus ? ROLE_TEXT : ROLE_DIM, focus, 0),
		    it->row != NULL
			? _(it->row->doc)
			: _("what it is called; it cannot be changed later"));
}

/* What stands at the foot in red: of this field first. */
static const char *
complaint(const struct form *f)
{
	if (f->refused[0] != '\0')
		return f->refused;
	if (f->v[f->cur].err[0] != '\0')
		return f->v[f->cur].err;
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].err[0] != '\0')
			return f->v[i].err;
	return NULL;
}

/* How many of r's rows a text takes; nothing is drawn. */
static int
rows_of(struct canvas *cv, struct rect r, const char *text)
{
	struct rect clip = canvas_clip(cv, (struct rect){ r.y, r.x, 0, 0 });
	int n = canvas_wrap(cv, r, on(ROLE_BAD, false, 0), text);

	canvas_clip(cv, clip);
	return n;
}

static void
draw_help(const struct form *f, struct canvas *cv, struct rect r)
{
	const struct form_item *it = &f->v[f->cur];
	const char *bad = complaint(f);
	char range[1024], def[FORM_FIELD_TEXT];
	int n;

	/* what does not fit into its line stands here whole */
	if (it->line >= 0 && bad == NULL && text_columns(it->f.s) > r.w - 6) {
		n = canvas_wrap(cv, r, on(ROLE_TEXT, false, 0), it->f.s);
		r.y += n;
		r.h -= n;
	}
	if (r.h <= 0)
		return;
	/* what is wrong, and what was expected, before how it is done */
	if (bad != NULL && rows_of(cv, r, bad) == r.h) {
		canvas_wrap(cv, r, on(ROLE_BAD, false, ATTR_BOLD), bad);
		return;
	}
	/* a complaint stands on two lines, help and ranges on what is left */
	n = canvas_wrap(cv,
	    (struct rect){ r.y, r.x,
		bad != NULL     ? 1
		: it->line >= 0 ? r.h
				: r.h - 1,
		r.w },
	    on(it->line >= 0 ? ROLE_DIM : ROLE_TEXT, false, 0),
	    it->line >= 0 ? form_lines_help(it->f.s)
	    : it->row != NULL
		? _(it->row->doc)
		: _("what it is called; it cannot be changed later"));
	r.y += n;
	r.h -= n;
	if (bad != NULL) {
		canvas_wrap(cv, r, on(ROLE_BAD, false, ATTR_BOLD), bad);
		return;
	}
	if (it->row == NULL || it->line >= 0)
		return;
	form_field_range(it->row, range, sizeof(range));
	form_field_show(it->row, NULL, def, sizeof(def));
	n = canvas_wrap(cv, (struct rect){ r.y, r.x, r.h, r.w },
	    on(ROLE_DIM, false, 0), range);
	if (n < r.h && def[0] != '\0')
		canvas_textf(cv, r.y + n, r.x, r.w, on(ROLE_DIM, false, 0),
		    _("default %s"), def);
}

static void
draw_foot(const struct form *f, struct canvas *cv, struct rect r)
{
	const struct form_item *it = &f->v[f->cur];
	const char *keys;

	canvas_run(cv, r.y, r.x - 1, r.w + 2, on(ROLE_DIM, false, 0), 0x2500);
	if (f->n > f->page)
		canvas_textf(cv, r.y, r.x + 1, r.w - 2, on(ROLE_DIM, false, 0),
		    _(" %zu of %zu "), f->cur + 1, f->n);
	draw_help(f, cv, (struct rect){ r.y + 1, r.x, FOOT - 2, r.w });
	if (f->asking) {
		canvas_text(cv, r.y + FOOT - 1, r.x, r.w,
		    (struct style){ ROLE_STRONG, ROLE_BG_WARN, ATTR_BOLD },
		    _(" Not saved yet.  y leave without it   s save   any "
		      "other key: go on "));
		return;
	}
	keys = form_lines_in(it)
		   ? form_lines_count(f) > 0
			 ? _("C-s save   Esc leave   C-o add   C-x remove   "
			     "C-r up   C-v down")
			 : _("C-s save   Esc leave   C-o add a state   C-t "
			     "turn the options into states")
	       : form_part_chosen(it)
		   ? _("C-s save   Esc leave   Up Down field   Space "
		       "the next value")
		   : _("C-s save   Esc leave   Up Down field   C-u "
		       "empties it");
	canvas_text(
	    cv, r.y + FOOT - 1, r.x, r.w, on(ROLE_ACCENT, false, 0), keys);
}

static void
title(const struct form *f, char *out, size_t size)
{
	static const struct {
		const char *kind, *make, *edit;
	} titles[] = {
		{ "trunk", N_("New trunk"), N_("Edit trunk") },
		{ "profile", N_("New profile"), N_("Edit profile") },
		{ "alert_rule", N_("New alert rule"), N_("Edit alert rule") },
		{ "country", N_("New country"), N_("Edit country") },
		{ "context", N_("New context"), N_("Edit context") },
		{ "amd_profile", N_("New AMD profile"),
		    N_("Edit AMD profile") },
		{ "campaign", N_("New campaign"), N_("Edit campaign") },
		{ "did", N_("New caller ID"), N_("Edit caller ID") },
	};
	size_t i = 0;

	while (i < nitems(titles) - 1 && strcmp(titles[i].kind, f->kind) != 0)
		i++;
	if (f->create)
		str_copy(out, size, _(titles[i].make));
	else
		str_format(out, size, "%s: %s", _(titles[i].edit), f->name);
}

void
form_draw(struct form *f, struct canvas *cv, struct rect r)
{
	char text[160];
	struct rect box = r, in;
	int rows;

	box.w = MINIMUM(r.w - 2, 160);
	box.h = MINIMUM(r.h, (int)f->n + FOOT + 2);
	if (box.w < 20 || box.h < FOOT + 3)
		return;
	box.x += (r.w - box.w) / 2;
	box.y += (r.h - box.h) / 2;
	title(f, text, sizeof(text));
	canvas_box(cv, box, STYLE_ON(ROLE_DIM, ROLE_BG_POPUP),
	    (struct style){ ROLE_TITLE, ROLE_BG_POPUP, ATTR_BOLD }, text);
	in = (struct rect){ box.y + 1, box.x + 2, box.h - 2, box.w - 4 };
	rows = in.h - FOOT;
	f->page = (size_t)rows;
	if (f->cur < f->top)
		f->top = f->cur;
	if (f->cur >= f->top + f->page)
		f->top = f->cur - f->page + 1;
	f->top = MINIMUM(f->top, f->n > f->page ? f->n - f->page : 0);
	canvas_cursor(cv, -1, -1);
	for (int y = 0; y < rows && f->top + (size_t)y < f->n; y++)
		draw_item(f, f->top + (size_t)y, cv,
		    (struct rect){ in.y + y, in.x, 1, in.w });
	draw_foot(f, cv, (struct rect){ in.y + rows, in.x, FOOT, in.w });
}
