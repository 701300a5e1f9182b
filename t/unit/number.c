/* SPDX-License-Identifier: MIT */
/* number: the table of cases, area codes too new for old libraries, zones
 * that exist, states that fit them, and what holds for any input. */
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

/* Which states keep a zone's time, at least in a part of them. */
static const struct {
	const char *zone, *states;
} keepers[] = {
	{ "America/New_York", "CT DC DE FL GA IN KY MA MD ME MI NC NH NJ NY OH "
			      "PA RI SC TN VA VT WV" },
	{ "America/Chicago",
	    "AL AR FL IA IL IN KS KY LA MI MN MO MS ND NE OK SD TN TX WI" },
	{ "America/Denver", "AZ CO ID KS MT ND NE NM NV OR SD TX UT WY" },
	{ "America/Boise", "ID NV OR" },
	{ "America/North_Dakota/Center", "ND SD" },
	{ "America/Phoenix", "AZ" },
	{ "America/Los_Angeles", "CA ID NV OR WA" },
	{ "America/Anchorage", "AK" },
	{ "America/Juneau", "AK" },
	{ "America/Adak", "AK" },
	{ "Pacific/Honolulu", "HI AK" }, /* the Aleutians' hour in winter */
	{ "America/St_Johns", "NL" },
	{ "America/Puerto_Rico", "NL" }, /* Blanc-Sablon's hour */
	{ "America/Halifax", "NB NL QC" }, /* QC: Iles de la Madeleine */
	{ "America/Toronto", "ON QC" },
	{ "America/Winnipeg", "MB ON SK" }, /* SK: Creighton */
	{ "America/Regina", "SK" },
	{ "America/Edmonton", "AB BC" },
	{ "America/Vancouver", "BC" },
};

static bool
keeps(const char *state, const char *zone)
{
	for (size_t i = 0; i < nitems(keepers); i++)
		if (strcmp(keepers[i].zone, zone) == 0)
			return strstr(keepers[i].states, state) != NULL;
	return false;
}

/* Is it an area code of the USA or Canada with zones?  A number of it. */
static const char *
npa_number(int npa, struct number *o)
{
	static const char *const rest[] = { "2345678", "3571234", "5234567",
		"7654321", "9876543" };
	char e164[16];

	for (size_t i = 0; i < nitems(rest); i++) {
		str_format(e164, sizeof(e164), "+1%d%s", npa, rest[i]);
		if (number_parse(e164, NULL, o) && o->verdict == NUMBER_V_OK &&
		    (strcmp(o->region, "US") == 0 ||
			strcmp(o->region, "CA") == 0) &&
		    number_zones(o->e164)[0] != '\0')
			return o->e164;
	}
	return NULL;
}

static void
test_states(void)
{
	static const char several[] = "782 867 902 ";
	char states[512] = " ";
	int codes = 0, wrong = 0, alone = 0;

	for (int npa = 200; npa < 1000; npa++) {
		char s[4], word[8];
		struct tz_set set;
		struct number o;

		if (npa_number(npa, &o) == NULL)
			continue;
		codes++;
		number_state(o.e164, s);
		str_format(word, sizeof(word), "%d ", npa);
		if (s[0] == '\0' && strstr(several, word) != NULL) {
			alone++;
			continue;
		}
		wrong += s[0] == '\0' || strstr(several, word) != NULL;
		tz_set_parse(&set, number_zones(o.e164));
		for (int i = 0; i < set.n; i++)
			if (!keeps(s, tz_name(set.v[i]))) {
				printf("# %d in %s: %s?\n", npa, s,
				    tz_name(set.v[i]));
				wrong++;
			}
		str_format(word, sizeof(word), " %s ", s);
		if (strstr(states, word) == NULL)
			str_format(states + strlen(states),
			    sizeof(states) - strlen(states), "%s ", s);
	}
	ok(wrong == 0 && codes > 400 && alone == 3,
	    "%d area codes of USA and Canada: a state that keeps their zones",
	    codes);
	/* 50, DC, and ten provinces without NS and PE */
	ok(strlen(states) == 1 + 3 * (51 + 8), "every state has one:%s",
	    states);
}

static void
test_state_rows(void)
{
	static const struct {
		const char *e164, *state;
	} c[] = {
		{ "+13055550123", "FL" },
		{ "+16455550123", "FL" },
		{ "+12025550123", "DC" },
		{ "+16045550123", "BC" },
		{ "+12575550123", "BC" },
		{ "+19025550123", "" }, /* NS and PE */
		{ "+18675550123", "" }, /* three territories */
		{ "+18005550123", "" },
		{ "+17875550123", "" }, /* PR is a region of its own */
		{ "+1305555012", "" },
		{ "+130555501234", "" },
		{ "+5511987654321", "SP" },
		{ "+551133334444", "SP" },
		{ "+5521987654321", "RJ" },
		{ "+5561987654321", "" }, /* DF and GO */
		{ "+5520987654321", "" },
		{ "+5540041234", "" }, /* no area code */
		{ "+558001234567", "" },
		{ "+525512345678", "" },
		{ "+3055550123", "" },
		{ "13055550123", "FL" },
		{ "+1305555012x", "" },
		{ "+", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < nitems(c); i++) {
		char s[4] = "??";

		ok(number_state(c[i].e164, s) == s &&
			strcmp(s, c[i].state) == 0,
		    "<%s> is in \"%s\"", c[i].e164, s);
	}
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
		char cell[48], area[8], state[4];
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
		number_state(o.e164, state);
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
	test_states();
	test_state_rows();
	test_any_input();
	return done_testing();
}
