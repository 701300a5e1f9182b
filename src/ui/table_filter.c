/* SPDX-License-Identifier: MIT */
/*
 * table_filter: which columns a term of a filter speaks of, and whether a row
 * passes all terms, without writing out what need not be.
 */
#include "ui/table_order.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"

/* A term and the columns it speaks of. */
struct wanted {
	const struct filter_term *term;
	uint32_t cols; /* 0: none of that name, or none was named */
	size_t number; /* compares: the column; ncols: there is none */
};

static bool
begins(const char *text, const char *name)
{
	return text != NULL && strncasecmp(text, name, strlen(name)) == 0;
}

/* Columns of that name, else those whose key or title begins so. */
static uint32_t
named(const struct table *t, const char *name)
{
	uint32_t exact = 0, some = 0;

	for (size_t i = 0; i < t->ncols; i++) {
		const char *key = t->cols[i].key, *title = _(t->cols[i].title);

		if ((key != NULL && strcasecmp(key, name) == 0) ||
		    strcasecmp(title, name) == 0)
			exact |= 1u << i;
		if (begins(key, name) || begins(title, name))
			some |= 1u << i;
	}
	return exact != 0 ? exact : some;
}

static void
want(const struct table *t, const struct filter_term *term, struct wanted *w)
{
	const char *name = term->col;

	if (name[0] == '\0' && term->test != FILTER_WORD)
		name = t->number != NULL ? t->number : "";
	*w = (struct wanted){ term, name[0] != '\0' ? named(t, name) : 0,
		t->ncols };
	for (size_t i = t->ncols; i-- > 0;)
		if (w->cols >> i & 1 &&
		    (w->number == t->ncols || t->cols[i].num != NULL ||
			t->cols[w->number].num == NULL))
			w->number = i;
}

/*
 * Does a word stand in a column?  asked: the column was named; otherwise
 * numbers are no texts to look through, and need not be written out.
 */
static bool
col_has(
    const struct table_col *col, const void *row, const char *word, bool asked)
{
	struct table_cell c;

	if (col->word != NULL) {
		if (filter_has(col->word(row), word))
			return true;
	} else if (col->num == NULL || asked) {
		table_cell_of(col, row, &c);
		if ((!c.numeric || asked) && filter_has(c.text, word))
			return true;
	}
	return table_over_of(col, row, &c) && filter_has(c.text, word);
}

static bool
any_has(const struct table *t, uint32_t cols, const void *row, const char *word)
{
	for (size_t i = 0; i < t->ncols; i++)
		if ((cols == 0 || cols >> i & 1) &&
		    col_has(&t->cols[i], row, word, cols != 0))
			return true;
	return false;
}

static bool
compares(const struct table *t, const struct wanted *w, const void *row)
{
	const struct filter_term *term = w->term;
	const struct table_col *col = &t->cols[w->number];
	struct table_cell c;
	const char *text;
	bool same;

	/* a word may have a number only for its place in the order */
	if (col->num != NULL && !(col->word != NULL && isnan(term->num)))
		return filter_compare(term, col->num(row));
	c.numeric = false;
	text = table_word_of(col, row, &c);
	if (c.numeric)
		return filter_compare(term, c.num);
	if (term->test != FILTER_EQ && term->test != FILTER_NE)
		return any_has(t, 0, row, term->raw);
	same = strcasecmp(text, term->word) == 0;
	return same == (term->test == FILTER_EQ);
}

static bool
holds(const struct table *t, const struct wanted *w, const void *row)
{
	const struct filter_term *term = w->term;

	if (term->test != FILTER_WORD && w->number < t->ncols)
		return compares(t, w, row);
	if (term->test == FILTER_WORD && w->cols != 0)
		return any_has(t, w->cols, row, term->word);
	return any_has(t, 0, row, term->raw);
}

size_t
table_filter(const struct table *t, const void *rows, size_t n, size_t size,
    uint8_t *pass)
{
	struct wanted w[FILTER_TERMS];
	struct filter f;
	size_t k = 0;

	filter_parse(&f, t->filter);
	for (size_t i = 0; i < f.n; i++)
		want(t, &f.v[i], &w[i]);
	for (size_t r = 0; r < n; r++) {
		const void *row = (const char *)rows + r * size;
		size_t i = 0;

		while (i < f.n && holds(t, &w[i], row) != w[i].term->not )
			i++;
		pass[r] = i == f.n;
		k += pass[r];
	}
	return k;
}
