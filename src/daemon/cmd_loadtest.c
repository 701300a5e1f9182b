/* SPDX-License-Identifier: MIT */
/*
 * cmd_loadtest: load tests: begun, looked at, ended, and what came of earlier
 * ones.  The job does it with an engine of its own; this one dials nothing of
 * a test.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "daemon/jobs.h"
#include "db/details.h"
#include "shared/text.h"

#define WORDS      40
#define WORD_BYTES 400
#define MISSED     200 /* bytes of the targets that were missed */

static const char usage[] =
    "usage: discador loadtest run [OPTIONS] | status | stop | results [ID]";

/* ---- results ---------------------------------------------------------- */

static json_t *
json_at(const struct db_answer *a, int row, int col)
{
	json_t *o = NULL;

	if (!PQgetisnull(a->res, row, col))
		o = json_loads(PQgetvalue(a->res, row, col), 0, NULL);
	return o != NULL ? o : json_null();
}

static void
number_cell(struct cmd_table *t, const json_t *v)
{
	if (json_is_number(v))
		cmd_table_fmt(t, "%.4g", json_number_value(v));
	else
		cmd_table_cell(t, "-");
}

/* Its verdict, and which targets were missed. */
static void
verdict_cells(struct cmd_table *t, const json_t *result)
{
	const char *v = json_string_value(json_object_get(result, "verdict"));
	char missed[MISSED] = "", name[80];
	json_t *target;
	size_t i;

	json_array_foreach (json_object_get(result, "targets"), i, target) {
		const char *s =
		    json_string_value(json_object_get(target, "name"));
		size_t n = strlen(missed);

		if (json_is_true(json_object_get(target, "pass")) || s == NULL)
			continue;
		text_clean(name, sizeof(name), s);
		str_format(missed + n, sizeof(missed) - n, "%s%s",
		    n > 0 ? ", " : "", name);
	}
	cmd_table_cell(t, v == NULL                ? "-"
			  : strcmp(v, "pass") == 0 ? "PASS"
						   : "FAIL");
	cmd_table_cell(t, missed[0] != '\0' ? missed : "-");
}

static void
on_tests(void *arg, const struct db_answer *a)
{
	static const char *const heads[] = { "TEST", "STARTED", "TOOK", "CPS",
		"MINUTES", "VERDICT", "MISSED" };
	struct cmd_table t = { .ncols = nitems(heads), .right = 0x1d };
	struct cmd *c = cmd_of(arg);
	char at[40], span[TEXT_NUM];
	int n;

	if (!cmd_answered(c, a))
		return;
	n = PQntuples(a->res);
	c->rows = json_array();
	for (size_t k = 0; k < nitems(heads); k++)
		cmd_table_cell(&t, heads[k]);
	for (int i = 0; i < n; i++) {
		int64_t began = cmd_answered_int(a, i, 1),
			ended = cmd_answered_int(a, i, 2);
		json_t *p = json_at(a, i, 3), *r = json_at(a, i, 4);

		cmd_table_cell(&t, PQgetvalue(a->res, i, 0));
		cmd_table_cell(&t, cmd_clock(c->d, began, at));
		cmd_table_cell(
		    &t, ended > 0 ? text_span((ended - began) / MS_PER_S, span)
				  : "not ended");
		number_cell(&t, json_object_get(p, "cps"));
		number_cell(&t, json_object_get(p, "minutes"));
		verdict_cells(&t, r);
		json_array_append_new(
		    c->rows, json_pack("{s:I, s:o, s:o, s:o, s:o}", "id",
				 (json_int_t)cmd_answered_int(a, i, 0),
				 "started", cmd_iso(began), "ended",
				 cmd_iso(ended), "parameters", p, "result", r));
	}
	cmd_table_end(&t, 0, &c->text);
	if (n == 0) {
		buf_reset(&c->text);
		buf_str(&c->text, "no load test was run yet\n");
	}
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:O}", "tests", c->rows));
}

/* ---- words of the job ------------------------------------------------- */

struct words {
	char text[WORDS][WORD_BYTES];
	const char *v[WORDS + 1];
	int n;
	bool good;
};

static void
add(struct words *w, const char *s)
{
	if (w->n == WORDS || !str_copy(w->text[w->n], WORD_BYTES, s)) {
		w->good = false;
		return;
	}
	w->v[w->n] = w->text[w->n];
	w->v[++w->n] = NULL;
}

