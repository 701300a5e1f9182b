/* SPDX-License-Identifier: MIT */
/*
 * rows: what is too much for the board (every caller ID, every call, each
 * second of a day, agents, keys) as files of fixed rows in the run directory,
 * written by the engine alone and mapped read-only by every viewer.
 *
 * Each row has its own sequence number (odd: being written), so that a reader
 * that keeps a copy takes over only what has changed.  Fixed-width fields,
 * explicit padding, all texts terminated.  Whether the engine lives is the
 * board's to say.
 */
#ifndef SHARED_ROWS_H
#define SHARED_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/board.h"
#include "shared/model.h"

#define ROWS_MAGIC   0x3130574f52534344ULL /* "DCSROW01" */
#define ROWS_VERSION 1

enum rows_kind {
	ROWS_DIDS, /* RUNDIR/dids: struct row_did, in order of id */
	ROWS_CALLS, /* RUNDIR/calls: struct row_call, slots */
	ROWS_AGENTS, /* RUNDIR/agents: struct row_agent */
	ROWS_SECONDS, /* RUNDIR/history: struct board_second, at_s % ROWS_DAY */
	ROWS_SESSIONS, /* RUNDIR/sessions: struct row_session, slots */
	ROWS_KEYS, /* RUNDIR/keys: struct row_key, slots, all of today */
	ROWS_NKIND
};
#define ROWS_DAY          86400
#define ROWS_CALLS_MAX    16384
#define ROWS_AGENTS_MAX   2048
#define ROWS_SESSIONS_MAX 1536
#define ROWS_KEYS_MAX     4096

struct row_did {
	int64_t id; /* 0: no row (it has left the inventory) */
	char number[MODEL_E164];
	char area[12];
	char country[32];
	char pool[32]; /* cap group */
	char state[12]; /* free capped blocked resting */
	uint32_t uses, cap; /* today; cap 0: none */
	uint32_t calls, answered, rejected; /* ended with it, lately */
	int64_t blocked_until_ms; /* 0: not; INT64_MAX: until a person acts */
	int64_t last_ms; /* last use, wall; 0: none since the start */
	float score; /* 1: answers as its pool does */
	int32_t weight;
	char reason[96]; /* why it is blocked or rests */
};

struct row_call {
	char id[40]; /* UUID as text; "": the slot is free */
	char number[MODEL_E164], did[MODEL_E164];
	char country[32], campaign[MODEL_NAME], trunk[MODEL_NAME];
	char switch_name[32];
	uint32_t state; /* enum call_state */
	int32_t attempt;
	/* When each state was entered, wall; 0: it was not. */
	int64_t at_ms[16]; /* by enum call_state */
	char disposition[20]; /* "" until ended */
	char amd[12], amd_cause[24];
	char key[4]; /* "" none pressed */
	int32_t cause, sip_code; /* Q.850, -1; 0 */
	int32_t setup_ms; /* -1 no sign of the far end yet */
	float cps_at_call;
	char note[56], did_why[96];
};
_Static_assert((int)CALL_NSTATE <= 16, "row_call.at_ms");

struct row_agent {
	char kind[16]; /* "" free; queue member endpoint registration */
	char switch_name[32];
	char name[64]; /* member, endpoint, queue, registration */
	char queue[64]; /* of a member */
	char interface[64]; /* "PJSIP/anna" */
	char state[16]; /* free busy ringing paused unavailable unknown;
			 * registration: registered rejected unregistered */
	char detail[96];
	int64_t since_ms; /* in this state; 0 not known */
	int64_t last_call_ms; /* 0 not known */
	uint32_t calls; /* taken; queue: calls waiting */
	uint32_t wait_s; /* queue: the longest waits so long */
};

/* May another session see this one's screen? */
enum row_watch {
	ROW_WATCH_NONE,
	ROW_WATCH_ASKED, /* its user is asked, and answers `session consent` */
	ROW_WATCH_GRANTED, /* it is to hand its screen to the process watch_pid
			    */
};
/* Somebody who is attached over SSH. */
struct row_session {
	uint64_t id; /* 0: the slot is free; never used twice by an engine */
	int32_t pid; /* of its process, from the kernel */
	uint32_t console; /* 1: a console; 0: a verb */
	char user[32], role[16], from[64];
	char campaigns[64]; /* "" all; else the names, cut */
	char what[48]; /* "console 120x40, DIDs", "import contacts" */
	int64_t since_ms, key_ms; /* key: the last one pressed; 0 none */
	uint32_t watch; /* enum row_watch */
	int32_t watch_pid; /* of the session that looks; 0 */
	char watch_by[32]; /* who looks, or asks to; "" nobody */
};

