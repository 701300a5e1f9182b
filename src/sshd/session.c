/* SPDX-License-Identifier: MIT */
/*
 * session: a view and two canvases over one channel.  Wakes for the client,
 * for the engine's answers, for the server, and just after the board's next
 * tick.
 */
#include "sshd/session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "shared/board.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/text.h"
#include "shared/util.h"
#include "sshd/announce.h"
#include "sshd/conn.h"
#include "sshd/doing.h"
#include "sshd/parent.h"
#include "sshd/term.h"
#include "sshd/watch.h"
#include "sshd/watched.h"
#include "ui/canvas.h"
#include "ui/canvas_vt.h"
#include "ui/view.h"
#include "ui/vt_keys.h"

#define VIEW_FDS  4
#define OWN_FDS   5 /* client, announce, doing, watch, parent */
#define READS_MAX 64 /* a turn; a paste must not keep the screen still */
#define GIVEN_MAX 16 /* a turn */
/* Without an engine there is nothing to see; it may come back. */
#define ALONE_NS   (15 * 60 * NS_PER_S)
#define LEAVE_NS   (3 * NS_PER_S) /* to leave the terminal clean */
#define LEAVE_ROOM 512
#define OVER_NS    (700 * NS_PER_MS) /* to see that the other screen is gone */
/* A client that lags is looked at again: soon, then ever more seldom. */
#define LATE_MS     25
#define LATE_MAX_MS 200

struct session {
	struct conn *c;
	struct term term;
	struct view *view;
	struct canvas *shown, *next; /* shown: NULL: paint all */
	struct canvas_vt vt;
	struct buf out; /* the last frame */
	size_t sent; /* of it; shown is what it makes when all has gone */
	int late_ms; /* the client lags: the next look at it; 0: it does not */
	struct vt_keys keys;
	int64_t now_ns, byte_ns, key_ns; /* key: the last one's */
	int64_t live_ns; /* when the engine was last seen alive */
	struct announce announce;
	struct doing doing;
	struct watch watch;
	struct watched watched;
	int64_t over_ns; /* the watch ended, not by a key; 0 */
	const char *why; /* not NULL: it ends, and the user is told */
	bool ended;
	bool heard; /* bytes came: there may be more at once */
	bool stir; /* there is something new that was not drawn */
};

static volatile sig_atomic_t stopped;

void
session_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void
leave_watch(struct session *s)
{
	watch_end(&s->watch);
	doing_leave(&s->doing);
}

bool
session_stopped(void)
{
	return stopped != 0;
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
	if (watch_on(&s->watch) && !view_asks(s->view)) {
		s->stir = true;
		if (mouse != NULL || view_skips(s->view, code, s->now_ns))
			return;
		if (!watch_key(&s->watch, code))
			leave_watch(s);
		return;
	}
	/* meant for the picture that was there a moment ago */
	if (s->now_ns - s->over_ns < OVER_NS && watch_takes(code) &&
	    mouse == NULL && !view_asks(s->view))
		return;
	s->over_ns = 0;
	if (mouse != NULL)
		view_mouse(s->view, mouse, s->now_ns);
	else
		view_key(s->view, code, s->now_ns);
	s->ended = view_ended(s->view);
}

/* there: look for bytes.  False: the client sends no more. */
static bool
take_input(struct session *s, bool there)
{
	char piece[1024];

	for (int i = 0; there && i < READS_MAX && !s->ended; i++) {
		int n = conn_read(s->c, piece, sizeof(piece));

		if (n < 0)
			return false;
		if (n == 0)
			break;
		s->heard = true;
		s->byte_ns = s->now_ns;
		vt_keys_feed(&s->keys, piece, (size_t)n, s->now_ns, on_key, s);
	}
	if (vt_keys_waits(&s->keys) &&
	    s->now_ns - s->byte_ns >= VT_KEYS_ESC_MS * NS_PER_MS)
		vt_keys_timeout(&s->keys, on_key, s);
	return true;
}

/*
 * What the window takes of the frame.  A client whose whole window is smaller
 * than one frame gets it in parts, and no other before.  True: all has gone.
 */
static bool
send_frame(struct session *s)
{
	size_t n = MINIMUM(s->out.len - s->sent, conn_room(s->c));

	if (n > 0 && !conn_write(s->c, s->out.p + s->sent, n, false)) {
		forget(s);
		s->stir = true;
		s->sent = s->out.len;
		return false;
	}
	s->sent += n;
	return s->sent == s->out.len;
}

