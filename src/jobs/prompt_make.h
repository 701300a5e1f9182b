/* SPDX-License-Identifier: MIT */
/*
 * prompt_make: an uploaded recording, or a text spoken by espeak-ng, into the
 * files of a prompt.  Checks before it converts; replaces a prompt in whole or
 * not at all.
 */
#ifndef JOBS_PROMPT_MAKE_H
#define JOBS_PROMPT_MAKE_H

#include <stdbool.h>

#include "jobs/prompt_store.h"

#define PROMPT_UPLOAD_MAX (64 * 1024 * 1024)

/*
 * about: name, text, language, source, by; the rest is filled in.  The caller
 * holds the lock.  in: a WAV file to be read to its end.  False and err;
 * warnings, whole sentences with '\n', into warn.
 */
bool prompt_make_add(const char *dir, int in, struct prompt_about *,
    struct buf *warn, struct buf *err);
bool prompt_make_say(
    const char *dir, struct prompt_about *, struct buf *warn, struct buf *err);

#endif
