/* SPDX-License-Identifier: MIT */
/*
 * A context as the engine keeps it: its flow as channel variables, each once,
 * the call's own before them; what does not make sense and why; what its
 * detection does to people; and who holds it.
 */
#include "engine/context.h"

#include <stdlib.h>
#include <string.h>

#include "net/ami_action.h"
#include "shared/util.h"
#include "tap.h"

static const struct m_context contexts[] = {
	{ .name = "mexico",
	    .country = "mexico",
	    .connect_key = "3",
	    .disconnect_key = "9",
	    .repeat_key = "0",
	    .menu_timeout = 15,
	    .retries = 2,
	    .prompt = "presione_3_conectar_mx",
	    .prompt_connect = "un_momento",
	    .prompt_goodbye = "adios",
	    .prompt_machine = "mensaje",
	    .destination = "queue:ventas",
	    .ring_timeout = 25,
	    .amd = true,
	    .amd_profile = "strict",
	    .on_human = "prompt",
	    .on_machine = "message",
	    .on_unsure = "prompt",
	    .version = 7 },
	{ .name = "survey",
	    .states = "hello play prompt=hello >find\n"
		      "find detect amd=rough human>q1 machine>hangup\n"
		      "q1 question prompt=q1 keys=12345 >thanks t>thanks\n"
		      "thanks hangup prompt=thanks goal=yes",
	    .version = 2 },
	{ .name = "stock",
	    .states = "find detect human>ask\n"
		      "ask menu prompt=ask 1>go t>hangup\n"
		      "go connect dest=queue:sales" },
	{ .name = "broken", .states = "ask menu prompt=ask 1>nowhere" },
	{ .name = "plain",
	    .states = "ask menu prompt=ask 1>@survey 2>bye\n"
		      "bye hangup prompt=bye" },
};
static const struct m_amd_profile profiles[] = {
	{ .name = "strict",
	    .total_analysis_time = 3000,
	    .false_positive = 0.04 },
	{ .name = "rough",
	    .total_analysis_time = 5000,
	    .false_positive = 0.08 },
	{ .name = "unused", .false_positive = 0.5 },
};

static const struct m_context *
find_context(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < nitems(contexts); i++)
		if (strcmp(contexts[i].name, name) == 0)
			return &contexts[i];
	return NULL;
}

static const struct m_amd_profile *
find_amd(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < nitems(profiles); i++)
		if (strcmp(profiles[i].name, name) == 0)
			return &profiles[i];
	return NULL;
}

static const struct flow_world world = { find_context, find_amd, NULL };

static struct context *
make(const char *name)
{
	return context_new(find_context(NULL, name), &world);
}

static const char *
value(const struct context_vars *v, const char *name)
{
	const char *found = NULL;

	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->v[i][0], name) == 0)
			found = found == NULL ? v->v[i][1] : "(twice)";
	return found != NULL ? found : "(none)";
}

static void
test_vars(void)
{
	static const char *const call[][2] = {
		{ "DSC_CALL", "01935a3c-0000-7000-8000-000000000001" },
		{ "DSC_NUMBER", "+525512345678" },
		{ "DSC_CAMPAIGN", "mx" },
		{ "DSC_COUNTRY", "mexico" },
	};
	struct context *c = make("mexico");
	static struct context_vars v;
	struct flow back;
	bool own = true, known = true;
	int ask, go;

	context_vars(&v, c, call[0][1], call[1][1], "mx", "mexico");
	for (size_t i = 0; i < nitems(call); i++)
		own &= strcmp(v.v[i][0], call[i][0]) == 0 &&
		       strcmp(value(&v, call[i][0]), call[i][1]) == 0;
	ok(own, "the call's own come first");
	flow_vars_begin(&back);
	for (size_t i = nitems(call); i < v.n; i++)
		known &= flow_var(&back, v.v[i][0], strlen(v.v[i][0]),
			     v.v[i][1], strlen(v.v[i][1])) &&
			 strcmp(value(&v, v.v[i][0]), "(twice)") != 0;
	flow_vars_end(&back);
	ok(known, "%zu more, each once, all of them the flow's",
	    v.n - nitems(call));
	ask = flow_find(c->flow, "ask");
	go = flow_find(c->flow, "connect");
	ok(back.n == c->flow->n && ask > 0 && go > 0 &&
		strcmp(back.s[ask].prompt, "presione_3_conectar_mx") == 0 &&
		back.s[ask].timeout_s == 15 && back.s[ask].retries == 2 &&
		back.s[ask].key[flow_key_index('3')] == go &&
		strcmp(back.s[go].dest, "queue:ventas") == 0 &&
		back.s[go].ring_s == 25,
	    "a dialplan that reads them has the flow");
	ok(c->m.version == 7 && strcmp(c->m.name, "mexico") == 0,
	    "and the engine its name and version");
	context_unref(c);
}

