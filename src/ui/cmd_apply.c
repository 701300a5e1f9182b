/* SPDX-License-Identifier: MIT */
/*
 * cmd_apply: objects from files to the engine (apply) and back (show).  Every
 * file is checked here first, so that a mistake in the last one is found
 * before the first one is applied.
 */
#include "ui/cmd.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/spec.h"
#include "shared/util.h"
#include "ui/pane.h"

#define TEXT_MAX_BYTES (3u * 1024 * 1024) /* a request holds 4 MiB of JSON */
#define APPLY_S        120 /* thousands of DIDs */
#define SHOW_S         30

static int
check(const char *name, const char *text)
{
	struct spec_file f;
	struct buf err = BUF_INIT;
	bool good = spec_read(name, text, &f, &err);

	if (good && f.n == 0) {
		buf_fmt(&err,
		    "%s:1: nothing to apply, expected trunks, profiles, "
		    "amd_profiles, alert_rules, countries, contexts, campaigns "
		    "or dids",
		    name);
		good = false;
	} else if (good) {
		spec_clear(&f);
	}
	if (!good)
		cli_fail(CLI_CONF, "%s", buf_cstr(&err));
	buf_clear(&err);
	return good ? CLI_DONE : CLI_CONF;
}

int
apply_files(struct cli *cli, char *const *files, int n, FILE *out)
{
	struct buf *text = xcalloc((size_t)n, sizeof(*text));
	int code = CLI_DONE;

	for (int i = 0; i < n && code == CLI_DONE; i++) {
		code = cli_slurp(files[i], TEXT_MAX_BYTES, &text[i])
			   ? check(files[i], buf_cstr(&text[i]))
			   : CLI_CONF;
	}
	for (int i = 0; i < n && code == CLI_DONE; i++) {
		json_t *q = json_pack("{s:s, s:s, s:s}", "cmd", "apply", "file",
		    files[i], "text", buf_cstr(&text[i]));

		if (q == NULL)
			code = cli_fail(CLI_CONF, "%s: not UTF-8", files[i]);
		else
			code = cli_call(cli, q, APPLY_S, out, NULL);
	}
	for (int i = 0; i < n; i++)
		buf_clear(&text[i]);
	free(text);
	return code;
}

int
cmd_apply(struct cli *cli, int argc, char **argv)
{
	if (argc < 2)
		return cli_usage("apply");
	if (cli->remote && (argc != 2 || strcmp(argv[1], "-") != 0))
		return cli_fail(CLI_USAGE,
		    "files of that machine cannot be read from here: apply - "
		    "< FILE sends yours");
	return apply_files(cli, argv + 1, argc - 1, stdout);
}

/* What the board knows better than the database; NULL: not that kind. */
static json_t *
from_board(struct cli *cli, const char *kind, int *code)
{
	static const struct {
		const char *kind, *key;
	} t[] = {
		{ "switch", "switches" },
		{ "switches", "switches" },
		{ "alert", "alerts" },
		{ "alerts", "alerts" },
	};
	json_t *all = NULL;

	for (size_t i = 0; i < nitems(t) && all == NULL; i++) {
		struct board_reader *r;
		struct board *b;

		if (strcmp(kind, t[i].kind) != 0)
			continue;
		r = board_reader_new(cli->run_dir);
		b = xcalloc(1, sizeof(*b));
		if (board_read(r, b, now_read().mono_ns) == BOARD_LIVE) {
			json_t *o = status_json(b);

			all = json_incref(json_object_get(o, t[i].key));
			json_decref(o);
		} else {
			*code = cli_no_engine(cli);
		}
		free(b);
		board_reader_free(r);
		break;
	}
	return all;
}

static void
keep_named(json_t *all, const char *name)
{
	for (size_t i = json_array_size(all); i-- > 0;) {
		const json_t *o = json_array_get(all, i);
		const char *s = json_string_value(json_object_get(o, "name"));

		if (s == NULL || strcmp(s, name) != 0)
			json_array_remove(all, i);
	}
}

static int
print(const char *kind, const json_t *all, int form)
{
	struct buf b = BUF_INIT;

	if (form == 'j') {
		json_dumpf(all, stdout,
		    JSON_INDENT(2) | JSON_PRESERVE_ORDER |
			JSON_REAL_PRECISION(15));
		putchar('\n');
		return CLI_DONE;
	}
	if (form == 'f')
		spec_print_conf(&b, kind, all);
	else
		spec_print_table(&b, kind, all);
	fputs(buf_cstr(&b), stdout);
	buf_clear(&b);
	return CLI_DONE;
}

int
cmd_show(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "conf", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 },
	};
	const char *kind, *name, *args[3] = { NULL, NULL, NULL };
	json_t *reply = NULL, *all;
	int c, form = 0, code = CLI_DONE;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == '?' || (form != 0 && form != c))
			return cli_usage("show");
		form = c;
	}
	if (argc - optind < 1 || argc - optind > 2)
		return cli_usage("show");
	name = argv[optind + 1]; /* argv ends in NULL */
	if (name == NULL && form != 'f' && pane_show_find(argv[optind]) != NULL)
		return pane_show(
		    cli, pane_show_find(argv[optind]), form == 'j');
	kind = spec_kind(argv[optind]);
	if (kind == NULL && form == 'f')
		return cli_fail(CLI_USAGE,
		    "%s has no file form: --conf shows campaign, country, "
		    "context, trunk, profile, amd_profile, alert_rule or did",
		    argv[optind]);
	all = kind == NULL ? from_board(cli, argv[optind], &code) : NULL;
	if (code != CLI_DONE)
		return code;
	if (all != NULL) {
		if (name != NULL)
			keep_named(all, name);
	} else {
		args[0] = kind != NULL ? kind : argv[optind];
		args[1] = name;
		/* What the engine has to say about it is not the result. */
		code = cli_call(
		    cli, ipc_request("show", args), SHOW_S, stderr, &reply);
		if (code != CLI_DONE)
			return code;
		all = json_incref(json_object_get(reply, "data"));
	}
	if (!json_is_array(all))
		code = cli_fail(CLI_REFUSED, "the engine sent no list");
	else if (name != NULL && json_array_size(all) == 0)
		code = cli_fail(CLI_REFUSED, "there is no %s \"%s\"",
		    kind != NULL ? kind : argv[optind], name);
	else
		code = print(kind != NULL ? kind : argv[optind], all, form);
	json_decref(all);
	json_decref(reply);
	return code;
}
