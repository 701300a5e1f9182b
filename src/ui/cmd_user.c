/* SPDX-License-Identifier: MIT */
/*
 * cmd_user: `discador user`.  Reads a key from a file of the asker's, asks for
 * a password without showing it, and sends the engine the key and the hash:
 * the password itself never leaves this process.
 */
#include "ui/cmd.h"

#include <crypt.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/util.h"

#define PASSWORD_MIN 10
#define PASSWORD_MAX 200
#define KEY_MAX      16384

/* "a,b" as a list; "" or "all" as an empty one. */
static json_t *
list_of(const char *text)
{
	json_t *list = json_array();

	while (strcmp(text, "all") != 0 && *text != '\0') {
		size_t n = strcspn(text, ",");

		if (n > 0)
			json_array_append_new(list, json_stringn(text, n));
		text += n + (text[n] == ',');
	}
	return list;
}

static bool
is_key(const char *line)
{
	return strncmp(line, "ssh-", 4) == 0 || strncmp(line, "ecdsa-", 6) == 0;
}

/* Lines of authorized_keys; CLI_DONE, or printed why. */
static int
add_keys(struct cli *cli, const char *given, json_t *keys)
{
	struct buf text = BUF_INIT;
	size_t before = json_array_size(keys);
	char *line, *rest;
	int code = CLI_DONE;

	if (is_key(given))
		buf_str(&text, given);
	else if (cli->remote && strcmp(given, "-") != 0) {
		return cli_fail(CLI_USAGE,
		    "--key: over SSH expected the key itself (ssh-ed25519 "
		    "AAAA...), or - for standard input");
	} else if (!cli_slurp(given, KEY_MAX, &text))
		return CLI_REFUSED;
	for (rest = buf_cstr(&text) != NULL ? text.p : NULL;
	     rest != NULL && (line = strsep(&rest, "\r\n")) != NULL;) {
		line += strspn(line, " \t");
		if (*line == '\0' || *line == '#')
			continue;
		if (!is_key(line)) {
			code = cli_fail(CLI_REFUSED,
			    "%s: \"%.40s\" is no public key, expected "
			    "ssh-ed25519, ecdsa-sha2-... or ssh-rsa (the file "
			    "that ends in .pub)",
			    is_key(given) ? "--key" : given,
			    strstr(line, "PRIVATE") != NULL ? "a private key"
							    : line);
			break;
		}
		json_array_append_new(keys, json_string(line));
	}
	buf_clear(&text);
	if (code == CLI_DONE && json_array_size(keys) == before)
		code =
		    cli_fail(CLI_REFUSED, "%s: there is no key in it", given);
	return code;
}

/*
 * One line of standard input, not shown on a terminal, which is put right
 * again also when Ctrl-C ends it.  False: none, or one that is too long.
 */
static bool
ask_hidden(const char *label, char *out, size_t size)
{
	struct termios was, now;
	bool tty = tcgetattr(STDIN_FILENO, &was) == 0;
	bool got;

	/* Nothing of it stays in a buffer. */
	setvbuf(stdin, NULL, _IONBF, 0);
	if (tty) {
		fputs(label, stderr);
		fflush(stderr);
		now = was;
		now.c_lflag &= ~(tcflag_t)ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &now);
	}
	got = fgets(out, (int)size, stdin) != NULL && !cli_stopped &&
	      (strlen(out) + 1 < size || strchr(out, '\n') != NULL);
	if (tty) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &was);
		fputc('\n', stderr);
	}
	if (got)
		out[strcspn(out, "\r\n")] = '\0';
	return got;
}

/* Its yescrypt hash into values; false: printed why. */
static bool
take_password(json_t *values)
{
	char one[PASSWORD_MAX], two[PASSWORD_MAX];
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *why = NULL, *hash = NULL;
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];

	cli_catch_signals();
	if (!ask_hidden("New password: ", one, sizeof(one)))
		why = cli_stopped ? "cancelled"
				  : "no password was given, or one of more "
				    "than 198 characters";
	else if (strlen(one) < PASSWORD_MIN)
		why = "a password has at least 10 characters";
	else if (isatty(STDIN_FILENO) &&
		 (!ask_hidden("Once more: ", two, sizeof(two)) ||
		     strcmp(one, two) != 0))
		why = "the two are not the same";
	else if (crypt_gensalt_rn("$y$", 0, NULL, 0, salt, sizeof(salt)) ==
		     NULL ||
		 (hash = crypt_rn(one, salt, data, sizeof(*data))) == NULL)
		why = "this system's crypt(3) has no yescrypt";
	else
		json_object_set_new(values, "password", json_string(hash));
	explicit_bzero(one, sizeof(one));
	explicit_bzero(two, sizeof(two));
	explicit_bzero(data, sizeof(*data));
	free(data);
	if (why != NULL)
		cli_fail(CLI_REFUSED, "%s; nothing was changed", why);
	return why == NULL;
}

/* Options behind the name; CLI_DONE or printed why. */
static int
take_options(
    struct cli *cli, int argc, char **argv, json_t *values, bool *as_json)
{
	static const struct option longs[] = {
		{ "role", required_argument, NULL, 'r' },
		{ "key", required_argument, NULL, 'k' },
		{ "language", required_argument, NULL, 'l' },
		{ "campaigns", required_argument, NULL, 'c' },
		{ "from", required_argument, NULL, 'f' },
		{ "idle", required_argument, NULL, 'i' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	json_t *keys = NULL;
	int64_t idle;
	int c, code;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'r':
		case 'l':
			json_object_set_new(values,
			    c == 'r' ? "role" : "language",
			    json_string(optarg));
			break;
		case 'c':
		case 'f':
			json_object_set_new(values,
			    c == 'c' ? "campaigns" : "from", list_of(optarg));
			break;
		case 'k':
			if (keys == NULL) {
				keys = json_array();
				json_object_set_new(values, "keys", keys);
			}
			if ((code = add_keys(cli, optarg, keys)) != CLI_DONE)
				return code;
			break;
		case 'i':
			if (!str_int64(optarg, 0, 10080, &idle))
				return cli_fail(CLI_USAGE,
				    "--idle: \"%s\", expected minutes from 0 "
				    "(never) to 10080",
				    optarg);
			json_object_set_new(values, "idle", json_integer(idle));
			break;
		case 'j':
			*as_json = true;
			break;
		default:
			return cli_usage("user");
		}
	return CLI_DONE;
}

int
cmd_user(struct cli *cli, int argc, char **argv)
{
	json_t *values = json_object(), *o;
	const char *args[3] = { NULL, NULL, NULL };
	bool as_json = false, list;
	int code = take_options(cli, argc, argv, values, &as_json);

	if (code != CLI_DONE) {
		json_decref(values);
		return code;
	}
	args[0] = optind < argc ? argv[optind] : "";
	args[1] = optind + 1 < argc ? argv[optind + 1] : NULL;
	list = strcmp(args[0], "list") == 0;
	if (argc - optind != (list ? 1 : 2) || (as_json && !list) ||
	    (strcmp(args[0], "add") == 0 &&
		json_object_get(values, "role") == NULL)) {
		json_decref(values);
		return cli_usage("user");
	}
	if (strcmp(args[0], "passwd") == 0 && !take_password(values)) {
		json_decref(values);
		return CLI_REFUSED;
	}
	o = ipc_request("user", args);
	json_object_set_new(o, "values", values);
	return cli_ask(cli, o, as_json);
}
