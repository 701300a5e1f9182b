/* SPDX-License-Identifier: MIT */
/* context_rows: from objects and the board to rows.  Asks nobody. */
#include "ui/context_rows.h"

#include <string.h>

#include "shared/scope.h"
#include "shared/spec.h"
#include "shared/util.h"

/* ---- flows ------------------------------------------------------------ */

/* Rows are many and contexts large: those a flow comes by are read for it. */
struct made {
	struct made *next;
	struct m_context m;
};
struct world {
	const struct context_row *rows;
	size_t n;
	struct made *made;
};

static const struct m_context *
world_read(struct world *w, const struct context_row *r)
{
	struct made *k = xcalloc(1, sizeof(*k));

	spec_context(r->object, &k->m);
	k->m.version = r->version;
	k->next = w->made;
	w->made = k;
	return &k->m;
}

static void
world_clear(struct world *w)
{
	for (struct made *k = w->made, *next; k != NULL; k = next) {
		next = k->next;
		free(k);
	}
	w->made = NULL;
}

static const struct m_context *
world_context(void *arg, const char *name)
{
	struct world *w = arg;

	for (size_t i = 0; i < w->n; i++)
		if (w->rows[i].good && strcmp(w->rows[i].name, name) == 0)
			return world_read(w, &w->rows[i]);
	return NULL;
}

/* Whether there is such a profile is the engine's to say. */
static const struct m_amd_profile *
world_amd(void *arg, const char *name)
{
	static const struct m_amd_profile any;

	(void)arg, (void)name;
	return &any;
}

/* Err says why there is none. */
static struct flow *
flow_of(const struct context_row *r, struct world *w, struct buf *err)
{
	const struct flow_world world = { world_context, world_amd, w };
	const struct m_context *m = world_read(w, r);
	struct flow *f = flow_new(m, &world, err);

	if (f == NULL && scope_on()) {
		/* it leads to contexts that this viewer does not see */
		f = flow_new(m, NULL, NULL);
		if (f != NULL)
			buf_reset(err);
	}
	world_clear(w);
	return f;
}

/* That of a menu, else of whatever else asks. */
static void
put_key(char out[2], const struct flow *f, enum flow_kind kind)
{
	out[0] = flow_key_to(f, kind);
	out[1] = '\0';
	for (int i = 0; i < f->n && out[0] == '\0'; i++)
		for (size_t k = 0; k < nitems(f->s[i].key); k++) {
			int to = f->s[i].key[k];

			if (kind == FLOW_NKIND
				? to == FLOW_REPEAT
				: to >= 0 && f->s[to].kind == kind) {
				out[0] = FLOW_KEYS[k];
				break;
			}
		}
}

static void
take_destination(struct context_row *r, const struct flow_state *s, int at)
{
	for (int i = 0; i < at; i++)
		if (s[i].kind == FLOW_CONNECT &&
		    strcmp(s[i].dest, s[at].dest) == 0)
			return;
	if (r->destinations++ > 0)
		return;
	str_copy(r->destination, sizeof(r->destination), s[at].dest);
	r->ring_s = s[at].ring_s;
}

/* As the option on_machine has it. */
static const char *
machine_word(const struct flow *f, int to)
{
	enum flow_kind k = to >= 0 ? f->s[to].kind : FLOW_HANGUP;

	return k == FLOW_HANGUP      ? "hangup"
	       : k == FLOW_VOICEMAIL ? "message"
	       : k == FLOW_CONNECT   ? "connect"
				     : "prompt";
}

static void
take_facts(struct context_row *r, const struct flow *f)
{
	put_key(r->connect, f, FLOW_CONNECT);
	put_key(r->optout, f, FLOW_OPTOUT);
	put_key(r->repeat, f, FLOW_NKIND);
	for (int i = 0; i < f->n; i++) {
		const struct flow_state *s = &f->s[i];

		if (r->prompt[0] == '\0' && s->kind != FLOW_OPTOUT &&
		    s->kind != FLOW_HANGUP && s->kind != FLOW_VOICEMAIL &&
		    (s->kind != FLOW_CONNECT || r->nstates > 0))
			str_copy(r->prompt, sizeof(r->prompt), s->prompt);
		if (r->timeout_s == 0 && s->timeout_s > 0) {
			r->timeout_s = s->timeout_s;
			r->retries = s->retries;
		}
		r->asks = r->asks || s->kind == FLOW_QUESTION ||
			  s->kind == FLOW_SPEECH;
		if (s->kind == FLOW_CONNECT)
			take_destination(r, f->s, i);
		if (s->kind == FLOW_DETECT && !r->amd) {
			r->amd = true;
			str_copy(r->on_machine, sizeof(r->on_machine),
			    machine_word(f, s->edge[FLOW_MACHINE]));
		}
	}
}

