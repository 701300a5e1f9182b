/* SPDX-License-Identifier: MIT */
/*
 * cmd_history: what was: pace and calls of past days, from the database, at
 * its leisure.
 */
#include <string.h>

#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "db/details.h"
#include "shared/text.h"

#define ROWS_SAID 48 /* of a history, in the text */

/* ---- history ---------------------------------------------------------- */

static double
num_at(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : -1;
}

static void
num_cell(struct cmd_table *t, int decimals, double v)
{
	if (v < 0)
		cmd_table_cell(t, "-");
	else
		cmd_table_fmt(t, "%.*f", decimals, v);
}

static void
point_row(struct daemon *d, struct cmd_table *t, const json_t *o)
{
	const char *brake = json_string_value(json_object_get(o, "brake"));
	char at[40], n[TEXT_NUM];

	cmd_table_cell(t, cmd_stamp(d, json_object_get(o, "at"), at));
	num_cell(t, 1, num_at(o, "cps"));
	num_cell(t, 1, num_at(o, "target"));
	num_cell(t, 0, num_at(o, "concurrent"));
	cmd_table_int(t, (int64_t)num_at(o, "answered"));
	cmd_table_int(t, (int64_t)num_at(o, "failed"));
	cmd_table_cell(t, text_rate(num_at(o, "success_rate"), n));
	cmd_table_cell(t, text_ms(num_at(o, "setup_ms"), n));
	cmd_table_cell(t, brake != NULL ? brake : "-");
}

static void
on_history(void *arg, const struct db_answer *a)
{
	static const char *const heads[] = { "WHEN", "CPS", "TARGET", "CALLS",
		"ANSWERED", "FAILED", "ASR", "SETUP", "BRAKE" };
	struct cmd_table t = { .ncols = nitems(heads), .right = 0x7fu << 1 };
	struct cmd *c = cmd_of(arg);
	const json_t *points, *marks;
	char at[40], line[200], shown[200];
	size_t i, n;
	json_t *o, *e;

	if (!cmd_answered(c, a))
		return;
	o = cmd_answered_json(a);
	points = json_object_get(o, "points");
	marks = json_object_get(o, "marks");
	n = json_array_size(points);
	for (i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	for (i = n > ROWS_SAID ? n - ROWS_SAID : 0; i < n; i++)
		point_row(c->d, &t, json_array_get(points, i));
	cmd_table_end(&t, 0, &c->text);
	if (n == 0) {
		buf_reset(&c->text);
		buf_str(&c->text, "nothing was recorded in that time\n");
	} else if (n > ROWS_SAID)
		buf_fmt(&c->text,
		    "the last %d of %zu points; --step S sums more of them up, "
		    "--json has them all\n",
		    ROWS_SAID, n);
	json_array_foreach (marks, i, e) {
		const char *who = json_string_value(json_object_get(e, "who"));
		const char *s = json_string_value(json_object_get(e, "text"));

		str_format(line, sizeof(line), "%.150s (%.40s)",
		    s != NULL ? s : "", who != NULL ? who : "");
		buf_fmt(&c->text, "%s  ",
		    cmd_stamp(c->d, json_object_get(e, "at"), at));
		text_clean(shown, sizeof(shown), line);
		buf_fmt(&c->text, "%s\n", shown);
	}
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

static bool
step_of(const struct ctl_req *req, int64_t *out)
{
	const json_t *v = json_object_get(ctl_json(req), "step");

	*out = DETAILS_STEP_MIN;
	if (v == NULL || json_is_null(v))
		return true;
	if (json_is_string(v))
		return str_int64(json_string_value(v), 1, 366 * 86400, out);
	*out = (int64_t)json_number_value(v);
	return json_is_number(v) && *out >= 1 && *out <= 366 * 86400;
}

void
cmd_do_history(struct daemon *d, struct ctl_req *req)
{
	int64_t from = 0, to = 0, step, s;
	struct cmd *c;

	if (cmd_arg(req, 2)[0] != '\0' || !step_of(req, &step) ||
	    !cmd_time(d, cmd_arg(req, 0), &from) ||
	    !cmd_time(d, cmd_arg(req, 1), &to) || to <= from) {
		ctl_reply(req, false, 2,
		    "usage: discador history FROM TO [--step S], expected "
		    "times such as 2026-11-21 or 2026-11-21T09:30, the later "
		    "one second, and a step in seconds",
		    NULL);
		return;
	}
	if (!cmd_have_reads(d, req))
		return;
	/* Whole tens, so that each point has as many rows as the next. */
	s = (to - from) / MS_PER_S;
	step = MAXIMUM(step, (s + DETAILS_POINTS - 2) / (DETAILS_POINTS - 1));
	step =
	    (step + DETAILS_STEP_MIN - 1) / DETAILS_STEP_MIN * DETAILS_STEP_MIN;
	c = cmd_new(d, req);
	details_history(d->reads, from, to, step, on_history, c);
}
