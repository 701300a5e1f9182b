/* SPDX-License-Identifier: MIT */
/*
 * cmd_user: those who may attach over SSH and whom no person has written into
 * discador.conf.  A change is written, then the engine reads its
 * configuration again as SIGHUP does, and discador-sshd with it.  Never tells
 * a hash of a password.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "shared/conf.h"
#include "shared/log.h"
#include "shared/users_file.h"

static const char *
text_of(const json_t *row, const char *key)
{
	const char *s = json_string_value(json_object_get(row, key));

	return s != NULL ? s : "";
}

static json_t *
find(const json_t *rows, const char *name, size_t *at)
{
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		if (strcmp(text_of(row, "name"), name) == 0) {
			if (at != NULL)
				*at = i;
			return row;
		}
	return NULL;
}

static bool
is_enabled(const json_t *row)
{
	return !json_is_false(json_object_get(row, "enabled"));
}

/* "ana, omar"; "all" for none. */
static void
list_text(const json_t *list, const char *none, char out[64])
{
	size_t n = 0, i;
	json_t *e;

	str_copy(out, 64, json_array_size(list) == 0 ? none : "");
	json_array_foreach (list, i, e) {
		str_format(out + n, 64 - n, "%s%s", i > 0 ? ", " : "",
		    json_string_value(e));
		n = strlen(out);
	}
}

static json_t *
row_json(const json_t *row)
{
	json_t *o = json_deep_copy(row);

	json_object_del(o, "password");
	json_object_set_new(
	    o, "password", json_boolean(*text_of(row, "password") != '\0'));
	json_object_set_new(o, "managed",
	    json_boolean(json_is_true(json_object_get(row, "managed"))));
	return o;
}

static void
do_list(struct daemon *d, struct ctl_req *req)
{
	struct cmd_table t = { .ncols = 7 };
	struct buf text = BUF_INIT;
	json_t *rows = json_array(), *row;
	char list[64];
	size_t i;

	for (const char *const *h =
		 (const char *const[]){ "name", "role", "may log in",
		     "campaigns", "from", "with", "written in", NULL };
	     *h != NULL; h++)
		cmd_table_cell(&t, *h);
	json_array_foreach (d->conf.ssh_users, i, row) {
		size_t keys = json_array_size(json_object_get(row, "keys"));
		bool password = *text_of(row, "password") != '\0';

		cmd_table_cell(&t, text_of(row, "name"));
		cmd_table_cell(&t, text_of(row, "role"));
		cmd_table_cell(&t, is_enabled(row) ? "yes" : "no");
		list_text(json_object_get(row, "campaigns"), "all", list);
		cmd_table_cell(&t, list);
		list_text(json_object_get(row, "from"), "anywhere", list);
		cmd_table_cell(&t, list);
		str_format(list, sizeof(list), "%zu key%s%s", keys,
		    keys == 1 ? "" : "s", password ? ", password" : "");
		cmd_table_cell(&t, list);
		cmd_table_cell(&t, json_is_true(json_object_get(row, "managed"))
				       ? CONF_USERS_FILE
				       : "discador.conf");
		json_array_append_new(rows, row_json(row));
	}
	cmd_table_end(&t, 0, &text);
	ctl_reply(req, true, 0,
	    json_array_size(rows) > 0
		? buf_cstr(&text)
		: "there are no users: discador user add NAME --role ROLE "
		  "--key FILE",
	    rows);
	buf_clear(&text);
}

/* Options of the request into the row; false: *why. */
static bool
take_values(json_t *row, const json_t *values, const char **why)
{
	static const char *const known[] = { "role", "keys", "language",
		"campaigns", "from", "idle", "password" };
	const char *key;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)values, key, v) {
		bool good = false;

		for (size_t i = 0; i < nitems(known); i++)
			good = good || strcmp(known[i], key) == 0;
		if (!good) {
			*why = "there is no such option of a user";
			return false;
		}
		if (strcmp(key, "password") == 0 &&
		    text_of(values, key)[0] != '$') {
			*why = "a password is told as its crypt(5) hash";
			return false;
		}
		json_object_set(row, key, v);
	}
	return true;
}

/* What the word does to the rows; false: *why. */
static bool
change(json_t *rows, const char *word, const char *name, const json_t *values,
    const char **why)
{
	size_t at = 0;
	json_t *row = find(rows, name, &at);

	if (strcmp(word, "add") == 0) {
		if (row != NULL) {
			*why = "there is such a user: discador user set "
			       "changes one";
			return false;
		}
		row = json_pack("{s:s}", "name", name);
		json_array_append_new(rows, row);
		return take_values(row, values, why);
	}
	if (row == NULL) {
		*why = "there is no such user: discador user list shows them";
		return false;
	}
	if (strcmp(word, "remove") == 0)
		return json_array_remove(rows, at) == 0;
	if (strcmp(word, "disable") == 0 || strcmp(word, "enable") == 0)
		return json_object_set_new(
			   row, "enabled", json_boolean(*word == 'e')) == 0;
	return take_values(row, values, why);
}

