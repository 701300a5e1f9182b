/* SPDX-License-Identifier: MIT */
/*
 * flow on any bytes: the states of a context, then behind a line "%" those of
 * another one, @other, which also leads back.  Each byte may be anything.
 * What is accepted must be whole, must survive its channel variables, and a
 * call in it must end whatever is pressed.  The same bytes as NAME=VALUE lines
 * are taken as variables.
 */
#include <assert.h>
#include <string.h>

#include "shared/buf.h"
#include "shared/flow.h"
#include "shared/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static const struct m_context *
context(void *arg, const char *name)
{
	const struct m_context *c = arg;

	return strcmp(name, c[0].name) == 0   ? &c[0]
	       : strcmp(name, c[1].name) == 0 ? &c[1]
					      : NULL;
}

static const struct m_amd_profile *
amd(void *arg, const char *name)
{
	static const struct m_amd_profile p = { .name = "quick" };

	(void)arg;
	return strcmp(name, p.name) == 0 ? &p : NULL;
}

static void
inside(const struct flow *f, int to)
{
	assert(to >= FLOW_REPEAT && to < f->n);
}

static void
whole(const struct flow *f)
{
	assert(f->n >= 1 && f->n <= FLOW_STATES);
	for (int i = 0; i < f->n; i++) {
		const struct flow_state *s = &f->s[i];

		assert((unsigned)s->kind < FLOW_NKIND && s->name[0] != '\0');
		assert(strlen(s->name) < FLOW_NAME && s->context[0] != '\0');
		assert(s->nwords >= 0 && s->nwords <= FLOW_WORDS);
		for (int e = 0; e < FLOW_NEDGE; e++) {
			inside(f, s->edge[e]);
			assert(s->edge[e] != FLOW_UNSET || e == FLOW_INVALID);
		}
		for (size_t k = 0; k < nitems(s->key); k++)
			inside(f, s->key[k]);
		for (int k = 0; k < s->nwords; k++)
			inside(f, s->word[k].to);
	}
}

static void
count(void *arg, const char *name, const char *value)
{
	size_t *n = arg;

	assert(*value != '\0' && strlen(name) < 32);
	for (; *value != '\0'; value++)
		assert(*value > ' ' && *value <= '~');
	++*n;
}

static void
back(void *arg, const char *name, const char *value)
{
	assert(flow_var(arg, name, strlen(name), value, strlen(value)));
}

static void
travels(const struct flow *f)
{
	static struct flow x, y;
	size_t n = 0;

	flow_vars(f, count, &n);
	assert(n <= FLOW_VARS);
	flow_vars_begin(&y);
	flow_vars(f, back, &y);
	flow_vars_end(&y);
	x = *f;
	memset(x.context, 0, sizeof(x.context));
	x.version = 0;
	for (int i = 0; i < x.n; i++)
		memset(x.s[i].context, 0, sizeof(x.s[i].context));
	assert(memcmp(&x, &y, sizeof(x)) == 0);
}

/* What happens is drawn from the bytes. */
static void
call(const struct flow *f, const uint8_t *p, size_t n)
{
	static const char keys[] = FLOW_KEYS "#";
	struct flow_walk w;
	enum flow_heard heard;
	enum flow_step step = flow_start(&w, f);
	bool out;
	int i = 0;

	for (; step != FLOW_ENDED; i++) {
		uint8_t c = p[(size_t)i % n];

		assert(w.at >= 0 && w.at < f->n && w.steps <= FLOW_STEPS);
		assert(w.tries >= 0 && w.repeats >= 0);
		assert(i < FLOW_STEPS * 10000);
		if (c & 1)
			step = flow_key(&w, keys[c / 2 % 12], &heard);
		else if (c & 2 && f->s[w.at].nwords > 0)
			step = flow_word(&w,
			    f->s[w.at].word[c / 4 % f->s[w.at].nwords].word,
			    &heard);
		else if (c & 4)
			step = flow_silence(&w, &out);
		else
			step = flow_take(
			    &w, (enum flow_edge)(c / 8 % (FLOW_NEDGE)));
	}
	assert(w.at == FLOW_END && w.steps <= FLOW_STEPS);
}

static void
variables(const char *text, const uint8_t *p, size_t n)
{
	static struct flow f;

	flow_vars_begin(&f);
	while (*text != '\0') {
		size_t len = strcspn(text, "\n"), name;

		name = strcspn(text, "=");
		if (name < len)
			flow_var(
			    &f, text, name, text + name + 1, len - name - 1);
		text += len + (text[len] == '\n');
	}
	flow_vars_end(&f);
	if (f.n > 0) {
		str_copy(f.s[0].context, sizeof(f.s[0].context), "own");
		call(&f, p, n);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct m_context c[2];
	struct flow_world world = { context, amd, c };
	struct buf b = BUF_INIT, err = BUF_INIT;
	char *other;
	struct flow *f;

	if (len == 0)
		return 0;
	buf_put(&b, data, len);
	buf_cstr(&b);
	variables(b.p, data, len);
	memset(c, 0, sizeof(c));
	str_copy(c[0].name, sizeof(c[0].name), "own");
	str_copy(c[1].name, sizeof(c[1].name), "other");
	other = strstr(b.p, "\n%\n");
	if (other != NULL) {
		*other = '\0';
		str_copy(c[1].states, sizeof(c[1].states), other + 3);
	} else
		str_copy(c[1].states, sizeof(c[1].states), "o menu 1>@own");
	str_copy(c[0].states, sizeof(c[0].states), b.p);
	for (int i = 0; i < 2 && c[0].states[0] != '\0'; i++) {
		f = flow_new(&c[0], i == 0 ? &world : NULL, &err);
		assert((f == NULL) == (err.len > 0));
		if (f != NULL) {
			whole(f);
			travels(f);
			call(f, data, len);
		}
		for (size_t k = 0; k < err.len; k++)
			assert(err.p[k] >= ' ' && err.p[k] <= '~');
		buf_reset(&err);
		flow_free(f);
	}
	buf_clear(&b);
	buf_clear(&err);
	return 0;
}
