/* SPDX-License-Identifier: MIT */
/*
 * canvas_ncurses: a back end of the canvas.  All of ncurses that discador
 * knows is in this file.  Locale: always C.UTF-8 for characters (Debian has
 * it without any package; a missing es_MX.UTF-8 would mean ASCII), while
 * whether the terminal is in UTF-8 is read from the environment's names.
 */
#include "ui/canvas_ncurses.h"

/* the X/Open names (cchar_t, get_wch) come with _GNU_SOURCE */
#include <curses.h>
/* macros of curses that would bite our names */
#undef move
#undef lines
#undef columns

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "shared/util.h"
#include "ui/keys.h"
#include "ui/vt_keys.h"

#define QUEUE 512 /* keys read and not yet asked for */

struct canvas_ncurses {
	SCREEN *screen;
	const struct theme *theme;
	enum theme_depth depth;
	bool utf8, mouse, paste; /* what the terminal can, and may */
	bool gone; /* no more input comes */
	struct vt_keys keys;
	int64_t byte_ns; /* when the last one came */
	size_t head, n;
	struct {
		uint32_t code;
		struct keys_mouse mouse;
	} queue[QUEUE];
	struct keys_mouse last;
};

static volatile sig_atomic_t resized, stopped;

static void
on_signal(int sig)
{
	if (sig == SIGWINCH)
		resized = 1;
	else
		stopped = 1;
}

/* Terminals that Debian's ncurses-base does not describe, by likeness. */
static const char *
term_fallback(const char *term)
{
	static const char *const like[] = { "256color", "kitty", "ghostty",
		"foot", "wezterm", "alacritty", "xterm", "rxvt", "st-", "vte",
		"konsole", "iterm", "putty", "contour" };

	for (size_t i = 0; i < nitems(like); i++)
		if (term != NULL && strcasestr(term, like[i]) != NULL)
			return "xterm-256color";
	return "vt100";
}

/* LC_ALL, LC_CTYPE, LANG: the first that is set decides, as in POSIX. */
static bool
utf8_terminal(const char *term)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	/* its font has neither braille nor most blocks */
	if (term != NULL && strcmp(term, "linux") == 0)
		return false;
	for (size_t i = 0; i < nitems(names); i++) {
		const char *v = getenv(names[i]);

		if (v == NULL || *v == '\0')
			continue;
		return strcasestr(v, "utf-8") != NULL ||
		       strcasestr(v, "utf8") != NULL;
	}
	return false;
}

/* Names of terminals that know none of xterm's modes. */
static bool
old_terminal(const char *term)
{
	return term == NULL || strncmp(term, "vt", 2) == 0 ||
	       strncmp(term, "linux", 5) == 0 || strcmp(term, "ansi") == 0;
}

