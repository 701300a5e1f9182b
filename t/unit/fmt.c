/* SPDX-License-Identifier: MIT */
/* fmt_text() against the C library, with what screens and others ask for. */
#include "shared/fmt.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

static int bad, seen;

static void __attribute__((format(printf, 2, 3)))
check(size_t size, const char *fmt, ...)
{
	char a[200], b[200];
	va_list ap;
	int m, n;

	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	va_start(ap, fmt);
	m = fmt_text(a, size, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	n = vsnprintf(b, size, fmt, ap);
	va_end(ap);
	seen++;
	if (m == n && memcmp(a, b, sizeof(a)) == 0)
		return;
	if (bad++ < 10)
		printf("# \"%s\": \"%.60s\" (%d), not \"%.60s\" (%d)\n", fmt, a,
		    m, b, n);
}

/* Numbers of all sizes; many small ones and ties. */
static double
some(void)
{
	double v = (double)(random() % 2000000) / 1000.0;

	switch (random() % 6) {
	case 0:
		return v / 1000;
	case 1:
		return floor(v) + 0.5;
	case 2:
		return floor(v * 100) / 100;
	case 3:
		return v * 1e7;
	case 4:
		return -v;
	default:
		return v;
	}
}

int
main(void)
{
	static const double odd[] = { 0, -0.0, 0.05, 0.25, 0.35, 0.45, 0.95,
		0.949999, 9.95, 99.95, 1e9, 1e15, 1e300, -0.01, INFINITY,
		-INFINITY, NAN, 0.0005, 2.5, 3.5, 0.5, 1.5 };

	srandom(7);
	for (size_t size = 1; size < 40; size++) {
		check(size, "plain");
		check(size, "%s and %s", "one", "two");
		check(size, "%d %05d %5d %3d %%", 12, -34, -56, 1234567);
		check(size, "%u %zu %lu %llu", 1u, (size_t)2, 3ul, ~0ull);
		check(size, "%ld %lld %c|", -1l, (long long)INT64_MIN, 'x');
		check(size, "%.1f/%.0f, %02d:%02d", 12.34, 56.78, 7, 8);
		check(size, "%-5s|%5s|%.3s|%x", "a", "b", "cdefg", 255u);
		check(size, "%g %e %6.2f %+d", 1.5, 2.5, 3.14159, 5);
	}
	ok(bad == 0 && seen == 39 * 8, "texts that fit, and that do not");
	check(100, "%d %d", INT32_MIN, INT32_MAX);
	check(200, "%39d|%040d|%41d|%99d", 1, -2, 3, 4);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		check(
		    100, "%.0f %.1f %.2f %.3f", odd[i], odd[i], odd[i], odd[i]);
	ok(bad == 0, "odd numbers");
	for (int i = 0; i < 300000; i++) {
		double v = some();

		check(100, "%.0f %.1f", v, v);
		check(100, "%.2f %.3f", v, v);
		check(100, "%d %02d %4d", (int)random(), (int)(random() % 200),
		    (int)(random() % 20000) - 10000);
	}
	ok(bad == 0, "%d comparisons with the C library", seen);
	return done_testing();
}
