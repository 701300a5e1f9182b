/* SPDX-License-Identifier: MIT */
/*
 * prompts: rounds of questions, a few at a time to each switch, and a table
 * of what was answered.
 */
#include "daemon/prompts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "daemon/state.h"
#include "shared/log.h"
#include "shared/text.h"

#define TICK_MS   50
#define AT_ONCE   20 /* calls to one switch at a time */
#define KNOWN_MAX 4096
#define RECENT    512 /* ids whose late events are swallowed */
#define LATE_NS   (60 * NS_PER_S) /* and for so long */
#define CHECK     "discador-check"
#define CHANNEL   "Local/hold@" CHECK "/n"
#define OUR_DIALPLAN                                                           \
	"is its extensions_discador.conf the present one? (contrib/asterisk)"

struct known {
	unsigned sw;
	char name[128];
	enum prompts_state state;
	int64_t mono_ns;
};

struct prompts {
	struct known *known;
	size_t nknown;
	struct rng rng;
	char recent[RECENT][UUID_LEN + 1];
	size_t nrecent;
	int64_t last_ns; /* the last question was sent then */
	struct prompts_round *rounds;
};

struct question {
	struct prompts_answer a;
	char id[UUID_LEN + 1]; /* "" not sent */
	int64_t sent_ns;
	bool done;
};

struct prompts_round {
	struct prompts_round *next;
	struct daemon *d;
	prompts_done *fn;
	void *arg;
	struct question *q;
	size_t n;
	struct event *ev; /* NULL: not begun */
	int64_t until_ns; /* nothing is asked after that */
};

static struct prompts *
prompts_of(struct daemon *d)
{
	uint64_t seed = 0;

	if (d->prompts != NULL)
		return d->prompts;
	d->prompts = xcalloc(1, sizeof(*d->prompts));
	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		seed = (uint64_t)now_read().mono_ns;
	rng_seed(&d->prompts->rng, seed);
	return d->prompts;
}

/* ---- what is known ---------------------------------------------------- */

static struct known *
find(const struct daemon *d, unsigned sw, const char *name)
{
	for (size_t i = 0; d->prompts != NULL && i < d->prompts->nknown; i++)
		if (d->prompts->known[i].sw == sw &&
		    strcmp(d->prompts->known[i].name, name) == 0)
			return &d->prompts->known[i];
	return NULL;
}

enum prompts_state
prompts_known(const struct daemon *d, unsigned sw, const char *name)
{
	const struct known *k = find(d, sw, name);

	return k != NULL ? k->state : PROMPTS_UNKNOWN;
}

static void
learn(struct daemon *d, const struct prompts_answer *a)
{
	struct prompts *p = prompts_of(d);
	struct known *k = find(d, a->sw, a->name);

	if (k == NULL && p->nknown == KNOWN_MAX)
		return;
	if (k == NULL) {
		p->known =
		    xreallocarray(p->known, p->nknown + 1, sizeof(*p->known));
		k = &p->known[p->nknown++];
		k->sw = a->sw;
		str_copy(k->name, sizeof(k->name), a->name);
	}
	k->state = a->state;
	k->mono_ns = now_read().mono_ns;
}

void
prompts_forget(struct daemon *d)
{
	if (d->prompts != NULL)
		d->prompts->nknown = 0;
}

/* ---- campaigns -------------------------------------------------------- */

/* Names of the switches where it is so, into a text; how many. */
static unsigned
where(const struct daemon *d, const struct engine_sounds *s, const char *name,
    enum prompts_state state, char *out, size_t size)
{
	unsigned n = 0;
	size_t len = 0;

	*out = '\0';
	for (unsigned i = 0; i < d->nsw && i < ENGINE_SOUND_SWITCHES; i++)
		if (s->on[i] && prompts_known(d, i, name) == state) {
			str_format(out + len, size - len, "%s%s",
			    n > 0 ? ", " : "", d->conf.switches[i].name);
			len = strlen(out);
			n++;
		}
	return n;
}

/* What is missing, and what to do: a sentence. */
static void
say_missing(struct buf *b, const char *name, const char *context,
    const char *switches, bool mend)
{
	if (strcmp(name, PROMPTS_SPEECH) == 0) {
		buf_fmt(b, PROMPTS_NO_SPEECH, context, switches);
		return;
	}
	buf_fmt(b, "the sound %s of context %s is missing on switch %s", name,
	    context, switches);
	if (mend)
		buf_fmt(b,
		    ": discador prompt install %s puts it there, discador "
		    "prompt check looks again",
		    name);
}

