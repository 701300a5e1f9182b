/* SPDX-License-Identifier: MIT */
/* number_parse on any bytes: two letters of region, then the cell. */
#include <assert.h>

#include "shared/number.h"
#include "shared/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char region[3] = "", *cell, area[8];
	struct number n, again;

	if (len < 2)
		return 0;
	memcpy(region, data, 2);
	/* Of the exact size, so that one byte too far is found. */
	cell = xstrndup((const char *)data + 2, len - 2);
	if (number_parse(cell, region, &n)) {
		assert(number_parse(n.e164, NULL, &again));
		assert(strcmp(n.e164, again.e164) == 0);
		assert(strlen(number_zones(n.e164)) < MODEL_ZONE);
		number_area(n.e164, area);
	} else
		assert(n.e164[0] == '\0');
	number_zones(cell);
	number_area(cell, area);
	free(cell);
	return 0;
}
