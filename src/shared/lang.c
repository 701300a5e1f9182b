/* SPDX-License-Identifier: MIT */
/*
 * lang: a reader of .mo files and the process's language.  Knows no locale,
 * asks no libintl; refuses every text of a file that it cannot prove harmless.
 */
#include "shared/lang.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/charset.h"
#include "shared/util.h"

#define MO_MAGIC   0x950412deu
#define MO_SWAPPED 0xde120495u
#define MO_HEADER  28
#define FORMS_MAX  4

struct entry {
	const char *from; /* msgid; of a plural the singular */
	const char *to[FORMS_MAX];
	uint32_t hash;
	int forms;
};

struct lang {
	char code[LANG_CODE];
	char *bytes;
	size_t len, n, refused;
	struct entry *entry;
	uint32_t *slot; /* 1 + index into entry, 0: free */
	uint32_t mask;
	bool swapped;
};

static const struct lang_row rows[] = {
	{ "en", "English" },
	{ "es", "Espa\xc3\xb1ol" },
	{ "pt_BR", "Portugu\xc3\xaas (Brasil)" },
};

static const struct lang *used;
static struct lang *owned; /* by lang_set() */
static struct lang *kept[nitems(rows)]; /* by lang_load_all() */

const struct lang_row *
lang_list(size_t *n)
{
	*n = nitems(rows);
	return rows;
}

/* ---- the file ---------------------------------------------------------- */

static uint32_t
get32(const struct lang *l, size_t at)
{
	uint32_t v;

	memcpy(&v, l->bytes + at, sizeof(v));
	return l->swapped ? __builtin_bswap32(v) : v;
}

/* A text of the file's tables: inside, terminated; NULL otherwise. */
static const char *
get_text(const struct lang *l, size_t row, size_t *len)
{
	uint64_t n = get32(l, row), at = get32(l, row + 4);

	if (at + n >= l->len || l->bytes[at + n] != '\0')
		return NULL;
	*len = n;
	return l->bytes + at;
}

/* UTF-8 that moves no cursor; a line end only where the original has one. */
static bool
harmless(const char *s, bool lines)
{
	struct charset_utf8 u = { 0 };

	charset_utf8_feed(&u, s, strlen(s));
	if (!charset_utf8_valid(&u))
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 && !(lines && *s == '\n'))
			return false;
	return true;
}

static uint32_t
hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

/* One pair; false: it may not be used. */
static bool
take(struct entry *e, const char *from, size_t from_len, const char *to,
    size_t to_len)
{
	const char *many = from, *end = to + to_len;

	*e = (struct entry){ .from = from, .hash = hash(from) };
	if (strlen(from) < from_len)
		many = from + strlen(from) + 1;
	for (; to <= end; to += strlen(to) + 1) {
		if (e->forms == FORMS_MAX || *to == '\0' ||
		    !harmless(to, strchr(from, '\n') != NULL))
			return false;
		if (!lang_same_format(many, to) && !lang_same_format(from, to))
			return false;
		e->to[e->forms++] = to;
	}
	/* a plural has its forms, another text has one */
	return e->forms > 0 && (many != from || e->forms == 1);
}

static void
insert(struct lang *l, uint32_t index)
{
	uint32_t i = l->entry[index].hash & l->mask;

	while (l->slot[i] != 0)
		i = (i + 1) & l->mask;
	l->slot[i] = index + 1;
}

static const struct entry *
find(const struct lang *l, const char *s)
{
	uint32_t h = hash(s);

	for (uint32_t i = h & l->mask; l->slot[i] != 0; i = (i + 1) & l->mask) {
		const struct entry *e = &l->entry[l->slot[i] - 1];

		if (e->hash == h && strcmp(e->from, s) == 0)
			return e;
	}
	return NULL;
}

