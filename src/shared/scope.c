/* SPDX-License-Identifier: MIT */
/*
 * scope: what a user who is limited to campaigns gets of the board and of the
 * rows.  Lists what stays; all else becomes zero, also what is added to the
 * board one day.
 */
#include "shared/scope.h"

#include <string.h>
#include <unistd.h>

#include "shared/spec_check.h"
#include "shared/util.h"

/* In the place of a reason that may name others. */
#define NOT_SHOWN "the reason is not shown to users limited to campaigns"

static struct {
	bool on;
	size_t n;
	char text[SCOPE_MOST][MODEL_NAME];
	const char *names[SCOPE_MOST];
} scope;

bool
scope_valid(const json_t *names)
{
	const json_t *e;
	size_t i;

	if (names == NULL || json_is_null(names))
		return true;
	if (!json_is_array(names) || json_array_size(names) > SCOPE_MOST)
		return false;
	json_array_foreach (names, i, e)
		if (!json_is_string(e) ||
		    !spec_name_valid("campaign", json_string_value(e)))
			return false;
	return true;
}

void
scope_set(const char *const *names, size_t n)
{
	memset(&scope, 0, sizeof(scope));
	scope.on = n > 0;
	for (size_t i = 0; i < n && scope.n < SCOPE_MOST; i++) {
		if (!str_copy(scope.text[scope.n], MODEL_NAME, names[i]))
			continue; /* a cut name might be another's */
		scope.names[scope.n] = scope.text[scope.n];
		scope.n++;
	}
}

bool
scope_on(void)
{
	return scope.on;
}

static bool
among(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

bool
scope_has(const char *campaign)
{
	return !scope.on || among(scope.names, scope.n, campaign);
}

size_t
scope_names(const char *const **names)
{
	*names = scope.names;
	return scope.n;
}

/* ---- words ------------------------------------------------------------ */

/* Gates whose text is about the campaign or contact itself and the law. */
static const char *const plain_gates[] = { "attempts", "campaign", "channels",
	"claimed", "concurrent", "consent", "contacts", "context", "cps",
	"dialing", "dnc", "done", "due", "exhausted", "finished", "held",
	"no_did", "pace", "profile", "running", "spool", "state", "stopping",
	"window", "zone" };

const char *
scope_gate(const char *gate, const char *text)
{
	static const struct {
		const char *gate, *text;
	} less[] = {
		{ "brake", "emergency brake is on" },
		{ "capped",
		    "all caller IDs for it are blocked or at their cap" },
		{ "database", "database is away" },
		{ "number_cap", "its number was called as often in 24 h as its "
				"cap permits" },
		{ "trunk", "no trunk of it is usable" },
	};

	if (strcmp(gate, "brake") == 0 &&
	    strncmp(text, "emergency brake of the campaign", 31) == 0)
		return text;
	if (among(plain_gates, nitems(plain_gates), gate))
		return text;
	for (size_t i = 0; i < nitems(less); i++)
		if (strcmp(less[i].gate, gate) == 0)
			return less[i].text;
	return "a gate is closed";
}

/* ---- totals ----------------------------------------------------------- */

static void
add_words(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}
_Static_assert(sizeof(struct board_count) % 8 == 0, "only u64");
#define COUNT_WORDS  (sizeof(struct board_count) / 8)
#define WINDOW_WORDS (offsetof(struct board_window, pdd_p50_ms) / 8)

static double
rate(uint64_t part, uint64_t whole)
{
	return whole > 0 ? (double)part / (double)whole : -1;
}

static void
sum_up(struct board *b, bool by_hand)
{
	const struct board_window *minute = &b->w[1];

	for (uint32_t i = 0; i < b->ncampaigns; i++) {
		const struct board_campaign *c = &b->campaigns[i];

		b->cps_target += c->target_cps;
		b->cps_actual += c->actual_cps;
		b->cps_max += c->max_cps;
		b->concurrent += c->concurrent;
		b->armed += c->armed;
		add_words(&b->n.attempted, &c->n.attempted, COUNT_WORDS);
		for (int k = 0; k < BOARD_WINDOWS; k++)
			add_words(&b->w[k].ended, &c->w[k].ended, WINDOW_WORDS);
	}
	for (int k = 0; k < BOARD_WINDOWS; k++)
		b->w[k].pdd_p50_ms = b->w[k].pdd_p95_ms = -1;
	/* nobody counts ten seconds of one campaign: the last one stands */
	b->cps_actual_10s = b->cps_actual;
	/* that it is pinned, not at what in all */
	b->cps_manual = by_hand ? MAXIMUM(b->cps_target, 0.01) : 0;
	b->rate_ended = minute->ended;
	b->rate_humans = minute->humans;
	b->asr = rate(minute->answered, minute->ended);
	b->ner = rate(minute->ner_good, minute->ended);
	b->abandonment = board_abandonment(minute);
	b->setup_p50 = b->setup_p95 = b->setup_p99 = -1;
	b->db_lag_ms = -1;
	b->audit_rows = -1;
}

/* ---- parts ------------------------------------------------------------ */

static void
cut_campaigns(struct board *b, const char *const *names, size_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++) {
		struct board_campaign *c = &b->campaigns[i];
		char why[sizeof(c->why)];

		if (!among(names, n, c->name))
			continue;
		if (c->why[0] != '\0') {
			str_copy(why, sizeof(why),
			    scope_gate(
				c->ngates > 0 ? c->gates[0].name : "", c->why));
			memset(c->why, 0, sizeof(c->why));
			str_copy(c->why, sizeof(c->why), why);
		}
		if (kept != i)
			b->campaigns[kept] = *c;
		kept++;
	}
	memset(&b->campaigns[kept], 0,
	    (BOARD_CAMPAIGNS - kept) * sizeof(b->campaigns[0]));
	b->ncampaigns = kept;
}

