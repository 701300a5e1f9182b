/* SPDX-License-Identifier: MIT */
/*
 * cast: record a program's terminal as an asciicast v2 (what asciinema
 * plays).  Keys come from a script on standard input, one line each:
 *   SECONDS KEYS    wait, then type KEYS; \n \e \t and \\ as in C
 * usage: cast COLSxROWS TITLE FILE PROGRAM [ARGS...] <SCRIPT
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "shared/buf.h"
#include "shared/text.h"
#include "shared/util.h"

static int fd = -1;
static FILE *out;
static int64_t begin;
static struct buf rest; /* bytes of a character that is not whole yet */

/* What is whole UTF-8 of rest goes out as one event. */
static void
put_event(void)
{
	size_t whole = rest.len;
	json_t *text;
	char *s;

	for (int back = 1; back <= 3 && (size_t)back <= rest.len; back++) {
		unsigned char c =
		    (unsigned char)rest.p[rest.len - (size_t)back];

		if (c < 0x80)
			break;
		if (c >= 0xc0) { /* a leading byte: are its others there? */
			int need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;

			if (back < need)
				whole = rest.len - (size_t)back;
			break;
		}
	}
	text = json_stringn(rest.p, whole);
	if (text == NULL || whole == 0) {
		json_decref(text);
		return;
	}
	s = json_dumps(text, JSON_ENCODE_ANY | JSON_ENSURE_ASCII);
	fprintf(out, "[%.3f, \"o\", %s]\n",
	    (double)(now_read().mono_ns - begin) / NS_PER_S, s);
	free(s);
	json_decref(text);
	memmove(rest.p, rest.p + whole, rest.len - whole);
	rest.len -= whole;
}

/* Record for so long; false: the program has ended. */
static bool
record(double seconds)
{
	int64_t end = now_read().mono_ns + (int64_t)(seconds * NS_PER_S);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char bytes[65536];

	for (;;) {
		int64_t left = (end - now_read().mono_ns) / NS_PER_MS;
		ssize_t n;

		if (left < 0)
			return true;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			return false;
		buf_put(&rest, bytes, (size_t)n);
		put_event();
	}
}

static void
type(const char *keys)
{
	for (; *keys != '\0' && *keys != '\n'; keys++) {
		char c = *keys;

		if (c == '\\' && keys[1] != '\0') {
			keys++;
			c = *keys == 'n'   ? '\r'
			    : *keys == 'e' ? '\033'
			    : *keys == 't' ? '\t'
					   : *keys;
		}
		if (write(fd, &c, 1) != 1)
			return;
		if (!record(0.12))
			return;
	}
}

int
main(int argc, char **argv)
{
	struct winsize ws = { 0 };
	char line[512], *keys;
	int cols, rows;
	pid_t pid;

	if (argc < 5 || sscanf(argv[1], "%dx%d", &cols, &rows) != 2)
		return 2;
	out = fopen(argv[3], "w");
	if (out == NULL) {
		perror(argv[3]);
		return 1;
	}
	ws.ws_col = (unsigned short)cols;
	ws.ws_row = (unsigned short)rows;
	pid = forkpty(&fd, NULL, NULL, &ws);
	if (pid == 0) {
		setenv("TERM", "xterm-256color", 1);
		execvp(argv[4], argv + 4);
		_exit(127);
	}
	begin = now_read().mono_ns;
	fprintf(out,
	    "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": "
	    "\"%s\", \"env\": {\"TERM\": \"xterm-256color\"}}\n",
	    cols, rows, argv[2]);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		double s = strtod(line, &keys);

		if (!record(s))
			break;
		type(*keys == ' ' ? keys + 1 : keys);
	}
	record(2);
	kill(pid, SIGTERM);
	record(1);
	waitpid(pid, NULL, 0);
	fclose(out);
	return 0;
}
