/* SPDX-License-Identifier: MIT */
/*
 * job_bar: finds the asker's job on the board, five times a second, by its
 * name and its start.  Two of the same name and time cannot be told apart;
 * nothing but the picture depends on it.
 */
#include "ui/job_bar.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"

#define TICK_MS 200
#define BAR     30
#define LINE_NS (2 * NS_PER_S)

struct progress {
	const struct job_bar *of;
	struct board_reader *reader;
	struct board *board;
	int64_t since_ms;
	bool lines, drawn;
	int64_t line_ns; /* the last one's time */
	uint64_t done, total;
	int tenth;
};

static const struct board_job *
find_job(const struct progress *p)
{
	const struct board_job *mine = NULL;

	for (uint32_t i = 0; i < BOARD_JOBS; i++) {
		const struct board_job *j = &p->board->jobs[i];

		if (j->state == 1 && j->started_ms + 5000 >= p->since_ms &&
		    strcmp(j->what, p->of->what) == 0 &&
		    (mine == NULL || j->id > mine->id))
			mine = j;
	}
	return mine;
}

static void
draw_bar(const struct progress *p, const struct board_job *j)
{
	char n[2][TEXT_NUM], bar[BAR + 1];
	double part;

	if (j->total == 0) {
		fprintf(stderr,
		    p->of->rows ? "\r\033[K%s rows" : "\r\033[K%s done",
		    text_count(j->done, n[0]));
		return;
	}
	part = (double)j->done / (double)j->total;
	part = MINIMUM(part, 1.0);
	for (int i = 0; i < BAR; i++)
		bar[i] = i < part * BAR ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "\r\033[K[%s] %3.0f %%  %s of %s", bar, part * 100,
	    text_count(j->done, n[0]), text_count(j->total, n[1]));
}

/* Every two seconds, and at each tenth; never the same twice. */
static void
put_line(struct progress *p, const struct board_job *j, int64_t mono_ns)
{
	/* a pipe is taken in whole before it is read: its length grows */
	bool growing =
	    j->total == 0 || (j->done >= j->total && j->total != p->total);
	int tenth = growing ? 0 : (int)(j->done * 10 / j->total);
	char n[2][TEXT_NUM];

	if (j->done == p->done ||
	    (mono_ns - p->line_ns < LINE_NS && tenth <= p->tenth))
		return;
	if (growing)
		fprintf(stderr,
		    p->of->rows ? "%s: %s rows\n" : "%s: %s bytes received\n",
		    p->of->verb, text_count(j->done, n[0]));
	else
		fprintf(stderr, "%s: %s of %s bytes, %d %%\n", p->of->verb,
		    text_count(j->done, n[0]), text_count(j->total, n[1]),
		    (int)(j->done * 100 / j->total));
	p->line_ns = mono_ns;
	p->done = j->done;
	p->total = j->total;
	p->tenth = tenth;
}

static void
progress_draw(struct progress *p)
{
	int64_t mono_ns = now_read().mono_ns;
	const struct board_job *j;

	if (board_read(p->reader, p->board, mono_ns) != BOARD_LIVE ||
	    (j = find_job(p)) == NULL)
		return;
	if (p->lines)
		put_line(p, j, mono_ns);
	else {
		p->drawn = true;
		draw_bar(p, j);
	}
}

json_t *
job_bar_wait(
    struct cli *cli, int fd, const struct job_bar *of, const char **why)
{
	struct progress p = { .of = of,
		.since_ms = now_read().wall_ms,
		.lines = cli->remote && !cli->pty,
		.line_ns = now_read().mono_ns };
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	bool bar = *of->what != '\0';
	json_t *reply = NULL;

	if (bar) {
		p.reader = board_reader_new(cli->run_dir);
		p.board = xcalloc(1, sizeof(*p.board));
	}
	*why = of->given_up;
	while (!cli_stopped) {
		int n = poll(&pfd, 1, bar ? TICK_MS : -1);

		if (n > 0) {
			reply = ipc_reply(fd, 30, why);
			break;
		}
		if (n < 0 && errno != EINTR)
			break;
		if (bar)
			progress_draw(&p);
	}
	if (p.drawn)
		fputs("\r\033[K", stderr);
	if (bar) {
		board_reader_free(p.reader);
		free(p.board);
	}
	return reply;
}
