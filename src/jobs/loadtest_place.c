/* SPDX-License-Identifier: MIT */
/*
 * loadtest_place: processes and requests.  Knows nothing of what is tested.
 */
#include "jobs/loadtest_place.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/util.h"

#define START_S    10
#define READY_S    90 /* the first start makes a database cluster */
#define ASK_S      30
#define IMPORT_S   600
#define CHANNELS   50000
#define ARGS       40
#define LAST_BYTES 1500

volatile sig_atomic_t loadtest_stop;

static void
nap(int ms)
{
	poll(NULL, 0, ms);
}

bool
loadtest_place_make(struct loadtest_place *p, struct buf *why)
{
	char state[THROWAWAY_MAX + 16], *slash;
	ssize_t n;
	struct rng r;

	memset(p, 0, sizeof(*p));
	p->carrier = p->engine = -1;
	n = readlink("/proc/self/exe", p->bin, sizeof(p->bin) - 1);
	p->bin[MAXIMUM(n, 0)] = '\0';
	if ((slash = strrchr(p->bin, '/')) != NULL)
		*slash = '\0';
	if (!throwaway_make("loadtest", p->dir, why)) {
		p->dir[0] = '\0';
		return false;
	}
	rng_seed(&r, (uint64_t)now_read().mono_ns ^ (uint64_t)getpid());
	str_format(p->secret, sizeof(p->secret), "%016llx",
	    (unsigned long long)rng_next(&r));
	str_format(p->run_dir, sizeof(p->run_dir), "%s/run", p->dir);
	str_format(p->conf, sizeof(p->conf), "%s/discador.conf", p->dir);
	str_format(p->log, sizeof(p->log), "%s/discadord.log", p->dir);
	str_format(state, sizeof(state), "%s/state", p->dir);
	if (mkdir(state, 0755) == 0)
		return true;
	buf_fmt(why, "%s: %s", state, strerror(errno));
	return false;
}

/* ---- processes -------------------------------------------------------- */

