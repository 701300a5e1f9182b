/* SPDX-License-Identifier: MIT */
/*
 * board: the engine's state as a published format.  RUNDIR/board is written
 * by the engine alone (one writer), mapped read-only by every viewer.
 *
 * Fixed-width fields, explicit padding.  The file is a head and BOARD_SLOTS
 * boards.  Each publish goes into the slot after the newest; then the head's
 * number moves on.  So a viewer draws from the newest slot where it lies, and
 * asks afterwards whether it was overwritten meanwhile; it has some hundred
 * milliseconds for that.  An engine killed while it publishes leaves the last
 * board as it was.  The board is stale when beat_ns is older than
 * BOARD_STALE_NS on the same machine's CLOCK_MONOTONIC or pid is gone.
 *
 * A slot that is overwritten while it is read shows old and new words side by
 * side, which is safe to read: words are whole, counts and ring heads are in
 * their bounds, and the last byte of each text is 0 at all times (the writer
 * sees to it).  What was tested may be another value when it is read again:
 * who divides by a field takes it into a variable first.
 */
#ifndef SHARED_BOARD_H
#define SHARED_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/model.h"

#define BOARD_MAGIC    0x31304f4244534344ULL /* "DCSDBO01" */
#define BOARD_VERSION  7
#define BOARD_STALE_NS (1500 * 1000000LL)
#define BOARD_TRIES    100
#define BOARD_SLOTS    4
#define BOARD_TICK_MS  100

#define BOARD_CAMPAIGNS 64
#define BOARD_COUNTRIES 64
#define BOARD_SWITCHES  16
#define BOARD_TRUNKS    64
#define BOARD_POOLS     32
#define BOARD_JOBS      8
#define BOARD_ALERTS    32
#define BOARD_LOG       128
#define BOARD_HISTORY   900 /* seconds of graph */
#define BOARD_SESSIONS  64
#define BOARD_MARKS     128
#define BOARD_HELPERS   8
#define BOARD_MESSAGES  8
#define BOARD_DISPS     16 /* enum disposition of shared/model.h */

/* What was counted, once, with the denominators that rates need. */
struct board_count {
	uint64_t attempted; /* originates accepted by a switch (seizures) */
	uint64_t refused; /* refused locally by the switch: not attempts */
	uint64_t answered, failed, connected, opted_out, machine, abandoned;
	uint64_t ended; /* of attempted */
	uint64_t ner_good; /* ended: answered, busy, no answer, rejected */
	uint64_t false_machines_milli; /* as in board_window */
};

/* Windows of statistics: the last 10 s, minute, ten minutes, and today. */
#define BOARD_WINDOWS 4
#define BOARD_CAUSES  10 /* enum cause_class of engine/outcome.h */
#define BOARD_GATES   16
/* "10s", "1m", "10m", "day"; the classes of causes: "normal", "busy" ... */
extern const char *const board_window_words[BOARD_WINDOWS];
extern const char *const board_cause_words[BOARD_CAUSES];

/*
 * Calls that ended in one window; every rate is a quotient of two of these:
 * ASR answered/ended, NER ner_good/ended, ACD talk_ms/answered, human rate
 * humans/answered, conversion connected/humans, short-call share
 * short_calls/answered; abandonment is board_abandonment().
 */
struct board_window {
	uint64_t ended, answered, ner_good, humans, connected, abandoned,
	    opted_out, machine, short_calls; /* answered for at most 6 s */
	uint64_t talk_ms; /* answer to end */
	/*
	 * Humans who were taken for machines and hung up on, or left a message
	 * instead of being asked, in thousandths: 1000 for one who pressed a
	 * key meanwhile, else what the detection's profile says.
	 */
	uint64_t false_machines_milli;
	uint64_t cause[BOARD_CAUSES]; /* of all that ended */
	float pdd_p50_ms, pdd_p95_ms; /* first sign of the far end; -1 none */
};

/* Sequential test of a brake: engages at llr >= up, releases at <= down. */
struct board_brake {
	char state[12]; /* released engaged probing */
	char reason[116];
	int64_t since_ms, next_ms; /* next: when it probes, 0 */
	float llr, up, down;
	uint32_t pad0;
};

