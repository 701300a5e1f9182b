/* SPDX-License-Identifier: MIT */
/*
 * cmd_prompt: sounds.  Opens the recording here, where the asker may read,
 * and hands the descriptor to the engine, which starts the job.  Where no
 * engine runs this becomes the job, but for check: only an engine can ask
 * switches.
 */
#include "ui/cmd.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/util.h"
#include "ui/job_exec.h"

#define NAME_MAX_LEN 60
#define ANSWER_S     1800 /* a command may take a minute for each file */

struct ask {
	const char *word, *argument; /* FILE, NAME or TEXT; NULL */
	const char *name, *language, *only, *texts;
	char from_file[NAME_MAX_LEN + 1]; /* the name, if none was given */
	bool all, force, json;
};

/* "Presione 3.wav" is presione_3. */
static void
name_of_file(const char *file, char out[NAME_MAX_LEN + 1])
{
	const char *slash = strrchr(file, '/'), *dot;
	const char *p = slash != NULL ? slash + 1 : file;
	size_t n = 0;

	dot = strrchr(p, '.');
	for (; *p != '\0' && p != dot && n < NAME_MAX_LEN; p++)
		if (isalnum((unsigned char)*p))
			out[n++] = (char)tolower((unsigned char)*p);
		else if (n > 0 && out[n - 1] != '_')
			out[n++] = '_';
	while (n > 0 && out[n - 1] == '_')
		n--;
	out[n] = '\0';
}

/* ---- without an engine ------------------------------------------------ */

static int
alone(struct cli *cli, const struct ask *k, int in)
{
	struct job_words w = { .n = 0 };
	int fd;

	if (strcmp(k->word, "say") == 0) {
		size_t len = strlen(k->argument);

		fd = memfd_create("discador-text", MFD_CLOEXEC);
		if (fd < 0 || write(fd, k->argument, len) != (ssize_t)len ||
		    lseek(fd, 0, SEEK_SET) != 0)
			return cli_fail(
			    CLI_REFUSED, "the text: %s", strerror(errno));
		in = fd;
	}
	if (in > 0 && dup2(in, STDIN_FILENO) < 0)
		return cli_fail(CLI_REFUSED, "%s", strerror(errno));
	job_word(&w, "prompt");
	job_word(&w, k->word);
	if (strcmp(k->word, "install") == 0 && k->argument != NULL)
		job_word(&w, k->argument);
	job_option(&w, "--config", cli->file);
	job_option(&w, "--name", k->name);
	job_option(&w, "--language", k->language);
	job_option(&w, "--switch", k->only);
	job_option(&w, "--texts", k->texts);
	if (strcmp(k->word, "add") == 0)
		job_option(&w, "--file", k->argument);
	job_option(&w, "--by", "command line");
	if (k->all)
		job_word(&w, "--all");
	if (k->force)
		job_word(&w, "--force");
	if (k->json)
		job_word(&w, "--json");
	return job_exec(cli, &w);
}

/* ---- with one --------------------------------------------------------- */

static json_t *
request(const struct ask *k)
{
	json_t *q = json_pack("{s:s, s:[s]}", "cmd", "prompt", "args", k->word);
	const char *slash;

	if (strcmp(k->word, "add") == 0) {
		slash = strrchr(k->argument, '/');
		json_object_set_new(q, "file",
		    json_string(slash != NULL ? slash + 1 : k->argument));
	} else if (strcmp(k->word, "say") == 0) {
		json_object_set_new(q, "text", json_string(k->argument));
	} else if (k->argument != NULL) {
		json_array_append_new(
		    json_object_get(q, "args"), json_string(k->argument));
	}
#define KEY(key, value)                                                        \
	if ((value) != NULL)                                                   \
	json_object_set_new(q, key, json_string(value))
	KEY("name", k->name);
	KEY("language", k->language);
	KEY("switch", k->only);
#undef KEY
	if (k->all)
		json_object_set_new(q, "all", json_true());
	if (k->force)
		json_object_set_new(q, "force", json_true());
	if (k->json)
		json_object_set_new(q, "json", json_true());
	return q;
}

