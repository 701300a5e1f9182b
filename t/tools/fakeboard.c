/* SPDX-License-Identifier: MIT */
/*
 * fakeboard: plays an engine for console tests: publishes a lively made-up
 * board at 10 Hz, the rows beside it, and answers the control socket.
 *
 *   fakeboard [--dids N] [--calls N] [--stamps FILE] RUN_DIR [STATE] [SECONDS]
 *
 * States: see boards.h.  Requests are appended to RUN_DIR/requests, one JSON
 * object a line; brake, cps and campaign requests show on the board, and a
 * session that opens stays until its connection is closed.  --stamps: the
 * node's name is the tick, and FILE says when it was published (stamps.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "boards_docs.h"
#include "boards_rows.h"
#include "shared/ipc.h"
#include "stamps.h"

#define REQUEST_MS 500 /* for all of a request to come */

static volatile sig_atomic_t ended;
static char brake[12];
static double cps;
static char states[BOARD_CAMPAIGNS][12];

static void
on_end(int sig)
{
	(void)sig;
	ended = 1;
}

static int
listen_on(const char *dir)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	str_format(sun.sun_path, sizeof(sun.sun_path), "%s/control", dir);
	unlink(sun.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    listen(fd, 1024) != 0) {
		perror(sun.sun_path);
		exit(1);
	}
	return fd;
}

static void
obey(const struct board *b, const char *cmd, const char *a, const char *name)
{
	if (strcmp(cmd, "brake") == 0)
		str_copy(brake, sizeof(brake),
		    strcmp(a, "on") == 0 ? "engaged" : "released");
	if (strcmp(cmd, "cps") == 0 && !str_double(a, 0, 1e6, &cps))
		cps = 0;
	for (uint32_t i = 0; i < b->ncampaigns; i++)
		if (strcmp(cmd, "campaign") == 0 &&
		    strcmp(b->campaigns[i].name, name) == 0)
			str_copy(states[i], 12,
			    strcmp(a, "start") == 0   ? "running"
			    : strcmp(a, "pause") == 0 ? "paused"
						      : "stopped");
	if (strcmp(cmd, "stop") == 0)
		ended = 1;
}

/* Who is attached: the connections that "session open" came on. */
static struct {
	struct {
		int fd;
		struct row_session row;
	} v[ROWS_SESSIONS_MAX];
	uint32_t n;
	uint64_t id;
	bool wrote; /* rows differ from what was written */
} sessions;

/* What is known of contexts; NULL: of nothing else. */
static json_t *
doc_of(const char *cmd, const char *a, const char *n)
{
	json_t *all, *one = NULL, *o;
	size_t i;

	if (strcmp(cmd, "survey") == 0 && strcmp(a, BOARDS_SURVEY) == 0)
		return json_loads(BOARDS_ANSWERS, 0, NULL);
	if (strcmp(cmd, "show") != 0 || strcmp(a, "context") != 0)
		return NULL;
	all = json_loads(BOARDS_CONTEXTS, 0, NULL);
	if (*n == '\0')
		return all;
	json_array_foreach (all, i, o)
		if (strcmp(json_string_value(json_object_get(o, "name")), n) ==
		    0)
			one = json_pack("[O]", o);
	json_decref(all);
	return one;
}

