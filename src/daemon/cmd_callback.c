/* SPDX-License-Identifier: MIT */
/*
 * cmd_callback: somebody wants to be called at a time.  The tables decide
 * whether the contact may be (callback() of sql/003_rules.sql); hours, caps
 * and do-not-call are tested again when the call leaves.
 */
#include <string.h>

#include "daemon/audit.h"
#include "daemon/callback_time.h"
#include "daemon/cmd.h"
#include "db/load.h"
#include "shared/number.h"
#include "shared/text.h"

/* Its result names where, the number is the object. */
static void
audit(struct cmd *c, const char *where, const char *result)
{
	struct buf b = BUF_INIT;

	buf_fmt(&b, "in %s: %s", where, result);
	audit_write(
	    c->d, ctl_who(c->req), ctl_origin(c->req), "callback", c->name, buf_cstr(&b));
	buf_clear(&b);
}

static void
on_callback(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	struct buf where = BUF_INIT;
	char at[40], when[120], t[200];
	int n, put = 0;

	if (a->status == DB_AWAY)
		audit(c, c->campaign[0] != '\0' ? c->campaign : "all campaigns",
		    "not known whether it was");
	if (!cmd_answered(c, a))
		return;
	n = PQntuples(a->res);
	if (n == 0) {
		buf_fmt(&c->text, "no contact has the number %s%s%s%s", c->name,
		    c->campaign[0] != '\0' ? " in campaign " : "", c->campaign,
		    c->campaign[0] != '\0'
			? ""
			: " in a campaign: discador import contacts adds it");
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
		return;
	}
	str_format(when, sizeof(when), "%s (%s)",
	    cmd_when(c->zone, c->at_ms, at), c->zone);
	c->rows = json_array();
	for (int i = 0; i < n; i++) {
		const char *what = PQgetvalue(a->res, i, 1);
		bool good = strcmp(what, "will be called") == 0;

		text_clean(t, sizeof(t), PQgetvalue(a->res, i, 0));
		put += good;
		if (good)
			buf_fmt(&where, "%s%s", put > 1 ? ", " : "", t);
		buf_fmt(&c->text, "%s%s in campaign %s: %s%s%s",
		    i > 0 ? "\n" : "", c->name, t, what, good ? " " : "",
		    good ? when : "");
		json_array_append_new(
		    c->rows, json_pack("{s:s, s:s, s:b, s:o}", "campaign", t,
				 "what", what, "put", good, "at",
				 good ? cmd_iso(c->at_ms) : json_null()));
	}
	if (put > 0) {
		str_format(
		    t, sizeof(t), "at %s%s", when, put == n ? "" : ", in part");
		audit(c, buf_cstr(&where), t);
		loader_tally(c->d);
	}
	buf_clear(&where);
	cmd_end(c, put > 0, put > 0 ? 0 : 1, buf_cstr(&c->text),
	    json_incref(c->rows));
}

/* The zone in which a time for that number is meant. */
static const struct tz *
zone_of(struct cmd *c)
{
	const struct tz *tz;
	char *comma;

	str_copy(c->zone, sizeof(c->zone), number_zones(c->name));
	if ((comma = strchr(c->zone, ',')) != NULL)
		*comma = '\0';
	if (c->zone[0] != '\0' && (tz = tz_get(c->zone)) != NULL)
		return tz;
	str_copy(c->zone, sizeof(c->zone), c->d->conf.timezone);
	if ((tz = tz_get(c->zone)) != NULL)
		return tz;
	str_copy(c->zone, sizeof(c->zone), "UTC");
	return tz_get("UTC");
}

void
cmd_do_callback(struct daemon *d, struct ctl_req *req)
{
	const char *number = cmd_arg(req, 0), *time = cmd_arg(req, 1), *why;
	const json_t *campaign;
	const struct tz *tz;
	struct cmd *c;
	char e164[MODEL_E164];

	if (number[0] == '\0' || time[0] == '\0' ||
	    cmd_arg(req, 2)[0] != '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador callback NUMBER TIME [--campaign NAME]",
		    NULL);
		return;
	}
	/* Without the key: in all.  An empty one is somebody's mistake. */
	campaign = json_object_get(ctl_json(req), "campaign");
	if (campaign != NULL && cmd_key(req, "campaign")[0] == '\0') {
		ctl_reply(req, false, 2,
		    "--campaign names no campaign: leave it out for all", NULL);
		return;
	}
	if (!cmd_number(req, number, e164) || !cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->name, sizeof(c->name), e164);
	text_clean(c->campaign, sizeof(c->campaign), cmd_key(req, "campaign"));
	tz = zone_of(c);
	why = tz == NULL
		  ? "the engine's time zone is not known"
		  : callback_time(time, tz, now_read().wall_ms, &c->at_ms);
	if (why != NULL) {
		buf_fmt(&c->text, "%.40s: %s", time, why);
		cmd_end(c, false, strncmp(why, "expected", 8) == 0 ? 2 : 1,
		    buf_cstr(&c->text), NULL);
		return;
	}
	load_callback(d->admin, c->name, c->campaign, c->at_ms, ctl_who(req),
	    on_callback, c);
}
