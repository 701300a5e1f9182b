/* SPDX-License-Identifier: MIT */
/*
 * amisim: options, signals and the loop of the simulated switch.  One thread;
 * per turn: read and answer, let the carrier's time pass, put the truth on
 * disk, and only then write to anybody.
 */
#include "jobs/amisim.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "jobs/amisim_action.h"
#include "shared/buf.h"

#define RESTART_NS (2 * NS_PER_S) /* deaf after a restart */
#define EVENTS     64

struct amisim {
	struct amisim_server server;
	struct amisim_net_config net_cfg;
	struct carrier_config carrier_cfg;
	struct amisim_lie_config lie_cfg;
	struct rng rng;
	const char *truth, *outcomes, *stats;
	int64_t seed, restart_after_s;
	int64_t restart_at, listen_at; /* monotonic; 0: not planned */
	uint64_t restarts;
	bool refuse, timestamps;
	int members; /* of each queue; 0: as many as agents, or 12 */
	int epfd;
};

static volatile sig_atomic_t want_end, want_restart, want_toggle;

static void
on_signal(int sig)
{
	if (sig == SIGUSR1)
		want_restart = 1;
	else if (sig == SIGUSR2)
		want_toggle = 1;
	else
		want_end = 1;
}

static void
usage(FILE *f)
{
	fputs(
	    "usage: discador-job amisim [options]\n"
	    "A simulated Asterisk for tests, the demo and benchmarks. The\n"
	    "last five digits of a number, B R K D H, say what happens:\n"
	    "  B 0 human, 1 machine, 2 busy, 3 rings, 4 503, 5 404, 6 403,\n"
	    "    7 silent, 8 announcement then 404, 9 answers and drops\n"
	    "  R seconds of ringing; key K pressed D s after the greeting;\n"
	    "  the callee hangs up after 5*H s (0: 60 s)\n"
	    "  --listen ADDR        default 127.0.0.1\n"
	    "  --port N             0: any (default); printed when ready\n"
	    "  --user U --secret S  who may log in (default: anybody)\n"
	    "  --speed X            time passes X times as fast\n"
	    "  --mode full|instant|ack\n"
	    "                       calls take their time; all events of a\n"
	    "                       call at once; responses only\n"
	    "  --mix                outcomes drawn, not read from digits\n"
	    "  --agents N           agents in all (0: no limit)\n"
	    "  --members N          names that queues list (12, or --agents)\n"
	    "  --swallow P          share of the keys that never arrive (0)\n"
	    "  --rights system      the user may list endpoints\n"
	    "  --prompt-ms N        length of the prompt (8650)\n"
	    "  --missing A,B        sounds that it does not have\n"
	    "  --speech             it has a recogniser for spoken answers\n"
	    "  --seed N             of all that is drawn (1)\n"
	    "  --truth FILE         a CSV row per originate received\n"
	    "  --outcomes FILE      a CSV row per call that ended\n"
	    "  --stats FILE         JSON at the end\n"
	    "  --timestamps         events carry the time they were made at\n"
	    "  --lie reorder,dup,drop=P,late=MS,delay=MS@FROM+FOR,split\n"
	    "                       late: up to MS each; delay: all of them\n"
	    "                       MS, from FROM seconds on, FOR seconds\n"
	    "  --write-timeout MS   drop who does not read (5000)\n"
	    "  --restart-after S    restart once, as SIGUSR1 does\n",
	    f);
}

enum {
	OPT_LISTEN = 256,
	OPT_PORT,
	OPT_USER,
	OPT_SECRET,
	OPT_SPEED,
	OPT_MODE,
	OPT_MIX,
	OPT_AGENTS,
	OPT_MEMBERS,
	OPT_RIGHTS,
	OPT_SWALLOW,
	OPT_PROMPT,
	OPT_MISSING,
	OPT_SPEECH,
	OPT_SEED,
	OPT_TRUTH,
	OPT_OUTCOMES,
	OPT_STATS,
	OPT_TIMESTAMPS,
	OPT_LIE,
	OPT_WRITE_TIMEOUT,
	OPT_RESTART_AFTER
};

