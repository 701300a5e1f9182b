/* SPDX-License-Identifier: MIT */
/*
 * Time in the tests' world: one step does what a turn of the daemon does, in
 * its order.  Start, crash and clean stop of the engine, and what the board
 * says against a recount.
 */
#ifndef ENGINE_WORLD_RUN_H
#define ENGINE_WORLD_RUN_H

#define W_BATCH 64

static inline void
w_actions(struct world *w)
{
	struct action a;

	while (engine_action(w->e, &a)) {
		w->actions[a.type]++;
		switch (a.type) {
		case ACT_EVENT:
			if (w->trace)
				printf("# %8.3f %s\n",
				    (double)w->now.mono_ns / 1e9, a.text);
			break;
		case ACT_RESYNC:
			w_resync(w, (int)a.switch_index);
			break;
		case ACT_HANGUP:
			break;
		default:
			w_ask(w, &a);
		}
		action_clear(&a);
	}
}

static inline void
w_sent_line(struct world *w, struct w_call *c)
{
	w_line(w, c)->rank = 1;
	c->sent_line = true;
	c->sent_ms = w->now.wall_ms;
}

static inline void
w_dial(struct world *w)
{
	struct call *v[W_BATCH];
	struct w_call *c;
	int64_t wake;
	size_t n = engine_dial(w->e, v, W_BATCH, &w->now, &wake);

	for (size_t i = 0; i < n; i++) {
		struct engine_originate o;

		if ((c = w_find(w, &v[i]->id)) == NULL) {
			w_fail(
			    w, "%s leaves and was never armed", v[i]->id_text);
			return;
		}
		engine_originate(w->e, v[i], &o);
		c->sw = (int)o.switch_index;
		for (int t = 0; t < w->ntrunk; t++)
			if (strcmp(w->trunk[t].name, engine_trunk_name(v[i])) ==
			    0)
				c->trunk = t;
		w_judge(w, v[i], c);
		w_sent_line(w, c);
		w_originate(w, c);
		c->tracked = true;
		w->sends++;
		w->sent_camp[w->contact[c->contact].campaign]++;
	}
	if (n == 0)
		return;
	/* The write takes a moment. */
	w->now.mono_ns += (int64_t)rng_below(&w->r, NS_PER_MS / 2);
	for (size_t i = 0; i < n; i++)
		if ((c = w_find(w, &v[i]->id)) != NULL)
			w_judge_limits(w, c, w->contact[c->contact].campaign,
			    w->now.mono_ns);
	engine_sent(w->e, v, n, w->now.mono_ns);
}

static inline void
w_take(struct world *w, const struct engine_record *r)
{
	const struct call *call = r->call;
	struct w_call *c = w_find(w, &call->id);
	struct w_line *l;

	if (c == NULL) {
		w_fail(w, "a record of %s, which nobody knows", call->id_text);
		return;
	}
	l = w_line(w, c);
	l->rank = call->state != CALL_ENDED        ? 1
		  : call->disposition == DISP_LOST ? 20
						   : 21;
	l->disp = (enum disposition)call->disposition;
	l->optout = r->optout;
	l->due_ms = r->due_ms;
	l->answered_ms = call->answered_ms;
	l->connected_ms = call->connected_ms;
	str_copy(l->amd, sizeof(l->amd), call->amd);
	if (r->contact_state != NULL)
		str_copy(l->contact_state, sizeof(l->contact_state),
		    r->contact_state);
	if (r->optout)
		w_dnc_add(w, call->number, true);
	if (call->state != CALL_ENDED)
		return;
	if (call->disposition == DISP_NONE)
		w_fail(w, "%s ends without a disposition", call->id_text);
	c->tracked = false;
	c->counted = true;
	c->refused = call->o.refused;
	c->answered = call->o.answered;
	c->good =
	    outcome_ner_good(&call->o, (enum disposition)call->disposition);
	c->disp = (enum disposition)call->disposition;
}

static inline void
w_records(struct world *w)
{
	bool all = w->now.mono_ns >= w->second_ns;
	struct engine_record r;

	if (all)
		w->second_ns = w->now.mono_ns + NS_PER_S;
	while (engine_record(w->e, all, &r, &w->now)) {
		w_take(w, &r);
		engine_recorded(w->e, r.call);
	}
}

