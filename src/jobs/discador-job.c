/* SPDX-License-Identifier: MIT */
/*
 * discador-job: work that must not sit in the engine's loop, each kind a
 * process of its own.  The engine starts it; people may as well.
 */
#include <stdio.h>
#include <string.h>

#include "jobs/amisim.h"
#include "jobs/doctor.h"
#include "jobs/export.h"
#include "jobs/import.h"
#include "jobs/loadtest.h"
#include "jobs/prompt_job.h"
#include "jobs/simulate.h"
#include "shared/log.h"
#include "shared/util.h"

static const struct {
	const char *name, *what;
	int (*run)(int argc, char **argv);
} jobs[] = {
	{ "doctor", "every part tested: what is wrong, and the mend",
	    doctor_main },
	{ "export", "calls, contacts, DIDs ... as CSV or JSON", export_main },
	{ "import", "a list of contacts, DIDs or do-not-call numbers",
	    import_main },
	{ "loadtest", "calls at a given pace, and a verdict for each target",
	    loadtest_main },
	{ "prompt", "sounds: recorded, spoken, installed", prompt_job_main },
	{ "amisim", "an AMI server over the simulated carrier", amisim_main },
	{ "simulate", "what a day would bring, in seconds", simulate_main },
};

static void
usage(FILE *f)
{
	fprintf(f, "usage: discador-job JOB [OPTIONS]\n");
	for (size_t i = 0; i < nitems(jobs); i++)
		fprintf(f, "  %-8s %s\n", jobs[i].name, jobs[i].what);
}

int
main(int argc, char **argv)
{
	log_open("discador-job", LOG_LVL_INFO);
	if (argc >= 2) {
		for (size_t i = 0; i < nitems(jobs); i++)
			if (strcmp(argv[1], jobs[i].name) == 0)
				return jobs[i].run(argc - 1, argv + 1);
		if (strcmp(argv[1], "-h") == 0 ||
		    strcmp(argv[1], "--help") == 0) {
			usage(stdout);
			return 0;
		}
		if (strcmp(argv[1], "-V") == 0 ||
		    strcmp(argv[1], "--version") == 0) {
			printf("discador-job %s\n", VERSION);
			return 0;
		}
	}
	usage(stderr);
	return 2;
}
