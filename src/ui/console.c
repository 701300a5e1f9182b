/* SPDX-License-Identifier: MIT */
/*
 * console: terminal and view in one loop.  Wakes for keys, for the engine's
 * answers and at the board's tick; draws only when something changed.
 */
#include "ui/console.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/board.h"
#include "shared/lang.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/canvas.h"
#include "ui/canvas_ncurses.h"
#include "ui/keys.h"
#include "ui/theme.h"
#include "ui/view.h"

#define VIEW_FDS    4
#define KEYS_A_TURN 4096 /* a paste must not keep the screen from changing */

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
	const struct theme *theme; /* on the screen */
	struct canvas *shown, *next; /* shown: NULL before the first paint */
};

/* The next paint is of everything. */
static void
forget(struct console *c)
{
	canvas_free(c->shown);
	c->shown = NULL;
}

static void
take_size(struct console *c)
{
	int rows, cols;

	canvas_ncurses_size(c->term, &rows, &cols);
	canvas_resize(c->next, rows, cols);
	forget(c);
}

static void
paint(struct console *c, int64_t mono_ns)
{
	if (view_wants_repaint(c->view))
		forget(c);
	if (view_theme(c->view) != c->theme) {
		c->theme = view_theme(c->view);
		canvas_ncurses_set_theme(c->term, c->theme);
		forget(c);
	}
	view_draw(c->view, c->next, mono_ns);
	canvas_ncurses_blit(c->term, c->shown, c->next);
	if (c->shown == NULL)
		c->shown =
		    canvas_new(canvas_rows(c->next), canvas_cols(c->next));
	canvas_copy(c->shown, c->next);
}

/* The keys that wait; false when the viewer leaves. */
static bool
take_keys(struct console *c, int64_t mono_ns)
{
	struct keys_mouse mouse;
	uint32_t code;

	for (int n = 0; n < KEYS_A_TURN; n++) {
		code = canvas_ncurses_key(c->term, mono_ns);
		if (code == UIK_NONE)
			break;
		if (code == UIK_RESIZE)
			take_size(c);
		else if (code == UIK_CTRL('z')) {
			canvas_ncurses_suspend(c->term);
			forget(c);
		} else if (code == UIK_MOUSE) {
			canvas_ncurses_mouse(c->term, &mouse);
			view_mouse(c->view, &mouse, mono_ns);
		} else
			view_key(c->view, code, mono_ns);
		if (view_ended(c->view))
			return false;
	}
	return !canvas_ncurses_gone(c->term);
}

static void
loop(struct console *c)
{
	while (!ended) {
		struct pollfd p[1 + VIEW_FDS] = { { STDIN_FILENO, POLLIN, 0 } };
		size_t n = view_fds(c->view, p + 1);
		int ms = canvas_ncurses_wait_ms(c->term);
		int64_t mono_ns;

		ms = ms < 0 ? BOARD_TICK_MS : MINIMUM(ms, BOARD_TICK_MS);
		if (poll(p, 1 + n, ms) < 0) {
			if (errno != EINTR)
				return;
			p[0].revents = 0;
		}
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

/* Name of this machine's zone as TZ or /etc/localtime says, "" unknown. */
static void
own_zone(char *out, size_t size)
{
	const char *tz = getenv("TZ"), *at;
	char link[256];
	ssize_t n;

	out[0] = '\0';
	if (tz != NULL && *tz != '\0') {
		str_copy(out, size, tz + (*tz == ':'));
		return;
	}
	n = readlink("/etc/localtime", link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	at = strstr(link, "/zoneinfo/");
	if (at != NULL)
		str_copy(out, size, at + strlen("/zoneinfo/"));
}

static bool
wants_mouse(void)
{
	const char *v = getenv("DISCADOR_MOUSE");

	return v == NULL || strcmp(v, "off") != 0;
}

/* The engine goes by the uid (daemon/commands.c); so do we, to tell early. */
static enum command_role
own_role(const char *run_dir)
{
	char path[300];
	struct stat st;

	str_format(path, sizeof(path), "%s/board", run_dir);
	if (geteuid() == 0 || stat(path, &st) != 0 || st.st_uid == geteuid())
		return COMMAND_ADMIN;
	return COMMAND_VIEWER;
}

int
console_run(const struct console_opts *o)
{
	const char *fps_text = getenv("DISCADOR_FPS");
	int64_t fps = 0;
	const char *name = getenv("DISCADOR_THEME"), *why;
	struct console c = { 0 };
	char zone[128];

	lang_set(lang_from_env());
	if (name == NULL || theme_find(name) == NULL)
		name = "dark";
	c.theme = theme_find(name);
	c.term = canvas_ncurses_open(c.theme, wants_mouse(), &why);
	if (c.term == NULL) {
		fprintf(stderr, "discador: no console here: %s\n", why);
		return 1;
	}
	catch_signals();
	own_zone(zone, sizeof(zone));
	if (fps_text != NULL && !str_int64(fps_text, 1, 10, &fps))
		fps = 0;
	c.view = view_new(&(struct view_opts){ .run_dir = o->run_dir,
	    .demo = o->demo,
	    .role = own_role(o->run_dir),
	    .fps = (int)fps,
	    .files = true,
	    .theme = name,
	    .zone = zone[0] != '\0' ? zone : NULL });
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
