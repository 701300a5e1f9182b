/* SPDX-License-Identifier: MIT */
/*
 * cmd_survey: what people answered to the questions of a context: counts,
 * shares and bars.  All versions of the context count together, questions that
 * it no longer has included.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/cmd_context.h"
#include "daemon/cmd_table.h"
#include "daemon/context_world.h"
#include "db/survey.h"
#include "shared/text.h"

#define BAR 40 /* columns of a bar that is all of them */
_Static_assert(SURVEY_ANSWERS == 100, "as the statement says");

static json_t *
question_new(const char *name, const char *prompt)
{
	return json_pack("{s:s, s:s, s:i, s:[]}", "question", name, "prompt",
	    prompt, "answered", 0, "answers");
}

/* Keys stand in their order, all else as it comes: the most frequent first. */
static bool
goes_before(const char *a, const char *b)
{
	return strlen(a) == 1 && strlen(b) == 1 &&
	       flow_key_index(*a) < flow_key_index(*b);
}

static void
answer_put(json_t *answers, const char *answer, int64_t n, int64_t of)
{
	json_t *a = NULL, *e;
	size_t i, at = json_array_size(answers);

	json_array_foreach (answers, i, e) {
		const char *other =
		    json_string_value(json_object_get(e, "answer"));

		if (strcmp(other, answer) == 0)
			a = e;
		else if (at > i && goes_before(answer, other))
			at = i;
	}
	if (a == NULL) {
		a = json_pack("{s:s}", "answer", answer);
		json_array_insert_new(answers, at, a);
	}
	json_object_set_new(a, "n", json_integer(n));
	json_object_set_new(
	    a, "share", json_real(of > 0 ? (double)n / (double)of : 0));
}

/* Answers that can be given are shown with 0, too. */
static void
put_possible(json_t *answers, const struct flow_state *s)
{
	for (const char *k = FLOW_KEYS; *k != '\0'; k++) {
		int to = s->key[flow_key_index(*k)];
		char one[2] = { *k, '\0' };

		if (s->digits <= 1 && to != FLOW_REPEAT &&
		    (to >= 0 || strchr(s->keys, *k) != NULL))
			answer_put(answers, one, 0, 0);
	}
	for (int i = 0; i < s->nwords; i++)
		if (s->word[i].to != FLOW_REPEAT)
			answer_put(answers, s->word[i].word, 0, 0);
}

/* The questions of the context as it is now, in its order. */
static json_t *
questions_of(struct cmd *c)
{
	struct context_world *w =
	    context_world_new(c->contexts, c->amd_profiles);
	struct buf err = BUF_INIT;
	struct flow *f = context_world_flow(w, c->name, &err);
	json_t *all = json_array();

	for (int i = 0; f != NULL && i < f->n; i++) {
		const struct flow_state *s = &f->s[i];
		json_t *q;

		if (s->kind != FLOW_QUESTION && s->kind != FLOW_SPEECH)
			continue;
		q = question_new(s->name, s->prompt);
		put_possible(json_object_get(q, "answers"), s);
		json_array_append_new(all, q);
	}
	flow_free(f);
	buf_clear(&err);
	context_world_free(w);
	return all;
}

static json_t *
question_find(json_t *all, const char *name)
{
	size_t i;
	json_t *q;

	json_array_foreach (all, i, q)
		if (strcmp(json_string_value(json_object_get(q, "question")),
			name) == 0)
			return q;
	q = question_new(name, "");
	json_array_append_new(all, q);
	return q;
}

/* ---- for people ------------------------------------------------------- */

/* n of whole as a bar of BAR columns; eighths of a block, or #. */
static void
bar(struct buf *b, double share, bool ascii)
{
	int eighths = (int)(share * BAR * 8 + 0.5);
	char block[4];

	for (; eighths >= 8; eighths -= 8)
		if (ascii)
			buf_byte(b, '#');
		else
			buf_put(b, block, text_encode(0x2588, block));
	if (ascii && eighths >= 4)
		buf_byte(b, '#');
	else if (!ascii && eighths > 0)
		buf_put(
		    b, block, text_encode(0x2590 - (uint32_t)eighths, block));
}

static void
say_question(struct buf *b, const json_t *q, int64_t calls, bool ascii)
{
	struct cmd_table t = { .ncols = 4, .right = 1u << 1 | 1u << 2 };
	int64_t answered = json_integer_value(json_object_get(q, "answered"));
	int64_t others = json_integer_value(json_object_get(q, "others"));
	const json_t *answers = json_object_get(q, "answers");
	char n[TEXT_NUM], r[TEXT_NUM], clean[200];
	size_t i;
	json_t *a;

	text_clean(clean, sizeof(clean),
	    json_string_value(json_object_get(q, "question")));
	buf_fmt(b, "\n%s", clean);
	text_clean(clean, sizeof(clean),
	    json_string_value(json_object_get(q, "prompt")));
	if (*clean != '\0')
		buf_fmt(b, " (%s)", clean);
	buf_fmt(b, ": %s answered", text_count((uint64_t)answered, n));
	if (calls > 0 && answered <= calls)
		buf_fmt(b, ", %s of the calls",
		    text_rate((double)answered / (double)calls, r));
	buf_byte(b, '\n');
	json_array_foreach (answers, i, a) {
		double share = json_number_value(json_object_get(a, "share"));
		struct buf line = BUF_INIT;

		cmd_table_cell(
		    &t, json_string_value(json_object_get(a, "answer")));
		cmd_table_int(&t, json_integer_value(json_object_get(a, "n")));
		cmd_table_cell(&t, text_rate(answered > 0 ? share : -1, r));
		bar(&line, share, ascii);
		cmd_table_cell(&t, buf_cstr(&line));
		buf_clear(&line);
	}
	if (json_array_size(answers) > 0)
		cmd_table_end(&t, 2, b);
	if (others > 0)
		buf_fmt(b, "  and %s with other answers\n",
		    text_count((uint64_t)others, n));
}