/* ---- the board -------------------------------------------------------- */

static inline bool
w_same_count(struct world *w, const struct board_count *n, int camp,
    int country, const char *what)
{
	struct board_count m = { 0 };

	for (int c = 0; c < w->ncamp; c++)
		for (int k = 0; k < w->ncountry; k++) {
			const struct board_count *b = &w->base[c][k];

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
		const struct w_call *c = w->call[i];
		const struct w_contact *k = &w->contact[c->contact];

		if (!c->counted || c->refused ||
		    (camp >= 0 && k->campaign != camp) ||
		    (country >= 0 && k->country != country))
			continue;
		m.ended++;
		m.failed += !c->answered;
		m.ner_good += c->good;
		m.connected += c->disp == DISP_CONNECTED;
		m.opted_out += c->disp == DISP_OPTED_OUT;
		m.machine += c->disp == DISP_MACHINE;
		m.abandoned += c->disp == DISP_ABANDONED;
	}
	if (n->ended != m.ended || n->failed != m.failed ||
	    n->ner_good != m.ner_good || n->connected != m.connected ||
	    n->opted_out != m.opted_out || n->machine != m.machine ||
	    n->abandoned != m.abandoned || n->attempted < n->ended)
		w_fail(w,
		    "%s: board says attempted %llu ended %llu failed %llu good "
		    "%llu connected %llu; recount %llu %llu %llu %llu",
		    what, (unsigned long long)n->attempted,
		    (unsigned long long)n->ended, (unsigned long long)n->failed,
		    (unsigned long long)n->ner_good,
		    (unsigned long long)n->connected,
		    (unsigned long long)m.ended, (unsigned long long)m.failed,
		    (unsigned long long)m.ner_good,
		    (unsigned long long)m.connected);
	return w->err[0] == '\0';
}

static inline void
w_same(struct world *w, const char *what, const char *name, uint64_t board,
    uint64_t recount)
{
	if (board != recount)
		w_fail(w, "%s of %s: board says %llu, recount %llu", what, name,
		    (unsigned long long)board, (unsigned long long)recount);
}

static inline void
w_publish(struct world *w)
{
	struct board *b = w->board;

	engine_publish(w->e, b, &w->now);
	w_same(w, "calls", "all", b->concurrent,
	    (uint64_t)w_in_flight(w, -1, -1, -1, -1));
	w_same(w, "calls", "engine_in_flight", engine_in_flight(w->e),
	    b->concurrent);
	for (unsigned i = 0; i < b->ncampaigns; i++) {
		int c = w_campaign(w, b->campaigns[i].id);

		w_same(w, "calls", b->campaigns[i].name,
		    b->campaigns[i].concurrent,
		    (uint64_t)w_in_flight(w, c, -1, -1, -1));
		if (!w->new_day)
			w_same_count(
			    w, &b->campaigns[i].n, c, -1, b->campaigns[i].name);
		if (b->campaigns[i].remaining > b->campaigns[i].total)
			w_fail(w, "more remain than there are");
	}
	for (unsigned i = 0; i < b->ntrunks; i++)
		w_same(w, "calls", b->trunks[i].name, b->trunks[i].concurrent,
		    (uint64_t)w_in_flight(w, -1, (int)i, -1, -1));
	for (unsigned i = 0; i < b->nswitches && !w->blind; i++)
		w_same(w, "calls", b->switches[i].name,
		    b->switches[i].concurrent,
		    (uint64_t)w_in_flight(w, -1, -1, (int)i, -1));
	for (unsigned i = 0; i < b->ncountries; i++) {
		int k = w_country(w, b->countries[i].name);

		w_same(w, "calls", b->countries[i].name,
		    b->countries[i].concurrent,
		    (uint64_t)w_in_flight(w, -1, -1, -1, k));
		if (!w->new_day)
			w_same_count(
			    w, &b->countries[i].n, -1, k, b->countries[i].name);
	}
	if (!w->new_day)
		w_same_count(w, &b->n, -1, -1, "total");
	if (b->worst_second > w->total.most + w->unsent)
		w_fail(w, "worst second: board says %g, recount %u",
		    b->worst_second, w->total.most);
}

