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

#include "daemon/mark.h"
#include "daemon/state.h"
#include "db/load.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/model.h"

#define AUDIT_KEPT 10000 /* then the oldest goes; the log has it */

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

static void send_first(struct daemon *);

static void
on_written(void *arg, const struct db_answer *a)
{
	struct daemon *d = arg;

	d->auditing = false;
	if (a->status == DB_AWAY)
		return; /* audit_up() begins again */
	if (a->status == DB_REFUSED)
		log_error("database refuses an audit line: %s", a->err);
	drop_first(d);
	send_first(d);
}

static void
send_first(struct daemon *d)
{
	struct audit_line *l = STAILQ_FIRST(&d->audits);

	if (l == NULL || d->auditing || !db_is_up(d->admin))
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
}
