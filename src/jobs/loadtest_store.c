/* SPDX-License-Identifier: MIT */
/* loadtest_store: files.  Removes none: results are the operator's. */
#include "jobs/loadtest_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/dirs.h"
#include "shared/throwaway.h"
#include "shared/util.h"

#define LISTED 100

static int
newest_first(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x < y) - (x > y);
}

/* Ids that have a directory, the newest first; *n of them. */
static int64_t *
ids(const char *state_dir, size_t *n)
{
	char dir[LOADTEST_DIR];
	struct dirent *e;
	int64_t *v = NULL, id;
	DIR *d;

	*n = 0;
	str_format(dir, sizeof(dir), "%s/loadtest", state_dir);
	d = opendir(dir);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (str_int64(e->d_name, 1, INT64_MAX, &id)) {
			v = xreallocarray(v, *n + 1, sizeof(*v));
			v[(*n)++] = id;
		}
	if (d != NULL)
		closedir(d);
	if (*n > 0)
		qsort(v, *n, sizeof(*v), newest_first);
	return v;
}

int64_t
loadtest_store_next(const char *state_dir)
{
	size_t n;
	int64_t *v = ids(state_dir, &n), next = n > 0 ? v[0] + 1 : 1;

	free(v);
	return next;
}

bool
loadtest_store_make(
    const char *state_dir, int64_t id, char out[LOADTEST_DIR], struct buf *why)
{
	char base[LOADTEST_DIR];

	if (str_format(base, sizeof(base), "%s/loadtest", state_dir) &&
	    str_format(out, LOADTEST_DIR, "%s/%lld", base, (long long)id) &&
	    dirs_make(base, 0750) && mkdir(out, 0750) == 0)
		return true;
	buf_fmt(why, "%s: %s", out, strerror(errno));
	return false;
}

bool
loadtest_store_file(
    const char *dir, const char *name, const struct buf *b, struct buf *why)
{
	char path[LOADTEST_DIR + 40], part[LOADTEST_DIR + 48];
	size_t at = 0;
	bool good;
	int fd;

	str_format(path, sizeof(path), "%s/%s", dir, name);
	str_format(part, sizeof(part), "%s.part", path);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	good = fd >= 0;
	while (good && at < b->len) {
		ssize_t n = write(fd, b->p + at, b->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		good = n > 0;
		at += good ? (size_t)n : 0;
	}
	good = good && fsync(fd) == 0 && rename(part, path) == 0;
	if (!good)
		buf_fmt(why, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

json_t *
loadtest_store_read(const char *state_dir, int64_t id, struct buf *why)
{
	char path[LOADTEST_DIR + 40];
	json_t *o = NULL;
	FILE *f;

	str_format(path, sizeof(path), "%s/loadtest/%lld/report.json",
	    state_dir, (long long)id);
	f = fopen(path, "re");
	if (f != NULL) {
		o = json_loadf(f, 0, NULL);
		fclose(f);
	}
	if (json_is_object(o))
		return o;
	json_decref(o);
	if (f == NULL && errno == ENOENT)
		buf_fmt(why,
		    "there is no load test %lld; discador loadtest results "
		    "lists them",
		    (long long)id);
	else
		buf_fmt(why, "%s: %s", path,
		    f == NULL ? strerror(errno) : "it is damaged");
	return NULL;
}

json_t *
loadtest_store_list(const char *state_dir)
{
	static const char *const keys[] = { "id", "started", "ended",
		"parameters", "result" };
	json_t *tests = json_array();
	size_t n;
	int64_t *v = ids(state_dir, &n);

	for (size_t i = 0; i < MINIMUM(n, (size_t)LISTED); i++) {
		struct buf why = BUF_INIT;
		json_t *r = loadtest_store_read(state_dir, v[i], &why);
		json_t *o = json_object();

		for (size_t k = 0; r != NULL && k < nitems(keys); k++)
			json_object_set(
			    o, keys[k], json_object_get(r, keys[k]));
		if (r != NULL)
			json_array_append(tests, o);
		json_decref(o);
		json_decref(r);
		buf_clear(&why);
	}
	free(v);
	return json_pack("{s:o}", "tests", tests);
}
