/* SPDX-License-Identifier: MIT */
/* attempt: the retry rule; defaults in tbl_call.h, changes per campaign. */
#include "engine/attempt.h"

#include "shared/util.h"

struct attempt_next
attempt_after(
    const struct m_campaign *c, int attempt, enum disposition d, int64_t now_ms)
{
	int64_t pause = c->retry[d];
	bool final = disposition_final(d);

	if (d == DISP_OPTED_OUT)
		return (struct attempt_next){ "dnc", 0 };
	if (pause >= 0)
		final = pause == 0;
	else
		pause = disposition_retry_s(d);
	if (final)
		return (struct attempt_next){ "done", 0 };
	if (attempt >= c->max_attempts ||
	    (c->retry_max[d] > 0 && attempt >= c->retry_max[d]))
		return (struct attempt_next){ "exhausted", 0 };
	return (struct attempt_next){ "pending", now_ms + pause * MS_PER_S };
}
