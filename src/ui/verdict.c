/* SPDX-License-Identifier: MIT */
/* verdict: what on the board an operator must not overlook, in order. */
#include "ui/verdict.h"

#include <stdarg.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/helper_rows.h"
#include "ui/when.h"

static void __attribute__((format(printf, 3, 4)))
add(struct verdict *v, enum verdict_level level, const char *fmt, ...)
{
	char text[256], *old;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* the worst stands first: it must not fall off a narrow screen */
	old = xstrdup(v->text);
	if (old[0] == '\0')
		str_copy(v->text, sizeof(v->text), text);
	else if (level > v->level)
		str_format(v->text, sizeof(v->text), "%s;  %s", text, old);
	else
		str_format(v->text, sizeof(v->text), "%s;  %s", old, text);
	free(old);
	v->problems++;
	v->level = MAXIMUM(v->level, level);
}

static void
look_switches(const struct board *b, struct verdict *v)
{
	for (uint32_t i = 0; i < b->nswitches && i < BOARD_SWITCHES; i++) {
		const struct board_switch *s = &b->switches[i];

		if (!s->connected)
			add(v, VERDICT_BAD, _("switch %s down: %s"), s->name,
			    s->why[0] != '\0' ? s->why : _("no reason given"));
		else if (s->unanswered_s > 3)
			add(v, VERDICT_LOOK, _("switch %s silent for %.0f s"),
			    s->name, s->unanswered_s);
	}
}

bool
verdict_brake_all(const struct board *b)
{
	return strcmp(b->brake, "engaged") == 0 &&
	       strncmp(b->brake_reason, "campaign ", 9) != 0 &&
	       strncmp(b->brake_reason, "trunk ", 6) != 0;
}

static void
look_brake(const struct board *b, const struct board_brake *k, const char *of,
    const char *name, struct verdict *v)
{
	char t[TEXT_NUM];

	if (strcmp(k->state, "engaged") == 0)
		add(v, VERDICT_BAD, _("%s %s BRAKED for %s: %s"), of, name,
		    text_span(when_since_s(k->since_ms, b->now_ms), t),
		    k->reason[0] != '\0' ? k->reason : _("no reason given"));
	else if (strcmp(k->state, "probing") == 0)
		add(v, VERDICT_LOOK, _("%s %s: brake probing: %s"), of, name,
		    k->reason);
}

/* Nothing leaves at all, or one campaign or trunk stands. */
static void
look_brakes(const struct board *b, struct verdict *v)
{
	char t[TEXT_NUM];

	if (verdict_brake_all(b))
		add(v, VERDICT_BAD,
		    _("BRAKE ENGAGED for %s, nothing leaves: %s"),
		    text_span(when_since_s(b->brake_since_ms, b->now_ms), t),
		    b->brake_reason[0] != '\0' ? b->brake_reason
					       : _("by hand"));
	for (uint32_t i = 0; i < b->ncampaigns && i < BOARD_CAMPAIGNS; i++) {
		const struct board_campaign *c = &b->campaigns[i];

		if (strcmp(c->state, "running") == 0 ||
		    strcmp(c->state, "waiting") == 0)
			look_brake(b, &c->brake, _("campaign"), c->name, v);
	}
	for (uint32_t i = 0; i < b->ntrunks && i < BOARD_TRUNKS; i++)
		look_brake(
		    b, &b->trunks[i].brake, _("trunk"), b->trunks[i].name, v);
}

static bool
switch_up(const struct board *b, const char *name)
{
	for (uint32_t i = 0; i < b->nswitches && i < BOARD_SWITCHES; i++)
		if (strcmp(b->switches[i].name, name) == 0)
			return b->switches[i].connected != 0;
	return false;
}

/* A trunk that rests; not because of its brake, nor of its switch. */
static void
look_trunks(const struct board *b, struct verdict *v)
{
	for (uint32_t i = 0; i < b->ntrunks && i < BOARD_TRUNKS; i++) {
		const struct board_trunk *t = &b->trunks[i];

		if (t->why[0] != '\0' && switch_up(b, t->switch_name) &&
		    (t->brake.state[0] == '\0' ||
			strcmp(t->brake.state, "released") == 0))
			add(v, VERDICT_LOOK, _("trunk %s is not used: %s"),
			    t->name, t->why);
	}
}

/* Rules whose matter stands in the verdict anyway, in better words. */
static bool
said_already(const char *rule)
{
	static const char *const own[] = { "brake", "campaign-brake",
		"trunk-brake", "trunk-resting", "trunk-unreachable", "database",
		"switch", "did-capped", "helper", "helper-database" };

	for (size_t i = 0; i < nitems(own); i++)
		if (strcmp(rule, own[i]) == 0)
			return true;
	return false;
}

