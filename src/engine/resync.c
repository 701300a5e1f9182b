/* SPDX-License-Identifier: MIT */
/*
 * resync: switches come and go, and so does this process.  Which calls live is
 * asked, never guessed: what a switch does not know any more has ended, and
 * what it knows is tracked on.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "engine/state.h"
#include "shared/log.h"

#define RESYNC_SOON_NS (500 * NS_PER_MS)

/* ---- switches --------------------------------------------------------- */

void
engine_switch_up(
    struct engine *e, unsigned i, int64_t boot, const struct now *now)
{
	struct switch_rt *s = &e->switches[i];

	e->now = *now;
	s->up = true;
	s->ready = false;
	s->boot = boot;
	s->why[0] = '\0';
	/* What the old connection still held in its buffers is through by
	 * then. */
	s->resync_at_ns = now->mono_ns + RESYNC_SOON_NS;
	s->resync_ns = 0;
	/* A peer that came back meanwhile is not told of again. */
	for (size_t k = 0; k < e->ntrunks; k++)
		if (e->trunks[k]->sw == (int)i)
			e->trunks[k]->unreachable = false;
	engine_note(e, LOG_LVL_INFO, "switch %s is connected", s->conf.name);
}

void
engine_switch_down(
    struct engine *e, unsigned i, const char *why, const struct now *now)
{
	struct switch_rt *s = &e->switches[i];
	struct call *c;

	e->now = *now;
	if (s->up)
		engine_note(e, LOG_LVL_ERROR, "switch %s is away: %s",
		    s->conf.name, why);
	s->up = s->ready = false;
	s->resync_at_ns = s->resync_ns = 0;
	s->rtt_ms = s->lag_ms = -1;
	s->unanswered_s = 0;
	s->feeling = false;
	s->lag_minute = -1; /* its clock may be another one */
	str_copy(s->why, sizeof(s->why), why);
	TAILQ_FOREACH (c, &e->all, all)
		if (call_in_flight(c) && track_switch(e, c) == s &&
		    c->state != CALL_UNKNOWN) {
			c->gap = true;
			c->event_ns = now->mono_ns;
			count_unprobe(c);
			track_state(e, c, CALL_UNKNOWN);
		}
}

void
engine_switch_live(struct engine *e, unsigned i, const char *text,
    int live_state, const struct now *now)
{
	struct uuid id;
	struct call *c;

	e->now = *now;
	if (text == NULL || !uuid_parse(text, &id) ||
	    (c = call_table_find(&e->calls, &id)) == NULL)
		return;
	c->seen_live = true;
	track_learn(e, c, i);
	c->event_ns = now->mono_ns; /* not asked again for a while */
	if (c->state != CALL_UNKNOWN)
		return;
	count_attempt(e, c);
	if (live_state == 6) {
		track_answered(e, c);
		track_state(e, c,
		    c->o.connected      ? CALL_CONNECTED
		    : c->o.transferring ? CALL_TRANSFERRING
		    : c->o.machine      ? CALL_VOICEMAIL
					: CALL_ANSWERED);
	} else
		track_state(e, c, live_state == 5 ? CALL_RINGING : CALL_SENT);
}

/* It is not there any more and its end was not seen. */
static void
end_missing(struct engine *e, struct call *c)
{
	track_end(e, c,
	    track_known(c) || c->failed_ns != 0 ? track_outcome(c) : DISP_LOST);
}

/* Of a call whose switch is not known: has each said that it is not there? */
static bool
nowhere(const struct engine *e, struct call *c, unsigned i)
{
	c->not_there |= 1ULL << i;
	return c->not_there == (1ULL << e->nswitches) - 1;
}

void
engine_switch_live_end(struct engine *e, unsigned i, const struct now *now)
{
	struct switch_rt *s = &e->switches[i];
	struct call *c, *next;
	bool again = false;

	e->now = *now;
	if (s->resync_ns == 0)
		return;
	TAILQ_FOREACH_SAFE(c, &e->all, all, next)
	{
		if (!call_in_flight(c) || c->seen_live || c->hungup_ns != 0 ||
		    (track_switch(e, c) != s && track_switch(e, c) != NULL))
			continue;
		/* Too young to be listed for sure: asked once more, unless
		 * its own events are heard, or missed, in time. */
		if (c->sent_ns > s->resync_ns - 2 * GRACE_NS)
			again |= c->state == CALL_UNKNOWN;
		else if (c->sw >= 0 || nowhere(e, c, i))
			end_missing(e, c);
	}
	s->resync_ns = 0;
	s->resync_gap_ns = RESYNC_GAP_NS;
	s->resync_at_ns = again ? now->mono_ns + 2 * GRACE_NS : 0;
	if (!s->ready)
		engine_note(e, LOG_LVL_INFO,
		    "switch %s told which calls live; dialling over it goes on",
		    s->conf.name);
	s->ready = true;
}

void
engine_trunk_contact(struct engine *e, unsigned i, const char *aor,
    bool reachable, const struct now *now)
{
	char at[128];

	e->now = *now;
	str_format(at, sizeof(at), "@%s", aor);
	for (size_t k = 0; k < e->ntrunks; k++) {
		struct trunk *t = e->trunks[k];
		const char *p = strstr(t->conf.channel, at);

		if (t->sw != (int)i || p == NULL || p[strlen(at)] != '\0' ||
		    t->unreachable == !reachable)
			continue;
		t->unreachable = !reachable;
		engine_note(e, reachable ? LOG_LVL_INFO : LOG_LVL_ERROR,
		    "trunk %s: the switch says its peer is %s", t->conf.name,
		    reachable ? "reachable" : "unreachable");
	}
}