static bool
has_values(const char *word)
{
	return strcmp(word, "add") == 0 || strcmp(word, "set") == 0 ||
	       strcmp(word, "passwd") == 0;
}

/*
 * Name and what was changed, for the audit: rights by their values, keys by
 * how many, a password by its name alone.
 */
static void
put_object(struct buf *b, const char *name, const json_t *values)
{
	const char *key;
	json_t *v;

	buf_str(b, name);
	json_object_foreach ((json_t *)(uintptr_t)values, key, v) {
		char list[64];

		if (strcmp(key, "password") == 0)
			buf_fmt(b, ", %s", key);
		else if (strcmp(key, "keys") == 0)
			buf_fmt(b, ", keys = %zu", json_array_size(v));
		else if (json_is_integer(v))
			buf_fmt(b, ", %s = %lld", key,
			    (long long)json_integer_value(v));
		else if (json_is_array(v)) {
			list_text(v, "all", list);
			buf_fmt(b, ", %s = %s", key, list);
		} else
			buf_fmt(b, ", %s = %s", key, text_of(values, key));
	}
}

static void
answer(struct daemon *d, struct ctl_req *req, const char *word,
    const char *name, const json_t *values)
{
	struct buf object = BUF_INIT;
	char text[200];

	put_object(&object, name, has_values(word) ? values : NULL);
	str_format(text, sizeof(text), "user %s", word);
	audit_write(
	    d, ctl_who(req), ctl_origin(req), text, buf_cstr(&object), "done");
	buf_clear(&object);
	kill(getpid(), SIGHUP); /* read again, as by hand */
	str_format(text, sizeof(text), "user %s: %s%s", name,
	    strcmp(word, "add") == 0       ? "added"
	    : strcmp(word, "remove") == 0  ? "removed"
	    : strcmp(word, "passwd") == 0  ? "has a new password"
	    : strcmp(word, "disable") == 0 ? "may not log in any more"
	    : strcmp(word, "enable") == 0  ? "may log in again"
					   : "changed",
	    d->conf.ssh_enabled ? "" : " (ssh.enabled is false: nobody can)");
	ctl_reply(req, true, 0, text, NULL);
}

/*
 * Written, and read again as all of the configuration, which must not become
 * one that the engine does not take: what was there before is put back then.
 */
static bool
write_rows(const struct daemon *d, const json_t *rows, const json_t *before,
    struct buf *err)
{
	const char *dir = d->conf.state_dir;
	struct buf again = BUF_INIT;
	struct conf c;

	if (!users_file_write(dir, rows, err))
		return false;
	if (conf_read(d->conf.file[0] != '\0' ? d->conf.file : NULL,
		d->conf.run_dir, &c, err)) {
		conf_clear(&c);
		return true;
	}
	buf_str(err, "; no user was changed");
	if (!users_file_write(dir, before, &again))
		log_error("the users of before cannot be put back: %s",
		    buf_cstr(&again));
	buf_clear(&again);
	return false;
}

static void
do_change(struct daemon *d, struct ctl_req *req, const char *word)
{
	const char *name = cmd_arg(req, 1), *why = "it could not be changed";
	const json_t *values = json_object_get(ctl_json(req), "values"), *own;
	struct buf err = BUF_INIT;
	json_t *rows, *before;

	own = find(d->conf.ssh_users, name, NULL);
	if (*name == '\0' ||
	    (has_values(word) && json_object_size(values) == 0)) {
		ctl_reply(req, false, 2,
		    "usage: discador user add NAME --role ROLE --key FILE",
		    NULL);
		return;
	}
	if (own != NULL && !json_is_true(json_object_get(own, "managed"))) {
		buf_fmt(&err,
		    "user %s stands in %s: change ssh.users there, then "
		    "reload the engine",
		    name, d->conf.file);
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
		buf_clear(&err);
		return;
	}
	rows = users_file_read(d->conf.state_dir, &err);
	before = json_deep_copy(rows);
	if (rows != NULL && !change(rows, word, name, values, &why))
		buf_fmt(&err, "user %s: %s", name, why);
	if (err.len == 0 && rows != NULL && write_rows(d, rows, before, &err))
		answer(d, req, word, name, values);
	else
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	json_decref(rows);
	json_decref(before);
	buf_clear(&err);
}

void
cmd_do_user(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0);

	if (strcmp(word, "list") == 0)
		do_list(d, req);
	else
		do_change(d, req, word);
}
