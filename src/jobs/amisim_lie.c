/* SPDX-License-Identifier: MIT */
/*
 * amisim_lie: a list of held events, ordered by when they are let go.  An
 * honest amisim holds none and pays nothing for this.
 */
#include "jobs/amisim_lie.h"

#define HOLD_MS 30
#define DUP     0.1

struct held {
	int64_t due;
	uint64_t seq;
	enum amisim_class class;
	struct amisim_outcome *outcome;
	size_t len;
	char bytes[];
};

struct amisim_lie {
	struct amisim_lie_config cfg;
	bool honest;
	struct amisim_net *net;
	struct amisim_log *log;
	struct rng *rng;
	struct held **heap;
	size_t n, cap;
	uint64_t seq, count;
	int64_t start_ns; /* the delay counts from there */
	int64_t last_ns; /* a delayed event is held until then */
};

/* MS[@FROM[+FOR]] */
static bool
parse_delay(struct amisim_lie_config *cfg, const char *spec)
{
	char part[32];
	char *from, *span;
	int64_t ms, at = 0, s = 0;

	str_copy(part, sizeof(part), spec);
	from = strchr(part, '@');
	span = from != NULL ? strchr(from, '+') : NULL;
	if (from != NULL)
		*from++ = '\0';
	if (span != NULL)
		*span++ = '\0';
	if (!str_int64(part, 0, 600000, &ms) ||
	    (from != NULL && !str_int64(from, 0, 86400, &at)) ||
	    (span != NULL && !str_int64(span, 1, 86400, &s)))
		return false;
	cfg->delay_ms = (int)ms;
	cfg->delay_from_s = (int)at;
	cfg->delay_for_s = (int)s;
	return true;
}

bool
amisim_lie_parse(struct amisim_lie_config *cfg, const char *spec)
{
	char word[32];
	int64_t ms;

	while (*spec != '\0') {
		size_t n = strcspn(spec, ",");

		if (n >= sizeof(word))
			return false;
		memcpy(word, spec, n);
		word[n] = '\0';
		spec += n + (spec[n] == ',');
		if (strcmp(word, "reorder") == 0)
			cfg->reorder = true;
		else if (strcmp(word, "dup") == 0)
			cfg->dup = true;
		else if (strcmp(word, "split") == 0)
			cfg->split = true;
		else if (strncmp(word, "drop=", 5) == 0) {
			if (!str_double(word + 5, 0, 1, &cfg->drop))
				return false;
		} else if (strncmp(word, "late=", 5) == 0) {
			if (!str_int64(word + 5, 0, 600000, &ms))
				return false;
			cfg->late_ms = (int)ms;
		} else if (strncmp(word, "delay=", 6) == 0) {
			if (!parse_delay(cfg, word + 6))
				return false;
		} else {
			return false;
		}
	}
	return true;
}

struct amisim_lie *
amisim_lie_new(const struct amisim_lie_config *cfg, struct amisim_net *net,
    struct amisim_log *log, struct rng *rng)
{
	struct amisim_lie *l = xcalloc(1, sizeof(*l));

	l->cfg = *cfg;
	l->honest = !cfg->reorder && !cfg->dup && cfg->drop == 0 &&
		    cfg->late_ms == 0 && cfg->delay_ms == 0;
	l->start_ns = now_read().mono_ns;
	l->net = net;
	l->log = log;
	l->rng = rng;
	return l;
}

void
amisim_lie_clear(struct amisim_lie *l)
{
	for (size_t i = 0; i < l->n; i++) {
		amisim_log_lost(l->log, l->heap[i]->outcome);
		free(l->heap[i]);
	}
	l->n = 0;
}

void
amisim_lie_free(struct amisim_lie *l)
{
	if (l == NULL)
		return;
	amisim_lie_clear(l);
	free(l->heap);
	free(l);
}

