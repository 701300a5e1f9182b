/* SPDX-License-Identifier: MIT */
/*
 * section: the overview's status, figures and news.  The graph and the lamps
 * have their own files (graph.c, section_line.c).  Words carry every
 * state, colour only helps.
 */
#include "ui/section.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "shared/fmt.h"
#include "shared/log.h"
#include "shared/scope.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"
#include "ui/gauge.h"
#include "ui/layout.h"
#include "ui/verdict.h"
#include "ui/when.h"

void
section_status(struct canvas *cv, struct rect r, const struct pane_ctx *x)
{
	const struct board *b = x->b;
	struct style bar = STYLE_ON(ROLE_TEXT, ROLE_BG_BAR);
	char t[WHEN_TEXT], up[TEXT_NUM], right[128], seen[40] = "";
	int at = r.x + 1, end = r.x + r.w - 1, w;

	canvas_fill(cv, r, bar);
	at += canvas_text(cv, r.y, at, end - at,
		  STYLE_ON(ROLE_STRONG, ROLE_BG_BAR), "discador") +
	      1;
	if (x->state == BOARD_OFFLINE) {
		canvas_text(cv, r.y, at + 1, 12,
		    STYLE_ON(ROLE_STRONG, ROLE_BG_BAD), _(" OFFLINE "));
		return;
	}
	at += canvas_text(cv, r.y, at, 24, STYLE_ON(ROLE_ACCENT, ROLE_BG_BAR),
		  b->node) +
	      2;
	at += canvas_text(
		  cv, r.y, at, 24, bar, when_clock(x->zone, b->now_ms, t)) +
	      2;
	if (x->state == BOARD_STALE)
		at += canvas_textf(cv, r.y, at, 24,
		    STYLE_ON(ROLE_STRONG, ROLE_BG_BAD), _(" STALE %s "),
		    text_span(x->age_ms / MS_PER_S, up));
	else
		at += canvas_text(cv, r.y, at, 12,
		    STYLE_ON(ROLE_GOOD, ROLE_BG_BAR), _("\xe2\x97\x8f LIVE"));
	at += 2;
	if (x->demo)
		at += canvas_text(cv, r.y, at, 8,
			  STYLE_ON(ROLE_STRONG, ROLE_BG_WARN), _(" DEMO ")) +
		      2;
	if (strcmp(b->brake, "engaged") == 0)
		at += canvas_text(cv, r.y, at, 24,
		    STYLE_ON(ROLE_STRONG, ROLE_BG_BAD), _(" BRAKE ENGAGED "));
	else if (strcmp(b->brake, "probing") == 0)
		at += canvas_text(cv, r.y, at, 24,
		    STYLE_ON(ROLE_STRONG, ROLE_BG_WARN), _(" BRAKE PROBING "));
	else
		at += canvas_text(cv, r.y, at, 24, bar, _("brake released"));
	if (b->cps_manual > 0)
		at +=
		    2 + canvas_textf(cv, r.y, at + 2, 24,
			    STYLE_ON(ROLE_WARN, ROLE_BG_BAR), _("CPS by hand"));
	if (b->nsessions > 0) /* local consoles are not on the board */
		str_format(
		    seen, sizeof(seen), _("%u attached  "), b->nsessions);
	str_format(right, sizeof(right), _("%sup %s  %s"), seen,
	    text_span(when_since_s(b->started_ms, b->now_ms), up),
	    b->version_text);
	w = text_columns(right);
	if (at + 2 + w > end) { /* too narrow: only the version */
		str_copy(right, sizeof(right), b->version_text);
		w = text_columns(right);
	}
	if (at + 2 + w <= end)
		canvas_right(cv, r.y, at, end - at,
		    STYLE_ON(ROLE_DIM, ROLE_BG_BAR), right);
}

