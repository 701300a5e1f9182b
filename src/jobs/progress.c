/* SPDX-License-Identifier: MIT */
/*
 * progress: one short line at a time, so that a pipe takes it whole.
 */
#include "jobs/progress.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "shared/text.h"
#include "shared/util.h"

#define EVERY_NS (100 * NS_PER_MS)
#define BAR      24 /* cells of the bar */

void
progress_init(struct progress *p, int fd, const char *title)
{
	const char *term = getenv("TERM");

	memset(p, 0, sizeof(*p));
	p->fd = fd;
	p->title = title;
	p->bar = fd < 0 && isatty(STDERR_FILENO) &&
		 (term == NULL || strcmp(term, "dumb") != 0);
}

bool
progress_line(const struct progress *p, const char *json, size_t len)
{
	while (p->fd >= 0 && len > 0) {
		ssize_t n = write(p->fd, json, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		json += n;
		len -= (size_t)n;
	}
	return true;
}

static void
draw(struct progress *p, int64_t done, int64_t total, int64_t rows)
{
	char cells[BAR + 1], title[128], count[TEXT_NUM];
	int full, percent;

	done = MINIMUM(done, total);
	full = total > 0 ? (int)(done * BAR / total) : 0;
	percent = total > 0 ? (int)(done * 100 / total) : 0;
	for (int i = 0; i < BAR; i++)
		cells[i] = i < full ? '#' : '.';
	cells[BAR] = '\0';
	text_clean(title, sizeof(title), p->title);
	if (total > 0)
		fprintf(stderr, "\r\033[K%.40s [%s] %3d %%  %s rows", title,
		    cells, percent, text_count((uint64_t)rows, count));
	else
		fprintf(stderr, "\r\033[K%.40s: %s bytes", title,
		    text_count((uint64_t)done, count));
	fflush(stderr);
	p->drawn = true;
}

bool
progress_tick(struct progress *p, int64_t now_ns, int64_t done, int64_t total,
    int64_t rows)
{
	char line[160];

	if (now_ns < p->next_ns)
		return true;
	p->next_ns = now_ns + EVERY_NS;
	if (p->bar)
		draw(p, done, total, rows);
	if (p->fd < 0)
		return true;
	str_format(line, sizeof(line),
	    "{\"done\":%" PRId64 ",\"total\":%" PRId64 ",\"rows\":%" PRId64
	    "}\n",
	    done, total, rows);
	return progress_line(p, line, strlen(line));
}

void
progress_end(struct progress *p)
{
	if (p->drawn)
		fputs("\r\033[K", stderr);
	fflush(stderr);
	p->drawn = false;
}
