/* SPDX-License-Identifier: MIT */
/* loadtest_plan: a table of fates, shared out evenly.  Draws from its seed
 * alone. */
#include "jobs/loadtest_plan.h"

#include <string.h>

#include "sim/fate.h"

#define MENU_S     5 /* seconds that a key is waited for */
#define RING_S     10 /* dial_timeout */
#define SPARE      1.2 /* contacts for each call that is to leave ... */
#define SPARE_MIN  20 /* ... and so many more */
#define CHANNELS   50000
#define DISCONNECT '9'

static const struct {
	const char *country;
	int cap;
	const char *group, *zone;
	char connect;
} rules[] = {
	{ "usa", 100, "nanp", "America/New_York", '1' },
	{ "canada", 100, "nanp", "America/New_York", '1' },
	{ "mexico", 0, "", "America/Mexico_City", '3' },
	{ "brasil", 0, "", "America/Sao_Paulo", '1' },
	{ "colombia", 0, "", "America/Bogota", '1' },
	{ "argentina", 0, "", "America/Argentina/Buenos_Aires", '1' },
	{ "chile", 0, "", "America/Santiago", '1' },
	{ "peru", 0, "", "America/Lima", '1' },
	{ "venezuela", 0, "", "America/Caracas", '1' },
};

/*
 * Shares of a campaign's calls, and B R K D H of them.  r: 1 to 3 s of
 * ringing; C the connect key, W another one that means nothing, N one of
 * LOADTEST_KEYS; s: stays for 30 s or more; x: any.  A key comes 3 s after
 * the greeting: detection, which swallows keys, is over by then.
 */
static const struct {
	int share;
	const char *digits;
	int scenario; /* only with that one; -1: always */
} fates[] = {
	{ 60, "0rx0s", -1 }, /* listens, presses nothing */
	{ 30, "0rx01", -1 }, /* hangs up in the prompt */
	{ 20, "9rxxx", -1 }, /* answers and drops */
	{ 60, "0rC3s", -1 },
	{ 180, "2rxxx", -1 }, /* busy */
	{ 120, "3rxxx", -1 }, /* rings for ever */
	{ 60, "5rxxx", -1 }, /* no such number */
	{ 30, "6rxxx", -1 }, /* rejected */
	{ 100, "0rC3s", LOADTEST_DTMF },
	{ 100, "0rW3s", LOADTEST_DTMF },
	{ 60, "0r93s", LOADTEST_DTMF },
	{ 160, "1r00s", LOADTEST_AMD_DETECTION },
	{ 20, "7r001", LOADTEST_AMD_DETECTION },
};

char
loadtest_connect_key(const char *country)
{
	for (size_t i = 0; i < nitems(rules); i++)
		if (strcmp(rules[i].country, country) == 0)
			return rules[i].connect;
	return '1';
}

int
loadtest_cap(const char *country)
{
	for (size_t i = 0; i < nitems(rules); i++)
		if (strcmp(rules[i].country, country) == 0)
			return rules[i].cap;
	return 0;
}

/* ---- numbers ---------------------------------------------------------- */

static void
tail_of(const char *digits, char connect, struct rng *r, char out[6])
{
	static const char stays[] = "06789";
	size_t i;

	for (i = 0; digits[i] != '\0'; i++)
		switch (digits[i]) {
		case 'r':
			out[i] = (char)('1' + rng_below(r, 3));
			break;
		case 'C':
			out[i] = connect;
			break;
		case 'N':
			out[i] = LOADTEST_KEYS[rng_below(
			    r, sizeof(LOADTEST_KEYS) - 1)];
			break;
		case 'W':
			do
				out[i] = (char)('1' + rng_below(r, 8));
			while (out[i] == connect);
			break;
		case 's':
			out[i] = stays[rng_below(r, sizeof(stays) - 1)];
			break;
		default:
			out[i] = digits[i];
		}
	out[i] = '\0';
}

/* One fate, as often as its share; 'changes' knows only one. */
static const char *
draw(const struct loadtest_part *p, const struct loadtest_options *o,
    struct rng *r)
{
	int sum = 0, at;

	if (p->changes)
		return "0rN3s";
	for (size_t i = 0; i < nitems(fates); i++)
		if (fates[i].scenario < 0 || o->scenario[fates[i].scenario])
			sum += fates[i].share;
	at = (int)rng_below(r, (uint64_t)sum);
	for (size_t i = 0; i < nitems(fates); i++) {
		if (fates[i].scenario >= 0 && !o->scenario[fates[i].scenario])
			continue;
		at -= fates[i].share;
		if (at < 0)
			return fates[i].digits;
	}
	return fates[0].digits;
}

