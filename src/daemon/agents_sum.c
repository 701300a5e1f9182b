/* SPDX-License-Identifier: MIT */
/*
 * agents_sum: what follows from what was told: trunks of endpoints, states and
 * waits of queues, and what only time changes.
 */
#include "daemon/agents_state.h"

#include <string.h>
#include <strings.h>

/* ---- trunks ----------------------------------------------------------- */

bool
agents_device(const char *channel, char *out, size_t size)
{
	static const char *const techs[] = { "PJSIP", "SIP", "IAX2" };
	const char *slash = strchr(channel, '/'), *at, *end;

	for (size_t i = 0; slash != NULL && i < nitems(techs); i++) {
		size_t n = strlen(techs[i]);

		if ((size_t)(slash - channel) != n ||
		    strncasecmp(channel, techs[i], n) != 0)
			continue;
		/* PJSIP/carrier/sip:{number}@host names the endpoint first */
		end = strchr(slash + 1, '/');
		at = strrchr(slash + 1, '@');
		if (end == NULL && at != NULL) {
			slash = at;
			end = at + strlen(at);
		} else if (end == NULL)
			return false;
		if (end <= slash + 1)
			return false;
		return str_format(out, size, "%s/%.*s", techs[i],
		    (int)(end - slash - 1), slash + 1);
	}
	return false;
}

/* Which trunks dial over an endpoint, or are what is registered. */
void
agents_name_trunks(struct agents *a, struct slot *s)
{
	char device[96], *to = s->row.queue;
	size_t size = sizeof(s->row.queue);

	to[0] = '\0';
	for (size_t i = 0; i < a->ntrunks; i++) {
		const struct trunk_device *t = &a->trunk[i];
		const char *name = strchr(t->device, '/') + 1;
		size_t n = strlen(to);

		str_copy(device, sizeof(device), s->row.interface);
		if (s->kind == AGENT_REGISTRATION) {
			const char *e = s->row.interface;

			str_copy(device, sizeof(device),
			    strcmp(e[0] != '\0' ? e : s->row.name, name) == 0
				? t->device
				: "");
		}
		if (t->sw == s->sw && strcmp(device, t->device) == 0 &&
		    n + strlen(t->trunk) + 2 <= size)
			str_format(to + n, size - n, "%s%s", n > 0 ? "," : "",
			    t->trunk);
	}
	a->dirty = true;
}

static void
name_all(struct agents *a)
{
	for (size_t i = 0; i < a->used; i++)
		if (a->slot[i].row.kind[0] != '\0' &&
		    (a->slot[i].kind == AGENT_ENDPOINT ||
			a->slot[i].kind == AGENT_REGISTRATION))
			agents_name_trunks(a, &a->slot[i]);
}

void
agents_trunks_drop(struct agents *a)
{
	a->ntrunks = 0;
	name_all(a);
}

void
agents_trunk(
    struct agents *a, unsigned sw, const char *device, const char *trunk)
{
	struct trunk_device *t;

	if (a->ntrunks == TRUNKS || strchr(device, '/') == NULL)
		return;
	t = &a->trunk[a->ntrunks++];
	t->sw = sw;
	str_copy(t->device, sizeof(t->device), device);
	str_copy(t->trunk, sizeof(t->trunk), trunk);
	name_all(a);
}

/* ---- what follows from it --------------------------------------------- */

/* The best that a caller can hope for. */
static const char *
queue_state(const struct slot *s)
{
	static const char *const words[] = { "free", "busy", "paused",
		"unavailable" };

	for (size_t i = 0; i < nitems(words); i++)
		if (s->members[i] > 0)
			return words[i];
	return "unknown";
}

static void
count_members(struct agents *a)
{
	for (size_t i = 0; i < a->used; i++)
		memset(a->slot[i].members, 0, sizeof(a->slot[i].members));
	for (size_t i = 0; i < a->used; i++) {
		const struct slot *s = &a->slot[i];
		struct slot *q;
		int k;

		if (s->row.kind[0] == '\0' || s->kind != AGENT_MEMBER)
			continue;
		if ((q = agents_find(a, s->queue)) == NULL)
			continue;
		k = strcmp(s->row.state, "free") == 0 ? 0
		    : strcmp(s->row.state, "busy") == 0 ||
			    strcmp(s->row.state, "ringing") == 0
			? 1
		    : strcmp(s->row.state, "paused") == 0 ? 2
							  : 3;
		q->members[k]++;
	}
}

static void
wait_of_queues(struct agents *a, int64_t wall_ms)
{
	for (size_t i = 0; i < a->used; i++)
		if (a->slot[i].row.kind[0] != '\0' &&
		    a->slot[i].kind == AGENT_QUEUE)
			a->slot[i].row.wait_s = 0;
	for (size_t i = 0; i < a->ncallers; i++) {
		struct slot *s = agents_find(a, a->caller[i].queue);
		int64_t ms = MAXIMUM(wall_ms - a->caller[i].since_ms, 0);

		if (s != NULL && s->row.calls > 0)
			s->row.wait_s =
			    MAXIMUM(s->row.wait_s, (uint32_t)(ms / MS_PER_S));
	}
}

void
agents_clock(struct agents *a, const struct now *now)
{
	for (unsigned i = 0; i < CONF_SWITCHES; i++)
		if (!a->sw[i].up && a->sw[i].down_ms != 0 &&
		    now->wall_ms - a->sw[i].down_ms > AGENTS_DOWN_S * MS_PER_S)
			agents_forget(a, i);
	for (size_t i = 0; i < a->used; i++) {
		struct slot *s = &a->slot[i];

		if (s->wrap_until_ms == 0 || s->wrap_until_ms > now->wall_ms)
			continue;
		s->wrap_until_ms = 0;
		agents_show(a, s, now->wall_ms);
	}
	if (a->ncallers > 0)
		a->dirty = true;
	if (!a->dirty)
		return;
	wait_of_queues(a, now->wall_ms);
	count_members(a);
	for (size_t i = 0; i < a->used; i++) {
		struct slot *s = &a->slot[i];
		const char *state;

		if (s->row.kind[0] == '\0' || s->kind != AGENT_QUEUE)
			continue;
		state = queue_state(s);
		if (strcmp(state, s->row.state) == 0)
			continue;
		s->row.since_ms = s->row.state[0] != '\0' ? now->wall_ms : 0;
		str_copy(s->row.state, sizeof(s->row.state), state);
	}
}
