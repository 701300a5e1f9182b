/* SPDX-License-Identifier: MIT */
/*
 * db_try: drives src/db against a real cluster for the shell tests.
 *
 *     db_try migrate CONNINFO SQLDIR
 *     db_try cluster start|fast|stop STATE_DIR [PG_USER]
 *     db_try bench CONNINFO BATCH CALLS [NUMBER_CAP]
 *     db_try CONNINFO [NODE] < commands
 *
 * One command per line, one answer per line (claim, arm and open: one word
 * per row).  Refuses to run longer than 120 s.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/cluster.h"
#include "db/calls.h"
#include "db/health.h"
#include "db/keys.h"
#include "db/load.h"
#include "db/schema.h"
#include "shared/log.h"

#define WORDS 256

static struct event_base *base;
static struct db *db;
static const char *node;
static unsigned waiting;
static bool timed_out;
static char *kept[32];
static size_t nkept;
static int ups, downs, notifies, counts[3];
static int number_cap; /* of the rows of arm */

static const char *const status_word[] = { "ok", "refused", "away" };
static const char *const verdict_word[] = { "armed", "dnc", "capped", "gone",
	"deferred" };

static void
on_timeout(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	timed_out = true;
	event_base_loopbreak(base);
}

/* Run the loop until *n is at least want (or waiting is 0), at most s. */
static bool
run_until(const int *n, int want, int s)
{
	struct event *t = evtimer_new(base, on_timeout, NULL);
	struct timeval tv = { s, 0 };

	timed_out = false;
	evtimer_add(t, &tv);
	while (!timed_out && (n != NULL ? *n < want : waiting > 0))
		event_base_loop(base, EVLOOP_ONCE);
	event_free(t);
	return !timed_out;
}

static void
on_up(void *arg)
{
	(void)arg;
	ups++;
}

static void
on_down(void *arg, const char *why)
{
	(void)arg;
	(void)why;
	downs++;
}

static void
on_notify(void *arg, const char *channel)
{
	(void)arg;
	(void)channel;
	notifies++;
}

/* --- answers ------------------------------------------------------------ */

static void
say_rows(void *arg, const struct db_answer *a)
{
	(void)arg;
	waiting--;
	printf("%s", status_word[a->status]);
	if (a->status != DB_OK)
		printf(" %s %s", a->sqlstate, a->err);
	for (int i = 0; a->res != NULL && i < PQntuples(a->res); i++) {
		for (int c = 0; c < PQnfields(a->res); c++)
			printf("%s%s", c > 0 ? "," : " ",
			    PQgetisnull(a->res, i, c)
				? "null"
				: PQgetvalue(a->res, i, c));
	}
	printf("\n");
}

static void
say_claimed(void *arg, enum db_status s, const char *err,
    const struct calls_contact *v, size_t n)
{
	(void)arg;
	waiting--;
	printf("%s", s == DB_OK ? "ok" : err);
	for (size_t i = 0; i < n; i++) {
		printf(" %" PRId64 ":%s:%s:%s:%d", v[i].id, v[i].number,
		    v[i].country, v[i].zone, v[i].attempts);
		if (v[i].uncounted > 0)
			printf("-%d", v[i].uncounted);
	}
	printf("\n");
}

static void
say_armed(void *arg, enum db_status s, const char *err,
    const struct calls_armed *v, size_t n)
{
	(void)arg;
	waiting--;
	printf("%s", s == DB_OK ? "ok" : err);
	for (size_t i = 0; i < n; i++)
		printf(" %s:%d:%d/%d", verdict_word[v[i].verdict], v[i].attempt,
		    v[i].uses, v[i].cap);
	printf("\n");
}

