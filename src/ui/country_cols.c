/* SPDX-License-Identifier: MIT */
/* country_cols: one small function per column. */
#include "ui/country_cols.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/when.h"

#define DAY  (BOARD_WINDOWS - 1)
#define R(r) ((const struct country_row *)(r))
#define K(r) (R(r)->c)

struct country_count
country_count(const struct country_row *r)
{
	const struct board_count *n = &r->c->n;
	const struct board_window *w;
	struct country_count o;

	if (r->window >= 0 && r->window < DAY) {
		w = &r->c->w[r->window];
		return (struct country_count){ .ended = w->ended,
			.tried = w->ended,
			.answered = w->answered,
			.ner_good = w->ner_good,
			.humans = w->humans,
			.connected = w->connected,
			.opted_out = w->opted_out,
			.machine = w->machine,
			.abandoned = w->abandoned };
	}
	/* of the whole day, also what was before the engine's last start */
	o = (struct country_count){ .ended = n->ended,
		.tried = n->attempted,
		.answered = n->answered,
		.ner_good = n->ner_good,
		.connected = n->connected,
		.opted_out = n->opted_out,
		.machine = n->machine,
		.abandoned = n->abandoned };
	o.humans = n->answered > n->machine ? n->answered - n->machine : 0;
	return o;
}

void
country_cap_text(const struct country_row *r, char *out, size_t size)
{
	size_t n = MINIMUM(r->b->ncountries, BOARD_COUNTRIES), k = 0;
	char with[160] = "";

	if (r->c->cap == 0) {
		str_copy(out, size, _("no limit"));
		return;
	}
	for (size_t i = 0; i < n && r->c->cap_group[0] != '\0'; i++) {
		const struct board_country *o = &r->b->countries[i];

		if (strcmp(o->cap_group, r->c->cap_group) != 0 ||
		    strcmp(o->name, r->c->name) == 0)
			continue;
		str_format(with + k, sizeof(with) - k, "%s%s",
		    k > 0 ? ", " : "", o->name);
		k = strlen(with);
	}
	if (with[0] != '\0')
		str_format(out, size, _("%u a day, with %s"), r->c->cap, with);
	else
		str_format(out, size, _("%u a day"), r->c->cap);
}

void
country_keys_text(const struct board_country *k, char *out, size_t size)
{
	if (k->connect_key[0] == '\0' && k->context[0] == '\0')
		str_copy(out, size, _("no context"));
	else if (k->connect_key[0] == '\0' && k->disconnect_key[0] == '\0')
		str_copy(out, size, _("no key connects"));
	else if (k->connect_key[0] == '\0')
		str_format(
		    out, size, _("none connects, %s out"), k->disconnect_key);
	else if (k->disconnect_key[0] == '\0')
		str_format(out, size, _("%s connects"), k->connect_key);
	else
		str_format(out, size, _("%s connects, %s out"), k->connect_key,
		    k->disconnect_key);
}

static void
k_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->name);
	o->fg = ROLE_STRONG;
}

static void
k_open(const void *row, struct table_cell *o)
{
	bool open = K(row)->open != 0;

	str_format(o->text, sizeof(o->text), "%s %s",
	    open ? "\xe2\x97\x8f" : "\xe2\x97\x8b",
	    open ? _("open") : _("closed"));
	o->fg = open ? ROLE_GOOD : ROLE_WARN;
}

static void
k_state(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->open ? "open" : "closed");
}

static void
k_clock(const void *row, struct table_cell *o)
{
	char t[WHEN_TEXT];

	if (K(row)->zone[0] == '\0') {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
		return;
	}
	when_clock(K(row)->zone, R(row)->b->now_ms, t);
	t[5] = '\0';
	str_copy(o->text, sizeof(o->text), t);
}

/* A distance says the same in every zone. */
static void
k_change(const void *row, struct table_cell *o)
{
	const struct board_country *k = K(row);
	int64_t at = k->open ? k->closes_ms : k->opens_ms, left;
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = (double)at;
	o->fg = k->open ? ROLE_TEXT : ROLE_WARN;
	left = MAXIMUM(at - R(row)->b->now_ms, 0) / MS_PER_S;
	if (at <= 0) {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
	} else if (k->open) {
		str_format(o->text, sizeof(o->text), _("closes in %s"),
		    text_span(left, t));
		/* the last calls of the day must soon be over */
		if (left < 1800)
			o->fg = ROLE_ACCENT;
	} else {
		str_format(o->text, sizeof(o->text), _("opens in %s"),
		    text_span(left, t));
	}
}

