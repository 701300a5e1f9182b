/* SPDX-License-Identifier: MIT */
/* brake: states, pauses and words; the arithmetic is sprt.c's. */
#include "engine/brake.h"

#include <string.h>

void
brake_init(struct brake *b, int64_t now_ms)
{
	*b = (struct brake){ .since_ms = now_ms };
}

static void
go(struct brake *b, enum brake_state to, const struct now *now)
{
	b->state = to;
	b->since_ms = now->wall_ms;
	b->next_ns = 0;
	sprt_reset(&b->watch);
	sprt_reset(&b->probe);
}

void
brake_tune(
    struct brake *b, double threshold, int pause_s, const struct now *now)
{
	pause_s = MAXIMUM(MINIMUM(pause_s, BRAKE_PAUSE_MAX_S), 1);
	if (b->first_pause_s == pause_s && b->threshold == threshold)
		return;
	b->first_pause_s = pause_s;
	b->pause_s = MAXIMUM(b->pause_s, pause_s);
	b->threshold = threshold;
	sprt_init(&b->watch, threshold, 2 * threshold, BRAKE_ALPHA, BRAKE_BETA);
	sprt_init(
	    &b->probe, threshold, 2 * threshold, BRAKE_PROBE_ALPHA, BRAKE_BETA);
	if (threshold <= 0 && b->state != BRAKE_RELEASED) {
		go(b, BRAKE_RELEASED, now);
		str_copy(b->reason, sizeof(b->reason),
		    "switched off: emergency_brake_threshold is 0");
	}
}

bool
brake_set(struct brake *b, bool on, const char *reason, const struct now *now)
{
	enum brake_state want = on ? BRAKE_ENGAGED : BRAKE_RELEASED;

	if (b->state == want)
		return false;
	go(b, want, now);
	b->pause_s = b->first_pause_s;
	b->engaged = 0;
	str_copy(b->reason, sizeof(b->reason), reason);
	return true;
}

static void
engage(struct brake *b, const struct sprt *s, const struct now *now)
{
	bool probing = b->state == BRAKE_PROBING;

	str_format(b->reason, sizeof(b->reason),
	    "quality: %llu of %s%llu %scalls were good (brake at %.0f %%)",
	    (unsigned long long)s->good, probing ? "" : "the last ",
	    (unsigned long long)s->n, probing ? "probe " : "",
	    100 * b->threshold);
	if (probing)
		b->pause_s = MINIMUM(2 * b->pause_s, BRAKE_PAUSE_MAX_S);
	else
		b->pause_s = b->first_pause_s;
	b->engaged++;
	go(b, BRAKE_ENGAGED, now);
	b->next_ns = now->mono_ns + b->pause_s * NS_PER_S;
}

bool
brake_ended(struct brake *b, bool good, int64_t sent_ns, const struct now *now)
{
	if (b->first_pause_s == 0 || b->threshold <= 0)
		return false;
	switch (b->state) {
	case BRAKE_RELEASED:
		if (sprt_add(&b->watch, good) == SPRT_H1) {
			engage(b, &b->watch, now);
			return true;
		}
		sprt_forget(&b->watch, BRAKE_FLOOR);
		return false;
	case BRAKE_ENGAGED:
		return false; /* left before */
	case BRAKE_PROBING:
		break;
	}
	if (sent_ns < b->probe_ns)
		return false;
	switch (sprt_add(&b->probe, good)) {
	case SPRT_H1:
		engage(b, &b->probe, now);
		return true;
	case SPRT_H0:
		str_format(b->reason, sizeof(b->reason),
		    "%llu of %llu probe calls were good",
		    (unsigned long long)b->probe.good,
		    (unsigned long long)b->probe.n);
		b->pause_s = b->first_pause_s;
		b->engaged = 0;
		go(b, BRAKE_RELEASED, now);
		return true;
	case SPRT_OPEN:
		break;
	}
	return false;
}

void
brake_recant(struct brake *b, int64_t sent_ns)
{
	if (b->state == BRAKE_RELEASED)
		sprt_recant(&b->watch);
	else if (b->state == BRAKE_PROBING && sent_ns >= b->probe_ns)
		sprt_recant(&b->probe);
}

bool
brake_tick(struct brake *b, const struct now *now)
{
	if (b->state != BRAKE_ENGAGED || b->first_pause_s == 0 ||
	    now->mono_ns < b->next_ns)
		return false;
	go(b, BRAKE_PROBING, now);
	b->probe_ns = b->next_ns = now->mono_ns;
	return true;
}

bool
brake_may(const struct brake *b, unsigned alive, const struct now *now,
    int64_t *wake_ns)
{
	if (b->state == BRAKE_RELEASED)
		return true;
	if (b->state == BRAKE_ENGAGED || alive >= BRAKE_PROBES)
		return false;
	if (now->mono_ns >= b->next_ns)
		return true;
	if (wake_ns != NULL)
		*wake_ns = MINIMUM(*wake_ns, b->next_ns);
	return false;
}

void
brake_left(struct brake *b, const struct now *now)
{
	if (b->state == BRAKE_PROBING)
		b->next_ns = now->mono_ns + NS_PER_S;
}

const char *
brake_word(const struct brake *b)
{
	static const char *const words[] = { "released", "engaged", "probing" };

	return words[b->state];
}

void
brake_publish(
    const struct brake *b, const struct now *now, struct board_brake *o)
{
	const struct sprt *s =
	    b->state == BRAKE_PROBING ? &b->probe : &b->watch;

	memset(o, 0, sizeof(*o));
	str_copy(o->state, sizeof(o->state), brake_word(b));
	str_copy(o->reason, sizeof(o->reason), b->reason);
	o->since_ms = b->since_ms;
	if (b->state == BRAKE_ENGAGED && b->next_ns > 0)
		o->next_ms =
		    now->wall_ms + (b->next_ns - now->mono_ns) / NS_PER_MS;
	o->llr = (float)s->llr;
	o->up = (float)s->up;
	o->down = (float)s->down;
}
