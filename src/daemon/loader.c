/* SPDX-License-Identifier: MIT */
/*
 * loader: what the database knows comes into the engine.  At every connect
 * one chain, in this order, each step started by the answer of the one before:
 *
 *   earlier connections of this node ended -> leases given up, partitions ->
 *   objects -> caller IDs -> the journal is replayed -> open calls of this
 *   node sorted out -> uses, tallies, counts -> dialling may go on
 *
 * so that what the engine counts with is what the database holds.  Here is how
 * it begins, goes on and ends; its steps are loader_objects.c and
 * loader_calls.c.  What may come later is asked for by later.c.
 */
#include "daemon/loader_state.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/fresh.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/log.h"

#define PARTITION_DAYS 7

struct load *
loader_of(void *arg)
{
	struct load *l = arg;

	assert(l->magic == LOAD_MAGIC);
	return l;
}

void
loader_free(struct load *l)
{
	for (int i = 0; i < K_N; i++)
		json_decref(l->objects[i]);
	l->magic = 0;
	free(l);
}

/* False: this answer ends the chain (link gone, newer chain, refusal). */
bool
loader_goes_on(struct load *l, const struct db_answer *a, const char *what)
{
	if (a->status == DB_REFUSED)
		log_error("database refuses to load %s: %s", what, a->err);
	if (a->status == DB_OK && l->id == l->d->load_id)
		return true;
	if (l->reload) {
		l->d->reloading = false;
		/* Once more when the link is back (turn.c). */
		l->d->reload_wanted |= a->status == DB_AWAY;
		fresh_over(l->d);
	} else if (l->id == l->d->load_id)
		l->d->loading = false;
	loader_free(l);
	return false;
}

int64_t
loader_int(const PGresult *r, int row, int col)
{
	int64_t v = 0;

	if (!PQgetisnull(r, row, col))
		str_int64(PQgetvalue(r, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

static void
on_refusal(void *arg, const struct db_answer *a)
{
	if (a->status == DB_REFUSED)
		log_error("database refuses %s: %s", (char *)arg, a->err);
}
static char why_leases[] = "to give up leases";
static char why_partitions[] = "new partitions of call";

static void on_alone(void *, const struct db_answer *);

static void
again(evutil_socket_t fd, short what, void *arg)
{
	struct daemon *d = arg;

	(void)fd;
	(void)what;
	if (db_is_up(d->work) && d->alone_id == d->load_id)
		calls_alone(d->work, d->conf.node, on_alone, d);
}

static void
on_alone(void *arg, const struct db_answer *a)
{
	static const struct timeval pause = { 1, 0 };
	struct daemon *d = arg;
	int64_t n = 0;

	if (a->status == DB_AWAY)
		return;
	if (a->status == DB_REFUSED) {
		log_error("an earlier connection of node %s does not end: %s; "
			  "no call leaves until it has",
		    d->conf.node, a->err);
		d->alone_id = d->load_id;
		event_base_once(d->base, -1, EV_TIMEOUT, again, d, &pause);
		return;
	}
	if (PQntuples(a->res) == 1)
		n = loader_int(a->res, 0, 0);
	if (n > 0)
		log_info("an earlier connection of node %s was still open and "
			 "has been ended",
		    d->conf.node);
	calls_release_all(d->work, d->conf.node, on_refusal, why_leases);
	load_partitions(d->work, PARTITION_DAYS, on_refusal, why_partitions);
	loader_begin(d, d->work, false);
}

void
loader_up(void *arg)
{
	struct daemon *d = arg;

	d->load_id++;
	d->loading = true;
	d->replaying = false;
	calls_alone(d->work, d->conf.node, on_alone, d);
}

void
loader_down(void *arg, const char *why)
{
	struct daemon *d = arg;
	struct now now = now_read();

	if (d->loaded && !d->stopping)
		log_error(
		    "database is away: %s; no new calls until it is back", why);
	d->loading = false;
	d->replaying = false;
	spool_rewind(d->spool);
	engine_db(d->engine, false, why, &now);
}

void
loader_notify(void *arg, const char *channel)
{
	struct daemon *d = arg;

	if (strcmp(channel, "discador_dnc") == 0)
		engine_dnc_changed(d->engine);
}

void
loader_reload(struct daemon *d)
{
	d->reload_wanted = d->reloading || d->loading || !db_is_up(d->admin);
	if (d->reload_wanted)
		return;
	d->reloading = true;
	fresh_begun(d);
	loader_begin(d, d->admin, true);
}
