/* SPDX-License-Identifier: MIT */
/*
 * cmd_control: verbs that are one short request: campaign, cps, brake, stop.
 * The engine decides; these only refuse what can be no request.
 */
#include "ui/cmd.h"

#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/util.h"

#define ANSWER_S 15 /* a request may wait for a database round trip */
#define STOP_S   60 /* a clean stop gives armed calls back first */

static int
ask(struct cli *cli, const char *cmd, const char *a, const char *b)
{
	const char *args[] = { a, b, NULL };

	return cli_call(cli, ipc_request(cmd, args), ANSWER_S, stdout, NULL);
}

int
cmd_campaign(struct cli *cli, int argc, char **argv)
{
	if (argc != 3 ||
	    (strcmp(argv[1], "start") != 0 && strcmp(argv[1], "pause") != 0 &&
		strcmp(argv[1], "stop") != 0))
		return cli_usage("campaign");
	return ask(cli, "campaign", argv[1], argv[2]);
}

int
cmd_cps(struct cli *cli, int argc, char **argv)
{
	double n;

	if (argc != 2)
		return cli_usage("cps");
	if (strcmp(argv[1], "auto") != 0 &&
	    !str_double(argv[1], 0.01, 100000, &n))
		return cli_fail(CLI_USAGE,
		    "\"%s\" calls per second, expected a number from 0.01 to "
		    "100000, or auto",
		    argv[1]);
	return ask(cli, "cps", argv[1], NULL);
}

int
cmd_brake(struct cli *cli, int argc, char **argv)
{
	if (argc != 2 ||
	    (strcmp(argv[1], "on") != 0 && strcmp(argv[1], "off") != 0))
		return cli_usage("brake");
	return ask(cli, "brake", argv[1], NULL);
}

/* Done when the process is gone, its private database included. */
int
cmd_stop(struct cli *cli, int argc, char **argv)
{
	int64_t until = now_read().mono_ns + STOP_S * NS_PER_S;
	struct board_reader *r;
	struct board *b;
	pid_t pid = -1;
	int code;

	(void)argv;
	if (argc != 1)
		return cli_usage("stop");
	r = board_reader_new(cli->run_dir);
	b = xcalloc(1, sizeof(*b));
	if (board_read(r, b, now_read().mono_ns) != BOARD_OFFLINE)
		pid = b->pid;
	free(b);
	board_reader_free(r);
	code = cli_call(cli, ipc_request("stop", NULL), ANSWER_S, stdout, NULL);
	while (code == CLI_DONE && cli_alive(pid)) {
		if (now_read().mono_ns > until)
			code = cli_fail(CLI_REFUSED,
			    "the engine (pid %d) still runs after %d s; its "
			    "log may say why",
			    (int)pid, STOP_S);
		cli_sleep(50);
	}
	return code;
}
