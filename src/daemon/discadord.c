/* SPDX-License-Identifier: MIT */
/*
 * discadord: the engine, in the foreground.  Reads the configuration, brings
 * up the private database where none is configured, takes its place in the
 * run directory (one engine per run directory) and runs the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/audit.h"
#include "daemon/cluster.h"
#include "daemon/cluster_keep.h"
#include "daemon/commands.h"
#include "daemon/jobs.h"
#include "daemon/notify.h"
#include "daemon/prompts.h"
#include "daemon/reload.h"
#include "daemon/rows_out.h"
#include "daemon/sessions.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "db/schema.h"
#include "net/metrics.h"
#include "shared/log.h"
#include "shared/tz.h"

enum {
	EXIT_DONE,
	EXIT_REFUSED,
	EXIT_USAGE,
	EXIT_NO_ENGINE,
	EXIT_CONF,
	EXIT_REACH
};

#define PRIORITY (-15) /* nice */

static struct daemon the;

static void __attribute__((format(printf, 2, 3), noreturn))
die(int code, const char *fmt, ...)
{
	va_list ap;

	fputs("discadord: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(code);
}

static void
usage(FILE *f)
{
	fputs("usage: discadord [-c FILE] [--run-dir DIR] [--fast-init]\n"
	      "       discadord [-c FILE] --db migrate|start|stop|conninfo\n"
	      "The engine of discador, in the foreground.  See discadord(8).\n",
	    f);
}

/* Make DIR and what is above it; mode for the last one. */
static bool
make_dirs(const char *dir, mode_t mode)
{
	char path[512];

	if (!str_copy(path, sizeof(path), dir))
		return false;
	for (char *p = path + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			if (mkdir(path, 0755) < 0 && errno != EEXIST)
				return false;
			*p = '/';
		}
	return mkdir(path, mode) == 0 || errno == EEXIST;
}

/* sql/ beside build/ in the source tree, else where make install put it. */
static const char *
sql_dir(char out[512])
{
	ssize_t n = readlink("/proc/self/exe", out, 400);
	char *slash;

	for (int up = 0; n > 0 && up < 2; up++) {
		out[n] = '\0';
		if ((slash = strrchr(out, '/')) == NULL)
			break;
		*slash = '\0';
		n = slash - out;
	}
	if (n > 0) {
		str_copy(out + n, 512 - (size_t)n, "/sql");
		if (access(out, R_OK) == 0)
			return out;
	}
	str_copy(out, 512, DATADIR "/sql");
	return out;
}

static int
open_database(struct daemon *d, bool fast, bool quiet)
{
	struct buf err = BUF_INIT, info = BUF_INIT;
	char dir[512];
	int code = EXIT_DONE;

	d->private_db = d->conf.conninfo[0] == '\0';
	if (!d->private_db)
		str_copy(d->conninfo, sizeof(d->conninfo), d->conf.conninfo);
	else if (cluster_start(d->conf.state_dir, d->conf.pg_user,
		     fast ? CLUSTER_FAST_INIT : 0, &info, &err)) {
		str_copy(d->conninfo, sizeof(d->conninfo), buf_cstr(&info));
		if (!quiet)
			log_info("the private database runs in %s/pg",
			    d->conf.state_dir);
	} else
		code = EXIT_REACH;
	if (code == EXIT_DONE &&
	    !schema_migrate(d->conninfo, sql_dir(dir), &err))
		code = EXIT_REACH;
	if (code != EXIT_DONE)
		fprintf(stderr, "discadord: %s\n", buf_cstr(&err));
	buf_clear(&err);
	buf_clear(&info);
	return code;
}

static int
db_verb(struct daemon *d, const char *verb)
{
	struct buf err = BUF_INIT, info = BUF_INIT;
	int code = EXIT_DONE;

	if (strcmp(verb, "migrate") == 0)
		return open_database(d, false, true);
	d->private_db = d->conf.conninfo[0] == '\0';
	if (strcmp(verb, "conninfo") == 0) {
		if (!d->private_db)
			buf_str(&info, d->conf.conninfo);
		else
			cluster_conninfo(d->conf.state_dir, &info);
		printf("%s options='-c search_path=discador,public'\n",
		    buf_cstr(&info));
	} else if (strcmp(verb, "start") != 0 && strcmp(verb, "stop") != 0) {
		usage(stderr);
		return EXIT_USAGE;
	} else if (!d->private_db) {
		buf_str(&err,
		    "database.conninfo is set: the database is not "
		    "discador's own; start and stop it with its own tools");
		code = EXIT_REFUSED;
	} else if (strcmp(verb, "start") == 0
		       ? !cluster_start(
			     d->conf.state_dir, d->conf.pg_user, 0, &info, &err)
		       : !cluster_hold(d->conf.state_dir, &err) ||
			     !cluster_stop(
				 d->conf.state_dir, d->conf.pg_user, &err))
		code = EXIT_REACH;
	if (code != EXIT_DONE)
		fprintf(stderr, "discadord: %s\n", buf_cstr(&err));
	buf_clear(&err);
	buf_clear(&info);
	return code;
}

static void
on_signal(evutil_socket_t sig, short what, void *arg)
{
	struct daemon *d = arg;

	(void)what;
	if (sig == SIGCHLD)
		return; /* the turn reaps */
	if (sig == SIGHUP) {
		reload_conf(d);
		return;
	}
	turn_stop(d, sig == SIGTERM ? "SIGTERM" : "SIGINT");
}

/* One engine per run directory: the lock is held until we die. */
static bool
lock_run_dir(const char *run_dir)
{
	char path[400], pid[32];
	int fd;

	str_format(path, sizeof(path), "%s/discadord.pid", run_dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		die(EXIT_REFUSED, "%s: %s", path, strerror(errno));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0)
		return false;
	str_format(pid, sizeof(pid), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) < 0 || write(fd, pid, strlen(pid)) < 0)
		die(EXIT_REFUSED, "%s: %s", path, strerror(errno));
	return true;
}

