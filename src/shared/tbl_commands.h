/* SPDX-License-Identifier: MIT */
/*
 * The verbs: one row each.  Command line, help, manual page, completion in
 * the console and the engine's dispatcher come from here; what has no row is
 * refused.
 *
 * COMMAND(name, ROLE, WHERE, "usage", "what it does")
 *   ROLE   least role that may: VIEWER OPERATOR SUPERVISOR ADMIN
 *   WHERE  ENGINE  a request on the control socket
 *          LOCAL   done by the command line itself; no request of that name
 *                  exists, the engine refuses one
 * The command line answers status, and show of switches and alerts, from the
 * board; the console asks the engine.
 * Sorted as `discador help` shows them.
 */
#ifndef COMMAND
#define COMMAND(name, role, where, usage, help)
#endif
COMMAND("demo", VIEWER, LOCAL, "[--no-console] [--seconds N] [--cps N]",
    "try it: private database, simulated carrier, sample campaigns")
COMMAND("status", VIEWER, ENGINE, "[--json]", "what goes on, once")
COMMAND("apply", ADMIN, ENGINE, "FILE...",
    "create or update what the files describe")
COMMAND("show", VIEWER, ENGINE, "KIND [NAME] [--json|--conf]",
    "campaign, country, context, trunk, profile, did, switch or alert")
COMMAND("campaign", OPERATOR, ENGINE, "start|pause|stop NAME",
    "let a campaign call, or not")
COMMAND("cps", SUPERVISOR, ENGINE, "N|auto",
    "pin the calls per second of all campaigns together")
COMMAND("brake", SUPERVISOR, ENGINE, "on|off",
    "stop all new calls at once, or let them go on")
COMMAND("import", SUPERVISOR, ENGINE,
    "contacts|dids|dnc FILE [--campaign NAME | --list NAME] [--country C] "
    "[--rejects FILE]",
    "load a list; FILE - reads standard input")
COMMAND("stop", ADMIN, ENGINE, "", "end the engine; calls in progress go on")
COMMAND("db", ADMIN, LOCAL, "migrate|start|stop|psql [-- PSQL ARGS]",
    "look after the engine's database")
COMMAND("help", VIEWER, LOCAL, "[VERB|conf]",
    "this list, one verb, or a sample discador.conf")
#undef COMMAND
