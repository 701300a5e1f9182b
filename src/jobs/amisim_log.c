/* SPDX-License-Identifier: MIT */
/*
 * amisim_log: the truth and the outcomes.  One write(2) per turn and file, no
 * stdio buffer that a kill could empty into nothing.
 */
#include "jobs/amisim_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/queue.h>
#include <unistd.h>

#include "shared/buf.h"
#include "shared/log.h"

#define READERS 4 /* connections asked whether they got a Hangup */

struct amisim_outcome {
	TAILQ_ENTRY(amisim_outcome) link;
	char row[512];
	bool queued; /* where to: below; until then it waits */
	bool reported;
	int n;
	struct {
		uint64_t conn, upto; /* amisim_conn.id, .queued */
	} to[READERS];
};
TAILQ_HEAD(outcome_list, amisim_outcome);

struct amisim_log {
	int truth_fd, outcome_fd;
	struct buf truth, outcomes;
	struct outcome_list waiting, spare;
};

static int
open_append(const char *file)
{
	return open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
}

struct amisim_log *
amisim_log_new(const char *truth, const char *outcomes)
{
	struct amisim_log *l = xcalloc(1, sizeof(*l));

	TAILQ_INIT(&l->waiting);
	TAILQ_INIT(&l->spare);
	l->truth_fd = truth != NULL ? open_append(truth) : -1;
	l->outcome_fd = outcomes != NULL ? open_append(outcomes) : -1;
	if ((truth != NULL && l->truth_fd < 0) ||
	    (outcomes != NULL && l->outcome_fd < 0)) {
		int saved = errno;

		amisim_log_free(l);
		errno = saved;
		return NULL;
	}
	return l;
}

static void
write_all(int fd, struct buf *b)
{
	size_t off = 0;

	while (off < b->len) {
		ssize_t w = write(fd, b->p + off, b->len - off);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			log_error(
			    "amisim: record not written: %s", strerror(errno));
			break;
		}
		off += (size_t)w;
	}
	buf_reset(b);
}

static void
release(struct amisim_log *l, struct amisim_outcome *o)
{
	buf_str(&l->outcomes, o->row);
	buf_str(&l->outcomes, o->reported ? ",1\n" : ",0\n");
	TAILQ_REMOVE(&l->waiting, o, link);
	TAILQ_INSERT_HEAD(&l->spare, o, link);
}

void
amisim_log_free(struct amisim_log *l)
{
	struct amisim_outcome *o;

	if (l == NULL)
		return;
	amisim_log_write_truth(l);
	while ((o = TAILQ_FIRST(&l->waiting)) != NULL)
		release(l, o);
	write_all(l->outcome_fd, &l->outcomes);
	while ((o = TAILQ_FIRST(&l->spare)) != NULL) {
		TAILQ_REMOVE(&l->spare, o, link);
		free(o);
	}
	if (l->truth_fd >= 0)
		close(l->truth_fd);
	if (l->outcome_fd >= 0)
		close(l->outcome_fd);
	buf_clear(&l->truth);
	buf_clear(&l->outcomes);
	free(l);
}

static void
put_int(struct buf *b, int64_t v)
{
	char digits[24], *p = digits + sizeof(digits);
	bool negative = v < 0;
	uint64_t u = negative ? -(uint64_t)v : (uint64_t)v;

	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) > 0);
	if (negative)
		*--p = '-';
	buf_put(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
amisim_log_truth(struct amisim_log *l, const char *id, const char *number,
    const char *caller_id, int64_t read_ns)
{
	if (l->truth_fd < 0)
		return;
	buf_str(&l->truth, id);
	buf_byte(&l->truth, ',');
	buf_str(&l->truth, number);
	buf_byte(&l->truth, ',');
	buf_str(&l->truth, caller_id);
	buf_byte(&l->truth, ',');
	put_int(&l->truth, read_ns);
	buf_byte(&l->truth, '\n');
}

struct amisim_outcome *
amisim_log_ended(struct amisim_log *l, const struct amisim_ended *e)
{
	struct amisim_outcome *o = TAILQ_FIRST(&l->spare);
	char key[2] = { e->key, '\0' };

	if (l->outcome_fd < 0)
		return NULL;
	if (o != NULL)
		TAILQ_REMOVE(&l->spare, o, link);
	else
		o = xmalloc(sizeof(*o));
	o->queued = o->reported = false;
	o->n = 0;
	str_format(o->row, sizeof(o->row), "%s,%s,%s,%s,%d,%d,%s,%lld", e->id,
	    e->number, e->caller_id, disposition_word(e->truth), e->cause,
	    e->answered, key, (long long)e->end_ns);
	TAILQ_INSERT_TAIL(&l->waiting, o, link);
	return o;
}

void
amisim_log_queued(
    struct amisim_log *l, struct amisim_outcome *o, struct amisim_net *net)
{
	struct amisim_conn *c;

	if (o == NULL)
		return;
	for (size_t i = 0; (c = amisim_conn_at(net, i)) != NULL; i++)
		if (c->fd >= 0 && (c->classes & AMISIM_CALL) != 0 &&
		    o->n < READERS) {
			o->to[o->n].conn = c->id;
			o->to[o->n++].upto = c->queued;
		}
	o->queued = true;
	if (o->n == 0)
		release(l, o);
}

void
amisim_log_lost(struct amisim_log *l, struct amisim_outcome *o)
{
	if (o != NULL)
		release(l, o);
}

void
amisim_log_write_truth(struct amisim_log *l)
{
	if (l->truth.len > 0)
		write_all(l->truth_fd, &l->truth);
}

/* Written to one of its readers, or all of them gone: decided. */
static bool
decide(struct amisim_outcome *o, struct amisim_net *net)
{
	bool pending = false;

	for (int i = 0; i < o->n && !o->reported; i++) {
		struct amisim_conn *c = amisim_conn_find(net, o->to[i].conn);

		if (c == NULL)
			continue;
		if (c->written >= o->to[i].upto)
			o->reported = true;
		else
			pending = true;
	}
	return o->reported || !pending;
}

void
amisim_log_settle(struct amisim_log *l, struct amisim_net *net)
{
	struct amisim_outcome *o, *next;

	for (o = TAILQ_FIRST(&l->waiting); o != NULL; o = next) {
		next = TAILQ_NEXT(o, link);
		if (o->queued && decide(o, net))
			release(l, o);
	}
	if (l->outcomes.len > 0)
		write_all(l->outcome_fd, &l->outcomes);
}
