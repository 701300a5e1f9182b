/* SPDX-License-Identifier: MIT */
/*
 * view: who gets a key (question, input line, form, overlay, pane, everybody);
 * what lies over what: view_draw.c.  Sends requests, never decides what is
 * allowed: that is the engine's; it only does not ask for what is known to be
 * refused.
 */
#include "ui/view.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "shared/heap.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/sessions_page.h"
#include "ui/verbs.h"
#include "ui/view_state.h"

#define FPS 10

static struct view *
view_make(struct feed *feed, enum command_role role)
{
	struct view *v = xcalloc(1, sizeof(*v));

	v->feed = feed;
	v->role = role;
	v->prompt = prompt_new();
	v->theme = theme_find("dark");
	v->dirty = true;
	v->self[0] = panes[0]->init(); /* the others as they are shown */
	v->who_self = sessions_page.init();
	return v;
}

struct view *
view_new(const struct view_opts *o)
{
	struct view *v = view_make(feed_new(o->run_dir), o->role);

	v->run_dir = xstrdup(o->run_dir);
	v->client = client_new(o->run_dir);
	v->demo = o->demo;
	v->files = o->files;
	v->remote = o->remote;
	if (o->theme != NULL && theme_find(o->theme) != NULL)
		v->theme = theme_find(o->theme);
	if (o->zone != NULL)
		str_copy(v->home_zone, sizeof(v->home_zone), o->zone);
	v->period_ns = NS_PER_S / (o->fps > 0 ? o->fps : FPS);
	return v;
}

struct view *
view_fixed(struct feed *feed, enum command_role role)
{
	struct view *v = view_make(feed, role);

	v->files = true;
	return v;
}

void
view_free(struct view *v)
{
	if (v == NULL)
		return;
	for (size_t i = 0; i < npanes && i < VIEW_PANES; i++)
		if (v->self[i] != NULL)
			panes[i]->free(v->self[i]);
	sessions_page.free(v->who_self);
	for (size_t i = 0; i < VIEW_RUNNERS; i++)
		runner_free(v->runners[i]);
	form_free(v->form);
	prompt_free(v->prompt);
	client_free(v->client);
	feed_free(v->feed);
	json_decref(v->ask);
	json_decref(v->ask_no);
	json_decref(v->sent);
	free(v->title);
	free(v->text);
	free(v->run_dir);
	free(v);
}

size_t
view_fds(const struct view *v, struct pollfd *out)
{
	size_t n = 0;
	short events;
	int fd;

	if ((fd = feed_fd(v->feed, &events)) >= 0)
		out[n++] = (struct pollfd){ .fd = fd, .events = events };
	if (v->client != NULL && (fd = client_fd(v->client, &events)) >= 0)
		out[n++] = (struct pollfd){ .fd = fd, .events = events };
	for (size_t i = 0; i < VIEW_RUNNERS && n < 4; i++)
		if (v->runners[i] != NULL &&
		    (fd = runner_fd(v->runners[i])) >= 0)
			out[n++] = (struct pollfd){ fd, POLLIN, 0 };
	return n;
}

bool
view_ended(const struct view *v)
{
	return v->ended;
}

bool
view_wants_repaint(struct view *v)
{
	bool r = v->repaint;

	v->repaint = false;
	return r;
}

const struct theme *
view_theme(const struct view *v)
{
	return v->theme;
}

const json_t *
view_sent(struct view *v)
{
	const json_t *sent = v->told ? NULL : v->sent;

	v->told = true;
	return sent;
}

const char *
view_zone(const struct view *v)
{
	static char theirs[sizeof(v->zone)]; /* it outlives a look */

	if (v->zone[0] != '\0')
		return v->zone;
	str_copy(theirs, sizeof(theirs), feed_board(v->feed)->timezone);
	return theirs;
}

struct pane_ctx
view_ctx(struct view *v)
{
	return (struct pane_ctx){ feed_board(v->feed), feed_state(v->feed),
		feed_age_ms(v->feed), v->demo, view_zone(v), v->role, v->feed,
		v };
}

void
view_read(struct view *v, const char *title, const char *text)
{
	free(v->title);
	free(v->text);
	v->title = xstrdup(title);
	v->text = xstrdup(text);
	v->over = OVER_TEXT;
	v->top = 0;
	v->dirty = true;
}

void
view_tell(struct view *v, bool good, const char *text)
{
	const char *nl = strchr(text, '\n');

	v->dirty = true;
	if (nl != NULL && nl[1] != '\0')
		view_read(v, good ? _("The engine says") : _("Refused"), text);
	else
		toasts_add(&v->toasts, good, text, v->now_ns);
}

static void
work_runners(struct view *v)
{
	const char *text;
	bool good;

	for (size_t i = 0; i < VIEW_RUNNERS; i++)
		if (v->runners[i] != NULL &&
		    runner_work(v->runners[i], &good, &text)) {
			view_tell(v, good, text);
			runner_free(v->runners[i]);
			v->runners[i] = NULL;
			feed_forget(v->feed);
		}
}

