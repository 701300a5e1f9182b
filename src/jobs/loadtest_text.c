/* SPDX-License-Identifier: MIT */
/* loadtest_text: JSON to aligned lines of at most 80 columns. */
#include "jobs/loadtest_text.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"

#define PAGE 78
#define COLS 12

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

void
loadtest_text_value(const json_t *v, char *out, size_t size)
{
	if (json_is_string(v))
		str_copy(out, size, json_string_value(v));
	else if (json_is_integer(v))
		str_format(out, size, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		str_format(out, size, "%.4g", json_real_value(v));
	else if (json_is_boolean(v))
		str_copy(out, size, json_is_true(v) ? "yes" : "no");
	else
		str_copy(out, size, "-");
}

static void
join(const json_t *list, struct buf *b)
{
	size_t i;
	json_t *v;

	json_array_foreach (list, i, v)
		buf_fmt(b, "%s%s", i > 0 ? ", " : "",
		    json_string_value(v) != NULL ? json_string_value(v) : "?");
}

void
loadtest_text_what(const json_t *report, struct buf *b)
{
	const json_t *p = json_object_get(report, "parameters");
	bool simulated = strcmp(text_at(p, "carrier"), "simulated") == 0;

	buf_fmt(b, "%.4g calls per second for %.4g minutes ",
	    json_number_value(json_object_get(p, "cps")),
	    json_number_value(json_object_get(p, "minutes")));
	if (simulated)
		buf_str(b, "to the simulated carrier");
	else
		buf_fmt(b, "over %s of switch %s", text_at(p, "channel"),
		    text_at(p, "carrier"));
	buf_fmt(b, ", %lld caller IDs",
	    (long long)json_integer_value(json_object_get(p, "dids")));
	if (text_at(p, "carrier_options")[0] != '\0')
		buf_fmt(
		    b, ", carrier options %s", text_at(p, "carrier_options"));
}

void
loadtest_text_abandonment(const json_t *result, struct buf *b)
{
	const json_t *a = json_object_get(result, "abandonment");
	const json_t *ci = json_object_get(a, "false_positive_95");

	if (!json_is_object(a))
		return;
	buf_fmt(b,
	    "%.2f %% of %lld people abandoned with false positives: %lld found "
	    "nobody, %lld were taken for machines.  Put false_positive = %.4f "
	    "into the amd_profile in use (95 %% interval %.4f to %.4f).",
	    100 * json_number_value(json_object_get(a, "rate")),
	    (long long)json_integer_value(json_object_get(a, "people")),
	    (long long)json_integer_value(json_object_get(a, "abandoned")),
	    (long long)json_integer_value(
		json_object_get(a, "taken_for_machines")),
	    json_number_value(json_object_get(a, "false_positive")),
	    json_number_value(json_array_get(ci, 0)),
	    json_number_value(json_array_get(ci, 1)));
}

/* Words of a long line on several, each indented. */
static void
wrap(struct buf *out, const char *label, const char *s)
{
	size_t col = 0;

	buf_fmt(out, "%-11s", label);
	while (*s != '\0') {
		size_t n = strcspn(s, " ");

		if (col > 0 && 11 + col + 1 + n > PAGE) {
			buf_fmt(out, "\n%-11s", "");
			col = 0;
		}
		buf_fmt(out, "%s%.*s", col > 0 ? " " : "", (int)n, s);
		col += n + (col > 0);
		s += n;
		s += strspn(s, " ");
	}
	buf_byte(out, '\n');
}

static void
put_head(const json_t *report, struct buf *out)
{
	const json_t *result = json_object_get(report, "result");
	const json_t *p = json_object_get(report, "parameters");
	bool pass = strcmp(text_at(result, "verdict"), "pass") == 0;
	struct buf b = BUF_INIT;
	char title[64];

	str_format(title, sizeof(title), "LOAD TEST %lld",
	    (long long)json_integer_value(json_object_get(report, "id")));
	buf_fmt(out, "%-*s%s\n", PAGE - 4, title, pass ? "PASS" : "FAIL");
	for (int i = 0; i < PAGE; i++)
		buf_byte(out, '=');
	buf_byte(out, '\n');
	loadtest_text_what(report, &b);
	wrap(out, "run", buf_cstr(&b));
	buf_reset(&b);
	join(json_object_get(p, "countries"), &b);
	wrap(out, "countries", buf_cstr(&b));
	buf_reset(&b);
	join(json_object_get(p, "scenarios"), &b);
	wrap(out, "scenarios", buf_cstr(&b));
	buf_reset(&b);
	buf_fmt(&b, "%s to %s, discador %s", text_at(report, "started"),
	    text_at(report, "ended"), text_at(report, "version"));
	wrap(out, "when", buf_cstr(&b));
	if (text_at(result, "stopped")[0] != '\0')
		wrap(out, "STOPPED", text_at(result, "stopped"));
	if (text_at(result, "not_judged")[0] != '\0')
		wrap(out, "not judged", text_at(result, "not_judged"));
	buf_clear(&b);
}

static void
put_targets(const json_t *list, struct buf *out)
{
	size_t i;
	json_t *t;

	buf_fmt(
	    out, "\n%-5s %-31s %-21s %s\n", "", "target", "wanted", "measured");
	json_array_foreach (list, i, t)
		buf_fmt(out, "%-5s %-31s %-21s %s\n",
		    json_is_true(json_object_get(t, "pass")) ? "PASS" : "FAIL",
		    text_at(t, "name"), text_at(t, "wanted"),
		    text_at(t, "measured"));
}

/* A list of objects: the first one's keys are the columns. */
static void
put_table(const char *title, const json_t *list, struct buf *out)
{
	const char *keys[COLS], *key;
	size_t w[COLS], n = 0, i, k;
	char text[80];
	json_t *o, *v;

	json_object_foreach (json_array_get(list, 0), key, v)
		if (n < COLS) {
			w[n] = strlen(key);
			keys[n++] = key;
		}
	if (n == 0)
		return;
	json_array_foreach (list, i, o)
		for (k = 0; k < n; k++) {
			loadtest_text_value(
			    json_object_get(o, keys[k]), text, sizeof(text));
			w[k] = MAXIMUM(w[k], strlen(text));
		}
	buf_fmt(out, "\n%s\n", title);
	for (k = 0; k < n; k++)
		buf_fmt(out, k == 0 ? "%-*s" : "  %*s", (int)w[k], keys[k]);
	buf_byte(out, '\n');
	json_array_foreach (list, i, o) {
		for (k = 0; k < n; k++) {
			loadtest_text_value(
			    json_object_get(o, keys[k]), text, sizeof(text));
			buf_fmt(
			    out, k == 0 ? "%-*s" : "  %*s", (int)w[k], text);
		}
		buf_byte(out, '\n');
	}
}

/* key value, key value ... of an object, on as few lines as it takes. */
static void
put_figures(const char *label, const json_t *o, struct buf *out)
{
	struct buf b = BUF_INIT;
	const char *key;
	char text[80];
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)o, key, v) {
		loadtest_text_value(v, text, sizeof(text));
		buf_fmt(&b, "%s%s %s", b.len > 0 ? ", " : "", key, text);
	}
	if (b.len > 0)
		wrap(out, label, buf_cstr(&b));
	buf_clear(&b);
}

