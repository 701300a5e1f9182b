/* SPDX-License-Identifier: MIT */
/*
 * cdr: reads what the switch has recorded and hands it to the engine and to
 * the journal.  Refuses to write to the tables itself: an outcome has one way
 * into them.
 */
#include "daemon/cdr.h"

#include <string.h>

#include "daemon/state.h"
#include "shared/log.h"

#define ASK_NS  (10 * NS_PER_S)
#define MORE_NS (1 * NS_PER_S) /* the answer was full: there is more */
/* Nothing else than a ringing that nobody answers takes so long. */
#define RANG_S 5.0
/* Of what the dialplan wrote; its answers are at most 200 bytes. */
#define WORD_BYTES 256

/* ---- what a record says ----------------------------------------------- */

static int
number_of(const char *s, int lo, int hi, int none)
{
	int64_t v;

	return str_int64(s, lo, hi, &v) ? (int)v : none;
}

/* A word of our dialplan or of Asterisk; what has other bytes is neither. */
static void
word_of(char *dst, size_t size, const char *s)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	if (s[strspn(s, good)] != '\0' || !str_copy(dst, size, s))
		dst[0] = '\0';
}

static bool
answer_part(char *dst, size_t size, const char *s, size_t n)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_*";

	return n > 0 && strspn(s, good) >= n &&
	       str_format(dst, size, "%.*s", (int)n, s);
}

/* "q1=4;q2=12"; what is none is passed over. */
static void
answers_of(struct cdr_facts *f, const char *s)
{
	f->nanswers = 0;
	while (*s != '\0') {
		struct call_answer a = { .score = -1, .ms = -1 };
		size_t n = strcspn(s, ";"), q = strcspn(s, "=;"), i;

		if (q < n &&
		    answer_part(a.question, sizeof(a.question), s, q) &&
		    answer_part(
			a.answer, sizeof(a.answer), s + q + 1, n - q - 1)) {
			for (i = 0;
			     i < f->nanswers &&
			     strcmp(f->answers[i].question, a.question) != 0;)
				i++;
			if (i < nitems(f->answers)) {
				f->answers[i] = a;
				f->nanswers = MAXIMUM(f->nanswers, i + 1);
			}
		}
		s += n + (s[n] == ';');
	}
}

static void
fact(struct cdr_facts *f, const char *name, const char *value)
{
	if (strcmp(name, "res") == 0) {
		f->summed = true;
		word_of(f->res, sizeof(f->res), value);
	} else if (strcmp(name, "key") == 0)
		f->key = value[0] != '\0' && value[1] == '\0' &&
				 strchr("0123456789*#", value[0]) != NULL
			     ? value[0]
			     : '\0';
	else if (strcmp(name, "cause") == 0)
		f->cause = number_of(value, 0, 127, -1);
	else if (strcmp(name, "sip") == 0)
		f->sip_code = number_of(value, 100, 699, 0);
	else if (strcmp(name, "amd") == 0)
		word_of(f->amd, sizeof(f->amd), value);
	else if (strcmp(name, "amdcause") == 0)
		word_of(f->amd_cause, sizeof(f->amd_cause), value);
	else if (strcmp(name, "ans") == 0)
		answers_of(f, value);
}

void
cdr_facts(const char *s, struct cdr_facts *f)
{
	char word[WORD_BYTES];

	*f = (struct cdr_facts){ .cause = -1 };
	while (*(s += strspn(s, " ")) != '\0') {
		size_t n = strcspn(s, " ");
		char *value;

		if (n < sizeof(word)) {
			memcpy(word, s, n);
			word[n] = '\0';
			value = strchr(word, '=');
			if (value != NULL) {
				*value++ = '\0';
				fact(f, word, value);
			}
		}
		s += n;
	}
}

/*
 * Without the hangup handler on the trunk there is no cause; Asterisk's word
 * has to do.  A ringing that was given up is NO ANSWER or FAILED, as the race
 * of two threads in Asterisk has it.
 */
static void
unanswered(
    const struct cdr_lost *l, const struct cdr_facts *f, struct outcome *o)
{
	bool rang = (f->sip_code >= 180 && f->sip_code < 190) ||
		    l->duration_s >= RANG_S ||
		    strcmp(l->disposition, "NO ANSWER") == 0;

	o->sip_code = f->sip_code >= 300 ? f->sip_code : 0;
	if (o->cause > 0)
		return;
	if (strcmp(l->disposition, "BUSY") == 0)
		o->cause = 17;
	else if (strcmp(l->disposition, "CONGESTION") == 0)
		o->cause = 34;
	else
		o->timed_out = rang;
}

