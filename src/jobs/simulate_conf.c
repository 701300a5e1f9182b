/* SPDX-License-Identifier: MIT */
/*
 * simulate_conf: the group `simulation`, by tables of its keys.  It knows what
 * a value may be, not whether a name in it exists.
 */
#include "jobs/simulate_conf.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "shared/conf_value.h"
#include "shared/spec.h"
#include "shared/tz.h"
#include "shared/util.h"

enum type {
	STR, /* char[hi] */
	INT, /* int64_t */
	NUM, /* double */
	NUMS, /* double[hi2], int count */
	AREAS, /* struct simulate_areas */
	ROWS /* a list of groups */
};
struct key {
	const char *name;
	enum type type;
	double lo, hi;
	size_t at, count_at; /* offsets; of the count of NUMS and ROWS */
	size_t size; /* of STR, of one row */
	int many; /* of NUMS: how many are wanted */
	const struct key *keys; /* of ROWS */
};

#define OF(s, m) offsetof(struct s, m)
#define S(s, m)                                                                \
	{                                                                      \
#m, STR, 0, 0, OF(s, m), 0, sizeof(((struct s *)0)->m), 0,     \
		    NULL                                                       \
	}
#define I(s, m, lo, hi)                                                        \
	{                                                                      \
#m, INT, lo, hi, OF(s, m), 0, 0, 0, NULL                       \
	}
#define N(s, m, lo, hi)                                                        \
	{                                                                      \
#m, NUM, lo, hi, OF(s, m), 0, 0, 0, NULL                       \
	}
#define V(s, m, n, lo, hi)                                                     \
	{                                                                      \
#m, NUMS, lo, hi, OF(s, m), OF(s, n##m), 0,                    \
		    nitems(((struct s *)0)->m), NULL                           \
	}
#define A(s, m)                                                                \
	{                                                                      \
#m, AREAS, 0, 0, OF(s, m), 0, 0, 0, NULL                       \
	}
#define R(s, m, t)                                                             \
	{                                                                      \
#m, ROWS, 0, 0, OF(simulate_conf, m), OF(simulate_conf, n##m), \
		    sizeof(struct s), 0, t                                     \
	}
#define END                                                                    \
	{                                                                      \
		NULL, STR, 0, 0, 0, 0, 0, 0, NULL                              \
	}

static const struct key of_contacts[] = { S(simulate_contacts, campaign),
	S(simulate_contacts, country), S(simulate_contacts, file),
	I(simulate_contacts, count, 1, 100000000), A(simulate_contacts, areas),
	END };
static const struct key of_dids[] = { S(simulate_dids, country),
	I(simulate_dids, count, 1, 1000000), A(simulate_dids, areas), END };
static const struct key of_people[] = { S(simulate_people, country),
	N(simulate_people, answered, 0, 1), N(simulate_people, machines, 0, 1),
	N(simulate_people, busy, 0, 1), N(simulate_people, invalid, 0, 1),
	N(simulate_people, rejected, 0, 1),
	N(simulate_people, congestion, 0, 1), N(simulate_people, press, 0, 1),
	N(simulate_people, optout, 0, 1),
	V(simulate_people, by_hour, n, 0, 100),
	V(simulate_people, pdd, n, 0, 60), V(simulate_people, ring, n, 0, 300),
	V(simulate_people, talk, n, 0, 36000), END };
static const struct key of_trunks[] = { S(simulate_trunk, name),
	I(simulate_trunk, channels, 0, 1000000),
	I(simulate_trunk, cps, 0, 100000),
	I(simulate_trunk, retry_after, 0, 3600), END };
static const struct key of_outages[] = { S(simulate_outage, trunk),
	S(simulate_outage, from), S(simulate_outage, to),
	I(simulate_outage, cause, 0, 127), END };
static const struct key of_cost[] = { S(simulate_cost, country),
	N(simulate_cost, per_minute, 0, 1000),
	N(simulate_cost, per_call, 0, 1000),
	I(simulate_cost, increment, 1, 3600),
	I(simulate_cost, minimum, 0, 3600), END };
static const struct key of_carrier[] = { R(simulate_people, people, of_people),
	R(simulate_trunk, trunks, of_trunks),
	R(simulate_outage, outages, of_outages), END };
static const struct key of_all[] = { S(simulate_conf, start),
	S(simulate_conf, zone), N(simulate_conf, hours, 0.01, 8784),
	I(simulate_conf, seed, 0, INT32_MAX),
	I(simulate_conf, agents, 0, 100000),
	I(simulate_conf, patience, 0, 3600),
	R(simulate_contacts, contacts, of_contacts),
	R(simulate_dids, dids, of_dids), R(simulate_cost, cost, of_cost), END };

struct reading {
	struct simulate_conf *c;
	struct buf *err;
};

static bool
wrong(struct reading *rd, const config_setting_t *s, const char *expected)
{
	const char *why = "", *name = config_setting_name(s);
	json_t *v = conf_value(s, &why);

	conf_value_at(rd->err, s, rd->c->file);
	if (name != NULL)
		buf_fmt(rd->err, "%s = ", name);
	if (v != NULL)
		conf_value_print(rd->err, v);
	else
		buf_str(rd->err, why);
	buf_fmt(rd->err, ", expected %s", expected);
	json_decref(v);
	return false;
}