static void
say_open(void *arg, enum db_status s, const char *err,
    const struct calls_open *v, size_t n)
{
	char id[UUID_LEN + 1];

	(void)arg;
	waiting--;
	printf("%s", s == DB_OK ? "ok" : err);
	for (size_t i = 0; i < n; i++) {
		uuid_text(&v[i].id, id);
		printf(" %s:%" PRId64 ":%" PRId64 ":%d:%s:%s:%s", id,
		    v[i].armed_ms, v[i].contact_id, v[i].attempt,
		    call_state_word(v[i].state), v[i].cap_group,
		    v[i].usage_date);
	}
	printf("\n");
}

static void
say_health(void *arg, bool good, const struct health_did *v, size_t n)
{
	(void)arg;
	waiting--;
	printf("%s", good ? "ok" : "away");
	for (size_t i = 0; i < n; i++)
		printf(" %" PRId64 ":%" PRIu64 ":%" PRIu64 ":%" PRIu64, v[i].id,
		    v[i].calls, v[i].answered, v[i].rejected);
	printf("\n");
}

static void
say_key(void *arg, const struct row_key *r, int version)
{
	(void)arg;
	printf("%s/%s.%d:%s:%s %u-%u e%u m%u c%u/%u t%u/%u %" PRIu64 "/%u",
	    r->country, r->context, version, r->key, r->leads, r->presses,
	    r->invalid, r->early, r->on_machine, r->connects_machine,
	    r->connects, r->short_talks, r->connected, r->ms, r->asked);
	for (int i = 0; i < ROW_KEY_SECONDS; i++)
		if (r->after[i] > 0)
			printf(" %ds:%u", i, r->after[i]);
	printf("\n");
}

static void
say_end(void *arg, const char *err)
{
	(void)arg;
	waiting--;
	printf("%s\n", err == NULL ? "ok" : err);
}

/* Counts answers by kind, for pipelines. */
static void
count_answer(void *arg, const struct db_answer *a)
{
	(void)arg;
	waiting--;
	counts[a->status]++;
}

/* --- commands ----------------------------------------------------------- */

static int64_t
num(const char *s)
{
	int64_t v;

	if (!str_int64(s, INT64_MIN, INT64_MAX, &v)) {
		fprintf(stderr, "db_try: not a number: %s\n", s);
		exit(2);
	}
	return v;
}

/* Test calls are numbered: 7 is 00000000-0000-7000-8000-000000000007. */
static struct uuid
call_id(const char *s)
{
	char text[UUID_LEN + 1];
	struct uuid u;

	str_format(text, sizeof(text), "00000000-0000-7000-8000-%012lld",
	    (long long)num(s));
	uuid_parse(text, &u);
	return u;
}

/* claim CAMPAIGN LIMIT LEASE_S COUNTRY/ZONE... */
static void
do_claim(char **w, size_t n)
{
	struct calls_pair p[WORDS];
	size_t np = 0;

	for (size_t i = 4; i < n; i++) {
		char *slash = strchr(w[i], '/');

		*slash = '\0';
		p[np].country = w[i];
		p[np++].zone = slash + 1;
	}
	waiting++;
	calls_claim(db, node, num(w[1]), p, np, (int)num(w[2]), (int)num(w[3]),
	    say_claimed, NULL);
}

/*
 * arm DATE GROUP CAP ARMED_MS CALL:CONTACT:CAMPAIGN:DID:DIDNUMBER:NUMBER...
 */
static void
do_arm(char **w, size_t n)
{
	struct calls_arm rows[WORDS] = { 0 };
	size_t nrows = 0;

	for (size_t i = 5; i < n; i++, nrows++) {
		struct calls_arm *r = &rows[nrows];
		char *f[6] = { w[i] };

		for (int k = 1; k < 6; k++) {
			f[k] = strchr(f[k - 1], ':');
			*f[k]++ = '\0';
		}
		str_copy(r->usage_date, sizeof(r->usage_date), w[1]);
		r->cap_group = w[2];
		r->cap = (int)num(w[3]);
		r->armed_ms = num(w[4]);
		r->id = call_id(f[0]);
		r->contact_id = num(f[1]);
		r->campaign_id = num(f[2]);
		r->did_id = num(f[3]);
		r->did_number = f[4];
		r->number = f[5];
		r->country = "usa";
		r->zone = "America/New_York";
		r->trunk = "t";
		r->number_cap = number_cap;
		r->did_why = number_cap > 0 ? "least used, 1 of 2" : NULL;
	}
	waiting++;
	calls_arm(db, node, rows, nrows, say_armed, NULL);
}

