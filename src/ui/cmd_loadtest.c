/* SPDX-License-Identifier: MIT */
/*
 * cmd_loadtest: where an engine runs, it starts, watches and ends load tests
 * and knows their results; where none does, discador-job is started straight
 * and looks into the state directory.  Measures nothing itself.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/job_exec.h"

#define LOOK_MS 500

static const struct option longs[] = {
	{ "cps", required_argument, NULL, 1 },
	{ "minutes", required_argument, NULL, 1 },
	{ "countries", required_argument, NULL, 1 },
	{ "dids", required_argument, NULL, 1 },
	{ "scenarios", required_argument, NULL, 1 },
	{ "compare", required_argument, NULL, 1 },
	{ "format", required_argument, NULL, 1 },
	{ "trunk", required_argument, NULL, 1 },
	{ "switch", required_argument, NULL, 1 },
	{ "channel", required_argument, NULL, 1 },
	{ "destination", required_argument, NULL, 1 },
	{ "prompt", required_argument, NULL, 1 },
	{ "far-end", required_argument, NULL, 1 },
	{ "seed", required_argument, NULL, 1 },
	{ "carrier", required_argument, NULL, 1 },
	{ "i-am-sure", no_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ NULL, 0, NULL, 0 },
};

static bool
engine_runs(const struct cli *cli)
{
	struct board_reader *r = board_reader_new(cli->run_dir);
	enum board_state state;
	bool runs = board_look(r, now_read().mono_ns, &state) != NULL &&
		    state == BOARD_LIVE;

	board_reader_free(r);
	return runs;
}

/* The job takes the place of this program; the words as they were typed. */
static int
alone(const struct cli *cli, int argc, char **argv, bool results)
{
	const int word = optind; /* "run" or "results" */
	struct job_words w = { .n = 0 };

	if (cli->remote)
		return cli_no_engine(cli);
	job_word(&w, "loadtest");
	if (results)
		job_word(&w, "results");
	for (int i = 1; i < argc; i++)
		if (i != word)
			job_word(&w, argv[i]);
	job_place(&w, cli);
	return job_exec(cli, &w);
}

/* ---- with an engine --------------------------------------------------- */

static void
draw(struct board_reader *r)
{
	enum board_state state;
	const struct board *b = board_look(r, now_read().mono_ns, &state);
	char up[TEXT_NUM], n[TEXT_NUM], clean[60];
	struct board_loadtest t;

	if (b == NULL || state != BOARD_LIVE)
		return;
	t = b->loadtest;
	if (!board_held(r, b) || t.id == 0)
		return;
	text_clean(clean, sizeof(clean), t.state);
	fprintf(stderr, "\r\033[Kload test %llu: %s", (unsigned long long)t.id,
	    clean);
	if (t.attempted > 0)
		fprintf(stderr,
		    "  %.1f of %.4g calls/s, worst %.0f  %s up, %s attempted",
		    t.cps_10s, t.target, t.worst, text_count(t.concurrent, up),
		    text_count(t.attempted, n));
	fflush(stderr);
}

/* Wait for the end; a first Ctrl-C asks for it, a second one gives up. */
static json_t *
wait_for(struct cli *cli, int fd, bool test, const char **why)
{
	const char *const words[] = { "stop", NULL };
	struct board_reader *r = board_reader_new(cli->run_dir);
	bool bar = test && isatty(STDERR_FILENO) == 1, asked = false;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	json_t *reply = NULL;

	*why = "given up; the test may still come to its end";
	for (;;) {
		int n = poll(&p, 1, LOOK_MS);

		if (n > 0) {
			reply = ipc_reply(fd, 30, why);
			break;
		}
		if (cli_stopped && asked)
			break;
		if (cli_stopped) {
			const char *no;
			json_t *q = ipc_request("loadtest", words);

			asked = true;
			cli_stopped = 0;
			json_decref(ipc_call(cli->run_dir, q, NULL, 0, 5, &no));
			json_decref(q);
		}
		if (bar)
			draw(r);
	}
	if (bar)
		fputs("\r\033[K", stderr);
	board_reader_free(r);
	return reply;
}

static int
ask_and_wait(struct cli *cli, json_t *q, bool test)
{
	const char *why = "";
	int out = STDOUT_FILENO, fd, code;
	json_t *reply, *passed;

	json_object_set_new(q, "wait", json_true());
	cli_catch_signals();
	fflush(stdout);
	fd = ipc_open(cli->run_dir, q, &out, 1, &why);
	json_decref(q);
	if (fd < 0)
		return errno == ESRCH ? cli_no_engine(cli)
				      : cli_fail(CLI_REFUSED, "%s", why);
	reply = wait_for(cli, fd, test, &why);
	close(fd);
	if (reply == NULL)
		return cli_fail(CLI_REFUSED, "%s", why);
	code = cli_judge(reply, test ? stderr : NULL);
	passed = json_object_get(json_object_get(reply, "data"), "passed");
	if (code == CLI_DONE && test && json_is_false(passed))
		code = CLI_REFUSED;
	json_decref(reply);
	return code;
}

/* What was typed becomes keys of the request; false: a mistake. */
static bool
take(json_t *q, int argc, char **argv, bool *as_json)
{
	int c, i = 0;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, &i)) != -1)
		if (c == 's')
			json_object_set_new(q, "sure", json_true());
		else if (c == 'j')
			*as_json = true;
		else if (c != 1 || json_object_set_new(q, longs[i].name,
				       json_string(optarg)) < 0)
			return false;
	return optind < argc;
}

int
cmd_loadtest(struct cli *cli, int argc, char **argv)
{
	json_t *q = json_pack("{s:s}", "cmd", "loadtest"), *args = json_array();
	bool as_json = false, run, results, one;

	if (!take(q, argc, argv, &as_json) || argc - optind > 2)
		goto usage;
	run = strcmp(argv[optind], "run") == 0;
	results = strcmp(argv[optind], "results") == 0;
	one = results && argc - optind == 2;
	if ((!one && argc - optind != 1) ||
	    (!run && !results && strcmp(argv[optind], "status") != 0 &&
		strcmp(argv[optind], "stop") != 0))
		goto usage;
	if (run && as_json)
		goto usage;
	for (int i = optind; i < argc; i++)
		json_array_append_new(args, json_string(argv[i]));
	json_object_set(q, "args", args);
	json_decref(args);
	if ((run || results) && !engine_runs(cli)) {
		json_decref(q);
		return alone(cli, argc, argv, results);
	}
	if (run && json_object_get(q, "carrier") != NULL) {
		json_decref(q);
		return cli_fail(CLI_USAGE,
		    "--carrier is for a test without a running engine");
	}
	if (one && as_json)
		json_object_set_new(q, "format", json_string("json"));
	if (run || one)
		return ask_and_wait(cli, q, run);
	return cli_ask(cli, q, as_json);
usage:
	json_decref(q);
	json_decref(args);
	return cli_usage("loadtest");
}
