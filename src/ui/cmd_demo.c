/* SPDX-License-Identifier: MIT */
/*
 * cmd_demo: everything at once and nothing left behind: a simulated carrier,
 * an engine with a private database, sample campaigns, lists through the real
 * import, and the console.  No telephone is reached.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/throwaway.h"
#include "shared/util.h"
#include "ui/console.h"
#include "ui/demo_lists.h"

#define CARRIER_START_S 10
#define READY_S         60 /* the first start makes a database cluster */
#define SUMMARY_S       5
#define SAMPLE_CPS      30 /* what etc/demo/campaigns.conf adds up to */
#define CPS_MAX         1000
#define CHANNELS        50000

struct demo {
	struct cli cli; /* its own: another run_dir and configuration */
	char dir[THROWAWAY_MAX + 1];
	char conf[THROWAWAY_MAX + 32];
	char secret[20];
	int port;
	pid_t carrier, engine;
	bool console;
	int64_t seconds; /* 0: until stopped */
	const char *cps; /* NULL: the ramp decides */
	double pace; /* the same as a number, or 0 */
};

static void __attribute__((noreturn))
carrier_exec(const struct demo *d, const char *path, int out)
{
	char log[THROWAWAY_MAX + 32];
	int fd;

	str_format(log, sizeof(log), "%s/carrier.log", d->dir);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0640);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	setsid(); /* a Ctrl-C here is for us to answer */
	dup2(out, 1);
	if (fd >= 0)
		dup2(fd, 2);
	execlp(path, path, "amisim", "--mix", "--port", "0", "--user", "demo",
	    "--secret", d->secret, (char *)NULL);
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	_exit(127);
}

/* "port N" is its first line. */
static bool
carrier_start(struct demo *d)
{
	struct pollfd pfd;
	char path[1024], line[64] = "";
	size_t len = 0;
	int p[2];
	int64_t port, until = now_read().mono_ns + CARRIER_START_S * NS_PER_S;

	cli_sibling(&d->cli, "discador-job", path, sizeof(path));
	if (pipe2(p, O_CLOEXEC) < 0)
		return false;
	d->carrier = fork();
	if (d->carrier == 0)
		carrier_exec(d, path, p[1]);
	close(p[1]);
	pfd = (struct pollfd){ .fd = p[0], .events = POLLIN };
	while (len + 1 < sizeof(line) && strchr(line, '\n') == NULL &&
	       !cli_stopped && now_read().mono_ns < until) {
		ssize_t n;

		if (poll(&pfd, 1, 200) <= 0)
			continue;
		n = read(p[0], line + len, sizeof(line) - 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
		line[len] = '\0';
	}
	close(p[0]);
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "port ", 5) == 0 &&
	    str_int64(line + 5, 1, 65535, &port)) {
		d->port = (int)port;
		return true;
	}
	if (!cli_stopped)
		cli_fail(0, "the simulated carrier (%s) did not start", path);
	return false;
}

static bool
write_file(const char *name, const void *p, size_t n, mode_t mode)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
	bool good = f != NULL && fwrite(p, 1, n, f) == n;

	if (f != NULL)
		good = fclose(f) == 0 && good;
	else if (fd >= 0)
		close(fd);
	if (!good)
		cli_fail(0, "%s: %s", name, strerror(errno));
	return good;
}

static bool
write_conf(struct demo *d)
{
	struct buf b = BUF_INIT;
	bool good;

	buf_fmt(&b,
	    "# Written by discador demo; goes away with it.\n"
	    "node = \"demo\";\n"
	    "state_dir = \"%s/state\";\n"
	    "run_dir = \"%s/run\";\n"
	    "switches = ( {\n"
	    "\tname = \"carrier\"; host = \"127.0.0.1\"; port = %d;\n"
	    "\tuser = \"demo\"; secret = \"%s\";\n"
	    "\tmax_cps = %f; max_channels = %d;\n"
	    "} );\n"
	    "metrics = { enabled = false; };\n",
	    d->dir, d->dir, d->port, d->secret,
	    MAXIMUM(d->pace, (double)SAMPLE_CPS), CHANNELS);
	good = write_file(d->conf, b.p, b.len, 0600);
	buf_clear(&b);
	return good;
}

