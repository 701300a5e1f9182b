/* SPDX-License-Identifier: MIT */
/*
 * country_week: calling hours as configured, a bar a day.  Knows neither
 * holidays nor the stricter hours of states: those are texts beside it.
 */
#include "ui/country_week.h"

#include <string.h>

#include "shared/text.h"
#include "shared/tz.h"
#include "shared/util.h"
#include "ui/doc.h"
#include "ui/layout.h"

#define DAY_MIN 1440

/* "08:00-21:00" to minutes; false: none. */
static bool
span_of(const char *s, int *from, int *to)
{
	int a, b, c, d;

	if (sscanf(s, "%2d:%2d-%2d:%2d", &a, &b, &c, &d) != 4)
		return false;
	*from = a * 60 + b;
	*to = c * 60 + d;
	return true;
}

/* 0 = Sunday; -1: no day stands there. */
static int
day_of(const char *s)
{
	static const char names[] = "sunmontuewedthufrisat";

	for (int i = 0; i < 7; i++)
		if (strncasecmp(s, names + 3 * i, 3) == 0)
			return i;
	return -1;
}

/* "mon-fri", "mon,wed,sat-sun", "none" to a bit a day. */
static unsigned
days_of(const char *s)
{
	unsigned set = 0;

	while (*s != '\0') {
		int a = day_of(s), b = a;

		if (a < 0)
			return set;
		s += 3;
		if (*s == '-' && (b = day_of(s + 1)) >= 0)
			s += 4;
		for (int i = a;; i = (i + 1) % 7) {
			set |= 1u << i;
			if (i == b || b < 0)
				break;
		}
		while (*s == ',' || *s == ' ')
			s++;
	}
	return set;
}

/* Minutes [from, to) of each weekday; equal: no calls. */
static void
week_of(
    const struct board_country *k, const json_t *conf, int from[7], int to[7])
{
	char span[32];
	int a = 0, b = 0, c, d;
	unsigned days = days_of(k->weekdays);

	str_copy(span, sizeof(span), k->hours);
	if (conf != NULL) {
		str_format(span, sizeof(span), "%.5s-%.5s",
		    doc_text(conf, "call_from"), doc_text(conf, "call_to"));
		days = days_of(doc_text(conf, "weekdays"));
	}
	if (!span_of(span, &a, &b))
		a = b = 0;
	for (int i = 0; i < 7; i++) {
		const char *own = i == 0   ? doc_text(conf, "sunday")
				  : i == 6 ? doc_text(conf, "saturday")
					   : "";

		from[i] = to[i] = 0;
		if (own[0] != '\0') {
			if (span_of(own, &c, &d)) {
				from[i] = c;
				to[i] = d;
			}
		} else if (days >> i & 1) {
			from[i] = a;
			to[i] = b;
		}
	}
}

static void
draw_day(struct canvas *cv, struct rect r, int from, int to, int now)
{
	for (int i = 0; i < r.w; i++) {
		int at = i * DAY_MIN / r.w, next = (i + 1) * DAY_MIN / r.w;
		bool open = at >= from && at < to;

		if (now >= at && now < next)
			canvas_run(cv, r.y, r.x + i, 1, STYLE_BOLD(ROLE_STRONG),
			    canvas_ascii(cv) ? '|' : 0x2503);
		else
			canvas_run(cv, r.y, r.x + i, 1,
			    STYLE(open ? ROLE_GOOD : ROLE_FRAME),
			    canvas_ascii(cv) ? (open ? '#' : '.')
			    : open           ? 0x2588u
					     : 0x2591u);
	}
}

void
country_week_draw(struct canvas *cv, struct rect r,
    const struct board_country *k, const json_t *conf, int64_t now_ms)
{
	static const char *const days[7] = { N_("Sun"), N_("Mon"), N_("Tue"),
		N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat") };
	const struct tz *tz = k->zone[0] != '\0' ? tz_get(k->zone) : NULL;
	struct tz_local l = { .weekday = -1, .minute = -1 };
	int from[7], to[7];
	char t[32];

	week_of(k, conf, from, to);
	if (tz != NULL)
		tz_local(tz, now_ms, &l);
	for (int i = 1; i <= 7 && r.h > 0; i++) {
		int d = i % 7, w = r.w - 6 - 12;
		bool today = d == l.weekday;

		canvas_text(cv, r.y, r.x, 5,
		    today ? STYLE_BOLD(ROLE_ACCENT) : STYLE(ROLE_TEXT),
		    _(days[d]));
		if (w >= 12)
			draw_day(cv, (struct rect){ r.y, r.x + 6, 1, w },
			    from[d], to[d], today ? l.minute : -1);
		if (from[d] < to[d])
			str_format(t, sizeof(t), "%02d:%02d-%02d:%02d",
			    from[d] / 60, from[d] % 60, to[d] / 60, to[d] % 60);
		else
			str_copy(t, sizeof(t), _("none"));
		canvas_right(cv, r.y, r.x + r.w - 11, 11,
		    STYLE(from[d] < to[d] ? ROLE_TEXT : ROLE_DIM), t);
		layout_top(&r, 1);
	}
}
