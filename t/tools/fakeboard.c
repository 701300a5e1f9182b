/* SPDX-License-Identifier: MIT */
/*
 * fakeboard: plays an engine for console tests: publishes a lively made-up
 * board at 10 Hz, the rows beside it, and answers the control socket.
 *
 *   fakeboard [--dids N] [--calls N] RUN_DIR [STATE] [SECONDS]
 *
 * States: see boards.h.  Requests are appended to RUN_DIR/requests, one JSON
 * object a line; brake, cps and campaign requests show on the board.
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

#include "boards_rows.h"
#include "shared/ipc.h"

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
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	str_format(sun.sun_path, sizeof(sun.sun_path), "%s/control", dir);
	unlink(sun.sun_path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&sun, sizeof(sun)) != 0 ||
	    listen(fd, 16) != 0) {
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

static void
serve(int ls, const struct board *b, const char *dir)
{
	int fd = accept4(ls, NULL, NULL, SOCK_CLOEXEC);
	uint8_t head[IPC_HEADER];
	char body[65536], path[256], reply[512];
	json_t *o;
	const char *cmd, *a, *n;
	ssize_t got;
	FILE *f;

	if (fd < 0)
		return;
	got = recv(fd, head, sizeof(head), MSG_WAITALL);
	if (got == IPC_HEADER && ipc_header_parse(head, IPC_REQUEST) > 0) {
		int64_t len = ipc_header_parse(head, IPC_REQUEST);

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
		a = json_string_value(
		    json_array_get(json_object_get(o, "args"), 0));
		n = json_string_value(
		    json_array_get(json_object_get(o, "args"), 1));
		obey(b, cmd ? cmd : "", a ? a : "", n ? n : "");
		str_format(reply, sizeof(reply),
		    "{\"ok\": true, \"exit\": 0, "
		    "\"text\": \"%s %s %s: %s\"}",
		    cmd ? cmd : "", a ? a : "", n ? n : "",
		    cmd && strcmp(cmd, "status") == 0 ? "one\\ntwo\\nthree"
						      : "done");
		ipc_header(head, IPC_REPLY, (uint32_t)strlen(reply));
		if (send(fd, head, sizeof(head), MSG_NOSIGNAL) < 0 ||
		    send(fd, reply, strlen(reply), MSG_NOSIGNAL) < 0)
			perror("send");
		json_decref(o);
	}
	close(fd);
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
	for (; rows.second < now_ms / MS_PER_S - 1; rows.second++) {
		boards_second(&h, rows.second + 1);
		rows_put(rows.w[ROWS_SECONDS],
		    (uint32_t)((rows.second + 1) % ROWS_DAY), &h);
	}
}

static void
usage(void)
{
	fputs("usage: fakeboard [--dids N] [--calls N] RUN_DIR [STATE] "
	      "[SECONDS]\n",
	    stderr);
	exit(2);
}

static void
options(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "dids", required_argument, NULL, 'd' },
		{ "calls", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t n = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		if (c == 'd' && str_int64(optarg, 0, 1000000, &n))
			rows.ndids = (uint32_t)n;
		else if (c == 'c' && str_int64(optarg, 0, ROWS_CALLS_MAX, &n))
			rows.ncalls = (uint32_t)n;
		else
			usage();
	}
}

int
main(int argc, char **argv)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m;
	const char *state = "normal";
	int64_t until = 600, tick = 0, end;
	bool empty;
	int ls;

	options(argc, argv);
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
	end = now_read().mono_ns + until * NS_PER_S;
	while (!ended && now_read().mono_ns < end) {
		struct pollfd p = { ls, POLLIN, 0 };
		struct now now = now_read();

		boards_make(b, now.wall_ms);
		if (!boards_spoil(b, state)) {
			fprintf(stderr, "no state %s\n", state);
			return 2;
		}
		b->tick = (uint64_t)++tick;
		if (!empty) {
			next_rows(now.wall_ms, b->tick);
			if (rows.ndids != 300)
				boards_pools(b, rows.did, rows.ndids);
		}
		b->started_ms = now.wall_ms - 11520 * MS_PER_S;
		b->concurrent = 400 + (uint32_t)(tick % 23);
		b->n.attempted += (uint64_t)tick * 3;
		if (brake[0] != '\0')
			str_copy(b->brake, sizeof(b->brake), brake);
		if (cps > 0)
			b->cps_manual = b->cps_target = cps;
		for (uint32_t i = 0; i < b->ncampaigns; i++)
			if (states[i][0] != '\0')
				str_copy(b->campaigns[i].state, 12, states[i]);
		board_publish(m, b, now.mono_ns);
		if (poll(&p, 1, BOARD_TICK_MS) > 0)
			serve(ls, b, argv[1]);
	}
	board_close(m);
	for (int k = 0; k < ROWS_NKIND; k++)
		rows_close(rows.w[k]);
	free(rows.did);
	free(rows.call);
	free(b);
	return 0;
}
