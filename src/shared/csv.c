/* SPDX-License-Identifier: MIT */
/*
 * csv: a state machine over a buffer that holds the bytes of the row in
 * hand, so that a row that turns out wrong can be handed out as it stood and
 * parsing can go back to its second line.  It never guesses a repair.
 */
#include "shared/csv.h"

#include <strings.h>

#include "shared/buf.h"
#include "shared/util.h"

#define SNIFF_ROWS 50

enum state {
	ST_START, /* of a field */
	ST_PLAIN,
	ST_QUOTED,
	ST_QUOTE, /* a quote inside quotes: the end, or one of two */
	ST_SKIP, /* the rest of a line already handed out as wrong */
};
struct csv {
	int delimiter;
	csv_cb *cb;
	void *arg;

	struct buf in; /* holds at least the row in hand */
	size_t start; /* of the row in hand */
	size_t pos; /* next byte to look at */
	enum state state;
	bool cr; /* the byte before was the CR of a line end */
	int64_t line; /* the row in hand starts here */
	int64_t lines; /* physical lines begun inside it */
	size_t second; /* where its second line starts; 0: has none */
	const char *error; /* first thing wrong, told at its end */

	char *text; /* unquoted fields, one behind the other */
	size_t len; /* used of it */
	size_t begin; /* of the field in hand */
	const char *field[CSV_COLUMNS_MAX];
	int n;
};

/* Each field may add a NUL to the bytes of the row. */
#define TEXT_MAX (CSV_ROW_MAX + CSV_COLUMNS_MAX + 2)

struct csv *
csv_new(int delimiter, csv_cb *cb, void *arg)
{
	struct csv *c = xcalloc(1, sizeof(*c));

	c->delimiter = delimiter;
	c->cb = cb;
	c->arg = arg;
	c->line = 1;
	c->text = xmalloc(TEXT_MAX);
	buf_reset(&c->in);
	return c;
}

void
csv_free(struct csv *c)
{
	if (c == NULL)
		return;
	buf_clear(&c->in);
	free(c->text);
	free(c);
}

static void
reset_row(struct csv *c)
{
	c->state = ST_START;
	c->error = NULL;
	c->second = c->len = c->begin = 0;
	c->lines = 0;
	c->n = 0;
	c->start = c->pos;
}

static void
wrong(struct csv *c, const char *why)
{
	if (c->error == NULL)
		c->error = why;
}

static void
put(struct csv *c, char b)
{
	if (b == '\0')
		wrong(c, "a NUL byte");
	else if (c->len - c->begin >= CSV_FIELD_MAX)
		wrong(c, "a field longer than 4096 bytes");
	else
		c->text[c->len++] = b;
}

static void
end_field(struct csv *c)
{
	if (c->n == CSV_COLUMNS_MAX) {
		wrong(c, "more than 256 columns");
		c->len = c->begin;
		return;
	}
	c->text[c->len++] = '\0';
	c->field[c->n++] = c->text + c->begin;
	c->begin = c->len;
}

/* Hand out the row in hand, which stands in the bytes up to end. */
static void
emit(struct csv *c, size_t end)
{
	struct csv_row row = { .line = c->line,
		.n = c->n,
		.field = c->field,
		.error = c->error,
		.raw = c->in.p + c->start,
		.raw_len = end - c->start };

	if (c->error != NULL)
		row.n = 0;
	row.blank = c->error == NULL;
	for (int i = 0; row.blank && i < row.n; i++)
		row.blank =
		    row.field[i][strspn(row.field[i], " \t\r\n")] == '\0';
	c->cb(c->arg, &row);
}

/* The line end at pos - 1 ends the row. */
static void
end_row(struct csv *c)
{
	end_field(c);
	emit(c, c->pos - 1);
	c->line += c->lines + 1;
	reset_row(c);
}

/*
 * The row in hand cannot be finished.  Its first line is handed out as wrong;
 * what stands below is parsed again as if the quote had not been there.
 */
static void
give_up(struct csv *c, const char *why)
{
	size_t end;

	wrong(c, why);
	if (c->second == 0) {
		emit(c, c->pos);
		reset_row(c);
		c->state = ST_SKIP;
		c->cr = false;
		return;
	}
	end = c->second - 1;
	if (end > c->start && c->in.p[end] == '\n' && c->in.p[end - 1] == '\r')
		end--;
	emit(c, end);
	/* An LF that belongs to that line may still be on its way. */
	c->cr = c->second == c->pos && c->in.p[c->pos - 1] == '\r';
	c->pos = c->second;
	c->line++;
	reset_row(c);
}

/* A line end; CRLF is one. */
static bool
is_eol(struct csv *c, char b)
{
	if (b == '\n' && c->cr) {
		c->cr = false;
		return false;
	}
	c->cr = b == '\r';
	return b == '\r' || b == '\n';
}

