/* SPDX-License-Identifier: MIT */
/*
 * prompt_do: add, say, render, install, list.  Holds the store's lock while
 * it writes; parses no options.
 */
#include "jobs/prompt_do.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "jobs/prompt_list.h"
#include "jobs/prompt_make.h"
#include "jobs/prompt_texts.h"
#include "shared/text.h"
#include "shared/util.h"

/* One more thing that went wrong; empties it. */
static void
problem(struct prompt_ask *k, struct buf *one)
{
	buf_fmt(&k->err, "%s%s", k->err.len > 0 ? "; " : "", buf_cstr(one));
	buf_reset(one);
}

/* ---- one prompt ------------------------------------------------------- */

static bool
about_begin(struct prompt_ask *k, struct prompt_about *a)
{
	const char *l = "";

	memset(a, 0, sizeof(*a));
	if (k->name == NULL || !prompt_name_valid(k->name)) {
		buf_fmt(&k->err,
		    "a prompt's name has 1 to 60 of a-z, 0-9 and _, and "
		    "\"%s\" is none: say --name",
		    k->name != NULL ? k->name : "");
		return false;
	}
	if (k->language != NULL && (l = prompt_language(k->language)) == NULL) {
		buf_fmt(&k->err, "--language %s: expected en, es-419 or pt-BR",
		    k->language);
		return false;
	}
	str_copy(a->name, sizeof(a->name), k->name);
	str_copy(a->language, sizeof(a->language), l);
	text_clean(a->source, sizeof(a->source), k->file);
	text_clean(a->by, sizeof(a->by), k->by);
	return true;
}

/*
 * On one switch, or on all that have a place for it; writes NAME.txt.  Where it
 * fails once nothing more is tried: each file may take a minute.
 */
static bool
install_one(struct prompt_ask *k, struct prompt_about *a)
{
	struct buf err = BUF_INIT;
	bool good = true;
	size_t done = 0;

	for (size_t i = 0; i < k->ntarget; i++) {
		const struct prompt_target *t = &k->target[i];

		if (k->only != NULL ? strcmp(k->only, t->name) != 0
				    : *t->sounds == '\0')
			continue;
		if (k->failed[i]) {
			good = false;
		} else if (prompt_install(k->dir, a, t, &err)) {
			done++;
			buf_fmt(
			    &k->text, "%s is on switch %s\n", a->name, t->name);
		} else {
			k->failed[i] = true;
			good = false;
			problem(k, &err);
		}
	}
	/* Also what was done where another failed. */
	if (done > 0 && !prompt_store_write(k->dir, a, &err)) {
		problem(k, &err);
		good = false;
	}
	buf_clear(&err);
	return good;
}

/* The answer. */
static bool
told(struct prompt_ask *k, struct prompt_about *a, const char *warn)
{
	buf_fmt(&k->text, "prompt %s: %.1f s%s\n%s", a->name, a->seconds,
	    a->draft ? ", a draft: record it when the text stands" : "", warn);
	if (k->only == NULL) {
		buf_fmt(&k->text,
		    "discador prompt install %s puts it on the switches",
		    a->name);
		return true;
	}
	if (install_one(k, a))
		return true;
	buf_fmt(&k->err, "; the new %s itself is kept%s%s", a->name,
	    *warn != '\0' ? "\n" : "", warn);
	return false;
}

/* Whether it was made or not: unlocks, frees. */
static bool
made(struct prompt_ask *k, struct prompt_about *a, bool good, struct buf *warn,
    int lock)
{
	good = good && told(k, a, buf_cstr(warn));
	if (lock >= 0)
		close(lock);
	buf_clear(warn);
	free(a);
	return good;
}

bool
prompt_do_add(struct prompt_ask *k)
{
	struct prompt_about *a = xcalloc(1, sizeof(*a));
	struct buf warn = BUF_INIT;
	int lock = -1;
	bool good = about_begin(k, a) &&
		    (lock = prompt_store_lock(k->dir, &k->err)) >= 0;

	good = good && prompt_make_add(k->dir, STDIN_FILENO, a, &warn, &k->err);
	return made(k, a, good, &warn, lock);
}

