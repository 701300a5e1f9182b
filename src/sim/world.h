/* SPDX-License-Identifier: MIT */
/*
 * world: everything around the engine, simulated: both clocks, a database in
 * memory with the meaning of the SQL functions (world_db.c), a journal,
 * switches with carriers behind them (world_switch.c), and the driver's part
 * between them (world.c).  One seed decides all of it.  Whoever sets a world up
 * makes it fail by probabilities, or by calling what goes wrong.
 *
 * The members stand open, because tests look at everything and change what
 * they like; what only world*.c may touch is marked.  It judges nothing: that
 * is for the watcher.
 */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "shared/board.h"
#include "shared/flow.h"
#include "shared/tz.h"
#include "sim/fate.h"
#include "sim/world_queue.h"

#define WORLD_MAX   64 /* campaigns, countries, trunks, switches */
#define WORLD_STEPS 14 /* of one call's life */
#define WORLD_NODE  "n1"
#define WORLD_NONE  UINT32_MAX

enum world_state {
	WORLD_PENDING,
	WORLD_CLAIMED,
	WORLD_DIALING,
	WORLD_DONE,
	WORLD_EXHAUSTED,
	WORLD_DNC
};
/* The contact is not called again. */
bool world_finished(enum world_state);

struct world_number { /* several contacts may have it */
	char e164[MODEL_E164];
	uint32_t hash_next; /* world_db.c's own */
	uint32_t first; /* contact with it */
	uint32_t recent; /* its calls of the last 24 h; only under a cap */
	bool dnc, dnc_told; /* on the list; the engine has heard of it */
};
struct world_contact { /* id: index + 1 */
	int64_t due_ms, lease_ms;
	uint32_t number; /* index; see world_e164() */
	uint32_t same; /* next contact of that number */
	uint32_t stamp; /* of its place in a queue */
	uint32_t sent; /* bit per attempt that left: the watcher's */
	int32_t priority;
	int16_t campaign, country, pair; /* indices */
	int16_t alive; /* calls of it that live at a carrier */
	int16_t fate; /* of its calls; -1: drawn */
	uint8_t state;
	uint8_t attempts, uncounted; /* all; those that do not count */
};
struct world_pair { /* contacts of one campaign, country and zone set */
	int campaign, country;
	char zone[MODEL_ZONE];
	uint64_t hash;
	const struct tz *tz; /* the first of them; NULL unknown */
	int64_t total, finished;
	struct world_queue later, now; /* world_db.c's own */
};

/* What becomes of a call at the far end. */
enum world_fate {
	FAR_BUSY,
	FAR_NO_ANSWER,
	FAR_CONGESTION,
	FAR_INVALID,
	FAR_NO_KEY,
	FAR_CONNECTED,
	FAR_OPT_OUT,
	FAR_MACHINE,
	FAR_ABANDONED,
	FAR_INSTANT, /* no carrier was reached: no word but "failed" */
	FAR_REFUSED, /* by the switch */
	FAR_TRUNK, /* 500 and 38: the carrier is broken */
	FAR_REJECTED, /* 603 */
	FAR_ROUTE, /* 3: no route there */
	FAR_N
};
struct world_step {
	int32_t ms; /* after the step before */
	uint8_t type; /* enum engine_event_type */
	int8_t cause;
	char key;
	uint8_t word; /* world_switch.c: words[] */
	uint16_t sip, retry_after_s;
};

struct world_call {
	struct uuid id;
	char text[UUID_LEN + 1];
	struct world_call *hash_next, *wait_next;
	uint32_t contact, serial; /* serial: position in world.call */
	int attempt;
	int64_t did;
	char date[11];
	/* its row in the database, and the journal */
	bool row, deleted, sent_line;
	uint8_t rank; /* 0 armed, 1 on its way, 20 lost, 21 ended */
	uint8_t disp, truth; /* enum disposition */
	int64_t armed_ms, sent_ms, answered_ms, connected_ms;
	char amd[12];
	int ends;
	bool uncounted;
	bool tracked; /* by the engine that runs now */
	bool counted; /* its end, by the engine that runs now */
	struct outcome o; /* as the engine recorded it */
	int64_t talk_ms;
	/* at the far end */
	bool dialled, alive, up, rang, waiting, agent;
	bool carried; /* it takes one of its carrier's channels */
	bool cut; /* its link was cut while it lived */
	int16_t sw, trunk; /* -1: not yet */
	uint8_t nstep;
	uint16_t queued; /* events that point at it */
	struct world_step step[WORLD_STEPS];
};

