/* SPDX-License-Identifier: MIT */
/*
 * later: what nobody waits for, over the connection that people's commands
 * use, in small steps: the contacts of lists come to their campaigns, also
 * where the database was lost half-way; what the last days say of each caller
 * ID, and today's calls of keys, comes into the engine, once per start.
 */
#include <stdlib.h>

#include "daemon/keys_seed.h"
#include "daemon/state.h"
#include "db/health.h"
#include "db/load.h"
#include "shared/log.h"

#define HEALTH_MS    (3 * 86400 * MS_PER_S) /* what is learnt of at start */
#define HEALTH_TRIES 5

/* Over all campaigns that call lists, one after the other. */
struct attach {
	struct daemon *d;
	size_t i;
};

static void attach_next(struct attach *);

static void
on_attached(void *arg, const struct db_answer *a)
{
	struct attach *t = arg;

	if (a->status == DB_AWAY) {
		t->d->attaching = false;
		t->d->attach_wanted = true;
		free(t);
		return;
	}
	if (a->status == DB_REFUSED)
		log_error("database refuses to give a campaign the contacts "
			  "of its lists: %s",
		    a->err);
	t->i++;
	attach_next(t);
}

static void
attach_next(struct attach *t)
{
	int64_t id = engine_campaign_of_lists(t->d->engine, t->i);

	if (id == 0 || t->d->stopping) {
		t->d->attaching = false;
		free(t);
		return;
	}
	load_attach_lists(t->d->admin, id, on_attached, t);
}

static void
on_health(void *arg, bool good, const struct health_did *v, size_t n)
{
	struct daemon *d = arg;

	if (!good) {
		/* A question that breaks the link is not asked for ever. */
		d->health_asked = false;
		d->health_wanted = ++d->health_failed < HEALTH_TRIES;
		return;
	}
	for (size_t i = 0; i < n; i++)
		engine_did_health(d->engine, v[i].id, v[i].calls, v[i].answered,
		    v[i].rejected);
}

void
later_run(struct daemon *d)
{
	if (!d->loaded || d->stopping)
		return;
	/* What was under way on this link when it broke, whoever began it. */
	if (d->admin_ups != db_ups(d->admin))
		d->attach_wanted = true;
	d->admin_ups = db_ups(d->admin);
	if (d->attach_wanted && !d->attaching) {
		struct attach *t = xcalloc(1, sizeof(*t));

		d->attach_wanted = false;
		d->attaching = true;
		t->d = d;
		attach_next(t);
	}
	keys_seed_run(d);
	if (d->health_wanted && !d->health_asked) {
		int64_t now = now_read().wall_ms;

		d->health_wanted = false;
		d->health_asked = true;
		health_load(d->admin, now - HEALTH_MS, now, on_health, d);
	}
}
