/* SPDX-License-Identifier: MIT */
/*
 * agents: one slot per row, found by a hash of what the row is about.  An
 * answer marks what it names; what an answer did not name is gone when it
 * ends.  Refuses to grow: past AGENTS_KEPT rows are counted, not kept.
 */
#include "daemon/agents.h"

#include <string.h>

#include "daemon/agents_state.h"
#include "shared/text.h"

struct agents *
agents_new(void)
{
	struct agents *a = xcalloc(1, sizeof(*a));

	for (int i = 0; i < HEADS; i++)
		a->head[i] = -1;
	for (int i = 0; i < ROWS_AGENTS_MAX; i++)
		a->slot[i].next = i + 1 < ROWS_AGENTS_MAX ? i + 1 : -1;
	return a;
}

void
agents_free(struct agents *a)
{
	free(a);
}

static uint64_t
text_hash(const char *s)
{
	return hash_bytes(s, strlen(s));
}

/* Of whole texts: what stands in the row may be cut. */
static uint64_t
key_of(int kind, unsigned sw, const char *queue, const char *id)
{
	uint64_t v[4] = { (uint64_t)kind, sw, text_hash(queue), text_hash(id) };

	return hash_bytes(v, sizeof(v));
}

static enum sw_agents
question(int kind)
{
	switch (kind) {
	case AGENT_ENDPOINT:
		return AGENTS_ENDPOINTS;
	case AGENT_REGISTRATION:
		return AGENTS_REGISTRATIONS;
	default:
		return AGENTS_QUEUES;
	}
}

struct slot *
agents_find(struct agents *a, uint64_t key)
{
	int i = a->head[key % HEADS];

	while (i >= 0 && a->slot[i].key != key)
		i = a->slot[i].next;
	return i >= 0 ? &a->slot[i] : NULL;
}

/*
 * How many rows there may be before one more of its kind: phones leave room
 * for queues, for what trunks dial over, and those for notes.
 */
static size_t
limit(const struct agents *a, int kind, unsigned sw, const char *interface)
{
	if (kind == NOTE)
		return ROWS_AGENTS_MAX;
	if (kind == AGENT_MEMBER)
		return AGENTS_KEPT - 384;
	if (kind != AGENT_ENDPOINT)
		return AGENTS_KEPT;
	for (size_t i = 0; i < a->ntrunks; i++)
		if (a->trunk[i].sw == sw &&
		    strcmp(a->trunk[i].device, interface) == 0)
			return AGENTS_KEPT;
	return AGENTS_KEPT - 256;
}

static struct slot *
make(struct agents *a, uint64_t key, int kind, unsigned sw,
    const char *interface)
{
	static const char *const kinds[] = {
		[AGENT_QUEUE] = "queue",
		[AGENT_MEMBER] = "member",
		[AGENT_ENDPOINT] = "endpoint",
		[AGENT_REGISTRATION] = "registration",
		[NOTE] = "note",
	};
	int i = a->spare;
	struct slot *s;

	if (i < 0 || a->kept >= limit(a, kind, sw, interface))
		return NULL;
	s = &a->slot[i];
	a->spare = s->next;
	memset(s, 0, sizeof(*s));
	s->key = key;
	s->kind = kind;
	s->sw = sw;
	s->next = a->head[key % HEADS];
	a->head[key % HEADS] = i;
	a->used = MAXIMUM(a->used, (size_t)i + 1);
	a->kept += kind != NOTE;
	str_copy(s->row.kind, sizeof(s->row.kind), kinds[kind]);
	str_copy(
	    s->row.switch_name, sizeof(s->row.switch_name), a->sw[sw].name);
	a->dirty = true;
	return s;
}

static void
drop(struct agents *a, struct slot *s)
{
	int i = (int)(s - a->slot), *at = &a->head[s->key % HEADS];

	while (*at != i)
		at = &a->slot[*at].next;
	*at = s->next;
	a->kept -= s->kind != NOTE;
	memset(s, 0, sizeof(*s));
	s->next = a->spare;
	a->spare = i;
	while (a->used > 0 && a->slot[a->used - 1].row.kind[0] == '\0')
		a->used--;
	a->dirty = true;
}

/* ---- notes ------------------------------------------------------------ */

static const char *const questions[AGENTS_N] = {
	[AGENTS_QUEUES] = "queues",
	[AGENTS_ENDPOINTS] = "endpoints",
	[AGENTS_REGISTRATIONS] = "registrations",
};

/* text "": none any more. */
static void
note(struct agents *a, unsigned sw, const char *name, const char *text,
    uint32_t n)
{
	uint64_t key = key_of(NOTE, sw, "", name);
	struct slot *s = agents_find(a, key);

	if (text[0] == '\0') {
		if (s != NULL)
			drop(a, s);
		return;
	}
	if (s == NULL && (s = make(a, key, NOTE, sw, "")) == NULL)
		return;
	str_copy(s->row.name, sizeof(s->row.name), name);
	text_clean(s->row.detail, sizeof(s->row.detail), text);
	s->row.calls = n;
	a->dirty = true;
}