static void
on_log(enum log_level level, const char *line, void *arg)
{
	struct daemon *d = arg;
	struct board *b = d->next;
	struct board_log *l;

	b->log_head = (b->log_head + 1) % BOARD_LOG;
	b->nlog = MINIMUM(b->nlog + 1, BOARD_LOG);
	l = &b->log[b->log_head];
	l->at_ms = now_read().wall_ms;
	l->level = (uint32_t)level;
	str_copy(l->text, sizeof(l->text), line);
}

static void
start_switches(struct daemon *d)
{
	struct engine_switch v[CONF_SWITCHES];

	d->nsw = (unsigned)d->conf.nswitches;
	for (unsigned i = 0; i < d->nsw; i++) {
		const struct conf_switch *c = &d->conf.switches[i];

		memset(&v[i], 0, sizeof(v[i]));
		str_copy(v[i].name, sizeof(v[i].name), c->name);
		v[i].max_cps = c->max_cps;
		v[i].max_channels = c->max_channels;
	}
	engine_switches(d->engine, v, d->nsw);
	if (d->nsw == 0)
		log_warn("no switch is configured: nothing can be dialled "
			 "(switches in %s)",
		    d->conf.file);
}

static void
start_engine(struct daemon *d)
{
	struct engine_config cfg = {
		.seed = d->conf.seed, .zone = tz_get, .rows = true
	};
	struct now now = now_read();

	if (cfg.seed == 0 && getrandom(&cfg.seed, sizeof(cfg.seed), 0) < 0)
		cfg.seed = (uint64_t)now.mono_ns ^ (uint64_t)getpid();
	str_copy(cfg.node, sizeof(cfg.node), d->conf.node);
	str_copy(cfg.timezone, sizeof(cfg.timezone), d->conf.timezone);
	str_copy(cfg.version, sizeof(cfg.version), VERSION);
	d->engine = engine_new(&cfg, &now);
}

/*
 * The board and what is beside it are for the engine's group; where the SSH
 * server is a user of its own, for that one's.
 */
static void
share_run_dir(const struct conf *c)
{
	const struct passwd *pw;

	if (geteuid() != 0 || c->ssh_run_as[0] == '\0' ||
	    (pw = getpwnam(c->ssh_run_as)) == NULL)
		return;
	if (chown(c->run_dir, (uid_t)-1, pw->pw_gid) < 0 ||
	    chmod(c->run_dir, 02755) < 0)
		log_warn("%s: %s: the SSH server may not see the board",
		    c->run_dir, strerror(errno));
}

static void
start_parts(struct daemon *d)
{
	static const struct db_hooks work = { loader_up, loader_down,
		loader_notify };
	static const struct db_hooks admin = { audit_up, NULL, NULL };
	struct event_config *ec = event_config_new();
	struct buf err = BUF_INIT;
	struct now now;
	char dir[400];

	event_config_set_flag(ec, EVENT_BASE_FLAG_PRECISE_TIMER);
	d->base = event_base_new_with_config(ec);
	audit_open(d);
	event_config_free(ec);
	start_engine(d);
	str_format(dir, sizeof(dir), "%s/spool", d->conf.state_dir);
	if ((d->spool = spool_open(dir, d->conf.node, &err)) == NULL ||
	    (d->ctl = ctl_new(
		 d->base, d->conf.run_dir, commands_request, d, &err)) == NULL)
		die(EXIT_REFUSED, "%s", buf_cstr(&err));
	if ((d->board = board_create(d->conf.run_dir)) == NULL)
		die(EXIT_REFUSED, "%s/board: %s", d->conf.run_dir,
		    strerror(errno));
	rows_out_open(d);
	if (d->conf.metrics_enabled &&
	    (d->metrics = metrics_new(d->base, d->conf.metrics_listen,
		 d->conf.metrics_port, d->next, &err)) == NULL)
		log_warn("%s", buf_cstr(&err));
	start_switches(d);
	reload_sshd(d);
	if (d->private_db) {
		now = now_read();
		d->pg =
		    cluster_keep_new(d->conf.state_dir, d->conf.pg_user, &now);
	}
	d->work =
	    db_new(d->base, d->conninfo, "discadord", "discador_dnc", &work, d);
	d->admin =
	    db_new(d->base, d->conninfo, "discadord-admin", NULL, &admin, d);
	d->reads = db_new_reads(d->base, d->conninfo, "discadord-reads");
	for (int i = 0; i < 4; i++) {
		static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD };

		d->sig[i] = evsignal_new(d->base, sigs[i], on_signal, d);
		event_add(d->sig[i], NULL);
	}
	buf_clear(&err);
}

