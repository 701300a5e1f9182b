/* SPDX-License-Identifier: MIT */
/*
 * bench_sender: the plain-C AMI client that discadord stands beside in `make
 * bench`: one blocking socket, no database, no caps, no pool, no recovery.
 * What it reaches is the bare limit of the machine, not a goal.
 *
 *   bench_sender --port N [--cps X] [--seconds S] [--track 0|1|2]
 *                [--window W] [--tail S]
 *
 * --cps X   one write per call on an absolute schedule; 0 (default): flat
 *           out, 64 originates per write
 * --track   0 read nothing but throw it away; 1 (default) parse every event
 *           and follow each call to its Hangup and OriginateResponse;
 *           2 count responses
 * --window  flat out and tracking: most calls in flight (1000)
 * --tail    seconds to wait for the rest at the end (20)
 *
 * Prints one JSON object.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/util.h"

#define CALLS (1U << 18) /* most in flight; a call sits at its id modulo it */
#define BATCH 64
#define IN    (2 * 1024 * 1024)

enum track { TRACK_NONE, TRACK_CALLS, TRACK_RESPONSES };

struct call {
	uint64_t id;
	bool live, hung_up, responded;
	int64_t sent_ns, rang_ns, answered_ns;
};

static struct {
	int fd;
	int64_t port, seconds, window, tail, track;
	double cps;
	struct call *calls;
	uint64_t sent, responses, errors, done, answered, events;
	char *in;
	size_t inlen;
} g = { .seconds = 5, .window = 1000, .tail = 20, .track = TRACK_CALLS };

static int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static bool
starts(const char *p, const char *end, const char *prefix, size_t n)
{
	return (size_t)(end - p) > n && memcmp(p, prefix, n) == 0;
}
#define STARTS(p, end, s) starts((p), (end), s, sizeof(s) - 1)

static uint64_t
digits(const char *p)
{
	uint64_t v = 0;

	for (; *p >= '0' && *p <= '9'; p++)
		v = v * 10 + (uint64_t)(*p - '0');
	return v;
}

/* What the tracker needs of one message. */
struct seen {
	const char *event;
	bool is_response, success;
	uint64_t id; /* 0: none of ours */
	int state;
};

static void
look(const char *p, const char *end, struct seen *s)
{
	const char *nl;

	*s = (struct seen){ .state = -1 };
	for (; p < end && (nl = memchr(p, '\n', (size_t)(end - p))) != NULL;
	     p = nl + 1)
		switch (*p) {
		case 'E':
			if (STARTS(p, nl, "Event: "))
				s->event = p + 7;
			break;
		case 'R':
			if (STARTS(p, nl, "Response: ")) {
				s->is_response = s->event == NULL;
				s->success = p[10] == 'S';
			}
			break;
		case 'A':
			if (STARTS(p, nl, "ActionID: b"))
				s->id = digits(p + 11);
			break;
		case 'U':
			if (STARTS(p, nl, "Uniqueid: b"))
				s->id = digits(p + 11);
			break;
		case 'D':
			if (STARTS(p, nl, "DestUniqueid: b"))
				s->id = digits(p + 15);
			break;
		case 'C':
			if (STARTS(p, nl, "ChannelState: "))
				s->state = p[14] - '0';
			break;
		}
}

static void
message(const char *p, const char *end)
{
	struct seen s;
	struct call *k;

	look(p, end, &s);
	if (s.is_response) {
		g.responses++;
		g.errors += !s.success;
		g.done += g.track == TRACK_RESPONSES;
		return;
	}
	g.events++;
	k = &g.calls[s.id % CALLS];
	if (s.event == NULL || s.id == 0 || !k->live || k->id != s.id)
		return;
	if (STARTS(s.event, end, "Newstate\r")) {
		if (s.state == 5) {
			k->rang_ns = clock_ns();
		} else if (s.state == 6) {
			k->answered_ns = clock_ns();
			g.answered++;
		}
	} else if (STARTS(s.event, end, "OriginateResponse\r")) {
		k->responded = true;
	} else if (STARTS(s.event, end, "Hangup\r")) {
		k->hung_up = true;
	}
	if (k->hung_up && k->responded) {
		k->live = false;
		g.done++;
	}
}

