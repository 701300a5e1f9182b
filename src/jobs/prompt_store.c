/* SPDX-License-Identifier: MIT */
/* prompt_store: files written beside their place, then renamed. */
#include "jobs/prompt_store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "shared/text.h"
#include "shared/util.h"

#define LOCK_S    60
#define ABOUT_MAX 16384

const char *const prompt_formats[PROMPT_FORMATS] = { "sln", "wav", "ulaw",
	"alaw" };

bool
prompt_name_valid(const char *s)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return n > 0 && n < PROMPT_NAME && s[n] == '\0';
}

const char *
prompt_language(const char *s)
{
	static const char *const names[][2] = { { "en", "en" },
		{ "en-US", "en" }, { "en_US", "en" }, { "es", "es-419" },
		{ "es-419", "es-419" }, { "es_419", "es-419" },
		{ "pt", "pt-BR" }, { "pt-BR", "pt-BR" }, { "pt_BR", "pt-BR" } };

	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(names[i][0], s) == 0)
			return names[i][1];
	return NULL;
}

/* What a writer that was killed left behind: nobody else writes now. */
static void
sweep(const char *dir)
{
	/* What is a link and no directory goes before one looks into it. */
	static const char *const patterns[] = { "/.work.*", "/.work.*/*",
		"/.work.*", "/.[a-z0-9_]*.??????" };

	for (size_t i = 0; i < nitems(patterns); i++) {
		char *p = xasprintf("%s%s", dir, patterns[i]);
		glob_t g;

		if (glob(p, 0, NULL, &g) == 0) {
			for (size_t k = 0; k < g.gl_pathc; k++)
				if (unlink(g.gl_pathv[k]) < 0)
					rmdir(g.gl_pathv[k]);
			globfree(&g);
		}
		free(p);
	}
}

int
prompt_store_lock(const char *dir, struct buf *err)
{
	int64_t until = now_read().mono_ns + LOCK_S * NS_PER_S;
	char *file = xasprintf("%s/.lock", dir);
	int fd = -1;

	if (mkdir(dir, 0755) < 0 && errno != EEXIST)
		buf_fmt(err, "%s: %s", dir, strerror(errno));
	else if ((fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		      0600)) < 0)
		buf_fmt(err, "%s: %s", file, strerror(errno));
	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (now_read().mono_ns < until) {
			struct timespec pause = { 0, 50 * NS_PER_MS };

			nanosleep(&pause, NULL);
			continue;
		}
		buf_fmt(err,
		    "%s: another prompt has been worked on for %d s: try "
		    "again when that has ended",
		    file, LOCK_S);
		close(fd);
		fd = -1;
	}
	if (fd >= 0)
		sweep(dir);
	free(file);
	return fd;
}

/* ---- NAME.txt --------------------------------------------------------- */

void
prompt_about_print(const struct prompt_about *a, struct buf *b)
{
	buf_fmt(b, "kind: %s\n", a->draft ? "draft" : "recorded");
	if (a->text[0] != '\0')
		buf_fmt(b, "text: %s\n", a->text);
	if (a->language[0] != '\0')
		buf_fmt(b, "language: %s\n", a->language);
	buf_fmt(b, "seconds: %.2f\nsha256: %s\nsource: %s\nby: %s\nat: %s\n",
	    a->seconds, a->sha256, a->source, a->by, a->at);
	for (size_t i = 0; i < a->nthere; i++)
		buf_fmt(b, "installed: %s %s %s\n", a->there[i].name,
		    a->there[i].sha256, a->there[i].at);
}

static bool
sha_valid(const char *s)
{
	return strlen(s) == PROMPT_SHA - 1 &&
	       strspn(s, "0123456789abcdef") == PROMPT_SHA - 1;
}

static void
parse_there(struct prompt_about *a, char *v)
{
	struct prompt_there *t = &a->there[a->nthere];
	char *sha = strchr(v, ' '), *at;

	if (a->nthere == PROMPT_SWITCHES || sha == NULL)
		return;
	*sha++ = '\0';
	if ((at = strchr(sha, ' ')) != NULL)
		*at++ = '\0';
	if (!sha_valid(sha) || !str_copy(t->name, sizeof(t->name), v))
		return;
	str_copy(t->sha256, sizeof(t->sha256), sha);
	str_copy(t->at, sizeof(t->at), at != NULL ? at : "");
	a->nthere++;
}

