/* SPDX-License-Identifier: MIT */
/*
 * cmd_status_json: the board as the object of `status --json`.  What is not
 * known is null, never 0; a rate with nothing to divide by is not known.
 */
#include "ui/cmd.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

/* null for what is unknown: negative or no number. */
static json_t *
number(double d)
{
	return isfinite(d) && d >= 0 ? json_real(d) : json_null();
}

static json_t *
count(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *
text(const char *s)
{
	char t[512];

	text_clean(t, sizeof(t), s);
	return json_string(t);
}

static json_t *
instant(int64_t wall_ms)
{
	char t[32];

	if (wall_ms == 0)
		return json_null();
	time_iso(wall_ms, t);
	return json_string(t);
}

static void
put(json_t *o, const char *key, json_t *v)
{
	json_object_set_new(o, key, v);
}

/* Answered of seizures; unknown before the first. */
static double
asr(const struct board_count *n)
{
	return n->attempted > 0 ? (double)n->answered / (double)n->attempted
				: -1;
}

static json_t *
ratio(uint64_t part, uint64_t whole)
{
	return whole > 0 ? json_real((double)part / (double)whole)
			 : json_null();
}

static json_t *
window_json(const struct board_window *w)
{
	json_t *o = json_object(), *c = json_object();

	put(o, "ended", count(w->ended));
	put(o, "answered", count(w->answered));
	put(o, "ner_good", count(w->ner_good));
	put(o, "humans", count(w->humans));
	put(o, "connected", count(w->connected));
	put(o, "abandoned", count(w->abandoned));
	put(o, "false_machines",
	    number((double)w->false_machines_milli / 1000));
	put(o, "opted_out", count(w->opted_out));
	put(o, "machine", count(w->machine));
	put(o, "short_calls", count(w->short_calls));
	put(o, "asr", ratio(w->answered, w->ended));
	put(o, "ner", ratio(w->ner_good, w->ended));
	put(o, "acd_s",
	    w->answered > 0
		? json_real((double)w->talk_ms / 1000 / (double)w->answered)
		: json_null());
	put(o, "human_rate", ratio(w->humans, w->answered));
	put(o, "conversion", ratio(w->connected, w->humans));
	put(o, "short_share", ratio(w->short_calls, w->answered));
	put(o, "abandonment", number(board_abandonment(w)));
	put(o, "pdd_p50_ms", number((double)w->pdd_p50_ms));
	put(o, "pdd_p95_ms", number((double)w->pdd_p95_ms));
	for (int i = 0; i < BOARD_CAUSES; i++)
		put(c, board_cause_words[i], count(w->cause[i]));
	put(o, "causes", c);
	return o;
}

static json_t *
windows_json(const struct board_window w[BOARD_WINDOWS])
{
	json_t *o = json_object();

	for (int i = 0; i < BOARD_WINDOWS; i++)
		put(o, board_window_words[i], window_json(&w[i]));
	return o;
}

static json_t *
brake_json(const struct board_brake *k)
{
	json_t *o = json_object();

	put(o, "state", text(k->state[0] != '\0' ? k->state : "released"));
	put(o, "reason", text(k->reason));
	put(o, "since", instant(k->since_ms));
	put(o, "next", instant(k->next_ms));
	/* Below 0 speaks for good quality. */
	put(o, "evidence",
	    isfinite(k->llr) ? json_real((double)k->llr) : json_null());
	put(o, "limit", k->up > 0 ? number((double)k->up) : json_null());
	return o;
}

static json_t *
gates_json(const struct board_campaign *c)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(c->ngates, BOARD_GATES); i++)
		json_array_append_new(a,
		    json_pack("{s:o, s:o, s:o}", "gate", text(c->gates[i].name),
			"contacts",
			c->gates[i].contacts > 0 ? count(c->gates[i].contacts)
						 : json_null(),
			"opens", instant(c->gates[i].opens_ms)));
	return a;
}