/* Database and carrier connected. */
static bool
wait_ready(struct demo *d)
{
	struct board_reader *r = board_reader_new(d->cli.run_dir);
	struct board *b = xcalloc(1, sizeof(*b));
	int64_t until = now_read().mono_ns + READY_S * NS_PER_S;
	bool ready = false;

	while (!ready && !cli_stopped && now_read().mono_ns < until) {
		ready = board_read(r, b, now_read().mono_ns) == BOARD_LIVE &&
			b->db_connected && b->nswitches == 1 &&
			b->switches[0].connected;
		if (waitpid(d->engine, NULL, WNOHANG) == d->engine) {
			d->engine = -1;
			break;
		}
		if (!ready)
			cli_sleep(50);
	}
	if (!ready && !cli_stopped)
		cli_fail(0, "the demo's engine is not ready: %s",
		    d->engine < 0     ? "it ended"
		    : b->db_connected ? b->switches[0].why
				      : b->db_why);
	free(b);
	board_reader_free(r);
	return ready;
}

/* The sample files: of the source tree we run from, else installed. */
static bool
sample(const struct demo *d, const char *name, char *out, size_t size)
{
	if (str_format(out, size, "%s/../etc/demo/%s", d->cli.dir, name) &&
	    access(out, R_OK) == 0)
		return true;
	if (str_format(out, size, "%s/demo/%s", DATADIR, name) &&
	    access(out, R_OK) == 0)
		return true;
	cli_fail(0, "%s: %s", out, strerror(errno));
	return false;
}

/* --cps above what the samples allow: every limit on the way is raised. */
static bool
write_pace(const struct demo *d, const char *file)
{
	struct buf b = BUF_INIT;
	bool good;

	buf_fmt(&b,
	    "trunks = ( { name = \"simulated\"; max_cps = %f; max_channels = "
	    "%d; } );\n"
	    "profiles = ( { name = \"demo\"; max_cps = %f; "
	    "max_concurrent_calls = %d; } );\n"
	    "campaigns = (",
	    d->pace, CHANNELS, d->pace, CHANNELS);
	for (size_t i = 0; i < demo_nlists; i++)
		buf_fmt(&b, "%s{ name = \"%s\"; max_cps = %f; }",
		    i > 0 ? "," : "", demo_lists[i].campaign, d->pace);
	buf_str(&b, ");\n");
	good = write_file(file, b.p, b.len, 0640);
	buf_clear(&b);
	return good;
}

static bool
apply_samples(struct demo *d)
{
	char a[1024], b[1024], pace[THROWAWAY_MAX + 32];
	char *files[] = { a, b, pace };
	bool faster = d->pace > SAMPLE_CPS;

	str_format(pace, sizeof(pace), "%s/pace.conf", d->dir);
	return sample(d, "countries.conf", a, sizeof(a)) &&
	       sample(d, "campaigns.conf", b, sizeof(b)) &&
	       (!faster || write_pace(d, pace)) &&
	       apply_files(&d->cli, files, faster ? 3 : 2, NULL) == CLI_DONE;
}

static bool
import_one(struct demo *d, const char *what, const char *file,
    const struct buf *text, const struct demo_list *l)
{
	char path[THROWAWAY_MAX + 64];
	struct import_job job = {
		.what = what,
		.file = path,
		.campaign = l != NULL ? l->campaign : NULL,
		.country = l != NULL ? l->country : NULL,
		.quiet = true,
	};

	str_format(path, sizeof(path), "%s/%s", d->dir, file);
	return !cli_stopped && write_file(path, text->p, text->len, 0640) &&
	       import_run(&d->cli, &job, NULL) == CLI_DONE;
}

