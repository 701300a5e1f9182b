/* SPDX-License-Identifier: MIT */
/*
 * boards: fabricated boards for tests and for t/tools/fakeboard.  The same
 * second always gives the same board.  Nothing of this is in a program.
 */
#ifndef T_BOARDS_H
#define T_BOARDS_H

#include <math.h>
#include <string.h>

#include "shared/board.h"
#include "shared/log.h"
#include "shared/util.h"

#define BOARDS_NOW 1795215346000LL /* 2026-11-20 22:55:46 UTC */

/* Sent in the second t: a ramp to the target with a dip and some noise. */
static uint32_t
boards_sent(int64_t t, double target)
{
	double v = target - 0.4 - fabs(sin((double)t * 0.7)) * 1.2;

	if (t % 240 < 40)
		v *= (double)(t % 240) / 40;
	if (t % 240 > 150 && t % 240 < 165)
		v *= 0.6;
	return (uint32_t)lround(fmax(v, 0));
}

static void
boards_brake(struct board_brake *k, const char *state)
{
	str_copy(k->state, sizeof(k->state), state);
	k->up = 6.9f;
	k->down = -4.6f;
	k->llr = strcmp(state, "released") == 0 ? -1.5f : 7.1f;
}

/* What windows show of calls that ended at cps per second for s seconds. */
static void
boards_window(struct board_window *w, double cps, int s)
{
	w->ended = (uint64_t)(cps * s);
	w->answered = w->ended * 41 / 100;
	w->ner_good = w->ended * 93 / 100;
	w->machine = w->answered / 3;
	w->humans = w->answered - w->machine;
	w->connected = w->humans / 6;
	w->opted_out = w->humans / 50;
	w->abandoned = w->connected / 50;
	w->short_calls = w->answered / 12;
	w->talk_ms = w->answered * 21400;
	w->cause[0] = w->answered;
	w->cause[2] = w->ended / 10;
	w->cause[3] = w->ended - w->answered - w->cause[2];
	w->pdd_p50_ms = w->ended > 0 ? 980 : -1;
	w->pdd_p95_ms = w->ended > 0 ? 3400 : -1;
}

static void
boards_windows(struct board_window w[BOARD_WINDOWS], double cps)
{
	static const int spans[BOARD_WINDOWS] = { 10, 60, 600, 3600 };

	for (int i = 0; i < BOARD_WINDOWS; i++)
		boards_window(&w[i], cps, spans[i]);
}

/* The dispositions of these calls; what is in no counter is no answer. */
static void
boards_disp(uint64_t d[BOARD_DISPS], const struct board_count *n)
{
	uint64_t rest = n->ended - n->answered;

	d[DISP_CONNECTED] = n->connected;
	d[DISP_OPTED_OUT] = n->opted_out;
	d[DISP_MACHINE] = n->machine;
	d[DISP_ABANDONED] = n->abandoned;
	d[DISP_COMPLETED] = n->answered / 40;
	d[DISP_ANSWERED_NO_KEY] = n->answered - n->connected - n->opted_out -
				  n->machine - n->abandoned - d[DISP_COMPLETED];
	d[DISP_BUSY] = n->ended / 10;
	d[DISP_REJECTED] = n->ended / 25;
	d[DISP_INVALID_NUMBER] = n->ended / 40;
	d[DISP_CONGESTION] = n->ended / 100;
	d[DISP_FAILED] = n->ended / 150;
	d[DISP_CANCELLED] = n->ended / 900;
	d[DISP_LOST] = n->ended / 2000;
	for (int i = DISP_BUSY; i < DISP_NKIND; i++)
		rest -= d[i];
	d[DISP_NO_ANSWER] = rest;
}

