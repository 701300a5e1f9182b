/* SPDX-License-Identifier: MIT */
/*
 * fate: the truth table of the simulated carrier.  The times are those that
 * a real Asterisk showed with real speech; this file knows no clock and no
 * dialplan, only what the far end does.
 */
#include "sim/fate.h"

#define GREETING_MS 1900 /* answer to the end of "hello" */
#define MACHINE_MS  15600 /* answer to the end of the beep */
#define EARLY_MS    5400 /* the announcement before a 404 */
#define FOREVER_MS  120000
#define LINGER_MS   60000
#define AGENT_MS    2000
#define GREETED_MS  8000 /* a drawn machine's greeting */
#define UNSURE      15 /* of a thousand humans */

/*
 * Machines that press a key by themselves, of a thousand: the tones of many a
 * mailbox in Mexico and of the service that takes a call over to it ("to take
 * this call press 1") arrive as the key 1 while the greeting runs.  That is
 * why people are asked for 3 there.
 */
static const struct {
	const char *code;
	char key;
	short share;
} self_pressed[] = { { "52", '1', 180 } };

static const struct {
	bool answers;
	int cause, sip;
} kinds[FATE_NKIND] = {
	[FATE_HUMAN] = { true, 16, 0 },
	[FATE_MACHINE] = { true, 16, 0 },
	[FATE_BUSY] = { false, 17, 486 },
	[FATE_RINGS] = { false, 19, 480 },
	[FATE_CONGESTION] = { false, 34, 503 },
	[FATE_UNKNOWN] = { false, 1, 404 },
	[FATE_REJECTED] = { false, 21, 403 },
	[FATE_SILENT] = { true, 16, 0 },
	[FATE_EARLY] = { false, 1, 404 },
	[FATE_DROPS] = { true, 16, 0 },
	[FATE_SHORT] = { false, 28, 484 },
};

/*
 * Per country code, of a thousand calls: answered, busy, ringing out,
 * congestion, unknown number, rejected; of a thousand answered: machines.
 * Invented, but of the order that press-1 traffic shows.
 */
static const struct country {
	const char *code;
	struct fate_mix mix;
} countries[] = {
	{ "1", { 380, 50, 380, 40, 90, 60, 450 } }, /* USA, Canada */
	{ "52", { 430, 90, 340, 50, 60, 30, 300 } }, /* Mexico */
	{ "55", { 360, 110, 370, 50, 80, 30, 350 } }, /* Brazil */
	{ "54", { 420, 80, 370, 40, 60, 30, 300 } }, /* Argentina */
	{ "57", { 440, 90, 340, 50, 50, 30, 250 } }, /* Colombia */
	{ "56", { 390, 80, 390, 40, 60, 40, 300 } }, /* Chile */
	{ "51", { 450, 90, 320, 60, 50, 30, 230 } }, /* Peru */
	{ "58", { 400, 120, 310, 90, 60, 20, 200 } }, /* Venezuela */
	{ "", { 400, 90, 360, 50, 70, 30, 330 } }, /* any other */
};

static bool
of_code(const char *number, const char *code)
{
	if (*number == '+')
		number++;
	return strncmp(number, code, strlen(code)) == 0;
}

const struct fate_mix *
fate_mix_of(const char *number)
{
	const struct country *c = countries;

	while (!of_code(number, c->code))
		c++;
	return &c->mix;
}

bool
fate_answers(enum fate_kind kind)
{
	return kinds[kind].answers;
}

int
fate_cause(enum fate_kind kind)
{
	return kinds[kind].cause;
}

int
fate_sip(enum fate_kind kind)
{
	return kinds[kind].sip;
}

