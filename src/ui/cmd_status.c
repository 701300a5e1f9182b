/* SPDX-License-Identifier: MIT */
/*
 * cmd_status: what the board says, once, for people or as one JSON object.
 * What is not known is null, never 0.
 */
#include "ui/cmd.h"

#include <getopt.h>
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
		put(o, "rtt_ms", number(s->rtt_ms));
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

		put(o, "user", text(s->user));
		put(o, "role", text(s->role));
		put(o, "from", text(s->from));
		put(o, "since", instant(s->since_ms));
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
		put(o, "severity", text(l->severity));
		put(o, "since", instant(l->since_ms));
		put(o, "message", text(l->message));
		json_array_append_new(a, o);
	}
	return a;
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
	put(o, "switches", switches_json(b));
	put(o, "campaigns", campaigns_json(b));
	put(o, "countries", countries_json(b));
	put(o, "dids", p = json_object());
	put(p, "total", count(b->dids_total));
	put(p, "eligible", count(b->dids_eligible));
	put(p, "blocked", count(b->dids_blocked));
	put(p, "capped_out", count(b->dids_capped_out));
	put(o, "sessions", sessions_json(b));
	put(o, "alerts", alerts_json(b));
	return o;
}

/* One line of a table: a name in its column, then texts to the right. */
static void
row(struct buf *out, int width, const char *name, const char *const *cells,
    size_t n, const char *rest)
{
	char t[400], clean[200];

	text_fit(t, sizeof(t), name, width, TEXT_LEFT);
	buf_str(out, t);
	for (size_t i = 0; i < n; i++) {
		text_fit(t, sizeof(t), cells[i], 11, TEXT_RIGHT);
		buf_str(out, t);
	}
	text_clean(clean, sizeof(clean), rest);
	buf_fmt(out, "%s%s\n", *clean ? "  " : "", clean);
}

static void
campaign_rows(struct buf *out, const struct board *b)
{
	static const char *const head[] = { "state", "attempted", "answered",
		"connected", "opted out", "remaining" };

	if (b->ncampaigns == 0)
		return;
	buf_byte(out, '\n');
	row(out, 20, "campaign", head, nitems(head), "");
	for (uint32_t i = 0; i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++) {
		const struct board_campaign *c = &b->campaigns[i];
		char n[5][TEXT_NUM];
		const char *cells[] = { c->state,
			text_count(c->n.attempted, n[0]),
			text_count(c->n.answered, n[1]),
			text_count(c->n.connected, n[2]),
			text_count(c->n.opted_out, n[3]),
			text_count(c->remaining, n[4]) };

		row(out, 20, c->name, cells, nitems(cells), c->why);
	}
}

static void
country_rows(struct buf *out, const struct board *b)
{
	static const char *const head[] = { "attempted", "answered", "failed",
		"ASR", "window" };

	if (b->ncountries == 0)
		return;
	buf_byte(out, '\n');
	row(out, 20, "country", head, nitems(head), "");
	for (uint32_t i = 0; i < MINIMUM(b->ncountries, BOARD_COUNTRIES); i++) {
		const struct board_country *c = &b->countries[i];
		char n[4][TEXT_NUM];
		const char *cells[] = { text_count(c->n.attempted, n[0]),
			text_count(c->n.answered, n[1]),
			text_count(c->n.failed, n[2]),
			text_rate(asr(&c->n), n[3]),
			c->open ? "open" : "closed" };

		row(out, 20, c->name, cells, nitems(cells), "");
	}
}

static void
switch_rows(struct buf *out, const struct board *b)
{
	static const char *const head[] = { "state", "calls", "CPS",
		"round trip" };

	if (b->nswitches == 0)
		return;
	buf_byte(out, '\n');
	row(out, 20, "switch", head, nitems(head), "");
	for (uint32_t i = 0; i < MINIMUM(b->nswitches, BOARD_SWITCHES); i++) {
		const struct board_switch *s = &b->switches[i];
		char n[3][TEXT_NUM];
		const char *cells[] = { s->connected ? "connected" : "away",
			text_count(s->concurrent, n[0]), n[1],
			text_ms(s->rtt_ms, n[2]) };

		str_format(n[1], sizeof(n[1]), "%.1f", s->cps);
		row(out, 20, s->name, cells, nitems(cells),
		    s->connected ? "" : s->why);
	}
}

