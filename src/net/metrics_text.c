/* SPDX-License-Identifier: MIT */
/*
 * metrics_text: the board in OpenMetrics 1.0.  Counts of today are counters
 * that begin anew at midnight, as after a restart; per country they are
 * gauges, as they always were here.
 */
#include "net/metrics.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "shared/util.h"

static void
gauge(struct buf *b, const char *name, const char *help, double v)
{
	buf_fmt(b,
	    "# TYPE discador_%s gauge\n# HELP discador_%s %s\n"
	    "discador_%s %g\n",
	    name, name, help, name, v);
}

static void
head(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_fmt(b, "# TYPE discador_%s %s\n# HELP discador_%s %s\n", name, type,
	    name, help);
}

/* key="value", escaped as OpenMetrics wants it. */
static void
label(struct buf *b, const char *key, const char *value)
{
	buf_fmt(b, "%s=\"", key);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_byte(b, '\\');
		buf_byte(b, (unsigned char)*value < 0x20 ? ' ' : *value);
	}
	buf_byte(b, '"');
}

static void
labelled(struct buf *b, const char *name, const char *key, const char *value)
{
	buf_fmt(b, "discador_%s{", name);
	label(b, key, value);
	buf_str(b, "} ");
}

static void
labelled_too(struct buf *b, const char *name, const char *key,
    const char *value, const char *key2, const char *value2)
{
	buf_fmt(b, "discador_%s{", name);
	label(b, key, value);
	buf_byte(b, ',');
	label(b, key2, value2);
	buf_str(b, "} ");
}

/* A counter's samples bear a suffix that its family does not. */
static void
total(char out[64], const char *family)
{
	str_format(out, 64, "%s_total", family);
}

static void
number(struct buf *b, double v)
{
	buf_fmt(b, "%g\n", v);
}

static void
counts(struct buf *b, const struct board *o)
{
	static const struct {
		const char *name, *help;
		size_t at;
	} rows[] = {
#define ROW(m, h) { "calls_" #m, h, offsetof(struct board_count, m) }
		ROW(attempted, "originates that a switch accepted today"),
		ROW(refused, "originates that a switch refused today"),
		ROW(answered, "calls answered today"),
		ROW(failed, "calls ended unanswered today"),
		ROW(connected, "calls connected to a destination today"),
		ROW(opted_out, "callees who opted out today"),
		ROW(machine, "answering machines today"),
		ROW(abandoned, "callees who wanted to connect and were not"),
#undef ROW
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		head(b, rows[i].name, "gauge", rows[i].help);
		for (uint32_t k = 0; k < o->ncountries; k++) {
			uint64_t v;

			memcpy(&v,
			    (const char *)&o->countries[k].n + rows[i].at,
			    sizeof(v));
			labelled(
			    b, rows[i].name, "country", o->countries[k].name);
			buf_int(b, (long long)v);
			buf_byte(b, '\n');
		}
	}
}

/* ---- one campaign or trunk -------------------------------------------- */

/* What both have, by position in the board: one walk for either. */
struct scope {
	const char *label; /* "campaign", "trunk" */
	const char *first; /* of the array */
	size_t size, n; /* of one, of them */
	size_t name, count, brake, windows; /* offsets */
};

static const char *
name_of(const struct scope *s, size_t i)
{
	return s->first + i * s->size + s->name;
}

static void
scope_counts(struct buf *b, const struct scope *s)
{
	static const struct {
		const char *name, *help;
		size_t at;
	} rows[] = {
#define ROW(m, h) { #m, h, offsetof(struct board_count, m) }
		ROW(attempted, "originates that a switch accepted today"),
		ROW(refused, "originates that a switch refused today"),
		ROW(ended, "of these, ended"),
		ROW(answered, "calls answered today"),
		ROW(ner_good, "calls ended today in which the network worked"),
		ROW(connected, "calls connected to a destination today"),
		ROW(machine, "answering machines today"),
		ROW(abandoned, "callees who wanted to connect and were not"),
#undef ROW
	};
	char name[48], sample[64];

	for (size_t i = 0; i < nitems(rows); i++) {
		str_format(
		    name, sizeof(name), "%s_calls_%s", s->label, rows[i].name);
		head(b, name, "counter", rows[i].help);
		total(sample, name);
		for (size_t k = 0; k < s->n; k++) {
			uint64_t v;

			memcpy(&v,
			    s->first + k * s->size + s->count + rows[i].at,
			    sizeof(v));
			labelled(b, sample, s->label, name_of(s, k));
			buf_int(b, (long long)v);
			buf_byte(b, '\n');
		}
	}
}

