/* SPDX-License-Identifier: MIT */
/* loadtest_html: JSON to HTML and SVG.  Every text in it is escaped. */
#include "jobs/loadtest_html.h"

#include <math.h>
#include <string.h>

#include "jobs/loadtest_text.h"
#include "shared/util.h"

#define W    720 /* of a chart */
#define H    170
#define LEFT 52
#define FOOT 22
#define TOP  10

static const char style[] =
    "body{font:15px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff;"
    "max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "h1{font-size:1.6rem;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 "
    ".4rem}p{margin:.2rem 0;color:#555}"
    ".v{display:inline-block;padding:.1rem .7rem;border-radius:.3rem;"
    "color:#fff;font-weight:700}.pass{background:#1a7f37}.fail{background:"
    "#b42318}"
    "table{border-collapse:collapse;width:100%;font-variant-numeric:"
    "tabular-nums}th{text-align:left;color:#555;font-weight:600}"
    "th,td{padding:.25rem .6rem .25rem 0;border-bottom:1px solid #e3e6ea}"
    "td.n,th.n{text-align:right}td.bad{color:#b42318;font-weight:700}"
    "td.good{color:#1a7f37;font-weight:700}"
    "svg{width:100%;height:auto}svg text{font:11px system-ui,sans-serif;"
    "fill:#555}@media print{body{margin:0}}";

static const char *
text_at(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

static void
escape(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		switch (*s) {
		case '&':
			buf_str(b, "&amp;");
			break;
		case '<':
			buf_str(b, "&lt;");
			break;
		case '>':
			buf_str(b, "&gt;");
			break;
		case '"':
			buf_str(b, "&quot;");
			break;
		default:
			buf_byte(b, *s);
		}
}

static void
cell(struct buf *b, const char *class, const char *s)
{
	buf_fmt(b, "<td class=\"%s\">", class);
	escape(b, s);
	buf_str(b, "</td>");
}

/* ---- charts ----------------------------------------------------------- */

/* A round number not below v. */
static double
ceiling(double v)
{
	double p = pow(10, floor(log10(MAXIMUM(v, 1e-6))));

	return v <= p ? p : v <= 2 * p ? 2 * p : v <= 5 * p ? 5 * p : 10 * p;
}

static double
largest(const json_t *list)
{
	double most = 0;
	size_t i;
	json_t *v;

	json_array_foreach (list, i, v)
		most = MAXIMUM(most, json_number_value(v));
	return most;
}

static double
x_of(size_t i, size_t n)
{
	return LEFT +
	       (double)(W - LEFT - 8) * (double)i / (double)MAXIMUM(n - 1, 1);
}

static double
y_of(double v, double most)
{
	return H - FOOT - (double)(H - FOOT - TOP) * v / most;
}

/* A line across at a value that is wanted or not to be passed. */
static void
level(struct buf *b, double v, double most, const char *label)
{
	if (v <= 0 || v > most)
		return;
	buf_fmt(b,
	    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" "
	    "stroke=\"#b42318\" stroke-dasharray=\"5 4\"/><text x=\"%d\" "
	    "y=\"%.1f\" text-anchor=\"end\">%s</text>",
	    LEFT, W - 8, y_of(v, most), y_of(v, most), W - 8, y_of(v, most) - 4,
	    label);
}

static void
axes(struct buf *b, double most, double seconds)
{
	for (int i = 0; i <= 2; i++)
		buf_fmt(b,
		    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" "
		    "stroke=\"#e3e6ea\"/><text x=\"%d\" y=\"%.1f\" "
		    "text-anchor=\"end\">%.4g</text>",
		    LEFT, W - 8, y_of(most * i / 2, most),
		    y_of(most * i / 2, most), LEFT - 6,
		    y_of(most * i / 2, most) + 4, most * i / 2);
	buf_fmt(b,
	    "<text x=\"%d\" y=\"%d\">0 s</text><text x=\"%d\" y=\"%d\" "
	    "text-anchor=\"end\">%.0f s</text>",
	    LEFT, H - 6, W - 8, H - 6, seconds);
}

static void
chart(struct buf *b, const char *title, const json_t *list, double step_s,
    double at, const char *label)
{
	size_t n = json_array_size(list), i;
	double most = ceiling(MAXIMUM(largest(list), at) * 1.02);
	bool down = false;
	json_t *v;

	if (n < 2)
		return;
	buf_str(b, "<h2>");
	escape(b, title);
	buf_fmt(b, "</h2><svg viewBox=\"0 0 %d %d\" role=\"img\">", W, H);
	axes(b, most, (double)n * step_s);
	buf_str(b, "<path fill=\"none\" stroke=\"#0b62c4\" "
		   "stroke-width=\"1.6\" d=\"");
	json_array_foreach (list, i, v) {
		if (json_is_number(v))
			buf_fmt(b, "%s%.1f %.1f ", down ? "L" : "M", x_of(i, n),
			    y_of(json_number_value(v), most));
		down = json_is_number(v);
	}
	buf_str(b, "\"/>");
	level(b, at, most, label);
	buf_str(b, "</svg>");
}

/* ---- tables ----------------------------------------------------------- */

static void
targets(struct buf *b, const json_t *list)
{
	size_t i;
	json_t *t;

	buf_str(b, "<h2>Targets</h2><table><tr><th></th><th>target</th><th>"
		   "wanted</th><th>measured</th></tr>");
	json_array_foreach (list, i, t) {
		bool pass = json_is_true(json_object_get(t, "pass"));

		buf_str(b, "<tr>");
		cell(b, pass ? "good" : "bad", pass ? "PASS" : "FAIL");
		cell(b, "", text_at(t, "name"));
		cell(b, "", text_at(t, "wanted"));
		cell(b, "", text_at(t, "measured"));
		buf_str(b, "</tr>");
	}
	buf_str(b, "</table>");
}

static void
table(struct buf *b, const char *title, const json_t *list)
{
	char text[80];
	const char *key;
	size_t i;
	json_t *o, *v;

	if (json_array_size(list) == 0)
		return;
	buf_fmt(b, "<h2>%s</h2><table><tr>", title);
	json_object_foreach (json_array_get(list, 0), key, v) {
		buf_fmt(b, "<th%s>", json_is_number(v) ? " class=\"n\"" : "");
		escape(b, key);
		buf_str(b, "</th>");
	}
	buf_str(b, "</tr>");
	json_array_foreach (list, i, o) {
		buf_str(b, "<tr>");
		json_object_foreach (o, key, v) {
			loadtest_text_value(v, text, sizeof(text));
			cell(b, json_is_number(v) ? "n" : "", text);
		}
		buf_str(b, "</tr>");
	}
	buf_str(b, "</table>");
}

static void
head(struct buf *b, const json_t *report, const json_t *result)
{
	bool pass = strcmp(text_at(result, "verdict"), "pass") == 0;
	long long id =
	    (long long)json_integer_value(json_object_get(report, "id"));
	struct buf what = BUF_INIT;

	loadtest_text_what(report, &what);
	buf_fmt(b,
	    "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>Load test %lld</title><style>%s</style></head><body>"
	    "<h1>Load test %lld <span class=\"v %s\">%s</span></h1><p>",
	    id, style, id, pass ? "pass" : "fail", pass ? "PASS" : "FAIL");
	escape(b, buf_cstr(&what));
	buf_str(b, "</p><p>");
	escape(b, text_at(report, "started"));
	buf_str(b, " to ");
	escape(b, text_at(report, "ended"));
	buf_str(b, ", discador ");
	escape(b, text_at(report, "version"));
	buf_str(b, "</p>");
	if (text_at(result, "stopped")[0] != '\0') {
		buf_str(b, "<p>Stopped ");
		escape(b, text_at(result, "stopped"));
		buf_str(b, "</p>");
	}
	buf_clear(&what);
}

void
loadtest_html(const json_t *report, struct buf *b)
{
	const json_t *r = json_object_get(report, "result");
	const json_t *s = json_object_get(report, "series");
	const json_t *c = json_object_get(report, "comparison");
	double cps = json_number_value(
	    json_object_get(json_object_get(report, "parameters"), "cps"));
	double step = json_number_value(json_object_get(s, "step_s"));
	struct buf abandoned = BUF_INIT;
	char title[80];

	head(b, report, r);
	targets(b, json_object_get(r, "targets"));
	chart(b, "Calls per second", json_object_get(s, "calls_per_second"),
	    step, cps, "the pace");
	chart(b, "Set-up time, p95 of each second, ms",
	    json_object_get(s, "setup_p95_ms"), step, 500, "500 ms");
	chart(b, "Calls up", json_object_get(s, "calls_up"), step, 0, "");
	chart(b, "Memory of the engine, MB", json_object_get(s, "engine_mb"),
	    step, 0, "");
	table(b, "Countries", json_object_get(r, "countries"));
	table(b, "Keys", json_object_get(r, "keys"));
	table(b, "Machines and people, as answered and as detected",
	    json_object_get(r, "amd"));
	loadtest_text_abandonment(r, &abandoned);
	buf_str(b, "<p>");
	escape(b, buf_cstr(&abandoned));
	buf_str(b, "</p>");
	buf_clear(&abandoned);
	table(b, "Caller IDs", json_object_get(r, "pools"));
	if (json_is_object(c)) {
		str_format(title, sizeof(title), "Beside load test %lld",
		    (long long)json_integer_value(json_object_get(c, "with")));
		table(b, title, json_object_get(c, "targets"));
	}
	buf_str(b, "</body></html>\n");
}
