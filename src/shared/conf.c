/* SPDX-License-Identifier: MIT */
/*
 * conf: discador.conf into struct conf by walking the file beside the rows of
 * tbl_conf.h.  What no row names is refused with FILE:LINE.  Campaigns and
 * the like are not here: they live in the database (spec.h).
 */
#include "shared/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libconfig.h>

#include "shared/conf_files.h"
#include "shared/conf_rows.h"
#include "shared/conf_value.h"
#include "shared/util.h"

/* What a file may hold. */
enum part { PART_ALL, PART_SECRETS, PART_USERS };

/* One file being read. */
struct reading {
	const char *file;
	enum part part;
	struct conf *c;
	struct conf_switch *sw; /* the list element the walk is in */
	char names[CONF_USERS][64]; /* of the list the walk is in */
	int nnames;
	struct buf *err;
};

static bool
part_allows(enum part part, const char *path)
{
	if (part == PART_ALL)
		return true;
	if (part == PART_USERS)
		return strcmp(path, "ssh") == 0 ||
		       strcmp(path, "ssh.users") == 0 ||
		       strncmp(path, "ssh.users[].", 12) == 0;
	return strcmp(path, "database.conninfo") == 0 ||
	       strcmp(path, "switches[].name") == 0 ||
	       strcmp(path, "switches[].secret") == 0 ||
	       strcmp(path, "database") == 0 || strcmp(path, "switches") == 0;
}

static bool
leaf(struct reading *rd, const config_setting_t *s, const struct conf_row *r)
{
	const char *why = "";
	json_t *v = conf_value(s, &why);
	bool good = v != NULL && conf_row_valid(r, v);

	if (good) {
		conf_row_store(r, v, rd->c, rd->sw);
	} else {
		conf_value_at(rd->err, s, rd->file);
		buf_fmt(rd->err, "%s = ", r->path);
		/* Never a secret on a screen or in a log. */
		if (strstr(r->path, "secret") != NULL ||
		    strcmp(r->path, "ssh.users[].password") == 0)
			buf_str(rd->err, "(not shown)");
		else if (v != NULL)
			conf_value_print(rd->err, v);
		else
			buf_str(rd->err, why);
		buf_str(rd->err, ", ");
		conf_row_expected(rd->err, r);
	}
	json_decref(v);
	return good;
}

static bool walk(struct reading *, const config_setting_t *, const char *path);

static const char *
part_holds(enum part part)
{
	switch (part) {
	case PART_SECRETS:
		return "database.conninfo or the switches' name and secret in "
		       "a secret_file";
	case PART_USERS:
		return "ssh.users in the file of `discador user`";
	case PART_ALL:
		break;
	}
	return "one of discador.conf(5)";
}

/* Names in one list differ, and what has no default is there. */
static bool
element_complete(
    struct reading *rd, const config_setting_t *e, const char *path)
{
	const char *name = NULL;
	size_t n = strlen(path);

	for (size_t i = 0; i < conf_nrows; i++) {
		const struct conf_row *r = &conf_rows[i];

		if (strncmp(r->path, path, n) != 0 || r->path[n] != '.' ||
		    r->def != NULL ||
		    config_setting_get_member(e, r->path + n + 1) != NULL)
			continue;
		if (!part_allows(rd->part, r->path))
			continue;
		/* It may still come from the secret_file. */
		if (strcmp(r->path, "switches[].secret") == 0 &&
		    rd->part == PART_ALL)
			continue;
		conf_value_at(rd->err, e, rd->file);
		buf_fmt(rd->err, "%s is missing, ", r->path);
		conf_row_expected(rd->err, r);
		return false;
	}
	config_setting_lookup_string(e, "name", &name);
	for (int i = 0; i < rd->nnames; i++)
		if (strcmp(rd->names[i], name) == 0) {
			conf_value_at(rd->err, e, rd->file);
			buf_fmt(rd->err,
			    "%s.name = \"%s\" stands here twice, expected "
			    "different names",
			    path, name);
			return false;
		}
	str_copy(rd->names[rd->nnames++], sizeof(rd->names[0]), name);
	return true;
}