static void
note_hidden(struct agents *a, unsigned sw)
{
	uint32_t n = 0;
	char text[96], t[TEXT_NUM], name[] = "hidden";

	for (int q = 0; q < AGENTS_N; q++)
		n += a->sw[sw].hidden[q];
	str_format(text, sizeof(text),
	    "%s more are not shown: there is no room", text_count(n, t));
	note(a, sw, name, n > 0 ? text : "", n);
}

/* ---- callers ---------------------------------------------------------- */

static struct caller *
find_caller(struct agents *a, uint64_t queue, uint64_t id)
{
	for (size_t i = 0; i < a->ncallers; i++)
		if (a->caller[i].id == id && a->caller[i].queue == queue)
			return &a->caller[i];
	return NULL;
}

static void
drop_caller(struct agents *a, struct caller *c)
{
	*c = a->caller[--a->ncallers];
	a->dirty = true;
}

static void
caller(struct agents *a, unsigned sw, const struct sw_agent *g, bool gone,
    bool asked, int64_t wall_ms)
{
	uint64_t queue = key_of(AGENT_QUEUE, sw, "", g->queue);
	uint64_t id = text_hash(g->name);
	struct caller *c = find_caller(a, queue, id);
	struct slot *s = agents_find(a, queue);

	if (!asked && s != NULL)
		s->row.calls = g->calls;
	a->dirty = true;
	if (gone) {
		if (c != NULL)
			drop_caller(a, c);
		return;
	}
	if (c == NULL) {
		if (a->ncallers == CALLERS)
			return;
		c = &a->caller[a->ncallers++];
		c->queue = queue;
		c->id = id;
		c->sw = sw;
		c->since_ms = wall_ms - (int64_t)g->wait_s * MS_PER_S;
	}
	c->gen = a->sw[sw].gen[AGENTS_QUEUES];
}

/* ---- what is told ----------------------------------------------------- */

/* What the row says now, and since when. */
void
agents_show(struct agents *a, struct slot *s, int64_t wall_ms)
{
	const char *state = s->state, *detail = s->detail;

	if (strcmp(state, "free") == 0 && s->wrap_until_ms > wall_ms) {
		state = "busy";
		detail = "wrap-up";
	}
	if (strcmp(state, s->row.state) != 0) {
		s->row.since_ms = s->row.state[0] != '\0' ? wall_ms : 0;
		str_copy(s->row.state, sizeof(s->row.state), state);
	}
	str_copy(s->row.detail, sizeof(s->row.detail), detail);
	a->dirty = true;
}

/* Seen for the first time: the switch may know since when it is so. */
static int64_t
since(const struct slot *s, const struct sw_agent *g, int64_t wall_ms)
{
	int64_t at = strcmp(s->row.state, "paused") == 0 ? g->paused_s
		     : strcmp(s->row.state, "free") == 0 ? g->last_call_s
							 : 0;

	return at > 0 && at * MS_PER_S <= wall_ms ? at * MS_PER_S : 0;
}

static void
told(struct agents *a, unsigned sw, const struct sw_agent *g, int64_t wall_ms)
{
	enum sw_agents q = question(g->kind);
	const char *id =
	    g->kind == AGENT_MEMBER || g->kind == AGENT_ENDPOINT ? g->interface : g->name;
	uint64_t key = key_of(g->kind, sw, g->queue, id);
	struct slot *s = agents_find(a, key);
	bool first = s == NULL;

	if (first && g->change)
		return;
	if (first && (s = make(a, key, g->kind, sw, id)) == NULL) {
		a->sw[sw].counting[q]++;
		return;
	}
	s->gen = a->sw[sw].gen[q];
	str_copy(s->state, sizeof(s->state),
	    g->state != NULL && g->state[0] != '\0' ? g->state : "unknown");
	if (!g->change) {
		text_clean(s->row.name, sizeof(s->row.name), g->name);
		text_clean(s->row.interface, sizeof(s->row.interface),
		    g->interface != NULL ? g->interface : "");
		text_clean(s->detail, sizeof(s->detail), g->detail);
		s->row.calls = g->calls;
	}
	switch (g->kind) {
	case AGENT_MEMBER:
		s->queue = key_of(AGENT_QUEUE, sw, "", g->queue);
		text_clean(s->row.queue, sizeof(s->row.queue), g->queue);
		s->row.last_call_ms = g->last_call_s * MS_PER_S;
		s->wrap_until_ms =
		    g->wrapup_s > 0 && g->last_call_s > 0
			? (g->last_call_s + g->wrapup_s) * MS_PER_S
			: 0;
		break;
	case AGENT_ENDPOINT:
	case AGENT_REGISTRATION:
		if (first)
			agents_name_trunks(a, s);
		break;
	default: /* a queue's state is that of its members */
		str_copy(s->row.detail, sizeof(s->row.detail), s->detail);
		a->dirty = true;
		return;
	}
	agents_show(a, s, wall_ms);
	if (first)
		s->row.since_ms = since(s, g, wall_ms);
}

