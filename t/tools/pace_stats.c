/* SPDX-License-Identifier: MIT */
/*
 * pace_stats COLUMN CPS [FILE]: how even a series of instants is.  Reads CSV,
 * takes the COLUMN-th field (from 1) of each row as monotonic nanoseconds,
 * and prints one JSON object:
 *   n, rate        rows, and (n - 1) / (last - first)
 *   worst_second   the most rows in any sliding second
 *   gap_ms         p50, p99, max of |gap - 1/CPS|
 *   dev_ms         p50, p99, max of the distance to an ideal schedule of CPS
 *                  laid through the median row (drift counts)
 * CPS 0 leaves gap_ms as the gaps themselves and dev_ms out.  It judges
 * nothing.
 */
#include <errno.h>

#include "shared/util.h"

struct series {
	int64_t *t;
	size_t n, cap;
};

static int
compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
compare_double(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static bool
read_series(FILE *f, int64_t column, struct series *s)
{
	char line[4096];
	int64_t v;

	while (fgets(line, sizeof(line), f) != NULL) {
		char *p = line;

		line[strcspn(line, "\r\n")] = '\0';
		for (int64_t i = 1; i < column && p != NULL; i++) {
			p = strchr(p, ',');
			p = p != NULL ? p + 1 : NULL;
		}
		if (p != NULL)
			p[strcspn(p, ",")] = '\0';
		if (p == NULL || !str_int64(p, 0, INT64_MAX, &v)) {
			fprintf(stderr,
			    "pace_stats: row %zu: no number in "
			    "column %lld\n",
			    s->n + 1, (long long)column);
			return false;
		}
		if (s->n == s->cap) {
			s->cap = 2 * s->cap + 1024;
			s->t = xreallocarray(s->t, s->cap, sizeof(*s->t));
		}
		s->t[s->n++] = v;
	}
	return true;
}

static size_t
worst_second(const struct series *s)
{
	size_t worst = 0;

	for (size_t i = 0, j = 0; i < s->n; i++) {
		while (s->t[i] - s->t[j] >= NS_PER_S)
			j++;
		worst = MAXIMUM(worst, i - j + 1);
	}
	return worst;
}

/* p50, p99 and max of v[n], in milliseconds from ns.  Sorts v. */
static void
print_spread(const char *name, double *v, size_t n)
{
	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), compare_double);
	printf(",\"%s\":[%.3f,%.3f,%.3f]", name, v[n / 2] / 1e6,
	    v[n * 99 / 100] / 1e6, v[n - 1] / 1e6);
}

static double
distance(double a)
{
	return a < 0 ? -a : a;
}

static void
print_stats(const struct series *s, double cps)
{
	double span = s->n > 1 ? (double)(s->t[s->n - 1] - s->t[0]) : 0;
	double ideal = cps > 0 ? 1e9 / cps : 0, middle;
	double *v = xcalloc(s->n + 1, sizeof(*v)),
	       *phase = xcalloc(s->n + 1, sizeof(*phase));

	printf("{\"n\":%zu,\"rate\":%.3f,\"worst_second\":%zu", s->n,
	    span > 0 ? (double)(s->n - 1) * 1e9 / span : 0, worst_second(s));
	for (size_t i = 1; i < s->n; i++)
		v[i - 1] = distance((double)(s->t[i] - s->t[i - 1]) - ideal);
	if (s->n > 1)
		print_spread("gap_ms", v, s->n - 1);
	if (cps > 0 && s->n > 0) {
		for (size_t i = 0; i < s->n; i++)
			phase[i] = v[i] =
			    (double)(s->t[i] - s->t[0]) - (double)i * ideal;
		qsort(phase, s->n, sizeof(*phase), compare_double);
		middle = phase[s->n / 2];
		for (size_t i = 0; i < s->n; i++)
			v[i] = distance(v[i] - middle);
		print_spread("dev_ms", v, s->n);
	}
	printf("}\n");
	free(v);
	free(phase);
}

int
main(int argc, char **argv)
{
	struct series s = { 0 };
	int64_t column;
	double cps;
	FILE *f = stdin;
	bool good;

	if (argc < 3 || argc > 4 || !str_int64(argv[1], 1, 100, &column) ||
	    !str_double(argv[2], 0, 1e9, &cps)) {
		fprintf(stderr, "usage: pace_stats COLUMN CPS [FILE]\n");
		return 2;
	}
	if (argc == 4 && (f = fopen(argv[3], "r")) == NULL) {
		fprintf(
		    stderr, "pace_stats: %s: %s\n", argv[3], strerror(errno));
		return 1;
	}
	good = read_series(f, column, &s);
	if (f != stdin)
		fclose(f);
	if (good) {
		qsort(s.t, s.n, sizeof(*s.t), compare);
		print_stats(&s, cps);
	}
	free(s.t);
	return good ? 0 : 1;
}
