/* SPDX-License-Identifier: MIT */
/* cols: campaigns, one small function per column. */
#include "ui/cols.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/when.h"
#include "ui/words.h"

size_t
cols_campaign_rows(const struct board *b, struct campaign_row *out)
{
	size_t n = MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS);

	for (size_t i = 0; i < n; i++)
		out[i] =
		    (struct campaign_row){ b, &b->campaigns[i], b->timezone };
	return n;
}

size_t
cols_country_rows(const struct board *b, struct country_row *out)
{
	size_t n = MINIMUM(b->ncountries, BOARD_COUNTRIES);

	for (size_t i = 0; i < n; i++)
		out[i] = (struct country_row){ b, &b->countries[i], b->timezone,
			BOARD_WINDOWS - 1 };
	return n;
}

uint8_t
cols_state_role(const char *state)
{
	if (strcmp(state, "running") == 0)
		return ROLE_GOOD;
	if (strcmp(state, "waiting") == 0)
		return ROLE_WARN;
	return ROLE_DIM;
}

double
cols_rate(uint64_t part, uint64_t whole)
{
	if (whole == 0)
		return -1;
	return part < whole ? (double)part / (double)whole : 1;
}

double
cols_evidence(const struct board_brake *k)
{
	double span = (double)k->up - (double)k->down, v;

	if (!(span > 0))
		return -1;
	v = ((double)k->llr - (double)k->down) / span;
	return v > 0 ? MINIMUM(v, 1.0) : 0;
}

const char *
cols_zone(const char *zone, const struct board *b)
{
	return zone != NULL && zone[0] != '\0' ? zone : b->timezone;
}

void
cols_put_count(struct table_cell *o, uint64_t v)
{
	char t[TEXT_NUM];

	o->num = (double)v;
	o->numeric = true;
	str_copy(o->text, sizeof(o->text), text_count(v, t));
	if (v == 0)
		o->fg = ROLE_DIM;
}

void
cols_put_rate(struct table_cell *o, double r)
{
	char t[TEXT_NUM];

	o->num = r >= 0 ? r : -1;
	o->numeric = true;
	str_copy(o->text, sizeof(o->text), text_rate(r, t));
	if (r < 0)
		o->fg = ROLE_DIM;
}

#define C(row) (((const struct campaign_row *)(row))->c)

static void
c_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), C(row)->name);
	o->fg = ROLE_STRONG;
}

/* The brake outranks the state: the campaign "runs", yet nothing leaves. */
static bool
brake_shown(const struct board_campaign *c)
{
	return c->brake.state[0] != '\0' &&
	       strcmp(c->brake.state, "released") != 0 &&
	       (strcmp(c->state, "running") == 0 ||
		   strcmp(c->state, "waiting") == 0);
}

static void
c_state(const void *row, struct table_cell *o)
{
	const struct board_campaign *c = C(row);

	str_copy(o->text, sizeof(o->text), words_state(c->state));
	o->fg = cols_state_role(c->state);
}

static bool
c_state_over(const void *row, struct table_cell *o)
{
	const struct board_campaign *c = C(row);
	const char *reason = c->brake.reason;

	if (!brake_shown(c))
		return false;
	if (reason[0] != '\0')
		str_format(o->text, sizeof(o->text), _(" BRAKE %s: %s "),
		    words_brake(c->brake.state), reason);
	else
		str_format(o->text, sizeof(o->text), _(" BRAKE %s "),
		    words_brake(c->brake.state));
	o->fg = ROLE_STRONG;
	o->bg =
	    strcmp(c->brake.state, "engaged") == 0 ? ROLE_BG_BAD : ROLE_BG_WARN;
	o->attr = ATTR_BOLD;
	return true;
}

static void
c_brake(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), C(row)->brake.state);
}

static void
c_progress(const void *row, struct table_cell *o)
{
	const struct board_campaign *c = C(row);
	/* read once: it may be overwritten, and is divided by */
	uint64_t total = __atomic_load_n(&c->total, __ATOMIC_RELAXED);
	uint64_t left = MINIMUM(c->remaining, total);
	int pc = total == 0 ? 0 : (int)((total - left) * 100 / total);

	o->numeric = true;
	o->num = total == 0 ? 0 : (double)(total - left) / (double)total;
	o->bar = o->num;
	str_format(o->text, sizeof(o->text), "%3d %%", pc);
	o->fg = cols_state_role(c->state) == ROLE_GOOD ? ROLE_GRAPH : ROLE_DIM;
}

