/* SPDX-License-Identifier: MIT */
/*
 * heap: the C library's heap where one process forks hundreds that live long.
 * Their pages are shared until somebody writes to them.
 */
#ifndef SHARED_HEAP_H
#define SHARED_HEAP_H

#include <stdint.h>

/*
 * Before forking: take every free piece between what is in use, for good
 * (some 100 KB).  What is allocated from now on, here and in every child,
 * lies side by side in new pages, instead of in one hole each of all the old
 * ones, which would make those pages the child's own.
 */
void heap_seal(void);
/*
 * Once per turn: gives what is free back to the system, 2 s after the first
 * call and then every minute.
 */
void heap_tidy(int64_t mono_ns);

#endif