/*
 * The board tells the worst of all brakes, and whose it is ("campaign X: ",
 * "trunk X: ", or the engine's own).  The campaigns are cut already.
 */
static void
cut_brake(struct board *b)
{
	const struct board_campaign *worst = NULL;
	bool engine = strncmp(b->brake_reason, "campaign ", 9) != 0 &&
		      strncmp(b->brake_reason, "trunk ", 6) != 0;
	bool by_hand = strncmp(b->brake_reason, "by hand", 7) == 0;

	memset(b->brake_reason, 0, sizeof(b->brake_reason));
	if (engine) {
		str_copy(b->brake_reason, sizeof(b->brake_reason),
		    by_hand ? "by hand" : "");
		return;
	}
	for (uint32_t i = 0; i < b->ncampaigns; i++) {
		const struct board_campaign *c = &b->campaigns[i];
		bool on = strcmp(c->brake.state, "engaged") == 0;

		if ((strcmp(c->state, "running") != 0 &&
			strcmp(c->state, "waiting") != 0) ||
		    (!on && strcmp(c->brake.state, "probing") != 0))
			continue;
		if (worst == NULL ||
		    (on && strcmp(worst->brake.state, "engaged") != 0))
			worst = c;
	}
	memset(b->brake, 0, sizeof(b->brake));
	str_copy(b->brake, sizeof(b->brake),
	    worst != NULL ? worst->brake.state : "released");
	b->brake_since_ms = worst != NULL ? worst->brake.since_ms : 0;
	if (worst != NULL)
		str_format(b->brake_reason, sizeof(b->brake_reason),
		    "campaign %.40s: %s", worst->name, worst->brake.reason);
}

static void
cut_switches(struct board *b)
{
	b->nswitches = MINIMUM(b->nswitches, BOARD_SWITCHES);
	for (uint32_t i = 0; i < BOARD_SWITCHES; i++) {
		struct board_switch old = b->switches[i];
		struct board_switch *s = &b->switches[i];

		memset(s, 0, sizeof(*s));
		if (i >= b->nswitches)
			continue;
		str_copy(s->name, sizeof(s->name), old.name);
		s->connected = old.connected != 0;
		s->rtt_ms = s->lag_ms = -1;
		if (!s->connected)
			str_copy(s->why, sizeof(s->why), NOT_SHOWN);
	}
}

/* Does something else bear that name, too? */
static bool
is_other_object(const struct board *b, const char *name)
{
	for (uint32_t i = 0; i < MINIMUM(b->ntrunks, BOARD_TRUNKS); i++)
		if (strcmp(b->trunks[i].name, name) == 0)
			return true;
	for (uint32_t i = 0; i < MINIMUM(b->ncountries, BOARD_COUNTRIES); i++)
		if (strcmp(b->countries[i].name, name) == 0)
			return true;
	for (uint32_t i = 0; i < MINIMUM(b->nswitches, BOARD_SWITCHES); i++)
		if (strcmp(b->switches[i].name, name) == 0)
			return true;
	for (uint32_t i = 0; i < MINIMUM(b->npools, BOARD_POOLS); i++)
		if (strcmp(b->pools[i].name, name) == 0)
			return true;
	for (uint32_t i = 0; i < MINIMUM(b->nhelpers, BOARD_HELPERS); i++)
		if (strcmp(b->helpers[i].name, name) == 0)
			return true;
	return false;
}