static const struct option options[] = {
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "port", required_argument, NULL, OPT_PORT },
	{ "user", required_argument, NULL, OPT_USER },
	{ "secret", required_argument, NULL, OPT_SECRET },
	{ "speed", required_argument, NULL, OPT_SPEED },
	{ "mode", required_argument, NULL, OPT_MODE },
	{ "mix", no_argument, NULL, OPT_MIX },
	{ "agents", required_argument, NULL, OPT_AGENTS },
	{ "members", required_argument, NULL, OPT_MEMBERS },
	{ "rights", required_argument, NULL, OPT_RIGHTS },
	{ "swallow", required_argument, NULL, OPT_SWALLOW },
	{ "prompt-ms", required_argument, NULL, OPT_PROMPT },
	{ "missing", required_argument, NULL, OPT_MISSING },
	{ "speech", no_argument, NULL, OPT_SPEECH },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "truth", required_argument, NULL, OPT_TRUTH },
	{ "outcomes", required_argument, NULL, OPT_OUTCOMES },
	{ "stats", required_argument, NULL, OPT_STATS },
	{ "timestamps", no_argument, NULL, OPT_TIMESTAMPS },
	{ "lie", required_argument, NULL, OPT_LIE },
	{ "write-timeout", required_argument, NULL, OPT_WRITE_TIMEOUT },
	{ "restart-after", required_argument, NULL, OPT_RESTART_AFTER },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static bool
set_int(const char *s, int64_t lo, int64_t hi, int *out)
{
	int64_t v;

	if (!str_int64(s, lo, hi, &v))
		return false;
	*out = (int)v;
	return true;
}

static bool
set_mode(enum amisim_mode *mode, const char *s)
{
	static const char *const words[] = {
		[AMISIM_FULL] = "full",
		[AMISIM_INSTANT] = "instant",
		[AMISIM_ACK] = "ack",
	};

	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(s, words[i]) == 0) {
			*mode = (enum amisim_mode)i;
			return true;
		}
	return false;
}

/* False: the value does not fit the option. */
static bool
set_option(struct amisim *a, int opt, const char *v)
{
	switch (opt) {
	case OPT_LISTEN:
		a->net_cfg.listen = v;
		return true;
	case OPT_PORT:
		return set_int(v, 0, 65535, &a->net_cfg.port);
	case OPT_USER:
		a->server.user = v;
		return true;
	case OPT_SECRET:
		a->server.secret = v;
		return true;
	case OPT_SPEED:
		return str_double(v, 0.001, 1e6, &a->carrier_cfg.speed);
	case OPT_MODE:
		return set_mode(&a->server.mode, v);
	case OPT_MIX:
		a->carrier_cfg.mix = true;
		return true;
	case OPT_AGENTS:
		return set_int(v, 0, 1000000, &a->carrier_cfg.agents);
	case OPT_MEMBERS:
		return set_int(v, 1, 100000, &a->members);
	case OPT_RIGHTS:
		a->server.may_system = strcmp(v, "system") == 0;
		return a->server.may_system;
	case OPT_SWALLOW:
		return str_double(v, 0, 1, &a->carrier_cfg.deaf);
	case OPT_PROMPT:
		return set_int(v, 0, 600000, &a->carrier_cfg.prompt_ms);
	case OPT_MISSING:
		a->server.missing = v;
		return true;
	case OPT_SPEECH:
		a->server.speech = a->carrier_cfg.speech = true;
		return true;
	case OPT_SEED:
		return str_int64(v, 0, INT64_MAX, &a->seed);
	case OPT_TRUTH:
		a->truth = v;
		return true;
	case OPT_OUTCOMES:
		a->outcomes = v;
		return true;
	case OPT_STATS:
		a->stats = v;
		return true;
	case OPT_TIMESTAMPS:
		a->timestamps = true;
		return true;
	case OPT_LIE:
		return amisim_lie_parse(&a->lie_cfg, v);
	case OPT_WRITE_TIMEOUT:
		return set_int(v, 1, 600000, &a->net_cfg.write_timeout_ms);
	case OPT_RESTART_AFTER:
		return str_int64(v, 1, 86400, &a->restart_after_s);
	}
	return false;
}

/* -1: run; else the exit code. */
static int
parse_options(struct amisim *a, int argc, char **argv)
{
	int opt;

	optind = 0; /* the caller may have used getopt before */
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == 'h') {
			usage(stdout);
			return 0;
		}
		if (opt == '?') {
			usage(stderr);
			return 2;
		}
		if (!set_option(a, opt, optarg)) {
			fprintf(stderr,
			    "amisim: --%s: \"%s\" is not a value for it\n",
			    options[opt - OPT_LISTEN].name, optarg);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "amisim: \"%s\" is not expected here\n",
		    argv[optind]);
		return 2;
	}
	if (a->server.user != NULL && a->server.secret == NULL) {
		fprintf(stderr, "amisim: --user needs --secret\n");
		return 2;
	}
	return -1;
}

