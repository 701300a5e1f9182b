/* SPDX-License-Identifier: MIT */
/*
 * import_extra: cells -> name, data, alternates, priority, call_at.  A further
 * number that is none costs itself only; a time to call that cannot be read
 * costs the row, because calling earlier than somebody asked for is worse than
 * not yet.
 */
#include "jobs/import_extra.h"

#include <string.h>

#include "shared/util.h"

#define PRIORITY_MAX 100
#define DATA_MAX     (16 * 1024) /* bytes of the other columns as JSON */
#define YEAR_MIN     2000
#define YEAR_MAX     2099

const struct import_country *
import_country_of(const struct import_where *w, const char *region)
{
	for (size_t i = 0; i < w->ncountries; i++)
		if (strcmp(w->countries[i].region, region) == 0)
			return &w->countries[i];
	return NULL;
}

void
import_zone(const struct import_country *c, const struct number *n,
    char out[MODEL_ZONE])
{
	const char *zones = number_zones(n->e164);
	char state[4];

	if (*zones == '\0' ||
	    !law_names(&c->states, &c->holidays, number_state(n->e164, state)))
		str_copy(out, MODEL_ZONE, zones);
	else if (!str_format(
		     out, MODEL_ZONE, "%s,%s-%s", zones, n->region, state))
		out[0] = '\0'; /* too long: a person must decide */
}

/* Exactly len digits at *s, and the one byte of end behind them, if any. */
static bool
take(const char **s, int len, char end, int *out)
{
	const char *p = *s;

	*out = 0;
	for (int i = 0; i < len; i++, p++) {
		if (*p < '0' || *p > '9')
			return false;
		*out = *out * 10 + *p - '0';
	}
	if (end != '\0' && *p++ != end)
		return false;
	*s = p;
	return true;
}

/* "", Z, +01:00, -0500, +01: whether there is one, and its seconds. */
static bool
take_offset(const char *s, bool *given, int *offset)
{
	int sign = *s == '-' ? -1 : 1, h, m = 0;

	*given = *s != '\0';
	*offset = 0;
	if (*s == '\0' || strcmp(s, "Z") == 0 || strcmp(s, "z") == 0)
		return true;
	if (*s != '+' && *s != '-')
		return false;
	s++;
	if (!take(&s, 2, '\0', &h))
		return false;
	s += *s == ':';
	if (*s != '\0' && !take(&s, 2, '\0', &m))
		return false;
	*offset = sign * (h * 3600 + m * 60);
	return *s == '\0' && h <= 18 && m < 60;
}

bool
import_time(const char *text, const struct tz *zone, int64_t *ms)
{
	int y, mo, d, h, mi, sec = 0, unused, offset;
	const char *s = text + strspn(text, " \t");
	char rest[16];
	bool given;
	size_t n;

	*ms = 0;
	if (!take(&s, 4, '-', &y) || !take(&s, 2, '-', &mo) ||
	    !take(&s, 2, '\0', &d) || (*s != ' ' && *s != 'T' && *s != 't'))
		return false;
	s++;
	if (!take(&s, 2, ':', &h) || !take(&s, 2, '\0', &mi))
		return false;
	if (*s == ':') {
		s++;
		if (!take(&s, 2, '\0', &sec))
			return false;
		if (*s == '.')
			for (s++; take(&s, 1, '\0', &unused);)
				; /* a second is fine enough */
	}
	s += strspn(s, " \t");
	if (!str_copy(rest, sizeof(rest), s))
		return false;
	for (n = strlen(rest); n > 0 && strchr(" \t", rest[n - 1]) != NULL;)
		rest[--n] = '\0';
	if (!take_offset(rest, &given, &offset) || y < YEAR_MIN ||
	    y > YEAR_MAX || mo < 1 || mo > 12 || d < 1 || h > 23 || mi > 59 ||
	    sec > 59 ||
	    d > tz_days(y + mo / 12, mo % 12 + 1, 1) - tz_days(y, mo, 1))
		return false;
	if (given)
		*ms = ((tz_days(y, mo, d) * 24 + h) * 3600 + mi * 60 + sec -
			  offset) *
		      MS_PER_S;
	else if (zone != NULL)
		*ms = tz_begin_ms(zone, y, mo, d, h * 60 + mi) + sec * MS_PER_S;
	return true;
}

static const struct tz *
first_zone(const char *zones)
{
	char name[TZ_NAME];
	size_t n = strcspn(zones, ",");

	if (n == 0 || n >= sizeof(name))
		return NULL;
	memcpy(name, zones, n);
	name[n] = '\0';
	return tz_get(name);
}

static bool
read_values(struct import_extra *x, const struct layout *l,
    const struct csv_row *row, struct buf *why)
{
	const char *priority = layout_cell(l, row, LAYOUT_PRIORITY);
	const char *at = layout_cell(l, row, LAYOUT_CALL_AT);
	char title[64];

	if (priority[strspn(priority, " ")] != '\0' &&
	    !str_int64(priority, -PRIORITY_MAX, PRIORITY_MAX, &x->priority)) {
		buf_fmt(why, "%s: \"%.40s\" is no whole number from -%d to %d",
		    layout_title(l, l->role[LAYOUT_PRIORITY], title), priority,
		    PRIORITY_MAX, PRIORITY_MAX);
		return false;
	}
	if (at[strspn(at, " ")] == '\0')
		return true;
	if (!import_time(at, first_zone(x->zone), &x->call_at_ms)) {
		buf_fmt(why, "%s: \"%.40s\" is no time: write 2026-11-21 15:30",
		    layout_title(l, l->role[LAYOUT_CALL_AT], title), at);
		return false;
	}
	if (x->call_at_ms == 0) {
		buf_fmt(why,
		    "%s: \"%.40s\" by which clock? the number's time zone is "
		    "not known: write 2026-11-21T15:30-05:00",
		    layout_title(l, l->role[LAYOUT_CALL_AT], title), at);
		return false;
	}
	return true;
}