static bool
parse(struct lang *l)
{
	uint64_t n, from, to, sum = 0;
	uint32_t size = 16;

	if (l->len < MO_HEADER)
		return false;
	l->swapped = get32(l, 0) == MO_SWAPPED;
	if (get32(l, 0) != MO_MAGIC || get32(l, 4) >> 16 != 0)
		return false;
	n = get32(l, 8);
	from = get32(l, 12);
	to = get32(l, 16);
	if (from + n * 8 > l->len || to + n * 8 > l->len)
		return false;
	while (size < n * 2)
		size *= 2;
	l->mask = size - 1;
	l->slot = xcalloc(size, sizeof(*l->slot));
	l->entry = xcalloc(n + 1, sizeof(*l->entry));
	for (uint64_t i = 0; i < n; i++) {
		size_t a = 0, b = 0;
		const char *id = get_text(l, from + i * 8, &a);
		const char *str = get_text(l, to + i * 8, &b);

		/* texts that overlap could make a small file last for ever */
		sum += a + b;
		if (sum > l->len)
			return false;
		/* the header's id is "": its text is about the file */
		if (id != NULL && *id == '\0')
			continue;
		if (id == NULL || str == NULL || find(l, id) != NULL ||
		    !take(&l->entry[l->n], id, a, str, b)) {
			l->refused++;
			continue;
		}
		insert(l, (uint32_t)l->n++);
	}
	return true;
}

static struct lang *
make(const char *code, char *bytes, size_t len)
{
	struct lang *l = xcalloc(1, sizeof(*l));

	str_copy(l->code, sizeof(l->code), code);
	l->bytes = bytes;
	l->len = len;
	if (!parse(l)) {
		lang_free(l);
		return NULL;
	}
	return l;
}

struct lang *
lang_parse(const char *code, const void *bytes, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len > 0)
		memcpy(copy, bytes, len);
	return make(code, copy, len);
}

static struct lang *
open_file(const char *code, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct lang *l = NULL;
	struct stat st;
	char *bytes;
	ssize_t n;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    st.st_size <= LANG_FILE_MAX) {
		bytes = xmalloc((size_t)st.st_size);
		n = pread(fd, bytes, (size_t)st.st_size, 0);
		l = make(code, bytes, n > 0 ? (size_t)n : 0);
	}
	close(fd);
	return l;
}

/* A code becomes part of a path. */
static bool
good_code(const char *code)
{
	size_t n = strlen(code);

	return n >= 2 && n < LANG_CODE &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz_") == n;
}

struct lang *
lang_open(const char *code)
{
	/* beside the program; and for what is built below t/ */
	static const char *const below[] = { "po", "../../po" };
	char dir[512], path[600];
	struct lang *l = NULL;
	ssize_t n;
	char *slash;

	if (!good_code(code))
		return NULL;
	if (strcmp(code, rows[0].code) == 0) {
		l = xcalloc(1, sizeof(*l));
		str_copy(l->code, sizeof(l->code), code);
		l->slot = xcalloc(1, sizeof(*l->slot));
		return l;
	}
	n = readlink("/proc/self/exe", dir, sizeof(dir) - 1);
	dir[n > 0 ? n : 0] = '\0';
	slash = strrchr(dir, '/');
	for (size_t i = 0; slash != NULL && i < nitems(below) && l == NULL;
	     i++) {
		*slash = '\0';
		if (str_format(
			path, sizeof(path), "%s/%s/%s.mo", dir, below[i], code))
			l = open_file(code, path);
	}
	if (l == NULL &&
	    str_format(path, sizeof(path),
		DATADIR "/locale/%s/LC_MESSAGES/discador.mo", code))
		l = open_file(code, path);
	return l;
}

void
lang_free(struct lang *l)
{
	if (l == NULL)
		return;
	if (used == l)
		used = NULL;
	free(l->bytes);
	free(l->entry);
	free(l->slot);
	free(l);
}

const char *
lang_code(const struct lang *l)
{
	return l != NULL ? l->code : rows[0].code;
}

