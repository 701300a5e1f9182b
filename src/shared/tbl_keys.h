/* SPDX-License-Identifier: MIT */
/*
 * Keys: one row per key.  KEY(scope, key, action, name, help): scope GLOBAL
 * or a pane's; key as tmux and the manual write it (a character, or Up, PgUp,
 * C-l ...); name for the footer ("" keeps it out); help for the overlay.
 * A pane's rows come before the global ones where both have a key.  Rows of
 * one action that follow each other are one line of help, which takes the
 * first one's texts.  The order is the order on the screen.
 */
KEY(OVERVIEW, "Space", CAMPAIGN_TOGGLE, N_("pause"),
    N_("pause or resume the campaign under the cursor"))
KEY(OVERVIEW, "S", CAMPAIGN_START, N_("start"),
    N_("start the campaign under the cursor"))
KEY(OVERVIEW, "X", CAMPAIGN_STOP, N_("stop"),
    N_("stop the campaign under the cursor (asks)"))
KEY(OVERVIEW, "w", WHY, N_("why"),
    N_("why the campaign under the cursor does not dial"))

KEY(CAMPAIGNS, "Space", CAMPAIGN_TOGGLE, N_("pause"),
    N_("pause or resume the campaign"))
KEY(CAMPAIGNS, "S", CAMPAIGN_START, N_("start"), N_("start the campaign"))
KEY(CAMPAIGNS, "X", CAMPAIGN_STOP, N_("stop"),
    N_("stop the campaign (asks)"))
KEY(CAMPAIGNS, "w", WHY, N_("why"), N_("why it does not dial"))
KEY(CAMPAIGNS, "n", NEW, N_("new"), N_("a new campaign"))
KEY(CAMPAIGNS, "c", COPY, N_("copy"), N_("a new one like this one"))
KEY(CAMPAIGNS, "i", IMPORT, N_("import"), N_("import contacts into it"))

KEY(COUNTRIES, "c", CONTEXT, N_("keys"),
    N_("edit the country's context: its keys, its prompt"))

KEY(DIDS, "b", BLOCK, N_("block"), N_("block the DID under the cursor"))
KEY(DIDS, "u", UNBLOCK, N_("unblock"), N_("let it be used again"))
KEY(DIDS, "B", BLOCK_ALL, "", N_("block all that pass the filter (asks)"))
KEY(DIDS, "U", UNBLOCK_ALL, "", N_("unblock all that pass the filter (asks)"))
KEY(DIDS, "w", WHY, N_("why"), N_("why it is not used"))
KEY(DIDS, "n", NEW, N_("add"), N_("add DIDs by their numbers"))
KEY(DIDS, "i", IMPORT, N_("import"), N_("import DIDs from a file"))
KEY(DIDS, "v", VIEW, N_("picture"),
    N_("picture of the rotation: how even the uses are"))

KEY(CONTEXTS, "n", NEW, N_("new"), N_("a new context"))
KEY(CONTEXTS, "c", COPY, N_("copy"), N_("copy it to another country"))
KEY(CONTEXTS, "d", DRY_RUN, N_("dry run"),
    N_("press keys and see what would happen"))
KEY(CONTEXTS, "t", TEST_CALL, N_("test call"),
    N_("call a number with it (all rules hold)"))
KEY(CONTEXTS, "v", VIEW, N_("view"),
    N_("the flow, the keys pressed, the answers in turn"))

KEY(CALLS, "x", HANGUP, N_("hang up"), N_("hang this call up (asks)"))
KEY(CALLS, "f", FIND, N_("find"), N_("find calls to a number, ended ones too"))
KEY(CALLS, "v", VIEW, N_("ended"), N_("show calls that just ended, or not"))

KEY(AGENTS, "v", VIEW, N_("view"), N_("members, queues, endpoints in turn"))

KEY(TRUNKS, "w", WHY, N_("why"), N_("why it is not used"))
KEY(TRUNKS, "v", VIEW, N_("view"), N_("trunks, or switches"))

KEY(LOADTEST, "n", NEW, N_("start"), N_("start a load test"))
KEY(LOADTEST, "x", HANGUP, N_("stop"), N_("stop the running one (asks)"))

KEY(ALERTS, "a", ACK, N_("acknowledge"), N_("take notice of the alert"))
KEY(ALERTS, "A", ACK_ALL, "", N_("take notice of all alerts"))
KEY(ALERTS, "v", VIEW, N_("view"), N_("alerts, log, audit in turn"))

KEY(SESSIONS, "w", WATCH, N_("look"),
    N_("look at this screen (its user is asked, unless an admin looks)"))
KEY(SESSIONS, "x", KILL, N_("end"), N_("end this session (asks)"))
KEY(SESSIONS, "b", SAY, N_("say"), N_("say something to all who watch"))

