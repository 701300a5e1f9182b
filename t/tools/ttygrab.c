/* SPDX-License-Identifier: MIT */
/*
 * ttygrab: a terminal in a test.  Runs a program on a pty behind libvterm and
 * obeys lines on standard input:
 *   wait SECONDS TEXT   until TEXT stands on the screen; else exit 1
 *   gone SECONDS TEXT   until it does not
 *   key NAME            a character, Enter Esc Up Down PgUp PgDn Tab C-l ...
 *   type TEXT           its characters
 *   paste TEXT          the same, as the terminal pastes; \n is a line's end
 *   click TEXT          the mouse on the first place where TEXT stands
 *   wheel up|down       there where it is
 *   size COLS ROWS      resize
 *   text | cells        dump the screen; cells: with colours and attributes
 *   raw FILE            from now on append what the program sends to FILE
 *   exit SECONDS        wait for its end; exit 1 unless it ends with 0, has
 * left the alternate screen, shown the cursor and given the mouse back usage:
 * ttygrab COLSxROWS PROGRAM [ARGS...]
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vterm.h>

#include "shared/text.h"
#include "shared/util.h"

static int fd = -1, rows, cols, altscreen, cursor = 1, mouse;
static pid_t pid;
static VTerm *vt;
static VTermScreen *screen;
static FILE *raw;

static int
on_prop(VTermProp p, VTermValue *v, void *arg)
{
	(void)arg;
	if (p == VTERM_PROP_ALTSCREEN)
		altscreen = v->boolean;
	if (p == VTERM_PROP_CURSORVISIBLE)
		cursor = v->boolean;
	if (p == VTERM_PROP_MOUSE)
		mouse = v->number;
	return 1;
}

static void
on_output(const char *s, size_t n, void *arg)
{
	(void)arg;
	if (write(fd, s, n) < 0)
		perror("ttygrab: write");
}

/* Feed what comes within ms; false at the end of the program's output. */
static bool
pump(int ms)
{
	struct pollfd p = { fd, POLLIN, 0 };
	char b[65536];
	ssize_t n;

	while (poll(&p, 1, ms) > 0) {
		n = read(fd, b, sizeof(b));
		if (n <= 0)
			return false;
		if (raw != NULL) {
			fwrite(b, 1, (size_t)n, raw);
			fflush(raw);
		}
		vterm_input_write(vt, b, (size_t)n);
		ms = 0;
	}
	return true;
}

static void
row_text(int y, char *out, size_t size)
{
	VTermRect r = { y, y + 1, 0, cols };
	size_t n = vterm_screen_get_text(screen, out, size - 1, r);

	out[n] = '\0';
}

/* Where it stands; x may be NULL. */
static bool
stands(const char *what, int *y, int *x)
{
	char line[8192], *at;

	for (*y = 0; *y < rows; ++*y) {
		row_text(*y, line, sizeof(line));
		at = strstr(line, what);
		if (at == NULL)
			continue;
		*at = '\0';
		if (x != NULL)
			*x = text_columns(line);
		return true;
	}
	return false;
}

static void
dump_text(void)
{
	char line[8192];

	for (int y = 0; y < rows; y++) {
		row_text(y, line, sizeof(line));
		puts(line);
	}
}

static void
colour(const VTermColor *c, char out[16])
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		str_copy(out, 16, "-");
	else if (VTERM_COLOR_IS_INDEXED(c))
		str_format(out, 16, "%d", c->indexed.idx);
	else
		str_format(out, 16, "#%02x%02x%02x", c->rgb.red, c->rgb.green,
		    c->rgb.blue);
}

/* y,x text fg bg attributes: one line for each run of the same paint. */
static void
dump_cells(void)
{
	for (int y = 0; y < rows; y++) {
		char last[64] = "", now[64], fg[16], bg[16], u[4];

		for (int x = 0; x < cols; x++) {
			VTermPos p = { y, x };
			VTermScreenCell c;

			vterm_screen_get_cell(screen, p, &c);
			colour(&c.fg, fg);
			colour(&c.bg, bg);
			str_format(now, sizeof(now), "%s %s %s%s%s", fg, bg,
			    c.attrs.bold ? "b" : "", c.attrs.reverse ? "r" : "",
			    c.attrs.underline ? "u" : "");
			if (strcmp(now, last) != 0)
				printf("%s%d,%d [%s] ", x > 0 ? "\n" : "", y, x,
				    now);
			str_copy(last, sizeof(last), now);
			for (int i = 0;
			     i < VTERM_MAX_CHARS_PER_CELL && c.chars[i] != 0 &&
			     c.chars[i] != (uint32_t)-1;
			     i++)
				fwrite(
				    u, 1, text_encode(c.chars[i], u), stdout);
			if (c.chars[0] == 0)
				putchar(' ');
		}
		putchar('\n');
	}
}