void
section_verdict(struct canvas *cv, struct rect r, const struct pane_ctx *x)
{
	static const struct style on[] = {
		[VERDICT_WELL] = { ROLE_STRONG, ROLE_BG_GOOD, 0 },
		[VERDICT_IDLE] = { ROLE_TEXT, ROLE_BG_SELECT, 0 },
		[VERDICT_LOOK] = { ROLE_STRONG, ROLE_BG_WARN, ATTR_BOLD },
		[VERDICT_BAD] = { ROLE_STRONG, ROLE_BG_BAD, ATTR_BOLD },
	};
	struct verdict v;
	int w;

	verdict_of(x->b, x->state, x->age_ms, x->zone, &v);
	w = canvas_textf(
	    cv, r.y, r.x, r.w, on[v.level], " %s ", verdict_word(v.level));
	if (v.level >= VERDICT_LOOK) {
		/* the whole line, so that nobody looks past it */
		canvas_fill(
		    cv, (struct rect){ r.y, r.x + w, 1, r.w - w }, on[v.level]);
		if (v.problems > 1)
			w += canvas_textf(cv, r.y, r.x + w, r.w - w,
			    on[v.level], "(%d) ", v.problems);
	}
	canvas_text(cv, r.y, r.x + w + 1, r.w - w - 2,
	    v.level >= VERDICT_LOOK ? on[v.level] : STYLE(ROLE_TEXT), v.text);
}

/* One "label  value" line; y moves on. */
static void __attribute__((format(printf, 5, 6))) fact(struct canvas *cv,
    struct rect *r, uint8_t role, const char *label, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (r->h <= 0)
		return;
	va_start(ap, fmt);
	fmt_text(text, sizeof(text), fmt, ap);
	va_end(ap);
	canvas_text(cv, r->y, r->x, 9, STYLE(ROLE_DIM), label);
	canvas_text(cv, r->y, r->x + 10, r->w - 10, STYLE(role), text);
	r->y++;
	r->h--;
}

/* Wilson's interval of a rate over n calls, 95 % (JASA 22, 1927), in %. */
static void
interval(double p, double n, double *lo, double *hi)
{
	const double z = 1.96, z2 = z * z;
	double mid = (p + z2 / (2 * n)) / (1 + z2 / n);
	double half =
	    z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));

	*lo = fmax(mid - half, 0) * 100;
	*hi = fmin(mid + half, 1) * 100;
}

static void
fact_rate(struct canvas *cv, struct rect *r, const char *label, double rate,
    uint64_t whole)
{
	char t[TEXT_NUM], d[TEXT_NUM];
	double lo, hi;

	interval(fmin(rate, 1), (double)whole, &lo, &hi);
	if (!(rate >= 0) || whole == 0)
		fact(cv, r, ROLE_DIM, label, "%s", _("no calls ended yet"));
	else
		fact(cv, r, ROLE_TEXT, label, _("%s (%.0f-%.0f) of %s"),
		    text_rate(rate, t), lo, hi, text_count(whole, d));
}

static double
nearness(const struct board_brake *k)
{
	return k->up > 0 ? (double)k->llr / (double)k->up : -HUGE_VAL;
}

/* The sequential test that is nearest to engaging a brake, and whose. */
static void
fact_evidence(struct canvas *cv, struct rect *r, const struct board *b)
{
	const struct board_brake *worst = NULL;
	const char *name = "";

	for (uint32_t i = 0; i < b->ncampaigns && i < BOARD_CAMPAIGNS; i++)
		if (worst == NULL ||
		    nearness(&b->campaigns[i].brake) > nearness(worst)) {
			worst = &b->campaigns[i].brake;
			name = b->campaigns[i].name;
		}
	for (uint32_t i = 0; i < b->ntrunks && i < BOARD_TRUNKS; i++)
		if (worst == NULL ||
		    nearness(&b->trunks[i].brake) > nearness(worst)) {
			worst = &b->trunks[i].brake;
			name = b->trunks[i].name;
		}
	if (r->h <= 0 || worst == NULL || !(worst->up > 0))
		return;
	gauge_evidence(cv, r->y, r->x + 10, 8, worst->down, worst->up,
	    worst->llr,
	    STYLE(nearness(worst) >= 1     ? ROLE_BAD
		  : nearness(worst) >= 0.5 ? ROLE_WARN
					   : ROLE_GRAPH));
	canvas_text(cv, r->y, r->x + 19, r->w - 19,
	    STYLE(nearness(worst) >= 1 ? ROLE_BAD : ROLE_TEXT), name);
	fact(cv, r, ROLE_TEXT, _("Evidence"), "%s", "");
}

