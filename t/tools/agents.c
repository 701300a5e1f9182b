/* SPDX-License-Identifier: MIT */
/*
 * agents: what a switch says of queues and endpoints, as lines for shell
 * tests: kind, name, queue, state, calls, interface, detail, switch, wait.
 *
 *	agents rows RUNDIR		as an engine has published it
 *	agents follow PORT USER SECRET FILE [DEVICE...]
 *		asks the switch itself, writes FILE anew five times a second
 */
#include <event2/event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "daemon/agents.h"
#include "net/switch.h"
#include "shared/log.h"
#include "shared/rows.h"
#include "shared/util.h"

static struct agents *agents;
static const char *path;
static struct event *tick;

static void
put(FILE *f, const struct row_agent *r)
{
	if (r->kind[0] != '\0')
		fprintf(f, "%s|%s|%s|%s|%u|%s|%s|%s|%u\n", r->kind, r->name,
		    r->queue, r->state, r->calls, r->interface, r->detail,
		    r->switch_name, r->wait_s);
}

static int
rows(const char *run_dir)
{
	struct rows_reader *r = rows_reader_new(run_dir, ROWS_AGENTS);
	const void *v;
	size_t n = rows_sync(r, &v);

	for (size_t i = 0; i < n; i++)
		put(stdout, (const struct row_agent *)v + i);
	rows_reader_free(r);
	return n > 0 ? 0 : 1;
}

static void
on_event(void *arg, const struct sw_event *e)
{
	(void)arg;
	agents_event(agents, "sw1", 0, e, now_read().wall_ms);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	char tmp[300];
	struct now now = now_read();
	FILE *f;

	(void)fd;
	(void)what;
	(void)arg;
	agents_clock(agents, &now);
	str_format(tmp, sizeof(tmp), "%s.new", path);
	if ((f = fopen(tmp, "w")) == NULL)
		return;
	for (size_t i = 0; i < agents_used(agents); i++)
		put(f, agents_row(agents, i));
	fclose(f);
	rename(tmp, path);
}

static int
follow(int argc, char **argv)
{
	struct event_base *base = event_base_new();
	struct timeval tv = { 0, 200000 };
	struct sw_config cfg = { .name = "sw1", .host = "127.0.0.1" };
	int64_t port;
	struct sw *sw;

	if (!str_int64(argv[0], 1, 65535, &port))
		return 2;
	cfg.port = (int)port;
	str_copy(cfg.user, sizeof(cfg.user), argv[1]);
	str_copy(cfg.secret, sizeof(cfg.secret), argv[2]);
	path = argv[3];
	agents = agents_new();
	sw = sw_new(base, &cfg, on_event, NULL);
	sw_watch(
	    sw, (const char *const *)(void *)(argv + 4), (size_t)(argc - 4));
	for (int i = 4; i < argc; i++)
		agents_trunk(agents, 0, argv[i], "t1");
	tick = event_new(base, -1, EV_PERSIST, on_tick, NULL);
	event_add(tick, &tv);
	return event_base_dispatch(base);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "rows") == 0)
		return rows(argv[2]);
	if (argc >= 6 && strcmp(argv[1], "follow") == 0)
		return follow(argc - 2, argv + 2);
	fputs("usage: agents rows RUNDIR | agents follow PORT USER SECRET "
	      "FILE [DEVICE...]\n",
	    stderr);
	return 2;
}
