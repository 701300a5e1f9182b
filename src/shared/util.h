/* SPDX-License-Identifier: MIT */
/*
 * util: memory that cannot fail, bounded strings, clocks, a seeded random
 * source, UUIDs.  What every other file may use without thinking.
 *
 * Two time scales, never mixed:  mono_ns  CLOCK_MONOTONIC in nanoseconds, for
 * distances;  wall_ms  milliseconds since the epoch (UTC), for records and
 * local time.  Code that decides gets both as a struct now from its caller.
 */
#ifndef SHARED_UTIL_H
#define SHARED_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
/* Only so that the names below are declared before they are banned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_S  1000000000LL
#define NS_PER_MS 1000000LL
#define MS_PER_S  1000LL

#define nitems(a)     (sizeof(a) / sizeof((a)[0]))
#define MINIMUM(a, b) ((a) < (b) ? (a) : (b))
#define MAXIMUM(a, b) ((a) > (b) ? (a) : (b))

/* Banned: each has a bounded or reentrant counterpart below or in libc.
 * (With _FORTIFY_SOURCE some are macros, which clang does not let us ban.) */
#undef sprintf
#undef vsprintf
#undef strcpy
#undef strcat
#undef strncpy
#undef strncat
#undef strtok
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok       \
    gmtime localtime atoi atol atof gets

/* One reading of both clocks, taken once per turn and passed down. */
struct now {
	int64_t mono_ns; /* CLOCK_MONOTONIC */
	int64_t wall_ms; /* since 1970-01-01 00:00 UTC */
};
struct now now_read(void);

/* Allocation: never NULL; on exhaustion one line on stderr and abort(). */
void *xmalloc(size_t) __attribute__((malloc));
void *xcalloc(size_t, size_t) __attribute__((malloc));
void *xrealloc(void *, size_t);
/* realloc of an array of n elements of size; overflow aborts. */
void *xreallocarray(void *, size_t n, size_t size);
char *xstrdup(const char *) __attribute__((malloc));
char *xstrndup(const char *, size_t) __attribute__((malloc));
char *xasprintf(const char *, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *, va_list) __attribute__((format(printf, 1, 0)));

/*
 * Copy src into dst[size], always terminated (size > 0).  Returns true if all
 * of it fitted, false if it was cut.
 */
bool str_copy(char *dst, size_t size, const char *src);
/* snprintf that returns true if everything fitted. */
bool str_format(char *dst, size_t size, const char *, ...)
    __attribute__((format(printf, 3, 4)));
/*
 * Whole-string decimal integer in [lo, hi]; false (out untouched) on anything
 * else: empty, blanks, sign without digits, rest behind the digits, range.
 */
bool str_int64(const char *, int64_t lo, int64_t hi, int64_t *out);
/* The same for a finite decimal number with '.', independent of the locale. */
bool str_double(const char *, double lo, double hi, double *out);
/* Letters, digits (isalnum) and what is in others only?  True of "". */
bool str_made_of(const char *, const char *others);

/* Decimal digits of v into out[STR_INT]; much faster than printf. */
#define STR_INT 21
void str_from_int(char out[STR_INT], int64_t v);

/* FNV-1a, 64 bit; for hash tables, not for security. */
uint64_t hash_bytes(const void *, size_t);

/*
 * Seeded random source (xoshiro256**, Blackman and Vigna 2018).  The engine
 * draws from one passed in, so a day replays from its seed.
 */
struct rng {
	uint64_t s[4];
};
void rng_seed(struct rng *, uint64_t seed);
uint64_t rng_next(struct rng *);
/* Uniform in [0, n), n > 0, without modulo bias. */
uint64_t rng_below(struct rng *, uint64_t n);
/* Uniform in [0, 1). */
double rng_unit(struct rng *);

/* UUID version 7 (RFC 9562): 48 bits of wall_ms, then random bits. */
#define UUID_LEN 36
struct uuid {
	uint8_t b[16];
};
struct uuid uuid_make(struct rng *, int64_t wall_ms);
void uuid_text(const struct uuid *, char out[UUID_LEN + 1]);
/* Lower or upper case, exactly UUID_LEN characters; false if it is none. */
bool uuid_parse(const char *, struct uuid *out);
bool uuid_equal(const struct uuid *, const struct uuid *);

/*
 * "2026-11-21T09:30:05.123Z" of wall_ms into out[32]; a time of 0 gives "".
 */
void time_iso(int64_t wall_ms, char out[32]);

#endif
