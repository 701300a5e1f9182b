/* SPDX-License-Identifier: MIT */
/*
 * keys_seed: asked when the journal is in the database and before the switches
 * tell anything: what ended before then is in no count of this engine, and
 * what ends later is counted by it, so no call is counted twice.  Asks over
 * the link of people's commands, for nobody waits for it.
 */
#include "daemon/keys_seed.h"

#include "daemon/cmd.h"
#include "daemon/state.h"
#include "db/keys.h"
#include "engine/keys.h"
#include "shared/log.h"

#define TRIES 5

static void
on_row(void *arg, const struct row_key *r, int version)
{
	struct daemon *d = arg;

	engine_key_seed(d->engine, r, version);
}

static void
on_end(void *arg, const char *err)
{
	struct daemon *d = arg;

	if (err == NULL)
		return;
	/* A question that breaks the link is not asked for ever. */
	d->keys_seed.asked = ++d->keys_seed.failed >= TRIES;
	if (d->keys_seed.asked)
		log_error("the keys of today's calls cannot be read: %s; they "
			  "are counted from this start on",
		    err);
}

void
keys_seed_run(struct daemon *d)
{
	struct keys_seed *k = &d->keys_seed;

	if (k->to_ms == 0)
		k->to_ms = now_read().wall_ms;
	if (k->asked || !db_is_up(d->admin))
		return;
	k->asked = true;
	keys_load(d->admin, cmd_day_ms(d), k->to_ms, KEYS_REACT_MS,
	    KEYS_SHORT_MS, on_row, on_end, d);
}