static void
c_cps(const void *row, struct table_cell *o)
{
	const struct board_campaign *c = C(row);

	o->numeric = true;
	o->num = c->actual_cps;
	str_format(o->text, sizeof(o->text), "%.1f/%.1f", c->actual_cps,
	    c->target_cps);
	if (c->actual_cps <= 0)
		o->fg = ROLE_DIM;
}

void
cols_campaign_why(const struct campaign_row *r, char *out, size_t size)
{
	const struct board_campaign *c = r->c;
	char t[WHEN_TEXT];
	const char *why;

	out[0] = '\0';
	if (brake_shown(c) && c->brake.reason[0] != '\0') {
		str_copy(out, size, c->brake.reason);
		return;
	}
	if (strcmp(c->state, "waiting") != 0) {
		str_copy(out, size, c->why);
		return;
	}
	why = c->why[0] != '\0' ? c->why : _("waiting, reason unknown");
	if (c->opens_ms > 0)
		str_format(out, size, _("%s (until %s)"), why,
		    when_near(cols_zone(r->zone, r->b), c->opens_ms,
			r->b->now_ms, t));
	else
		str_copy(out, size, why);
}

static bool
c_cps_over(const void *row, struct table_cell *o)
{
	const struct campaign_row *r = row;

	if (strcmp(r->c->state, "waiting") != 0)
		return false;
	cols_campaign_why(r, o->text, sizeof(o->text));
	o->fg = ROLE_WARN;
	return true;
}

static void
c_target(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = C(row)->target_cps;
}

static void
c_why(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), C(row)->why);
}

static void
c_live(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->concurrent);
}

static void
c_attempted(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.attempted);
}

static void
c_answered(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.answered);
}

static void
c_connected(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.connected);
}

static void
c_opted(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.opted_out);
}

static void
c_machine(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.machine);
}

static void
c_failed(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.failed);
}

static void
c_abandoned(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->n.abandoned);
}

static void
c_asr(const void *row, struct table_cell *o)
{
	cols_put_rate(o, cols_rate(C(row)->n.answered, C(row)->n.attempted));
}

static void
c_ner(const void *row, struct table_cell *o)
{
	cols_put_rate(o, cols_rate(C(row)->n.ner_good, C(row)->n.ended));
}

static void
c_total(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->total);
}

static void
c_remaining(const void *row, struct table_cell *o)
{
	cols_put_count(o, C(row)->remaining);
}

static void
c_finish(const void *row, struct table_cell *o)
{
	const struct campaign_row *r = row;
	char t[WHEN_TEXT];
	int64_t ms = r->c->finish_ms;
	size_t n;

	o->numeric = true;
	o->num = (double)ms;
	if (ms <= 0) {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
		return;
	}
	str_copy(o->text, sizeof(o->text),
	    when_near(cols_zone(r->zone, r->b), ms, r->b->now_ms, t));
	/* an estimate to the second would be a lie */
	n = strlen(o->text);
	if (n >= 8 && o->text[2] == ':' && o->text[5] == ':')
		memmove(o->text + 5, o->text + 8, n - 8 + 1);
}

/* People who answered: what is left when machines are taken off. */
static uint64_t
humans(const struct board_count *n)
{
	return n->answered > n->machine ? n->answered - n->machine : 0;
}

static void
c_convert(const void *row, struct table_cell *o)
{
	cols_put_rate(o, cols_rate(C(row)->n.connected, humans(&C(row)->n)));
}

static void
c_lost(const void *row, struct table_cell *o)
{
	double r = board_count_abandonment(&C(row)->n);

	cols_put_rate(o, r);
	/* 3 % is where regulators begin (16 CFR 310.4(b)(4)) */
	if (r > 0.03)
		o->fg = ROLE_BAD;
}

static void
c_evidence(const void *row, struct table_cell *o)
{
	const struct board_brake *k = &C(row)->brake;
	double v = cols_evidence(k);

	o->numeric = true;
	o->num = (double)k->llr;
	if (v < 0) {
		str_copy(o->text, sizeof(o->text), "-");
		o->fg = ROLE_DIM;
		return;
	}
	o->bar = v;
	o->fg = v > 0.9 ? ROLE_BAD : v > 0.6 ? ROLE_WARN : ROLE_GOOD;
}

