/* SPDX-License-Identifier: MIT */
/*
 * cmd_control: what is commanded in one word: campaigns, pace, brake, stop,
 * and imports, which a job carries out.
 */
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/jobs.h"
#include "daemon/prompts.h"
#include "db/load.h"

/* ---- campaign --------------------------------------------------------- */

static void
on_state(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	struct daemon *d = c->d;
	struct now now = now_read();
	struct buf warning = BUF_INIT;
	int64_t id;

	if (a->status == DB_AWAY) {
		char t[64];

		str_format(
		    t, sizeof(t), "%s: not known whether it was", c->word);
		audit_write(d, ctl_who(c->req), ctl_origin(c->req), "campaign",
		    c->name, t);
		d->reload_wanted = true; /* go by what the table says */
	}
	if (!cmd_answered(c, a))
		return;
	if (PQntuples(a->res) == 0) {
		buf_reset(&c->text);
		buf_fmt(&c->text,
		    "there is no campaign \"%s\": discador show "
		    "campaign lists them",
		    c->name);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	engine_campaign_state(d->engine, c->name, c->word, &now);
	id = engine_campaign_id(d->engine, c->name);
	if (strcmp(c->word, "running") == 0 && id > 0)
		load_attach_lists(d->admin, id, NULL, NULL);
	loader_tally(d);
	audit_write(d, ctl_who(c->req), ctl_origin(c->req), "campaign", c->name,
	    c->word);
	if (c->text.len > 0)
		buf_fmt(&warning, "\nwarning: %s", buf_cstr(&c->text));
	buf_reset(&c->text);
	buf_fmt(&c->text, "campaign %s is %s%s", c->name, c->word,
	    buf_cstr(&warning));
	buf_clear(&warning);
	cmd_end(c, true, 0, buf_cstr(&c->text), NULL);
}

/* Its switches have said what sounds they have, or will not say. */
static void
on_sounds(void *arg, const struct prompts_answer *v, size_t n, bool stopping)
{
	struct cmd *c = cmd_of(arg);
	struct buf why = BUF_INIT;

	(void)v;
	(void)n;
	if (stopping) {
		cmd_end(c, false, 1, "the engine is stopping", NULL);
		return;
	}
	if (prompts_against(c->d, c->name, &why)) {
		buf_fmt(&c->text, "campaign %s does not start: %s", c->name,
		    buf_cstr(&why));
		buf_clear(&why);
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	/* A warning, if anything: on_state() says it behind its own words. */
	buf_str(&c->text, buf_cstr(&why));
	buf_clear(&why);
	load_campaign_state(c->d->admin, c->name, c->word, on_state, c);
}

void
cmd_do_campaign(struct daemon *d, struct ctl_req *req)
{
	const char *verb = cmd_arg(req, 0), *name = cmd_arg(req, 1);
	const char *word = strcmp(verb, "start") == 0   ? "running"
			   : strcmp(verb, "pause") == 0 ? "paused"
			   : strcmp(verb, "stop") == 0  ? "stopped"
							: NULL;
	struct cmd *c;

	if (word == NULL || name[0] == '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador campaign start|pause|stop NAME", NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->name, sizeof(c->name), name);
	str_copy(c->word, sizeof(c->word), word);
	if (strcmp(word, "running") == 0) {
		struct prompts_round *r = prompts_round(d, on_sounds, c);

		prompts_ask_campaign(r, c->name);
		prompts_go(r, PROMPTS_SOON_S);
		return;
	}
	load_campaign_state(d->admin, name, word, on_state, c);
}

/* ---- cps, brake, stop ------------------------------------------------- */

void
cmd_do_cps(struct daemon *d, struct ctl_req *req)
{
	const char *s = cmd_arg(req, 0);
	char text[160];
	double cps = 0;

	if (strcmp(s, "auto") != 0 && !str_double(s, 0.01, 100000, &cps)) {
		ctl_reply(req, false, 2,
		    "usage: discador cps N|auto, N from "
		    "0.01 to 100000",
		    NULL);
		return;
	}
	engine_cps(d->engine, cps);
	if (cps > 0)
		str_format(text, sizeof(text),
		    "pinned at %s calls per second, within the limits of "
		    "campaigns, trunks and switches",
		    s);
	else
		str_copy(text, sizeof(text), "the ramp decides again");
	audit_write(d, ctl_who(req), ctl_origin(req), "cps", s, "done");
	ctl_reply(req, true, 0, text, NULL);
}

void
cmd_do_brake(struct daemon *d, struct ctl_req *req)
{
	const char *s = cmd_arg(req, 0);
	struct now now = now_read();
	bool on = strcmp(s, "on") == 0;
	char reason[100];

	if (!on && strcmp(s, "off") != 0) {
		ctl_reply(req, false, 2, "usage: discador brake on|off", NULL);
		return;
	}
	str_format(reason, sizeof(reason), "by hand: %s", ctl_who(req));
	if (!engine_brake(d->engine, on, reason, &now)) {
		ctl_reply(req, true, 0,
		    on ? "the brake is on already" : "the brake is off already",
		    NULL);
		return;
	}
	audit_write(d, ctl_who(req), ctl_origin(req), "brake", s, "done");
	ctl_reply(req, true, 0,
	    on ? "emergency brake is on: nothing new leaves"
	       : "emergency brake is off: the rate grows from its beginning",
	    NULL);
}

void
cmd_do_stop(struct daemon *d, struct ctl_req *req)
{
	audit_write(d, ctl_who(req), ctl_origin(req), "stop", "", "done");
	ctl_reply(req, true, 0,
	    "the engine is stopping; calls in progress go on at their switch",
	    NULL);
	turn_stop(d, "asked on the control socket");
}

/* ---- import ----------------------------------------------------------- */

void
cmd_do_import(struct daemon *d, struct ctl_req *req)
{
	struct buf err = BUF_INIT;
	char what[128];

	if (!cmd_have_db(d, req))
		return;
	str_format(what, sizeof(what), "%s %s", cmd_key(req, "what"),
	    cmd_key(req, "file"));
	if (jobs_import(d, req, &err))
		audit_write(d, ctl_who(req), ctl_origin(req), "import", what,
		    "started");
	else
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	buf_clear(&err);
}