/* How people of a country behave; thousandths where nothing else is said. */
struct world_far {
	struct fate_mix mix;
	float hour[24]; /* answers at that local hour, 1: as in the mix */
	int press, optout; /* of the humans */
	int pdd_ms[2], ring_ms[2], talk_ms[2]; /* from, to */
};
/* The carrier behind a trunk. */
struct world_peer {
	int channels; /* calls at once that it takes; 0: all */
	int cps; /* calls per second that it takes; 0: all */
	int retry_after_s; /* said with a 503; 0: not */
	bool dead; /* as the fate says, for all calls */
	enum world_fate dead_as;
	int alive, second_n;
	int64_t second;
};
struct world_outage {
	int trunk; /* -1: every one */
	int64_t from_ms, to_ms; /* wall */
	enum world_fate as;
};

struct world_use { /* one row of did_usage */
	int64_t did;
	char group[32], date[11];
	uint32_t uses, next;
	uint32_t sent; /* calls that left on that date: the watcher's */
};
struct world_did { /* id: index + 1 */
	char number[MODEL_E164];
	char area[8];
	int16_t country;
	int weight;
	int64_t blocked; /* until, ms; 0: not */
	uint32_t use; /* first of its rows */
};

struct world;
/* Who looks on.  Any of them may be NULL. */
struct world_watch {
	/* Before it is written to the switch; trunk and switch are known. */
	void (*leaves)(
	    struct world *, const struct call *, struct world_call *);
	/* After the write, at w->now. */
	void (*written)(struct world *, struct world_call *);
	/* The journal takes a line. */
	void (*recorded)(
	    struct world *, struct world_call *, const struct engine_record *);
	void (*published)(struct world *);
	void (*started)(struct world *); /* a fresh engine */
	void (*blocked)(struct world *, int64_t did);
	void (*note)(struct world *, int level, const char *);
};

struct world_ask; /* one request to the database */
struct world_line; /* one of the journal */
struct world_event; /* what will happen */
struct world_recent;

struct world {
	struct rng r;
	struct now now;
	struct engine *e;
	struct board *board;
	const struct world_watch *watch;
	void *arg; /* the watcher's */
	char err[240]; /* the first broken promise */
	uint64_t steps, sends;

	/* what is configured */
	struct engine_switch sw[WORLD_MAX];
	struct m_trunk trunk[WORLD_MAX];
	struct m_country country[WORLD_MAX];
	struct m_context context[WORLD_MAX];
	struct m_amd_profile amd[WORLD_MAX];
	struct m_profile profile[WORLD_MAX];
	struct m_campaign camp[WORLD_MAX];
	int nsw, ntrunk, ncountry, ncontext, namd, nprofile, ncamp;
	char timezone[64];
	struct world_did *did;
	uint32_t ndid;

	/* the database */
	struct world_contact *contact;
	struct world_number *number;
	struct world_pair *pair;
	uint32_t ncontact, nnumber, *number_slot, nslot;
	int npair;
	struct world_use *use;
	uint32_t nuse;
	struct world_recent *recent;
	uint32_t nrecent, recent_free;
	bool number_caps; /* some country has one */
	struct world_queue leases;
	struct world_call **call, **call_slot, *call_free;
	size_t ncall, ncall_slot, nlive; /* call: only while keep is true */
	bool keep; /* ended calls too, for whoever looks back */
	bool rows; /* the engine tells of calls: engine_call_next() */
	bool db_up, loaded, running;
	uint64_t db_gen;
	int64_t db_exec_ns, db_answer_ns;
	int db_ms; /* slowest answer */
	double db_refuses; /* an error instead of an answer */
	struct world_line *line; /* the journal; [done, nline) to be applied */
	size_t nline, done;

	/* the switches and what lies behind them */
	bool link[WORLD_MAX], told_down[WORLD_MAX];
	uint64_t link_gen[WORLD_MAX];
	int live_serial[WORLD_MAX]; /* a second question voids the first */
	double drop, dup, late; /* of an event */
	int lag_ms; /* of every event and answer to a ping */
	bool direct; /* no event is ever lost or late: faster */
	int busy_ms; /* until a channel appears */
	struct world_peer peer[WORLD_MAX]; /* of each trunk */
	/* Of each context since world_objects(); NULL: it makes no sense. */
	struct flow *flow[WORLD_MAX];
	struct world_far *far; /* of each country; NULL: even odds of all */
	struct world_outage *outage;
	size_t noutage;
	int agents, agents_busy; /* 0: as many as are wanted */
	int patience_ms;
	struct world_call *wait_first, *wait_last;