static void
step_quoted(struct csv *c, char b)
{
	if (b == '"') {
		c->state = ST_QUOTE;
		c->cr = false;
		return;
	}
	/* CRLF: the second line starts behind the LF. */
	if (b == '\n' && c->cr && c->lines == 1)
		c->second = c->pos;
	if (is_eol(c, b)) {
		if (c->lines++ == 0)
			c->second = c->pos;
	}
	put(c, b);
}

/* Look at the byte before pos. */
static void
step(struct csv *c, char b)
{
	if (c->state == ST_QUOTED) {
		step_quoted(c, b);
		if (c->error != NULL)
			give_up(c, "");
		return;
	}
	/* The LF of a CRLF whose CR ended the row before. */
	if (b == '\n' && c->cr) {
		c->cr = false;
		c->start = c->pos;
		return;
	}
	if (is_eol(c, b)) {
		if (c->state != ST_SKIP) {
			end_row(c);
		} else {
			c->line++;
			reset_row(c);
		}
		return;
	}
	if (c->state == ST_SKIP)
		return;
	if (b == '"' && c->state == ST_START &&
	    c->delimiter != CSV_NO_DELIMITER)
		c->state = ST_QUOTED;
	else if (b == '"' && c->state == ST_QUOTE) {
		put(c, b);
		c->state = ST_QUOTED;
	} else if ((unsigned char)b == c->delimiter) {
		end_field(c);
		c->state = ST_START;
	} else {
		put(c, b);
		c->state = ST_PLAIN;
	}
}

static void
run(struct csv *c)
{
	while (c->pos < c->in.len) {
		char b = c->in.p[c->pos++];

		step(c, b);
		if (c->state == ST_SKIP)
			c->start = c->pos;
		else if (c->pos - c->start >= CSV_ROW_MAX)
			give_up(c, "a row longer than 65536 bytes");
	}
}

void
csv_feed(struct csv *c, const void *bytes, size_t len)
{
	const char *p = bytes;

	/* In pieces, so that the buffer stays small. */
	while (len > 0) {
		size_t n = MINIMUM(len, CSV_ROW_MAX);

		buf_put(&c->in, p, n);
		run(c);
		buf_drain(&c->in, c->start);
		c->pos -= c->start;
		c->second -= c->second == 0 ? 0 : c->start;
		c->start = 0;
		p += n;
		len -= n;
	}
}

void
csv_end(struct csv *c)
{
	while (c->state == ST_QUOTED && c->second != 0) {
		give_up(c, "a quote that is not closed");
		run(c);
	}
	if (c->state == ST_QUOTED) {
		wrong(c, "a quote that is not closed");
		emit(c, c->pos);
	} else if (c->state != ST_SKIP && c->start < c->in.len) {
		end_field(c);
		emit(c, c->pos);
	}
	buf_reset(&c->in);
	c->pos = 0;
	reset_row(c);
}

struct sniff {
	int rows;
	int columns[SNIFF_ROWS];
};

static void
sniff_row(void *arg, const struct csv_row *row)
{
	struct sniff *s = arg;

	if (s->rows < SNIFF_ROWS && !row->blank)
		s->columns[s->rows++] = row->n;
}

/* Rows that have the most frequent number of columns above one. */
static int
sniff_score(const struct sniff *s)
{
	int best = 0;

	for (int i = 0; i < s->rows; i++) {
		int same = 0;

		for (int k = 0; k < s->rows; k++)
			same += s->columns[k] == s->columns[i];
		if (s->columns[i] > 1 && same > best)
			best = same;
	}
	return best;
}

int
csv_sniff(const char *head, size_t len, bool whole, size_t *skip)
{
	/* First wins a tie: a comma beside ; is a decimal comma. */
	static const char candidates[] = { ';', '\t', '|', ',' };
	int best = 0, found = CSV_NO_DELIMITER;

	*skip = 0;
	if (len >= 5 && strncasecmp(head, "sep=", 4) == 0 &&
	    (len == 5 || head[5] == '\r' || head[5] == '\n') && head[4] > 0 &&
	    head[4] != '"') {
		*skip = 5;
		*skip += *skip < len && head[*skip] == '\r';
		*skip += *skip < len && head[*skip] == '\n';
		return head[4];
	}
	for (size_t i = 0; i < nitems(candidates); i++) {
		struct sniff s = { .rows = 0 };
		struct csv *c = csv_new(candidates[i], sniff_row, &s);
		int score;

		csv_feed(c, head, len);
		if (whole || s.rows == 0)
			csv_end(c);
		csv_free(c);
		score = sniff_score(&s);
		if (score > best) {
			best = score;
			found = candidates[i];
		}
	}
	return found;
}

void
csv_put(struct buf *b, const char *s, size_t len)
{
	bool quote = len > 0 && (s[0] == ' ' || s[len - 1] == ' ');

	for (size_t i = 0; i < len && !quote; i++)
		quote = strchr(",\"\r\n;\t", s[i]) != NULL;
	if (!quote) {
		buf_put(b, s, len);
		return;
	}
	buf_byte(b, '"');
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '"')
			buf_byte(b, '"');
		buf_byte(b, s[i]);
	}
	buf_byte(b, '"');
}
