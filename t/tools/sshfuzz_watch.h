/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_watch: the server under test, started by us, and what must hold of
 * it all the time: it lives, none of its processes ends by a signal, the
 * sanitizers are silent, memory and files stay as they are, nothing else is
 * executed, no process stays behind or spins.
 */
#ifndef T_SSHFUZZ_WATCH_H
#define T_SSHFUZZ_WATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sshfuzz_room.h"

#define WATCH_WORKERS  64
#define WATCH_RECENT   4096
#define WATCH_GROWTH   (48L << 20) /* bytes, of the server itself */
#define WATCH_CHILD    (110L << 20) /* bytes, of any process of it */
#define WATCH_AGE_S    90 /* no connection of ours is that long */
#define WATCH_CPU_S    30
#define WATCH_TELL_MAX 30 /* lines of a report that are shown */

/* One connection, for reports. */
struct shown {
	uint32_t n;
	char mode[12], step[WIRE_STEP];
};

/* Between the processes of the fuzzer. */
struct shared {
	volatile bool stop;
	volatile uint64_t made[8], logins, refused, proofs, steps;
	struct shown now[WATCH_WORKERS], recent[WATCH_RECENT];
	char probe_why[160];
	char found[WATCH_WORKERS][200]; /* what a worker noticed; "" */
};

struct watch {
	struct shared *sh;
	uint64_t seed;
	const char *dir, *exe;
	char real_exe[PATH_MAX];
	pid_t server;
	int log;
	FILE *copy;
	struct buf line, files;
	long rss_first, rss_most, child_most;
	unsigned defects, tell, logged_in, looks;
	pid_t told[64]; /* processes that were reported */
	size_t ntold;
};

/* Spread, so that no two near ones share a network of 16 bits. */
static inline void
addr_of(uint32_t n, char out[20])
{
	str_format(out, 20, "127.%u.%u.%u", 1 + n % 250, 1 + n / 250 % 250,
	    1 + n / 62500 % 250);
}

/* The connection of the first such address in a text; -1: none. */
static inline int64_t
number_in(const char *text)
{
	for (const char *p = text; (p = strstr(p, "127.")) != NULL; p++) {
		unsigned a, b, c;

		if (sscanf(p, "127.%u.%u.%u", &a, &b, &c) == 3 && a > 0 &&
		    b > 0 && c > 0)
			return (int64_t)(a - 1) + 250 * (b - 1) +
			       62500LL * (c - 1);
	}
	return -1;
}

static inline void __attribute__((format(printf, 3, 4)))
defect(struct watch *w, int64_t n, const char *fmt, ...)
{
	va_list ap;

	w->defects++;
	printf("DEFECT (seed %llu): ", (unsigned long long)w->seed);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	for (size_t i = 0; i < WATCH_RECENT && n >= 0; i++) {
		const struct shown *s = &w->sh->recent[i];

		if (s->mode[0] != '\0' && s->n == (uint32_t)n)
			printf("  connection %u, mode %s, its last step: %s\n",
			    s->n, s->mode, s->step);
	}
	for (size_t i = 0; i < WATCH_WORKERS; i++) {
		const struct shown *s = &w->sh->now[i];

		if (s->mode[0] != '\0' &&
		    (n < 0 ? w->defects <= 3 : s->n == (uint32_t)n))
			printf("  under way: connection %u, mode %s: %s\n",
			    s->n, s->mode, s->step);
	}
	if (n >= 0)
		printf("  again: --seed %llu --only %lld\n",
		    (unsigned long long)w->seed, (long long)n);
	fflush(stdout);
}

/* ---- its log ----------------------------------------------------------- */

static inline void
watch_line(struct watch *w, const char *s)
{
	static const char *const bad[] = { "by signal ", "AddressSanitizer",
		"runtime error:", "LeakSanitizer", "stack smashing",
		"Assertion ", "buffer overflow detected", "double free",
		"free(): ", "malloc(): ", "corrupted " };

	if (w->copy != NULL)
		fprintf(w->copy, "%s\n", s);
	if (strstr(s, ": logged in by ") != NULL)
		w->logged_in++;
	if (w->tell > 0) {
		w->tell--;
		printf("  | %s\n", s);
		return;
	}
	for (size_t i = 0; i < nitems(bad); i++)
		if (strstr(s, bad[i]) != NULL) {
			defect(w, number_in(s), "%s", s);
			if (i > 0)
				w->tell = WATCH_TELL_MAX;
			return;
		}
}

