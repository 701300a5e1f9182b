/* SPDX-License-Identifier: MIT */
/*
 * The form: what is typed becomes values, mistakes are named and hold up
 * saving, nothing hostile reaches a cell.
 */
#include "ui/form.h"

#include "screens.h"
#include "shared/spec.h"
#include "ui/form_field.h"
#include "ui/keys.h"

#define SAVE UIK_CTRL('s')

static void
keys(struct form *f, const char *text)
{
	for (; *text != '\0'; text++)
		form_key(f, (unsigned char)*text);
}

/* Down to the field of that key of the table. */
static void
field(struct form *f, const char *key)
{
	size_t n = form_creates(f) ? 1 : 0, at = 0;

	for (size_t i = 0; i < spec_nrows; i++) {
		if (strcmp(spec_rows[i].kind, form_kind(f)) != 0)
			continue;
		if (strcmp(spec_rows[i].key, key) == 0)
			break;
		n++;
		/* texts stand behind the first one */
		n += strcmp(form_kind(f), "context") == 0 && at++ == 0;
	}
	for (int i = 0; i < 60; i++)
		form_key(f, UIK_UP);
	while (n-- > 0)
		form_key(f, UIK_DOWN);
}

static void
set(struct form *f, const char *key, const char *text)
{
	field(f, key);
	form_key(f, UIK_CTRL('u'));
	keys(f, text);
}

static bool
values(const struct form *f, const char *want)
{
	json_t *v = form_values(f), *w = json_loads(want, 0, NULL);
	bool same = json_equal(v, w);
	char *s;

	if (!same && v != NULL) {
		s = json_dumps(v, 0);
		printf("# got %s\n", s);
		free(s);
	}
	json_decref(v);
	json_decref(w);
	return same;
}

static struct canvas *
drawn(struct form *f, int rows, int cols)
{
	struct canvas *c = canvas_new(rows, cols);

	form_draw(f, c, (struct rect){ 2, 0, rows - 3, cols });
	return c;
}

static bool
form_shows(struct form *f, const char *text)
{
	struct canvas *c = drawn(f, 24, 80);
	bool yes = shows(c, text);

	canvas_free(c);
	return yes;
}

static void
test_edit(void)
{
	json_t *o = json_loads("{\"name\":\"mexico\",\"id\":7,\"connect_key\":"
			       "\"3\",\"menu_timeout\":15,\"amd\":true}",
	    0, NULL);
	struct form *f = form_new("context", "mexico", o, false);

	ok(strcmp(form_name(f), "mexico") == 0 && !form_creates(f) &&
		strcmp(form_kind(f), "context") == 0,
	    "what is edited");
	ok(form_values(f) == NULL, "nothing is changed yet");
	ok(form_key(f, SAVE) == FORM_CANCEL, "saving that leaves");
	ok(form_shows(f, "Edit context: mexico") && form_shows(f, "default"),
	    "title and defaults");
	set(f, "menu_timeout", "12");
	ok(values(f, "{\"menu_timeout\":12}"), "a number");
	ok(form_shows(f, "* menu_timeout") && form_shows(f, "was 15") &&
		form_shows(f, "seconds to wait for a key") &&
		form_shows(f, "a whole number from 1 to 120") &&
		form_shows(f, "default 10"),
	    "marked, with its help, range and default");
	field(f, "amd");
	form_key(f, ' ');
	ok(values(f, "{\"menu_timeout\":12,\"amd\":false}"), "Space on a yes");
	form_key(f, 'y');
	ok(values(f, "{\"menu_timeout\":12}"), "y, and it is as it was");
	field(f, "on_machine");
	form_key(f, ' ');
	ok(values(f, "{\"menu_timeout\":12,\"on_machine\":\"prompt\"}") &&
		form_shows(f, "< prompt >"),
	    "the next word of a few");
	form_key(f, 'h');
	ok(values(f, "{\"menu_timeout\":12}"), "a letter goes to its word");
	ok(form_key(f, SAVE) == FORM_SAVE, "C-s saves");
	form_refused(f, "the engine says no");
	ok(form_shows(f, "the engine says no"), "what the engine refused");
	set(f, "menu_timeout", "15");
	ok(!form_shows(f, "the engine says no"), "until a key");
	form_free(f);
	json_decref(o);
}

