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
 * COMMAND_WORD(verb, word, ROLE)
 *   Where the first argument of a verb decides: the role for that word; the
 *   verb's own row has the least of them.  Every other first argument of such
 *   a verb is refused.
 * The command line answers status, and show of switches and alerts, from the
 * board; the console asks the engine.
 * Sorted as `discador help` shows them.
 */
#ifndef COMMAND
#define COMMAND(name, role, where, usage, help)
#endif
#ifndef COMMAND_WORD
#define COMMAND_WORD(verb, word, role)
#endif
COMMAND("demo", VIEWER, LOCAL, "[--no-console] [--seconds N] [--cps N]",
    "try it: private database, simulated carrier, sample campaigns")
COMMAND("status", VIEWER, ENGINE, "[--json]", "what goes on, once")
COMMAND("apply", ADMIN, ENGINE, "FILE...",
    "create or update what the files describe")
COMMAND("show", VIEWER, ENGINE, "KIND [NAME] [--json|--conf] | PANE [--json]",
    "campaign, country, context, trunk, profile, amd_profile, alert_rule, did, "
    "switch or alert; or what a pane shows: overview, campaigns, countries, "
    "dids, contexts, keys, calls, agents, trunks, loadtest or alerts")
COMMAND("details", VIEWER, ENGINE, "campaign NAME | did NUMBER [--json]",
    "what its calls of today came to, and what waits")
COMMAND("history", VIEWER, ENGINE, "FROM TO [--step S] [--json]",
    "pace and calls between two times, from the database")
COMMAND("why", VIEWER, ENGINE,
    "campaign NAME | trunk NAME | did NUMBER | contact NUMBER | list NAME "
    "[--json]",
    "why it is not dialled: every closed gate, the first one first")
COMMAND("set", OPERATOR, ENGINE, "KIND NAME [--new] KEY=VALUE...",
    "change options of one campaign, context, country, trunk, profile, "
    "amd_profile, alert_rule or did")
COMMAND_WORD("set", "campaign", OPERATOR)
COMMAND_WORD("set", "context", SUPERVISOR)
COMMAND_WORD("set", "did", SUPERVISOR)
COMMAND_WORD("set", "alert_rule", SUPERVISOR)
COMMAND_WORD("set", "country", ADMIN)
COMMAND_WORD("set", "trunk", ADMIN)
COMMAND_WORD("set", "profile", ADMIN)
COMMAND_WORD("set", "amd_profile", ADMIN)
COMMAND("context", VIEWER, ENGINE,
    "list | set NAME KEY=VALUE... | copy NAME NEW [--country C] | check NAME "
    "| states NAME [--json] | state NAME STATE TEXT|--remove [; STATE ...] | "
    "versions NAME [--json] | test NAME NUMBER [--trunk T]",
    "contexts (DTMF): what a call plays, asks and does, state by state")
COMMAND_WORD("context", "list", VIEWER)
COMMAND_WORD("context", "check", VIEWER)
COMMAND_WORD("context", "states", VIEWER)
COMMAND_WORD("context", "versions", VIEWER)
COMMAND_WORD("context", "set", SUPERVISOR)
COMMAND_WORD("context", "state", SUPERVISOR)
COMMAND_WORD("context", "copy", SUPERVISOR)
COMMAND_WORD("context", "test", OPERATOR)
COMMAND("survey", VIEWER, ENGINE,
    "CONTEXT [--campaign NAME] [--from T] [--to T] [--json]",
    "what people answered to the questions of a context, today or between "
    "two times")
COMMAND("did", SUPERVISOR, ENGINE,
    "block NUMBER... [--until TIME] [--reason TEXT] | unblock NUMBER... | add "
    "NUMBER...",
    "take caller IDs out of the rotation, and put them back")
COMMAND_WORD("did", "block", SUPERVISOR)
COMMAND_WORD("did", "unblock", SUPERVISOR)
COMMAND_WORD("did", "add", SUPERVISOR)
COMMAND("call", VIEWER, ENGINE, "list [NUMBER] [--json] | hangup ID",
    "calls that live, or all to a number; end one")
COMMAND_WORD("call", "list", VIEWER)
COMMAND_WORD("call", "hangup", OPERATOR)
COMMAND("campaign", OPERATOR, ENGINE, "start|pause|stop NAME",
    "let a campaign call, or not")
COMMAND("cps", SUPERVISOR, ENGINE, "N|auto",
    "pin the calls per second of all campaigns together")
COMMAND("brake", SUPERVISOR, ENGINE, "on|off",
    "stop all new calls at once, or let them go on")
COMMAND("callback", OPERATOR, ENGINE, "NUMBER TIME [--campaign NAME]",
    "call a contact at that time: 15:30, 2026-11-22 15:30 or +2h")
COMMAND("alert", VIEWER, ENGINE,
    "list [--json] | ack RULE [OBJECT] | ack all",
    "alerts, those that are over too; take notice of them")
