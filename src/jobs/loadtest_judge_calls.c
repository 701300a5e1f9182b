/* SPDX-License-Identifier: MIT */
/*
 * loadtest_judge_calls: outcomes, keys, machines and caller IDs, call by call
 * against the truth that the digits tell.
 */
#include "jobs/loadtest_judge_part.h"

#include <string.h>

#include "jobs/simulate_report.h"
#include "shared/util.h"

#define FALSE_POSITIVES 0.02 /* of people, taken for machines */
#define MISSED_MACHINES 0.10 /* of machines, taken for people */

static double
share(size_t part, size_t all)
{
	return all > 0 ? (double)part / (double)all : 0;
}

/* ---- outcomes --------------------------------------------------------- */

static bool
as_it_was(const struct loadtest_facts *f, const struct loadtest_call *k)
{
	struct loadtest_truth t = loadtest_truth_call(f, k);
	/* Its context was being changed: either key may have connected. */
	bool open = strcmp(k->campaign, LOADTEST_CHANGES) == 0 &&
		    loadtest_key_at(f->ran, k->sent) == '?';

	if (open && t.key != '\0')
		return k->disposition == DISP_CONNECTED ||
		       k->disposition == DISP_ANSWERED_NO_KEY ||
		       k->disposition == DISP_ABANDONED;
	return k->disposition == (int)t.disp;
}

struct tally {
	size_t calls, answered, connected, opted_out, machines, wrong, open;
};

static void
count(const struct loadtest_facts *f, const struct loadtest_call *k,
    struct tally *t)
{
	t->calls++;
	t->answered += k->answered > 0;
	t->connected += k->disposition == DISP_CONNECTED;
	t->opted_out += k->disposition == DISP_OPTED_OUT;
	t->machines += k->disposition == DISP_MACHINE;
	if (k->ended == 0)
		t->open++;
	else if (f->o->digits)
		t->wrong += !as_it_was(f, k);
}

static void
put_dispositions(const struct loadtest_facts *f, json_t *result)
{
	size_t n[DISP_NKIND] = { 0 };
	json_t *o = json_object();

	for (size_t i = 0; i < f->calls->n; i++)
		if (f->calls->v[i].disposition >= 0)
			n[f->calls->v[i].disposition]++;
	for (size_t i = 0; i < DISP_NKIND; i++)
		if (n[i] > 0)
			json_object_set_new(o,
			    disposition_word((enum disposition)i),
			    json_integer((json_int_t)n[i]));
	json_object_set_new(result, "dispositions", o);
}

static void
put_country(const struct loadtest_facts *f, const char *name, json_t *rows)
{
	struct tally t = { 0 };
	json_t *o;

	for (size_t i = 0; i < f->calls->n; i++)
		if (strcmp(f->calls->v[i].country, name) == 0)
			count(f, &f->calls->v[i], &t);
	o = json_pack("{s:s, s:I, s:I, s:f, s:I, s:I, s:I}", "country", name,
	    "calls", (json_int_t)t.calls, "answered", (json_int_t)t.answered,
	    "asr", share(t.answered, t.calls), "connected",
	    (json_int_t)t.connected, "opted_out", (json_int_t)t.opted_out,
	    "machines", (json_int_t)t.machines);
	if (f->o->digits)
		json_object_set_new(
		    o, "not_as_far_end", json_integer((json_int_t)t.wrong));
	json_array_append_new(rows, o);
}