static void
reply(int fd, const char *cmd, const char *a, const char *n)
{
	json_t *o = json_pack("{s:b, s:i}", "ok", 1, "exit", 0), *doc;
	uint8_t head[IPC_HEADER];
	char said[512], *text;

	str_format(said, sizeof(said), "%s %s %s: %s", cmd, a, n,
	    strcmp(cmd, "status") == 0 ? "one\ntwo\nthree" : "done");
	json_object_set_new(o, "text", json_string(said));
	if ((doc = doc_of(cmd, a, n)) != NULL)
		json_object_set_new(o, "data", doc);
	text = json_dumps(o, 0);
	json_decref(o);
	ipc_header(head, IPC_REPLY, (uint32_t)strlen(text));
	if (send(fd, head, sizeof(head), MSG_NOSIGNAL) < 0 ||
	    send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		if (errno != EPIPE) /* it has not waited */
			perror("send");
	free(text);
}

static const char *
as_text(const json_t *o, const char *key)
{
	const char *s =
	    json_string_value(json_object_get(json_object_get(o, "as"), key));

	return s != NULL ? s : "";
}

/* False: no more fit. */
static bool
attach(int fd, const json_t *o, const char *what)
{
	struct row_session *r = &sessions.v[sessions.n].row;
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	if (sessions.n == ROWS_SESSIONS_MAX)
		return false;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
	*r = (struct row_session){ .id = ++sessions.id,
		.pid = peer.pid,
		.console = strncmp(what, "console", 7) == 0,
		.since_ms = now_read().wall_ms };
	str_copy(r->user, sizeof(r->user), as_text(o, "user"));
	str_copy(r->role, sizeof(r->role), as_text(o, "role"));
	str_copy(r->from, sizeof(r->from), as_text(o, "from"));
	str_copy(r->what, sizeof(r->what), what);
	sessions.v[sessions.n++].fd = fd;
	sessions.wrote = false;
	return true;
}

/* Those whose connection has ended. */
static void
detach(void)
{
	char c;

	for (uint32_t i = 0; i < sessions.n;) {
		ssize_t n =
		    recv(sessions.v[i].fd, &c, 1, MSG_DONTWAIT | MSG_PEEK);

		if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))) {
			i++;
			continue;
		}
		close(sessions.v[i].fd);
		sessions.v[i] = sessions.v[--sessions.n];
		sessions.wrote = false;
	}
}

/* One request; true: its connection stays open. */
static bool
serve_one(int fd, const struct board *b, const char *dir)
{
	const struct timeval tv = { .tv_usec = REQUEST_MS * 1000 };
	uint8_t head[IPC_HEADER];
	char body[65536], path[256];
	const char *cmd, *a, *n;
	bool stays = false;
	int64_t len;
	json_t *o;
	FILE *f;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv));
	if (recv(fd, head, sizeof(head), MSG_WAITALL) != IPC_HEADER ||
	    (len = ipc_header_parse(head, IPC_REQUEST)) <= 0)
		return false;
	len = MINIMUM(len, (int64_t)sizeof(body) - 1);
	if (recv(fd, body, (size_t)len, MSG_WAITALL) != len)
		len = 0;
	body[len] = '\0';
	str_format(path, sizeof(path), "%s/requests", dir);
	if ((f = fopen(path, "a")) != NULL) {
		fprintf(f, "%s\n", body);
		fclose(f);
	}
	o = json_loads(body, 0, NULL);
	cmd = json_string_value(json_object_get(o, "cmd"));
	a = json_string_value(json_array_get(json_object_get(o, "args"), 0));
	n = json_string_value(json_array_get(json_object_get(o, "args"), 1));
	cmd = cmd != NULL ? cmd : "";
	a = a != NULL ? a : "";
	n = n != NULL ? n : "";
	if (strcmp(cmd, "session") == 0 && strcmp(a, "open") == 0)
		stays = attach(fd, o, n);
	if (!stays) {
		obey(b, cmd, a, n);
		reply(fd, cmd, a, n);
	}
	json_decref(o);
	return stays;
}