static void
boards_campaign(struct board_campaign *c, int64_t id, const char *name,
    const char *state, double cps, uint64_t total, uint64_t remaining)
{
	c->id = id;
	str_copy(c->name, sizeof(c->name), name);
	str_copy(c->state, sizeof(c->state), state);
	boards_brake(&c->brake, "released");
	boards_windows(c->w, cps);
	c->target_cps = cps;
	c->actual_cps = cps > 0 ? cps - 0.2 : 0;
	c->total = total;
	c->remaining = remaining;
	c->n.attempted = (total - remaining) * 11 / 10;
	c->n.ended = c->n.attempted;
	c->n.answered = c->n.attempted * 41 / 100;
	c->n.ner_good = c->n.attempted * 93 / 100;
	c->n.machine = c->n.answered / 3;
	c->n.connected = c->n.answered / 9;
	c->n.opted_out = c->n.answered / 80;
	c->n.failed = c->n.attempted - c->n.ner_good;
	c->n.abandoned = c->n.connected / 50;
	c->concurrent = (uint32_t)(cps * 14);
	boards_disp(c->disp, &c->n);
	c->max_cps = 30;
	str_copy(c->profile, sizeof(c->profile), "default");
	if (cps > 0)
		c->finish_ms =
		    BOARDS_NOW + (int64_t)((double)remaining / cps * 1000);
}

/* Whose clock, which hours and how many uses a DID of it may have. */
static void
boards_law(struct board_country *k, int64_t now_ms)
{
	static const struct {
		const char *name, *zone, *hours, *days;
		uint32_t cap;
	} laws[] = {
		{ "usa", "America/New_York", "08:00-21:00 mon-sun", "mon-sun",
		    100 },
		{ "canada", "America/Toronto", "09:30-20:00 mon-sat", "mon-sat",
		    100 },
		{ "mexico", "America/Mexico_City", "08:00-21:00 mon-sat",
		    "mon-sat", 0 },
		{ "brazil", "America/Sao_Paulo", "09:00-21:00 mon-sat",
		    "mon-sat", 0 },
		{ "argentina", "America/Argentina/Buenos_Aires",
		    "09:00-20:00 mon-fri", "mon-fri", 0 },
		{ "chile", "America/Santiago", "08:00-20:00 mon-sat", "mon-sat",
		    0 },
		{ "colombia", "America/Bogota", "07:00-19:00 mon-fri",
		    "mon-fri", 0 },
		{ "peru", "America/Lima", "07:00-19:00 mon-sat", "mon-sat", 0 },
		{ "venezuela", "America/Caracas", "08:00-20:00 mon-sat",
		    "mon-sat", 0 },
	};
	size_t i = 0;

	while (i < nitems(laws) - 1 && strcmp(laws[i].name, k->name) != 0)
		i++;
	str_copy(k->zone, sizeof(k->zone), laws[i].zone);
	str_copy(k->hours, sizeof(k->hours), laws[i].hours);
	str_copy(k->weekdays, sizeof(k->weekdays), laws[i].days);
	str_copy(k->cap_group, sizeof(k->cap_group),
	    laws[i].cap > 0 ? "nanp" : k->name);
	k->cap = laws[i].cap;
	k->consent_required = i < 2;
	str_copy(k->context, sizeof(k->context), k->name);
	k->connect_key[0] = i == 2 ? '3' : '1';
	k->disconnect_key[0] = '9';
	k->repeat_key[0] = '0';
	if (k->open)
		k->closes_ms = now_ms + 3 * 3600 * MS_PER_S + 254 * MS_PER_S;
}

static void
boards_countries(struct board *b)
{
	static const char *const names[] = { "usa", "mexico", "brazil",
		"canada", "argentina", "chile", "colombia", "peru",
		"venezuela" };
	static const uint64_t left[] = { 34800, 24100, 88213 };

	b->ncountries = nitems(names);
	for (uint32_t i = 0; i < b->ncountries; i++) {
		struct board_country *k = &b->countries[i];

		str_copy(k->name, sizeof(k->name), names[i]);
		k->n.attempted = 61234 / (i + 1);
		k->n.answered = k->n.attempted * (44 - i) / 100;
		k->n.failed = k->n.attempted * 7 / 100;
		k->n.ended = k->n.attempted;
		k->n.ner_good = k->n.attempted - k->n.failed;
		k->n.connected = k->n.answered / 8;
		k->n.opted_out = k->n.answered / 90;
		k->concurrent = 180 / (i + 1);
		boards_windows(k->w, 12.0 / (i + 1));
		k->open = i < 6;
		if (!k->open)
			k->opens_ms = b->now_ms + 10 * 3600 * MS_PER_S;
		boards_law(k, b->now_ms);
		boards_disp(k->disp, &k->n);
		k->remaining = i < nitems(left) ? left[i] : 0;
	}
}

