/* SPDX-License-Identifier: MIT */
/*
 * loadtest_params: five fields, six scenarios, a button.  Checks only what
 * can be known here; whether the engine can do it, the engine says.
 */
#include "ui/loadtest_params.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/keys.h"

#define LABEL  11 /* columns */
#define BUTTON (LOADTEST_LINES - 1)

enum { P_CPS, P_MINUTES, P_COUNTRIES, P_DIDS, P_TRUNK };

static const struct {
	const char *key, *def;
	double lo, hi; /* hi 0: no number */
	const char *help;
} fields[LOADTEST_FIELDS] = {
	[P_CPS] = { "cps", "25", 0.1, 1000, N_("calls per second to hold") },
	[P_MINUTES] = { "minutes", "10", 1, 10080, N_("how long") },
	[P_COUNTRIES] = { "countries",
	    "usa,canada,mexico,brasil,colombia,argentina,chile,peru,venezuela",
	    0, 0, N_("with commas between them") },
	[P_DIDS] = { "dids", "1000", 1, 1000000,
	    N_("caller IDs to rotate among") },
	[P_TRUNK] = { "trunk", "", 0, 0,
	    N_("a test trunk; empty: the engine's simulated carrier") },
};
static const struct {
	const char *word, *help;
	bool on;
} scenarios[LOADTEST_SCENARIOS] = {
	{ "cps_validation", N_("the pace holds, its worst second too"), true },
	{ "context_creation", N_("contexts made and changed meanwhile"), true },
	{ "dtmf_recognition", N_("each country's keys do what they should"),
	    true },
	{ "amd_detection", N_("machines are told from people"), true },
	{ "did_rotation", N_("even uses, no caller ID over its cap"), true },
	{ "soak", N_("nothing leaks or slows in all the time"), false },
};

void
loadtest_params_init(struct loadtest_params *p)
{
	memset(p, 0, sizeof(*p));
	for (size_t i = 0; i < LOADTEST_FIELDS; i++)
		form_field_set(&p->f[i], fields[i].def);
	for (size_t i = 0; i < LOADTEST_SCENARIOS; i++)
		p->scenario[i] = scenarios[i].on;
}

static double
number(const struct loadtest_params *p, size_t i)
{
	double d = 0;

	str_double(p->f[i].s, -1e12, 1e12, &d);
	return d;
}

double
loadtest_params_cps(const struct loadtest_params *p)
{
	return number(p, P_CPS);
}

double
loadtest_params_minutes(const struct loadtest_params *p)
{
	return number(p, P_MINUTES);
}

/* New array of the words between commas. */
static json_t *
countries(const struct loadtest_params *p)
{
	const char *s = p->f[P_COUNTRIES].s;
	json_t *a = json_array();

	while (*s != '\0') {
		size_t n = strcspn(s, ", ");

		if (n > 0)
			json_array_append_new(a, json_stringn(s, n));
		s += n + (s[n] != '\0');
	}
	return a;
}

static bool
some_country(const struct loadtest_params *p)
{
	const char *s = p->f[P_COUNTRIES].s;

	return s[strspn(s, ", ")] != '\0';
}

const char *
loadtest_params_mistake(const struct loadtest_params *p, size_t *line)
{
	double d;

	for (size_t i = 0; i < LOADTEST_FIELDS; i++) {
		*line = i;
		if (fields[i].hi > 0 &&
		    !str_double(p->f[i].s, fields[i].lo, fields[i].hi, &d))
			return i == P_CPS ? _("cps: a number from 0.1 to 1000")
			       : i == P_MINUTES
				   ? _("minutes: a number from 1 to 10080")
				   : _("dids: a number from 1 to 1000000");
	}
	*line = P_COUNTRIES;
	if (!some_country(p))
		return _("countries: one at least");
	*line = LOADTEST_FIELDS;
	for (size_t i = 0; i < LOADTEST_SCENARIOS; i++)
		if (p->scenario[i])
			return NULL;
	return _("one scenario at least");
}

json_t *
loadtest_params_request(const struct loadtest_params *p)
{
	json_t *list = json_array(), *req;

	for (size_t i = 0; i < LOADTEST_SCENARIOS; i++)
		if (p->scenario[i])
			json_array_append_new(
			    list, json_string(scenarios[i].word));
	req = json_pack("{s:s, s:[s], s:f, s:f, s:o, s:I, s:o}", "cmd",
	    "loadtest", "args", "run", "cps", number(p, P_CPS), "minutes",
	    number(p, P_MINUTES), "countries", countries(p), "dids",
	    (json_int_t)number(p, P_DIDS), "scenarios", list);
	if (p->f[P_TRUNK].s[0] != '\0')
		/* Which trunk it is stands in the question that follows. */
		json_object_update_new(req, json_pack("{s:s, s:b}", "trunk",
						p->f[P_TRUNK].s, "sure", 1));
	return req;
}

/* ---- keys ------------------------------------------------------------- */

static enum loadtest_result
start(struct loadtest_params *p)
{
	size_t line;

	if (loadtest_params_mistake(p, &line) == NULL)
		return LOADTEST_START;
	p->cur = line;
	return LOADTEST_MORE;
}

static void
move(struct loadtest_params *p, int step)
{
	long to = (long)p->cur + step;

	p->cur = (size_t)MINIMUM(MAXIMUM(to, 0), (long)BUTTON);
	if (p->cur < LOADTEST_FIELDS)
		p->f[p->cur].at = strlen(p->f[p->cur].s);
}

