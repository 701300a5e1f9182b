/* SPDX-License-Identifier: MIT */
/*
 * sshsiege: what stands at the door of discador-sshd on a bad day, and one
 * supervisor among it.  A client only, over loopback: it takes 127.x.y.z as
 * its own address, so that no limit by address makes it trivial.
 *
 *   sshsiege PORT bad N WORKERS SECONDS     wrong keys, passwords and names
 *   sshsiege PORT half N SECONDS            silent, half a banner, garbage
 *   sshsiege PORT login USER KEY SECONDS    a verb every two seconds
 *   sshsiege PORT work USER KEY SECONDS     a console that is worked in
 *   sshsiege PORT time USER N               wrong passwords of USER, of nobody
 *
 * Prints "NAME VALUE" lines, also when SIGTERM ends it sooner; exits 0 unless
 * it could not do its work.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libssh/libssh.h>

#include "shared/util.h"

#define ADDRESSES 2500 /* the bad ones come from so many */
#define HALF_MS   2000 /* who was put out comes again after */
#define KEY_MS    250 /* the supervisor presses a key so often */

/* What all workers add up. */
struct counts {
	atomic_uint next, refused, away, in, broken;
};

static int port;
static bool talk; /* say why it did not get in */
static volatile sig_atomic_t stopped;

static void
on_term(int sig)
{
	(void)sig;
	stopped = 1;
}

static int64_t
mono(void)
{
	return now_read().mono_ns;
}

/* The n-th stranger's address; 0: ours. */
static struct in_addr
address(unsigned n)
{
	uint32_t a = n == 0 ? 1 : 0x10000 + n * 7 % 0xfe0000;

	return (struct in_addr){ htonl(0x7f000000u + a) };
}

/* Connected, from that address; -1. */
static int
dial(struct in_addr from)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr = from };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0) {
		sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		sin.sin_port = htons((uint16_t)port);
		if (connect(fd, (struct sockaddr *)&sin, sizeof(sin)) == 0)
			return fd;
	}
	close(fd);
	return -1;
}

/* After the key exchange; NULL: it was turned away. */
static ssh_session
reach(struct in_addr from, const char *user, long seconds)
{
	int fd = dial(from), verbosity = SSH_LOG_NOLOG;
	ssh_session s;
	bool no = false;

	if (fd < 0)
		return NULL;
	s = ssh_new();
	ssh_options_set(s, SSH_OPTIONS_HOST, "127.0.0.1");
	ssh_options_set(s, SSH_OPTIONS_USER, user);
	ssh_options_set(s, SSH_OPTIONS_FD, &fd);
	ssh_options_set(s, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(s, SSH_OPTIONS_TIMEOUT, &seconds);
	ssh_options_set(s, SSH_OPTIONS_LOG_VERBOSITY, &verbosity);
	if (ssh_connect(s) == SSH_OK)
		return s;
	if (talk)
		fprintf(stderr, "%s\n", ssh_get_error(s));
	ssh_free(s);
	close(fd);
	return NULL;
}

static void
leave(ssh_session s)
{
	ssh_disconnect(s);
	ssh_free(s);
}

/* ---- bad log-ins ------------------------------------------------------- */

static int
try_bad(ssh_session s, unsigned i, ssh_key key)
{
	if (i % 3 == 0)
		return ssh_userauth_publickey(s, NULL, key);
	return ssh_userauth_password(s, NULL, "correct horse 1");
}

static void
worker(struct counts *c, unsigned n, int64_t until)
{
	ssh_key key = NULL;
	unsigned i;

	if (ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &key) != SSH_OK)
		exit(1);
	while ((i = atomic_fetch_add(&c->next, 1)) < n) {
		static const char *const users[] = { "maria", "paula", "root",
			"maria", "ghost", "admin" };
		ssh_session s = NULL;
		int r;

		while (mono() < until &&
		       (s = reach(address(1 + i % ADDRESSES),
			    users[i % nitems(users)], 10)) == NULL) {
			atomic_fetch_add(&c->away, 1);
			poll(NULL, 0, 50);
		}
		if (s == NULL)
			return;
		r = try_bad(s, i, key);
		if (r == SSH_AUTH_DENIED)
			atomic_fetch_add(&c->refused, 1);
		else if (r == SSH_AUTH_SUCCESS || r == SSH_AUTH_PARTIAL)
			atomic_fetch_add(&c->in, 1);
		else
			atomic_fetch_add(&c->broken, 1);
		leave(s);
	}
}

/* Of other machines: they take little from this one. */
static void
far_away(void)
{
	if (setpriority(PRIO_PROCESS, 0, 10) != 0)
		perror("setpriority");
}

