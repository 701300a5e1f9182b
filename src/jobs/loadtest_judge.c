/* SPDX-License-Identifier: MIT */
/* loadtest_judge: target by target.  Nothing is estimated. */
#include "jobs/loadtest_judge.h"

#include <math.h>
#include <string.h>

#include "jobs/loadtest_judge_part.h"
#include "shared/buf.h"
#include "shared/util.h"

#define HELD        0.98 /* of the pace, in the mean */
#define PLATEAU_S   5 /* less says nothing */
#define SETUP_MEAN  300 /* ms */
#define SETUP_P95   500
#define SETUP_P99   1000
#define SOAK_S      10 /* of the plateau, at each end */
#define SOAK_GROWTH 1.05 /* of memory */
#define SOAK_KB     4096 /* and so much more */
#define SOAK_SETUP  2.0 /* times the p95 of the beginning */
#define SOAK_MS     50 /* and so much more */

void
loadtest_target(json_t *targets, const char *name, const char *wanted,
    bool pass, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	json_array_append_new(
	    targets, json_pack("{s:s, s:s, s:s, s:b}", "name", name, "wanted",
			 wanted, "measured", buf_cstr(&b), "pass", (int)pass));
	buf_clear(&b);
}

char
loadtest_key_at(const struct loadtest_ran *ran, int64_t sent)
{
	char key = LOADTEST_KEYS[0];

	for (size_t i = 0; i < ran->nchanges; i++) {
		const struct loadtest_change *c = &ran->change[i];

		if (!c->good && c->asked_ms <= sent)
			return '?'; /* half of it may have been done */
		if (c->done_ms < sent)
			key = c->connect;
		else if (c->asked_ms <= sent)
			return '?';
	}
	return key;
}

struct loadtest_truth
loadtest_truth_call(
    const struct loadtest_facts *f, const struct loadtest_call *k)
{
	bool changes = strcmp(k->campaign, LOADTEST_CHANGES) == 0;

	return loadtest_truth_of(k->number,
	    changes ? loadtest_key_at(f->ran, k->sent)
		    : loadtest_connect_key(k->country),
	    !changes && f->o->scenario[LOADTEST_AMD_DETECTION], k->amd);
}

static double
seconds(int64_t from_ms, int64_t to_ms)
{
	return (double)(to_ms - from_ms) / (double)MS_PER_S;
}

/* ---- the pace --------------------------------------------------------- */

static void
judge_pace(const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	const struct loadtest_ran *ran = f->ran;
	double cps = f->o->cps, s = seconds(ran->plateau_ms, ran->end_ms), mean;
	size_t worst = loadtest_worst(f->calls, 0, INT64_MAX);
	char wanted[40];

	str_format(wanted, sizeof(wanted), ">= %.4g", cps * HELD);
	if (ran->plateau_ms == 0 || s < PLATEAU_S) {
		loadtest_target(targets, "calls per second, mean", wanted,
		    false, "not measured: it was held for less than %d s",
		    PLATEAU_S);
	} else {
		mean = (double)loadtest_sent(
			   f->calls, ran->plateau_ms, ran->end_ms) /
		       s;
		loadtest_target(targets, "calls per second, mean", wanted,
		    mean >= cps * HELD, "%.2f over %.0f s", mean, s);
		json_object_set_new(result, "cps_mean", json_real(mean));
		json_object_set_new(result, "plateau_s", json_real(s));
	}
	str_format(wanted, sizeof(wanted), "<= %.0f", ceil(cps));
	loadtest_target(targets, "worst sliding second", wanted,
	    f->calls->n > 0 && (double)worst <= ceil(cps), "%zu", worst);
	json_object_set_new(
	    result, "worst_second", json_integer((json_int_t)worst));
}

static void
setup_target(json_t *targets, const char *name, double ms, double most)
{
	char wanted[40];

	str_format(wanted, sizeof(wanted), "< %.0f ms", most);
	if (ms < 0)
		loadtest_target(
		    targets, name, wanted, false, "not measured: no call");
	else
		loadtest_target(
		    targets, name, wanted, ms < most, "%.1f ms", ms);
}

static void
judge_setup(const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	struct loadtest_setup s = loadtest_setup_of(f->calls, 0, INT64_MAX);

	setup_target(targets, "set-up time, average", s.mean, SETUP_MEAN);
	setup_target(targets, "set-up time, p95", s.p95, SETUP_P95);
	setup_target(targets, "set-up time, p99", s.p99, SETUP_P99);
	json_object_set_new(result, "setup_ms",
	    json_pack("{s:f, s:f, s:f, s:f, s:f}", "average", s.mean, "p50",
		s.p50, "p95", s.p95, "p99", s.p99, "max", s.max));
}