static void
window_of(const struct scope *s, size_t i, int window, struct board_window *w)
{
	memcpy(w,
	    s->first + i * s->size + s->windows + (size_t)window * sizeof(*w),
	    sizeof(*w));
}

static void
scope_abandonment(struct buf *b, const struct scope *s)
{
	struct board_window w;
	char name[48];

	str_format(name, sizeof(name), "%s_abandonment", s->label);
	head(b, name, "gauge",
	    "abandoned of people, those taken for machines included (ended in "
	    "the last 10 min)");
	for (size_t i = 0; i < s->n; i++) {
		double rate;

		window_of(s, i, 2, &w);
		if ((rate = board_abandonment(&w)) < 0)
			continue;
		labelled(b, name, s->label, name_of(s, i));
		number(b, rate);
	}
}

/* Rates of the last ten minutes, and today's causes. */
static void
scope_windows(struct buf *b, const struct scope *s)
{
	static const struct {
		const char *name, *help;
		size_t part, whole;
	} rows[] = {
#define ROW(n, h, p, q)                                                        \
	{ n, h " (ended in the last 10 min)",                                  \
		offsetof(struct board_window, p),                              \
		offsetof(struct board_window, q) }
		ROW("asr", "answered of all", answered, ended),
		ROW("ner", "network effectiveness", ner_good, ended),
		ROW("human_rate", "people of answered", humans, answered),
		ROW("short_share", "at most 6 s of answered", short_calls,
		    answered),
#undef ROW
	};
	struct board_window w;
	char name[48], sample[64];

	for (size_t i = 0; i < nitems(rows); i++) {
		str_format(name, sizeof(name), "%s_%s", s->label, rows[i].name);
		head(b, name, "gauge", rows[i].help);
		for (size_t k = 0; k < s->n; k++) {
			uint64_t part, whole;

			window_of(s, k, 2, &w);
			memcpy(&part, (char *)&w + rows[i].part, sizeof(part));
			memcpy(
			    &whole, (char *)&w + rows[i].whole, sizeof(whole));
			if (whole == 0)
				continue;
			labelled(b, name, s->label, name_of(s, k));
			number(b, (double)part / (double)whole);
		}
	}
	scope_abandonment(b, s);
	str_format(name, sizeof(name), "%s_cause", s->label);
	head(b, name, "counter", "calls ended today, by class of cause");
	total(sample, name);
	for (size_t k = 0; k < s->n; k++) {
		window_of(s, k, BOARD_WINDOWS - 1, &w);
		for (int c = 0; c < BOARD_CAUSES; c++) {
			labelled_too(b, sample, s->label, name_of(s, k),
			    "class", board_cause_words[c]);
			buf_int(b, (long long)w.cause[c]);
			buf_byte(b, '\n');
		}
	}
}

static int
brake_number(const char *state)
{
	return strcmp(state, "engaged") == 0   ? 2
	       : strcmp(state, "probing") == 0 ? 1
					       : 0;
}