/* QUESTION:ANSWER[:MS[:SCORE]],...: into at most 8 places. */
static size_t
answers_of(char *v, struct call_answer out[8])
{
	size_t n = 0;

	while (v != NULL && *v != '\0' && n < 8) {
		struct call_answer *a = &out[n++];
		char *f[4] = { v }, *next = strchr(v, ',');

		if (next != NULL)
			*next++ = '\0';
		for (int i = 1; i < 4 && f[i - 1] != NULL; i++)
			if ((f[i] = strchr(f[i - 1], ':')) != NULL)
				*f[i]++ = '\0';
		str_copy(a->question, sizeof(a->question), f[0]);
		str_copy(a->answer, sizeof(a->answer), f[1]);
		a->ms = f[2] != NULL ? (int)num(f[2]) : -1;
		a->score = f[3] != NULL ? (int)num(f[3]) : -1;
		v = next;
	}
	return n;
}

/* record CALL ARMED_MS STATE KEY=VALUE... [next CALL ...] */
static void
do_record(char **w, size_t n)
{
	struct buf b = BUF_INIT;

	for (size_t i = 1; i + 2 < n; i++) {
		struct call_answer answers[8];
		struct calls_record r = { .cause = -1,
			.sip_code = -1,
			.setup_ms = -1,
			.amd_ms = -1,
			.key_ms = -1,
			.answers = answers };

		r.id = call_id(w[i]);
		r.armed_ms = num(w[i + 1]);
		r.state = (enum call_state)call_state_parse(w[i + 2]);
		for (i += 3; i < n && strcmp(w[i], "next") != 0; i++) {
			char *v = strchr(w[i], '=');

			*v++ = '\0';
			if (strcmp(w[i], "disp") == 0)
				r.disposition =
				    (enum disposition)disposition_parse(v);
			else if (strcmp(w[i], "contact") == 0)
				r.contact_state = v;
			else if (strcmp(w[i], "contact_id") == 0)
				r.contact_id = num(v);
			else if (strcmp(w[i], "due") == 0)
				r.due_ms = num(v);
			else if (strcmp(w[i], "sent") == 0)
				r.sent_ms = num(v);
			else if (strcmp(w[i], "ringing") == 0)
				r.ringing_ms = num(v);
			else if (strcmp(w[i], "answered") == 0)
				r.answered_ms = num(v);
			else if (strcmp(w[i], "ended") == 0)
				r.ended_ms = num(v);
			else if (strcmp(w[i], "key") == 0)
				r.key = *v;
			else if (strcmp(w[i], "cause") == 0)
				r.cause = (int)num(v);
			else if (strcmp(w[i], "amd") == 0)
				r.amd = v;
			else if (strcmp(w[i], "note") == 0)
				r.note = v;
			else if (strcmp(w[i], "optout") == 0)
				r.optout = *v == '1';
			else if (strcmp(w[i], "uncounted") == 0)
				r.uncounted = *v == '1';
			else if (strcmp(w[i], "shift") == 0)
				r.shift = (int)num(v);
			else if (strcmp(w[i], "context") == 0)
				r.context = v;
			else if (strcmp(w[i], "version") == 0)
				r.context_version = (int)num(v);
			else if (strcmp(w[i], "amd_ms") == 0)
				r.amd_ms = (int)num(v);
			else if (strcmp(w[i], "key_ms") == 0)
				r.key_ms = (int)num(v);
			else if (strcmp(w[i], "early") == 0)
				r.key_early = *v == '1';
			else if (strcmp(w[i], "invalid") == 0)
				r.keys_invalid = (int)num(v);
			else if (strcmp(w[i], "ans") == 0)
				r.nanswers = answers_of(v, answers);
			else
				exit(2);
		}
		calls_record_json(&b, &r);
	}
	waiting++;
	calls_record_send(db, buf_cstr(&b), b.len, say_rows, NULL);
	buf_clear(&b);
}