/* Why contacts of a campaign wait: how many behind each gate. */
struct board_gate {
	char name[16]; /* window, dnc, capped, due ... */
	uint64_t contacts;
	int64_t opens_ms; /* wall; 0: unknown, or by hand only */
};

struct board_campaign {
	int64_t id;
	char name[MODEL_NAME];
	char state[12]; /* running paused stopped finished waiting */
	struct board_brake brake;
	double target_cps, actual_cps; /* actual: last full second */
	struct board_count n; /* today */
	uint64_t total, remaining; /* contacts */
	uint32_t ready, armed, concurrent;
	uint32_t pad0;
	int64_t finish_ms; /* estimate, wall; 0: none */
	int64_t opens_ms; /* waiting: when it goes on, wall; 0: unknown */
	char why[160]; /* waiting: the first closed gate, for people */
	uint32_t ngates, pad1;
	struct board_gate gates[BOARD_GATES]; /* all closed ones */
	struct board_window w[BOARD_WINDOWS];
	uint64_t disp[BOARD_DISPS]; /* calls that ended today, by disposition */
	double max_cps; /* its own limit */
	char profile[MODEL_NAME], context[MODEL_NAME];
};

struct board_country {
	char name[32];
	struct board_count n;
	uint32_t concurrent;
	uint32_t open; /* 1: its window is open somewhere now */
	int64_t opens_ms; /* next opening, wall; 0: open or unknown */
	struct board_window w[BOARD_WINDOWS];
	int64_t closes_ms; /* open: when the last of it closes; 0 unknown */
	uint32_t cap; /* uses of a DID per day; 0 none */
	uint32_t consent_required;
	char cap_group[32], zone[64]; /* zone: whose clock stands for it */
	char hours[24]; /* "08:00-21:00 sun-sat", as configured */
	char weekdays[32];
	char context[MODEL_NAME]; /* its DTMF context */
	char connect_key[2], disconnect_key[2], repeat_key[2], pad1[2];
	uint64_t disp[BOARD_DISPS]; /* ended today */
	uint64_t remaining; /* contacts of all its campaigns */
};

struct board_switch {
	char name[32];
	uint32_t connected, concurrent;
	double cps, max_cps;
	double rtt_ms; /* last ping; -1: none */
	double unanswered_s; /* age of the oldest action without response */
	double lag_ms; /* events arrive so late; -1: not known */
	double allowed_cps; /* what AMI health leaves of max_cps */
	char why[96]; /* not connected: the reason */
};

struct board_trunk {
	char name[MODEL_NAME];
	char switch_name[32];
	double cps, max_cps;
	double allowed_cps; /* what capacity causes leave of max_cps */
	uint32_t concurrent, max_channels;
	struct board_count n;
	struct board_brake brake;
	uint32_t failed_over, rejected; /* today; caller-ID trouble */
	uint32_t routes_off; /* prefixes it cannot reach at present */
	uint32_t pad0;
	char why[96]; /* not usable: the reason; "" usable */
	struct board_window w[BOARD_WINDOWS];
};

/* A pool of DIDs: the ones that share a cap group. */
struct board_pool {
	char name[32];
	uint32_t total, eligible, blocked, capped_out;
	uint32_t cap, uses_min, uses_max, pad0;
	uint64_t uses_sum; /* today */
	/* DIDs by share of the cap used: 0-10 %, ... 90-100 %; without a cap
	 * by tenths of uses_max */
	uint32_t hist[10];
	uint32_t pad1[2];
};

struct board_job {
	uint32_t id, state; /* 0 free 1 running 2 done 3 failed 4 cancelled */
	char what[96]; /* "import contacts list.csv" */
	char user[32];
	char campaign[MODEL_NAME]; /* it works for; "" none, or for all */
	uint64_t done, total; /* rows or bytes; total 0: unknown */
	int64_t started_ms, ended_ms;
	char result[160];
};

struct board_alert {
	int64_t since_ms; /* wall */
	int64_t ended_ms; /* 0: active */
	int64_t acked_ms; /* 0: nobody has acknowledged it */
	char acked_by[32];
	char rule[48];
	char object[64];
	char severity[12]; /* info warning critical */
	uint32_t hidden; /* alerts that it explains and that stay silent */
	char message[160];
};

