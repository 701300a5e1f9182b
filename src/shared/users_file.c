/* SPDX-License-Identifier: MIT */
/* users_file: rows to libconfig and back.  Judges no row: conf.c does. */
#include "shared/users_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libconfig.h>

#include "shared/conf.h"
#include "shared/util.h"

json_t *
users_file_read(const char *state_dir, struct buf *err)
{
	char *file = xasprintf("%s/" CONF_USERS_FILE, state_dir);
	json_t *rows = NULL;

	if (access(file, F_OK) != 0 && errno == ENOENT)
		rows = json_array();
	else
		conf_users(file, &rows, err);
	free(file);
	return rows;
}

static void
add(config_setting_t *to, const char *key, const json_t *v)
{
	config_setting_t *s;
	const json_t *e;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_STRING:
		s = config_setting_add(to, key, CONFIG_TYPE_STRING);
		config_setting_set_string(s, json_string_value(v));
		break;
	case JSON_INTEGER:
		s = config_setting_add(to, key, CONFIG_TYPE_INT);
		/* what does not fit is out of every range, too */
		config_setting_set_int(
		    s, (int)MINIMUM(MAXIMUM(json_integer_value(v), INT32_MIN),
			   INT32_MAX));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		s = config_setting_add(to, key, CONFIG_TYPE_BOOL);
		config_setting_set_bool(s, json_is_true(v));
		break;
	case JSON_ARRAY:
		s = config_setting_add(to, key, CONFIG_TYPE_ARRAY);
		json_array_foreach (v, i, e) {
			config_setting_t *t =
			    config_setting_add(s, NULL, CONFIG_TYPE_STRING);

			config_setting_set_string(t, json_string_value(e));
		}
		break;
	case JSON_OBJECT:
	case JSON_REAL:
	case JSON_NULL:
		break;
	}
}

static bool
put(FILE *f, const json_t *rows)
{
	config_setting_t *list;
	const json_t *row, *v;
	const char *key;
	config_t cfg;
	size_t i;

	fputs("# Written by discador user; users written by hand belong into\n"
	      "# ssh.users of discador.conf.\n",
	    f);
	config_init(&cfg);
	list = config_setting_add(
	    config_root_setting(&cfg), "ssh", CONFIG_TYPE_GROUP);
	list = config_setting_add(list, "users", CONFIG_TYPE_LIST);
	json_array_foreach (rows, i, row) {
		config_setting_t *g =
		    config_setting_add(list, NULL, CONFIG_TYPE_GROUP);

		json_object_foreach ((json_t *)(uintptr_t)row, key, v)
			if (strcmp(key, "managed") != 0)
				add(g, key, v);
	}
	config_write(&cfg, f);
	config_destroy(&cfg);
	return fflush(f) == 0 && fsync(fileno(f)) == 0 && !ferror(f);
}

/* As conf.c will read it at the next start; what it says but for the place. */
static bool
reads_back(const char *file, struct buf *err)
{
	struct buf said = BUF_INIT;
	json_t *rows = NULL;
	bool good = conf_users(file, &rows, &said);
	const char *what = strstr(buf_cstr(&said), ": ");

	buf_str(err, what != NULL ? what + 2 : buf_cstr(&said));
	buf_clear(&said);
	json_decref(rows);
	return good;
}

bool
users_file_write(const char *state_dir, const json_t *rows, struct buf *err)
{
	char *file = xasprintf("%s/" CONF_USERS_FILE, state_dir);
	char *tmp = xasprintf("%s.new", file);
	bool good = false;
	FILE *f = NULL;
	int fd;

	unlink(tmp);
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && (f = fdopen(fd, "w")) == NULL)
		close(fd);
	if (f == NULL || !put(f, rows)) {
		buf_fmt(err, "%s: %s", tmp, strerror(errno));
	} else if (reads_back(tmp, err)) {
		good = rename(tmp, file) == 0;
		if (!good)
			buf_fmt(err, "%s: %s", file, strerror(errno));
	}
	if (f != NULL)
		fclose(f);
	if (!good)
		unlink(tmp);
	free(tmp);
	free(file);
	return good;
}