static void
boards_parts(struct board *b)
{
	for (uint32_t i = 0; i < 2; i++) {
		struct board_switch *s = &b->switches[i];

		str_format(s->name, sizeof(s->name), "pbx%u", i + 1);
		s->connected = 1;
		s->concurrent = 206 + i;
		s->cps = 14.9;
		s->max_cps = 30;
		s->allowed_cps = 30;
		s->rtt_ms = 0.4 + i;
		s->lag_ms = 2;
	}
	b->nswitches = 2;
	str_copy(b->trunks[0].name, MODEL_NAME, "carrier-a");
	str_copy(b->trunks[0].switch_name, 32, "pbx1");
	b->trunks[0].cps = 14.9;
	b->trunks[0].max_cps = b->trunks[0].allowed_cps = 30;
	boards_brake(&b->trunks[0].brake, "released");
	boards_windows(b->trunks[0].w, 15);
	b->trunks[0].concurrent = 206;
	b->trunks[0].max_channels = 500;
	b->trunks[1] = b->trunks[0];
	str_copy(b->trunks[1].name, MODEL_NAME, "carrier-b");
	str_copy(b->trunks[1].switch_name, 32, "pbx2");
	b->ntrunks = 2;
	b->pools[0] = (struct board_pool){ .name = "nanp",
		.total = 240,
		.eligible = 201,
		.blocked = 3,
		.capped_out = 36,
		.cap = 100,
		.uses_min = 12,
		.uses_max = 100,
		.uses_sum = 13200,
		.hist = { 2, 8, 20, 41, 60, 52, 30, 12, 9, 6 } };
	b->pools[1] = (struct board_pool){ .name = "mexico",
		.total = 60,
		.eligible = 60,
		.uses_min = 80,
		.uses_max = 91,
		.uses_sum = 5130,
		.hist = { 0, 0, 0, 0, 0, 0, 0, 0, 19, 41 } };
	b->npools = 2;
	b->dids_total = 300;
	b->dids_eligible = 261;
	b->dids_blocked = 3;
	b->dids_capped_out = 36;
	b->jobs[0] = (struct board_job){ .id = 7,
		.state = 1,
		.what = "import contacts winter.csv",
		.user = "maria",
		.done = 4210000,
		.total = 10000000 };
	b->njobs = 1;
	b->alerts[0] = (struct board_alert){ .since_ms = b->now_ms - 3600000,
		.ended_ms = b->now_ms - 3500000,
		.rule = "cps-low",
		.severity = "warning",
		.message = "CPS below 70 % of target for 60 s" };
	b->nalerts = 1;
	b->nsessions = 1;
}

static void
boards_log(struct board *b)
{
	static const char *const lines[] = {
		"engine started, node n1, 3 campaigns",
		"switch pbx1: logged in, Asterisk 22.1.0",
		"switch pbx2: logged in, Asterisk 16.2.1",
		"campaign usa-morning: started by maria",
		"ramp: 28.0 to 30.0, quality 0.93",
		"trunk carrier-b: 503 from the carrier, CPS cut to 12.0",
	};

	b->nlog = nitems(lines);
	b->log_head = b->nlog - 1;
	for (uint32_t i = 0; i < b->nlog; i++) {
		b->log[i].at_ms = b->now_ms - (b->nlog - i) * 17000;
		b->log[i].level = i == 5 ? LOG_LVL_WARN : LOG_LVL_INFO;
		str_copy(b->log[i].text, sizeof(b->log[i].text), lines[i]);
	}
}

