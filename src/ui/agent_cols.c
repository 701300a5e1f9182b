/* SPDX-License-Identifier: MIT */
/* agent_cols: the columns of members, queues and endpoints. */
#include "ui/agent_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/cols.h"
#include "ui/when.h"

#define R(row) (((const struct agent_row *)(row))->r)

/* What the cursor follows: a member's name may stand in several queues. */
static void
a_id(const void *row, struct table_cell *o)
{
	const struct row_agent *r = R(row);
	uint64_t h = hash_bytes(r->queue, strlen(r->queue));

	h = h * 31 + hash_bytes(r->interface, strlen(r->interface));
	h = h * 31 + hash_bytes(r->name, strlen(r->name));
	h = h * 31 + hash_bytes(r->switch_name, strlen(r->switch_name));
	str_format(o->text, sizeof(o->text), "%016llx %s",
	    (unsigned long long)h, r->kind);
}

static void
a_name(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), R(row)->name);
	o->fg = ROLE_STRONG;
}

static void
a_kind(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text),
	    strcmp(R(row)->kind, "registration") == 0 ? _("registration")
						      : _("endpoint"));
	o->fg = ROLE_DIM;
}

static void
a_queue(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), R(row)->queue);
}

static void
a_state(const void *row, struct table_cell *o)
{
	const char *lamp,
	    *text = agent_rows_state(R(row)->state, &o->fg, &lamp);

	if (strcmp(R(row)->kind, "endpoint") == 0 &&
	    strcmp(R(row)->state, "busy") == 0)
		text = _("in use");
	str_format(o->text, sizeof(o->text), "%s %s", lamp, text);
	/* a trunk without its endpoint is everybody's trouble */
	if (o->fg == ROLE_BAD && strcmp(R(row)->kind, "member") != 0)
		o->attr = ATTR_BOLD;
}

static const char *
w_state(const void *row)
{
	return R(row)->state;
}

/* Of a queue: is anybody free for the next caller? */
static void
q_state(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;
	uint32_t all = 0;

	for (int i = 0; i < AGENT_NSTATE; i++)
		all += a->n[i];
	if (all == 0) {
		str_format(o->text, sizeof(o->text), "\xe2\x97\x8b %s",
		    _("no agents"));
		o->fg = a->r->calls > 0 ? ROLE_BAD : ROLE_DIM;
	} else if (a->n[AGENT_FREE] > 0) {
		str_format(
		    o->text, sizeof(o->text), "\xe2\x97\x8f %s", _("free"));
		o->fg = ROLE_GOOD;
	} else {
		str_format(o->text, sizeof(o->text), "\xe2\x9c\x96 %s",
		    _("nobody free"));
		o->fg = a->r->calls > 0 ? ROLE_BAD : ROLE_WARN;
	}
	o->attr = o->fg == ROLE_BAD ? ATTR_BOLD : 0;
}

static void
a_since(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;
	int64_t s = (a->b->now_ms - a->r->since_ms) / MS_PER_S;
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = a->r->since_ms > 0 ? (double)MAXIMUM(s, 0) : -1;
	str_copy(o->text, sizeof(o->text),
	    a->r->since_ms > 0 ? text_span(MAXIMUM(s, 0), t) : "-");
	if (a->r->since_ms <= 0)
		o->fg = ROLE_DIM;
}

static void
a_calls(const void *row, struct table_cell *o)
{
	cols_put_count(o, R(row)->calls);
}

static void
q_calls(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;

	cols_put_count(o, a->r->calls);
	if (a->r->calls > 0) {
		o->fg = a->n[AGENT_FREE] > 0 ? ROLE_WARN : ROLE_BAD;
		o->attr = ATTR_BOLD;
	}
}

static void
q_wait(const void *row, struct table_cell *o)
{
	const struct row_agent *r = R(row);
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = r->wait_s;
	str_copy(o->text, sizeof(o->text),
	    r->calls > 0 ? text_span(r->wait_s, t) : "-");
	o->fg = r->calls == 0     ? ROLE_DIM
		: r->wait_s >= 30 ? ROLE_BAD
				  : ROLE_WARN;
}

static void
q_free(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;
	uint32_t all = 0;

	for (int i = 0; i < AGENT_NSTATE; i++)
		all += a->n[i];
	o->numeric = true;
	o->num = a->n[AGENT_FREE];
	o->bar = all > 0 ? o->num / all : 0;
	str_format(o->text, sizeof(o->text), "%u/%u", a->n[AGENT_FREE], all);
	o->fg = a->n[AGENT_FREE] > 0 ? ROLE_GOOD
		: all > 0            ? ROLE_BAD
				     : ROLE_DIM;
}

