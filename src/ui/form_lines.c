/* SPDX-License-Identifier: MIT */
/*
 * form_lines: the fields of an option that is a list of texts (the states of a
 * context): a head that counts them, and below it one field per text, which
 * can be added, removed and moved.  What a text may be is flow_new()'s to say,
 * by way of spec_check().
 */
#include <string.h>

#include "shared/flow.h"
#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/form_part.h"
#include "ui/keys.h"

bool
form_lines_head(const struct form_item *it)
{
	return it->row != NULL && it->row->type == SPEC_LINES && it->line < 0;
}

bool
form_lines_in(const struct form_item *it)
{
	return it->row != NULL && it->row->type == SPEC_LINES;
}

/* Place of the head; f->n: such an option it has not. */
static size_t
head_of(const struct form *f)
{
	size_t i = 0;

	while (i < f->n && !form_lines_head(&f->v[i]))
		i++;
	return i;
}

size_t
form_lines_count(const struct form *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].line >= 0;
	return n;
}

static void
number(struct form *f)
{
	int line = 0;

	for (size_t i = head_of(f) + 1; i < f->n && form_lines_in(&f->v[i]);
	     i++)
		f->v[i].line = line++;
}

/* A text at place i, behind the head; false: there are enough. */
static bool
insert(struct form *f, size_t i, const char *text)
{
	struct form_item *it = &f->v[i];
	size_t head = head_of(f);

	if (form_lines_count(f) >= FLOW_OWN || head >= i)
		return false;
	memmove(it + 1, it, (f->n++ - i) * sizeof(*it));
	memset(it, 0, sizeof(*it));
	it->row = f->v[head].row;
	form_field_set(&it->f, text);
	number(f);
	return true;
}

static void
append(struct form *f, const char *text)
{
	insert(f, head_of(f) + 1 + form_lines_count(f), text);
}

void
form_lines_fill(struct form *f, const json_t *texts)
{
	size_t i;
	json_t *v;

	json_array_foreach (texts, i, v)
		if (json_is_string(v))
			append(f, json_string_value(v));
}

json_t *
form_lines_value(const struct form *f)
{
	json_t *a = json_array();

	for (size_t i = 0; i < f->n; i++)
		/* one that was opened and not written is none */
		if (f->v[i].line >= 0 && f->v[i].f.s[0] != '\0')
			json_array_append_new(
			    a, json_string_nocheck(f->v[i].f.s));
	return a;
}

bool
form_lines_stood(const struct form *f, const struct form_item *it)
{
	const json_t *v;
	size_t i;

	json_array_foreach (f->v[head_of(f)].was, i, v)
		if (json_is_string(v) &&
		    strcmp(json_string_value(v), it->f.s) == 0)
			return true;
	return false;
}

bool
form_lines_blame(struct form *f, const char *err)
{
	size_t n = 0, head = head_of(f);
	char digits[8];
	int64_t line;

	if (head == f->n || strncmp(err, "state ", 6) != 0)
		return false;
	n = strspn(err + 6, "0123456789");
	str_format(digits, sizeof(digits), "%.*s", (int)n, err + 6);
	if (!str_int64(digits, 1, FLOW_OWN, &line))
		return false;
	for (size_t i = head + 1; i < f->n && f->v[i].line >= 0; i++)
		if (f->v[i].f.s[0] != '\0' && --line == 0) {
			str_copy(f->v[i].err, sizeof(f->v[i].err), err);
			return true;
		}
	return false;
}

/* What its options stand for, as texts. */
static void
turn(struct form *f)
{
	struct buf b = BUF_INIT;
	struct m_context c;
	json_t *o = json_object();
	char *s, *next;

	json_object_set_new(o, "name", json_string("x"));
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].row != NULL && !form_lines_in(&f->v[i]))
			json_object_set(o, f->v[i].row->key, f->v[i].now);
	if (strcmp(f->kind, "context") == 0 && spec_context(o, &c))
		flow_print_simple(&c, &b);
	if (b.len > 0) {
		for (s = (char *)(uintptr_t)buf_cstr(&b); s != NULL; s = next) {
			next = strchr(s, '\n');
			if (next != NULL)
				*next++ = '\0';
			if (*s != '\0')
				append(f, s);
		}
		f->cur = head_of(f) + 1;
	}
	buf_clear(&b);
	json_decref(o);
}

