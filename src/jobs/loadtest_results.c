/* SPDX-License-Identifier: MIT */
/* loadtest_results: reads files and prints; judges nothing anew. */
#include "jobs/loadtest_results.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "jobs/loadtest_html.h"
#include "jobs/loadtest_options.h"
#include "jobs/loadtest_store.h"
#include "jobs/loadtest_text.h"
#include "shared/conf.h"
#include "shared/loadtest_compare.h"
#include "shared/util.h"

struct results {
	struct conf conf;
	const char *file, *run_dir, *format;
	int64_t id, compare;
	int fd; /* for the engine; -1: none */
};

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void
put_json(const json_t *o, struct buf *b)
{
	char *s = json_dumps(
	    o, JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(8));

	buf_fmt(b, "%s\n", s != NULL ? s : "null");
	free(s);
}

static void
put_list(const json_t *tests, struct buf *b)
{
	size_t i, k;
	json_t *t, *target;

	if (json_array_size(tests) == 0)
		buf_str(b, "no load test was run yet\n");
	else
		buf_fmt(b, "%6s  %-20s %7s %8s  %-7s  %s\n", "test", "started",
		    "cps", "minutes", "verdict", "missed");
	json_array_foreach (tests, i, t) {
		const json_t *r = json_object_get(t, "result");
		const json_t *p = json_object_get(t, "parameters");
		int missed = 0;

		buf_fmt(b, "%6lld  %-20.19s %7.4g %8.4g  %-7s  ",
		    (long long)json_integer_value(json_object_get(t, "id")),
		    text_at(t, "started"),
		    json_number_value(json_object_get(p, "cps")),
		    json_number_value(json_object_get(p, "minutes")),
		    strcmp(text_at(r, "verdict"), "pass") == 0 ? "PASS"
							       : "FAIL");
		json_array_foreach (json_object_get(r, "targets"), k, target)
			if (!json_is_true(json_object_get(target, "pass")))
				buf_fmt(b, "%s%s", missed++ > 0 ? ", " : "",
				    text_at(target, "name"));
		buf_str(b, "\n");
	}
}

/* False and why. */
static bool
make(const struct results *x, struct buf *out, struct buf *why)
{
	bool as_json = strcmp(x->format, "json") == 0;
	json_t *o, *then;

	if (x->id == 0) {
		o = loadtest_store_list(x->conf.state_dir);
		if (as_json)
			put_json(o, out);
		else
			put_list(json_object_get(o, "tests"), out);
		json_decref(o);
		return true;
	}
	o = loadtest_store_read(x->conf.state_dir, x->id, why);
	if (o != NULL && x->compare > 0) {
		then = loadtest_store_read(x->conf.state_dir, x->compare, why);
		if (then == NULL) {
			json_decref(o);
			return false;
		}
		json_object_set_new(o, "comparison", loadtest_compare(then, o));
		json_decref(then);
	}
	if (o == NULL)
		return false;
	if (as_json)
		put_json(o, out);
	else if (strcmp(x->format, "html") == 0)
		loadtest_html(o, out);
	else
		loadtest_text(o, out);
	json_decref(o);
	return true;
}

static bool
options(struct results *x, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ "compare", required_argument, NULL, 'k' },
		{ "config", required_argument, NULL, 'c' },
		{ "run-dir", required_argument, NULL, 'r' },
		{ "progress-fd", required_argument, NULL, 'P' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t fd = -1;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1)
		if (c == 'f')
			x->format = optarg;
		else if (c == 'j')
			x->format = "json";
		else if (c == 'c')
			x->file = optarg;
		else if (c == 'r')
			x->run_dir = optarg;
		else if (c == 'P' && str_int64(optarg, 0, 1024, &fd))
			x->fd = (int)fd;
		else if (c != 'k' ||
			 !str_int64(optarg, 1, INT64_MAX, &x->compare))
			return false;
	if (optind < argc && !str_int64(argv[optind++], 1, INT64_MAX, &x->id))
		return false;
	return optind == argc &&
	       (strcmp(x->format, "text") == 0 ||
		   strcmp(x->format, "json") == 0 ||
		   (strcmp(x->format, "html") == 0 && x->id > 0)) &&
	       (x->compare == 0 || x->id > 0);
}

/* The one line for the engine, or for people. */
static void
say(const struct results *x, const char *why)
{
	json_t *o;
	char *s;

	if (x->fd < 0) {
		if (*why != '\0')
			fprintf(stderr, "loadtest: %s\n", why);
		return;
	}
	o = json_pack("{s:b, s:s}", "final", 1, *why != '\0' ? "error" : "text",
	    *why != '\0' ? why : "done");
	s = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	if (s != NULL)
		dprintf(x->fd, "%s\n", s);
	free(s);
	json_decref(o);
}

int
loadtest_results_main(int argc, char **argv)
{
	struct results x = { .format = "text", .fd = -1 };
	struct buf out = BUF_INIT, why = BUF_INIT;
	int code = 0;

	if (!options(&x, argc, argv)) {
		fputs("usage: discador-job loadtest results [ID] [--format "
		      "text|json|html] [--compare ID]\n",
		    stderr);
		return 2;
	}
	if (!conf_read(x.file, x.run_dir, &x.conf, &why))
		code = 4;
	else if (!make(&x, &out, &why))
		code = 1;
	else if (fwrite(out.p, 1, out.len, stdout) != out.len ||
		 fflush(stdout) != 0)
		code = 1;
	say(&x, buf_cstr(&why));
	conf_clear(&x.conf);
	buf_clear(&out);
	buf_clear(&why);
	return code;
}
