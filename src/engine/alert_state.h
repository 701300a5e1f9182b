/* SPDX-License-Identifier: MIT */
/*
 * alert_state: what the files of the alerts share (alert.c rules and who looks
 * in, alert_look.c the life of conditions).  Nobody else includes it.
 */
#ifndef ENGINE_ALERT_STATE_H
#define ENGINE_ALERT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/alert.h"
#include "shared/board.h"
#include "shared/buf.h"
#include "shared/model.h"

/*
 * The life of one condition: bad, but not for long enough; on; perhaps good
 * again, but not for long enough; gone.
 */
struct cond {
	uint64_t hash; /* of a.object */
	char *parent; /* names with commas between */
	bool fed, bad; /* in this look */
	bool on; /* bad for long enough */
	bool silent; /* another explains it */
	bool raised; /* it has been told */
	int64_t begun_ms; /* bad since; 0: just found */
	int64_t good_ms; /* on, but good since; 0: bad */
	int64_t explained_ms; /* explained at last; 0: never */
	struct cond *root; /* in alerts_end: what explains it; NULL none */
	struct board_alert a;
};

struct rule {
	struct m_alert_rule r;
	int statistic, cause; /* indices; -1: none such */
	struct cond *v;
	size_t n;
};

struct alerts {
	struct rule *rules;
	size_t nrules;
	/* raised ones of rules that are no more: end at the next look */
	struct board_alert *orphans;
	size_t norphans;
	struct board_alert hist[ALERT_HISTORY]; /* newest first */
	size_t nhist;
	struct buf words; /* scratch for messages */
};

/* -1: none of that name. */
int alert_statistic_index(const char *name);
/* Take the i-th out of its rule. */
void alert_cond_free(struct rule *, size_t i);

#endif
