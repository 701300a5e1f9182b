/* SPDX-License-Identifier: MIT */
/*
 * engine: the rules, pure.  Time and events come in, actions go out; there is
 * no clock, no socket, no file and no unseeded chance behind this door, so a
 * day replays in seconds and the same code answers "what if".
 *
 * The driver (daemon/driver.c, or the virtual world of src/sim) does what the
 * actions say and reports what came of them.  Every function takes the time
 * it is called at.
 */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/call.h"
#include "engine/context.h"
#include "engine/window.h"
#include "shared/board.h"
#include "shared/model.h"
#include "shared/rows.h"
#include "shared/util.h"

struct engine;

struct engine_config {
	char node[64];
	char timezone[64]; /* in which "today" begins */
	char version[32];
	uint64_t seed;
	zone_lookup *zone; /* zones by name; must answer from memory */
	double armed_s; /* seconds of calls kept armed; 2 */
	bool rows; /* somebody takes engine_call_next() */
};
struct engine *engine_new(const struct engine_config *, const struct now *);
void engine_free(struct engine *);

/* ---- what is known: replaces what was known before, by id ------------- */

struct engine_switch {
	char name[32];
	double max_cps;
	int max_channels;
};
void engine_switches(struct engine *, const struct engine_switch *, size_t n);
struct engine_objects {
	const struct m_trunk *trunks;
	const struct m_country *countries;
	const struct m_context *contexts;
	const struct m_amd_profile *amd_profiles;
	const struct m_profile *profiles;
	const struct m_campaign *campaigns;
	const struct m_alert_rule *rules; /* nrules 0: the built-in ones */
	size_t ntrunks, ncountries, ncontexts, namd_profiles, nprofiles,
	    ncampaigns, nrules;
};
void engine_objects(
    struct engine *, const struct engine_objects *, const struct now *);
/*
 * DIDs: begin, put each, end.  blocked_until_ms: 0, a time or INT64_MAX;
 * reason: why it is blocked.
 */
void engine_dids_begin(struct engine *);
void engine_did(struct engine *, int64_t id, const char *number,
    const char *country, const char *area, int weight, int64_t blocked_until_ms,
    const char *reason, const struct now *);
/* What the last days taught of a DID: calls that ended with it. */
void engine_did_health(struct engine *, int64_t id, uint64_t calls,
    uint64_t answered, uint64_t rejected);
void engine_dids_end(struct engine *);
/* A did_usage row. */
void engine_usage(struct engine *, int64_t did_id, const char *group,
    const char *date, uint32_t uses, const struct now *);
/* A campaign_tally row; begin marks all as 0. */
void engine_tally_begin(struct engine *);
void engine_tally(struct engine *, int64_t campaign_id, const char *country,
    const char *zone, int64_t total, int64_t finished);
void engine_tally_end(struct engine *, const struct now *);
/* What was counted today before this start. */
void engine_counted(struct engine *, int64_t campaign_id, const char *country,
    const struct board_count *);
/* So many of them ended with that disposition. */
void engine_counted_as(struct engine *, int64_t campaign_id,
    const char *country, enum disposition, uint64_t n);
/* due_ms: when the campaign's next contact is due; 0 none. */
void engine_next_due(struct engine *, int64_t campaign_id, int64_t due_ms);

/* ---- commands --------------------------------------------------------- */

/* "running", "paused", "stopped"; false: no such campaign. */
bool engine_campaign_state(
    struct engine *, const char *name, const char *state, const struct now *);
/* cps > 0 pins the total; 0 gives it back to the ramp. */
void engine_cps(struct engine *, double cps);
/*
 * By hand.  on: nothing new leaves until it is released by hand.  off: that,
 * and every brake that has engaged by itself, is released; the ramp begins
 * anew.  False: it was so already.
 */
bool engine_brake(
    struct engine *, bool on, const char *reason, const struct now *);
/* object "": every alert of that rule; rule "": all.  How many were not yet. */
unsigned engine_alert_ack(struct engine *, const char *rule, const char *object,
    const char *user, const struct now *);
/* End a call: asked of its switch, which then tells of its end. */
enum engine_hangup {
	EHANG_OK,
	EHANG_OVER, /* no such call, or it has ended */
	EHANG_NOT_SENT, /* armed only */
	EHANG_AWAY, /* its switch cannot be asked */
};
enum engine_hangup engine_hangup(
    struct engine *, const struct uuid *, const struct now *);
/* No new call any more; armed ones are given back (clean stop). */
void engine_drain(struct engine *);

/* ---- the world reports ------------------------------------------------ */

