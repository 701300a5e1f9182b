/* SPDX-License-Identifier: MIT */
/*
 * prompt_install: a prompt's files to a switch: into a directory, or handed
 * to the operator's command, one run for each file.  And what is there.
 */
#ifndef JOBS_PROMPT_INSTALL_H
#define JOBS_PROMPT_INSTALL_H

#include <stdbool.h>

#include "jobs/prompt_store.h"

struct prompt_target {
	const char *name; /* of the switch */
	const char *sounds; /* switches[].sounds; "" by hand */
};

/* Copies, and notes it in about, which the caller writes.  False and err. */
bool prompt_install(const char *dir, struct prompt_about *,
    const struct prompt_target *, struct buf *err);

enum prompt_place {
	PROMPT_BY_HAND, /* nothing is configured */
	PROMPT_SAME, /* it is there; with a command: it was sent */
	PROMPT_OTHER, /* an older one, or somebody else's */
	PROMPT_NOT_THERE,
	PROMPT_UNKNOWN, /* the directory cannot be read */
};
enum prompt_place prompt_install_look(
    const struct prompt_about *, const struct prompt_target *);
/* "installed", "by hand", ... */
const char *prompt_place_word(enum prompt_place);

#endif