static void
say(struct cmd *c, const json_t *o)
{
	const json_t *all = json_object_get(o, "questions");
	const json_t *known = json_object_get(o, "calls");
	int64_t calls = json_integer_value(known);
	int64_t completed = json_integer_value(json_object_get(o, "completed"));
	bool ascii = json_is_true(json_object_get(ctl_json(c->req), "ascii"));
	char n[TEXT_NUM], m[TEXT_NUM], r[TEXT_NUM];
	size_t i;
	json_t *q;

	buf_fmt(&c->text, "%s, version %lld: ", c->name,
	    (long long)json_integer_value(json_object_get(o, "version")));
	if (json_is_null(known))
		buf_str(&c->text,
		    "to count its calls took too long; ask for fewer days\n");
	else
		buf_fmt(&c->text, "%s calls were answered, %s (%s) completed\n",
		    text_count((uint64_t)calls, n),
		    text_count((uint64_t)completed, m),
		    text_rate(
			calls > 0 ? (double)completed / (double)calls : -1, r));
	json_array_foreach (all, i, q)
		say_question(&c->text, q, calls, ascii);
	if (json_array_size(all) == 0)
		buf_str(&c->text,
		    "it asks nothing: a state of kind question or speech "
		    "would\n");
}

/* ---- the questions to the database ------------------------------------ */

static void
on_calls(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	const json_t *m = cmd_context_named(c->contexts, c->name);
	bool cut = a->status == DB_REFUSED && strcmp(a->sqlstate, DB_CUT) == 0;
	json_t *o;

	if (!cut && !cmd_answered(c, a))
		return;
	o = json_pack("{s:s, s:I, s:o, s:o, s:O}", "context", c->name,
	    "version", json_integer_value(json_object_get(m, "version")),
	    "calls",
	    cut ? json_null() : json_integer(cmd_answered_int(a, 0, 0)),
	    "completed",
	    cut ? json_null() : json_integer(cmd_answered_int(a, 0, 1)),
	    "questions", c->rows);
	say(c, o);
	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

static void
on_answers(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);

	if (!cmd_answered(c, a))
		return;
	for (int i = 0; i < PQntuples(a->res); i++) {
		json_t *q = question_find(c->rows, PQgetvalue(a->res, i, 0));
		int64_t answered = cmd_answered_int(a, i, 3);
		int64_t others = cmd_answered_int(a, i, 4);

		json_object_set_new(q, "answered", json_integer(answered));
		if (others > 0)
			json_object_set_new(q, "others", json_integer(others));
		answer_put(json_object_get(q, "answers"),
		    PQgetvalue(a->res, i, 1), cmd_answered_int(a, i, 2),
		    answered);
	}
	survey_calls(c->d->reads, c->name, c->campaign, c->at_ms, c->until_ms,
	    on_calls, c);
}

static void
ask(struct cmd *c)
{
	if (cmd_context_named(c->contexts, c->name) == NULL) {
		cmd_context_unknown(c);
		return;
	}
	c->rows = questions_of(c);
	survey_answers(c->d->reads, c->name, c->campaign, c->at_ms, c->until_ms,
	    on_answers, c);
}

/* False and the reply: it is no time. */
static bool
take_time(struct daemon *d, struct ctl_req *req, const char *key, int64_t *out)
{
	const char *typed = cmd_key(req, key);
	char text[200];

	if (*typed == '\0' || cmd_time(d, typed, out))
		return true;
	str_format(text, sizeof(text),
	    "--%s %.60s: expected a time such as 2026-11-21, \"2026-11-21 "
	    "09:30\" or 2026-11-21T09:30:00-05:00",
	    key, typed);
	ctl_reply(req, false, 2, text, NULL);
	return false;
}

void
cmd_do_survey(struct daemon *d, struct ctl_req *req)
{
	int64_t from = cmd_day_ms(d), to = now_read().wall_ms + MS_PER_S;
	const char *campaign = cmd_key(req, "campaign");
	char text[200];
	struct cmd *c;

	if (cmd_arg(req, 0)[0] == '\0' || cmd_arg(req, 1)[0] != '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador survey CONTEXT [--campaign NAME] [--from "
		    "T] [--to T] [--json]",
		    NULL);
		return;
	}
	if (!take_time(d, req, "from", &from) || !take_time(d, req, "to", &to))
		return;
	if (to <= from) {
		ctl_reply(req, false, 2,
		    "--from is not before --to (without them: the day until "
		    "now)",
		    NULL);
		return;
	}
	if (*campaign != '\0' && engine_campaign_id(d->engine, campaign) == 0) {
		str_format(text, sizeof(text),
		    "there is no campaign \"%.60s\": discador show campaign "
		    "lists them",
		    campaign);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	if (!cmd_have_db(d, req) || !cmd_have_reads(d, req))
		return;
	c = cmd_new(d, req);
	text_clean(c->name, sizeof(c->name), cmd_arg(req, 0));
	str_copy(c->campaign, sizeof(c->campaign), campaign);
	c->at_ms = from;
	c->until_ms = to;
	cmd_context_load(c, ask);
}
