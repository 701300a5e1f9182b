/* SPDX-License-Identifier: MIT */
/*
 * cmd_status: what the board says, once, for people (as JSON:
 * cmd_status_json.c).  What is well is not mentioned twice.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/helper_rows.h"
#include "ui/verdict.h"

/* Answered of seizures; unknown before the first. */
static double
asr(const struct board_count *n)
{
	return n->attempted > 0 ? (double)n->answered / (double)n->attempted
				: -1;
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

/* Only what is wrong: a trunk that is not used, and why. */
static void
trunk_rows(struct buf *out, const struct board *b)
{
	bool first = true;

	for (uint32_t i = 0; i < MINIMUM(b->ntrunks, BOARD_TRUNKS); i++) {
		char name[MODEL_NAME], t[200];

		if (b->trunks[i].why[0] == '\0')
			continue;
		text_clean(name, sizeof(name), b->trunks[i].name);
		text_clean(t, sizeof(t), b->trunks[i].why);
		buf_fmt(out, "%strunk %s is not used: %s\n", first ? "\n" : "",
		    name, t);
		first = false;
	}
}

static void
one_brake(struct buf *out, const struct board_brake *k, const char *of,
    const char *name, int *n)
{
	char clean[MODEL_NAME], t[200];

	if (k->state[0] == '\0' || strcmp(k->state, "released") == 0)
		return;
	text_clean(clean, sizeof(clean), name);
	text_clean(t, sizeof(t), k->reason);
	buf_fmt(out, "%s%s, %s %s%s%s; evidence %.1f of %.1f\n",
	    (*n)++ == 0 ? "brake     " : "          ", k->state, of, clean,
	    *t != '\0' ? ": " : "", t, (double)k->llr, (double)k->up);
}

/* The engine's own, and each that has engaged by itself. */
static void
brake_rows(struct buf *out, const struct board *b)
{
	char t[256];
	int n = 0;

	if (verdict_brake_all(b)) {
		text_clean(t, sizeof(t), b->brake_reason);
		buf_fmt(out, "brake     engaged, nothing leaves%s%s\n",
		    *t != '\0' ? ": " : "", t);
		n++;
	}
	for (uint32_t i = 0; i < MINIMUM(b->ncampaigns, BOARD_CAMPAIGNS); i++)
		one_brake(out, &b->campaigns[i].brake, "campaign",
		    b->campaigns[i].name, &n);
	for (uint32_t i = 0; i < MINIMUM(b->ntrunks, BOARD_TRUNKS); i++)
		one_brake(
		    out, &b->trunks[i].brake, "trunk", b->trunks[i].name, &n);
	if (n == 0)
		buf_str(out, "brake     released\n");
}

static void
alert_rows(struct buf *out, const struct board *b)
{
	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++) {
		char t[200];

		if (b->alerts[i].ended_ms != 0)
			continue;
		text_clean(t, sizeof(t), b->alerts[i].message);
		buf_fmt(out, "\n%s: %s%s", b->alerts[i].severity, t,
		    b->alerts[i].acked_ms != 0 ? " (seen)" : "");
	}
}

/* Only what does not run. */
static void
put_helpers(struct buf *out, const struct board *b)
{
	struct helper_row v[BOARD_HELPERS];
	size_t n = helper_rows(b, NULL, v);
	const char *head = "helpers   ";
	char t[256], clean[256];

	for (size_t i = 0; i < n; i++) {
		helper_says(&v[i], t, sizeof(t));
		if (t[0] == '\0')
			continue;
		text_clean(clean, sizeof(clean), t);
		buf_fmt(out, "%s%s\n", head, clean);
		head = "          ";
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
	brake_rows(out, b);
	text_clean(t, sizeof(t), b->db_why);
	if (b->db_connected)
		buf_fmt(out, "database  connected, %s",
		    text_ms(b->db_lag_ms, n[0]));
	else
		buf_fmt(out, "database  away%s%s", *t ? ": " : "", t);
	if (b->spooled > 0)
		buf_fmt(
		    out, ", %s outcomes on disk", text_count(b->spooled, n[0]));
	if (scope_on())
		buf_str(out, "\nyou are limited to campaigns: DIDs, trunks and "
			     "countries are not shown\n");
	else
		buf_fmt(out,
		    "\nDIDs      %s: %s eligible, %s blocked, %s at their cap\n",
		    text_count(b->dids_total, n[0]),
		    text_count(b->dids_eligible, n[1]),
		    text_count(b->dids_blocked, n[2]),
		    text_count(b->dids_capped_out, n[3]));
	put_helpers(out, b);
	switch_rows(out, b);
	trunk_rows(out, b);
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