/* Read what is there, after waiting for it up to wait_ms. */
static void
drain(int wait_ms)
{
	struct pollfd pf = { .fd = g.fd, .events = POLLIN };
	ssize_t r;

	if (wait_ms > 0)
		poll(&pf, 1, wait_ms);
	do {
		char *p = g.in, *end, *scan, *hit;

		if (g.track == TRACK_NONE) {
			r = recv(g.fd, g.in, IN, MSG_DONTWAIT | MSG_TRUNC);
			continue;
		}
		r = recv(g.fd, g.in + g.inlen, IN - g.inlen, MSG_DONTWAIT);
		if (r <= 0)
			break;
		scan = g.in + (g.inlen > 3 ? g.inlen - 3 : 0);
		g.inlen += (size_t)r;
		end = g.in + g.inlen;
		while ((hit = memmem(scan, (size_t)(end - scan), "\r\n\r\n",
			    4)) != NULL) {
			message(p, hit + 2);
			p = scan = hit + 4;
		}
		g.inlen = (size_t)(end - p);
		memmove(g.in, p, g.inlen);
	} while (r >= 65536);
}

/* One Originate with the variables that discadord sends. */
static size_t
originate(char *p, size_t size, uint64_t id)
{
	unsigned long long n = (unsigned long long)id;
	/* Spread over the digits that decide (see amisim). */
	unsigned long long digit5 = n * 48271 % 100000;

	if (g.track == TRACK_CALLS)
		g.calls[id % CALLS] = (struct call){
			.id = id,
			.live = true,
			.sent_ns = clock_ns(),
		};
	return (size_t)snprintf(p, size,
	    "Action: Originate\r\nActionID: b%llu\r\n"
	    "Channel: PJSIP/1305%02llu%05llu@carrier\r\nChannelId: b%llu\r\n"
	    "Context: discador\r\nExten: flow\r\nPriority: 1\r\n"
	    "CallerID: <1212555%04llu>\r\nTimeout: 30000\r\nAsync: true\r\n"
	    "Variable: DSC_CALL=b%llu,DSC_0=detect,DSC_0_N=detect,DSC_0_Xh=1,"
	    "DSC_0_Xm=5,DSC_0_Xu=1,DSC_1=menu,DSC_1_N=ask,DSC_1_P=press_1,"
	    "DSC_1_T=10,DSC_1_R=1,DSC_1_K1=2,DSC_1_K9=3,DSC_1_K0=r,DSC_1_Xt=4,"
	    "DSC_2=connect,DSC_2_N=connect,DSC_2_D=queue:sales,DSC_2_G=20,"
	    "DSC_3=optout,DSC_3_N=out,DSC_4=hangup,DSC_4_N=bye,DSC_5=hangup,"
	    "DSC_5_N=bare\r\n\r\n",
	    n, n % 100, digit5, n, n % 10000, n);
}

static bool
send_all(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = send(g.fd, p, n, MSG_NOSIGNAL);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			fprintf(stderr, "bench_sender: write: %s\n",
			    strerror(errno));
			return false;
		}
		p += w;
		n -= (size_t)w;
	}
	return true;
}

