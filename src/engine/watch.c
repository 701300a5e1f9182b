/* SPDX-License-Identifier: MIT */
/*
 * watch: once a second every statistic that an alert rule may name is fed to
 * engine/alert.h, and what it raises or ends goes out as a log line and as
 * JSON for notify.d.
 */
#include <string.h>

#include "engine/state.h"
#include "shared/buf.h"
#include "shared/log.h"

#define START_MS  (5 * MS_PER_S)
#define RATE_MIN  20 /* calls ended in ten minutes before a rate is fed */
#define CPS_LOW_S 10

static void
changed(void *arg, const struct board_alert *a)
{
	struct engine *e = arg;
	struct buf b = BUF_INIT;
	struct action *act;
	bool on = a->ended_ms == 0;

	engine_note(e,
	    !on                                    ? LOG_LVL_INFO
	    : strcmp(a->severity, "critical") == 0 ? LOG_LVL_ERROR
						   : LOG_LVL_WARN,
	    "alert %s%s: %s", a->rule, on ? "" : " has ended", a->message);
	alert_json(&b, a, e->cfg.node);
	act = engine_push(e, ACT_ALERT);
	act->json = xstrdup(buf_cstr(&b));
	buf_clear(&b);
}

static void
feed(struct engine *e, const char *statistic, const char *object,
    const char *parent, double value, const char *detail)
{
	alerts_value(e->alerts, statistic, object, parent, value, detail);
}

/* Rates of the last ten minutes, where there is enough to divide by. */
static void
feed_rates(struct engine *e, const char *scope, struct stats_scope *s,
    const char *object, const char *parent)
{
	struct board_window w;
	uint64_t people;
	char name[48];

	stats_scope_window(s, e->now.mono_ns, STATS_10MIN, &w);
	if (w.ended < RATE_MIN)
		return;
	str_format(name, sizeof(name), "%s.asr", scope);
	feed(e, name, object, parent, (double)w.answered / (double)w.ended,
	    NULL);
	str_format(name, sizeof(name), "%s.ner", scope);
	feed(e, name, object, parent, (double)w.ner_good / (double)w.ended,
	    NULL);
	str_format(name, sizeof(name), "%s.congestion_share", scope);
	if (strcmp(scope, "trunk") == 0)
		feed(e, name, object, parent,
		    (double)w.cause[CAUSE_CAPACITY] / (double)w.ended, NULL);
	str_format(name, sizeof(name), "%s.short_share", scope);
	if (strcmp(scope, "country") == 0 && w.answered >= RATE_MIN)
		feed(e, name, object, parent,
		    (double)w.short_calls / (double)w.answered, NULL);
	str_format(name, sizeof(name), "%s.abandonment", scope);
	people = w.humans + w.false_machines_milli / 1000;
	if (strcmp(scope, "campaign") == 0 && people >= RATE_MIN)
		feed(e, name, object, parent, board_abandonment(&w), NULL);
}

static void
feed_switches(struct engine *e)
{
	for (unsigned i = 0; i < e->nswitches; i++) {
		struct switch_rt *s = &e->switches[i];

		feed(e, "switch.away", s->conf.name, "", !s->up, s->why);
		if (!s->up)
			continue;
		feed(e, "switch.lag_ms", s->conf.name, "", s->late_ms, NULL);
		feed(e, "switch.rtt_ms", s->conf.name, "", s->rtt_ms, NULL);
		feed(e, "switch.unanswered_s", s->conf.name, "",
		    s->unanswered_s, NULL);
	}
}

static void
feed_trunks(struct engine *e)
{
	for (size_t i = 0; i < e->ntrunks; i++) {
		struct trunk *t = e->trunks[i];
		const char *name = t->conf.name;
		const char *parent =
		    t->sw < 0 ? "" : e->switches[t->sw].conf.name;

		if (t->gone)
			continue;
		feed(e, "trunk.brake", name, parent,
		    t->brake.state != BRAKE_RELEASED, t->brake.reason);
		feed(e, "trunk.resting", name, parent,
		    t->resting_ns > e->now.mono_ns, NULL);
		feed(
		    e, "trunk.unreachable", name, parent, t->unreachable, NULL);
		feed(e, "trunk.routes_off", name, parent, route_noff(e, t),
		    NULL);
		feed(e, "trunk.capacity", name, parent,
		    t->aimd.allowed < t->aimd.max, NULL);
		feed_rates(e, "trunk", t->scope, name, parent);
	}
}

/* Joined with commas: each of them may explain what the campaign suffers. */
static void
trunk_names(const struct campaign *c, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (int i = 0; i < c->ntrunks; i++) {
		str_format(out + len, size - len, "%s%s", i > 0 ? "," : "",
		    c->trunks[i]->conf.name);
		len += strlen(out + len);
	}
}

