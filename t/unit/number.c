/* SPDX-License-Identifier: MIT */
/* number: the table of cases, area codes too new for old libraries, zones
 * that exist, and what holds for any input. */
#include "shared/number.h"

#include "shared/number_tables.h"
#include "shared/tz.h"
#include "shared/util.h"
#include "tap.h"

#define CASES "t/data/numbers.txt"

/* REGION|CELL|VERDICT|E164|TYPE|REGION|EXT|AREA|ZONES; the cell may hold |. */
static void
test_table(void)
{
	char line[1024], got[1024], area[8];
	FILE *f = fopen(CASES, "r");
	int n = 0;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		char *region = line, *cell, *want;
		struct number o;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#' || (cell = strchr(line, '|')) == NULL)
			continue;
		*cell++ = '\0';
		if ((want = strchr(cell, '|')) == NULL)
			continue;
		*want++ = '\0';
		number_parse(cell, *region == '\0' ? NULL : region, &o);
		str_format(got, sizeof(got), "%s|%s|%d|%s|%s|%s|%s",
		    number_verdict_word(o.verdict), o.e164, o.type, o.region,
		    o.ext, number_area(o.e164, area), number_zones(o.e164));
		ok(strcmp(got, want) == 0, "%s <%s> %s", region, cell, o.e164);
		if (strcmp(got, want) != 0)
			printf("# got  %s\n# want %s\n", got, want);
		n++;
	}
	ok(n > 150, "%d cases in " CASES, n);
	if (f != NULL)
		fclose(f);
}

/* In service, but refused by the library of Debian 12 (Oct 2022) or 13. */
static void
test_new_codes(void)
{
	static const struct {
		const char *region;
		int codes[40];
	} c[] = {
		{ "US", { 227, 235, 274, 324, 327, 329, 350, 353, 363, 369, 472,
			    557, 645, 686, 728, 730, 738, 748, 821, 835, 975,
			    983 } },
		{ "CA", { 257, 354, 382, 428, 683, 879, 942 } },
	};

	for (size_t i = 0; i < nitems(c); i++) {
		for (const int *npa = c[i].codes; *npa != 0; npa++) {
			char cell[16], area[8];
			struct number o;

			str_format(cell, sizeof(cell), "%d234 5678", *npa);
			ok(number_parse(cell, c[i].region, &o) &&
				o.verdict == NUMBER_V_OK &&
				strcmp(o.region, c[i].region) == 0 &&
				number_zones(o.e164)[0] != '\0' &&
				strtol(number_area(o.e164, area), NULL, 10) ==
				    *npa,
			    "%d is %s: %s", *npa, o.region,
			    number_zones(o.e164));
		}
	}
}

static void
test_zones_exist(void)
{
	int lists = 0, wrong = 0;

	for (int i = 0; i < number_nzone_keys; i++) {
		const char *z = number_zone_lists[number_zone_values[i]];
		struct tz_set set;

		if (*z == '\0')
			continue;
		lists++;
		if (strlen(z) >= MODEL_ZONE || !tz_set_parse(&set, z)) {
			printf("# %s\n", z);
			wrong++;
		}
		for (int k = 1; wrong == 0 && k < set.n; k++)
			wrong += strcmp(tz_name(set.v[k - 1]),
				     tz_name(set.v[k])) >= 0;
	}
	ok(wrong == 0 && lists > 1000,
	    "%d zone lists: known here, sorted, short enough", lists);
}

static void
test_any_input(void)
{
	static const char bits[] = "00112345678990123456789+-() .xX#;,eE='"
				   "\xef\xbc\x91\xc2\xa0";
	uint64_t seed = (uint64_t)time(NULL);
	int wrong = 0, taken = 0;
	struct rng r;

	rng_seed(&r, seed);
	for (int i = 0; i < 300000; i++) {
		char cell[48], area[8];
		size_t n = rng_below(&r, i % 2 ? sizeof(cell) : 16);
		const char *region =
		    number_regions[rng_below(&r, (uint64_t)number_nregions)].id;
		struct number o, again;

		for (size_t k = 0; k < n; k++)
			cell[k] = i % 2 == 0 ? (char)('0' + rng_below(&r, 10))
				  : rng_below(&r, 50) != 0
				      ? bits[rng_below(&r, sizeof(bits) - 1)]
				      : (char)(1 + rng_below(&r, 255));
		cell[n] = '\0';
		if (!number_parse(cell, region, &o)) {
			wrong += o.e164[0] != '\0' ||
				 o.verdict <= NUMBER_V_NEW_RANGE;
			continue;
		}
		taken++;
		wrong += strlen(o.e164) < 7 || strlen(o.e164) > 16 ||
			 o.e164[0] != '+' || o.e164[1] == '0' || !o.region[0];
		/* What we write we read again as the same. */
		if (!number_parse(o.e164, NULL, &again) ||
		    strcmp(again.e164, o.e164) != 0) {
			wrong++;
			printf("# %s <%s> %s %s\n", region, cell, o.e164,
			    again.e164);
		}
		number_zones(o.e164);
		number_area(o.e164, area);
	}
	ok(wrong == 0 && taken > 1000,
	    "%d numbers out of noise, all of them stable (seed %llu)", taken,
	    (unsigned long long)seed);
	ok(number_zones("")[0] == '\0' && number_zones("+")[0] == '\0' &&
		number_zones("+1212x")[0] == '\0' &&
		number_zones("+99999999999999999999")[0] == '\0',
	    "zones of what is no number");
	ok(number_region_known("MX") && !number_region_known("mx") &&
		!number_region_known("") && !number_region_known(NULL),
	    "regions");
}

int
main(void)
{
	test_table();
	test_new_codes();
	test_zones_exist();
	test_any_input();
	return done_testing();
}
