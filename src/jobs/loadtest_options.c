/* SPDX-License-Identifier: MIT */
/* loadtest_options: argv to a struct.  Opens nothing. */
#include "jobs/loadtest_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#define MINUTES_MIN 0.1
#define MINUTES_MAX 10080
#define CPS_MAX     1000
#define DIDS_MAX    1000000

static const char *const words[LOADTEST_NSCENARIO] = {
	[LOADTEST_CPS] = "cps_validation",
	[LOADTEST_CONTEXT] = "context_creation",
	[LOADTEST_DTMF] = "dtmf_recognition",
	[LOADTEST_AMD_DETECTION] = "amd_detection",
	[LOADTEST_ROTATION] = "did_rotation",
	[LOADTEST_SOAK] = "soak",
};

const char *
loadtest_scenario_word(enum loadtest_scenario s)
{
	return words[s];
}

static void
usage(FILE *f)
{
	fputs(
	    "usage: discador-job loadtest [options]\n"
	    "Calls at a given pace from an engine and a database of its own,\n"
	    "which go away with it; a verdict for each target.\n"
	    "  --cps N              calls per second to hold (25)\n"
	    "  --minutes N          how long (10)\n"
	    "  --countries A,B      usa canada mexico brasil colombia\n"
	    "                       argentina chile peru venezuela (all)\n"
	    "  --dids N             caller IDs to rotate among (1000)\n"
	    "  --scenarios A,B      cps_validation context_creation\n"
	    "                       dtmf_recognition amd_detection\n"
	    "                       did_rotation soak (all but soak; or all)\n"
	    "  --format text|json|html\n"
	    "  --compare ID         beside the result of an earlier one\n"
	    "  --switch NAME --channel C\n"
	    "                       a real switch of discador.conf, and the\n"
	    "                       channel of a test trunk on it, such as\n"
	    "                       PJSIP/{number}@test-trunk\n"
	    "  --trunk NAME         one of the engine's instead (--i-am-sure)\n"
	    "  --destination D      where the connect key leads (queue:sales)\n"
	    "  --prompt SOUND       that asks for the key\n"
	    "  --far-end digits|unknown\n"
	    "                       digits: it does what the last five of a\n"
	    "                       number say (contrib/lab); else nothing\n"
	    "                       that needs the truth is judged\n"
	    "  --i-am-sure          the trunk may be one of the engine's own\n"
	    "  --carrier OPTIONS    further options of the simulated carrier\n"
	    "                       (discador-job amisim --help)\n"
	    "  --seed N             of numbers and fates (1)\n"
	    "  -c FILE, --run-dir DIR\n",
	    f);
}

static bool
one_country(struct loadtest_options *o, const char *name)
{
	const struct made_country *c = made_country_find(name);

	if (c == NULL || o->ncountries == LOADTEST_COUNTRIES)
		return false;
	for (int i = 0; i < o->ncountries; i++)
		if (o->country[i] == c)
			return true;
	o->country[o->ncountries++] = c;
	return true;
}

static bool
one_scenario(struct loadtest_options *o, const char *word)
{
	for (int i = 0; i < LOADTEST_NSCENARIO; i++)
		if (strcmp(word, "all") == 0 || strcmp(word, words[i]) == 0) {
			o->scenario[i] = true;
			if (strcmp(word, words[i]) == 0)
				return true;
		}
	return strcmp(word, "all") == 0;
}

/* Each word of a list with commas; false: one is not known. */
static bool
words_of(struct loadtest_options *o, const char *s,
    bool (*one)(struct loadtest_options *, const char *))
{
	bool any = false;

	while (*s != '\0') {
		size_t n = strcspn(s, ", ");
		char word[40];

		if (n > 0 &&
		    (!str_format(word, sizeof(word), "%.*s", (int)n, s) ||
			!one(o, word)))
			return false;
		any = any || n > 0;
		s += n + (s[n] != '\0');
	}
	return any;
}

static bool
set_number(double *to, const char *s, double lo, double hi)
{
	return str_double(s, lo, hi, to);
}

static bool
set_format(struct loadtest_options *o, const char *s)
{
	if (strcmp(s, "text") == 0)
		o->format = LOADTEST_TEXT;
	else if (strcmp(s, "json") == 0)
		o->format = LOADTEST_JSON;
	else if (strcmp(s, "html") == 0)
		o->format = LOADTEST_HTML;
	else
		return false;
	return true;
}