static bool
make_contacts(struct loadtest_plan *plan, struct loadtest_part *p,
    struct made *made, struct rng *r, struct buf *why)
{
	int64_t n = (int64_t)((double)p->calls * SPARE) + SPARE_MIN;

	for (int64_t i = 0; i < n; i++) {
		const char *digits = draw(p, plan->o, r), *e164 = NULL;
		char tail[6];

		/* One tail may be used up while others are not. */
		for (int k = 0; k < 3 && e164 == NULL; k++) {
			tail_of(digits, loadtest_connect_key(p->country->name),
			    r, tail);
			e164 = made_number(made, p->country, tail, r);
		}
		if (e164 == NULL) {
			buf_fmt(why,
			    "%s has too few made-up numbers for %lld calls: "
			    "more countries, or fewer minutes",
			    p->country->name, (long long)n);
			return false;
		}
		buf_fmt(&p->contacts, "%s\n", e164);
	}
	plan->contacts += n;
	return true;
}

/* Its caller IDs: a share of all, the first countries one more. */
static int
dids_of(const struct loadtest_options *o, int i)
{
	return o->dids / o->ncountries + (i < o->dids % o->ncountries);
}

static bool
make_dids(struct loadtest_plan *plan, int i, struct made *made, struct rng *r,
    struct buf *why)
{
	const struct loadtest_options *o = plan->o;
	const char *name = o->country[i]->name;
	int n = dids_of(o, i), cap = loadtest_cap(name);
	int64_t calls = 0;

	for (int k = 0; k < plan->n; k++)
		if (plan->part[k].country == o->country[i])
			calls += plan->part[k].calls;
	/* A tenth is left for what is armed and given back. */
	if (cap > 0 && (int64_t)n * cap < calls + calls / 10) {
		buf_fmt(why,
		    "%d caller IDs of %s may be used %d times a day each, and "
		    "%lld calls are to leave there: --dids %lld at least",
		    n, name, cap, (long long)calls,
		    (long long)((calls + calls / 10) / cap + 1) *
			o->ncountries);
		return false;
	}
	for (int k = 0; k < n; k++) {
		const char *e164 = made_number(made, o->country[i], NULL, r);

		if (e164 == NULL) {
			buf_fmt(why,
			    "%s has fewer made-up numbers than %d caller IDs",
			    name, n);
			return false;
		}
		buf_fmt(&plan->dids, "%s\n", e164);
	}
	return true;
}

bool
loadtest_plan_make(struct loadtest_plan *plan, const struct loadtest_options *o,
    struct buf *why)
{
	struct made made[LOADTEST_COUNTRIES] = { MADE_INIT };
	bool changes = o->scenario[LOADTEST_CONTEXT], good = true;
	struct rng r;

	memset(plan, 0, sizeof(*plan));
	plan->o = o;
	plan->calls = (int64_t)(o->cps * 60 * o->minutes);
	rng_seed(&r, (uint64_t)o->seed);
	plan->n = o->ncountries + changes;
	for (int i = 0; i < plan->n; i++) {
		struct loadtest_part *p = &plan->part[i];

		p->changes = i == o->ncountries;
		p->country = o->country[p->changes ? 0 : i];
		p->name = p->changes ? LOADTEST_CHANGES : p->country->name;
		p->calls = plan->calls / plan->n + 1;
	}
	for (int i = 0; good && i < o->ncountries; i++)
		good = make_dids(plan, i, &made[i], &r, why);
	for (int i = 0; good && i < plan->n; i++)
		good = make_contacts(plan, &plan->part[i],
		    &made[i < o->ncountries ? i : 0], &r, why);
	for (int i = 0; i < o->ncountries; i++)
		made_clear(&made[i]);
	return good;
}

void
loadtest_plan_clear(struct loadtest_plan *plan)
{
	for (int i = 0; i < plan->n; i++)
		buf_clear(&plan->part[i].contacts);
	buf_clear(&plan->dids);
}

/* ---- specs ------------------------------------------------------------ */

static void
put_text(struct buf *b, const char *s)
{
	buf_byte(b, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *s);
	}
	buf_byte(b, '"');
}

static void
put_country(struct buf *b, const struct made_country *c)
{
	for (size_t i = 0; i < nitems(rules); i++)
		if (strcmp(rules[i].country, c->name) == 0)
			buf_fmt(b,
			    "{ name = \"%s\"; region = \"%s\"; did_daily_cap = "
			    "%d; cap_group = \"%s\"; cap_zone = \"%s\"; "
			    "call_from = \"00:00\"; call_to = \"24:00\"; "
			    "weekdays = \"mon-sun\"; did_rest = 0; "
			    "context = \"%s\"; }",
			    c->name, c->region, rules[i].cap, rules[i].group,
			    rules[i].zone, c->name);
}

