/* SPDX-License-Identifier: MIT */
/* demo_lists: made-up lists for the demo.  Reads and writes no file. */
#include "ui/demo_lists.h"

#include <assert.h>
#include <string.h>

#include "shared/made.h"
#include "shared/number.h"
#include "shared/text.h"

const struct demo_country demo_countries[] = {
	{ "usa", "US", 1600, 90, 8 },
	{ "canada", "CA", 500, 30, 3 },
	{ "mexico", "MX", 900, 50, 5 },
	{ "brasil", "BR", 800, 50, 4 },
	{ "colombia", "CO", 350, 20, 2 },
	{ "argentina", "AR", 300, 20, 1 },
	{ "chile", "CL", 200, 15, 1 },
	{ "peru", "PE", 150, 10, 1 },
	{ "venezuela", "VE", 200, 15, 1 },
};
const size_t demo_ncountries = nitems(demo_countries);

const struct demo_list demo_lists[] = {
	{ "usa-canada-survey", "usa-canada.csv", "phone_number,name", "usa",
	    ',', DEMO_BOM, 0, 2 },
	{ "mexico-press-3", "mexico.csv", "telefono,nombre", "mexico", ',',
	    DEMO_UTF8, 2, 1 },
	{ "south-america", "south-america.csv", "telefone;nome", NULL, ';',
	    DEMO_LATIN1, 3, 6 },
};
const size_t demo_nlists = nitems(demo_lists);

static const char *const first_names[] = { "Ana", "João", "María", "Luis",
	"Zoë", "Pedro", "Lucía", "Bruno", "Inés", "Kevin", "Ashley", "René",
	"Camila", "Tiago" };
static const char *const last_names[] = { "García", "Silva", "O'Neill", "Núñez",
	"Smith", "Conceição", "Tremblay", "Quispe", "Rojas", "da Costa", "Peña",
	"Johnson" };

/* Of so few there is always another one. */
static const char *
make(const struct demo_country *c, struct rng *r, struct made *m)
{
	const char *e164 = made_number(m, made_country_find(c->name), NULL, r);

	assert(e164 != NULL);
	return e164;
}

/* The number as a person of that country might have typed it. */
static void
write_number(struct buf *b, const struct demo_country *c, bool national,
    struct rng *r, const char *e164)
{
	char t[40];
	struct number n;
	const char *d = e164 + 1;

	switch (rng_below(r, 5)) {
	case 0:
		str_copy(t, sizeof(t), d);
		break;
	case 1:
		if (strncmp(e164, "+1", 2) == 0)
			str_format(t, sizeof(t), "(%.3s) %.3s-%s", d + 1, d + 4,
			    d + 7);
		else
			str_format(t, sizeof(t), "+%.2s %.2s %.4s-%s", d, d + 2,
			    d + 4, d + 8);
		break;
	case 2:
		if (strncmp(e164, "+1", 2) == 0)
			str_format(
			    t, sizeof(t), "%.3s.%.3s.%s", d + 1, d + 4, d + 7);
		else
			str_copy(t, sizeof(t), d + 2);
		break;
	default:
		str_copy(t, sizeof(t), e164);
		break;
	}
	if (!number_parse(t, national ? c->region : NULL, &n) ||
	    strcmp(n.e164, e164) != 0)
		str_copy(t, sizeof(t), e164);
	buf_str(b, t);
}

static void
line(struct buf *b, const struct demo_list *l, const struct demo_country *c,
    struct rng *r, const char *e164, const char *dirt)
{
	if (e164 != NULL)
		write_number(b, c, l->country != NULL, r, e164);
	else
		buf_str(b, dirt);
	buf_byte(b, l->separator);
	buf_fmt(b, rng_below(r, 9) == 0 ? "\"%s %s\"\r\n" : "%s %s\r\n",
	    first_names[rng_below(r, nitems(first_names))],
	    last_names[rng_below(r, nitems(last_names))]);
}

/* In place of UTF-8 one byte a character; only used for U+00FF and below. */
static void
to_latin1(struct buf *b, const char *utf8)
{
	while (*utf8) {
		uint32_t cp;

		utf8 += text_decode(utf8, &cp);
		buf_byte(b, (char)(cp < 0x100 ? cp : '?'));
	}
}

/* The lines of one country, dirt included; adds to *n. */
static void
country_lines(const struct demo_list *l, const struct demo_country *c,
    struct rng *r, struct buf *text, struct buf *dnc, struct demo_lines *n)
{
	static const char *const dirt[] = { "n/a", "12", "", "5.51199E+12",
		"call back later", "0000000000000000000", "---" };
	struct made made = MADE_INIT;
	int all = c->contacts + c->listed;

	for (int i = 0; i < all; i++) {
		const char *e164 = make(c, r, &made);

		line(text, l, c, r, e164, NULL);
		/* Spread evenly, whatever the country's size. */
		if ((i + 1) * c->listed / all > i * c->listed / all) {
			buf_fmt(dnc, "%s\n", e164);
			n->listed++;
		} else {
			n->good++;
		}
		if (i % 70 == 35) {
			line(text, l, c, r, made.v[rng_below(r, (uint64_t)i)],
			    NULL);
			n->duplicate++;
		}
		if (i % 50 == 25) {
			line(text, l, c, r, NULL, dirt[n->bad % nitems(dirt)]);
			n->bad++;
		}
	}
	made_clear(&made);
}

/* Line by line from whichever text is least far through. */
static void
interleave(struct buf *to, const struct buf *from, size_t n)
{
	size_t at[nitems(demo_countries)] = { 0 };

	for (;;) {
		size_t k = 0, len;

		for (size_t i = 1; i < n; i++)
			if (at[i] * from[k].len < at[k] * from[i].len)
				k = i;
		if (at[k] == from[k].len)
			return;
		len = (size_t)(strchr(from[k].p + at[k], '\n') -
			       (from[k].p + at[k])) +
		      1;
		buf_put(to, from[k].p + at[k], len);
		at[k] += len;
	}
}

struct demo_lines
demo_contacts(
    const struct demo_list *l, struct rng *r, struct buf *csv, struct buf *dnc)
{
	struct demo_lines n = { 0, 0, 0, 0 };
	struct buf each[nitems(demo_countries)] = { BUF_INIT };
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < l->n; i++)
		country_lines(
		    l, &demo_countries[l->first + i], r, &each[i], dnc, &n);
	buf_fmt(&text, "%s\r\n", l->header);
	interleave(&text, each, l->n);
	if (l->encoding == DEMO_BOM)
		buf_str(csv, "\xef\xbb\xbf");
	if (l->encoding == DEMO_LATIN1)
		to_latin1(csv, buf_cstr(&text));
	else
		buf_put(csv, text.p, text.len);
	for (size_t i = 0; i < l->n; i++)
		buf_clear(&each[i]);
	buf_clear(&text);
	return n;
}

int
demo_dids(struct rng *r, struct buf *csv)
{
	int n = 0;

	buf_str(csv, "number\n");
	for (size_t i = 0; i < demo_ncountries; i++) {
		struct made made = MADE_INIT;

		for (int k = 0; k < demo_countries[i].dids; k++, n++)
			buf_fmt(
			    csv, "%s\n", make(&demo_countries[i], r, &made));
		made_clear(&made);
	}
	return n;
}
