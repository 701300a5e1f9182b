/* SPDX-License-Identifier: MIT */
/* trunk_rows: one small function per column. */
#include "ui/trunk_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/agent_rows.h"
#include "ui/cols.h"
#include "ui/words.h"

#define CAPACITY 5 /* CAUSE_CAPACITY in board_cause_words */

/* Is name one of the words of list, which commas separate? */
static bool
in_list(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = list; n > 0 && (p = strstr(p, name)) != NULL; p++)
		if ((p == list || p[-1] == ',') &&
		    (p[n] == '\0' || p[n] == ','))
			return true;
	return false;
}

static void
find_peer(struct trunk_row *t, const struct row_agent *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct row_agent *r = &rows[i];
		const struct row_agent **at =
		    strcmp(r->kind, "endpoint") == 0       ? &t->endpoint
		    : strcmp(r->kind, "registration") == 0 ? &t->registration
							   : NULL;

		if (at == NULL ||
		    strcmp(r->switch_name, t->t->switch_name) != 0)
			continue;
		if (in_list(r->queue, t->t->name) ||
		    (*at == NULL && strcmp(r->name, t->t->name) == 0))
			*at = r;
	}
}

size_t
trunk_rows(const struct pane_ctx *x, int window, struct trunk_row *out)
{
	const struct row_agent *rows;
	size_t n = feed_agents(x->feed, &rows);
	size_t k = MINIMUM(x->b->ntrunks, BOARD_TRUNKS);

	for (size_t i = 0; i < k; i++) {
		out[i] = (struct trunk_row){
			.b = x->b, .t = &x->b->trunks[i], .window = window
		};
		find_peer(&out[i], rows, n);
	}
	return k;
}

size_t
trunk_switches(const struct pane_ctx *x, struct switch_row *out)
{
	size_t k = MINIMUM(x->b->nswitches, BOARD_SWITCHES);

	for (size_t i = 0; i < k; i++)
		out[i] = (struct switch_row){ x->b, &x->b->switches[i] };
	return k;
}

const char *
trunk_window(int window)
{
	static const char *const words[BOARD_WINDOWS] = { N_("last 10 s"),
		N_("last minute"), N_("last 10 min"), N_("today") };

	return _(words[window]);
}

void
trunk_held(const struct trunk_row *r, char *out, size_t size)
{
	const struct board_trunk *t = r->t;
	/* what made it less may lie further back than the chosen window */
	uint64_t full = t->w[BOARD_WINDOWS - 2].cause[CAPACITY];
	char n[TEXT_NUM];

	if (t->why[0] != '\0')
		str_copy(out, size, t->why);
	else if (t->allowed_cps < t->max_cps && full > 0)
		str_format(out, size,
		    _("reduced to %.1f of %.0f CPS: the carrier was full %s "
		      "times in 10 min"),
		    t->allowed_cps, t->max_cps, text_count(full, n));
	else if (t->allowed_cps < t->max_cps)
		str_format(out, size,
		    _("reduced to %.1f of %.0f CPS: coming back after the "
		      "carrier was full"),
		    t->allowed_cps, t->max_cps);
	else
		out[0] = '\0';
}

void
trunk_peer(const struct trunk_row *r, char *out, size_t size, uint8_t *role)
{
	const char *lamp, *word;
	uint8_t other;
	size_t n;

	out[0] = '\0';
	*role = ROLE_DIM;
	if (r->endpoint != NULL) {
		word = agent_rows_state(r->endpoint->state, role, &lamp);
		/* a trunk in use is as good as one that is not */
		if (*role == ROLE_ACCENT)
			*role = ROLE_GOOD;
		if (strcmp(r->endpoint->state, "free") == 0)
			word = _("reachable");
		else if (strcmp(r->endpoint->state, "busy") == 0)
			word = _("in use");
		str_format(out, size, "%s %s", lamp, word);
	}
	if (r->registration == NULL)
		return;
	word = agent_rows_state(r->registration->state, &other, &lamp);
	n = strlen(out);
	str_format(out + n, size - n, "%s%s %s", n > 0 ? ", " : "", lamp, word);
	if (*role == ROLE_DIM || other == ROLE_BAD ||
	    (other == ROLE_WARN && *role != ROLE_BAD))
		*role = other;
}

/* ---- trunks ----------------------------------------------------------- */

#define T(row) (((const struct trunk_row *)(row))->t)

static const struct board_window *
window(const void *row)
{
	const struct trunk_row *r = row;

	return &r->t->w[r->window];
}

static bool
engaged(const struct board_trunk *t)
{
	return strcmp(t->brake.state, "engaged") == 0;
}

static void
t_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), T(row)->name);
	o->fg = ROLE_STRONG;
}

static bool
peer_is(const struct row_agent *r, const char *state)
{
	return r != NULL && strcmp(r->state, state) == 0;
}

