/* SPDX-License-Identifier: MIT */
/*
 * fake_engine RUN_DIR: a board with one of everything on it and a control
 * socket that answers by rote, so that the command line can be tested
 * without database and switch.  Every request is a line of RUN_DIR/requests.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/board.h"
#include "shared/ipc.h"
#include "shared/util.h"

static void
fill(struct board *b)
{
	b->pid = getpid();
	b->tick++;
	b->now_ms = now_read().wall_ms;
	if (b->started_ms == 0)
		b->started_ms = b->now_ms;
	str_copy(b->version_text, sizeof(b->version_text), VERSION);
	str_copy(b->node, sizeof(b->node), "fake");
	b->cps_target = 30;
	b->cps_actual = 29.5;
	b->asr = 0.412;
	b->ner = -1; /* not known: null */
	b->abandonment = b->setup_p50 = b->setup_p95 = b->setup_p99 = -1;
	b->n.attempted = 1234567;
	b->db_connected = 1;
	b->db_lag_ms = 0.4;
	b->ncampaigns = b->ncountries = b->nswitches = b->nalerts = 1;
	b->ntrunks = 1;
	for (int i = 0; i < BOARD_WINDOWS; i++)
		b->w[i].pdd_p50_ms = b->w[i].pdd_p95_ms = -1;
	b->campaigns[0].w[1] = (struct board_window){ .ended = 200,
		.answered = 80,
		.ner_good = 190,
		.humans = 50,
		.connected = 10,
		.abandoned = 1,
		.short_calls = 20,
		.talk_ms = 1600000,
		.pdd_p50_ms = 900,
		.pdd_p95_ms = 3000 };
	b->campaigns[0].w[1].cause[2] = 40;
	b->campaigns[0].ngates = 1;
	str_copy(b->campaigns[0].gates[0].name, 16, "window");
	b->campaigns[0].gates[0].contacts = 4711;
	b->campaigns[0].gates[0].opens_ms = 1795215346123;
	str_copy(b->campaigns[0].brake.state, 12, "engaged");
	str_copy(b->campaigns[0].brake.reason, 116, "2 of 60 good");
	b->campaigns[0].brake.llr = 7.5f;
	b->campaigns[0].brake.up = 6.9f;
	b->campaigns[0].brake.next_ms = 1795215346123;
	str_copy(b->brake, sizeof(b->brake), "engaged");
	str_copy(b->brake_reason, sizeof(b->brake_reason),
	    "campaign usa-morning: 2 of 60 good");
	str_copy(b->trunks[0].name, MODEL_NAME, "carrier");
	str_copy(b->trunks[0].switch_name, 32, "pbx1");
	str_copy(b->trunks[0].why, 96, "it rests after 5 faults");
	b->trunks[0].max_cps = 30;
	b->trunks[0].allowed_cps = 12;
	b->trunks[0].failed_over = 3;
	str_copy(b->campaigns[0].name, MODEL_NAME, "usa-morning");
	str_copy(b->campaigns[0].state, 12, "waiting");
	str_copy(b->campaigns[0].why, 160, "window\x1b[31m opens at 08:00");
	str_copy(b->countries[0].name, 32, "usa");
	b->countries[0].n.attempted = 100;
	b->countries[0].n.answered = 41;
	str_copy(b->switches[0].name, 32, "pbx1");
	str_copy(b->switches[0].why, 96, "connection refused");
	b->switches[0].rtt_ms = b->switches[0].lag_ms = -1;
	str_copy(b->alerts[0].rule, 32, "ami");
	str_copy(b->alerts[0].object, 64, "pbx1");
	str_copy(b->alerts[0].acked_by, 32, "maria");
	b->alerts[0].acked_ms = 1795215346123;
	b->alerts[0].hidden = 2;
	str_copy(b->alerts[0].severity, 12, "critical");
	str_copy(b->alerts[0].message, 160, "pbx1 is away");
	b->alerts[0].since_ms = 1795215346123;
}

