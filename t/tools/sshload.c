/* SPDX-License-Identifier: MIT */
/*
 * sshload: many supervisors at once.  Logs N sessions in over SSH, each with
 * a terminal and a shell, lets them look for a while, and says in one line of
 * JSON what they got and what the server's processes paid.  Judges nothing.
 *
 *   sshload --port P --key FILE [--user U] [--sessions N] [--size 120x40]
 *           [--seconds S] [--warm S] [--stalled K] [--slow K] [--keys K]
 *           [--nag 0|1] [--measure M --stamps FILE] [--server PID]
 *           [--also PID] [--parallel N] [--ready FILE]
 *
 * --stalled  so many never read after their first screen, with the smallest
 *            receive buffer there is; --slow: so many read 8 KB/s
 * --nag 1    those that stall ask for full screens all the time
 * --keys     so many go from pane to pane, a key every second
 * --measure  so many have a terminal (libvterm) that looks for the stamps of
 *            t/tools/fakeboard --stamps: from publishing to the screen
 * --server   the SSH server: its children are what is measured
 * --also     another process whose CPU is told: "also_cores"
 * --ready    written when all have a screen
 *
 * Each session comes from an address of its own (127.16.0.0/12).  At the end
 * (--seconds, SIGTERM) those that stalled read again and must catch up, then
 * half of the others leave with q, the rest is cut off.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>

#include <jansson.h>

#include "load.h"

#define LOGIN_S   60 /* a session that has no screen then has failed */
#define TURN_MS   50
#define KEY_NS    NS_PER_S
#define FILL      12 /* full screens that one asks for before it stalls */
#define SLOW_NS   (NS_PER_S / 2) /* libssh reads 4 KB at a time */
#define WAKE_S    8 /* for those that stalled to catch up */
#define WAKE_MIN  8 /* frames that say that one has */
#define LEAVE_S   5
#define LATENCIES 2000000

static struct {
	int64_t sessions, seconds, warm, stalled, nag, slow, keys, server, also,
	    parallel;
	const char *key_file, *stamps_file, *ready;
} o = { .sessions = 1, .seconds = 10, .warm = 3, .parallel = 16 };

static struct client *clients;
static volatile sig_atomic_t stopped;

static void
on_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

static void __attribute__((format(printf, 1, 2), noreturn))
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("sshload: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	exit(2);
}

/* ---- the loop ---------------------------------------------------------- */

static void
press(struct client *c, const char *keys)
{
	ssh_channel_write(c->ch, keys, (uint32_t)strlen(keys));
}

/* What is due by the clock. */
static void
by_clock(struct client *c, int64_t now_ns)
{
	static const char *const keys[] = { "2", "j", "4", "j", "k", "6", "j",
		"8", "0", "3", "?", "\033", "7", "5", "1" };

	if (c->stage != UP || now_ns < c->next)
		return;
	if (c->kind == KEYS) {
		press(c, keys[(c->i + c->nkey++) % (int)nitems(keys)]);
		pump(c);
		c->next = now_ns + KEY_NS;
	} else if (c->kind == SLOW) {
		pump(c);
		c->next = now_ns + SLOW_NS;
	} else if (c->kind == STALLED && (o.nag != 0 || c->nkey++ < FILL)) {
		press(c, "\014"); /* paint all of it: what fills the pipe */
		c->next = now_ns + KEY_NS / 5;
	}
}

static void
turn(void)
{
	struct epoll_event e[256];
	int n = epoll_wait(load.ep, e, (int)nitems(e), TURN_MS);
	int64_t now_ns = clock_ns();

	for (int i = 0; i < n; i++) {
		struct client *c = e[i].data.ptr;

		if (c->stage == UP)
			pump(c);
		else if (c->stage != GONE)
			advance(c, now_ns);
	}
	for (int64_t i = 0; i < o.sessions; i++)
		by_clock(&clients[i], now_ns);
}

static int64_t
how_many(enum stage stage)
{
	int64_t n = 0;

	for (int64_t i = 0; i < o.sessions; i++)
		n += clients[i].stage == stage;
	return n;
}

/* All log in, so many at a time; seconds until the last has a screen. */
static double
log_in(void)
{
	int64_t t0 = clock_ns(), next = 0, busy;

	do {
		busy = 0;
		for (int64_t i = 0; i < next; i++) {
			struct client *c = &clients[i];

			if (c->stage >= UP)
				continue;
			if (clock_ns() - c->began > LOGIN_S * NS_PER_S) {
				failed(c, "it has no screen");
				gone(c);
			} else
				busy++;
		}
		for (; busy < o.parallel && next < o.sessions; next++) {
			if (start(&clients[next]))
				busy++;
			else
				clients[next].stage = GONE;
		}
		turn();
	} while (busy > 0 && !stopped);
	return (double)(clock_ns() - t0) / 1e9;
}