static const char *
w_state(const void *row)
{
	const struct trunk_row *r = row;
	const struct board_trunk *t = r->t;

	if (t->brake.state[0] != '\0' &&
	    strcmp(t->brake.state, "released") != 0)
		return t->brake.state;
	if (t->why[0] != '\0')
		return "off";
	if (peer_is(r->endpoint, "unavailable"))
		return "unreachable";
	if (t->allowed_cps < t->max_cps)
		return "reduced";
	if (peer_is(r->registration, "rejected"))
		return "rejected";
	return t->concurrent > 0 ? "up" : "idle";
}

static void
t_state(const void *row, struct table_cell *o)
{
	static const struct {
		const char *word, *text, *lamp;
		uint8_t role;
	} states[] = {
		{ "engaged", N_("brake"), "\xe2\x9c\x96", ROLE_BAD },
		{ "probing", N_("probing"), "\xe2\x96\xb2", ROLE_WARN },
		{ "off", N_("not usable"), "\xe2\x9c\x96", ROLE_BAD },
		{ "unreachable", N_("unreachable"), "\xe2\x9c\x96", ROLE_BAD },
		{ "rejected", N_("rejected"), "\xe2\x96\xb2", ROLE_BAD },
		{ "reduced", N_("reduced"), "\xe2\x96\xbc", ROLE_WARN },
		{ "up", N_("up"), "\xe2\x97\x8f", ROLE_GOOD },
		{ "idle", N_("idle"), "\xe2\x97\x8b", ROLE_DIM },
	};
	const char *word = w_state(row);

	for (size_t i = 0; i < nitems(states); i++) {
		if (strcmp(states[i].word, word) != 0)
			continue;
		str_format(o->text, sizeof(o->text), "%s %s", states[i].lamp,
		    _(states[i].text));
		o->fg = states[i].role;
	}
}

static bool
t_state_over(const void *row, struct table_cell *o)
{
	const struct board_trunk *t = T(row);
	bool brake = t->brake.state[0] != '\0' &&
		     strcmp(t->brake.state, "released") != 0;

	if (brake)
		str_format(o->text, sizeof(o->text), " %s %s%s%s ", _("BRAKE"),
		    words_brake(t->brake.state),
		    t->brake.reason[0] != '\0' ? ": " : "", t->brake.reason);
	else if (t->why[0] != '\0')
		str_format(o->text, sizeof(o->text), " %s: %s ",
		    _("NOT USABLE"), t->why);
	else
		return false;
	o->fg = ROLE_STRONG;
	o->bg = !brake || engaged(t) ? ROLE_BG_BAD : ROLE_BG_WARN;
	o->attr = ATTR_BOLD;
	return true;
}

static void
t_cps(const void *row, struct table_cell *o)
{
	const struct board_trunk *t = T(row);

	o->numeric = true;
	o->num = t->cps;
	o->bar = t->max_cps > 0 ? t->cps / t->max_cps : 0;
	if (t->allowed_cps < t->max_cps)
		str_format(o->text, sizeof(o->text), "%.1f/%.1f<%.0f", t->cps,
		    t->allowed_cps, t->max_cps);
	else
		str_format(
		    o->text, sizeof(o->text), "%.1f/%.0f", t->cps, t->max_cps);
	o->fg = t->allowed_cps < t->max_cps ? ROLE_WARN
		: t->cps > 0                ? ROLE_GRAPH
					    : ROLE_DIM;
}

static void
t_allowed(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = T(row)->allowed_cps;
}

static void
t_max(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = T(row)->max_cps;
}

static void
t_calls(const void *row, struct table_cell *o)
{
	const struct board_trunk *t = T(row);
	double share =
	    t->max_channels > 0 ? (double)t->concurrent / t->max_channels : 0;

	o->numeric = true;
	o->num = t->concurrent;
	str_format(
	    o->text, sizeof(o->text), "%u/%u", t->concurrent, t->max_channels);
	o->fg = share >= 1     ? ROLE_BAD
		: share >= 0.9 ? ROLE_WARN
		: share > 0    ? ROLE_TEXT
			       : ROLE_DIM;
}

static void
t_asr(const void *row, struct table_cell *o)
{
	const struct board_window *w = window(row);

	cols_put_rate(o, cols_rate(w->answered, w->ended));
}

/* The network's share of the failures: below 80 % something is broken. */
static void
t_ner(const void *row, struct table_cell *o)
{
	const struct board_window *w = window(row);
	double ner = cols_rate(w->ner_good, w->ended);

	cols_put_rate(o, ner);
	/* of a handful nothing can be said */
	if (w->ended >= 20 && ner < 0.5)
		o->fg = ROLE_BAD;
	else if (w->ended >= 20 && ner < 0.8)
		o->fg = ROLE_WARN;
}

static void
t_ended(const void *row, struct table_cell *o)
{
	cols_put_count(o, window(row)->ended);
}

static void
t_pdd(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = (double)window(row)->pdd_p95_ms;
	str_copy(o->text, sizeof(o->text), text_ms(o->num, t));
	if (o->num < 0)
		o->fg = ROLE_DIM;
}

