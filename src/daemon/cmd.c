/* SPDX-License-Identifier: MIT */
/* cmd: what the handlers of commands share.  Carries none of them out. */
#include "daemon/cmd.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/number.h"
#include "shared/tz.h"

#define CMD_MAGIC    0x434d4421u
#define SECONDS_TEXT "5"
#define READS_WAIT   16 /* questions at once, one behind the other */
_Static_assert(DB_READS_MS == 5000, "as the text says");

struct cmd *
cmd_new(struct daemon *d, struct ctl_req *req)
{
	struct cmd *c = xcalloc(1, sizeof(*c));

	c->magic = CMD_MAGIC;
	c->d = d;
	c->req = req;
	return c;
}

struct cmd *
cmd_of(void *arg)
{
	struct cmd *c = arg;

	assert(c->magic == CMD_MAGIC);
	return c;
}

void
cmd_end(struct cmd *c, bool good, int code, const char *text, json_t *data)
{
	ctl_reply(c->req, good, code, text, data);
	spec_clear(&c->file);
	buf_clear(&c->text);
	json_decref(c->rows);
	json_decref(c->values);
	json_decref(c->object);
	json_decref(c->contexts);
	json_decref(c->amd_profiles);
	c->magic = 0;
	free(c);
}

bool
cmd_answered(struct cmd *c, const struct db_answer *a)
{
	if (a->status == DB_OK)
		return true;
	if (a->status == DB_AWAY)
		cmd_end(c, false, 5,
		    "the database went away: not done, or not "
		    "known whether it was; look and try again",
		    NULL);
	else if (strcmp(a->sqlstate, DB_CUT) == 0)
		cmd_end(c, false, 1,
		    "it took longer than " SECONDS_TEXT
		    " s and was given up: ask for less (fewer days, another "
		    "word), or when the database has less to do",
		    NULL);
	else
		cmd_end(c, false, 1, a->err, NULL);
	return false;
}

const char *
cmd_arg(const struct ctl_req *req, size_t i)
{
	const char *s = json_string_value(
	    json_array_get(json_object_get(ctl_json(req), "args"), i));

	return s != NULL ? s : "";
}

const char *
cmd_key(const struct ctl_req *req, const char *key)
{
	const char *s = json_string_value(json_object_get(ctl_json(req), key));

	return s != NULL ? s : "";
}

bool
cmd_have_db(struct daemon *d, struct ctl_req *req)
{
	if (db_is_up(d->admin) && d->loaded)
		return true;
	ctl_reply(req, false, 5,
	    "the database is away: try again when it is back (discador status)",
	    NULL);
	return false;
}

bool
cmd_have_reads(struct daemon *d, struct ctl_req *req)
{
	/* Each holds a client of the control socket, also when it has gone. */
	if (db_is_up(d->reads) && db_pending(d->reads) >= READS_WAIT) {
		ctl_reply(req, false, 1,
		    "many other questions to the database wait already: try "
		    "again in some seconds",
		    NULL);
		return false;
	}
	if (db_is_up(d->reads) && d->loaded)
		return true;
	ctl_reply(req, false, 5,
	    "the database is away: try again when it is back (discador status)",
	    NULL);
	return false;
}

json_t *
cmd_answered_json(const struct db_answer *a)
{
	if (PQntuples(a->res) != 1 || PQgetisnull(a->res, 0, 0))
		return NULL;
	return json_loads(PQgetvalue(a->res, 0, 0), JSON_DECODE_ANY, NULL);
}

int64_t
cmd_answered_int(const struct db_answer *a, int row, int col)
{
	int64_t v = 0;

	if (!PQgetisnull(a->res, row, col))
		str_int64(
		    PQgetvalue(a->res, row, col), INT64_MIN, INT64_MAX, &v);
	return v;
}

int64_t
cmd_day_ms(const struct daemon *d)
{
	const struct tz *tz = tz_get(d->conf.timezone);
	struct tz_local day;

	if (tz == NULL && (tz = tz_get("UTC")) == NULL)
		return 0;
	tz_local(tz, now_read().wall_ms, &day);
	return tz_begin_ms(tz, day.year, day.month, day.day, 0);
}

const char **
cmd_args_from(const struct ctl_req *req, size_t from, size_t *n)
{
	const json_t *args = json_object_get(ctl_json(req), "args");
	size_t all = json_array_size(args);
	const char **v = xcalloc(MAXIMUM(all, 1), sizeof(*v));

	*n = 0;
	for (size_t i = from; i < all; i++)
		v[(*n)++] = cmd_arg(req, i);
	return v;
}

bool
cmd_number(struct ctl_req *req, const char *typed, char e164[MODEL_E164])
{
	struct number n, plus;
	char text[200];

	if (!number_parse(typed, NULL, &n)) {
		/* The digits of an international number, without its plus. */
		str_format(text, sizeof(text), "+%s", typed);
		if (typed[0] < '1' || typed[0] > '9' ||
		    !number_parse(text, NULL, &plus)) {
			str_format(text, sizeof(text),
			    "%.60s is no number that can be called: %s", typed,
			    n.verdict == NUMBER_V_NO_COUNTRY
				? "write it with + and its country code"
				: number_verdict_text(n.verdict));
			ctl_reply(req, false, 1, text, NULL);
			return false;
		}
		n = plus;
	}
	str_copy(e164, MODEL_E164, n.e164);
	return true;
}

const char *
cmd_when(const char *zone, int64_t wall_ms, char out[40])
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	const struct tz *tz = zone[0] != '\0' ? tz_get(zone) : NULL;
	bool utc = tz == NULL;
	struct tz_local l;

	if (utc && (tz = tz_get("UTC")) == NULL) {
		time_iso(wall_ms, out);
		return out;
	}
	tz_local(tz, wall_ms, &l);
	str_format(out, 40, "%s %04d-%02d-%02d %02d:%02d%s",
	    days[l.weekday % 7], l.year, l.month, l.day, l.minute / 60,
	    l.minute % 60, utc ? "Z" : "");
	return out;
}

json_t *
cmd_iso(int64_t wall_ms)
{
	char t[32];

	if (wall_ms == 0)
		return json_null();
	time_iso(wall_ms, t);
	return json_string(t);
}
