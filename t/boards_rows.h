/* SPDX-License-Identifier: MIT */
/*
 * boards_rows: fabricated rows (shared/rows.h) for tests and for
 * t/tools/fakeboard: caller IDs, calls, agents, the seconds of a day.  The
 * same arguments always give the same rows; times lie around BOARDS_NOW.
 */
#ifndef T_BOARDS_ROWS_H
#define T_BOARDS_ROWS_H

#include "boards.h"
#include "shared/rows.h"

/* Mixes x; every bit of it counts (splitmix64). */
static inline uint64_t
boards_mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ULL;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
	return x ^ (x >> 31);
}

/* ---- caller IDs ------------------------------------------------------- */

struct boards_place {
	const char *country, *pool, *prefix, *areas[8];
	uint32_t share, mean, cap, digits; /* digits: behind the area */
};

/* Of 100 DIDs; the first three as on boards_make()'s board. */
static const struct boards_place boards_places[] = {
	{ "usa", "nanp", "+1",
	    { "305", "786", "212", "646", "713", "214", "404", "213" }, 55, 46,
	    100, 7 },
	{ "canada", "nanp", "+1", { "416", "514", "604", "403" }, 25, 46, 100,
	    7 },
	{ "mexico", "mexico", "+52", { "55", "81", "33" }, 20, 85, 0, 8 },
	{ "brazil", "brazil", "+55", { "11", "21", "31", "41" }, 0, 61, 0, 9 },
	{ "argentina", "argentina", "+549", { "11", "351" }, 0, 40, 0, 7 },
	{ "chile", "chile", "+569", { "" }, 0, 33, 0, 8 },
	{ "colombia", "colombia", "+573", { "" }, 0, 28, 0, 9 },
	{ "peru", "peru", "+519", { "" }, 0, 24, 0, 8 },
	{ "venezuela", "venezuela", "+584", { "" }, 0, 11, 0, 9 },
};

/* Up to 300 DIDs: three countries; more: all of them. */
static inline const struct boards_place *
boards_place_of(uint32_t i, size_t n)
{
	static const uint8_t of20[20] = { 0, 1, 0, 2, 0, 1, 0, 3, 0, 4, 0, 1, 2,
		0, 5, 0, 6, 3, 7, 8 };
	static const uint8_t of5[5] = { 0, 1, 0, 2, 0 };

	if (n > 300)
		return &boards_places[of20[i % 20]];
	/* 80 of the nanp in 100: 55 usa, 25 canada */
	return &boards_places[i % 100 == 99 ? 1 : of5[i % 5]];
}

static inline void
boards_did_number(uint32_t i, size_t n, char number[MODEL_E164], char area[12])
{
	const struct boards_place *p = boards_place_of(i, n);
	uint64_t rest = 5550000ULL + (uint64_t)i * 37 % 1000000;
	uint32_t k = 0;

	while (k < nitems(p->areas) && p->areas[k] != NULL)
		k++;
	str_copy(area, 12, p->areas[boards_mix(i) % k]);
	for (uint32_t d = p->digits; d > 7; d--)
		rest += d == 8 ? 50000000ULL : 900000000ULL;
	str_format(number, MODEL_E164, "%s%s%0*llu", p->prefix, area,
	    (int)p->digits, (unsigned long long)rest);
}