static void
catch_signals(sigset_t *while_waiting)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGUSR1, SIGUSR2 };
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t mask;

	sigemptyset(&mask);
	for (size_t i = 0; i < nitems(sigs); i++) {
		sigaction(sigs[i], &sa, NULL);
		sigaddset(&mask, sigs[i]);
	}
	sigprocmask(SIG_BLOCK, &mask, while_waiting);
	for (size_t i = 0; i < nitems(sigs); i++)
		sigdelset(while_waiting, sigs[i]);
	signal(SIGPIPE, SIG_IGN);
}

static void
boot(struct amisim *a)
{
	struct now now = now_read();

	a->server.boot_mono_ns = now.mono_ns;
	a->server.boot_wall_ms = now.wall_ms;
	a->server.events.boot_s = now.wall_ms / MS_PER_S;
}

static bool
start(struct amisim *a)
{
	struct amisim_server *s = &a->server;
	int port;

	rng_seed(&a->rng, (uint64_t)a->seed);
	a->epfd = epoll_create1(EPOLL_CLOEXEC);
	a->net_cfg.split = a->lie_cfg.split;
	a->net_cfg.rng = &a->rng;
	s->rng = &a->rng;
	s->log = amisim_log_new(a->truth, a->outcomes);
	if (s->log == NULL) {
		fprintf(stderr, "amisim: --truth or --outcomes: %s\n",
		    strerror(errno));
		return false;
	}
	s->net = amisim_net_new(&a->net_cfg, a->epfd, amisim_action_message, s);
	s->calls = amisim_calls_new();
	amisim_agents_init(&s->agents,
	    a->members > 0              ? (size_t)a->members
	    : a->carrier_cfg.agents > 0 ? (size_t)a->carrier_cfg.agents
					: 12,
	    a->carrier_cfg.agents > 0);
	s->carrier = carrier_new(&a->carrier_cfg, &a->rng);
	s->events = (struct amisim_events){
		.calls = s->calls,
		.lie = amisim_lie_new(&a->lie_cfg, s->net, s->log, &a->rng),
		.log = s->log,
		.rng = &a->rng,
		.agents = &s->agents,
		.timestamps = a->timestamps,
		.unblock = amisim_originate_unblock,
		.unblock_arg = s,
	};
	boot(a);
	if (a->restart_after_s > 0)
		a->restart_at = s->boot_mono_ns + a->restart_after_s * NS_PER_S;
	port = amisim_net_listen(s->net);
	if (port < 0) {
		fprintf(stderr, "amisim: %s port %d: %s\n", a->net_cfg.listen,
		    a->net_cfg.port, strerror(errno));
		return false;
	}
	printf("port %d\n", port);
	fflush(stdout);
	return true;
}

/* "core restart now": nobody is told, everything is gone. */
static void
restart(struct amisim *a)
{
	struct amisim_server *s = &a->server;

	a->restarts++;
	amisim_net_unlisten(s->net);
	amisim_net_close_all(s->net);
	amisim_lie_clear(s->events.lie);
	while (carrier_alive(s->carrier) > 0)
		carrier_hangup(s->carrier, carrier_at(s->carrier, 0),
		    s->events.now_ns, 16, amisim_event_vanish, &s->events);
	a->restart_at = 0;
	a->listen_at = s->events.now_ns + RESTART_NS;
}

/* What signals and deadlines of our own want. */
static void
govern(struct amisim *a)
{
	struct amisim_server *s = &a->server;
	int64_t now = s->events.now_ns;

	if (want_toggle) {
		want_toggle = 0;
		a->refuse = !a->refuse;
		amisim_net_refuse(s->net, a->refuse);
	}
	if (want_restart || (a->restart_at != 0 && now >= a->restart_at)) {
		want_restart = 0;
		restart(a);
	}
	if (a->listen_at != 0 && now >= a->listen_at) {
		a->listen_at = 0;
		boot(a);
		if (amisim_net_listen(s->net) < 0) {
			fprintf(stderr, "amisim: cannot listen again: %s\n",
			    strerror(errno));
			want_end = 1;
		}
	}
}