/* ---- turns ------------------------------------------------------------ */

static inline void
w_happen(struct world *w, struct w_ev *v)
{
	switch (v->kind) {
	case K_STEP:
		w_step(w, v->call, v->step);
		break;
	case K_EVENT:
		if (v->gen != w->link_gen[v->sw] || !w->running)
			break;
		v->ev.id = v->call->text;
		engine_event(w->e, (unsigned)v->sw, &v->ev, &w->now);
		break;
	case K_LINK_UP:
		w_link(w, v->sw);
		break;
	case K_LIVE:
		if (v->gen == w->link_gen[v->sw] && w->running &&
		    v->step == w->live_serial[v->sw])
			w_live(w, v->sw);
		break;
	case K_DB_DO:
		if (v->gen == w->db_gen)
			w_db_do(w, v->ask);
		break;
	case K_DB_ANSWER:
		if (v->gen != w->db_gen || v->ask == NULL)
			break;
		if (w->running)
			w_db_answer(w, v->ask, true);
		w_ask_free(v->ask);
		break;
	case K_DB_BACK:
		w_db_back(w);
		break;
	case K_START:
		if (!w->running)
			w_start(w);
		break;
	case K_DNC_NOTE: /* numbers on the list that it has not heard of */
		for (int i = 0; i < w->ncontact; i++)
			w->contact[i].dnc_told |= w->contact[i].dnc;
		if (w->running)
			engine_dnc_changed(w->e);
		break;
	}
}

/* Days of the engine's own zone. */
static inline int64_t
w_day(const struct world *w)
{
	struct tz_local l;

	tz_local(tz_get(w->timezone), w->now.wall_ms, &l);
	return tz_days(l.year, l.month, l.day);
}

/* One turn, ns after the one before. */
static inline void
w_turn(struct world *w, int64_t ns)
{
	int64_t to = w->now.mono_ns + ns, wall;

	while (w->nheap > 0 && w->heap[0].ns <= to) {
		struct w_ev v = w_pop(w);

		if (v.ns > w->now.mono_ns) {
			w->now.wall_ms +=
			    v.ns / NS_PER_MS - w->now.mono_ns / NS_PER_MS;
			w->now.mono_ns = v.ns;
		}
		w_happen(w, &v);
	}
	wall = to / NS_PER_MS - w->now.mono_ns / NS_PER_MS;
	if (to > w->now.mono_ns) {
		w->now.wall_ms += wall;
		w->now.mono_ns = to;
	}
	if (w->day != w_day(w)) {
		w->new_day = true;
		w->day = w_day(w);
	}
	w->steps++;
	if (!w->running)
		return;
	if (w->loaded && w->now.mono_ns >= w->tally_ns) {
		w->tally_ns = w->now.mono_ns + 2 * NS_PER_S;
		w_tally(w);
	}
	if (w->now.mono_ns >= w->tick_ns) {
		w->tick_ns = w->now.mono_ns + ENGINE_TICK_NS;
		engine_tick(w->e, &w->now);
	}
	w_actions(w);
	w_records(w); /* so that what has ended is not counted as running */
	w_dial(w);
	w_actions(w);
	w_records(w);
	w_pump(w);
	if (w->now.mono_ns >= w->publish_ns) {
		w->publish_ns = w->now.mono_ns + NS_PER_S;
		w_publish(w);
	}
}

static inline void
w_run(struct world *w, int64_t ms)
{
	int64_t to = w->now.mono_ns + ms * NS_PER_MS;

	while (w->now.mono_ns < to && w->err[0] == '\0')
		w_turn(w, 5 * NS_PER_MS);
}

/* ---- the engine's own life -------------------------------------------- */