static bool
number(const config_setting_t *s, double *v)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_INT:
		*v = config_setting_get_int(s);
		return true;
	case CONFIG_TYPE_INT64:
		*v = (double)config_setting_get_int64(s);
		return true;
	case CONFIG_TYPE_FLOAT:
		*v = config_setting_get_float(s);
		return true;
	default:
		return false;
	}
}

static bool
read_number(struct reading *rd, const config_setting_t *s, const struct key *k,
    bool whole, double *v)
{
	char expected[80];

	if (number(s, v) && *v >= k->lo && *v <= k->hi &&
	    (!whole || config_setting_type(s) != CONFIG_TYPE_FLOAT))
		return true;
	str_format(expected, sizeof(expected), "a%s number from %g to %.10g",
	    whole ? " whole" : "", k->lo, k->hi);
	return wrong(rd, s, expected);
}

static bool
read_numbers(struct reading *rd, const config_setting_t *s, const struct key *k,
    double *v, int *n)
{
	char expected[64];
	bool good = config_setting_is_aggregate(s) &&
		    config_setting_length(s) == k->many;

	for (int i = 0; good && i < k->many; i++) {
		const config_setting_t *e =
		    config_setting_get_elem(s, (unsigned)i);

		good = number(e, &v[i]) && v[i] >= k->lo && v[i] <= k->hi;
	}
	*n = k->many;
	if (good && (k->many != 2 || v[0] <= v[1]))
		return true;
	str_format(expected, sizeof(expected), "[ %d numbers from %g to %g ]",
	    k->many, k->lo, k->hi);
	return wrong(rd, s, expected);
}

static bool
read_areas(
    struct reading *rd, const config_setting_t *s, struct simulate_areas *a)
{
	int n = config_setting_length(s);

	if (!config_setting_is_aggregate(s) || n > SIMULATE_AREAS)
		return wrong(rd, s, "[ \"212\", ... ], at most 64 area codes");
	for (a->n = 0; a->n < n; a->n++) {
		const config_setting_t *e =
		    config_setting_get_elem(s, (unsigned)a->n);
		const char *text = config_setting_get_string(e);

		if (text == NULL || text[0] == '\0' ||
		    text[strspn(text, "0123456789")] != '\0' ||
		    !str_copy(a->v[a->n], sizeof(a->v[0]), text))
			return wrong(rd, s, "area codes: [ \"212\", ... ]");
	}
	return true;
}

static bool read_group(
    struct reading *, const config_setting_t *, const struct key *, void *base);

static bool
read_rows(struct reading *rd, const config_setting_t *s, const struct key *k,
    char *base)
{
	int *n = (int *)(void *)(base + k->count_at);
	int all = config_setting_length(s);

	if (!config_setting_is_list(s) || all > SIMULATE_ROWS)
		return wrong(rd, s, "( { ... }, ... ), at most 64 of them");
	for (*n = 0; *n < all; ++*n) {
		const config_setting_t *e =
		    config_setting_get_elem(s, (unsigned)*n);

		if (!config_setting_is_group(e))
			return wrong(rd, s, "( { ... }, ... )");
		if (!read_group(
			rd, e, k->keys, base + k->at + (size_t)*n * k->size))
			return false;
	}
	return true;
}

static bool
read_key(struct reading *rd, const config_setting_t *s, const struct key *k,
    char *base)
{
	void *at = base + k->at;
	const char *text;
	double v;

	switch (k->type) {
	case STR:
		text = config_setting_get_string(s);
		if (text == NULL || !conf_value_clean(text) ||
		    !str_copy(at, k->size, text))
			return wrong(rd, s, "a text, not too long");
		return true;
	case INT:
		if (!read_number(rd, s, k, true, &v))
			return false;
		*(int64_t *)at = (int64_t)v;
		return true;
	case NUM:
		return read_number(rd, s, k, false, at);
	case NUMS:
		return read_numbers(
		    rd, s, k, at, (int *)(void *)(base + k->count_at));
	case AREAS:
		return read_areas(rd, s, at);
	case ROWS:
		return read_rows(rd, s, k, base);
	}
	return false;
}

/* Where a row keeps its line: behind all of its keys. */
static void
set_line(const struct key *keys, void *base, int line)
{
	if (keys == of_contacts)
		((struct simulate_contacts *)base)->line = line;
	else if (keys == of_dids)
		((struct simulate_dids *)base)->line = line;
	else if (keys == of_people) {
		struct simulate_people *p = base;

		p->line = line;
		p->answered = p->machines = p->busy = p->invalid = p->rejected =
		    p->congestion = p->press = p->optout = -1;
	} else if (keys == of_trunks)
		((struct simulate_trunk *)base)->line = line;
	else if (keys == of_outages) {
		((struct simulate_outage *)base)->line = line;
		((struct simulate_outage *)base)->cause = 38;
	} else if (keys == of_cost) {
		struct simulate_cost *c = base;

		c->line = line;
		c->increment = c->minimum = 1;
	} else if (keys == of_all)
		((struct simulate_conf *)base)->line = line;
}

