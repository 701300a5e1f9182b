/* SPDX-License-Identifier: MIT */
/* vt_keys: each terminal's bytes, whole and byte by byte. */
#include "ui/vt_keys.h"

#include <string.h>

#include "shared/buf.h"
#include "shared/text.h"
#include "shared/util.h"
#include "tap.h"

/* The codes as text: "a", "Up", "F1", "M3,4" ... */
static void
on_key(void *arg, uint32_t code, const struct keys_mouse *m)
{
	static const char *const names[] = { "Up", "Down", "Left", "Right",
		"PgUp", "PgDn", "Home", "End", "DC", "BTab" };
	static const char *const what[] = { "click", "double", "up", "down" };
	struct buf *b = arg;
	char u[4];

	if (b->len > 0)
		buf_byte(b, ' ');
	if (m != NULL)
		buf_fmt(b, "%s%d,%d", what[m->what], m->y, m->x);
	else if (code == UIK_ENTER)
		buf_str(b, "Enter");
	else if (code == UIK_ESC)
		buf_str(b, "Esc");
	else if (code == UIK_BACKSPACE)
		buf_str(b, "BSpace");
	else if (code < 0x20)
		buf_fmt(b, "C-%c", (char)(code + '@'));
	else if (code < UIK_FIRST)
		buf_put(b, u, text_encode(code, u));
	else if (code == UIK_PASTE)
		buf_byte(b, '{');
	else if (code == UIK_PASTE_END)
		buf_byte(b, '}');
	else if (code >= UIK_F1 && code <= UIK_F12)
		buf_fmt(b, "F%d", (int)(code - UIK_F1) + 1);
	else
		buf_str(b, names[code - UIK_FIRST]);
}

static void
expect(const char *bytes, const char *want)
{
	struct buf b[2] = { BUF_INIT, BUF_INIT };
	size_t len = strlen(bytes);

	for (int split = 0; split < 2; split++) {
		struct vt_keys k;

		vt_keys_init(&k);
		if (split == 0)
			vt_keys_feed(&k, bytes, len, 1, on_key, &b[0]);
		for (size_t i = 0; split == 1 && i < len; i++)
			vt_keys_feed(&k, bytes + i, 1, 1, on_key, &b[1]);
		vt_keys_timeout(&k, on_key, &b[split]);
	}
	ok(strcmp(buf_cstr(&b[0]), want) == 0 &&
		strcmp(buf_cstr(&b[1]), want) == 0,
	    "%s", want[0] != '\0' ? want : "nothing");
	if (strcmp(buf_cstr(&b[0]), want) != 0)
		printf("# got %s\n", buf_cstr(&b[0]));
	if (strcmp(buf_cstr(&b[1]), want) != 0)
		printf("# byte by byte: %s\n", buf_cstr(&b[1]));
	buf_clear(&b[0]);
	buf_clear(&b[1]);
}

