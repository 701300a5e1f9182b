/* SPDX-License-Identifier: MIT */
/* tz against glibc, which is slow but right; and against damaged files. */
#include "shared/tz.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

static const char *const zones[] = { "America/New_York", "America/Chicago",
	"America/Denver", "America/Phoenix", "America/Los_Angeles",
	"America/Anchorage", "Pacific/Honolulu", "America/Toronto",
	"America/Vancouver", "America/Edmonton", "America/Winnipeg",
	"America/Halifax", "America/St_Johns", "America/Regina",
	"America/Mexico_City", "America/Tijuana", "America/Hermosillo",
	"America/Chihuahua", "America/Ciudad_Juarez", "America/Cancun",
	"America/Mazatlan", "America/Matamoros", "America/Sao_Paulo",
	"America/Manaus", "America/Noronha", "America/Rio_Branco",
	"America/Bogota", "America/Lima", "America/Caracas", "America/Santiago",
	"America/Punta_Arenas", "Pacific/Easter",
	"America/Argentina/Buenos_Aires", "America/Asuncion", "America/Havana",
	"America/Jamaica", "America/Nuuk", "Europe/Madrid", "Europe/Dublin",
	"Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kolkata",
	"Asia/Kathmandu", "UTC" };

static bool
same(const struct tz *tz, int64_t t)
{
	struct tz_local l;
	time_t x = t;
	struct tm m;

	localtime_r(&x, &m);
	tz_local(tz, t * 1000 + 999, &l);
	return l.offset == m.tm_gmtoff && l.year == m.tm_year + 1900 &&
	       l.month == m.tm_mon + 1 && l.day == m.tm_mday &&
	       l.weekday == m.tm_wday && l.second == m.tm_sec &&
	       l.minute == m.tm_hour * 60 + m.tm_min;
}

static void
test_glibc(void)
{
	for (size_t i = 0; i < nitems(zones); i++) {
		const struct tz *tz = tz_get(zones[i]);
		int64_t until = 0, wrong = 0, n = 0, edges = 0;

		setenv("TZ", zones[i], 1);
		tzset();
		if (tz == NULL) {
			ok(false, "%s loads", zones[i]);
			continue;
		}
		for (int64_t t = -86400LL * 365; t < 2840140800;
		     t += 300007 + (int64_t)i, n++)
			wrong += !same(tz, t);
		/* Every change of clocks: exactly there, not a second off. */
		for (int64_t t = 0; t < 2840140800; t = until, edges++) {
			tz_offset(tz, t, &until);
			if (until <= t || until == INT64_MAX)
				break;
			wrong += !same(tz, until - 1) + !same(tz, until);
			wrong += !same(tz, until + 1);
		}
		ok(wrong == 0, "%s: %lld instants, %lld changes, as glibc",
		    zones[i], (long long)n, (long long)edges);
	}
	unsetenv("TZ");
	tzset();
}

static void
test_begin(void)
{
	static const struct {
		const char *zone;
		int y, m, d, minute;
		const char *at, *why;
	} c[] = {
		{ "America/New_York", 2026, 7, 1, 0, "2026-07-01T04:00:00",
		    "summer" },
		{ "America/New_York", 2026, 3, 8, 150, "2026-03-08T07:00:00",
		    "skipped 02:30 is the change" },
		{ "America/New_York", 2026, 11, 1, 90, "2026-11-01T05:30:00",
		    "first of two 01:30" },
		{ "America/New_York", 2026, 11, 1, 120, "2026-11-01T07:00:00",
		    "02:00 behind both" },
		{ "America/Sao_Paulo", 2018, 11, 4, 0, "2018-11-04T03:00:00",
		    "a day without midnight" },
		{ "America/Sao_Paulo", 2019, 2, 17, 0, "2019-02-17T03:00:00",
		    "the day after a doubled hour" },
		{ "America/Havana", 2026, 11, 1, 0, "2026-11-01T04:00:00",
		    "first of two midnights" },
		{ "America/Chicago", 2026, 12, 32, 0, "2027-01-01T06:00:00",
		    "day 32 is tomorrow" },
		{ "Asia/Kathmandu", 2026, 1, 1, 1439, "2026-01-01T18:14:00",
		    "quarter hours" },
	};
	uint64_t seed = (uint64_t)time(NULL);
	struct rng r;
	int wrong = 0;

	for (size_t i = 0; i < nitems(c); i++) {
		char at[32];

		time_iso(tz_begin_ms(tz_get(c[i].zone), c[i].y, c[i].m, c[i].d,
			     c[i].minute),
		    at);
		ok(strncmp(at, c[i].at, 19) == 0, "%s: %s: %s", c[i].zone,
		    c[i].why, at);
	}
	rng_seed(&r, seed);
	for (int i = 0; i < 20000; i++) {
		const struct tz *tz =
		    tz_get(zones[rng_below(&r, nitems(zones))]);
		int y = 1975 + (int)rng_below(&r, 75);
		int m = 1 + (int)rng_below(&r, 12);
		int d = 1 + (int)rng_below(&r, 28);
		int mi = (int)rng_below(&r, 1440);
		int64_t b = tz_begin_ms(tz, y, m, d, mi) / 1000;
		int64_t want = tz_days(y, m, d) * 86400 + mi * 60;

		wrong += b + tz_offset(tz, b, NULL) < want ||
			 b - 1 + tz_offset(tz, b - 1, NULL) >= want;
	}
	ok(wrong == 0, "first instant of random minutes (seed %llu)",
	    (unsigned long long)seed);
}