/* ---- context changes -------------------------------------------------- */

static void
judge_changes(const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	size_t made = 0, created = 0, judged = 0, late = 0, during = 0;
	int64_t slowest = 0;

	for (size_t i = 0; i < f->ran->nchanges; i++) {
		const struct loadtest_change *c = &f->ran->change[i];

		made += c->good;
		created += c->good && c->created;
		slowest = MAXIMUM(slowest, c->done_ms - c->asked_ms);
	}
	for (size_t i = 0; i < f->calls->n; i++) {
		const struct loadtest_call *k = &f->calls->v[i];
		char key;

		if (strcmp(k->campaign, LOADTEST_CHANGES) != 0 ||
		    k->key == '\0')
			continue;
		key = loadtest_key_at(f->ran, k->sent);
		if (key == '?') {
			during++;
			continue;
		}
		judged++;
		late +=
		    (k->key == key) != (k->disposition == DISP_CONNECTED ||
					   k->disposition == DISP_ABANDONED);
	}
	loadtest_target(targets, "contexts made and changed", "all accepted",
	    made > 0 && made == f->ran->nchanges, "%zu of %zu, %zu new", made,
	    f->ran->nchanges, created);
	loadtest_target(targets, "change holds from the next call",
	    "0 with the old one", made > 0 && judged > 0 && late == 0,
	    "%zu of %zu calls", late, judged);
	json_object_set_new(result, "changes",
	    json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}", "asked",
		(json_int_t)f->ran->nchanges, "new", (json_int_t)created,
		"slowest_ms", (json_int_t)slowest, "calls_judged",
		(json_int_t)judged, "calls_late", (json_int_t)late,
		"calls_meanwhile", (json_int_t)during));
}

/* ---- soak ------------------------------------------------------------- */

/* Mean memory of the engine in a stretch of time; -1: not known. */
static double
memory(const struct loadtest_ran *ran, int64_t from, int64_t to)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < ran->nsamples; i++)
		if (ran->sample[i].rss_kb > 0 && ran->sample[i].at_ms >= from &&
		    ran->sample[i].at_ms < to) {
			sum += (double)ran->sample[i].rss_kb;
			n++;
		}
	return n > 0 ? sum / (double)n : -1;
}

static void
judge_soak(const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	const struct loadtest_ran *ran = f->ran;
	int64_t third = (ran->end_ms - ran->plateau_ms) / 3;
	int64_t a1 = ran->plateau_ms, a2 = a1 + third, b2 = ran->end_ms,
		b1 = b2 - third;
	double kb1, kb2, cps1, cps2, s = seconds(0, third);
	struct loadtest_setup s1, s2;

	if (ran->plateau_ms == 0 || s < SOAK_S) {
		loadtest_target(targets, "nothing grows or slows",
		    "ends as it began", false,
		    "not measured: a third of the plateau is less than %d s",
		    SOAK_S);
		return;
	}
	kb1 = memory(ran, a1, a2);
	kb2 = memory(ran, b1, b2);
	s1 = loadtest_setup_of(f->calls, a1, a2);
	s2 = loadtest_setup_of(f->calls, b1, b2);
	cps1 = (double)loadtest_sent(f->calls, a1, a2) / s;
	cps2 = (double)loadtest_sent(f->calls, b1, b2) / s;
	if (kb1 < 0 || kb2 < 0)
		loadtest_target(targets, "memory of the engine",
		    "<= 5 % and 4 MB more", false, "not measured");
	else
		loadtest_target(targets, "memory of the engine",
		    "<= 5 % and 4 MB more", kb2 <= kb1 * SOAK_GROWTH + SOAK_KB,
		    "%.1f MB, then %.1f MB", kb1 / 1024, kb2 / 1024);
	loadtest_target(targets, "pace at the end", ">= 98 % of the first",
	    cps1 > 0 && cps2 >= cps1 * HELD, "%.2f, then %.2f", cps1, cps2);
	loadtest_target(targets, "set-up p95 at the end", "<= twice the first",
	    s1.n > 0 && s2.n > 0 && s2.p95 <= s1.p95 * SOAK_SETUP + SOAK_MS,
	    "%.1f ms, then %.1f ms", s1.p95, s2.p95);
	json_object_set_new(result, "soak",
	    json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "kb_first", kb1,
		"kb_last", kb2, "cps_first", cps1, "cps_last", cps2,
		"p95_first", s1.p95, "p95_last", s2.p95));
}

/* ---- all of it -------------------------------------------------------- */