/* NULL: it goes into the array or is there already; else why it does not. */
static const char *
read_alternate(struct import_extra *x, const struct import_where *w,
    const char *cell, const char *region, const struct number *first)
{
	struct buf *b = &x->alternates;
	const struct import_country *c;
	char quoted[MODEL_E164 + 2], zone[MODEL_ZONE];
	struct number n;

	number_parse(cell, region, &n);
	if (n.verdict == NUMBER_V_EMPTY)
		return NULL;
	if (n.e164[0] == '\0')
		return number_verdict_text(n.verdict);
	if ((c = import_country_of(w, n.region)) == NULL)
		return "of a country that is not configured";
	import_zone(c, &n, zone);
	if (zone[0] == '\0')
		return "its time zone is not known";
	str_format(quoted, sizeof(quoted), "\"%s\"", n.e164);
	if (strcmp(n.e164, first->e164) == 0 ||
	    (b->len > 0 && strstr(buf_cstr(b), quoted) != NULL))
		return NULL;
	buf_str(b, b->len == 0 ? "[{\"number\":" : ",{\"number\":");
	buf_str(b, quoted);
	buf_str(b, ",\"country\":");
	buf_json_str(b, c->name);
	buf_str(b, ",\"zone\":");
	buf_json_str(b, zone);
	buf_byte(b, '}');
	x->good++;
	return NULL;
}

/* Name and surname, control characters blanked, cut at a whole character. */
static void
read_name(
    struct import_extra *x, const struct layout *l, const struct csv_row *row)
{
	const char *first = layout_cell(l, row, LAYOUT_NAME);
	const char *last = layout_cell(l, row, LAYOUT_SURNAME);
	size_t n;

	if (!str_format(x->name, IMPORT_NAME, "%s%s%s", first,
		*first != '\0' && *last != '\0' ? " " : "", last)) {
		n = IMPORT_NAME - 1;
		while (n > 0 && (x->name[n - 1] & 0xc0) == 0x80)
			n--;
		x->name[n > 0 ? n - 1 : 0] = '\0';
	}
	for (char *p = x->name; *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = ' ';
}

/* Is that column's cell kept in a place of its own? */
static bool
is_taken(const struct import_extra *x, const struct layout *l, int column)
{
	static const enum layout_role roles[] = { LAYOUT_NUMBER, LAYOUT_NAME,
		LAYOUT_SURNAME, LAYOUT_PRIORITY, LAYOUT_CALL_AT };

	for (size_t i = 0; i < nitems(roles); i++)
		if (column == l->role[roles[i]])
			return true;
	for (int k = 0; k < l->nalternates; k++)
		if (column == l->alternate[k])
			return (x->left_out >> k & 1) == 0;
	return false;
}

/* The other columns, and the extension, as a JSON object. */
static void
read_data(struct import_extra *x, const struct layout *l,
    const struct csv_row *row, const char *ext)
{
	struct buf *b = &x->data;

	for (int i = 0; i < row->n && b->len < DATA_MAX; i++) {
		char title[32];

		if (*row->field[i] == '\0' || is_taken(x, l, i))
			continue;
		buf_byte(b, b->len == 0 ? '{' : ',');
		str_format(title, sizeof(title), "column_%d", i + 1);
		buf_json_str(b, l->header && i < l->n && *l->title[i] != '\0'
				    ? l->title[i]
				    : title);
		buf_byte(b, ':');
		buf_json_str(b, row->field[i]);
	}
	if (*ext != '\0')
		buf_fmt(
		    b, "%c\"extension\":\"%s\"", b->len == 0 ? '{' : ',', ext);
	if (b->len > 0)
		buf_byte(b, '}');
}

bool
import_extra_read(struct import_extra *x, const struct import_where *w,
    const struct csv_row *row, const struct number *n,
    const struct import_country *c, const char *region, struct buf *why)
{
	const struct layout *l = w->layout;

	buf_reset(why);
	buf_reset(&x->alternates);
	buf_reset(&x->data);
	x->priority = x->call_at_ms = 0;
	x->good = x->bad = 0;
	x->left_out = 0;
	import_zone(c, n, x->zone);
	if (!read_values(x, l, row, why))
		return false;
	for (int k = 0; k < l->nalternates; k++) {
		int i = l->alternate[k];
		const char *reason;
		char title[64];

		if (i >= row->n || *row->field[i] == '\0')
			continue;
		reason = read_alternate(x, w, row->field[i], region, n);
		if (reason == NULL)
			continue;
		x->left_out |= 1u << k;
		x->bad++;
		buf_fmt(why, "%s%s: %s", why->len > 0 ? "; " : "",
		    layout_title(l, i, title), reason);
	}
	if (x->good > 0)
		buf_byte(&x->alternates, ']');
	read_name(x, l, row);
	read_data(x, l, row, n->ext);
	if (x->bad > 0)
		buf_str(why, " (left out, the contact is imported)");
	return true;
}

void
import_extra_clear(struct import_extra *x)
{
	buf_clear(&x->alternates);
	buf_clear(&x->data);
	memset(x, 0, sizeof(*x));
}
