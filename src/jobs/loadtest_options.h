/* SPDX-License-Identifier: MIT */
/*
 * loadtest_options: what a load test is told to do, with its defaults: 25
 * calls per second for 10 minutes in nine countries over 1,000 caller IDs,
 * every scenario but soak, against the simulated carrier.
 */
#ifndef JOBS_LOADTEST_OPTIONS_H
#define JOBS_LOADTEST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/made.h"

enum loadtest_scenario {
	LOADTEST_CPS,
	LOADTEST_CONTEXT,
	LOADTEST_DTMF,
	LOADTEST_AMD_DETECTION,
	LOADTEST_ROTATION,
	LOADTEST_SOAK,
	LOADTEST_NSCENARIO
};
/* "cps_validation" ... */
const char *loadtest_scenario_word(enum loadtest_scenario);

#define LOADTEST_COUNTRIES 16
struct loadtest_options {
	double cps, minutes;
	const struct made_country *country[LOADTEST_COUNTRIES];
	int ncountries;
	int dids;
	bool scenario[LOADTEST_NSCENARIO];
	enum { LOADTEST_TEXT, LOADTEST_JSON, LOADTEST_HTML } format;
	int64_t compare; /* id of an earlier one; 0: none */
	/* A real switch; NULL: the simulated carrier. */
	const char *switch_name, *channel;
	const char *trunk; /* of the engine, instead of both */
	const char *destination, *prompt; /* as contexts have them */
	bool sure; /* --i-am-sure */
	bool digits; /* the far end does what the digits say */
	const char *carrier; /* further options of the simulated one */
	int64_t seed;
	const char *file, *run_dir; /* as discador has them */
	int progress_fd; /* -1: none */
};

/*
 * -1: run; else the exit code, and what was wrong has been said.  Texts point
 * into argv.
 */
int loadtest_options_parse(struct loadtest_options *, int argc, char **argv);
/* The parameters as results have them; new reference. */
json_t *loadtest_options_json(const struct loadtest_options *);

#endif