static inline void
watch_log(struct watch *w)
{
	char piece[65536], *nl;
	ssize_t n;

	while ((n = read(w->log, piece, sizeof(piece))) > 0) {
		buf_put(&w->line, piece, (size_t)n);
		while ((nl = memchr(w->line.p, '\n', w->line.len)) != NULL) {
			*nl = '\0';
			watch_line(w, w->line.p);
			buf_drain(&w->line, (size_t)(nl - w->line.p) + 1);
		}
	}
}

/* ---- its processes ----------------------------------------------------- */

struct proc {
	pid_t pid, parent;
	long rss; /* bytes */
	double cpu_s, age_s;
	char state;
};

static inline bool
proc_read(pid_t pid, struct proc *p)
{
	char path[64], text[1024], *s;
	unsigned long long start, utime, stime;
	long ticks = sysconf(_SC_CLK_TCK), pages;
	struct timespec up;
	int fd, parent;
	ssize_t n;

	str_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[MAXIMUM(n, 0)] = '\0';
	s = strrchr(text, ')');
	if (s == NULL ||
	    sscanf(s + 1,
		" %c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %*d %*d "
		"%*d %*d %*d %*d %llu %*u %ld",
		&p->state, &parent, &utime, &stime, &start, &pages) != 6)
		return false;
	clock_gettime(CLOCK_BOOTTIME, &up);
	p->pid = pid;
	p->parent = parent;
	p->rss = pages * sysconf(_SC_PAGESIZE);
	p->cpu_s = (double)(utime + stime) / (double)ticks;
	p->age_s = (double)up.tv_sec - (double)start / (double)ticks;
	return true;
}

/* All that descend from the server; how many. */
static inline size_t
procs_of(pid_t server, struct proc *v, size_t most)
{
	static struct proc all[65536];
	struct dirent *e;
	size_t n = 0, found = 0;
	DIR *d = opendir("/proc");
	bool more = true;
	int64_t pid;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (n < nitems(all) &&
		    str_int64(e->d_name, 1, INT32_MAX, &pid) &&
		    proc_read((pid_t)pid, &all[n]))
			n++;
	if (d != NULL)
		closedir(d);
	while (more) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			bool ours = all[i].parent == server;

			for (size_t k = 0; k < found && !ours; k++)
				ours = all[i].parent == v[k].pid;
			if (!ours || all[i].pid == 0 || found == most)
				continue;
			v[found++] = all[i];
			all[i].pid = all[i].parent = 0;
			more = true;
		}
	}
	return found;
}

static inline void
complain_once(struct watch *w, const struct proc *p, const char *what)
{
	for (size_t i = 0; i < w->ntold; i++)
		if (w->told[i] == p->pid)
			return;
	if (w->ntold < nitems(w->told))
		w->told[w->ntold++] = p->pid;
	defect(w, -1, "process %d (%.0f s old, %.1f s of CPU, %ld MB): %s",
	    (int)p->pid, p->age_s, p->cpu_s, p->rss >> 20, what);
}

/* Processes of connections; the one that reads the configuration is none. */
static inline size_t
watch_procs(struct watch *w)
{
	static struct proc v[2048];
	struct proc own;
	size_t n = procs_of(w->server, v, nitems(v)), conns = 0;

	if (proc_read(w->server, &own)) {
		/* what it needs for its first connections is no growth */
		if (w->looks == 3)
			w->rss_first = own.rss;
		w->rss_most = MAXIMUM(w->rss_most, own.rss);
		if (w->rss_first > 0 && own.rss > w->rss_first + WATCH_GROWTH)
			complain_once(w, &own, "the server has grown");
	}
	for (size_t i = 0; i < n; i++) {
		char path[64], exe[PATH_MAX], name[32] = "";
		ssize_t k;
		FILE *f;

		str_format(path, sizeof(path), "/proc/%d/comm", (int)v[i].pid);
		if ((f = fopen(path, "re")) != NULL) {
			if (fgets(name, sizeof(name), f) == NULL)
				name[0] = '\0';
			fclose(f);
		}
		if (strncmp(name, "sshd-reader", 11) == 0 || v[i].state == 'Z')
			continue;
		conns++;
		w->child_most = MAXIMUM(w->child_most, v[i].rss);
		if (v[i].rss > WATCH_CHILD)
			complain_once(w, &v[i], "takes too much memory");
		if (v[i].age_s > WATCH_AGE_S)
			complain_once(w, &v[i], "stays for ever");
		if (v[i].cpu_s > WATCH_CPU_S)
			complain_once(w, &v[i], "spins");
		str_format(path, sizeof(path), "/proc/%d/exe", (int)v[i].pid);
		k = readlink(path, exe, sizeof(exe) - 1);
		exe[MAXIMUM(k, 0)] = '\0';
		if (k > 0 && strcmp(exe, w->real_exe) != 0) {
			char what[PATH_MAX + 16];

			str_format(what, sizeof(what), "%s is executed", exe);
			complain_once(w, &v[i], what);
		}
	}
	return conns;
}