/* What was drawn is what is shown now; the next one is drawn over the last. */
static void
turn_page(struct session *s)
{
	struct canvas *was = s->shown;

	s->shown = s->next;
	if (was == NULL) {
		was = canvas_new(canvas_rows(s->next), canvas_cols(s->next));
		canvas_set_ascii(was, canvas_ascii(s->next));
	}
	s->next = was;
}

/* False: the client is slow, this frame is dropped, or has gone in part. */
static bool
paint(struct session *s)
{
	bool changed;

	if (conn_lag(s->c) > CONN_LAG || !send_frame(s))
		return false;
	if (!s->stir)
		return true;
	if (view_wants_repaint(s->view) || view_theme(s->view) != s->vt.theme) {
		s->vt.theme = view_theme(s->view);
		forget(s);
	}
	if (watch_on(&s->watch)) {
		watch_draw(&s->watch, s->next);
		view_draw_over(s->view, s->next);
	} else
		view_draw(s->view, s->next, s->now_ns);
	watched_badge(&s->watched, s->next);
	buf_reset(&s->out);
	s->sent = 0;
	changed = canvas_vt_diff(&s->out, &s->vt, s->shown, s->next);
	turn_page(s);
	if (changed)
		watched_frame(&s->watched, s->shown);
	s->stir = false;
	return send_frame(s);
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
	/* an update that was cut off holds no picture back */
	if (!on && s->term.sync)
		buf_str(&b, "\033[?2026l");
	if (!on)
		canvas_vt_leave(&b);
	conn_write(s->c, b.p, b.len, false);
	buf_clear(&b);
}

static int
wait_ms(const struct session *s)
{
	int64_t ns = view_due_ns(s->view, s->now_ns) - s->now_ns;
	int ms = (int)((ns + NS_PER_MS - 1) / NS_PER_MS);

	if (s->heard)
		return 0;
	/* there is no room for a frame, whatever the engine publishes */
	if (s->late_ms > 0)
		ms = s->late_ms;
	if (vt_keys_waits(&s->keys))
		ms = MINIMUM(ms, VT_KEYS_ESC_MS);
	return MAXIMUM(ms, 0);
}

/* Descriptors that the server hands on. */
static void
take_given(struct session *s)
{
	struct parent_note note;
	int fd;

	for (int i = 0; i < GIVEN_MAX && parent_take(&note, &fd); i++) {
		if (fd < 0)
			continue;
		if (note.kind == PARENT_GIVEN)
			watch_given(&s->watch, note.to, fd, s->now_ns);
		else
			close(fd);
	}
}

/* What the screen of somebody else has for us. */
static void
look_over(struct session *s)
{
	char text[256] = "", id[24];

	if (view_wants_watch(s->view, id)) {
		if (watch_busy(&s->watch))
			view_tell(s->view, false,
			    _("a screen was asked for already: wait"));
		else if (watch_ask(&s->watch, s->c->run_dir, id, s->now_ns))
			view_tell(s->view, true,
			    _("the engine is asked; it may ask that user, for "
			      "30 seconds"));
		else
			view_tell(s->view, false, _("no engine runs here"));
	}
	switch (watch_turn(&s->watch, s->now_ns, text)) {
	case WATCH_SAME:
		return;
	case WATCH_FRAME:
		break;
	case WATCH_OVER:
		s->over_ns = s->now_ns;
		doing_leave(&s->doing);
		/* fall through */
	case WATCH_REFUSED:
		view_tell(s->view, false, text);
		break;
	}
	s->stir = true;
}

/* NULL: it goes on. */
static const char *
why_over(struct session *s, const char *said)
{
	int64_t idle = s->c->user->idle_min * 60LL * NS_PER_S;

	if (view_live(s->view))
		s->live_ns = s->now_ns;
	if (said != NULL)
		return said;
	if (stopped)
		return _("the SSH server ends this session");
	if (idle > 0 && s->now_ns - s->key_ns > idle)
		return _("no key was pressed for too long");
	if (s->now_ns - s->live_ns > ALONE_NS)
		return _("no engine has been running for 15 minutes");
	return NULL;
}