static void
end_parts(struct daemon *d)
{
	struct buf err = BUF_INIT;

	supervise_stop(d->sshd);
	cluster_keep_free(d->pg);
	sessions_clear(d);
	jobs_stop(d);
	prompts_free(d);
	notify_stop(d);
	for (unsigned i = 0; i < d->nsw; i++)
		if (d->sw[i] != NULL)
			sw_free(d->sw[i]);
	/* The last callbacks of the connections still find the engine. */
	db_free(d->work);
	db_free(d->admin);
	db_free(d->reads);
	audit_clear(d);
	ctl_free(d->ctl);
	metrics_free(d->metrics);
	board_close(d->board);
	rows_out_close(d);
	for (int i = 0; i < 4; i++)
		event_free(d->sig[i]);
	spool_close(d->spool);
	engine_free(d->engine);
	event_base_free(d->base);
	log_hook(NULL, NULL);
	if (d->private_db &&
	    !cluster_stop(d->conf.state_dir, d->conf.pg_user, &err))
		log_error("%s", buf_cstr(&err));
	buf_clear(&err);
	free(d->next);
	conf_clear(&d->conf);
	explicit_bzero(d->conninfo, sizeof(d->conninfo));
}

static void
prepare_process(void)
{
	struct rlimit rl;

	signal(SIGPIPE, SIG_IGN);
	umask(0022);
	/* A timer is late by its slack: 50 us by default. */
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	if (getrlimit(RLIMIT_NOFILE, &rl) == 0 && rl.rlim_cur < rl.rlim_max) {
		rl.rlim_cur = rl.rlim_max;
		setrlimit(RLIMIT_NOFILE, &rl);
	}
}

/*
 * The switch on the same machine has hundreds of threads, and a call that
 * waits for a processor leaves late; little of one is needed for that.
 * Children (the private database, jobs) run at the ordinary priority.
 */
static void
raise_priority(void)
{
	static const struct sched_param none;

	if (sched_setscheduler(0, SCHED_OTHER | SCHED_RESET_ON_FORK, &none) !=
		0 ||
	    setpriority(PRIO_PROCESS, 0, PRIORITY) != 0)
		log_info(
		    "runs at the ordinary priority (%s): calls may leave "
		    "late while the machine is busy; Nice=%d in its systemd "
		    "unit mends that",
		    strerror(errno), PRIORITY);
}

int
main(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "run-dir", required_argument, NULL, 'r' },
		{ "db", required_argument, NULL, 'd' },
		{ "fast-init", no_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = NULL, *run_dir = NULL, *verb = NULL;
	struct buf err = BUF_INIT;
	struct daemon *d = &the;
	bool fast = false;
	int c, code;

	while ((c = getopt_long(argc, argv, "c:Vh", opts, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'r':
			run_dir = optarg;
			break;
		case 'd':
			verb = optarg;
			break;
		case 'f':
			fast = true;
			break;
		case 'V':
			puts("discadord " VERSION);
			return EXIT_DONE;
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	if (optind != argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (run_dir == NULL)
		run_dir = getenv("DISCADOR_RUN_DIR");
	if (!conf_read(file, run_dir, &d->conf, &err))
		die(EXIT_CONF, "%s", buf_cstr(&err));
	prepare_process();
	log_open(
	    "discadord", (enum log_level)log_level_parse(d->conf.log_level));
	if (!make_dirs(d->conf.state_dir, 0751))
		die(EXIT_REFUSED, "state_dir %s: %s", d->conf.state_dir,
		    strerror(errno));
	if (verb != NULL)
		return db_verb(d, verb);
	if (!make_dirs(d->conf.run_dir, 0755))
		die(EXIT_REFUSED, "run_dir %s: %s", d->conf.run_dir,
		    strerror(errno));
	share_run_dir(&d->conf);
	if (!lock_run_dir(d->conf.run_dir))
		die(EXIT_REFUSED,
		    "an engine runs already in %s: discador "
		    "status --run-dir %s",
		    d->conf.run_dir, d->conf.run_dir);
	if ((code = open_database(d, fast, false)) != EXIT_DONE)
		return code;
	d->next = xcalloc(1, sizeof(*d->next));
	log_hook(on_log, d);
	log_info("discador %s, node %s, run directory %s", VERSION,
	    d->conf.node, d->conf.run_dir);
	raise_priority();
	start_parts(d);
	turn_run(d);
	end_parts(d);
	return EXIT_DONE;
}
