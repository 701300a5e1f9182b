/* SPDX-License-Identifier: MIT */
/*
 * The database of the tests' world: what sql/002_functions.sql does to one
 * row at a time, requests in order, answers late or never.
 */
#ifndef ENGINE_WORLD_DB_H
#define ENGINE_WORLD_DB_H

static inline bool
w_finished(enum w_state s)
{
	return s == W_DONE || s == W_EXHAUSTED || s == W_DNC;
}

static inline bool
w_number_dnc(const struct world *w, const char *number)
{
	for (int i = 0; i < w->ncontact; i++)
		if (w->contact[i].dnc &&
		    strcmp(w->contact[i].number, number) == 0)
			return true;
	return false;
}

/* The number goes on the list; told: the engine has heard of it. */
static inline void
w_dnc_add(struct world *w, const char *number, bool told)
{
	for (int i = 0; i < w->ncontact; i++)
		if (strcmp(w->contact[i].number, number) == 0) {
			w->contact[i].dnc = true;
			w->contact[i].dnc_told |= told;
		}
}

static inline struct w_contact *
w_contact(struct world *w, int64_t id)
{
	return id >= 1 && id <= w->ncontact ? &w->contact[id - 1] : NULL;
}

/* ---- requests --------------------------------------------------------- */

static inline void
w_ask_free(struct w_ask *a)
{
	free(a->contacts);
	free(a->armed_ms);
	free(a->ids);
	free(a->rows);
	free(a->numbers);
	free(a);
}

static inline void
w_unarm(struct world *w, struct w_call *c)
{
	struct w_contact *k = &w->contact[c->contact];
	struct w_use *u = w_use(w, c->did, w_group(w, k->country), c->date);

	if (!c->row || c->deleted || c->rank != 0)
		return;
	c->deleted = true;
	if (k->attempts == c->attempt) {
		k->attempts--;
		if (k->state == W_DIALING)
			k->state = W_PENDING;
	}
	u->uses -= u->uses > 0;
}

static inline void
w_do_claim(struct world *w, struct w_ask *a)
{
	int camp = w_campaign(w, a->campaign_id);

	a->contacts = xcalloc((size_t)a->limit + 1, sizeof(int64_t));
	a->n = 0;
	for (int i = 0; i < w->ncontact && (int)a->n < a->limit; i++) {
		struct w_contact *k = &w->contact[i];
		bool open = false;

		for (int p = 0; p < W_PAIRS && a->pairs[p].zone[0]; p++)
			open |= strcmp(a->pairs[p].zone, k->zone) == 0 &&
				strcmp(a->pairs[p].country,
				    w->country[k->country].name) == 0;
		if (!open || k->campaign != camp || k->state != W_PENDING ||
		    k->due_ms > w->now.wall_ms)
			continue;
		if (w_number_dnc(w, k->number))
			k->state = W_DNC;
		else if (k->attempts >= w->camp[camp].max_attempts)
			k->state = W_EXHAUSTED;
		else {
			k->state = W_CLAIMED;
			k->lease_ms = w->now.wall_ms + 60000;
			a->contacts[a->n++] = k->id;
		}
	}
}

static inline struct w_call *
w_call_new(struct world *w, const struct w_armed *r)
{
	struct w_call *c = xcalloc(1, sizeof(*c)), **s = w_slot(w, &r->id);

	c->id = r->id;
	uuid_text(&c->id, c->text);
	c->contact = (int)r->contact - 1;
	c->attempt = r->attempt;
	c->did = r->did;
	str_copy(c->date, sizeof(c->date), r->date);
	c->row = true;
	c->armed_ms = r->armed_ms;
	c->sw = c->trunk = -1;
	c->next = *s;
	*s = c;
	w->call = xreallocarray(w->call, w->ncall + 1, sizeof(*w->call));
	w->call[w->ncall++] = c;
	return c;
}

static inline void
w_do_arm(struct world *w, struct w_ask *a)
{
	for (size_t i = 0; i < a->n; i++) {
		struct w_armed *r = &a->rows[i];
		struct w_contact *k = w_contact(w, r->contact);
		struct w_use *u = w_use(w, r->did, r->group, r->date);

		r->verdict = EARM_GONE;
		r->uses = u->uses;
		if (k == NULL || k->state != W_CLAIMED)
			continue;
		if (w_number_dnc(w, k->number)) {
			k->state = W_DNC;
			r->verdict = EARM_DNC;
		} else if (k->attempts >= w->camp[k->campaign].max_attempts) {
			k->state = W_EXHAUSTED;
		} else if (r->cap > 0 && u->uses >= (uint32_t)r->cap) {
			r->verdict = EARM_CAPPED;
		} else {
			r->verdict = EARM_OK;
			r->attempt = ++k->attempts;
			k->state = W_DIALING;
			r->uses = ++u->uses;
			w_call_new(w, r);
		}
	}
}