static void
run_until(int64_t until_ns)
{
	while (clock_ns() < until_ns && !stopped)
		turn();
}

/* ---- figures ----------------------------------------------------------- */

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* {"n", "p50", "p95", "p99", "max"}; sorts v. */
static json_t *
spread(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), by_value);
	if (n == 0)
		return json_null();
	return json_pack("{s:I, s:f, s:f, s:f, s:f}", "n", (json_int_t)n, "p50",
	    v[n / 2], "p95", v[n * 95 / 100], "p99", v[n * 99 / 100], "max",
	    v[n - 1]);
}

static void
put(json_t *to, const char *name, double v, bool known)
{
	json_object_set_new(
	    to, name, known ? json_real(round(v * 1000) / 1000) : json_null());
}

static double
own_cpu_s(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

/* Whose address is it?  NULL: nobody's of ours. */
static struct client *
client_at(uint32_t addr)
{
	uint32_t i = ntohl(addr) - LOAD_NET;

	i = i / 256 * 250 + i % 256;
	return i < o.sessions ? &clients[i] : NULL;
}

/* Which process serves whom, by the sockets they hold; what is queued. */
static void
find_processes(void)
{
	size_t max = (size_t)o.sessions * 2 + 4096, n, k;
	struct procs_socket *s = xcalloc(max, sizeof(*s));
	pid_t *pids = xcalloc(max, sizeof(*pids));
	uint64_t inodes[64];
	struct client *c;

	n = procs_sockets((uint32_t)load.port, s, max);
	k = procs_children((pid_t)o.server, pids, max);
	for (size_t p = 0; p < k; p++) {
		size_t held = procs_inodes(pids[p], inodes, nitems(inodes));

		for (size_t h = 0; h < held; h++)
			for (size_t j = 0; j < n; j++)
				if (s[j].inode == inodes[h] &&
				    (c = client_at(s[j].peer)) != NULL)
					c->pid = pids[p];
	}
	for (size_t j = 0; j < n; j++)
		if ((c = client_at(s[j].peer)) != NULL)
			c->queued = s[j].queued;
	free(pids);
	free(s);
}

static void
cost_all(bool after)
{
	for (int64_t i = 0; i < o.sessions; i++) {
		struct client *c = &clients[i];

		if (c->pid != 0 && !after)
			c->before = procs_cost(c->pid);
		else if (c->pid != 0 && procs_parent(c->pid, NULL) != 0)
			c->after = procs_cost(c->pid);
		else if (c->pid != 0)
			c->after = c->before; /* it has ended */
	}
}

/* Sums over the sessions of one kind whose process is known. */
struct sums {
	int n;
	uint32_t queued;
	double cpu, pss, most, before, grew;
};

static struct sums
sum(enum kind kind)
{
	struct sums u = { 0 };

	for (int64_t i = 0; i < o.sessions; i++) {
		const struct client *c = &clients[i];

		if (c->kind != kind)
			continue;
		u.queued = MAXIMUM(u.queued, c->queued);
		if (c->pid == 0)
			continue;
		u.n++;
		u.cpu += c->after.cpu_s - c->before.cpu_s;
		u.pss += c->after.pss_kb;
		u.before += c->before.pss_kb;
		u.most = MAXIMUM(u.most, c->after.pss_kb);
		u.grew = MAXIMUM(u.grew, c->after.anon_kb - c->before.anon_kb);
	}
	return u;
}

/* What the server's processes took in those seconds. */
static void
put_cost(json_t *to, double s, double server_cpu)
{
	static const char *const names[] = { "reads", "keys", "stalled",
		"slow" };
	double cpu = 0, pss = 0, most = 0;
	int n = 0;

	for (enum kind k = READS; k <= SLOW; k++) {
		struct sums u = sum(k);
		json_t *one = json_object();

		n += u.n;
		cpu += u.cpu;
		pss += u.pss;
		most = MAXIMUM(most, u.most);
		json_object_set_new(one, "n", json_integer(u.n));
		put(one, "pss_kb", u.pss / u.n, u.n > 0 && u.pss > 0);
		put(one, "pss_kb_before", u.before / u.n,
		    u.n > 0 && u.before > 0);
		put(one, "grew_kb", u.grew, u.n > 0);
		put(one, "queued_kb", u.queued / 1024.0, true);
		put(one, "cpu_ms", u.cpu * 1000 / s / u.n, u.n > 0);
		json_object_set_new(to, names[k], one);
	}
	json_object_set_new(to, "processes", json_integer(n));
	put(to, "pss_kb", pss / n, n > 0 && pss > 0);
	put(to, "pss_max_kb", most, n > 0 && most > 0);
	put(to, "cpu_ms", cpu * 1000 / s / n, n > 0);
	put(to, "cores", cpu / s, n > 0);
	put(to, "server_cores", server_cpu / s, o.server > 0);
	put(to, "server_rss_kb", procs_kb((pid_t)o.server, "status", "VmRSS:"),
	    o.server > 0);
}

/* What those that read got in those seconds. */
static void
put_frames(json_t *to, double s)
{
	double bytes = 0, frames = 0, least = INFINITY, gap = 0;
	int n = 0;

	for (int64_t i = 0; i < o.sessions; i++) {
		const struct client *c = &clients[i];
		double f = (double)(c->frames - c->frames0) / s;

		if (c->kind != READS)
			continue;
		n++;
		frames += f;
		bytes += (double)(c->bytes - c->bytes0) / s;
		least = MINIMUM(least, f);
		gap = MAXIMUM(gap, (double)c->gap / 1e6);
	}
	put(to, "bytes_s", bytes / MAXIMUM(n, 1), n > 0);
	put(to, "frames_s", frames / MAXIMUM(n, 1), n > 0);
	put(to, "frames_s_least", least, n > 0);
	put(to, "gap_max_ms", gap, n > 0);
	json_object_set_new(
	    to, "latency_ms", spread(load.latency, load.nlatency));
}

/* Those that stalled read again: how many of them get frames. */
static int
wake(void)
{
	int64_t until = clock_ns() + WAKE_S * NS_PER_S;
	int awake, asleep;

	for (int64_t i = 0; i < o.sessions; i++)
		if (clients[i].kind == STALLED && clients[i].stage == UP) {
			clients[i].frames0 = clients[i].frames;
			watch(&clients[i], true);
		}
	do {
		turn();
		awake = asleep = 0;
		for (int64_t i = 0; i < o.sessions; i++) {
			const struct client *c = &clients[i];

			if (c->kind != STALLED || c->stage != UP)
				continue;
			if (c->frames - c->frames0 >= WAKE_MIN)
				awake++;
			else
				asleep++;
		}
	} while (asleep > 0 && clock_ns() < until);
	return awake;
}

/* Half of those that read press q; how many are let go by the server. */
static int
leave(int *asked)
{
	int64_t until = clock_ns() + LEAVE_S * NS_PER_S;
	int left;

	*asked = 0;
	for (int64_t i = 0; i < o.sessions; i += 2)
		if (clients[i].kind == READS && clients[i].stage == UP) {
			clients[i].nkey = -1;
			press(&clients[i], "q");
			(*asked)++;
		}
	do {
		turn();
		left = 0;
		for (int64_t i = 0; i < o.sessions; i++)
			left += clients[i].nkey == -1 && clients[i].closed;
	} while (left < *asked && clock_ns() < until);
	return left;
}

static json_t *
measure(double up_s)
{
	json_t *r = json_object();
	double *login = xcalloc((size_t)o.sessions, sizeof(*login));
	double cpu = 0, also, own, s;
	int64_t t0, up = how_many(UP);
	size_t n = 0;

	for (int64_t i = 0; i < o.sessions; i++)
		if (clients[i].up != 0)
			login[n++] =
			    (double)(clients[i].up - clients[i].began) / 1e6;
	json_object_set_new(r, "sessions", json_integer(o.sessions));
	json_object_set_new(r, "up", json_integer(up));
	put(r, "up_s", up_s, true);
	json_object_set_new(r, "login_ms", spread(login, n));
	run_until(clock_ns() + o.warm * NS_PER_S);
	if (o.server > 0) {
		find_processes();
		cost_all(false);
		cpu = procs_cpu_s((pid_t)o.server);
	}
	for (int64_t i = 0; i < o.sessions; i++) {
		clients[i].bytes0 = clients[i].bytes;
		clients[i].frames0 = clients[i].frames;
		clients[i].last = 0;
	}
	also = procs_cpu_s((pid_t)o.also);
	t0 = clock_ns();
	own = own_cpu_s();
	load.counting = true;
	run_until(t0 + o.seconds * NS_PER_S);
	load.counting = false;
	s = (double)(clock_ns() - t0) / 1e9;
	own = own_cpu_s() - own;
	also = procs_cpu_s((pid_t)o.also) - also;
	json_object_set_new(r, "from_ns", json_integer(t0));
	json_object_set_new(r, "to_ns", json_integer(clock_ns()));
	put(r, "seconds", s, true);
	put_frames(r, s);
	if (o.server > 0) {
		cpu = procs_cpu_s((pid_t)o.server) - cpu;
		cost_all(true);
		find_processes();
		put_cost(r, s, cpu);
	}
	put(r, "client_cores", own / s, true);
	put(r, "also_cores", also / s, o.also > 0);
	json_object_set_new(r, "dead", json_integer(up - how_many(UP)));
	free(login);
	return r;
}

/* ---- options ----------------------------------------------------------- */

static void
options(int argc, char **argv)
{
	static const struct {
		const char *name;
		int64_t *to, most;
	} numbers[] = { { "port", &load.port, 65535 },
		{ "sessions", &o.sessions, 4000 },
		{ "seconds", &o.seconds, 86400 }, { "warm", &o.warm, 3600 },
		{ "stalled", &o.stalled, 4000 }, { "slow", &o.slow, 4000 },
		{ "nag", &o.nag, 1 }, { "also", &o.also, INT32_MAX },
		{ "keys", &o.keys, 4000 }, { "measure", &load.measure, 4000 },
		{ "server", &o.server, INT32_MAX },
		{ "parallel", &o.parallel, 64 } };
	static const struct {
		const char *name, **to;
	} texts[] = { { "user", &load.user }, { "key", &o.key_file },
		{ "stamps", &o.stamps_file }, { "ready", &o.ready } };

	for (int i = 1; i < argc; i++) {
		const char *name = argv[i] + 2, *value = argv[i + 1];
		bool done = false;

		if (strncmp(argv[i], "--", 2) != 0 || value == NULL)
			die("%s: an option and its value, see the source",
			    argv[i]);
		i++;
		for (size_t k = 0; k < nitems(numbers); k++)
			if (strcmp(name, numbers[k].name) == 0)
				done = str_int64(
				    value, 0, numbers[k].most, numbers[k].to);
		for (size_t k = 0; k < nitems(texts); k++)
			if (strcmp(name, texts[k].name) == 0) {
				*texts[k].to = value;
				done = true;
			}
		if (strcmp(name, "size") == 0)
			done = sscanf(value, "%dx%d", &load.cols, &load.rows) ==
				   2 &&
			       load.cols > 0 && load.cols < 1000 &&
			       load.rows > 0;
		if (!done)
			die("--%s %s: not understood", name, value);
	}
	if (load.port == 0 || o.key_file == NULL || o.sessions == 0 ||
	    load.measure + o.keys + o.slow + o.stalled > o.sessions)
		die("--port, --key and no more kinds than sessions");
}

/* First those that are measured, then readers; the others at the end. */
static void
make_clients(void)
{
	int64_t stalled = o.sessions - o.stalled, slow = stalled - o.slow,
		keys = slow - o.keys;

	clients = xcalloc((size_t)o.sessions, sizeof(*clients));
	for (int64_t i = 0; i < o.sessions; i++) {
		clients[i].i = (int)i;
		clients[i].kind = i >= stalled ? STALLED
				  : i >= slow  ? SLOW
				  : i >= keys  ? KEYS
					       : READS;
	}
}

int
main(int argc, char **argv)
{
	struct rlimit fds;
	double up_s;
	json_t *r;
	char *text;
	int asked, left;
	FILE *f;

	options(argc, argv);
	getrlimit(RLIMIT_NOFILE, &fds);
	fds.rlim_cur = fds.rlim_max;
	setrlimit(RLIMIT_NOFILE, &fds);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_stop);
	signal(SIGINT, on_stop);
	ssh_init();
	if (ssh_pki_import_privkey_file(
		o.key_file, NULL, NULL, NULL, &load.key) != SSH_OK)
		die("%s: no private key", o.key_file);
	if (o.stamps_file != NULL &&
	    (load.stamps = stamps_open(o.stamps_file, 0)) == NULL)
		die("%s: %s", o.stamps_file, strerror(errno));
	load.latency = xcalloc(LATENCIES, sizeof(*load.latency));
	load.ep = epoll_create1(EPOLL_CLOEXEC);
	make_clients();
	up_s = log_in();
	if (how_many(UP) == 0)
		die("nobody has a screen");
	if (o.ready != NULL && (f = fopen(o.ready, "w")) != NULL) {
		fprintf(f, "%d\n", (int)how_many(UP));
		fclose(f);
	}
	r = measure(up_s);
	json_object_set_new(r, "woken", json_integer(wake()));
	left = leave(&asked);
	json_object_set_new(r, "asked_to_leave", json_integer(asked));
	json_object_set_new(r, "left", json_integer(left));
	text = json_dumps(r, JSON_COMPACT | JSON_REAL_PRECISION(6));
	puts(text);
	free(text);
	return 0;
}