static void
test_mistakes(void)
{
	struct form *f = form_new("context", "x", NULL, false);

	set(f, "menu_timeout", "1200");
	ok(form_shows(f, "! menu_timeout") &&
		form_shows(f,
		    "menu_timeout = 1200, expected an integer from 1 to 120"),
	    "out of range, said at once");
	form_key(f, UIK_UP);
	ok(form_shows(f, "expected an integer from 1 to 120"),
	    "also with the cursor elsewhere");
	ok(form_key(f, SAVE) == FORM_MORE, "not saved");
	form_key(f, UIK_BACKSPACE);
	form_key(f, UIK_BACKSPACE);
	ok(form_key(f, SAVE) == FORM_SAVE && values(f, "{\"menu_timeout\":12}"),
	    "the cursor went to it; mended, saved");
	set(f, "connect_key", "9");
	ok(form_shows(f, "connect_key and disconnect_key are both \"9\""),
	    "two keys alike: the whole is checked");
	ok(form_key(f, SAVE) == FORM_MORE, "not saved");
	set(f, "disconnect_key", "8");
	ok(form_key(f, SAVE) == FORM_SAVE, "the other one may be mended, too");
	set(f, "destination", "moon");
	ok(form_shows(f, "! destination") && form_key(f, SAVE) == FORM_MORE,
	    "an unknown destination");
	form_free(f);
	f = form_new("profile", "p", NULL, false);
	set(f, "initial_cps", "40");
	ok(form_shows(f, "! initial_cps") &&
		form_shows(f, "expected no more than max_cps"),
	    "one against the other");
	set(f, "initial_cps", "abc");
	ok(form_shows(f, "expected a number"), "no number at all");
	form_free(f);
}

static void
test_types(void)
{
	json_t *o = json_loads("{\"name\":\"c\",\"trunks\":[\"a\",\"b\"],"
			       "\"retry\":{\"busy\":60},\"max_cps\":12.5}",
	    0, NULL);
	struct form *f = form_new("campaign", "c", o, false);

	ok(form_shows(f, "a, b") && form_shows(f, "busy=60") &&
		form_shows(f, "12.5"),
	    "lists, groups and numbers as one types them");
	set(f, "trunks", "x , y,");
	ok(values(f, "{\"trunks\":[\"x\",\"y\"]}"), "a list");
	set(f, "trunks", "x y");
	ok(form_shows(f, "! trunks") && form_shows(f, "with commas between"),
	    "its mistake in words of what is typed");
	set(f, "trunks", "a,b");
	set(f, "retry", "busy=600 no_answer=3600");
	ok(values(f, "{\"retry\":{\"busy\":600,\"no_answer\":3600}}"),
	    "a group");
	set(f, "retry", "busy");
	ok(form_shows(f, "! retry"), "half a group");
	set(f, "retry", "tired=3");
	ok(form_shows(f, "! retry"), "no disposition");
	set(f, "retry", "busy=60");
	set(f, "call_to", "25:00");
	ok(form_shows(f, "expected a time"), "no time");
	set(f, "call_to", "20:30");
	set(f, "weekdays", "mon-fri");
	set(f, "max_cps", "10");
	ok(values(f, "{\"call_to\":\"20:30\",\"weekdays\":\"mon-fri\","
		     "\"max_cps\":10.0}"),
	    "times, days, a rate");
	form_free(f);
	json_decref(o);
	f = form_new("country", "mexico", NULL, false);
	set(f, "saturday", "10:00-16:00");
	ok(values(f, "{\"saturday\":\"10:00-16:00\"}"), "a span");
	form_free(f);
}

