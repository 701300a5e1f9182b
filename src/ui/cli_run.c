/* SPDX-License-Identifier: MIT */
/*
 * cli_run: from a verb's name to what carries it out, and what --help says.
 * Serves the command line and the sessions of discador-sshd alike; opens no
 * terminal.
 */
#include <stdio.h>
#include <string.h>

#include "shared/commands.h"
#include "shared/conf.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/cmd.h"

static const struct {
	const char *name;
	cmd_fn *fn;
} verbs[] = {
	{ "alert", cmd_alert },
	{ "apply", cmd_apply },
	{ "audit", cmd_audit },
	{ "brake", cmd_brake },
	{ "call", cmd_call },
	{ "callback", cmd_callback },
	{ "campaign", cmd_campaign },
	{ "context", cmd_context },
	{ "cps", cmd_cps },
	{ "db", cmd_db },
	{ "demo", cmd_demo },
	{ "details", cmd_details },
	{ "did", cmd_did },
	{ "doctor", cmd_doctor },
	{ "export", cmd_export },
	{ "help", cmd_help },
	{ "history", cmd_history },
	{ "import", cmd_import },
	{ "loadtest", cmd_loadtest },
	{ "prompt", cmd_prompt },
	{ "session", cmd_session },
	{ "set", cmd_set },
	{ "show", cmd_show },
	{ "simulate", cmd_simulate },
	{ "status", cmd_status },
	{ "stop", cmd_stop },
	{ "survey", cmd_survey },
	{ "user", cmd_user },
	{ "why", cmd_why },
};

void
cli_help(FILE *to)
{
	size_t width = 0;

	fputs(
	    "usage: discador [-c FILE] [--run-dir DIR] [--lang L] [--theme T] "
	    "[--no-mouse]\n"
	    "                [VERB ...]\n\n"
	    "Without a verb: the console; starts an engine if none runs.\n\n",
	    to);
	for (size_t i = 0; i < ncommands; i++)
		width = MAXIMUM(width, strlen(commands[i].name));
	for (size_t i = 0; i < ncommands; i++)
		fprintf(to, "  %-*s  %s\n", (int)width, commands[i].name,
		    commands[i].help);
	fputs("\n"
	      "  -c, --config FILE  instead of " SYSCONFDIR "/discador.conf, "
	      "else etc/discador.conf\n"
	      "      --run-dir DIR  where the engine's socket and board are\n"
	      "      --lang LANG    of the console: en, es, pt_BR (else what "
	      "LANG says)\n"
	      "      --theme THEME  its colours: dark, light, 16, none\n"
	      "      --no-mouse     leave the mouse to the terminal\n"
	      "      --fps N        frames per second at most, 1 to 10\n"
	      "  -V, --version\n"
	      "  -h, --help         discador help VERB tells more\n",
	    to);
}

int
cmd_help(struct cli *cli, int argc, char **argv)
{
	const struct command *c;
	struct buf b = BUF_INIT;

	(void)cli;
	if (argc > 2)
		return cli_usage("help");
	if (argc < 2) {
		cli_help(stdout);
		return CLI_DONE;
	}
	if (strcmp(argv[1], "conf") == 0) {
		conf_print_sample(&b);
		fputs(buf_cstr(&b), stdout);
		buf_clear(&b);
		return CLI_DONE;
	}
	c = command_find(argv[1]);
	if (c == NULL)
		return cli_fail(CLI_USAGE,
		    "there is no verb \"%s\"; discador help lists them",
		    argv[1]);
	printf("usage: discador %s%s%s\n\n%s\n", c->name, *c->usage ? " " : "",
	    c->usage, c->help);
	if (c->role > COMMAND_VIEWER)
		printf("needs the role %s\n", command_role_word(c->role));
	for (size_t i = 0; i < ncommand_words; i++)
		if (strcmp(command_words[i].verb, c->name) == 0)
			printf("%s %s needs the role %s\n", c->name,
			    command_words[i].word,
			    command_role_word(command_words[i].role));
	return CLI_DONE;
}

int
cli_run(struct cli *cli, int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		for (const char *p = argv[i]; *p;) {
			uint32_t cp;

			p += text_decode(p, &cp);
			if (cp == TEXT_BAD)
				return cli_fail(CLI_USAGE,
				    "argument %d is not UTF-8", i + 1);
		}
	for (size_t i = 0; i < nitems(verbs); i++)
		if (strcmp(verbs[i].name, argv[0]) == 0)
			return verbs[i].fn(cli, argc, argv);
	return cli_fail(CLI_USAGE,
	    "there is no verb \"%s\"; discador help lists them", argv[0]);
}
