/* SPDX-License-Identifier: MIT */
/*
 * cmd_survey: what people answered.  The engine counts and says it; only
 * whether the terminal has blocks for the bars is known here.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "shared/ipc.h"
#include "shared/util.h"

/* LC_ALL, LC_CTYPE, LANG: the first that is set decides, as in POSIX. */
static bool
has_utf8(const struct cli *cli)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	/* What a session's terminal can show its environment does not say. */
	for (size_t i = 0; i < nitems(names) && !cli->remote; i++) {
		const char *v = getenv(names[i]);

		if (v != NULL && *v != '\0')
			return strcasestr(v, "utf-8") != NULL ||
			       strcasestr(v, "utf8") != NULL;
	}
	return cli->remote;
}

int
cmd_survey(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ "from", required_argument, NULL, 'f' },
		{ "to", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const char *v[3] = { NULL }, *args[2] = { NULL, NULL };
	bool as_json = false;
	json_t *q;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			v[0] = optarg;
			break;
		case 'f':
			v[1] = optarg;
			break;
		case 't':
			v[2] = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return cli_usage("survey");
		}
	if (argc - optind != 1)
		return cli_usage("survey");
	args[0] = argv[optind];
	q = ipc_request("survey", args);
	for (int i = 0; q != NULL && i < 3; i++)
		if (v[i] != NULL)
			json_object_set_new(
			    q, longs[i].name, json_string(v[i]));
	if (q != NULL && !has_utf8(cli))
		json_object_set_new(q, "ascii", json_true());
	return cli_ask(cli, q, as_json);
}
