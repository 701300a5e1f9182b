/* SPDX-License-Identifier: MIT */
/*
 * lang: translations out of .mo files (GNU gettext's format), without a
 * locale: one process serves viewers of several languages, and a machine need
 * not have their locales installed.
 *
 * A file is read into memory once (a mapping would die with SIGBUS when the
 * file is written anew) and every text in it is checked: its bounds, that it
 * is UTF-8 without control characters, and that a translation converts the
 * same arguments in printf as the original does.  What fails is left out, so
 * that the original is shown; no file can make us crash.
 */
#ifndef SHARED_LANG_H
#define SHARED_LANG_H

#include <stdbool.h>
#include <stddef.h>

#define LANG_CODE     12 /* "pt_BR" */
#define LANG_FILE_MAX (4 << 20)

/* What discador is translated to, the language of the sources first. */
struct lang_row {
	const char *code;
	const char *name; /* in the language itself */
};
const struct lang_row *lang_list(size_t *n);

struct lang;
/*
 * "en" is there without a file.  For others PO/CODE.mo of the build beside
 * the program, else DATADIR/locale/CODE/LC_MESSAGES/discador.mo.  NULL: no
 * such file, or it is none.
 */
struct lang *lang_open(const char *code);
/* The same of a file's bytes (copied); NULL: they are no .mo file. */
struct lang *lang_parse(const char *code, const void *bytes, size_t len);
void lang_free(struct lang *);
const char *lang_code(const struct lang *);
/* Texts it has; those left out because they failed a check. */
size_t lang_count(const struct lang *, size_t *refused);
/* The n-th of them (0 <= n < count), for tests. */
const char *lang_nth(const struct lang *, size_t n);

/*
 * The translation, s itself if there is none; "" is never looked up.  NULL
 * stands for English.
 */
const char *lang_tr(const struct lang *, const char *s);
/* The one for n things; without a translation by the English rule. */
const char *lang_trn(
    const struct lang *, const char *one, const char *many, unsigned long n);

/*
 * The language of this process from now on, borrowed; NULL: English.  What
 * text_tr() returned before stays valid until lang_free().
 */
void lang_use(const struct lang *);
const struct lang *lang_used(void);
/* Both; the language used before is freed.  False: there is none such. */
bool lang_set(const char *code);
/*
 * Read all there are and keep them: lang_set() takes them from memory then.
 * For a process that others are forked from, which may open no file.
 */
void lang_load_all(void);

/*
 * The best we have for a locale's or language's name: "es_MX.UTF-8" es, "pt"
 * and "pt_PT" pt_BR, "C" en; NULL for those we have nothing like.
 */
const char *lang_match(const char *name);
/*
 * What the environment asks for: DISCADOR_LANG; else, as gettext does,
 * LANGUAGE (a list; not where the locale is C) and the first that is set of
 * LC_ALL, LC_MESSAGES and LANG.  "en" when nothing fits.
 */
const char *lang_from_env(void);

/* Would printf take the same arguments for both?  For tests. */
bool lang_same_format(const char *, const char *);

#endif
