/* SPDX-License-Identifier: MIT */
/* world_part: what the files of the simulated world share among themselves. */
#ifndef SIM_WORLD_PART_H
#define SIM_WORLD_PART_H

#include "sim/world.h"

enum world_kind {
	HAPPENS_STEP, /* of a call's life */
	HAPPENS_EVENT, /* the engine hears of it */
	HAPPENS_PATIENCE, /* a caller in the queue has waited long enough */
	HAPPENS_DB_DO,
	HAPPENS_DB_ANSWER,
	HAPPENS_LINK_UP,
	HAPPENS_LIVE,
	HAPPENS_DNC_NOTE,
	HAPPENS_DB_BACK,
	HAPPENS_START
};
struct world_event {
	uint8_t kind;
	int16_t sw;
	int32_t step, lag_ms;
	uint64_t gen; /* of the link it travels over */
	struct world_call *call;
	struct world_ask *ask;
	struct world_step said; /* HAPPENS_EVENT */
	uint32_t next_free;
};

struct world_armed { /* one row of the arm transaction */
	struct uuid id;
	int64_t armed_ms, did;
	uint32_t contact, uses;
	char date[11], group[32];
	int cap, number_cap, verdict, attempt;
};
struct world_ask {
	enum action_type type;
	bool refused; /* the database answers with an error */
	int64_t campaign_id, due_ms, did;
	int limit;
	size_t n;
	int *pairs; /* indices */
	int64_t *contacts, *armed_ms;
	struct uuid *ids;
	struct world_armed *rows;
	char (*numbers)[MODEL_E164];
};
struct world_line {
	struct world_call *call;
	uint8_t rank, disp, contact_state;
	bool touch, optout, uncounted; /* touch: the contact follows */
	int shift;
	int64_t due_ms, answered_ms, connected_ms;
	char amd[12];
};
struct world_recent { /* a call to a number */
	int64_t ms;
	uint32_t next;
};

/* world_make.c */
uint32_t world_number_find(const struct world *, const char *e164);
struct world_call *world_call_new(struct world *, const struct world_armed *);
/* Nothing is to come of it any more: its place may be used again. */
void world_call_done(struct world *, struct world_call *);

/* world.c */
void world_push(struct world *, int64_t ns, const struct world_event *);

/* world_ask.c */
void world_ask(struct world *, const struct action *);
void world_ask_free(struct world_ask *);
/* world_db.c */
void world_db_do(struct world *, struct world_ask *);
void world_db_answer(struct world *, struct world_ask *, bool ok);
/* As if it had not been armed. */
void world_unarm(struct world *, struct world_call *);
/* A contact that is pending waits for its time, or for its turn. */
void world_enqueue(struct world *, uint32_t contact);
/* To another state; with all that follows. */
void world_put(struct world *, uint32_t contact, enum world_state);
void world_leases(struct world *);
/* That call to its number does not count. */
void world_recent_undo(struct world *, const struct world_call *);
/* world_load.c */
void world_db_load(struct world *);
void world_tally(struct world *);

/* world_journal.c */
void world_take(struct world *, const struct engine_record *);
void world_sent_line(struct world *, struct world_call *);
/* What the database has not been told yet. */
void world_pump(struct world *);

/* world_switch.c */
void world_originate(struct world *, struct world_call *, int timeout_s);
void world_step(struct world *, struct world_call *, int step);
void world_patience(struct world *, struct world_call *);
void world_resync(struct world *, int sw);
void world_live(struct world *, int sw);
/* world_life.c: its steps, from the moment it is written */
extern const char *const world_words[];
void world_life(struct world *, struct world_call *, int timeout_s);
/* After EV_CONNECT: somebody has taken it, or nobody did. */
void world_life_taken(struct world *, struct world_call *, bool taken);

#endif
