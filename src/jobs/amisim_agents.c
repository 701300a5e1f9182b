/* SPDX-License-Identifier: MIT */
/* amisim_agents: a table of queues, an array of members each. */
#include "jobs/amisim_agents.h"

#include <string.h>

#include "shared/util.h"

#define HIRED_MAX 100000
#define SPARE     3 /* free ones where there is no limit */

static void
member_init(const struct amisim_agents *a, struct amisim_member *m, size_t i)
{
	memset(m, 0, sizeof(*m));
	m->paused = !a->all_work && i % 12 == 10;
	m->away = !a->all_work && i % 12 == 11;
}

void
amisim_agents_init(struct amisim_agents *a, size_t members, bool all_work)
{
	memset(a, 0, sizeof(*a));
	a->members = members;
	a->all_work = all_work;
	amisim_agents_queue(a, "sales");
}

void
amisim_agents_clear(struct amisim_agents *a)
{
	for (size_t i = 0; i < a->nqueues; i++)
		free(a->queue[i].member);
	a->nqueues = 0;
}

size_t
amisim_agents_queue(struct amisim_agents *a, const char *name)
{
	struct amisim_queue *q;

	for (size_t i = 0; i < a->nqueues; i++)
		if (strcmp(a->queue[i].name, name) == 0)
			return i;
	if (a->nqueues == AMISIM_QUEUES)
		return AMISIM_QUEUES - 1;
	q = &a->queue[a->nqueues];
	memset(q, 0, sizeof(*q));
	str_copy(q->name, sizeof(q->name), name);
	q->nmembers = a->members;
	q->member = xcalloc(MAXIMUM(q->nmembers, 1u), sizeof(*q->member));
	for (size_t i = 0; i < q->nmembers; i++)
		member_init(a, &q->member[i], i);
	return a->nqueues++;
}

static bool
works(const struct amisim_member *m)
{
	return !m->busy && !m->paused && !m->away;
}

/* One more, unless there are too many. */
static void
hire(struct amisim_queue *q)
{
	if (q->nmembers == HIRED_MAX)
		return;
	q->member =
	    xreallocarray(q->member, q->nmembers + 1, sizeof(*q->member));
	memset(&q->member[q->nmembers++], 0, sizeof(*q->member));
}

size_t
amisim_agents_take(struct amisim_agents *a, size_t queue)
{
	struct amisim_queue *q = &a->queue[queue];
	size_t first = 0, spare = 0;

	for (size_t i = q->nmembers; i-- > 0;)
		if (works(&q->member[i])) {
			first = i;
			spare++;
		}
	if (spare == 0) {
		first = q->nmembers;
		hire(q);
		first = MINIMUM(first, q->nmembers - 1);
	}
	/* without a limit there is always somebody left */
	for (; !a->all_work && spare <= SPARE; spare++)
		hire(q);
	q->member[first].busy = true;
	return first;
}

void
amisim_agents_give(
    struct amisim_agents *a, size_t queue, size_t member, int64_t wall_s)
{
	struct amisim_member *m = &a->queue[queue].member[member];

	m->busy = false;
	m->taken++;
	m->last_s = wall_s;
}

void
amisim_agents_name(size_t member, char *name, char *interface, size_t size)
{
	str_format(name, size, "Agent %02zu", member + 1);
	str_format(
	    interface, size, "Local/agent%02zu@discador-agents", member + 1);
}

void
amisim_agents_member(struct amisim_text *t, const struct amisim_queue *q,
    size_t member, bool answer)
{
	const struct amisim_member *m = &q->member[member];
	char name[64], interface[64];

	amisim_agents_name(member, name, interface, sizeof(name));
	amisim_text_header(t, "", "Queue", q->name);
	if (answer) {
		amisim_text_header(t, "", "Name", name);
		amisim_text_header(t, "", "Location", interface);
	} else {
		amisim_text_header(t, "", "MemberName", name);
		amisim_text_header(t, "", "Interface", interface);
	}
	amisim_text_header(t, "", "StateInterface", interface);
	amisim_text_header(t, "", "Membership", "static");
	amisim_text_header(t, "", "Penalty", "0");
	amisim_text_number(t, "", "CallsTaken", m->taken);
	amisim_text_number(t, "", "LastCall", m->last_s);
	amisim_text_header(t, "", "LastPause", "0");
	amisim_text_header(t, "", "LoginTime", "0");
	amisim_text_number(t, "", "InCall", m->busy);
	/* AST_DEVICE_UNAVAILABLE, _INUSE, _NOT_INUSE */
	amisim_text_number(t, "", "Status", m->away ? 5 : m->busy ? 2 : 1);
	amisim_text_number(t, "", "Paused", m->paused);
	amisim_text_header(t, "", "PausedReason", m->paused ? "lunch" : "");
	if (!answer)
		amisim_text_header(t, "", "Ringinuse", "1");
	amisim_text_header(t, "", "Wrapuptime", "0");
}
