/* SPDX-License-Identifier: MIT */
/* term: lists of names. */
#include "sshd/term.h"

#include <string.h>
#include <strings.h>

#include "shared/util.h"

/* What ncurses-base describes, and so what we serve by its own name. */
static const char *const own[] = { "xterm", "xterm-color", "xterm-256color",
	"xterm-16color", "screen", "screen-256color", "tmux", "tmux-256color",
	"linux", "vt100", "vt102", "vt220", "rxvt", "rxvt-unicode",
	"rxvt-unicode-256color", "cygwin", "ansi" };
/* Others that understand what xterm-256color does, by a part of the name. */
static const char *const likes[] = { "256color", "truecolor", "direct", "kitty",
	"ghostty", "foot", "wezterm", "alacritty", "contour", "xterm", "rxvt",
	"vte", "gnome", "konsole", "iterm", "putty", "mintty", "rio", "st-",
	"tmux", "screen" };
static const char *const synced[] = { "kitty", "ghostty", "foot", "wezterm",
	"alacritty", "contour" };

static bool
one_of(const char *name, const char *const *list, size_t n, const char **which)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(name, list[i]) == 0) {
			*which = list[i];
			return true;
		}
	return false;
}

static bool
part_of(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasestr(name, list[i]) != NULL)
			return true;
	return false;
}

struct term
term_find(const char *name, const char *locale)
{
	struct term t = { .like = "vt100", .known = true };
	bool old;

	if (!one_of(name, own, nitems(own), &t.like)) {
		if (part_of(name, likes, nitems(likes)))
			t.like = "xterm-256color";
		else
			t.known = false;
	}
	old = strncmp(t.like, "vt", 2) == 0 || strcmp(t.like, "linux") == 0 ||
	      strcmp(t.like, "ansi") == 0;
	t.depth = theme_depth(t.like, 0, false);
	t.mouse = t.paste = !old;
	t.sync = part_of(name, synced, nitems(synced));
	/* most terminals of today, unless they say something else; the Linux
	 * console's font lacks braille and most blocks */
	t.utf8 =
	    !old && (*locale == '\0' || strcasestr(locale, "utf-8") != NULL ||
			strcasestr(locale, "utf8") != NULL);
	return t;
}
