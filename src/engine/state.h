/* SPDX-License-Identifier: MIT */
/*
 * state: what the files of the engine share among themselves: campaigns,
 * countries, trunks, switches and the engine itself.  Nobody outside
 * src/engine includes it; engine.h is the door.
 *
 * Objects are never freed while the engine lives: calls point at them.  One
 * that has left the configuration is marked gone.
 */
#ifndef ENGINE_STATE_H
#define ENGINE_STATE_H

#include "engine/aimd.h"
#include "engine/alert.h"
#include "engine/brake.h"
#include "engine/did.h"
#include "engine/engine.h"
#include "engine/keys.h"
#include "engine/pacer.h"
#include "engine/ramp.h"
#include "engine/stats.h"
#include "shared/number.h"

#define READY_S        3.0 /* seconds of contacts kept claimed */
#define READY_MIN      20
#define LEASE_USE_NS   (40 * NS_PER_S) /* of a lease of 60 s */
#define CLAIM_PAUSE_NS (1 * NS_PER_S) /* after a claim that found too few */
#define ARM_BATCH      200
#define CLAIM_MAX      5000
#define DUE_ASK_NS     (10 * NS_PER_S)
#define REST_LOOK_NS   (15 * NS_PER_S) /* all contacts rest: look again */
#define LOST_KEEP_NS   (600 * NS_PER_S) /* a late truth is still believed */
#define UNCOUNTED_MAX  20 /* attempts of one contact that do not count */
#define UNCOUNTED_FULL 5 /* so many if trunks were full */
#define FULL_RUN       4 /* calls in a row without room: it is gone */
#define AWAY_KEEP_NS   (300 * NS_PER_S) /* an answered call of a lost switch */
#define ROUTES_MAX     256 /* prefixes of one trunk that are off */
#define LAG_WINDOWS    10 /* minutes in which clocks are compared */
#define MARKS_KEPT     32
#define DNC_SLOTS      2048 /* power of two; a generation fills half */

struct group { /* countries that share a cap on each DID */
	char name[32];
	struct did_pool *pool;
	const struct tz *tz;
	int reset_min;
	char date[11]; /* today in its zone */
	uint32_t cap; /* uses of a DID per day, the most of its countries */
};

struct country {
	struct m_country conf;
	bool gone;
	struct law law;
	enum did_rotation rotation;
	enum did_near near;
	struct stats_scope *scope;
	struct group *group;
	struct context *context; /* its default; NULL: there is none */
	struct board_count n;
	uint64_t disp[DISP_NKIND]; /* ended today */
	uint32_t concurrent;
	/* its window by its own clock, for whom nobody calls (publish.c) */
	struct zoneset own;
	int64_t opens_ms, closes_ms, looked_ms;
};

struct switch_rt {
	struct engine_switch conf;
	bool up, ready; /* ready: resynced since it came up */
	struct pacer pacer;
	uint32_t concurrent;
	double rtt_ms, unanswered_s;
	/* events: least difference of the clocks per minute; worst lag per s */
	double lag_least[LAG_WINDOWS], lag_worst;
	int64_t lag_minute, lag_second_ns; /* lag_minute -1: no event yet */
	double lag_ms; /* -1: not known */
	double late_ms; /* the worst of the three */
	double allowed; /* of its max_cps, by how late it is */
	bool stopped; /* later than LATE_STOP_MS */
	bool feeling; /* its lag was too much, and is not known now */
	int64_t boot;
	int64_t resync_at_ns; /* 0: none wanted */
	int64_t resync_ns; /* when the running one was asked; 0: none */
	int64_t resync_gap_ns; /* patience with it, doubles */
	char why[96];
};

/* A prefix that a trunk cannot reach. */
struct route {
	char prefix[6]; /* "+1212" */
	unsigned faults; /* in a row */
	int64_t off_ns; /* not before; 0: still on */
	int64_t pause_ns; /* the last one; doubles */
};