/* p: as own_fds() had it. */
static void
look_around(struct session *s, const struct pollfd *p)
{
	char what[DOING_TEXT];
	const char *said = NULL;

	if (watch_on(&s->watch))
		str_format(what, sizeof(what), "console %dx%d, looks at %s",
		    s->c->cols, s->c->rows, s->watch.who);
	else
		str_format(what, sizeof(what), "console %dx%d, %s", s->c->cols,
		    s->c->rows, view_doing(s->view));
	if (s->announce.fd < 0 || p[1].revents != 0)
		said =
		    announce_turn(&s->announce, s->c->run_dir, what, s->now_ns);
	doing_turn(&s->doing, s->view, s->announce.fd >= 0, what, s->key_ns,
	    s->now_ns);
	s->why = why_over(s, said);
	if (p[4].revents != 0)
		take_given(s);
	look_over(s);
	if (watched_turn(&s->watched, s->view, s->shown, s->now_ns))
		s->stir = true;
}

static size_t
own_fds(const struct session *s, struct pollfd *p)
{
	short events = 0;
	int fd = doing_fd(&s->doing, &events);

	p[0] = (struct pollfd){ s->c->fd, conn_events(s->c), 0 };
	p[1] = (struct pollfd){ s->announce.fd, POLLIN, 0 };
	p[2] = (struct pollfd){ fd, events, 0 };
	p[3] = (struct pollfd){ s->watch.fd, POLLIN, 0 };
	p[4] = (struct pollfd){ parent_fd(), POLLIN, 0 };
	return OWN_FDS;
}

static void
loop(struct session *s)
{
	s->stir = true;
	while (!s->ended && s->why == NULL) {
		struct pollfd p[OWN_FDS + VIEW_FDS];
		size_t n = own_fds(s, p);
		bool there;

		n += view_fds(s->view, p + n);
		if (poll(p, n, wait_ms(s)) < 0 && errno != EINTR)
			return;
		s->now_ns = now_read().mono_ns;
		there = s->heard || p[0].revents != 0;
		s->heard = false;
		if ((p[0].revents != 0 && !conn_pump(s->c)) ||
		    !take_input(s, there))
			return;
		if (s->c->resized) {
			s->c->resized = false;
			canvas_resize(s->next, s->c->rows, s->c->cols);
			forget(s);
			s->stir = true;
		}
		look_around(s, p);
		if (view_tick(s->view, s->now_ns))
			s->stir = true;
		if (!s->ended && (s->stir || s->sent < s->out.len)) {
			if (paint(s))
				s->late_ms = 0;
			else
				s->late_ms =
				    MINIMUM(MAXIMUM(2 * s->late_ms, LATE_MS),
					LATE_MAX_MS);
			/* it may have taken bytes in while it sent */
			if (!take_input(s, true))
				return;
		}
		if (s->c->dead)
			return;
	}
}

/*
 * A client that lags, or whose window is full, still gets the sequence that
 * gives its terminal back: nothing may be written before there is room for
 * all of it, and it must have gone before the connection ends.
 */
static void
await_room(struct session *s)
{
	int64_t until = now_read().mono_ns + LEAVE_NS;

	while (conn_pump(s->c) && now_read().mono_ns < until &&
	       (!send_frame(s) || conn_room(s->c) < LEAVE_ROOM ||
		   conn_lag(s->c) > CONN_LAG)) {
		struct pollfd p = { s->c->fd, conn_events(s->c), 0 };

		poll(&p, 1, 20);
	}
}

static void
greet(struct session *s)
{
	char text[256];

	if (s->term.known)
		return;
	/* a line of its own; the engine's welcome comes after it */
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
	s.now_ns = s.key_ns = s.live_ns = now_read().mono_ns;
	announce_init(&s.announce);
	doing_init(&s.doing, c->run_dir);
	watch_init(&s.watch);
	watched_init(&s.watched, c->run_dir);
	vt_keys_init(&s.keys);
	s.view = view_new(&(struct view_opts){ .run_dir = c->run_dir,
	    .role = c->user->role,
	    .remote = true,
	    .fps = c->user->fps });
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
	watch_end(&s.watch);
	watched_end(&s.watched);
	await_room(&s);
	modes(&s, false);
	announce_end(&s.announce);
	doing_end(&s.doing);
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
