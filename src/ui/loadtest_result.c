/* SPDX-License-Identifier: MIT */
/*
 * loadtest_result: JSON of whatever shape to rows and lines.  Judges nothing:
 * PASS and FAIL are what the test itself says.
 */
#include "ui/loadtest_result.h"

#include <stdarg.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/iso.h"
#include "ui/when.h"

#define KEYS   12 /* columns of a list of objects */
#define LINES  600
#define CELL_W 28

/* A value for people: texts bare, numbers short, the rest as JSON. */
static void
value_text(const json_t *v, char *out, size_t size)
{
	char *s;

	if (v == NULL || json_is_null(v))
		str_copy(out, size, "-");
	else if (json_is_string(v))
		str_copy(out, size, json_string_value(v));
	else if (json_is_boolean(v))
		str_copy(out, size, json_is_true(v) ? _("yes") : _("no"));
	else if (json_is_integer(v))
		str_format(out, size, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		str_format(out, size, "%.6g", json_real_value(v));
	else {
		s = json_dumps(v, JSON_COMPACT);
		str_copy(out, size, s != NULL ? s : "");
		free(s);
	}
}

const char *
loadtest_result_word(enum loadtest_verdict v)
{
	return v == LOADTEST_PASS   ? _("PASS")
	       : v == LOADTEST_FAIL ? _("FAIL")
				    : "-";
}

static void
judge(struct loadtest_row *r, const json_t *result)
{
	const json_t *targets = json_object_get(result, "targets");
	const char *said =
	    json_string_value(json_object_get(result, "verdict"));
	size_t i, n;
	json_t *t;

	json_array_foreach (targets, i, t) {
		const char *name =
		    json_string_value(json_object_get(t, "name"));

		r->targets++;
		if (json_is_true(json_object_get(t, "pass"))) {
			r->passed++;
			continue;
		}
		n = strlen(r->failed);
		str_format(r->failed + n, sizeof(r->failed) - n, "%s%s",
		    n > 0 ? ", " : "", name != NULL ? name : "?");
	}
	if (said != NULL)
		r->verdict = strcasecmp(said, "pass") == 0 ? LOADTEST_PASS
							   : LOADTEST_FAIL;
	else if (r->targets > 0)
		r->verdict =
		    r->passed == r->targets ? LOADTEST_PASS : LOADTEST_FAIL;
}

static void
row_make(
    struct loadtest_row *r, const json_t *t, const char *zone, int64_t now_ms)
{
	const json_t *p = json_object_get(t, "parameters");
	char when[WHEN_TEXT];

	memset(r, 0, sizeof(*r));
	r->test = t;
	value_text(json_object_get(t, "id"), r->id, sizeof(r->id));
	r->started_ms = iso_of(t, "started");
	r->ended_ms = iso_of(t, "ended");
	r->cps = json_number_value(json_object_get(p, "cps"));
	r->minutes = json_number_value(json_object_get(p, "minutes"));
	if (r->started_ms > 0)
		str_copy(r->when, sizeof(r->when),
		    when_near(zone, r->started_ms, now_ms, when));
	judge(r, json_object_get(t, "result"));
}

struct loadtest_row *
loadtest_result_rows(
    const json_t *doc, const char *zone, int64_t now_ms, size_t *n)
{
	const json_t *tests = json_object_get(doc, "tests");
	struct loadtest_row *rows;
	size_t i;
	json_t *t;

	*n = json_array_size(tests);
	rows = xcalloc(*n + 1, sizeof(*rows));
	json_array_foreach (tests, i, t)
		row_make(&rows[i], t, zone, now_ms);
	return rows;
}

/* ---- columns ---------------------------------------------------------- */

#define CELL(name)                                                             \
	static void cell_##name(const void *row, struct table_cell *o)
#define ROW(r) const struct loadtest_row *r = row

static void
put_text(struct table_cell *o, const char *s)
{
	str_copy(o->text, sizeof(o->text), s[0] != '\0' ? s : "-");
}

static void
put_num(struct table_cell *o, double n)
{
	o->num = n;
	o->numeric = true;
	if (n > 0)
		str_format(o->text, sizeof(o->text), "%.4g", n);
	else
		put_text(o, "-");
}

CELL(id)
{
	ROW(r);
	put_text(o, r->id);
}
CELL(when)
{
	ROW(r);
	o->num = (double)r->started_ms;
	put_text(o, r->when);
}
CELL(started)
{
	ROW(r);
	time_iso(r->started_ms, o->text);
}
CELL(ended)
{
	ROW(r);
	time_iso(r->ended_ms, o->text);
}
CELL(cps)
{
	ROW(r);
	put_num(o, r->cps);
}
CELL(minutes)
{
	ROW(r);
	put_num(o, r->minutes);
}
CELL(took)
{
	ROW(r);
	char span[TEXT_NUM];

	if (r->started_ms > 0 && r->ended_ms >= r->started_ms)
		put_text(o,
		    text_span((r->ended_ms - r->started_ms) / MS_PER_S, span));
	else
		put_text(o, _("not ended"));
}
CELL(verdict)
{
	ROW(r);
	put_text(o, loadtest_result_word(r->verdict));
	o->attr = ATTR_BOLD;
	o->fg = r->verdict == LOADTEST_PASS   ? ROLE_GOOD
		: r->verdict == LOADTEST_FAIL ? ROLE_BAD
					      : ROLE_DIM;
}
CELL(targets)
{
	ROW(r);
	o->num = (double)r->passed;
	if (r->targets > 0)
		str_format(o->text, sizeof(o->text), _("%zu of %zu"), r->passed,
		    r->targets);
	else
		put_text(o, "-");
}
CELL(failed)
{
	ROW(r);
	put_text(o, r->failed);
	if (r->failed[0] != '\0')
		o->fg = ROLE_BAD;
}

const struct table_col loadtest_result_cols[] = {
	{ "id", N_("Test"), TEXT_RIGHT, 4, 8, 2, cell_id, NULL },
	{ "when", N_("When"), TEXT_LEFT, 9, 20, 0, cell_when, NULL },
	{ "started", N_("Started"), TEXT_LEFT, 1, 0, 0, cell_started, NULL },
	{ "ended", N_("Ended"), TEXT_LEFT, 1, 0, 0, cell_ended, NULL },
	{ "cps", N_("CPS"), TEXT_RIGHT, 4, 7, 0, cell_cps, NULL },
	{ "minutes", N_("Minutes"), TEXT_RIGHT, 4, 7, 1, cell_minutes, NULL },
	{ "took", N_("Took"), TEXT_RIGHT, 6, 12, 3, cell_took, NULL },
	{ "verdict", N_("Verdict"), TEXT_LEFT, 5, 8, 0, cell_verdict, NULL },
	{ "targets", N_("Targets"), TEXT_LEFT, 6, 10, 2, cell_targets, NULL },
	{ "missed", N_("Missed"), TEXT_LEFT, 8, 60, 2, cell_failed, NULL },
};
const size_t loadtest_result_ncols = nitems(loadtest_result_cols);

/* ---- the report ------------------------------------------------------- */

static void line(struct loadtest_report *, uint8_t role, uint8_t attr,
    const char *, ...) __attribute__((format(printf, 4, 5)));

static void
line(
    struct loadtest_report *p, uint8_t role, uint8_t attr, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	va_list ap;

	if (p->n == LINES)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap > 0 ? p->cap * 2 : 64;
		p->v = xreallocarray(p->v, p->cap, sizeof(*p->v));
	}
	va_start(ap, fmt);
	buf_vfmt(&b, fmt, ap);
	va_end(ap);
	p->v[p->n].text = xstrdup(buf_cstr(&b));
	p->v[p->n].role = role;
	p->v[p->n].attr = attr;
	p->n++;
	buf_clear(&b);
}

