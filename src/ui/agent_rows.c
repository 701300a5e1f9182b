/* SPDX-License-Identifier: MIT */
/* agent_rows: sorting, counting, the sentence. */
#include "ui/agent_rows.h"

#include <string.h>
#include <strings.h>

#include "shared/rows.h"
#include "shared/text.h"
#include "shared/util.h"

static const struct state {
	const char *word, *text, *lamp;
	uint8_t role, sum; /* sum: enum agent_state */
} states[] = {
	{ "free", N_("free"), "\xe2\x97\x8f", ROLE_GOOD, AGENT_FREE },
	{ "busy", N_("in a call"), "\xe2\x96\xb6", ROLE_ACCENT, AGENT_BUSY },
	{ "ringing", N_("ringing"), "\xe2\x96\xb2", ROLE_WARN, AGENT_RINGING },
	{ "paused", N_("paused"), "\xe2\x97\x8b", ROLE_WARN, AGENT_PAUSED },
	{ "unavailable", N_("unavailable"), "\xe2\x9c\x96", ROLE_BAD,
	    AGENT_AWAY },
	{ "unknown", N_("unknown"), "?", ROLE_DIM, AGENT_AWAY },
	{ "registered", N_("registered"), "\xe2\x97\x8f", ROLE_GOOD,
	    AGENT_FREE },
	{ "rejected", N_("rejected"), "\xe2\x9c\x96", ROLE_BAD, AGENT_AWAY },
	{ "unregistered", N_("unregistered"), "\xe2\x97\x8b", ROLE_WARN,
	    AGENT_AWAY },
};

static const struct state *
state_of(const char *word)
{
	for (size_t i = 0; i < nitems(states); i++)
		if (strcmp(states[i].word, word) == 0)
			return &states[i];
	return NULL;
}

static enum agent_state
sum_of(const struct row_agent *r)
{
	const struct state *s = state_of(r->state);

	return s != NULL ? (enum agent_state)s->sum : AGENT_AWAY;
}

const char *
agent_rows_state(const char *word, uint8_t *role, const char **lamp)
{
	const struct state *s = state_of(word);

	*role = s != NULL ? s->role : ROLE_DIM;
	*lamp = s != NULL ? s->lamp : "?";
	return s != NULL ? _(s->text) : word;
}

const char *
agent_rows_word(enum agent_state s)
{
	static const char *const words[AGENT_NSTATE] = { N_("free"),
		N_("in calls"), N_("ringing"), N_("paused"), N_("away") };

	return _(words[s]);
}

/* ---- sorting ---------------------------------------------------------- */

static int
by_queue(const void *pa, const void *pb)
{
	const struct row_agent *a = ((const struct agent_row *)pa)->r;
	const struct row_agent *b = ((const struct agent_row *)pb)->r;
	int r = strcasecmp(a->queue, b->queue);

	if (r == 0)
		r = strcasecmp(a->name, b->name);
	if (r == 0)
		r = strcmp(a->switch_name, b->switch_name);
	return r != 0 ? r : (a > b) - (a < b);
}

static int
by_name(const void *pa, const void *pb)
{
	const struct row_agent *a = ((const struct agent_row *)pa)->r;
	const struct row_agent *b = ((const struct agent_row *)pb)->r;
	int r = strcasecmp(a->name, b->name);

	return r != 0 ? r : (a > b) - (a < b);
}

/* What trunks dial over first. */
static int
by_trunk(const void *pa, const void *pb)
{
	const struct row_agent *a = ((const struct agent_row *)pa)->r;
	const struct row_agent *b = ((const struct agent_row *)pb)->r;

	if ((a->queue[0] == '\0') != (b->queue[0] == '\0'))
		return a->queue[0] == '\0' ? 1 : -1;
	return by_name(pa, pb);
}

static bool
same_queue(const struct row_agent *q, const struct row_agent *m)
{
	return strcmp(q->name, m->queue) == 0 &&
	       strcmp(q->switch_name, m->switch_name) == 0;
}

static int
compare_u64(const void *pa, const void *pb)
{
	const uint64_t *a = pa, *b = pb;

	return (*a > *b) - (*a < *b);
}

/*
 * An agent in three queues is one agent.  A paused one may be free in another
 * queue: the best of his states counts.
 */
static void
count_agents(struct agent_rows *v)
{
	uint64_t *id = xcalloc(v->nmembers, sizeof(*id));

	for (size_t i = 0; i < v->nmembers; i++) {
		const struct row_agent *r = v->member[i].r;
		const char *who =
		    r->interface[0] != '\0' ? r->interface : r->name;

		id[i] = (hash_bytes(who, strlen(who)) * 31 +
			    hash_bytes(r->switch_name, strlen(r->switch_name)))
			    << 3 |
			(uint64_t)sum_of(r);
	}
	qsort(id, v->nmembers, sizeof(*id), compare_u64);
	for (size_t i = 0; i < v->nmembers; i++) {
		if (i > 0 && id[i] >> 3 == id[i - 1] >> 3)
			continue;
		v->agents++;
		v->n[id[i] & 7]++;
	}
	free(id);
}