/* did_block, callback, why ..: see db/load.h; - stands for an empty text. */
static bool
do_rules(char **w)
{
	if (strcmp(w[0], "did_block") == 0)
		load_did_block(db, num(w[1]), num(w[2]), w[3], say_rows, NULL);
	else if (strcmp(w[0], "callback") == 0)
		load_callback(db, w[1], strcmp(w[2], "-") == 0 ? "" : w[2],
		    num(w[3]), w[4], say_rows, NULL);
	else if (strcmp(w[0], "contact_why") == 0)
		load_contact_why(db, w[1], say_rows, NULL);
	else if (strcmp(w[0], "did_why") == 0)
		load_did_why(db, w[1], say_rows, NULL);
	else if (strcmp(w[0], "health") == 0)
		health_load(db, num(w[1]), num(w[2]), say_health, NULL);
	else if (strcmp(w[0], "metric_trim") == 0)
		load_metric_trim(db, (int)num(w[1]), say_rows, NULL);
	else
		return false;
	return true;
}

/* Commands whose callback is a plain db_cb; false: no such command. */
static bool
do_plain(char **w, size_t n)
{
	int64_t ids[WORDS], ms[WORDS];
	struct uuid u[WORDS];
	size_t k = 0;

	waiting++;
	if (strcmp(w[0], "release") == 0) {
		for (size_t i = 1; i < n; i++)
			ids[k++] = num(w[i]);
		calls_release(db, node, ids, k, say_rows, NULL);
	} else if (strcmp(w[0], "defer") == 0) { /* defer DUE_MS ID... */
		for (size_t i = 2; i < n; i++)
			ids[k++] = num(w[i]);
		calls_defer(db, node, ids, k, num(w[1]), say_rows, NULL);
	} else if (strcmp(w[0], "release_all") == 0)
		calls_release_all(db, node, say_rows, NULL);
	else if (strcmp(w[0], "unarm") == 0) {
		for (size_t i = 2; i < n; i++) {
			u[k] = call_id(w[i]);
			ms[k++] = num(w[1]);
		}
		calls_unarm(db, node, u, ms, k, say_rows, NULL);
	} else if (strcmp(w[0], "dnc") == 0)
		calls_dnc_test(
		    db, (const char *const *)&w[1], n - 1, say_rows, NULL);
	else if (strcmp(w[0], "objects") == 0)
		load_objects(db, w[1], n > 2 ? w[2] : NULL, say_rows, NULL);
	else if (strcmp(w[0], "upsert") == 0)
		load_upsert(db, w[1], w[2], w[3], say_rows, NULL);
	else if (strcmp(w[0], "state") == 0)
		load_campaign_state(db, w[1], w[2], say_rows, NULL);
	else if (strcmp(w[0], "attach") == 0)
		load_attach_lists(db, num(w[1]), say_rows, NULL);
	else if (strcmp(w[0], "dids") == 0)
		load_dids(db, num(w[1]), (int)num(w[2]), say_rows, NULL);
	else if (strcmp(w[0], "usage") == 0)
		load_usage(db, w[1], say_rows, NULL);
	else if (strcmp(w[0], "tally") == 0)
		load_tally(db, say_rows, NULL);
	else if (strcmp(w[0], "keys") == 0)
		keys_load(db, num(w[1]), num(w[2]), 300, 6000, say_key, say_end,
		    NULL);
	else if (strcmp(w[0], "counts") == 0)
		load_counts(db, num(w[1]), say_rows, NULL);
	else if (strcmp(w[0], "next_due") == 0)
		load_next_due(db, num(w[1]), say_rows, NULL);
	else if (strcmp(w[0], "partitions") == 0)
		load_partitions(db, (int)num(w[1]), say_rows, NULL);
	else if (strcmp(w[0], "audit") == 0)
		load_audit(
		    db, 0, node, w[1], NULL, w[2], NULL, "ok", say_rows, NULL);
	else if (strcmp(w[0], "metric") == 0)
		load_metric(db,
		    &(struct load_metric){ .node = node,
			.at_ms = num(w[1]),
			.current_cps = 29.97,
			.target_cps = 30,
			.success_rate = -1,
			.setup_ms = 812.5,
			.load = 0.25,
			.concurrent_calls = 120,
			.initiated = 30,
			.brake = "released" },
		    say_rows, NULL);
	else if (!do_rules(w)) {
		waiting--;
		return false;
	}
	return true;
}

