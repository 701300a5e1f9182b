/* SPDX-License-Identifier: MIT */
/* simulate: options, the clock's course, the progress bar. */
#include "jobs/simulate.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jobs/progress.h"
#include "jobs/simulate_conf.h"
#include "jobs/simulate_report.h"
#include "jobs/simulate_setup.h"
#include "shared/spec.h"

#define FILE_MAX_ (16 << 20)
#define END_S     900 /* calls in progress at the end may last */

enum { DONE, FAILED, USAGE, CONF = 4 };

static volatile sig_atomic_t stopped;

static void
on_signal(int sig)
{
	(void)sig;
	stopped = 1;
}

static int
usage(const char *why)
{
	fprintf(stderr,
	    "discador simulate: %s\n"
	    "usage: discador simulate FILE [--hours N] [--seed N] [--json]\n",
	    why);
	return USAGE;
}

static bool
slurp(const char *name, struct buf *b)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	char block[8192];
	size_t n;
	bool good;

	if (f == NULL) {
		fprintf(stderr, "discador simulate: %s: %s\n", name,
		    strerror(errno));
		return false;
	}
	while (
	    (n = fread(block, 1, sizeof(block), f)) > 0 && b->len < FILE_MAX_)
		buf_put(b, block, n);
	good = ferror(f) == 0 && b->len < FILE_MAX_ &&
	       memchr(buf_cstr(b), '\0', b->len) == NULL;
	if (!good)
		fprintf(stderr,
		    "discador simulate: %s: not a file that can be "
		    "read as text\n",
		    name);
	if (f != stdin)
		fclose(f);
	return good;
}

/* Until the time is over, all is done or somebody has had enough. */
static void
run(struct world *w, const struct simulate_conf *c, struct simulate_report *r)
{
	int64_t begin = w->now.mono_ns;
	int64_t end = begin + (int64_t)(c->hours * 3600 * 1e9);
	struct progress p;

	progress_init(&p, -1, "simulation");
	world_start(w);
	while (w->now.mono_ns < end && !stopped && w->err[0] == '\0' &&
	       !simulate_report_over(r)) {
		for (int i = 0; i < 1000 && w->now.mono_ns < end; i++)
			world_next(w, end - w->now.mono_ns);
		progress_tick(&p, now_read().mono_ns,
		    (w->now.mono_ns - begin) / NS_PER_S,
		    (end - begin) / NS_PER_S, (int64_t)w->sends);
	}
	world_publish(w); /* as it stands, before the rest is given back */
	w->draining = true;
	engine_drain(w->e);
	for (int i = 0; i < END_S * 10 && engine_busy(w->e) > 0; i++)
		world_turn(w, 100 * NS_PER_MS);
	progress_end(&p);
}

static int
simulate(const char *name, const char *text, const struct simulate_conf *o,
    bool json)
{
	struct simulate_conf *c = xcalloc(1, sizeof(*c));
	struct world *w = NULL;
	struct spec_file f = { .v = NULL };
	struct buf err = BUF_INIT, out = BUF_INIT;
	int code = CONF;

	if (spec_read(name, text, &f, &err) &&
	    simulate_conf_read(name, text, c, &err)) {
		if (o->hours > 0)
			c->hours = o->hours;
		if (o->seed >= 0)
			c->seed = o->seed;
		w = world_new((uint64_t)c->seed);
		if (simulate_setup(w, c, &f, &err))
			code = DONE;
	}
	if (code == DONE) {
		struct simulate_report *r = simulate_report_new(w, c);

		run(w, c, r);
		if (json)
			simulate_report_json(r, &out);
		else
			simulate_report_text(r, &out);
		fwrite(buf_cstr(&out), 1, out.len, stdout);
		simulate_report_free(r);
		if (w->err[0] != '\0')
			fprintf(stderr, "discador simulate: %s\n", w->err);
		if (stopped)
			fprintf(stderr, "discador simulate: interrupted: the "
					"figures are those so far\n");
		if (stopped || w->err[0] != '\0' || fflush(stdout) != 0)
			code = FAILED;
	} else
		fprintf(stderr, "discador simulate: %s\n", buf_cstr(&err));
	if (w != NULL)
		world_free(w);
	spec_clear(&f);
	buf_clear(&err);
	buf_clear(&out);
	free(c);
	return code;
}

int
simulate_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "hours", required_argument, NULL, 'h' },
		{ "seed", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct simulate_conf *o = xcalloc(1, sizeof(*o));
	struct sigaction sa = { .sa_handler = on_signal };
	struct buf text = BUF_INIT;
	bool json = false, good = true;
	int c, code = FAILED;

	o->seed = -1;
	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'h')
			good =
			    good && str_double(optarg, 0.01, 8784, &o->hours);
		else if (c == 's')
			good =
			    good && str_int64(optarg, 0, INT32_MAX, &o->seed);
		else if (c == 'j')
			json = true;
		else
			good = false;
	}
	if (!good || optind != argc - 1) {
		free(o);
		return usage(good ? "expected one FILE"
				  : "expected --hours N, --seed N or --json");
	}
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	if (slurp(argv[optind], &text))
		code = simulate(argv[optind], buf_cstr(&text), o, json);
	buf_clear(&text);
	free(o);
	return code;
}
