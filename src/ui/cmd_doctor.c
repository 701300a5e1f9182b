/* SPDX-License-Identifier: MIT */
/*
 * cmd_doctor: becomes discador-job doctor, which may talk to the database and
 * to switches; this program must not.
 */
#include "ui/cmd.h"

#include <string.h>

#include "ui/job_exec.h"

int
cmd_doctor(struct cli *cli, int argc, char **argv)
{
	struct job_words w = { .n = 0 };

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--json") != 0))
		return cli_usage("doctor");
	job_word(&w, "doctor");
	job_place(&w, cli);
	if (argc == 2)
		job_word(&w, "--json");
	return job_exec(cli, &w);
}
