/* SPDX-License-Identifier: MIT */
/*
 * What the board says against a recount, and the judge's own beginning and
 * end.
 */
#ifndef ENGINE_WORLD_RUN_H
#define ENGINE_WORLD_RUN_H

static inline void
judge_same_count(struct world *w, const struct board_count *n, int camp,
    int country, const char *what)
{
	struct judge *j = judge(w);
	struct board_count m = { 0 };

	for (int c = 0; c < w->ncamp; c++)
		for (int k = 0; k < w->ncountry; k++) {
			const struct board_count *b = &j->base[c][k];

			if ((camp >= 0 && c != camp) ||
			    (country >= 0 && k != country))
				continue;
			m.failed += b->failed;
			m.connected += b->connected;
			m.opted_out += b->opted_out;
			m.machine += b->machine;
			m.abandoned += b->abandoned;
		}
	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];
		const struct world_contact *k = &w->contact[c->contact];

		if (!c->counted || c->o.refused ||
		    (camp >= 0 && k->campaign != camp) ||
		    (country >= 0 && k->country != country))
			continue;
		m.ended++;
		m.failed += !c->o.answered;
		m.ner_good +=
		    outcome_ner_good(&c->o, (enum disposition)c->disp);
		m.connected += c->disp == DISP_CONNECTED;
		m.opted_out += c->disp == DISP_OPTED_OUT;
		m.machine += c->disp == DISP_MACHINE;
		m.abandoned += c->disp == DISP_ABANDONED;
	}
	if (n->ended != m.ended || n->failed != m.failed ||
	    n->ner_good != m.ner_good || n->connected != m.connected ||
	    n->opted_out != m.opted_out || n->machine != m.machine ||
	    n->abandoned != m.abandoned || n->attempted < n->ended)
		world_fail(w,
		    "%s: board says attempted %llu ended %llu failed %llu good "
		    "%llu connected %llu; recount %llu %llu %llu %llu",
		    what, (unsigned long long)n->attempted,
		    (unsigned long long)n->ended, (unsigned long long)n->failed,
		    (unsigned long long)n->ner_good,
		    (unsigned long long)n->connected,
		    (unsigned long long)m.ended, (unsigned long long)m.failed,
		    (unsigned long long)m.ner_good,
		    (unsigned long long)m.connected);
}

static inline void
judge_same(struct world *w, const char *what, const char *name, uint64_t board,
    uint64_t recount)
{
	if (board != recount)
		world_fail(w, "%s of %s: board says %llu, recount %llu", what,
		    name, (unsigned long long)board,
		    (unsigned long long)recount);
}

/* Rates are over what ended and is known: nothing else is in a window. */
static inline void
judge_window(
    struct world *w, const struct board_window *b, int camp, const char *name)
{
	struct board_window m = { 0 };

	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];

		if (!c->counted || c->o.refused || c->disp == DISP_LOST ||
		    (camp >= 0 && w->contact[c->contact].campaign != camp))
			continue;
		m.ended++;
		m.answered += c->o.answered;
		m.ner_good +=
		    outcome_ner_good(&c->o, (enum disposition)c->disp);
		m.humans += c->o.answered && !c->o.machine;
		m.connected += c->disp == DISP_CONNECTED;
		m.abandoned += c->disp == DISP_ABANDONED;
		m.opted_out += c->disp == DISP_OPTED_OUT;
	}
	judge_same(w, "today's ended", name, b->ended, m.ended);
	judge_same(w, "today's answered", name, b->answered, m.answered);
	judge_same(w, "today's good", name, b->ner_good, m.ner_good);
	judge_same(w, "today's humans", name, b->humans, m.humans);
	judge_same(w, "today's connected", name, b->connected, m.connected);
	judge_same(w, "today's abandoned", name, b->abandoned, m.abandoned);
	judge_same(w, "today's opted out", name, b->opted_out, m.opted_out);
}

/* Days of the engine's own zone. */
static inline int64_t
judge_day(const struct world *w)
{
	struct tz_local l;

	tz_local(tz_get(w->timezone), w->now.wall_ms, &l);
	return tz_days(l.year, l.month, l.day);
}

static inline void
judge_routes(struct world *w)
{
	const struct board *b = w->board;

	for (unsigned i = 0; i < b->ntrunks; i++)
		judge_same(w, "calls", b->trunks[i].name,
		    b->trunks[i].concurrent,
		    (uint64_t)judge_in_flight(w, -1, (int)i, -1, -1));
	for (unsigned i = 0; i < b->nswitches && !judge(w)->blind; i++)
		judge_same(w, "calls", b->switches[i].name,
		    b->switches[i].concurrent,
		    (uint64_t)judge_in_flight(w, -1, -1, (int)i, -1));
}

