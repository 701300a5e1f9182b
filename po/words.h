/* SPDX-License-Identifier: MIT */
/*
 * Words that reach the screen as data (off the board, out of a row) and are
 * translated where they are drawn.  Only po/extract reads this file; states
 * of calls and the texts of the tables it finds by itself.
 */

/* severities of alerts and log lines */
N_("info")
N_("notice")
N_("warning")
N_("error")
N_("critical")

/* roles */
N_("viewer")
N_("operator")
N_("supervisor")
N_("admin")

/* struct row_did.state */
N_("free")
N_("capped")
N_("blocked")
N_("resting")

/* struct row_agent.kind and .state */
N_("queue")
N_("member")
N_("endpoint")
N_("registration")
N_("busy")
N_("ringing")
N_("paused")
N_("unavailable")
N_("unknown")
N_("registered")
N_("rejected")
N_("unregistered")

/* windows of statistics */
N_("10s")
N_("1m")
N_("10m")
N_("day")