struct trunk {
	struct m_trunk conf;
	unsigned index; /* bit of call.tried */
	struct aimd aimd;
	struct brake brake;
	unsigned probes; /* its probe calls in flight */
	unsigned full_run; /* calls in a row that found no room */
	uint64_t full_round; /* dial round in which it had no room */
	struct route *routes;
	unsigned nroutes;
	struct stats_scope *scope;
	uint32_t failed_over, rejected; /* today */
	bool gone;
	int sw; /* index of its switch; -1: no such switch */
	struct pacer pacer;
	uint32_t concurrent;
	uint32_t faults; /* refusals without a sign of the far end, in a row */
	int64_t resting_ns; /* not before this; 0: usable */
	bool unreachable; /* the switch says so */
	double share; /* virtual time of the weighted choice */
	struct board_count n;
};

struct contact {
	int64_t id;
	char number[MODEL_E164];
	char area[8], state[4];
	struct country *country;
	const struct zoneset *zones;
	int attempts, uncounted;
	uint64_t tried; /* trunks that failed it just now */
	int again; /* tries to arm it after a failover */
	int64_t since_ns;
	STAILQ_ENTRY(contact) link;
};

enum gate { /* in order: the first closed one is named */
	GATE_OPEN,
	GATE_CONSENT,
	GATE_CONTEXT,
	GATE_ZONE,
	GATE_WINDOW,
	GATE_NO_DID,
	GATE_CAPPED,
	GATE_DUE,
	GATE_DONE,
};
struct pair { /* what is left in one country and zone set */
	struct country *country; /* NULL: not configured */
	char country_name[32];
	const struct zoneset *zones;
	int64_t total, finished;
	enum gate gate;
	int64_t opens_ms; /* GATE_WINDOW; -1: unknown */
	int64_t looked_ms; /* when opens_ms was worked out */
	int64_t closes_ms, closes_looked_ms; /* the same of its end */
};

struct campaign {
	struct m_campaign conf;
	struct m_profile profile;
	bool gone, has_profile;
	enum { RUNNING, PAUSED, STOPPED } want;
	struct hours hours;
	struct trunk *trunks[MODEL_LIST];
	int ntrunks;
	struct context *context; /* overrides the countries'; or NULL */
	struct ramp ramp;
	struct pacer pacer;
	double cps, fair, vt; /* limit; share of the total; virtual time */
	struct pair *pairs;
	size_t npairs, tallied; /* tallied: where the next row is expected */
	STAILQ_HEAD(, contact) ready;
	STAILQ_HEAD(, contact) failover; /* ready once they are recorded */
	struct brake brake;
	unsigned probes;
	struct stats_scope *scope;
	int64_t gates_ns; /* when the gates are looked at next */
	int64_t left_ns; /* its last call left */
	int64_t stuck_ns; /* since when no trunk is usable; 0 */
	int64_t sent_ns; /* its last call left, or it became able to */
	uint32_t nready, narmed, narming, concurrent;
	struct call_list armed;
	int claims, claim_asked; /* in flight; contacts asked for */
	int64_t claim_ns; /* not before */
	bool dry; /* the last claim found less than asked */
	bool active; /* has something to dial now */
	int64_t next_due_ms;
	int64_t due_asked_ns;
	uint64_t skip; /* dial round in which it cannot */
	struct board_count n;
	uint64_t disp[DISP_NKIND]; /* ended today */
	uint64_t sent_second, sent_last; /* calls in this and the last second */
	bool finished;
	struct engine_why gates; /* as of this second */
	char why[160];
	int64_t opens_ms;
	double done_rate; /* contacts finished per second, smoothed */
	int64_t done_seen, done_ns;
};

