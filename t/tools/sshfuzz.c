/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz: a fuzzer for the running SSH server.  Starts discador-sshd on a
 * configuration of its own, sends it connections that are wrong in every way
 * of six modes, and looks all the time that the server stands
 * (sshfuzz_watch.h) and serves a proper log-in every second.
 *
 *   sshfuzz --sshd FILE --dir DIR [--seconds N] [--seed N] [--workers N]
 *           [--first N] [--only N] [--mode NAME]
 *
 * DIR/run may hold the board of an engine (fakeboard).  What a connection
 * sends follows from the seed and its number alone; --only sends one again
 * and tells its steps.  Exit: 0 nothing found, 1 defects, 2 it could not run.
 */
#include <getopt.h>
#include <pwd.h>

#include "sshfuzz_conns.h"

#define GONE_S 45 /* the time to log in, and more */

/* ---- all of it --------------------------------------------------------- */

struct run {
	struct watch w;
	int64_t seconds, only, first, workers;
	pid_t probe, v[WATCH_WORKERS];
	unsigned probes;
	int64_t probe_ns, slowest_ns, look_ns;
};

static volatile sig_atomic_t ended;

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

static bool
make_dirs(const char *dir, const struct passwd *pw)
{
	static const char *const names[] = { "run", "state", "cwd" };
	char path[512];

	for (size_t i = 0; i < nitems(names); i++) {
		str_format(path, sizeof(path), "%s/%s", dir, names[i]);
		if (mkdir(path, 0755) != 0 && errno != EEXIST) {
			perror(path);
			return false;
		}
		if (i == 2 && pw != NULL &&
		    chown(path, pw->pw_uid, pw->pw_gid) != 0)
			perror(path);
	}
	return true;
}

static bool
make_conf(const char *dir, uint64_t seed)
{
	const struct passwd *pw = geteuid() == 0 ? getpwnam("nobody") : NULL;
	char path[512], line[128];
	FILE *f;

	str_format(path, sizeof(path), "%s/d.conf", dir);
	if (!make_dirs(dir, pw) || (f = fopen(path, "we")) == NULL) {
		perror(path);
		return false;
	}
	fchmod(fileno(f), 0600);
	fprintf(f,
	    "node = \"fuzz\";\nstate_dir = \"%s/state\";\n"
	    "run_dir = \"%s/run\";\n"
	    "ssh = { enabled = true; listen = \"127.0.0.1\"; port = %d;\n"
	    "  run_as = \"%s\";\n  users = (\n",
	    dir, dir, port, pw != NULL ? "nobody" : "");
	for (size_t i = 0; i < USERS; i++) {
		keys[i] = key_make(seed ^ (i + 1) * 0xbf58476d1ce4e5b9u);
		key_line(keys[i], line);
		fprintf(f,
		    "    { name = \"%s\"; role = \"%s\";%s\n"
		    "      keys = [ \"%s\" ]; },\n",
		    users[i].name, users[i].role, users[i].more, line);
	}
	/* so that passwords are asked for; nobody knows this one */
	fputs("    { name = \"paula\"; password = \"$6$rounds=1000$salt$"
	      "0uPEzuUGyoxB1BzDVXIwCnH7ZX6X9a7TG7n3u2b9sWd0r8YVtS1cTtNnqzR3"
	      "G5lAPLZs9tUQmHq4iyTtZtv1a0\"; } ); };\n",
	    f);
	return fclose(f) == 0;
}

static int
free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) != 0)
		perror("a free port");
	close(fd);
	return ntohs(a.sin_port);
}

static void
probe_turn(struct run *r)
{
	int64_t now = now_read().mono_ns;
	int status;

	if (r->probe == 0 && now - r->probe_ns >= NS_PER_S) {
		r->probe_ns = now;
		r->probe = fork();
		if (r->probe == 0)
			probe(r->w.sh, r->w.seed, r->probes);
		r->probes++;
	} else if (r->probe > 0 &&
		   waitpid(r->probe, &status, WNOHANG) == r->probe) {
		r->probe = 0;
		r->w.sh->proofs++;
		r->slowest_ns = MAXIMUM(r->slowest_ns, now - r->probe_ns);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			defect(&r->w, -1, "%s after %.1f s", r->w.sh->probe_why,
			    (double)(now - r->probe_ns) / 1e9);
	}
}