struct board_log {
	int64_t at_ms;
	uint32_t level; /* enum log_level */
	char text[164];
};

struct board_session {
	char user[32], role[16], from[64];
	int64_t since_ms;
	uint32_t id, pad0; /* for session kill */
	char what[40]; /* "console 120x40", "status" */
};

/* A process that the engine looks after. */
struct board_helper {
	char name[24]; /* discador-sshd, discador-job, postgresql */
	char state[12]; /* running waiting (to be started again) stopped */
	int32_t pid; /* 0: does not run */
	uint32_t restarts; /* since the engine began */
	int64_t since_ms; /* in this state, wall */
	int64_t next_ms; /* waiting: started again then, wall; 0 */
	char why[96]; /* how it ended last; "" it never did */
};

/* What somebody says to all who watch (`discador session say`). */
struct board_message {
	uint64_t id; /* grows; 0: none */
	int64_t at_ms;
	char from[32];
	char text[128];
};

/* The load test that runs, as its job tells it (twice a second). */
struct board_loadtest {
	uint64_t id; /* of load_test; 0: none runs */
	char state[40]; /* "holding the pace", for people */
	double target; /* calls per second that are to be held */
	double cps_10s, worst; /* worst: most in a sliding second, last min */
	uint64_t attempted, answered;
	double setup_p50, setup_p95, setup_p99; /* ms; -1 none yet */
	uint32_t concurrent, pad0;
};

/* Something that explains a bend in the graphs. */
struct board_mark {
	int64_t at_ms; /* wall; 0: none */
	char kind[12]; /* cps brake config campaign start */
	char who[32];
	char text[84];
};

/* One second of the graph. */
struct board_second {
	int64_t at_s; /* wall clock second, 0: none */
	float target, worst; /* worst: most calls in any sliding second in it */
	uint32_t sent, answered, failed, concurrent;
	float asr, ner; /* of calls ended in the last minute; -1: none */
	float setup_p50_ms;
	uint32_t pad0;
};

/* One slot. */
struct board {
	/* as in the head of the file */
	uint64_t magic;
	uint32_t version, size;
	_Atomic uint64_t seq; /* its publish; 0: none, or being written */
	_Atomic int64_t beat_ns; /* CLOCK_MONOTONIC of this publish */
	int32_t pid;
	uint32_t stopping;
	/* everything below is covered by seq */
	uint64_t tick; /* publishes since start */
	int64_t now_ms, started_ms;
	char version_text[32], node[64], timezone[64];

	double cps_target, cps_actual, cps_actual_10s, cps_max;
	double cps_manual; /* > 0: pinned by hand */
	double worst_second; /* most calls in any sliding second, last min */
	uint32_t concurrent, armed;
	struct board_count n; /* today */
	/* rates over calls ended in the last 60 s, with their denominators */
	double asr, ner, abandonment; /* -1: no calls yet */
	uint64_t rate_ended, rate_humans;
	double setup_p50, setup_p95, setup_p99; /* ms, last 10 min; -1 none */
	char brake[12], brake_reason[116];
	int64_t brake_since_ms;
	struct board_window w[BOARD_WINDOWS]; /* all calls */

	uint32_t db_connected, db_private;
	double db_lag_ms;
	uint64_t spooled; /* outcomes not yet in the database */
	char db_why[128];

	uint64_t dids_total, dids_eligible, dids_blocked, dids_capped_out;