/* DID i of n; id i + 1. */
static inline void
boards_did(struct row_did *r, uint32_t i, size_t n)
{
	const struct boards_place *p = boards_place_of(i, n);
	uint64_t h = boards_mix(i + 77);
	int64_t spread = 0;

	memset(r, 0, sizeof(*r));
	r->id = i + 1;
	boards_did_number(i, n, r->number, r->area);
	str_copy(r->country, sizeof(r->country), p->country);
	str_copy(r->pool, sizeof(r->pool), p->pool);
	str_copy(r->state, sizeof(r->state), "free");
	for (int d = 0; d < 4; d++)
		spread += (int64_t)(h >> (8 * d) & 15) - 7;
	r->uses = (uint32_t)MAXIMUM((int64_t)p->mean + spread, 0);
	r->cap = p->cap;
	r->calls = r->uses * 6 + (uint32_t)(h >> 40 & 31);
	r->answered = r->calls * (38 + (uint32_t)(h >> 48 & 7)) / 100;
	r->rejected = r->calls * (uint32_t)(h >> 52 & 3) / 100;
	r->last_ms = BOARDS_NOW - (int64_t)(h >> 20 & 0x3ffff);
	r->score = (float)(60 + (h >> 32 & 63)) / 100;
	r->weight = i % 50 == 0 ? 2 : 1;
	if (i % 101 == 14) {
		bool rests = i / 101 % 2 == 1, hand = i / 101 % 4 == 0;

		str_copy(
		    r->state, sizeof(r->state), rests ? "resting" : "blocked");
		r->blocked_until_ms =
		    hand ? INT64_MAX
			 : BOARDS_NOW + (i % 30 + 1) * 3600 * MS_PER_S;
		str_copy(r->reason, sizeof(r->reason),
		    rests  ? "rejected 14 of 38 (603, 607, 608 or cause 21)"
		    : hand ? "listed as spam by a carrier, ticket 4471"
			   : "complaint, asked to wait");
		r->score = rests ? 0.31f : r->score;
	} else if (p->cap > 0 && i % 25 < 3) {
		str_copy(r->state, sizeof(r->state), "capped");
		r->uses = r->cap;
	}
}

static inline size_t
boards_dids(struct row_did *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		boards_did(&v[i], (uint32_t)i, n);
	return n;
}

/* The pools and sums of the board as these rows have them. */
static inline void
boards_pools(struct board *b, const struct row_did *v, size_t n)
{
	b->npools = 0;
	b->dids_total = b->dids_eligible = b->dids_blocked = 0;
	b->dids_capped_out = 0;
	for (size_t i = 0; i < n; i++) {
		const struct row_did *r = &v[i];
		struct board_pool *p = b->pools;

		if (r->id == 0)
			continue;
		while (p < b->pools + b->npools && strcmp(p->name, r->pool))
			p++;
		if (p == b->pools + b->npools) {
			*p = (struct board_pool){ .uses_min = UINT32_MAX,
				.cap = r->cap };
			str_copy(p->name, sizeof(p->name), r->pool);
			b->npools++;
		}
		p->total++;
		p->uses_sum += r->uses;
		b->dids_total++;
		if (r->state[0] == 'b' || r->state[0] == 'r') {
			p->blocked++;
			b->dids_blocked++;
			continue;
		}
		p->uses_min = MINIMUM(p->uses_min, r->uses);
		p->uses_max = MAXIMUM(p->uses_max, r->uses);
		p->eligible += r->state[0] == 'f';
		p->capped_out += r->state[0] == 'c';
		b->dids_eligible += r->state[0] == 'f';
		b->dids_capped_out += r->state[0] == 'c';
		p->hist[MINIMUM(
		    r->uses * 10 / (r->cap > 0 ? r->cap : 100), 9)]++;
	}
}

/* ---- calls ------------------------------------------------------------ */

/* ms after it was armed at which a call enters a state; ends the list. */
struct boards_step {
	enum call_state state;
	uint32_t ms;
};
#define BOARDS_STEPS 8