/* One of our programs; out: what it prints, or -1 for its log. */
static pid_t
start(const struct loadtest_place *p, const char *program, const char *log,
    int out, const char *const *argv)
{
	char path[600];
	int fd, null;
	pid_t pid;

	str_format(path, sizeof(path), "%s/%s", p->bin, program);
	fflush(NULL);
	pid = fork();
	if (pid != 0)
		return pid;
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0640);
	null = open("/dev/null", O_RDWR);
	/* A Ctrl-C here is for us to answer. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setsid();
	/* It is another engine, with another database. */
	unsetenv("DISCADOR_CONNINFO");
	dup2(null, 0);
	dup2(out >= 0 ? out : fd, 1);
	dup2(fd, 2);
	execv(path, (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

/* The first line that comes out of fd within START_S. */
static bool
read_line(int fd, char *line, size_t size)
{
	int64_t until = now_read().mono_ns + START_S * NS_PER_S;
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	size_t len = 0;
	char *nl = NULL;

	line[0] = '\0';
	while (nl == NULL && len + 1 < size && loadtest_stop < 2 &&
	       now_read().mono_ns < until) {
		ssize_t n;

		if (poll(&pfd, 1, 200) <= 0)
			continue;
		n = read(fd, line + len, size - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		line[len] = '\0';
		nl = strchr(line, '\n');
	}
	if (nl != NULL)
		*nl = '\0';
	return nl != NULL;
}

static pid_t
start_and_read(const struct loadtest_place *p, const char *program,
    const char *log, const char *const *argv, char *line, size_t size)
{
	int fds[2];
	pid_t pid;

	line[0] = '\0';
	if (pipe2(fds, O_CLOEXEC) < 0)
		return -1;
	pid = start(p, program, log, fds[1], argv);
	close(fds[1]);
	if (pid > 0)
		read_line(fds[0], line, size);
	close(fds[0]);
	return pid;
}

bool
loadtest_place_carrier(
    struct loadtest_place *p, const char *options, struct buf *why)
{
	char log[THROWAWAY_MAX + 32], truth[THROWAWAY_MAX + 32];
	char outcomes[THROWAWAY_MAX + 32], line[64], *words, *word, *rest;
	const char *argv[ARGS] = { "discador-job", "amisim", "--port", "0",
		"--user", "loadtest", "--secret", p->secret, "--prompt-ms",
		"3000", "--truth", truth, "--outcomes", outcomes };
	size_t n = 14;
	int64_t port;
	bool good;

	str_format(log, sizeof(log), "%s/carrier.log", p->dir);
	str_format(truth, sizeof(truth), "%s/truth.csv", p->dir);
	str_format(outcomes, sizeof(outcomes), "%s/outcomes.csv", p->dir);
	words = xstrdup(options != NULL ? options : "");
	for (word = strtok_r(words, " ", &rest); word != NULL && n + 1 < ARGS;
	     word = strtok_r(NULL, " ", &rest))
		argv[n++] = word;
	p->carrier =
	    start_and_read(p, "discador-job", log, argv, line, sizeof(line));
	good = strncmp(line, "port ", 5) == 0 &&
	       str_int64(line + 5, 1, 65535, &port);
	if (good) {
		p->port = (int)port;
	} else {
		buf_str(why, "the simulated carrier did not start");
		if (*words != '\0')
			buf_fmt(why, " with the options %s", options);
	}
	free(words);
	return good;
}

/* ---- the engine ------------------------------------------------------- */

/* A libconfig string. */
static void
put_text(struct buf *b, const char *key, const char *s)
{
	buf_fmt(b, "%s = \"", key);
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *s);
	}
	buf_str(b, "\"; ");
}

static bool
write_conf(const struct loadtest_place *p, const struct conf_switch *sw,
    double cps, struct buf *why)
{
	int fd = open(p->conf, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct buf b = BUF_INIT;
	bool good;

	buf_fmt(&b,
	    "# Written by a load test; goes away with it.\n"
	    "node = \"loadtest\";\nstate_dir = \"%s/state\";\n"
	    "run_dir = \"%s\";\nmetrics = { enabled = false; };\n"
	    "switches = ( { ",
	    p->dir, p->run_dir);
	put_text(&b, "name", sw != NULL ? sw->name : "carrier");
	put_text(&b, "host", sw != NULL ? sw->host : "127.0.0.1");
	put_text(&b, "user", sw != NULL ? sw->user : "loadtest");
	put_text(&b, "secret", sw != NULL ? sw->secret : p->secret);
	if (sw != NULL && sw->tls && sw->ca_file[0] != '\0')
		put_text(&b, "ca_file", sw->ca_file);
	buf_fmt(&b,
	    "port = %d; tls = %s; max_cps = %f; max_channels = %d; } );\n",
	    sw != NULL ? sw->port : p->port,
	    sw != NULL && sw->tls ? "true" : "false", cps,
	    sw != NULL ? sw->max_channels : CHANNELS);
	good = fd >= 0 && write(fd, b.p, b.len) == (ssize_t)b.len;
	if (!good)
		buf_fmt(why, "%s: %s", p->conf, strerror(errno));
	if (fd >= 0)
		close(fd);
	explicit_bzero(b.p, b.len);
	buf_clear(&b);
	return good;
}

const struct board *
loadtest_place_look(struct loadtest_place *p)
{
	enum board_state state;
	const struct board *b =
	    board_look(p->reader, now_read().mono_ns, &state);

	return b != NULL && state == BOARD_LIVE ? b : NULL;
}

bool
loadtest_place_died(struct loadtest_place *p)
{
	int status;

	if (p->engine > 0 && waitpid(p->engine, &status, WNOHANG) == p->engine)
		p->engine = -1;
	return p->engine < 0;
}

void
loadtest_place_last_words(const struct loadtest_place *p, struct buf *out)
{
	int fd = open(p->log, O_RDONLY | O_CLOEXEC);
	char b[LAST_BYTES + 1];
	off_t end = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n;

	if (fd < 0)
		return;
	n = pread(fd, b, LAST_BYTES, MAXIMUM(end - LAST_BYTES, 0));
	close(fd);
	if (n > 0)
		buf_put(out, b, (size_t)n);
}

static bool
ready(const struct board *b)
{
	return b != NULL && b->db_connected && b->nswitches == 1 &&
	       b->switches[0].connected;
}

static void
not_ready(struct loadtest_place *p, struct buf *why)
{
	const struct board *b = loadtest_place_look(p);

	if (loadtest_stop != 0)
		buf_str(why, "stopped before the first call");
	else if (p->engine < 0)
		buf_str(why, "the test's own engine ended: ");
	else
		buf_fmt(why, "the test's own engine is not ready: %s",
		    b == NULL           ? "it publishes nothing"
		    : !b->db_connected  ? b->db_why
		    : b->nswitches == 1 ? b->switches[0].why
					: "no switch");
	if (loadtest_stop == 0 && p->engine < 0)
		loadtest_place_last_words(p, why);
}

bool
loadtest_place_engine(struct loadtest_place *p, const struct conf_switch *sw,
    double cps, struct buf *why)
{
	const char *argv[] = { "discadord", "-c", p->conf, "--run-dir",
		p->run_dir, "--fast-init", NULL };
	const char *info[] = { "discadord", "-c", p->conf, "--db", "conninfo",
		NULL };
	int64_t until = now_read().mono_ns + READY_S * NS_PER_S;
	pid_t pid;

	if (!write_conf(p, sw, cps, why))
		return false;
	p->engine = start(p, "discadord", p->log, -1, argv);
	p->reader = board_reader_new(p->run_dir);
	while (!ready(loadtest_place_look(p)) && !loadtest_place_died(p) &&
	       loadtest_stop == 0 && now_read().mono_ns < until)
		nap(50);
	if (!ready(loadtest_place_look(p))) {
		not_ready(p, why);
		return false;
	}
	pid = start_and_read(
	    p, "discadord", p->log, info, p->conninfo, sizeof(p->conninfo));
	throwaway_end_child(pid, 5000, SIGTERM);
	if (p->conninfo[0] == '\0')
		buf_str(why, "where the test's own database is was not said");
	return p->conninfo[0] != '\0';
}

/* ---- requests --------------------------------------------------------- */

/* The reply's own words where it says no. */
static bool
judge(json_t *reply, const char *why_not, struct buf *why)
{
	bool good = reply != NULL && json_is_true(json_object_get(reply, "ok"));
	const char *text = json_string_value(json_object_get(reply, "text"));

	if (!good)
		buf_fmt(why, "the test's own engine: %s",
		    reply == NULL  ? why_not
		    : text != NULL ? text
				   : "no");
	json_decref(reply);
	return good;
}

bool
loadtest_place_send(struct loadtest_place *p, json_t *q, struct buf *why)
{
	const char *no = "";
	json_t *reply = ipc_call(p->run_dir, q, NULL, 0, ASK_S, &no);

	json_decref(q);
	return judge(reply, no, why);
}

bool
loadtest_place_ask(struct loadtest_place *p, const char *cmd, const char *a,
    const char *b, struct buf *why)
{
	const char *args[] = { a, b, NULL };

	return loadtest_place_send(p, ipc_request(cmd, args), why);
}

bool
loadtest_place_apply(
    struct loadtest_place *p, const char *text, struct buf *why)
{
	return loadtest_place_send(p,
	    json_pack("{s:s, s:s, s:s}", "cmd", "apply", "file",
		"loadtest.conf", "text", text),
	    why);
}

bool
loadtest_place_import(struct loadtest_place *p, const char *what,
    const char *campaign, const struct buf *list, struct buf *why)
{
	char name[THROWAWAY_MAX + 64];
	const char *no = "";
	json_t *q, *reply;
	int fd;

	str_format(name, sizeof(name), "%s/list.csv", p->dir);
	fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, "number\n", 7) != 7 ||
	    write(fd, list->p, list->len) != (ssize_t)list->len ||
	    lseek(fd, 0, SEEK_SET) != 0) {
		buf_fmt(why, "%s: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return false;
	}
	q = json_pack("{s:s, s:s, s:s, s:I}", "cmd", "import", "what", what,
	    "file", "list.csv", "size", (json_int_t)list->len);
	if (campaign != NULL)
		json_object_set_new(q, "campaign", json_string(campaign));
	reply = ipc_call(p->run_dir, q, &fd, 1, IMPORT_S, &no);
	json_decref(q);
	close(fd);
	return judge(reply, no, why);
}

/* ---- what it costs, and its end --------------------------------------- */

bool
loadtest_place_cost(pid_t pid, int64_t *rss_kb, int64_t *cpu_ms)
{
	char path[40], line[600];
	unsigned long long user = 0, sys = 0;
	long long rss = -1;
	const char *s;
	FILE *f;

	str_format(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (pid <= 0 || (f = fopen(path, "re")) == NULL)
		return false;
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmRSS: %lld", &rss) == 1)
			break;
	fclose(f);
	str_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "re")) == NULL)
		return false;
	s = fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
	fclose(f);
	if (s == NULL || sscanf(s,
			     ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u "
			     "%llu %llu",
			     &user, &sys) != 2)
		return false;
	*rss_kb = rss;
	*cpu_ms = (int64_t)(user + sys) * 1000 / (int64_t)sysconf(_SC_CLK_TCK);
	return rss > 0;
}

void
loadtest_place_end(struct loadtest_place *p, bool quick)
{
	if (p->engine > 0 && !quick) {
		const char *why;
		json_t *q = ipc_request("stop", NULL);

		json_decref(ipc_call(p->run_dir, q, NULL, 0, 5, &why));
		json_decref(q);
	}
	throwaway_end_child(
	    p->engine, quick ? 0 : 15000, quick ? SIGKILL : SIGTERM);
	throwaway_end_child(p->carrier, 0, SIGTERM);
	p->engine = p->carrier = -1;
	if (p->reader != NULL)
		board_reader_free(p->reader);
	p->reader = NULL;
	if (p->dir[0] == '\0')
		return;
	throwaway_end_cluster(p->dir);
	if (!throwaway_remove(p->dir))
		fprintf(stderr, "loadtest: %s could not be removed whole\n",
		    p->dir);
	p->dir[0] = '\0';
}