struct engine {
	struct engine_config cfg;
	struct rng rng;
	struct now now;
	int64_t started_ms, started_ns, second, day_ms;
	const struct tz *tz;
	bool db_up, spool_ok, draining;
	char db_why[128];
	uint64_t spooled;
	double manual, target, vt, max, route_vt;
	struct brake brake;
	struct pacer pacer;
	double worst; /* in the running second */
	double worst_ring[60];
	struct stats stats;
	struct engine_helper helpers[ENGINE_HELPERS];
	size_t nhelpers;
	struct alerts *alerts;
	struct keys *keys;
	uint64_t blocked_auto; /* DIDs that the test took off today */

	struct switch_rt *switches;
	unsigned nswitches;
	struct trunk **trunks;
	size_t ntrunks;
	struct country **countries;
	size_t ncountries;
	struct group **groups;
	size_t ngroups;
	struct campaign **campaigns, *tallied;
	size_t ncampaigns;
	struct zoneset **zones;
	size_t nzones;
	struct did_book *dids;

	struct call_table calls;
	struct call_list all; /* in order of arming; ended ones too */
	struct call_list changed, urgent;
	size_t nflight, narmed;
	struct call_list arming; /* asked, not answered */

	/* opted out or found lately: two generations of a small hash set */
	char dnc[2][DNC_SLOTS][MODEL_E164];
	unsigned dnc_n, dnc_gen;
	bool dnc_dirty; /* changed since it was asked about */
	unsigned dnc_tests; /* asked, not answered: nothing leaves */
	uint64_t round;

	struct action *queue; /* ring */
	size_t qhead, qlen, qcap;
	uint64_t late_events;
	struct publish_calls *rows; /* NULL: nobody takes them */
	struct board_mark marks[MARKS_KEPT]; /* ring; not told yet */
	unsigned marks_head, nmarks;
};

/* engine.c, objects.c */
struct action *engine_push(struct engine *, enum action_type);
void engine_note(struct engine *, int level, const char *, ...)
    __attribute__((format(printf, 3, 4)));
struct campaign *engine_campaign(struct engine *, int64_t id);
struct country *engine_country(struct engine *, const char *name);
const struct zoneset *engine_zones(struct engine *, const char *text);
struct trunk *engine_trunk(struct engine *, const char *name);
/* NULL: there is none; one without a flow cannot be called with. */
const struct context *engine_context(
    const struct campaign *, const struct country *);
void engine_mark(struct engine *, struct call *, int how);
void engine_free_call(struct engine *, struct call *);
bool engine_is_dnc(struct engine *, const char *number);
void engine_add_dnc(struct engine *, const char *number);

/* plan.c: what may be called, and why not */
void plan_campaign(struct engine *, struct campaign *);
/* Is all there that a call of c to that country needs, and is it consented? */
bool plan_permits(const struct campaign *, const struct country *);
void plan_days(struct engine *);
/* Which gates are closed for whom; also of a campaign that does not run. */
void plan_gates(struct engine *, struct campaign *);

/* back.c: contacts and calls that are not dialled now */
struct action *back_last(struct engine *, enum action_type, size_t max);
void back_release(struct engine *, struct contact *);
/* Not before due_ms. */
void back_defer(struct engine *, struct contact *, int64_t due_ms);
void back_call(struct engine *, struct call *);
void back_drop_ready(struct engine *, struct campaign *);
void back_armed(struct engine *, struct campaign *);
/* The use of a caller ID was none; the DID if it is one of today. */
struct did *back_unuse(struct engine *, const struct call *);
/* The contact of a call stays here, for the next trunk at once. */
void back_keep(struct engine *, const struct call *);

/* why.c */
/* The first closed gate of the campaign, in words; "" when it is dialling. */
void why_campaign(struct engine *, struct campaign *);

/* route.c: over which trunk */
struct trunk *route_pick(
    struct engine *, struct campaign *, const struct call *, int64_t *wake_ns);