/* The classes that matter most: what is not normal first by its share. */
static void
t_causes(const void *row, struct table_cell *o)
{
	const struct board_window *w = window(row);
	bool done[BOARD_CAUSES] = { false };
	size_t n = 0;

	for (int k = 0; k < 4; k++) {
		int best = -1;

		for (int i = 0; i < BOARD_CAUSES; i++)
			if (!done[i] && w->cause[i] > 0 &&
			    (best < 0 || w->cause[i] > w->cause[best]))
				best = i;
		if (best < 0)
			break;
		done[best] = true;
		str_format(o->text + n, sizeof(o->text) - n, "%s%.0f%% %s",
		    n > 0 ? "  " : "",
		    100.0 * (double)w->cause[best] / (double)w->ended,
		    words_cause(best));
		n = strlen(o->text);
	}
	if (n == 0)
		str_copy(o->text, sizeof(o->text), "-");
	o->fg = n == 0 ? ROLE_DIM : ROLE_TEXT;
}

static void
t_evidence(const void *row, struct table_cell *o)
{
	const struct board_brake *k = &T(row)->brake;
	double e = cols_evidence(k);

	o->numeric = true;
	o->num = (double)k->llr;
	o->bar = e >= 0 ? e : 0;
	if (e < 0)
		str_copy(o->text, sizeof(o->text), "-");
	else
		str_format(
		    o->text, sizeof(o->text), "%3.0f %%", 100 * MINIMUM(e, 1));
	o->fg = e >= 0.9   ? ROLE_BAD
		: e >= 0.6 ? ROLE_WARN
		: e >= 0   ? ROLE_GRAPH
			   : ROLE_DIM;
}

static void
put_trouble(struct table_cell *o, uint32_t n)
{
	cols_put_count(o, n);
	if (n > 0)
		o->fg = ROLE_WARN;
}

static void
t_routes(const void *row, struct table_cell *o)
{
	put_trouble(o, T(row)->routes_off);
}

static void
t_failed_over(const void *row, struct table_cell *o)
{
	put_trouble(o, T(row)->failed_over);
}

static void
t_rejected(const void *row, struct table_cell *o)
{
	put_trouble(o, T(row)->rejected);
}

static void
t_peer(const void *row, struct table_cell *o)
{
	trunk_peer(row, o->text, sizeof(o->text), &o->fg);
	if (o->text[0] == '\0')
		str_copy(o->text, sizeof(o->text), "-");
	if (o->fg == ROLE_BAD)
		o->attr = ATTR_BOLD;
}

static void
t_switch(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), T(row)->switch_name);
	o->fg = ROLE_DIM;
}

static void
t_brake(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), T(row)->brake.state);
}

static void
t_why(const void *row, struct table_cell *o)
{
	trunk_held(row, o->text, sizeof(o->text));
	o->fg = ROLE_WARN;
}

static void
t_today(const void *row, struct table_cell *o)
{
	cols_put_count(o, T(row)->n.attempted);
}

static void
t_window(const void *row, struct table_cell *o)
{
	const struct trunk_row *r = row;

	str_copy(o->text, sizeof(o->text), board_window_words[r->window]);
}

const struct table_col trunk_cols[] = {
	{ "name", N_("Trunk"), TEXT_LEFT, 10, 24, 0, t_name },
	{ "state", N_("State"), TEXT_LEFT, 10, 14, 0, t_state, t_state_over,
	    NULL, w_state },
	{ "cps", N_("CPS"), TEXT_CENTRE, 16, 36, 0, t_cps },
	{ "allowed_cps", "", TEXT_RIGHT, 0, 0, 0, t_allowed },
	{ "max_cps", "", TEXT_RIGHT, 0, 0, 0, t_max },
	{ "concurrent", N_("Channels"), TEXT_RIGHT, 7, 11, 1, t_calls },
	{ "asr", N_("ASR"), TEXT_RIGHT, 6, 7, 2, t_asr },
	{ "ner", N_("NER"), TEXT_RIGHT, 6, 7, 2, t_ner },
	{ "causes", N_("Causes"), TEXT_CENTRE, 12, 64, 8, t_causes },
	{ "evidence", N_("Brake evidence"), TEXT_CENTRE, 12, 20, 4,
	    t_evidence },
	{ "peer", N_("Endpoint"), TEXT_LEFT, 11, 26, 3, t_peer },
	{ "ended", N_("Ended"), TEXT_RIGHT, 5, 9, 9, t_ended },
	{ "pdd_p95_ms", N_("PDD p95"), TEXT_RIGHT, 6, 9, 10, t_pdd },
	{ "routes_off", N_("Routes off"), TEXT_RIGHT, 3, 10, 5, t_routes },
	{ "failed_over", N_("Failed over"), TEXT_RIGHT, 3, 11, 6,
	    t_failed_over },
	{ "rejected", N_("ID rejected"), TEXT_RIGHT, 3, 11, 7, t_rejected },
	{ "attempted", N_("Today"), TEXT_RIGHT, 5, 11, 11, t_today },
	{ "switch", N_("Switch"), TEXT_LEFT, 5, 16, 8, t_switch },
	{ "brake", "", TEXT_LEFT, 0, 0, 0, t_brake },
	{ "why", "", TEXT_LEFT, 0, 0, 0, t_why },
	{ "window", "", TEXT_LEFT, 0, 0, 0, t_window },
};
const size_t trunk_ncols = nitems(trunk_cols);
