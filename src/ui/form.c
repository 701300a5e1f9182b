/* SPDX-License-Identifier: MIT */
/*
 * form: the fields of one kind of object, in the order of shared/tbl_spec.h.
 * Every key runs the checks that the engine runs (spec_check), so that what
 * can be saved is what the engine takes, unless it knows more (a name that
 * exists, a trunk that does not).
 */
#include "ui/form.h"

#include <string.h>

#include "shared/buf.h"
#include "shared/spec.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/form_part.h"
#include "ui/keys.h"

const char *
form_part_name_key(const struct form *f)
{
	return strcmp(f->kind, "did") == 0 ? "number" : "name";
}

const char *
form_name(const struct form *f)
{
	return f->create ? f->v[0].f.s : f->name;
}

const char *
form_kind(const struct form *f)
{
	return f->kind;
}

bool
form_creates(const struct form *f)
{
	return f->create;
}

/* ---- what is right ---------------------------------------------------- */

static struct form_item *
find(struct form *f, const char *key, size_t len)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *k = f->v[i].row != NULL ? f->v[i].row->key
						    : form_part_name_key(f);

		if (strlen(k) == len && strncmp(k, key, len) == 0)
			return &f->v[i];
	}
	return &f->v[0];
}

/* A mistake in the field's own value, whatever stands in the others. */
static void
check_item(struct form *f, struct form_item *it)
{
	struct buf err = BUF_INIT;
	json_t *o = json_object();
	char range[300];

	json_object_set_new(o, form_part_name_key(f),
	    json_string_nocheck(it->row == NULL               ? it->f.s
				: strcmp(f->kind, "did") == 0 ? "+13055550123"
							      : "x"));
	if (it->row != NULL)
		json_object_set(o, it->row->key, it->now);
	/* the whole is looked at apart, and knows which field to blame */
	if (it->row != NULL && strcmp(f->kind, "alert_rule") == 0)
		json_object_set_new(o, "statistic", json_string("trunk.ner"));
	if (it->row != NULL && strcmp(it->row->key, "statistic") == 0)
		json_object_set(o, it->row->key, it->now);
	if (it->line >= 0) /* looked at with all others */
		goto out;
	if (!spec_check(f->kind, o, &err) &&
	    !form_lines_blame(f, buf_cstr(&err))) {
		/* lists and groups are not typed as they stand in files */
		if (it->row != NULL &&
		    (it->row->type == SPEC_LIST || it->row->type == SPEC_MAP)) {
			form_field_range(it->row, range, sizeof(range));
			str_format(it->err, sizeof(it->err),
			    _("%s: expected %s"), it->row->key, range);
		} else
			str_copy(it->err, sizeof(it->err), buf_cstr(&err));
	}
	/* keys of which one alone clashes with another one's default */
	if (strstr(it->err, " are both ") != NULL)
		it->err[0] = '\0';
out:
	buf_clear(&err);
	json_decref(o);
}

static json_t *
whole(const struct form *f)
{
	json_t *o = json_object();

	json_object_set_new(
	    o, form_part_name_key(f), json_string_nocheck(form_name(f)));
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].row != NULL && f->v[i].line < 0)
			json_object_set(o, f->v[i].row->key, f->v[i].now);
	return o;
}

static bool
mistaken(const struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].err[0] != '\0')
			return true;
	return false;
}

static void
check(struct form *f)
{
	struct buf err = BUF_INIT;
	json_t *o;

	for (size_t i = 0; i < f->n; i++) {
		struct form_item *it = &f->v[i];

		it->err[0] = '\0';
		if (it->row == NULL || it->line >= 0)
			continue;
		json_decref(it->now);
		it->now = form_lines_head(it)
			      ? form_lines_value(f)
			      : form_field_value(it->row, it->f.s);
	}
	for (size_t i = 0; i < f->n; i++)
		check_item(f, &f->v[i]);
	o = whole(f);
	if (!mistaken(f) && !spec_check(f->kind, o, &err) &&
	    !form_lines_blame(f, buf_cstr(&err))) {
		const char *s = buf_cstr(&err);
		struct form_item *it = find(f, s, strcspn(s, " "));

		str_copy(it->err, sizeof(it->err), s);
	}
	json_decref(o);
	buf_clear(&err);
}

/* ---- life ------------------------------------------------------------- */