const struct table_col cols_campaign[] = {
	{ "name", N_("Campaign"), TEXT_LEFT, 10, 28, 0, c_name, NULL },
	{ "state", N_("State"), TEXT_LEFT, 8, 10, 0, c_state, c_state_over },
	{ "brake", N_("Brake"), TEXT_LEFT, 0, 0, 0, c_brake, NULL },
	{ "done", N_("Progress"), TEXT_CENTRE, 13, 46, 1, c_progress, NULL },
	{ "cps", N_("CPS"), TEXT_RIGHT, 9, 12, 0, c_cps, c_cps_over },
	{ "target_cps", N_("Target"), TEXT_RIGHT, 0, 0, 0, c_target, NULL },
	{ "concurrent", N_("Live"), TEXT_RIGHT, 4, 6, 4, c_live, NULL },
	{ "attempted", N_("Dialled"), TEXT_RIGHT, 7, 11, 6, c_attempted, NULL },
	{ "answered", N_("Answered"), TEXT_RIGHT, 7, 11, 7, c_answered, NULL },
	{ "connected", N_("Connect"), TEXT_RIGHT, 6, 11, 2, c_connected, NULL },
	{ "opted_out", N_("Opt out"), TEXT_RIGHT, 5, 11, 8, c_opted, NULL },
	{ "machine", N_("Machine"), TEXT_RIGHT, 5, 11, 9, c_machine, NULL },
	{ "failed", N_("Failed"), TEXT_RIGHT, 5, 11, 10, c_failed, NULL },
	{ "abandoned", N_("Abandon"), TEXT_RIGHT, 5, 11, 12, c_abandoned,
	    NULL },
	{ "asr", N_("ASR"), TEXT_RIGHT, 6, 7, 5, c_asr, NULL },
	{ "ner", N_("NER"), TEXT_RIGHT, 6, 7, 11, c_ner, NULL },
	{ "total", N_("Contacts"), TEXT_RIGHT, 7, 11, 13, c_total, NULL },
	{ "remaining", N_("Left"), TEXT_RIGHT, 6, 11, 1, c_remaining, NULL },
	{ "finish_ms", N_("Ends"), TEXT_RIGHT, 5, 10, 3, c_finish, NULL },
	{ "why", N_("Why"), TEXT_LEFT, 0, 0, 0, c_why, NULL },
};
const size_t cols_ncampaign = nitems(cols_campaign);

const struct table_col cols_campaign_full[] = {
	{ "name", N_("Campaign"), TEXT_LEFT, 10, 28, 0, c_name, NULL },
	{ "state", N_("State"), TEXT_LEFT, 8, 10, 0, c_state, c_state_over },
	{ "brake", N_("Brake"), TEXT_LEFT, 0, 0, 0, c_brake, NULL },
	{ "done", N_("Progress"), TEXT_CENTRE, 12, 40, 1, c_progress, NULL },
	{ "cps", N_("CPS"), TEXT_RIGHT, 9, 12, 0, c_cps, c_cps_over },
	{ "target_cps", N_("Target"), TEXT_RIGHT, 0, 0, 0, c_target, NULL },
	{ "concurrent", N_("Up"), TEXT_RIGHT, 4, 6, 5, c_live, NULL },
	{ "asr", N_("ASR"), TEXT_RIGHT, 6, 7, 3, c_asr, NULL },
	{ "ner", N_("NER"), TEXT_RIGHT, 6, 7, 7, c_ner, NULL },
	{ "connect_rate", N_("Conn. rate"), TEXT_RIGHT, 7, 10, 4, c_convert,
	    NULL },
	{ "abandonment", N_("Aband."), TEXT_RIGHT, 6, 7, 6, c_lost, NULL },
	{ "opted_out", N_("Opt out"), TEXT_RIGHT, 5, 11, 9, c_opted, NULL },
	{ "attempted", N_("Dialled"), TEXT_RIGHT, 7, 11, 8, c_attempted, NULL },
	{ "answered", N_("Answered"), TEXT_RIGHT, 7, 11, 11, c_answered, NULL },
	{ "connected", N_("Connect"), TEXT_RIGHT, 6, 11, 12, c_connected,
	    NULL },
	{ "machine", N_("Machine"), TEXT_RIGHT, 0, 0, 0, c_machine, NULL },
	{ "failed", N_("Failed"), TEXT_RIGHT, 0, 0, 0, c_failed, NULL },
	{ "abandoned", N_("Abandon"), TEXT_RIGHT, 0, 0, 0, c_abandoned, NULL },
	{ "total", N_("Contacts"), TEXT_RIGHT, 7, 11, 13, c_total, NULL },
	{ "remaining", N_("Left"), TEXT_RIGHT, 6, 11, 1, c_remaining, NULL },
	{ "finish_ms", N_("Ends"), TEXT_RIGHT, 5, 10, 2, c_finish, NULL },
	{ "evidence", N_("Brake"), TEXT_CENTRE, 8, 12, 10, c_evidence, NULL },
	{ "why", N_("Why"), TEXT_LEFT, 0, 0, 0, c_why, NULL },
};
const size_t cols_ncampaign_full = nitems(cols_campaign_full);