static void
test_names(void)
{
	static const char *const bad[] = { "", "/etc/passwd",
		"../../etc/passwd", "America/../UTC", "Nowhere/City", "America",
		"tzdata.zi", "America/New_York\n", "America/New York",
		("a_name_of_exactly_sixty_four_bytes/"
		 "which_is_one_too_many_here_ok") };
	static const char *const sets[] = { "", ",", "UTC,", ",UTC", "UTC,,UTC",
		"UTC,Nowhere/City" };
	struct tz_set s;
	struct tz_local l;
	char date[16];

	for (size_t i = 0; i < nitems(bad); i++)
		ok(tz_get(bad[i]) == NULL, "bad name %zu is no zone", i);
	for (size_t i = 0; i < nitems(sets); i++)
		ok(!tz_set_parse(&s, sets[i]) && s.n == 0, "no set \"%s\"",
		    sets[i]);
	ok(tz_set_parse(&s, "America/Chicago,America/New_York") && s.n == 2 &&
		strcmp(tz_name(s.v[1]), "America/New_York") == 0 &&
		s.v[0] == tz_get("America/Chicago"),
	    "a set of two, from the cache");
	tz_local(tz_get("America/St_Johns"), 1795000000000, &l);
	tz_date(&l, date);
	ok(strcmp(date, "2026-11-18") == 0 && l.minute == 7 * 60 + 36 &&
		l.weekday == 3,
	    "half-hour zone: %s %d weekday %d", date, l.minute, l.weekday);
	tz_local(tz_get("UTC"), -1, &l);
	tz_date(&l, date);
	ok(strcmp(date, "1969-12-31") == 0 && l.minute == 1439, "before 1970");
}

static size_t
slurp(const char *path, uint8_t *b, size_t size)
{
	FILE *f = fopen(path, "rb");
	size_t n = f == NULL ? 0 : fread(b, 1, size, f);

	if (f != NULL)
		fclose(f);
	return n;
}

/* As dpkg does it: a new file, then rename. */
static void
place(const char *dir, const char *name, const uint8_t *b, size_t n)
{
	char tmp[256], path[256];
	FILE *f;

	str_format(tmp, sizeof(tmp), "%s/new", dir);
	str_format(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(tmp, "wb")) == NULL)
		return;
	fwrite(b, 1, n, f);
	fclose(f);
	rename(tmp, path);
}

/* Over the file that is there, keeping its inode. */
static void
overwrite(const char *path, const uint8_t *b, size_t n)
{
	FILE *f = fopen(path, "r+b");

	if (f == NULL)
		return;
	fwrite(b, 1, n, f);
	fclose(f);
}

static void
set_mtime(const char *path, const struct stat *st, int add_s)
{
	struct timespec t[2] = { st->st_atim, st->st_mtim };

	t[1].tv_sec += add_s;
	utimensat(AT_FDCWD, path, t, 0);
}

