/* SPDX-License-Identifier: MIT */
/*
 * keys_call: what the events of one call say of its keys.  The dialplan
 * reports a key first and then what it led to, so a press is counted at once
 * and its meaning set right afterwards.  Counts nothing of a part of a call
 * that was not watched, but what its end tells for sure.
 */
#include <string.h>

#include "engine/keys.h"
#include "engine/state.h"

/* The row of the last key that was heard and led somewhere; -1. */
static int
last_row(const struct engine *e, const struct call *c)
{
	if (c->keys.row == 0 || c->keys.day != keys_day(e->keys))
		return -1;
	return c->keys.row - 1;
}

static bool
is_machine(const struct call *c)
{
	return c->o.machine || strcmp(c->amd, "MACHINE") == 0;
}

/* Its flow as it is now, which is what it started with but for an edit. */
static const struct flow *
flow_of(const struct call *c)
{
	const struct context *x = engine_context(c->camp, c->country);

	return x == NULL ? NULL : x->flow;
}

/* A call taken over after a restart has forgotten its context's name. */
static int
row_of(const struct engine *e, const struct call *c, char key)
{
	const char *name = c->context;

	if (name[0] == '\0' && engine_context(c->camp, c->country) != NULL)
		name = engine_context(c->camp, c->country)->m.name;
	return keys_row(e->keys, c->country->conf.name, name, key);
}

static bool
asks(const struct call *c, const char *state)
{
	const struct flow *f = flow_of(c);

	for (int i = 0; f != NULL && state != NULL && i < f->n; i++)
		if (strcmp(f->s[i].name, state) == 0)
			return f->s[i].kind != FLOW_PLAY;
	return true;
}

/* Detection may still be under way. */
static bool
listening(const struct call *c)
{
	const struct flow *f = flow_of(c);

	return c->amd[0] == '\0' && f != NULL && flow_has(f, FLOW_DETECT);
}

/* Nothing was said of the last key: it led to another state. */
static void
gone_on(struct engine *e, struct call *c)
{
	if (c->keys.fresh)
		keys_led(e->keys, last_row(e, c), KEYS_GO);
	c->keys.fresh = false;
}

void
keys_playing(struct engine *e, struct call *c, const char *state)
{
	struct keys_call *k = &c->keys;

	gone_on(e, c);
	if (asks(c, state)) {
		k->once = !k->played && !c->gap;
		k->asked = true;
		k->asked_ns = e->now.mono_ns;
		k->row = 0; /* what comes now is not by an earlier key */
	}
	k->played = true;
}

void
keys_early(struct engine *e, struct call *c, char key)
{
	struct keys_call *k = &c->keys;
	bool machine = is_machine(c);

	if (k->asked || c->gap || c->o.transferring || c->o.connected ||
	    c->o.optout || (k->played && !machine && !listening(c)) ||
	    flow_key_index(key) < 0)
		return;
	c->key_early = true;
	keys_press(
	    e->keys, row_of(e, c, key), KEYS_EARLY, !machine, machine, -1);
}

/* Events that come in a heap say nothing of the time between them. */
static bool
in_time(const struct engine *e, const struct call *c)
{
	const struct switch_rt *s = c->sw < 0 ? NULL : &e->switches[c->sw];

	return s != NULL && s->late_ms < KEYS_LATE_MS;
}

static void
press(struct engine *e, struct call *c, char key, enum keys_what what)
{
	struct keys_call *k = &c->keys;
	int64_t ms = -1;
	bool quick;
	int row;

	if (k->asked)
		ms = (e->now.mono_ns - k->asked_ns) / NS_PER_MS;
	ms = MINIMUM(ms, INT32_MAX);
	quick = k->once && ms >= 0 && ms < KEYS_REACT_MS && in_time(e, c);
	k->once = false;
	c->key_early |= quick;
	gone_on(e, c);
	k->before_ms = c->key_ms;
	c->key_ms = (int)ms;
	k->heard = true;
	k->fresh = what == KEYS_GO;
	k->key = key;
	k->connect = false;
	row = row_of(e, c, key);
	/* KEYS_GO: what it led to is still to be told */
	keys_press(e->keys, row, what == KEYS_GO ? KEYS_EARLY : what, quick,
	    !quick && is_machine(c), (int)ms);
	k->row = (uint16_t)(row + 1);
	k->day = keys_day(e->keys);
}