static bool
list(struct reading *rd, const config_setting_t *s, const char *path)
{
	bool switches = strcmp(path, "switches") == 0;
	int n = config_setting_length(s), max;
	char below[80];

	max = switches ? CONF_SWITCHES : CONF_USERS;
	str_format(below, sizeof(below), "%s[]", path);
	if ((!config_setting_is_list(s) && !config_setting_is_array(s)) ||
	    n > max) {
		conf_value_at(rd->err, s, rd->file);
		buf_fmt(rd->err,
		    "%s is no list of at most %d groups, expected "
		    "( { name = \"...\"; ... }, ... )",
		    path, max);
		return false;
	}
	rd->nnames = 0;
	for (int i = 0; i < n; i++) {
		const config_setting_t *e =
		    config_setting_get_elem(s, (unsigned)i);

		if (!config_setting_is_group(e)) {
			conf_value_at(rd->err, e, rd->file);
			buf_fmt(rd->err,
			    "%s holds something else than groups, expected "
			    "( { name = \"...\"; ... }, ... )",
			    path);
			return false;
		}
		if (switches) {
			rd->sw = &rd->c->switches[rd->c->nswitches];
			conf_row_defaults(CONF_IN_SWITCH, rd->c, rd->sw);
		} else {
			if (rd->c->ssh_users == NULL)
				rd->c->ssh_users = json_array();
			json_array_append_new(rd->c->ssh_users, json_object());
			conf_row_defaults(CONF_IN_USER, rd->c, NULL);
		}
		if (!walk(rd, e, below) || !element_complete(rd, e, below))
			return false;
		if (switches)
			rd->c->nswitches++;
	}
	return true;
}

/* Every setting of a group; path is the group's, "" at the top. */
static bool
walk(struct reading *rd, const config_setting_t *group, const char *path)
{
	int n = config_setting_length(group);

	for (int i = 0; i < n; i++) {
		const config_setting_t *s =
		    config_setting_get_elem(group, (unsigned)i);
		const struct conf_row *r;
		char here[200];
		bool known;

		known = str_format(here, sizeof(here), "%s%s%s", path,
		    *path ? "." : "", config_setting_name(s));
		r = known ? conf_row_find(here) : NULL;
		if (r == NULL && known)
			known = conf_row_below(here, ".") ||
				conf_row_below(here, "[].");
		if (!known || !part_allows(rd->part, here)) {
			conf_value_at(rd->err, s, rd->file);
			buf_fmt(rd->err, "unknown option \"%s\", expected %s",
			    here, part_holds(rd->part));
			return false;
		}
		if (r != NULL) {
			if (!leaf(rd, s, r))
				return false;
		} else if (conf_row_below(here, "[].")) {
			if (!list(rd, s, here))
				return false;
		} else if (!config_setting_is_group(s)) {
			conf_value_at(rd->err, s, rd->file);
			buf_fmt(rd->err,
			    "%s is no group, expected %s = { ... };", here,
			    here);
			return false;
		} else if (!walk(rd, s, here)) {
			return false;
		}
	}
	return true;
}

/* One file into c. */
static bool
read_into(const char *file, enum part part, struct conf *c, struct buf *err)
{
	struct reading *rd = xcalloc(1, sizeof(*rd));
	config_t cfg;
	bool good = false;

	rd->file = file;
	rd->part = part;
	rd->c = c;
	rd->err = err;
	if (conf_file_parse(&cfg, file, part != PART_ALL, err)) {
		good = walk(rd, config_root_setting(&cfg), "");
		config_destroy(&cfg);
	}
	free(rd);
	return good;
}

static bool
read_secrets(struct conf *c, struct buf *err)
{
	struct conf *s;
	bool good;

	if (c->secret_file[0] == '\0')
		return true;
	s = xcalloc(1, sizeof(*s));
	good = read_into(c->secret_file, PART_SECRETS, s, err);
	if (good && s->conninfo[0])
		str_copy(c->conninfo, sizeof(c->conninfo), s->conninfo);
	for (int i = 0; good && i < s->nswitches; i++) {
		int k = 0;

		while (k < c->nswitches &&
		       strcmp(c->switches[k].name, s->switches[i].name) != 0)
			k++;
		if (k == c->nswitches) {
			buf_fmt(err,
			    "%s: a secret for switch \"%s\", expected a switch "
			    "of %s",
			    c->secret_file, s->switches[i].name, c->file);
			good = false;
		} else {
			str_copy(c->switches[k].secret,
			    sizeof(c->switches[k].secret),
			    s->switches[i].secret);
		}
	}
	conf_clear(s);
	free(s);
	return good;
}

bool
conf_users(const char *file, json_t **rows, struct buf *err)
{
	struct conf *u = xcalloc(1, sizeof(*u));
	bool good = read_into(file, PART_USERS, u, err);

	*rows = NULL;
	if (good)
		*rows = u->ssh_users != NULL ? json_incref(u->ssh_users)
					     : json_array();
	conf_clear(u);
	free(u);
	return good;
}

static const char *
name_of(const json_t *user)
{
	const char *s = json_string_value(json_object_get(user, "name"));

	return s != NULL ? s : "";
}