static void
add_row(struct form *f, const struct spec_row *r, const json_t *object)
{
	struct form_item *it = &f->v[f->n++];
	char text[FORM_FIELD_TEXT];
	const json_t *v = json_object_get(object, r->key);

	it->row = r;
	it->line = -1;
	it->def = form_field_default(r);
	if (r->type == SPEC_LINES) {
		it->was = json_is_array(v) ? json_deep_copy(v) : json_array();
		form_lines_fill(f, v);
		return;
	}
	form_field_show(r, v, text, sizeof(text));
	form_field_set(&it->f, text);
	it->was = form_field_value(r, text);
	it->nchoices = form_field_choices(r, it->choice, FORM_CHOICES);
}

/* In the table's order, but texts behind the first row: they rule the rest. */
static void
add_rows(struct form *f, const json_t *object)
{
	const struct spec_row *lines = NULL;
	size_t at = f->n;

	for (size_t i = 0; i < spec_nrows; i++)
		if (strcmp(spec_rows[i].kind, f->kind) == 0 &&
		    spec_rows[i].type == SPEC_LINES)
			lines = &spec_rows[i];
	for (size_t i = 0; i < spec_nrows; i++) {
		if (strcmp(spec_rows[i].kind, f->kind) != 0 ||
		    &spec_rows[i] == lines)
			continue;
		add_row(f, &spec_rows[i], object);
		if (lines != NULL && f->n == at + 1) {
			add_row(f, lines, object);
			/* who has some wants to see them */
			if (form_lines_count(f) > 0 && !f->create)
				f->cur = at + 2;
		}
	}
}

struct form *
form_new(const char *kind, const char *name, const json_t *object, bool create)
{
	struct form *f = xcalloc(1, sizeof(*f));
	size_t most = 1 + FLOW_OWN; /* its name, texts */

	str_copy(f->kind, sizeof(f->kind), kind);
	str_copy(f->name, sizeof(f->name), name);
	f->create = create;
	for (size_t i = 0; i < spec_nrows; i++)
		most += strcmp(spec_rows[i].kind, kind) == 0;
	f->v = xcalloc(most, sizeof(*f->v));
	if (create) {
		f->v[f->n].line = -1;
		form_field_set(&f->v[f->n++].f, name);
		str_copy(f->first, sizeof(f->first), name);
	}
	add_rows(f, object);
	check(f);
	return f;
}

void
form_free(struct form *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++) {
		json_decref(f->v[i].was);
		json_decref(f->v[i].def);
		json_decref(f->v[i].now);
	}
	free(f->v);
	free(f);
}

bool
form_part_changed(const struct form *f, const struct form_item *it)
{
	if (it->row == NULL)
		return strcmp(it->f.s, f->first) != 0;
	if (it->line >= 0)
		return !form_lines_stood(f, it);
	return !json_equal(it->now, it->was);
}

bool
form_part_unused(const struct form *f, const struct form_item *it)
{
	return it->row != NULL && !form_lines_in(it) &&
	       strcmp(it->row->key, "country") != 0 && form_lines_count(f) > 0;
}

static bool
form_changed(const struct form *f)
{
	for (size_t i = 0; i < f->n; i++)
		/* texts are changed as a whole */
		if (f->v[i].line < 0 && form_part_changed(f, &f->v[i]))
			return true;
	return false;
}

json_t *
form_values(const struct form *f)
{
	json_t *o = json_object();

	for (size_t i = 0; i < f->n; i++) {
		const struct form_item *it = &f->v[i];

		if (it->row != NULL && it->line < 0 &&
		    !json_equal(it->now, f->create ? it->def : it->was))
			json_object_set(o, it->row->key, it->now);
	}
	if (json_object_size(o) > 0)
		return o;
	json_decref(o);
	return NULL;
}

void
form_refused(struct form *f, const char *why)
{
	str_copy(f->refused, sizeof(f->refused), why);
}

/* ---- keys ------------------------------------------------------------- */

static enum form_result
save(struct form *f)
{
	check(f);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].err[0] != '\0') {
			f->cur = i;
			return FORM_MORE;
		}
	/* nothing to send: as good as saved */
	if (!f->create && !form_changed(f))
		return FORM_CANCEL;
	return FORM_SAVE;
}

bool
form_part_chosen(const struct form_item *it)
{
	return it->nchoices > 0 ||
	       (it->row != NULL && it->row->type == SPEC_BOOL);
}

