/* SPDX-License-Identifier: MIT */
/*
 * conf_rows: the table of tbl_conf.h as rows that can be walked: what a value
 * may be, what was expected instead, where it goes, its default, the sample
 * file.  Reads no file.
 */
#include "shared/conf_rows.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/conf_value.h"
#include "shared/log.h"
#include "shared/util.h"

const struct conf_row conf_rows[] = {
#define MEMBER(st, m) offsetof(struct st, m), sizeof(((struct st *)0)->m)
#define CONF(path, type, member, def, lo, hi, help)                            \
	{ path, CONF_##type, CONF_IN_CONF, MEMBER(conf, member), def, lo, hi,  \
		help },
#define CONF_SWITCH(path, type, member, def, lo, hi, help)                     \
	{ path, CONF_##type, CONF_IN_SWITCH, MEMBER(conf_switch, member), def, \
		lo, hi, help },
#define CONF_USER(path, type, def, lo, hi, help)                               \
	{ path, CONF_##type, CONF_IN_USER, 0, 0, def, lo, hi, help },
#include "shared/tbl_conf.h"
};
const size_t conf_nrows = nitems(conf_rows);

bool
conf_zone_valid(const char *z)
{
	char path[300];

	if (*z == '/' || strstr(z, "..") != NULL)
		return false;
	for (const char *p = z; *p; p++)
		if (!isalnum((unsigned char)*p) && strchr("_+-/", *p) == NULL)
			return false;
	return str_format(path, sizeof(path), "/usr/share/zoneinfo/%s", z) &&
	       access(path, R_OK) == 0;
}

void
conf_zone_system(char *out, size_t size)
{
	const char *env = getenv("TZ"), *at;
	char link[300];
	ssize_t n;

	if (env != NULL && *env != '\0' && conf_zone_valid(env) &&
	    str_copy(out, size, env))
		return;
	n = readlink("/etc/localtime", link, sizeof(link) - 1);
	link[n > 0 ? n : 0] = '\0';
	at = strstr(link, "zoneinfo/");
	if (at == NULL || !conf_zone_valid(at + 9) ||
	    !str_copy(out, size, at + 9))
		str_copy(out, size, "UTC");
}

static bool
name_valid(const char *s)
{
	if (!isalnum((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && strchr("._-", *s) == NULL)
			return false;
	return true;
}

static bool
addr_valid(const char *s)
{
	unsigned char a[16];

	return inet_pton(AF_INET, s, a) == 1 || inet_pton(AF_INET6, s, a) == 1;
}

static bool
text_valid(const struct conf_row *r, const char *s)
{
	size_t n = strlen(s);

	if (r->type == CONF_LEVEL)
		return log_level_parse(s) >= 0;
	if (r->type == CONF_ROLE)
		return strcmp(s, "viewer") == 0 || strcmp(s, "operator") == 0 ||
		       strcmp(s, "supervisor") == 0 || strcmp(s, "admin") == 0;
	if (n < (size_t)r->lo || n > (size_t)r->hi)
		return false;
	if (n == 0)
		return true;
	switch (r->type) {
	case CONF_PATH:
		return *s == '/';
	case CONF_ADDR:
		return addr_valid(s);
	case CONF_ZONE:
		return conf_zone_valid(s);
	case CONF_NAME:
		return name_valid(s);
	default:
		return true;
	}
}

static bool
list_valid(const struct conf_row *r, const json_t *v)
{
	size_t i;
	json_t *e;

	if (!json_is_array(v) || json_array_size(v) > (size_t)r->hi)
		return false;
	json_array_foreach (v, i, e)
		if (!json_is_string(e) || *json_string_value(e) == '\0')
			return false;
	return true;
}

bool
conf_row_valid(const struct conf_row *r, const json_t *v)
{
	double d;

	switch (r->type) {
	case CONF_INT:
		d = (double)json_integer_value(v);
		return json_is_integer(v) && d >= r->lo && d <= r->hi;
	case CONF_NUM:
		d = json_number_value(v);
		return json_is_number(v) && d >= r->lo && d <= r->hi;
	case CONF_BOOL:
		return json_is_boolean(v);
	case CONF_LIST:
		return list_valid(r, v);
	default:
		return json_is_string(v) && text_valid(r, json_string_value(v));
	}
}

void
conf_row_expected(struct buf *b, const struct conf_row *r)
{
	const char *empty = r->lo > 0 ? "" : " or \"\"";

	buf_str(b, "expected ");
	switch (r->type) {
	case CONF_INT:
		buf_fmt(b, "an integer from %.0f to %.0f", r->lo, r->hi);
		break;
	case CONF_NUM:
		buf_fmt(b, "a number from %g to %g", r->lo, r->hi);
		break;
	case CONF_BOOL:
		buf_str(b, "true or false");
		break;
	case CONF_PATH:
		buf_fmt(b, "an absolute path of at most %.0f bytes%s", r->hi,
		    empty);
		break;
	case CONF_FILE:
		buf_fmt(b, "the name of a file%s", empty);
		break;
	case CONF_ADDR:
		buf_str(b, "an IP address such as \"127.0.0.1\"");
		break;
	case CONF_ZONE:
		buf_fmt(
		    b, "a time zone such as \"America/Sao_Paulo\"%s", empty);
		break;
	case CONF_LEVEL:
		buf_str(b, "\"error\", \"warn\", \"info\" or \"debug\"");
		break;
	case CONF_ROLE:
		buf_str(
		    b, "\"viewer\", \"operator\", \"supervisor\" or \"admin\"");
		break;
	case CONF_NAME:
		buf_fmt(b,
		    "at most %.0f letters, digits, '.', '_' or '-', a letter "
		    "or digit first",
		    r->hi);
		break;
	case CONF_LIST:
		buf_fmt(b, "a list of at most %.0f texts", r->hi);
		break;
	case CONF_STR:
		buf_fmt(b, "a text of %.0f to %.0f bytes", r->lo, r->hi);
		break;
	}
}

/* v has been checked against r. */
void
conf_row_store(const struct conf_row *r, const json_t *v, struct conf *c,
    struct conf_switch *sw)
{
	char *to;

	if (r->where == CONF_IN_USER) {
		json_t *user = json_array_get(
		    c->ssh_users, json_array_size(c->ssh_users) - 1);

		json_object_set_new(
		    user, strrchr(r->path, '.') + 1, json_deep_copy(v));
		return;
	}
	to = (r->where == CONF_IN_CONF ? (char *)c : (char *)sw) + r->offset;
	switch (r->type) {
	case CONF_INT:
		if (r->size == sizeof(int))
			*(int *)(void *)to = (int)json_integer_value(v);
		else
			*(uint64_t *)(void *)to =
			    (uint64_t)json_integer_value(v);
		break;
	case CONF_NUM:
		*(double *)(void *)to = json_number_value(v);
		break;
	case CONF_BOOL:
		*(bool *)(void *)to = json_is_true(v);
		break;
	case CONF_LIST:
		break;
	default:
		str_copy(to, r->size, json_string_value(v));
		break;
	}
}

/* A row's default, written as in a file. */
static json_t *
row_default(const struct conf_row *r)
{
	int64_t i = 0;
	double d = 0;

	switch (r->type) {
	case CONF_INT:
		str_int64(r->def, INT64_MIN, INT64_MAX, &i);
		return json_integer(i);
	case CONF_NUM:
		str_double(r->def, r->lo, r->hi, &d);
		return json_real(d);
	case CONF_BOOL:
		return json_boolean(strcmp(r->def, "true") == 0);
	case CONF_LIST:
		return json_array();
	default:
		return json_string(r->def);
	}
}

void
conf_row_defaults(enum conf_where where, struct conf *c, struct conf_switch *sw)
{
	for (size_t i = 0; i < conf_nrows; i++) {
		json_t *v;

		if (conf_rows[i].where != where || conf_rows[i].def == NULL)
			continue;
		v = row_default(&conf_rows[i]);
		conf_row_store(&conf_rows[i], v, c, sw);
		json_decref(v);
	}
}

const struct conf_row *
conf_row_find(const char *path)
{
	for (size_t i = 0; i < conf_nrows; i++)
		if (strcmp(conf_rows[i].path, path) == 0)
			return &conf_rows[i];
	return NULL;
}

/* Do rows begin with path and then with this? */
bool
conf_row_below(const char *path, const char *then)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < conf_nrows; i++)
		if (strncmp(conf_rows[i].path, path, n) == 0 &&
		    strncmp(conf_rows[i].path + n, then, strlen(then)) == 0)
			return true;
	return false;
}

/* What the sample shows where there is no default. */
static const char *
sample_value(const struct conf_row *r)
{
	if (strcmp(r->path, "switches[].name") == 0)
		return "pbx1";
	if (strcmp(r->path, "switches[].host") == 0)
		return "127.0.0.1";
	if (strcmp(r->path, "ssh.users[].name") == 0)
		return "maria";
	return "change-me";
}

static void
sample_row(struct buf *b, const struct conf_row *r, const char *indent)
{
	const char *key = strrchr(r->path, '.'), *p = r->help;
	json_t *v =
	    r->def != NULL ? row_default(r) : json_string(sample_value(r));

	/* The help, folded at 72 columns. */
	while (*p) {
		size_t n = strlen(p);

		if (n > 70) {
			for (n = 70; n > 0 && p[n] != ' ';)
				n--;
		}
		buf_fmt(
		    b, "#%s%s%.*s\n", indent, *indent ? "# " : " ", (int)n, p);
		for (p += n; *p == ' ';)
			p++;
	}
	buf_fmt(b, "#%s%s = ", indent, key != NULL ? key + 1 : r->path);
	conf_value_print(b, v);
	buf_fmt(b, ";%s\n", r->def == NULL ? " # required" : "");
	json_decref(v);
}

static size_t
group_len(const char *path)
{
	const char *dot = strchr(path, '.');

	return dot != NULL ? (size_t)(dot - path) : 0;
}

/* Open or close "database", "switches[]", "ssh": the part before the dot. */
static void
sample_group(struct buf *b, const char *path, size_t n, bool open)
{
	bool is_list = n > 2 && path[n - 1] == ']';

	if (n == 0)
		return;
	if (open)
		buf_fmt(b, "\n#%.*s = %s\n", (int)(is_list ? n - 2 : n), path,
		    is_list ? "( {" : "{");
	else
		buf_fmt(b, "#%s\n", is_list ? "} );" : "};");
}

void
conf_print_sample(struct buf *b)
{
	static const char users[] = "ssh.users[].";
	const char *in = "";
	size_t len = 0;
	bool in_users = false;

	buf_str(b,
	    "# discador.conf: what belongs to this machine.  Every option stands "
	    "here at\n"
	    "# its default, commented out; discador.conf(5) describes them.  "
	    "Campaigns,\n"
	    "# countries, contexts, trunks and profiles are no options: see "
	    "discador apply.\n\n");
	for (size_t i = 0; i < conf_nrows; i++) {
		const struct conf_row *r = &conf_rows[i];
		bool user = strncmp(r->path, users, sizeof(users) - 1) == 0;
		size_t n = group_len(r->path);

		if (in_users && !user)
			buf_str(b, "#\t} );\n");
		if (n != len || strncmp(r->path, in, n) != 0) {
			sample_group(b, in, len, false);
			sample_group(b, r->path, n, true);
			in = r->path;
			len = n;
		}
		if (user && !in_users)
			buf_str(b, "#\tusers = ( {\n");
		in_users = user;
		sample_row(b, r, user ? "\t\t" : n > 0 ? "\t" : "");
	}
	sample_group(b, in, len, false);
}
