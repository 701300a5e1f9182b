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
#include <term.h>
/* macros of curses that would bite our names */
#undef move
#undef lines
#undef columns

#include <locale.h>
#include <strings.h>
#include <unistd.h>

#include "shared/util.h"
#include "ui/keys.h"

struct canvas_ncurses {
	SCREEN *screen;
	const struct theme *theme;
	enum theme_depth depth;
	bool utf8;
};

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

struct canvas_ncurses *
canvas_ncurses_open(const struct theme *theme, const char **why)
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
	set_escdelay(25);
	raw();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* some send these although the application mode is on */
	define_key("\033[A", KEY_UP);
	define_key("\033[B", KEY_DOWN);
	define_key("\033[C", KEY_RIGHT);
	define_key("\033[D", KEY_LEFT);
	define_key("\033OA", KEY_UP);
	define_key("\033OB", KEY_DOWN);
	define_key("\033OC", KEY_RIGHT);
	define_key("\033OD", KEY_LEFT);
	curs_set(0);
	s->depth = DEPTH_MONO;
	if (has_colors() && start_color() == OK) {
		use_default_colors();
		s->depth = theme_depth(term, COLORS, nc != NULL && *nc != '\0');
	}
	return s;
}

void
canvas_ncurses_close(struct canvas_ncurses *s)
{
	if (s == NULL)
		return;
	curs_set(1);
	endwin();
	delscreen(s->screen);
	free(s);
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

uint32_t
canvas_ncurses_key(struct canvas_ncurses *s)
{
	static const struct {
		wint_t from;
		uint32_t to;
	} map[] = {
		{ KEY_UP, UIK_UP },
		{ KEY_DOWN, UIK_DOWN },
		{ KEY_LEFT, UIK_LEFT },
		{ KEY_RIGHT, UIK_RIGHT },
		{ KEY_PPAGE, UIK_PGUP },
		{ KEY_NPAGE, UIK_PGDN },
		{ KEY_HOME, UIK_HOME },
		{ KEY_END, UIK_END },
		{ KEY_DC, UIK_DELETE },
		{ KEY_BTAB, UIK_BACKTAB },
		{ KEY_BACKSPACE, UIK_BACKSPACE },
		{ KEY_ENTER, UIK_ENTER },
		{ KEY_RESIZE, UIK_RESIZE },
	};
	wint_t c;
	int rc;

	(void)s;
	for (;;) {
		rc = wget_wch(stdscr, &c);
		if (rc == ERR)
			return UIK_NONE;
		if (rc == KEY_CODE_YES) {
			for (size_t i = 0; i < nitems(map); i++)
				if (map[i].from == c)
					return map[i].to;
			continue; /* a key that means nothing here */
		}
		if (c == '\r')
			return UIK_ENTER;
		if (c == 8)
			return UIK_BACKSPACE;
		if (c != 0 && c < UIK_FIRST)
			return (uint32_t)c;
	}
}
