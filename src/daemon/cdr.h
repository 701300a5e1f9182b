/* SPDX-License-Identifier: MIT */
/*
 * cdr: calls that ended as lost get their true outcome from the records that
 * the switch has written into the database, where it does (cdr_pgsql).
 *
 * Every ten seconds the database is asked; an answer goes through the engine
 * and the journal as an outcome that comes late does.  What a record cannot
 * tell stays lost: nothing is guessed in favour of calling again.
 */
#ifndef DAEMON_CDR_H
#define DAEMON_CDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/cdr.h"
#include "engine/outcome.h"

struct daemon;
struct now;

/* Of struct daemon; all zero at the start. */
struct cdr_state {
	int64_t ask_ns; /* not before */
	bool asked; /* the answer is due */
	/* Settled by the last answer: perhaps not in the tables yet. */
	struct uuid last[CDR_LOST_MAX];
	size_t nlast;
};

/* Ask when it is time; the database is up and loaded. */
void cdr_turn(struct daemon *, const struct now *);

/* What the dialplan wrote: "res=optout key=9 cause=16 ans=q1=4;q2=12". */
struct cdr_facts {
	bool summed; /* res= is there: our dialplan has run, or had to */
	/* none machine connect goal connected optout; "" */
	char res[12];
	char key; /* '\0' none */
	int cause; /* Q.850; -1 not given */
	int sip_code; /* 0 not given */
	char amd[12], amd_cause[24]; /* "" not given */
	struct call_answer answers[MODEL_ANSWERS]; /* without a time or score */
	size_t nanswers;
};
/*
 * Any text; of two words with the same name, and of two answers to the same
 * question, the last counts.
 */
void cdr_facts(const char *, struct cdr_facts *);
/* Both together: how the call ended. */
void cdr_outcome(
    const struct cdr_lost *, const struct cdr_facts *, struct outcome *);

#endif
