/* SPDX-License-Identifier: MIT */
/*
 * vt_keys: a state machine after ECMA-48 with what terminals made of it.
 * Knows no terminfo: the sequences below are what every terminal of today
 * sends, whatever its name.
 */
#include "ui/vt_keys.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define ESC 0x1b
#define DEL 0x7f

struct out {
	vt_keys_fn *fn;
	void *arg;
	int64_t mono_ns;
};

static const char paste_end[] = "\033[201~";

void
vt_keys_init(struct vt_keys *k)
{
	memset(k, 0, sizeof(*k));
	k->click_y = -1;
}

static void
emit(const struct out *o, uint32_t code)
{
	if (code != UIK_NONE)
		o->fn(o->arg, code, NULL);
}

static void
enter(struct vt_keys *k, int state)
{
	k->state = state;
	k->n = 0;
}

static void
keep(struct vt_keys *k, unsigned char c)
{
	if (k->n < sizeof(k->seq) - 1)
		k->seq[k->n] = (char)c;
	if (k->n < sizeof(k->seq))
		k->n++;
	k->seq[MINIMUM(k->n, sizeof(k->seq) - 1)] = '\0';
}

/* ---- what sequences mean ---------------------------------------------- */

/* ESC [ A, ESC O A, with modifiers or not; and the keypad. */
static uint32_t
letter(char c)
{
	static const char names[] = "ABCDHFPQRSZ";
	static const uint32_t codes[] = { UIK_UP, UIK_DOWN, UIK_RIGHT, UIK_LEFT,
		UIK_HOME, UIK_END, UIK_F1, UIK_F1 + 1, UIK_F1 + 2, UIK_F1 + 3,
		UIK_BACKTAB };
	const char *at = c != '\0' ? strchr(names, c) : NULL;

	return at != NULL ? codes[at - names] : UIK_NONE;
}

static uint32_t
keypad(char c)
{
	if (c >= 'p' && c <= 'y')
		return (uint32_t)(c - 'p' + '0');
	switch (c) {
	case 'M':
		return UIK_ENTER;
	case 'I':
		return UIK_TAB;
	case 'X':
		return '=';
	case 'j':
	case 'k':
	case 'l':
	case 'm':
	case 'n':
	case 'o':
		return (uint32_t)(c - 'j' + '*');
	default:
		return letter(c);
	}
}

/* ESC [ n ~, and rxvt's forms with ^ $ @ at their end. */
static uint32_t
numbered(int n)
{
	static const uint8_t f[] = { 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23,
		24 };

	for (size_t i = 0; i < nitems(f); i++)
		if (f[i] == n)
			return UIK_F1 + (uint32_t)i;
	switch (n) {
	case 1:
	case 7:
		return UIK_HOME;
	case 4:
	case 8:
		return UIK_END;
	case 3:
		return UIK_DELETE;
	case 5:
		return UIK_PGUP;
	case 6:
		return UIK_PGDN;
	default:
		return UIK_NONE;
	}
}

/* button as xterm codes it, from 1; only what begins is told, not releases. */
static void
mouse(struct vt_keys *k, const struct out *o, int button, int y, int x)
{
	struct keys_mouse m = { .y = y - 1, .x = x - 1 };

	/* shift, meta, control do not matter; motion (32) is no click */
	button &= ~(4 | 8 | 16);
	if (button == 64 || button == 65)
		m.what = button == 64 ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
	else if (button == 0) {
		bool again =
		    k->click_y == m.y && k->click_x == m.x &&
		    o->mono_ns - k->click_ns <= VT_KEYS_DOUBLE_MS * NS_PER_MS;

		m.what = again ? MOUSE_DOUBLE : MOUSE_CLICK;
		k->click_ns = o->mono_ns;
		/* a third one begins anew */
		k->click_y = again ? -1 : m.y;
		k->click_x = m.x;
	} else
		return;
	if (m.y >= 0 && m.x >= 0)
		o->fn(o->arg, UIK_MOUSE, &m);
}

/* Up to max numbers of "12;;3"; absent ones are 0, huge ones stay at 9999. */
static int
numbers(const char *s, int out[], int max)
{
	int n = 0;

	for (int i = 0; i < max; i++)
		out[i] = 0;
	for (; n < max; s++) {
		if (*s >= '0' && *s <= '9')
			out[n] = MINIMUM(out[n] * 10 + (*s - '0'), 9999);
		else if (*s == ';')
			n++;
		else
			break;
	}
	return MINIMUM(n + 1, max);
}

/* seq holds parameters and, last, the final byte. */
static void
csi(struct vt_keys *k, const struct out *o)
{
	char final;
	int v[3];

	if (k->n == 0 || k->n >= sizeof(k->seq))
		return;
	final = k->seq[k->n - 1];
	if (k->seq[0] == '<') {
		if (final == 'M' && numbers(k->seq + 1, v, 3) == 3)
			mouse(k, o, v[0], v[2], v[1]);
		return;
	}
	if (k->seq[0] > '9' && k->n > 1)
		return; /* an answer of the terminal's, not a key */
	numbers(k->seq, v, 3);
	if (strchr("~^$@", final) == NULL) {
		/* ESC [ 13 u and the like are asked for by nobody */
		emit(o, letter(final));
		return;
	}
	if (v[0] == 200) {
		k->pasting = true;
		k->end = 0;
		emit(o, UIK_PASTE);
	} else
		emit(o, numbered(v[0]));
}

/* ---- bytes ------------------------------------------------------------- */

