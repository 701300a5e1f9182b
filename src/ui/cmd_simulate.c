/* SPDX-License-Identifier: MIT */
/*
 * cmd_simulate: what a day would bring: becomes discador-job simulate, which
 * holds the engine; this program must not.
 */
#include "ui/cmd.h"
#include "ui/job_exec.h"

int
cmd_simulate(struct cli *cli, int argc, char **argv)
{
	struct job_words w = { .n = 0 };

	if (argc < 2)
		return cli_usage("simulate");
	for (int i = 0; i < argc; i++)
		job_word(&w, argv[i]);
	return job_exec(cli, &w);
}
