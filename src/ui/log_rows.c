/* SPDX-License-Identifier: MIT */
/* log_rows: order and identity of the rows. */
#include "ui/log_rows.h"

#include <string.h>

#include "shared/text.h"
#include "shared/tz.h"
#include "shared/util.h"
#include "ui/doc.h"
#include "ui/iso.h"
#include "ui/when.h"

static void
alert_row_set(
    struct alert_row *r, const struct pane_ctx *x, const struct board_alert *a)
{
	*r = (struct alert_row){ .a = a,
		.zone = x->zone != NULL ? x->zone : "",
		.now_ms = x->b->now_ms,
		.state = a->ended_ms != 0   ? ALERT_OVER
			 : a->acked_ms != 0 ? ALERT_ACKED
					    : ALERT_ACTIVE };
	/* cut at the end where it does not matter */
	str_format(r->id, sizeof(r->id), "%lld %.20s %.20s",
	    (long long)a->since_ms, a->rule, a->object);
}

size_t
alert_rows(const struct pane_ctx *x, struct alert_row *out)
{
	uint32_t n = MINIMUM(x->b->nalerts, BOARD_ALERTS);
	struct alert_row r;
	size_t k = 0;

	/* within a state the engine's order stands: critical first, newest */
	for (int s = ALERT_ACTIVE; s <= ALERT_OVER; s++)
		for (uint32_t i = 0; i < n; i++) {
			alert_row_set(&r, x, &x->b->alerts[i]);
			/* it may end between two passes */
			if ((int)r.state == s && k < BOARD_ALERTS)
				out[k++] = r;
		}
	return k;
}

int64_t
alert_row_lasts(const struct alert_row *r)
{
	int64_t end = r->a->ended_ms != 0 ? r->a->ended_ms : r->now_ms;

	/* absurd times on the board must not overflow */
	return when_since_s(r->a->since_ms, end);
}

struct style
alert_style(const struct alert_row *r)
{
	bool bad = strcmp(r->a->severity, "critical") == 0;
	bool warn = strcmp(r->a->severity, "warning") == 0;

	if (r->state == ALERT_OVER)
		return STYLE(ROLE_DIM);
	if (r->state == ALERT_ACKED)
		return STYLE(bad ? ROLE_BAD : warn ? ROLE_WARN : ROLE_TEXT);
	if (!bad && !warn)
		return STYLE(ROLE_ACCENT);
	return (struct style){ ROLE_STRONG, bad ? ROLE_BG_BAD : ROLE_BG_WARN,
		ATTR_BOLD };
}

const char *
alert_state_name(enum alert_state s)
{
	static const char *const names[] = { N_("active"), N_("acknowledged"),
		N_("over") };

	return _(names[s]);
}

/* Days since 1970 in that zone (UTC where it is not known). */
static int64_t
day_of(const char *zone, int64_t ms)
{
	const struct tz *tz =
	    zone != NULL && zone[0] != '\0' ? tz_get(zone) : NULL;
	struct tz_local l;

	if (tz == NULL)
		return ms / (86400 * MS_PER_S);
	tz_local(tz, ms, &l);
	return tz_days(l.year, l.month, l.day);
}

void
alert_counts(const struct pane_ctx *x, unsigned n[3])
{
	const struct board *b = x->b;
	int64_t today = day_of(x->zone, b->now_ms);

	memset(n, 0, 3 * sizeof(*n));
	for (uint32_t i = 0; i < b->nalerts && i < BOARD_ALERTS; i++) {
		const struct board_alert *a = &b->alerts[i];

		if (a->ended_ms != 0)
			n[ALERT_OVER] += day_of(x->zone, a->ended_ms) == today;
		else
			n[a->acked_ms != 0 ? ALERT_ACKED : ALERT_ACTIVE]++;
	}
}

size_t
log_rows(const struct pane_ctx *x, struct log_row *out)
{
	const struct board *b = x->b;
	uint32_t n = MINIMUM(b->nlog, BOARD_LOG);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (b->log_head + BOARD_LOG - i) % BOARD_LOG;
		const struct board_log *l = &b->log[at];

		out[i] = (struct log_row){ .l = l,
			.zone = x->zone != NULL ? x->zone : "",
			.now_ms = b->now_ms };
		str_format(out[i].id, sizeof(out[i].id), "%lld %u %.30s",
		    (long long)l->at_ms, at, l->text);
	}
	return n;
}

size_t
audit_rows(const struct pane_ctx *x, const json_t *data, struct audit_row *out,
    size_t max)
{
	const json_t *lines = json_object_get(data, "lines"), *o;
	size_t n = MINIMUM(json_array_size(lines), max);

	for (size_t i = 0; i < n; i++) {
		o = json_array_get(lines, i);
		out[i] = (struct audit_row){ .now_ms = x->b->now_ms,
			.zone = x->zone != NULL ? x->zone : "",
			.at_ms = iso_of(o, "at"),
			.user = doc_text(o, "actor"),
			.node = doc_text(o, "node"),
			.origin = doc_text(o, "origin"),
			.action = doc_text(o, "action"),
			.object = doc_text(o, "object"),
			.result = doc_text(o, "result") };
		str_format(out[i].id, sizeof(out[i].id), "%lld %.12s %.30s",
		    (long long)out[i].at_ms, out[i].action, out[i].object);
	}
	return n;
}