static void
swap(struct form *f, size_t to)
{
	struct form_field was = f->v[f->cur].f;

	if (to >= f->n || f->v[to].line < 0 || f->v[f->cur].line < 0)
		return;
	f->v[f->cur].f = f->v[to].f;
	f->v[to].f = was;
	f->cur = to;
}

static void
take_out(struct form *f)
{
	struct form_item *it = &f->v[f->cur];

	if (it->line < 0)
		return;
	memmove(it, it + 1, (--f->n - f->cur) * sizeof(*it));
	if (f->cur == f->n || f->v[f->cur].line < 0)
		f->cur--; /* the one before, or the head */
	number(f);
}

bool
form_lines_key(struct form *f, uint32_t code)
{
	switch (code) {
	case UIK_CTRL('o'):
		if (insert(f, f->cur + 1, ""))
			f->cur++;
		else /* says how many there may be */
			form_field_range(
			    f->v[f->cur].row, f->refused, sizeof(f->refused));
		return true;
	case UIK_CTRL('x'):
		take_out(f);
		return true;
	case UIK_CTRL('r'):
		if (f->cur > 0)
			swap(f, f->cur - 1);
		return true;
	case UIK_CTRL('v'):
		swap(f, f->cur + 1);
		return true;
	case UIK_CTRL('t'):
		if (form_lines_count(f) == 0)
			turn(f);
		return true;
	default:
		/* the head itself is no text */
		return form_lines_head(&f->v[f->cur]);
	}
}

/* ---- help -------------------------------------------------------------- */

const char *
form_lines_help(const char *text)
{
	static const char *const helps[FLOW_NKIND] = {
		[FLOW_PLAY] = N_("play: plays prompt=SOUND, then >STATE"),
		[FLOW_MENU] = N_("menu: prompt=SOUND timeout=S retries=N, "
				 "KEY>STATE, t>STATE no key, i>STATE a wrong "
				 "one; KEY>repeat"),
		[FLOW_QUESTION] =
		    N_("question: prompt=SOUND timeout=S retries=N keys=12345 "
		       "or digits=N; >STATE answered, KEY>STATE, t>STATE, "
		       "i>STATE"),
		[FLOW_DETECT] = N_("detect: amd=PROFILE, human>STATE "
				   "machine>STATE unsure>STATE"),
		[FLOW_CONNECT] =
		    N_("connect: dest=queue:NAME ring=S prompt=SOUND, "
		       "fail>STATE nobody took it, >STATE they have talked"),
		[FLOW_OPTOUT] = N_("optout: do-not-call list, prompt=SOUND, "
				   "then >STATE"),
		[FLOW_VOICEMAIL] =
		    N_("voicemail: prompt=SOUND behind the beep, "
		       "then >STATE"),
		[FLOW_SPEECH] =
		    N_("speech: prompt=SOUND timeout=S retries=N "
		       "grammar=NAME, WORD>STATE KEY>STATE t>STATE i>STATE"),
		[FLOW_HANGUP] = N_("hangup: prompt=SOUND, then hangs up"),
	};
	size_t n;

	text += strspn(text, " ");
	text += strcspn(text, " ");
	text += strspn(text, " ");
	n = strcspn(text, " ");
	for (int i = 0; i < FLOW_NKIND; i++) {
		const char *word = flow_kind_word((enum flow_kind)i);

		if (strlen(word) == n && strncmp(word, text, n) == 0)
			return _(helps[i]);
	}
	return _("NAME KIND OPTION=VALUE... EVENT>STATE...  KIND: play menu "
		 "question detect connect optout voicemail speech hangup; "
		 "STATE: a name, hangup, @CONTEXT; also goal=yes, language=es");
}