static void
gone(struct agents *a, unsigned sw, const struct sw_agent *g)
{
	const char *id = g->kind == AGENT_MEMBER ? g->interface : g->name;
	struct slot *s = agents_find(a, key_of(g->kind, sw, g->queue, id));

	if (s != NULL)
		drop(a, s);
}

/* What the answer that just ended did not name. */
static void
sweep(struct agents *a, unsigned sw, enum sw_agents q)
{
	struct at_switch *w = &a->sw[sw];

	for (size_t i = a->used; i-- > 0;) {
		struct slot *s = &a->slot[i];

		if (s->row.kind[0] != '\0' && s->kind != NOTE && s->sw == sw &&
		    question(s->kind) == q && s->gen != w->gen[q])
			drop(a, s);
	}
	for (size_t i = a->ncallers; q == AGENTS_QUEUES && i-- > 0;)
		if (a->caller[i].sw == sw && a->caller[i].gen != w->gen[q])
			drop_caller(a, &a->caller[i]);
	w->hidden[q] = w->counting[q];
	note_hidden(a, sw);
}

/* All that is known from a switch that has been away for long. */
void
agents_forget(struct agents *a, unsigned sw)
{
	struct at_switch *w = &a->sw[sw];

	for (int q = 0; q < AGENTS_N; q++) {
		w->gen[q]++;
		w->counting[q] = 0;
		sweep(a, sw, (enum sw_agents)q);
		note(a, sw, questions[q], "", 0);
	}
	w->down_ms = 0;
}

/* SW_TRUNK: "AOR Reachable"; an endpoint has its AOR's name as a rule. */
static void
contact(struct agents *a, unsigned sw, const char *text, int64_t wall_ms)
{
	const char *sp = text != NULL ? strrchr(text, ' ') : NULL;
	char name[64];
	bool away;

	if (sp == NULL || (size_t)(sp - text) >= sizeof(name))
		return;
	str_format(name, sizeof(name), "%.*s", (int)(sp - text), text);
	away = strcmp(sp + 1, "Unreachable") == 0;
	if (!away && strcmp(sp + 1, "Reachable") != 0)
		return;
	for (size_t i = 0; i < a->used; i++) {
		struct slot *s = &a->slot[i];

		if (s->kind != AGENT_ENDPOINT || s->sw != sw ||
		    strcmp(s->row.name, name) != 0 ||
		    (strcmp(s->state, "unavailable") == 0) == away)
			continue;
		str_copy(
		    s->state, sizeof(s->state), away ? "unavailable" : "free");
		agents_show(a, s, wall_ms);
	}
}

void
agents_event(struct agents *a, const char *name, unsigned sw,
    const struct sw_event *e, int64_t wall_ms)
{
	struct at_switch *w;
	bool asked;

	if (sw >= CONF_SWITCHES)
		return;
	w = &a->sw[sw];
	switch (e->type) {
	case SW_UP:
		str_copy(w->name, sizeof(w->name), name);
		w->up = true;
		break;
	case SW_DOWN:
		if (w->up)
			w->down_ms = wall_ms;
		w->up = false;
		break;
	case SW_TRUNK:
		contact(a, sw, e->text, wall_ms);
		break;
	case SW_AGENTS_BEGIN:
		w->gen[e->agents]++;
		w->counting[e->agents] = 0;
		break;
	case SW_AGENTS_END:
		sweep(a, sw, e->agents);
		note(a, sw, questions[e->agents], "", 0);
		break;
	case SW_AGENTS_REFUSED:
		note(a, sw, questions[e->agents], e->text, 0);
		break;
	case SW_AGENT:
	case SW_AGENT_GONE:
		/* only an unasked one says how many wait in all */
		asked = e->type == SW_AGENT && e->agent->calls == 0;
		if (e->agent->kind == AGENT_CALLER)
			caller(a, sw, e->agent, e->type == SW_AGENT_GONE, asked,
			    wall_ms);
		else if (e->type == SW_AGENT)
			told(a, sw, e->agent, wall_ms);
		else
			gone(a, sw, e->agent);
		break;
	default:
		break;
	}
}

const struct row_agent *
agents_row(const struct agents *a, size_t i)
{
	return &a->slot[i].row;
}

size_t
agents_used(const struct agents *a)
{
	return a->used;
}

void
agents_publish(struct agents *a, struct rows_writer *w)
{
	if (!a->dirty)
		return;
	a->dirty = false;
	for (uint32_t i = 0; i < a->used; i++) {
		if (i < a->published &&
		    memcmp(&a->out[i], &a->slot[i].row, sizeof(a->out[i])) == 0)
			continue;
		a->out[i] = a->slot[i].row;
		rows_put(w, i, &a->out[i]);
	}
	if (a->used < a->published)
		rows_shrink(w, (uint32_t)a->used);
	a->published = a->used;
}