	/* the driver */
	int64_t tick_ns, second_ns, tally_ns, publish_ns, lease_ns, ping_ns,
	    wake_ns;
	int64_t tally_every_ns, publish_every_ns;
	unsigned idle; /* ticks with nothing under way */
	bool spool_ok, draining;

	/* what will happen */
	struct world_queue queue;
	struct world_event *event;
	uint32_t nevent, event_free;
	uint64_t seq;
	uint64_t lost, resyncs, actions[16]; /* for curious tests */
};

/* ---- setting up (world_make.c, world_objects.c) ------------------------ */

/* Clocks at 2026-11-20 12:00 New York, a Friday; nothing configured. */
struct world *world_new(uint64_t seed);
void world_free(struct world *);
void world_add_switch(struct world *, double cps, int channels);
/* A trunk on that switch; a country callable at any hour and its context; a
 * campaign over all trunks so far, one attempt, with a profile of its own. */
struct m_trunk *world_add_trunk(
    struct world *, int sw, double cps, int channels);
struct m_country *world_add_country(
    struct world *, const char *name, const char *group, int cap);
struct m_campaign *world_add_campaign(
    struct world *, double cps, int concurrent);
/* area: "" makes it from the number. */
void world_add_did(
    struct world *, int country, const char *number, const char *area);
void world_add_dids(struct world *, int country, int n);
/* Of a number that nobody has.  fate: enum world_fate or -1. */
struct world_contact *world_add_contact(
    struct world *, int campaign, int country, const char *zone, int fate);
struct world_contact *world_add_number(struct world *, int campaign,
    int country, const char *zone, const char *number);
/* Before the start: it is the other one's number, or lies elsewhere. */
void world_same_number(struct world *, uint32_t contact, uint32_t other);
void world_set_zone(struct world *, uint32_t contact, const char *zone);

/* ---- looking at it ---------------------------------------------------- */

const char *world_e164(const struct world *, const struct world_contact *);
const char *world_zone(const struct world *, const struct world_contact *);
const char *world_group(const struct world *, int country);
/* -1 if there is none. */
int world_campaign(const struct world *, int64_t id);
int world_country(const struct world *, const char *name);
struct world_call *world_find(const struct world *, const struct uuid *);
bool world_dnc(const struct world *, const char *number);
/* The day of a country's cap group at t. */
void world_date(const struct world *, int country, int64_t t_ms, char date[11]);
/* The row, made on first use. */
struct world_use *world_use(
    struct world *, int64_t did, const char *group, const char *date);
/* The row there is, or NULL. */
struct world_use *world_used(
    const struct world *, int64_t did, const char *group, const char *date);
/* When the next contact of a campaign (-1: any) is due; 0: none waits. */
int64_t world_next_due(struct world *, int campaign);
void world_fail(struct world *, const char *, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- time (world.c) --------------------------------------------------- */

/* An engine comes up on what the database has. */
void world_start(struct world *);
/* kill -9: what only the process knew is gone. */
void world_crash(struct world *);
/* One turn of the daemon, ns after the one before. */
void world_turn(struct world *, int64_t ns);
/* A turn when the engine next wants one, at most ns from now. */
void world_next(struct world *, int64_t ns);
/* Turns of 5 ms until then, or until a promise is broken. */
void world_run(struct world *, int64_t ms);
void world_publish(struct world *);

/* ---- what goes wrong, and right again --------------------------------- */

void world_db_down(struct world *);
void world_db_back(struct world *);
void world_db_back_at(struct world *, int64_t ns);
/* What travels is lost; told: the engine hears of it at once. */
void world_cut(struct world *, int sw, bool told);
void world_link(struct world *, int sw);
void world_link_at(struct world *, int sw, int64_t ns);
/* core restart now: every call is gone, nobody says so. */
void world_switch_restart(struct world *, int sw);
/* The number goes on the list; told: the engine has heard of it. */
void world_dnc_add(struct world *, const char *number, bool told);
/* Then the engine hears that the list has grown. */
void world_dnc_note_at(struct world *, int64_t ns);
/* The engine hears of a step of that call, so late. */
void world_tell(
    struct world *, struct world_call *, const struct world_step *, int lag_ms);
void world_start_at(struct world *, int64_t ns);
/* The files were applied again. */
void world_objects(struct world *);
/* The flow of that context (index); NULL and why.  flow_free() it. */
struct flow *world_flow(struct world *, int context, struct buf *err);

#endif
