/* SPDX-License-Identifier: MIT */
/* fresh: a list of those who wait for a reload.  Reloads nothing itself. */
#include "daemon/fresh.h"

#include <stdlib.h>

#include "daemon/state.h"

struct fresh {
	struct fresh *next;
	unsigned want; /* number of the reload that is new enough */
	void (*fn)(void *arg);
	void *arg;
};

void
fresh_reload(struct daemon *d, void (*fn)(void *arg), void *arg)
{
	struct fresh *f, **at = &d->fresh;

	/* One that runs may have read the row before it was changed. */
	unsigned want = d->reloads + 1;

	loader_reload(d);
	if (!d->reloading) {
		fn(arg);
		return;
	}
	f = xcalloc(1, sizeof(*f));
	*f = (struct fresh){ .want = want, .fn = fn, .arg = arg };
	while (*at != NULL)
		at = &(*at)->next;
	*at = f;
}

void
fresh_begun(struct daemon *d)
{
	d->reloads++;
}

void
fresh_over(struct daemon *d)
{
	struct fresh **at = &d->fresh, *f;

	while ((f = *at) != NULL) {
		/* Without the database none follows for now. */
		if ((int)(f->want - d->reloads) > 0 && db_is_up(d->admin)) {
			at = &f->next;
			continue;
		}
		*at = f->next;
		f->fn(f->arg);
		free(f);
	}
}