/* Alerts of the engine itself, in words without figures. */
static const struct {
	const char *rule, *text;
} own_alerts[] = {
	{ "brake", "the emergency brake is engaged" },
	{ "cps-low", "calls leave more slowly than they should" },
	{ "database", "the database is away" },
	{ "spool", "the spool cannot be written: no call leaves until it can" },
};

static bool
cut_alert(const struct board *b, struct board_alert *a,
    const char *const *names, size_t n)
{
	/* of a context, which may have a campaign's name */
	static const char *const of_others[] = { "machine-keys" };
	static const char *const of_campaigns[] = { "campaign-brake",
		"abandonment", "mute" };

	if (among(of_others, nitems(of_others), a->rule))
		return false;
	if (a->object[0] != '\0')
		return among(names, n, a->object) &&
		       (among(of_campaigns, nitems(of_campaigns), a->rule) ||
			   !is_other_object(b, a->object));
	for (size_t i = 0; i < nitems(own_alerts); i++)
		if (strcmp(own_alerts[i].rule, a->rule) == 0) {
			memset(a->message, 0, sizeof(a->message));
			str_copy(
			    a->message, sizeof(a->message), own_alerts[i].text);
			a->hidden = 0;
			return true;
		}
	return false;
}

static void
cut_alerts(struct board *b, const char *const *names, size_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++)
		if (cut_alert(b, &b->alerts[i], names, n))
			b->alerts[kept++] = b->alerts[i];
	memset(
	    &b->alerts[kept], 0, (BOARD_ALERTS - kept) * sizeof(b->alerts[0]));
	b->nalerts = kept;
}

static void
cut_jobs(struct board *b, const char *const *names, size_t n)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < MINIMUM(b->njobs, BOARD_JOBS); i++)
		if (among(names, n, b->jobs[i].campaign))
			b->jobs[kept++] = b->jobs[i];
	memset(&b->jobs[kept], 0, (BOARD_JOBS - kept) * sizeof(b->jobs[0]));
	b->njobs = kept;
}

/* ---- the whole -------------------------------------------------------- */

/* What stays, in the order of the board; all from tick on, else, is zero. */
#define KEEP(m)                                                                \
	{                                                                      \
		offsetof(struct board, m), sizeof(((struct board *)0)->m)      \
	}
static const struct {
	size_t at, size;
} keep[] = { KEEP(tick), KEEP(now_ms), KEEP(started_ms), KEEP(version_text),
	KEEP(node), KEEP(timezone), KEEP(brake), KEEP(brake_reason),
	KEEP(brake_since_ms), KEEP(db_connected), KEEP(db_private),
	KEEP(db_why), KEEP(ncampaigns), KEEP(nswitches), KEEP(njobs),
	KEEP(nalerts), KEEP(campaigns), KEEP(switches), KEEP(jobs),
	KEEP(alerts), KEEP(messages) };

static void
clear_the_rest(struct board *b)
{
	size_t at = offsetof(struct board, tick);

	for (size_t i = 0; i < nitems(keep); i++) {
		memset((char *)b + at, 0, keep[i].at - at);
		at = keep[i].at + keep[i].size;
	}
	memset((char *)b + at, 0, sizeof(*b) - at);
}

void
scope_cut(struct board *b, const char *const *names, size_t n)
{
	bool by_hand = b->cps_manual > 0;

	/* before the names of others go */
	cut_alerts(b, names, n);
	cut_campaigns(b, names, n);
	cut_jobs(b, names, n);
	cut_brake(b);
	cut_switches(b);
	memset(b->db_why, 0, sizeof(b->db_why));
	if (!b->db_connected)
		str_copy(b->db_why, sizeof(b->db_why), NOT_SHOWN);
	clear_the_rest(b);
	sum_up(b, by_hand);
}

void
scope_board(struct board *copy)
{
	if (scope.on)
		scope_cut(copy, scope.names, scope.n);
}

bool
scope_row(enum rows_kind kind, const void *row)
{
	if (!scope.on)
		return true;
	switch (kind) {
	case ROWS_CALLS:
		return scope_has(((const struct row_call *)row)->campaign);
	case ROWS_SESSIONS:
		/* where it finds who wants to look at its screen */
		return ((const struct row_session *)row)->pid == getpid();
	default:
		return false;
	}
}
