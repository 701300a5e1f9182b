/* SPDX-License-Identifier: MIT */
/*
 * commands: what comes in on the control socket.  The role of the peer
 * decides (tbl_commands.h, default deny), every accepted command is audited
 * by its handler (cmd_*.c).
 */
#include "daemon/commands.h"

#include <string.h>
#include <unistd.h>

#include "daemon/cmd.h"
#include "shared/commands.h"
#include "shared/log.h"

static const struct {
	const char *name;
	cmd_handler *fn;
} handlers[] = {
	{ "alert", cmd_do_alert },
	{ "apply", cmd_do_apply },
	{ "brake", cmd_do_brake },
	{ "callback", cmd_do_callback },
	{ "campaign", cmd_do_campaign },
	{ "cps", cmd_do_cps },
	{ "import", cmd_do_import },
	{ "show", cmd_do_show },
	{ "stop", cmd_do_stop },
	{ "why", cmd_do_why },
};

static void
refuse(struct ctl_req *req, const char *name, const char *word,
    enum command_role role)
{
	const struct command *c = command_find(name);
	/* Other arguments may be numbers: not for the log. */
	bool by_word = c != NULL && command_least(name, word) > c->role;
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
	uid_t uid = ctl_uid(req);
	enum command_role role =
	    uid == 0 || uid == geteuid() ? COMMAND_ADMIN : COMMAND_VIEWER;

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