void
loadtest_judge_outcomes(
    const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	json_t *rows = json_array();
	size_t twice = loadtest_twice(f->calls), lost = 0;
	struct tally all = { 0 };

	for (size_t i = 0; i < f->calls->n; i++) {
		count(f, &f->calls->v[i], &all);
		lost += f->calls->v[i].disposition == DISP_LOST;
	}
	for (int i = 0; i < f->o->ncountries; i++)
		put_country(f, f->o->country[i]->name, rows);
	if (f->o->digits)
		loadtest_target(targets, "outcome as the far end made it",
		    "0 calls differ", all.calls > all.open && all.wrong == 0,
		    "%zu of %zu calls", all.wrong, all.calls - all.open);
	loadtest_target(targets, "every call has ended", "0 open or lost",
	    all.calls > 0 && all.open == 0 && lost == 0, "%zu of %zu",
	    all.open + lost, all.calls);
	loadtest_target(targets, "nobody is called twice", "0 numbers",
	    all.calls > 0 && twice == 0, "%zu numbers", twice);
	json_object_set_new(result, "countries", rows);
	put_dispositions(f, result);
}

/* ---- keys ------------------------------------------------------------- */

void
loadtest_judge_keys(
    const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	json_t *rows = json_array();

	for (int c = 0; c < f->o->ncountries; c++) {
		const char *name = f->o->country[c]->name;
		size_t pressed = 0, right = 0, missed = 0, wrong = 0;
		char title[60];

		for (size_t i = 0; i < f->calls->n; i++) {
			const struct loadtest_call *k = &f->calls->v[i];
			struct loadtest_truth t;

			if (strcmp(k->country, name) != 0 || k->ended == 0)
				continue;
			t = loadtest_truth_call(f, k);
			/* Nobody was asked for a key there. */
			if (strcmp(k->amd, "MACHINE") == 0)
				continue;
			pressed += t.key != '\0';
			right += t.key != '\0' && k->key == t.key;
			missed += t.key != '\0' && k->key == '\0';
			wrong += k->key != '\0' && k->key != t.key;
		}
		str_format(title, sizeof(title), "keys in %s", name);
		loadtest_target(targets, title, "0 wrong or missed",
		    pressed > 0 && right == pressed && wrong == 0, "%zu of %zu",
		    wrong + missed, pressed);
		json_array_append_new(
		    rows, json_pack("{s:s, s:s#, s:I, s:I, s:I, s:I}",
			      "country", name, "connect_key",
			      (char[]){ loadtest_connect_key(name), '\0' }, 1,
			      "pressed", (json_int_t)pressed, "right",
			      (json_int_t)right, "missed", (json_int_t)missed,
			      "wrong", (json_int_t)wrong));
	}
	json_object_set_new(result, "keys", rows);
}

/* ---- machines --------------------------------------------------------- */

enum { AMD_HUMAN, AMD_MACHINE, AMD_NOTSURE, AMD_NONE, AMD_N };

static int
said(const char *amd)
{
	return strcmp(amd, "HUMAN") == 0     ? AMD_HUMAN
	       : strcmp(amd, "MACHINE") == 0 ? AMD_MACHINE
	       : *amd != '\0'                ? AMD_NOTSURE
					     : AMD_NONE;
}

/*
 * Abandonment as the engine counts it: a person who is taken for a machine and
 * hung up on was called by nobody, as much as one who found no agent.  share
 * is what an AMD profile's false_positive wants to know.
 */
static void
put_abandonment(size_t people, size_t taken, size_t abandoned, json_t *result)
{
	double ci[2];

	if (people == 0)
		return;
	simulate_wilson((double)taken, (double)people, ci);
	json_object_set_new(result, "abandonment",
	    json_pack("{s:I, s:I, s:I, s:f, s:f, s:[f,f]}", "people",
		(json_int_t)people, "abandoned", (json_int_t)abandoned,
		"taken_for_machines", (json_int_t)taken, "rate",
		share(abandoned + taken, people), "false_positive",
		share(taken, people), "false_positive_95", ci[0], ci[1]));
}

