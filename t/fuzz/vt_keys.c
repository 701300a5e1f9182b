/* SPDX-License-Identifier: MIT */
/* vt_keys on any bytes: whole and split give the same codes; a paste begins
 * and ends in turn; within one there are no keys; Esc settles it. */
#include <assert.h>

#include "shared/util.h"
#include "ui/vt_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct seen {
	uint64_t sum;
	size_t n;
	bool pasting;
};

static void
on_key(void *arg, uint32_t code, const struct keys_mouse *m)
{
	struct seen *s = arg;

	assert(code != UIK_NONE && code <= UIK_PASTE_END);
	assert((code == UIK_MOUSE) == (m != NULL));
	if (m != NULL)
		assert(m->y >= 0 && m->x >= 0 && m->y < 9999 && m->x < 9999);
	if (code == UIK_PASTE || code == UIK_PASTE_END) {
		assert(s->pasting == (code == UIK_PASTE_END));
		s->pasting = code == UIK_PASTE;
	} else if (s->pasting)
		assert((code >= 0x20 && code < UIK_FIRST && code != 127) ||
		       code == UIK_ENTER || code == UIK_TAB);
	s->n++;
	s->sum = s->sum * 31 + code;
	if (m != NULL)
		s->sum = s->sum * 31 +
			 (uint64_t)(m->y * 10000 + m->x * 10 + (int)m->what);
}

static struct seen
parse(const uint8_t *p, size_t len, size_t step)
{
	struct seen s = { 0 };
	struct vt_keys k;

	vt_keys_init(&k);
	for (size_t i = 0; i < len; i += step)
		vt_keys_feed(&k, p + i, MINIMUM(step, len - i), 1, on_key, &s);
	vt_keys_timeout(&k, on_key, &s);
	assert(!vt_keys_waits(&k));
	return s;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct seen a, b;

	if (len < 1)
		return 0;
	a = parse(data + 1, len - 1, len);
	b = parse(data + 1, len - 1, 1 + data[0] % 7);
	assert(a.sum == b.sum && a.n == b.n && a.pasting == b.pasting);
	assert(a.n <= 3 * len);
	return 0;
}
