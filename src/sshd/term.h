/* SPDX-License-Identifier: MIT */
/*
 * term: what a client's terminal can, by the names it states: TERM of the
 * pty-req, the locale's names of env.  Asks no terminfo.
 */
#ifndef SSHD_TERM_H
#define SSHD_TERM_H

#include <stdbool.h>

#include "ui/theme.h"

struct term {
	const char *like; /* the terminal it is served as (static) */
	bool known; /* false: guessed; the user is told */
	enum theme_depth depth;
	bool utf8, mouse, paste;
	bool sync; /* knows synchronised output (DEC 2026) */
};
/* name: TERM, "" none; locale: LC_ALL, LC_CTYPE or LANG, "" none was sent. */
struct term term_find(const char *name, const char *locale);

#endif