static void
on_invalid(struct engine *e, struct call *c, char key)
{
	struct keys_call *k = &c->keys;

	if (k->fresh)
		keys_led(e->keys, last_row(e, c), KEYS_INVALID);
	else if (key != '\0')
		press(e, c, key, KEYS_INVALID);
	else
		return;
	c->key_ms = k->before_ms;
	c->keys_invalid++;
	k->row = 0; /* it cannot connect */
}

void
keys_heard(struct engine *e, struct call *c, char key, enum keys_what what)
{
	struct keys_call *k = &c->keys;
	/* The dialplan says something between two keys of the same menu. */
	bool same = k->fresh && (key == k->key || key == '\0');

	if (key != '\0' && flow_key_index(key) < 0) {
		/* # leads nowhere and has no row, but it is a wrong key. */
		c->keys_invalid += key == '#' && what == KEYS_INVALID;
		return;
	}
	switch (what) {
	case KEYS_GO:
		if (key != '\0' && !same)
			press(e, c, key, KEYS_GO);
		return;
	case KEYS_INVALID:
		on_invalid(e, c, key);
		break;
	case KEYS_REPEAT:
	case KEYS_ANSWER:
		if (k->fresh)
			keys_led(e->keys, last_row(e, c), what);
		else if (key != '\0')
			press(e, c, key, what);
		break;
	case KEYS_OPTOUT:
		keys_led(e->keys, last_row(e, c), KEYS_OPTOUT);
		break;
	case KEYS_CONNECT:
		keys_led(e->keys, last_row(e, c), KEYS_CONNECT);
		if (!k->connect && k->row != 0)
			keys_connect(e->keys, last_row(e, c),
			    c->key_early || is_machine(c));
		k->connect = k->row != 0;
		break;
	case KEYS_EARLY:
	case KEYS_NWHAT:
		break;
	}
	k->fresh = false;
}

/* The last key of a call that was not watched when it was pressed. */
static void
unseen(struct engine *e, struct call *c)
{
	enum keys_what what = c->o.optout ? KEYS_OPTOUT : KEYS_CONNECT;
	int row;

	if (c->keys.heard || !c->gap || flow_key_index(c->key) < 0 ||
	    (what == KEYS_CONNECT && !c->o.transferring && !c->o.connected))
		return;
	row = row_of(e, c, c->key);
	keys_press(e->keys, row, what, false, is_machine(c), -1);
	c->keys.row = (uint16_t)(row + 1);
	c->keys.day = keys_day(e->keys);
	if (what != KEYS_CONNECT)
		return;
	c->keys.connect = true;
	keys_connect(e->keys, row, c->key_early || is_machine(c));
}

void
keys_ended(struct engine *e, struct call *c)
{
	gone_on(e, c);
	unseen(e, c);
	if (c->keys.connect && c->connected_ms > 0 &&
	    c->disposition != DISP_LOST)
		keys_talk(
		    e->keys, last_row(e, c), c->ended_ms - c->connected_ms);
}

/* ---- of all calls ------------------------------------------------------- */

void
engine_key_seed(struct engine *e, const struct row_key *r, int version)
{
	keys_seed(e->keys, r, version);
}

static void
feed(void *arg, const char *context, double low, const char *advice)
{
	struct engine *e = arg;

	alerts_value(
	    e->alerts, "context.machine_keys", context, "", low, advice);
}

void
keys_watch(struct engine *e)
{
	keys_judge(e->keys, feed, e);
}
