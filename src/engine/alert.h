/* SPDX-License-Identifier: MIT */
/*
 * alert: conditions that a person should know of.  Rules are data (kind
 * alert_rule of shared/tbl_spec.h): a statistic (shared/tbl_alert.h), a
 * threshold, how long, with hysteresis.  Each alert is raised once when it
 * begins, ended when it ends, kept for the history; one that another explains
 * (rule's cause) stays silent and is counted there, so that one dead trunk is
 * one alert.
 *
 * Begins: the value has been beyond the threshold for hold seconds on end.
 * Ends: it has been on the good side, by hysteresis, for hold seconds on end;
 * at once when it is no longer fed (the object is gone, nothing to divide by).
 * So a value that flaps around its threshold raises once.
 *
 * Silent while the cause rule holds on the same object, on one of its parents
 * or on "", and ALERT_AFTER_MS beyond, because effects end after their cause.
 * A cause may itself be silent: all are counted at the first of the chain.  A
 * rule with a cause waits ALERT_WAIT_MS for it.  One that was already raised
 * when its cause came leaves the board but ends with its own end.
 */
#ifndef ENGINE_ALERT_H
#define ENGINE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/model.h"

#define ALERT_WAIT_MS  2000
#define ALERT_AFTER_MS 10000
#define ALERT_HISTORY  64 /* ended ones that are kept */

struct alerts;
/* With the defaults as its rules. */
struct alerts *alerts_new(void);
void alerts_free(struct alerts *);

/* The rules that hold when the operator has none of that name. */
extern const struct m_alert_rule alert_defaults[];
extern const size_t alert_ndefaults;
/*
 * Replace the rules: the defaults, overridden by name with these.  One without
 * a statistic takes only enabled from the operator: it switches the default of
 * its name off and on.  Running alerts of rules that remain go on; the others
 * end with the next look.
 */
void alerts_rules(struct alerts *, const struct m_alert_rule *, size_t n);
/* Every name that a rule's statistic may have, for checks and manuals. */
extern const char *const alert_statistics[];
extern const size_t alert_nstatistics;

/*
 * One look: begin, then the present value of every statistic of every object,
 * then end.  statistic is one of the above, else abort.  parent: the object
 * that explains this one (a trunk's switch), "" if none; several (the trunks
 * of a campaign) with commas between.  detail: words for the message, or
 * NULL.  What is not fed, or is NaN, has no alert.
 */
void alerts_begin(struct alerts *);
void alerts_value(struct alerts *, const char *statistic, const char *object,
    const char *parent, double value, const char *detail);
/*
 * changed() is called for each that was raised (ended_ms 0) or has ended; the
 * ended ones first.  Never for one that was silent all the time.
 */
typedef void alert_changed(void *arg, const struct board_alert *);
void alerts_end(struct alerts *, int64_t now_ms, alert_changed *, void *arg);

/*
 * Acknowledge what was raised, ended or not.  object "": all of the rule;
 * rule "": all.  Returns how many were news.
 */
unsigned alerts_ack(struct alerts *, const char *rule, const char *object,
    const char *user, int64_t now_ms);
/* For the board: raised ones first (critical, then newest), then ended. */
uint32_t alerts_publish(
    const struct alerts *, struct board_alert out[BOARD_ALERTS]);
/* Raised ones that are not silent; may be more than the board shows. */
size_t alerts_running(const struct alerts *);

/*
 * Append an alert as the JSON object that notify.d gets: state ("raised",
 * "ended"), rule, object, severity, since, ended (ISO 8601 or null), message,
 * node.  One line, UTF-8.
 */
void alert_json(struct buf *, const struct board_alert *, const char *node);

#endif
