/* SPDX-License-Identifier: MIT */
/*
 * Keys: one row per key.  KEY(scope, key, action, name, help): scope GLOBAL
 * or a pane's; key as tmux and the manual write it (a character, or Up, PgUp,
 * C-l ...); name for the footer ("" keeps it out); help for the overlay.
 * Rows of one action that follow each other are one line of help, which
 * takes the first one's texts.  The order is the order on the screen.
 */
KEY(OVERVIEW, "Space", CAMPAIGN_TOGGLE, N_("pause"),
    N_("pause or resume the campaign under the cursor"))
KEY(OVERVIEW, "S", CAMPAIGN_START, N_("start"),
    N_("start the campaign under the cursor"))
KEY(OVERVIEW, "X", CAMPAIGN_STOP, N_("stop"),
    N_("stop the campaign under the cursor (asks)"))
KEY(OVERVIEW, "Enter", DETAILS, N_("info"),
    N_("everything known of the campaign under the cursor"))
KEY(GLOBAL, "?", HELP, N_("help"), N_("this help"))
KEY(GLOBAL, "q", DETACH, N_("detach"),
    N_("leave the console; dialling goes on"))
KEY(GLOBAL, "C-c", DETACH, "", "")
KEY(GLOBAL, "+", CPS_UP, N_("CPS"), N_("one call per second more"))
KEY(GLOBAL, "-", CPS_DOWN, "", N_("one call per second less"))
KEY(GLOBAL, "=", CPS_SET, "",
    N_("set calls per second (\"auto\" gives them back to the ramp)"))
KEY(GLOBAL, "!", BRAKE, N_("brake"),
    N_("emergency brake on or off (asks)"))
KEY(GLOBAL, ":", COMMAND, N_("command"),
    N_("command line: Tab completes, Up and Down recall"))
KEY(GLOBAL, "Q", STOP_ENGINE, "", N_("stop the engine (asks)"))
KEY(OVERVIEW, "Up", UP, "", N_("cursor up and down"))
KEY(OVERVIEW, "k", UP, "", "")
KEY(OVERVIEW, "Down", DOWN, "", N_("cursor down"))
KEY(OVERVIEW, "j", DOWN, "", "")
KEY(OVERVIEW, "PgUp", PAGE_UP, "", N_("a page up"))
KEY(OVERVIEW, "PgDn", PAGE_DOWN, "", N_("a page down"))
KEY(OVERVIEW, "g", TOP, "", N_("first row"))
KEY(OVERVIEW, "Home", TOP, "", "")
KEY(OVERVIEW, "G", BOTTOM, "", N_("last row"))
KEY(OVERVIEW, "End", BOTTOM, "", "")
KEY(OVERVIEW, "s", SORT_COLUMN, "", N_("sort the campaigns by the next column"))
KEY(OVERVIEW, "/", FILTER, "", N_("show only campaigns that contain a text"))
KEY(OVERVIEW, "[", GRAPH_BACK, "", N_("graph: back in time"))
KEY(OVERVIEW, "]", GRAPH_FORWARD, "", N_("graph: forward in time"))
KEY(OVERVIEW, "z", GRAPH_ZOOM, "", N_("graph: seconds per dot 1, 2, 5, 10"))
KEY(GLOBAL, "Esc", CANCEL, "", N_("close what is open, drop the filter"))
KEY(GLOBAL, "Tab", NEXT_PANE, "", N_("next pane"))
KEY(GLOBAL, "1", PANE_1, "", N_("overview"))
KEY(GLOBAL, "C-l", REPAINT, "", N_("paint the screen again"))
#undef KEY
