/* SPDX-License-Identifier: MIT */
/* keys: look-ups in the key table.  Decides nothing else. */
#include "ui/keys.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

const struct keys_row keys_rows[] = {
#define KEY(scope, key, action, name, help)                                    \
	{ SCOPE_##scope, key, ACT_##action, name, help },
#include "shared/tbl_keys.h"
};
const size_t keys_nrows = nitems(keys_rows);

uint32_t
keys_code(const char *name)
{
	static const struct {
		const char *name;
		uint32_t code;
	} named[] = {
		{ "Space", ' ' },
		{ "Tab", UIK_TAB },
		{ "Enter", UIK_ENTER },
		{ "Esc", UIK_ESC },
		{ "BSpace", UIK_BACKSPACE },
		{ "Up", UIK_UP },
		{ "Down", UIK_DOWN },
		{ "Left", UIK_LEFT },
		{ "Right", UIK_RIGHT },
		{ "PgUp", UIK_PGUP },
		{ "PgDn", UIK_PGDN },
		{ "Home", UIK_HOME },
		{ "End", UIK_END },
		{ "DC", UIK_DELETE },
		{ "BTab", UIK_BACKTAB },
	};
	uint32_t c;

	for (size_t i = 0; i < nitems(named); i++)
		if (strcmp(named[i].name, name) == 0)
			return named[i].code;
	if (strncmp(name, "C-", 2) == 0 && name[2] != '\0' && name[3] == '\0')
		return UIK_CTRL((uint32_t)(unsigned char)name[2]);
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9') {
		c = (uint32_t)(name[1] - '0');
		if (name[2] >= '0' && name[2] <= '2' && name[3] == '\0')
			c = c * 10 + (uint32_t)(name[2] - '0');
		else if (name[2] != '\0')
			return UIK_NONE;
		return c <= 12 ? UIK_F1 + c - 1 : UIK_NONE;
	}
	if (text_decode(name, &c) == strlen(name) && c >= 0x20)
		return c;
	return UIK_NONE;
}

enum keys_action
keys_find(enum keys_scope scope, uint32_t code)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < keys_nrows; i++)
			if (keys_rows[i].scope ==
				(pass == 0 ? scope : SCOPE_GLOBAL) &&
			    keys_code(keys_rows[i].key) == code)
				return keys_rows[i].action;
	return ACT_NONE;
}

size_t
keys_help_group(size_t i, char *out, size_t size)
{
	size_t n = 1, len;

	str_copy(out, size, keys_rows[i].key);
	for (; i + n < keys_nrows &&
	       keys_rows[i + n].action == keys_rows[i].action &&
	       keys_rows[i + n].scope == keys_rows[i].scope;
	     n++) {
		len = strlen(out);
		str_format(out + len, size - len, " %s", keys_rows[i + n].key);
	}
	return n;
}
