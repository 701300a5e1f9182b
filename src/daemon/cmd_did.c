/* SPDX-License-Identifier: MIT */
/*
 * cmd_did: caller IDs out of the rotation and back into it, and new ones, a
 * whole pool in one statement.  The engine is told of each that was changed;
 * nothing else is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/callback_time.h"
#include "daemon/cmd.h"
#include "db/hand.h"
#include "shared/number.h"
#include "shared/text.h"

#define DIDS_MAX   20000
#define DIDS_NAMED 10 /* in a line of the audit log */
#define REASON_MAX 128 /* m_did.block_reason */

/* ---- where a number is ------------------------------------------------ */

/* The country whose region this is, in the file or in the engine. */
static const char *
country_of_region(
    struct daemon *d, const struct spec_file *file, const char *region)
{
	for (size_t i = 0; file != NULL && i < file->n; i++) {
		const char *r = json_string_value(
		    json_object_get(file->v[i].obj, "region"));

		if (strcmp(file->v[i].kind, "country") == 0 && r != NULL &&
		    strcmp(r, region) == 0)
			return file->v[i].name;
	}
	return engine_region_country(d->engine, region);
}

bool
cmd_did_place(struct daemon *d, const struct spec_file *file,
    const char *number, json_t *obj)
{
	const char *country =
	    json_string_value(json_object_get(obj, "country"));
	const char *area = json_string_value(json_object_get(obj, "area"));
	struct number n;
	char digits[8];

	if (!number_parse(number, "", &n))
		return false;
	if (country == NULL || country[0] == '\0') {
		country = country_of_region(d, file, n.region);
		if (country == NULL)
			return false;
		json_object_set_new(obj, "country", json_string(country));
	}
	if (area == NULL || area[0] == '\0')
		json_object_set_new(
		    obj, "area", json_string(number_area(n.e164, digits)));
	return true;
}

/* ---- the answer ------------------------------------------------------- */

/* Columns of hand_did_block and the like. */
enum {
	H_NUMBER,
	H_ID,
	H_COUNTRY,
	H_AREA,
	H_WEIGHT,
	H_BLOCKED,
	H_UNTIL,
	H_REASON,
	H_WAS_BLOCKED,
	H_WAS_UNTIL,
	H_WAS_REASON,
	H_ASKED,
	H_KNOWN
};

/* The engine knows at once: the next call goes by it. */
static void
tell_engine(struct daemon *d, const struct db_answer *a, int row)
{
	struct now now = now_read();
	int64_t until = cmd_answered_int(a, row, H_UNTIL);

	if (PQgetvalue(a->res, row, H_BLOCKED)[0] != 't')
		until = 0;
	else if (until == 0)
		until = INT64_MAX;
	engine_did(d->engine, cmd_answered_int(a, row, H_ID),
	    PQgetvalue(a->res, row, H_NUMBER),
	    PQgetvalue(a->res, row, H_COUNTRY), PQgetvalue(a->res, row, H_AREA),
	    (int)cmd_answered_int(a, row, H_WEIGHT), until,
	    PQgetvalue(a->res, row, H_REASON), &now);
}

static const struct did_verb {
	const char *word, *done, *same;
} did_verbs[] = {
	{ "block", "blocked", "blocked so already" },
	{ "unblock", "unblocked", "not blocked before" },
	{ "add", "added", "there already" },
};

static const struct did_verb *
verb_of(const char *word)
{
	for (size_t i = 0; i < nitems(did_verbs); i++)
		if (strcmp(did_verbs[i].word, word) == 0)
			return &did_verbs[i];
	return NULL;
}

/* " (was blocked until ...: answered 3 of 40, its pool 30 %: half or less)" */
static void
say_before(struct cmd *c, struct buf *b, const struct db_answer *a, int row)
{
	int64_t until = cmd_answered_int(a, row, H_WAS_UNTIL);
	const char *why = PQgetvalue(a->res, row, H_WAS_REASON);
	char at[40];

	if (PQgetvalue(a->res, row, H_WAS_BLOCKED)[0] != 't')
		return;
	buf_str(b, " (was blocked");
	if (until > 0)
		buf_fmt(
		    b, " until %s", cmd_when(c->d->conf.timezone, until, at));
	buf_fmt(b, "%s%s)", why[0] != '\0' ? ": " : "", why);
}

