/* SPDX-License-Identifier: MIT */
/* did_cols: the columns of caller IDs, one small function per column. */
#include "ui/did_rows.h"

#include <math.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/when.h"

#define LINE(row) ((const struct did_line *)(row))
#define DID(row)  (LINE(row)->d)

static void
put_text(struct table_cell *o, const char *s)
{
	str_copy(o->text, sizeof(o->text), s);
}

static void
put_number(struct table_cell *o, double v)
{
	char t[TEXT_NUM];

	o->num = v;
	o->numeric = true;
	put_text(o, text_count(v > 0 ? (uint64_t)v : 0, t));
	if (v <= 0)
		o->fg = ROLE_DIM;
}

static const char *
w_number(const void *row)
{
	return DID(row)->number;
}

static void
c_number(const void *row, struct table_cell *o)
{
	char t[DID_ROWS_NUMBER];

	put_text(o, did_rows_number(DID(row)->number, DID(row)->area, t));
	o->fg = ROLE_STRONG;
}

static const char *
w_country(const void *row)
{
	return DID(row)->country;
}

static void
c_country(const void *row, struct table_cell *o)
{
	put_text(o, DID(row)->country);
}

static const char *
w_area(const void *row)
{
	return DID(row)->area;
}

static void
c_area(const void *row, struct table_cell *o)
{
	put_text(o, DID(row)->area);
}

static const char *
w_pool(const void *row)
{
	return DID(row)->pool;
}

static void
c_pool(const void *row, struct table_cell *o)
{
	put_text(o, DID(row)->pool);
	o->fg = ROLE_DIM;
}

static double
n_uses(const void *row)
{
	return DID(row)->uses;
}

static void
c_uses(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->uses);
}

static double
n_used(const void *row)
{
	uint32_t limit = did_rows_limit(LINE(row));

	return limit > 0 ? (double)DID(row)->uses / limit : 0;
}

/* The bar, and the cap behind it; without a cap the bar is dim. */
static void
c_used(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->num = o->bar = n_used(row);
	o->numeric = true;
	if (DID(row)->cap == 0) {
		put_text(o, "-");
		o->fg = ROLE_DIM;
		return;
	}
	put_text(o, text_count(DID(row)->cap, t));
	o->fg = o->bar >= 1     ? ROLE_ACCENT
		: o->bar >= 0.9 ? ROLE_WARN
				: ROLE_GRAPH;
}

static double
n_cap(const void *row)
{
	return DID(row)->cap;
}

static void
c_cap(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->cap);
}

/* As it is shown, so that score=0.8 finds what says 0.80. */
static double
n_score(const void *row)
{
	return round((double)DID(row)->score * 100) / 100;
}

static void
c_score(const void *row, struct table_cell *o)
{
	o->num = n_score(row);
	o->numeric = true;
	str_format(o->text, sizeof(o->text), "%.2f", o->num);
	o->fg = o->num < 0.5 ? ROLE_BAD : o->num < 0.8 ? ROLE_WARN : ROLE_TEXT;
}

static double
n_rate(const void *row)
{
	const struct row_did *d = DID(row);

	return d->calls > 0 ? (double)d->answered / d->calls : NAN;
}

static void
c_rate(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->num = n_rate(row);
	o->numeric = true;
	put_text(o, text_rate(isnan(o->num) ? -1 : o->num, t));
	if (isnan(o->num))
		o->fg = ROLE_DIM;
}

static double
n_calls(const void *row)
{
	return DID(row)->calls;
}

static void
c_calls(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->calls);
}

static double
n_answered(const void *row)
{
	return DID(row)->answered;
}

static void
c_answered(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->answered);
}

static double
n_rejected(const void *row)
{
	return DID(row)->rejected;
}

static void
c_rejected(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->rejected);
}

/* Seconds since its last use; never used: the longest of all. */
static double
n_idle(const void *row)
{
	const struct row_did *d = DID(row);
	double ms = (double)LINE(row)->list->now_ms - (double)d->last_ms;

	return d->last_ms <= 0 ? INFINITY : fmax(ms, 0) / MS_PER_S;
}

static void
c_idle(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->num = n_idle(row);
	o->numeric = true;
	put_text(o, isinf(o->num) ? "-" : text_span((int64_t)o->num, t));
	o->fg = ROLE_DIM;
}

static double
n_last(const void *row)
{
	return (double)DID(row)->last_ms;
}

static void
c_last(const void *row, struct table_cell *o)
{
	char t[32];

	time_iso(DID(row)->last_ms, t);
	put_text(o, t);
}

static const char *
w_state(const void *row)
{
	return DID(row)->state;
}

/* What needs a look comes first. */
static double
n_state(const void *row)
{
	return -(double)did_rows_state(DID(row)->state);
}

static const char *
w_state_text(const void *row)
{
	return did_rows_state_text(did_rows_state(DID(row)->state));
}