static void
look_alerts(const struct board *b, struct verdict *v)
{
	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++) {
		const struct board_alert *a = &b->alerts[i];

		if (a->ended_ms != 0 || strcmp(a->severity, "info") == 0)
			continue;
		if (said_already(a->rule))
			continue;
		/* who has acknowledged it knows; a critical one stays */
		if (strcmp(a->severity, "critical") != 0) {
			if (a->acked_ms == 0)
				add(v, VERDICT_LOOK, "%s", a->message);
		} else
			add(v, a->acked_ms == 0 ? VERDICT_BAD : VERDICT_LOOK,
			    "%s", a->message);
	}
}

/* The private database's server, while it does not run. */
static const struct board_helper *
dead_server(const struct board *b)
{
	for (uint32_t i = 0; i < b->nhelpers && i < BOARD_HELPERS; i++)
		if (strcmp(b->helpers[i].name, "postgresql") == 0 &&
		    strcmp(b->helpers[i].state, "running") != 0)
			return &b->helpers[i];
	return NULL;
}

/* Its server explains it better than the link that broke with it. */
static void
look_database(const struct board *b, struct verdict *v)
{
	const struct board_helper *h = dead_server(b);
	const char *why = b->db_why;

	if (b->db_connected)
		return;
	if (h != NULL && h->why[0] != '\0')
		why = h->why;
	add(v, VERDICT_BAD, _("DATABASE AWAY, no new calls: %s (%llu spooled)"),
	    why[0] != '\0' ? why : _("no reason given"),
	    (unsigned long long)b->spooled);
}

/* Who has acknowledged the alert of it knows. */
static bool
helper_acked(const struct board *b, const char *name)
{
	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++)
		if (strcmp(b->alerts[i].rule, "helper") == 0 &&
		    strcmp(b->alerts[i].object, name) == 0 &&
		    b->alerts[i].ended_ms == 0 && b->alerts[i].acked_ms != 0)
			return true;
	return false;
}

/* The others: calls go on without them. */
static void
look_helpers(const struct board *b, struct verdict *v)
{
	struct helper_row rows[BOARD_HELPERS];
	size_t n = helper_rows(b, NULL, rows);
	char t[256];

	for (size_t i = 0; i < n; i++) {
		const struct board_helper *h = rows[i].h;

		if (!helper_down(h) || helper_acked(b, h->name) ||
		    (h == dead_server(b) && !b->db_connected))
			continue;
		helper_says(&rows[i], t, sizeof(t));
		add(v, VERDICT_LOOK, "%s", t);
	}
}

static void
look_pools(const struct board *b, struct verdict *v)
{
	for (uint32_t i = 0; i < b->npools && i < BOARD_POOLS; i++) {
		const struct board_pool *p = &b->pools[i];

		if (p->total > 0 && p->eligible == 0)
			add(v, VERDICT_BAD,
			    _("no DID left in %s (%u capped out, %u blocked)"),
			    p->name, p->capped_out, p->blocked);
	}
}

static void
when_well(const struct board *b, struct verdict *v)
{
	int running = 0, waiting = 0;
	char n[TEXT_NUM];

	for (uint32_t i = 0; i < b->ncampaigns && i < BOARD_CAMPAIGNS; i++) {
		running += strcmp(b->campaigns[i].state, "running") == 0;
		waiting += strcmp(b->campaigns[i].state, "waiting") == 0;
	}
	if (running == 0) {
		v->level = VERDICT_IDLE;
		if (waiting > 0)
			str_format(v->text, sizeof(v->text),
			    _("nothing is being dialled; %d waiting"), waiting);
		else
			str_copy(
			    v->text, sizeof(v->text), _("no campaign runs"));
		return;
	}
	str_format(v->text, sizeof(v->text),
	    _("%d running, %d waiting, %.1f calls per second, %s calls up"),
	    running, waiting, b->cps_actual, text_count(b->concurrent, n));
}

void
verdict_of(const struct board *b, enum board_state state, int64_t age_ms,
    const char *zone, struct verdict *v)
{
	char t[TEXT_NUM], w[WHEN_TEXT];

	memset(v, 0, sizeof(*v));
	if (state == BOARD_OFFLINE) {
		add(v, VERDICT_BAD, "%s", _("no engine runs here"));
		return;
	}
	when_near(zone, b->now_ms, b->now_ms, w);
	text_span(age_ms / MS_PER_S, t);
	if (state == BOARD_STALE && b->stopping)
		add(v, VERDICT_BAD,
		    _("the engine was stopped; this is from %s (%s ago)"), w,
		    t);
	else if (state == BOARD_STALE)
		add(v, VERDICT_BAD,
		    _("engine %d is silent; this is from %s (%s ago)"), b->pid,
		    w, t);
	look_brakes(b, v);
	look_database(b, v);
	look_switches(b, v);
	look_trunks(b, v);
	look_pools(b, v);
	look_helpers(b, v);
	look_alerts(b, v);
	if (v->problems == 0)
		when_well(b, v);
}

const char *
verdict_word(enum verdict_level l)
{
	switch (l) {
	case VERDICT_WELL:
		return _("ALL WELL");
	case VERDICT_IDLE:
		return _("IDLE");
	case VERDICT_LOOK:
		return _("LOOK");
	case VERDICT_BAD:
		break;
	}
	return _("ALARM");
}