static void
say_unknown(
    struct buf *b, const char *name, const char *context, const char *switches)
{
	if (strcmp(name, PROMPTS_SPEECH) == 0)
		buf_fmt(b,
		    "context %s wants spoken answers and it is not known "
		    "whether switch %s has a speech engine",
		    context, switches);
	else
		buf_fmt(b,
		    "it is not known whether the sound %s of context %s is on "
		    "switch %s",
		    name, context, switches);
}

bool
prompts_against(const struct daemon *d, const char *campaign, struct buf *text)
{
	struct engine_sounds *s = xcalloc(1, sizeof(*s));
	struct buf part = BUF_INIT, unsure = BUF_INIT;
	char gone[200], there[200], dark[200];
	bool against = false;

	engine_sounds(d->engine, campaign, s);
	for (size_t i = 0; !against && i < s->n; i++) {
		const char *name = s->v[i].name, *of = s->v[i].context;
		unsigned missing =
		    where(d, s, name, PROMPTS_MISSING, gone, sizeof(gone));
		unsigned present =
		    where(d, s, name, PROMPTS_PRESENT, there, sizeof(there));
		unsigned unknown =
		    where(d, s, name, PROMPTS_UNKNOWN, dark, sizeof(dark));

		against = missing > 0 && present + unknown == 0;
		if (against)
			say_missing(text, name, of, gone, true);
		else if (missing > 0 && part.len == 0)
			say_missing(&part, name, of, gone, false);
		else if (unknown > 0 && unsure.len == 0)
			say_unknown(&unsure, name, of, dark);
	}
	if (!against)
		buf_str(text, buf_cstr(part.len > 0 ? &part : &unsure));
	buf_clear(&part);
	buf_clear(&unsure);
	free(s);
	return against;
}

bool
prompts_ask_campaign(struct prompts_round *r, const char *campaign)
{
	struct engine_sounds *s = xcalloc(1, sizeof(*s));
	size_t before = r->n;

	engine_sounds(r->d->engine, campaign, s);
	for (size_t i = 0; i < s->n; i++)
		for (unsigned k = 0; k < r->d->nsw && k < ENGINE_SOUND_SWITCHES;
		     k++)
			if (s->on[k])
				prompts_ask(r, k, s->v[i].name, false);
	free(s);
	return r->n > before;
}

/* ---- one question ----------------------------------------------------- */

static void
unknown(struct question *q, const char *why)
{
	q->done = true;
	q->a.state = PROMPTS_UNKNOWN;
	text_clean(q->a.why, sizeof(q->a.why), why);
}

static void
answered(struct daemon *d, struct question *q, bool present)
{
	q->done = true;
	q->a.state = present ? PROMPTS_PRESENT : PROMPTS_MISSING;
	learn(d, &q->a);
}

static void
send_question(struct daemon *d, struct question *q, const struct now *now)
{
	struct prompts *p = prompts_of(d);
	/* A dialplan that cannot ask for it finds no such sound. */
	const char *vars[3][2] = { { "DSC_CALL", q->id },
		{ "DSC_PROMPT", q->a.name }, { "DSC_CHECK", "speech" } };
	bool speech = strcmp(q->a.name, PROMPTS_SPEECH) == 0;
	struct sw_originate o = { .id = q->id,
		.channel = CHANNEL,
		.caller_id = "",
		.context = CHECK,
		.exten = "s",
		.timeout_s = PROMPTS_WAIT_S,
		.vars = (const char *const(*)[2])vars,
		.nvars = nitems(vars) - !speech };
	struct uuid id = uuid_make(&p->rng, now->wall_ms);
	const char *why = "";

	if (d->sw[q->a.sw] == NULL || !sw_is_up(d->sw[q->a.sw])) {
		unknown(q, "it is not connected");
		return;
	}
	uuid_text(&id, q->id);
	q->sent_ns = now->mono_ns;
	if (!sw_originate(d->sw[q->a.sw], &o, &why)) {
		unknown(q, why);
		return;
	}
	sw_flush(d->sw[q->a.sw]);
	p->last_ns = now->mono_ns;
	memcpy(p->recent[p->nrecent++ % RECENT], q->id, sizeof(q->id));
}

static struct question *
asked(struct daemon *d, const char *id)
{
	for (struct prompts_round *r = d->prompts->rounds; r != NULL;
	     r = r->next)
		for (size_t i = 0; i < r->n; i++)
			if (!r->q[i].done && strcmp(r->q[i].id, id) == 0)
				return &r->q[i];
	return NULL;
}