static void
test_create(void)
{
	json_t *like = json_loads("{\"name\":\"mexico\",\"connect_key\":\"3\","
				  "\"prompt\":\"hola\",\"retries\":1}",
	    0, NULL);
	struct form *f = form_new("context", "", like, true);

	ok(form_creates(f) && form_key(f, SAVE) == FORM_MORE &&
		form_shows(f, "expected 1 to 63 letters"),
	    "a new one needs a name");
	keys(f, "mx 2");
	ok(form_shows(f, "! name"), "a good one");
	form_key(f, UIK_CTRL('u'));
	keys(f, "mx-2");
	ok(form_key(f, SAVE) == FORM_SAVE &&
		strcmp(form_name(f), "mx-2") == 0 &&
		values(f, "{\"connect_key\":\"3\",\"prompt\":\"hola\"}"),
	    "what differs from the defaults is its values");
	form_free(f);
	json_decref(like);
	f = form_new("did", "", NULL, true);
	keys(f, "+13055550123");
	ok(form_key(f, SAVE) == FORM_SAVE && form_values(f) == NULL,
	    "a caller ID with nothing but its number");
	form_free(f);
}

static void
test_leave(void)
{
	struct form *f = form_new("context", "x", NULL, false);

	ok(form_key(f, UIK_ESC) == FORM_CANCEL, "unchanged: Esc leaves");
	set(f, "retries", "3");
	ok(form_key(f, UIK_ESC) == FORM_MORE && form_shows(f, "Not saved yet"),
	    "changed: it asks");
	ok(form_key(f, 'n') == FORM_MORE && !form_shows(f, "Not saved yet"),
	    "anything else goes on");
	form_key(f, UIK_ESC);
	ok(form_key(f, 's') == FORM_SAVE, "s saves");
	form_key(f, UIK_ESC);
	ok(form_key(f, 'y') == FORM_CANCEL, "y leaves");
	form_free(f);
}

static void
test_paste(void)
{
	struct form *f = form_new("context", "x", NULL, false);

	set(f, "prompt", "");
	form_key(f, UIK_PASTE);
	keys(f, "hello");
	form_key(f, UIK_ESC);
	form_key(f, UIK_CTRL('u'));
	form_key(f, UIK_PASTE_END);
	ok(values(f, "{\"prompt\":\"hello\"}"),
	    "control keys of a paste do nothing");
	form_key(f, UIK_ESC);
	form_key(f, UIK_PASTE);
	ok(form_key(f, 'y') == FORM_MORE && form_shows(f, "Not saved yet"),
	    "a paste answers no question");
	form_key(f, UIK_PASTE_END);
	form_key(f, 'n');
	form_free(f);
}

/* A field that may be empty, and holds one of some words. */
static void
test_empty_choice(void)
{
	json_t *o = json_pack("{s:s}", "on_machine", "");
	struct form *f = form_new("context", "x", o, false);

	field(f, "on_machine");
	form_key(f, 'z');
	ok(form_values(f) == NULL, "a letter of no word changes nothing");
	form_free(f);
	json_decref(o);
}

/* Every kind, every size, hostile values: only printable cells. */
static void
test_sizes(void)
{
	static const char *const kinds[] = { "trunk", "country", "context",
		"campaign", "profile", "alert_rule", "did" };
	json_t *o = json_object();
	int bad = 0, n = 0;

	for (size_t i = 0; i < spec_nrows; i++)
		json_object_set_new(o, spec_rows[i].key,
		    json_string("a\033[2J\xe2\x80\xae \xe4\xb8\xad\xe6\x96\x87"
				"\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"));
	for (size_t k = 0; k < nitems(kinds); k++)
		for (int rows = 10; rows <= 120; rows += 14)
			for (int cols = 30; cols <= 400; cols += 37) {
				struct form *f = form_new(
				    kinds[k], "\033]0;x\007", o, k % 2 == 0);
				struct canvas_cell cell;
				struct canvas *c;

				for (int d = 0; d < cols % 20; d++)
					form_key(f, UIK_DOWN);
				c = drawn(f, rows, cols);
				for (int y = 0; y < rows; y++)
					for (int x = 0; x < cols; x++) {
						canvas_get(c, y, x, &cell);
						bad +=
						    cell.base != 0 &&
						    text_width(cell.base) < 1;
					}
				n++;
				canvas_free(c);
				form_free(f);
			}
	json_decref(o);
	ok(bad == 0, "%d forms: nothing hostile in any cell", n);
}

