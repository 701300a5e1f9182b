/* SPDX-License-Identifier: MIT */
/* log_rows: alerts, the engine's log and the audit trail as rows of tables. */
#ifndef UI_LOG_ROWS_H
#define UI_LOG_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/board.h"
#include "ui/pane.h"
#include "ui/table.h"

#define LOG_AUDIT_MAX 500

enum alert_state { ALERT_ACTIVE, ALERT_ACKED, ALERT_OVER };

struct alert_row {
	const struct board_alert *a;
	const char *zone;
	int64_t now_ms;
	enum alert_state state;
	char id[64]; /* what the cursor follows */
};
/* Active ones, acknowledged ones, ended ones; out[BOARD_ALERTS]. */
size_t alert_rows(const struct pane_ctx *, struct alert_row *out);
/* Seconds that it held, or holds. */
int64_t alert_row_lasts(const struct alert_row *);
/* Its style as long as nobody has taken notice. */
struct style alert_style(const struct alert_row *);
/* "active", "acknowledged", "over", translated. */
const char *alert_state_name(enum alert_state);

/* How many are active, acknowledged, and over since midnight. */
void alert_counts(const struct pane_ctx *, unsigned n[3]);

struct log_row {
	const struct board_log *l;
	const char *zone;
	int64_t now_ms;
	char id[64];
};
/* Newest first; out[BOARD_LOG]. */
size_t log_rows(const struct pane_ctx *, struct log_row *out);

struct audit_row {
	const char *zone;
	int64_t now_ms, at_ms;
	const char *user, *node, *origin, *action, *object, *result;
	char id[64];
};
/* {"lines": [...]} of the engine; texts are borrowed from it. */
size_t audit_rows(
    const struct pane_ctx *, const json_t *data, struct audit_row *, size_t n);

/* log_cols.c */
extern const struct table_col alert_cols[], log_cols[], audit_cols[];
extern const size_t alert_ncols, log_ncols, audit_ncols;
/* Alerts and log as JSON (new) and as text. */
json_t *log_json(const struct pane_ctx *);
void log_print(const struct pane_ctx *, struct buf *);

#endif