/* What must hold, looked at once a second. */
static void
turn(struct run *r)
{
	struct pollfd p = { .fd = r->w.log, .events = POLLIN };

	poll(&p, 1, 50);
	watch_log(&r->w);
	for (size_t i = 0; i < WATCH_WORKERS; i++)
		if (r->w.sh->found[i][0] != '\0') {
			defect(&r->w, -1, "%s", r->w.sh->found[i]);
			r->w.sh->found[i][0] = '\0';
		}
	if (!server_lives(&r->w))
		return;
	probe_turn(r);
	if (now_read().mono_ns - r->look_ns < NS_PER_S)
		return;
	r->look_ns = now_read().mono_ns;
	r->w.looks++;
	watch_procs(&r->w);
	watch_files(&r->w);
}

static bool
wait_for_server(struct run *r)
{
	int64_t until = now_read().mono_ns + 60 * NS_PER_S;

	while (!ended && now_read().mono_ns < until && server_lives(&r->w)) {
		struct wire w = { .r = NULL };
		bool up = wire_connect(&w, PROBE_ADDR, port);

		wire_close(&w, false);
		watch_log(&r->w);
		if (up)
			return true;
		usleep(50000);
	}
	return false;
}

/* All connections of ours are closed: so are their processes soon. */
static void
settle(struct run *r)
{
	int64_t until = now_read().mono_ns + GONE_S * NS_PER_S, last = 0;
	size_t left = 1;

	while (left > 0 && now_read().mono_ns < until && server_lives(&r->w)) {
		struct pollfd p = { .fd = r->w.log, .events = POLLIN };
		int status;

		poll(&p, 1, 100);
		watch_log(&r->w);
		if (r->probe > 0 &&
		    waitpid(r->probe, &status, WNOHANG) == r->probe) {
			r->w.sh->proofs++;
			r->probe = 0;
		}
		if (now_read().mono_ns - last < NS_PER_S / 2)
			continue;
		last = now_read().mono_ns;
		left = watch_procs(&r->w) + (r->probe > 0);
	}
	if (left > 0 && r->w.server > 0)
		defect(&r->w, -1, "%zu processes are left behind", left);
	watch_files(&r->w);
}

static void
end_server(struct run *r)
{
	int64_t until = now_read().mono_ns + 10 * NS_PER_S;
	int status = 0;

	if (!server_lives(&r->w))
		return;
	kill(r->w.server, SIGTERM);
	while (now_read().mono_ns < until) {
		watch_log(&r->w);
		if (waitpid(r->w.server, &status, WNOHANG) == r->w.server) {
			if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
				defect(&r->w, -1,
				    "asked to end, it does so "
				    "with status %#x",
				    (unsigned)status);
			watch_log(&r->w);
			return;
		}
		usleep(20000);
	}
	defect(&r->w, -1, "asked to end, it does not");
	kill(r->w.server, SIGKILL);
	waitpid(r->w.server, &status, 0);
}

static void
end_workers(struct run *r)
{
	int64_t until = now_read().mono_ns + 15 * NS_PER_S;
	int status;

	r->w.sh->stop = true;
	for (int i = 0; i < r->workers; i++) {
		while (r->v[i] > 0 && waitpid(r->v[i], &status, WNOHANG) == 0) {
			if (now_read().mono_ns > until)
				kill(r->v[i], SIGKILL);
			watch_log(&r->w);
			usleep(20000);
		}
		if (r->v[i] > 0 && WIFSIGNALED(status))
			printf("worker %d of the fuzzer ended by signal %d\n",
			    i, WTERMSIG(status));
	}
}

