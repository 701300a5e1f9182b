/* SPDX-License-Identifier: MIT */
/* model: words for states and dispositions, from the rows of tbl_call.h. */
#include "shared/model.h"

#include <string.h>

#include "shared/util.h"

static const char *const state_words[] = {
#define CALL_STATE(n, w) w,
#include "shared/tbl_call.h"
};
static const struct {
	const char *word;
	bool final;
	int retry_s;
} disp[] = {
#define DISPOSITION(n, w, f, r) { w, f, r },
#include "shared/tbl_call.h"
};

const char *
call_state_word(enum call_state s)
{
	return (unsigned)s < nitems(state_words) ? state_words[s] : "?";
}

int
call_state_parse(const char *w)
{
	for (size_t i = 0; i < nitems(state_words); i++)
		if (strcmp(w, state_words[i]) == 0)
			return (int)i;
	return -1;
}

const char *
disposition_word(enum disposition d)
{
	return (unsigned)d < nitems(disp) ? disp[d].word : "?";
}

int
disposition_parse(const char *w)
{
	for (size_t i = 0; i < nitems(disp); i++)
		if (strcmp(w, disp[i].word) == 0)
			return (int)i;
	return -1;
}

bool
disposition_final(enum disposition d)
{
	return (unsigned)d < nitems(disp) && disp[d].final;
}

int
disposition_retry_s(enum disposition d)
{
	return (unsigned)d < nitems(disp) ? disp[d].retry_s : 0;
}
