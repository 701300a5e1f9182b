/* SPDX-License-Identifier: MIT */
/* fold: letters lose their accents, lines become - | +. */
#include "ui/fold.h"

uint32_t
fold_ascii(uint32_t c)
{
	static const char latin[] = /* U+00A0 .. U+00FF */
	    " !cL?Y|S\"Ca<--R-o+23'uP.,1o>????"
	    "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
	    "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

	if (c < 0x7f)
		return c;
	if (c >= 0xa0 && c <= 0xff)
		return (unsigned char)latin[c - 0xa0];
	if (c >= 0x2500 && c <= 0x257f)
		return c == 0x2500 || c == 0x2504 || c == 0x2501 ? '-'
		       : c == 0x2502 || c == 0x2503              ? '|'
								 : '+';
	switch (c) {
	case 0x2010:
	case 0x2011:
	case 0x2013:
	case 0x2014:
	case 0x2212:
		return '-';
	case 0x2018:
	case 0x2019:
		return '\'';
	case 0x201c:
	case 0x201d:
		return '"';
	case 0x2026:
	case 0x00b7:
		return '.';
	case 0x25cf:
	case 0x2022:
	case 0x2713:
	case 0x25c6:
		return '*';
	case 0x25cb:
		return 'o';
	case 0x2192:
	case 0x25b6:
	case 0x203a:
		return '>';
	case 0x2190:
	case 0x25c0:
		return '<';
	case 0x2191:
	case 0x25b2:
		return '^';
	case 0x2193:
	case 0x25bc:
		return 'v';
	case 0x2716:
	case 0x00d7:
	case 0x25a0:
		return 'X';
	case 0x2588:
	case 0x2593:
		return '#';
	default:
		return '?';
	}
}
