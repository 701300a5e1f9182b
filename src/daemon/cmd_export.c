/* SPDX-License-Identifier: MIT */
/*
 * cmd_export: what may be exported by whom, from when to when; the job does
 * it.  A user who is limited to campaigns gets theirs, whatever is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/jobs.h"
#include "db/export.h"

static bool
among(const json_t *names, const char *name)
{
	const json_t *e;
	size_t i;

	json_array_foreach (names, i, e)
		if (strcmp(json_string_value(e), name) == 0)
			return true;
	return false;
}

/* A time as it was typed into ISO 8601; false and the reply. */
static bool
take_time(struct daemon *d, struct ctl_req *req, const char *key, char out[40])
{
	const char *typed = cmd_key(req, key);
	char text[200];
	int64_t ms;

	*out = '\0';
	if (*typed == '\0')
		return true;
	if (cmd_time(d, typed, &ms)) {
		time_iso(ms, out);
		return true;
	}
	str_format(text, sizeof(text),
	    "--%s %.60s: expected a time such as 2026-11-21, \"2026-11-21 "
	    "09:30\" or 2026-11-21T09:30:00-05:00",
	    key, typed);
	ctl_reply(req, false, 2, text, NULL);
	return false;
}

/* Whose calls: as asked, as permitted.  False and the reply. */
static bool
take_campaigns(struct ctl_req *req, struct jobs_export *x,
    const char *names[JOBS_CAMPAIGNS], bool belongs)
{
	const json_t *scope = ctl_campaigns(req), *e;
	const char *asked = cmd_key(req, "campaign");
	size_t i;

	if (*asked != '\0' || scope != NULL) {
		if (!belongs) {
			ctl_reply(req, false, scope != NULL ? 1 : 2,
			    scope != NULL
				? "not permitted to a user who is limited to "
				  "campaigns: calls, answers and contacts are"
				: "--campaign goes with calls, answers and "
				  "contacts",
			    NULL);
			return false;
		}
	}
	if (*asked != '\0' && scope != NULL && !among(scope, asked)) {
		ctl_reply(
		    req, false, 1, "there is no campaign of that name", NULL);
		return false;
	}
	x->campaigns = names;
	if (*asked != '\0')
		names[x->ncampaigns++] = asked;
	else
		json_array_foreach (scope, i, e)
			if (x->ncampaigns < JOBS_CAMPAIGNS)
				names[x->ncampaigns++] = json_string_value(e);
	return true;
}

void
cmd_do_export(struct daemon *d, struct ctl_req *req)
{
	const char *names[JOBS_CAMPAIGNS];
	struct jobs_export x = { .what = cmd_arg(req, 0),
		.format = cmd_key(req, "format") };
	char from[40], to[40];
	struct buf err = BUF_INIT, object = BUF_INIT;
	bool times = false, campaigns = false;

	if (!export_known(x.what, &times, &campaigns) ||
	    (*x.format != '\0' && strcmp(x.format, "csv") != 0 &&
		strcmp(x.format, "json") != 0)) {
		ctl_reply(req, false, 2,
		    "usage: discador export calls|answers|contacts|dids|dnc|"
		    "metrics|audit [--format csv|json]",
		    NULL);
		return;
	}
	if (!times &&
	    (*cmd_key(req, "from") != '\0' || *cmd_key(req, "to") != '\0')) {
		ctl_reply(req, false, 2,
		    "--from and --to do not go with caller IDs: they have no "
		    "time",
		    NULL);
		return;
	}
	if (!take_time(d, req, "from", from) || !take_time(d, req, "to", to) ||
	    !take_campaigns(req, &x, names, campaigns) || !cmd_have_db(d, req))
		return;
	x.from = from;
	x.to = to;
	buf_str(&object, x.what);
	for (size_t i = 0; i < x.ncampaigns; i++)
		buf_fmt(&object, "%s%s", i == 0 ? " of " : ", ", names[i]);
	if (!jobs_export(d, req, &x, &err)) {
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	} else {
		audit_write(d, ctl_who(req), ctl_origin(req), "export",
		    buf_cstr(&object), "begun");
	}
	buf_clear(&object);
	buf_clear(&err);
}
