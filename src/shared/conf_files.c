/* SPDX-License-Identifier: MIT */
/*
 * conf_files: one file as libconfig's tree, and the places that are meant
 * where none is named.  Judges no option: conf.c does.
 */
#include "shared/conf_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/conf_value.h"
#include "shared/util.h"

#define FILE_MAX (1024 * 1024)

/* false: too long, unreadable, or with a NUL in it. */
static bool
read_whole(FILE *f, struct buf *text)
{
	char block[4096];
	size_t n;

	while ((n = fread(block, 1, sizeof(block), f)) > 0 &&
	       text->len <= FILE_MAX)
		buf_put(text, block, n);
	explicit_bzero(block, sizeof(block));
	return !ferror(f) && text->len <= FILE_MAX &&
	       strlen(buf_cstr(text)) == text->len;
}

bool
conf_file_parse(config_t *cfg, const char *file, bool secret, struct buf *err)
{
	FILE *f = fopen(file, "re");
	struct buf text = BUF_INIT;
	struct stat st;
	bool good;

	if (f == NULL || fstat(fileno(f), &st) < 0) {
		buf_fmt(err, "%s: %s", file, strerror(errno));
		if (f != NULL)
			fclose(f);
		return false;
	}
	if (S_ISDIR(st.st_mode)) {
		buf_fmt(err, "%s: a directory, expected a file", file);
		fclose(f);
		return false;
	}
	if (secret && (st.st_mode & 0077) != 0) {
		buf_fmt(err,
		    "%s: mode %04o lets others at the secrets, expected 0600 "
		    "(chmod 600 %s)",
		    file, (unsigned)st.st_mode & 07777, file);
		fclose(f);
		return false;
	}
	good = read_whole(f, &text);
	fclose(f);
	if (!good)
		buf_fmt(err, "%s: no text of at most %d bytes", file, FILE_MAX);
	good = good && conf_value_scan(file, buf_cstr(&text), err);
	if (good) {
		config_init(cfg);
		good = config_read_string(cfg, buf_cstr(&text)) == CONFIG_TRUE;
		if (!good) {
			conf_value_syntax(err, cfg, file);
			config_destroy(cfg);
		}
	}
	if (text.p != NULL)
		explicit_bzero(text.p, text.len);
	buf_clear(&text);
	return good;
}

bool
conf_file_beside(const char *file, char *name, size_t size, struct buf *err)
{
	const char *slash = strrchr(file, '/');
	char *whole;
	bool fits;

	if (*name == '\0' || *name == '/' || slash == NULL)
		return true;
	whole = xasprintf("%.*s%s", (int)(slash + 1 - file), file, name);
	fits = str_copy(name, size, whole);
	free(whole);
	if (!fits)
		buf_fmt(err, "%s: the path of %s is longer than %zu bytes",
		    file, name, size - 1);
	return fits;
}

void
conf_file_state_dir(struct conf *c)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (c->state_dir[0] != '\0')
		return;
	if (geteuid() == 0)
		str_copy(
		    c->state_dir, sizeof(c->state_dir), "/var/lib/discador");
	else if (xdg != NULL && *xdg == '/')
		str_format(
		    c->state_dir, sizeof(c->state_dir), "%s/discador", xdg);
	else
		str_format(c->state_dir, sizeof(c->state_dir),
		    "%s/.local/state/discador",
		    home != NULL && *home == '/' ? home : "/tmp");
}

void
conf_file_run_dir(struct conf *c, const char *run_dir)
{
	const char *env = getenv("DISCADOR_RUN_DIR");
	const char *xdg = getenv("XDG_RUNTIME_DIR");
	char cwd[200];

	if (run_dir == NULL && env != NULL && *env != '\0')
		run_dir = env;
	if (run_dir != NULL) {
		if (*run_dir != '/' && getcwd(cwd, sizeof(cwd)) != NULL)
			str_format(c->run_dir, sizeof(c->run_dir), "%s/%s", cwd,
			    run_dir);
		else
			str_copy(c->run_dir, sizeof(c->run_dir), run_dir);
		return;
	}
	if (c->run_dir[0] != '\0')
		return;
	if (geteuid() == 0)
		str_copy(c->run_dir, sizeof(c->run_dir), "/run/discador");
	else if (xdg != NULL && *xdg == '/')
		str_format(c->run_dir, sizeof(c->run_dir), "%s/discador", xdg);
	else
		str_format(
		    c->run_dir, sizeof(c->run_dir), "%s/run", c->state_dir);
}

const char *
conf_file_name(const char *file)
{
	if (file != NULL)
		return file;
	if (access(SYSCONFDIR "/discador.conf", F_OK) == 0)
		return SYSCONFDIR "/discador.conf";
	if (access("etc/discador.conf", F_OK) == 0)
		return "etc/discador.conf";
	return NULL;
}
