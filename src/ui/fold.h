/* SPDX-License-Identifier: MIT */
/* fold: what the console draws, in ASCII, for terminals without UTF-8. */
#ifndef UI_FOLD_H
#define UI_FOLD_H

#include <stdint.h>

/* The nearest ASCII character of a code point; '?' where there is none. */
uint32_t fold_ascii(uint32_t);

#endif