static const struct option longs[] = {
	{ "cps", required_argument, NULL, 'n' },
	{ "minutes", required_argument, NULL, 'm' },
	{ "countries", required_argument, NULL, 'C' },
	{ "dids", required_argument, NULL, 'd' },
	{ "scenarios", required_argument, NULL, 'S' },
	{ "format", required_argument, NULL, 'f' },
	{ "compare", required_argument, NULL, 'k' },
	{ "switch", required_argument, NULL, 'w' },
	{ "channel", required_argument, NULL, 'x' },
	{ "trunk", required_argument, NULL, 't' },
	{ "destination", required_argument, NULL, 'D' },
	{ "prompt", required_argument, NULL, 'p' },
	{ "far-end", required_argument, NULL, 'e' },
	{ "i-am-sure", no_argument, NULL, 'y' },
	{ "carrier", required_argument, NULL, 'a' },
	{ "seed", required_argument, NULL, 's' },
	{ "config", required_argument, NULL, 'c' },
	{ "run-dir", required_argument, NULL, 'r' },
	{ "progress-fd", required_argument, NULL, 'P' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* False: the value does not fit the option. */
static bool
set(struct loadtest_options *o, int opt, const char *v)
{
	int64_t n = 0;
	bool good = true;

	switch (opt) {
	case 'n':
		return set_number(&o->cps, v, 0.1, CPS_MAX);
	case 'm':
		return set_number(&o->minutes, v, MINUTES_MIN, MINUTES_MAX);
	case 'C':
		o->ncountries = 0;
		return words_of(o, v, one_country);
	case 'd':
		good = str_int64(v, 1, DIDS_MAX, &n);
		o->dids = (int)n;
		return good;
	case 'S':
		memset(o->scenario, 0, sizeof(o->scenario));
		return words_of(o, v, one_scenario);
	case 'f':
		return set_format(o, v);
	case 'k':
		return str_int64(v, 1, INT64_MAX, &o->compare);
	case 'w':
		o->switch_name = v;
		return true;
	case 'x':
		o->channel = v;
		return strstr(v, "{number}") != NULL ||
		       strstr(v, "{e164}") != NULL;
	case 't':
		o->trunk = v;
		return *v != '\0';
	case 'D':
		o->destination = v;
		return *v != '\0' && strlen(v) < 128;
	case 'p':
		o->prompt = v;
		return strlen(v) < 128;
	case 'e':
		o->digits = strcmp(v, "digits") == 0;
		return o->digits || strcmp(v, "unknown") == 0;
	case 'y':
		o->sure = true;
		return true;
	case 'a':
		o->carrier = v;
		return true;
	case 's':
		return str_int64(v, 0, INT64_MAX, &o->seed);
	case 'c':
		o->file = v;
		return true;
	case 'r':
		o->run_dir = v;
		return true;
	case 'P':
		good = str_int64(v, 0, 1024, &n);
		o->progress_fd = (int)n;
		return good;
	}
	return false;
}

static const char *
name_of(int opt)
{
	size_t i = 0;

	while (longs[i].name != NULL && longs[i].val != opt)
		i++;
	return longs[i].name;
}

int
loadtest_options_parse(struct loadtest_options *o, int argc, char **argv)
{
	int opt;

	*o = (struct loadtest_options){ .cps = 25,
		.minutes = 10,
		.dids = 1000,
		.destination = "queue:sales",
		.prompt = "beep",
		.digits = true,
		.seed = 1,
		.progress_fd = -1 };
	for (size_t i = 0; i < made_ncountries; i++)
		one_country(o, made_countries[i].name);
	for (int i = 0; i < LOADTEST_NSCENARIO; i++)
		o->scenario[i] = i != LOADTEST_SOAK;
	optind = 0;
	while ((opt = getopt_long(argc, argv, "c:h", longs, NULL)) != -1) {
		if (opt == 'h' || opt == '?') {
			usage(opt == 'h' ? stdout : stderr);
			return opt == 'h' ? 0 : 2;
		}
		if (!set(o, opt, optarg)) {
			fprintf(stderr,
			    "loadtest: --%s: \"%s\" is not a value for it; "
			    "--help tells which are\n",
			    name_of(opt), optarg);
			return 2;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "loadtest: \"%s\" is not expected here\n",
		    argv[optind]);
		return 2;
	}
	if ((o->switch_name == NULL) != (o->channel == NULL)) {
		fputs("loadtest: --switch and --channel go together\n", stderr);
		return 2;
	}
	if (o->trunk != NULL && o->switch_name != NULL) {
		fputs("loadtest: --trunk stands for --switch and --channel\n",
		    stderr);
		return 2;
	}
	if (o->dids < o->ncountries) {
		fprintf(stderr,
		    "loadtest: --dids %d: each of the %d countries needs one\n",
		    o->dids, o->ncountries);
		return 2;
	}
	return -1;
}

json_t *
loadtest_options_json(const struct loadtest_options *o)
{
	json_t *countries = json_array(), *scenarios = json_array();

	for (int i = 0; i < o->ncountries; i++)
		json_array_append_new(
		    countries, json_string(o->country[i]->name));
	for (int i = 0; i < LOADTEST_NSCENARIO; i++)
		if (o->scenario[i])
			json_array_append_new(scenarios, json_string(words[i]));
	return json_pack("{s:f, s:f, s:o, s:i, s:o, s:s, s:s, s:s, s:I}", "cps",
	    o->cps, "minutes", o->minutes, "countries", countries, "dids",
	    o->dids, "scenarios", scenarios, "carrier",
	    o->switch_name != NULL ? o->switch_name : "simulated", "channel",
	    o->channel != NULL ? o->channel : "", "carrier_options",
	    o->carrier != NULL ? o->carrier : "", "seed", (json_int_t)o->seed);
}
