/* SPDX-License-Identifier: MIT */
/*
 * call: one call from armed to ended.  Its state changes in call_move() only,
 * from one table; a transition that the table does not know is refused and
 * counted (events arrive in any order, so "too late" is normal, not an
 * error).
 */
#ifndef ENGINE_CALL_H
#define ENGINE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "engine/keys.h"
#include "engine/outcome.h"
#include "shared/model.h"
#include "shared/util.h"

/* glibc's sys/queue.h lacks it. */
#ifndef TAILQ_FOREACH_SAFE
#define TAILQ_FOREACH_SAFE(var, head, field, next)                             \
	for ((var) = TAILQ_FIRST(head);                                        \
	     (var) != NULL && ((next) = TAILQ_NEXT(var, field), 1);            \
	     (var) = (next))
#endif

struct campaign;
struct country;
struct trunk;
struct zoneset;

enum { REC_NONE, REC_CHANGED, REC_URGENT };
enum { PROBE_CAMPAIGN = 1, PROBE_TRUNK = 2 };
enum call_fault { /* not the number's: the attempt does not count */
	FAULT_NONE,
	FAULT_TRUNK, /* broken, or never reached: the next one at once */
	FAULT_CAPACITY,
	FAULT_ROUTE,
};
enum call_way { /* where detection has led a machine */
	WAY_UNKNOWN,
	WAY_HANGUP,
	WAY_MESSAGE,
	WAY_ON, /* as a person: a prompt, or the destination */
};
#define CALL_MAGIC 0x43414c4cu

struct call {
	uint32_t magic;
	uint8_t state; /* enum call_state */
	uint8_t disposition; /* NONE until ended */
	bool listed; /* in the campaign's armed queue */
	uint8_t recq; /* 0, REC_CHANGED, REC_URGENT */
	bool seen_live; /* by the resync that is running */
	bool accepted; /* counted as attempted */
	bool no_dial; /* put on do-not-call since it was armed */
	bool tell_optout; /* the do-not-call row is not recorded yet */
	bool summed; /* our dialplan has summed it up */
	bool staged; /* our dialplan has reported of it */
	bool gap; /* part of its life was not watched */
	bool faulted; /* its trunk was blamed for the failure */
	bool recorded; /* its end was recorded (lost: kept a while) */
	uint8_t fault; /* enum call_fault: whose, once it has ended */
	uint8_t probe; /* PROBE_: of which brakes */
	bool carried; /* the trunk had room for it */
	bool kept; /* its contact stays here, for the next trunk */
	char key;
	struct outcome o;
	struct uuid id;
	char id_text[UUID_LEN + 1];
	char number[MODEL_E164], did_number[MODEL_E164];
	char usage_date[11];
	char amd[12], amd_cause[24], note[56];
	char area[8], state_code[4]; /* of the number */
	char did_why[96]; /* why this caller ID */
	int attempt, uncounted; /* uncounted: of the attempts before */
	uint64_t tried; /* bit per trunk that failed its contact just now */
	int retry_after_s; /* of a full trunk; 0 */
	int again; /* times it was armed anew after a failover */
	/* What its Originate was made of; nothing of it is looked up again. */
	char context[MODEL_NAME]; /* "" not known */
	int context_version; /* 0: not known */
	uint16_t false_milli; /* of its AMD profile, in thousandths */
	uint8_t optout_after; /* of its context: CONTEXT_MACHINE etc. */
	uint8_t way; /* enum call_way */
	bool pressed; /* a key arrived, whether anybody listened or not */
	struct keys_call keys; /* keys.c; the next three are its, too */
	bool key_early; /* a key came before anything was asked */
	int key_ms; /* prompt's begin to the last key that led on; -1 none */
	int keys_invalid;
	int amd_ms; /* answer to verdict; -1 not known */
	struct call_answer *answers;
	size_t nanswers;
	int setup_ms; /* -1: no sign of the far end yet */
	float cps_at_call;
	int64_t contact_id, did_id;
	int64_t armed_ms, sent_ms, ringing_ms, answered_ms, connected_ms,
	    ended_ms; /* wall; 0: not yet */
	int64_t armed_ns, sent_ns, event_ns; /* mono */
	int64_t answered_ns; /* mono; 0: not seen */
	int64_t failed_ns; /* OriginateResponse Failure; 0: none */
	int64_t hungup_ns; /* Hangup, and the rest is waited for; 0: not */
	struct campaign *camp;
	struct country *country;
	const struct zoneset *zones;
	struct trunk *trunk; /* NULL: its trunk is not known any more */
	int sw; /* switch it went over; -1: not known */
	uint64_t not_there; /* bit per switch asked, while sw is -1 */
	/* What viewers are shown (publish_rows.c). */
	uint32_t slot; /* its row + 1; 0: none, PUBLISH_HIDDEN: no room */
	int64_t at_ms[CALL_NSTATE]; /* when each state was entered; 0 */
	struct call *hash_next;
	TAILQ_ENTRY(call) all, armed, rec;
};
TAILQ_HEAD(call_list, call);

/* With its answers; it is in no list and no table any more. */
void call_free(struct call *);

/*
 * An answer to a question, in the place of an earlier one.  False: it is no
 * answer (letters, digits, _ * - alone), or there are MODEL_ANSWERS.
 */
bool call_answer(
    struct call *, const char *question, const char *answer, int score, int ms);
/* The answer, or NULL. */
const char *call_answered(const struct call *, const char *question);

/* Move; false if the table does not have it (nothing changed). */
bool call_move(struct call *, enum call_state to);
/* It was written to a switch and has not ended. */
bool call_in_flight(const struct call *);

/* Calls by id. */
struct call_table {
	struct call **slot;
	size_t nslot, n;
};
void call_table_init(struct call_table *);
void call_table_clear(struct call_table *);
void call_table_add(struct call_table *, struct call *);
struct call *call_table_find(const struct call_table *, const struct uuid *);
void call_table_remove(struct call_table *, struct call *);

#endif
