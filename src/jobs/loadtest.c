/* SPDX-License-Identifier: MIT */
/*
 * loadtest: from options to a report, step by step.  Each step is a module
 * of its own; here is their order, and what goes where when one fails.
 */
#include "jobs/loadtest.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/loadtest.h"
#include "jobs/loadtest_html.h"
#include "jobs/loadtest_judge.h"
#include "jobs/loadtest_results.h"
#include "jobs/loadtest_store.h"
#include "jobs/loadtest_text.h"
#include "shared/loadtest_compare.h"
#include "shared/util.h"

enum { PASSED, FAILED, USAGE, CONF = 4, AWAY = 5 };

struct test {
	struct loadtest_options o;
	struct conf conf;
	const struct conf_switch *sw; /* NULL: the simulated carrier */
	char *channel, *switch_name; /* of --trunk; NULL: none */
	char *conninfo; /* of the engine that started us; NULL: none */
	int64_t id;
	bool row; /* it has a row in load_test */
	char dir[LOADTEST_DIR];
	struct loadtest_place place;
	struct loadtest_plan plan;
	struct loadtest_tell tell;
	struct loadtest_ran ran;
	struct loadtest_calls calls;
	struct loadtest_dids dids;
	int64_t started_ms;
	json_t *then; /* the report to compare with, or NULL */
	json_t *report;
};

static void
on_signal(int sig)
{
	if (sig == SIGUSR1 || (sig == SIGINT && loadtest_stop == 0))
		loadtest_stop = MAXIMUM(loadtest_stop, 1);
	else
		loadtest_stop = 2;
}