static void
put_comparison(const json_t *c, struct buf *out)
{
	size_t i;
	json_t *t;

	if (!json_is_object(c))
		return;
	buf_fmt(out, "\nBeside load test %lld: %lld better, %lld worse\n",
	    (long long)json_integer_value(json_object_get(c, "with")),
	    (long long)json_integer_value(json_object_get(c, "better")),
	    (long long)json_integer_value(json_object_get(c, "worse")));
	buf_fmt(out, "%-7s%-31s %-20s %s\n", "", "target", "then", "now");
	json_array_foreach (json_object_get(c, "targets"), i, t)
		buf_fmt(out, "%-7s%-31s %-20s %s\n", text_at(t, "change"),
		    text_at(t, "name"), text_at(t, "then"), text_at(t, "now"));
}

void
loadtest_text(const json_t *report, struct buf *out)
{
	const json_t *r = json_object_get(report, "result");
	char rss[40], cpu[40];
	struct buf b = BUF_INIT;

	put_head(report, out);
	put_targets(json_object_get(r, "targets"), out);
	put_table("countries", json_object_get(r, "countries"), out);
	put_table("keys", json_object_get(r, "keys"), out);
	put_table("machines and people, as answered and as detected",
	    json_object_get(r, "amd"), out);
	put_table("caller IDs", json_object_get(r, "pools"), out);
	buf_byte(out, '\n');
	loadtest_text_abandonment(r, &b);
	if (b.len > 0)
		wrap(out, "abandoned", buf_cstr(&b));
	buf_clear(&b);
	put_figures("ended as", json_object_get(r, "dispositions"), out);
	put_figures("set-up ms", json_object_get(r, "setup_ms"), out);
	put_figures("changes", json_object_get(r, "changes"), out);
	put_figures("soak", json_object_get(r, "soak"), out);
	loadtest_text_value(
	    json_object_get(r, "engine_rss_kb"), rss, sizeof(rss));
	loadtest_text_value(
	    json_object_get(r, "engine_cpu_ms"), cpu, sizeof(cpu));
	buf_fmt(out, "%-11sat most %s KB of memory, %s ms of processor time\n",
	    "engine", rss, cpu);
	put_comparison(json_object_get(report, "comparison"), out);
}
