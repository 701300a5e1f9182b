/* SPDX-License-Identifier: MIT */
/*
 * cmd_ask: verbs that are one question or one request with an answer for
 * people and one for scripts: why, alert, callback.  The engine says both.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/util.h"

#define ANSWER_S 30 /* it may wait for the database */

int
cli_ask_reply(struct cli *cli, json_t *request, bool as_json, json_t **reply)
{
	int code;

	code = cli_call(cli, request, ANSWER_S, as_json ? NULL : stdout, reply);
	if (code != CLI_DONE)
		return code;
	if (as_json) {
		json_dumpf(json_object_get(*reply, "data"), stdout,
		    JSON_INDENT(2) | JSON_PRESERVE_ORDER |
			JSON_REAL_PRECISION(10) | JSON_ENCODE_ANY);
		putchar('\n');
	}
	return CLI_DONE;
}

int
cli_ask(struct cli *cli, json_t *request, bool as_json)
{
	json_t *reply = NULL;
	int code = cli_ask_reply(cli, request, as_json, &reply);

	json_decref(reply);
	return code;
}

/* --json anywhere; what is left are the arguments.  False: another option. */
static bool
take_json(int argc, char **argv, bool *as_json)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*as_json = false;
	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'j')
			return false;
		*as_json = true;
	}
	return true;
}

int
cmd_why(struct cli *cli, int argc, char **argv)
{
	static const char *const kinds[] = { "campaign", "trunk", "did",
		"contact", "list" };
	const char *args[3] = { NULL, NULL, NULL };
	bool as_json;

	if (!take_json(argc, argv, &as_json) || argc - optind != 2)
		return cli_usage("why");
	for (size_t i = 0; i < nitems(kinds); i++)
		if (strcmp(argv[optind], kinds[i]) == 0)
			args[0] = kinds[i];
	if (args[0] == NULL || argv[optind + 1][0] == '\0')
		return cli_usage("why");
	args[1] = argv[optind + 1];
	return cli_ask(cli, ipc_request("why", args), as_json);
}

int
cmd_alert(struct cli *cli, int argc, char **argv)
{
	const char *args[4] = { NULL, NULL, NULL, NULL };
	bool as_json, list;
	int n;

	if (!take_json(argc, argv, &as_json) || argc - optind < 1)
		return cli_usage("alert");
	n = argc - optind;
	list = strcmp(argv[optind], "list") == 0;
	if (list
		? n != 1
		: strcmp(argv[optind], "ack") != 0 || n < 2 || n > 3 || as_json)
		return cli_usage("alert");
	for (int i = 0; i < n; i++)
		args[i] = argv[optind + i];
	return cli_ask(cli, ipc_request("alert", args), as_json);
}

int
cmd_callback(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	const char *campaign = NULL, *args[3] = { NULL, NULL, NULL };
	char when[64];
	json_t *q;
	int c, n;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'c')
			return cli_usage("callback");
		campaign = optarg;
	}
	n = argc - optind;
	/* 2026-11-22 15:30 without quotes is two words. */
	if (n < 2 || n > 3 ||
	    !str_format(when, sizeof(when), "%s%s%s", argv[optind + 1],
		n == 3 ? " " : "", n == 3 ? argv[optind + 2] : ""))
		return cli_usage("callback");
	args[0] = argv[optind];
	args[1] = when;
	q = ipc_request("callback", args);
	if (q != NULL && campaign != NULL)
		json_object_set_new(q, "campaign", json_string(campaign));
	return cli_ask(cli, q, false);
}