static void
report(const struct run *r, double s)
{
	const struct shared *sh = r->w.sh;
	uint64_t all = 0;

	printf("seed %llu:", (unsigned long long)r->w.seed);
	for (size_t i = 0; i < nitems(modes); i++) {
		all += sh->made[i];
		printf(
		    " %llu %s", (unsigned long long)sh->made[i], modes[i].name);
	}
	printf("; %llu connections in %.0f s (%.0f/s)\n",
	    (unsigned long long)all, s, (double)all / s);
	printf("logged in properly %llu, not served at once %llu; %u probes, "
	       "the slowest %.2f s\n",
	    (unsigned long long)sh->logins, (unsigned long long)sh->refused,
	    r->probes, (double)r->slowest_ns / 1e9);
	printf("server %ld MB at first, %ld at most; a connection %ld MB at "
	       "most\n",
	    r->w.rss_first >> 20, r->w.rss_most >> 20, r->w.child_most >> 20);
	printf("%u defects\n", r->w.defects);
}

static void
fuzz(struct run *r)
{
	int64_t start = now_read().mono_ns;

	if (r->only >= 0) {
		connection(r->w.sh, r->w.seed, (uint32_t)r->only, 0, true);
		r->seconds = 0;
		r->workers = 0;
	}
	fflush(stdout);
	for (int i = 0; i < r->workers; i++) {
		r->v[i] = fork();
		if (r->v[i] == 0)
			worker(r->w.sh, r->w.seed, (uint32_t)(r->first + i),
			    (uint32_t)r->workers, i);
	}
	while (!ended && r->w.server > 0 &&
	       now_read().mono_ns - start < r->seconds * NS_PER_S)
		turn(r);
	end_workers(r);
	settle(r);
	if (r->w.logged_in > r->w.sh->proofs)
		defect(&r->w, -1, "%u log-ins, but only %llu with a key",
		    r->w.logged_in, (unsigned long long)r->w.sh->proofs);
	end_server(r);
	report(r, (double)(now_read().mono_ns - start) / 1e9);
}

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: sshfuzz --sshd FILE --dir DIR [--seconds N] [--seed N] "
	      "[--workers N]\n               [--first N] [--only N] [--mode "
	      "NAME]\n",
	    stderr);
	exit(2);
}

static void
options(struct run *r, int argc, char **argv)
{
	static const struct option opts[] = {
		{ "sshd", required_argument, NULL, 's' },
		{ "dir", required_argument, NULL, 'd' },
		{ "seconds", required_argument, NULL, 't' },
		{ "seed", required_argument, NULL, 'r' },
		{ "workers", required_argument, NULL, 'w' },
		{ "first", required_argument, NULL, 'f' },
		{ "only", required_argument, NULL, 'o' },
		{ "mode", required_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t seed = 1;
	bool good = true;
	int c;

	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1)
		switch (c) {
		case 's':
			r->w.exe = optarg;
			break;
		case 'd':
			r->w.dir = optarg;
			break;
		case 't':
			good &= str_int64(optarg, 1, 1000000, &r->seconds);
			break;
		case 'r':
			good &= str_int64(optarg, 0, INT64_MAX, &seed);
			break;
		case 'w':
			good &=
			    str_int64(optarg, 1, WATCH_WORKERS, &r->workers);
			break;
		case 'f':
			good &= str_int64(optarg, 0, INT32_MAX, &r->first);
			break;
		case 'o':
			good &= str_int64(optarg, 0, INT32_MAX, &r->only);
			break;
		case 'm':
			for (size_t i = 0; i < nitems(modes); i++)
				if (strcmp(modes[i].name, optarg) == 0)
					only_mode = &modes[i];
			good &= only_mode != NULL;
			break;
		default:
			good = false;
		}
	r->w.seed = (uint64_t)seed;
	if (!good || optind != argc || r->w.exe == NULL || r->w.dir == NULL)
		usage();
}

int
main(int argc, char **argv)
{
	static struct run r = { .seconds = 30, .only = -1, .workers = 24 };

	options(&r, argc, argv);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, on_end);
	signal(SIGTERM, on_end);
	r.w.sh = mmap(NULL, sizeof(*r.w.sh), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	port = free_port();
	if (r.w.sh == MAP_FAILED || !make_conf(r.w.dir, r.w.seed) ||
	    !server_start(&r.w))
		return 2;
	if (!wait_for_server(&r)) {
		fprintf(stderr, "the server does not start: see %s/sshd.log\n",
		    r.w.dir);
		if (r.w.server > 0)
			kill(r.w.server, SIGKILL);
		return 2;
	}
	fuzz(&r);
	return r.w.defects > 0;
}
