/* SPDX-License-Identifier: MIT */
/*
 * spec: the rows of tbl_spec.h; what a value may be, objects as structs.
 * Reads and prints no file (spec_file.c, spec_print.c), and knows nothing of
 * what other objects there are: a campaign's trunk may be missing.
 */
#include "shared/spec.h"

#include <ctype.h>
#include <string.h>

#include "shared/conf_rows.h"
#include "shared/spec_check.h"
#include "shared/util.h"

const struct spec_row spec_rows[] = {
#define SPEC(kind, key, type, def, lo, hi, doc)                                \
	{ #kind, #key, SPEC_##type, def, lo, hi, doc },
#include "shared/tbl_spec.h"
};
const size_t spec_nrows = nitems(spec_rows);

/* Where each row's member is; same order as spec_rows. */
static const struct {
	size_t offset, size;
} members[] = {
#define SPEC(kind, key, type, def, lo, hi, doc)                                \
	{ offsetof(struct m_##kind, key), sizeof(((struct m_##kind *)0)->key) },
#include "shared/tbl_spec.h"
};

static const struct {
	const char *kind, *group;
} kinds[] = {
	/* The order in which apply needs them: what is referred to first. */
	{ "trunk", "trunks" },
	{ "profile", "profiles" },
	{ "amd_profile", "amd_profiles" },
	{ "alert_rule", "alert_rules" },
	{ "country", "countries" },
	{ "context", "contexts" },
	{ "campaign", "campaigns" },
	{ "did", "dids" },
};

const char *
spec_kind(const char *word)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(word, kinds[i].kind) == 0 ||
		    strcmp(word, kinds[i].group) == 0)
			return kinds[i].kind;
	return NULL;
}

const char *
spec_group(const char *kind)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kind, kinds[i].kind) == 0)
			return kinds[i].group;
	return NULL;
}

int
spec_kind_order(const char *kind)
{
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(kind, kinds[i].kind) == 0)
			return (int)i;
	return -1;
}

const char *
spec_name_key(const char *kind)
{
	return strcmp(kind, "did") == 0 ? "number" : "name";
}

int
spec_minutes(const char *s)
{
	int h, m;

	for (int i = 0; i < 5; i++)
		if (i == 2 ? s[i] != ':' : !isdigit((unsigned char)s[i]))
			return -1;
	if (s[5] != '\0')
		return -1;
	h = (s[0] - '0') * 10 + s[1] - '0';
	m = (s[3] - '0') * 10 + s[4] - '0';
	if (m > 59 || h > 24 || (h == 24 && m != 0))
		return -1;
	return h * 60 + m;
}

/* Three letters at s -> 0 (sun) .. 6 (sat), -1. */
static int
day(const char *s)
{
	static const char names[] = "sunmontuewedthufrisat";

	for (int i = 0; i < 7; i++)
		if (strncmp(names + 3 * i, s, 3) == 0)
			return i;
	return -1;
}

int
spec_days(const char *s)
{
	int mask = 0;

	if (strcmp(s, "none") == 0)
		return 0;
	for (;;) {
		int from = day(s), to = from;

		if (from < 0)
			return -1;
		s += 3;
		if (*s == '-') {
			to = day(s + 1);
			if (to < 0)
				return -1;
			s += 4;
		}
		/* "sat-mon" goes over the week's end. */
		for (;; from = (from + 1) % 7) {
			mask |= 1 << from;
			if (from == to)
				break;
		}
		if (*s == '\0')
			return mask;
		if (*s++ != ',')
			return -1;
	}
}

int
spec_span(const char *s, int *from, int *to)
{
	char a[6];

	if (*s == '\0')
		return 0;
	if (strcmp(s, "none") == 0)
		return 1;
	if (strlen(s) != 11 || s[5] != '-')
		return -1;
	memcpy(a, s, 5);
	a[5] = '\0';
	*from = spec_minutes(a);
	*to = spec_minutes(s + 6);
	return *from >= 0 && *to > *from ? 2 : -1;
}

static bool
store_list(struct m_list *l, const json_t *v)
{
	size_t i;
	json_t *e;

	json_array_foreach (v, i, e)
		if (l->n == MODEL_LIST ||
		    !str_copy(l->v[l->n++], MODEL_NAME, json_string_value(e)))
			return false;
	return true;
}

