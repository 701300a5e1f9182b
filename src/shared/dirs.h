/* SPDX-License-Identifier: MIT */
/* dirs: directories made with all that is above them. */
#ifndef SHARED_DIRS_H
#define SHARED_DIRS_H

#include <stdbool.h>
#include <sys/types.h>

/* What is above gets 0755.  False and errno; one that is there is good. */
bool dirs_make(const char *path, mode_t mode);

#endif