/* pipeline N SECONDS: N statements that sleep in one go, answers counted. */
static void
do_pipeline(char **w)
{
	const char *p[] = { w[2] };

	for (int64_t i = num(w[1]); i > 0; i--) {
		waiting++;
		db_send(db, "sleep", "select pg_sleep($1::float8)", 1, p,
		    count_answer, NULL);
	}
}

/* Statements that are waited for by something else than their answer. */
static bool
do_control(char **w, size_t n)
{
	if (strcmp(w[0], "up") == 0) /* up TIMES: how often it came up */
		printf("up %s\n",
		    run_until(&ups, n > 1 ? (int)num(w[1]) : 1, 30) ? "yes"
								    : "no");
	else if (strcmp(w[0], "down") == 0)
		printf("down %s\n",
		    run_until(&downs, n > 1 ? (int)num(w[1]) : 1, 30) ? "yes"
								      : "no");
	else if (strcmp(w[0], "notified") == 0)
		printf("notified %s\n",
		    run_until(&notifies, 1, 10) ? "yes" : "no");
	else if (strcmp(w[0], "pipeline") == 0) {
		do_pipeline(w);
		printf("sent\n");
	} else if (strcmp(w[0], "counts?") == 0) {
		run_until(NULL, 0, 30);
		printf("ok=%d refused=%d away=%d pending=%zu lag=%s\n",
		    counts[DB_OK], counts[DB_REFUSED], counts[DB_AWAY],
		    db_pending(db), db_lag_ms(db) >= 0 ? "known" : "unknown");
	} else if (strcmp(w[0], "number_cap") == 0)
		number_cap = (int)num(w[1]); /* of every later arm */
	else
		return false;
	return true;
}

/* sql: the rest of the line, sent under its own text as the name. */
static void
do_sql(const char *sql)
{
	if (nkept == nitems(kept))
		exit(2);
	kept[nkept] = xstrdup(sql); /* must outlive the db */
	waiting++;
	db_send(db, kept[nkept], kept[nkept], 0, NULL, say_rows, NULL);
	nkept++;
}

static void
command(char *line)
{
	char *w[WORDS], *save = NULL, *json = NULL;
	size_t n = 0;

	line[strcspn(line, "\n")] = '\0';
	if (strncmp(line, "sql ", 4) == 0) {
		do_sql(line + 4);
		run_until(NULL, 0, 60);
		return;
	}
	if (strncmp(line, "upsert ", 7) == 0 && (json = strchr(line, '{')))
		json[-1] = '\0'; /* JSON holds blanks */
	for (char *p = strtok_r(line, " ", &save); p != NULL && n < WORDS;
	     p = strtok_r(NULL, " ", &save))
		w[n++] = p;
	if (json != NULL)
		w[n++] = json;
	if (n == 0 || *w[0] == '#' || do_control(w, n))
		return;
	if (strcmp(w[0], "claim") == 0)
		do_claim(w, n);
	else if (strcmp(w[0], "arm") == 0)
		do_arm(w, n);
	else if (strcmp(w[0], "record") == 0)
		do_record(w, n);
	else if (strcmp(w[0], "open") == 0) {
		waiting++;
		calls_open(db, node, say_open, NULL);
	} else if (!do_plain(w, n)) {
		fprintf(stderr, "db_try: unknown command %s\n", w[0]);
		exit(2);
	}
	if (!run_until(NULL, 0, 30))
		printf("no answer in 30 s\n");
}

