/* SPDX-License-Identifier: MIT */
/*
 * The parser's result does not depend on how the bytes were cut: every
 * recording at every split point, byte by byte, and in random pieces; random
 * streams past the limits likewise.  PROP_SEED replays a run.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ami_data.h"
#include "net/ami_event.h"
#include "net/ami_parse.h"
#include "shared/buf.h"
#include "shared/util.h"
#include "tap.h"

#define WHOLE_MAX (4 * 1024) /* longer streams: split within 3 messages */

static struct ami_parse *p;

/* What a run gave: everything that is observable, folded. */
struct result {
	uint64_t digest, messages, events, skipped;
};

/* Eight bytes a time: this is run on gigabytes. */
static void
fold(struct result *r, const void *v, size_t n)
{
	const char *s = v;
	uint64_t w;

	r->digest = (r->digest ^ n) * 0x9e3779b97f4a7c15ULL;
	for (; n > 0; s += MINIMUM(n, 8u), n -= MINIMUM(n, 8u)) {
		w = 0;
		memcpy(&w, s, MINIMUM(n, 8u));
		r->digest = (r->digest ^ w) * 0x9e3779b97f4a7c15ULL;
		r->digest ^= r->digest >> 29;
	}
}

static void
drain(struct result *r, bool deep)
{
	struct ami_msg m;
	struct ami_event e;

	while (ami_parse_next(p, &m)) {
		r->messages++;
		fold(r, m.line, m.nlines * sizeof(*m.line));
		for (size_t i = 0; i < m.nlines; i++)
			fold(r, m.base + m.line[i].off, m.line[i].len + 1);
		if (!deep || !ami_event_read(&m, &e))
			continue;
		struct buf b = BUF_INIT;

		r->events++;
		ami_data_word(&b, &e.ev);
		fold(r, b.p, b.len);
		if (e.ev.id != NULL)
			fold(r, e.ev.id, strlen(e.ev.id));
		buf_clear(&b);
	}
	r->skipped = ami_parse_skipped(p);
}

static void
piece(const char *s, size_t n, struct result *r, bool deep)
{
	while (n > 0) {
		size_t size;
		char *room = ami_parse_space(p, &size);

		size = MINIMUM(size, n);
		memcpy(room, s, size);
		ami_parse_fed(p, size);
		s += size;
		n -= size;
		drain(r, deep);
	}
}

static struct result
whole(const char *s, size_t n, bool deep)
{
	struct result r = { 0 };

	ami_parse_reset(p);
	piece(s, n, &r, deep);
	return r;
}

static bool
same(const struct result *a, const struct result *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool
split_everywhere(const char *s, size_t n)
{
	struct result want = whole(s, n, false);

	for (size_t k = 0; k <= n; k++) {
		struct result r = { 0 };

		ami_parse_reset(p);
		piece(s, k, &r, false);
		piece(s + k, n - k, &r, false);
		if (!same(&r, &want)) {
			printf("# differs when split at %zu\n", k);
			return false;
		}
	}
	return true;
}

/* Windows of three messages: between messages the parser has no memory. */
static bool
split_windows(const char *s, size_t n)
{
	size_t start[3] = { 0, 0, 0 };

	for (const char *q = s; q < s + n;) {
		const char *end = memmem(q, n - (size_t)(q - s), "\r\n\r\n", 4);
		size_t next = end == NULL ? n : (size_t)(end - s) + 4;

		if (!split_everywhere(s + start[0], next - start[0]))
			return false;
		start[0] = start[1];
		start[1] = start[2];
		start[2] = next;
		q = s + next;
	}
	return true;
}

static bool
pieces(const char *s, size_t n, struct rng *rng, size_t max,
    const struct result *want)
{
	struct result r = { 0 };

	ami_parse_reset(p);
	while (n > 0) {
		size_t k = 1 + (size_t)rng_below(rng, max);

		k = MINIMUM(k, n);
		piece(s, k, &r, true);
		s += k;
		n -= k;
	}
	return same(&r, want);
}

static void
test_recordings(struct rng *rng)
{
	glob_t g;
	uint64_t events = 0;

	glob("t/data/ami/*/*.txt", 0, NULL, &g);
	ok(g.gl_pathc > 100, "%zu recordings", g.gl_pathc);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct buf b = BUF_INIT;
		struct result want;
		char name[64];
		bool good;

		good = ami_data_read(g.gl_pathv[i], &b);
		str_copy(name, sizeof(name), strrchr(g.gl_pathv[i], '/') + 1);
		name[strcspn(name, ".")] = '\0';
		ami_data_ours(&b, name);
		want = whole(b.p, b.len, true);
		events += want.events;
		good = good && want.messages > 0 && want.skipped == 0;
		good =
		    good && (b.len <= WHOLE_MAX ? split_everywhere(b.p, b.len)
						: split_windows(b.p, b.len));
		good = good && pieces(b.p, b.len, rng, 1, &want);
		for (int k = 0; k < 8; k++)
			good = good &&
			       pieces(b.p, b.len, rng, (size_t)7 << k, &want);
		ok(good, "%s: %llu messages, %llu events", g.gl_pathv[i] + 11,
		    (unsigned long long)want.messages,
		    (unsigned long long)want.events);
		buf_clear(&b);
	}
	ok(events > 800, "%llu events in all", (unsigned long long)events);
	globfree(&g);
}