/* Whatever is typed: no crash, and what may be saved the engine takes. */
static void
test_monkey(void)
{
	static const char *const kinds[] = { "context", "campaign", "country",
		"profile" };
	static const uint32_t special[] = { UIK_UP, UIK_DOWN, UIK_LEFT,
		UIK_RIGHT, UIK_PGUP, UIK_PGDN, UIK_HOME, UIK_END, UIK_DELETE,
		UIK_BACKSPACE, UIK_TAB, UIK_ENTER, UIK_CTRL('u'), UIK_CTRL('w'),
		UIK_CTRL('k'), 0x4e2d, 0xe9, 0x301 };
	int wrong = 0, saved = 0;
	struct rng r;

	rng_seed(&r, 11);
	for (int i = 0; i < 40; i++) {
		struct form *f = form_new(kinds[i % 4], "x", NULL, false);

		for (int k = 0; k < 300; k++) {
			uint32_t code =
			    rng_below(&r, 3) == 0
				? special[rng_below(&r, nitems(special))]
				: (uint32_t)(' ' + rng_below(&r, 95));
			struct buf err = BUF_INIT;
			json_t *v;

			form_key(f, code);
			if (form_key(f, SAVE) != FORM_SAVE)
				continue;
			saved++;
			v = form_values(f);
			json_object_set_new(v, "name", json_string("x"));
			wrong += !spec_check(form_kind(f), v, &err);
			json_decref(v);
			buf_clear(&err);
		}
		form_free(f);
	}
	ok(wrong == 0 && saved > 50, "%d saves of a monkey: all right", saved);
}

static const char flow[] =
    "{\"name\":\"q\",\"connect_key\":\"3\",\"version\":4,\"states\":["
    "\"ask menu prompt=p 1>sales 9>out t>bye\","
    "\"sales connect dest=queue:x\",\"out optout\",\"bye hangup\"]}";

static void
test_states(void)
{
	json_t *o = json_loads(flow, 0, NULL);
	struct form *f = form_new("context", "q", o, false);

	ok(form_values(f) == NULL && form_shows(f, "states  ") &&
		form_shows(f, "4, in place of the options below") &&
		form_shows(f, " 1 ask menu prompt=p 1>sales 9>out t>bye") &&
		form_shows(f, "not used"),
	    "80x24: states stand first, the options mean nothing");
	ok(form_shows(f, "menu: prompt=SOUND"), "help is of the kind");
	keys(f, " 3>nosuch");
	ok(form_shows(f, "!  1 ask menu") &&
		form_shows(f, "no state of that name") &&
		form_key(f, SAVE) == FORM_MORE,
	    "a mistake is said as one types, in its line, and not saved");
	form_key(f, UIK_DOWN);
	ok(form_shows(f, "no state of that name"),
	    "and goes on being said elsewhere");
	form_key(f, UIK_UP);
	form_key(f, UIK_CTRL('w'));
	keys(f, "i>bye");
	ok(values(f, "{\"states\":["
		     "\"ask menu prompt=p 1>sales 9>out t>bye i>bye\","
		     "\"sales connect dest=queue:x\",\"out optout\","
		     "\"bye hangup\"]}") &&
		form_key(f, SAVE) == FORM_SAVE,
	    "a text that is changed");
	form_free(f);
	f = form_new("context", "q", o, false);
	form_key(f, UIK_DOWN);
	form_key(f, UIK_CTRL('o'));
	ok(form_values(f) == NULL && form_shows(f, "5, in place"),
	    "a text that is opened and not written is none");
	keys(f, "thanks hangup prompt=t");
	ok(form_shows(f, "state 3 \"thanks\": nothing leads to it") &&
		form_shows(f, "!  3 thanks"),
	    "one more, that nothing leads to");
	form_key(f, UIK_UP);
	keys(f, " >thanks");
	ok(values(f, "{\"states\":[\"ask menu prompt=p 1>sales 9>out t>bye\","
		     "\"sales connect dest=queue:x >thanks\","
		     "\"thanks hangup prompt=t\",\"out optout\","
		     "\"bye hangup\"]}"),
	    "until something does");
	form_key(f, UIK_CTRL('v'));
	form_key(f, UIK_CTRL('v'));
	form_key(f, UIK_CTRL('r'));
	ok(values(f, "{\"states\":[\"ask menu prompt=p 1>sales 9>out t>bye\","
		     "\"thanks hangup prompt=t\","
		     "\"sales connect dest=queue:x >thanks\","
		     "\"out optout\",\"bye hangup\"]}"),
	    "down, down, up: moved");
	form_key(f, UIK_CTRL('x'));
	ok(form_shows(f, "4, in place") && form_shows(f, "!  1 ask menu") &&
		form_key(f, SAVE) == FORM_MORE,
	    "what is left makes no sense");
	for (int i = 0; i < 9; i++)
		form_key(f, UIK_CTRL('x'));
	ok(values(f, "{\"states\":[]}") &&
		form_shows(f, "none: the options below say it all") &&
		form_key(f, SAVE) == FORM_SAVE,
	    "all removed: a simple context again");
	form_free(f);
	json_decref(o);
}

