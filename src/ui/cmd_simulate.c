/* SPDX-License-Identifier: MIT */
/*
 * cmd_simulate: what a day would bring: becomes discador-job simulate, which
 * holds the engine; this program must not.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"

int
cmd_simulate(struct cli *cli, int argc, char **argv)
{
	char path[PATH_MAX], verb[] = "discador-job";
	char **args;

	if (argc < 2)
		return cli_usage("simulate");
	cli_sibling(cli, "discador-job", path, sizeof(path));
	args = xcalloc((size_t)argc + 2, sizeof(*args));
	args[0] = verb;
	memcpy(args + 1, argv, (size_t)argc * sizeof(*args));
	fflush(NULL);
	execvp(path, args);
	free(args);
	return cli_fail(CLI_REFUSED,
	    "%s does not start: %s; is discador installed in whole?", path,
	    strerror(errno));
}