static void
serve(int ls, const struct board *b, const char *dir, int64_t until_ns)
{
	int fd;

	do {
		fd = accept4(ls, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			return;
		if (!serve_one(fd, b, dir))
			close(fd);
	} while (now_read().mono_ns < until_ns);
}

/* ---- rows ------------------------------------------------------------- */

static struct {
	struct rows_writer *w[ROWS_NKIND];
	struct row_did *did;
	uint32_t ndids, ncalls;
	struct {
		uint64_t seed;
		int64_t armed_ms;
	} * call;
	int64_t second;
} rows = { .ndids = 300, .ncalls = 60 };

static void
open_rows(const char *dir)
{
	uint32_t size[ROWS_NKIND] = { [ROWS_DIDS] = MAXIMUM(rows.ndids, 1),
		[ROWS_CALLS] = ROWS_CALLS_MAX,
		[ROWS_AGENTS] = ROWS_AGENTS_MAX,
		[ROWS_SESSIONS] = ROWS_SESSIONS_MAX,
		[ROWS_KEYS] = ROWS_KEYS_MAX,
		[ROWS_SECONDS] = ROWS_DAY };

	for (int k = 0; k < ROWS_NKIND; k++)
		if ((rows.w[k] = rows_create(
			 dir, (enum rows_kind)k, size[k], false)) == NULL) {
			perror(rows_file((enum rows_kind)k));
			exit(1);
		}
}

/* As boards_rows.h has them, with their times moved to now. */
static void
first_rows(int64_t now_ms)
{
	int64_t moved = now_ms - BOARDS_NOW, s = now_ms / MS_PER_S;
	struct row_agent agent;
	struct row_key key;

	rows.did = xcalloc(MAXIMUM(rows.ndids, 1), sizeof(*rows.did));
	boards_dids(rows.did, rows.ndids);
	for (uint32_t i = 0; i < rows.ndids; i++) {
		struct row_did *r = &rows.did[i];

		r->last_ms += moved;
		if (r->blocked_until_ms != 0 &&
		    r->blocked_until_ms != INT64_MAX)
			r->blocked_until_ms += moved;
		rows_put(rows.w[ROWS_DIDS], i, r);
	}
	rows.call = xcalloc(MAXIMUM(rows.ncalls, 1), sizeof(*rows.call));
	for (uint32_t i = 0; i < rows.ncalls; i++) {
		rows.call[i].seed = i + 1;
		rows.call[i].armed_ms = now_ms - i * 7919 % 47000;
	}
	for (uint32_t i = 0; i < BOARDS_AGENTS; i++) {
		boards_agent(&agent, i);
		agent.since_ms += agent.since_ms != 0 ? moved : 0;
		agent.last_call_ms += agent.last_call_ms != 0 ? moved : 0;
		rows_put(rows.w[ROWS_AGENTS], i, &agent);
	}
	for (uint32_t i = 0; i < BOARDS_KEYS; i++) {
		boards_key(&key, i);
		rows_put(rows.w[ROWS_KEYS], i, &key);
	}
	for (int64_t at = s - ROWS_DAY + 1; at < s; at++) {
		struct board_second h;

		boards_second(&h, at);
		rows_put(rows.w[ROWS_SECONDS], (uint32_t)(at % ROWS_DAY), &h);
	}
	rows.second = s - 1;
}

/* Calls go their way and others take their slots; three DIDs are used. */
static void
next_rows(int64_t now_ms, uint64_t tick)
{
	struct board_second h;

	for (uint32_t i = 0; i < rows.ncalls; i++) {
		struct row_call r;

		if (now_ms - rows.call[i].armed_ms >
		    boards_call_ms(rows.call[i].seed) + 20000) {
			rows.call[i].seed += rows.ncalls;
			rows.call[i].armed_ms = now_ms;
		}
		boards_call(
		    &r, rows.call[i].seed, rows.call[i].armed_ms, now_ms);
		rows_put(rows.w[ROWS_CALLS], i, &r);
	}
	for (int k = 0; k < 3 && rows.ndids > 0; k++) {
		uint32_t i =
		    (uint32_t)(boards_mix(tick * 3 + (uint64_t)k) % rows.ndids);
		struct row_did *r = &rows.did[i];

		if (strcmp(r->state, "free") != 0)
			continue;
		r->last_ms = now_ms;
		if (++r->uses == r->cap)
			str_copy(r->state, sizeof(r->state), "capped");
		rows_put(rows.w[ROWS_DIDS], i, r);
	}
	if (!sessions.wrote) {
		for (uint32_t i = 0; i < sessions.n; i++)
			rows_put(rows.w[ROWS_SESSIONS], i, &sessions.v[i].row);
		rows_shrink(rows.w[ROWS_SESSIONS], sessions.n);
		sessions.wrote = true;
	}
	for (; rows.second < now_ms / MS_PER_S - 1; rows.second++) {
		boards_second(&h, rows.second + 1);
		rows_put(rows.w[ROWS_SECONDS],
		    (uint32_t)((rows.second + 1) % ROWS_DAY), &h);
	}
}

static void
usage(void)
{
	fputs("usage: fakeboard [--dids N] [--calls N] [--stamps FILE] RUN_DIR "
	      "[STATE] [SECONDS]\n",
	    stderr);
	exit(2);
}

static struct stamps *
options(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "dids", required_argument, NULL, 'd' },
		{ "calls", required_argument, NULL, 'c' },
		{ "stamps", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	struct stamps *st = NULL;
	int64_t n = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		if (c == 'd' && str_int64(optarg, 0, 1000000, &n))
			rows.ndids = (uint32_t)n;
		else if (c == 'c' && str_int64(optarg, 0, ROWS_CALLS_MAX, &n))
			rows.ncalls = (uint32_t)n;
		else if (c != 's')
			usage();
		else if ((st = stamps_open(optarg, 1)) == NULL) {
			perror(optarg);
			exit(1);
		}
	}
	return st;
}

