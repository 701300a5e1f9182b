/* SPDX-License-Identifier: MIT */
/* made: patterns and a hash table.  Writes no file and calls nobody. */
#include "shared/made.h"

#include "shared/number.h"

#define TRIES 2000 /* of one number */

const struct made_country made_countries[] = {
	{ "usa", "US",
	    { "+1305nxxxxxx", "+1786nxxxxxx", "+1212nxxxxxx", "+1213nxxxxxx",
		"+1415nxxxxxx", "+1512nxxxxxx", "+1602nxxxxxx", "+1702nxxxxxx",
		"+1713nxxxxxx", "+1773nxxxxxx", "+1206nxxxxxx" } },
	{ "canada", "CA",
	    { "+1416nxxxxxx", "+1647nxxxxxx", "+1514nxxxxxx", "+1604nxxxxxx",
		"+1403nxxxxxx", "+1613nxxxxxx" } },
	{ "mexico", "MX",
	    { "+5255nxxxxxxx", "+5233nxxxxxxx", "+5281nxxxxxxx",
		"+52222nxxxxxx", "+52442nxxxxxx", "+52664nxxxxxx" } },
	{ "brasil", "BR",
	    { "+55119nxxxxxxx", "+55219nxxxxxxx", "+55319nxxxxxxx",
		"+55419nxxxxxxx", "+55519nxxxxxxx", "+55719nxxxxxxx",
		"+55859nxxxxxxx" } },
	{ "colombia", "CO",
	    { "+57300xxxxxxx", "+57301xxxxxxx", "+57310xxxxxxx",
		"+57311xxxxxxx", "+57312xxxxxxx", "+57320xxxxxxx" } },
	{ "argentina", "AR", { "+54911nxxxxxxx", "+549351nxxxxxx" } },
	{ "chile", "CL", { "+569nxxxxxxx" } },
	{ "peru", "PE", { "+519xxxxxxxx" } },
	{ "venezuela", "VE",
	    { "+58412nxxxxxx", "+58414nxxxxxx", "+58416nxxxxxx",
		"+58424nxxxxxx" } },
};
const size_t made_ncountries = nitems(made_countries);

const struct made_country *
made_country_find(const char *name)
{
	for (size_t i = 0; i < made_ncountries; i++)
		if (strcmp(made_countries[i].name, name) == 0)
			return &made_countries[i];
	return NULL;
}

void
made_clear(struct made *m)
{
	free(m->v);
	free(m->slot);
	*m = (struct made)MADE_INIT;
}

/* Where it is, or the empty slot where it belongs. */
static uint32_t *
slot_of(const struct made *m, const char *e164)
{
	size_t i = hash_bytes(e164, strlen(e164)) & (m->nslots - 1);

	while (m->slot[i] != 0 && strcmp(m->v[m->slot[i] - 1], e164) != 0)
		i = (i + 1) & (m->nslots - 1);
	return &m->slot[i];
}

static void
grow(struct made *m)
{
	m->cap = m->cap > 0 ? m->cap * 2 : 256;
	m->v = xreallocarray(m->v, m->cap, sizeof(*m->v));
	free(m->slot);
	m->nslots = m->cap * 2;
	m->slot = xcalloc(m->nslots, sizeof(*m->slot));
	for (size_t i = 0; i < m->n; i++)
		*slot_of(m, m->v[i]) = (uint32_t)i + 1;
}

static void
fill(const struct made_country *c, const char *tail, struct rng *r,
    char out[MODEL_E164])
{
	size_t npatterns = 0, n, k = tail != NULL ? strlen(tail) : 0;

	while (npatterns < nitems(c->patterns) && c->patterns[npatterns])
		npatterns++;
	str_copy(out, MODEL_E164, c->patterns[rng_below(r, npatterns)]);
	n = strlen(out);
	if (k < n)
		for (size_t i = 0; i < k; i++)
			out[n - k + i] = tail[i];
	for (char *p = out; *p; p++)
		if (*p == 'x')
			*p = (char)('0' + rng_below(r, 10));
		else if (*p == 'n')
			*p = (char)('2' + rng_below(r, 8));
}

const char *
made_number(struct made *m, const struct made_country *c, const char *tail,
    struct rng *r)
{
	if (m->n == m->cap)
		grow(m);
	for (int i = 0; i < TRIES; i++) {
		struct number n;
		char t[MODEL_E164];
		uint32_t *slot;

		fill(c, tail, r, t);
		slot = slot_of(m, t);
		if (*slot != 0 || !number_parse(t, NULL, &n) ||
		    n.verdict != NUMBER_V_OK ||
		    strcmp(n.region, c->region) != 0 ||
		    strcmp(n.e164, t) != 0 || *number_zones(t) == '\0')
			continue;
		str_copy(m->v[m->n], sizeof(m->v[0]), t);
		*slot = (uint32_t)++m->n;
		return m->v[m->n - 1];
	}
	return NULL;
}
