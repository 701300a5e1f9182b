/* SPDX-License-Identifier: MIT */
/*
 * number_tables: what contrib/numbers/gen.py writes into number_tables.c and
 * number.c alone reads: calling codes, one automaton over digits for all of
 * them, and the zone of each prefix.
 */
#ifndef SHARED_NUMBER_TABLES_H
#define SHARED_NUMBER_TABLES_H

#include <stdint.h>

struct number_region {
	char id[4];          /* "US"; "001": no country */
	int cc;              /* calling code */
	const char *trunk;   /* national prefix, "" none */
	const char *idd;     /* international prefix */
	uint32_t lengths;    /* bit n: fixed or mobile numbers of n digits */
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

#endif