static void
send_key(const char *name)
{
	static const struct {
		const char *name;
		VTermKey key;
	} keys[] = { { "Enter", VTERM_KEY_ENTER }, { "Esc", VTERM_KEY_ESCAPE },
		{ "Tab", VTERM_KEY_TAB }, { "BSpace", VTERM_KEY_BACKSPACE },
		{ "Up", VTERM_KEY_UP }, { "Down", VTERM_KEY_DOWN },
		{ "Left", VTERM_KEY_LEFT }, { "Right", VTERM_KEY_RIGHT },
		{ "PgUp", VTERM_KEY_PAGEUP }, { "PgDn", VTERM_KEY_PAGEDOWN },
		{ "Home", VTERM_KEY_HOME }, { "End", VTERM_KEY_END },
		{ "DC", VTERM_KEY_DEL }, { "F1", VTERM_KEY_FUNCTION(1) },
		{ "F10", VTERM_KEY_FUNCTION(10) } };
	uint32_t c;

	for (size_t i = 0; i < nitems(keys); i++)
		if (strcmp(keys[i].name, name) == 0) {
			vterm_keyboard_key(vt, keys[i].key, VTERM_MOD_NONE);
			return;
		}
	if (strcmp(name, "BTab") == 0)
		vterm_keyboard_key(vt, VTERM_KEY_TAB, VTERM_MOD_SHIFT);
	else if (strncmp(name, "C-", 2) == 0)
		vterm_keyboard_unichar(vt, (uint32_t)name[2], VTERM_MOD_CTRL);
	else if (strcmp(name, "Space") == 0)
		vterm_keyboard_unichar(vt, ' ', VTERM_MOD_NONE);
	else
		for (size_t n; (n = text_decode(name, &c)) > 0; name += n)
			vterm_keyboard_unichar(vt, c, VTERM_MOD_NONE);
}

static bool
wait_screen(const char *args, bool want)
{
	char *end;
	double s = strtod(args, &end);
	int64_t until = now_read().mono_ns + (int64_t)(s * NS_PER_S);
	int y;

	end += *end == ' ';
	while (stands(end, &y, NULL) != want) {
		if (now_read().mono_ns > until) {
			fprintf(stderr, "ttygrab: %s%s\n",
			    want ? "never seen: " : "still there: ", end);
			dump_text();
			return false;
		}
		pump(20);
	}
	pump(30); /* the rest of the frame */
	return true;
}

static bool
wait_exit(const char *args)
{
	int64_t until =
	    now_read().mono_ns + (int64_t)(strtod(args, NULL) * NS_PER_S);
	int st = -1;
	bool more = true;

	while (now_read().mono_ns < until) {
		if (more)
			more = pump(20);
		if (waitpid(pid, &st, WNOHANG) == pid) {
			pump(50);
			pid = 0;
			if (!WIFEXITED(st) || WEXITSTATUS(st) != 0 ||
			    altscreen || !cursor || mouse) {
				fprintf(stderr,
				    "ttygrab: status %#x, "
				    "alternate screen %d, cursor %d, "
				    "mouse %d\n",
				    (unsigned)st, altscreen, cursor, mouse);
				return false;
			}
			return true;
		}
	}
	fputs("ttygrab: it does not end\n", stderr);
	return false;
}

/* A paste comes in brackets only if the program has asked for them. */
static void
paste(const char *text)
{
	uint32_t c;

	vterm_keyboard_start_paste(vt);
	for (size_t n; (n = text_decode(text, &c)) > 0; text += n) {
		if (c == '\\' && text[1] == 'n') {
			c = '\r';
			text++;
		}
		vterm_keyboard_unichar(vt, c, VTERM_MOD_NONE);
	}
	vterm_keyboard_end_paste(vt);
}

