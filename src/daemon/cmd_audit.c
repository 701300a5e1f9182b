/* SPDX-License-Identifier: MIT */
/*
 * cmd_audit: who commanded what, and whether that log is what was written.  A
 * verification reads all of it, a page at a time, between other questions;
 * it is given up when its asker goes away.
 */
#include <assert.h>
#include <string.h>

#include "daemon/audit_head.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "db/details.h"
#include "shared/log.h"
#include "shared/text.h"

#define AUDIT_SHOWN  100 /* without a limit */
#define VERIFY_MAGIC 0x41554456u

/* ---- list -------------------------------------------------------------- */

static json_t *
clean(const struct db_answer *a, int row, int col)
{
	char t[1000];

	text_clean(t, sizeof(t), PQgetvalue(a->res, row, col));
	return json_string(t);
}

/* Who, and from where if the name does not say so itself. */
static void
actor_cell(struct cmd_table *t, const char *actor, const char *origin)
{
	if (strncmp(origin, "ssh ", 4) == 0 && strchr(actor, '(') == NULL)
		cmd_table_fmt(t, "%s (%s)", actor, origin);
	else
		cmd_table_cell(t, actor);
}

static void
on_audit(void *arg, const struct db_answer *a)
{
	static const char *const keys[] = { "at", "node", "actor", "origin",
		"action", "object", "result" };
	static const char *const heads[] = { "WHEN", "WHO", "WHAT", "ON WHAT",
		"RESULT" };
	static const int shown[] = { 0, 2, 4, 5, 6 };
	struct cmd_table t = { .ncols = nitems(heads) };
	struct cmd *c = cmd_of(arg);
	char at[40];
	int n;

	if (!cmd_answered(c, a))
		return;
	n = PQntuples(a->res);
	c->rows = json_array();
	for (size_t k = 0; k < nitems(heads); k++)
		cmd_table_cell(&t, heads[k]);
	for (int i = 0; i < n; i++) {
		json_t *o = json_object();

		json_object_set_new(
		    o, keys[0], cmd_iso(cmd_answered_int(a, i, 0)));
		for (int k = 1; k < (int)nitems(keys); k++)
			json_object_set_new(o, keys[k], clean(a, i, k));
		json_array_append_new(c->rows, o);
		cmd_table_cell(
		    &t, cmd_clock(c->d, cmd_answered_int(a, i, 0), at));
		actor_cell(&t, PQgetvalue(a->res, i, shown[1]),
		    PQgetvalue(a->res, i, shown[1] + 1));
		for (size_t k = 2; k < nitems(shown); k++)
			cmd_table_cell(&t, PQgetvalue(a->res, i, shown[k]));
	}
	cmd_table_end(&t, 0, &c->text);
	if (n == 0) {
		buf_reset(&c->text);
		buf_str(&c->text, "no such line in the audit log\n");
	}
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:O}", "lines", c->rows));
}

static void
list(struct daemon *d, struct ctl_req *req)
{
	const json_t *limit = json_object_get(ctl_json(req), "limit");
	int64_t n = AUDIT_SHOWN;
	bool good = true;
	struct cmd *c;

	if (json_is_string(limit))
		good =
		    str_int64(json_string_value(limit), 1, DETAILS_AUDIT, &n);
	else if (json_is_integer(limit)) {
		n = json_integer_value(limit);
		good = n >= 1 && n <= DETAILS_AUDIT;
	} else
		good = limit == NULL || json_is_null(limit);
	if (!good || cmd_arg(req, 1)[0] != '\0') {
		ctl_reply(req, false, 2,
		    "usage: discador audit list [--word W] [--user U] [--limit "
		    "N], N from 1 to 1000",
		    NULL);
		return;
	}
	if (!cmd_have_reads(d, req))
		return;
	c = cmd_new(d, req);
	details_audit(d->reads, cmd_key(req, "word"), cmd_key(req, "user"),
	    (int)n, on_audit, c);
}

/* ---- verify ------------------------------------------------------------ */

struct verify {
	uint32_t magic;
	struct cmd *c;
	struct audit_chain chain;
	int64_t first_ms; /* of row 1 */
	/* What was known when it began: rows may be added meanwhile. */
	struct audit_mark known;
	struct audit_reader *recorded; /* audit.head, or NULL */
	struct audit_mark next; /* its next line; rows 0: no more */
	bool gone;
};

static struct verify *
verify_of(void *arg)
{
	struct verify *v = arg;

	assert(v->magic == VERIFY_MAGIC);
	return v;
}