static json_t *
trunks_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->ntrunks, BOARD_TRUNKS); i++) {
		const struct board_trunk *t = &b->trunks[i];
		json_t *o = json_object();

		put(o, "name", text(t->name));
		put(o, "switch", text(t->switch_name));
		put(o, "cps", number(t->cps));
		put(o, "allowed_cps", number(t->allowed_cps));
		put(o, "max_cps", number(t->max_cps));
		put(o, "concurrent", count(t->concurrent));
		put(o, "max_channels", count(t->max_channels));
		put(o, "attempted", count(t->n.attempted));
		put(o, "answered", count(t->n.answered));
		put(o, "brake", brake_json(&t->brake));
		put(o, "why", text(t->why));
		put(o, "failed_over", count(t->failed_over));
		put(o, "rejected", count(t->rejected));
		put(o, "routes_off", count(t->routes_off));
		put(o, "windows", windows_json(t->w));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
switches_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->nswitches, BOARD_SWITCHES); i++) {
		const struct board_switch *s = &b->switches[i];
		json_t *o = json_object();

		put(o, "name", text(s->name));
		put(o, "connected", json_boolean(s->connected));
		put(o, "concurrent", count(s->concurrent));
		put(o, "cps", number(s->cps));
		put(o, "max_cps", number(s->max_cps));
		put(o, "allowed_cps", number(s->allowed_cps));
		put(o, "rtt_ms", number(s->rtt_ms));
		put(o, "lag_ms", number(s->lag_ms));
		put(o, "why", text(s->why));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
campaigns_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++) {
		const struct board_campaign *c = &b->campaigns[i];
		json_t *o = json_object();

		put(o, "name", text(c->name));
		put(o, "state", text(c->state));
		put(o, "attempted", count(c->n.attempted));
		put(o, "answered", count(c->n.answered));
		put(o, "connected", count(c->n.connected));
		put(o, "opted_out", count(c->n.opted_out));
		put(o, "remaining", count(c->remaining));
		put(o, "total", count(c->total));
		put(o, "concurrent", count(c->concurrent));
		put(o, "cps", number(c->actual_cps));
		put(o, "why", text(c->why));
		put(o, "opens", instant(c->opens_ms));
		put(o, "brake", brake_json(&c->brake));
		put(o, "gates", gates_json(c));
		put(o, "windows", windows_json(c->w));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
countries_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->ncountries, BOARD_COUNTRIES); i++) {
		const struct board_country *c = &b->countries[i];
		json_t *o = json_object();

		put(o, "country", text(c->name));
		put(o, "attempted", count(c->n.attempted));
		put(o, "answered", count(c->n.answered));
		put(o, "failed", count(c->n.failed));
		put(o, "asr", number(asr(&c->n)));
		put(o, "open", json_boolean(c->open));
		put(o, "opens", instant(c->opens_ms));
		put(o, "windows", windows_json(c->w));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
sessions_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->nsessions, BOARD_SESSIONS); i++) {
		const struct board_session *s = &b->sessions[i];
		json_t *o = json_object();

		put(o, "id", json_integer(s->id));
		put(o, "user", text(s->user));
		put(o, "role", text(s->role));
		put(o, "from", text(s->from));
		put(o, "since", instant(s->since_ms));
		put(o, "what", text(s->what));
		json_array_append_new(a, o);
	}
	return a;
}

