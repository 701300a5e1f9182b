/* SPDX-License-Identifier: MIT */
/*
 * filter: what an operator types after `/`: words that must all hold.
 *
 *   us blocked     every word stands somewhere in the row
 *   area:305       the column whose key or title begins so has that text
 *   uses>90 >90    a number; without a name: the table's main number
 *   <=5 =0 !=3     likewise; percentages may be written 41%
 *   state=free     the whole text of a column that has no numbers
 *   !blocked       the word does not stand there
 *   "new york"     one word with a blank
 *
 * Letters of either case are alike.  Nothing one can type is a mistake: a
 * comparison that cannot be made is taken as a word, one that waits for its
 * number (">") is left out, so that a list does not vanish while one types.
 * Pure.
 */
#ifndef UI_FILTER_H
#define UI_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#define FILTER_TEXT  256 /* a whole input line: PROMPT_MAX of ui/prompt.h */
#define FILTER_TERMS 12

struct filter_term {
	enum {
		FILTER_WORD,
		FILTER_LT,
		FILTER_LE,
		FILTER_EQ,
		FILTER_NE,
		FILTER_GE,
		FILTER_GT
	} test;
	bool not ;
	char col[24]; /* "" any column; compares: the main number */
	char word[FILTER_TEXT]; /* to look for or to compare with, folded */
	char raw[FILTER_TEXT]; /* as typed, folded: where there is no such
				* column */
	double num; /* NaN: word is no number (= and != only) */
};
struct filter {
	size_t n;
	struct filter_term v[FILTER_TERMS];
};
void filter_parse(struct filter *, const char *text);
/* Small letters for capitals, ASCII and Latin-1 (UTF-8), in place. */
void filter_fold(char *text);
/* Does the folded word stand in text? "" stands everywhere. */
bool filter_has(const char *text, const char *word);
/* Does a number pass the term's test? */
bool filter_compare(const struct filter_term *, double v);

#endif