	uint32_t ncampaigns, ncountries, nswitches, ntrunks, npools, njobs,
	    nalerts, nlog, nsessions;
	uint32_t log_head; /* index of the newest line in log[] */
	uint32_t hist_head, nhist;
	uint32_t nmarks, mark_head; /* mark_head: index of the newest */
	uint32_t calls_hidden; /* calls without a slot in shared/rows.h */
	uint32_t pad1;
	struct board_campaign campaigns[BOARD_CAMPAIGNS];
	struct board_country countries[BOARD_COUNTRIES];
	struct board_switch switches[BOARD_SWITCHES];
	struct board_trunk trunks[BOARD_TRUNKS];
	struct board_pool pools[BOARD_POOLS];
	struct board_job jobs[BOARD_JOBS];
	struct board_alert alerts[BOARD_ALERTS]; /* newest first */
	struct board_log log[BOARD_LOG]; /* ring */
	struct board_second hist[BOARD_HISTORY]; /* ring; hist_head newest */
	struct board_session sessions[BOARD_SESSIONS];
	struct board_mark marks[BOARD_MARKS]; /* ring */
	int64_t audit_rows; /* of event_log, as last seen; -1: not known */
	char audit_head[72]; /* hash of the newest, in hex; "" if none */
	uint32_t nhelpers, pad2;
	struct board_helper helpers[BOARD_HELPERS];
	struct board_message messages[BOARD_MESSAGES]; /* newest first */
	uint32_t sessions_all, pad3; /* nsessions are the first of them */
	struct board_loadtest loadtest;
};
_Static_assert(offsetof(struct board, seq) == 16, "published layout");
_Static_assert(offsetof(struct board, tick) == 40, "published layout");
_Static_assert(sizeof(struct board) % 8 == 0, "published layout");

/* RUNDIR/board begins with this. */
struct board_head {
	uint64_t magic;
	uint32_t version, size; /* size: of one slot */
	_Atomic uint64_t seq; /* publishes; the newest is in seq % slots */
	_Atomic int64_t beat_ns; /* CLOCK_MONOTONIC of the newest */
	int32_t pid;
	uint32_t stopping, slots, pad0;
	uint64_t pad[2];
};
_Static_assert(offsetof(struct board_head, seq) == 16, "published layout");
_Static_assert(sizeof(struct board_head) == 64, "published layout");

struct board_file {
	struct board_head head;
	struct board slot[BOARD_SLOTS];
};

/*
 * People who were answered by nobody, of all people: (abandoned + those taken
 * for machines) / (humans + those taken for machines), for the regulators count
 * the detector's mistakes as abandoned calls; -1: no people.
 */
double board_abandonment(const struct board_window *);
/* The same of a day's counts, whose humans are answered less machine. */
double board_count_abandonment(const struct board_count *);

/* ---- writer ----------------------------------------------------------- */

/*
 * Creates RUNDIR/board anew (mode 0640); NULL and errno on failure.  What it
 * returns is a slot of the mapped file, and stands for all of it.
 */
struct board *board_create(const char *run_dir);
/*
 * Copy *from's fields below seq into the next slot: that is the newest now.
 * Counts and texts of *from that leave their bounds are cut first.
 */
void board_publish(struct board *mapped, struct board *from, int64_t mono_ns);
/* Last words: stopping = 1; unmap. */
void board_close(struct board *mapped);

/* ---- reader ----------------------------------------------------------- */

enum board_state {
	BOARD_LIVE, /* there is a board, and the engine is alive */
	BOARD_STALE, /* there is the last board; engine gone or mute */
	BOARD_OFFLINE, /* no board, another format, or nothing ever published */
};
struct board_reader;
struct board_reader *board_reader_new(const char *run_dir);
void board_reader_free(struct board_reader *);
/*
 * The newest board, where it lies; NULL: OFFLINE.  Maps again by itself when
 * a new engine has published into a new file.  Valid memory until the next
 * look (one that finds nothing included: then the one before stays), and
 * nothing in it may be pointed to for longer.  A process whose user is limited
 * (shared/scope.h) gets a copy that is cut down.
 */
const struct board *board_look(
    struct board_reader *, int64_t mono_ns, enum board_state *);
/*
 * Is what was read from the board of the last look so far one board?  False:
 * it was overwritten meanwhile; look and read again.
 */
bool board_held(struct board_reader *, const struct board *);
/*
 * Copy the newest board into *out (about 400 KB; keep it on the heap).  On
 * OFFLINE *out is untouched (or, if the engine overtook each of BOARD_TRIES
 * tries, all zeros).
 */
enum board_state board_read(
    struct board_reader *, struct board *out, int64_t mono_ns);
/* Number of the newest publish, without looking at it; 0: OFFLINE. */
uint64_t board_peek_seq(
    struct board_reader *, int64_t mono_ns, enum board_state *);

#endif