/*
 * The numbers that were changed, and what was there, so that the audit log can
 * answer for each.
 */
static void
name_them(
    struct cmd *c, struct buf *b, const struct db_answer *a, int64_t changed)
{
	char t[TEXT_NUM];

	for (int i = 0; i < PQntuples(a->res) && i < DIDS_NAMED; i++) {
		buf_fmt(b, "%s%s", i == 0 ? ": " : ", ",
		    PQgetvalue(a->res, i, H_NUMBER));
		say_before(c, b, a, i);
	}
	if (changed > DIDS_NAMED)
		buf_fmt(b, " and %s more",
		    text_count((uint64_t)(changed - DIDS_NAMED), t));
}

static void
audit(struct cmd *c, const char *result)
{
	audit_write(
	    c->d, ctl_who(c->req), ctl_origin(c->req), "did", c->name, result);
}

static void
say_rest(struct buf *b, int64_t n, const char *what)
{
	char t[TEXT_NUM];

	if (n > 0)
		buf_fmt(b, "; %s %s", text_count((uint64_t)n, t), what);
}

static void
on_changed(void *arg, const struct db_answer *a)
{
	struct cmd *c = cmd_of(arg);
	const struct did_verb *v = verb_of(c->word);
	int64_t changed = 0, unknown, same, asked, known;
	char t[TEXT_NUM], at[40];
	struct buf line = BUF_INIT;
	bool good;

	if (a->status == DB_AWAY) {
		buf_fmt(&line, "%s: not known whether it was", c->word);
		audit(c, buf_cstr(&line));
		buf_clear(&line);
		c->d->reload_wanted = true;
	}
	if (!cmd_answered(c, a))
		return;
	for (int i = 0; i < PQntuples(a->res); i++)
		if (!PQgetisnull(a->res, i, H_NUMBER)) {
			tell_engine(c->d, a, i);
			changed++;
		}
	/* A load that is under way may have read them before. */
	if (changed > 0 && c->d->loading)
		c->d->reload_wanted = true;
	asked = cmd_answered_int(a, 0, H_ASKED);
	known = cmd_answered_int(a, 0, H_KNOWN);
	unknown = asked - known;
	same = known - changed;
	good = known > 0;
	buf_fmt(&c->text, "%s caller ID%s %s",
	    changed > 0 ? text_count((uint64_t)changed, t) : "no",
	    changed <= 1 ? "" : "s", v->done);
	if (c->at_ms > 0 && changed > 0)
		buf_fmt(&c->text, " until %s",
		    cmd_when(c->d->conf.timezone, c->at_ms, at));
	say_rest(&c->text, same, v->same);
	say_rest(&c->text, unknown, "not found");
	if (changed > 0) {
		buf_str(&line, buf_cstr(&c->text));
		if (c->campaign[0] != '\0')
			buf_fmt(&line, " (%s)", c->campaign);
		name_them(c, &line, a, changed);
		audit(c, buf_cstr(&line));
		buf_clear(&line);
	}
	cmd_end(c, good, good ? 0 : 1, buf_cstr(&c->text),
	    json_pack("{s:I, s:I, s:I}", "changed", (json_int_t)changed,
		"unknown", (json_int_t)unknown, "unchanged", (json_int_t)same));
}

/* ---- the request ------------------------------------------------------ */

/* Each in E.164, behind one another; NULL and the reply: one is no number. */
static char (*numbers_of(struct ctl_req *req, size_t *n))[MODEL_E164]
{
	const char **v = cmd_args_from(req, 1, n);
	char(*out)[MODEL_E164];

	if (*n == 0 || *n > DIDS_MAX) {
		ctl_reply(req, false, *n == 0 ? 2 : 1,
		    *n == 0 ? "usage: discador did block NUMBER... [--until "
			      "TIME] [--reason TEXT] | unblock NUMBER... | add "
			      "NUMBER..."
			    : "more than 20000 caller IDs in one request: "
			      "send them in several",
		    NULL);
		free(v);
		return NULL;
	}
	out = xcalloc(*n, sizeof(*out));
	for (size_t i = 0; i < *n; i++)
		if (!cmd_number(req, v[i], out[i])) {
			free(v);
			free(out);
			return NULL;
		}
	free(v);
	return out;
}