COMMAND_WORD("alert", "list", VIEWER)
COMMAND_WORD("alert", "ack", OPERATOR)
COMMAND("audit", SUPERVISOR, ENGINE,
    "list [--word W] [--user U] [--limit N] [--json] | verify [--json]",
    "who commanded what, the newest first")
COMMAND_WORD("audit", "list", SUPERVISOR)
COMMAND_WORD("audit", "verify", SUPERVISOR)
COMMAND("loadtest", VIEWER, ENGINE,
    "run [--cps N] [--minutes N] [--countries A,B] [--dids N] [--scenarios A,B] "
    "[--compare ID] [--format text|json|html] | status [--json] | stop | "
    "results [ID] [--compare ID] [--format text|json|html]",
    "calls at a given pace by an engine of its own, to a simulated carrier or "
    "a test trunk, and a verdict for each target; no engine need run")
COMMAND_WORD("loadtest", "results", VIEWER)
COMMAND_WORD("loadtest", "status", VIEWER)
COMMAND_WORD("loadtest", "run", SUPERVISOR)
COMMAND_WORD("loadtest", "stop", SUPERVISOR)
COMMAND("import", SUPERVISOR, ENGINE,
    "contacts|dids|dnc FILE [--campaign NAME | --list NAME] [--country C] "
    "[--rejects FILE]",
    "load a list; FILE - reads standard input")
COMMAND("prompt", VIEWER, ENGINE,
    "list [--json] | add FILE [--name N] [--language L] [--switch S] | say TEXT "
    "--name N --language en|es-419|pt-BR [--switch S] [--force] | render "
    "[--force] | "
    "install NAME|--all [--switch S] | check [NAME|--all] [--switch S] [--json]",
    "sounds: recorded or spoken, put on the switches, looked for there")
COMMAND_WORD("prompt", "list", VIEWER)
COMMAND_WORD("prompt", "check", OPERATOR)
COMMAND_WORD("prompt", "add", SUPERVISOR)
COMMAND_WORD("prompt", "say", SUPERVISOR)
COMMAND_WORD("prompt", "render", SUPERVISOR)
COMMAND_WORD("prompt", "install", SUPERVISOR)
COMMAND("simulate", VIEWER, LOCAL, "FILE [--hours N] [--seed N] [--json]",
    "what a day would bring: when lists end, DIDs run out, what it costs")
COMMAND("session", VIEWER, ENGINE,
    "list [--json] | say TEXT | watch ID | kill ID",
    "who is attached over SSH; tell all something; look at one's screen (its "
    "user is asked, unless an admin looks); end one")
COMMAND_WORD("session", "list", VIEWER)
COMMAND_WORD("session", "say", SUPERVISOR)
COMMAND_WORD("session", "watch", SUPERVISOR)
COMMAND_WORD("session", "kill", ADMIN)
/* What discador-sshd and its sessions tell; nobody types them. */
COMMAND_WORD("session", "open", VIEWER)
COMMAND_WORD("session", "doing", VIEWER)
COMMAND_WORD("session", "consent", VIEWER)
COMMAND_WORD("session", "leave", VIEWER)
COMMAND_WORD("session", "welcome", VIEWER)
COMMAND_WORD("session", "refused", VIEWER)
COMMAND("user", ADMIN, ENGINE,
    "list [--json] | add NAME --role ROLE [--key KEY|FILE] [--language L] "
    "[--campaigns A,B] [--from NET,NET] [--idle MIN] | set NAME OPTIONS | passwd "
    "NAME | disable NAME | enable NAME | remove NAME",
    "who may attach over SSH")
COMMAND_WORD("user", "list", ADMIN)
COMMAND_WORD("user", "add", ADMIN)
COMMAND_WORD("user", "set", ADMIN)
COMMAND_WORD("user", "remove", ADMIN)
COMMAND_WORD("user", "passwd", ADMIN)
COMMAND_WORD("user", "disable", ADMIN)
COMMAND_WORD("user", "enable", ADMIN)
COMMAND("doctor", VIEWER, LOCAL, "[--json]",
    "every component tested: what is wrong, and the mend")
COMMAND("export", OPERATOR, ENGINE,
    "calls|answers|contacts|dids|dnc|metrics|audit [--from T] [--to T] "
    "[--campaign NAME] [--format csv|json] [-o FILE]",
    "write what the database holds")
COMMAND_WORD("export", "calls", OPERATOR)
COMMAND_WORD("export", "answers", OPERATOR)
COMMAND_WORD("export", "contacts", SUPERVISOR)
COMMAND_WORD("export", "dids", SUPERVISOR)
COMMAND_WORD("export", "dnc", SUPERVISOR)
COMMAND_WORD("export", "metrics", OPERATOR)
COMMAND_WORD("export", "audit", ADMIN)
COMMAND("stop", ADMIN, ENGINE, "", "end the engine; calls in progress go on")
COMMAND("db", ADMIN, LOCAL, "migrate|start|stop|psql [-- PSQL ARGS]",
    "look after the engine's database")
COMMAND("help", VIEWER, LOCAL, "[VERB|conf]",
    "this list, one verb, or a sample discador.conf")
#undef COMMAND
#undef COMMAND_WORD
