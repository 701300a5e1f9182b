/* SPDX-License-Identifier: MIT */
/*
 * board_bounds: counts and texts of a board, one row each.  Repairs silently:
 * whoever fills a board keeps its bounds, this is for the day it does not.
 */
#include "shared/board_bounds.h"

#include <stddef.h>

#include "shared/util.h"

#define MEMBER(f) (((struct board *)NULL)->f)
#define ITEMS(f)  (sizeof(MEMBER(f)) / sizeof(MEMBER(f)[0]))

static const struct {
	uint32_t at, room; /* of the board; items: at most so many */
} counts[] = {
#define COUNT(f, room)                                                         \
	{                                                                      \
		offsetof(struct board, f), room                                \
	}
	COUNT(ncampaigns, BOARD_CAMPAIGNS), COUNT(ncountries, BOARD_COUNTRIES),
	COUNT(nswitches, BOARD_SWITCHES), COUNT(ntrunks, BOARD_TRUNKS),
	COUNT(npools, BOARD_POOLS), COUNT(njobs, BOARD_JOBS),
	COUNT(nalerts, BOARD_ALERTS), COUNT(nlog, BOARD_LOG),
	COUNT(nsessions, BOARD_SESSIONS), COUNT(nhist, BOARD_HISTORY),
	COUNT(nmarks, BOARD_MARKS), COUNT(nhelpers, BOARD_HELPERS),
	COUNT(log_head, BOARD_LOG - 1), COUNT(hist_head, BOARD_HISTORY - 1),
	COUNT(mark_head, BOARD_MARKS - 1)
#undef COUNT
};

static const struct {
	uint32_t last, n, step; /* last bytes: the first, how many, bytes on */
} texts[] = {
#define TEXT(f)                                                                \
	{                                                                      \
		offsetof(struct board, f) + sizeof(MEMBER(f)) - 1, 1, 0        \
	}
#define TEXTS(rows, f)                                                         \
	{                                                                      \
		offsetof(struct board, rows) +                                 \
		    offsetof(__typeof__(MEMBER(rows)[0]), f) +                 \
		    sizeof(MEMBER(rows)[0].f) - 1,                             \
		    ITEMS(rows), sizeof(MEMBER(rows)[0])                       \
	}
	TEXT(version_text), TEXT(node), TEXT(timezone), TEXT(brake),
	TEXT(brake_reason), TEXT(db_why), TEXT(audit_head),
	TEXT(loadtest.state), TEXTS(campaigns, name), TEXTS(campaigns, state),
	TEXTS(campaigns, brake.state), TEXTS(campaigns, brake.reason),
	TEXTS(campaigns, why), TEXTS(campaigns, profile),
	TEXTS(campaigns, context), TEXTS(countries, name),
	TEXTS(countries, cap_group), TEXTS(countries, zone),
	TEXTS(countries, hours), TEXTS(countries, weekdays),
	TEXTS(countries, context), TEXTS(countries, connect_key),
	TEXTS(countries, disconnect_key), TEXTS(countries, repeat_key),
	TEXTS(switches, name), TEXTS(switches, why), TEXTS(trunks, name),
	TEXTS(trunks, switch_name), TEXTS(trunks, brake.state),
	TEXTS(trunks, brake.reason), TEXTS(trunks, why), TEXTS(pools, name),
	TEXTS(jobs, what), TEXTS(jobs, user), TEXTS(jobs, result),
	TEXTS(jobs, campaign), TEXT(loadtest.state), TEXTS(alerts, acked_by),
	TEXTS(alerts, rule), TEXTS(alerts, object), TEXTS(alerts, severity),
	TEXTS(alerts, message), TEXTS(log, text), TEXTS(sessions, user),
	TEXTS(sessions, role), TEXTS(sessions, from), TEXTS(sessions, what),
	TEXTS(marks, kind), TEXTS(marks, who), TEXTS(marks, text),
	TEXTS(helpers, name), TEXTS(helpers, state), TEXTS(helpers, why),
	TEXTS(messages, from), TEXTS(messages, text)
#undef TEXT
#undef TEXTS
};

static void
end_text(char *last)
{
	if (*last != '\0') /* rarely: a store less */
		*last = '\0';
}

void
board_bounds(struct board *b)
{
	char *base = (char *)b;

	for (size_t i = 0; i < nitems(counts); i++) {
		uint32_t *n = (uint32_t *)(void *)(base + counts[i].at);

		*n = MINIMUM(*n, counts[i].room);
	}
	for (size_t i = 0; i < nitems(texts); i++)
		for (uint32_t k = 0; k < texts[i].n; k++)
			end_text(
			    base + texts[i].last + (size_t)k * texts[i].step);
	for (size_t i = 0; i < BOARD_CAMPAIGNS; i++) {
		struct board_campaign *c = &b->campaigns[i];

		c->ngates = MINIMUM(c->ngates, BOARD_GATES);
		for (size_t k = 0; k < BOARD_GATES; k++) {
			struct board_gate *g = &c->gates[k];

			end_text(&g->name[sizeof(g->name) - 1]);
		}
	}
}