static void
scope_brakes(struct buf *b, const struct scope *s)
{
	struct board_brake k;
	char name[48];

	str_format(name, sizeof(name), "%s_brake", s->label);
	head(b, name, "gauge", "0 released, 1 probing, 2 engaged");
	for (size_t i = 0; i < s->n; i++) {
		memcpy(&k, s->first + i * s->size + s->brake, sizeof(k));
		labelled(b, name, s->label, name_of(s, i));
		number(b, brake_number(k.state));
	}
	str_format(name, sizeof(name), "%s_brake_evidence", s->label);
	head(b, name, "gauge",
	    "of its sequential test; 1: it engages, below 0: it is well");
	for (size_t i = 0; i < s->n; i++) {
		memcpy(&k, s->first + i * s->size + s->brake, sizeof(k));
		if (k.up <= 0)
			continue;
		labelled(b, name, s->label, name_of(s, i));
		number(b, (double)k.llr / (double)k.up);
	}
}

static void
scope(struct buf *b, const struct scope *s)
{
	scope_counts(b, s);
	scope_windows(b, s);
	scope_brakes(b, s);
}

static void
campaigns(struct buf *b, const struct board *o)
{
	uint32_t n = o->ncampaigns;

	head(b, "campaign_remaining", "gauge", "contacts still to be called");
	for (uint32_t i = 0; i < n; i++) {
		labelled(
		    b, "campaign_remaining", "campaign", o->campaigns[i].name);
		buf_int(b, (long long)o->campaigns[i].remaining);
		buf_byte(b, '\n');
	}
	head(b, "campaign_concurrent", "gauge", "calls in progress");
	for (uint32_t i = 0; i < n; i++) {
		labelled(
		    b, "campaign_concurrent", "campaign", o->campaigns[i].name);
		number(b, o->campaigns[i].concurrent);
	}
	head(b, "campaign_gate", "gauge", "contacts behind each closed gate");
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t k = 0; k < o->campaigns[i].ngates; k++) {
			labelled_too(b, "campaign_gate", "campaign",
			    o->campaigns[i].name, "gate",
			    o->campaigns[i].gates[k].name);
			buf_int(
			    b, (long long)o->campaigns[i].gates[k].contacts);
			buf_byte(b, '\n');
		}
	scope(b, &(struct scope){ "campaign", (const char *)o->campaigns,
		     sizeof(o->campaigns[0]), n,
		     offsetof(struct board_campaign, name),
		     offsetof(struct board_campaign, n),
		     offsetof(struct board_campaign, brake),
		     offsetof(struct board_campaign, w) });
}

static void
trunks(struct buf *b, const struct board *o)
{
	static const struct {
		const char *name, *type, *help;
	} rows[] = {
		{ "trunk_cps", "gauge", "calls that left in the last second" },
		{ "trunk_allowed_cps", "gauge",
		    "what capacity causes leave of its max_cps" },
		{ "trunk_max_cps", "gauge", "as configured" },
		{ "trunk_concurrent", "gauge", "calls in progress" },
		{ "trunk_usable", "gauge", "1: calls may go over it" },
		{ "trunk_failed_over", "counter",
		    "calls that failed on it and went to another today" },
		{ "trunk_rejected", "counter",
		    "calls rejected because of the caller ID today" },
		{ "trunk_routes_off", "gauge",
		    "prefixes it cannot reach at present" },
	};
	char sample[64];

	for (size_t i = 0; i < nitems(rows); i++) {
		head(b, rows[i].name, rows[i].type, rows[i].help);
		total(sample, rows[i].name);
		for (uint32_t k = 0; k < o->ntrunks; k++) {
			const struct board_trunk *t = &o->trunks[k];
			const double v[nitems(rows)] = { t->cps, t->allowed_cps,
				t->max_cps, t->concurrent, t->why[0] == '\0',
				t->failed_over, t->rejected, t->routes_off };

			labelled(b,
			    strcmp(rows[i].type, "counter") == 0 ? sample
								 : rows[i].name,
			    "trunk", t->name);
			number(b, v[i]);
		}
	}
	scope(b, &(struct scope){ "trunk", (const char *)o->trunks,
		     sizeof(o->trunks[0]), o->ntrunks,
		     offsetof(struct board_trunk, name),
		     offsetof(struct board_trunk, n),
		     offsetof(struct board_trunk, brake),
		     offsetof(struct board_trunk, w) });
}