/* Lines, messages and counts around the limits; stray CR, LF, NUL. */
static void
random_stream(struct buf *b, struct rng *rng)
{
	static const size_t lengths[] = { 0, 1, 20, 300, AMI_LINE_MAX - 5,
		AMI_LINE_MAX - 4, AMI_LINE_MAX - 3, AMI_LINE_MAX - 2,
		AMI_LINE_MAX, 3 * AMI_LINE_MAX };
	static const char ends[][3] = { "\r\n", "\r\n", "\n", "\r\n" };

	for (int msg = 0; msg < 6; msg++) {
		size_t lines = rng_below(rng, 8) == 0
				   ? AMI_HEADERS_MAX - 2 + rng_below(rng, 5)
				   : rng_below(rng, 12);
		bool small = lines > 12;

		for (size_t i = 0; i < lines; i++) {
			size_t n =
			    small ? 3
				  : lengths[rng_below(rng, nitems(lengths))];

			buf_str(b, i == 0 ? "Event: " : "A: ");
			for (size_t k = 0; k < n; k++) {
				uint64_t c = rng_below(rng, 200);

				buf_byte(b, c == 10 ? 'n' : (char)c);
			}
			buf_str(b, ends[rng_below(rng, nitems(ends))]);
		}
		buf_str(b, ends[rng_below(rng, nitems(ends))]);
	}
}

static void
test_random(struct rng *rng)
{
	uint64_t skipped = 0, messages = 0;
	bool good = true;

	for (int i = 0; i < 60 && good; i++) {
		struct buf b = BUF_INIT;
		struct result want;

		random_stream(&b, rng);
		want = whole(buf_cstr(&b), b.len, true);
		skipped += want.skipped;
		messages += want.messages;
		good = good && pieces(b.p, b.len, rng, 1, &want);
		for (int k = 0; k < 6; k++)
			good = good && pieces(b.p, b.len, rng,
					   (size_t)5 << (2 * k), &want);
		buf_clear(&b);
	}
	ok(good, "random streams: the cuts do not matter");
	ok(skipped > 10 && messages > 10,
	    "they hold %llu messages and %llu beyond the limits",
	    (unsigned long long)messages, (unsigned long long)skipped);
}

int
main(void)
{
	const char *s = getenv("PROP_SEED");
	uint64_t seed =
	    s != NULL ? strtoull(s, NULL, 10) : (uint64_t)now_read().wall_ms;
	struct rng rng;

	printf("# PROP_SEED=%llu\n", (unsigned long long)seed);
	rng_seed(&rng, seed);
	p = ami_parse_new();
	test_recordings(&rng);
	test_random(&rng);
	ami_parse_free(p);
	return done_testing();
}