static void
test_turn(void)
{
	json_t *o = json_loads("{\"name\":\"usa\",\"prompt\":\"p\",\"amd\":"
			       "false,\"prompt_goodbye\":\"b\"}",
		   0, NULL),
	       *v;
	struct form *f = form_new("context", "usa", o, false);

	field(f, "country");
	form_key(f, UIK_DOWN);
	ok(form_shows(f, "C-t turn the options into states"),
	    "what one can do");
	keys(f, "xyz");
	ok(form_values(f) == NULL, "the head is no text");
	form_key(f, UIK_CTRL('t'));
	ok(values(f, "{\"states\":[\"ask menu prompt=p timeout=10 retries=1 "
		     "1>connect 9>out 0>repeat t>bye\","
		     "\"connect connect dest=queue:sales ring=20\","
		     "\"out optout prompt=b\",\"bye hangup prompt=b\"]}") &&
		form_key(f, SAVE) == FORM_SAVE,
	    "C-t: the states that its options stand for");
	form_key(f, UIK_CTRL('t'));
	ok(form_shows(f, "4, in place"), "only once");
	for (int i = 0; i < 60; i++) {
		form_key(f, UIK_CTRL('o'));
		form_key(f, 'z');
	}
	v = form_values(f);
	ok(json_array_size(json_object_get(v, "states")) == 32,
	    "not more than a context may have");
	json_decref(v);
	form_key(f, UIK_CTRL('o'));
	ok(form_shows(f, "at most 32"), "and it says so");
	form_key(f, 'z');
	ok(!form_shows(f, "at most 32"), "until one types on");
	form_free(f);
	f = form_new("context", "usa", o, false);
	field(f, "country");
	form_key(f, UIK_DOWN);
	form_key(f, UIK_CTRL('o'));
	form_key(f, UIK_PASTE);
	keys(f, "ask menu prompt=p 1>go t>hangup");
	form_key(f, UIK_ENTER);
	keys(f, "go hangup");
	form_key(f, UIK_PASTE_END);
	ok(values(f, "{\"states\":[\"ask menu prompt=p 1>go t>hangup\","
		     "\"go hangup\"]}"),
	    "lines that are pasted are states");
	keys(f, " ");
	for (int i = 0; i < 90; i++)
		form_key(f, 'x');
	ok(form_shows(f, "expected OPTION=VALUE or EVENT>TARGET"),
	    "of a long complaint what was expected, too");
	form_free(f);
	json_decref(o);
}

int
main(void)
{
	test_edit();
	test_mistakes();
	test_types();
	test_create();
	test_leave();
	test_paste();
	test_empty_choice();
	test_states();
	test_turn();
	test_sizes();
	test_monkey();
	return done_testing();
}