static void
send(const char *s)
{
	size_t n = strlen(s);

	/* ncurses has flushed its own by now; a lost one does no harm */
	while (n > 0) {
		ssize_t k = write(STDOUT_FILENO, s, n);

		if (k < 0 && errno != EINTR)
			return;
		s += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
}

/* Mouse (1000, in SGR's form 1006) and bracketed paste, on or off. */
static void
modes(const struct canvas_ncurses *s, bool on)
{
	if (s->mouse)
		send(on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
	if (s->paste)
		send(on ? "\033[?2004h" : "\033[?2004l");
}

static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigemptyset(&sa.sa_mask);
	sigaction(SIGWINCH, &sa, NULL);
	sigaction(SIGTSTP, &sa, NULL);
}

struct canvas_ncurses *
canvas_ncurses_open(const struct theme *theme, bool mouse, const char **why)
{
	const char *term = getenv("TERM"), *nc = getenv("NO_COLOR");
	struct canvas_ncurses *s;
	SCREEN *scr;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		*why = "standard input and output are no terminal";
		return NULL;
	}
	setlocale(LC_CTYPE, "C.UTF-8");
	/* these would beat the terminal's real size */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	unsetenv("ESCDELAY");
	use_env(TRUE);
	use_tioctl(TRUE);
	if (term != NULL && strcmp(term, "dumb") == 0) {
		*why = "TERM=dumb means that it cannot place its cursor; set "
		       "TERM to what it is (xterm-256color, vt100), or use "
		       "discador status and discador show";
		return NULL;
	}
	scr = newterm(term, stdout, stdin);
	if (scr == NULL)
		scr = newterm(term_fallback(term), stdout, stdin);
	if (scr == NULL) {
		*why = "the terminal type in TERM is unknown; try TERM=vt100";
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->screen = scr;
	s->theme = theme;
	s->utf8 = utf8_terminal(term);
	s->paste = !old_terminal(term);
	s->mouse = mouse && s->paste;
	vt_keys_init(&s->keys);
	/* Input is read and decoded here, not by ncurses: the same keys as
	 * over SSH, and a paste cannot act. */
	raw();
	noecho();
	nonl();
	curs_set(0);
	s->depth = DEPTH_MONO;
	if (has_colors() && start_color() == OK) {
		use_default_colors();
		s->depth = theme_depth(term, COLORS, nc != NULL && *nc != '\0');
	}
	refresh();
	modes(s, true);
	catch_signals();
	return s;
}

void
canvas_ncurses_close(struct canvas_ncurses *s)
{
	if (s == NULL)
		return;
	modes(s, false);
	curs_set(1);
	endwin();
	delscreen(s->screen);
	free(s);
}

void
canvas_ncurses_suspend(struct canvas_ncurses *s)
{
	modes(s, false);
	curs_set(1);
	endwin();
	signal(SIGTSTP, SIG_DFL);
	/* the whole group, as the terminal itself does: a shell waits for its
	 * leader */
	kill(0, SIGTSTP);
	catch_signals();
	stopped = 0;
	resized = 1;
	curs_set(0);
	refresh(); /* takes the terminal's modes back */
	modes(s, true);
}

void
canvas_ncurses_set_theme(struct canvas_ncurses *s, const struct theme *t)
{
	s->theme = t;
}

bool
canvas_ncurses_utf8(const struct canvas_ncurses *s)
{
	return s->utf8;
}

void
canvas_ncurses_size(const struct canvas_ncurses *s, int *rows, int *cols)
{
	(void)s;
	getmaxyx(stdscr, *rows, *cols);
}

static void
put_cell(const struct canvas_ncurses *s, const struct canvas *c, int y, int x)
{
	struct canvas_cell k;
	struct theme_paint p;
	wchar_t w[CCHARW_MAX + 1];
	attr_t attr = 0;
	cchar_t cc;
	int n = 0, pair = 0;

	canvas_get(c, y, x, &k);
	if (k.base == 0)
		return;
	p = theme_paint(s->theme, s->depth, k.fg, k.bg, k.attr);
	if (p.fg >= 0 || p.bg >= 0)
		pair = alloc_pair(p.fg, p.bg);
	if (pair < 0)
		pair = 0;
	attr |= p.attr & ATTR_BOLD ? A_BOLD : 0;
	attr |= p.attr & ATTR_REVERSE ? A_REVERSE : 0;
	attr |= p.attr & ATTR_UNDERLINE ? A_UNDERLINE : 0;
	w[n++] = (wchar_t)k.base;
	for (int i = 0; i < k.nmark && n < CCHARW_MAX; i++)
		w[n++] = (wchar_t)k.mark[i];
	w[n] = L'\0';
	if (setcchar(&cc, w, attr, (short)pair, NULL) == OK)
		mvwadd_wch(stdscr, y, x, &cc);
}

void
canvas_ncurses_blit(struct canvas_ncurses *s, const struct canvas *old,
    const struct canvas *new)
{
	int rows, cols, cy, cx;

	getmaxyx(stdscr, rows, cols);
	rows = MINIMUM(rows, canvas_rows(new));
	cols = MINIMUM(cols, canvas_cols(new));
	if (old != NULL && (canvas_rows(old) != canvas_rows(new) ||
			       canvas_cols(old) != canvas_cols(new)))
		old = NULL;
	if (old == NULL) {
		werase(stdscr);
		clearok(stdscr, TRUE);
	}
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++) {
			if (old != NULL && canvas_same(old, new, y, x))
				continue;
			put_cell(s, new, y, x);
		}
	canvas_cursor_at(new, &cy, &cx);
	if (cy >= 0)
		wmove(stdscr, cy, cx);
	wnoutrefresh(stdscr);
	curs_set(cy >= 0);
	doupdate();
}

static void
on_key(void *arg, uint32_t code, const struct keys_mouse *m)
{
	struct canvas_ncurses *s = arg;
	size_t i = (s->head + s->n) % QUEUE;

	if (s->n == QUEUE)
		return; /* cannot be: at most QUEUE / 4 bytes are read */
	s->queue[i].code = code;
	if (m != NULL)
		s->queue[i].mouse = *m;
	s->n++;
}

/* What waits on the terminal, a piece at a time. */
static void
take_bytes(struct canvas_ncurses *s, int64_t mono_ns)
{
	struct pollfd p = { STDIN_FILENO, POLLIN, 0 };
	char b[QUEUE / 4];
	ssize_t n;

	if (poll(&p, 1, 0) <= 0) {
		if (vt_keys_waits(&s->keys) &&
		    mono_ns - s->byte_ns >= VT_KEYS_ESC_MS * NS_PER_MS)
			vt_keys_timeout(&s->keys, on_key, s);
		return;
	}
	n = read(STDIN_FILENO, b, sizeof(b));
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		s->gone = true;
	if (n <= 0)
		return;
	s->byte_ns = mono_ns;
	vt_keys_feed(&s->keys, b, (size_t)n, mono_ns, on_key, s);
}

uint32_t
canvas_ncurses_key(struct canvas_ncurses *s, int64_t mono_ns)
{
	struct winsize ws;
	uint32_t code;

	if (resized) {
		resized = 0;
		if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 &&
		    ws.ws_row > 0 && ws.ws_col > 0)
			resizeterm(MINIMUM(ws.ws_row, CANVAS_ROWS_MAX),
			    MINIMUM(ws.ws_col, CANVAS_COLS_MAX));
		return UIK_RESIZE;
	}
	if (stopped) {
		stopped = 0;
		return UIK_CTRL('z');
	}
	if (s->n == 0)
		take_bytes(s, mono_ns);
	if (s->n == 0)
		return UIK_NONE;
	code = s->queue[s->head].code;
	if (code == UIK_MOUSE)
		s->last = s->queue[s->head].mouse;
	s->head = (s->head + 1) % QUEUE;
	s->n--;
	return code;
}

void
canvas_ncurses_mouse(const struct canvas_ncurses *s, struct keys_mouse *out)
{
	*out = s->last;
}

int
canvas_ncurses_wait_ms(const struct canvas_ncurses *s)
{
	return vt_keys_waits(&s->keys) ? VT_KEYS_ESC_MS : -1;
}

bool
canvas_ncurses_gone(const struct canvas_ncurses *s)
{
	return s->gone;
}