/* ---- rows ------------------------------------------------------------- */

static void
row_make(struct context_row *r, const json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "name"));
	const json_t *v = json_object_get(o, "version");
	struct m_context m = { .name = "" };

	memset(r, 0, sizeof(*r));
	r->object = o;
	str_copy(r->name, sizeof(r->name), name != NULL ? name : "?");
	r->good = spec_context(o, &m);
	str_copy(r->country, sizeof(r->country), m.country);
	r->version = json_integer_value(v);
	if (r->good)
		r->nstates = json_array_size(json_object_get(o, "states"));
}

static void
row_flow(struct context_row *r, struct world *w)
{
	struct buf err = BUF_INIT;
	struct flow *f = r->good ? flow_of(r, w, &err) : NULL;

	r->sane = f != NULL;
	if (f != NULL)
		take_facts(r, f);
	r->nproblems = context_check(r->object, f, buf_cstr(&err), r->problem);
	flow_free(f);
	while (r->nerrors < r->nproblems && r->problem[r->nerrors].error)
		r->nerrors++;
	buf_clear(&err);
}

static void
add_user(struct context_row *r, const char *name)
{
	size_t n = strlen(r->used);

	r->users++;
	str_format(
	    r->used + n, sizeof(r->used) - n, "%s%s", n > 0 ? ", " : "", name);
}

static void
row_users(struct context_row *r, const struct board *b)
{
	r->users = 0;
	r->used[0] = '\0';
	for (uint32_t i = 0; i < b->ncountries && i < BOARD_COUNTRIES; i++)
		if (strcmp(b->countries[i].context, r->name) == 0)
			add_user(r, b->countries[i].name);
	for (uint32_t i = 0; i < b->ncampaigns && i < BOARD_CAMPAIGNS; i++)
		if (strcmp(b->campaigns[i].context, r->name) == 0)
			add_user(r, b->campaigns[i].name);
}

void
context_rows_users(struct context_row *rows, size_t n, const struct board *b)
{
	for (size_t i = 0; i < n; i++)
		row_users(&rows[i], b);
}

void
context_rows_keys(struct context_row *rows, size_t n,
    const struct row_key *keys, size_t nkeys)
{
	for (size_t i = 0; i < n; i++)
		rows[i].bad_key[0] = '\0';
	for (size_t k = 0; k < nkeys; k++) {
		/* few are warned of */
		if (keys[k].country[0] == '\0' || keys[k].advice[0] == '\0')
			continue;
		for (size_t i = 0; i < n; i++)
			if (strcmp(rows[i].name, keys[k].context) == 0)
				str_copy(rows[i].bad_key,
				    sizeof(rows[i].bad_key), keys[k].key);
	}
}

struct context_row *
context_rows(const json_t *doc, const struct board *b, size_t *n)
{
	struct context_row *rows;
	struct world w;
	size_t i;
	json_t *o;

	*n = json_array_size(doc);
	rows = xcalloc(*n + 1, sizeof(*rows));
	json_array_foreach (doc, i, o) {
		row_make(&rows[i], o);
		row_users(&rows[i], b);
	}
	/* a flow may lead to any of them */
	w = (struct world){ rows, *n, NULL };
	for (i = 0; i < *n; i++)
		row_flow(&rows[i], &w);
	return rows;
}

struct flow *
context_rows_flow(
    const struct context_row *rows, size_t n, const struct context_row *r)
{
	struct world w = { rows, n, NULL };
	struct buf err = BUF_INIT;
	struct flow *f = r->sane ? flow_of(r, &w, &err) : NULL;

	buf_clear(&err);
	return f;
}
