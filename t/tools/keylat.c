/* SPDX-License-Identifier: MIT */
/*
 * keylat: from a key to its repaint.  Runs a console on a pty, presses keys
 * that change the screen (cursor, panes, help, filter) and waits for what the
 * terminal gets; prints quantiles in ms, CPU of the console and bytes a
 * second while nothing is pressed.
 * usage: keylat COLSxROWS KEYS IDLE_SECONDS PANE PROGRAM [ARGS...]
 *   PANE is pressed before the idle time (a digit); exit 1 if a key was not
 *   answered within a second.
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

#include "shared/util.h"

#define KEYS_MAX 10000

static int fd = -1;
static pid_t pid;

/* Bytes read until nothing has come for quiet_ms, at most max_ms. */
static size_t
drain(int quiet_ms, int max_ms)
{
	int64_t end = now_read().mono_ns + max_ms * NS_PER_MS;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t sum = 0;
	char buf[65536];
	ssize_t n;

	while (now_read().mono_ns < end && poll(&p, 1, quiet_ms) > 0) {
		n = read(fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		sum += (size_t)n;
	}
	return sum;
}

/* ms of CPU it has used so far. */
static double
cpu_ms(void)
{
	char name[64], line[1024], *p;
	unsigned long ut = 0, st = 0;
	FILE *f;

	str_format(name, sizeof(name), "/proc/%d/stat", (int)pid);
	f = fopen(name, "r");
	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	if (f != NULL)
		fclose(f);
	p = strrchr(line, ')');
	if (p == NULL ||
	    sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		&ut, &st) != 2)
		return 0;
	return (double)(ut + st) * 1000 / (double)sysconf(_SC_CLK_TCK);
}

/* ms until the answer to one key, -1: none. */
static double
press(const char *key)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct now a = now_read();
	char buf[65536];

	if (write(fd, key, strlen(key)) < 0 || poll(&p, 1, 1000) <= 0)
		return -1;
	if (read(fd, buf, sizeof(buf)) <= 0)
		return -1;
	return (double)(now_read().mono_ns - a.mono_ns) / NS_PER_MS;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	static const char *const keys[] = { "j", "k", "4", "j", "k", "G", "g",
		"6", "s", "2", "?", "\033", "1" };
	static double ms[KEYS_MAX];
	struct winsize ws = { 0 };
	int cols, rows, n, idle, lost = 0, k = 0;
	double before;
	int64_t t0;
	size_t bytes = 0;

	if (argc < 6 || sscanf(argv[1], "%dx%d", &cols, &rows) != 2 ||
	    (n = (int)strtol(argv[2], NULL, 10)) > KEYS_MAX)
		return 2;
	idle = (int)strtol(argv[3], NULL, 10);
	ws.ws_col = (unsigned short)cols;
	ws.ws_row = (unsigned short)rows;
	pid = forkpty(&fd, NULL, NULL, &ws);
	if (pid == 0) {
		execvp(argv[5], argv + 5);
		_exit(127);
	}
	drain(400, 3000);
	for (int i = 0; i < n; i++) {
		/* between two frames: what comes then is the key's */
		drain(8, 300);
		ms[k] = press(keys[i % (int)nitems(keys)]);
		if (ms[k] > 30)
			printf("# %.1f ms: key %s\n", ms[k],
			    keys[i % (int)nitems(keys)][0] == '\033'
				? "Esc"
				: keys[i % (int)nitems(keys)]);
		if (ms[k] < 0)
			lost++;
		else
			k++;
	}
	if (press(argv[4]) < 0)
		lost++;
	drain(50, 1000);
	before = cpu_ms();
	t0 = now_read().mono_ns;
	while (now_read().mono_ns - t0 < idle * NS_PER_S)
		bytes += drain(100, 1000);
	qsort(ms, (size_t)k, sizeof(ms[0]), by_value);
	printf("key to repaint: p50 %.1f ms  p95 %.1f ms  max %.1f ms  (%d "
	       "keys, %d unanswered)\n",
	    k > 0 ? ms[k / 2] : -1, k > 0 ? ms[k * 95 / 100] : -1,
	    k > 0 ? ms[k - 1] : -1, k, lost);
	printf("idle on pane %s: %.2f ms CPU per second, %.0f bytes per "
	       "second\n",
	    argv[4], idle > 0 ? (cpu_ms() - before) / idle : 0,
	    idle > 0 ? (double)bytes / idle : 0);
	kill(pid, SIGTERM);
	waitpid(pid, NULL, 0);
	return lost > 0;
}
