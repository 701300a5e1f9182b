/* SPDX-License-Identifier: MIT */
/* mark: a ring on the board; which commands are worth one is a table. */
#include "daemon/mark.h"

#include <string.h>

#include "daemon/state.h"

void
mark_put(struct daemon *d, const struct board_mark *m)
{
	struct board *b = d->next;

	if (b->nmarks > 0)
		b->mark_head = (b->mark_head + 1) % BOARD_MARKS;
	b->nmarks = MINIMUM(b->nmarks + 1, BOARD_MARKS);
	b->marks[b->mark_head] = *m;
}

void
mark_add(struct daemon *d, const char *kind, const char *who, const char *text)
{
	struct board_mark m = { .at_ms = now_read().wall_ms };

	str_copy(m.kind, sizeof(m.kind), kind);
	str_copy(m.who, sizeof(m.who), who);
	str_copy(m.text, sizeof(m.text), text);
	mark_put(d, &m);
}

void
mark_command(struct daemon *d, const char *who, const char *action,
    const char *object, const char *result)
{
	static const struct {
		const char *action, *kind;
	} kinds[] = { { "cps", "cps" }, { "brake", "brake" },
		{ "campaign", "campaign" }, { "apply", "config" },
		{ "set", "config" }, { "context", "config" },
		{ "did", "config" } };
	bool done = strcmp(result, "done") == 0 || result[0] == '\0';
	char text[sizeof(((struct board_mark *)NULL)->text)];
	size_t i = 0;

	while (i < nitems(kinds) && strcmp(kinds[i].action, action) != 0)
		i++;
	if (i == nitems(kinds))
		return;
	str_format(text, sizeof(text), "%s %s%s%s", action, object,
	    done ? "" : ": ", done ? "" : result);
	mark_add(d, kinds[i].kind, who, text);
}