/* What differs from boards_make()'s board. */
static void
make(struct board *b, int64_t now_ms, uint64_t tick)
{
	b->tick = tick;
	b->started_ms = now_ms - 11520 * MS_PER_S;
	b->concurrent = 400 + (uint32_t)(tick % 23);
	b->n.attempted += tick * 3;
	if (brake[0] != '\0')
		str_copy(b->brake, sizeof(b->brake), brake);
	if (cps > 0)
		b->cps_manual = b->cps_target = cps;
	for (uint32_t i = 0; i < b->ncampaigns; i++)
		if (states[i][0] != '\0')
			str_copy(b->campaigns[i].state, 12, states[i]);
	if (sessions.n == 0)
		return; /* those that boards_make() has */
	b->sessions_all = sessions.n;
	b->nsessions = MINIMUM(sessions.n, BOARD_SESSIONS);
	for (uint32_t i = 0; i < b->nsessions; i++) {
		const struct row_session *r = &sessions.v[i].row;
		struct board_session *s = &b->sessions[i];

		str_copy(s->user, sizeof(s->user), r->user);
		str_copy(s->role, sizeof(s->role), r->role);
		str_copy(s->from, sizeof(s->from), r->from);
		str_copy(s->what, sizeof(s->what), r->what);
		s->since_ms = r->since_ms;
		s->id = (uint32_t)r->id;
	}
}

/* Until the next publish is due: requests, and who goes. */
static void
wait_for(int ls, const struct board *b, const char *dir, int64_t due_ns)
{
	struct pollfd p = { ls, POLLIN, 0 };
	int64_t left;

	detach();
	while ((left = due_ns - now_read().mono_ns) > 0) {
		const struct timespec ts = { .tv_nsec = left };

		if (ppoll(&p, 1, &ts, NULL) > 0)
			serve(ls, b, dir, due_ns);
		if (ended)
			return;
	}
}

int
main(int argc, char **argv)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m;
	const char *state = "normal";
	int64_t until = 600, tick = 0, end, due;
	struct stamps *st;
	bool empty;
	int ls;

	st = options(argc, argv);
	argv += optind - 1;
	argc -= optind - 1;
	if (argc < 2 || (argc > 3 && !str_int64(argv[3], 1, 86400, &until)))
		usage();
	if (argc > 2)
		state = argv[2];
	empty = strcmp(state, "empty") == 0;
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
	m = board_create(argv[1]);
	if (m == NULL) {
		perror(argv[1]);
		return 1;
	}
	open_rows(argv[1]);
	if (!empty)
		first_rows(now_read().wall_ms);
	ls = listen_on(argv[1]);
	due = now_read().mono_ns;
	end = due + until * NS_PER_S;
	while (!ended && now_read().mono_ns < end) {
		struct now now = now_read();

		boards_make(b, now.wall_ms);
		if (!boards_spoil(b, state)) {
			fprintf(stderr, "no state %s\n", state);
			return 2;
		}
		tick++;
		if (!empty) {
			next_rows(now.wall_ms, (uint64_t)tick);
			if (rows.ndids != 300)
				boards_pools(b, rows.did, rows.ndids);
		}
		make(b, now.wall_ms, (uint64_t)tick);
		now = now_read();
		if (st != NULL) {
			str_format(b->node, sizeof(b->node), STAMPS_NODE,
			    (unsigned)tick);
			st->ns[tick % STAMPS_N] = now.mono_ns;
		}
		board_publish(m, b, now.mono_ns);
		if (st != NULL)
			st->tick = (uint32_t)tick;
		due = MAXIMUM(due + BOARD_TICK_MS * NS_PER_MS, now.mono_ns);
		wait_for(ls, b, argv[1], due);
	}
	board_close(m);
	for (int k = 0; k < ROWS_NKIND; k++)
		rows_close(rows.w[k]);
	free(rows.did);
	free(rows.call);
	free(b);
	return 0;
}