static void
switches(struct buf *b, const struct board *o)
{
	head(b, "switch_up", "gauge", "1: connected");
	for (uint32_t i = 0; i < o->nswitches; i++) {
		labelled(b, "switch_up", "switch", o->switches[i].name);
		buf_fmt(b, "%u\n", o->switches[i].connected);
	}
	head(b, "switch_allowed_cps", "gauge",
	    "what its AMI's health leaves of its max_cps");
	for (uint32_t i = 0; i < o->nswitches; i++) {
		labelled(
		    b, "switch_allowed_cps", "switch", o->switches[i].name);
		number(b, o->switches[i].allowed_cps);
	}
	head(b, "switch_lag_ms", "gauge", "its events arrive so late");
	for (uint32_t i = 0; i < o->nswitches; i++) {
		if (o->switches[i].lag_ms < 0)
			continue;
		labelled(b, "switch_lag_ms", "switch", o->switches[i].name);
		number(b, o->switches[i].lag_ms);
	}
}

/* Jobs come and go: they are no series. */
static bool
is_kept(const struct board_helper *h)
{
	return strncmp(h->name, "discador-job", 12) != 0;
}

static void
helpers(struct buf *b, const struct board *o)
{
	head(b, "helper_up", "gauge",
	    "1: runs; of the processes that the engine keeps running");
	for (uint32_t i = 0; i < MINIMUM(o->nhelpers, BOARD_HELPERS); i++) {
		const struct board_helper *h = &o->helpers[i];

		if (!is_kept(h))
			continue;
		labelled(b, "helper_up", "name", h->name);
		number(b, strcmp(h->state, "running") == 0);
	}
	head(b, "helper_restarts", "counter",
	    "how often it was started again since the engine began");
	for (uint32_t i = 0; i < MINIMUM(o->nhelpers, BOARD_HELPERS); i++) {
		if (!is_kept(&o->helpers[i]))
			continue;
		labelled(
		    b, "helper_restarts_total", "name", o->helpers[i].name);
		number(b, o->helpers[i].restarts);
	}
}

static void
alerts(struct buf *b, const struct board *o)
{
	head(b, "alert", "gauge", "1: raised");
	for (uint32_t i = 0; i < o->nalerts; i++) {
		const struct board_alert *a = &o->alerts[i];

		if (a->ended_ms != 0)
			continue;
		labelled_too(b, "alert", "rule", a->rule, "object", a->object);
		number(b, 1);
	}
}

void
metrics_text(struct buf *b, const struct board *o)
{
	gauge(b, "cps_target", "calls per second wanted", o->cps_target);
	gauge(b, "cps_actual", "calls that left in the last second",
	    o->cps_actual);
	gauge(b, "cps_worst_second",
	    "most calls in any sliding second of the last minute",
	    o->worst_second);
	gauge(b, "concurrent_calls", "calls in progress", o->concurrent);
	gauge(b, "armed_calls", "calls durable and ready to leave", o->armed);
	gauge(b, "database_up", "1: connected", o->db_connected);
	gauge(b, "spooled_outcomes", "outcomes not yet in the database",
	    (double)o->spooled);
	gauge(b, "brake_engaged",
	    "1: the engine's, a campaign's or a trunk's brake is not released",
	    strcmp(o->brake, "released") != 0);
	if (o->asr >= 0)
		gauge(b, "asr", "answered of those ended in the last minute",
		    o->asr);
	if (o->ner >= 0)
		gauge(b, "ner", "network effectiveness, last minute", o->ner);
	if (o->setup_p95 >= 0)
		gauge(b, "setup_p95_ms", "95th percentile of the set-up time",
		    o->setup_p95);
	gauge(b, "dids_eligible", "caller IDs that may be used now",
	    (double)o->dids_eligible);
	gauge(b, "dids_capped_out", "caller IDs at their cap",
	    (double)o->dids_capped_out);
	switches(b, o);
	trunks(b, o);
	campaigns(b, o);
	helpers(b, o);
	alerts(b, o);
	counts(b, o);
	buf_str(b, "# EOF\n");
}
