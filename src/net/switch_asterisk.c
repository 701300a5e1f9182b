/* SPDX-License-Identifier: MIT */
/*
 * switch_asterisk: struct sw over one ami session.  It holds no calls: what it
 * remembers of them is a small cache that keeps the same answer from being
 * told three times.  Refuses an id that is not a UUID.
 */
#include "net/switch.h"

#include <string.h>

#include "net/ami.h"
#include "net/ami_action.h"
#include "net/ami_ask.h"
#include "net/ami_event.h"
#include "net/ami_pending.h"
#include "shared/log.h"
#include "shared/util.h"

#define ANSWERED_SLOTS 1024

struct sw {
	struct sw_config cfg;
	struct ami *ami;
	sw_cb *cb;
	void *arg;
	uint64_t serial; /* of actions that are no originate */
	char resync[AMI_ID_MAX]; /* ActionID of the Status that counts */
	struct ami_ask ask;
	/* hash of the last call answered; a collision repeats an event */
	uint64_t answered[ANSWERED_SLOTS];
};

static void
emit(struct sw *sw, struct sw_event *ev, int64_t mono_ns)
{
	ev->sw = sw;
	ev->mono_ns = mono_ns;
	sw->cb(sw->arg, ev);
}

/* Newstate, DialEnd and OriginateResponse all tell it, in any order. */
static bool
answered_before(struct sw *sw, const char *id)
{
	uint64_t h = hash_bytes(id, UUID_LEN);
	uint64_t *slot = &sw->answered[h % ANSWERED_SLOTS];

	if (*slot == h)
		return true;
	*slot = h;
	return false;
}

/*
 * How late the message came.  CLOCK_REALTIME at the moment of the read, got
 * from what has passed since: both clocks run alike over so short a time.
 */
static void
measure_lag(struct ami_event *e, int64_t mono_ns)
{
	struct now now;

	if (e->timestamp_s <= 0)
		return;
	now = now_read();
	e->ev.lag_ms = (double)now.wall_ms -
		       (double)(now.mono_ns - mono_ns) / (double)NS_PER_MS -
		       e->timestamp_s * (double)MS_PER_S;
	e->ev.lag_known = true;
}

static bool
is_resync(const struct sw *sw, const char *action_id)
{
	return action_id != NULL && sw->resync[0] != '\0' &&
	       strcmp(action_id, sw->resync) == 0;
}

static void
on_message(void *arg, const struct ami_msg *m, int64_t mono_ns)
{
	struct sw *sw = arg;
	struct ami_event e;

	if (!ami_event_read(m, &e)) {
		/*
		 * A refused Status must not pass for "no call lives": all of
		 * them would be written off.
		 */
		if (m->kind == AMI_RESPONSE && is_resync(sw, e.action_id) &&
		    strcasecmp(m->what, "Success") != 0) {
			sw->resync[0] = '\0';
			ami_drop(sw->ami, "Status refused: the AMI user needs "
					  "write = call or reporting");
			return;
		}
		ami_ask_message(&sw->ask, m, mono_ns);
		return;
	}
	switch (e.ev.type) {
	case SW_LIVE:
		if (!is_resync(sw, e.action_id))
			return;
		break;
	case SW_LIVE_END:
		if (!is_resync(sw, e.action_id))
			return;
		sw->resync[0] = '\0';
		break;
	case SW_ANSWERED:
		if (answered_before(sw, e.ev.id))
			return;
		break;
	default:
		break;
	}
	measure_lag(&e, mono_ns);
	emit(sw, &e.ev, mono_ns);
}

static void
on_up(void *arg, int64_t boot, int64_t mono_ns)
{
	struct sw *sw = arg;
	struct sw_event ev = { .type = SW_UP, .cause = -1, .boot = boot };

	ami_ask_reset(&sw->ask);
	emit(sw, &ev, mono_ns);
}