static void
put_context(struct buf *b, const struct loadtest_plan *plan,
    const struct loadtest_part *p)
{
	const struct loadtest_options *o = plan->o;

	buf_fmt(b,
	    "{ name = \"%s\"; connect_key = \"%c\"; disconnect_key = \"%c\"; "
	    "repeat_key = \"0\"; menu_timeout = %d; retries = 0; amd = %s; "
	    "on_machine = \"hangup\"; ",
	    p->name,
	    p->changes ? LOADTEST_KEYS[0]
		       : loadtest_connect_key(p->country->name),
	    DISCONNECT, MENU_S,
	    o->scenario[LOADTEST_AMD_DETECTION] && !p->changes ? "true"
							       : "false");
	if (!p->changes)
		buf_fmt(b, "country = \"%s\"; ", p->name);
	buf_str(b, "prompt = ");
	put_text(b, o->prompt);
	buf_str(b, "; destination = ");
	put_text(b, o->destination);
	buf_str(b, "; }");
}

void
loadtest_plan_conf(
    const struct loadtest_plan *plan, const char *switch_name, struct buf *b)
{
	const struct loadtest_options *o = plan->o;

	buf_fmt(b,
	    "trunks = ( { name = \"" LOADTEST_OWN_TRUNK "\"; switch = \"%s\"; "
	    "max_cps = %f; max_channels = %d; channel = ",
	    switch_name, o->cps, CHANNELS);
	put_text(b, o->channel != NULL ? o->channel : "PJSIP/{number}@carrier");
	/* What the far end answers is planned: nothing is to react to it. */
	buf_fmt(b,
	    "; } );\nprofiles = ( { name = \"loadtest\"; max_cps = %f; "
	    "auto_adjust_cps = false; max_concurrent_calls = %d; "
	    "emergency_brake_threshold = 0.01; } );\ncountries = (",
	    o->cps, CHANNELS);
	for (int i = 0; i < o->ncountries; i++) {
		buf_str(b, i > 0 ? ",\n" : "\n");
		put_country(b, o->country[i]);
	}
	buf_str(b, ");\ncontexts = (");
	for (int i = 0; i < plan->n; i++) {
		buf_str(b, i > 0 ? ",\n" : "\n");
		put_context(b, plan, &plan->part[i]);
	}
	buf_str(b, ");\ncampaigns = (");
	for (int i = 0; i < plan->n; i++)
		buf_fmt(b,
		    "%s\n{ name = \"%s\"; trunks = [ \"" LOADTEST_OWN_TRUNK
		    "\" ]; "
		    "profile = \"loadtest\"; max_cps = %f; max_attempts = 1; "
		    "dial_timeout = %d; consented = true; context = \"%s\"; }",
		    i > 0 ? "," : "", plan->part[i].name, o->cps, RING_S,
		    plan->part[i].changes ? plan->part[i].name : "");
	buf_str(b, ");\n");
}

/* ---- truth ------------------------------------------------------------ */

static enum disposition
unanswered(enum fate_kind kind)
{
	switch (kind) {
	case FATE_BUSY:
		return DISP_BUSY;
	case FATE_RINGS:
		return DISP_NO_ANSWER;
	case FATE_CONGESTION:
		return DISP_CONGESTION;
	case FATE_REJECTED:
		return DISP_REJECTED;
	default:
		return DISP_INVALID_NUMBER;
	}
}

struct loadtest_truth
loadtest_truth_of(
    const char *number, char connect, bool amd, const char *called)
{
	struct loadtest_truth t = { .disp = DISP_ANSWERED_NO_KEY };
	struct fate f;

	fate_of_digits(&f, number);
	if (!fate_answers(f.kind)) {
		t.disp = unanswered(f.kind);
		return t;
	}
	t.human = f.kind == FATE_HUMAN;
	t.machine = f.kind == FATE_MACHINE || f.kind == FATE_SILENT;
	t.key = t.human ? f.key : '\0';
	if (amd && *called != '\0' && f.kind != FATE_DROPS) {
		if (strcmp(called, "MACHINE") == 0)
			t.disp = DISP_MACHINE;
		if (strcmp(called, "MACHINE") == 0 || t.machine)
			return t;
	} else if (amd && t.machine) {
		t.disp = DISP_MACHINE;
	}
	if (t.key != '\0' && t.key == connect)
		t.disp = DISP_CONNECTED;
	else if (t.key == DISCONNECT)
		t.disp = DISP_OPTED_OUT;
	return t;
}
