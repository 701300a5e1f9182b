/* SPDX-License-Identifier: MIT */
/*
 * cmd_why_contact: why a number is not called, in each campaign that has it.
 * Who is limited to campaigns reads of these alone.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/cmd.h"
#include "daemon/cmd_why.h"
#include "shared/text.h"

static const char *
value(const struct db_answer *a, int row, int col)
{
	return PQgetvalue(a->res, row, col);
}

/* Columns of load_contact_why. */
enum {
	K_CAMPAIGN_ID,
	K_CAMPAIGN,
	K_LIST,
	K_COUNTRY,
	K_ZONE,
	K_STATE,
	K_ATTEMPTS,
	K_UNCOUNTED,
	K_DUE,
	K_LAST,
	K_LAST_AT,
	K_DNC,
	K_DNC_LIST,
	K_DNC_REASON,
	K_DNC_AT,
	K_CALLS,
	K_OLDEST,
	K_CALLS_MADE
};

static bool
barred(const struct db_answer *a)
{
	return value(a, 0, K_DNC)[0] == 't';
}

/* May the asker see that one?  A contact of no campaign is nobody's. */
static bool
is_seen(const struct cmd *c, const struct db_answer *a, int row)
{
	if (ctl_campaigns(c->req) == NULL)
		return true;
	return !PQgetisnull(a->res, row, K_CAMPAIGN) &&
	       ctl_may_see(c->req, value(a, row, K_CAMPAIGN));
}

/* Which list, and why, may tell of other campaigns. */
static void
say_barred(struct cmd *c, const struct db_answer *a)
{
	bool limited = ctl_campaigns(c->req) != NULL;
	char at[40], why[120];

	cmd_when(c->d->conf.timezone, cmd_why_column(a, 0, K_DNC_AT, 0), at);
	text_clean(why, sizeof(why), value(a, 0, K_DNC_REASON));
	if (limited)
		buf_fmt(&c->text, "on the do-not-call list since %s\n", at);
	else
		buf_fmt(&c->text,
		    "on the do-not-call list \"%s\" since %s%s%s\n",
		    value(a, 0, K_DNC_LIST), at, *why != '\0' ? ": " : "", why);
}

static json_t *
barred_of(const struct cmd *c, const struct db_answer *a)
{
	bool limited = ctl_campaigns(c->req) != NULL;

	if (!barred(a))
		return json_null();
	return json_pack("{s:o, s:o, s:o}", "list",
	    limited ? json_null() : cmd_why_clean(value(a, 0, K_DNC_LIST)),
	    "reason",
	    limited ? json_null() : cmd_why_clean(value(a, 0, K_DNC_REASON)),
	    "since", cmd_iso(cmd_why_column(a, 0, K_DNC_AT, 0)));
}

/* Its last calls, each with its caller ID and why it was that one. */
static void
say_calls(struct cmd *c, const char *text, json_t *o)
{
	json_t *calls = json_loads(text, 0, NULL), *l;
	size_t i;

	json_array_foreach (calls, i, l) {
		const char *trunk = NULL, *did = NULL, *why = NULL, *end = NULL;
		json_int_t at_ms = 0;
		int attempt = 0;
		char at[40];

		if (json_unpack(l, "{s:i, s:I, s:s, s:s, s:s, s:s}", "attempt",
			&attempt, "at_ms", &at_ms, "trunk", &trunk, "did", &did,
			"did_why", &why, "disposition", &end) != 0)
			continue;
		buf_fmt(&c->text, "  call %d %s from %s (%s)%s%s: %s\n",
		    attempt, cmd_when(c->d->conf.timezone, at_ms, at), did,
		    *why != '\0' ? why : "not told why",
		    *trunk != '\0' ? " over " : "", trunk,
		    *end != '\0' ? end : "not ended");
	}
	json_object_set_new(o, "calls", calls != NULL ? calls : json_array());
}