/* --- figures ------------------------------------------------------------ */

static unsigned long armed_ok, armed_all;

static void
bench_armed(void *arg, enum db_status s, const char *err,
    const struct calls_armed *v, size_t n)
{
	(void)arg;
	waiting--;
	if (s != DB_OK) {
		fprintf(stderr, "db_try: arm: %s\n", err);
		exit(1);
	}
	for (size_t i = 0; i < n; i++)
		armed_ok += v[i].verdict == ARM_OK;
	armed_all += n;
}

static struct calls_contact *got;
static size_t ngot;

static void
bench_claimed(void *arg, enum db_status s, const char *err,
    const struct calls_contact *v, size_t n)
{
	(void)arg;
	waiting--;
	if (s != DB_OK) {
		fprintf(stderr, "db_try: claim: %s\n", err);
		exit(1);
	}
	got = xreallocarray(NULL, n, sizeof(*v));
	memcpy(got, v, n * sizeof(*v));
	ngot = n;
}

struct round {
	double claim_s, arm_s, record_s;
	size_t n;
};

/*
 * One round of campaign 1: claim, arm and record total contacts in batches,
 * at most 4 batches under way, as the engine does.  DIDs 1..500.
 */
static void
bench_round(struct rng *rng, size_t batch, size_t total, struct round *out)
{
	struct calls_pair pair = { "usa", "America/New_York" };
	struct calls_arm *rows;
	struct buf b = BUF_INIT;
	struct now t0 = now_read(), t1;

	waiting++;
	calls_claim(
	    db, node, 1, &pair, 1, (int)total, 300, bench_claimed, NULL);
	run_until(NULL, 0, 60);
	t1 = now_read();
	out->claim_s += (double)(t1.mono_ns - t0.mono_ns) / NS_PER_S;
	rows = xcalloc(ngot, sizeof(*rows));
	for (size_t i = 0; i < ngot; i++) {
		rows[i] = (struct calls_arm){
			.id = uuid_make(rng, t1.wall_ms),
			.armed_ms = t1.wall_ms,
			.contact_id = got[i].id,
			.campaign_id = 1,
			.did_id = 1 + (int64_t)rng_below(rng, 500),
			.did_number = "+13055550000",
			.cap_group = "nanp",
			.usage_date = "2026-11-21",
			.number = got[i].number,
			.country = "usa",
			.zone = "America/New_York",
			.trunk = "t",
			.number_cap = number_cap,
			.did_why = "least used, 1 of 2",
		};
	}
	t0 = now_read();
	for (size_t i = 0; i < ngot; i += batch) {
		while (waiting >= 4)
			event_base_loop(base, EVLOOP_ONCE);
		waiting++;
		calls_arm(db, node, rows + i, MINIMUM(batch, ngot - i),
		    bench_armed, NULL);
	}
	run_until(NULL, 0, 60);
	t1 = now_read();
	out->arm_s += (double)(t1.mono_ns - t0.mono_ns) / NS_PER_S;
	for (size_t i = 0; i < ngot; i += batch) {
		buf_reset(&b);
		for (size_t k = i; k < MINIMUM(i + batch, ngot); k++)
			calls_record_json(
			    &b, &(struct calls_record){ .id = rows[k].id,
				    .armed_ms = rows[k].armed_ms,
				    .state = CALL_ENDED,
				    .disposition = DISP_CONNECTED,
				    .cause = 16,
				    .sip_code = 200,
				    .trunk = "t",
				    .sent_ms = rows[k].armed_ms + 10,
				    .answered_ms = rows[k].armed_ms + 900,
				    .ended_ms = rows[k].armed_ms + 9000,
				    .key = '1',
				    .setup_ms = 890,
				    .contact_id = rows[k].contact_id,
				    .contact_state = "done" });
		while (waiting >= 4)
			event_base_loop(base, EVLOOP_ONCE);
		waiting++;
		calls_record_send(db, buf_cstr(&b), b.len, count_answer, NULL);
	}
	run_until(NULL, 0, 60);
	out->record_s += (double)(now_read().mono_ns - t1.mono_ns) / NS_PER_S;
	out->n += ngot;
	buf_clear(&b);
	free(rows);
	free(got);
}