static void
catch_signals(void)
{
	static const int sigs[] = { SIGUSR1, SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = on_signal };

	for (size_t i = 0; i < nitems(sigs); i++)
		sigaction(sigs[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* ---- may it run ------------------------------------------------------- */

struct same {
	const char *channel;
	char name[MODEL_NAME];
};

/* "PJSIP/x@trunk": what is behind the @ is the trunk. */
static bool
same_way(const char *a, const char *b)
{
	const char *x = strrchr(a, '@'), *y = strrchr(b, '@');

	return strcasecmp(a, b) == 0 ||
	       (x != NULL && y != NULL && strcasecmp(x, y) == 0);
}

static void
compare_trunk(void *arg, const PGresult *r, int row)
{
	struct same *s = arg;

	if (same_way(PQgetvalue(r, row, 1), s->channel))
		str_copy(s->name, sizeof(s->name), PQgetvalue(r, row, 0));
}

/* Switch and channel of --trunk. */
static void
take_trunk(void *arg, const PGresult *r, int row)
{
	struct test *t = arg;

	if (strcmp(PQgetvalue(r, row, 0), t->o.trunk) != 0)
		return;
	free(t->channel);
	free(t->switch_name);
	t->o.channel = t->channel = xstrdup(PQgetvalue(r, row, 1));
	t->o.switch_name = t->switch_name = xstrdup(PQgetvalue(r, row, 2));
}

static bool
know_trunk(struct test *t, struct buf *why)
{
	if (t->conninfo == NULL)
		buf_str(why,
		    "--trunk is one of a running engine's, and none runs: "
		    "--switch and --channel say it without");
	else if (loadtest_trunks(t->conninfo, take_trunk, t, why) &&
		 t->o.channel == NULL)
		buf_fmt(why, "the engine has no trunk %s", t->o.trunk);
	return t->o.channel != NULL;
}

/* A channel of the operator's own trunks is refused; false and why. */
static bool
is_test_trunk(const struct test *t, struct buf *why)
{
	struct same s = { .channel = t->o.channel };

	if (t->o.sure)
		return true;
	if (t->conninfo == NULL) {
		buf_str(why,
		    "no engine runs that could say which trunks are its own: "
		    "--i-am-sure says that this one is for tests");
		return false;
	}
	if (!loadtest_trunks(t->conninfo, compare_trunk, &s, why))
		return false;
	if (s.name[0] == '\0')
		return true;
	buf_fmt(why,
	    "%s is the way of the engine's own trunk %s: a load test wants a "
	    "test trunk; --i-am-sure takes it all the same",
	    t->o.channel, s.name);
	return false;
}

/* -1: yes; else the exit code. */
static int
may_run(struct test *t, struct buf *why)
{
	const struct loadtest_options *o = &t->o;

	if (!conf_read(o->file, o->run_dir, &t->conf, why))
		return CONF;
	if (o->compare > 0 && (t->then = loadtest_store_read(
				   t->conf.state_dir, o->compare, why)) == NULL)
		return FAILED;
	if (o->trunk != NULL && !know_trunk(t, why))
		return FAILED;
	if (o->switch_name == NULL)
		return -1;
	for (int i = 0; i < t->conf.nswitches; i++)
		if (strcmp(t->conf.switches[i].name, o->switch_name) == 0)
			t->sw = &t->conf.switches[i];
	if (t->sw == NULL) {
		buf_fmt(why, "there is no switch %s in %s", o->switch_name,
		    t->conf.file);
		return USAGE;
	}
	if (o->cps > t->sw->max_cps) {
		buf_fmt(why,
		    "switch %s is given at most %.4g calls per second (max_cps "
		    "in %s), and %.4g are asked for",
		    t->sw->name, t->sw->max_cps, t->conf.file, o->cps);
		return FAILED;
	}
	return is_test_trunk(t, why) ? -1 : FAILED;
}

/* ---- the steps -------------------------------------------------------- */

/* Its number, and a directory and a row of that number. */
static bool
begin(struct test *t, struct buf *why)
{
	json_t *p = loadtest_options_json(&t->o);
	char *text = json_dumps(p, JSON_COMPACT);

	t->started_ms = now_read().wall_ms;
	t->id = loadtest_store_next(t->conf.state_dir);
	t->row = t->conninfo != NULL;
	if (t->row && !loadtest_begin(t->conninfo, &t->id, text, why))
		t->row = false;
	free(text);
	json_decref(p);
	t->tell.id = t->id;
	return (t->row || t->conninfo == NULL) &&
	       loadtest_store_make(t->conf.state_dir, t->id, t->dir, why);
}

static bool
prepare(struct test *t, struct buf *why)
{
	struct buf specs = BUF_INIT;
	bool good;

	loadtest_tell_state(&t->tell, &t->o, "starting an engine of its own");
	good = loadtest_place_make(&t->place, why);
	loadtest_tell_wipe(&t->tell);
	if (good && t->tell.fd < 0)
		fprintf(stderr, "load test %lld lives in %s until it is over\n",
		    (long long)t->id, t->place.dir);
	good = good &&
	       (t->sw != NULL ||
		   loadtest_place_carrier(&t->place, t->o.carrier, why)) &&
	       loadtest_place_engine(&t->place, t->sw, t->o.cps, why);
	loadtest_plan_conf(
	    &t->plan, t->sw != NULL ? t->sw->name : "carrier", &specs);
	good = good && loadtest_place_apply(&t->place, buf_cstr(&specs), why);
	buf_clear(&specs);
	loadtest_tell_state(&t->tell, &t->o, "loading numbers");
	good = good && loadtest_place_import(
			   &t->place, "dids", NULL, &t->plan.dids, why);
	for (int i = 0; good && i < t->plan.n; i++) {
		good =
		    loadtest_stop == 0 &&
		    loadtest_place_import(&t->place, "contacts",
			t->plan.part[i].name, &t->plan.part[i].contacts, why);
		if (!good && why->len == 0)
			buf_str(why, "stopped before the first call");
	}
	return good;
}

static int64_t
number_at(const PGresult *r, int row, int col, int64_t none)
{
	int64_t v = none;

	if (!PQgetisnull(r, row, col))
		str_int64(PQgetvalue(r, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

static void
take_call(void *arg, const PGresult *r, int row)
{
	struct test *t = arg;
	struct loadtest_call *k = loadtest_calls_add(&t->calls);

#define TEXT(member, col)                                                      \
	str_copy(k->member, sizeof(k->member), PQgetvalue(r, row, col))
	TEXT(number, LOADTEST_NUMBER);
	TEXT(did, LOADTEST_DID);
	TEXT(country, LOADTEST_COUNTRY);
	TEXT(campaign, LOADTEST_CAMPAIGN);
	TEXT(trunk, LOADTEST_TRUNK);
	TEXT(amd, LOADTEST_AMD);
#undef TEXT
	k->disposition =
	    disposition_parse(PQgetvalue(r, row, LOADTEST_DISPOSITION));
	k->key = PQgetvalue(r, row, LOADTEST_KEY)[0];
	k->cause = (int)number_at(r, row, LOADTEST_CAUSE, -1);
	k->attempt = (int)number_at(r, row, LOADTEST_ATTEMPT, 0);
	k->setup_ms = -1;
	if (!PQgetisnull(r, row, LOADTEST_SETUP))
		str_double(
		    PQgetvalue(r, row, LOADTEST_SETUP), 0, 1e9, &k->setup_ms);
	k->sent = number_at(r, row, LOADTEST_SENT, 0);
	k->ringing = number_at(r, row, LOADTEST_RINGING, 0);
	k->answered = number_at(r, row, LOADTEST_ANSWERED, 0);
	k->connected = number_at(r, row, LOADTEST_CONNECTED, 0);
	k->ended = number_at(r, row, LOADTEST_ENDED, 0);
}

static void
take_did(void *arg, const PGresult *r, int row)
{
	struct test *t = arg;
	struct loadtest_did *d = loadtest_dids_add(&t->dids);

	str_copy(d->number, sizeof(d->number), PQgetvalue(r, row, 0));
	str_copy(d->country, sizeof(d->country), PQgetvalue(r, row, 1));
	d->uses = number_at(r, row, 2, 0);
	d->cap = number_at(r, row, 3, 0);
	d->over = number_at(r, row, 4, 0);
}

/* What was measured, judged, into t->report. */
static bool
judge(struct test *t, struct buf *why)
{
	struct loadtest_facts f = { &t->o, &t->calls, &t->dids, &t->ran };
	char began[40], ended[40];

	loadtest_tell_state(&t->tell, &t->o, "judging");
	if (!loadtest_calls(t->place.conninfo, take_call, t, why) ||
	    !loadtest_dids(t->place.conninfo, take_did, t, why))
		return false;
	time_iso(t->started_ms, began);
	time_iso(now_read().wall_ms, ended);
	t->report = json_pack("{s:I, s:s, s:s, s:s, s:o, s:o, s:o}", "id",
	    (json_int_t)t->id, "started", began, "ended", ended, "version",
	    VERSION, "parameters", loadtest_options_json(&t->o), "result",
	    loadtest_judge(&f), "series", loadtest_series(&f));
	if (t->then != NULL)
		json_object_set_new(t->report, "comparison",
		    loadtest_compare(t->then, t->report));
	return true;
}

/* ---- what is kept ----------------------------------------------------- */

static void
put_stamp(struct buf *b, int64_t ms)
{
	char at[40] = "";

	if (ms > 0)
		time_iso(ms, at);
	buf_fmt(b, ",%s", at);
}

static void
calls_csv(const struct test *t, struct buf *b)
{
	struct loadtest_facts f = { &t->o, &t->calls, &t->dids, &t->ran };

	buf_str(b,
	    "number,caller_id,country,campaign,trunk,disposition,expected,key,"
	    "pressed,amd,cause,attempt,setup_ms,sent_at,ringing_at,answered_at,"
	    "connected_at,ended_at\n");
	for (size_t i = 0; i < t->calls.n; i++) {
		const struct loadtest_call *k = &t->calls.v[i];
		struct loadtest_truth truth = loadtest_truth_call(&f, k);

		buf_fmt(b, "%s,%s,%s,%s,%s,%s,%s,%.1s,%.1s,%s,%d,%d,%.1f",
		    k->number, k->did, k->country, k->campaign, k->trunk,
		    k->disposition >= 0
			? disposition_word((enum disposition)k->disposition)
			: "",
		    t->o.digits ? disposition_word(truth.disp) : "", &k->key,
		    t->o.digits ? &truth.key : "", k->amd, k->cause, k->attempt,
		    k->setup_ms);
		put_stamp(b, k->sent);
		put_stamp(b, k->ringing);
		put_stamp(b, k->answered);
		put_stamp(b, k->connected);
		put_stamp(b, k->ended);
		buf_byte(b, '\n');
	}
}

static bool
keep(struct test *t, struct buf *why)
{
	struct buf b[4] = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	static const char *const names[] = { "report.json", "report.txt",
		"report.html", "calls.csv" };
	char *json = json_dumps(t->report,
	    JSON_INDENT(2) | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(8));
	char *row = json_dumps(json_object_get(t->report, "result"),
	    JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(8));
	size_t shown = t->o.format == LOADTEST_JSON   ? 0
		       : t->o.format == LOADTEST_TEXT ? 1
						      : 2;
	bool good = true;

	buf_fmt(&b[0], "%s\n", json);
	loadtest_text(t->report, &b[1]);
	loadtest_html(t->report, &b[2]);
	calls_csv(t, &b[3]);
	fwrite(b[shown].p, 1, b[shown].len, stdout);
	fflush(stdout);
	for (size_t i = 0; good && i < nitems(names); i++)
		good = loadtest_store_file(t->dir, names[i], &b[i], why);
	if (t->row)
		good = loadtest_end(t->conninfo, t->id, row, why) && good;
	for (size_t i = 0; i < nitems(b); i++)
		buf_clear(&b[i]);
	free(json);
	free(row);
	return good;
}

/* It came to nothing: the row says so, and no directory is left. */
static void
forget(struct test *t, const char *why)
{
	json_t *o = json_pack("{s:s, s:s}", "verdict", "fail", "not_run", why);
	char *row = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	struct buf err = BUF_INIT;

	if (t->row && row != NULL)
		loadtest_end(t->conninfo, t->id, row, &err);
	if (t->dir[0] != '\0')
		rmdir(t->dir);
	buf_clear(&err);
	free(row);
	json_decref(o);
}

/* ---- the end ---------------------------------------------------------- */

static bool
passed(const struct test *t)
{
	const char *v = json_string_value(
	    json_object_get(json_object_get(t->report, "result"), "verdict"));

	return v != NULL && strcmp(v, "pass") == 0;
}

/* The last line for the engine; for people where there is none. */
static void
say(struct test *t, bool good, const char *why)
{
	char text[700], *s;
	json_t *o;

	if (good)
		str_format(text, sizeof(text),
		    "load test %lld: %s; %s/report.txt", (long long)t->id,
		    passed(t) ? "PASS" : "FAIL", t->dir);
	else
		str_format(text, sizeof(text), "load test: %s", why);
	if (t->tell.fd < 0) {
		fprintf(stderr, "%s\n", text);
		return;
	}
	o = json_pack("{s:b, s:s, s:I, s:b}", "final", 1,
	    good ? "text" : "error", text, "id", (json_int_t)t->id, "passed",
	    (int)(good && passed(t)));
	s = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	if (s != NULL)
		dprintf(t->tell.fd, "%s\n", s);
	free(s);
	json_decref(o);
}

static void
clear(struct test *t)
{
	loadtest_plan_clear(&t->plan);
	loadtest_ran_clear(&t->ran);
	free(t->calls.v);
	free(t->dids.v);
	free(t->channel);
	free(t->switch_name);
	json_decref(t->then);
	json_decref(t->report);
	if (t->conninfo != NULL)
		explicit_bzero(t->conninfo, strlen(t->conninfo));
	free(t->conninfo);
	conf_clear(&t->conf);
}

static int
run(struct test *t)
{
	struct buf why = BUF_INIT;
	bool good;
	int code = may_run(t, &why);

	if (code < 0 && !loadtest_plan_make(&t->plan, &t->o, &why))
		code = FAILED;
	if (code < 0 && !begin(t, &why))
		code = t->conninfo != NULL && !t->row ? AWAY : FAILED;
	good = code < 0 && prepare(t, &why) &&
	       loadtest_run(&t->place, &t->plan, &t->tell, &t->ran, &why) &&
	       judge(t, &why);
	loadtest_tell_wipe(&t->tell);
	if (good)
		good = keep(t, &why);
	else if (why.len == 0)
		buf_str(&why, "ended by hand: no result");
	if (t->report == NULL && code < 0)
		forget(t, buf_cstr(&why));
	loadtest_tell_state(&t->tell, &t->o, "clearing away");
	loadtest_place_end(&t->place, loadtest_stop > 1);
	loadtest_tell_wipe(&t->tell);
	say(t, good, buf_cstr(&why));
	buf_clear(&why);
	if (code >= 0)
		return code;
	/* For the engine a test that ran is a job that was done. */
	return good && (t->tell.fd >= 0 || passed(t)) ? PASSED : FAILED;
}

int
loadtest_main(int argc, char **argv)
{
	struct test t = { .place = { .carrier = -1, .engine = -1 } };
	const char *info = getenv("DISCADOR_CONNINFO");
	int code;

	if (argc > 1 && strcmp(argv[1], "results") == 0)
		return loadtest_results_main(argc - 1, argv + 1);
	code = loadtest_options_parse(&t.o, argc, argv);
	if (code >= 0)
		return code;
	t.conninfo = info != NULL ? xstrdup(info) : NULL;
	unsetenv("DISCADOR_CONNINFO");
	loadtest_tell_init(&t.tell, t.o.progress_fd);
	catch_signals();
	code = run(&t);
	clear(&t);
	return code;
}
