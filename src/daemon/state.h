/* SPDX-License-Identifier: MIT */
/*
 * state: the daemon's parts, shared among the files of src/daemon.  One
 * thread, one loop; nothing here is locked.
 */
#ifndef DAEMON_STATE_H
#define DAEMON_STATE_H

#include <stdbool.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "daemon/cdr.h"
#include "daemon/keys_seed.h"
#include "daemon/spool.h"
#include "db/audit.h"
#include "db/calls.h"
#include "db/db.h"
#include "engine/engine.h"
#include "net/ctl.h"
#include "net/switch.h"
#include "shared/board.h"
#include "shared/conf.h"

struct agents;
struct audit_heads;
struct audit_line;
struct block;
struct cluster_keep;
struct fresh;
struct job;
struct kept;
struct notify;
struct prompts;
struct rows_out;
struct sessions;
struct supervise;
STAILQ_HEAD(audit_lines, audit_line);

struct daemon {
	struct conf conf;
	char conninfo[1200];
	bool private_db;
	struct event_base *base;
	struct event *wake; /* the next moment something is due */
	struct event *sig[4];
	struct engine *engine;
	struct spool *spool;
	struct db *work; /* claims, arms, records */
	struct db *admin; /* what people ask for */
	struct db *reads; /* what they ask that may take long */
	struct sw *sw[CONF_SWITCHES];
	unsigned nsw;
	int64_t bad_ns[CONF_SWITCHES]; /* a flow given up was logged; 0 */
	unsigned bad_hidden[CONF_SWITCHES]; /* since then, not logged */
	struct agents *agents; /* what switches say of queues and endpoints */
	struct rows_writer *agent_rows; /* NULL: there is no such file */
	uint64_t agent_trunks; /* hash of the trunks that are watched */
	int64_t agents_ns;
	struct ctl *ctl;
	struct metrics *metrics; /* NULL: off, or the port is taken */
	struct board *board; /* mapped */
	struct board *next; /* being filled */
	struct rows_out *rows; /* the files beside it */
	struct job *jobs[BOARD_JOBS];
	unsigned njobs, next_job;
	struct sessions *sessions; /* over SSH; NULL: none yet */
	struct supervise *sshd; /* NULL: not wanted */
	struct cluster_keep *pg; /* NULL: the database is not our own */
#define HELPERS_KEPT 2
	struct board_helper helpers[HELPERS_KEPT]; /* as last looked at */
	struct notify *notify; /* NULL: no alert yet */
	struct prompts *prompts; /* sounds on switches; NULL: none asked yet */
	struct audit_lines audits; /* not confirmed by the database yet */
	unsigned naudits;
	bool auditing; /* the first of them is being written */
	struct audit_heads *audit_heads; /* audit.head */
	struct audit_head audit_asked; /* does the table agree with it? */
	bool audit_looking; /* the answer to that is due */
	bool audit_broken; /* it did not: the log says so, once */
	int64_t audit_look_ns; /* not before */
	int64_t audit_again_ns; /* somebody holds the chain until then, or 0 */

	bool stopping, stopped;
	bool loaded; /* the start-up chain has run once */
	bool counted; /* today's counts were taken over */
	bool loading; /* the chain is running */
	bool reload_wanted, reloading;
	unsigned reloads; /* begun so far */
	struct fresh *fresh; /* who waits for one */
	bool replaying; /* the chain waits for the journal */
	unsigned batches; /* record batches in flight */
	uint64_t confirmed; /* the last line that the database has */
	struct kept *kept; /* calls whose contact waits for its line */
	struct block *blocks; /* of caller IDs, for the database */
	bool attach_wanted, attaching; /* lists to their campaigns */
	unsigned admin_ups; /* of the admin link, when they were last */
	bool health_wanted, health_asked; /* of the caller IDs, once */
	unsigned health_failed; /* questions for it */
	struct keys_seed keys_seed;
	unsigned load_id; /* answers of an older chain are ignored */
	unsigned alone_id; /* of the one that asks again */
	int64_t stop_ns; /* stop at the latest */
	int64_t record_ns; /* the next batch of outcomes not before */
	int64_t tick_ns, publish_ns, second_ns, tally_ns, hour_ns, metric_ns,
	    lease_ns, zones_ns;
	struct board_count metric_last;
	struct cdr_state cdr;
};

/* events.c: what the switches say.  Connect to them, once. */
void events_connect(struct daemon *);
/* What they say of agents, to the viewers, once a second. */
void events_agents(struct daemon *, const struct now *);
/* After the last turn; the file stays. */
void events_end(struct daemon *);

/* driver.c: does what the engine says */
void driver_actions(struct daemon *, const struct now *);
/* Originate what is due; *wake_ns: when the next may be. */
void driver_dial(struct daemon *, const struct now *, int64_t *wake_ns);
/* What the database has not taken is lost; after the last turn. */
void driver_end(struct daemon *);

/* record.c: outcomes into the journal and to the database */
/* One line about a call. */
void record_line(struct buf *, const struct engine_record *);
/* Journal what happened; changed ones too when all is true. */
void record_gather(struct daemon *, bool all, const struct now *);
/* Hand journal lines to the database, a few times a second. */
void record_pump(struct daemon *, const struct now *);
/* After the last turn. */
void record_end(struct daemon *);

/* loader.c: what the database knows, at every connect and on demand */
void loader_up(void *arg);
void loader_down(void *arg, const char *why);
void loader_notify(void *arg, const char *channel);
/* Objects and DIDs again, after somebody changed them. */
void loader_reload(struct daemon *);
void loader_tally(struct daemon *);
/* The journal has been replayed: go on with the chain. */
void loader_replayed(struct daemon *);

/* later.c: what nobody waits for; called now and then */
void later_run(struct daemon *);

/* turn.c: the loop */
void turn_run(struct daemon *);
void turn_stop(struct daemon *, const char *why);

#endif