void
fate_of_digits(struct fate *f, const char *number)
{
	int last[5] = { 0 }, n = 0; /* last[0] is H, the last digit */
	int stay = 0;

	for (const char *p = number; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			continue;
		for (int i = 4; i > 0; i--)
			last[i] = last[i - 1];
		last[0] = *p - '0';
		n++;
	}
	*f = (struct fate){ .talk_ms = AGENT_MS };
	if (n < 7) {
		f->kind = FATE_SHORT;
		return;
	}
	f->kind = (enum fate_kind)last[4];
	f->ring_ms = last[3] * 1000;
	f->ringing = last[3] > 0 || f->kind == FATE_RINGS;
	switch (f->kind) {
	case FATE_RINGS:
		f->ring_ms += FOREVER_MS;
		return;
	case FATE_EARLY: /* announces at once, does not ring */
		f->ringing = false;
		f->ring_ms = EARLY_MS;
		return;
	case FATE_HUMAN:
		stay = GREETING_MS;
		break;
	case FATE_MACHINE:
		stay = MACHINE_MS;
		break;
	case FATE_DROPS:
		return; /* hangup_ms 0: at once */
	default:
		break;
	}
	if (f->kind != FATE_MACHINE && last[1] > 0) {
		stay += last[1] * 1000;
		f->key = (char)('0' + last[2]);
		f->key_ms = stay;
	}
	f->hangup_ms = stay + (last[0] > 0 ? last[0] * 5000 : LINGER_MS);
}

/* Uniform in [lo, hi]. */
static int
between(struct rng *r, int lo, int hi)
{
	return lo + (int)rng_below(r, (uint64_t)(hi - lo + 1));
}

/* What the human who answered does: at thousandths of all humans. */
static void
draw_human(struct fate *f, struct rng *r)
{
	uint64_t d = rng_below(r, 1000);

	f->kind = FATE_HUMAN;
	f->hangup_ms = between(r, 25000, 90000);
	f->reply_ms = between(r, 4000, 14000);
	f->talk_ms = between(r, 15000, 90000);
	f->unsure = rng_below(r, 1000) < UNSURE;
	if (d < 120)
		f->will = FATE_WILLING;
	else if (d < 135)
		f->will = FATE_OPTS_OUT;
	else if (d < 160)
		f->will = FATE_ERRS;
	else if (d < 620) /* heard enough */
		f->hangup_ms = between(r, 1000, 12000);
	if (f->will != FATE_PASSIVE) /* who errs may end with an agent */
		f->hangup_ms += f->talk_ms;
}

static void
draw_machine(struct fate *f, const char *number, struct rng *r)
{
	f->kind = FATE_MACHINE;
	f->ring_ms += 6000; /* a mailbox lets it ring first */
	f->hangup_ms = between(r, 20000, 45000);
	for (size_t i = 0; i < nitems(self_pressed); i++)
		if (of_code(number, self_pressed[i].code) &&
		    between(r, 0, 999) < self_pressed[i].share) {
			f->key = self_pressed[i].key;
			f->key_ms = between(r, 700, GREETED_MS);
		}
}

void
fate_draw(struct fate *f, const char *number, struct rng *r)
{
	const struct fate_mix *c = fate_mix_of(number);
	int d = between(r, 0, 999);

	*f = (struct fate){
		.ringing = true,
		.pdd_ms = between(r, 350, 2600),
		.ring_ms = between(r, 3000, 15000),
		.talk_ms = AGENT_MS,
	};
	if ((d -= c->answered) < 0) {
		if (between(r, 0, 999) >= c->machine)
			draw_human(f, r);
		else
			draw_machine(f, number, r);
		return;
	}
	if ((d -= c->busy) < 0) {
		f->kind = FATE_BUSY;
		f->ringing = false;
	} else if ((d -= c->rings) < 0) {
		f->kind = FATE_RINGS;
		f->ring_ms = FOREVER_MS;
		return;
	} else if ((d -= c->congestion) < 0) {
		f->kind = FATE_CONGESTION;
		f->ringing = false;
	} else if ((d -= c->unknown) < 0) {
		f->kind = FATE_UNKNOWN;
		f->ringing = false;
	} else {
		f->kind = FATE_REJECTED;
	}
	f->ring_ms = between(r, 200, 3000);
	f->pdd_ms = MINIMUM(f->pdd_ms, f->ring_ms / 2);
}