/* False: the command has ended. */
static bool
read_until(struct cmd *c)
{
	const char *until = cmd_key(c->req, "until"), *why;
	const struct tz *tz = tz_get(c->d->conf.timezone);

	if (until[0] == '\0')
		return true;
	if (tz == NULL)
		tz = tz_get("UTC");
	why = tz == NULL
		  ? "the engine's time zone is not known"
		  : callback_time(until, tz, now_read().wall_ms, &c->at_ms);
	if (why == NULL && c->at_ms <= now_read().wall_ms)
		why = "that is over: leave --until out to block it for good";
	if (why == NULL)
		return true;
	buf_fmt(&c->text, "%.40s: %s: nothing was blocked", until, why);
	cmd_end(c, false, strncmp(why, "expected", 8) == 0 ? 2 : 1,
	    buf_cstr(&c->text), NULL);
	return false;
}

static void
add(struct cmd *c, char (*e164)[MODEL_E164], size_t n)
{
	struct hand_did *v = xcalloc(n, sizeof(*v));
	json_t *places = json_array();
	size_t i;

	for (i = 0; i < n; i++) {
		json_t *o = json_object();

		json_array_append_new(places, o);
		if (!cmd_did_place(c->d, NULL, e164[i], o))
			break;
		v[i] = (struct hand_did){ .number = e164[i],
			.country =
			    json_string_value(json_object_get(o, "country")),
			.area = json_string_value(json_object_get(o, "area")) };
	}
	if (i == n)
		hand_did_add(c->d->admin, v, n, on_changed, c);
	else {
		buf_fmt(&c->text,
		    "caller ID %s is of no configured country%s: nothing was "
		    "added",
		    e164[i],
		    c->d->reloading || c->d->reload_wanted
			? " yet (a change is being read: try again)"
			: "");
		cmd_end(c, false, 1, buf_cstr(&c->text), NULL);
	}
	json_decref(places);
	free(v);
}

static void
block(struct cmd *c, char (*e164)[MODEL_E164], size_t n)
{
	const char **v = xcalloc(n, sizeof(*v));
	const char *typed = cmd_key(c->req, "reason");
	char reason[REASON_MAX];

	for (size_t i = 0; i < n; i++)
		v[i] = e164[i];
	text_clean(
	    reason, sizeof(reason), typed[0] != '\0' ? typed : "by hand");
	if (strcmp(c->word, "unblock") == 0)
		hand_did_unblock(c->d->admin, v, n, on_changed, c);
	else if (strlen(typed) >= sizeof(reason))
		cmd_end(c, false, 1,
		    "the reason is longer than 127 bytes: nothing was blocked",
		    NULL);
	else if (read_until(c)) {
		str_copy(c->campaign, sizeof(c->campaign), reason);
		hand_did_block(
		    c->d->admin, v, n, c->at_ms, reason, on_changed, c);
	}
	free(v);
}

void
cmd_do_did(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0);
	char(*e164)[MODEL_E164];
	char t[TEXT_NUM];
	struct cmd *c;
	size_t n;

	if ((e164 = numbers_of(req, &n)) == NULL)
		return;
	if (!cmd_have_db(d, req)) {
		free(e164);
		return;
	}
	c = cmd_new(d, req);
	str_copy(c->word, sizeof(c->word), word);
	if (n == 1)
		str_copy(c->name, sizeof(c->name), e164[0]);
	else
		str_format(c->name, sizeof(c->name), "%s caller IDs",
		    text_count(n, t));
	if (strcmp(word, "add") == 0)
		add(c, e164, n);
	else
		block(c, e164, n);
	free(e164);
}
