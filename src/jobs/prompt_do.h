/* SPDX-License-Identifier: MIT */
/* prompt_do: the words of discador-job prompt, each a piece of work. */
#ifndef JOBS_PROMPT_DO_H
#define JOBS_PROMPT_DO_H

#include <stdbool.h>
#include <stddef.h>

#include "jobs/progress.h"
#include "jobs/prompt_install.h"
#include "jobs/prompt_store.h"
#include "shared/buf.h"

struct conf;

/* What was asked, and the answer. */
struct prompt_ask {
	const char *name, *language, *file, *by, *texts, *only;
	char dir[512];
	bool all, force, json;
	struct prompt_target target[PROMPT_SWITCHES];
	bool failed[PROMPT_SWITCHES]; /* nothing more is tried there */
	size_t ntarget;
	struct conf *conf; /* owned; NULL: the options say all */
	struct progress progress;
	struct buf text, err; /* what is answered */
};

/* The answer is in text, or false and err. */
bool prompt_do_add(struct prompt_ask *); /* the recording on stdin */
bool prompt_do_say(struct prompt_ask *); /* the text on stdin */
bool prompt_do_render(struct prompt_ask *);
bool prompt_do_install(struct prompt_ask *);
bool prompt_do_list(struct prompt_ask *); /* to stdout */

#endif