static bool
click(const char *what)
{
	int y, x;

	if (!stands(what, &y, &x)) {
		fprintf(stderr, "ttygrab: not there to be clicked: %s\n", what);
		dump_text();
		return false;
	}
	vterm_mouse_move(vt, y, x, VTERM_MOD_NONE);
	vterm_mouse_button(vt, 1, true, VTERM_MOD_NONE);
	vterm_mouse_button(vt, 1, false, VTERM_MOD_NONE);
	return true;
}

static bool
obey(char *line)
{
	struct winsize ws = { 0 };

	if (strncmp(line, "wait ", 5) == 0)
		return wait_screen(line + 5, true);
	if (strncmp(line, "gone ", 5) == 0)
		return wait_screen(line + 5, false);
	if (strncmp(line, "exit ", 5) == 0)
		return wait_exit(line + 5);
	if (strncmp(line, "key ", 4) == 0)
		send_key(line + 4);
	else if (strncmp(line, "type ", 5) == 0)
		send_key(line + 5);
	else if (strncmp(line, "paste ", 6) == 0)
		paste(line + 6);
	else if (strncmp(line, "click ", 6) == 0)
		return click(line + 6);
	else if (strncmp(line, "wheel ", 6) == 0)
		vterm_mouse_button(vt, strcmp(line + 6, "up") == 0 ? 4 : 5,
		    true, VTERM_MOD_NONE);
	else if (sscanf(line, "size %d %d", &cols, &rows) == 2) {
		ws.ws_row = (unsigned short)rows;
		ws.ws_col = (unsigned short)cols;
		vterm_set_size(vt, rows, cols);
		ioctl(fd, TIOCSWINSZ, &ws);
	} else if (strcmp(line, "text") == 0)
		dump_text();
	else if (strcmp(line, "cells") == 0)
		dump_cells();
	else if (strncmp(line, "raw ", 4) == 0)
		raw = fopen(line + 4, "w");
	else {
		fprintf(stderr, "ttygrab: what is \"%s\"?\n", line);
		return false;
	}
	return true;
}

/* The next line of the script; the terminal goes on meanwhile. */
static bool
next_line(char *line, size_t size)
{
	struct pollfd p[2] = { { STDIN_FILENO, POLLIN, 0 }, { fd, POLLIN, 0 } };

	for (;;) {
		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return false;
		if (p[1].revents != 0 && !pump(0))
			p[1].fd = -1;
		if (p[0].revents != 0)
			return fgets(line, (int)size, stdin) != NULL;
	}
}

int
main(int argc, char **argv)
{
	static const VTermScreenCallbacks cbs = { .settermprop = on_prop };
	struct winsize ws = { 0 };
	char line[1024];
	bool good = true;

	if (argc < 3 || sscanf(argv[1], "%dx%d", &cols, &rows) != 2) {
		fputs("usage: ttygrab COLSxROWS PROGRAM [ARGS...]\n", stderr);
		return 2;
	}
	ws.ws_row = (unsigned short)rows;
	ws.ws_col = (unsigned short)cols;
	vt = vterm_new(rows, cols);
	vterm_set_utf8(vt, 1);
	screen = vterm_obtain_screen(vt);
	vterm_screen_enable_altscreen(screen, 1);
	vterm_screen_set_callbacks(screen, &cbs, NULL);
	vterm_screen_reset(screen, 1);
	vterm_output_set_callback(vt, on_output, NULL);
	pid = forkpty(&fd, NULL, NULL, &ws);
	if (pid < 0) {
		perror("forkpty");
		return 1;
	}
	if (pid == 0) {
		if (getenv("TERM") == NULL ||
		    strcmp(getenv("TERM"), "dumb") == 0)
			setenv("TERM", "xterm-256color", 1);
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	setvbuf(stdin, NULL, _IONBF, 0); /* poll() must see what is unread */
	while (good && next_line(line, sizeof(line))) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			good = obey(line);
		fflush(stdout);
	}
	if (pid > 0) {
		kill(pid, SIGTERM);
		close(fd);
		waitpid(pid, NULL, 0);
	}
	return !good;
}
