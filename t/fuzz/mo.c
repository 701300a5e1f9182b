/* SPDX-License-Identifier: MIT */
/* .mo files of any bytes: what was taken can be looked up, has a translation
 * that printf can be given in place of the original, and nothing else. */
#include <assert.h>

#include "shared/lang.h"
#include "shared/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct lang *l = lang_parse("es", data, len);

	if (l == NULL)
		return 0;
	for (size_t i = 0; i < lang_count(l, NULL); i++) {
		const char *id = lang_nth(l, i), *to = lang_tr(l, id);

		assert(*id != '\0' && *to != '\0');
		for (unsigned long n = 0; n < 3; n++) {
			to = lang_trn(l, id, id, n);
			assert(strlen(to) < len);
		}
	}
	lang_tr(l, "not there");
	lang_free(l);
	return 0;
}
