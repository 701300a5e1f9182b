/* SPDX-License-Identifier: MIT */
/*
 * `discador simulate` through eight hours at 30 calls per second, everything
 * on: caps near the called number, caps per number, cost, agents.  Best of
 * three, BENCH_N=1 for one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <jansson.h>

#include "jobs/simulate.h"
#include "shared/util.h"

static const char day[] =
    "trunks = ( { name = \"a\"; max_cps = 20.0; max_channels = 2000; },\n"
    "    { name = \"b\"; max_cps = 20.0; max_channels = 2000; } );\n"
    "profiles = ( { name = \"flat\"; max_cps = 30.0; initial_cps = 30.0;\n"
    "    auto_adjust_cps = false; max_concurrent_calls = 4000; } );\n"
    "countries = ( { name = \"usa\"; region = \"US\"; did_daily_cap = 100;\n"
    "    cap_group = \"nanp\"; cap_zone = \"America/New_York\";\n"
    "    call_from = \"08:00\"; call_to = \"21:00\"; weekdays = \"mon-sun\";\n"
    "    near = \"area\"; number_cap = 3; } );\n"
    "contexts = ( { name = \"usa\"; country = \"usa\"; } );\n"
    "campaigns = ( { name = \"day\"; trunks = [ \"a\", \"b\" ];\n"
    "    profile = \"flat\"; max_cps = 30.0; max_attempts = 2;\n"
    "    dial_timeout = 25; } );\n"
    "simulation = { start = \"2026-11-23 12:00\"; hours = 8.01;\n"
    "    zone = \"America/New_York\"; agents = 400;\n"
    "    contacts = ( { campaign = \"day\"; country = \"usa\";\n"
    "        count = 700000; } );\n"
    "    dids = ( { country = \"usa\"; count = 20000; } );\n"
    "    cost = ( { country = \"usa\"; per_minute = 0.009;\n"
    "        increment = 6; minimum = 6; } ); };\n";

/* Its JSON goes to a file; how many calls it tells of. */
static int64_t
once(char *conf, const char *out, double *s)
{
	char verb[] = "simulate", json[] = "--json",
	     *argv[] = { verb, conf, json, NULL };
	int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int keep = dup(STDOUT_FILENO), code;
	int64_t begin = now_read().mono_ns, calls = -1;
	json_t *o;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	code = simulate_main(3, argv);
	fflush(stdout);
	dup2(keep, STDOUT_FILENO);
	close(keep);
	close(fd);
	*s = (double)(now_read().mono_ns - begin) / 1e9;
	o = json_load_file(out, 0, NULL);
	if (code == 0 && o != NULL)
		calls = json_integer_value(
		    json_object_get(json_object_get(o, "total"), "calls"));
	json_decref(o);
	return calls;
}

int
main(void)
{
	const char *text = getenv("BENCH_N");
	char dir[] = "/tmp/dscbs.XXXXXX", *conf, *out;
	int64_t n = 3, calls = -1;
	double best = 1e9, s;
	FILE *f;

	if (text != NULL)
		str_int64(text, 1, 100, &n);
	if (mkdtemp(dir) == NULL)
		return 1;
	conf = xasprintf("%s/day.conf", dir);
	out = xasprintf("%s/out.json", dir);
	if ((f = fopen(conf, "we")) == NULL)
		return 1;
	fputs(day, f);
	fclose(f);
	for (; n > 0; n--) {
		calls = once(conf, out, &s);
		best = MINIMUM(best, s);
	}
	unlink(conf);
	unlink(out);
	rmdir(dir);
	free(conf);
	free(out);
	if (calls < 864000) {
		fprintf(stderr, "simulate: %lld calls\n", (long long)calls);
		return 1;
	}
	printf("simulate, 8 h at 30/s: %lld calls in %.2f s, %.2f us each\n",
	    (long long)calls, best, best * 1e6 / (double)calls);
	return 0;
}
