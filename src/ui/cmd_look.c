/* SPDX-License-Identifier: MIT */
/*
 * cmd_look: verbs that only look: details, history, call, audit, session (and
 * the end of a call or session, and a word to all, which go the same way).  The
 * engine says it for people and for scripts.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/util.h"

enum { LONG_JSON = 1, LONG_STEP, LONG_WORD, LONG_USER, LONG_LIMIT };

static const struct option json_only[] = {
	{ "json", no_argument, NULL, LONG_JSON },
	{ NULL, 0, NULL, 0 },
};

/*
 * Options anywhere; value[] by their number.  The count of the arguments left,
 * from optind on, or -1: an option that the verb does not have.
 */
static int
take(int argc, char **argv, const struct option *longs, const char *value[8])
{
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == '?')
			return -1;
		value[c] = optarg != NULL ? optarg : "";
	}
	return argc - optind;
}

static json_t *
request(const char *verb, char **argv, int n)
{
	const char *args[3] = { NULL, NULL, NULL };

	for (int i = 0; i < n && i < 2; i++)
		args[i] = argv[optind + i];
	return ipc_request(verb, args);
}

int
cmd_details(struct cli *cli, int argc, char **argv)
{
	const char *v[8] = { NULL };

	if (take(argc, argv, json_only, v) != 2 ||
	    (strcmp(argv[optind], "campaign") != 0 &&
		strcmp(argv[optind], "did") != 0))
		return cli_usage("details");
	return cli_ask(cli, request("details", argv, 2), v[LONG_JSON] != NULL);
}

int
cmd_call(struct cli *cli, int argc, char **argv)
{
	const char *v[8] = { NULL };
	int n = take(argc, argv, json_only, v);
	bool list;

	if (n < 1 || n > 2)
		return cli_usage("call");
	list = strcmp(argv[optind], "list") == 0;
	if (!list && (strcmp(argv[optind], "hangup") != 0 || n != 2))
		return cli_usage("call");
	return cli_ask(cli, request("call", argv, n), v[LONG_JSON] != NULL);
}

int
cmd_history(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, LONG_JSON },
		{ "step", required_argument, NULL, LONG_STEP },
		{ NULL, 0, NULL, 0 },
	};
	const char *v[8] = { NULL };
	json_t *q;
	int64_t step;

	if (take(argc, argv, longs, v) != 2)
		return cli_usage("history");
	if (v[LONG_STEP] != NULL &&
	    !str_int64(v[LONG_STEP], 1, 366 * 86400, &step))
		return cli_fail(CLI_USAGE,
		    "--step %s, expected seconds from 1 to 31622400",
		    v[LONG_STEP]);
	q = request("history", argv, 2);
	if (q != NULL && v[LONG_STEP] != NULL)
		json_object_set_new(q, "step", json_integer(step));
	return cli_ask(cli, q, v[LONG_JSON] != NULL);
}

/* However long it takes: the engine reads all of it, a page at a time. */
static int
audit_verify(struct cli *cli, bool as_json)
{
	const char *const args[] = { "verify", NULL };
	json_t *reply = NULL, *data;
	int code;

	code = cli_call(cli, ipc_request("audit", args), 0,
	    as_json ? NULL : stdout, &reply);
	if (code != CLI_DONE)
		return code;
	data = json_object_get(reply, "data");
	if (as_json) {
		json_dumpf(data, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
		putchar('\n');
	}
	if (!json_is_true(json_object_get(data, "intact")))
		code = CLI_REFUSED;
	json_decref(reply);
	return code;
}

int
cmd_audit(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, LONG_JSON },
		{ "word", required_argument, NULL, LONG_WORD },
		{ "user", required_argument, NULL, LONG_USER },
		{ "limit", required_argument, NULL, LONG_LIMIT },
		{ NULL, 0, NULL, 0 },
	};
	const char *v[8] = { NULL };
	int64_t limit;
	json_t *q;

	if (take(argc, argv, longs, v) != 1)
		return cli_usage("audit");
	if (strcmp(argv[optind], "verify") == 0 && v[LONG_WORD] == NULL &&
	    v[LONG_USER] == NULL && v[LONG_LIMIT] == NULL)
		return audit_verify(cli, v[LONG_JSON] != NULL);
	if (strcmp(argv[optind], "list") != 0)
		return cli_usage("audit");
	if (v[LONG_LIMIT] != NULL && !str_int64(v[LONG_LIMIT], 1, 1000, &limit))
		return cli_fail(CLI_USAGE,
		    "--limit %s, expected a number from 1 to 1000",
		    v[LONG_LIMIT]);
	q = request("audit", argv, 1);
	if (q != NULL && v[LONG_WORD] != NULL)
		json_object_set_new(q, "word", json_string(v[LONG_WORD]));
	if (q != NULL && v[LONG_USER] != NULL)
		json_object_set_new(q, "user", json_string(v[LONG_USER]));
	if (q != NULL && v[LONG_LIMIT] != NULL)
		json_object_set_new(q, "limit", json_integer(limit));
	return cli_ask(cli, q, v[LONG_JSON] != NULL);
}

/* What is said is one text, however many words it has. */
static json_t *
say_request(char **argv, int n)
{
	const char *args[3] = { "say", NULL, NULL };
	struct buf b = BUF_INIT;
	json_t *q;

	for (int i = 1; i < n; i++)
		buf_fmt(&b, "%s%s", i > 1 ? " " : "", argv[optind + i]);
	args[1] = buf_cstr(&b);
	q = ipc_request("session", args);
	buf_clear(&b);
	return q;
}

int
cmd_session(struct cli *cli, int argc, char **argv)
{
	const char *v[8] = { NULL };
	int n = take(argc, argv, json_only, v);
	const char *word = n > 0 ? argv[optind] : "";
	bool list = strcmp(word, "list") == 0, say = strcmp(word, "say") == 0;

	if (strcmp(word, "watch") == 0 && n == 2)
		return cli_fail(CLI_REFUSED,
		    "a screen is looked at from a console over SSH: there press "
		    "W, or type :session watch %s",
		    argv[optind + 1]);
	if (n < 1 || (say ? n < 2 : n != (list ? 1 : 2)) ||
	    (!list && !say && strcmp(word, "kill") != 0))
		return cli_usage("session");
	return cli_ask(cli,
	    say ? say_request(argv, n) : request("session", argv, n),
	    v[LONG_JSON] != NULL);
}