void
cdr_outcome(
    const struct cdr_lost *l, const struct cdr_facts *f, struct outcome *o)
{
	*o = (struct outcome){ .cause = f->cause };
	o->optout = strcmp(f->res, "optout") == 0;
	o->connected = strcmp(f->res, "connected") == 0;
	o->goal = strcmp(f->res, "goal") == 0;
	o->transferring = o->connected || strcmp(f->res, "connect") == 0;
	o->machine = strcmp(f->res, "machine") == 0;
	o->answered = l->answered || f->res[0] != '\0';
	if (!o->answered)
		unanswered(l, f, o);
	else if (f->sip_code >= 200)
		o->sip_code = f->sip_code;
}

/* ---- settling --------------------------------------------------------- */

/* Settled already, and the database has not been told yet. */
static bool
settled(const struct cdr_state *s, const struct uuid *id)
{
	for (size_t i = 0; i < s->nlast; i++)
		if (uuid_equal(&s->last[i], id))
			return true;
	return false;
}

static enum disposition
settle(struct daemon *d, const struct cdr_lost *l, struct buf *lines,
    const struct now *now)
{
	struct cdr_facts f;
	struct engine_record r;
	struct engine_cdr c = { .id = l->id,
		.campaign_id = l->campaign_id,
		.attempt = l->attempt };
	struct calls_record rec;

	cdr_facts(l->facts, &f);
	cdr_outcome(l, &f, &c.o);
	/* The switch's clock may differ: nothing ends before it begins. */
	if (c.o.answered)
		c.answered_ms = MAXIMUM(l->answered_ms, l->armed_ms);
	c.ended_ms = l->ended_ms > 0 ? MAXIMUM(l->ended_ms,
					   MAXIMUM(c.answered_ms, l->armed_ms))
				     : now->wall_ms;
	rec = (struct calls_record){ .id = l->id,
		.armed_ms = l->armed_ms,
		.state = CALL_ENDED,
		.disposition = engine_resolve(d->engine, &c, &r, now),
		.cause = c.o.cause,
		.sip_code = c.o.sip_code > 0 ? c.o.sip_code : -1,
		.answered_ms = c.answered_ms,
		.ended_ms = c.ended_ms,
		.key = f.key,
		.amd = f.amd[0] != '\0' ? f.amd : NULL,
		.amd_cause = f.amd_cause[0] != '\0' ? f.amd_cause : NULL,
		.note = "settled by the switch's record",
		.setup_ms = -1,
		.amd_ms = -1,
		.key_ms = -1,
		.answers = f.answers,
		.nanswers = f.nanswers,
		.optout = r.optout,
		.contact_state = r.contact_state,
		.due_ms = r.due_ms,
		.uncounted = r.uncounted,
		.shift = r.shift,
		.contact_id = l->contact_id };
	calls_record_json(lines, &rec);
	return rec.disposition;
}

static void
report(size_t n, const size_t by[DISP_NKIND])
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < DISP_NKIND; i++)
		if (by[i] > 0)
			buf_fmt(&b, "%s %zu %s", b.len > 0 ? "," : "", by[i],
			    disposition_word((enum disposition)i));
	log_info("%zu lost call%s settled by the switch's records:%s", n,
	    n == 1 ? "" : "s", buf_cstr(&b));
	buf_clear(&b);
}

static void
on_lost(void *arg, enum db_status status, const char *err,
    const struct cdr_lost *v, size_t n)
{
	struct daemon *d = arg;
	struct cdr_state *s = &d->cdr;
	struct buf lines = BUF_INIT;
	size_t by[DISP_NKIND] = { 0 }, done = 0;
	struct now now = now_read();

	s->asked = false;
	if (status == DB_REFUSED)
		log_error("database refuses to tell of lost calls: %s", err);
	if (status != DB_OK)
		return;
	for (size_t i = 0; i < n; i++) {
		if (settled(s, &v[i].id))
			continue;
		by[settle(d, &v[i], &lines, &now)]++;
		done++;
	}
	s->nlast = MINIMUM(n, nitems(s->last));
	for (size_t i = 0; i < s->nlast; i++)
		s->last[i] = v[i].id;
	if (n >= CDR_LOST_MAX)
		s->ask_ns = now.mono_ns + MORE_NS;
	if (done == 0)
		return;
	if (!spool_append(d->spool, lines.p, lines.len))
		engine_spool(d->engine, false, spool_unconfirmed(d->spool));
	buf_clear(&lines);
	report(done, by);
}

void
cdr_turn(struct daemon *d, const struct now *now)
{
	struct cdr_state *s = &d->cdr;

	if (s->asked || d->stopping || now->mono_ns < s->ask_ns)
		return;
	s->asked = true;
	s->ask_ns = now->mono_ns + ASK_NS;
	cdr_lost(d->admin, d->conf.node, on_lost, d);
}
