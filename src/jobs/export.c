/* SPDX-License-Identifier: MIT */
/*
 * export: rows to text.  Ends as soon as nobody reads; never interprets a
 * value: what stands in the database stands in the file.
 */
#include "jobs/export.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <jansson.h>

#include "db/export.h"
#include "jobs/progress.h"
#include "shared/csv.h"
#include "shared/util.h"

#define CHUNK     65536
#define CAMPAIGNS 64

struct out {
	const struct export_query *q;
	struct buf b;
	struct progress progress;
	int64_t rows;
	int stop; /* errno of what ended the writing; 0: nothing */
};

/*
 * A reader who does not read (a pager that was left open) holds a snapshot,
 * and the database cannot tidy up behind it: so long, and no longer.
 */
#define STALL_S 900

/* Only so that write() returns. */
static void
on_alarm(int sig)
{
	(void)sig;
}

/* Again and again: one that comes just before write() is lost. */
static void
set_alarm(time_t first_s)
{
	struct itimerval t = { { first_s > 0 ? 1 : 0, 0 }, { first_s, 0 } };

	setitimer(ITIMER_REAL, &t, NULL);
}

static bool
flush(struct out *o)
{
	int64_t since_ns = now_read().mono_ns;
	const char *p = o->b.p;
	size_t n = o->b.len;

	set_alarm(STALL_S);
	while (n > 0 && o->stop == 0) {
		ssize_t k = write(STDOUT_FILENO, p, n);

		if (k > 0) {
			p += k;
			n -= (size_t)k;
			since_ns = now_read().mono_ns;
			set_alarm(STALL_S);
		} else if (k < 0 && errno != EINTR) {
			o->stop = errno;
		} else if (now_read().mono_ns - since_ns >=
			   (STALL_S - 1) * NS_PER_S) {
			o->stop = ETIMEDOUT;
		}
	}
	set_alarm(0);
	buf_reset(&o->b);
	return o->stop == 0;
}

static void
csv_row_out(struct out *o, const PGresult *r, int row)
{
	for (int i = 0; i < PQnfields(r); i++) {
		if (i > 0)
			buf_put(&o->b, ",", 1);
		if (row < 0)
			csv_put(&o->b, PQfname(r, i), strlen(PQfname(r, i)));
		else
			csv_put(&o->b, PQgetvalue(r, row, i),
			    (size_t)PQgetlength(r, row, i));
	}
	buf_str(&o->b, "\r\n");
}

static bool
take(void *arg, const PGresult *r, int row)
{
	struct out *o = arg;

	if (!o->q->as_json)
		csv_row_out(o, r, row);
	else if (row >= 0)
		buf_fmt(&o->b, "%s%s", o->rows > 0 ? ",\n" : "",
		    PQgetvalue(r, row, 0));
	if (row >= 0)
		o->rows++;
	if (!progress_tick(
		&o->progress, now_read().mono_ns, o->rows, 0, o->rows)) {
		o->stop = EPIPE;
		return false;
	}
	return o->b.len < CHUNK || flush(o);
}

static int
usage(const char *why, const char *arg)
{
	fprintf(stderr,
	    "discador-job: export: %s%s\n"
	    "usage: discador-job export "
	    "calls|answers|contacts|dids|dnc|metrics|audit\n"
	    "  [--from T] [--to T] [--campaign NAME]... [--format csv|json]\n"
	    "  [--progress-fd N]\n",
	    why, arg);
	return 2;
}

/* What became of it, for the engine and for people. */
static int
finish(struct out *o, enum export_end end, const char *err)
{
	char text[300], *line;
	json_t *j;
	int code = 0;

	progress_end(&o->progress);
	str_format(text, sizeof(text), "%lld rows", (long long)o->rows);
	if (o->stop == EPIPE || o->stop == ETIMEDOUT) {
		str_copy(text, sizeof(text),
		    o->stop == EPIPE
			? "nobody reads the export any more"
			: "nobody has read the export for 15 minutes: write "
			  "it into a file");
		code = 1;
	} else if (o->stop != 0) {
		str_format(text, sizeof(text),
		    "the export cannot be written: %s; %lld rows in vain",
		    strerror(o->stop), (long long)o->rows);
		code = 1;
	} else if (end != EXPORT_DONE) {
		str_copy(text, sizeof(text), err);
		code = end == EXPORT_AWAY ? 5 : 1;
	}
	j = json_pack("{s:b, s:s, s:I}", "final", 1,
	    code == 0 ? "text" : "error", text, "rows", (json_int_t)o->rows);
	line = j != NULL ? json_dumps(j, JSON_COMPACT) : NULL;
	if (o->progress.fd >= 0 && line != NULL)
		(void)(progress_line(&o->progress, line, strlen(line)) &&
		       progress_line(&o->progress, "\n", 1));
	else if (code != 0)
		fprintf(stderr, "discador-job: export: %s\n", text);
	free(line);
	json_decref(j);
	return code;
}

int
export_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "campaign", required_argument, NULL, 'c' },
		{ "format", required_argument, NULL, 'o' },
		{ "progress-fd", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	const char *campaigns[CAMPAIGNS];
	char *env = getenv("DISCADOR_CONNINFO");
	struct export_query q = { .campaigns = campaigns };
	struct out o = { .q = &q };
	struct buf err = BUF_INIT;
	bool times, some;
	int64_t fd = -1;
	enum export_end end;
	char *conninfo;
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'f':
			q.from = optarg;
			break;
		case 't':
			q.to = optarg;
			break;
		case 'c':
			if (q.ncampaigns == CAMPAIGNS)
				return usage("too many campaigns", "");
			campaigns[q.ncampaigns++] = optarg;
			break;
		case 'o':
			if (strcmp(optarg, "csv") != 0 &&
			    strcmp(optarg, "json") != 0)
				return usage(
				    "expected csv or json, not ", optarg);
			q.as_json = strcmp(optarg, "json") == 0;
			break;
		case 'p':
			if (!str_int64(optarg, 1, 1 << 20, &fd))
				return usage("bad value ", optarg);
			break;
		default:
			return usage("unknown option", "");
		}
	if (optind != argc - 1 || !export_known(argv[optind], &times, &some))
		return usage("expected one kind", "");
	q.what = argv[optind];
	if ((!times && (q.from != NULL || q.to != NULL)) ||
	    (!some && q.ncampaigns > 0))
		return usage("that option does not go with ", q.what);
	if (env == NULL)
		return usage(
		    "DISCADOR_CONNINFO is not set: which database?", "");
	conninfo = xstrdup(env);
	explicit_bzero(env, strlen(env));
	unsetenv("DISCADOR_CONNINFO");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* write() says it */
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	progress_init(&o.progress, (int)fd, "export");
	if (q.as_json)
		buf_str(&o.b, "[\n");
	end = export_rows(conninfo, &q, take, &o, &err);
	if (end == EXPORT_DONE && q.as_json)
		buf_str(&o.b, "\n]\n");
	if (end == EXPORT_DONE)
		flush(&o);
	explicit_bzero(conninfo, strlen(conninfo));
	free(conninfo);
	c = finish(&o, end, buf_cstr(&err));
	buf_clear(&err);
	buf_clear(&o.b);
	return c;
}