static void
alert_rows(struct buf *out, const struct board *b)
{
	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++) {
		char t[200];

		if (b->alerts[i].ended_ms != 0)
			continue;
		text_clean(t, sizeof(t), b->alerts[i].message);
		buf_fmt(out, "\n%s: %s", b->alerts[i].severity, t);
	}
}

void
status_text(struct buf *out, const struct board *b)
{
	char n[8][TEXT_NUM], t[256];

	buf_fmt(out, "discador %s, node %s, pid %d, up %s\n\n", b->version_text,
	    b->node, b->pid,
	    text_span((b->now_ms - b->started_ms) / 1000, n[0]));
	buf_fmt(out,
	    "pace      %.1f calls/s, target %.1f%s, at most %.1f; worst second "
	    "%.0f\n",
	    b->cps_actual_10s, b->cps_target,
	    b->cps_manual > 0 ? " (by hand)" : "", b->cps_max, b->worst_second);
	buf_fmt(out,
	    "calls     %s now, %s armed; today %s attempted, %s answered, "
	    "%s connected, %s opted out, %s failed\n",
	    text_count(b->concurrent, n[0]), text_count(b->armed, n[1]),
	    text_count(b->n.attempted, n[2]), text_count(b->n.answered, n[3]),
	    text_count(b->n.connected, n[4]), text_count(b->n.opted_out, n[5]),
	    text_count(b->n.failed, n[6]));
	buf_fmt(out, "rates     ASR %s, NER %s, abandoned %s\n",
	    text_rate(b->asr, n[0]), text_rate(b->ner, n[1]),
	    text_rate(b->abandonment, n[2]));
	buf_fmt(out, "set-up    p50 %s, p95 %s, p99 %s\n",
	    text_ms(b->setup_p50, n[0]), text_ms(b->setup_p95, n[1]),
	    text_ms(b->setup_p99, n[2]));
	text_clean(t, sizeof(t), b->brake_reason);
	buf_fmt(out, "brake     %s%s%s\n", b->brake[0] ? b->brake : "released",
	    *t ? ": " : "", t);
	text_clean(t, sizeof(t), b->db_why);
	if (b->db_connected)
		buf_fmt(out, "database  connected, %s",
		    text_ms(b->db_lag_ms, n[0]));
	else
		buf_fmt(out, "database  away%s%s", *t ? ": " : "", t);
	if (b->spooled > 0)
		buf_fmt(
		    out, ", %s outcomes on disk", text_count(b->spooled, n[0]));
	buf_fmt(out,
	    "\nDIDs      %s: %s eligible, %s blocked, %s at their cap\n",
	    text_count(b->dids_total, n[0]), text_count(b->dids_eligible, n[1]),
	    text_count(b->dids_blocked, n[2]),
	    text_count(b->dids_capped_out, n[3]));
	switch_rows(out, b);
	campaign_rows(out, b);
	country_rows(out, b);
	alert_rows(out, b);
	if (out->len > 0 && out->p[out->len - 1] != '\n')
		buf_byte(out, '\n');
}

int
cmd_status(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct board_reader *r;
	struct board *b;
	struct buf out = BUF_INIT;
	enum board_state state;
	bool as_json = false;
	int c, code = CLI_DONE;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'j')
			return cli_usage("status");
		as_json = true;
	}
	if (optind != argc)
		return cli_usage("status");
	r = board_reader_new(cli->run_dir);
	b = xcalloc(1, sizeof(*b));
	state = board_read(r, b, now_read().mono_ns);
	if (state == BOARD_LIVE && as_json) {
		json_t *o = status_json(b);

		json_dumpf(o, stdout,
		    JSON_INDENT(2) | JSON_PRESERVE_ORDER |
			JSON_REAL_PRECISION(10));
		putchar('\n');
		json_decref(o);
	} else if (state == BOARD_LIVE) {
		status_text(&out, b);
		fputs(buf_cstr(&out), stdout);
	} else if (state == BOARD_STALE && cli_alive(b->pid)) {
		code = cli_fail(CLI_NO_ENGINE,
		    "the engine of %s (pid %d) has said nothing for more than "
		    "1.5 s; its log may say why",
		    cli->run_dir, b->pid);
	} else {
		code = cli_no_engine(cli);
	}
	buf_clear(&out);
	free(b);
	board_reader_free(r);
	return code;
}