/* What was done in the last quarter of an hour. */
static void
boards_marks(struct board *b)
{
	static const struct {
		int64_t age_s;
		const char *kind, *who, *text;
	} marks[] = {
		{ 11520, "start", "n1", "engine 0.1.0" },
		{ 800, "campaign", "maria", "campaign usa-morning: running" },
		{ 620, "config", "maria", "apply usa.conf" },
		{ 400, "cps", "jorge", "cps 20" },
		{ 260, "cps", "jorge", "cps auto" },
		{ 130, "brake", "", "trunk carrier-b engaged: quality 0.09" },
		{ 95, "brake", "", "trunk carrier-b released" },
	};

	b->nmarks = nitems(marks);
	b->mark_head = b->nmarks - 1;
	for (uint32_t i = 0; i < b->nmarks; i++) {
		struct board_mark *m = &b->marks[i];

		memset(m, 0, sizeof(*m));
		m->at_ms = b->now_ms - marks[i].age_s * MS_PER_S;
		str_copy(m->kind, sizeof(m->kind), marks[i].kind);
		str_copy(m->who, sizeof(m->who), marks[i].who);
		str_copy(m->text, sizeof(m->text), marks[i].text);
	}
}

static void
boards_history(struct board *b)
{
	int64_t s = b->now_ms / MS_PER_S;

	b->nhist = BOARD_HISTORY;
	b->hist_head = (uint32_t)(s % BOARD_HISTORY);
	for (int i = 0; i < BOARD_HISTORY; i++) {
		int64_t at = s - i;
		struct board_second *h = &b->hist[at % BOARD_HISTORY];

		h->at_s = at;
		h->target = 30;
		h->sent = boards_sent(at, 30);
		h->worst = 30;
		h->concurrent = h->sent * 14;
		h->asr = 0.41f;
		h->ner = 0.93f;
		h->setup_p50_ms = 980;
	}
}

/* A good day, at now_ms. */
static inline void
boards_make(struct board *b, int64_t now_ms)
{
	memset(b, 0, sizeof(*b));
	b->magic = BOARD_MAGIC;
	b->pid = 4711;
	b->now_ms = now_ms;
	b->started_ms = BOARDS_NOW - 11520 * MS_PER_S;
	str_copy(b->version_text, sizeof(b->version_text), "0.1.0");
	str_copy(b->node, sizeof(b->node), "n1");
	str_copy(b->timezone, sizeof(b->timezone), "America/Sao_Paulo");
	boards_history(b);
	b->cps_target = 30;
	b->cps_actual = b->hist[b->hist_head].sent;
	b->cps_actual_10s = 29.3;
	b->cps_max = 30;
	b->worst_second = 30;
	b->concurrent = 412;
	b->armed = 60;
	b->asr = 0.412;
	b->ner = 0.930;
	b->abandonment = 0.012;
	boards_windows(b->w, 28);
	b->rate_ended = 1675;
	b->rate_humans = 460;
	b->setup_p50 = 980;
	b->setup_p95 = 3400;
	b->setup_p99 = 5120;
	str_copy(b->brake, sizeof(b->brake), "released");
	b->db_connected = 1;
	b->db_private = 1;
	b->db_lag_ms = 0.8;
	boards_campaign(
	    &b->campaigns[0], 1, "usa-morning", "running", 20, 60000, 34800);
	boards_campaign(&b->campaigns[1], 2, "mexico-cobranza", "running", 10,
	    25000, 24100);
	boards_campaign(&b->campaigns[2], 3, "brasil-pesquisa", "waiting", 0,
	    120000, 88213);
	b->campaigns[2].opens_ms = now_ms + 36000 * MS_PER_S;
	str_copy(b->campaigns[2].why, sizeof(b->campaigns[2].why),
	    "calling window closed: brazil 09:00-21:00 mon-fri");
	b->ncampaigns = 3;
	for (uint32_t i = 0; i < b->ncampaigns; i++) {
		b->n.attempted += b->campaigns[i].n.attempted;
		b->n.answered += b->campaigns[i].n.answered;
		b->n.failed += b->campaigns[i].n.failed;
		b->n.connected += b->campaigns[i].n.connected;
		b->n.opted_out += b->campaigns[i].n.opted_out;
		b->n.machine += b->campaigns[i].n.machine;
	}
	boards_countries(b);
	str_copy(b->campaigns[1].context, MODEL_NAME, "mexico-cobranza");
	str_copy(b->campaigns[2].profile, MODEL_NAME, "conservative");
	b->campaigns[2].max_cps = 15;
	boards_parts(b);
	boards_log(b);
	boards_marks(b);
}

