/* SPDX-License-Identifier: MIT */
/*
 * console: terminal and view in one loop.  Wakes for keys, for the engine's
 * answers and at the board's tick; draws only when something changed.
 */
#include "ui/console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "shared/board.h"
#include "shared/util.h"
#include "ui/canvas.h"
#include "ui/canvas_ncurses.h"
#include "ui/keys.h"
#include "ui/theme.h"
#include "ui/view.h"

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

/* The terminal is given back also when a session is torn down. */
static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_end };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

struct console {
	struct canvas_ncurses *term;
	struct view *view;
	struct canvas *shown, *next; /* shown: NULL before the first paint */
};

static void
take_size(struct console *c)
{
	int rows, cols;

	canvas_ncurses_size(c->term, &rows, &cols);
	canvas_resize(c->next, rows, cols);
	canvas_free(c->shown);
	c->shown = NULL;
}

static void
paint(struct console *c, int64_t mono_ns)
{
	if (view_wants_repaint(c->view)) {
		canvas_free(c->shown);
		c->shown = NULL;
	}
	view_draw(c->view, c->next, mono_ns);
	canvas_ncurses_blit(c->term, c->shown, c->next);
	if (c->shown == NULL)
		c->shown =
		    canvas_new(canvas_rows(c->next), canvas_cols(c->next));
	canvas_copy(c->shown, c->next);
}

/* All keys that wait; false when the viewer leaves. */
static bool
take_keys(struct console *c, int64_t mono_ns)
{
	uint32_t code;

	while ((code = canvas_ncurses_key(c->term)) != UIK_NONE) {
		if (code == UIK_RESIZE)
			take_size(c);
		else
			view_key(c->view, code, mono_ns);
		if (view_ended(c->view))
			return false;
	}
	return true;
}

static void
loop(struct console *c)
{
	while (!ended) {
		struct pollfd p[2] = { { STDIN_FILENO, POLLIN, 0 },
			{ -1, 0, 0 } };
		int64_t mono_ns;

		p[1].fd = view_fd(c->view, &p[1].events);
		if (poll(p, 2, BOARD_TICK_MS) < 0 && errno != EINTR)
			return;
		if (p[0].revents & (POLLERR | POLLNVAL) ||
		    (p[0].revents & POLLHUP && !(p[0].revents & POLLIN)))
			return; /* the terminal is gone */
		mono_ns = now_read().mono_ns;
		if (!take_keys(c, mono_ns))
			return;
		if (view_tick(c->view, mono_ns) || c->shown == NULL)
			paint(c, mono_ns);
	}
}

int
console_run(const struct console_opts *o)
{
	struct console c = { 0 };
	const char *why;

	c.term = canvas_ncurses_open(theme_find("dark"), &why);
	if (c.term == NULL) {
		fprintf(stderr, "discador: no console here: %s\n", why);
		return 1;
	}
	catch_signals();
	c.view = view_new(o->run_dir, o->demo);
	c.next = canvas_new(1, 1);
	canvas_set_ascii(c.next, !canvas_ncurses_utf8(c.term));
	take_size(&c);
	loop(&c);
	canvas_ncurses_close(c.term);
	view_free(c.view);
	canvas_free(c.shown);
	canvas_free(c.next);
	return 0;
}
