/* SPDX-License-Identifier: MIT */
/*
 * What the choice of a caller ID costs with a thousand, ten thousand and a
 * million of them: nanoseconds per did_pick, the least of some rounds.  Prints
 * one line.
 */
#include <stdio.h>

#include "engine/did.h"
#include "shared/util.h"

#define PICKS  1000000
#define ROUNDS 5

static double
cost(int n)
{
	struct rng r;
	struct did_book *b;
	struct did_pool *p;
	double best = 1e9;

	rng_seed(&r, 1);
	b = did_book_new(&r);
	for (int i = 1; i <= n; i++) {
		char number[MODEL_E164];

		str_format(number, sizeof(number), "+1305%07d", i);
		did_put(b, i, number, "305", "nanp", 0, 0);
	}
	p = did_pool(b, "nanp");
	for (int k = 0; k < ROUNDS; k++) {
		int64_t from = now_read().mono_ns;

		for (int i = 0; i < PICKS; i++)
			did_pick(p, 0);
		best =
		    MINIMUM(best, (double)(now_read().mono_ns - from) / PICKS);
	}
	did_book_free(b);
	return best;
}

int
main(void)
{
	printf("did_pick: %.0f ns with 10^3 caller IDs, %.0f ns with 10^4, "
	       "%.0f ns with 10^6\n",
	    cost(1000), cost(10000), cost(1000000));
	return 0;
}
