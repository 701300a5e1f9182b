/* SPDX-License-Identifier: MIT */
/*
 * cmd_export: open the file here, where the asker may write, and hand the
 * descriptor to the engine, which starts the job.  Giving up (Ctrl-C) makes
 * the engine cancel it.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/util.h"
#include "ui/job_bar.h"

/* Send it and wait; printed why. */
static int
ask(struct cli *cli, json_t *q, int out, bool to_file)
{
	const char *kind =
	    json_string_value(json_array_get(json_object_get(q, "args"), 0));
	char what[JOB_BAR_WHAT];
	struct job_bar bar = { .verb = what,
		.what = "",
		.rows = true,
		.given_up = to_file ? "cancelled; the file was not written"
				    : "cancelled; what was written is not "
				      "whole" };
	const char *why = "";
	json_t *reply;
	int fd, code;

	fd = ipc_open(cli->run_dir, q, &out, 1, &why);
	if (fd < 0)
		return errno == ESRCH ? cli_no_engine(cli)
				      : cli_fail(CLI_REFUSED, "%s", why);
	str_format(what, sizeof(what), "export %s", kind);
	/* Never between the rows themselves. */
	if (cli->remote ? !cli->pty
			: isatty(STDERR_FILENO) == 1 && isatty(out) != 1)
		bar.what = what;
	reply = job_bar_wait(cli, fd, &bar, &why);
	close(fd);
	if (reply == NULL)
		return cli_fail(CLI_REFUSED, "%s", why);
	code = cli_judge(reply, to_file ? stderr : NULL);
	json_decref(reply);
	return code;
}

/* A pipe or a device: there is nothing to put in its place. */
static int
to_special(struct cli *cli, json_t *q, const char *name)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY), code;

	if (fd < 0)
		return cli_fail(CLI_REFUSED, "%s: %s", name, strerror(errno));
	code = ask(cli, q, fd, true);
	close(fd);
	return code;
}

/*
 * To a new file beside it first: an old export is not half overwritten, nor
 * what somebody has laid in the way.
 */
static int
to_file(struct cli *cli, json_t *q, const char *name)
{
	char *tmp = xasprintf("%s.XXXXXX", name);
	struct stat st;
	int fd, code;

	if (stat(name, &st) == 0 && !S_ISREG(st.st_mode)) {
		free(tmp);
		return S_ISDIR(st.st_mode)
			   ? cli_fail(CLI_REFUSED,
				 "%s: a directory, expected a file", name)
			   : to_special(cli, q, name);
	}
	fd = mkostemp(tmp, O_CLOEXEC); /* mode 0600 */
	if (fd < 0) {
		code = cli_fail(CLI_REFUSED, "%s: %s", name, strerror(errno));
	} else {
		code = ask(cli, q, fd, true);
		if (code == CLI_DONE &&
		    (fsync(fd) < 0 || rename(tmp, name) < 0))
			code = cli_fail(
			    CLI_REFUSED, "%s: %s", name, strerror(errno));
		if (code != CLI_DONE)
			unlink(tmp);
		close(fd);
	}
	free(tmp);
	return code;
}

int
cmd_export(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "campaign", required_argument, NULL, 'c' },
		{ "format", required_argument, NULL, 'F' },
		{ NULL, 0, NULL, 0 },
	};
	json_t *q = json_pack("{s:s}", "cmd", "export");
	const char *file = NULL, *key;
	int c, code = CLI_DONE;

	optind = 0;
	while ((c = getopt_long(argc, argv, "o:", longs, NULL)) != -1) {
		key = c == 'f' ? "from" : c == 't' ? "to" : "campaign";
		if (c == 'o')
			file = optarg;
		else if (c == 'F' && strcmp(optarg, "csv") != 0 &&
			 strcmp(optarg, "json") != 0)
			code = cli_fail(CLI_USAGE,
			    "--format %s: expected csv or json", optarg);
		else if (strchr("ftcF", c) != NULL)
			json_object_set_new(
			    q, c == 'F' ? "format" : key, json_string(optarg));
		else
			code = cli_usage("export");
		if (code != CLI_DONE)
			goto out;
	}
	if (argc - optind != 1) {
		code = cli_usage("export");
	} else if (cli->remote && file != NULL) {
		code = cli_fail(CLI_USAGE,
		    "files of that machine cannot be written from here: leave "
		    "-o out, and > FILE keeps it on yours");
	} else {
		json_object_set_new(q, "args", json_pack("[s]", argv[optind]));
		cli_catch_signals();
		code = file != NULL && strcmp(file, "-") != 0
			   ? to_file(cli, q, file)
			   : ask(cli, q, STDOUT_FILENO, false);
	}
out:
	json_decref(q);
	return code;
}