/* Those that `discador user` looks after, behind those of this file. */
static bool
read_users(struct conf *c, struct buf *err)
{
	char *file = xasprintf("%s/" CONF_USERS_FILE, c->state_dir);
	json_t *rows = NULL, *row, *own;
	bool good = true;
	size_t i, k;

	/* who may not look into state_dir (a viewer) needs no users */
	if (access(file, R_OK) == 0 || (errno != ENOENT && errno != EACCES))
		good = conf_users(file, &rows, err);
	json_array_foreach (rows, i, row) {
		json_array_foreach (c->ssh_users, k, own)
			if (strcmp(name_of(row), name_of(own)) == 0) {
				buf_fmt(err,
				    "%s: ssh.users[].name = \"%s\" stands in "
				    "%s, too, expected different names (take "
				    "it out of one of them)",
				    c->file, name_of(own), file);
				good = false;
				break;
			}
		if (!good)
			break;
		if (c->ssh_users == NULL)
			c->ssh_users = json_array();
		json_object_set_new(row, "managed", json_true());
		json_array_append(c->ssh_users, row);
	}
	if (good && json_array_size(c->ssh_users) > CONF_USERS) {
		buf_fmt(err, "%s and %s have more than %d users", c->file, file,
		    CONF_USERS);
		good = false;
	}
	json_decref(rows);
	free(file);
	return good;
}

static bool
read_all(const char *file, const char *run_dir, struct conf *c, struct buf *err)
{
	conf_row_defaults(CONF_IN_CONF, c, NULL);
	file = conf_file_name(file);
	if (file != NULL) {
		str_copy(c->file, sizeof(c->file), file);
		if (!read_into(file, PART_ALL, c, err) ||
		    !conf_file_beside(
			file, c->secret_file, sizeof(c->secret_file), err) ||
		    !read_secrets(c, err))
			return false;
	}
	for (int i = 0; i < c->nswitches; i++) {
		struct conf_switch *sw = &c->switches[i];

		if (sw->secret[0] == '\0') {
			buf_fmt(err,
			    "%s: switch \"%s\" has no secret, expected "
			    "switches[].secret here or in the secret_file",
			    c->file, sw->name);
			return false;
		}
		if (!conf_file_beside(
			c->file, sw->ca_file, sizeof(sw->ca_file), err))
			return false;
	}
	conf_file_state_dir(c);
	conf_file_run_dir(c, run_dir);
	if (!read_users(c, err))
		return false;
	if (c->timezone[0] == '\0')
		conf_zone_system(c->timezone, sizeof(c->timezone));
	/* sun_path holds 107 bytes and "/control" is added to it. */
	if (strlen(c->run_dir) > 90) {
		buf_fmt(err,
		    "run_dir = \"%s\" is %zu bytes long, expected at most 90: "
		    "a socket's name has room for no more",
		    c->run_dir, strlen(c->run_dir));
		return false;
	}
	return true;
}

bool
conf_read(
    const char *file, const char *run_dir, struct conf *c, struct buf *err)
{
	memset(c, 0, sizeof(*c));
	if (read_all(file, run_dir, c, err))
		return true;
	conf_clear(c);
	return false;
}

bool
conf_run_dir(const char *file, const char *run_dir, char *out, size_t size,
    struct buf *err)
{
	struct conf *c = xcalloc(1, sizeof(*c));
	struct buf unheard = BUF_INIT;
	bool good = true;
	config_t cfg;

	if (file != NULL && access(file, F_OK) != 0) {
		buf_fmt(err, "%s: %s", file, strerror(errno));
		good = false;
	}
	file = conf_file_name(file);
	/* A viewer may not be allowed to read it: then the defaults. */
	if (good && file != NULL &&
	    conf_file_parse(&cfg, file, false, &unheard)) {
		const char *t;

		if (config_lookup_string(&cfg, "run_dir", &t))
			str_copy(c->run_dir, sizeof(c->run_dir), t);
		if (config_lookup_string(&cfg, "state_dir", &t))
			str_copy(c->state_dir, sizeof(c->state_dir), t);
		config_destroy(&cfg);
	}
	conf_file_state_dir(c);
	conf_file_run_dir(c, run_dir);
	if (good && !str_copy(out, size, c->run_dir)) {
		buf_fmt(err, "run_dir \"%s\" is too long", c->run_dir);
		good = false;
	}
	buf_clear(&unheard);
	free(c);
	return good;
}

void
conf_clear(struct conf *c)
{
	explicit_bzero(c->conninfo, sizeof(c->conninfo));
	for (int i = 0; i < CONF_SWITCHES; i++)
		explicit_bzero(
		    c->switches[i].secret, sizeof(c->switches[i].secret));
	c->nswitches = 0;
	json_decref(c->ssh_users);
	c->ssh_users = NULL;
}