/* What the database has counted today: the loader's last step. */
static inline void
w_counted(struct world *w)
{
	int64_t from = w->day * 86400 * MS_PER_S; /* its zone is UTC */

	for (size_t i = 0; i < w->ncall; i++) {
		const struct w_call *c = w->call[i];
		const struct w_contact *k = &w->contact[c->contact];
		struct board_count *n = &w->base[k->campaign][k->country];

		if (!c->row || c->deleted || c->sent_ms < from)
			continue;
		n->attempted++;
		n->answered += c->answered_ms != 0;
		n->failed += c->rank >= 20 && c->answered_ms == 0;
		n->connected += c->rank >= 20 && c->disp == DISP_CONNECTED;
		n->opted_out += c->rank >= 20 && c->disp == DISP_OPTED_OUT;
		n->machine += c->rank >= 20 && c->disp == DISP_MACHINE;
		n->abandoned += c->rank >= 20 && c->disp == DISP_ABANDONED;
	}
	for (int c = 0; c < w->ncamp; c++)
		for (int k = 0; k < w->ncountry; k++)
			engine_counted(w->e, w->camp[c].id, w->country[k].name,
			    &w->base[c][k]);
}

static inline void
w_start(struct world *w)
{
	struct engine_config cfg = { .node = W_NODE,
		.version = "test",
		.seed = rng_next(&w->r),
		.zone = tz_get };

	str_copy(cfg.timezone, sizeof(cfg.timezone), w->timezone);
	w->e = engine_new(&cfg, &w->now);
	engine_switches(w->e, w->sw, (size_t)w->nsw);
	w->running = true;
	w->new_day = false;
	w->day = w_day(w);
	memset(w->base, 0, sizeof(w->base));
	w->brake = w->draining = false;
	w->spool_ok = true;
	w->manual = 0;
	for (size_t i = 0; i < w->ncall; i++)
		w->call[i]->tracked = w->call[i]->counted = false;
	if (w->db_up) {
		w_db_load(w);
		w_counted(w);
	}
	for (int i = 0; i < w->nsw; i++) {
		w->link[i] = false;
		w->told_down[i] = true;
		w_push(w, (struct w_ev){ .ns = w->now.mono_ns + NS_PER_MS,
			      .kind = K_LINK_UP,
			      .sw = i });
	}
}

/* kill -9: what only the process knew is gone. */
static inline void
w_crash(struct world *w)
{
	w->running = false;
	w_db_down(w);
	engine_free(w->e);
	w->e = NULL;
	for (int i = 0; i < w->nsw; i++)
		w_cut(w, i, false);
	w->db_up = true;
	w->db_gen++;
	w->db_exec_ns = w->db_answer_ns = w->now.mono_ns;
}

static inline void
w_free(struct world *w)
{
	while (w->nheap > 0) {
		struct w_ev v = w_pop(w);

		if (v.kind == K_DB_ANSWER && v.ask != NULL)
			w_ask_free(v.ask);
	}
	engine_free(w->e);
	for (size_t i = 0; i < w->ncall; i++)
		free(w->call[i]);
	for (int i = 0; i < W_MAX; i++) {
		free(w->by_trunk[i].at);
		free(w->by_sw[i].at);
		free(w->by_camp[i].at);
	}
	free(w->total.at);
	free(w->call);
	free(w->contact);
	free(w->use);
	free(w->line);
	free(w->heap);
	free(w->board);
	free(w);
}

/* ---- setting up ------------------------------------------------------- */

/* Clocks at 2026-11-20 12:00 New York, a Friday; nothing configured. */
static inline struct world *
w_new(uint64_t seed)
{
	struct world *w = xcalloc(1, sizeof(*w));

	rng_seed(&w->r, seed);
	w->now = (struct now){ 1000 * NS_PER_S,
		tz_begin_ms(tz_get("America/New_York"), 2026, 11, 20, 720) };
	str_copy(w->timezone, sizeof(w->timezone), "UTC");
	w->board = xcalloc(1, sizeof(*w->board));
	w->db_up = w->spool_ok = true;
	w->db_gen = 1;
	w->db_ms = 2;
	return w;
}

static inline void
w_add_switch(struct world *w, double cps, int channels)
{
	struct engine_switch *s = &w->sw[w->nsw++];

	str_format(s->name, sizeof(s->name), "pbx%d", w->nsw);
	s->max_cps = cps;
	s->max_channels = channels;
}