/* A value of the request, whatever its type: ["a","b"] becomes a,b. */
static bool
text_of(const json_t *v, char *out, size_t size)
{
	struct buf b = BUF_INIT;
	const json_t *e;
	size_t i;
	bool good = true;

	if (json_is_string(v))
		buf_str(&b, json_string_value(v));
	else if (json_is_integer(v))
		buf_fmt(&b, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		buf_fmt(&b, "%.6f", json_real_value(v));
	else if (json_is_array(v))
		json_array_foreach (v, i, e) {
			good = good && json_is_string(e);
			buf_fmt(&b, "%s%s", i > 0 ? "," : "",
			    json_is_string(e) ? json_string_value(e) : "");
		}
	else
		good = false;
	good = str_copy(out, size, buf_cstr(&b)) && good;
	buf_clear(&b);
	return good;
}

/* --key VALUE, where the request has it. */
static void
add_key(struct words *w, const json_t *q, const char *key)
{
	const json_t *v = json_object_get(q, key);
	char flag[40], value[WORD_BYTES];

	if (v == NULL || json_is_null(v))
		return;
	str_format(flag, sizeof(flag), "--%s", key);
	if (!text_of(v, value, sizeof(value)))
		w->good = false;
	add(w, flag);
	add(w, value);
}

/* ---- run -------------------------------------------------------------- */

static void
start(struct daemon *d, struct ctl_req *req, struct words *w)
{
	const json_t *q = ctl_json(req);
	bool wait = json_is_true(json_object_get(q, "wait"));
	char what[96], cps[40] = "25", minutes[40] = "10";
	struct jobs_loadtest x = {
		.words = w->v, .what = what, .test = true, .wait = wait
	};
	struct buf err = BUF_INIT;

	if (json_object_get(q, "cps") != NULL)
		str_format(cps, sizeof(cps), "%.4g",
		    json_is_number(json_object_get(q, "cps"))
			? json_number_value(json_object_get(q, "cps"))
			: strtod(cmd_key(req, "cps"), NULL));
	if (json_object_get(q, "minutes") != NULL)
		str_format(minutes, sizeof(minutes), "%.4g",
		    json_is_number(json_object_get(q, "minutes"))
			? json_number_value(json_object_get(q, "minutes"))
			: strtod(cmd_key(req, "minutes"), NULL));
	str_format(what, sizeof(what), "loadtest %s CPS %s min", cps, minutes);
	if (!w->good) {
		ctl_reply(req, false, 2, usage, NULL);
	} else if (!jobs_loadtest(d, req, &x, &err)) {
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	} else {
		audit_write(
		    d, ctl_who(req), ctl_origin(req), "loadtest", "run", what);
		if (!wait)
			ctl_reply(req, true, 0,
			    "the load test begins; its verdict joins the "
			    "results (discador loadtest status, stop)",
			    NULL);
	}
	buf_clear(&err);
}

static void
run(struct daemon *d, struct ctl_req *req)
{
	/* --carrier names files: it is for who may start the job alone. */
	static const char *const keys[] = { "cps", "minutes", "countries",
		"dids", "scenarios", "format", "compare", "trunk", "switch",
		"channel", "destination", "prompt", "far-end", "seed" };
	struct words *w;

	if (cmd_arg(req, 1)[0] != '\0') {
		ctl_reply(req, false, 2, usage, NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	w = xcalloc(1, sizeof(*w));
	w->good = true;
	for (size_t i = 0; i < nitems(keys); i++)
		add_key(w, ctl_json(req), keys[i]);
	if (json_is_true(json_object_get(ctl_json(req), "sure")))
		add(w, "--i-am-sure");
	start(d, req, w);
	free(w);
}

/* The report of one: from the files that its job wrote. */
static void
report(struct daemon *d, struct ctl_req *req)
{
	struct words *w = xcalloc(1, sizeof(*w));
	struct buf err = BUF_INIT;
	struct jobs_loadtest x = { .words = w->v, .wait = true };
	char what[96];
	int64_t id;

	w->good = true;
	add(w, "results");
	add(w, cmd_arg(req, 1));
	add_key(w, ctl_json(req), "format");
	add_key(w, ctl_json(req), "compare");
	str_format(
	    what, sizeof(what), "report of load test %.20s", cmd_arg(req, 1));
	x.what = what;
	if (!w->good || cmd_arg(req, 2)[0] != '\0' ||
	    !str_int64(cmd_arg(req, 1), 1, INT64_MAX, &id))
		ctl_reply(req, false, 2, usage, NULL);
	else if (!jobs_loadtest(d, req, &x, &err))
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	buf_clear(&err);
	free(w);
}

/* ---- status, stop ----------------------------------------------------- */

static void
status(struct daemon *d, struct ctl_req *req)
{
	struct board_loadtest b;
	char text[400], up[TEXT_NUM], n[TEXT_NUM], p95[TEXT_NUM];

	if (!jobs_loadtest_now(d, &b)) {
		ctl_reply(req, true, 0, "no load test runs", json_null());
		return;
	}
	str_format(text, sizeof(text),
	    "load test %llu: %s, %.1f of %.4g calls per second, worst second "
	    "%.0f, %s up, %s attempted, set-up p95 %s",
	    (unsigned long long)b.id, b.state, b.cps_10s, b.target, b.worst,
	    text_count(b.concurrent, up), text_count(b.attempted, n),
	    text_ms(b.setup_p95, p95));
	ctl_reply(req, true, 0, text,
	    json_pack("{s:I, s:s, s:f, s:f, s:f, s:I, s:I, s:I, s:{s:f, s:f, "
		      "s:f}}",
		"id", (json_int_t)b.id, "state", b.state, "target", b.target,
		"cps_10s", b.cps_10s, "worst_second", b.worst, "concurrent",
		(json_int_t)b.concurrent, "attempted", (json_int_t)b.attempted,
		"answered", (json_int_t)b.answered, "setup_ms", "p50",
		b.setup_p50, "p95", b.setup_p95, "p99", b.setup_p99));
}

static void
stop(struct daemon *d, struct ctl_req *req)
{
	if (!jobs_loadtest_stop(d)) {
		ctl_reply(req, false, 1, "no load test runs", NULL);
		return;
	}
	audit_write(
	    d, ctl_who(req), ctl_origin(req), "loadtest", "stop", "done");
	ctl_reply(req, true, 0,
	    "the load test is ending: no new call of it leaves; what was "
	    "measured is judged when the last one has ended",
	    NULL);
}

void
cmd_do_loadtest(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0);

	if (strcmp(word, "run") == 0) {
		run(d, req);
	} else if (strcmp(word, "status") == 0) {
		status(d, req);
	} else if (strcmp(word, "stop") == 0) {
		stop(d, req);
	} else if (strcmp(word, "results") != 0) {
		ctl_reply(req, false, 2, usage, NULL);
	} else if (cmd_arg(req, 1)[0] != '\0') {
		report(d, req);
	} else if (cmd_have_reads(d, req)) {
		details_tests(d->reads, on_tests, cmd_new(d, req));
	}
}