/* The next, or the one before, of the words that the field may be. */
static void
choose(struct form_item *it, int step)
{
	size_t i = 0;

	if (it->nchoices == 0) {
		form_field_set(
		    &it->f, strcmp(it->f.s, "yes") == 0 ? "no" : "yes");
		return;
	}
	while (i < it->nchoices && strcmp(it->choice[i].word, it->f.s) != 0)
		i++;
	if (i == it->nchoices) /* it was empty */
		i = step > 0 ? it->nchoices - 1 : 0;
	i = (i + it->nchoices + (size_t)step) % it->nchoices;
	form_field_set(&it->f, it->choice[i].word);
}

/* A letter goes to the next word that begins with it. */
static void
choose_letter(struct form_item *it, uint32_t code)
{
	struct form_field was;

	if (it->nchoices == 0) {
		if (code == 'y' || code == 'n')
			form_field_set(&it->f, code == 'y' ? "yes" : "no");
		return;
	}
	was = it->f;
	for (size_t i = 0; i < it->nchoices; i++) {
		choose(it, 1);
		if ((uint32_t)(unsigned char)it->f.s[0] == code)
			return;
	}
	it->f = was;
}

static void
choice_key(struct form_item *it, uint32_t code)
{
	if (code == ' ' || code == UIK_RIGHT)
		choose(it, 1);
	else if (code == UIK_LEFT)
		choose(it, -1);
	else if ((code == UIK_BACKSPACE || code == UIK_DELETE ||
		     code == UIK_CTRL('u')) &&
		 it->row->def[0] == '\0')
		form_field_set(&it->f, "");
	else
		choose_letter(it, code);
}

/* How long the text of the field may become. */
static size_t
room(const struct form_item *it)
{
	if (it->row == NULL)
		return MODEL_NAME - 1;
	if (it->line >= 0)
		return FLOW_LINE - 1;
	if (it->row->type == SPEC_STR)
		return MAXIMUM((size_t)it->row->hi, strlen(it->row->def)) + 1;
	return FORM_FIELD_TEXT - 1;
}

static void
edit(struct form *f, uint32_t code)
{
	struct form_item *it = &f->v[f->cur];

	f->refused[0] = '\0';
	if (form_lines_in(it) && form_lines_key(f, code)) {
		check(f);
		return;
	}
	if (form_part_chosen(it))
		choice_key(it, code);
	else if (!form_field_key(&it->f, code, room(it)))
		return;
	check(f);
}

static void
move(struct form *f, long step)
{
	long to = (long)f->cur + step;

	f->cur = (size_t)MINIMUM(MAXIMUM(to, 0), (long)f->n - 1);
	f->v[f->cur].f.at = strlen(f->v[f->cur].f.s);
}

static enum form_result
answer(struct form *f, uint32_t code)
{
	f->asking = false;
	if (code == 'y' || code == 'Y')
		return FORM_CANCEL;
	if (code == 's' || code == UIK_CTRL('s') || code == UIK_F1 + 1)
		return save(f);
	return FORM_MORE;
}

/* Line ends of a paste do not wander over the fields. */
static bool
paste(struct form *f, uint32_t code)
{
	if (code == UIK_PASTE || code == UIK_PASTE_END) {
		f->pasting = code == UIK_PASTE;
		return true;
	}
	/* what is pasted answers no question */
	if (f->pasting && f->asking)
		return true;
	if (!f->pasting || (code >= 32 && code < UIK_FIRST))
		return false;
	if (code == UIK_ENTER || code == UIK_TAB || code == 13)
		edit(f, code != UIK_TAB && form_lines_in(&f->v[f->cur])
			    ? UIK_CTRL('o')
			    : ' ');
	return true;
}

enum form_result
form_key(struct form *f, uint32_t code)
{
	if (paste(f, code))
		return FORM_MORE;
	if (f->asking)
		return answer(f, code);
	switch (code) {
	case UIK_ESC:
	case UIK_CTRL('c'):
	case UIK_F1 + 9:
		f->asking = form_changed(f);
		return f->asking ? FORM_MORE : FORM_CANCEL;
	case UIK_CTRL('s'):
	case UIK_F1 + 1:
		return save(f);
	case UIK_UP:
	case UIK_BACKTAB:
	case UIK_CTRL('p'):
		move(f, -1);
		break;
	case UIK_DOWN:
	case UIK_TAB:
	case UIK_ENTER:
	case UIK_CTRL('n'):
		move(f, 1);
		break;
	case UIK_PGUP:
		move(f, -(long)f->page);
		break;
	case UIK_PGDN:
		move(f, (long)f->page);
		break;
	default:
		edit(f, code);
		break;
	}
	return FORM_MORE;
}
