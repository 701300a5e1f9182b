/* SPDX-License-Identifier: MIT */
/*
 * amicut LISTEN_PORT TARGET_PORT [options]: a TCP proxy on loopback that cuts
 * connections in the middle of a byte stream, both sides at once, by RST or
 * FIN at random, and goes on listening.
 *
 *   --cut-after-bytes N   each connection dies behind its N-th byte
 *   --cut-every S         every S seconds, give or take a half, one read is
 *                         forwarded up to a random byte and its connection
 *                         dies there
 *   --direction both|up|down
 *                         which bytes count (up: client to target)
 *   --cuts N              stop cutting after N cuts
 *   --seed N
 *
 * LISTEN_PORT 0 takes any; "port N" on stdout says which.  SIGUSR1 asks for a
 * cut as --cut-every does.  Each cut is a line on stdout:
 *   cut K connection C up BYTES down BYTES rst|fin
 * It never changes, adds or reorders a byte.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/util.h"

#define PAIRS 64
#define CHUNK 16384

enum { UP, DOWN };

struct side {
	int fd;
	bool eof;
	size_t off, len; /* of data: read here, still to be forwarded */
	char data[CHUNK];
};

struct pair {
	bool used;
	uint64_t id, bytes[2];
	struct side from[2]; /* [UP]: the client, [DOWN]: the target */
};

static struct {
	int listener;
	uint16_t port, target;
	int64_t after; /* 0: not by bytes */
	double every_s; /* 0: not by time */
	int64_t max_cuts; /* 0: no limit */
	bool counts[2];
	struct rng rng;
	int64_t next_cut, cuts;
	bool wanted; /* the next read is cut */
	uint64_t last_id;
	struct pair pairs[PAIRS];
} g;

static volatile sig_atomic_t want_end, want_cut;

static void
on_signal(int sig)
{
	if (sig == SIGUSR1)
		want_cut = 1;
	else
		want_end = 1;
}

