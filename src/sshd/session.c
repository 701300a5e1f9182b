/* SPDX-License-Identifier: MIT */
/*
 * session: a view and two canvases over one channel.  Wakes for the client,
 * for the engine's answers, and just after the board's next tick.
 */
#include "sshd/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "shared/board.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/text.h"
#include "shared/util.h"
#include "sshd/announce.h"
#include "sshd/conn.h"
#include "sshd/term.h"
#include "ui/canvas.h"
#include "ui/canvas_vt.h"
#include "ui/view.h"
#include "ui/vt_keys.h"

#define VIEW_FDS  4
#define READS_MAX 64 /* a turn; a paste must not keep the screen still */

struct session {
	struct conn *c;
	struct term term;
	struct view *view;
	struct canvas *shown, *next; /* shown: NULL: paint all */
	struct canvas_vt vt;
	struct buf out;
	struct vt_keys keys;
	int64_t now_ns, byte_ns, key_ns; /* key: the last one's */
	struct announce announce;
	const char *why; /* not NULL: it ends, and the user is told */
	bool ended;
};

static volatile sig_atomic_t stopped;

void
session_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* The next paint is of everything. */
static void
forget(struct session *s)
{
	canvas_free(s->shown);
	s->shown = NULL;
}

static void
on_key(void *arg, uint32_t code, const struct keys_mouse *mouse)
{
	struct session *s = arg;

	if (s->ended)
		return;
	s->key_ns = s->now_ns;
	if (mouse != NULL)
		view_mouse(s->view, mouse, s->now_ns);
	else
		view_key(s->view, code, s->now_ns);
	s->ended = view_ended(s->view);
}

/* False: the client sends no more. */
static bool
take_input(struct session *s)
{
	char piece[1024];

	for (int i = 0; i < READS_MAX && !s->ended; i++) {
		int n = conn_read(s->c, piece, sizeof(piece));

		if (n < 0)
			return false;
		if (n == 0)
			break;
		s->byte_ns = s->now_ns;
		vt_keys_feed(&s->keys, piece, (size_t)n, s->now_ns, on_key, s);
	}
	if (vt_keys_waits(&s->keys) &&
	    s->now_ns - s->byte_ns >= VT_KEYS_ESC_MS * NS_PER_MS)
		vt_keys_timeout(&s->keys, on_key, s);
	return true;
}

/* False: the client is slow, this frame is dropped. */
static bool
paint(struct session *s)
{
	if (conn_lag(s->c) > CONN_LAG)
		return false;
	if (view_wants_repaint(s->view) || view_theme(s->view) != s->vt.theme) {
		s->vt.theme = view_theme(s->view);
		forget(s);
	}
	view_draw(s->view, s->next, s->now_ns);
	buf_reset(&s->out);
	canvas_vt_diff(&s->out, &s->vt, s->shown, s->next);
	if (s->out.len > conn_room(s->c))
		return false; /* what is shown has not changed */
	if (!conn_write(s->c, s->out.p, s->out.len, false)) {
		forget(s);
		return false;
	}
	if (s->shown == NULL)
		s->shown =
		    canvas_new(canvas_rows(s->next), canvas_cols(s->next));
	canvas_copy(s->shown, s->next);
	return true;
}

