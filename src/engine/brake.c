/* SPDX-License-Identifier: MIT */
/* brake: state, reason and time of the emergency brake. */
#include "engine/brake.h"

#include "shared/util.h"

void
brake_init(struct brake *b, int64_t now_ms)
{
	*b = (struct brake){ .since_ms = now_ms };
}

bool
brake_set(struct brake *b, bool on, const char *reason, int64_t now_ms)
{
	enum brake_state want = on ? BRAKE_ENGAGED : BRAKE_RELEASED;

	if (b->state == want)
		return false;
	b->state = want;
	b->since_ms = now_ms;
	str_copy(b->reason, sizeof(b->reason), reason);
	return true;
}

const char *
brake_word(const struct brake *b)
{
	return b->state == BRAKE_ENGAGED ? "engaged" : "released";
}