/* One contact: its block of lines, its object. */
static void
one_contact(struct cmd *c, const struct db_answer *a, int row,
    const struct engine_why *w)
{
	const char *zone = c->d->conf.timezone;
	int64_t due = cmd_why_column(a, row, K_DUE, 0);
	int64_t last = cmd_why_column(a, row, K_LAST_AT, 0);
	char what[200], at[40], n[40];
	json_t *o;

	if (PQgetisnull(a->res, row, K_CAMPAIGN))
		str_format(what, sizeof(what), "list %.80s (no campaign)",
		    value(a, row, K_LIST));
	else
		str_format(what, sizeof(what), "campaign %s",
		    value(a, row, K_CAMPAIGN));
	cmd_why_first(&c->text, what, "dialled", w);
	str_format(n, sizeof(n), "%s", value(a, row, K_ATTEMPTS));
	if (cmd_why_column(a, row, K_UNCOUNTED, 0) > 0)
		str_format(n, sizeof(n), "%s (%s do not count)",
		    value(a, row, K_ATTEMPTS), value(a, row, K_UNCOUNTED));
	buf_fmt(&c->text, "  %s in %s; attempts %s; last %s",
	    value(a, row, K_STATE), value(a, row, K_COUNTRY), n,
	    value(a, row, K_LAST)[0] != '\0' ? value(a, row, K_LAST) : "none");
	if (last > 0)
		buf_fmt(&c->text, " %s", cmd_when(zone, last, at));
	if (strcmp(value(a, row, K_STATE), "pending") == 0 && due > 0)
		buf_fmt(&c->text, "; next due %s", cmd_when(zone, due, at));
	buf_byte(&c->text, '\n');
	cmd_why_gates(&c->text, zone, w);
	o = json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:o, s:o}",
	    "campaign",
	    PQgetisnull(a->res, row, K_CAMPAIGN)
		? json_null()
		: cmd_why_clean(value(a, row, K_CAMPAIGN)),
	    "list", cmd_why_clean(value(a, row, K_LIST)), "state",
	    cmd_why_clean(value(a, row, K_STATE)), "country",
	    cmd_why_clean(value(a, row, K_COUNTRY)), "attempts",
	    (json_int_t)cmd_why_column(a, row, K_ATTEMPTS, 0), "uncounted",
	    (json_int_t)cmd_why_column(a, row, K_UNCOUNTED, 0),
	    "last_disposition", cmd_why_clean(value(a, row, K_LAST)),
	    "last_attempt", cmd_iso(last), "due", cmd_iso(due));
	cmd_why_put(o, w);
	say_calls(c, value(a, row, K_CALLS_MADE), o);
	json_array_append_new(c->rows, o);
}

static void
contact_end(struct cmd *c, const struct db_answer *a, bool dials)
{
	/* of all campaigns together */
	json_t *calls = ctl_campaigns(c->req) != NULL
			    ? json_null()
			    : json_integer(cmd_why_column(a, 0, K_CALLS, 0));
	json_t *o = json_pack("{s:s, s:s, s:b, s:o, s:o, s:O}", "kind",
	    "contact", "name", c->name, "dials", dials, "dnc", barred_of(c, a),
	    "calls_24h", calls, "campaigns", c->rows);

	cmd_end(c, true, 0, buf_cstr(&c->text), o);
}

/* The contacts with that number, what keeps each from being called. */
static void
all_contacts(struct cmd *c, const struct db_answer *a, int first)
{
	int n = PQntuples(a->res);
	struct engine_why *w = xcalloc((size_t)n, sizeof(*w));
	struct now now = now_read();

	for (int i = n - 1; i >= 0; i--) {
		struct engine_why_contact k = {
			.campaign_id = cmd_why_column(a, i, K_CAMPAIGN_ID, 0),
			.number = c->name,
			.country = value(a, i, K_COUNTRY),
			.zone = value(a, i, K_ZONE),
			.state = value(a, i, K_STATE),
			.attempts = (int)(cmd_why_column(a, i, K_ATTEMPTS, 0) -
					  cmd_why_column(a, i, K_UNCOUNTED, 0)),
			.due_ms = cmd_why_column(a, i, K_DUE, 0),
			.dnc = barred(a),
			.calls_24h = (int)cmd_why_column(a, i, K_CALLS, 0),
			.oldest_24h_ms = cmd_why_column(a, i, K_OLDEST, 0),
		};

		if (!is_seen(c, a, i))
			continue;
		engine_why_contact(c->d->engine, &k, &w[i], &now);
		cmd_why_cut(c->req, &w[i]);
		if (w[i].dials || !w[first].dials)
			first = i;
	}
	cmd_why_first(&c->text, c->name, "dialled", &w[first]);
	if (ctl_campaigns(c->req) == NULL)
		buf_fmt(&c->text, "called %s times in 24 h\n",
		    value(a, 0, K_CALLS));
	if (barred(a))
		say_barred(c, a);
	for (int i = 0; i < n; i++)
		if (is_seen(c, a, i))
			one_contact(c, a, i, &w[i]);
	contact_end(c, a, w[first].dials);
	free(w);
}

void
cmd_why_contact(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	int n, first = 0;

	if (!cmd_answered(c, a))
		return;
	n = PQntuples(a->res);
	while (first < n &&
	       (PQgetisnull(a->res, first, K_STATE) || !is_seen(c, a, first)))
		first++;
	if (first == n && (n == 0 || !barred(a))) {
		buf_fmt(&c->text,
		    "no contact has the number %s: discador import contacts "
		    "adds it",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	c->rows = json_array();
	if (first == n) {
		buf_fmt(&c->text,
		    "%s is not dialled: no contact has it, and it is ",
		    c->name);
		say_barred(c, a);
		contact_end(c, a, false);
		return;
	}
	all_contacts(c, a, first);
}