/* Each way a zone may change on disk, behind one pointer. */
static void
test_reload(void)
{
	static uint8_t a[8192], b[8192];
	size_t n = slurp("/usr/share/zoneinfo/Asia/Kolkata", a, sizeof(a));
	char dir[] = "/tmp/dsc-tz.XXXXXX", path[256], other[256];
	const struct tz *tz, *second;
	int64_t began, us, until;
	struct stat st, now;
	int i;

	if (mkdtemp(dir) == NULL || n < 100) {
		ok(false, "a directory and a zone file");
		return;
	}
	setenv("TZDIR", dir, 1);
	str_format(path, sizeof(path), "%s/There", dir);
	str_format(other, sizeof(other), "%s/Second", dir);
	place(dir, "There", a, n);
	place(dir, "Second", a, n);
	tz = tz_get("There");
	second = tz_get("Second");
	if (tz == NULL || second == NULL || stat(path, &st) != 0) {
		ok(false, "two zones");
		return;
	}
	ok(tz_offset(tz, 1795000000, NULL) == 19800 &&
		tz_reload_if_changed() == 0 && tz_reload_if_changed() == 0,
	    "nothing has changed, however often it is asked");
	/* The same size: the offset of its last type, 5:30 -> 6:30. */
	memcpy(b, a, n);
	for (i = 0; i + 8 < (int)n; i++)
		if (memcmp(b + i, "\x00\x00\x4d\x58", 4) == 0)
			memcpy(b + i, "\x00\x00\x5b\x68", 4);
	for (i = 0; i + 8 < (int)n; i++)
		if (memcmp(b + i, "IST-5:30", 8) == 0)
			b[i + 4] = '6';
	place(dir, "There", b, n);
	set_mtime(path, &st, 0);
	ok(tz_reload_if_changed() == 1 &&
		tz_offset(tz, 1795000000, NULL) == 23400,
	    "replaced: another inode, the same size and time");
	stat(path, &st);
	overwrite(path, a, n);
	set_mtime(path, &st, 60);
	ok(tz_reload_if_changed() == 1 &&
		tz_offset(tz, 1795000000, NULL) == 19800,
	    "overwritten: the same inode and size, another time");
	stat(path, &st);
	overwrite(path, b, n);
	/* The file system's clock may tick in milliseconds only. */
	do {
		set_mtime(path, &st, 0);
		stat(path, &now);
	} while (now.st_ctim.tv_nsec == st.st_ctim.tv_nsec &&
		 now.st_ctim.tv_sec == st.st_ctim.tv_sec);
	ok(tz_reload_if_changed() == 1 &&
		tz_offset(tz, 1795000000, NULL) == 23400,
	    "overwritten, and its time put back");
	ok(tz_reload_if_changed() == 0, "and then it is known");
	unlink(path);
	ok(tz_reload_if_changed() == 0 && tz_get("There") == tz &&
		tz_offset(tz, 1795000000, NULL) == 23400,
	    "gone: it keeps what it had");
	place(dir, "There", a, n);
	ok(tz_reload_if_changed() == 1 && tz_get("There") == tz &&
		tz_offset(tz, 1795000000, &until) == 19800 &&
		strcmp(tz_name(tz), "There") == 0,
	    "back: the same pointer");
	ok(tz_offset(second, 1795000000, NULL) == 19800 &&
		tz_get("Second") == second,
	    "the other one was left alone");
	unlink(path);
	unlink(other);
	rmdir(dir);
	unsetenv("TZDIR");
	tz_reload_if_changed();
	began = now_read().mono_ns;
	for (i = 0; i < 100; i++)
		tz_reload_if_changed();
	us = (now_read().mono_ns - began) / 100 / 1000;
	ok(us < 50000, "%zu zones looked at in %lld us", nitems(zones),
	    (long long)us);
}

static void
test_files(void)
{
	static uint8_t ny[8192], ch[8192], b[8192];
	size_t n = slurp("/usr/share/zoneinfo/America/New_York", ny, 8192);
	size_t m = slurp("/usr/share/zoneinfo/America/Chicago", ch, 8192);
	char dir[] = "/tmp/dsc-tz.XXXXXX", path[256], name[32];
	uint64_t seed = (uint64_t)time(NULL);
	int loaded = 0, tried = 0;
	const struct tz *tz;
	struct rng r;

	if (mkdtemp(dir) == NULL || n == 0 || m == 0) {
		ok(false, "a directory and zone files");
		return;
	}
	setenv("TZDIR", dir, 1);
	place(dir, "Here", ny, n);
	tz = tz_get("Here");
	ok(tz != NULL && tz_offset(tz, 1795000000, NULL) == -5 * 3600,
	    "TZDIR is read");
	/* The other zones have no file here any more: they are kept. */
	ok(tz_reload_if_changed() == 0, "nothing changed");
	place(dir, "Here", ch, m);
	ok(tz_reload_if_changed() == 1 &&
		tz_offset(tz, 1795000000, NULL) == -6 * 3600,
	    "a changed file is read again, behind the same pointer");
	place(dir, "Here", ch, m / 2);
	ok(tz_reload_if_changed() == 0 &&
		tz_offset(tz, 1795000000, NULL) == -6 * 3600,
	    "a damaged one is not");
	for (size_t cut = 0; cut < n; cut += cut < 60 ? 1 : 37) {
		str_format(name, sizeof(name), "cut%zu", cut);
		place(dir, name, ny, cut);
		loaded += tz_get(name) != NULL;
		tried++;
		str_format(path, sizeof(path), "%s/%s", dir, name);
		unlink(path);
	}
	ok(loaded == 0, "%d files cut short: none loads", tried);
	rng_seed(&r, seed);
	for (int i = 0; i < 400; i++) {
		memcpy(b, ny, n);
		for (int k = 0; k < 3; k++)
			b[rng_below(&r, i % 2 ? n : 60)] =
			    (uint8_t)rng_next(&r);
		str_format(name, sizeof(name), "flip%d", i);
		place(dir, name, b, n);
		if ((tz = tz_get(name)) != NULL)
			tz_offset(tz, 1795000000, NULL);
		str_format(path, sizeof(path), "%s/%s", dir, name);
		unlink(path);
	}
	ok(true, "400 damaged files survived (seed %llu)",
	    (unsigned long long)seed);
	str_format(path, sizeof(path), "%s/Here", dir);
	unlink(path);
	rmdir(dir);
	unsetenv("TZDIR");
}

int
main(void)
{
	test_glibc();
	test_begin();
	test_names();
	test_files();
	test_reload();
	return done_testing();
}