static inline void
w_db_do(struct world *w, struct w_ask *a)
{
	switch (a->type) {
	case ACT_CLAIM:
		w_do_claim(w, a);
		break;
	case ACT_RELEASE:
		for (size_t i = 0; i < a->n; i++)
			if (w->contact[a->contacts[i] - 1].state == W_CLAIMED)
				w->contact[a->contacts[i] - 1].state =
				    W_PENDING;
		break;
	case ACT_ARM:
		w_do_arm(w, a);
		break;
	case ACT_UNARM:
		for (size_t i = 0; i < a->n; i++) {
			struct w_call *c = w_find(w, &a->ids[i]);

			if (c != NULL && !c->sent_line)
				w_unarm(w, c);
		}
		break;
	case ACT_DNC_TEST:
		for (size_t i = 0; i < a->n; i++)
			if (!w_number_dnc(w, a->numbers[i]))
				a->numbers[i][0] = '\0';
		break;
	case ACT_NEXT_DUE:
		for (int i = 0; i < w->ncontact; i++) {
			const struct w_contact *k = &w->contact[i];

			if (w->camp[k->campaign].id == a->campaign_id &&
			    k->state == W_PENDING &&
			    (a->due_ms == 0 || k->due_ms < a->due_ms))
				a->due_ms = MAXIMUM(k->due_ms, 1);
		}
		break;
	default:
		break;
	}
}

/* The answer reaches the engine; ok false: the link went away. */
static inline void
w_db_answer(struct world *w, struct w_ask *a, bool ok)
{
	struct engine_contact *v;

	switch (a->type) {
	case ACT_CLAIM:
		v = xcalloc(a->n + 1, sizeof(*v));
		for (size_t i = 0; ok && i < a->n; i++) {
			const struct w_contact *k =
			    w_contact(w, a->contacts[i]);

			v[i] = (struct engine_contact){ .id = k->id,
				.number = k->number,
				.country = w->country[k->country].name,
				.zone = k->zone,
				.attempts = k->attempts };
		}
		engine_claimed(
		    w->e, a->campaign_id, ok, v, ok ? a->n : 0, &w->now);
		free(v);
		break;
	case ACT_ARM:
		for (size_t i = 0; ok && i < a->n; i++)
			engine_armed(w->e, &a->rows[i].id,
			    (enum engine_arm_verdict)a->rows[i].verdict,
			    a->rows[i].attempt, a->rows[i].uses, &w->now);
		for (size_t i = 0; i < a->n; i++)
			engine_arm_lost(w->e, &a->rows[i].id, &w->now);
		break;
	case ACT_DNC_TEST:
		for (size_t i = 0; ok && i < a->n; i++)
			if (a->numbers[i][0] != '\0')
				engine_dnc(w->e, a->numbers[i]);
		engine_dnc_tested(w->e, ok);
		break;
	case ACT_NEXT_DUE:
		if (ok)
			engine_next_due(w->e, a->campaign_id, a->due_ms);
		break;
	default:
		break;
	}
}

static inline struct w_ask *
w_ask_of(const struct action *act)
{
	struct w_ask *a = xcalloc(1, sizeof(*a));

	a->type = act->type;
	a->campaign_id = act->campaign_id;
	a->limit = act->limit;
	a->n = act->n;
	for (size_t i = 0; act->pairs != NULL && i < act->n && i < W_PAIRS;
	     i++) {
		str_copy(a->pairs[i].country, 32, act->pairs[i][0]);
		str_copy(a->pairs[i].zone, MODEL_ZONE, act->pairs[i][1]);
	}
	if (act->contacts != NULL) {
		a->contacts = xcalloc(act->n, sizeof(int64_t));
		memcpy(a->contacts, act->contacts, act->n * sizeof(int64_t));
	}
	if (act->ids != NULL) {
		a->ids = xcalloc(act->n, sizeof(struct uuid));
		memcpy(a->ids, act->ids, act->n * sizeof(struct uuid));
	}
	if (act->numbers != NULL) {
		a->numbers = xcalloc(act->n, MODEL_E164);
		for (size_t i = 0; i < act->n; i++)
			str_copy(a->numbers[i], MODEL_E164, act->numbers[i]);
	}
	if (act->calls != NULL)
		a->rows = xcalloc(act->n, sizeof(*a->rows));
	for (size_t i = 0; act->calls != NULL && i < act->n; i++) {
		const struct call *c = act->calls[i];
		struct engine_arm info;

		engine_arm(c, &info);
		a->rows[i] = (struct w_armed){ .id = c->id,
			.armed_ms = c->armed_ms,
			.contact = c->contact_id,
			.did = c->did_id,
			.cap = info.cap };
		str_copy(a->rows[i].date, 11, c->usage_date);
		str_copy(a->rows[i].group, 32, info.cap_group);
	}
	return a;
}

