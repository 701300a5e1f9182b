/* SPDX-License-Identifier: MIT */
/* doc: reads, and never complains. */
#include "ui/doc.h"

const char *
doc_text(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s != NULL ? s : "";
}

uint64_t
doc_count(const json_t *object, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	return v > 0 ? (uint64_t)v : 0;
}
