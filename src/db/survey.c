/* SPDX-License-Identifier: MIT */
/*
 * survey: the statements.  Answers are found by (context, at); calls are read
 * day by day, for they have no index by context: one would cost every step of
 * every call more than this question is worth.
 */
#include "db/survey.h"

#include "shared/util.h"

struct span {
	char from[24], to[24];
};

static void
put_span(struct span *s, int64_t from_ms, int64_t to_ms)
{
	str_format(s->from, sizeof(s->from), "%lld", (long long)from_ms);
	str_format(s->to, sizeof(s->to), "%lld", (long long)to_ms);
}

void
survey_answers(struct db *db, const char *context, const char *campaign,
    int64_t from_ms, int64_t to_ms, db_cb *cb, void *arg)
{
	struct span s;

	put_span(&s, from_ms, to_ms);
	db_send(db, "survey_answers",
	    "with n as (select a.question, a.answer, count(*) as n"
	    " from answer a where a.context = $1 and a.at >= ts_of_ms($3)"
	    " and a.at < ts_of_ms($4) and ($2 = '' or a.campaign_id ="
	    " (select k.id from campaign k where k.name = $2)) group by 1, 2),"
	    " r as (select n.*, sum(n.n) over w as answered, row_number()"
	    " over (partition by n.question order by n.n desc, n.answer)"
	    " as place from n window w as (partition by n.question))"
	    " select r.question, r.answer, r.n, r.answered,"
	    " r.answered - sum(r.n) over (partition by r.question)"
	    " from r where r.place <= 100 order by r.question, r.place",
	    4, (const char *[]){ context, campaign, s.from, s.to }, cb, arg);
}

void
survey_calls(struct db *db, const char *context, const char *campaign,
    int64_t from_ms, int64_t to_ms, db_cb *cb, void *arg)
{
	struct span s;

	put_span(&s, from_ms, to_ms);
	db_send(db, "survey_calls",
	    "select count(*),"
	    " count(*) filter (where c.disposition = 'completed')"
	    " from call c where c.context = $1"
	    " and c.armed_at >= ts_of_ms($3) and c.armed_at < ts_of_ms($4)"
	    " and c.answered_at is not null and ($2 = '' or c.campaign_id ="
	    " (select k.id from campaign k where k.name = $2))",
	    4, (const char *[]){ context, campaign, s.from, s.to }, cb, arg);
}
