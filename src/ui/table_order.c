/* SPDX-License-Identifier: MIT */
/*
 * table_order: sort, and the cursor in it.  Numbers and the first bytes of
 * texts become integers that compare as the values do, so that most
 * comparisons touch no row; the order before is tried first, and only rows
 * that stand wrong in it are sorted and merged in.
 */
#include "ui/table_order.h"

#include <math.h>
#include <string.h>

#include "shared/util.h"

struct table_order {
	size_t *index, n; /* n: rows that were looked at */
	uint64_t gen;
	size_t sort, shown;
	bool reverse, valid;
	char filter[FILTER_TEXT];
	char gone[64]; /* was looked for in this order in vain */
};

/* The text's rest is left as it is: a table asks for very many cells. */
static void
blank(struct table_cell *c)
{
	c->text[0] = '\0';
	c->num = 0;
	c->numeric = false;
	c->fg = ROLE_TEXT;
	c->bg = ROLE_KEEP;
	c->attr = 0;
	c->bar = -1;
}

void
table_cell_of(
    const struct table_col *col, const void *row, struct table_cell *c)
{
	blank(c);
	col->cell(row, c);
}

bool
table_over_of(
    const struct table_col *col, const void *row, struct table_cell *c)
{
	if (col->over == NULL)
		return false;
	blank(c);
	return col->over(row, c);
}

const char *
table_word_of(
    const struct table_col *col, const void *row, struct table_cell *room)
{
	if (col->word != NULL)
		return col->word(row);
	table_cell_of(col, row, room);
	return room->text;
}

static const void *
row_at(const void *rows, size_t i, size_t size)
{
	return (const char *)rows + i * size;
}

/* ---- sort ------------------------------------------------------------- */

#define PREFIX 16

/* a and b order as the value does; what they cannot tell, rest can. */
struct sort_key {
	uint64_t a, b;
	const char *rest; /* text behind the first PREFIX bytes, or NULL */
	uint32_t index;
	uint32_t text; /* numbers stand before texts */
};

static uint64_t
number_bits(double v)
{
	uint64_t u;

	if (isnan(v))
		return 0;
	v += 0.0; /* there is one zero only */
	memcpy(&u, &v, sizeof(u));
	return u >> 63 ? ~u : u | 1ULL << 63;
}

static void
text_bits(struct sort_key *k, const char *s)
{
	uint64_t v[2] = { 0, 0 };
	size_t i = 0;

	for (; i < PREFIX && s[i] != '\0'; i++) {
		uint8_t c = (uint8_t)s[i];

		if ((uint8_t)(c - 'A') < 26)
			c |= 0x20;
		v[i / 8] |= (uint64_t)c << (56 - 8 * (i % 8));
	}
	k->a = v[0];
	k->b = v[1];
	k->text = 1;
	k->rest = i == PREFIX && s[i] != '\0' ? s + i : NULL;
}

/* *copies: rest is the key's own and has to be freed. */
static void
make_key(const struct table_col *col, const void *row, size_t index,
    struct sort_key *k, bool *copies)
{
	struct table_cell c;

	*k = (struct sort_key){ .index = (uint32_t)index };
	if (col->num != NULL) {
		k->a = number_bits(col->num(row));
		return;
	}
	if (col->word != NULL) {
		text_bits(k, col->word(row));
		return;
	}
	table_cell_of(col, row, &c);
	if (c.numeric) {
		k->a = number_bits(c.num);
		return;
	}
	text_bits(k, c.text);
	if (k->rest != NULL) {
		k->rest = xstrdup(k->rest);
		*copies = true;
	}
}

static inline int
key_order(const struct sort_key *x, const struct sort_key *y, bool reverse)
{
	int r;

	if (x->text != y->text)
		r = x->text < y->text ? -1 : 1;
	else if (x->a != y->a)
		r = x->a < y->a ? -1 : 1;
	else if (x->b != y->b)
		r = x->b < y->b ? -1 : 1;
	else
		r = x->rest == NULL || y->rest == NULL
			? (x->rest != NULL) - (y->rest != NULL)
			: strcasecmp(x->rest, y->rest);
	if (r != 0)
		return reverse ? -r : r;
	return x->index < y->index ? -1 : 1;
}

/* Merge v[0..m) and v[m..n), both in order; room for m keys in tmp. */
static void
merge(struct sort_key *v, size_t m, size_t n, struct sort_key *tmp, bool rev)
{
	size_t i = 0, j = m, o = 0;

	if (m == 0 || m == n || key_order(&v[m - 1], &v[m], rev) < 0)
		return;
	memcpy(tmp, v, m * sizeof(*v));
	while (i < m && j < n)
		if (key_order(&tmp[i], &v[j], rev) < 0)
			v[o++] = tmp[i++];
		else
			v[o++] = v[j++];
	memcpy(v + o, tmp + i, (m - i) * sizeof(*v));
}

static void
merge_sort(struct sort_key *v, size_t n, struct sort_key *tmp, bool rev)
{
	if (n <= 12) {
		for (size_t i = 1; i < n; i++) {
			struct sort_key k = v[i];
			size_t j = i;

			for (; j > 0 && key_order(&k, &v[j - 1], rev) < 0; j--)
				v[j] = v[j - 1];
			v[j] = k;
		}
		return;
	}
	merge_sort(v, n / 2, tmp, rev);
	merge_sort(v + n / 2, n - n / 2, tmp, rev);
	merge(v, n / 2, n, tmp, rev);
}

