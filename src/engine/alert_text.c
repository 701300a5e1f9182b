/* SPDX-License-Identifier: MIT */
/*
 * alert_text: messages from templates, alerts as JSON.  Decides nothing.
 */
#include "engine/alert_text.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "engine/alert.h"
#include "shared/text.h"
#include "shared/util.h"

static void
number(struct buf *b, double v)
{
	if (v == nearbyint(v) || fabs(v) >= 1000)
		buf_fmt(b, "%.0f", v);
	else
		buf_fmt(b, "%.3g", v);
}

/* What stands at s: "{word}"? */
static bool
is_field(const char *s, const char *word)
{
	size_t n = strlen(word);

	return strncmp(s + 1, word, n) == 0 && s[n + 1] == '}';
}

/* Past the field that begins at s; s where none does. */
static const char *
put_field(struct buf *b, const char *s, const struct m_alert_rule *r,
    const char *object, double value, const char *detail)
{
	if (is_field(s, "object"))
		buf_str(b, object);
	else if (is_field(s, "value"))
		number(b, value);
	else if (is_field(s, "threshold"))
		number(b, r->threshold);
	else if (is_field(s, "percent"))
		buf_fmt(b, fabs(value) < 0.1 ? "%.2g" : "%.0f", 100 * value);
	else if (is_field(s, "detail"))
		buf_str(b, detail);
	else
		return s;
	return strchr(s, '}') + 1;
}

/* Of a rule without words: "usa: country.asr is 0.12, below 0.2". */
static void
made(struct buf *b, const struct m_alert_rule *r, const char *object,
    double value)
{
	buf_fmt(b, "%s%s%s is ", object, *object ? ": " : "", r->statistic);
	number(b, value);
	buf_fmt(b, ", %s ", r->test);
	number(b, r->threshold);
}

void
alert_text(char *out, size_t size, struct buf *b, const struct m_alert_rule *r,
    const char *object, double value, const char *detail)
{
	const char *s = r->message;
	bool placed = strstr(s, "{detail}") != NULL;

	buf_reset(b);
	if (detail == NULL)
		detail = "";
	while (*s) {
		const char *next = s;

		if (*s == '{')
			next = put_field(b, s, r, object, value, detail);
		if (next == s)
			buf_byte(b, *next++);
		s = next;
	}
	if (b->len == 0)
		made(b, r, object, value);
	if (*detail && !placed)
		buf_fmt(b, ": %s", detail);
	text_clean(out, size, buf_cstr(b));
}

static void
put_text(struct buf *b, const char *key, const char *text)
{
	buf_fmt(b, ",\"%s\":", key);
	buf_json_str(b, text);
}

static void
put_time(struct buf *b, const char *key, int64_t ms)
{
	char t[32];

	time_iso(ms, t);
	if (ms != 0)
		put_text(b, key, t);
	else
		buf_fmt(b, ",\"%s\":null", key);
}

void
alert_json(struct buf *b, const struct board_alert *a, const char *node)
{
	buf_fmt(b, "{\"state\":\"%s\"", a->ended_ms != 0 ? "ended" : "raised");
	put_text(b, "rule", a->rule);
	put_text(b, "object", a->object);
	put_text(b, "severity", a->severity);
	put_time(b, "since", a->since_ms);
	put_time(b, "ended", a->ended_ms);
	put_text(b, "message", a->message);
	put_text(b, "node", node);
	buf_byte(b, '}');
}
