/* SPDX-License-Identifier: MIT */
/*
 * section: the titled parts of the overview that are no tables.  Each draws
 * into a rectangle whose first row is its title, what matters first, so that
 * a small rectangle shows the essentials.
 */
#ifndef UI_SECTION_H
#define UI_SECTION_H

#include "ui/canvas.h"
#include "ui/pane.h"

/* The top line: node, clock, LIVE/STALE/OFFLINE, brake, uptime, version. */
void section_status(struct canvas *, struct rect, const struct pane_ctx *);
/* "Is all well?" */
void section_verdict(struct canvas *, struct rect, const struct pane_ctx *);

void section_now(struct canvas *, struct rect, const struct board *);
/* Switches, trunks, database as lamps; dids: DID pools below them. */
void section_line(
    struct canvas *, struct rect, const struct board *, bool dids);
void section_dids(struct canvas *, struct rect, const struct board *);
/* Alerts, jobs, log; flags say which of them stand in this rectangle. */
enum { NEWS_ALERTS = 1, NEWS_JOBS = 2, NEWS_LOG = 4 };
void section_news(
    struct canvas *, struct rect, const struct pane_ctx *, int flags);
/* Rows that section_line and section_dids could use, title included. */
int section_line_want(const struct board *, bool dids);
int section_dids_want(const struct board *);

#endif
