/* SPDX-License-Identifier: MIT */
/* console: the full-screen console on this terminal. */
#ifndef UI_CONSOLE_H
#define UI_CONSOLE_H

#include <stdbool.h>

struct console_opts {
	const char *run_dir; /* where board and control are */
	bool demo; /* a demo's engine: nothing at stake */
};
/*
 * The environment says the rest: DISCADOR_LANG and the locale's names
 * (shared/lang.h), DISCADOR_THEME (ui/theme.h), DISCADOR_MOUSE=off, NO_COLOR,
 * TERM, TZ.
 *
 * Runs until the viewer detaches.  Returns the exit code: 0 detached, 1 no
 * usable terminal (one line on stderr says why).
 */
int console_run(const struct console_opts *);

#endif