static void
put_cost(const struct loadtest_ran *ran, json_t *result)
{
	int64_t most = -1, cpu = -1;

	for (size_t i = 0; i < ran->nsamples; i++)
		most = MAXIMUM(most, ran->sample[i].rss_kb);
	if (ran->nsamples > 1 && ran->sample[0].cpu_ms >= 0)
		cpu = ran->sample[ran->nsamples - 1].cpu_ms -
		      ran->sample[0].cpu_ms;
	json_object_set_new(result, "engine_rss_kb",
	    most > 0 ? json_integer(most) : json_string("not measured"));
	json_object_set_new(result, "engine_cpu_ms",
	    cpu >= 0 ? json_integer(cpu) : json_string("not measured"));
}

/* What was stopped did not show what was asked for. */
static void
judge_time(const struct loadtest_facts *f, json_t *targets)
{
	char wanted[40];

	str_format(wanted, sizeof(wanted), "%.0f s", f->o->minutes * 60);
	loadtest_target(targets, "the whole of its time", wanted, false,
	    "%.0f s", seconds(f->ran->begin_ms, f->ran->end_ms));
}

json_t *
loadtest_judge(const struct loadtest_facts *f)
{
	const bool *on = f->o->scenario;
	json_t *targets = json_array(), *t;
	json_t *result =
	    json_pack("{s:s, s:O}", "verdict", "fail", "targets", targets);
	bool pass = true;
	size_t i;

	json_object_set_new(
	    result, "calls", json_integer((json_int_t)f->calls->n));
	if (on[LOADTEST_CPS])
		judge_pace(f, result, targets);
	if (on[LOADTEST_CPS] || on[LOADTEST_SOAK])
		judge_setup(f, result, targets);
	loadtest_judge_outcomes(f, result, targets);
	if (on[LOADTEST_CONTEXT] && f->o->digits)
		judge_changes(f, result, targets);
	if (on[LOADTEST_DTMF] && f->o->digits)
		loadtest_judge_keys(f, result, targets);
	if (on[LOADTEST_AMD_DETECTION] && f->o->digits)
		loadtest_judge_amd(f, result, targets);
	loadtest_judge_dids(f, result, targets);
	if (on[LOADTEST_SOAK])
		judge_soak(f, result, targets);
	if (f->ran->died)
		loadtest_target(targets, "the engine lives", "to the end",
		    false, "it ended");
	if (f->ran->early)
		judge_time(f, targets);
	put_cost(f->ran, result);
	json_array_foreach (targets, i, t)
		pass = pass && json_is_true(json_object_get(t, "pass"));
	json_object_set_new(
	    result, "verdict", json_string(pass ? "pass" : "fail"));
	if (f->ran->early)
		json_object_set_new(result, "stopped",
		    json_string("by hand, before its time was over"));
	if (!f->o->digits)
		json_object_set_new(result, "not_judged",
		    json_string("outcomes, keys, machines and changes of "
				"contexts: what the far end does is unknown"));
	json_decref(targets);
	return result;
}

json_t *
loadtest_series(const struct loadtest_facts *f)
{
	const struct loadtest_ran *ran = f->ran;
	json_t *sent = json_array(), *p95 = json_array(), *up = json_array(),
	       *mb = json_array();
	int64_t last = MAXIMUM(ran->end_ms - ran->begin_ms, 0) / MS_PER_S;
	/* At most 600 points, each of whole seconds. */
	int64_t step = last / 600 + 1;

	for (int64_t s = 0; s + step <= last + 1; s += step) {
		int64_t a = ran->begin_ms + s * MS_PER_S,
			b = a + step * MS_PER_S;
		struct loadtest_setup t = loadtest_setup_of(f->calls, a, b);
		double rss = memory(ran, a, b);
		uint32_t most = 0;

		for (size_t i = 0; i < ran->nsamples; i++)
			if (ran->sample[i].at_ms >= a &&
			    ran->sample[i].at_ms < b)
				most = MAXIMUM(most, ran->sample[i].concurrent);
		json_array_append_new(sent,
		    json_real(
			(double)loadtest_sent(f->calls, a, b) / (double)step));
		json_array_append_new(
		    p95, t.n > 0 ? json_real(t.p95) : json_null());
		json_array_append_new(up, json_integer(most));
		json_array_append_new(
		    mb, rss >= 0 ? json_real(rss / 1024) : json_null());
	}
	return json_pack("{s:I, s:f, s:o, s:o, s:o, s:o}", "step_s",
	    (json_int_t)step, "plateau_s",
	    ran->plateau_ms > 0 ? seconds(ran->begin_ms, ran->plateau_ms) : -1,
	    "calls_per_second", sent, "setup_p95_ms", p95, "calls_up", up,
	    "engine_mb", mb);
}