static void
text_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	if (c >= 0xc2 && c < 0xf5) {
		enter(k, VT_UTF8);
		keep(k, c);
	} else if (c == '\r' || c == '\n')
		emit(o, UIK_ENTER);
	else if (c == 8 || c == DEL)
		emit(o, k->pasting ? UIK_NONE : UIK_BACKSPACE);
	else if (c < 0x20 && k->pasting && c != '\t')
		return;
	else if (c < 0x80)
		emit(o, c);
}

static bool utf8_byte(struct vt_keys *, const struct out *, unsigned char);

/* Text until the very bytes that end it; an Esc within is left out. */
static void
paste_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	if (k->end > 0 && c == (unsigned char)paste_end[k->end]) {
		if (++k->end < sizeof(paste_end) - 1)
			return;
		k->pasting = false;
		k->end = 0;
		enter(k, VT_GROUND);
		emit(o, UIK_PASTE_END);
		return;
	}
	if (k->end > 0) { /* it was none: what stood behind the Esc is text */
		size_t n = k->end;

		k->end = 0;
		for (size_t i = 1; i < n; i++)
			text_byte(k, o, (unsigned char)paste_end[i]);
	}
	if (c == ESC) {
		enter(k, VT_GROUND); /* cuts a character off, too */
		k->end = 1;
	} else if (k->state != VT_UTF8 || !utf8_byte(k, o, c))
		text_byte(k, o, c);
}

/* False: c is no part of the character; that one is dropped. */
static bool
utf8_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	unsigned char first = (unsigned char)k->seq[0];
	size_t want = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	uint32_t cp;

	if ((c & 0xc0) != 0x80) {
		enter(k, VT_GROUND);
		return false;
	}
	keep(k, c);
	if (k->n < want)
		return true;
	if (text_decode(k->seq, &cp) == want && cp >= 0xa0)
		emit(o, cp);
	enter(k, VT_GROUND);
	return true;
}

static void
ground_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	if (c == ESC)
		enter(k, VT_ESC);
	else
		text_byte(k, o, c);
}

static void
esc_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	enter(k, VT_GROUND);
	if (c == '[')
		enter(k, VT_CSI);
	else if (c == 'O')
		enter(k, VT_SS3);
	else if (c == ']' || c == 'P' || c == '_' || c == '^' || c == 'X')
		enter(k, VT_STRING);
	else {
		/* Alt with a key, or Esc and a key close together */
		emit(o, UIK_ESC);
		ground_byte(k, o, c);
	}
}

static void
csi_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	if (c == ESC) {
		enter(k, VT_ESC);
		return;
	}
	if (c < 0x20 || c >= DEL) { /* broken off */
		enter(k, VT_GROUND);
		return;
	}
	if (c == '[' && k->n == 0) {
		enter(k, VT_LINUX);
		return;
	}
	if (c == 'M' && k->n == 0) {
		enter(k, VT_X10);
		return;
	}
	keep(k, c);
	if (c >= 0x40 || (c == '$' && k->n > 1 && k->seq[0] <= '9')) {
		k->state = VT_GROUND;
		csi(k, o);
		k->n = 0;
	}
}

static void
other_byte(struct vt_keys *k, const struct out *o, unsigned char c)
{
	switch (k->state) {
	case VT_SS3:
		enter(k, c == ESC ? VT_ESC : VT_GROUND);
		emit(o, keypad((char)c));
		break;
	case VT_LINUX:
		enter(k, c == ESC ? VT_ESC : VT_GROUND);
		if (c >= 'A' && c <= 'E')
			emit(o, UIK_F1 + (uint32_t)(c - 'A'));
		break;
	case VT_X10:
		keep(k, c);
		if (k->n < 3)
			break;
		mouse(k, o, (unsigned char)k->seq[0] - 32,
		    (unsigned char)k->seq[2] - 32,
		    (unsigned char)k->seq[1] - 32);
		enter(k, VT_GROUND);
		break;
	case VT_STRING:
		if (c == 7 || c == 0x18 || c == 0x1a)
			enter(k, VT_GROUND);
		else if (c == ESC)
			k->state = VT_STRING_ESC;
		break;
	default: /* VT_STRING_ESC: the string's end, or a new sequence */
		if (c == '\\')
			enter(k, VT_GROUND);
		else
			esc_byte(k, o, c);
		break;
	}
}

void
vt_keys_feed(struct vt_keys *k, const void *bytes, size_t len, int64_t mono_ns,
    vt_keys_fn *fn, void *arg)
{
	struct out o = { fn, arg, mono_ns };
	const unsigned char *p = bytes;

	for (size_t i = 0; i < len; i++) {
		if (k->pasting)
			paste_byte(k, &o, p[i]);
		else if (k->state == VT_GROUND)
			ground_byte(k, &o, p[i]);
		else if (k->state == VT_UTF8) {
			if (!utf8_byte(k, &o, p[i]))
				ground_byte(k, &o, p[i]);
		} else if (k->state == VT_ESC)
			esc_byte(k, &o, p[i]);
		else if (k->state == VT_CSI)
			csi_byte(k, &o, p[i]);
		else
			other_byte(k, &o, p[i]);
	}
}

bool
vt_keys_waits(const struct vt_keys *k)
{
	return !k->pasting && k->state != VT_GROUND;
}

void
vt_keys_timeout(struct vt_keys *k, vt_keys_fn *fn, void *arg)
{
	struct out o = { fn, arg, 0 };
	bool esc = k->state == VT_ESC;

	if (!vt_keys_waits(k))
		return;
	enter(k, VT_GROUND);
	if (esc)
		emit(&o, UIK_ESC);
}