static void
put_column(struct buf *b, const char *s, int w)
{
	char fit[CELL_W * 20 + 4];

	text_fit(fit, sizeof(fit), s, w, TEXT_LEFT);
	buf_str(b, fit);
	buf_str(b, "  ");
}

static void
targets(struct loadtest_report *p, const json_t *list)
{
	char wanted[160], measured[160], name[160];
	struct buf b = BUF_INIT;
	size_t i;
	json_t *t;

	if (json_array_size(list) == 0)
		return;
	line(p, ROLE_TITLE, 0, "%s", _("Targets"));
	json_array_foreach (list, i, t) {
		bool pass = json_is_true(json_object_get(t, "pass"));

		value_text(json_object_get(t, "name"), name, sizeof(name));
		value_text(
		    json_object_get(t, "wanted"), wanted, sizeof(wanted));
		value_text(
		    json_object_get(t, "measured"), measured, sizeof(measured));
		buf_reset(&b);
		put_column(&b,
		    loadtest_result_word(pass ? LOADTEST_PASS : LOADTEST_FAIL),
		    6);
		put_column(&b, name, CELL_W);
		line(p, pass ? ROLE_GOOD : ROLE_BAD, pass ? 0 : ATTR_BOLD,
		    _("%s measured %s, wanted %s"), buf_cstr(&b), measured,
		    wanted);
	}
	line(p, ROLE_TEXT, 0, "%s", "");
	buf_clear(&b);
}