static bool
log_in(void)
{
	static const char login[] = "Action: Login\r\nUsername: bench\r\n"
				    "Secret: bench\r\nActionID: login\r\n\r\n";
	struct sockaddr_in a = { .sin_family = AF_INET };
	char reply[4096];
	size_t n = 0;
	int one = 1;

	a.sin_port = htons((uint16_t)g.port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	g.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(g.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(g.fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		fprintf(stderr, "bench_sender: port %lld: %s\n",
		    (long long)g.port, strerror(errno));
		return false;
	}
	if (!send_all(login, sizeof(login) - 1))
		return false;
	while (n < sizeof(reply)) {
		ssize_t r = recv(g.fd, reply + n, sizeof(reply) - n, 0);

		if (r <= 0)
			break;
		n += (size_t)r;
		if (memmem(reply, n, "Fully Booted\r\n\r\n", 16) != NULL)
			return true;
	}
	fprintf(stderr, "bench_sender: no login\n");
	return false;
}

/* Until due; events are read meanwhile, unless nobody looks at them. */
static void
wait_until(int64_t due)
{
	struct pollfd pf = { .fd = g.fd, .events = POLLIN };
	int64_t left;

	while ((left = due - clock_ns()) > 0) {
		struct timespec ts = { left / NS_PER_S, left % NS_PER_S };

		if (ppoll(&pf, g.track == TRACK_CALLS, &ts, NULL) > 0)
			drain(0);
	}
}

static bool
paced(int64_t start)
{
	uint64_t n = (uint64_t)((double)g.seconds * g.cps);
	char text[1024];

	for (uint64_t i = 0; i < n; i++) {
		wait_until(start + (int64_t)((double)i * 1e9 / g.cps));
		if (!send_all(text, originate(text, sizeof(text), i + 1)))
			return false;
		g.sent++;
		if (g.track != TRACK_CALLS)
			drain(0);
	}
	return true;
}

static bool
flat_out(int64_t start)
{
	static char text[BATCH * 1024];
	int64_t end = start + g.seconds * NS_PER_S;

	while (clock_ns() < end) {
		int64_t room = g.track == TRACK_NONE
				   ? BATCH
				   : g.window - (int64_t)(g.sent - g.done);
		size_t len = 0;

		room = MINIMUM(room, BATCH);
		for (int64_t i = 0; i < room; i++)
			len +=
			    originate(text + len, sizeof(text) - len, ++g.sent);
		if (len > 0 && !send_all(text, len))
			return false;
		drain(len > 0 ? 0 : 10);
	}
	return true;
}

static void
report(int64_t start, int64_t end, uint64_t done_in_time)
{
	double elapsed = (double)(end - start) / 1e9, cpu;
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	cpu = (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) +
	      (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
	printf("{\"client\":\"plain C\",\"track\":%lld,\"cps\":%.1f,"
	       "\"sent\":%llu,\"responses\":%llu,\"errors\":%llu,"
	       "\"done\":%llu,\"answered\":%llu,\"events\":%llu,"
	       "\"elapsed_s\":%.3f,\"rate\":%.1f,\"cpu_ms_per_1000\":%.2f,"
	       "\"rss_mb\":%.1f}\n",
	    (long long)g.track, g.cps, (unsigned long long)g.sent,
	    (unsigned long long)g.responses, (unsigned long long)g.errors,
	    (unsigned long long)g.done, (unsigned long long)g.answered,
	    (unsigned long long)g.events, elapsed,
	    (double)(g.cps > 0 || g.track == TRACK_NONE ? g.sent
							: done_in_time) /
		elapsed,
	    g.sent > 0 ? cpu * 1e6 / (double)g.sent : 0,
	    (double)ru.ru_maxrss / 1024);
}

static bool
parse(int argc, char **argv)
{
	static const struct option options[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "cps", required_argument, NULL, 'c' },
		{ "seconds", required_argument, NULL, 's' },
		{ "track", required_argument, NULL, 't' },
		{ "window", required_argument, NULL, 'w' },
		{ "tail", required_argument, NULL, 'e' },
		{ NULL, 0, NULL, 0 },
	};
	bool good = true;
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (opt) {
		case 'p':
			good &= str_int64(optarg, 1, 65535, &g.port);
			break;
		case 'c':
			good &= str_double(optarg, 0, 1e6, &g.cps);
			break;
		case 's':
			good &= str_int64(optarg, 1, 86400, &g.seconds);
			break;
		case 't':
			good &= str_int64(optarg, 0, 2, &g.track);
			break;
		case 'w':
			good &= str_int64(optarg, 1, CALLS, &g.window);
			break;
		case 'e':
			good &= str_int64(optarg, 0, 600, &g.tail);
			break;
		default:
			return false;
		}
	return good && optind == argc && g.port > 0;
}

int
main(int argc, char **argv)
{
	int64_t start, end;
	uint64_t done_in_time;

	if (!parse(argc, argv)) {
		fprintf(stderr,
		    "usage: bench_sender --port N [--cps X] "
		    "[--seconds S] [--track 0|1|2] [--window W] [--tail S]\n");
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1UL);
	g.calls = xcalloc(g.track == TRACK_CALLS ? CALLS : 1, sizeof(*g.calls));
	g.in = xmalloc(IN);
	if (!log_in())
		return 1;
	start = clock_ns() + 20 * NS_PER_MS;
	if (!(g.cps > 0 ? paced(start) : flat_out(start)))
		return 1;
	end = clock_ns();
	done_in_time = g.done;
	for (int64_t limit = end + g.tail * NS_PER_S;
	     clock_ns() < limit && (g.track == TRACK_NONE || g.done < g.sent);)
		drain(100);
	report(start, end, done_in_time);
	close(g.fd);
	free(g.calls);
	free(g.in);
	return 0;
}