void engine_db(struct engine *, bool up, const char *why, const struct now *);
/* The spool takes no lines (disk full): nothing may leave. */
void engine_spool(struct engine *, bool usable, uint64_t unconfirmed);
/* The processes that the daemon keeps running, all of them each time. */
#define ENGINE_HELPERS 8
struct engine_helper {
	char name[24]; /* "postgresql": the database itself, where it is ours */
	bool down;
	char detail[160]; /* how it ended, when it starts again; "": runs */
};
void engine_helpers(struct engine *, const struct engine_helper *, size_t n);

struct engine_contact {
	int64_t id;
	const char *number, *country, *zone;
	int attempts; /* so far; the next one is attempts + 1 */
	int uncounted; /* of them not counted towards max_attempts */
};
/* Answer to ACT_CLAIM; ok false: nothing is known of it. */
void engine_claimed(struct engine *, int64_t campaign_id, bool ok,
    const struct engine_contact *, size_t n, const struct now *);
/* DEFERRED: its number was called often enough in 24 h; the database has put
 * the contact off. */
enum engine_arm_verdict {
	EARM_OK,
	EARM_DNC,
	EARM_CAPPED,
	EARM_GONE,
	EARM_DEFERRED
};
/* Answers to ACT_ARM, one for each call of it. */
void engine_armed(struct engine *, const struct uuid *, enum engine_arm_verdict,
    int attempt, uint32_t uses, const struct now *);
/* The arm transaction of this call has an unknown or no result: forget it;
 * the database is asked which calls are open when it is back. */
void engine_arm_lost(struct engine *, const struct uuid *, const struct now *);
/* Numbers among the armed ones that are on do-not-call; then the end. */
void engine_dnc(struct engine *, const char *number);
void engine_dnc_tested(struct engine *, bool ok);
/* Something was added to do-not-call: nothing leaves before it is tested. */
void engine_dnc_changed(struct engine *);

/* A call of this node that the database knows as open at start. */
struct engine_open {
	struct uuid id;
	int64_t armed_ms, sent_ms, contact_id, campaign_id, did_id;
	const char *did_number, *number, *country, *zone, *trunk;
	const char *usage_date;
	int attempt;
	int uncounted; /* attempts of its contact that do not count */
	int64_t ringing_ms, answered_ms, connected_ms; /* 0: not known */
	const char *amd; /* "" not known */
	char key;
	bool transferring; /* it was on its way to the destination */
};
/* True: taken over (state unknown, the switch will be asked); false: it is
 * known already. */
bool engine_open_call(
    struct engine *, const struct engine_open *, const struct now *);
/* True if this id is armed or in flight here, or its end is not recorded. */
bool engine_knows(struct engine *, const struct uuid *);

enum engine_event_type {
	EV_ACCEPTED,
	EV_REFUSED,
	EV_RINGING,
	EV_ANSWERED,
	EV_FAILED,
	EV_AMD,
	EV_PLAYING,
	EV_WAIT,
	EV_KEY,
	EV_CONNECT,
	EV_CONNECTED,
	EV_ABANDONED,
	EV_OPTOUT,
	EV_MACHINE,
	EV_OTHER,
	EV_CAUSE,
	EV_HANGUP,
	EV_DTMF, /* a key arrived, whether anybody listens or not */
	EV_INVALID, /* a key that leads nowhere */
	EV_ANSWER, /* of a question: state, text, cause_text the score */
	EV_GOAL,
	EV_REPEAT, /* the key led to the same prompt again */
};
struct engine_event {
	enum engine_event_type type;
	const char *id; /* UUID as text */
	const char *text, *cause_text;
	int cause, sip_code; /* -1, 0: not given */
	char key;
	const char *state; /* of the flow; or NULL */
	const char *answers; /* EV_CAUSE: "q1=4 q2=12", or NULL */
	const char *result; /* EV_CAUSE: what our dialplan sums up; or NULL */
	int retry_after_s; /* of a 503; 0: not given */
};
/* switch_index: position in engine_switches(). */
void engine_event(struct engine *, unsigned switch_index,
    const struct engine_event *, const struct now *);
void engine_switch_up(
    struct engine *, unsigned switch_index, int64_t boot, const struct now *);
void engine_switch_down(struct engine *, unsigned switch_index, const char *why,
    const struct now *);
void engine_switch_rtt(
    struct engine *, unsigned switch_index, double rtt_ms, double unanswered_s);
/*
 * An event was so late: arrival against the switch's own timestamp, both
 * clocks' difference included (the engine takes the least of the last
 * minutes as that difference).
 */
void engine_switch_lag(
    struct engine *, unsigned switch_index, double lag_ms, const struct now *);