KEY(GLOBAL, "?", HELP, N_("help"), N_("this help"))
KEY(GLOBAL, "F1", HELP, "", "")
KEY(GLOBAL, "Enter", DETAILS, N_("details"),
    N_("everything known of what is under the cursor"))
KEY(GLOBAL, "e", EDIT, N_("edit"), N_("edit what is under the cursor"))
KEY(GLOBAL, "F2", EDIT, "", "")
KEY(GLOBAL, "/", FILTER, N_("filter"),
    N_("show only rows with these words: us blocked  area:305  uses>90  !x"))
KEY(GLOBAL, "F4", FILTER, "", "")
KEY(GLOBAL, "s", SORT_COLUMN, N_("sort"), N_("sort by the next column"))
KEY(GLOBAL, "F6", SORT_COLUMN, "", "")
KEY(GLOBAL, "S", SORT_REVERSE, "",
    N_("turn the order round (where S starts nothing)"))
KEY(GLOBAL, "+", CPS_UP, N_("CPS"), N_("one call per second more"))
KEY(GLOBAL, "-", CPS_DOWN, "", N_("one call per second less"))
KEY(GLOBAL, "=", CPS_SET, "",
    N_("set calls per second (\"auto\" gives them back to the ramp)"))
KEY(GLOBAL, "!", BRAKE, N_("brake"),
    N_("emergency brake on or off (asks)"))
KEY(GLOBAL, ":", COMMAND, N_("command"),
    N_("command line: Tab completes, Up and Down recall"))
KEY(GLOBAL, "q", DETACH, N_("detach"),
    N_("leave the console; dialling goes on"))
KEY(GLOBAL, "C-c", DETACH, "", "")
KEY(GLOBAL, "F10", DETACH, "", "")
KEY(GLOBAL, "W", SESSIONS, N_("who"),
    N_("who is attached over SSH: look at a screen, say something, end one"))
KEY(GLOBAL, "Q", STOP_ENGINE, "", N_("stop the engine (asks)"))
KEY(GLOBAL, "Esc", CANCEL, "", N_("back: close what is open, drop the filter"))
KEY(GLOBAL, "Up", UP, "", N_("cursor up"))
KEY(GLOBAL, "k", UP, "", "")
KEY(GLOBAL, "Down", DOWN, "", N_("cursor down"))
KEY(GLOBAL, "j", DOWN, "", "")
KEY(GLOBAL, "Left", LEFT, "", N_("to the left, the one before"))
KEY(GLOBAL, "h", LEFT, "", "")
KEY(GLOBAL, "Right", RIGHT, "", N_("to the right, the next one"))
KEY(GLOBAL, "l", RIGHT, "", "")
KEY(GLOBAL, "PgUp", PAGE_UP, "", N_("a page up"))
KEY(GLOBAL, "C-b", PAGE_UP, "", "")
KEY(GLOBAL, "PgDn", PAGE_DOWN, "", N_("a page down"))
KEY(GLOBAL, "C-f", PAGE_DOWN, "", "")
KEY(GLOBAL, "g", TOP, "", N_("first row"))
KEY(GLOBAL, "Home", TOP, "", "")
KEY(GLOBAL, "G", BOTTOM, "", N_("last row"))
KEY(GLOBAL, "End", BOTTOM, "", "")
KEY(GLOBAL, "[", GRAPH_BACK, "", N_("graphs: back in time"))
KEY(GLOBAL, "]", GRAPH_FORWARD, "", N_("graphs: forward in time"))
KEY(GLOBAL, "z", GRAPH_ZOOM, "", N_("graphs: more time on a column, or less"))
KEY(GLOBAL, "a", ACK, "", N_("acknowledge the newest alert"))
KEY(GLOBAL, "Tab", NEXT_PANE, "", N_("next pane"))
KEY(GLOBAL, "BTab", PREV_PANE, "", N_("pane before"))
KEY(GLOBAL, "1", PANE_1, "", N_("overview"))
KEY(GLOBAL, "2", PANE_2, "", N_("campaigns"))
KEY(GLOBAL, "3", PANE_3, "", N_("countries"))
KEY(GLOBAL, "4", PANE_4, "", N_("DIDs"))
KEY(GLOBAL, "5", PANE_5, "", N_("contexts"))
KEY(GLOBAL, "6", PANE_6, "", N_("calls"))
KEY(GLOBAL, "7", PANE_7, "", N_("agents"))
KEY(GLOBAL, "8", PANE_8, "", N_("trunks and switches"))
KEY(GLOBAL, "9", PANE_9, "", N_("load test"))
KEY(GLOBAL, "0", PANE_0, "", N_("alerts and log"))
KEY(GLOBAL, "C-l", REPAINT, "", N_("paint the screen again"))
#undef KEY