static void
feed_campaigns(struct engine *e)
{
	for (size_t i = 0; i < e->ncampaigns; i++) {
		struct campaign *c = e->campaigns[i];
		char parent[MODEL_LIST * (MODEL_NAME + 1)];
		bool mute =
		    c->want == RUNNING && !c->gone && c->narmed > 0 &&
		    c->why[0] == '\0' &&
		    (int64_t)c->concurrent < c->profile.max_concurrent_calls;

		if (!mute)
			c->sent_ns = e->now.mono_ns;
		if (c->gone)
			continue;
		trunk_names(c, parent, sizeof(parent));
		feed(e, "campaign.brake", c->conf.name, parent,
		    c->brake.state != BRAKE_RELEASED, c->brake.reason);
		feed(e, "campaign.mute_s", c->conf.name, parent,
		    (double)(e->now.mono_ns - c->sent_ns) / NS_PER_S, NULL);
		feed_rates(e, "campaign", c->scope, c->conf.name, parent);
	}
	for (size_t i = 0; i < e->ncountries; i++)
		if (!e->countries[i]->gone)
			feed_rates(e, "country", e->countries[i]->scope,
			    e->countries[i]->conf.name, "");
}

/* Of what is usable today; blocked ones may have been used before. */
static double
spent(const struct did_summary *s, uint32_t cap)
{
	double share =
	    (double)s->uses_sum / ((double)(s->total - s->blocked) * cap);

	return MINIMUM(share, 1);
}

static void
feed_pools(struct engine *e)
{
	for (size_t i = 0; i < e->ngroups; i++) {
		struct group *g = e->groups[i];
		struct did_summary s;
		uint32_t cap = 0, usable;
		char detail[120];

		for (size_t k = 0; k < e->ncountries; k++)
			if (e->countries[k]->group == g)
				cap = MAXIMUM(cap, (uint32_t)e->countries[k]
						       ->conf.did_daily_cap);
		did_summarise(g->pool, cap, &s);
		if (s.total > 0)
			feed(e, "pool.blocked_share", g->name, "",
			    (double)s.blocked / s.total, NULL);
		usable = s.total - s.blocked;
		if (cap == 0 || usable == 0)
			continue;
		str_format(detail, sizeof(detail),
		    "caller IDs of %s: all %u at their cap of %u today: no "
		    "more calls there",
		    g->name, usable, cap);
		feed(e, "pool.capped", g->name, "", s.capped_out == usable,
		    detail);
		str_format(detail, sizeof(detail),
		    "caller IDs of %s: %.0f %% of today's uses are spent "
		    "(%u IDs)",
		    g->name, 100 * spent(&s, cap), usable);
		/* All of them spent is the other alert. */
		feed(e, "pool.used", g->name, "",
		    s.capped_out == usable ? 0 : spent(&s, cap), detail);
	}
	feed(e, "did.blocked_auto", "", "", (double)e->blocked_auto, NULL);
}

/* Sent over target in the last ten seconds in which there was a target. */
static void
feed_pace(struct engine *e)
{
	const struct stats *s = &e->stats;
	double sent = 0, target = 0;
	char detail[100];

	if (s->nhist < CPS_LOW_S || e->target <= 1)
		return;
	for (unsigned i = 0; i < CPS_LOW_S; i++) {
		const struct board_second *h =
		    &s->hist[(s->hist_head + BOARD_HISTORY - i) %
			     BOARD_HISTORY];

		sent += h->sent;
		target += (double)h->target;
		if (h->target <= 1)
			return;
	}
	str_format(detail, sizeof(detail),
	    "calls leave at less than 70 %% of the target of %.0f per second",
	    e->target);
	/* What cannot be seen in whole calls is no shortfall. */
	feed(e, "engine.cps_ratio", "", "",
	    (sent + CPS_LOW_S) / target >= 1 ? 1 : sent / target, detail);
}

/* The private database's process, and the link to it: one matter. */
#define OWN_DB "postgresql"

static void
feed_helpers(struct engine *e)
{
	const char *why = e->db_why;
	char msg[200];

	for (size_t i = 0; i < e->nhelpers; i++) {
		const struct engine_helper *h = &e->helpers[i];

		feed(e, "helper.down", h->name, "", h->down, h->detail);
		/* "connection refused" is only what follows from it */
		if (h->detail[0] != '\0' && strcmp(h->name, OWN_DB) == 0)
			why = h->detail;
	}
	str_format(msg, sizeof(msg), "database is away: %s", why);
	feed(e, "database.away", "", "", !e->db_up, msg);
}

void
watch_alerts(struct engine *e)
{

	/* At start nothing is connected yet: that is not news. */
	if (e->now.wall_ms - e->started_ms < START_MS)
		return;
	alerts_begin(e->alerts);
	feed(e, "engine.brake", "", "", e->brake.state == BRAKE_ENGAGED,
	    e->brake.reason);
	feed_helpers(e);
	feed(e, "engine.spool_unusable", "", "", !e->spool_ok,
	    "the spool cannot be written: no call leaves until it can");
	feed(e, "engine.spooled", "", "", (double)e->spooled, NULL);
	feed(e, "engine.late_events", "", "", (double)e->late_events, NULL);
	feed_pace(e);
	feed_switches(e);
	feed_trunks(e);
	feed_campaigns(e);
	feed_pools(e);
	keys_watch(e);
	alerts_end(e->alerts, e->now.wall_ms, changed, e);
}