static bool
read_group(struct reading *rd, const config_setting_t *g,
    const struct key *keys, void *base)
{
	set_line(keys, base, (int)config_setting_source_line(g));
	for (int i = 0; i < config_setting_length(g); i++) {
		const config_setting_t *s =
		    config_setting_get_elem(g, (unsigned)i);
		const char *name = config_setting_name(s);
		const struct key *k = keys;

		if (keys == of_all && strcmp(name, "carrier") == 0) {
			if (!config_setting_is_group(s))
				return wrong(
				    rd, s, "{ people, trunks, outages }");
			if (!read_group(rd, s, of_carrier, base))
				return false;
			continue;
		}
		while (k->name != NULL && strcmp(k->name, name) != 0)
			k++;
		if (k->name != NULL) {
			if (!read_key(rd, s, k, base))
				return false;
			continue;
		}
		conf_value_at(rd->err, s, rd->c->file);
		buf_fmt(rd->err, "unknown key \"%.60s\", expected", name);
		for (k = keys; k->name != NULL; k++)
			buf_fmt(
			    rd->err, "%s %s", k == keys ? "" : ",", k->name);
		if (keys == of_all)
			buf_str(rd->err, ", carrier");
		return false;
	}
	return true;
}

void
simulate_conf_at(const struct simulate_conf *c, int line, struct buf *err)
{
	buf_fmt(err, "%s:%d: ", c->file, line);
}

int64_t
simulate_conf_time(const struct simulate_conf *c, const char *text)
{
	const char *clock = strchr(text, ' ');
	const struct tz *tz = tz_get(c->zone);
	int64_t year, month, day;
	char date[20];
	int minute;

	str_copy(date, sizeof(date), clock != NULL ? text : c->start);
	if (tz == NULL || strlen(date) < 10 || date[4] != '-' || date[7] != '-')
		return -1;
	date[4] = date[7] = date[10] = '\0';
	minute = spec_minutes(clock != NULL ? clock + 1 : text);
	if (!str_int64(date, 1970, 9999, &year) ||
	    !str_int64(date + 5, 1, 12, &month) ||
	    !str_int64(date + 8, 1, 31, &day) || minute < 0)
		return -1;
	return tz_begin_ms(tz, (int)year, (int)month, (int)day, minute);
}

static bool
check(struct reading *rd, const config_setting_t *g)
{
	struct simulate_conf *c = rd->c;

	if (tz_get(c->zone) == NULL)
		return wrong(rd, config_setting_get_member(g, "zone"),
		    "a time zone: \"America/New_York\"");
	if (simulate_conf_time(c, c->start) < 0) {
		const config_setting_t *s =
		    config_setting_get_member(g, "start");

		if (s != NULL)
			return wrong(rd, s, "\"2026-11-23 09:00\"");
		simulate_conf_at(c, c->line, rd->err);
		buf_str(rd->err,
		    "no start, expected start = \"2026-11-23 09:00\";");
		return false;
	}
	if (c->ncontacts == 0) {
		simulate_conf_at(c, c->line, rd->err);
		buf_str(rd->err,
		    "no contacts, expected contacts = ( { campaign = \"...\"; "
		    "country = \"...\"; count = ...; } );");
		return false;
	}
	for (int i = 0; i < c->noutages; i++) {
		const struct simulate_outage *o = &c->outages[i];
		int64_t from = simulate_conf_time(c, o->from),
			to = simulate_conf_time(c, o->to);

		if (from >= 0 && to > from)
			continue;
		simulate_conf_at(c, o->line, rd->err);
		buf_fmt(rd->err,
		    "an outage from \"%s\" to \"%s\", expected from = "
		    "\"11:00\"; to = \"11:20\";",
		    o->from, o->to);
		return false;
	}
	return true;
}

bool
simulate_conf_read(const char *file, const char *text, struct simulate_conf *c,
    struct buf *err)
{
	struct reading rd = { c, err };
	const config_setting_t *g;
	config_t cfg;
	bool good;

	memset(c, 0, sizeof(*c));
	c->file = file;
	str_copy(c->zone, sizeof(c->zone), "UTC");
	c->hours = 8;
	c->seed = 1;
	c->patience = 15;
	config_init(&cfg);
	good = config_read_string(&cfg, text) == CONFIG_TRUE;
	if (!good)
		conf_value_syntax(err, &cfg, file);
	g = good ? config_lookup(&cfg, "simulation") : NULL;
	if (good && (g == NULL || !config_setting_is_group(g))) {
		buf_fmt(err,
		    "%s:%d: no simulation, expected simulation = { start = "
		    "\"2026-11-23 09:00\"; contacts = ( ... ); ... };",
		    file, g != NULL ? (int)config_setting_source_line(g) : 1);
		good = false;
	}
	good = good && read_group(&rd, g, of_all, c) && check(&rd, g);
	config_destroy(&cfg);
	return good;
}