static void
verify_free(struct verify *v)
{
	audit_head_read_end(v->recorded);
	v->magic = 0;
	free(v);
}

static void
on_gone(void *arg)
{
	verify_of(arg)->gone = true;
}

static void
next_recorded(struct verify *v)
{
	v->next.head.rows = 0;
	audit_head_next(v->recorded, &v->next);
}

/* "row 7 (id 9, 2026-11-21 09:30:05)" */
static void
row_text(struct verify *v, struct buf *b)
{
	char at[40];

	if (v->chain.seq > 0)
		buf_fmt(b, "row %lld ", (long long)v->chain.seq);
	else
		buf_str(b, "a row without number ");
	buf_fmt(b, "(id %lld, %s)", (long long)v->chain.id,
	    cmd_clock(v->c->d, v->chain.at_ms, at));
}

static void
removed_text(struct buf *b, int64_t n, const char *where)
{
	char t[TEXT_NUM];

	if (n == 1)
		buf_fmt(b, "1 row %s was removed", where);
	else
		buf_fmt(b, "%s rows %s were removed",
		    text_count((uint64_t)n, t), where);
}

/* What is wrong, in one line. */
static void
fault_text(struct verify *v, enum audit_fault f, const struct audit_mark *m,
    struct buf *b)
{
	const struct audit_chain *c = &v->chain;
	const char *path = audit_head_path(v->c->d->audit_heads);
	char n[TEXT_NUM];

	if (f == AUDIT_CUT && c->seq == 0)
		buf_str(b, "there is no row at all");
	else
		row_text(v, b);
	switch (f) {
	case AUDIT_INTACT:
		break;
	case AUDIT_EDITED:
		buf_str(b, " was edited: it is not what its hash was made of");
		break;
	case AUDIT_UNLINKED:
		buf_fmt(b,
		    " does not follow row %lld: one of the two was put in "
		    "the place of another",
		    (long long)c->head.rows);
		break;
	case AUDIT_REMOVED:
		buf_str(b, ": ");
		removed_text(b, c->missing, "before it");
		break;
	case AUDIT_INSERTED:
		buf_str(b, " was inserted: it has no number of its own");
		break;
	case AUDIT_CUT:
		buf_fmt(b, "%s: ", c->seq == 0 ? "" : " is the last one");
		removed_text(b, c->missing, "at the end");
		buf_fmt(b, ", there were %s on %s (%s)",
		    text_count((uint64_t)m->head.rows, n), m->at, path);
		break;
	case AUDIT_REHASHED:
		buf_fmt(b,
		    " has another hash than on %s (%s): it or rows before it "
		    "were replaced, and all behind them hashed anew",
		    m->at, path);
		break;
	}
	if (f == AUDIT_CUT || f == AUDIT_REHASHED)
		buf_str(b,
		    "; if the database was restored or exchanged on purpose, "
		    "move that file away and restart the engine");
}

static json_t *
verify_json(const struct verify *v, enum audit_fault f, const char *what)
{
	const struct audit_chain *c = &v->chain;
	char hex[AUDIT_HEX];
	json_t *o;

	audit_hex(c->head.hash, hex);
	o = json_pack("{s:b, s:I, s:s?}", "intact", f == AUDIT_INTACT, "rows",
	    (json_int_t)c->head.rows, "head", c->head.rows > 0 ? hex : NULL);
	if (f == AUDIT_INTACT)
		return o;
	json_object_set_new(o, "fault", json_string(audit_fault_word(f)));
	json_object_set_new(o, "what", json_string(what));
	json_object_set_new(o, "row",
	    c->seq == 0 && c->id == 0
		? json_null()
		: json_pack("{s:I, s:I, s:o}", "seq", (json_int_t)c->seq, "id",
		      (json_int_t)c->id, "at", cmd_iso(c->at_ms)));
	json_object_set_new(o, "missing", json_integer(c->missing));
	return o;
}