/* The text on stdin: no list of processes shows it. */
static bool
take_text(struct prompt_ask *k, struct prompt_about *a)
{
	size_t n = fread(a->text, 1, sizeof(a->text), stdin);

	if (n == sizeof(a->text)) {
		a->text[n - 1] = '\0';
		buf_fmt(&k->err, "the text has more than %d bytes",
		    PROMPT_TEXT - 1);
		return false;
	}
	while (n > 0 && (a->text[n - 1] == '\n' || a->text[n - 1] == ' '))
		n--;
	a->text[n] = '\0';
	for (char *p = a->text; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r' || *p == '\t')
			*p = ' ';
	/* A NUL ends what would be spoken, not what was sent. */
	if (strlen(a->text) == n && prompt_text_valid(a->text))
		return true;
	buf_str(&k->err, "the text is empty, or holds control characters or "
			 "bytes that are not UTF-8");
	return false;
}

/* A recording may be the only one there is. */
static bool
may_replace(struct prompt_ask *k, const struct prompt_about *a)
{
	struct prompt_about *old = xcalloc(1, sizeof(*old));
	bool there = prompt_store_read(k->dir, a->name, old, &k->err);
	bool good = k->err.len == 0 && (!there || old->draft);

	if (k->force) {
		buf_reset(&k->err);
		good = true;
	} else if (there && !old->draft) {
		buf_fmt(&k->err,
		    "%s is a recording, which a draft would replace for good: "
		    "take another name, or say --force",
		    a->name);
	}
	free(old);
	return good;
}

bool
prompt_do_say(struct prompt_ask *k)
{
	struct prompt_about *a = xcalloc(1, sizeof(*a));
	struct buf warn = BUF_INIT;
	int lock = -1;
	bool good = about_begin(k, a);

	if (good && k->language == NULL) {
		buf_str(&k->err, "--language says how to speak it: en, es-419 "
				 "or pt-BR");
		good = false;
	}
	str_copy(a->source, sizeof(a->source), "espeak-ng");
	good = good && take_text(k, a) &&
	       (lock = prompt_store_lock(k->dir, &k->err)) >= 0 &&
	       may_replace(k, a) && prompt_make_say(k->dir, a, &warn, &k->err);
	return made(k, a, good, &warn, lock);
}

/* ---- many ------------------------------------------------------------- */

/* Is it to be spoken, now that this is what is there? */
static bool
wanted(const struct prompt_ask *k, const struct prompt_about *old,
    const struct prompt_about *new)
{
	if (!old->draft)
		return false; /* a recording is never replaced by a draft */
	if (k->force)
		return true;
	/* Nor is somebody's own text by a shipped one. */
	return strcmp(old->source, PROMPT_SHIPPED) == 0 &&
	       (strcmp(old->text, new->text) != 0 ||
		   strcmp(old->language, new->language) != 0);
}

bool
prompt_do_render(struct prompt_ask *k)
{
	json_t *all = prompt_texts(k->texts, &k->err), *o;
	struct prompt_about *a = xcalloc(2, sizeof(*a)), *old = a + 1;
	struct buf warn = BUF_INIT, unheard = BUF_INIT;
	size_t i, spoken = 0, kept = 0;
	int lock = -1;
	bool good =
	    all != NULL && (lock = prompt_store_lock(k->dir, &k->err)) >= 0;

	json_array_foreach (all, i, o) {
		if (!good)
			break;
		memset(a, 0, 2 * sizeof(*a));
		str_copy(a->name, sizeof(a->name),
		    json_string_value(json_object_get(o, "name")));
		str_copy(a->text, sizeof(a->text),
		    json_string_value(json_object_get(o, "text")));
		str_copy(a->language, sizeof(a->language),
		    json_string_value(json_object_get(o, "language")));
		str_copy(a->source, sizeof(a->source), PROMPT_SHIPPED);
		text_clean(a->by, sizeof(a->by), k->by);
		progress_tick(&k->progress, now_read().mono_ns, (int64_t)i,
		    (int64_t)json_array_size(all), (int64_t)i);
		if (prompt_store_read(k->dir, a->name, old, &unheard) &&
		    !wanted(k, old, a)) {
			kept++;
			continue;
		}
		/* Who knows what that was: a recording, perhaps. */
		if (unheard.len > 0) {
			problem(k, &unheard);
			continue;
		}
		good = prompt_make_say(k->dir, a, &warn, &k->err);
		spoken += good;
	}
	good = good && k->err.len == 0;
	if (good)
		buf_fmt(&k->text, "%zu prompts spoken, %zu left as they were",
		    spoken, kept);
	if (lock >= 0)
		close(lock);
	buf_clear(&warn);
	buf_clear(&unheard);
	json_decref(all);
	free(a);
	return good;
}

static bool
places(struct prompt_ask *k)
{
	size_t n = 0;

	for (size_t i = 0; i < k->ntarget; i++)
		n += *k->target[i].sounds != '\0';
	if (k->only != NULL || n > 0)
		return true;
	buf_fmt(&k->err,
	    "no switch has switches[].sounds configured: copy %s/NAME.* into "
	    "their directories of sounds by hand",
	    k->dir);
	return false;
}

bool
prompt_do_install(struct prompt_ask *k)
{
	struct prompt_about *a = xcalloc(1, sizeof(*a));
	struct buf err = BUF_INIT;
	size_t n = 0, done = 0;
	char **names = NULL;
	int lock = -1;
	bool good =
	    places(k) && (lock = prompt_store_lock(k->dir, &k->err)) >= 0;

	if (good && k->all)
		names = prompt_store_names(k->dir, &n);
	for (size_t i = 0; good && i < (k->all ? n : 1); i++) {
		const char *name = k->all ? names[i] : k->name;

		if (!prompt_name_valid(name) ||
		    !prompt_store_read(k->dir, name, a, &err)) {
			if (err.len == 0)
				buf_fmt(&err,
				    "there is no prompt \"%s\": discador "
				    "prompt list shows them",
				    name);
			problem(k, &err);
		} else {
			done += install_one(k, a);
		}
		progress_tick(&k->progress, now_read().mono_ns, (int64_t)i,
		    (int64_t)n, (int64_t)i);
	}
	good = good && k->err.len == 0;
	if (!good && n > 0)
		buf_fmt(&k->err, "; %zu of %zu prompts are where they belong",
		    done, n);
	if (good && k->all) {
		buf_reset(&k->text);
		buf_fmt(&k->text, "%zu prompts are on %s%s", done,
		    k->only != NULL ? "switch " : "the switches",
		    k->only != NULL ? k->only : "");
	}
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	if (lock >= 0)
		close(lock);
	buf_clear(&err);
	free(a);
	return good;
}

bool
prompt_do_list(struct prompt_ask *k)
{
	size_t n;

	if (access(k->dir, R_OK | X_OK) < 0 && errno != ENOENT) {
		buf_fmt(&k->err, "%s: %s", k->dir, strerror(errno));
		return false;
	}
	n = prompt_list(k->dir, k->target, k->ntarget, k->json);

	/* By hand the list itself is all that is wanted. */
	if (k->progress.fd >= 0)
		buf_fmt(&k->text, "%zu prompts", n);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return true;
	buf_fmt(&k->err, "nobody reads the list: %s", strerror(errno));
	return false;
}
