/* SPDX-License-Identifier: MIT */
/* call_rows: which calls, in which order, and for how long they stand. */
#include "ui/call_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/verbs.h"

/* Of a campaign that the engine has not told of. */
#define DIAL_TIMEOUT_S 30

int
call_limit_s(enum call_state s, int dial_timeout_s)
{
	switch (s) {
	case CALL_SENT:
		return 10;
	case CALL_RINGING:
		return dial_timeout_s + 5;
	case CALL_WAITING_KEY:
	case CALL_TRANSFERRING:
		return 60;
	default:
		return 0;
	}
}

uint8_t
call_state_role(uint32_t s)
{
	switch (s) {
	case CALL_ARMED:
	case CALL_SENT:
	case CALL_ENDED:
		return ROLE_DIM;
	case CALL_RINGING:
	case CALL_VOICEMAIL:
		return ROLE_TEXT;
	case CALL_ANSWERED:
	case CALL_AMD:
	case CALL_PLAYING:
		return ROLE_GRAPH;
	case CALL_WAITING_KEY:
	case CALL_TRANSFERRING:
		return ROLE_ACCENT;
	case CALL_CONNECTED:
		return ROLE_GOOD;
	default:
		return ROLE_BAD;
	}
}

const char *
call_state_name(uint32_t s)
{
	static const char *const names[CALL_NSTATE] = {
		[CALL_ARMED] = N_("armed"),
		[CALL_SENT] = N_("sent"),
		[CALL_RINGING] = N_("ringing"),
		[CALL_ANSWERED] = N_("answered"),
		[CALL_AMD] = N_("amd"),
		[CALL_PLAYING] = N_("playing"),
		[CALL_WAITING_KEY] = N_("waiting-key"),
		[CALL_TRANSFERRING] = N_("transferring"),
		[CALL_CONNECTED] = N_("connected"),
		[CALL_VOICEMAIL] = N_("voicemail"),
		[CALL_UNKNOWN] = N_("unknown"),
		[CALL_ENDED] = N_("ended"),
	};

	return s < CALL_NSTATE ? _(names[s]) : "";
}

json_t *
call_rows_request(void)
{
	return verbs_request("show", "campaign", NULL);
}

struct timeouts {
	size_t n;
	struct {
		const char *campaign;
		int s;
	} v[BOARD_CAMPAIGNS];
};

static void
timeouts_of(struct feed *f, struct timeouts *t)
{
	const json_t *all = feed_doc(f, call_rows_request(), 60, NULL);
	const json_t *one;
	size_t i;

	t->n = 0;
	for (i = 0; i < json_array_size(all) && t->n < nitems(t->v); i++) {
		one = json_array_get(all, i);
		t->v[t->n].campaign =
		    json_string_value(json_object_get(one, "name"));
		t->v[t->n].s = (int)json_integer_value(
		    json_object_get(one, "dial_timeout"));
		t->n += t->v[t->n].campaign != NULL && t->v[t->n].s > 0;
	}
}

static int
timeout_of(const struct timeouts *t, const char *campaign)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].campaign, campaign) == 0)
			return t->v[i].s;
	return DIAL_TIMEOUT_S;
}

int64_t
call_row_age(const struct call_row *r, int64_t from_ms)
{
	int64_t end = r->now_ms;

	if (from_ms <= 0)
		return -1;
	if (r->c->state == CALL_ENDED && r->c->at_ms[CALL_ENDED] > 0 &&
	    from_ms < r->c->at_ms[CALL_ENDED])
		end = r->c->at_ms[CALL_ENDED];
	return end > from_ms ? (end - from_ms) / MS_PER_S : 0;
}

void
call_row_set(struct call_row *r, const struct row_call *c,
    const struct pane_ctx *x, int limit_s)
{
	*r = (struct call_row){ .c = c,
		.zone = x->zone != NULL ? x->zone : "",
		.now_ms = x->b->now_ms,
		.limit_s = limit_s };
	if (c->state < CALL_NSTATE)
		r->since_ms = c->at_ms[c->state];
	r->stuck = c->state == CALL_UNKNOWN || c->state >= CALL_NSTATE ||
		   (limit_s > 0 && call_row_age(r, r->since_ms) > limit_s);
}

/*
 * Stuck ones first (unknown ones, then the longest), ended ones (asked for, so
 * wanted; the last first), the others as they were armed.
 */
static int
compare(const void *pa, const void *pb)
{
	const struct call_row *a = pa, *b = pb;
	int64_t x = a->c->at_ms[CALL_ARMED], y = b->c->at_ms[CALL_ARMED];

	if (a->stuck != b->stuck)
		return a->stuck ? -1 : 1;
	if (a->stuck &&
	    (a->c->state == CALL_UNKNOWN) != (b->c->state == CALL_UNKNOWN))
		return a->c->state == CALL_UNKNOWN ? -1 : 1;
	if ((a->c->state == CALL_ENDED) != (b->c->state == CALL_ENDED))
		return a->c->state == CALL_ENDED ? -1 : 1;
	if (a->c->state == CALL_ENDED) {
		x = b->since_ms;
		y = a->since_ms;
	} else if (a->stuck) {
		x = a->since_ms;
		y = b->since_ms;
	}
	if (x != y)
		return x < y ? -1 : 1;
	return strcmp(a->c->id, b->c->id);
}

static void
add(struct call_rows *s, const struct row_call *c, const struct pane_ctx *x,
    const struct timeouts *t)
{
	struct call_row *r;
	int limit = 0;

	if (s->n == s->cap) {
		s->cap = MAXIMUM(2 * s->cap, 256);
		s->v = xreallocarray(s->v, s->cap, sizeof(*s->v));
	}
	r = &s->v[s->n++];
	if (c->state < CALL_NSTATE)
		limit = call_limit_s((enum call_state)c->state,
		    c->state == CALL_RINGING ? timeout_of(t, c->campaign) : 0);
	call_row_set(r, c, x, limit);
	if (c->state >= CALL_ENDED)
		return;
	s->live[c->state]++;
	s->nlive++;
	s->stuck[c->state] += r->stuck;
	s->nstuck += r->stuck;
}

void
call_rows_look(struct call_rows *s, const struct pane_ctx *x, bool ended)
{
	const struct row_call *rows;
	size_t n = feed_calls(x->feed, &rows);
	struct timeouts t;
	uint64_t key[3], gen;

	key[0] = feed_gen(x->feed, ROWS_CALLS);
	key[1] = (uint64_t)(x->b->now_ms / MS_PER_S);
	key[2] = ended;
	gen = hash_bytes(key, sizeof(key)) | 1;
	if (gen == s->gen && rows == s->from && n == s->nfrom)
		return;
	s->gen = gen;
	s->from = rows;
	s->nfrom = n;
	s->n = s->nlive = s->nstuck = 0;
	memset(s->live, 0, sizeof(s->live));
	memset(s->stuck, 0, sizeof(s->stuck));
	timeouts_of(x->feed, &t);
	for (size_t i = 0; i < n; i++)
		if (rows[i].id[0] != '\0' &&
		    (ended || rows[i].state != CALL_ENDED))
			add(s, &rows[i], x, &t);
	if (s->n > 1)
		qsort(s->v, s->n, sizeof(*s->v), compare);
}

void
call_rows_clear(struct call_rows *s)
{
	free(s->v);
	memset(s, 0, sizeof(*s));
}