/*
 * Sort n keys, cheap when most stand right: those that stand wrong are taken
 * out, sorted and merged in again ("drop-merge").
 */
static void
sort_keys(struct sort_key *v, size_t n, bool rev)
{
	struct sort_key *out = xcalloc(n, sizeof(*out));
	size_t kept = 0, nout = 0;

	for (size_t i = 0; i < n; i++) {
		if (kept == 0 || key_order(&v[kept - 1], &v[i], rev) < 0) {
			v[kept++] = v[i];
		} else if (kept > 1 &&
			   key_order(&v[kept - 2], &v[i], rev) < 0) {
			/* it was the one before that stands too high */
			out[nout++] = v[kept - 1];
			v[kept - 1] = v[i];
		} else {
			out[nout++] = v[i];
		}
	}
	if (nout > 0) {
		memcpy(v + kept, out, nout * sizeof(*v));
		merge_sort(v + kept, nout, out, rev);
		merge(v, kept, n, out, rev);
	}
	free(out);
}

static void
sort_index(const struct table *t, const void *rows, size_t size, size_t *index,
    size_t n)
{
	struct sort_key *k = xcalloc(n, sizeof(*k));
	bool copies = false;

	for (size_t i = 0; i < n; i++)
		make_key(&t->cols[t->sort], row_at(rows, index[i], size),
		    index[i], &k[i], &copies);
	sort_keys(k, n, t->reverse);
	for (size_t i = 0; i < n; i++)
		index[i] = k[i].index;
	for (size_t i = 0; copies && i < n; i++)
		/* ours although the key only reads it */
		free((void *)(uintptr_t)k[i].rest);
	free(k);
}

/* ---- order ------------------------------------------------------------ */

static bool
still_right(const struct table *t, size_t n)
{
	const struct table_order *o = t->order;

	return o != NULL && o->valid && t->gen != 0 && o->gen == t->gen &&
	       o->n == n && o->sort == t->sort && o->reverse == t->reverse &&
	       strcmp(o->filter, t->filter) == 0;
}

/* The rows that pass, those of the order before in that order, into *to. */
static size_t
candidates(const struct table_order *o, uint8_t *pass, size_t n, bool sorted,
    size_t *to)
{
	size_t k = 0;

	for (size_t i = 0; sorted && o->valid && i < o->shown; i++)
		if (o->index[i] < n && pass[o->index[i]]) {
			pass[o->index[i]] = 0;
			to[k++] = o->index[i];
		}
	for (size_t i = 0; i < n; i++)
		if (pass[i])
			to[k++] = i;
	return k;
}

const size_t *
table_order(struct table *t, const void *rows, size_t n, size_t size)
{
	bool sorted = t->sort < t->ncols;
	struct table_order *o;
	uint8_t *pass;
	size_t *index;

	if (still_right(t, n)) {
		t->shown = t->order->shown;
		return t->order->index;
	}
	if (t->order == NULL)
		t->order = xcalloc(1, sizeof(*t->order));
	o = t->order;
	pass = xmalloc(n + 1);
	t->shown = table_filter(t, rows, n, size, pass);
	index = xcalloc(t->shown + 1, sizeof(*index));
	candidates(o, pass, n, sorted, index);
	free(pass);
	if (sorted && t->shown > 1)
		sort_index(t, rows, size, index, t->shown);
	else if (t->reverse)
		for (size_t i = 0; i < t->shown / 2; i++) {
			size_t other = t->shown - 1 - i, k = index[i];

			index[i] = index[other];
			index[other] = k;
		}
	free(o->index);
	*o = (struct table_order){ .index = index,
		.n = n,
		.gen = t->gen,
		.sort = t->sort,
		.shown = t->shown,
		.reverse = t->reverse,
		.valid = true };
	str_copy(o->filter, sizeof(o->filter), t->filter);
	return o->index;
}

void
table_order_leave(struct table *t)
{
	if (t->gen == 0)
		table_clear(t);
}

void
table_clear(struct table *t)
{
	if (t->order != NULL)
		free(t->order->index);
	free(t->order);
	t->order = NULL;
}

/* ---- cursor ----------------------------------------------------------- */

static bool
is_at(const struct table *t, const void *rows, size_t i, size_t size)
{
	struct table_cell c;
	const void *row = row_at(rows, t->order->index[i], size);

	return strncmp(table_word_of(&t->cols[0], row, &c), t->at,
		   sizeof(t->at) - 1) == 0;
}

void
table_order_follow(struct table *t, const void *rows, size_t size)
{
	struct table_order *o = t->order;

	if (t->at[0] != '\0' && strcmp(o->gone, t->at) != 0) {
		if (t->cursor < t->shown && is_at(t, rows, t->cursor, size))
			return;
		for (size_t i = 0; i < t->shown; i++)
			if (is_at(t, rows, i, size)) {
				t->cursor = i;
				return;
			}
		str_copy(o->gone, sizeof(o->gone), t->at);
	}
	if (t->cursor >= t->shown)
		t->cursor = t->shown > 0 ? t->shown - 1 : 0;
}

void
table_order_remember(struct table *t, const void *rows, size_t size)
{
	struct table_cell c;

	if (t->cursor < t->shown)
		str_copy(t->at, sizeof(t->at),
		    table_word_of(&t->cols[0],
			row_at(rows, t->order->index[t->cursor], size), &c));
}