void route_fault(struct engine *, struct trunk *);
void route_ok(struct trunk *);
bool route_usable(const struct engine *, const struct trunk *);
/* Why not, in a few words; "" if it is. */
void route_why(const struct engine *, const struct trunk *, char *, size_t);
/* The trunk cannot reach numbers like this one; and it can. */
void route_off(struct engine *, struct trunk *, const char *number);
void route_on(struct trunk *, const char *number);
/* When the first of the campaign's trunks may reach it, mono; 0: now. */
int64_t route_opens(
    const struct engine *, const struct campaign *, const char *number);
/* Is there another trunk for the call that has failed on its own? */
bool route_other(const struct engine *, const struct call *);
/* May any trunk carry it, once it has room? */
bool route_any(const struct engine *, const struct call *);
/* Had none of the campaign's trunks room in this round of dialling? */
bool route_full(const struct engine *, const struct campaign *);
/* What the campaign's usable trunks carry together, calls per second. */
double route_room(const struct engine *, const struct campaign *);
unsigned route_noff(const struct engine *, const struct trunk *);

/* late.c: is a switch keeping up? */
#define LATE_SLOW_MS 1000
#define LATE_STOP_MS 5000
void late_tick(struct engine *);
/* 0..1 of what is bearable, the worst of the campaign's switches. */
double late_load(const struct engine *, const struct campaign *);

/* judge.c: what the end of a call says of trunk, caller ID and campaign */
void judge_end(struct engine *, struct call *);
void judge_carried(struct engine *, struct call *);
void judge_brakes(struct engine *); /* pauses that are over */
/* What becomes of the contact. */
void judge_next(struct engine *, struct call *, struct engine_record *);

/* count.c: counters and scopes */
void count_attempt(struct engine *, struct call *);
size_t count_of(struct engine *, struct call *, struct board_count *v[4]);
void count_end(struct engine *, struct call *, bool good);
void count_disposition(struct board_count *, const struct call *);
/* Its disposition is another one than was counted. */
void count_moved(struct call *, enum disposition from);
void count_rate(struct engine *, struct call *, bool good);
void count_leave(struct engine *, struct call *);
void count_unprobe(struct call *);
void count_setup(struct engine *, struct call *);

/* publish_rows.c: what viewers are shown of each call */
#define PUBLISH_HIDDEN UINT32_MAX
struct publish_calls *publish_calls_new(void);
void publish_calls_free(struct publish_calls *);
void publish_take(struct engine *, struct call *); /* it is armed */
/* Something of it has changed; it has come into its state; it is freed. */
void publish_touch(struct engine *, const struct call *);
void publish_entered(struct engine *, struct call *);
void publish_drop(struct engine *, struct call *);
uint32_t publish_hidden(const struct engine *);
void publish_mark(struct engine *, const char *kind, const char *text);

/* watch.c: what the alert rules are fed with */
void watch_alerts(struct engine *);

/* track.c: what happened */
#define GRACE_NS      (1 * NS_PER_S) /* for what overtook each other */
#define RESYNC_GAP_NS (10 * NS_PER_S) /* between two questions */
void track_watch(struct engine *);
void track_end(struct engine *, struct call *, enum disposition);
/* To a new state if that is legal; otherwise the event came too late. */
void track_state(struct engine *, struct call *, enum call_state);
/* Where it went, also when its trunk hangs on another one by now; or NULL. */
struct switch_rt *track_switch(struct engine *, const struct call *);
/* A switch has spoken of it. */
void track_learn(struct engine *, struct call *, unsigned switch_index);
void track_answered(struct engine *, struct call *);
/* What cannot be taken back by anything that was not seen. */
bool track_known(const struct call *);
/* It was called lost; does what is known now tell what became of it? */
void track_late_truth(struct engine *, struct call *);
/* Its disposition if it has ended now; LOST where what was seen is not enough.
 */
enum disposition track_outcome(const struct call *);

/* track_stage.c: what the dialplan reports of an answered call */
void track_stage(struct engine *, struct call *, const struct engine_event *);

/* resync.c: which calls live?  Ask the switches that are due. */
void track_ask(struct engine *);

#endif