static bool
import_lists(struct demo *d)
{
	struct buf csv[8] = { BUF_INIT }, dnc = BUF_INIT, dids = BUF_INIT;
	struct demo_lines sum = { 0, 0, 0, 0 };
	char n[TEXT_NUM];
	struct rng r;
	int ndids;
	bool good;

	rng_seed(&r, (uint64_t)now_read().wall_ms);
	ndids = demo_dids(&r, &dids);
	for (size_t i = 0; i < demo_nlists; i++) {
		struct demo_lines l =
		    demo_contacts(&demo_lists[i], &r, &csv[i], &dnc);

		sum.good += l.good;
		sum.listed += l.listed;
		sum.duplicate += l.duplicate;
		sum.bad += l.bad;
	}
	good = import_one(d, "dids", "dids.csv", &dids, NULL) &&
	       import_one(d, "dnc", "dnc.txt", &dnc, NULL);
	for (size_t i = 0; good && i < demo_nlists; i++)
		good = import_one(
		    d, "contacts", demo_lists[i].file, &csv[i], &demo_lists[i]);
	if (good)
		fprintf(stderr,
		    "loaded: %d DIDs, %s contacts in %zu countries; left out: "
		    "%d duplicates, %d on the do-not-call list, %d no numbers\n",
		    ndids, text_count((uint64_t)sum.good, n), demo_ncountries,
		    sum.duplicate, sum.listed, sum.bad);
	for (size_t i = 0; i < demo_nlists; i++)
		buf_clear(&csv[i]);
	buf_clear(&dnc);
	buf_clear(&dids);
	return good;
}

static bool
ask(struct demo *d, const char *cmd, const char *a, const char *b)
{
	const char *args[] = { a, b, NULL };

	return cli_call(&d->cli, ipc_request(cmd, args), 15, NULL, NULL) ==
	       CLI_DONE;
}

static bool
start_campaigns(struct demo *d)
{
	for (size_t i = 0; i < demo_nlists; i++)
		if (!ask(d, "campaign", "start", demo_lists[i].campaign))
			return false;
	return d->cps == NULL || ask(d, "cps", d->cps, NULL);
}

static void
one_line(const struct board *b, int64_t s)
{
	char n[5][TEXT_NUM];

	fprintf(stderr,
	    "%3lld s  %4.1f calls/s (target %.1f)  %s now, %s attempted, %s "
	    "answered, %s connected  ASR %s\n",
	    (long long)s, b->cps_actual, b->cps_target,
	    text_count(b->concurrent, n[0]), text_count(b->n.attempted, n[1]),
	    text_count(b->n.answered, n[2]), text_count(b->n.connected, n[3]),
	    text_rate(b->asr, n[4]));
}

/* Without a console: a line every few seconds, then the summary. */
static int
watch(struct demo *d)
{
	struct board_reader *r = board_reader_new(d->cli.run_dir);
	struct board *b = xcalloc(1, sizeof(*b));
	int64_t begin = now_read().mono_ns, next = SUMMARY_S;
	int code = CLI_DONE, status = 0;

	for (;;) {
		enum board_state state = board_read(r, b, now_read().mono_ns);
		int64_t s = (now_read().mono_ns - begin) / NS_PER_S;

		if (waitpid(d->engine, &status, WNOHANG) == d->engine) {
			d->engine = -1;
			code = cli_fail(CLI_REFUSED,
			    "the demo's engine ended: %s %d",
			    WIFSIGNALED(status) ? "signal" : "exit",
			    WIFSIGNALED(status) ? WTERMSIG(status)
						: WEXITSTATUS(status));
			break;
		}
		if (cli_stopped || (d->seconds > 0 && s >= d->seconds))
			break;
		if (s >= next && state == BOARD_LIVE) {
			one_line(b, s);
			next = s + SUMMARY_S;
		}
		cli_sleep(100);
	}
	if (code == CLI_DONE) {
		struct buf out = BUF_INIT;

		status_text(&out, b);
		fputs(buf_cstr(&out), stdout);
		fflush(stdout);
		buf_clear(&out);
	}
	free(b);
	board_reader_free(r);
	return code;
}

