/* SPDX-License-Identifier: MIT */
/* prompt_list: what is in the store, and where it is, as a table or as JSON. */
#ifndef JOBS_PROMPT_LIST_H
#define JOBS_PROMPT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/prompt_install.h"

/* One line per prompt to stdout; how many. */
size_t prompt_list(
    const char *dir, const struct prompt_target *, size_t n, bool as_json);

#endif