static void
k_opens(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = (double)K(row)->opens_ms;
}

static void
k_closes(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = (double)K(row)->closes_ms;
}

static void
k_up(const void *row, struct table_cell *o)
{
	cols_put_count(o, K(row)->concurrent);
}

static void
k_attempted(const void *row, struct table_cell *o)
{
	cols_put_count(o, K(row)->n.attempted);
}

static void
k_answered(const void *row, struct table_cell *o)
{
	cols_put_count(o, country_count(row).answered);
}

static void
k_connected(const void *row, struct table_cell *o)
{
	cols_put_count(o, country_count(row).connected);
}

static void
k_opted(const void *row, struct table_cell *o)
{
	cols_put_count(o, country_count(row).opted_out);
}

static void
k_machine(const void *row, struct table_cell *o)
{
	cols_put_count(o, country_count(row).machine);
}

static void
k_failed(const void *row, struct table_cell *o)
{
	cols_put_count(o, K(row)->n.failed);
}

static void
k_remaining(const void *row, struct table_cell *o)
{
	cols_put_count(o, K(row)->remaining);
}

static void
k_asr(const void *row, struct table_cell *o)
{
	struct country_count n = country_count(row);

	cols_put_rate(o, cols_rate(n.answered, n.tried));
}

static void
k_ner(const void *row, struct table_cell *o)
{
	struct country_count n = country_count(row);
	double r = cols_rate(n.ner_good, n.ended);

	cols_put_rate(o, r);
	/* a few calls say nothing */
	if (r >= 0 && r < 0.8 && n.ended >= 20)
		o->fg = r < 0.5 ? ROLE_BAD : ROLE_WARN;
}

static void
k_abandonment(const void *row, struct table_cell *o)
{
	const struct country_row *k = row;
	double r = k->window >= 0 && k->window < DAY
		       ? board_abandonment(&k->c->w[k->window])
		       : board_count_abandonment(&k->c->n);

	cols_put_rate(o, r);
	if (r > 0.03)
		o->fg = ROLE_BAD;
}

static void
k_keys(const void *row, struct table_cell *o)
{
	country_keys_text(K(row), o->text, sizeof(o->text));
	if (K(row)->connect_key[0] == '\0' && K(row)->context[0] == '\0')
		o->fg = ROLE_WARN;
}

static void
k_connect_key(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->connect_key);
}

static void
k_disconnect_key(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->disconnect_key);
}

static void
k_context(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->context);
}

static void
k_cap_text(const void *row, struct table_cell *o)
{
	country_cap_text(row, o->text, sizeof(o->text));
	if (K(row)->cap == 0)
		o->fg = ROLE_DIM;
}

static void
k_cap(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = K(row)->cap;
}

static void
k_group(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->cap_group);
}

static void
k_zone(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->zone);
}

static void
k_hours(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), K(row)->hours);
}

static void
k_window(const void *row, struct table_cell *o)
{
	const struct country_row *r = row;
	char t[WHEN_TEXT];

	if (r->c->open) {
		str_copy(o->text, sizeof(o->text), _("open"));
		o->fg = ROLE_GOOD;
		return;
	}
	o->fg = ROLE_WARN;
	str_copy(o->text, sizeof(o->text), _("closed"));
	if (r->c->opens_ms <= 0)
		return;
	when_near(cols_zone(r->zone, r->b), r->c->opens_ms, r->b->now_ms, t);
	if (strlen(t) >= 8 && t[2] == ':' && t[5] == ':')
		t[5] = '\0';
	str_format(o->text, sizeof(o->text), _("opens %s"), t);
}

