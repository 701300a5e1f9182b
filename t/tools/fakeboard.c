/* SPDX-License-Identifier: MIT */
/*
 * fakeboard: plays an engine for console tests: publishes a lively made-up
 * board at 10 Hz and answers the control socket.  fakeboard RUN_DIR [STATE]
 * [SECONDS]; states: see boards.h.  Requests are appended to
 * RUN_DIR/requests, one JSON object a line; brake, cps and campaign requests
 * show on the board.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "boards.h"
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

int
main(int argc, char **argv)
{
	struct board *b = xcalloc(1, sizeof(*b)), *m;
	const char *state = argc > 2 ? argv[2] : "normal";
	int64_t until = 600, tick = 0, end;
	int ls;

	if (argc < 2 || (argc > 3 && !str_int64(argv[3], 1, 86400, &until))) {
		fputs("usage: fakeboard RUN_DIR [STATE] [SECONDS]\n", stderr);
		return 2;
	}
	signal(SIGTERM, on_end);
	signal(SIGINT, on_end);
	m = board_create(argv[1]);
	if (m == NULL) {
		perror(argv[1]);
		return 1;
	}
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
	free(b);
	return 0;
}
