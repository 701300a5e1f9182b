/* SPDX-License-Identifier: MIT */
/*
 * commands: what comes in on the control socket.  The role of the peer
 * decides (tbl_commands.h, default deny), then the campaigns that its user is
 * limited to (scope_judge.h).  Every accepted command is audited by its
 * handler (cmd_*.c), every refusal here.
 */
#include "daemon/commands.h"

#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/scope_judge.h"
#include "daemon/sessions.h"
#include "shared/commands.h"
#include "shared/log.h"
#include "shared/text.h"

/* Refusals that are audited: so many at once, then one each second. */
#define AUDIT_AT_ONCE 60

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
	{ "export", cmd_do_export },
	{ "history", cmd_do_history },
	{ "import", cmd_do_import },
	{ "loadtest", cmd_do_loadtest },
	{ "prompt", cmd_do_prompt },
	{ "session", cmd_do_session },
	{ "set", cmd_do_set },
	{ "show", cmd_do_show },
	{ "stop", cmd_do_stop },
	{ "survey", cmd_do_survey },
	{ "user", cmd_do_user },
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

/* Anybody on this machine may ask: no flood of them fills the table. */
static bool
may_audit(unsigned *left_out)
{
	static int64_t full_ns; /* when the allowance is whole again */
	static unsigned missed;
	int64_t now = now_read().mono_ns;

	full_ns = MAXIMUM(full_ns, now);
	if (full_ns - now >= AUDIT_AT_ONCE * NS_PER_S) {
		missed++;
		return false;
	}
	full_ns += NS_PER_S;
	*left_out = missed;
	missed = 0;
	return true;
}

/* Log, audit and answer.  object: verb and word, nothing that was typed. */
static void
refused(
    struct daemon *d, struct ctl_req *req, const char *object, const char *text)
{
	char result[400], clean[256], more[60] = "";
	unsigned left_out;

	log_warn("%s: refused: %s", ctl_who(req), text);
	if (may_audit(&left_out)) {
		if (left_out > 0)
			str_format(more, sizeof(more),
			    " (%u refusals before it are only in the log)",
			    left_out);
		text_clean(clean, sizeof(clean), text);
		str_format(result, sizeof(result), "%s%s", clean, more);
		audit_write(d, ctl_who(req), ctl_origin(req), "refused", object,
		    result);
	}
	ctl_reply(req, false, 1, text, NULL);
}

static void
refuse(struct daemon *d, struct ctl_req *req, const char *name,
    const char *word, enum command_role role)
{
	const struct command *c = command_find(name);
	/* Other arguments may be numbers: not for the log. */
	bool by_word = c != NULL && is_word(name, word);
	char text[256], object[64] = "";

	if (c != NULL && c->where == COMMAND_ENGINE && role >= c->role &&
	    command_least(name, word) == COMMAND_NOBODY) {
		str_format(text, sizeof(text), "usage: discador %s %s", name,
		    c->usage);
		ctl_reply(req, false, 2, text, NULL);
		return;
	}
	if (c != NULL)
		str_format(object, sizeof(object), "%s%s%s", name,
		    by_word ? " " : "", by_word ? word : "");
	if (c == NULL)
		str_format(text, sizeof(text),
		    "%.40s: the engine knows no such command (as a %s)", name,
		    command_role_word(role));
	else
		str_format(text, sizeof(text), "%s: not permitted to a %s",
		    object, command_role_word(role));
	refused(d, req, object, text);
}

/* Is it somebody whom we know, and about what that user may see? */
static bool
is_theirs(
    struct daemon *d, struct ctl_req *req, const char *name, const char *word)
{
	const json_t *campaigns = ctl_campaigns(req);
	char why[200] = "", object[64];

	if (sessions_bound(d, req, why) &&
	    (strncmp(ctl_origin(req), "ssh ", 4) != 0 ||
		sessions_vouched(d, req, why)) &&
	    (campaigns == NULL ||
		scope_judge(campaigns, d->next, ctl_json(req), why)))
		return true;
	str_format(object, sizeof(object), "%s%s%s", name,
	    is_word(name, word) ? " " : "", is_word(name, word) ? word : "");
	refused(d, req, object, why);
	return false;
}

void
commands_request(void *arg, struct ctl_req *req)
{
	struct daemon *d = arg;
	const char *name = cmd_key(req, "cmd"), *word = cmd_arg(req, 0);
	enum command_role role = ctl_role(req);

	if (!command_allowed(name, word, role)) {
		refuse(d, req, name, word, role);
		return;
	}
	if (!is_theirs(d, req, name, word))
		return;
	for (size_t i = 0; i < nitems(handlers); i++)
		if (strcmp(handlers[i].name, name) == 0) {
			handlers[i].fn(d, req);
			return;
		}
	ctl_reply(req, false, 1, "the engine has no handler for it", NULL);
}
