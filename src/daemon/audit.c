/* SPDX-License-Identifier: MIT */
/*
 * audit: event_log's rows wait in a list until the database has confirmed
 * them, in order, one at a time.  One whose answer was cut off is written
 * again: twice in the log is better than not at all.
 */
#include "daemon/audit.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "daemon/audit_head.h"
#include "daemon/mark.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/model.h"

#define AUDIT_KEPT 10000 /* then the oldest goes; the log has it */
#define LOOK_NS    (60 * NS_PER_S) /* at the table's newest row */
#define AGAIN_NS   (1 * NS_PER_S) /* somebody held the chain */

struct audit_line {
	STAILQ_ENTRY(audit_line) link;
	int64_t at_ms;
	char *who, *origin, *action, *object, *result;
};

static void
line_free(struct audit_line *l)
{
	free(l->who);
	free(l->origin);
	free(l->action);
	free(l->object);
	free(l->result);
	free(l);
}

static void
drop_first(struct daemon *d)
{
	struct audit_line *l = STAILQ_FIRST(&d->audits);

	STAILQ_REMOVE_HEAD(&d->audits, link);
	d->naudits--;
	line_free(l);
}

/* ---- the newest row ---------------------------------------------------- */

static void
publish_head(struct daemon *d)
{
	const struct audit_head *h = &audit_head_known(d->audit_heads)->head;

	d->next->audit_rows = h->rows;
	if (h->rows > 0)
		audit_hex(h->hash, d->next->audit_head);
}

/* Once until the next start: the reason does not go away by itself. */
static void
complain(struct daemon *d, enum audit_fault f)
{
	const struct audit_mark *m = audit_head_known(d->audit_heads);

	if (d->audit_broken)
		return;
	d->audit_broken = true;
	log_error("the audit log was tampered with: %s (row %lld of %s): "
		  "discador audit verify",
	    f == AUDIT_CUT ? "rows at its end are gone"
			   : "rows were replaced by others",
	    (long long)m->head.rows, m->at);
}

static void
saw(struct daemon *d, const struct audit_head *h)
{
	struct now now = now_read();

	audit_head_saw(d->audit_heads, h, &now);
	publish_head(d);
}

static void
on_newest(void *arg, const struct db_answer *a)
{
	struct daemon *d = arg;
	struct audit_head newest = { 0 };
	enum audit_fault f;

	d->audit_looking = false;
	if (a->status != DB_OK)
		return;
	f = audit_compare(a->res, &d->audit_asked, &newest);
	if (f != AUDIT_INTACT) {
		complain(d, f);
		return;
	}
	saw(d, &newest);
	publish_head(d); /* also that there is none */
}

static void
look(struct daemon *d, const struct now *now)
{
	if (d->audit_looking || now->mono_ns < d->audit_look_ns ||
	    !db_is_up(d->reads))
		return;
	d->audit_look_ns = now->mono_ns + LOOK_NS;
	d->audit_looking = true;
	/* By the answer a newer one may be known. */
	d->audit_asked = audit_head_known(d->audit_heads)->head;
	audit_newest(d->reads, &d->audit_asked, on_newest, d);
}

/* ---- lines ------------------------------------------------------------- */

static void send_first(struct daemon *);

/* False: somebody else held the chain, nothing was added. */
static bool
was_added(struct daemon *d, const PGresult *res)
{
	struct audit_head h;

	if (PQntuples(res) != 1)
		return false;
	if (!str_int64(PQgetvalue(res, 0, 0), 1, INT64_MAX, &h.rows) ||
	    !audit_unhex(PQgetvalue(res, 0, 1), h.hash))
		return true;
	/* Another engine's may be known already; or rows are gone: look. */
	if (h.rows <= audit_head_known(d->audit_heads)->head.rows)
		d->audit_look_ns = 0;
	saw(d, &h);
	return true;
}

static void
on_written(void *arg, const struct db_answer *a)
{
	struct daemon *d = arg;

	d->auditing = false;
	if (a->status == DB_AWAY)
		return; /* audit_up() begins again */
	if (a->status == DB_REFUSED)
		log_error("database refuses an audit line: %s", a->err);
	else if (!was_added(d, a->res)) {
		d->audit_again_ns = now_read().mono_ns + AGAIN_NS;
		return;
	}
	drop_first(d);
	send_first(d);
}

static void
send_first(struct daemon *d)
{
	struct audit_line *l = STAILQ_FIRST(&d->audits);

	if (l == NULL || d->auditing || d->audit_again_ns != 0 ||
	    !db_is_up(d->admin))
		return;
	d->auditing = true;
	load_audit(d->admin, l->at_ms, d->conf.node, l->who, l->origin,
	    l->action, l->object, l->result, on_written, d);
}

/* Numbers are whole in the table only, wherever in a line they stand. */
static void
without_numbers(struct buf *b, const char *s)
{
	char number[MODEL_E164], shown[32];

	while (*s != '\0') {
		size_t n = *s == '+' ? strspn(s + 1, "0123456789") : 0;

		if (n >= 6 && n + 1 < sizeof(number)) {
			str_format(
			    number, sizeof(number), "%.*s", (int)n + 1, s);
			buf_str(b, log_number(number, shown));
			s += n + 1;
		} else
			buf_byte(b, *s++);
	}
}

void
audit_open(struct daemon *d)
{
	STAILQ_INIT(&d->audits);
	d->audit_heads = audit_head_open(d->conf.state_dir);
	d->next->audit_rows = -1;
}

void
audit_write(struct daemon *d, const char *who, const char *origin,
    const char *action, const char *object, const char *result)
{
	struct audit_line *l = xcalloc(1, sizeof(*l));
	struct buf line = BUF_INIT, shown = BUF_INIT;

	buf_fmt(&line, "%s %s: ", action, object);
	buf_str(&line, result);
	without_numbers(&shown, buf_cstr(&line));
	log_info("%s: %s", who, buf_cstr(&shown));
	buf_clear(&line);
	buf_clear(&shown);
	mark_command(d, who, action, object, result);
	l->at_ms = now_read().wall_ms;
	l->who = xstrdup(who);
	l->origin = xstrdup(origin);
	l->action = xstrdup(action);
	l->object = xstrdup(object);
	l->result = xstrdup(result);
	if (d->naudits >= AUDIT_KEPT && !d->auditing)
		drop_first(d);
	STAILQ_INSERT_TAIL(&d->audits, l, link);
	d->naudits++;
	send_first(d);
}

void
audit_up(void *arg)
{
	send_first(arg);
}

void
audit_turn(struct daemon *d, const struct now *now)
{
	if (d->audit_again_ns != 0 && now->mono_ns >= d->audit_again_ns) {
		d->audit_again_ns = 0;
		send_first(d);
	}
	audit_head_turn(d->audit_heads, now);
	look(d, now);
}

unsigned
audit_waiting(const struct daemon *d)
{
	return d->naudits;
}

void
audit_clear(struct daemon *d)
{
	if (d->naudits > 0)
		log_warn("%u audit lines are only in this log: the database "
			 "is away",
		    d->naudits);
	while (d->naudits > 0)
		drop_first(d);
	audit_head_close(d->audit_heads);
	d->audit_heads = NULL;
}