/* Ends what was started; safe at any stage. */
static void
tear_down(struct demo *d)
{
	const char *why;
	json_t *q = ipc_request("stop", NULL);

	fputs("ending the demo ...\n", stderr);
	if (d->engine > 0) {
		json_decref(ipc_call(d->cli.run_dir, q, NULL, 0, 5, &why));
		throwaway_end_child(d->engine, 15000, SIGTERM);
	}
	json_decref(q);
	throwaway_end_child(d->carrier, 0, SIGTERM);
	throwaway_end_cluster(d->dir);
	if (!throwaway_remove(d->dir))
		cli_fail(0, "%s could not be removed whole", d->dir);
}

/* --seconds with a console: it ends as if it were told to. */
static void
on_alarm(int sig)
{
	(void)sig;
	kill(getpid(), SIGTERM);
}

static int
run(struct demo *d)
{
	char log[THROWAWAY_MAX + 32];
	int code;

	fprintf(stderr,
	    "the demo lives in %s: a private database and a simulated "
	    "carrier\n",
	    d->dir);
	str_format(log, sizeof(log), "%s/state/discadord.log", d->dir);
	if (!carrier_start(d) || !write_conf(d))
		return CLI_REFUSED;
	d->engine = cli_engine_start(&d->cli, log, true);
	if (d->engine < 0 || !wait_ready(d) || !apply_samples(d) ||
	    !import_lists(d) || !start_campaigns(d)) {
		/* The log goes away with the rest: its end is needed now. */
		if (d->engine > 0 && !cli_stopped)
			cli_show_log(log, 0);
		return CLI_REFUSED;
	}
	if (!d->console) {
		code = watch(d);
		if (code != CLI_DONE)
			cli_show_log(log, 0);
		return code;
	}
	signal(SIGALRM, on_alarm);
	alarm((unsigned)d->seconds);
	return d->cli.console(
	    &(struct console_opts){ .run_dir = d->cli.run_dir, .demo = true });
}

static bool
options(struct demo *d, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "no-console", no_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "cps", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (c == 'n')
			d->console = false;
		else if (c == 's' && str_int64(optarg, 1, 86400, &d->seconds))
			continue;
		else if (c == 'c' && str_double(optarg, 0.1, CPS_MAX, &d->pace))
			d->cps = optarg;
		else
			return false;
	return optind == argc;
}

int
cmd_demo(struct cli *cli, int argc, char **argv)
{
	struct demo d = {
		.cli = *cli, .carrier = -1, .engine = -1, .console = true
	};
	char state[THROWAWAY_MAX + 16];
	struct buf why = BUF_INIT;
	struct rng r;
	int code = CLI_REFUSED;

	if (!options(&d, argc, argv))
		return cli_usage("demo");
	if (d.console && (!isatty(0) || !isatty(1)))
		return cli_fail(CLI_USAGE,
		    "the console needs a terminal; demo --no-console does "
		    "without");
	cli_catch_signals();
	if (!throwaway_make("demo", d.dir, &why)) {
		cli_fail(0, "%s", buf_cstr(&why));
		buf_clear(&why);
		return CLI_REFUSED;
	}
	rng_seed(&r, (uint64_t)now_read().mono_ns ^ (uint64_t)getpid());
	str_format(d.secret, sizeof(d.secret), "%016llx",
	    (unsigned long long)rng_next(&r));
	str_format(d.conf, sizeof(d.conf), "%s/discador.conf", d.dir);
	str_format(d.cli.run_dir, sizeof(d.cli.run_dir), "%s/run", d.dir);
	str_format(state, sizeof(state), "%s/state", d.dir);
	d.cli.file = d.conf;
	d.cli.run_dir_opt = d.cli.run_dir;
	if (mkdir(state, 0755) == 0)
		code = run(&d);
	else
		cli_fail(0, "%s: %s", state, strerror(errno));
	tear_down(&d);
	return code;
}