/* A list of objects: the first one's keys are the columns. */
static void
table(struct loadtest_report *p, const char *title, const json_t *list)
{
	const char *keys[KEYS], *key;
	int w[KEYS];
	size_t n = 0, i, k;
	struct buf b = BUF_INIT;
	char text[CELL_W * 8];
	json_t *o;

	json_object_foreach (json_array_get(list, 0), key, o)
		if (n < KEYS) {
			w[n] = MINIMUM(text_columns(key), CELL_W);
			keys[n++] = key;
		}
	json_array_foreach (list, i, o)
		for (k = 0; k < n; k++) {
			value_text(
			    json_object_get(o, keys[k]), text, sizeof(text));
			w[k] =
			    MINIMUM(MAXIMUM(w[k], text_columns(text)), CELL_W);
		}
	line(p, ROLE_TITLE, 0, "%s", title);
	for (k = 0; k < n; k++)
		put_column(&b, keys[k], w[k]);
	line(p, ROLE_DIM, 0, "%s", buf_cstr(&b));
	json_array_foreach (list, i, o) {
		buf_reset(&b);
		for (k = 0; k < n; k++) {
			value_text(
			    json_object_get(o, keys[k]), text, sizeof(text));
			put_column(&b, text, w[k]);
		}
		line(p, ROLE_TEXT, 0, "%s", buf_cstr(&b));
	}
	line(p, ROLE_TEXT, 0, "%s", "");
	buf_clear(&b);
}

/* An object's keys, one a line; lists of objects behind them. */
static void
object(struct loadtest_report *p, const char *title, const json_t *o,
    const char *const *but)
{
	char text[600];
	const char *key;
	bool begun = false;
	json_t *v;

	json_object_foreach ((json_t *)(uintptr_t)o, key, v) {
		size_t i = 0;

		while (but[i] != NULL && strcmp(but[i], key) != 0)
			i++;
		if (but[i] != NULL || json_is_object(json_array_get(v, 0)))
			continue;
		if (!begun)
			line(p, ROLE_TITLE, 0, "%s", title);
		begun = true;
		value_text(v, text, sizeof(text));
		line(p, ROLE_TEXT, 0, "%-24s %s", key, text);
	}
	if (begun)
		line(p, ROLE_TEXT, 0, "%s", "");
	json_object_foreach ((json_t *)(uintptr_t)o, key, v)
		if (json_is_object(json_array_get(v, 0)) &&
		    strcmp(key, "targets") != 0)
			table(p,
			    strcmp(key, "countries") == 0 ? _("Countries")
							  : key,
			    v);
}

void
loadtest_result_report(struct loadtest_report *p, const struct loadtest_row *r)
{
	static const char *const shown[] = { "targets", "verdict", NULL };
	static const char *const none[] = { NULL };
	const json_t *result = json_object_get(r->test, "result");

	memset(p, 0, sizeof(*p));
	if (r->verdict == LOADTEST_OPEN)
		line(p, ROLE_TEXT, ATTR_BOLD, "%s",
		    r->ended_ms > 0
			? _("It ended without a verdict.")
			: _("It has not ended, or was cut off: there is no "
			    "verdict."));
	else
		line(p, r->verdict == LOADTEST_PASS ? ROLE_GOOD : ROLE_BAD,
		    ATTR_BOLD, _("%s: %zu of %zu targets were met"),
		    loadtest_result_word(r->verdict), r->passed, r->targets);
	line(p, ROLE_TEXT, 0, "%s", "");
	targets(p, json_object_get(result, "targets"));
	object(p, _("Result"), result, shown);
	object(
	    p, _("Parameters"), json_object_get(r->test, "parameters"), none);
}

void
loadtest_result_clear(struct loadtest_report *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].text);
	free(p->v);
	memset(p, 0, sizeof(*p));
}

void
loadtest_result_draw(
    const struct loadtest_report *p, struct canvas *cv, struct rect r, int *top)
{
	int most = MAXIMUM((int)p->n - r.h, 0);

	*top = MINIMUM(MAXIMUM(*top, 0), most);
	for (int y = 0; y < r.h && *top + y < (int)p->n; y++) {
		const struct loadtest_line *l = &p->v[*top + y];

		canvas_text(cv, r.y + y, r.x, r.w,
		    (struct style){ l->role, ROLE_KEEP, l->attr }, l->text);
	}
}