/*
 * One key that was pressed in the calls of one country and context today.  A
 * press looks like a machine's if it came before anything was asked (AMD was
 * still listening, or no prompt had begun), or on a call that detection calls
 * a machine.
 */
#define ROW_KEY_SECONDS 16
struct row_key {
	char country[32]; /* "" free */
	char context[MODEL_NAME];
	char key[4];
	char leads[20]; /* connect optout repeat answer go invalid early */
	uint32_t presses, invalid;
	uint32_t early, on_machine; /* presses that look like a machine's */
	uint32_t connects, connects_machine; /* led to a connection; of those
					      * the ones that look like it */
	uint32_t connected, short_talks; /* talked; for at most 6 s */
	uint64_t ms; /* sum of prompt's begin to press, of those asked */
	uint32_t asked; /* how many these are */
	uint32_t after[ROW_KEY_SECONDS]; /* of them by s; the last: and more */
	/* Lower end of the 95 % interval (Wilson) of connects_machine /
	 * connects since the context was last changed; -1 none. */
	float machine_low;
	char advice[192]; /* what is wrong and what to do; "" nothing */
	char better[4]; /* with advice: a key that no machine presses; "" none
			 */
	uint32_t states; /* 1: the context lists states */
};

_Static_assert(sizeof(struct row_key) % 8 == 0, "published layout");
_Static_assert(sizeof(struct row_session) % 8 == 0, "published layout");
_Static_assert(sizeof(struct row_did) % 8 == 0, "published layout");
_Static_assert(sizeof(struct row_call) % 8 == 0, "published layout");
_Static_assert(sizeof(struct row_agent) % 8 == 0, "published layout");
_Static_assert(sizeof(struct board_second) % 8 == 0, "published layout");

#define ROWS_CAPACITY_MAX 8000000 /* rows; a file that says more is none */

/* Bytes of one row; its file's name. */
size_t rows_size(enum rows_kind);
const char *rows_file(enum rows_kind);

/* ---- writer ----------------------------------------------------------- */

struct rows_writer;
/*
 * RUNDIR/<file> anew (mode 0640) with room for capacity rows; readers map the
 * new one by themselves.  keep: an existing file of the same layout and
 * capacity is taken over with its rows.  NULL and errno on failure.
 */
struct rows_writer *rows_create(
    const char *run_dir, enum rows_kind, uint32_t capacity, bool keep);
uint32_t rows_capacity(const struct rows_writer *);
/*
 * Room for more: a new file with the rows so far takes the old one's place.
 * False and errno: all stays as it was.
 */
bool rows_grow(struct rows_writer *, uint32_t capacity);
/* Write row i (< capacity); the first rows up to the highest are in use. */
void rows_put(struct rows_writer *, uint32_t i, const void *row);
/* Only the first n are in use from now on; what is behind them is wiped. */
void rows_shrink(struct rows_writer *, uint32_t n);
void rows_close(struct rows_writer *); /* the file stays */

/* ---- reader ----------------------------------------------------------- */

struct rows_reader;
struct rows_reader *rows_reader_new(const char *run_dir, enum rows_kind);
void rows_reader_free(struct rows_reader *);
/* Changes when anything in the file has; 0: there is no such file. */
uint64_t rows_changes(struct rows_reader *);
/*
 * Take over what has changed into the reader's own copy.  Returns how many
 * rows are in use; *rows is valid until the next call.  A row that is being
 * written all the time keeps its last copy.  A row that a limited user may
 * not see (shared/scope.h) is all zeros, as a free one; so with rows_get().
 */
size_t rows_sync(struct rows_reader *, const void **rows);
/* One row, without a copy of all; false: none, or being written. */
bool rows_get(struct rows_reader *, uint32_t i, void *out);

#endif