/* Milliseconds until something is due, rounded up; -1: nothing is. */
static int
wait_ms(const struct amisim *a)
{
	const struct amisim_server *s = &a->server;
	int64_t next = MINIMUM(carrier_next(s->carrier),
	    MINIMUM(amisim_lie_next(s->events.lie), amisim_net_next(s->net)));
	int64_t ms;

	if (a->restart_at != 0)
		next = MINIMUM(next, a->restart_at);
	if (a->listen_at != 0)
		next = MINIMUM(next, a->listen_at);
	if (next == INT64_MAX)
		return -1;
	ms = (next - now_read().mono_ns + NS_PER_MS - 1) / NS_PER_MS;
	return (int)MAXIMUM(0, MINIMUM(ms, 60000));
}

static void
turn(struct amisim *a, const sigset_t *while_waiting)
{
	struct amisim_server *s = &a->server;
	struct epoll_event ev[EVENTS];
	int n = epoll_pwait(a->epfd, ev, EVENTS, wait_ms(a), while_waiting);

	s->events.now_ns = now_read().mono_ns;
	for (int i = 0; i < n; i++)
		amisim_net_event(s->net, ev[i].data.ptr, ev[i].events);
	amisim_net_resume(s->net);
	carrier_run(s->carrier, s->events.now_ns, amisim_event_act, &s->events);
	amisim_net_resume(s->net);
	amisim_lie_run(s->events.lie, s->events.now_ns);
	amisim_log_write_truth(s->log);
	govern(a);
	amisim_net_flush(s->net, s->events.now_ns);
	amisim_log_settle(s->log, s->net);
}

static bool
write_stats(const struct amisim *a)
{
	const struct amisim_server *s = &a->server;
	const struct amisim_net_stats *n = amisim_net_stats(s->net);
	struct rusage ru;
	FILE *f = fopen(a->stats, "we");

	if (f == NULL) {
		fprintf(stderr, "amisim: %s: %s\n", a->stats, strerror(errno));
		return false;
	}
	getrusage(RUSAGE_SELF, &ru);
	fprintf(f,
	    "{\"originates\":%llu,\"refused\":%llu,\"ended\":%llu,"
	    "\"answered\":%llu,\"alive\":%zu,\"peak_alive\":%llu,"
	    "\"events\":%llu,\"actions\":%llu,\"logins\":%llu,"
	    "\"connections\":%llu,\"dropped\":%llu,\"restarts\":%llu,"
	    "\"bytes_in\":%llu,\"bytes_out\":%llu,\"max_backlog\":%llu,"
	    "\"cpu_s\":%.3f,\"rss_kb\":%ld}\n",
	    (unsigned long long)s->originates, (unsigned long long)s->refused,
	    (unsigned long long)s->events.ended,
	    (unsigned long long)s->events.answered, carrier_alive(s->carrier),
	    (unsigned long long)s->peak,
	    (unsigned long long)amisim_lie_count(s->events.lie),
	    (unsigned long long)s->actions, (unsigned long long)s->logins,
	    (unsigned long long)n->conns, (unsigned long long)n->dropped,
	    (unsigned long long)a->restarts, (unsigned long long)n->bytes_in,
	    (unsigned long long)n->bytes_out,
	    (unsigned long long)n->max_backlog,
	    (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
		(double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6,
	    ru.ru_maxrss);
	return fclose(f) == 0;
}

static void
stop(struct amisim *a)
{
	struct amisim_server *s = &a->server;

	amisim_lie_free(s->events.lie);
	carrier_free(s->carrier);
	amisim_calls_free(s->calls);
	amisim_agents_clear(&s->agents);
	amisim_net_free(s->net);
	amisim_log_free(s->log);
	if (a->epfd >= 0)
		close(a->epfd);
}

int
amisim_main(int argc, char **argv)
{
	struct amisim a = {
		.net_cfg = { .listen = "127.0.0.1", .write_timeout_ms = 5000 },
		.carrier_cfg = { .speed = 1 },
		.seed = 1,
		.epfd = -1,
	};
	sigset_t while_waiting;
	int rc = parse_options(&a, argc, argv);
	bool good;

	if (rc >= 0)
		return rc;
	catch_signals(&while_waiting);
	good = start(&a);
	while (good && !want_end)
		turn(&a, &while_waiting);
	if (good && a.stats != NULL)
		good = write_stats(&a);
	stop(&a);
	return good ? 0 : 1;
}