/* The first member of the queues of that name; members are in their order. */
static size_t
first_member(const struct agent_rows *v, const char *queue)
{
	size_t lo = 0, hi = v->nmembers;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcasecmp(v->member[mid].r->queue, queue) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
count_queues(struct agent_rows *v)
{
	for (size_t i = 0; i < v->nqueues; i++) {
		struct agent_row *q = &v->queue[i];
		size_t n = strlen(v->dry);

		for (size_t k = first_member(v, q->r->name);
		     k < v->nmembers &&
		     strcasecmp(v->member[k].r->queue, q->r->name) == 0;
		     k++)
			if (same_queue(q->r, v->member[k].r))
				q->n[sum_of(v->member[k].r)]++;
		v->waiting += q->r->calls;
		v->wait_s = MAXIMUM(v->wait_s, q->r->wait_s);
		if (q->r->calls > 0 && q->n[AGENT_FREE] == 0)
			str_format(v->dry + n, sizeof(v->dry) - n, "%s%s",
			    n > 0 ? ", " : "", q->r->name);
	}
}

static void
note(struct agent_rows *v, const struct row_agent *r)
{
	static const char *const names[] = { "queues", "endpoints",
		"registrations" };

	if (strcmp(r->name, "hidden") == 0)
		v->hidden += r->calls;
	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(r->name, names[i]) == 0)
			v->note[i] = r->detail;
}

void
agent_rows_make(struct agent_rows *v, const struct pane_ctx *x)
{
	const struct row_agent *rows;
	size_t n = feed_agents(x->feed, &rows);

	memset(v, 0, sizeof(*v));
	v->member = xcalloc(n + 1, sizeof(*v->member));
	v->queue = xcalloc(n + 1, sizeof(*v->queue));
	v->endpoint = xcalloc(n + 1, sizeof(*v->endpoint));
	for (size_t i = 0; i < n; i++) {
		struct agent_row a = {
			.b = x->b, .zone = x->zone, .r = &rows[i]
		};

		if (strcmp(rows[i].kind, "member") == 0)
			v->member[v->nmembers++] = a;
		else if (strcmp(rows[i].kind, "queue") == 0)
			v->queue[v->nqueues++] = a;
		else if (strcmp(rows[i].kind, "endpoint") == 0 ||
			 strcmp(rows[i].kind, "registration") == 0)
			v->endpoint[v->nendpoints++] = a;
		else if (strcmp(rows[i].kind, "note") == 0)
			note(v, &rows[i]);
	}
	qsort(v->member, v->nmembers, sizeof(*v->member), by_queue);
	qsort(v->queue, v->nqueues, sizeof(*v->queue), by_name);
	qsort(v->endpoint, v->nendpoints, sizeof(*v->endpoint), by_trunk);
	count_agents(v);
	count_queues(v);
}

void
agent_rows_clear(struct agent_rows *v)
{
	free(v->member);
	free(v->queue);
	free(v->endpoint);
	memset(v, 0, sizeof(*v));
}

/* ---- the sentence ----------------------------------------------------- */

static void
say_waiting(const struct agent_rows *v, char *out, size_t size)
{
	char t[TEXT_NUM], n[TEXT_NUM];

	if (v->waiting == 0)
		str_copy(out, size, _("nobody waits"));
	else if (v->waiting == 1)
		str_format(out, size, _("1 call waits, since %s"),
		    text_span(v->wait_s, t));
	else
		str_format(out, size, _("%s calls wait, the longest %s"),
		    text_count(v->waiting, n), text_span(v->wait_s, t));
}

/* "9 in calls, 2 paused": why nobody is free. */
static void
say_others(const struct agent_rows *v, char *out, size_t size)
{
	out[0] = '\0';
	for (int i = AGENT_BUSY; i < AGENT_NSTATE; i++) {
		size_t k = strlen(out);

		if (v->n[i] > 0)
			str_format(out + k, size - k, "%s%u %s",
			    k > 0 ? ", " : "", v->n[i],
			    agent_rows_word((enum agent_state)i));
	}
}

static uint8_t
say_none(const struct agent_rows *v, const struct pane_ctx *x, char *out,
    size_t size)
{
	uint32_t n = MINIMUM(x->b->nswitches, BOARD_SWITCHES), up = 0;

	for (uint32_t i = 0; i < n; i++)
		up += x->b->switches[i].connected != 0;
	if (n == 0)
		str_copy(out, size,
		    _("No switch is configured (switches in discador.conf)"));
	else if (up == 0) {
		str_copy(out, size,
		    _("No switch is connected: nothing is known of agents"));
		return ROLE_BAD;
	} else if (v->note[0] != NULL) {
		str_copy(out, size, v->note[0]);
		return ROLE_WARN;
	} else if (v->nqueues > 0 || v->nendpoints > 0)
		str_copy(
		    out, size, _("The switch has no agents in its queues"));
	else
		str_copy(out, size,
		    _("The switch has said nothing of queues yet, or has none"));
	return ROLE_DIM;
}

uint8_t
agent_rows_say(const struct agent_rows *v, const struct pane_ctx *x, char *out,
    size_t size)
{
	char wait[120], others[160], f[TEXT_NUM], n[TEXT_NUM];
	size_t k;

	if (v->agents == 0)
		return say_none(v, x, out, size);
	say_waiting(v, wait, sizeof(wait));
	if (v->n[AGENT_FREE] == 0 && v->hidden == 0) {
		say_others(v, others, sizeof(others));
		str_format(
		    out, size, _("No agent is free (%s); %s"), others, wait);
		return ROLE_BAD;
	}
	str_format(out, size,
	    v->hidden > 0 ? _("At least %s of %s agents free; %s")
			  : _("%s of %s agents free; %s"),
	    text_count(v->n[AGENT_FREE], f),
	    text_count(v->agents + (uint64_t)v->hidden, n), wait);
	if (v->dry[0] == '\0')
		return v->waiting > 0 ? ROLE_WARN : ROLE_GOOD;
	k = strlen(out);
	str_format(out + k, size - k, _("; nobody free in %s"), v->dry);
	return ROLE_BAD;
}