void
section_now(struct canvas *cv, struct rect r, const struct board *b)
{
	char a[TEXT_NUM], c[TEXT_NUM], d[TEXT_NUM];
	bool over = b->worst_second > b->cps_target + 0.5 &&
		    b->worst_second > b->cps_max + 0.5;

	canvas_rule(cv, r.y, r.x, r.w, _("Now"));
	layout_top(&r, 1);
	r.x++;
	r.w--;
	fact(cv, &r, ROLE_ACCENT, _("CPS"), _("%.1f of %.1f  max %.0f%s"),
	    b->cps_actual, b->cps_target, b->cps_max,
	    b->cps_manual > 0 ? _("  by hand") : "");
	if (scope_on()) /* nobody counts it of some campaigns */
		fact(cv, &r, ROLE_DIM, _("worst s"), "-");
	else
		fact(cv, &r, over ? ROLE_BAD : ROLE_TEXT, _("worst s"),
		    _("%.0f calls  10 s %.1f"), b->worst_second,
		    b->cps_actual_10s);
	fact(cv, &r, ROLE_TEXT, _("calls"), _("%s up, %s today"),
	    text_count(b->concurrent, a), text_count(b->n.attempted, c));
	fact_rate(cv, &r, _("ASR"), b->asr, b->rate_ended);
	fact_rate(cv, &r, _("NER"), b->ner, b->rate_ended);
	fact_evidence(cv, &r, b);
	if (b->setup_p50 < 0)
		fact(cv, &r, ROLE_DIM, _("setup"), "%s",
		    _("no calls ended yet"));
	else
		fact(cv, &r, ROLE_TEXT, _("setup"), "%s | %s | %s",
		    text_ms(b->setup_p50, a), text_ms(b->setup_p95, c),
		    text_ms(b->setup_p99, d));
	fact(cv, &r, ROLE_TEXT, _("answered"), _("%s  failed %s"),
	    text_count(b->n.answered, a), text_count(b->n.failed, c));
	fact(cv, &r, ROLE_TEXT, _("connected"), _("%s  opted out %s"),
	    text_count(b->n.connected, a), text_count(b->n.opted_out, c));
	fact_rate(cv, &r, _("abandoned"), b->abandonment, b->rate_humans);
	fact(cv, &r, ROLE_TEXT, _("machines"), _("%s  armed %s"),
	    text_count(b->n.machine, a), text_count(b->armed, c));
	fact(cv, &r, ROLE_TEXT, _("refused"), _("%s by switches"),
	    text_count(b->n.refused, a));
}

static void
news_alert(struct canvas *cv, struct rect *r, const struct pane_ctx *x,
    const struct board_alert *a)
{
	bool bad = strcmp(a->severity, "critical") == 0;
	bool warn = strcmp(a->severity, "warning") == 0;
	struct style s = STYLE(ROLE_DIM);
	char t[WHEN_TEXT];
	int w;

	if (r->h <= 0)
		return;
	when_near(x->zone, a->since_ms, x->b->now_ms, t);
	w = canvas_textf(cv, r->y, r->x, r->w, STYLE(ROLE_DIM), "%s ", t);
	if (a->ended_ms == 0 && a->acked_ms != 0)
		s = STYLE(ROLE_TEXT);
	else if (a->ended_ms == 0 && bad)
		s = STYLE_ON(ROLE_STRONG, ROLE_BG_BAD);
	else if (a->ended_ms == 0 && warn)
		s = STYLE_ON(ROLE_STRONG, ROLE_BG_WARN);
	w += canvas_textf(cv, r->y, r->x + w, r->w - w, s, " %s ",
	    a->ended_ms != 0   ? _("over")
	    : a->acked_ms != 0 ? _("seen")
			       : _(a->severity));
	canvas_text(cv, r->y, r->x + w + 1, r->w - w - 1,
	    STYLE(a->ended_ms != 0 ? ROLE_DIM : ROLE_TEXT), a->message);
	r->y++;
	r->h--;
}

static void
news_job(struct canvas *cv, struct rect *r, const struct board_job *j)
{
	char d[TEXT_NUM], n[TEXT_NUM];
	int w;

	if (r->h <= 0)
		return;
	w = canvas_textf(cv, r->y, r->x, r->w / 2, STYLE(ROLE_TEXT),
		_("job %u %s"), j->id, j->what) +
	    1;
	if (j->state == 1 && j->total > 0) {
		int bw = MINIMUM(30, (r->w - w) / 2);

		chart_bar(cv, r->y, r->x + w, bw,
		    (double)j->done / (double)j->total, STYLE(ROLE_GRAPH),
		    STYLE(ROLE_FRAME));
		canvas_textf(cv, r->y, r->x + w + bw + 1, r->w - w - bw - 1,
		    STYLE(ROLE_DIM), "%s/%s", text_count(j->done, d),
		    text_count(j->total, n));
	} else if (j->state == 1)
		canvas_textf(cv, r->y, r->x + w, r->w - w, STYLE(ROLE_ACCENT),
		    _("%s so far"), text_count(j->done, d));
	else
		canvas_textf(cv, r->y, r->x + w, r->w - w,
		    STYLE(j->state == 3   ? ROLE_BAD
			  : j->state == 4 ? ROLE_WARN
					  : ROLE_GOOD),
		    "%s: %s",
		    j->state == 2   ? _("done")
		    : j->state == 3 ? _("failed")
				    : _("cancelled"),
		    j->result);
	r->y++;
	r->h--;
}

