/* SPDX-License-Identifier: MIT */
/*
 * cmd_context_test: one call with a context.  It is a contact of a campaign
 * made for it, so that do-not-call, hours and caps hold for it as for any
 * other.
 */
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cmd_context.h"
#include "db/hand.h"
#include "shared/number.h"
#include "shared/text.h"

#define TEST_RING_S 30 /* dial_timeout of a campaign by default */

static void
say_gates(struct cmd *c, const char *country, const char *zone)
{
	struct now now = now_read();
	struct engine_why w;
	char t[200];

	engine_why_number(
	    c->d->engine, c->name, country, zone, TEST_RING_S, &w, &now);
	for (size_t i = 0; i < w.n; i++) {
		text_clean(t, sizeof(t), w.gate[i].text);
		buf_fmt(&c->text, "\nnot yet: %s", t);
		/* Which clock says so? */
		if (w.gate[i].opens_ms > 0)
			buf_fmt(&c->text, " (%s)", c->d->conf.timezone);
	}
}

static void
on_test(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	const char *campaign, *what;
	char result[300];
	bool done;

	if (a->status == DB_AWAY)
		audit_write(c->d, ctl_who(c->req), ctl_origin(c->req),
		    "context test", c->name, "not known whether it was");
	if (!cmd_answered(c, a))
		return;
	campaign = PQgetvalue(a->res, 0, 0);
	done = PQgetvalue(a->res, 0, 1)[0] == 't';
	what = PQgetvalue(a->res, 0, 2);
	text_clean(result, sizeof(result), what);
	if (!done) {
		buf_fmt(&c->text, "%s is not called: %s", c->name, result);
		cmd_end(c, false, 1, buf_cstr(&c->text),
		    json_pack(
			"{s:s, s:b}", "campaign", campaign, "put", false));
		return;
	}
	str_format(result, sizeof(result), "with %s, in campaign %s%s%s",
	    c->source, campaign, c->campaign[0] != '\0' ? ", over " : "",
	    c->campaign);
	audit_write(c->d, ctl_who(c->req), ctl_origin(c->req), "context test",
	    c->name, result);
	loader_reload(c->d);
	buf_fmt(&c->text,
	    "%s will be called with context %s; look at campaign %s, or "
	    "discador why contact %s",
	    c->name, c->source, campaign, c->name);
	say_gates(c, c->zone, number_zones(c->name));
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:s, s:b}", "campaign", campaign, "put", true));
}

void
cmd_context_test(
    struct daemon *d, struct ctl_req *req, const char *name, const char *typed)
{
	const char *country = NULL, *zone;
	char e164[MODEL_E164], text[200];
	struct number n;
	struct cmd *c;

	if (!cmd_number(req, typed, e164))
		return;
	zone = number_zones(e164);
	if (number_parse(e164, NULL, &n))
		country = engine_region_country(d->engine, n.region);
	if (country == NULL || zone[0] == '\0') {
		str_format(text, sizeof(text),
		    country == NULL
			? "%s is of no configured country: no call leaves "
			  "without its rules"
			: "%s: nobody knows its time zone, so nobody knows "
			  "its hours",
		    e164);
		ctl_reply(req, false, 1, text, NULL);
		return;
	}
	/* "test-" and the name are a campaign's name. */
	if (strlen(name) + 6 > MODEL_NAME) {
		ctl_reply(req, false, 1,
		    "the context's name is too long for a test campaign of "
		    "that name",
		    NULL);
		return;
	}
	if (!cmd_have_db(d, req))
		return;
	c = cmd_new(d, req);
	str_copy(c->name, sizeof(c->name), e164);
	text_clean(c->source, sizeof(c->source), name);
	text_clean(c->campaign, sizeof(c->campaign), cmd_key(req, "trunk"));
	str_copy(c->zone, sizeof(c->zone), country);
	hand_context_test(d->admin, c->source, e164, country, zone, c->campaign,
	    ctl_who(req), on_test, c);
}
