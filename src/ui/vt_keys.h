/* SPDX-License-Identifier: MIT */
/*
 * vt_keys: what a terminal sends, as key codes (ui/keys.h): arrows in both
 * modes, function keys as xterm, the Linux console and rxvt send them, the
 * keypad, SGR and X10 mouse, bracketed paste, UTF-8.
 *
 * Pure and incremental: bytes in at any split, codes out.  A lone Esc cannot
 * be told from the begin of a sequence but by time: the caller says when
 * VT_KEYS_ESC_MS have passed without a byte.  Everything unknown is dropped
 * whole, however long; nothing a terminal sends can be taken for typing, and
 * nothing pasted for a key.
 */
#ifndef UI_VT_KEYS_H
#define UI_VT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ui/keys.h"

#define VT_KEYS_ESC_MS    20
#define VT_KEYS_DOUBLE_MS 400 /* between the two clicks of a double one */

struct vt_keys {
	enum {
		VT_GROUND,
		VT_UTF8, /* more bytes of a character to come */
		VT_ESC,
		VT_CSI,
		VT_SS3,
		VT_LINUX, /* after ESC [ [ */
		VT_X10, /* three bytes of a mouse */
		VT_STRING, /* OSC, DCS and their like: an answer */
		VT_STRING_ESC
	} state;
	char seq[32]; /* what came so far of the sequence or character */
	size_t n; /* may be beyond seq: then it is dropped */
	bool pasting;
	size_t end; /* bytes of a paste's end seen */
	int64_t click_ns; /* the last click, for double ones */
	int click_y, click_x;
};

typedef void vt_keys_fn(
    void *arg, uint32_t code, const struct keys_mouse *); /* UIK_MOUSE */

void vt_keys_init(struct vt_keys *);
void vt_keys_feed(struct vt_keys *, const void *, size_t len, int64_t mono_ns,
    vt_keys_fn *, void *arg);
/* Is something begun that time would settle? */
bool vt_keys_waits(const struct vt_keys *);
/* No byte came for VT_KEYS_ESC_MS. */
void vt_keys_timeout(struct vt_keys *, vt_keys_fn *, void *arg);

#endif