static void
test_people(void)
{
	static const struct {
		const char *name;
		double share;
	} rows[] = {
		{ "mexico", 0.04 },
		{ "survey", 0.08 },
		{ "stock", 0 },
		{ "plain", 0.08 },
	};

	for (size_t i = 0; i < nitems(rows); i++) {
		struct context *c = make(rows[i].name);

		ok(c->flow != NULL &&
			c->false_positive > rows[i].share - 1e-9 &&
			c->false_positive < rows[i].share + 1e-9,
		    "%s: %.2f of the people are taken for machines%s%s",
		    rows[i].name, c->false_positive, c->why[0] ? ": " : "",
		    c->why);
		context_unref(c);
	}
}

static void
test_broken(void)
{
	struct context *c = make("broken"), *alone;

	ok(c->flow == NULL && strstr(c->why, "nowhere") != NULL &&
		strchr(c->why, '\n') == NULL,
	    "no flow, and why: %s", c->why);
	ok(context_ref(c) == c && c->refs == 2, "a second holder");
	context_unref(c);
	ok(c->refs == 1, "one has let go");
	context_unref(c);
	context_unref(NULL);
	alone = context_new(find_context(NULL, "plain"), NULL);
	ok(alone->flow != NULL && alone->flow->n >= 2 &&
		alone->false_positive <= 0,
	    "without a world another context is a hangup");
	context_unref(alone);
}

/* The most that a context may be still fits into one action. */
static void
test_most(void)
{
	struct m_context *m = xcalloc(1, sizeof(*m));
	static struct context_vars v;
	struct buf states = BUF_INIT, out = BUF_INIT;
	struct context *c;
	struct ami_originate o = { .id = "x",
		.channel = "PJSIP/5512345678@carrier",
		.caller_id = "+525512345679",
		.context = CONTEXT_DIALPLAN,
		.exten = CONTEXT_EXTEN,
		.timeout_s = 30 };
	const char *why = "";
	bool sent;

	str_copy(m->name, sizeof(m->name), "most");
	for (int i = 0; i < FLOW_OWN; i++) {
		buf_fmt(&states, "s%d menu prompt=%020d language=es goal=yes ",
		    i, i);
		for (int k = 0; k < 9; k++)
			buf_fmt(&states, "%d>s%d ", k, (i + k) % FLOW_OWN);
		buf_str(&states, "t>hangup\n");
	}
	str_copy(m->states, sizeof(m->states), buf_cstr(&states));
	ok(states.len < sizeof(m->states), "%zu bytes of states", states.len);
	c = context_new(m, &world);
	ok(c->flow != NULL, "%d states%s%s", c->flow ? c->flow->n : 0,
	    c->why[0] ? ": " : "", c->why);
	if (c->flow != NULL) {
		context_vars(&v, c, "x", "+525512345678", "c", "mexico");
		o.vars = (const char *const(*)[2])v.v;
		o.nvars = v.n;
		sent = ami_action_originate(&out, &o, &why);
		ok(sent, "%zu variables in %zu bytes%s%s", v.n, out.len,
		    sent ? "" : ": ", sent ? "" : why);
	}
	context_unref(c);
	buf_clear(&states);
	buf_clear(&out);
	free(m);
}

int
main(void)
{
	test_vars();
	test_people();
	test_broken();
	test_most();
	return done_testing();
}
