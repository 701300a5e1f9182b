/* SPDX-License-Identifier: MIT */
/*
 * cmd_change: verbs that change what is configured, a little at a time: set,
 * context, did.  What a value may be, the engine knows.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/spec.h"
#include "shared/util.h"

/* KEY=VALUE of each argument from the i-th on; NULL: one is none. */
static json_t *
values_of(int argc, char **argv, int i)
{
	json_t *o = json_object();

	for (; i < argc; i++) {
		const char *eq = strchr(argv[i], '=');
		char *key;

		if (eq == NULL || eq == argv[i]) {
			json_decref(o);
			cli_fail(0, "\"%s\", expected KEY=VALUE", argv[i]);
			return NULL;
		}
		key = xstrndup(argv[i], (size_t)(eq - argv[i]));
		json_object_set_new(o, key, json_string(eq + 1));
		free(key);
	}
	return o;
}

/* args, then KEY=VALUE from the i-th on. */
static int
change(struct cli *cli, const char *verb, const char *const *args, int argc,
    char **argv, int i, bool create, bool as_json)
{
	json_t *values = values_of(argc, argv, i), *q;

	if (values == NULL)
		return CLI_USAGE;
	q = ipc_request(verb, args);
	if (q == NULL) {
		json_decref(values);
		return cli_usage(verb);
	}
	json_object_set_new(q, "values", values);
	if (create)
		json_object_set_new(q, "new", json_true());
	return cli_ask(cli, q, as_json);
}

int
cmd_set(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "new", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const char *args[3] = { NULL, NULL, NULL };
	bool create = false, as_json = false;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == '?')
			return cli_usage("set");
		*(c == 'n' ? &create : &as_json) = true;
	}
	if (argc - optind < (create ? 2 : 3))
		return cli_usage("set");
	args[0] = spec_kind(argv[optind]);
	args[1] = argv[optind + 1];
	if (args[0] == NULL)
		return cli_fail(CLI_USAGE,
		    "\"%s\", expected campaign, context, country, trunk, "
		    "profile, amd_profile, alert_rule or did",
		    argv[optind]);
	return change(
	    cli, "set", args, argc, argv, optind + 2, create, as_json);
}

/* Refused if something is wrong with it, not if it is merely odd. */
static int
check(struct cli *cli, json_t *request, bool as_json)
{
	json_t *reply = NULL, *p;
	int code = cli_ask_reply(cli, request, as_json, &reply);
	size_t i;

	json_array_foreach (
	    json_object_get(json_object_get(reply, "data"), "problems"), i, p) {
		const char *s =
		    json_string_value(json_object_get(p, "severity"));

		if (s != NULL && strcmp(s, "error") == 0)
			code = CLI_REFUSED;
	}
	json_decref(reply);
	return code;
}

/*
 * What a state is stands there as it is, options and all: --remove and ; are
 * words of it.
 */
static int
state(struct cli *cli, int argc, char **argv)
{
	if (argc < 4 || (argc == 4 && strchr(argv[3], ' ') == NULL))
		return cli_usage("context");
	return cli_ask(
	    cli, ipc_request("context", (const char *const *)argv + 1), false);
}

int
cmd_context(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "country", required_argument, NULL, 'c' },
		{ "trunk", required_argument, NULL, 't' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	static const struct {
		const char *word;
		int n; /* arguments, itself included */
	} words[] = { { "list", 1 }, { "check", 2 }, { "states", 2 },
		{ "versions", 2 }, { "copy", 3 }, { "test", 3 } };
	const char *country = NULL, *trunk = NULL, *args[4] = { NULL };
	bool as_json = false;
	json_t *q;
	int c, n;

	if (argc > 1 && strcmp(argv[1], "state") == 0)
		return state(cli, argc, argv);
	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			country = optarg;
			break;
		case 't':
			trunk = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return cli_usage("context");
		}
	n = argc - optind;
	if (n < 1)
		return cli_usage("context");
	for (int i = 0; i < 3 && i < n; i++)
		args[i] = argv[optind + i];
	if (strcmp(args[0], "set") == 0) {
		args[2] = NULL;
		if (n < 3 || country != NULL || trunk != NULL)
			return cli_usage("context");
		return change(cli, "context", args, argc, argv, optind + 2,
		    false, as_json);
	}
	for (size_t i = 0; i < nitems(words); i++) {
		if (strcmp(words[i].word, args[0]) != 0)
			continue;
		if (n != words[i].n ||
		    (country != NULL && strcmp(args[0], "copy") != 0) ||
		    (trunk != NULL && strcmp(args[0], "test") != 0))
			break;
		q = ipc_request("context", args);
		if (q != NULL && country != NULL)
			json_object_set_new(q, "country", json_string(country));
		if (q != NULL && trunk != NULL)
			json_object_set_new(q, "trunk", json_string(trunk));
		return strcmp(args[0], "check") == 0 ? check(cli, q, as_json)
						     : cli_ask(cli, q, as_json);
	}
	return cli_usage("context");
}

int
cmd_did(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "until", required_argument, NULL, 'u' },
		{ "reason", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	const char *until = NULL, *reason = NULL, *word;
	bool as_json = false, block;
	json_t *q;
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'u':
			until = optarg;
			break;
		case 'r':
			reason = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return cli_usage("did");
		}
	if (argc - optind < 2)
		return cli_usage("did");
	word = argv[optind];
	block = strcmp(word, "block") == 0;
	if ((!block && strcmp(word, "unblock") != 0 &&
		strcmp(word, "add") != 0) ||
	    (!block && (until != NULL || reason != NULL)))
		return cli_usage("did");
	q = ipc_request("did", (const char *const *)(argv + optind));
	if (q != NULL && until != NULL)
		json_object_set_new(q, "until", json_string(until));
	if (q != NULL && reason != NULL)
		json_object_set_new(q, "reason", json_string(reason));
	return cli_ask(cli, q, as_json);
}
