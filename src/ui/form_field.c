/* SPDX-License-Identifier: MIT */
/*
 * form_field: keys to text, text to values.  Whether a value is right is
 * spec_check's to say, and nobody else's: what may stand in a field is read
 * from its words.
 */
#include "ui/form_field.h"

#include <string.h>

#include "shared/flow.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/keys.h"

void
form_field_set(struct form_field *f, const char *s)
{
	str_copy(f->s, sizeof(f->s), s);
	f->at = strlen(f->s);
}

static size_t
before(const struct form_field *f)
{
	size_t i = f->at;

	while (i > 0 && ((unsigned char)f->s[--i] & 0xc0) == 0x80)
		continue;
	return i;
}

static size_t
after(const struct form_field *f)
{
	uint32_t c;

	return f->at + text_decode(f->s + f->at, &c);
}

static void
erase(struct form_field *f, size_t from, size_t to)
{
	memmove(f->s + from, f->s + to, strlen(f->s + to) + 1);
	f->at = from;
}

static void
erase_word(struct form_field *f)
{
	size_t i = f->at;

	while (i > 0 && (f->s[i - 1] == ' ' || f->s[i - 1] == ','))
		i--;
	while (i > 0 && f->s[i - 1] != ' ' && f->s[i - 1] != ',')
		i--;
	erase(f, i, f->at);
}

/* False: no character that can be shown. */
static bool
insert(struct form_field *f, uint32_t c, size_t max)
{
	char e[4];
	size_t n, len = strlen(f->s);

	if (c >= UIK_FIRST || text_width(c) < 1)
		return false;
	n = text_encode(c, e);
	if (len + n > MINIMUM(max, sizeof(f->s) - 1))
		return true;
	memmove(f->s + f->at + n, f->s + f->at, len - f->at + 1);
	memcpy(f->s + f->at, e, n);
	f->at += n;
	return true;
}

bool
form_field_key(struct form_field *f, uint32_t code, size_t max)
{
	switch (code) {
	case UIK_BACKSPACE:
	case UIK_CTRL('h'):
		erase(f, before(f), f->at);
		return true;
	case UIK_DELETE:
	case UIK_CTRL('d'):
		erase(f, f->at, after(f));
		return true;
	case UIK_LEFT:
	case UIK_CTRL('b'):
		f->at = before(f);
		return true;
	case UIK_RIGHT:
	case UIK_CTRL('f'):
		f->at = after(f);
		return true;
	case UIK_HOME:
	case UIK_CTRL('a'):
		f->at = 0;
		return true;
	case UIK_END:
	case UIK_CTRL('e'):
		f->at = strlen(f->s);
		return true;
	case UIK_CTRL('u'):
		erase(f, 0, f->at);
		return true;
	case UIK_CTRL('k'):
		erase(f, f->at, strlen(f->s));
		return true;
	case UIK_CTRL('w'):
		erase_word(f);
		return true;
	default:
		return insert(f, code, max);
	}
}

void
form_field_draw(const struct form_field *f, struct canvas *cv, int y, int x,
    int w, struct style s, bool focus)
{
	char head[FORM_FIELD_TEXT];
	struct text_cluster k;
	size_t skip = 0, n;
	int cur;

	if (!focus || w < 2) {
		canvas_text(cv, y, x, w, s, f->s);
		return;
	}
	for (;;) {
		str_format(head, sizeof(head), "%.*s", (int)(f->at - skip),
		    f->s + skip);
		cur = text_columns(head);
		if (cur < w || (n = text_next(f->s + skip, &k)) == 0)
			break;
		skip += n;
	}
	canvas_text(cv, y, x, w, s, f->s + skip);
	canvas_cursor(cv, y, x + cur);
}

static void
show_list(const json_t *v, struct buf *b)
{
	size_t i;
	json_t *e;

	json_array_foreach (v, i, e) {
		const char *s = json_string_value(e);

		buf_fmt(b, "%s%s", i > 0 ? ", " : "", s != NULL ? s : "?");
	}
}

static void
show_map(const json_t *v, struct buf *b)
{
	const char *key;
	json_t *e;

	json_object_foreach ((json_t *)(uintptr_t)v, key, e)
		buf_fmt(b, "%s%s=%lld", b->len > 0 ? " " : "", key,
		    (long long)json_integer_value(e));
}

void
form_field_show(
    const struct spec_row *r, const json_t *v, char *out, size_t size)
{
	struct buf b = BUF_INIT;
	json_t *def = NULL;

	if (v == NULL || json_is_null(v))
		v = def = form_field_default(r);
	if (json_is_boolean(v))
		buf_str(&b, json_is_true(v) ? "yes" : "no");
	else if (json_is_integer(v))
		buf_int(&b, json_integer_value(v));
	else if (json_is_real(v))
		buf_fmt(&b, "%.10g", json_real_value(v));
	else if (json_is_array(v))
		show_list(v, &b);
	else if (json_is_object(v))
		show_map(v, &b);
	else if (json_is_string(v))
		buf_str(&b, json_string_value(v));
	str_copy(out, size, buf_cstr(&b));
	buf_clear(&b);
	json_decref(def);
}

