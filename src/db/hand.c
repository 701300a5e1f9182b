/* SPDX-License-Identifier: MIT */
/*
 * hand: the statements.  Caller IDs are locked by ascending id, as the blocks
 * by rule lock them one by one; not against the first use of a day, whose row
 * in did_usage refers to them: a call that is armed meanwhile does not wait.
 */
#include "db/hand.h"

#include "shared/buf.h"
#include "shared/util.h"

/* Append an element of an array literal. */
static void
element(struct buf *b, const char *s)
{
	buf_byte(b, b->len == 0 ? '{' : ',');
	buf_byte(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *s);
	}
	buf_byte(b, '"');
}

static const char *
array_end(struct buf *b)
{
	buf_str(b, b->len == 0 ? "{}" : "}");
	return buf_cstr(b);
}

#define ANSWER                                                                 \
	" select c.*, w.asked, h.known"                                        \
	" from (select count(*) as asked from want) w"                         \
	" cross join (select count(*) as known from have) h"                   \
	" left join changed c on true"
#define COLUMNS                                                                \
	" returning d.number, d.id, d.country, d.area, d.weight,"              \
	" d.state = 'blocked' as blocked, ms_of_ts(d.blocked_until) as until," \
	" d.block_reason"

static void
set_block(struct db *db, const char *const *numbers, size_t n,
    const char *state, int64_t until_ms, const char *reason, db_cb *cb,
    void *arg)
{
	struct buf b = BUF_INIT;
	char until[24];

	for (size_t i = 0; i < n; i++)
		element(&b, numbers[i]);
	str_format(until, sizeof(until), "%lld", (long long)until_ms);
	db_send(db, "did_hand",
	    "with want as (select distinct u.number"
	    " from unnest($1::text[]) as u(number)),"
	    " have as (select d.id, d.state, d.blocked_until, d.block_reason"
	    " from did d join want w on w.number = d.number"
	    " order by d.id for no key update of d),"
	    " changed as (update did d set state = $2,"
	    " blocked_until = ts_of_ms(nullif($3::bigint, 0)),"
	    " block_reason = $4"
	    " from have h where d.id = h.id and"
	    " (h.state, h.blocked_until, h.block_reason) is distinct from"
	    " ($2, ts_of_ms(nullif($3::bigint, 0)), $4)" COLUMNS
	    ", h.state = 'blocked' as was_blocked,"
	    " ms_of_ts(h.blocked_until) as was_until,"
	    " h.block_reason as was_reason)" ANSWER,
	    4, (const char *[]){ array_end(&b), state, until, reason }, cb,
	    arg);
	buf_clear(&b);
}

void
hand_did_block(struct db *db, const char *const *numbers, size_t n,
    int64_t until_ms, const char *reason, db_cb *cb, void *arg)
{
	set_block(db, numbers, n, "blocked", until_ms, reason, cb, arg);
}

void
hand_did_unblock(
    struct db *db, const char *const *numbers, size_t n, db_cb *cb, void *arg)
{
	set_block(db, numbers, n, "active", 0, "", cb, arg);
}

void
hand_did_add(
    struct db *db, const struct hand_did *v, size_t n, db_cb *cb, void *arg)
{
	struct buf b[3] = { BUF_INIT, BUF_INIT, BUF_INIT };

	for (size_t i = 0; i < n; i++) {
		element(&b[0], v[i].number);
		element(&b[1], v[i].country);
		element(&b[2], v[i].area);
	}
	db_send(db, "did_add",
	    "with want as (select distinct on (u.number) u.*"
	    " from unnest($1::text[], $2::text[], $3::text[])"
	    " as u(number, country, area) order by u.number),"
	    " have as (select w.number from want w),"
	    " changed as (insert into did as d (number, country, area)"
	    " select w.number, w.country, w.area from want w"
	    " order by w.number on conflict (number) do nothing" COLUMNS
	    ", false as was_blocked, null::bigint as was_until,"
	    " '' as was_reason)" ANSWER,
	    3,
	    (const char *[]){
		array_end(&b[0]), array_end(&b[1]), array_end(&b[2]) },
	    cb, arg);
	for (int i = 0; i < 3; i++)
		buf_clear(&b[i]);
}

void
hand_context_test(struct db *db, const char *context, const char *number,
    const char *country, const char *zone, const char *trunk, const char *who,
    db_cb *cb, void *arg)
{
	db_send(db, "context_test",
	    "select campaign, done, what"
	    " from context_test($1, $2, $3, $4, $5, $6)",
	    6, (const char *[]){ context, number, country, zone, trunk, who },
	    cb, arg);
}
