/* SPDX-License-Identifier: MIT */
/* csv on any bytes: the first byte chooses delimiter and split; whole and
 * split must give the same rows, and sniffing must end. */
#include <assert.h>

#include "shared/buf.h"
#include "shared/csv.h"
#include "shared/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
on_row(void *arg, const struct csv_row *r)
{
	uint64_t *sum = arg;

	assert(r->line > 0 && (r->error != NULL) == (r->n == 0));
	assert(r->n <= CSV_COLUMNS_MAX && r->raw_len <= CSV_ROW_MAX);
	*sum = *sum * 31 + (uint64_t)r->line;
	*sum = *sum * 31 + hash_bytes(r->raw, r->raw_len);
	for (int i = 0; i < r->n; i++) {
		assert(strlen(r->field[i]) <= CSV_FIELD_MAX);
		*sum = *sum * 31 + hash_bytes(r->field[i], strlen(r->field[i]));
	}
}

static uint64_t
parse(int delimiter, const uint8_t *p, size_t len, size_t step)
{
	uint64_t sum = 0;
	struct csv *c = csv_new(delimiter, on_row, &sum);

	for (size_t i = 0; i < len; i += step)
		csv_feed(c, p + i, MINIMUM(step, len - i));
	csv_end(c);
	csv_free(c);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const int delimiters[] = { ',', ';', '\t', CSV_NO_DELIMITER };
	struct buf b = BUF_INIT;
	size_t skip = 0;
	int d;

	if (len < 1)
		return 0;
	d = delimiters[data[0] & 3];
	assert(parse(d, data + 1, len - 1, len) ==
	       parse(d, data + 1, len - 1, 1 + (data[0] >> 2)));
	buf_put(&b, data + 1, len - 1);
	csv_sniff(buf_cstr(&b), b.len, (data[0] & 4) != 0, &skip);
	assert(skip <= b.len);
	buf_clear(&b);
	return 0;
}