void engine_switch_live(struct engine *, unsigned switch_index, const char *id,
    int live_state, const struct now *);
void engine_switch_live_end(
    struct engine *, unsigned switch_index, const struct now *);
/* "AOR Reachable" or "AOR Unreachable" as the switch says it. */
void engine_trunk_contact(struct engine *, unsigned switch_index,
    const char *aor, bool reachable, const struct now *);
/*
 * Dial string of the i-th trunk ("PJSIP/{number}@carrier"), its name and
 * switch (-1: none); NULL past the last.
 */
const char *engine_trunk_channel(
    const struct engine *, size_t i, const char **name, int *switch_index);

/* ---- actions ---------------------------------------------------------- */

enum action_type {
	ACT_CLAIM, /* campaign_id, pairs, npairs, limit */
	ACT_RELEASE, /* contacts, n */
	ACT_ARM, /* calls, n: arm these */
	ACT_UNARM, /* ids, armed_ms, n */
	ACT_DNC_TEST, /* numbers, n */
	ACT_RESYNC, /* switch_index */
	ACT_HANGUP, /* switch_index, ids[0] */
	ACT_NEXT_DUE, /* campaign_id: ask for its earliest due contact */
	ACT_DEFER, /* contacts, n: claimed ones, not before due_ms */
	ACT_DID_BLOCK, /* did_id, due_ms: until then; text: the reason */
	ACT_ALERT, /* json: an alert was raised or has ended, for notify.d */
	ACT_EVENT, /* text: worth a log line; level */
};
struct action {
	enum action_type type;
	int64_t campaign_id, did_id, due_ms;
	unsigned switch_index;
	int limit, level;
	size_t n;
	const char *(*pairs)[2]; /* country, zone */
	int64_t *contacts, *armed_ms;
	struct call **calls; /* valid until they are answered */
	struct uuid *ids;
	const char **numbers;
	char *json;
	char text[256];
};
/* What the arm transaction needs to know of a call of ACT_ARM. */
struct engine_arm {
	const char *cap_group, *country, *zone;
	int64_t campaign_id;
	int cap;
	int number_cap; /* calls to this number in 24 h; 0: no limit */
	const char *did_why; /* why this DID, for people */
};
void engine_arm(const struct call *, struct engine_arm *);
/* Name of the trunk it went over, "" before that. */
const char *engine_trunk_name(const struct call *);
/* Think: ramp, claims, arming, timeouts.  Fills the queue of actions. */
void engine_tick(struct engine *, const struct now *);
/* Pop one; false when there is none.  action_clear() it. */
bool engine_action(struct engine *, struct action *);
void action_clear(struct action *);

/*
 * Calls whose moment is now, at most max of them: all gates are tested here.
 * The driver makes each durable (spool), writes it to its switch, and reports
 * with engine_sent or engine_not_sent.  *wake_ns: when to look again.
 */
size_t engine_dial(struct engine *, struct call **, size_t max,
    const struct now *, int64_t *wake_ns);
/* mono_ns read after the write: the pace counts from there. */
void engine_sent(
    struct engine *, struct call *const *, size_t n, int64_t mono_ns);
/*
 * Certainly not sent: it is given back, no attempt and no use.  The call is
 * gone; carry out the action (ACT_UNARM) before recording anything.
 */
void engine_not_sent(
    struct engine *, struct call *, const char *why, const struct now *);
/* What to write into the Originate of c. */
struct engine_originate {
	unsigned switch_index;
	char channel[160];
	char caller_id[96];
	const struct context *context; /* NULL: its country has none */
	int timeout_s;
};
void engine_originate(
    struct engine *, const struct call *, struct engine_originate *);

/*
 * Next call to be recorded: ended ones first and always, changed ones when
 * all is true.  contact_state NULL: the contact is not touched.  After an
 * ended call was returned it is freed by engine_recorded().
 */
struct engine_record {
	struct call *call;
	/*
	 * "claimed": the contact stays leased to this node, for the next trunk
	 * at once; the engine arms it again when the line is recorded.
	 */
	const char *contact_state;
	int64_t due_ms;
	bool optout;
	bool uncounted; /* the attempt is not one of max_attempts */
	int shift; /* of the contact's priority: order new/retry */
};
bool engine_record(
    struct engine *, bool all, struct engine_record *, const struct now *);
void engine_recorded(struct engine *, struct call *);

/*
 * What the switch's own records (CDR) tell of a call that ended as lost.  The
 * disposition, and what becomes of its contact; the counters follow if the
 * call is still known here.
 */
struct engine_cdr {
	struct uuid id;
	int64_t campaign_id;
	int attempt;
	struct outcome o;
	int64_t answered_ms, ended_ms;
};
enum disposition engine_resolve(struct engine *, const struct engine_cdr *,
    struct engine_record *, const struct now *);