static void
parse_line(struct prompt_about *a, char *line)
{
	char *v = strstr(line, ": ");

	if (v == NULL)
		return;
	*v = '\0';
	v += 2;
#define TAKE(key)                                                              \
	else if (strcmp(line, #key) == 0) text_clean(a->key, sizeof(a->key), v)
	if (strcmp(line, "kind") == 0)
		a->draft = strcmp(v, "draft") == 0;
	else if (strcmp(line, "seconds") == 0)
		str_double(v, 0, 1e6, &a->seconds);
	else if (strcmp(line, "installed") == 0)
		parse_there(a, v);
	TAKE(text);
	TAKE(language);
	TAKE(sha256);
	TAKE(source);
	TAKE(by);
	TAKE(at);
#undef TAKE
}

bool
prompt_about_parse(const char *text, struct prompt_about *a)
{
	char *copy = xstrdup(text), *line = copy, *nl;

	while (*line != '\0') {
		if ((nl = strchr(line, '\n')) != NULL)
			*nl = '\0';
		parse_line(a, line);
		if (nl == NULL)
			break;
		line = nl + 1;
	}
	free(copy);
	return sha_valid(a->sha256) && a->seconds > 0;
}

static bool
read_small(const char *file, struct buf *to)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), saved;
	char b[4096];
	ssize_t n = -1;

	if (fd < 0)
		return false;
	while (to->len < ABOUT_MAX && (n = read(fd, b, sizeof(b))) > 0)
		buf_put(to, b, (size_t)n);
	saved = errno;
	close(fd);
	errno = to->len >= ABOUT_MAX ? EFBIG : saved;
	return n == 0;
}

bool
prompt_store_read(
    const char *dir, const char *name, struct prompt_about *a, struct buf *err)
{
	char *file = xasprintf("%s/%s.txt", dir, name);
	struct buf b = BUF_INIT;
	bool good = false;

	memset(a, 0, sizeof(*a));
	str_copy(a->name, sizeof(a->name), name);
	if (!read_small(file, &b)) {
		if (errno != ENOENT)
			buf_fmt(err, "%s: %s", file, strerror(errno));
	} else if (!(good = prompt_about_parse(buf_cstr(&b), a))) {
		buf_fmt(err,
		    "%s: has no length or no sha256: add the prompt again",
		    file);
	}
	buf_clear(&b);
	free(file);
	return good;
}

static bool
write_whole(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* A new file beside dir/name under *tmp; -1 and errno. */
static int
beside(const char *dir, const char *name, char **tmp)
{
	int fd;

	*tmp = xasprintf("%s/.%s.XXXXXX", dir, name);
	if ((fd = mkostemp(*tmp, O_CLOEXEC)) >= 0 && fchmod(fd, 0644) < 0) {
		close(fd);
		unlink(*tmp);
		fd = -1;
	}
	return fd;
}

/* Durable and in its place, or gone; closes fd, frees tmp. */
static bool
settle(int fd, char *tmp, const char *dir, const char *name, bool good,
    struct buf *err)
{
	char *file = xasprintf("%s/%s", dir, name);
	int saved;

	good = good && fsync(fd) == 0 && rename(tmp, file) == 0;
	saved = errno;
	if (!good) {
		buf_fmt(err, "%s: %s", file, strerror(saved));
		if (fd >= 0)
			unlink(tmp);
	}
	if (fd >= 0)
		close(fd);
	free(file);
	free(tmp);
	return good;
}

bool
prompt_store_write(
    const char *dir, const struct prompt_about *a, struct buf *err)
{
	char name[PROMPT_NAME + 8], *tmp;
	struct buf b = BUF_INIT;
	bool good;
	int fd;

	str_format(name, sizeof(name), "%s.txt", a->name);
	prompt_about_print(a, &b);
	fd = beside(dir, name, &tmp);
	good = settle(
	    fd, tmp, dir, name, fd >= 0 && write_whole(fd, b.p, b.len), err);
	buf_clear(&b);
	return good;
}

/* A copy of a file beside its place to be; its name, or NULL and err. */
static char *
copy_beside(
    const char *from, const char *to_dir, const char *to, struct buf *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), out;
	char b[65536], *tmp;
	ssize_t n = -1;
	bool good = true;

	if (in < 0) {
		buf_fmt(err, "%s: %s", from, strerror(errno));
		return NULL;
	}
	out = beside(to_dir, to, &tmp);
	while (out >= 0 && good && (n = read(in, b, sizeof(b))) > 0)
		good = write_whole(out, b, (size_t)n);
	good = out >= 0 && good && n == 0 && fsync(out) == 0;
	if (!good) {
		buf_fmt(err, "%s/%s: %s", to_dir, to, strerror(errno));
		if (out >= 0)
			unlink(tmp);
		free(tmp);
	}
	close(in);
	if (out >= 0)
		close(out);
	return good ? tmp : NULL;
}