static inline void
w_ask(struct world *w, const struct action *act)
{
	struct w_ask *a = w_ask_of(act);
	uint64_t spread = (uint64_t)w->db_ms * NS_PER_MS + 1;

	if (!w->db_up) { /* the link has just gone: refused at once */
		w_db_answer(w, a, false);
		w_ask_free(a);
		return;
	}
	w->db_exec_ns = MAXIMUM(w->db_exec_ns, w->now.mono_ns) +
			(int64_t)rng_below(&w->r, spread);
	w->db_answer_ns = MAXIMUM(w->db_answer_ns, w->db_exec_ns) +
			  (int64_t)rng_below(&w->r, spread);
	w_push(w, (struct w_ev){ .ns = w->db_exec_ns,
		      .kind = K_DB_DO,
		      .gen = w->db_gen,
		      .ask = a });
	w_push(w, (struct w_ev){ .ns = w->db_answer_ns,
		      .kind = K_DB_ANSWER,
		      .gen = w->db_gen,
		      .ask = a });
}

/* ---- the journal ------------------------------------------------------ */

static inline struct w_line *
w_line(struct world *w, struct w_call *c)
{
	w->line = xreallocarray(w->line, w->nline + 1, sizeof(*w->line));
	w->line[w->nline] = (struct w_line){ .call = c };
	return &w->line[w->nline++];
}

static inline enum w_state
w_state_of(const char *word)
{
	return strcmp(word, "pending") == 0     ? W_PENDING
	       : strcmp(word, "exhausted") == 0 ? W_EXHAUSTED
	       : strcmp(word, "dnc") == 0       ? W_DNC
						: W_DONE;
}

static inline void
w_record(struct world *w, const struct w_line *l)
{
	struct w_call *c = l->call;
	struct w_contact *k = &w->contact[c->contact];
	bool end = l->rank >= 20 && l->rank > c->rank;
	enum w_state s;

	if (l->optout) {
		w_dnc_add(w, k->number, true);
		for (int i = 0; i < w->ncontact; i++)
			if (w->contact[i].state == W_PENDING &&
			    strcmp(w->contact[i].number, k->number) == 0)
				w->contact[i].state = W_DNC;
	}
	if (!c->row || c->deleted)
		return;
	if (l->answered_ms != 0)
		c->answered_ms = l->answered_ms;
	if (l->connected_ms != 0)
		c->connected_ms = l->connected_ms;
	if (l->amd[0] != '\0')
		str_copy(c->amd, sizeof(c->amd), l->amd);
	if (l->rank <= c->rank)
		return;
	if (c->rank >= 21)
		w_fail(w, "%s ends again", c->text);
	c->rank = l->rank;
	if (!end)
		return;
	c->disp = l->disp;
	c->ends++;
	s = w_state_of(l->contact_state);
	if (k->attempts != c->attempt || k->state == W_CLAIMED)
		return;
	if (k->state == W_DNC || (w_finished(k->state) && !w_finished(s)))
		return;
	k->state = s;
	if (s == W_PENDING)
		k->due_ms = l->due_ms;
}

static inline void
w_pump(struct world *w)
{
	while (w->db_up && w->done < w->nline)
		w_record(w, &w->line[w->done++]);
}

/* ---- away and back ---------------------------------------------------- */

static inline void
w_db_down(struct world *w)
{
	if (!w->db_up)
		return;
	w->db_up = w->loaded = false;
	/* What was under way is answered as lost; the first of it was done. */
	for (bool more = true, through = true; more;) {
		struct w_ev *first = NULL;

		for (size_t i = 0; i < w->nheap; i++) {
			struct w_ev *v = &w->heap[i];

			if (v->kind == K_DB_DO && v->gen == w->db_gen &&
			    (first == NULL || v->seq < first->seq))
				first = v;
		}
		more = first != NULL;
		through = through && rng_below(&w->r, 2) == 0;
		if (more && through)
			w_db_do(w, first->ask);
		if (more)
			first->gen = 0;
	}
	for (size_t i = 0; i < w->nheap; i++) {
		struct w_ev *v = &w->heap[i];

		if (v->kind != K_DB_ANSWER || v->gen != w->db_gen)
			continue;
		if (w->running)
			w_db_answer(w, v->ask, false);
		w_ask_free(v->ask);
		v->ask = NULL;
		v->gen = 0;
	}
	if (w->running)
		engine_db(w->e, false, "connection lost", &w->now);
}

