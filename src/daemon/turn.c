/* SPDX-License-Identifier: MIT */
/*
 * turn: the loop.  Descriptors are served first (their callbacks record);
 * then the phases run in this order, each turn: look after helpers, think,
 * act, dial, record, hand to the database, publish.  now is read once a turn.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cdr.h"
#include "daemon/helpers.h"
#include "daemon/jobs.h"
#include "daemon/notify.h"
#include "daemon/rows_out.h"
#include "daemon/sessions.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/log.h"
#include "shared/tz.h"

#define TICK_NS     ENGINE_TICK_NS
#define PUBLISH_NS  (BOARD_TICK_MS * NS_PER_MS)
#define SECOND_NS   (1 * NS_PER_S)
#define TALLY_NS    (2 * NS_PER_S)
#define METRIC_NS   (10 * NS_PER_S)
#define LEASE_NS    (60 * NS_PER_S) /* as long as a lease lasts */
#define ZONES_NS    (60 * NS_PER_S)
#define HOUR_NS     (3600 * NS_PER_S)
#define METRIC_DAYS 90 /* rows of metric are kept so long */
#define CDR_DAYS    90 /* and the switch's records */
#define STOP_NS     (15 * NS_PER_S) /* a clean stop takes no longer */

static bool
due(int64_t *at, int64_t every, const struct now *now)
{
	if (now->mono_ns < *at)
		return false;
	/* After a stall the beat goes on from now: nothing is caught up. */
	*at = MAXIMUM(*at + every, now->mono_ns + every / 2);
	return true;
}

static void
publish(struct daemon *d, const struct now *now)
{
	engine_publish(d->engine, d->next, now);
	d->next->db_private = d->private_db;
	d->next->db_lag_ms = MAXIMUM(db_lag_ms(d->work), 0);
	jobs_publish(d, d->next);
	helpers_publish(d, d->next);
	sessions_publish(d, d->next);
	/* before the board: who sees its new tick finds the rows of it */
	rows_out_publish(d);
	board_publish(d->board, d->next, now->mono_ns);
}

static void
metric(struct daemon *d, const struct now *now)
{
	const struct board *b = d->next;
	struct board_count *last = &d->metric_last;
	struct load_metric m = { .node = d->conf.node,
		.at_ms = now->wall_ms,
		.current_cps = b->cps_actual_10s,
		.target_cps = b->cps_target,
		.success_rate = b->asr,
		.setup_ms = b->setup_p50,
		.concurrent_calls = (int)b->concurrent,
		.queue_size = (int)b->armed,
		.brake = b->brake };

	if (b->n.attempted < last->attempted) /* a new day */
		memset(last, 0, sizeof(*last));
	m.initiated = (int)(b->n.attempted - last->attempted);
	m.answered = (int)(b->n.answered - last->answered);
	m.failed = (int)(b->n.failed - last->failed);
	m.load = b->cps_max > 0 ? b->cps_target / b->cps_max : 0;
	*last = b->n;
	load_metric(d->admin, &m, NULL, NULL);
}

static void
log_refused(void *arg, const struct db_answer *a)
{
	if (a->status == DB_REFUSED)
		log_error("database refuses %s: %s", (char *)arg, a->err);
}
static char why_leases[] = "to give up expired leases";
static char why_partitions[] = "new partitions of call";
static char why_trim[] = "to delete old rows of metric";
static char why_cdr[] = "to delete old rows of cdr";

static void
hourly(struct daemon *d)
{
	if (!db_is_up(d->admin))
		return;
	load_partitions(d->admin, 7, log_refused, why_partitions);
	/* Calls are never deleted by us, however old. */
	load_metric_trim(d->admin, METRIC_DAYS, log_refused, why_trim);
	cdr_trim(d->admin, CDR_DAYS, log_refused, why_cdr);
}

static void
periodic(struct daemon *d, const struct now *now)
{
	if (due(&d->zones_ns, ZONES_NS, now) && tz_reload_if_changed() > 0)
		log_info("time zone data has changed and was read again");
	if (due(&d->hour_ns, HOUR_NS, now))
		hourly(d);
	audit_turn(d, now);
	if (!d->loaded || !db_is_up(d->admin))
		return;
	if (d->reload_wanted && !d->reloading && !d->loading)
		loader_reload(d);
	if (due(&d->lease_ns, LEASE_NS, now))
		calls_release_all(d->admin, NULL, log_refused, why_leases);
	if (due(&d->tally_ns, TALLY_NS, now))
		loader_tally(d);
	if (due(&d->metric_ns, METRIC_NS, now))
		metric(d, now);
	cdr_turn(d, now);
}

/* Nothing armed is left, and the database has every outcome. */
static bool
stop_done(struct daemon *d, const struct now *now)
{
	if (now->mono_ns >= d->stop_ns) {
		log_warn(
		    "stopping with %llu outcomes only in the journal: they "
		    "are recorded at the next start",
		    (unsigned long long)spool_unconfirmed(d->spool));
		return true;
	}
	return engine_busy(d->engine) == engine_in_flight(d->engine) &&
	       spool_unconfirmed(d->spool) == 0 && db_pending(d->work) == 0 &&
	       db_pending(d->admin) == 0 &&
	       (audit_waiting(d) == 0 || !db_is_up(d->admin));
}

static void
on_wake(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

static void
sleep_until(struct daemon *d, int64_t at, const struct now *now)
{
	int64_t ns = MAXIMUM(at - now->mono_ns, 0);
	/* Rounded up: waking a little early is a wasted turn. */
	struct timeval tv = { ns / NS_PER_S, (ns % NS_PER_S + 999) / 1000 };

	event_add(d->wake, &tv);
	event_base_loop(d->base, EVLOOP_ONCE);
}

void
turn_run(struct daemon *d)
{
	d->wake = event_new(d->base, -1, 0, on_wake, d);
	while (!d->stopped) {
		struct now now = now_read();
		int64_t wake = INT64_MAX;

		helpers_turn(d, &now, &wake);
		if (due(&d->tick_ns, TICK_NS, &now))
			engine_tick(d->engine, &now);
		driver_actions(d, &now);
		now = now_read(); /* the dial instant */
		driver_dial(d, &now, &wake);
		driver_actions(d, &now);
		record_gather(d, due(&d->second_ns, SECOND_NS, &now), &now);
		record_pump(d, &now);
		jobs_reap(d);
		notify_reap(d);
		if (due(&d->publish_ns, PUBLISH_NS, &now)) {
			engine_spool(d->engine, spool_probe(d->spool),
			    spool_unconfirmed(d->spool));
			publish(d, &now);
		}
		events_agents(d, &now);
		periodic(d, &now);
		if (d->stopping && stop_done(d, &now))
			break;
		wake = MINIMUM(wake, d->tick_ns);
		wake = MINIMUM(wake, d->publish_ns);
		now = now_read();
		sleep_until(d, wake, &now);
	}
	event_free(d->wake);
	events_end(d);
	driver_end(d);
	record_end(d);
}

void
turn_stop(struct daemon *d, const char *why)
{
	struct now now = now_read();

	if (d->stopping)
		return;
	log_info("stopping: %s", why);
	d->stopping = true;
	d->stop_ns = now.mono_ns + STOP_NS;
	engine_drain(d->engine);
}