static void
c_state(const void *row, struct table_cell *o)
{
	enum did_rows_state s = did_rows_state(DID(row)->state);

	put_text(o, did_rows_state_text(s));
	o->fg = did_rows_state_role(s);
	o->attr = s == DIDS_BLOCKED ? ATTR_BOLD : 0;
}

static double
n_until(const void *row)
{
	int64_t ms = DID(row)->blocked_until_ms;

	return ms == INT64_MAX ? INFINITY : (double)ms;
}

static void
c_until(const void *row, struct table_cell *o)
{
	const struct did_rows *l = LINE(row)->list;
	int64_t ms = DID(row)->blocked_until_ms;
	char t[WHEN_TEXT];

	if (ms == INT64_MAX)
		put_text(o, _("unblocked"));
	else if (ms > 0)
		put_text(o, when_near(l->zone, ms, l->now_ms, t));
}

static void
c_until_iso(const void *row, struct table_cell *o)
{
	int64_t ms = DID(row)->blocked_until_ms;
	char t[32];

	time_iso(ms == INT64_MAX ? 0 : ms, t);
	put_text(o, ms == INT64_MAX ? "unblocked" : t);
}

static const char *
w_reason(const void *row)
{
	return DID(row)->reason;
}

static void
c_reason(const void *row, struct table_cell *o)
{
	put_text(o, DID(row)->reason);
}

static double
n_weight(const void *row)
{
	return DID(row)->weight;
}

static void
c_weight(const void *row, struct table_cell *o)
{
	put_number(o, DID(row)->weight);
}

static double
n_id(const void *row)
{
	return (double)DID(row)->id;
}

static void
c_id(const void *row, struct table_cell *o)
{
	put_number(o, (double)DID(row)->id);
}

/*
 * State and times stand twice: as words for people, and with a key, hidden,
 * as scripts want them.
 */
const struct table_col did_rows_cols[] = {
	{ "number", N_("Number"), TEXT_LEFT, 12, 18, 0, c_number, NULL, NULL,
	    w_number },
	{ "country", N_("Country"), TEXT_LEFT, 3, 12, 8, c_country, NULL, NULL,
	    w_country },
	{ "area", N_("Area"), TEXT_LEFT, 4, 5, 6, c_area, NULL, NULL, w_area },
	{ "pool", N_("Pool"), TEXT_LEFT, 4, 12, 9, c_pool, NULL, NULL, w_pool },
	{ "uses", N_("Uses"), TEXT_RIGHT, 4, 9, 0, c_uses, NULL, n_uses, NULL },
	{ "used", N_("Of cap"), TEXT_CENTRE, 11, 24, 2, c_used, NULL, n_used,
	    NULL },
	{ "cap", N_("Cap"), TEXT_RIGHT, 0, 0, 0, c_cap, NULL, n_cap, NULL },
	{ "score", N_("Score"), TEXT_RIGHT, 5, 5, 5, c_score, NULL, n_score,
	    NULL },
	{ "answer_rate", N_("Answer"), TEXT_RIGHT, 6, 7, 3, c_rate, NULL,
	    n_rate, NULL },
	{ "calls", N_("Calls"), TEXT_RIGHT, 0, 0, 0, c_calls, NULL, n_calls,
	    NULL },
	{ "answered", N_("Answered"), TEXT_RIGHT, 0, 0, 0, c_answered, NULL,
	    n_answered, NULL },
	{ "rejected", N_("Rejected"), TEXT_RIGHT, 0, 0, 0, c_rejected, NULL,
	    n_rejected, NULL },
	{ "idle_s", N_("Last use"), TEXT_RIGHT, 5, 9, 7, c_idle, NULL, n_idle,
	    NULL },
	{ "last_use", N_("Last"), TEXT_LEFT, 0, 0, 0, c_last, NULL, n_last,
	    NULL },
	{ "state", N_("State"), TEXT_LEFT, 0, 0, 0, c_state, NULL, NULL,
	    w_state },
	{ NULL, N_("State"), TEXT_LEFT, 7, 10, 0, c_state, NULL, n_state,
	    w_state_text },
	{ "blocked_until", N_("Blocked until"), TEXT_LEFT, 0, 0, 0, c_until_iso,
	    NULL, n_until, NULL },
	{ NULL, N_("Until"), TEXT_LEFT, 5, 16, 4, c_until, NULL, n_until,
	    NULL },
	{ "reason", N_("Reason"), TEXT_CENTRE, 18, 96, 1, c_reason, NULL, NULL,
	    w_reason },
	{ "weight", N_("Weight"), TEXT_RIGHT, 0, 0, 0, c_weight, NULL, n_weight,
	    NULL },
	{ "id", N_("Id"), TEXT_RIGHT, 0, 0, 0, c_id, NULL, n_id, NULL },
};
const size_t did_rows_ncols = nitems(did_rows_cols);
const size_t did_rows_by_state = 15;
_Static_assert(nitems(did_rows_cols) <= TABLE_COLS, "a bit for each column");