static void
bench(size_t batch, size_t total)
{
	struct round r = { 0 };
	struct rng rng;

	rng_seed(&rng, (uint64_t)now_read().mono_ns);
	for (size_t left = total; left > 0;) {
		size_t n = MINIMUM(left, (size_t)2000);

		bench_round(&rng, batch, n, &r);
		left -= n;
	}
	printf("batch %zu: claim %.0f/s arm %.0f/s record %.0f/s "
	       "(%zu calls, %lu armed)\n",
	    batch, (double)r.n / r.claim_s, (double)r.n / r.arm_s,
	    (double)r.n / r.record_s, r.n, armed_ok);
}

static int
cluster(const char *what, const char *dir, const char *user)
{
	struct buf conninfo = BUF_INIT, err = BUF_INIT;
	bool good;

	if (strcmp(what, "stop") == 0)
		good = cluster_stop(dir, user, &err);
	else
		good = cluster_start(dir, user,
		    strcmp(what, "fast") == 0 ? CLUSTER_FAST_INIT : 0,
		    &conninfo, &err);
	printf("%s\n", good ? buf_cstr(&conninfo) : buf_cstr(&err));
	buf_clear(&conninfo);
	buf_clear(&err);
	return good ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct db_hooks hooks = { on_up, on_down, on_notify };
	struct buf err = BUF_INIT;
	char *line = NULL;
	size_t cap = 0;
	int arg = 1;

	alarm(120);
	setvbuf(stdout, NULL, _IOLBF, 0);
	log_open("db_try", LOG_LVL_ERROR);
	if (argc == 4 && strcmp(argv[1], "migrate") == 0) {
		bool good = schema_migrate(argv[2], argv[3], &err);

		printf("%s\n", good ? "ok" : buf_cstr(&err));
		buf_clear(&err);
		return good ? 0 : 1;
	}
	if (argc >= 4 && strcmp(argv[1], "cluster") == 0)
		return cluster(argv[2], argv[3], argc > 4 ? argv[4] : NULL);
	if (argc >= 5 && argc <= 6 && strcmp(argv[1], "bench") == 0) {
		arg = 2;
		number_cap = argc > 5 ? (int)num(argv[5]) : 0;
	} else if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: see t/tools/db_try.c\n");
		return 2;
	}
	node = arg == 1 && argc > 2 ? argv[2] : "n1";
	base = event_base_new();
	db = db_new(base, argv[arg], "db_try", "discador_dnc", &hooks, NULL);
	if (db == NULL)
		return 1;
	if (arg == 2) {
		if (!run_until(&ups, 1, 10))
			return 1;
		bench((size_t)num(argv[3]), (size_t)num(argv[4]));
	} else {
		while (getline(&line, &cap, stdin) > 0)
			command(line);
		free(line);
	}
	db_free(db);
	event_base_free(base);
	while (nkept > 0)
		free(kept[--nkept]);
	return 0;
}
