/* SPDX-License-Identifier: MIT */
/*
 * commands: what comes in on the control socket.  The role of the peer
 * decides (tbl_commands.h, default deny), every accepted command is audited
 * by its handler (cmd_*.c).
 */
#include "daemon/commands.h"

#include <string.h>

#include "daemon/cmd.h"
#include "shared/commands.h"
#include "shared/log.h"

static const struct {
	const char *name;
	cmd_handler *fn;
} handlers[] = {
	{ "alert", cmd_do_alert },
	{ "apply", cmd_do_apply },
	{ "audit", cmd_do_audit },
	{ "brake", cmd_do_brake },
	{ "call", cmd_do_call },
	{ "callback", cmd_do_callback },
	{ "campaign", cmd_do_campaign },
	{ "context", cmd_do_context },
	{ "cps", cmd_do_cps },
	{ "details", cmd_do_details },
	{ "did", cmd_do_did },
	{ "history", cmd_do_history },
	{ "import", cmd_do_import },
	{ "loadtest", cmd_do_loadtest },
	{ "session", cmd_do_session },
	{ "set", cmd_do_set },
	{ "show", cmd_do_show },
	{ "stop", cmd_do_stop },
	{ "why", cmd_do_why },
};

/* Is it a word of the verb's, and no number or name? */
static bool
is_word(const char *name, const char *word)
{
	for (size_t i = 0; i < ncommand_words; i++)
		if (strcmp(command_words[i].verb, name) == 0 &&
		    strcmp(command_words[i].word, word) == 0)
			return true;
	return false;
}

static void
refuse(struct ctl_req *req, const char *name, const char *word,
    enum command_role role)
{
	const struct command *c = command_find(name);
	/* Other arguments may be numbers: not for the log. */
	bool by_word = c != NULL && is_word(name, word);
	char text[256];

	if (c != NULL && c->where == COMMAND_ENGINE && role >= c->role &&
	    command_least(name, word) == COMMAND_NOBODY) {
		str_format(text, sizeof(text), "usage: discador %s %s", name,
		    c->usage);
		ctl_reply(req, false, 2, text, NULL);
		return;
	}
	if (c == NULL)
		str_format(text, sizeof(text),
		    "%.40s: the engine knows no such command (as a %s)", name,
		    command_role_word(role));
	else
		str_format(text, sizeof(text), "%s%s%s: not permitted to a %s",
		    name, by_word ? " " : "", by_word ? word : "",
		    command_role_word(role));
	log_warn("%s: refused: %s", ctl_who(req), text);
	ctl_reply(req, false, 1, text, NULL);
}

void
commands_request(void *arg, struct ctl_req *req)
{
	struct daemon *d = arg;
	const char *name = cmd_key(req, "cmd"), *word = cmd_arg(req, 0);
	enum command_role role = ctl_role(req);

	if (!command_allowed(name, word, role)) {
		refuse(req, name, word, role);
		return;
	}
	for (size_t i = 0; i < nitems(handlers); i++)
		if (strcmp(handlers[i].name, name) == 0) {
			handlers[i].fn(d, req);
			return;
		}
	ctl_reply(req, false, 1, "the engine has no handler for it", NULL);
}