/* ---- its files --------------------------------------------------------- */

static inline void
list_files(const char *dir, const char *name, struct buf *out, int depth)
{
	char path[512];
	struct dirent **v = NULL;
	int n;

	str_format(path, sizeof(path), "%s/%s", dir, name);
	n = depth < 5 ? scandir(path, &v, NULL, alphasort) : 0;
	for (int i = 0; i < n; i++) {
		/* the made-up engine's diary of what it was asked */
		if (strcmp(v[i]->d_name, ".") != 0 &&
		    strcmp(v[i]->d_name, "..") != 0 &&
		    strcmp(v[i]->d_name, "requests") != 0) {
			buf_fmt(out, "%s/%s\n", path, v[i]->d_name);
			if (v[i]->d_type == DT_DIR)
				list_files(path, v[i]->d_name, out, depth + 1);
		}
		free(v[i]);
	}
	free(v);
}

static inline void
watch_files(struct watch *w)
{
	static const char *const dirs[] = { "run", "state", "cwd" };
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < nitems(dirs); i++)
		list_files(w->dir, dirs[i], &b, 0);
	if (access("/tmp/" ROOM_CANARY, F_OK) == 0)
		buf_str(&b, "/tmp/" ROOM_CANARY "\n");
	if (w->files.len == 0) {
		buf_put(&w->files, buf_cstr(&b), b.len);
	} else if (strcmp(buf_cstr(&w->files), buf_cstr(&b)) != 0) {
		defect(w, -1, "other files than before:\n%snow:\n%s",
		    buf_cstr(&w->files), buf_cstr(&b));
		buf_reset(&w->files);
		buf_put(&w->files, b.p, b.len);
	}
	buf_clear(&b);
}

/* ---- the server -------------------------------------------------------- */

static inline void __attribute__((noreturn))
server_exec(const struct watch *w, int log)
{
	char conf[512], cwd[512];

	str_format(conf, sizeof(conf), "%s/d.conf", w->dir);
	str_format(cwd, sizeof(cwd), "%s/cwd", w->dir);
	setenv("ASAN_OPTIONS",
	    "detect_leaks=0:abort_on_error=1:quarantine_size_mb=4:"
	    "max_allocation_size_mb=256:allocator_may_return_null=1:"
	    "detect_stack_use_after_return=1",
	    1);
	setenv("UBSAN_OPTIONS", "halt_on_error=1:print_stacktrace=1", 1);
	dup2(log, STDERR_FILENO);
	dup2(log, STDOUT_FILENO);
	if (chdir(cwd) != 0)
		_exit(127);
	execl(w->real_exe, w->real_exe, "-c", conf, (char *)NULL);
	_exit(127);
}

/* False: it did not start; why stands in its log. */
static inline bool
server_start(struct watch *w)
{
	int p[2];
	char path[512];

	if (realpath(w->exe, w->real_exe) == NULL || pipe2(p, O_CLOEXEC) < 0) {
		perror(w->exe);
		return false;
	}
	str_format(path, sizeof(path), "%s/sshd.log", w->dir);
	w->copy = fopen(path, "we");
	w->server = fork();
	if (w->server == 0)
		server_exec(w, p[1]);
	close(p[1]);
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	fcntl(p[0], F_SETPIPE_SZ, 1 << 20);
	w->log = p[0];
	return w->server > 0;
}

/* It lives; else that is said, once. */
static inline bool
server_lives(struct watch *w)
{
	int status;

	if (w->server <= 0 || waitpid(w->server, &status, WNOHANG) == 0)
		return w->server > 0;
	watch_log(w);
	if (WIFSIGNALED(status))
		defect(w, -1, "the server ended: signal %d", WTERMSIG(status));
	else
		defect(
		    w, -1, "the server ended: status %d", WEXITSTATUS(status));
	w->server = 0;
	return false;
}

#endif