/* Modes of the terminal, on or off. */
static void
modes(struct session *s, bool on)
{
	struct buf b = BUF_INIT;

	if (on)
		canvas_vt_enter(&b);
	if (s->term.mouse)
		buf_str(&b,
		    on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
	if (s->term.paste)
		buf_str(&b, on ? "\033[?2004h" : "\033[?2004l");
	if (!on)
		canvas_vt_leave(&b);
	conn_write(s->c, b.p, b.len, false);
	buf_clear(&b);
}

static int
wait_ms(const struct session *s, bool late)
{
	int64_t ns = view_due_ns(s->view, s->now_ns) - s->now_ns;
	int ms = (int)((ns + NS_PER_MS - 1) / NS_PER_MS);

	if (vt_keys_waits(&s->keys) || late)
		ms = MINIMUM(ms, VT_KEYS_ESC_MS);
	return MAXIMUM(ms, 0);
}

static void
look_around(struct session *s)
{
	char what[40];
	int64_t idle = s->c->user->idle_min * 60LL * NS_PER_S;
	const char *said;

	str_format(what, sizeof(what), "console %dx%d", s->c->cols, s->c->rows);
	said = announce_turn(&s->announce, s->c->run_dir, what, s->now_ns);
	if (said != NULL)
		s->why = said;
	else if (stopped)
		s->why = _("the SSH server stops");
	else if (idle > 0 && s->now_ns - s->key_ns > idle)
		s->why = _("no key was pressed for too long");
}

static void
loop(struct session *s)
{
	bool dirty = true; /* there is something new that was not sent */

	while (!s->ended && s->why == NULL) {
		struct pollfd p[2 + VIEW_FDS];
		size_t n = 2;

		p[0] = (struct pollfd){ .fd = s->c->fd,
			.events = conn_events(s->c) };
		p[1] =
		    (struct pollfd){ .fd = s->announce.fd, .events = POLLIN };
		n += view_fds(s->view, p + 2);
		if (poll(p, n, wait_ms(s, dirty)) < 0 && errno != EINTR)
			return;
		s->now_ns = now_read().mono_ns;
		if (!conn_pump(s->c) || !take_input(s))
			return;
		if (s->c->resized) {
			s->c->resized = false;
			canvas_resize(s->next, s->c->rows, s->c->cols);
			forget(s);
			dirty = true;
		}
		look_around(s);
		if (view_tick(s->view, s->now_ns))
			dirty = true;
		if (dirty && !s->ended && paint(s))
			dirty = false;
		if (s->c->dead)
			return;
	}
}

static void
greet(struct session *s)
{
	char text[256];

	if (s->term.known)
		return;
	view_tick(s->view, s->now_ns); /* so that it knows the time */
	str_format(text, sizeof(text),
	    _("the terminal \"%s\" is not known here: shown as on a %s"),
	    s->c->term, s->term.like);
	view_tell(s->view, false, text);
}

void
session_run(struct conn *c)
{
	const char *lang = c->user->language;
	struct session s = { .c = c };

	if (*lang == '\0' || lang_match(lang) == NULL)
		lang = c->language[0] != '\0' ? c->language : c->locale;
	lang_set(lang_match(lang) != NULL ? lang_match(lang) : "en");
	/* what is printed of a client's name is plain */
	for (char *t = c->term; *t != '\0'; t++)
		if (*t <= ' ' || *t > '~')
			*t = '?';
	s.term =
	    term_find(c->term, c->locale[0] != '\0' ? c->locale : c->language);
	s.now_ns = s.key_ns = now_read().mono_ns;
	announce_init(&s.announce);
	vt_keys_init(&s.keys);
	s.view = view_new(&(struct view_opts){
	    .run_dir = c->run_dir, .role = c->user->role });
	s.vt = (struct canvas_vt){ .theme = view_theme(s.view),
		.depth = s.term.depth,
		.sync = s.term.sync };
	s.next = canvas_new(c->rows, c->cols);
	canvas_set_ascii(s.next, !s.term.utf8);
	greet(&s);
	log_info("%s from %s: console %dx%d, %s", c->user->name, c->from,
	    c->cols, c->rows, c->term);
	modes(&s, true);
	loop(&s);
	modes(&s, false);
	announce_end(&s.announce);
	if (s.why != NULL) {
		struct buf b = BUF_INIT;

		buf_fmt(&b, "discador: %s\r\n", s.why);
		conn_write(c, b.p, b.len, false);
		buf_clear(&b);
		log_info("%s from %s: %s", c->user->name, c->from, s.why);
	}
	conn_end(c, s.why != NULL ? 1 : 0);
	view_free(s.view);
	canvas_free(s.shown);
	canvas_free(s.next);
	buf_clear(&s.out);
}