static void
on_down(void *arg, const char *why, int64_t mono_ns)
{
	struct sw *sw = arg;
	struct sw_event ev = { .type = SW_DOWN, .cause = -1, .text = why };

	sw->resync[0] = '\0';
	ami_ask_reset(&sw->ask);
	emit(sw, &ev, mono_ns);
}

static void
on_pong(void *arg, int64_t rtt_us, int64_t mono_ns)
{
	struct sw *sw = arg;
	struct sw_event ev = { .type = SW_PONG, .cause = -1, .rtt_us = rtt_us };

	emit(sw, &ev, mono_ns);
	ami_ask_tick(&sw->ask, mono_ns);
}

static void
on_told(void *arg, struct sw_event *ev, int64_t mono_ns)
{
	emit(arg, ev, mono_ns);
}

static const struct ami_ops ops = { on_message, on_up, on_down, on_pong };

struct sw *
sw_new(
    struct event_base *base, const struct sw_config *cfg, sw_cb *cb, void *arg)
{
	struct sw *sw = xcalloc(1, sizeof(*sw));

	sw->cfg = *cfg;
	sw->cb = cb;
	sw->arg = arg;
	sw->ami = ami_new(base, &sw->cfg, &ops, sw);
	ami_ask_init(&sw->ask, sw->ami, on_told, sw);
	return sw;
}

void
sw_free(struct sw *sw)
{
	if (sw == NULL)
		return;
	ami_free(sw->ami);
	explicit_bzero(&sw->cfg, sizeof(sw->cfg));
	free(sw);
}

const char *
sw_name(const struct sw *sw)
{
	return sw->cfg.name;
}

bool
sw_is_up(const struct sw *sw)
{
	return ami_is_up(sw->ami);
}

bool
sw_originate(struct sw *sw, const struct sw_originate *o, const char **why)
{
	struct ami_originate act = { .id = o->id,
		.channel = o->channel,
		.caller_id = o->caller_id,
		.context = o->context,
		.exten = o->exten,
		.timeout_s = o->timeout_s,
		.vars = o->vars,
		.nvars = o->nvars };
	struct buf *out;

	if (!ami_event_is_uuid(o->id)) {
		*why = "the id is not a UUID";
		return false;
	}
	out = ami_begin(sw->ami, why);
	if (out == NULL || !ami_action_originate(out, &act, why))
		return false;
	ami_commit(sw->ami, o->id);
	return true;
}

void
sw_flush(struct sw *sw)
{
	ami_flush(sw->ami);
}

void
sw_hangup(struct sw *sw, const char *id, int cause)
{
	struct ami_action a;
	const char *why;
	char action_id[AMI_ID_MAX];
	struct buf *out = ami_begin(sw->ami, &why);

	if (out == NULL)
		return;
	str_format(action_id, sizeof(action_id), "discador-hangup-%llu",
	    (unsigned long long)++sw->serial);
	ami_action_begin(&a, out, "Hangup", action_id);
	ami_action_header(&a, "Channel", id);
	ami_action_int(&a, "Cause", cause != 0 ? cause : 16);
	if (!ami_action_end(&a, &why)) {
		log_error("switch %s: cannot hang up: %s", sw->cfg.name, why);
		return;
	}
	ami_commit(sw->ami, action_id);
	ami_flush(sw->ami);
}

void
sw_resync(struct sw *sw)
{
	struct ami_action a;
	const char *why;
	struct buf *out = ami_begin(sw->ami, &why);

	if (out == NULL)
		return;
	str_format(sw->resync, sizeof(sw->resync), "discador-status-%llu",
	    (unsigned long long)++sw->serial);
	ami_action_begin(&a, out, "Status", sw->resync);
	if (ami_action_end(&a, &why))
		ami_commit(sw->ami, sw->resync);
	ami_flush(sw->ami);
}

void
sw_watch(struct sw *sw, const char *const *devices, size_t n)
{
	ami_ask_watch(&sw->ask, devices, n);
}

int
sw_unanswered(const struct sw *sw, double *oldest_s)
{
	return ami_unanswered(sw->ami, oldest_s);
}
