/* SPDX-License-Identifier: MIT */
/*
 * number_tables: what contrib/numbers writes into number_tables.c and
 * number_states.c: calling codes, one automaton over digits for all of them,
 * the zone of each prefix, the state of each area code.  For number.c and
 * number_place.c alone.
 */
#ifndef SHARED_NUMBER_TABLES_H
#define SHARED_NUMBER_TABLES_H

#include <stdbool.h>
#include <stdint.h>

struct number_region {
	char id[4]; /* "US"; "001": no country */
	int cc; /* calling code */
	const char *trunk; /* national prefix, "" none */
	const char *idd; /* international prefix */
	uint32_t lengths; /* bit n: fixed or mobile numbers of n digits */
};

extern const char number_version[];
extern const struct number_region number_regions[];
extern const int number_nregions;
/* By calling code: first state (0: no such code), main region (255: none). */
extern const uint16_t number_start[1000];
extern const uint8_t number_main[1000];
/* next[state * 10 + digit]; label[state] indexes labels, 0: not accepting. */
extern const uint16_t number_next[];
extern const uint16_t number_label[];
extern const uint16_t number_labels[];
extern const char *const number_zone_lists[];
extern const uint32_t number_zone_keys[];
extern const uint16_t number_zone_values[];
extern const int number_nzone_keys;
/* By area code of US, CA (200..999) or BR (11..99); "": none, or several. */
extern const char number_states[1000][3];

/* What an accepting state says. */
struct number_label {
	int region; /* index of number_regions */
	int type; /* enum number_type */
};
/*
 * Is d[len] (digits) a published national number of calling code cc?  *l, if
 * not NULL, is set only then.
 */
bool number_accepts(int cc, const char *d, int len, struct number_label *l);
/* The calling code that d begins with and its length; 0 if there is none. */
int number_code(const char *d, int len, int *used);

#endif
