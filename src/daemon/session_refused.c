/* SPDX-License-Identifier: MIT */
/* session_refused: the shape of the report, and how much of it is written. */
#include "daemon/session_refused.h"

#include <string.h>

#include <jansson.h>

#include "shared/text.h"
#include "shared/util.h"

/* An address, perhaps with a zone; "": of many. */
static bool
is_address(const char *s)
{
	return strlen(s) < sizeof(((struct refused *)NULL)->from) &&
	       str_made_of(s, "._-:%");
}

static bool
is_plain(const char *s, size_t most)
{
	return *s != '\0' && strlen(s) <= most && str_made_of(s, " _-,.");
}

static bool
take(const json_t *o, struct refused *r)
{
	const char *user = json_string_value(json_object_get(o, "user"));
	const char *from = json_string_value(json_object_get(o, "from"));
	const char *how = json_string_value(json_object_get(o, "how"));
	const json_t *n = json_object_get(o, "n");

	if (!json_is_object(o) || json_object_size(o) != 4 || user == NULL ||
	    from == NULL || how == NULL || !json_is_integer(n))
		return false;
	if (strlen(user) > sizeof(r->user) || !is_address(from) ||
	    !is_plain(how, sizeof(r->how) - 1) || json_integer_value(n) < 1 ||
	    json_integer_value(n) > UINT32_MAX)
		return false;
	text_clean(r->user, sizeof(r->user), *user != '\0' ? user : "?");
	str_copy(r->from, sizeof(r->from), from);
	str_copy(r->how, sizeof(r->how), how);
	r->n = (uint32_t)json_integer_value(n);
	return true;
}

int
refused_parse(const char *text, struct refused *v)
{
	json_t *a = NULL;
	const json_t *o;
	bool good;
	size_t i, n;

	if (strlen(text) <= REFUSED_BYTES)
		a = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	n = json_array_size(a);
	good = json_is_array(a) && n <= REFUSED_MAX;
	if (good)
		json_array_foreach (a, i, o)
			good = good && take(o, &v[i]);
	json_decref(a);
	return good ? (int)n : -1;
}

void
refused_text(const struct refused *r, char out[REFUSED_TEXT])
{
	str_format(out, REFUSED_TEXT, "%u %s, %s", r->n,
	    r->n == 1 ? "try" : "tries", r->how);
}

bool
refused_take(struct refused_rate *rate, const struct refused *r, bool room,
    int64_t mono_ns)
{
	if (mono_ns / NS_PER_S != rate->second) {
		rate->second = mono_ns / NS_PER_S;
		rate->lines = 0;
	}
	if (rate->second / 3600 != rate->hour) {
		rate->hour = rate->second / 3600;
		rate->of_hour = 0;
	}
	/* One is left for the sum. */
	if (room && rate->lines < REFUSED_LINES - 1 &&
	    rate->of_hour < REFUSED_HOUR) {
		rate->lines++;
		rate->of_hour++;
		return true;
	}
	rate->tries += r->n;
	rate->entries++;
	return false;
}

bool
refused_sum(struct refused_rate *rate, int64_t mono_ns, char out[REFUSED_TEXT])
{
	int64_t now_s = mono_ns / NS_PER_S;

	if (rate->entries == 0 || now_s == rate->second ||
	    (rate->of_hour >= REFUSED_HOUR && now_s - rate->sum_s < 60))
		return false;
	str_format(out, REFUSED_TEXT,
	    "%llu tries, summed up: %u more names and addresses",
	    (unsigned long long)rate->tries, rate->entries);
	rate->second = rate->sum_s = now_s;
	rate->lines = 1;
	rate->tries = 0;
	rate->entries = 0;
	return true;
}
