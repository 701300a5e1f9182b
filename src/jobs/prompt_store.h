/* SPDX-License-Identifier: MIT */
/*
 * prompt_store: STATE_DIR/prompts.  A prompt NAME is NAME.sln (8 kHz, mono, 16
 * bit, without header), the same as .wav, .ulaw and .alaw, and NAME.txt, which
 * says where it comes from, "key: value" in lines.  One writer at a time.
 */
#ifndef JOBS_PROMPT_STORE_H
#define JOBS_PROMPT_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"

#define PROMPT_NAME     61 /* with its NUL */
#define PROMPT_TEXT     2001
#define PROMPT_SHA      65
#define PROMPT_SWITCHES 16
#define PROMPT_FORMATS  4
extern const char *const prompt_formats[PROMPT_FORMATS]; /* "sln", ... */

struct prompt_about {
	char name[PROMPT_NAME];
	char text[PROMPT_TEXT]; /* that was spoken; "" a recording */
	char language[8]; /* en, es-419, pt-BR; "" not said */
	char source[128]; /* the upload's name, "espeak-ng", or: */
#define PROMPT_SHIPPED "espeak-ng, a shipped text"
	char by[128], at[32];
	char sha256[PROMPT_SHA]; /* of NAME.sln */
	double seconds;
	bool draft; /* made from text */
	struct prompt_there {
		char name[32]; /* of the switch */
		char sha256[PROMPT_SHA], at[32];
	} there[PROMPT_SWITCHES]; /* where it was installed, and which */
	size_t nthere;
};

/* [a-z0-9_]{1,60} */
bool prompt_name_valid(const char *);
/* "en", "es-419" or "pt-BR" of what was typed (es, pt, pt_BR, ...); or NULL. */
const char *prompt_language(const char *typed);

/*
 * Make the directory and lock it against other writers (waits up to 60 s); the
 * lock's descriptor, or -1 and err.  Closing it unlocks.
 */
int prompt_store_lock(const char *dir, struct buf *err);
/* False: there is none (err empty) or it cannot be read (err). */
bool prompt_store_read(
    const char *dir, const char *name, struct prompt_about *, struct buf *err);
bool prompt_store_write(
    const char *dir, const struct prompt_about *, struct buf *err);
/* The names, sorted; count in *n; free each and the array. */
char **prompt_store_names(const char *dir, size_t *n);
/* Of a file, as hex; false and errno. */
bool prompt_store_sha256(const char *file, char out[PROMPT_SHA]);
/*
 * STEM.sln, STEM.wav ... (and STEM.txt, if about) to DIR/NAME.sln ...: all are
 * written beside their places before the first is renamed, so that a full
 * disk leaves the old ones.  False and err.
 */
bool prompt_store_put(const char *stem, const char *dir, const char *name,
    bool about, struct buf *err);
/* As the lines of NAME.txt and back; false: no line of a kind it must have. */
void prompt_about_print(const struct prompt_about *, struct buf *);
bool prompt_about_parse(const char *text, struct prompt_about *);

#endif