static void
store_map(int64_t *to, const json_t *v)
{
	for (int d = 0; d < DISP_NKIND; d++) {
		const json_t *e =
		    json_object_get(v, disposition_word((enum disposition)d));

		to[d] = e != NULL ? json_integer_value(e) : -1;
	}
}

/* One text a line. */
static bool
store_lines(char *to, size_t size, const json_t *v)
{
	size_t i, n = 0;
	json_t *e;

	to[0] = '\0';
	json_array_foreach (v, i, e) {
		if (!str_format(to + n, size - n, "%s%s", i > 0 ? "\n" : "",
			json_string_value(e)))
			return false;
		n += strlen(to + n);
	}
	return true;
}

/* v is NULL (the default) or has passed spec_value_valid. */
static bool
store(const struct spec_row *r, void *to, size_t size, const json_t *v)
{
	int64_t i = 0;
	double d = 0;

	switch (r->type) {
	case SPEC_INT:
		if (v == NULL)
			str_int64(r->def, INT64_MIN, INT64_MAX, &i);
		else
			i = json_integer_value(v);
		memcpy(to, &i, sizeof(i));
		return true;
	case SPEC_NUM:
		if (v == NULL)
			str_double(r->def, -1e18, 1e18, &d);
		else
			d = json_number_value(v);
		memcpy(to, &d, sizeof(d));
		return true;
	case SPEC_BOOL:
		*(bool *)to =
		    v != NULL ? json_is_true(v) : strcmp(r->def, "true") == 0;
		return true;
	case SPEC_LIST:
		return store_list(to, v);
	case SPEC_MAP:
		store_map(to, v);
		return true;
	case SPEC_LINES:
		return store_lines(to, size, v);
	default:
		return str_copy(
		    to, size, v != NULL ? json_string_value(v) : r->def);
	}
}

/* The rows of one kind from o into the struct at base. */
static bool
fill(const char *kind, const json_t *o, void *base)
{
	for (size_t i = 0; i < spec_nrows; i++) {
		const struct spec_row *r = &spec_rows[i];
		const json_t *v;

		if (strcmp(r->kind, kind) != 0)
			continue;
		v = json_object_get(o, r->key);
		if (json_is_null(v))
			v = NULL;
		if ((v != NULL && !spec_value_valid(r, v)) ||
		    !store(r, (char *)base + members[i].offset, members[i].size,
			v))
			return false;
	}
	return true;
}

static bool
common(const char *kind, const json_t *o, int64_t *id, char *name, size_t size)
{
	const char *s =
	    json_string_value(json_object_get(o, spec_name_key(kind)));
	struct buf unheard = BUF_INIT;
	const char *at;
	bool good;

	good = s != NULL && spec_name_valid(kind, s) &&
	       str_copy(name, size, s) &&
	       spec_whole_valid(kind, o, &at, &unheard);
	*id = json_integer_value(json_object_get(o, "id"));
	buf_clear(&unheard);
	return good;
}

#define FILL(kind, member)                                                     \
	bool spec_##kind(const json_t *o, struct m_##kind *m)                  \
	{                                                                      \
		memset(m, 0, sizeof(*m));                                      \
		return fill(#kind, o, m) &&                                    \
		       common(#kind, o, &m->id, m->member, sizeof(m->member)); \
	}
FILL(trunk, name)
FILL(country, name)
FILL(profile, name)
FILL(amd_profile, name)
FILL(alert_rule, name)
FILL(did, number)

bool
spec_context(const json_t *o, struct m_context *m)
{
	memset(m, 0, sizeof(*m));
	m->version = json_integer_value(json_object_get(o, "version"));
	return fill("context", o, m) &&
	       common("context", o, &m->id, m->name, sizeof(m->name));
}

bool
spec_campaign(const json_t *o, struct m_campaign *m)
{
	const char *state = json_string_value(json_object_get(o, "state"));

	memset(m, 0, sizeof(*m));
	return fill("campaign", o, m) &&
	       common("campaign", o, &m->id, m->name, sizeof(m->name)) &&
	       str_copy(m->state, sizeof(m->state),
		   state != NULL ? state : "stopped");
}