/* ---- why not ---------------------------------------------------------- */

struct engine_gate {
	char name[16]; /* one word: window, dnc, brake, capped ... */
	int64_t contacts; /* behind it; -1: not counted */
	int64_t opens_ms; /* wall; 0: open, unknown, or by hand */
	char text[160]; /* for people */
};
struct engine_why {
	bool dials; /* nothing is closed */
	size_t n; /* closed gates, the first one first */
	struct engine_gate gate[BOARD_GATES];
	char note[240]; /* what else there is to know; "" */
};
/* kind campaign, trunk or did (name = number).  False: none of that name. */
bool engine_why(struct engine *, const char *kind, const char *name,
    struct engine_why *, const struct now *);
/* A contact, with what the database says of it. */
struct engine_why_contact {
	int64_t campaign_id;
	const char *number, *country, *zone, *state;
	int attempts; /* that count */
	int64_t due_ms;
	bool dnc;
	int calls_24h;
	int64_t oldest_24h_ms; /* of them */
};
void engine_why_contact(struct engine *, const struct engine_why_contact *,
    struct engine_why *, const struct now *);

/*
 * The same for a number that is no contact yet, with dial_timeout ring_s: what
 * has nothing to do with a campaign.
 */
void engine_why_number(struct engine *, const char *number, const char *country,
    const char *zone, int ring_s, struct engine_why *, const struct now *);

/* ---- looking in ------------------------------------------------------- */

/* Sounds, each once, with the first context that names it. */
#define ENGINE_SOUNDS         1024
#define ENGINE_SOUND_SWITCHES 32
struct engine_sounds {
	size_t n;
	struct {
		char name[128], context[MODEL_NAME];
	} v[ENGINE_SOUNDS];
	bool on[ENGINE_SOUND_SWITCHES]; /* switches of the trunks */
};
/*
 * Of the contexts that its contacts still need; campaign NULL: of every
 * campaign and country, whether needed or not.  False: there is no such
 * campaign (or none).
 */
bool engine_sounds(
    struct engine *, const char *campaign, struct engine_sounds *);
/*
 * Those of a flow, too; one that waits for spoken answers needs what hears
 * them, which stands among the sounds by a name that no sound can have.
 */
#define ENGINE_SPEECH "speech engine"
void engine_sounds_add(struct engine_sounds *, const struct flow *);

/*
 * Every call that is armed, in flight, or ended and not recorded, in order of
 * arming: NULL begins, NULL ends.  Valid until the next turn.
 */
const struct call *engine_call_after(
    const struct engine *, const struct call *);

const char *engine_campaign_name(struct engine *, int64_t campaign_id);
/* 0 if there is none of that name. */
int64_t engine_campaign_id(struct engine *, const char *name);
/* The i-th campaign that calls contact lists; 0 past the last. */
int64_t engine_campaign_of_lists(struct engine *, size_t i);
/* Country whose numbers are of this ISO region; NULL if none is configured. */
const char *engine_region_country(struct engine *, const char *region);
/* Everything viewers see.  jobs, sessions, log lines are the driver's. */
void engine_publish(struct engine *, struct board *, const struct now *);
/*
 * Rows of viewers (shared/rows.h) that have changed since they were last told,
 * each once; false: no more.  What was told costs nothing until it changes.
 */
/* Index: the DID's own, dense; out->id is 0 when the one there has left. */
bool engine_did_next(struct engine *, uint32_t *index, struct row_did *out);
/* Rows of DIDs; less than before: all of them are told again. */
uint32_t engine_did_rows(const struct engine *);
/*
 * slot < ROWS_CALLS_MAX; out->id is "" when it is free again.  An ended call's
 * slot is taken by another one as late as possible.
 */
bool engine_call_next(struct engine *, uint32_t *slot, struct row_call *out);
/* slot < ROWS_KEYS_MAX; all zeros when it is free again. */
bool engine_key_next(struct engine *, uint32_t *slot, struct row_key *out);
/*
 * Today's keys of calls that ended before this process began (db/keys.h);
 * version: of their context.  Lower versions first.
 */
void engine_key_seed(struct engine *, const struct row_key *, int version);
/* What the engine did by itself and a graph should show. */
bool engine_mark_next(struct engine *, struct board_mark *out);
/* Calls that are armed or in flight. */
size_t engine_busy(const struct engine *);
size_t engine_in_flight(const struct engine *);
/* Earliest mono ns at which engine_tick has something to do by itself. */
#define ENGINE_TICK_NS (100 * NS_PER_MS)

#endif