size_t
lang_count(const struct lang *l, size_t *refused)
{
	if (refused != NULL)
		*refused = l->refused;
	return l->n;
}

const char *
lang_nth(const struct lang *l, size_t n)
{
	return l->entry[n].from;
}

/* ---- looking up -------------------------------------------------------- */

const char *
lang_tr(const struct lang *l, const char *s)
{
	const struct entry *e;

	if (l == NULL || *s == '\0')
		return s;
	e = find(l, s);
	return e != NULL ? e->to[0] : s;
}

/* Which form n things take. */
static int
plural(const char *code, unsigned long n)
{
	if (strcmp(code, "pt_BR") == 0)
		return n > 1;
	return n != 1;
}

const char *
lang_trn(
    const struct lang *l, const char *one, const char *many, unsigned long n)
{
	const struct entry *e = NULL;
	int form;

	if (l != NULL && *one != '\0')
		e = find(l, one);
	if (e == NULL)
		return n == 1 ? one : many;
	form = plural(l->code, n);
	return e->to[MINIMUM(form, e->forms - 1)];
}

void
lang_use(const struct lang *l)
{
	used = l;
}

const struct lang *
lang_used(void)
{
	return used;
}

void
lang_load_all(void)
{
	for (size_t i = 0; i < nitems(rows); i++)
		if (kept[i] == NULL)
			kept[i] = lang_open(rows[i].code);
}

bool
lang_set(const char *code)
{
	struct lang *l = NULL;

	for (size_t i = 0; i < nitems(rows); i++)
		if (kept[i] != NULL && strcmp(rows[i].code, code) == 0) {
			lang_use(kept[i]);
			return true;
		}
	l = lang_open(code);
	if (l == NULL)
		return false;
	lang_free(owned);
	owned = l;
	lang_use(l);
	return true;
}

/* ---- which one --------------------------------------------------------- */

const char *
lang_match(const char *name)
{
	size_t n = strcspn(name, ".@"), two = strcspn(name, "_-.@");

	if (*name == '\0' || strcmp(name, "C") == 0 ||
	    strcmp(name, "POSIX") == 0 || strncmp(name, "C.", 2) == 0)
		return rows[0].code;
	for (size_t i = 0; i < nitems(rows); i++)
		if (strlen(rows[i].code) == n &&
		    strncmp(rows[i].code, name, n) == 0)
			return rows[i].code;
	/* without its country: pt_PT is nearer to pt_BR than to English */
	for (size_t i = 0; i < nitems(rows); i++)
		if (strcspn(rows[i].code, "_") == two &&
		    strncmp(rows[i].code, name, two) == 0)
			return rows[i].code;
	return NULL;
}

static const char *
env(const char *name)
{
	const char *v = getenv(name);

	return v != NULL && *v != '\0' ? v : NULL;
}

/* The first of "es_MX:pt:en" that we have. */
static const char *
from_list(const char *list)
{
	while (*list != '\0') {
		size_t n = strcspn(list, ":");
		char name[64];
		const char *found = NULL;

		if (n > 0 && n < sizeof(name)) {
			str_format(name, sizeof(name), "%.*s", (int)n, list);
			found = lang_match(name);
		}
		if (found != NULL)
			return found;
		list += n + (list[n] == ':');
	}
	return NULL;
}

const char *
lang_from_env(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *locale = NULL, *v = env("DISCADOR_LANG"), *found = NULL;

	if (v != NULL && (found = lang_match(v)) != NULL)
		return found;
	for (size_t i = 0; i < nitems(names) && locale == NULL; i++)
		locale = env(names[i]);
	if (locale == NULL || strcmp(locale, "C") == 0 ||
	    strcmp(locale, "POSIX") == 0)
		return rows[0].code;
	if ((v = env("LANGUAGE")) != NULL)
		found = from_list(v);
	if (found == NULL)
		found = lang_match(locale);
	return found != NULL ? found : rows[0].code;
}