/* m: the head that it does not agree with, or NULL. */
static void
verify_end(struct verify *v, enum audit_fault f, const struct audit_mark *m)
{
	const struct audit_chain *c = &v->chain;
	struct buf *b = &v->c->text, what = BUF_INIT;
	char n[TEXT_NUM], hex[AUDIT_HEX], from[40], to[40];
	json_t *o;

	audit_hex(c->head.hash, hex);
	if (f != AUDIT_INTACT) {
		fault_text(v, f, m, &what);
		log_error("audit verify: %s", buf_cstr(&what));
		buf_fmt(b, "broken: %s\nintact before that: %s rows\n",
		    buf_cstr(&what), text_count((uint64_t)c->head.rows, n));
	} else if (c->head.rows == 0)
		buf_str(b, "intact: no row yet\n");
	else
		buf_fmt(b, "intact: %s rows, %s to %s\n",
		    text_count((uint64_t)c->head.rows, n),
		    cmd_clock(v->c->d, v->first_ms, from),
		    cmd_clock(v->c->d, c->at_ms, to));
	if (c->head.rows > 0)
		buf_fmt(b, "head: %lld %s\n", (long long)c->head.rows, hex);
	o = verify_json(v, f, buf_cstr(&what));
	buf_clear(&what);
	cmd_end(v->c, true, 0, buf_cstr(b), o);
	verify_free(v);
}

/* False: it is over, and v is gone. */
static bool
verify_answered(struct verify *v, const struct db_answer *a)
{
	if (v->gone) {
		cmd_end(v->c, false, 1, "given up", NULL);
		verify_free(v);
		return false;
	}
	if (cmd_answered(v->c, a))
		return true;
	verify_free(v);
	return false;
}

static void
on_loose(void *arg, const struct db_answer *a)
{
	struct verify *v = verify_of(arg);
	struct audit_chain *c = &v->chain;

	if (!verify_answered(v, a))
		return;
	if (PQntuples(a->res) > 0) {
		c->seq = 0;
		c->id = cmd_answered_int(a, 0, 0);
		c->at_ms = cmd_answered_int(a, 0, 1);
		verify_end(v, AUDIT_INSERTED, NULL);
	} else if (v->known.head.rows > c->head.rows) {
		c->missing = v->known.head.rows - c->head.rows;
		verify_end(v, AUDIT_CUT, &v->known);
	} else
		verify_end(v, AUDIT_INTACT, NULL);
}

/* The recorded head that the last good row does not agree with, or NULL. */
static const struct audit_mark *
against_recorded(struct verify *v)
{
	const struct audit_head *h = &v->chain.head;

	while (v->next.head.rows > 0 && v->next.head.rows <= h->rows) {
		if (v->next.head.rows == h->rows &&
		    memcmp(v->next.head.hash, h->hash, AUDIT_HASH) != 0)
			return &v->next;
		next_recorded(v);
	}
	if (v->known.head.rows == h->rows &&
	    memcmp(v->known.head.hash, h->hash, AUDIT_HASH) != 0)
		return &v->known;
	return NULL;
}

static void
on_page(void *arg, const struct db_answer *a)
{
	struct verify *v = verify_of(arg);
	const struct audit_mark *m;
	struct audit_row row;
	enum audit_fault f;
	int n;

	if (!verify_answered(v, a))
		return;
	n = PQntuples(a->res);
	for (int i = 0; i < n; i++) {
		audit_row(a->res, i, &row);
		f = audit_chain_add(&v->chain, &row);
		if (f != AUDIT_INTACT) {
			verify_end(v, f, NULL);
			return;
		}
		if (v->chain.seq == 1)
			v->first_ms = v->chain.at_ms;
		if ((m = against_recorded(v)) != NULL) {
			verify_end(v, AUDIT_REHASHED, m);
			return;
		}
	}
	if (n == AUDIT_PAGE)
		audit_page(v->c->d->reads, &v->chain, on_page, v);
	else
		audit_loose(v->c->d->reads, on_loose, v);
}

static void
verify(struct daemon *d, struct ctl_req *req)
{
	struct verify *v;

	if (cmd_arg(req, 1)[0] != '\0') {
		ctl_reply(req, false, 2, "usage: discador audit verify", NULL);
		return;
	}
	if (!cmd_have_reads(d, req))
		return;
	v = xcalloc(1, sizeof(*v));
	v->magic = VERIFY_MAGIC;
	v->c = cmd_new(d, req);
	v->known = *audit_head_known(d->audit_heads);
	v->recorded = audit_head_read(d->audit_heads);
	next_recorded(v);
	ctl_on_gone(req, on_gone, v);
	audit_page(d->reads, &v->chain, on_page, v);
}

/* The dispatcher knows no other word. */
void
cmd_do_audit(struct daemon *d, struct ctl_req *req)
{
	if (strcmp(cmd_arg(req, 0), "verify") == 0)
		verify(d, req);
	else
		list(d, req);
}