static json_t *
answer(const json_t *q, const int *fds, int nfds)
{
	const char *cmd = json_string_value(json_object_get(q, "cmd"));
	const char *kind =
	    json_string_value(json_array_get(json_object_get(q, "args"), 0));
	long lines = 0;
	char c;

	if (strcmp(cmd, "cps") == 0)
		return json_pack("{s:b, s:i, s:s}", "ok", 0, "exit", 5, "text",
		    "the switch is away");
	if (strcmp(cmd, "show") == 0 && kind && strcmp(kind, "trunk") == 0)
		return json_pack("{s:b, s:i, s:s, s:[{s:i, s:s, s:s, s:f}]}",
		    "ok", 1, "exit", 0, "text", "", "data", "id", 7, "name",
		    "carrier", "switch_name", "pbx1", "max_cps", 12.5);
	if (strcmp(cmd, "show") == 0)
		return json_pack("{s:b, s:i, s:s, s:[]}", "ok", 1, "exit", 0,
		    "text", "", "data");
	if (strcmp(cmd, "why") == 0 && kind && strcmp(kind, "trunk") == 0)
		return json_pack("{s:b, s:i, s:s}", "ok", 0, "exit", 1, "text",
		    "there is no trunk");
	if (strcmp(cmd, "why") == 0)
		return json_pack("{s:b, s:i, s:s, s:{s:s, s:b}}", "ok", 1,
		    "exit", 0, "text", "it is dialled\nsomehow\n", "data",
		    "kind", "campaign", "dials", 1);
	if (strcmp(cmd, "import") == 0 && nfds == 2) {
		while (read(fds[0], &c, 1) == 1)
			lines += c == '\n';
		if (lines > 1 && write(fds[1], "2,bad\n", 6) != 6)
			return NULL;
		return json_pack("{s:b, s:i, s:s, s:{s:i, s:i, s:{s:i}}}", "ok",
		    1, "exit", 0, "text", "imported", "data", "rows",
		    (int)lines, "dnc", 1, "reasons", "too-short", 1);
	}
	return json_pack("{s:b, s:i, s:s}", "ok", 1, "exit", 0, "text", cmd);
}

static void
serve(int fd, FILE *log)
{
	uint8_t h[IPC_HEADER];
	struct iovec iov = { .iov_base = h, .iov_len = sizeof(h) };
	char room[CMSG_SPACE(sizeof(int) * IPC_FDS)];
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	int fds[IPC_FDS], nfds = 0;
	json_t *q = NULL, *r = NULL;
	char *body = NULL, *out = NULL;
	int64_t len;

	if (recvmsg(fd, &m, MSG_WAITALL) != IPC_HEADER)
		return;
	if (CMSG_FIRSTHDR(&m) != NULL) {
		size_t n = CMSG_FIRSTHDR(&m)->cmsg_len - CMSG_LEN(0);

		memcpy(fds, CMSG_DATA(CMSG_FIRSTHDR(&m)), n);
		nfds = (int)(n / sizeof(int));
	}
	len = ipc_header_parse(h, IPC_REQUEST);
	if (len > 0) {
		body = xmalloc((size_t)len);
		if (recv(fd, body, (size_t)len, MSG_WAITALL) == len)
			q = json_loadb(body, (size_t)len, 0, NULL);
	}
	if (q != NULL) {
		json_dumpf(q, log, JSON_COMPACT);
		fputc('\n', log);
		fflush(log);
		r = answer(q, fds, nfds);
	}
	if (r != NULL) {
		out = json_dumps(r, 0);
		ipc_header(h, IPC_REPLY, (uint32_t)strlen(out));
		if (write(fd, h, IPC_HEADER) < 0 ||
		    write(fd, out, strlen(out)) < 0)
			perror("fake_engine");
	}
	while (nfds > 0)
		close(fds[--nfds]);
	free(out);
	free(body);
	json_decref(q);
	json_decref(r);
}

int
main(int argc, char **argv)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct board *mapped, *b = xcalloc(1, sizeof(*b));
	char path[256];
	FILE *log;
	int l;

	if (argc != 2 || (mapped = board_create(argv[1])) == NULL)
		return 1;
	str_format(path, sizeof(path), "%s/requests", argv[1]);
	log = fopen(path, "we");
	str_format(path, sizeof(path), "%s/control", argv[1]);
	str_copy(sun.sun_path, sizeof(sun.sun_path), path);
	unlink(path);
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	if (log == NULL ||
	    bind(l, (const struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    listen(l, 8) < 0)
		return 1;
	for (;;) {
		struct pollfd p = { .fd = l, .events = POLLIN };

		fill(b);
		board_publish(mapped, b, now_read().mono_ns);
		if (poll(&p, 1, BOARD_TICK_MS) > 0) {
			int fd = accept(l, NULL, NULL);

			serve(fd, log);
			close(fd);
		}
	}
}