static void
loopback(struct sockaddr_in *a, uint16_t port)
{
	*a = (struct sockaddr_in){ .sin_family = AF_INET };
	a->sin_port = htons(port);
	a->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static bool
start_listening(void)
{
	struct sockaddr_in a;
	socklen_t len = sizeof(a);
	int one = 1;

	loopback(&a, g.port);
	g.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(g.listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(g.listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(g.listener, 16) != 0 ||
	    getsockname(g.listener, (struct sockaddr *)&a, &len) != 0)
		return false;
	printf("port %d\n", ntohs(a.sin_port));
	return true;
}

static void
pair_close(struct pair *p, bool reset)
{
	struct linger hard = { .l_onoff = 1, .l_linger = 0 };

	for (int d = UP; d <= DOWN; d++) {
		if (reset)
			setsockopt(p->from[d].fd, SOL_SOCKET, SO_LINGER, &hard,
			    sizeof(hard));
		close(p->from[d].fd);
	}
	p->used = false;
}

static void
cut(struct pair *p)
{
	bool reset = rng_below(&g.rng, 2) == 0;

	g.cuts++;
	g.wanted = false;
	printf("cut %lld connection %llu up %llu down %llu %s\n",
	    (long long)g.cuts, (unsigned long long)p->id,
	    (unsigned long long)p->bytes[UP],
	    (unsigned long long)p->bytes[DOWN], reset ? "rst" : "fin");
	pair_close(p, reset);
}

static void
accept_one(void)
{
	int client = accept4(g.listener, NULL, NULL, SOCK_CLOEXEC), target;
	struct sockaddr_in a;
	struct pair *p = g.pairs;
	int one = 1;

	if (client < 0)
		return;
	while (p < g.pairs + PAIRS && p->used)
		p++;
	target = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	loopback(&a, g.target);
	if (p == g.pairs + PAIRS ||
	    connect(target, (struct sockaddr *)&a, sizeof(a)) != 0) {
		close(client);
		close(target);
		return;
	}
	setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(target, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	p->used = true;
	p->id = ++g.last_id;
	p->bytes[UP] = p->bytes[DOWN] = 0;
	for (int d = UP; d <= DOWN; d++) {
		p->from[d].fd = d == UP ? client : target;
		p->from[d].eof = false;
		p->from[d].off = p->from[d].len = 0;
	}
}

/* Forward what waits in direction d.  False: the pair is gone. */
static bool
forward(struct pair *p, int d)
{
	struct side *s = &p->from[d];
	ssize_t w;

	if (s->off < s->len) {
		w = send(p->from[!d].fd, s->data + s->off, s->len - s->off,
		    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (w < 0 && errno != EAGAIN && errno != EINTR) {
			pair_close(p, false);
			return false;
		}
		s->off += w > 0 ? (size_t)w : 0;
	}
	if (s->eof && s->off == s->len) {
		pair_close(p, false);
		return false;
	}
	return true;
}

/* Do n bytes just read kill the connection, and how many still pass? */
static bool
doomed(const struct pair *p, int d, size_t n, size_t *pass)
{
	uint64_t passed = (g.counts[UP] ? p->bytes[UP] : 0) +
			  (g.counts[DOWN] ? p->bytes[DOWN] : 0);

	*pass = n;
	if (!g.counts[d] || (g.max_cuts > 0 && g.cuts >= g.max_cuts))
		return false;
	if (g.after > 0 && passed + n >= (uint64_t)g.after) {
		*pass = (size_t)((uint64_t)g.after - passed);
		return true;
	}
	if (g.wanted)
		*pass = (size_t)rng_below(&g.rng, n);
	return g.wanted;
}

static void
read_side(struct pair *p, int d)
{
	struct side *s = &p->from[d];
	ssize_t r = recv(s->fd, s->data, sizeof(s->data), MSG_DONTWAIT);
	size_t pass;
	bool dies;

	if (r < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (r <= 0) {
		s->eof = true;
		forward(p, d);
		return;
	}
	dies = doomed(p, d, (size_t)r, &pass);
	s->off = 0;
	s->len = pass;
	p->bytes[d] += pass;
	if (forward(p, d) && dies)
		cut(p);
}

static int64_t
pause_ns(void)
{
	return (int64_t)(g.every_s * (0.5 + rng_unit(&g.rng)) * NS_PER_S);
}

static void
turn(void)
{
	struct pollfd pf[1 + 2 * PAIRS];
	int64_t now = now_read().mono_ns;

	if (g.every_s > 0 && now >= g.next_cut) {
		g.wanted = true;
		g.next_cut = now + pause_ns();
	}
	if (want_cut) {
		want_cut = 0;
		g.wanted = true;
	}
	pf[0] = (struct pollfd){ .fd = g.listener, .events = POLLIN };
	for (int i = 0; i < PAIRS; i++)
		for (int d = UP; d <= DOWN; d++) {
			const struct pair *p = &g.pairs[i];
			const struct side *in = &p->from[d],
					  *out = &p->from[!d];
			short want = 0;

			if (in->off == in->len && !in->eof)
				want |= POLLIN;
			if (out->off < out->len)
				want |= POLLOUT;
			pf[1 + 2 * i + d] = (struct pollfd){
				.fd = p->used ? in->fd : -1,
				.events = want,
			};
		}
	if (poll(pf, nitems(pf), 20) <= 0)
		return;
	for (int i = 0; i < PAIRS; i++)
		for (int d = UP; d <= DOWN; d++) {
			struct pair *p = &g.pairs[i];
			short got = pf[1 + 2 * i + d].revents;

			if (p->used && (got & POLLOUT) != 0 && !forward(p, !d))
				continue;
			if (p->used &&
			    (got & (POLLIN | POLLHUP | POLLERR)) != 0 &&
			    p->from[d].off == p->from[d].len)
				read_side(p, d);
		}
	if ((pf[0].revents & POLLIN) != 0)
		accept_one();
}

static bool
set_direction(const char *s)
{
	g.counts[UP] = strcmp(s, "down") != 0;
	g.counts[DOWN] = strcmp(s, "up") != 0;
	return strcmp(s, "both") == 0 || g.counts[UP] != g.counts[DOWN];
}

static bool
parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "cut-after-bytes", required_argument, NULL, 'b' },
		{ "cut-every", required_argument, NULL, 'e' },
		{ "direction", required_argument, NULL, 'd' },
		{ "cuts", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t seed = 1, port, target;
	bool good = set_direction("both");
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (opt) {
		case 'b':
			good &= str_int64(optarg, 1, INT64_MAX, &g.after);
			break;
		case 'e':
			good &= str_double(optarg, 0.001, 86400, &g.every_s);
			break;
		case 'd':
			good &= set_direction(optarg);
			break;
		case 'c':
			good &= str_int64(optarg, 1, INT64_MAX, &g.max_cuts);
			break;
		case 's':
			good &= str_int64(optarg, 0, INT64_MAX, &seed);
			break;
		default:
			return false;
		}
	if (!good || optind + 2 != argc ||
	    !str_int64(argv[optind], 0, 65535, &port) ||
	    !str_int64(argv[optind + 1], 1, 65535, &target))
		return false;
	rng_seed(&g.rng, (uint64_t)seed);
	g.port = (uint16_t)port;
	g.target = (uint16_t)target;
	g.next_cut = now_read().mono_ns + pause_ns();
	return true;
}

int
main(int argc, char **argv)
{
	struct sigaction sa = { .sa_handler = on_signal };

	if (!parse(argc, argv)) {
		fprintf(stderr,
		    "usage: amicut LISTEN_PORT TARGET_PORT "
		    "[--cut-after-bytes N | --cut-every S] [--cuts N] "
		    "[--direction both|up|down] [--seed N]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	if (!start_listening()) {
		fprintf(
		    stderr, "amicut: port %d: %s\n", g.port, strerror(errno));
		return 1;
	}
	while (!want_end)
		turn();
	return 0;
}