/* The overview's choice; its rows are of today. */
const struct table_col cols_country[] = {
	{ "country", N_("Country"), TEXT_LEFT, 9, 20, 0, k_name, NULL },
	{ "window", N_("Window"), TEXT_LEFT, 6, 15, 2, k_window, NULL },
	{ "concurrent", N_("Live"), TEXT_RIGHT, 4, 6, 3, k_up, NULL },
	{ "attempted", N_("Dialled"), TEXT_RIGHT, 6, 11, 0, k_attempted, NULL },
	{ "answered", N_("Answered"), TEXT_RIGHT, 6, 11, 4, k_answered, NULL },
	{ "connected", N_("Connect"), TEXT_RIGHT, 6, 11, 6, k_connected, NULL },
	{ "opted_out", N_("Opt out"), TEXT_RIGHT, 5, 11, 7, k_opted, NULL },
	{ "failed", N_("Failed"), TEXT_RIGHT, 5, 11, 5, k_failed, NULL },
	{ "asr", N_("ASR"), TEXT_RIGHT, 6, 7, 1, k_asr, NULL },
	{ "ner", N_("NER"), TEXT_RIGHT, 6, 7, 8, k_ner, NULL },
};
const size_t cols_ncountry = nitems(cols_country);

const struct table_col country_cols[] = {
	{ "country", N_("Country"), TEXT_LEFT, 9, 20, 0, k_name, NULL },
	{ "state", N_("State"), TEXT_LEFT, 0, 0, 0, k_state, NULL },
	{ "lamp", N_("State"), TEXT_LEFT, 8, 12, 0, k_open, NULL },
	{ "clock", N_("There"), TEXT_LEFT, 5, 6, 1, k_clock, NULL },
	{ "change", N_("Window"), TEXT_LEFT, 8, 22, 2, k_change, NULL },
	{ "opens_ms", N_("Opens"), TEXT_RIGHT, 0, 0, 0, k_opens, NULL },
	{ "closes_ms", N_("Closes"), TEXT_RIGHT, 0, 0, 0, k_closes, NULL },
	{ "concurrent", N_("Up"), TEXT_RIGHT, 3, 6, 4, k_up, NULL },
	{ "attempted", N_("Dialled"), TEXT_RIGHT, 7, 11, 3, k_attempted, NULL },
	{ "answered", N_("Answered"), TEXT_RIGHT, 6, 11, 9, k_answered, NULL },
	{ "asr", N_("ASR"), TEXT_RIGHT, 6, 7, 0, k_asr, NULL },
	{ "ner", N_("NER"), TEXT_RIGHT, 6, 7, 2, k_ner, NULL },
	{ "connected", N_("Connect"), TEXT_RIGHT, 6, 11, 5, k_connected, NULL },
	{ "opted_out", N_("Opt out"), TEXT_RIGHT, 5, 11, 11, k_opted, NULL },
	{ "machine", N_("Machine"), TEXT_RIGHT, 5, 11, 12, k_machine, NULL },
	{ "abandonment", N_("Aband."), TEXT_RIGHT, 6, 7, 7, k_abandonment,
	    NULL },
	{ "failed", N_("Failed"), TEXT_RIGHT, 0, 0, 0, k_failed, NULL },
	{ "keys", N_("Keys"), TEXT_LEFT, 4, 22, 8, k_keys, NULL },
	{ "connect_key", N_("Connect key"), TEXT_LEFT, 0, 0, 0, k_connect_key,
	    NULL },
	{ "disconnect_key", N_("Opt-out key"), TEXT_LEFT, 0, 0, 0,
	    k_disconnect_key, NULL },
	{ "context", N_("Context"), TEXT_LEFT, 0, 0, 0, k_context, NULL },
	{ "cap_text", N_("DID cap"), TEXT_LEFT, 7, 22, 10, k_cap_text, NULL },
	{ "cap", N_("Cap"), TEXT_RIGHT, 0, 0, 0, k_cap, NULL },
	{ "cap_group", N_("Cap group"), TEXT_LEFT, 0, 0, 0, k_group, NULL },
	{ "zone", N_("Zone"), TEXT_LEFT, 0, 0, 0, k_zone, NULL },
	{ "hours", N_("Hours"), TEXT_LEFT, 0, 0, 0, k_hours, NULL },
	{ "remaining", N_("Left"), TEXT_RIGHT, 5, 11, 6, k_remaining, NULL },
};
const size_t country_ncols = nitems(country_cols);
