/* SPDX-License-Identifier: MIT */
/* The plain world that the engine's tests begin with, and looks at its board.
 */
#ifndef ENGINE_PLAIN_H
#define ENGINE_PLAIN_H

#include <stdio.h>

#include "engine_world.h"
#include "tap.h"

#define NY "America/New_York"

/* 30 a second over one trunk, 20 caller IDs without a cap, nobody to call. */
static inline struct world *
plain(void)
{
	struct world *w = judged_world(1);

	world_add_switch(w, 30, 500);
	world_add_trunk(w, 0, 30, 500);
	world_add_country(w, "usa", "nanp", 0);
	world_add_dids(w, 0, 20);
	world_add_campaign(w, 30, 500);
	return w;
}

static inline void
contacts(struct world *w, int n, int fate)
{
	for (; n > 0; n--)
		world_add_contact(w, 0, 0, NY, fate);
}

static inline const struct board_campaign *
camp(struct world *w, int i)
{
	world_publish(w);
	return &w->board->campaigns[i];
}

static inline bool
state_is(struct world *w, int i, const char *state, const char *why)
{
	const struct board_campaign *b = camp(w, i);
	bool good = strcmp(b->state, state) == 0 && strstr(b->why, why) != NULL;

	if (!good)
		printf("# %s: %s: %s\n", b->name, b->state, b->why);
	return good;
}

static inline void
end(struct world *w, const char *what)
{
	ok(w->err[0] == '\0', "%s: no promise broken%s%s", what,
	    w->err[0] ? ": " : "", w->err);
	judged_free(w);
}

static inline uint32_t
uses_sum(const struct world *w)
{
	uint32_t n = 0;

	for (size_t i = 0; i < w->nuse; i++)
		n += w->use[i].uses;
	return n;
}

#endif