static int
answer(const struct ask *k, json_t *reply)
{
	bool data = k->json && strcmp(k->word, "check") == 0;
	bool list = strcmp(k->word, "list") == 0;
	int code = cli_judge(reply, data || list ? NULL : stdout);

	if (code == CLI_DONE && data) {
		json_dumpf(
		    json_object_get(reply, "data"), stdout, JSON_INDENT(2));
		putchar('\n');
	}
	/* What is missing was found: that is no success of a check. */
	if (code == CLI_DONE && json_is_true(json_object_get(
				    json_object_get(reply, "data"), "missing")))
		code = CLI_REFUSED;
	json_decref(reply);
	return code;
}

static int
ask(struct cli *cli, const struct ask *k, int in)
{
	bool check = strcmp(k->word, "check") == 0;
	int fds[1] = { strcmp(k->word, "list") == 0 ? STDOUT_FILENO : in };
	const char *why = "";
	json_t *q = request(k), *reply;

	fflush(stdout);
	reply =
	    ipc_call(cli->run_dir, q, fds, fds[0] >= 0 ? 1 : 0, ANSWER_S, &why);
	json_decref(q);
	if (reply != NULL)
		return answer(k, reply);
	if (errno != ESRCH)
		return cli_fail(CLI_REFUSED, "%s", why);
	if (check || cli->remote)
		return cli_no_engine(cli);
	return alone(cli, k, in);
}

/* ---- door ------------------------------------------------------------- */

static int
add(struct cli *cli, struct ask *k)
{
	bool std = strcmp(k->argument, "-") == 0;
	int in, code;

	if (cli->remote && !std)
		return cli_fail(CLI_USAGE,
		    "files of that machine cannot be read from here: say - "
		    "and send yours with < FILE");
	if (std && k->name == NULL)
		return cli_fail(
		    CLI_USAGE, "--name says what the prompt is called");
	if (k->name == NULL) {
		name_of_file(k->argument, k->from_file);
		k->name = k->from_file;
	}
	in = std ? STDIN_FILENO
		 : open(k->argument, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (in < 0)
		return cli_fail(
		    CLI_REFUSED, "%s: %s", k->argument, strerror(errno));
	code = ask(cli, k, in);
	if (!std)
		close(in);
	return code;
}

/* Which words take an argument, and must they have one? */
static bool
fits(const struct ask *k)
{
	bool list = strcmp(k->word, "list") == 0;
	bool render = strcmp(k->word, "render") == 0;
	bool install = strcmp(k->word, "install") == 0;
	bool check = strcmp(k->word, "check") == 0;
	bool say = strcmp(k->word, "say") == 0;

	if (!list && !render && !install && !check && !say &&
	    strcmp(k->word, "add") != 0)
		return false;
	if ((list || render) != (k->argument == NULL) && !install && !check)
		return false;
	if (install && k->all == (k->argument != NULL))
		return false;
	if (check && k->all && k->argument != NULL)
		return false;
	if (k->all && !install && !check)
		return false;
	return !say || (k->name != NULL && k->language != NULL);
}

int
cmd_prompt(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "language", required_argument, NULL, 'l' },
		{ "switch", required_argument, NULL, 's' },
		{ "texts", required_argument, NULL, 't' },
		{ "all", no_argument, NULL, 'a' },
		{ "force", no_argument, NULL, 'f' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct ask k = { .word = "" };
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'n':
			k.name = optarg;
			break;
		case 'l':
			k.language = optarg;
			break;
		case 's':
			k.only = optarg;
			break;
		case 't':
			k.texts = optarg;
			break;
		case 'a':
			k.all = true;
			break;
		case 'f':
			k.force = true;
			break;
		case 'j':
			k.json = true;
			break;
		default:
			return cli_usage("prompt");
		}
	if (optind < argc)
		k.word = argv[optind++];
	if (optind < argc)
		k.argument = argv[optind++];
	if (optind != argc || !fits(&k))
		return cli_usage("prompt");
	/* An engine speaks the texts it was installed with. */
	if (k.texts != NULL)
		return cli->remote ? cli_usage("prompt") : alone(cli, &k, -1);
	return strcmp(k.word, "add") == 0 ? add(cli, &k) : ask(cli, &k, -1);
}