static json_t *
list_value(const char *s)
{
	json_t *a = json_array();

	while (*s != '\0') {
		size_t n = strcspn(s, ","), from = strspn(s, " "), to = n;

		while (to > from && s[to - 1] == ' ')
			to--;
		/* "a," is a on the way to "a, b" */
		if (to > from)
			json_array_append_new(
			    a, json_stringn_nocheck(s + from, to - from));
		s += n + (s[n] == ',');
	}
	return a;
}

static json_t *
map_value(const char *text)
{
	json_t *o = json_object();
	char piece[64];
	const char *s = text;

	for (;;) {
		size_t n;
		char *eq;
		int64_t v;

		s += strspn(s, " ,;");
		if (*s == '\0')
			return o;
		n = strcspn(s, " ,;");
		str_format(piece, sizeof(piece), "%.*s", (int)n, s);
		eq = strchr(piece, '=');
		if (n >= sizeof(piece) || eq == NULL ||
		    !str_int64(eq + 1, INT64_MIN, INT64_MAX, &v))
			break;
		*eq = '\0';
		json_object_set_new_nocheck(o, piece, json_integer(v));
		s += n;
	}
	json_decref(o);
	return json_string_nocheck(text);
}

json_t *
form_field_value(const struct spec_row *r, const char *s)
{
	int64_t i;
	double d;

	switch (r->type) {
	case SPEC_INT:
		if (str_int64(s, INT64_MIN, INT64_MAX, &i))
			return json_integer(i);
		break;
	case SPEC_NUM:
		if (str_double(s, -1e15, 1e15, &d))
			return json_real(d);
		break;
	case SPEC_BOOL:
		if (strcmp(s, "yes") == 0 || strcmp(s, "no") == 0)
			return json_boolean(*s == 'y');
		break;
	case SPEC_LIST:
		return list_value(s);
	case SPEC_LINES: /* the form has a field for each */
		return json_array();
	case SPEC_MAP:
		return map_value(s);
	default:
		break;
	}
	return json_string_nocheck(s);
}

json_t *
form_field_default(const struct spec_row *r)
{
	if (r->type == SPEC_BOOL)
		return json_boolean(strcmp(r->def, "true") == 0);
	return form_field_value(r, r->def);
}

/*
 * What spec_check() expects of the row, in its own words: the complaint about
 * a value that no row takes.
 */
static void
expected(const struct spec_row *r, char *out, size_t size)
{
	struct buf err = BUF_INIT;
	const char *name = strcmp(r->kind, "did") == 0 ? "number" : "name";
	json_t *o = json_pack("{s:s, s:n}", name, "+13055550123", r->key);
	const char *p;

	if (strcmp(r->kind, "did") != 0)
		json_object_set_new(o, name, json_string("x"));
	spec_check(r->kind, o, &err);
	p = strstr(buf_cstr(&err), "expected ");
	str_copy(out, size, p != NULL ? p + strlen("expected ") : "");
	buf_clear(&err);
	json_decref(o);
}

size_t
form_field_choices(const struct spec_row *r, struct form_choice *v, size_t max)
{
	char text[2048];
	const char *p = text;
	size_t n = 0;

	if (r->type != SPEC_STR)
		return 0;
	expected(r, text, sizeof(text));
	if (strncmp(p, "one of \"", 8) != 0)
		return 0;
	while ((p = strchr(p, '"')) != NULL) {
		size_t k = strcspn(p + 1, "\"");

		if (n == max || k >= sizeof(v->word) || k == 0)
			return 0;
		str_format(v[n++].word, sizeof(v->word), "%.*s", (int)k, p + 1);
		p += k + 2;
	}
	return n;
}

void
form_field_range(const struct spec_row *r, char *out, size_t size)
{
	switch (r->type) {
	case SPEC_INT:
		str_format(out, size, _("a whole number from %.0f to %.0f"),
		    r->lo, r->hi);
		break;
	case SPEC_NUM:
		str_format(
		    out, size, _("a number from %g to %g"), r->lo, r->hi);
		break;
	case SPEC_BOOL:
		str_copy(out, size, _("yes or no"));
		break;
	case SPEC_TIME:
		str_copy(out, size, _("a time from 00:00 to 24:00"));
		break;
	case SPEC_SPAN:
		str_copy(
		    out, size, _("empty, none, or a span such as 10:00-16:00"));
		break;
	case SPEC_DAYS:
		str_copy(out, size,
		    _("days such as mon-fri or mon,wed,sat-sun, or none"));
		break;
	case SPEC_LIST:
		str_format(out, size,
		    _("at most %.0f different names with commas between them"),
		    r->hi);
		break;
	case SPEC_MAP:
		str_format(out, size,
		    strcmp(r->key, "retry_max") == 0
			? _("whole numbers up to %.0f such as busy=5 "
			    "no_answer=3")
			: _("whole numbers up to %.0f such as busy=600 "
			    "no_answer=3600"),
		    r->hi);
		break;
	case SPEC_LINES:
		str_format(out, size,
		    _("texts, at most %d, of up to %d bytes each"), FLOW_OWN,
		    FLOW_LINE - 1);
		break;
	case SPEC_STR:
		expected(r, out, size);
		break;
	}
}
