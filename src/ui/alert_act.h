/* SPDX-License-Identifier: MIT */
/*
 * alert_act: what one does with an alert or a line of the log: requests,
 * questions, a text to read.  Never decides who may: that is the engine's.
 */
#ifndef UI_ALERT_ACT_H
#define UI_ALERT_ACT_H

#include "ui/log_rows.h"
#include "ui/pane.h"

/* Take notice of one; NULL: there is none, which is told. */
void alert_act_ack(const struct pane_ctx *, const struct board_alert *);
/* Of all, after a question that counts them. */
void alert_act_all(const struct pane_ctx *);
/* One line, whole. */
void alert_act_log(const struct pane_ctx *, const struct log_row *);
void alert_act_audit(const struct pane_ctx *, const struct audit_row *);

#endif