/* Contacts of one campaign, country and zone: the index of the first. */
static inline int
w_pair(struct world *w, int i)
{
	struct w_contact *k = &w->contact[i];

	for (int q = 0; k->pair < 0; q++) {
		const struct w_contact *o = &w->contact[q];

		if (o->campaign == k->campaign && o->country == k->country &&
		    strcmp(o->zone, k->zone) == 0)
			k->pair = q;
	}
	return k->pair;
}

static inline void
w_tally(struct world *w)
{
	int64_t(*n)[2] = xcalloc((size_t)w->ncontact + 1, sizeof(*n));

	for (int i = 0; i < w->ncontact; i++) {
		int64_t *p = n[w_pair(w, i)];

		p[0]++;
		p[1] += w_finished(w->contact[i].state);
	}
	engine_tally_begin(w->e);
	for (int i = 0; i < w->ncontact; i++) {
		const struct w_contact *k = &w->contact[i];

		if (n[i][0] > 0)
			engine_tally(w->e, w->camp[k->campaign].id,
			    w->country[k->country].name, k->zone, n[i][0],
			    n[i][1]);
	}
	engine_tally_end(w->e, &w->now);
	free(n);
}

static inline void
w_objects(struct world *w)
{
	struct engine_objects o = { .trunks = w->trunk,
		.countries = w->country,
		.contexts = w->context,
		.profiles = w->profile,
		.campaigns = w->camp,
		.ntrunks = (size_t)w->ntrunk,
		.ncountries = (size_t)w->ncountry,
		.ncontexts = (size_t)w->ncountry,
		.nprofiles = (size_t)w->ncamp,
		.ncampaigns = (size_t)w->ncamp };

	engine_objects(w->e, &o, &w->now);
	engine_dids_begin(w->e);
	for (int i = 0; i < w->ndid; i++)
		engine_did(w->e, i + 1, w->did[i].number,
		    w->country[w->did[i].country].name, "305",
		    w->did[i].blocked, &w->now);
	engine_dids_end(w->e);
}

static inline void
w_open(struct world *w, struct w_call *c)
{
	const struct w_contact *k = &w->contact[c->contact];
	struct engine_open o = { .id = c->id,
		.armed_ms = c->armed_ms,
		.sent_ms = c->sent_ms,
		.contact_id = k->id,
		.campaign_id = w->camp[k->campaign].id,
		.did_id = c->did,
		.did_number = w->did[c->did - 1].number,
		.number = k->number,
		.country = w->country[k->country].name,
		.zone = k->zone,
		.trunk = c->trunk >= 0 ? w->trunk[c->trunk].name : "",
		.usage_date = c->date,
		.attempt = c->attempt,
		.answered_ms = c->answered_ms,
		.connected_ms = c->connected_ms,
		.amd = c->amd };

	if (!engine_open_call(w->e, &o, &w->now))
		w_fail(w, "the open call %s is not taken over", c->text);
	c->tracked = true;
}

/* The loader's chain, in one go. */
static inline void
w_db_load(struct world *w)
{
	for (int i = 0; i < w->ncontact; i++)
		if (w->contact[i].state == W_CLAIMED)
			w->contact[i].state = W_PENDING;
	w_objects(w);
	w_pump(w);
	for (size_t i = 0; i < w->ncall; i++) {
		struct w_call *c = w->call[i];

		if (!c->row || c->deleted || c->rank >= 20 ||
		    engine_knows(w->e, &c->id))
			continue;
		if (c->sent_line)
			w_open(w, c);
		else
			w_unarm(w, c);
	}
	for (size_t i = 0; i < w->nuse; i++)
		engine_usage(w->e, w->use[i].did, w->use[i].group,
		    w->use[i].date, w->use[i].uses, &w->now);
	w_tally(w);
	w->loaded = true;
	engine_db(w->e, true, "", &w->now);
}

static inline void
w_db_back(struct world *w)
{
	if (w->db_up)
		return;
	w->db_up = true;
	w->db_gen++;
	w->db_exec_ns = w->db_answer_ns = w->now.mono_ns;
	if (w->running)
		w_db_load(w);
}

#endif
