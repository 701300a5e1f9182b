/* SPDX-License-Identifier: MIT */
/* panes: the list of them. */
#include "ui/pane.h"

#include <string.h>

#include "shared/util.h"

const struct pane *const panes[] = {
	&pane_overview,
	&pane_campaigns,
	&pane_countries,
	&pane_dids,
	&pane_contexts,
	&pane_calls,
	&pane_agents,
	&pane_trunks,
	&pane_loadtest,
	&pane_alerts,
};
const size_t npanes = nitems(panes);

const struct pane *
pane_find(const char *word)
{
	for (size_t i = 0; i < npanes; i++)
		if (strcmp(panes[i]->word, word) == 0)
			return panes[i];
	return NULL;
}
