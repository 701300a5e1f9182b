/* SPDX-License-Identifier: MIT */
/*
 * audit: the canonical bytes of a row, their hash (the values are those of
 * sha256sum), the chain and what breaks it; audit.head.
 */
#include "db/audit.h"

#include <string.h>
#include <unistd.h>

#include "daemon/audit_head.h"
#include "tap.h"

static void
is_int(int64_t got, int64_t want, const char *what)
{
	ok(got == want, "%s: %lld", what, (long long)got);
}

static void
is_str(const char *got, const char *want, const char *what)
{
	ok(strcmp(got, want) == 0, "%s: %s", what, got);
}

static const struct audit_row bare = {
	.field = { "1", "7", "1795215346123000", "n1", "maria", "", "cps", "",
	    "", NULL },
	.prev =
	    "0000000000000000000000000000000000000000000000000000000000000000",
};

static void
bytes_are(const struct audit_row *r, const char *want, const char *what)
{
	struct buf b = BUF_INIT;

	audit_bytes(&b, r);
	is_str(buf_cstr(&b), want, what);
	buf_clear(&b);
}

static void
encoding(void)
{
	struct audit_row r = bare, s = bare;
	struct buf a = BUF_INIT, b = BUF_INIT;
	uint8_t prev[AUDIT_HASH] = { 0 }, hash[AUDIT_HASH];
	char hex[AUDIT_HEX];

	bytes_are(&r,
	    "1:1,1:7,16:1795215346123000,2:n1,5:maria,0:,3:cps,0:,0:,-,",
	    "as the header shows it");
	audit_digest(prev, &r, hash);
	audit_hex(hash, hex);
	is_str(hex,
	    "18b53c2821165d1f196c0d53dd96bb48d36f112275445522162de32d64706ced",
	    "its hash");
	r.field[AUDIT_OBJECT] = "1:x,\t\"";
	r.field[AUDIT_RESULT] = "ação";
	r.field[AUDIT_DETAIL] = "{\"a\": 1}";
	bytes_are(&r,
	    "1:1,1:7,16:1795215346123000,2:n1,5:maria,0:,3:cps,6:1:x,\t\","
	    "6:ação,8:{\"a\": 1},",
	    "lengths in bytes, nothing escaped");
	memset(prev, 0xa5, sizeof(prev));
	audit_digest(prev, &r, hash);
	audit_hex(hash, hex);
	is_str(hex,
	    "71c146aaceea931ab727473c550ac29fddb4ed998e6ce32d6666dffdbf31945f",
	    "its hash");
	/* What stands beside each other must not flow into each other. */
	r = s = bare;
	r.field[AUDIT_ACTION] = "cps1";
	r.field[AUDIT_OBJECT] = "0";
	s.field[AUDIT_ACTION] = "cps";
	s.field[AUDIT_OBJECT] = "10";
	audit_bytes(&a, &r);
	audit_bytes(&b, &s);
	ok(strcmp(buf_cstr(&a), buf_cstr(&b)) != 0, "fields have borders");
	buf_reset(&a);
	buf_reset(&b);
	r = s = bare;
	r.field[AUDIT_DETAIL] = "";
	audit_bytes(&a, &r);
	audit_bytes(&b, &s);
	ok(strcmp(buf_cstr(&a), buf_cstr(&b)) != 0, "null is not empty");
	buf_clear(&a);
	buf_clear(&b);
}

static void
hex(void)
{
	uint8_t h[AUDIT_HASH];
	char good[AUDIT_HEX], back[AUDIT_HEX];

	for (int i = 0; i < AUDIT_HEX - 1; i++)
		good[i] = "0123456789abcdef"[i * 7 % 16];
	good[AUDIT_HEX - 1] = '\0';
	ok(audit_unhex(good, h), "64 digits");
	audit_hex(h, back);
	is_str(back, good, "there and back");
	ok(!audit_unhex("", h) && !audit_unhex(good + 1, h), "too short");
	good[5] = 'A';
	ok(!audit_unhex(good, h), "upper case");
	good[5] = 'g';
	ok(!audit_unhex(good, h), "no digit");
}

/* ---- the chain --------------------------------------------------------- */

#define ROWS 5
static struct made {
	struct audit_row r;
	char seq[8], id[8], prev[AUDIT_HEX], hash[AUDIT_HEX];
} rows[ROWS];

static void
hash_again(struct made *m)
{
	uint8_t prev[AUDIT_HASH], hash[AUDIT_HASH];

	audit_unhex(m->prev, prev);
	audit_digest(prev, &m->r, hash);
	audit_hex(hash, m->hash);
}

static void
make(void)
{
	for (int i = 0; i < ROWS; i++) {
		struct made *m = &rows[i];

		m->r = bare;
		str_format(m->seq, sizeof(m->seq), "%d", i + 1);
		str_format(m->id, sizeof(m->id), "%d", 100 + 3 * i);
		m->r.field[AUDIT_SEQ] = m->seq;
		m->r.field[AUDIT_ID] = m->id;
		str_copy(m->prev, sizeof(m->prev),
		    i > 0 ? rows[i - 1].hash : bare.prev);
		hash_again(m);
		m->r.prev = m->prev;
		m->r.hash = m->hash;
	}
}

