/* SPDX-License-Identifier: MIT */
/*
 * tz: a reader of TZif files, a cache of zones by name, and the calendar (the
 * rule in their footer: tz_rule.c).  It trusts no file: every count is checked
 * against the size.  It never sets TZ.
 */
#include "shared/tz.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "shared/tz_rule.h"
#include "shared/util.h"

#define TZ_DIR      "/usr/share/zoneinfo"
#define TZ_FILE_MAX (256 * 1024)
#define TZ_HEADER   44

struct tz {
	char name[TZ_NAME];
	struct zone z;
	struct stat st;
};

static struct tz **cache;
static int ncache;

static int64_t
be(const uint8_t *p, int bytes)
{
	uint64_t v = (p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (int i = 0; i < bytes; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

int64_t
tz_days(int year, int month, int day)
{
	/* Years counted from 1 March, so that the leap day comes last. */
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void
tz_civil(int64_t days, struct tz_local *out)
{
	int64_t z = days + 719468, era, doe, yoe, doy, mp;

	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	out->day = (int)(doy - (153 * mp + 2) / 5 + 1);
	out->month = (int)(mp < 10 ? mp + 3 : mp - 9);
	out->year = (int)(yoe + era * 400 + (out->month <= 2));
	out->weekday = (int)(((days + 4) % 7 + 7) % 7);
}

int64_t
tz_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

/* The 64-bit block of a TZif file of len bytes. */
static bool
zone_parse(struct zone *z, const uint8_t *p, size_t len)
{
	size_t isut, isstd, leap, ntime, ntype, nchar, v1, need;
	const uint8_t *types, *end = p + len, *nl;
	char foot[128];

	for (int block = 0;; block++) {
		if (end - p < TZ_HEADER || memcmp(p, "TZif", 4) != 0 ||
		    p[4] < '2')
			return false;
		isut = (uint32_t)be(p + 20, 4);
		isstd = (uint32_t)be(p + 24, 4);
		leap = (uint32_t)be(p + 28, 4);
		ntime = (uint32_t)be(p + 32, 4);
		ntype = (uint32_t)be(p + 36, 4);
		nchar = (uint32_t)be(p + 40, 4);
		p += TZ_HEADER;
		v1 = block == 0 ? 4 : 8;
		need = ntime * (v1 + 1) + ntype * 6 + nchar + leap * (v1 + 4) +
		       isstd + isut;
		if (need > (size_t)(end - p))
			return false;
		if (block == 1)
			break;
		p += need;
	}
	if (ntype == 0 || ntype > 256)
		return false;
	types = p + ntime * 9;
	z->n = (int)ntime;
	z->at = xcalloc(ntime + 1, sizeof(*z->at));
	z->off = xcalloc(ntime + 1, sizeof(*z->off));
	z->first = (int32_t)be(types, 4);
	for (size_t i = 0; i < ntime; i++) {
		z->at[i] = be(p + i * 8, 8);
		if (p[ntime * 8 + i] >= ntype ||
		    (i > 0 && z->at[i] <= z->at[i - 1]))
			return false;
		z->off[i] = (int32_t)be(types + p[ntime * 8 + i] * 6, 4);
		if (abs(z->off[i]) >= OFFSET_MAX)
			return false;
	}
	p += need;
	if (p == end || *p++ != '\n' ||
	    (nl = memchr(p, '\n', (size_t)(end - p))) == NULL ||
	    (size_t)(nl - p) >= sizeof(foot))
		return false;
	memcpy(foot, p, (size_t)(nl - p));
	foot[nl - p] = '\0';
	return foot[0] == '\0' || tz_rule_parse(z, foot);
}

static void
zone_clear(struct zone *z)
{
	free(z->at);
	free(z->off);
	memset(z, 0, sizeof(*z));
}

static bool
zone_path(const char *name, char *path, size_t size)
{
	const char *dir = getenv("TZDIR");
	size_t n = strlen(name);

	if (n == 0 || n >= TZ_NAME || name[0] == '/' ||
	    strstr(name, "..") != NULL ||
	    strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
			 "xyz0123456789_+-/") != n)
		return false;
	return str_format(path, size, "%s/%s",
	    dir != NULL && *dir != '\0' ? dir : TZ_DIR, name);
}

static bool
zone_load(const char *name, struct zone *z, struct stat *st)
{
	uint8_t *bytes = NULL;
	bool good = false;
	size_t len = 0;
	char path[512];
	ssize_t n;
	int fd;

	memset(z, 0, sizeof(*z));
	if (!zone_path(name, path, sizeof(path)) ||
	    (fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) < 0)
		return false;
	if (fstat(fd, st) != 0 || !S_ISREG(st->st_mode) ||
	    st->st_size > TZ_FILE_MAX)
		goto out;
	bytes = xmalloc((size_t)st->st_size + 1);
	while (len < (size_t)st->st_size) {
		n = read(fd, bytes + len, (size_t)st->st_size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	good = zone_parse(z, bytes, len);
	if (!good)
		zone_clear(z);
out:
	free(bytes);
	close(fd);
	return good;
}

const struct tz *
tz_get(const char *name)
{
	struct tz t, *new;

	for (int i = 0; i < ncache; i++)
		if (strcmp(cache[i]->name, name) == 0)
			return cache[i];
	memset(&t, 0, sizeof(t));
	if (!zone_load(name, &t.z, &t.st))
		return NULL;
	str_copy(t.name, sizeof(t.name), name);
	new = xmalloc(sizeof(*new));
	*new = t;
	cache = xreallocarray(cache, (size_t)ncache + 1, sizeof(struct tz *));
	cache[ncache++] = new;
	return new;
}

const char *
tz_name(const struct tz *tz)
{
	return tz->name;
}

/* ctime too: cp -p over a file keeps inode and perhaps size and mtime. */
static bool
same_file(const struct stat *a, const struct stat *b)
{
	return a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec &&
	       a->st_ino == b->st_ino && a->st_dev == b->st_dev &&
	       a->st_size == b->st_size;
}

int
tz_reload_if_changed(void)
{
	int changed = 0;

	for (int i = 0; i < ncache; i++) {
		struct tz *t = cache[i];
		struct stat st;
		struct zone z;
		char path[512];

		if (!zone_path(t->name, path, sizeof(path)) ||
		    stat(path, &st) != 0 || same_file(&st, &t->st) ||
		    !zone_load(t->name, &z, &st))
			continue;
		zone_clear(&t->z);
		t->z = z;
		t->st = st;
		changed++;
	}
	return changed;
}

int32_t
tz_offset(const struct tz *tz, int64_t t_s, int64_t *until)
{
	const struct zone *z = &tz->z;
	int lo = 0, hi = z->n - 1;
	int64_t unused;

	if (until == NULL)
		until = &unused;
	if (z->n == 0 && z->footer)
		return tz_rule_offset(z, t_s, until);
	if (z->n == 0 || t_s < z->at[0]) {
		*until = z->n == 0 ? INT64_MAX : z->at[0];
		return z->first;
	}
	while (lo < hi) {
		int m = (lo + hi + 1) / 2;

		if (z->at[m] <= t_s)
			lo = m;
		else
			hi = m - 1;
	}
	if (lo == z->n - 1 && z->footer)
		return tz_rule_offset(z, t_s, until);
	*until = lo + 1 < z->n ? z->at[lo + 1] : INT64_MAX;
	return z->off[lo];
}

bool
tz_set_parse(struct tz_set *set, const char *zones)
{
	const char *comma;
	char name[TZ_NAME];

	for (set->n = 0;; zones = comma + 1) {
		comma = strchrnul(zones, ',');
		if ((size_t)(comma - zones) >= sizeof(name) ||
		    set->n == TZ_SET_MAX)
			break;
		memcpy(name, zones, (size_t)(comma - zones));
		name[comma - zones] = '\0';
		if ((set->v[set->n] = tz_get(name)) == NULL)
			break;
		set->n++;
		if (*comma == '\0')
			return true;
	}
	set->n = 0;
	return false;
}

void
tz_local(const struct tz *tz, int64_t t_ms, struct tz_local *out)
{
	int64_t t = tz_floor_div(t_ms, MS_PER_S), day, rest;

	out->offset = tz_offset(tz, t, NULL);
	day = tz_floor_div(t + out->offset, DAY_S);
	rest = t + out->offset - day * DAY_S;
	tz_civil(day, out);
	out->minute = (int)(rest / 60);
	out->second = (int)(rest % 60);
}

void
tz_date(const struct tz_local *l, char out[16])
{
	str_format(out, 16, "%04d-%02d-%02d", l->year, l->month, l->day);
}

int64_t
tz_begin_ms(const struct tz *tz, int year, int month, int day, int minute)
{
	int64_t want = tz_days(year, month, day) * DAY_S + minute * 60LL;
	int64_t t = want - OFFSET_MAX, until, at;

	/* Below t the wall clock shows less than wanted, in any zone. */
	for (;;) {
		at = want - tz_offset(tz, t, &until);
		if (at < t)
			at = t;
		if (at < until)
			return at * MS_PER_S;
		t = until;
	}
}
