/* SPDX-License-Identifier: MIT */
/*
 * audit: the canonical bytes of a row, their hash, the chain, and the few
 * statements that read it.  Changes nothing, and believes no hash it has not
 * computed.
 */
#include "db/audit.h"

#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "shared/util.h"

/* A time that no clock shows, of a row that somebody made, must not fail. */
#define MS_OF_AT                                                               \
	"(case when isfinite(at) then"                                         \
	" trunc(extract(epoch from at) * 1000)::bigint else 0 end)"

const char *
audit_fault_word(enum audit_fault f)
{
	static const char *const words[] = { "intact", "edited", "unlinked",
		"removed", "inserted", "cut", "rehashed" };

	assert((size_t)f < nitems(words));
	return words[f];
}

/* --- hashes ------------------------------------------------------------- */

void
audit_hex(const uint8_t hash[AUDIT_HASH], char out[AUDIT_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < AUDIT_HASH; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * AUDIT_HASH] = '\0';
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
				      : -1;
}

bool
audit_unhex(const char *s, uint8_t out[AUDIT_HASH])
{
	uint8_t v[AUDIT_HASH];

	if (strlen(s) != 2 * AUDIT_HASH)
		return false;
	for (int i = 0; i < AUDIT_HASH; i++) {
		int high = nibble(s[2 * i]), low = nibble(s[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		v[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(out, v, sizeof(v));
	return true;
}

void
audit_bytes(struct buf *b, const struct audit_row *r)
{
	for (int i = 0; i < AUDIT_FIELDS; i++) {
		const char *s = r->field[i];

		if (s == NULL) {
			buf_str(b, "-,");
			continue;
		}
		buf_fmt(b, "%zu:", strlen(s));
		buf_str(b, s);
		buf_byte(b, ',');
	}
}

void
audit_digest(const uint8_t prev[AUDIT_HASH], const struct audit_row *r,
    uint8_t out[AUDIT_HASH])
{
	struct buf b = BUF_INIT;
	unsigned n = 0;
	int good;

	buf_put(&b, prev, AUDIT_HASH);
	audit_bytes(&b, r);
	good = EVP_Digest(buf_cstr(&b), b.len, out, &n, EVP_sha256(), NULL);
	/* Without it nothing can be verified, and nothing said to be so. */
	assert(good == 1 && n == AUDIT_HASH);
	buf_clear(&b);
}

/* --- the chain ---------------------------------------------------------- */

static int64_t
whole(const char *s)
{
	int64_t v = 0;

	if (s != NULL)
		str_int64(s, INT64_MIN, INT64_MAX, &v);
	return v;
}

enum audit_fault
audit_chain_add(struct audit_chain *c, const struct audit_row *r)
{
	uint8_t prev[AUDIT_HASH], hash[AUDIT_HASH], own[AUDIT_HASH];
	int64_t next = c->head.rows + 1;

	c->seq = whole(r->field[AUDIT_SEQ]);
	c->id = whole(r->field[AUDIT_ID]);
	c->at_ms = whole(r->field[AUDIT_AT_US]) / 1000;
	if (c->seq < next)
		return AUDIT_INSERTED;
	if (!audit_unhex(r->prev, prev) || !audit_unhex(r->hash, hash))
		return AUDIT_EDITED;
	audit_digest(prev, r, own);
	if (memcmp(own, hash, sizeof(own)) != 0)
		return AUDIT_EDITED;
	if (c->seq > next) {
		c->missing = c->seq - next;
		return AUDIT_REMOVED;
	}
	if (memcmp(prev, c->head.hash, sizeof(prev)) != 0)
		return AUDIT_UNLINKED;
	c->head.rows = c->seq;
	memcpy(c->head.hash, hash, sizeof(hash));
	return AUDIT_INTACT;
}

/* --- statements --------------------------------------------------------- */

void
audit_page(struct db *db, const struct audit_chain *c, db_cb *cb, void *arg)
{
	bool begin = c->id == 0 && c->seq == 0;
	char seq[STR_INT], id[STR_INT], limit[STR_INT];

	str_from_int(seq, begin ? INT64_MIN : c->seq);
	str_from_int(id, begin ? INT64_MIN : c->id);
	str_from_int(limit, AUDIT_PAGE);
	db_send(db, "audit_page",
	    "select seq, id, trunc(extract(epoch from at) * 1000000)::text,"
	    " node, actor, origin, action, object, result, detail::text,"
	    " encode(prev, 'hex'), encode(hash, 'hex') from event_log"
	    " where (seq, id) > ($1::bigint, $2::bigint)"
	    " order by seq, id limit $3",
	    3, (const char *[]){ seq, id, limit }, cb, arg);
}

void
audit_row(const PGresult *res, int row, struct audit_row *r)
{
	for (int i = 0; i < AUDIT_FIELDS; i++)
		r->field[i] =
		    PQgetisnull(res, row, i) ? NULL : PQgetvalue(res, row, i);
	/* libpq says "" for null. */
	r->prev = PQgetvalue(res, row, AUDIT_FIELDS);
	r->hash = PQgetvalue(res, row, AUDIT_FIELDS + 1);
}

void
audit_loose(struct db *db, db_cb *cb, void *arg)
{
	db_send(db, "audit_loose",
	    "select id, " MS_OF_AT " from event_log where seq is null"
	    " order by id limit 1",
	    0, NULL, cb, arg);
}

void
audit_newest(
    struct db *db, const struct audit_head *known, db_cb *cb, void *arg)
{
	char seq[STR_INT];

	str_from_int(seq, known->rows);
	db_send(db, "audit_newest",
	    "select seq, encode(hash, 'hex') from event_log where seq in"
	    " ($1::bigint, (select max(seq) from event_log))"
	    " order by seq desc limit 2",
	    1, (const char *[]){ seq }, cb, arg);
}

enum audit_fault
audit_compare(const PGresult *res, const struct audit_head *known,
    struct audit_head *newest)
{
	int n = PQntuples(res);
	uint8_t hash[AUDIT_HASH];

	if (n == 0)
		return known->rows > 0 ? AUDIT_CUT : AUDIT_INTACT;
	if (whole(PQgetvalue(res, 0, 0)) < known->rows)
		return AUDIT_CUT;
	if (known->rows > 0 &&
	    (whole(PQgetvalue(res, n - 1, 0)) != known->rows ||
		!audit_unhex(PQgetvalue(res, n - 1, 1), hash) ||
		memcmp(hash, known->hash, sizeof(hash)) != 0))
		return AUDIT_REHASHED;
	if (!audit_unhex(PQgetvalue(res, 0, 1), newest->hash))
		return AUDIT_REHASHED;
	newest->rows = whole(PQgetvalue(res, 0, 0));
	return AUDIT_INTACT;
}