static int
bad(unsigned n, int workers, int seconds)
{
	struct counts *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t began = mono(), until = began + seconds * NS_PER_S;

	for (int i = 0; i < workers; i++)
		if (fork() == 0) {
			worker(c, n, until);
			_exit(0);
		}
	while (wait(NULL) > 0)
		;
	printf("refused %u\naway %u\nbroken %u\nin %u\nseconds %.1f\n",
	    c->refused, c->away, c->broken, c->in,
	    (double)(mono() - began) / 1e9);
	return 0;
}

/* ---- half-open connections --------------------------------------------- */

static void
half_begin(int fd, unsigned kind)
{
	static const char banner[] = "SSH-2.0-Open";
	char junk[512];

	if (kind % 3 == 1 && write(fd, banner, sizeof(banner) - 1) < 0)
		return;
	if (kind % 3 == 2) {
		for (size_t i = 0; i < sizeof(junk); i++)
			junk[i] = (char)(i * 131 + kind * 7);
		if (write(fd, junk, sizeof(junk)) < 0)
			return;
	}
}

static int
half(unsigned n, int seconds)
{
	struct pollfd *p = xcalloc(n, sizeof(*p));
	int64_t *again = xcalloc(n, sizeof(*again));
	int64_t until = mono() + seconds * NS_PER_S;
	unsigned opened = 0, ended = 0, most = 0;

	for (unsigned i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	while (mono() < until && !stopped) {
		unsigned open = 0;

		for (unsigned i = 0; i < n; i++) {
			if (p[i].fd < 0 && mono() >= again[i]) {
				p[i].fd = dial(address(100000 + i));
				again[i] = mono() + HALF_MS * NS_PER_MS;
				opened += p[i].fd >= 0;
				if (p[i].fd >= 0)
					half_begin(p[i].fd, i);
			}
			open += p[i].fd >= 0;
		}
		most = MAXIMUM(most, open);
		if (poll(p, n, 50) <= 0)
			continue;
		for (unsigned i = 0; i < n; i++) {
			char room[4096];

			if (p[i].fd < 0 || p[i].revents == 0 ||
			    read(p[i].fd, room, sizeof(room)) > 0)
				continue;
			close(p[i].fd);
			p[i].fd = -1;
			again[i] = mono() + HALF_MS * NS_PER_MS;
			ended++;
		}
	}
	printf("opened %u\nended %u\nmost %u\n", opened, ended, most);
	return 0;
}

/* ---- the supervisor ---------------------------------------------------- */

static ssh_session
come_in(const char *user, ssh_key key)
{
	ssh_session s;

	talk = true;
	s = reach(address(0), user, 10);
	if (s != NULL &&
	    ssh_userauth_publickey(s, NULL, key) != SSH_AUTH_SUCCESS) {
		fprintf(stderr, "%s\n", ssh_get_error(s));
		leave(s);
		s = NULL;
	}
	return s;
}

static bool
verb(ssh_session s)
{
	ssh_channel ch = ssh_channel_new(s);
	char room[4096];
	int n, all = 0;

	if (ssh_channel_open_session(ch) != SSH_OK ||
	    ssh_channel_request_exec(ch, "status") != SSH_OK)
		return false;
	while ((n = ssh_channel_read(ch, room, sizeof(room), 0)) > 0)
		all += n;
	ssh_channel_free(ch);
	return all > 0;
}

static int
login(const char *user, ssh_key key, int seconds)
{
	int64_t until = mono() + seconds * NS_PER_S, worst_in = 0, worst = 0;
	unsigned n = 0, failed = 0;

	while (mono() < until && !stopped) {
		int64_t began = mono(), in = began;
		ssh_session s = come_in(user, key);

		in = mono() - began;
		n++;
		if (s == NULL || !verb(s))
			failed++;
		worst_in = MAXIMUM(worst_in, in);
		worst = MAXIMUM(worst, mono() - began);
		if (s != NULL)
			leave(s);
		poll(NULL, 0, 2000);
	}
	printf("logins %u\nfailed %u\nlogin_ms %lld\nverb_ms %lld\n", n, failed,
	    (long long)(worst_in / NS_PER_MS), (long long)(worst / NS_PER_MS));
	return 0;
}

/*
 * How long a little work takes at worst on this machine while all that goes
 * on, besides the server: what no program can do anything about.
 */
static pid_t
stall_begin(_Atomic int64_t *worst)
{
	pid_t pid = fork();

	while (pid == 0) {
		int64_t began = mono();
		volatile unsigned n = 0;

		while (n < 2000000)
			n++;
		*worst = MAXIMUM(*worst, mono() - began);
		poll(NULL, 0, 100);
	}
	return pid;
}

/* Keys that change the picture: panes one after the other. */
static int
work(const char *user, ssh_key key, int seconds)
{
	static const char keys[] = "1245678903";
	ssh_session s = come_in(user, key);
	ssh_channel ch = s != NULL ? ssh_channel_new(s) : NULL;
	int64_t began = mono(), until = began + seconds * NS_PER_S;
	int64_t last = 0, gap = 0, pressed = 0, slow = 0, next = began;
	unsigned frames = 0, presses = 0;
	_Atomic int64_t *stall = mmap(NULL, sizeof(*stall),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t staller;
	char room[16384];

	if (ch == NULL || ssh_channel_open_session(ch) != SSH_OK ||
	    ssh_channel_request_pty_size(ch, "xterm-256color", 120, 40) !=
		SSH_OK ||
	    ssh_channel_request_shell(ch) != SSH_OK) {
		printf("frames 0\n");
		return 1;
	}
	staller = stall_begin(stall);
	while (mono() < until && !stopped) {
		int n = ssh_channel_read_timeout(ch, room, sizeof(room), 0, 20);
		int64_t now = mono();

		if (n < 0 || ssh_channel_is_eof(ch))
			break;
		if (n > 0) {
			if (last != 0)
				gap = MAXIMUM(gap, now - last);
			if (pressed != 0)
				slow = MAXIMUM(slow, now - pressed);
			pressed = 0;
			last = now;
			frames++;
		}
		if (now < next || last == 0)
			continue;
		next = now + KEY_MS * NS_PER_MS;
		if (pressed == 0)
			pressed = now;
		ssh_channel_write(ch, &keys[presses++ % (sizeof(keys) - 1)], 1);
	}
	kill(staller, SIGKILL);
	/* a screen that stood still at the end counts, too */
	gap = MAXIMUM(gap, mono() - last);
	printf("frames %u\nkeys %u\ngap_ms %lld\nkey_ms %lld\n"
	       "lasted %d\nstall_ms %lld\n",
	    frames, presses, (long long)(gap / NS_PER_MS),
	    (long long)(slow / NS_PER_MS), stopped || mono() >= until,
	    (long long)(*stall / NS_PER_MS));
	ssh_channel_write(ch, "q", 1);
	ssh_channel_read_timeout(ch, room, sizeof(room), 0, 500);
	leave(s);
	return 0;
}

/* ---- what an answer's time tells --------------------------------------- */

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
timing(const char *user, int n)
{
	int64_t *took[2] = { xcalloc((size_t)n, sizeof(int64_t)),
		xcalloc((size_t)n, sizeof(int64_t)) };

	/* by turns, so that what else the machine does is fair to both */
	for (int i = 0; i < 2 * n; i++) {
		ssh_session s;
		int64_t began;

		while ((s = reach(address((unsigned)(200000 + i)),
			    i % 2 == 0 ? user : "nobody-here", 10)) == NULL)
			poll(NULL, 0, 20);
		began = mono();
		if (ssh_userauth_password(s, NULL, "wrong") != SSH_AUTH_DENIED)
			return 1;
		took[i % 2][i / 2] = mono() - began;
		leave(s);
	}
	for (int i = 0; i < 2; i++)
		qsort(took[i], (size_t)n, sizeof(int64_t), compare);
	printf("known_us %lld\nunknown_us %lld\n",
	    (long long)(took[0][n / 2] / 1000),
	    (long long)(took[1][n / 2] / 1000));
	return 0;
}

static int
number(const char *s)
{
	int64_t v;

	if (s == NULL || !str_int64(s, 1, 1000000, &v)) {
		fputs("sshsiege: see the head of its source\n", stderr);
		exit(2);
	}
	return (int)v;
}

int
main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[2] : "";
	ssh_key key = NULL;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGTERM, on_term);
	port = number(argc > 1 ? argv[1] : NULL);
	ssh_init();
	if (strcmp(what, "bad") == 0 || strcmp(what, "half") == 0)
		far_away();
	if (strcmp(what, "bad") == 0 && argc == 6)
		return bad((unsigned)number(argv[3]), number(argv[4]),
		    number(argv[5]));
	if (strcmp(what, "half") == 0 && argc == 5)
		return half((unsigned)number(argv[3]), number(argv[4]));
	if (strcmp(what, "time") == 0 && argc == 5)
		return timing(argv[3], number(argv[4]));
	if (argc != 6 || ssh_pki_import_privkey_file(
			     argv[4], NULL, NULL, NULL, &key) != SSH_OK)
		return number(NULL);
	if (strcmp(what, "login") == 0)
		return login(argv[3], key, number(argv[5]));
	if (strcmp(what, "work") == 0)
		return work(argv[3], key, number(argv[5]));
	return number(NULL);
}