bool
view_tick(struct view *v, int64_t mono_ns)
{
	bool dirty;

	v->now_ns = mono_ns;
	heap_tidy(mono_ns); /* of hundreds of these processes */
	if (v->client != NULL)
		client_work(v->client, mono_ns);
	work_runners(v);
	if (feed_look(v->feed, mono_ns))
		v->held = true;
	view_form_ready(v);
	view_said(v);
	/* what the engine publishes may wait for its frame, a key never */
	if (v->held && view_frame_due(v, mono_ns))
		v->dirty = true;
	if (toasts_expire(&v->toasts, mono_ns))
		v->dirty = true;
	dirty = v->dirty;
	v->dirty = false;
	if (dirty)
		v->held = false;
	return dirty;
}

void
view_show(struct view *v, size_t pane)
{
	if (v->self[pane] == NULL)
		v->self[pane] = panes[pane]->init();
	v->pane = pane;
	v->who = false;
	v->over = OVER_NONE;
	view_form_unwant(v);
	v->dirty = true;
}

void
view_go(struct view *v, const struct pane *p, const char *name)
{
	struct pane_ctx x = view_ctx(v);

	for (size_t i = 0; i < npanes; i++)
		if (panes[i] == p) {
			view_show(v, i);
			if (name[0] != '\0' && p->go != NULL)
				p->go(v->self[i], &x, name);
		}
}

/* True: the overlay took the key. */
static void
over_key(struct view *v, enum keys_action a)
{
	int page = 10;

	switch (a) {
	case ACT_UP:
		v->top -= v->top > 0;
		break;
	case ACT_DOWN:
		v->top++;
		break;
	case ACT_PAGE_UP:
		v->top = MAXIMUM(v->top - page, 0);
		break;
	case ACT_PAGE_DOWN:
		v->top += page;
		break;
	case ACT_TOP:
		v->top = 0;
		break;
	case ACT_BOTTOM:
		v->top = 1 << 20; /* clamped as it is drawn */
		break;
	default: /* anything else closes it, and does nothing besides */
		v->over = OVER_NONE;
		break;
	}
}

/* Not even a question could be read: only leaving is left. */
static void
small_key(struct view *v, uint32_t code)
{
	bool typing = prompt_is_open(v->prompt) || v->form != NULL;

	if (keys_find(SCOPE_GLOBAL, code) == ACT_DETACH &&
	    (code != 'q' || !typing))
		v->ended = true;
}

void
view_key(struct view *v, uint32_t code, int64_t mono_ns)
{
	const struct pane *p = view_pane(v);
	struct pane_ctx x;
	enum keys_action a;

	v->now_ns = mono_ns;
	v->dirty = true;
	feed_aim(v->feed, mono_ns);
	if (view_paste(v, code))
		return;
	if (code == UIK_CTRL('l')) { /* whatever is open */
		v->repaint = true;
		return;
	}
	if (v->small) {
		small_key(v, code);
		return;
	}
	if (v->ask != NULL) {
		view_ask_key(v, code);
		return;
	}
	if (prompt_is_open(v->prompt)) {
		view_line_key(v, code);
		return;
	}
	if (v->form != NULL) {
		view_form_key(v, code);
		return;
	}
	if (view_ask_late(v, code))
		return;
	a = keys_find(p->scope, code);
	/* who goes on with something else is not waiting for a form */
	if (v->want_kind[0] != '\0') {
		view_form_unwant(v);
		if (a == ACT_CANCEL)
			return;
	}
	if (v->over != OVER_NONE) {
		over_key(v, a);
		return;
	}
	x = view_ctx(v);
	if (x.state == BOARD_OFFLINE && a != ACT_NONE) {
		view_global(v, a);
		return;
	}
	if (p->typing != NULL && p->typing(view_self(v))) {
		p->key(view_self(v), &x, a, code);
		return;
	}
	if (a != ACT_NONE && !p->key(view_self(v), &x, a, code))
		view_global(v, a);
}

void
view_mouse(struct view *v, const struct keys_mouse *m, int64_t mono_ns)
{
	const struct pane *p = view_pane(v);
	struct pane_ctx x;
	uint32_t key = m->what == MOUSE_WHEEL_UP ? UIK_UP : UIK_DOWN;

	v->now_ns = mono_ns;
	v->dirty = true;
	feed_aim(v->feed, mono_ns);
	x = view_ctx(v);
	if (v->small)
		return;
	if (m->what == MOUSE_WHEEL_UP || m->what == MOUSE_WHEEL_DOWN) {
		/* a wheel recalls no command lines */
		if (v->ask != NULL || prompt_is_open(v->prompt))
			return;
		for (int i = 0; i < 3; i++)
			view_key(v, key, mono_ns);
		return;
	}
	if (v->ask != NULL || prompt_is_open(v->prompt) || v->form != NULL)
		return;
	if (v->over != OVER_NONE) {
		v->over = OVER_NONE;
		return;
	}
	for (size_t i = 0; i < npanes; i++)
		if (m->y == v->tabs[i].y && m->x >= v->tabs[i].x &&
		    m->x < v->tabs[i].x + v->tabs[i].w) {
			view_show(v, i);
			return;
		}
	if (x.state == BOARD_OFFLINE || p->mouse == NULL)
		return;
	if (p->mouse(view_self(v), &x, m) && m->what == MOUSE_DOUBLE)
		p->key(view_self(v), &x, ACT_DETAILS, UIK_ENTER);
}