static void
q_busy(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;

	cols_put_count(o, (uint64_t)a->n[AGENT_BUSY] + a->n[AGENT_RINGING]);
}

static void
q_paused(const void *row, struct table_cell *o)
{
	cols_put_count(o, ((const struct agent_row *)row)->n[AGENT_PAUSED]);
}

static void
q_away(const void *row, struct table_cell *o)
{
	cols_put_count(o, ((const struct agent_row *)row)->n[AGENT_AWAY]);
}

static void
a_last(const void *row, struct table_cell *o)
{
	const struct agent_row *a = row;
	char t[WHEN_TEXT];

	o->numeric = true;
	o->num = (double)a->r->last_call_ms;
	str_copy(o->text, sizeof(o->text),
	    a->r->last_call_ms > 0
		? when_near(a->zone, a->r->last_call_ms, a->b->now_ms, t)
		: "-");
	if (a->r->last_call_ms <= 0)
		o->fg = ROLE_DIM;
}

static void
a_detail(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), R(row)->detail);
	o->fg = ROLE_DIM;
}

static void
a_interface(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), R(row)->interface);
	o->fg = ROLE_DIM;
}

static void
a_switch(const void *row, struct table_cell *o)
{
	str_copy(o->text, sizeof(o->text), R(row)->switch_name);
	o->fg = ROLE_DIM;
}

const struct table_col agent_member_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, a_id },
	{ "name", N_("Agent"), TEXT_LEFT, 10, 28, 0, a_name },
	{ "queue", N_("Queue"), TEXT_LEFT, 6, 20, 1, a_queue },
	{ "state", N_("State"), TEXT_LEFT, 13, 17, 0, a_state, NULL, NULL,
	    w_state },
	{ "since_s", N_("Since"), TEXT_RIGHT, 6, 10, 2, a_since },
	{ "calls", N_("Calls"), TEXT_RIGHT, 5, 7, 4, a_calls },
	{ "last_call_ms", N_("Last call"), TEXT_RIGHT, 8, 18, 5, a_last },
	{ "detail", N_("Note"), TEXT_CENTRE, 6, 40, 3, a_detail },
	{ "interface", N_("Interface"), TEXT_LEFT, 8, 32, 6, a_interface },
	{ "switch", N_("Switch"), TEXT_LEFT, 6, 16, 7, a_switch },
};
const size_t agent_nmember_cols = nitems(agent_member_cols);

const struct table_col agent_queue_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, a_id },
	{ "name", N_("Queue"), TEXT_LEFT, 8, 24, 0, a_name },
	{ "state", N_("State"), TEXT_LEFT, 13, 17, 1, q_state, NULL, NULL,
	    w_state },
	{ "waiting", N_("Waiting"), TEXT_RIGHT, 5, 8, 0, q_calls },
	{ "longest_s", N_("Longest"), TEXT_RIGHT, 6, 9, 0, q_wait },
	{ "free", N_("Free agents"), TEXT_CENTRE, 12, 30, 0, q_free },
	{ "busy", N_("In calls"), TEXT_RIGHT, 5, 9, 2, q_busy },
	{ "paused", N_("Paused"), TEXT_RIGHT, 5, 8, 3, q_paused },
	{ "away", N_("Away"), TEXT_RIGHT, 5, 8, 4, q_away },
	{ "detail", N_("Note"), TEXT_CENTRE, 10, 52, 6, a_detail },
	{ "switch", N_("Switch"), TEXT_LEFT, 6, 16, 5, a_switch },
};
const size_t agent_nqueue_cols = nitems(agent_queue_cols);

const struct table_col agent_endpoint_cols[] = {
	{ NULL, "", TEXT_LEFT, 0, 0, 0, a_id },
	{ "name", N_("Endpoint"), TEXT_LEFT, 10, 28, 0, a_name },
	{ "kind", N_("Kind"), TEXT_LEFT, 8, 13, 4, a_kind },
	{ "state", N_("State"), TEXT_LEFT, 13, 17, 0, a_state, NULL, NULL,
	    w_state },
	{ "since_s", N_("Since"), TEXT_RIGHT, 6, 10, 2, a_since },
	{ "trunks", N_("Trunks"), TEXT_LEFT, 6, 24, 1, a_queue },
	{ "calls", N_("Channels"), TEXT_RIGHT, 5, 9, 5, a_calls },
	{ "detail", N_("Note"), TEXT_CENTRE, 8, 48, 3, a_detail },
	{ "interface", N_("Interface"), TEXT_LEFT, 8, 32, 7, a_interface },
	{ "switch", N_("Switch"), TEXT_LEFT, 6, 16, 6, a_switch },
};
const size_t agent_nendpoint_cols = nitems(agent_endpoint_cols);