/* Rows of these numbers (from 1) one behind the other; the last one's fault. */
static enum audit_fault
walk(struct audit_chain *c, const char *order)
{
	enum audit_fault f = AUDIT_INTACT;

	memset(c, 0, sizeof(*c));
	for (; *order != '\0' && f == AUDIT_INTACT; order++)
		f = audit_chain_add(c, &rows[*order - '1'].r);
	return f;
}

static void
chain(void)
{
	struct audit_chain c;

	make();
	is_int(walk(&c, "12345"), AUDIT_INTACT, "what was written is intact");
	is_int(c.head.rows, 5, "so many rows");
	is_int(c.at_ms, 1795215346123, "the last one's time");
	is_int(walk(&c, "1245"), AUDIT_REMOVED, "one taken out");
	ok(c.id == 109 && c.missing == 1 && c.head.rows == 2,
	    "seen at the one behind it");
	is_int(walk(&c, "345"), AUDIT_REMOVED, "the first two taken out");
	ok(c.id == 106 && c.missing == 2, "seen at the third");
	is_int(walk(&c, "1223"), AUDIT_INSERTED, "one twice");
	rows[2].r.field[AUDIT_RESULT] = "x";
	is_int(walk(&c, "12345"), AUDIT_EDITED, "one edited");
	is_int(c.id, 106, "that one");
	hash_again(&rows[2]);
	is_int(walk(&c, "12345"), AUDIT_UNLINKED, "and its hash made to fit");
	ok(c.id == 109 && c.head.rows == 3, "seen at the one behind it");
	make();
	rows[2].r.hash = "";
	is_int(walk(&c, "12345"), AUDIT_EDITED, "a hash that is none");
	make();
	rows[3].r.field[AUDIT_SEQ] = NULL;
	is_int(walk(&c, "1234"), AUDIT_INSERTED, "without a number");
	make();
	rows[0].r.field[AUDIT_SEQ] = "0";
	is_int(walk(&c, "1"), AUDIT_INSERTED, "number 0");
	make();
	rows[0].r.field[AUDIT_AT_US] = "Infinity";
	is_int(walk(&c, "1"), AUDIT_EDITED, "a time that no clock shows");
	is_str(audit_fault_word(AUDIT_REHASHED), "rehashed", "words");
}

/* ---- audit.head -------------------------------------------------------- */

static unsigned
lines(struct audit_heads *h, int64_t *last)
{
	struct audit_reader *r = audit_head_read(h);
	struct audit_mark m;
	unsigned n = 0;

	*last = 0;
	for (; audit_head_next(r, &m); n++)
		*last = m.head.rows;
	audit_head_read_end(r);
	return n;
}

static void
head_file(void)
{
	char dir[] = "/tmp/dsc-audit.XXXXXX";
	struct now now = { .mono_ns = 5 * NS_PER_S, .wall_ms = 1795215346123 };
	struct audit_head head = { .rows = 3 };
	struct audit_heads *h;
	int64_t last;
	FILE *f;

	ok(mkdtemp(dir) != NULL, "a directory");
	h = audit_head_open(dir);
	is_int(audit_head_known(h)->head.rows, 0, "nothing is known");
	ok(audit_head_read(h) == NULL, "there is no file");
	audit_head_saw(h, &head, &now);
	ok(lines(h, &last) == 1 && last == 3, "the first goes there at once");
	head.rows = 4;
	head.hash[31] = 0xfe;
	audit_head_saw(h, &head, &now);
	now.mono_ns += 59 * NS_PER_S;
	audit_head_turn(h, &now);
	is_int(lines(h, &last), 1, "the next not within a minute");
	is_int(audit_head_known(h)->head.rows, 4, "but it is known");
	now.mono_ns += 1 * NS_PER_S;
	audit_head_turn(h, &now);
	ok(lines(h, &last) == 2 && last == 4, "after a minute");
	now.mono_ns += 60 * NS_PER_S;
	audit_head_turn(h, &now);
	is_int(lines(h, &last), 2, "nothing new, no line");
	head.rows = 2;
	audit_head_saw(h, &head, &now);
	is_int(audit_head_known(h)->head.rows, 4, "never backwards");
	head.rows = 5;
	head.hash[0] = 9;
	audit_head_saw(h, &head, &now);
	head.rows = 6;
	audit_head_saw(h, &head, &now);
	f = fopen(audit_head_path(h), "a");
	fputs("2026-11-21T09:00:00.000Z 99 cut", f);
	fclose(f);
	audit_head_close(h);
	h = audit_head_open(dir);
	is_int(audit_head_known(h)->head.rows, 6, "the rest at the end; again");
	is_str(audit_head_known(h)->at, "2026-11-20T22:55:46.123Z", "its time");
	ok(audit_head_known(h)->head.hash[0] == 9 &&
		audit_head_known(h)->head.hash[31] == 0xfe,
	    "its hash");
	ok(lines(h, &last) == 4 && last == 6,
	    "what was cut off spoils no other line");
	unlink(audit_head_path(h));
	audit_head_close(h);
	rmdir(dir);
}

int
main(void)
{
	encoding();
	hex();
	chain();
	head_file();
	return done_testing();
}
