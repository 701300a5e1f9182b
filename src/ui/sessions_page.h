/* SPDX-License-Identifier: MIT */
/*
 * sessions_page: who is attached over SSH, over any pane: who, from where,
 * since when, how long without a key, doing what, watched by whom; and what
 * can be done about it.  A pane in all but that it has no tab.
 */
#ifndef UI_SESSIONS_PAGE_H
#define UI_SESSIONS_PAGE_H

#include "ui/pane.h"

#define SESSIONS_SAY_MAX 120 /* bytes of what is said to all */

extern const struct pane sessions_page;

#endif