/* What the engine looks after; pid null: it does not run. */
static json_t *
helpers_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->nhelpers, BOARD_HELPERS); i++) {
		const struct board_helper *h = &b->helpers[i];
		json_t *o = json_object();

		put(o, "name", text(h->name));
		put(o, "state", text(h->state));
		put(o, "pid", h->pid > 0 ? json_integer(h->pid) : json_null());
		put(o, "restarts", count(h->restarts));
		put(o, "since", instant(h->since_ms));
		put(o, "next", instant(h->next_ms));
		put(o, "why", text(h->why));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *
alerts_json(const struct board *b)
{
	json_t *a = json_array();

	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++) {
		const struct board_alert *l = &b->alerts[i];
		json_t *o;

		if (l->ended_ms != 0)
			continue;
		o = json_object();
		put(o, "rule", text(l->rule));
		put(o, "object", text(l->object));
		put(o, "severity", text(l->severity));
		put(o, "since", instant(l->since_ms));
		put(o, "message", text(l->message));
		put(o, "acked_by",
		    l->acked_ms != 0 ? text(l->acked_by) : json_null());
		put(o, "acked", instant(l->acked_ms));
		put(o, "hidden", count(l->hidden));
		json_array_append_new(a, o);
	}
	return a;
}

/* The newest line of the audit log: to be kept elsewhere and compared. */
static json_t *
audit_json(const struct board *b)
{
	json_t *o = json_object();

	put(o, "rows",
	    b->audit_rows >= 0 ? json_integer(b->audit_rows) : json_null());
	put(o, "head",
	    b->audit_head[0] != '\0' ? text(b->audit_head) : json_null());
	return o;
}

json_t *
status_json(const struct board *b)
{
	json_t *o = json_object(), *p;

	put(o, "version", text(b->version_text));
	put(o, "node", text(b->node));
	put(o, "pid", json_integer(b->pid));
	put(o, "uptime_s", number((double)(b->now_ms - b->started_ms) / 1000));
	put(o, "cps", p = json_object());
	put(p, "target", number(b->cps_target));
	put(p, "actual", number(b->cps_actual));
	put(p, "actual_10s", number(b->cps_actual_10s));
	put(p, "max", number(b->cps_max));
	put(p, "worst_second", number(b->worst_second));
	put(o, "calls", p = json_object());
	put(p, "concurrent", count(b->concurrent));
	put(p, "attempted", count(b->n.attempted));
	put(p, "answered", count(b->n.answered));
	put(p, "failed", count(b->n.failed));
	put(p, "abandoned", count(b->n.abandoned));
	put(p, "armed", count(b->armed));
	put(p, "connected", count(b->n.connected));
	put(p, "opted_out", count(b->n.opted_out));
	put(o, "rates", p = json_object());
	put(p, "asr", number(b->asr));
	put(p, "ner", number(b->ner));
	put(p, "abandonment", number(b->abandonment));
	put(o, "setup_ms", p = json_object());
	put(p, "p50", number(b->setup_p50));
	put(p, "p95", number(b->setup_p95));
	put(p, "p99", number(b->setup_p99));
	put(o, "brake", p = json_object());
	put(p, "state", text(b->brake[0] ? b->brake : "released"));
	put(p, "reason", text(b->brake_reason));
	put(p, "since", instant(b->brake_since_ms));
	put(o, "database", p = json_object());
	put(p, "connected", json_boolean(b->db_connected));
	put(p, "lag_ms", b->db_connected ? number(b->db_lag_ms) : json_null());
	put(p, "spooled", count(b->spooled));
	put(p, "why", text(b->db_why));
	put(o, "audit", audit_json(b));
	put(o, "windows", windows_json(b->w));
	put(o, "switches", switches_json(b));
	put(o, "trunks", trunks_json(b));
	put(o, "campaigns", campaigns_json(b));
	put(o, "countries", countries_json(b));
	put(o, "dids", p = json_object());
	put(p, "total", count(b->dids_total));
	put(p, "eligible", count(b->dids_eligible));
	put(p, "blocked", count(b->dids_blocked));
	put(p, "capped_out", count(b->dids_capped_out));
	put(o, "sessions", sessions_json(b));
	put(o, "sessions_all", json_integer(b->sessions_all));
	put(o, "helpers", helpers_json(b));
	put(o, "alerts", alerts_json(b));
	return o;
}