static void
news_log(struct canvas *cv, struct rect *r, const struct pane_ctx *x)
{
	const struct board *b = x->b;
	static const uint8_t role[] = { [LOG_LVL_ERROR] = ROLE_BAD,
		[LOG_LVL_WARN] = ROLE_WARN,
		[LOG_LVL_INFO] = ROLE_TEXT,
		[LOG_LVL_DEBUG] = ROLE_DIM };
	static const char *const word[] = { [LOG_LVL_ERROR] = N_("error "),
		[LOG_LVL_WARN] = N_("warning "),
		[LOG_LVL_INFO] = "",
		[LOG_LVL_DEBUG] = "" };
	char t[WHEN_TEXT];

	for (uint32_t i = 0; i < b->nlog && i < BOARD_LOG && r->h > 0; i++) {
		const struct board_log *l =
		    &b->log[(b->log_head + BOARD_LOG - i) % BOARD_LOG];
		uint32_t v = MINIMUM(l->level, LOG_LVL_DEBUG);
		int w;

		w = canvas_textf(cv, r->y, r->x, r->w, STYLE(ROLE_DIM), "%s ",
		    when_near(x->zone, l->at_ms, b->now_ms, t));
		w += canvas_text(cv, r->y, r->x + w, r->w - w, STYLE(role[v]),
		    word[v][0] != '\0' ? _(word[v]) : "");
		canvas_text(
		    cv, r->y, r->x + w, r->w - w, STYLE(role[v]), l->text);
		r->y++;
		r->h--;
	}
}

void
section_news(
    struct canvas *cv, struct rect r, const struct pane_ctx *x, int flags)
{
	const struct board *b = x->b;
	uint32_t n = MINIMUM(b->nalerts, BOARD_ALERTS);
	int room, shown = 0;

	canvas_rule(cv, r.y, r.x, r.w,
	    flags == NEWS_LOG      ? _("Log")
	    : flags == NEWS_ALERTS ? _("Alerts")
	    : flags == NEWS_JOBS   ? _("Jobs")
	    : flags & NEWS_LOG     ? _("Alerts, jobs, log")
				   : _("Alerts, jobs"));
	layout_top(&r, 1);
	r.x++;
	r.w--;
	room = flags == NEWS_ALERTS ? r.h : (r.h + 1) / 2;
	for (uint32_t i = 0; flags & NEWS_ALERTS && i < n; i++)
		if (b->alerts[i].ended_ms == 0 && shown < room) {
			news_alert(cv, &r, x, &b->alerts[i]);
			shown++;
		}
	if (flags & NEWS_ALERTS && !(flags & NEWS_LOG) && shown == 0 &&
	    r.h > 0) {
		canvas_text(cv, r.y++, r.x, r.w, STYLE(ROLE_DIM),
		    _("no active alerts"));
		r.h--;
	}
	for (int i = 0; flags & NEWS_JOBS && i < BOARD_JOBS; i++)
		if (b->jobs[i].state == 1)
			news_job(cv, &r, &b->jobs[i]);
	/* what is over is worth a line only where there is room */
	for (uint32_t i = 0;
	     flags & NEWS_ALERTS && !(flags & NEWS_LOG) && i < n; i++)
		if (b->alerts[i].ended_ms != 0)
			news_alert(cv, &r, x, &b->alerts[i]);
	for (int i = 0;
	     flags & NEWS_JOBS && !(flags & NEWS_LOG) && i < BOARD_JOBS; i++)
		if (b->jobs[i].state > 1)
			news_job(cv, &r, &b->jobs[i]);
	if (flags & NEWS_LOG)
		news_log(cv, &r, x);
}