/* How the call of this seed goes; returns the disposition it ends with. */
static inline enum disposition
boards_fate(
    uint64_t seed, struct boards_step s[BOARDS_STEPS], int *cause, int *sip)
{
	uint64_t h = boards_mix(seed);
	uint32_t k = (uint32_t)(h % 100), n = 0, t = 1400 + (h >> 8 & 511);
	enum disposition d = DISP_NO_ANSWER;

#define STEP(st, after)                                                        \
	(s[n++] = (struct boards_step){ CALL_##st, t += (uint32_t)(after) })
	memset(s, 0, BOARDS_STEPS * sizeof(*s));
	*cause = 16;
	*sip = 0;
	STEP(SENT, 0);
	if (k >= 35 && k < 44) {
		d = DISP_BUSY;
		*cause = 17;
		*sip = 486;
	} else if (k >= 44 && k < 50) {
		d = DISP_REJECTED;
		*cause = 21;
		*sip = 603;
	} else if (k >= 50 && k < 53) {
		d = DISP_INVALID_NUMBER;
		*cause = 1;
		*sip = 404;
	} else if (k >= 53 && k < 56) {
		d = DISP_CONGESTION;
		*cause = 34;
		*sip = 503;
	} else if (k == 56) {
		STEP(RINGING, 900);
		STEP(UNKNOWN, 4000);
		STEP(ENDED, 12000);
		*cause = -1;
		return DISP_LOST;
	} else
		STEP(RINGING, 500 + (h >> 20 & 2047));
	if (k < 35) {
		*cause = 19;
		*sip = 480;
		STEP(ENDED, 25000);
		return d;
	}
	if (k < 56) {
		STEP(ENDED, 1200 + (h >> 20 & 4095));
		return d;
	}
	STEP(ANSWERED, 3000 + (h >> 32 & 8191));
	STEP(AMD, 60);
	if (k < 70) {
		STEP(VOICEMAIL, 2600);
		STEP(ENDED, 15000);
		return DISP_MACHINE;
	}
	STEP(PLAYING, 1800);
	STEP(WAITING_KEY, 11000);
	if (k < 86) {
		STEP(ENDED, 9000);
		return DISP_ANSWERED_NO_KEY;
	}
	if (k < 89) {
		STEP(ENDED, 4000);
		return DISP_OPTED_OUT;
	}
	STEP(TRANSFERRING, 2500);
	if (k == 89) {
		STEP(ENDED, 20000);
		return DISP_ABANDONED;
	}
	s[n++] = (struct boards_step){ CALL_CONNECTED, t += 1900 };
	/* its end is the last step, which the table has no room for */
	return DISP_CONNECTED;
#undef STEP
}

/* How long the call of this seed lives, ms. */
static inline int64_t
boards_call_ms(uint64_t seed)
{
	struct boards_step s[BOARDS_STEPS];
	int cause, sip;
	int64_t last = 0;

	if (boards_fate(seed, s, &cause, &sip) == DISP_CONNECTED)
		last = 45000 + (int64_t)(boards_mix(seed) >> 44 & 0xffff);
	for (int i = 0; i < BOARDS_STEPS; i++)
		last = MAXIMUM(last, (int64_t)s[i].ms);
	return last;
}

/* The call of this seed, armed at armed_ms, as it is at now_ms. */
static inline void
boards_call(struct row_call *r, uint64_t seed, int64_t armed_ms, int64_t now_ms)
{
	struct boards_step s[BOARDS_STEPS];
	uint64_t h = boards_mix(seed + 5);
	bool mx = h % 3 == 0;
	int cause, sip;
	enum disposition d = boards_fate(seed, s, &cause, &sip);
	int64_t age = now_ms - armed_ms, life = boards_call_ms(seed);
	char area[12];

	memset(r, 0, sizeof(*r));
	str_format(r->id, sizeof(r->id), "019a9f3c-%04x-7%03x-9%03x-%012llx",
	    (unsigned)(seed & 0xffff), (unsigned)(h & 0xfff),
	    (unsigned)(h >> 12 & 0xfff),
	    (unsigned long long)(h & 0xffffffffffffULL));
	str_format(r->number, sizeof(r->number), mx ? "+5255%08u" : "+1305%07u",
	    (unsigned)(mx ? 10000000 + h % 80000000 : 2000000 + h % 7000000));
	/* one that boards_dids() of 300 has, of the same pool */
	boards_did_number(
	    (uint32_t)(h % 60) * 5 + (mx ? 3 : 0), 300, r->did, area);
	str_copy(r->country, sizeof(r->country), mx ? "mexico" : "usa");
	str_copy(r->campaign, sizeof(r->campaign),
	    mx ? "mexico-cobranza" : "usa-morning");
	str_copy(
	    r->trunk, sizeof(r->trunk), h & 64 ? "carrier-a" : "carrier-b");
	str_copy(
	    r->switch_name, sizeof(r->switch_name), h & 64 ? "pbx1" : "pbx2");
	r->attempt = 1 + (int32_t)(h >> 16 & 3) / 2;
	r->cause = -1;
	r->setup_ms = -1;
	r->cps_at_call = 28 + (float)(h & 3) / 2;
	str_format(r->did_why, sizeof(r->did_why),
	    mx ? "all: least used, %u today, one of 60"
	       : "area 305: least used, %u of 100, one of 37",
	    (unsigned)(40 + h % 9));
	r->at_ms[CALL_ARMED] = armed_ms;
	if (s[0].ms > age)
		r->trunk[0] = r->switch_name[0] = '\0';
	for (int i = 0; i < BOARDS_STEPS && s[i].ms > 0; i++) {
		if ((int64_t)s[i].ms > age)
			break;
		r->state = (uint32_t)s[i].state;
		r->at_ms[s[i].state] = armed_ms + s[i].ms;
		if (i == 1)
			r->setup_ms = (int32_t)(s[1].ms - s[0].ms);
		if (s[i].state == CALL_PLAYING ||
		    s[i].state == CALL_VOICEMAIL) {
			bool machine = s[i].state == CALL_VOICEMAIL;

			str_copy(r->amd, sizeof(r->amd),
			    machine ? "MACHINE" : "HUMAN");
			str_copy(r->amd_cause, sizeof(r->amd_cause),
			    machine ? "LONGGREETING-1500-1500"
				    : "HUMAN-800-800");
		}
		if (s[i].state == CALL_TRANSFERRING)
			str_copy(r->key, sizeof(r->key), mx ? "3" : "1");
	}
	if (age < life)
		return;
	r->state = CALL_ENDED;
	r->at_ms[CALL_ENDED] = armed_ms + life;
	str_copy(r->disposition, sizeof(r->disposition), disposition_word(d));
	if (d == DISP_OPTED_OUT)
		str_copy(r->key, sizeof(r->key), "9");
	r->cause = cause;
	r->sip_code = sip;
	if (d == DISP_REJECTED && (h & 3) == 0) {
		r->sip_code = 607;
		str_copy(r->note, sizeof(r->note),
		    "607 unwanted: consider do-not-call");
	}
}

/* The next seed from there on whose call comes by state; its age in it. */
static inline uint64_t
boards_seed(uint64_t seed, enum call_state state, int64_t *age)
{
	struct boards_step s[BOARDS_STEPS];
	int cause, sip;

	*age = 700;
	for (; state != CALL_ARMED; seed += 1000) {
		boards_fate(seed, s, &cause, &sip);
		for (int i = 0; i < BOARDS_STEPS; i++)
			if (s[i].ms > 0 && s[i].state == state) {
				*age = (int64_t)s[i].ms + 40;
				return seed;
			}
	}
	return seed;
}

/*
 * The first 24 slots have two calls in each state; every sixteenth one from
 * there on is free.
 */
static inline size_t
boards_calls(struct row_call *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		int64_t age = 100 + (int64_t)(i * 7919u % 47000);
		uint64_t seed = i + 1;

		memset(&v[i], 0, sizeof(v[i]));
		if (i < 2 * CALL_NSTATE)
			seed = boards_seed(
			    seed, (enum call_state)(i % CALL_NSTATE), &age);
		if (i < 2 * CALL_NSTATE || i % 16 != 15)
			boards_call(&v[i], seed, BOARDS_NOW - age, BOARDS_NOW);
	}
	return n;
}

/* ---- agents ----------------------------------------------------------- */

#define BOARDS_AGENTS 32 /* rows that boards_agents() knows */

static inline void
boards_agent(struct row_agent *r, uint32_t i)
{
	static const char *const who[] = { "anna", "bruno", "carla", "diego",
		"elena", "felipe", "gabriela", "hugo", "ines", "joao", "karen",
		"luis" };
	static const char *const how[] = { "busy", "busy", "free", "ringing",
		"busy", "paused", "free", "busy", "unavailable", "free",
		"unknown", "busy" };
	static const char *const at[] = { "carrier-a", "carrier-b" };

	memset(r, 0, sizeof(*r));
	str_copy(
	    r->switch_name, sizeof(r->switch_name), i % 2 ? "pbx2" : "pbx1");
	if (i < 2) {
		str_copy(r->kind, sizeof(r->kind), "queue");
		str_copy(r->name, sizeof(r->name), i ? "cobranza" : "sales");
		r->calls = i ? 3 : 0;
		r->wait_s = i ? 41 : 0;
		str_copy(r->state, sizeof(r->state), i ? "busy" : "free");
		str_copy(r->detail, sizeof(r->detail),
		    i ? "strategy rrmemory, holdtime 22 s, talktime 148 s"
		      : "strategy leastrecent, holdtime 4 s, talktime 190 s");
	} else if (i < 26) {
		uint32_t k = (i - 2) % 12;
		bool member = i < 14;

		str_copy(
		    r->kind, sizeof(r->kind), member ? "member" : "endpoint");
		str_copy(r->name, sizeof(r->name), who[k]);
		str_format(
		    r->interface, sizeof(r->interface), "PJSIP/%s", who[k]);
		if (member)
			str_copy(r->queue, sizeof(r->queue),
			    i % 2 ? "cobranza" : "sales");
		str_copy(r->state, sizeof(r->state),
		    member || strcmp(how[k], "paused") != 0 ? how[k] : "free");
		r->since_ms = BOARDS_NOW - (int64_t)(boards_mix(i) % 900000);
		r->last_call_ms = member ? r->since_ms - 31000 : 0;
		r->calls = member ? 7 + k * 5 : 0;
		if (member && strcmp(how[k], "paused") == 0)
			str_copy(r->detail, sizeof(r->detail), "lunch");
	} else if (i < 28) {
		str_copy(r->kind, sizeof(r->kind), "registration");
		str_copy(r->name, sizeof(r->name), at[i % 2]);
		str_copy(r->state, sizeof(r->state),
		    i % 2 ? "rejected" : "registered");
		str_copy(r->detail, sizeof(r->detail),
		    i % 2 ? "sip:sbc2.example.net: 403 Forbidden"
			  : "sip:sbc1.example.net");
		r->since_ms = BOARDS_NOW - 3600 * MS_PER_S;
	}
}

/* Rows beyond 28 are free. */
static inline size_t
boards_agents(struct row_agent *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		boards_agent(&v[i], (uint32_t)i);
	return n;
}

/* ---- seconds ---------------------------------------------------------- */

/*
 * Second at_s of a day: nothing before 10:00 UTC, a ramp each morning, a dip
 * after noon, the brake from 15:10 to 15:14, an engine that was away from
 * 18:00 to 18:02 (false).
 */
static inline bool
boards_second(struct board_second *h, int64_t at_s)
{
	int64_t t = at_s % ROWS_DAY;
	bool brake = t >= 54600 && t < 54840;

	memset(h, 0, sizeof(*h));
	h->asr = h->ner = h->setup_p50_ms = -1;
	if (t >= 64800 && t < 64920)
		return false;
	h->at_s = at_s;
	if (t < 36000)
		return true;
	h->target = t < 36120 ? 5 + (float)((t - 36000) / 10) * 2 : 30;
	if (t >= 54840 && t < 54960)
		h->target = 5 + (float)((t - 54840) / 10) * 2;
	h->target = brake ? 0 : MINIMUM(h->target, 30);
	h->sent = brake ? 0 : boards_sent(at_s, (double)h->target);
	if (t >= 43500 && t < 44100)
		h->sent = h->sent * 6 / 10;
	h->worst = (float)MINIMUM(h->sent + 1, 30);
	h->concurrent = h->sent * 14;
	h->answered = h->sent * 41 / 100;
	h->failed = h->sent * 7 / 100;
	h->asr = 0.38f + (float)(boards_mix((uint64_t)at_s / 60) & 7) / 100;
	h->ner = brake || (t >= 54300 && t < 54600) ? 0.08f : 0.93f;
	h->setup_p50_ms = 900 + (float)(boards_mix((uint64_t)at_s / 30) & 255);
	return true;
}

/* The last n seconds up to BOARDS_NOW; second s stands in v[s % n]. */
static inline size_t
boards_seconds(struct board_second *v, size_t n)
{
	int64_t now = BOARDS_NOW / MS_PER_S;

	for (size_t i = 0; i < n; i++) {
		int64_t at = now - (int64_t)i;

		if (!boards_second(&v[at % (int64_t)n], at))
			v[at % (int64_t)n].at_s = 0;
	}
	return n;
}

#endif