static inline struct m_trunk *
w_add_trunk(struct world *w, int sw, double cps, int channels)
{
	struct m_trunk *t = &w->trunk[w->ntrunk++];

	*t = (struct m_trunk){ .id = w->ntrunk,
		.max_cps = cps,
		.max_channels = channels,
		.weight = 1,
		.priority = 1,
		.enabled = true };
	str_format(t->name, sizeof(t->name), "trunk%d", w->ntrunk);
	str_copy(t->switch_name, sizeof(t->switch_name), w->sw[sw].name);
	str_format(
	    t->channel, sizeof(t->channel), "PJSIP/{number}@peer%d", w->ntrunk);
	str_copy(t->caller_id, sizeof(t->caller_id), "{did}");
	return t;
}

/* A country that may be called at any hour, with its context. */
static inline struct m_country *
w_add_country(struct world *w, const char *name, const char *group, int cap)
{
	struct m_country *k = &w->country[w->ncountry];
	struct m_context *x = &w->context[w->ncountry++];

	*k = (struct m_country){ .id = w->ncountry,
		.did_daily_cap = cap,
		.cap_zone = "America/New_York",
		.cap_reset = "00:00",
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun",
		.region = "US" };
	str_copy(k->name, sizeof(k->name), name);
	str_copy(k->cap_group, sizeof(k->cap_group), group);
	*x = (struct m_context){ .id = w->ncountry,
		.connect_key = "1",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 10,
		.destination = "queue:sales",
		.on_machine = "hangup" };
	str_copy(x->name, sizeof(x->name), name);
	str_copy(x->country, sizeof(x->country), name);
	return k;
}

/* A campaign over all trunks so far with a profile of its own. */
static inline struct m_campaign *
w_add_campaign(struct world *w, double cps, int concurrent)
{
	struct m_profile *p = &w->profile[w->ncamp];
	struct m_campaign *c = &w->camp[w->ncamp++];

	*p = (struct m_profile){ .id = w->ncamp,
		.max_cps = cps,
		.initial_cps = cps,
		.ramp_up_step = 2,
		.ramp_up_interval = 10,
		.max_concurrent_calls = concurrent,
		.quality_threshold = 0.8,
		.quality_metric = "ner" };
	str_format(p->name, sizeof(p->name), "profile%d", w->ncamp);
	*c = (struct m_campaign){ .id = 100 + w->ncamp,
		.state = "running",
		.mode = "broadcast",
		.max_cps = cps,
		.max_attempts = 1,
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun",
		.dial_timeout = 20,
		.weight = 1 };
	str_format(c->name, sizeof(c->name), "camp%d", w->ncamp);
	str_copy(c->profile, sizeof(c->profile), p->name);
	for (int i = 0; i < w->ntrunk; i++)
		str_copy(
		    c->trunks.v[c->trunks.n++], MODEL_NAME, w->trunk[i].name);
	for (int i = 0; i < DISP_NKIND; i++)
		c->retry[i] = -1;
	return c;
}

static inline void
w_add_dids(struct world *w, int country, int n)
{
	for (; n > 0; n--) {
		str_format(w->did[w->ndid].number, MODEL_E164, "+1305777%04d",
		    w->ndid);
		w->did[w->ndid++].country = country;
	}
}

static inline struct w_contact *
w_add_contact(
    struct world *w, int campaign, int country, const char *zone, int fate)
{
	struct w_contact *k;

	w->contact = xreallocarray(
	    w->contact, (size_t)w->ncontact + 1, sizeof(*w->contact));
	k = &w->contact[w->ncontact++];
	*k = (struct w_contact){ .id = w->ncontact,
		.campaign = campaign,
		.country = country,
		.fate = fate,
		.pair = -1,
		.due_ms = 1 };
	str_format(k->number, sizeof(k->number), "+1%d55%07d", country + 2,
	    w->ncontact);
	str_copy(k->zone, sizeof(k->zone), zone);
	return k;
}

static inline int
w_count(const struct world *w, enum w_state s)
{
	int n = 0;

	for (int i = 0; i < w->ncontact; i++)
		n += w->contact[i].state == s;
	return n;
}

/* Calls in the database that ended so. */
static inline int
w_ended(const struct world *w, enum disposition d)
{
	int n = 0;

	for (size_t i = 0; i < w->ncall; i++)
		n += w->call[i]->row && !w->call[i]->deleted &&
		     w->call[i]->rank >= 20 && w->call[i]->disp == d;
	return n;
}

#endif