static void
test_sequences(void)
{
	static const struct {
		const char *bytes, *want;
	} v[] = {
		{ "aZ9 ~", "a Z 9   ~" },
		{ "\r\n\t\b\177\003", "Enter Enter C-I BSpace BSpace C-C" },
		{ "\033", "Esc" },
		{ "\033\033", "Esc Esc" },
		{ "\033q", "Esc q" },
		{ "\033[A\033[B\033[C\033[D", "Up Down Right Left" },
		{ "\033OA\033OB\033OC\033OD", "Up Down Right Left" },
		{ "\033[H\033[F\033OH\033OF", "Home End Home End" },
		{ "\033[1~\033[4~\033[7~\033[8~", "Home End Home End" },
		{ "\033[3~\033[5~\033[6~\033[Z", "DC PgUp PgDn BTab" },
		{ "\033[2~", "" },
		/* xterm, VT220, the Linux console, rxvt */
		{ "\033OP\033OQ\033OR\033OS", "F1 F2 F3 F4" },
		{ "\033[11~\033[14~\033[15~\033[17~", "F1 F4 F5 F6" },
		{ "\033[21~\033[23~\033[24~\033[25~", "F10 F11 F12" },
		{ "\033[[A\033[[E", "F1 F5" },
		{ "\033[1;5A\033[1;2P\033[3;5~", "Up F1 DC" },
		{ "\0337\033[5^\033[7$x", "Esc 7 PgUp Home x" },
		{ "\033Oq\033Oy\033Ok\033OM\033Om", "1 9 + Enter -" },
		/* mouse: press, release, wheel, motion, a right click, X10 */
		{ "\033[<0;5;4M\033[<0;5;4m", "click3,4" },
		{ "\033[<0;5;4M\033[<0;5;4m\033[<0;5;4M",
		    "click3,4 double3,4" },
		{ "\033[<0;5;4M\033[<0;6;4M", "click3,4 click3,5" },
		{ "\033[<64;1;1M\033[<65;200;60M", "up0,0 down59,199" },
		{ "\033[<32;5;4M\033[<2;5;4M\033[<0;0;0M", "" },
		{ "\033[M !!", "click0,0" },
		/* answers of terminals, focus, what nobody knows */
		{ "\033[?1;2ca\033[>0;276;0cb\033[24;80Rc", "a b F3 c" },
		{ "\033[?2026;2$yd\033[Ie\033[0nf", "d e f" },
		{ "\033]11;rgb:0000/0000/0000\033\\a", "a" },
		{ "\033]0;title\ab", "b" },
		{ "\033P1$r0m\033\\c", "c" },
		{ "\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16Ax", "x" },
		{ "\033[1\033[B", "Down" },
		{ "\033[12\rj", "j" },
		/* UTF-8, cut, wrong, C1 */
		{ "\303\261\342\202\254\360\237\223\236",
		    "\303\261 \342\202\254 \360\237\223\236" },
		{ "\303x\342\202y\300\257z\377\200", "x y z" },
		{ "\302\233A\355\240\200B", "A B" },
		{ "\303\033[A", "Up" },
		/* a paste is text and nothing else */
		{ "\033[200~hi q\rX\033[201~z", "{ h i   q Enter X } z" },
		{ "\033[200~a\033[Ab\033[31mc\033[201~d",
		    "{ a [ A b [ 3 1 m c } d" },
		{ "\033[200~\003\177\b\033\033[201~", "{ }" },
		{ "\033[200~\033[200~x\033[201~", "{ [ 2 0 0 ~ x }" },
		{ "\033[200~\303\261\303\033[201~j", "{ \303\261 } j" },
		{ "\033[200~\033[20\033[201~j", "{ [ 2 0 } j" },
	};

	for (size_t i = 0; i < nitems(v); i++)
		expect(v[i].bytes, v[i].want);
}

static void
test_time(void)
{
	struct buf b = BUF_INIT;
	struct vt_keys k;

	vt_keys_init(&k);
	vt_keys_feed(&k, "\033", 1, 0, on_key, &b);
	ok(vt_keys_waits(&k) && b.len == 0, "an Esc waits");
	vt_keys_timeout(&k, on_key, &b);
	ok(!vt_keys_waits(&k) && strcmp(b.p, "Esc") == 0, "until time says so");
	buf_reset(&b);
	vt_keys_feed(&k, "\033[", 2, 0, on_key, &b);
	vt_keys_timeout(&k, on_key, &b);
	vt_keys_feed(&k, "A", 1, 0, on_key, &b);
	ok(strcmp(b.p, "A") == 0, "half a sequence is dropped");
	buf_reset(&b);
	vt_keys_feed(&k, "\033]", 2, 0, on_key, &b);
	vt_keys_timeout(&k, on_key, &b);
	vt_keys_feed(&k, "j", 1, 0, on_key, &b);
	ok(strcmp(b.p, "j") == 0, "Alt with ] does not swallow what follows");
	buf_reset(&b);
	vt_keys_feed(&k, "\033[200~a", 7, 0, on_key, &b);
	ok(!vt_keys_waits(&k), "a slow paste goes on");
	vt_keys_feed(&k, "\033[201~", 6, 0, on_key, &b);
	buf_reset(&b);
	vt_keys_feed(&k, "\033[<0;1;1M", 9, 0, on_key, &b);
	vt_keys_feed(&k, "\033[<0;1;1M", 9, (VT_KEYS_DOUBLE_MS + 1) * NS_PER_MS,
	    on_key, &b);
	ok(strcmp(b.p, "click0,0 click0,0") == 0, "two slow clicks");
	buf_clear(&b);
}

int
main(void)
{
	test_sequences();
	test_time();
	return done_testing();
}