static inline void
judge_published(struct world *w)
{
	const struct board *b = w->board;
	struct judge *j = judge(w);

	if (j->day != judge_day(w)) {
		j->new_day = true;
		j->day = judge_day(w);
	}
	judge_same(w, "calls", "all", b->concurrent,
	    (uint64_t)judge_in_flight(w, -1, -1, -1, -1));
	judge_same(w, "calls", "engine_in_flight", engine_in_flight(w->e),
	    b->concurrent);
	for (unsigned i = 0; i < b->ncampaigns; i++) {
		int c = world_campaign(w, b->campaigns[i].id);

		judge_same(w, "calls", b->campaigns[i].name,
		    b->campaigns[i].concurrent,
		    (uint64_t)judge_in_flight(w, c, -1, -1, -1));
		if (!j->new_day) {
			judge_same_count(
			    w, &b->campaigns[i].n, c, -1, b->campaigns[i].name);
			judge_window(w, &b->campaigns[i].w[BOARD_WINDOWS - 1],
			    c, b->campaigns[i].name);
		}
		if (b->campaigns[i].remaining > b->campaigns[i].total)
			world_fail(w, "more remain than there are");
	}
	judge_routes(w);
	for (unsigned i = 0; i < b->ncountries; i++) {
		int k = world_country(w, b->countries[i].name);

		judge_same(w, "calls", b->countries[i].name,
		    b->countries[i].concurrent,
		    (uint64_t)judge_in_flight(w, -1, -1, -1, k));
		if (!j->new_day)
			judge_same_count(
			    w, &b->countries[i].n, -1, k, b->countries[i].name);
	}
	if (!j->new_day) {
		judge_same_count(w, &b->n, -1, -1, "total");
		judge_window(w, &b->w[BOARD_WINDOWS - 1], -1, "total");
	}
	if (b->worst_second > j->total.most + j->unsent)
		world_fail(w, "worst second: board says %g, recount %u",
		    b->worst_second, j->total.most);
}

/* What the database has counted today: the loader's last step. */
static inline void
judge_counted(struct world *w)
{
	struct judge *j = judge(w);
	int64_t from = j->day * 86400 * MS_PER_S; /* its zone is UTC */

	for (size_t i = 0; i < w->ncall; i++) {
		const struct world_call *c = w->call[i];
		const struct world_contact *k = &w->contact[c->contact];
		struct board_count *n = &j->base[k->campaign][k->country];
		bool over = c->rank >= 20;

		if (!c->row || c->deleted || c->sent_ms < from)
			continue;
		n->attempted++;
		n->answered += c->answered_ms != 0;
		n->failed += over && c->answered_ms == 0;
		n->connected += over && c->disp == DISP_CONNECTED;
		n->opted_out += over && c->disp == DISP_OPTED_OUT;
		n->machine += over && c->disp == DISP_MACHINE;
		n->abandoned += over && c->disp == DISP_ABANDONED;
	}
	for (int c = 0; c < w->ncamp; c++)
		for (int k = 0; k < w->ncountry; k++)
			engine_counted(w->e, w->camp[c].id, w->country[k].name,
			    &j->base[c][k]);
}

static inline void
judge_started(struct world *w)
{
	struct judge *j = judge(w);

	j->new_day = j->brake = false;
	j->day = judge_day(w);
	j->manual = 0;
	memset(j->base, 0, sizeof(j->base));
	if (w->db_up)
		judge_counted(w);
}

static inline void
judge_note(struct world *w, int level, const char *text)
{
	(void)level;
	if (judge(w)->trace)
		printf(
		    "# %8.3f %s\n", (double)w->now.mono_ns / 1e9 - 1000, text);
}

/* What says nothing of the way there is in no run. */
static inline void
judge_recorded(
    struct world *w, struct world_call *c, const struct engine_record *r)
{
	struct judge *j = judge(w);

	if (r->call->state != CALL_ENDED || c->o.refused || c->o.cause == 1 ||
	    c->disp == DISP_LOST)
		return;
	j->bad_run = outcome_ner_good(&c->o, (enum disposition)c->disp)
			 ? 0
			 : j->bad_run + 1;
}

static const struct world_watch judge_watch = { .leaves = judge_leaves,
	.written = judge_written,
	.recorded = judge_recorded,
	.published = judge_published,
	.started = judge_started,
	.note = judge_note };

static inline struct world *
judged_world(uint64_t seed)
{
	struct world *w = world_new(seed);

	w->watch = &judge_watch;
	w->arg = xcalloc(1, sizeof(struct judge));
	return w;
}

static inline void
judged_free(struct world *w)
{
	struct judge *j = judge(w);

	for (int i = 0; i < J_MAX; i++) {
		free(j->by_trunk[i].at);
		free(j->by_sw[i].at);
		free(j->by_camp[i].at);
	}
	free(j->total.at);
	free(j->send);
	free(j);
	world_free(w);
}

static inline int
judge_contacts(const struct world *w, enum world_state s)
{
	int n = 0;

	for (uint32_t i = 0; i < w->ncontact; i++)
		n += w->contact[i].state == s;
	return n;
}

/* Calls in the database that ended so. */
static inline int
judge_ended(const struct world *w, enum disposition d)
{
	int n = 0;

	for (size_t i = 0; i < w->ncall; i++)
		n += w->call[i]->row && !w->call[i]->deleted &&
		     w->call[i]->rank >= 20 && w->call[i]->disp == d;
	return n;
}

#endif