const char *
engine_trunk_channel(
    const struct engine *e, size_t i, const char **name, int *switch_index)
{
	if (i >= e->ntrunks)
		return NULL;
	*name = e->trunks[i]->conf.name;
	*switch_index = e->trunks[i]->gone ? -1 : e->trunks[i]->sw;
	return e->trunks[i]->conf.channel;
}

/* The answer that is on its way was given without knowledge of a new call. */
static void
ask_anew(const struct engine *e, struct switch_rt *s)
{
	s->ready = false;
	s->resync_ns = 0;
	if (s->up)
		s->resync_at_ns = e->now.mono_ns;
}

/* ---- restart ---------------------------------------------------------- */

bool
engine_open_call(
    struct engine *e, const struct engine_open *o, const struct now *now)
{
	struct campaign *camp = engine_campaign(e, o->campaign_id);
	struct country *k = engine_country(e, o->country);
	const struct context *x;
	struct switch_rt *s;
	struct call *c;

	e->now = *now;
	if (camp == NULL || k == NULL ||
	    call_table_find(&e->calls, &o->id) != NULL)
		return false;
	c = xcalloc(1, sizeof(*c));
	c->magic = CALL_MAGIC;
	c->state = CALL_UNKNOWN;
	c->o.cause = -1;
	c->setup_ms = c->key_ms = c->amd_ms = -1;
	c->id = o->id;
	uuid_text(&c->id, c->id_text);
	str_copy(c->number, sizeof(c->number), o->number);
	str_copy(c->did_number, sizeof(c->did_number), o->did_number);
	str_copy(c->usage_date, sizeof(c->usage_date), o->usage_date);
	number_area(c->number, c->area);
	number_state(c->number, c->state_code);
	c->attempt = o->attempt;
	c->uncounted = o->uncounted;
	c->contact_id = o->contact_id;
	c->did_id = o->did_id;
	c->armed_ms = o->armed_ms;
	c->sent_ms = o->sent_ms;
	c->event_ns = now->mono_ns;
	c->gap = true;
	c->ringing_ms = o->ringing_ms;
	c->answered_ms = o->answered_ms;
	c->connected_ms = o->connected_ms;
	c->key = o->key;
	str_copy(c->amd, sizeof(c->amd), o->amd);
	c->o.answered = o->answered_ms != 0;
	c->o.connected = o->connected_ms != 0;
	c->o.transferring = o->transferring;
	c->o.machine = strcmp(o->amd, "MACHINE") == 0;
	/* What it was sent with is not told; nobody edits it so often. */
	x = engine_context(camp, k);
	c->optout_after = x != NULL && x->flow != NULL
			      ? (uint8_t)x->optout_after
			      : CONTEXT_MACHINE | CONTEXT_GOAL | CONTEXT_TALK;
	c->accepted = true; /* it is in today's counts of the database */
	c->camp = camp;
	c->country = k;
	c->zones = engine_zones(e, o->zone);
	c->trunk = engine_trunk(e, o->trunk);
	call_table_add(&e->calls, c);
	TAILQ_INSERT_TAIL(&e->all, c, all);
	e->nflight++;
	camp->concurrent++;
	k->concurrent++;
	if (c->trunk != NULL)
		c->trunk->concurrent++;
	c->sw = c->trunk != NULL ? c->trunk->sw : -1;
	if ((s = track_switch(e, c)) != NULL)
		s->concurrent++;
	c->at_ms[CALL_ARMED] = c->armed_ms;
	c->at_ms[CALL_SENT] = c->sent_ms;
	c->at_ms[CALL_RINGING] = c->ringing_ms;
	c->at_ms[CALL_ANSWERED] = c->answered_ms;
	c->at_ms[CALL_CONNECTED] = c->connected_ms;
	publish_take(e, c);
	for (unsigned i = 0; i < e->nswitches; i++)
		if (c->sw < 0 || c->sw == (int)i)
			ask_anew(e, &e->switches[i]);
	return true;
}

void
track_ask(struct engine *e)
{
	for (unsigned i = 0; i < e->nswitches; i++) {
		struct switch_rt *s = &e->switches[i];
		struct call *c;
		struct action *a;

		/* An answer that does not come is asked for again. */
		if (s->resync_ns != 0 &&
		    e->now.mono_ns - s->resync_ns > s->resync_gap_ns) {
			s->resync_at_ns = e->now.mono_ns;
			s->resync_gap_ns *= 2;
		}
		if (!s->up || s->resync_at_ns == 0 ||
		    e->now.mono_ns < s->resync_at_ns)
			continue;
		s->resync_at_ns = 0;
		s->resync_ns = e->now.mono_ns;
		TAILQ_FOREACH (c, &e->all, all)
			if (track_switch(e, c) == s || c->sw < 0)
				c->seen_live = false;
		a = engine_push(e, ACT_RESYNC);
		a->switch_index = i;
	}
}