/* Make the day worse: normal brake dbaway switchdown hostile empty. */
static inline bool
boards_spoil(struct board *b, const char *how)
{
	if (strcmp(how, "brake") == 0) {
		str_copy(b->brake, sizeof(b->brake), "engaged");
		str_copy(b->brake_reason, sizeof(b->brake_reason),
		    "campaign usa-morning: quality 0.07 of 212 calls "
		    "(threshold 0.10)");
		b->brake_since_ms = b->now_ms - 31000;
		boards_brake(&b->campaigns[0].brake, "engaged");
		str_copy(b->campaigns[0].brake.reason,
		    sizeof(b->campaigns[0].brake.reason),
		    "quality 0.07 of 212 calls (threshold 0.10)");
		b->campaigns[0].brake.since_ms = b->brake_since_ms;
		b->cps_actual = 0;
		b->alerts[0] = (struct board_alert){ .since_ms =
							 b->now_ms - 31000,
			.rule = "campaign-brake",
			.object = "usa-morning",
			.severity = "critical",
			.message = "campaign usa-morning is braked: quality "
				   "0.07" };
	} else if (strcmp(how, "dbaway") == 0) {
		b->db_connected = 0;
		b->spooled = 1312;
		str_copy(b->db_why, sizeof(b->db_why),
		    "connection to server at 10.0.0.5 refused");
	} else if (strcmp(how, "switchdown") == 0) {
		b->switches[1].connected = 0;
		str_copy(b->switches[1].why, sizeof(b->switches[1].why),
		    "connection refused by 10.0.0.7:5038");
	} else if (strcmp(how, "hostile") == 0) {
		char *n = b->campaigns[0].name, *w = b->campaigns[2].why;
		char *l = b->log[b->log_head].text, *m = b->alerts[0].message;

		str_copy(n, MODEL_NAME,
		    "a\033]0;owned\007\033[2J\xe2\x80\xae"
		    "evil\xc2\x9b"
		    "31m");
		str_copy(b->campaigns[1].name, MODEL_NAME, "e");
		for (int i = 0; i < 30; i++)
			memcpy(b->campaigns[1].name + 1 + 2 * i, "\xcc\x81", 3);
		str_copy(w, 160, "\xe2\x81\xa6rtl\xe2\x81\xa9 \x1b[31mred");
		for (int i = 0; i < 75; i++)
			memcpy(l + 1 + 2 * i, "\xcc\x88", 3);
		b->alerts[0].ended_ms = 0;
		str_copy(m, 160,
		    "\xe4\xb8\xad\xe6\x96\x87\r\n\t\x7f\xff\xc0 \xf0\x9f\x93\x9e");
	} else if (strcmp(how, "empty") == 0) {
		b->ncampaigns = b->ncountries = b->nswitches = b->ntrunks = 0;
		b->npools = b->nalerts = b->nlog = b->nhist = b->njobs = 0;
		b->nmarks = 0;
		memset(b->jobs, 0, sizeof(b->jobs));
		b->asr = b->ner = b->abandonment = -1;
		b->setup_p50 = b->setup_p95 = b->setup_p99 = -1;
		b->rate_ended = b->rate_humans = 0;
		memset(&b->n, 0, sizeof(b->n));
		b->cps_actual = b->cps_target = 0;
	} else
		return strcmp(how, "normal") == 0;
	return true;
}

#endif