void
loadtest_judge_amd(
    const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	static const char *const who[] = { "human", "machine" };
	size_t m[2][AMD_N] = { { 0 } }, people, machines, missed, gone = 0;
	json_t *rows = json_array();

	for (size_t i = 0; i < f->calls->n; i++) {
		const struct loadtest_call *k = &f->calls->v[i];
		struct loadtest_truth t = loadtest_truth_call(f, k);

		/* Changes are called without detection. */
		if (k->answered > 0 && (t.human || t.machine) &&
		    strcmp(k->campaign, LOADTEST_CHANGES) != 0) {
			m[t.machine][said(k->amd)]++;
			gone += t.human && k->disposition == DISP_ABANDONED;
		}
	}
	for (int i = 0; i < 2; i++)
		json_array_append_new(
		    rows, json_pack("{s:s, s:I, s:I, s:I, s:I}", "answered_by",
			      who[i], "said_human", (json_int_t)m[i][AMD_HUMAN],
			      "said_machine", (json_int_t)m[i][AMD_MACHINE],
			      "not_sure", (json_int_t)m[i][AMD_NOTSURE],
			      "no_verdict", (json_int_t)m[i][AMD_NONE]));
	people = m[0][AMD_HUMAN] + m[0][AMD_MACHINE] + m[0][AMD_NOTSURE];
	machines = m[1][AMD_HUMAN] + m[1][AMD_MACHINE] + m[1][AMD_NOTSURE];
	missed = m[1][AMD_HUMAN] + m[1][AMD_NOTSURE];
	loadtest_target(targets, "people taken for machines", "<= 2 %",
	    people > 0 && share(m[0][AMD_MACHINE], people) <= FALSE_POSITIVES,
	    "%zu of %zu", m[0][AMD_MACHINE], people);
	loadtest_target(targets, "machines taken for people", "<= 10 %",
	    machines > 0 && share(missed, machines) <= MISSED_MACHINES,
	    "%zu of %zu", missed, machines);
	json_object_set_new(result, "amd", rows);
	put_abandonment(people, m[0][AMD_MACHINE], gone, result);
}

/* ---- caller IDs ------------------------------------------------------- */

struct pool {
	size_t n, used;
	int64_t uses, min, max, cap, over;
};

static struct pool
pool_of(const struct loadtest_dids *d, const char *country)
{
	struct pool p = { .min = INT64_MAX };

	for (size_t i = 0; i < d->n; i++) {
		if (strcmp(d->v[i].country, country) != 0)
			continue;
		p.n++;
		p.used += d->v[i].uses > 0;
		p.uses += d->v[i].uses;
		p.min = MINIMUM(p.min, d->v[i].uses);
		p.max = MAXIMUM(p.max, d->v[i].uses);
		p.cap = MAXIMUM(p.cap, d->v[i].cap);
		p.over += d->v[i].over;
	}
	return p;
}

/* The cap is judged whatever was asked for: it is a promise. */
void
loadtest_judge_dids(
    const struct loadtest_facts *f, json_t *result, json_t *targets)
{
	json_t *rows = json_array();
	int64_t over = 0;

	for (int c = 0; c < f->o->ncountries; c++) {
		const char *name = f->o->country[c]->name;
		struct pool p = pool_of(f->dids, name);
		char title[60];

		over += p.over;
		if (p.n == 0)
			p.min = 0;
		if (f->o->scenario[LOADTEST_ROTATION]) {
			str_format(
			    title, sizeof(title), "rotation in %s", name);
			loadtest_target(targets, title, "max - min <= 1",
			    p.n > 0 && p.uses > 0 && p.max - p.min <= 1,
			    "%lld to %lld, %zu IDs", (long long)p.min,
			    (long long)p.max, p.n);
		}
		json_array_append_new(rows,
		    json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			"country", name, "caller_ids", (json_int_t)p.n, "used",
			(json_int_t)p.used, "uses", (json_int_t)p.uses, "min",
			(json_int_t)p.min, "max", (json_int_t)p.max, "cap",
			(json_int_t)p.cap, "over_cap", (json_int_t)p.over));
	}
	loadtest_target(targets, "no caller ID over its cap", "0",
	    f->dids->n > 0 && over == 0, "%lld of %zu", (long long)over,
	    f->dids->n);
	json_object_set_new(result, "pools", rows);
}