enum loadtest_result
loadtest_params_key(struct loadtest_params *p, uint32_t code)
{
	if (code == UIK_PASTE || code == UIK_PASTE_END) {
		p->pasting = code == UIK_PASTE;
		return LOADTEST_MORE;
	}
	if (p->pasting && (code < 32 || code >= UIK_FIRST))
		return LOADTEST_MORE;
	switch (code) {
	case UIK_ESC:
	case UIK_CTRL('c'):
		return LOADTEST_CANCEL;
	case UIK_CTRL('s'):
		return start(p);
	case UIK_UP:
	case UIK_BACKTAB:
		move(p, -1);
		break;
	case UIK_ENTER:
		if (p->cur == BUTTON)
			return start(p);
		move(p, 1);
		break;
	case UIK_DOWN:
	case UIK_TAB:
		move(p, 1);
		break;
	default:
		if (p->cur < LOADTEST_FIELDS)
			form_field_key(&p->f[p->cur], code, 400);
		else if (p->cur < BUTTON && code == ' ')
			p->scenario[p->cur - LOADTEST_FIELDS] =
			    !p->scenario[p->cur - LOADTEST_FIELDS];
		break;
	}
	return LOADTEST_MORE;
}

/* ---- drawing ---------------------------------------------------------- */

static void
draw_field(const struct loadtest_params *p, size_t i, struct canvas *cv, int y,
    int x, int w, bool focus)
{
	uint8_t bg = focus ? ROLE_BG_SELECT : ROLE_KEEP;
	int vw = w - LABEL - 1, used;

	/* help beside it where the values are short */
	if (w >= 64 && i != P_COUNTRIES)
		vw = 16;
	canvas_text(cv, y, x, LABEL, STYLE_ON(ROLE_DIM, bg), fields[i].key);
	form_field_draw(&p->f[i], cv, y, x + LABEL + 1, vw,
	    STYLE_ON(focus ? ROLE_STRONG : ROLE_TEXT, bg), focus);
	if (i == P_TRUNK && p->f[i].s[0] == '\0' && !focus)
		canvas_text(
		    cv, y, x + LABEL + 1, vw, STYLE(ROLE_DIM), _("simulated"));
	used = LABEL + 2 + vw;
	if (used < w)
		canvas_text(cv, y, x + used, w - used, STYLE_ON(ROLE_DIM, bg),
		    _(fields[i].help));
}

static void
draw_scenario(const struct loadtest_params *p, size_t i, struct canvas *cv,
    int y, int x, int w, bool focus)
{
	uint8_t bg = focus ? ROLE_BG_SELECT : ROLE_KEEP;
	bool on = p->scenario[i];

	canvas_text(cv, y, x, 3, STYLE_ON(on ? ROLE_ACCENT : ROLE_DIM, bg),
	    on ? "[x]" : "[ ]");
	canvas_text(cv, y, x + 4, MINIMUM(w - 4, 17),
	    STYLE_ON(focus ? ROLE_STRONG
		     : on  ? ROLE_TEXT
			   : ROLE_DIM,
		bg),
	    scenarios[i].word);
	if (w > 40)
		canvas_text(cv, y, x + 22, w - 22, STYLE_ON(ROLE_DIM, bg),
		    _(scenarios[i].help));
}

static void
draw_button(const struct loadtest_params *p, struct canvas *cv, int y, int x,
    int w, bool focus)
{
	int n = canvas_text(cv, y, x, w,
	    focus ? (struct style){ ROLE_STRONG, ROLE_BG_SELECT, ATTR_BOLD }
		  : STYLE_ON(ROLE_ACCENT, ROLE_BG_BAR),
	    _("[ Start ]"));

	canvas_textf(cv, y, x + n + 2, w - n - 2, STYLE(ROLE_DIM),
	    _("%.0f calls in all"),
	    number(p, P_CPS) * 60 * number(p, P_MINUTES));
}

void
loadtest_params_draw(const struct loadtest_params *p, struct canvas *cv,
    struct rect r, bool editing)
{
	size_t line = 0;
	const char *bad = loadtest_params_mistake(p, &line);

	for (size_t i = 0; i < LOADTEST_LINES && (int)i < r.h; i++) {
		bool focus = editing && i == p->cur;
		int y = r.y + (int)i;

		if (focus)
			canvas_fill(cv, (struct rect){ y, r.x, 1, r.w },
			    STYLE_ON(ROLE_TEXT, ROLE_BG_SELECT));
		if (i < LOADTEST_FIELDS)
			draw_field(p, i, cv, y, r.x, r.w, focus);
		else if (i < BUTTON)
			draw_scenario(
			    p, i - LOADTEST_FIELDS, cv, y, r.x, r.w, focus);
		else if (editing)
			draw_button(p, cv, y, r.x, r.w, focus);
		else
			canvas_text(cv, y, r.x, r.w, STYLE(ROLE_ACCENT),
			    _("n: change them and start"));
	}
	if (!editing || r.h <= LOADTEST_LINES)
		return;
	if (bad != NULL)
		canvas_text(cv, r.y + LOADTEST_LINES, r.x, r.w,
		    STYLE_BOLD(ROLE_BAD), bad);
	else
		canvas_text(cv, r.y + LOADTEST_LINES, r.x, r.w,
		    STYLE(ROLE_ACCENT),
		    _("C-s start  Esc leave  Space on/off"));
}
