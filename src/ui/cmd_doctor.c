/* SPDX-License-Identifier: MIT */
/*
 * cmd_doctor: becomes discador-job doctor, which may talk to the database and
 * to switches; this program must not.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"

int
cmd_doctor(struct cli *cli, int argc, char **argv)
{
	char path[PATH_MAX];
	const char *args[10];
	size_t n = 0;

	if (argc > 2 || (argc == 2 && strcmp(argv[1], "--json") != 0))
		return cli_usage("doctor");
	cli_sibling(cli, "discador-job", path, sizeof(path));
	args[n++] = "discador-job";
	args[n++] = "doctor";
	if (cli->file != NULL) {
		args[n++] = "-c";
		args[n++] = cli->file;
	}
	if (cli->run_dir_opt != NULL) {
		args[n++] = "--run-dir";
		args[n++] = cli->run_dir_opt;
	}
	if (argc == 2)
		args[n++] = "--json";
	args[n] = NULL;
	fflush(NULL);
	execvp(path, (char *const *)(uintptr_t)args);
	return cli_fail(CLI_REFUSED,
	    "%s does not start: %s; is discador installed in whole?", path,
	    strerror(errno));
}
