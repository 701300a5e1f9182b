/* SPDX-License-Identifier: MIT */
/*
 * guard: a small table of addresses; one that nobody is connected from makes
 * room for a new one, the longest quiet first, and those who have been in last.
 */
#include "sshd/guard.h"

#include <stdlib.h>
#include <string.h>

#include "shared/util.h"

#define ADDRESSES 1024

const char GUARD_FULL[] = "too many connections that have not logged in";

struct place {
	char addr[64];
	int open, failures, bans;
	bool news, known; /* known: somebody logged in from there */
	int64_t last_ns, until_ns;
};

struct guard {
	int open;
	size_t n;
	struct place v[ADDRESSES];
};

struct guard *
guard_new(void)
{
	return xcalloc(1, sizeof(struct guard));
}

void
guard_free(struct guard *g)
{
	free(g);
}

static struct place *
find(struct guard *g, const char *addr)
{
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->v[i].addr, addr) == 0)
			return &g->v[i];
	return NULL;
}

/* A flood of strangers is not to wash out who has been in. */
static bool
is_lesser(const struct place *a, const struct place *b)
{
	if (a->known != b->known)
		return b->known;
	return a->last_ns < b->last_ns;
}

/* NULL: everybody in the table is connected. */
static struct place *
find_or_make(struct guard *g, const char *addr)
{
	struct place *p = find(g, addr);

	if (p != NULL)
		return p;
	if (g->n < ADDRESSES) {
		p = &g->v[g->n++];
	} else {
		for (size_t i = 0; i < g->n; i++)
			if (g->v[i].open == 0 &&
			    (p == NULL || is_lesser(&g->v[i], p)))
				p = &g->v[i];
		if (p == NULL)
			return NULL;
	}
	memset(p, 0, sizeof(*p));
	str_copy(p->addr, sizeof(p->addr), addr);
	return p;
}

bool
guard_open(struct guard *g, const char *addr, int64_t mono_ns, const char **why)
{
	struct place *p = find_or_make(g, addr);

	if (p != NULL && mono_ns < p->until_ns)
		*why = "its address failed too often";
	else if (p != NULL && p->open >= GUARD_ADDRESS)
		*why = "too many connections of its address that have not "
		       "logged in";
	else if (p == NULL ||
		 g->open >= (p->known ? 2 * GUARD_TOTAL : GUARD_TOTAL))
		*why = GUARD_FULL;
	else {
		p->open++;
		g->open++;
		return true;
	}
	return false;
}

int
guard_count(const struct guard *g, const char *addr)
{
	const struct place *p = find((struct guard *)(uintptr_t)g, addr);

	return p != NULL ? p->open : 0;
}

bool
guard_knows(const struct guard *g, const char *addr)
{
	const struct place *p = find((struct guard *)(uintptr_t)g, addr);

	return p != NULL && p->known;
}

void
guard_close(struct guard *g, const char *addr, bool failed, int64_t mono_ns)
{
	struct place *p = find(g, addr);
	int64_t s = GUARD_BAN_S;

	if (p == NULL || p->open == 0)
		return;
	p->open--;
	g->open--;
	if (mono_ns - p->last_ns > GUARD_FORGET_S * NS_PER_S &&
	    mono_ns - p->until_ns > GUARD_FORGET_S * NS_PER_S)
		p->failures = p->bans = 0;
	p->last_ns = mono_ns;
	if (!failed || ++p->failures < GUARD_FAILURES)
		return;
	for (int i = 0; i < p->bans && s < GUARD_BAN_MOST_S; i++)
		s *= 2;
	p->until_ns = mono_ns + MINIMUM(s, GUARD_BAN_MOST_S) * NS_PER_S;
	p->bans++;
	p->failures = 0;
	p->news = true;
}

void
guard_in(struct guard *g, const char *addr)
{
	struct place *p = find(g, addr);

	if (p == NULL)
		return;
	p->failures = p->bans = 0;
	p->known = true;
}

bool
guard_banned(struct guard *g, const char *addr, int *s)
{
	struct place *p = find(g, addr);

	if (p == NULL || !p->news)
		return false;
	p->news = false;
	*s = (int)((p->until_ns - p->last_ns) / NS_PER_S);
	return true;
}