bool
prompts_event(struct daemon *d, const struct sw_event *s)
{
	struct question *q;
	size_t i = 0;
	char why[120];

	/* of every event of every call: nothing to look for costs nothing */
	if (d->prompts == NULL || s->id == NULL ||
	    (d->prompts->rounds == NULL &&
		s->mono_ns - d->prompts->last_ns > LATE_NS))
		return false;
	while (i < RECENT && strcmp(d->prompts->recent[i], s->id) != 0)
		i++;
	if (i == RECENT)
		return false;
	if ((q = asked(d, s->id)) == NULL)
		return true;
	if (s->type == SW_STAGE && s->stage == STAGE_OTHER && s->text != NULL) {
		if (strcmp(s->text, "present") == 0)
			answered(d, q, true);
		else if (strcmp(s->text, "missing") == 0)
			answered(d, q, false);
	} else if (s->type == SW_REFUSED) {
		str_format(why, sizeof(why), "%.40s; " OUR_DIALPLAN,
		    s->text != NULL ? s->text : "refused");
		unknown(q, why);
	} else if (s->type == SW_FAILED || s->type == SW_HANGUP) {
		unknown(q, "the call ended without an answer");
	}
	return true;
}

/* ---- rounds ----------------------------------------------------------- */

struct prompts_round *
prompts_round(struct daemon *d, prompts_done *fn, void *arg)
{
	struct prompts_round *r = xcalloc(1, sizeof(*r));
	struct prompts *p = prompts_of(d);

	r->d = d;
	r->fn = fn;
	r->arg = arg;
	r->next = p->rounds;
	p->rounds = r;
	return r;
}

void
prompts_ask(
    struct prompts_round *r, unsigned sw, const char *name, bool even_if_fresh)
{
	const struct known *k = find(r->d, sw, name);
	struct question *q;

	r->q = xreallocarray(r->q, r->n + 1, sizeof(*r->q));
	q = &r->q[r->n++];
	memset(q, 0, sizeof(*q));
	q->a.sw = sw;
	str_copy(q->a.name, sizeof(q->a.name), name);
	if (!even_if_fresh && k != NULL && k->state == PROMPTS_PRESENT &&
	    now_read().mono_ns - k->mono_ns < PROMPTS_FRESH_S * NS_PER_S) {
		q->a.state = PROMPTS_PRESENT;
		q->done = true;
	}
}

static void
end(struct prompts_round *r, bool stopping)
{
	struct prompts_round **at = &r->d->prompts->rounds;
	struct prompts_answer *v = xcalloc(r->n + 1, sizeof(*v));

	for (size_t i = 0; i < r->n; i++) {
		struct known *k = find(r->d, r->q[i].a.sw, r->q[i].a.name);

		v[i] = r->q[i].a;
		/* It may have come since: an old "missing" stops nobody. */
		if (k != NULL && k->state == PROMPTS_MISSING &&
		    v[i].state == PROMPTS_UNKNOWN)
			k->state = PROMPTS_UNKNOWN;
	}
	while (*at != r)
		at = &(*at)->next;
	*at = r->next;
	if (r->ev != NULL)
		event_free(r->ev);
	r->fn(r->arg, v, r->n, stopping);
	free(v);
	free(r->q);
	free(r);
}

static void
tick(evutil_socket_t fd, short what, void *arg)
{
	struct prompts_round *r = arg;
	struct now now = now_read();
	unsigned busy[CONF_SWITCHES] = { 0 };
	bool over = true;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < r->n; i++) {
		struct question *q = &r->q[i];

		if (!q->done && q->id[0] != '\0' &&
		    now.mono_ns - q->sent_ns > PROMPTS_WAIT_S * NS_PER_S)
			unknown(q, "no answer came; " OUR_DIALPLAN);
		else if (!q->done && q->id[0] == '\0' &&
			 now.mono_ns > r->until_ns)
			unknown(q, "there was no time left to ask");
		if (!q->done && q->id[0] != '\0')
			busy[q->a.sw]++;
	}
	for (size_t i = 0; i < r->n; i++) {
		struct question *q = &r->q[i];

		if (!q->done && q->id[0] == '\0' && busy[q->a.sw] < AT_ONCE) {
			send_question(r->d, q, &now);
			busy[q->a.sw] += !q->done;
		}
		over &= q->done;
	}
	if (over)
		end(r, false);
}

void
prompts_go(struct prompts_round *r, int seconds)
{
	static const struct timeval every = { 0, TICK_MS * 1000 };

	r->until_ns = now_read().mono_ns + seconds * NS_PER_S;
	r->ev = event_new(r->d->base, -1, EV_PERSIST, tick, r);
	event_add(r->ev, &every);
	event_active(r->ev, EV_TIMEOUT, 0);
}

void
prompts_free(struct daemon *d)
{
	if (d->prompts == NULL)
		return;
	while (d->prompts->rounds != NULL)
		end(d->prompts->rounds, true);
	free(d->prompts->known);
	free(d->prompts);
	d->prompts = NULL;
}