static void
broadcast(struct amisim_lie *l, enum amisim_class class, const char *p,
    size_t len, struct amisim_outcome *outcome)
{
	struct amisim_conn *c;

	for (size_t i = 0; (c = amisim_conn_at(l->net, i)) != NULL; i++)
		if ((c->classes & class) != 0)
			amisim_conn_put(c, p, len);
	amisim_log_queued(l->log, outcome, l->net);
}

static bool
before(const struct held *a, const struct held *b)
{
	return a->due < b->due || (a->due == b->due && a->seq < b->seq);
}

static void
hold(struct amisim_lie *l, int64_t due, enum amisim_class class, const char *p,
    size_t len, struct amisim_outcome *outcome)
{
	struct held *h = xmalloc(sizeof(*h) + len);
	size_t i;

	h->due = due;
	h->seq = ++l->seq;
	h->class = class;
	h->outcome = outcome;
	h->len = len;
	memcpy(h->bytes, p, len);
	if (l->n == l->cap) {
		l->cap = 2 * l->cap + 64;
		l->heap = xreallocarray(l->heap, l->cap, sizeof(*l->heap));
	}
	for (i = l->n++; i > 0 && before(h, l->heap[(i - 1) / 2]);
	     i = (i - 1) / 2)
		l->heap[i] = l->heap[(i - 1) / 2];
	l->heap[i] = h;
}

static struct held *
pop(struct amisim_lie *l)
{
	struct held *top = l->heap[0], *last = l->heap[--l->n];
	size_t i = 0, j;

	for (; (j = 2 * i + 1) < l->n; i = j) {
		if (j + 1 < l->n && before(l->heap[j + 1], l->heap[j]))
			j++;
		if (!before(l->heap[j], last))
			break;
		l->heap[i] = l->heap[j];
	}
	l->heap[i] = last;
	return top;
}

static int64_t
up_to(struct rng *rng, int ms)
{
	return (int64_t)rng_below(rng, (uint64_t)ms * NS_PER_MS + 1);
}

/* When a queue that is as long as the delay says lets it go. */
static int64_t
delayed(struct amisim_lie *l, int64_t now)
{
	int64_t from = l->start_ns + l->cfg.delay_from_s * NS_PER_S;
	int64_t due = now;

	if (l->cfg.delay_ms == 0)
		return now;
	if (now >= from && (l->cfg.delay_for_s == 0 ||
			       now < from + l->cfg.delay_for_s * NS_PER_S))
		due += l->cfg.delay_ms * NS_PER_MS;
	/* None overtakes those before it. */
	return l->last_ns = MAXIMUM(due, l->last_ns);
}

void
amisim_lie_event(struct amisim_lie *l, int64_t now, enum amisim_class class,
    const char *p, size_t len, struct amisim_outcome *outcome)
{
	int64_t due = delayed(l, now);

	l->count++;
	if (l->honest) {
		broadcast(l, class, p, len, outcome);
		return;
	}
	if (rng_unit(l->rng) < l->cfg.drop) {
		amisim_log_lost(l->log, outcome);
		return;
	}
	due += up_to(l->rng, l->cfg.late_ms);
	if (l->cfg.reorder && rng_below(l->rng, 2) == 0)
		due += up_to(l->rng, HOLD_MS);
	hold(l, due, class, p, len, outcome);
	if (l->cfg.dup && rng_unit(l->rng) < DUP)
		hold(l, due + up_to(l->rng, HOLD_MS), class, p, len, NULL);
}

void
amisim_lie_run(struct amisim_lie *l, int64_t now)
{
	while (l->n > 0 && l->heap[0]->due <= now) {
		struct held *h = pop(l);

		broadcast(l, h->class, h->bytes, h->len, h->outcome);
		free(h);
	}
}

int64_t
amisim_lie_next(const struct amisim_lie *l)
{
	return l->n > 0 ? l->heap[0]->due : INT64_MAX;
}

uint64_t
amisim_lie_count(const struct amisim_lie *l)
{
	return l->count;
}