bool
prompt_store_put(const char *stem, const char *to_dir, const char *name,
    bool about, struct buf *err)
{
	char *tmp[PROMPT_FORMATS + 1] = { NULL };
	size_t n = PROMPT_FORMATS + about, done = 0;
	bool good = true;

	for (size_t i = 0; good && i < n; i++) {
		const char *end =
		    i < PROMPT_FORMATS ? prompt_formats[i] : "txt";
		char *from = xasprintf("%s.%s", stem, end);
		char *to = xasprintf("%s.%s", name, end);

		tmp[i] = copy_beside(from, to_dir, to, err);
		good = tmp[i] != NULL;
		free(from);
		free(to);
	}
	for (; good && done < n; done += good) {
		char *to = xasprintf("%s/%s.%s", to_dir, name,
		    done < PROMPT_FORMATS ? prompt_formats[done] : "txt");

		good = rename(tmp[done], to) == 0;
		if (!good)
			buf_fmt(err, "%s: %s", to, strerror(errno));
		free(to);
	}
	for (size_t i = 0; i < n; i++) {
		if (i >= done && tmp[i] != NULL)
			unlink(tmp[i]);
		free(tmp[i]);
	}
	return good;
}

/* ---- the rest --------------------------------------------------------- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
prompt_store_names(const char *dir, size_t *n)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char **v = NULL;

	*n = 0;
	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name);
		char *name;

		if (len < 5 || strcmp(e->d_name + len - 4, ".txt") != 0)
			continue;
		name = xstrndup(e->d_name, len - 4);
		if (!prompt_name_valid(name)) {
			free(name);
			continue;
		}
		v = xreallocarray(v, *n + 1, sizeof(*v));
		v[(*n)++] = name;
	}
	if (d != NULL)
		closedir(d);
	if (*n > 0)
		qsort(v, *n, sizeof(*v), by_name);
	return v;
}

bool
prompt_store_sha256(const char *file, char out[PROMPT_SHA])
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	unsigned char b[65536], sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	ssize_t n = -1;
	int saved;
	struct stat st;
	bool good = fd >= 0 && fstat(fd, &st) == 0;

	/* Whoever owns a place may link it to what never ends. */
	if (good && !S_ISREG(st.st_mode)) {
		good = false;
		errno = EINVAL;
	}
	good =
	    good && c != NULL && EVP_DigestInit_ex(c, EVP_sha256(), NULL) == 1;
	while (good && (n = read(fd, b, sizeof(b))) > 0)
		good = EVP_DigestUpdate(c, b, (size_t)n) == 1;
	good = good && n == 0 && EVP_DigestFinal_ex(c, sum, &len) == 1;
	for (unsigned i = 0; good && i < len && i < 32; i++)
		str_format(out + 2 * i, 3, "%02x", sum[i]);
	saved = errno;
	EVP_MD_CTX_free(c);
	if (fd >= 0)
		close(fd);
	errno = saved;
	return good;
}
