/* SPDX-License-Identifier: MIT */
/*
 * discador: the console and the command line.  Reads the board, asks the
 * engine over the control socket; has no database and no switch of its own.
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/conf.h"
#include "shared/dirs.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/util.h"
#include "ui/cmd.h"
#include "ui/console.h"
#include "ui/theme.h"

static volatile sig_atomic_t engine_pid;

static void
reap_engine(int sig)
{
	int saved = errno;

	(void)sig;
	waitpid((pid_t)engine_pid, NULL, WNOHANG);
	errno = saved;
}

/* Open the console; start an engine first where none runs. */
static int
console(struct cli *cli)
{
	struct board_reader *r;
	struct board *b;
	bool live;

	if (!isatty(0) || !isatty(1))
		return cli_fail(CLI_USAGE,
		    "the console needs a terminal; discador status prints "
		    "once, discador help lists the verbs");
	r = board_reader_new(cli->run_dir);
	b = xcalloc(1, sizeof(*b));
	live = board_read(r, b, now_read().mono_ns) == BOARD_LIVE;
	free(b);
	board_reader_free(r);
	if (!live) {
		struct conf *c = xcalloc(1, sizeof(*c));
		struct buf err = BUF_INIT;
		char log[300];
		pid_t pid = -1;

		if (!conf_read(cli->file, cli->run_dir_opt, c, &err)) {
			cli_fail(CLI_CONF, "%s", buf_cstr(&err));
			buf_clear(&err);
			free(c);
			return CLI_CONF;
		}
		str_format(log, sizeof(log), "%s/discadord.log", c->state_dir);
		fputs("starting an engine ...\n", stderr);
		if (dirs_make(c->state_dir, 0711))
			pid = cli_engine_start(cli, log, false);
		else
			cli_fail(0, "%s: %s", c->state_dir, strerror(errno));
		conf_clear(c);
		free(c);
		if (pid < 0)
			return CLI_REFUSED;
		/* It outlives us; while we live it must not stay a zombie,
		 * and what else we start is waited for by who started it. */
		engine_pid = pid;
		signal(SIGCHLD, reap_engine);
	}
	return console_run(&(struct console_opts){ .run_dir = cli->run_dir });
}

static void
find_ourselves(struct cli *cli)
{
	ssize_t n = readlink("/proc/self/exe", cli->dir, sizeof(cli->dir) - 1);
	char *slash;

	if (n < 0)
		n = 0;
	cli->dir[n] = '\0';
	slash = strrchr(cli->dir, '/');
	if (slash != NULL)
		*slash = '\0';
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "run-dir", required_argument, NULL, 'R' },
		{ "lang", required_argument, NULL, 'L' },
		{ "theme", required_argument, NULL, 'T' },
		{ "no-mouse", no_argument, NULL, 'M' },
		{ "fps", required_argument, NULL, 'F' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct buf err = BUF_INIT;
	struct cli cli = { .console = console_run };
	int64_t fps;
	int c;

	/* Columns of UTF-8 in any environment; numbers keep their point. */
	setlocale(LC_CTYPE, "C.UTF-8");
	log_open("discador", LOG_LVL_WARN);
	signal(SIGPIPE, SIG_IGN);
	find_ourselves(&cli);
	/* "+": what follows the verb is the verb's. */
	while ((c = getopt_long(argc, argv, "+c:Vh", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			cli.file = optarg;
			break;
		case 'R':
			cli.run_dir_opt = optarg;
			break;
		/* the environment, so that demo's console has them, too */
		case 'L':
			if (lang_match(optarg) == NULL ||
			    !lang_set(lang_match(optarg)))
				return cli_fail(CLI_USAGE,
				    "no language \"%s\"; there are en, es and "
				    "pt_BR",
				    optarg);
			setenv("DISCADOR_LANG", optarg, 1);
			break;
		case 'T':
			if (theme_find(optarg) == NULL)
				return cli_fail(CLI_USAGE,
				    "no theme \"%s\"; there are dark, light, "
				    "16 and none",
				    optarg);
			setenv("DISCADOR_THEME", optarg, 1);
			break;
		case 'M':
			setenv("DISCADOR_MOUSE", "off", 1);
			break;
		case 'F':
			if (!str_int64(optarg, 1, 10, &fps))
				return cli_fail(CLI_USAGE,
				    "--fps %s: expected 1 to 10 frames per "
				    "second",
				    optarg);
			setenv("DISCADOR_FPS", optarg, 1);
			break;
		case 'V':
			puts("discador " VERSION);
			return CLI_DONE;
		case 'h':
			cli_help(stdout);
			return CLI_DONE;
		default:
			fputs("discador --help tells more\n", stderr);
			return CLI_USAGE;
		}
	argc -= optind;
	argv += optind;
	if (argc > 0 && strcmp(argv[0], "help") == 0)
		return cli_run(&cli, argc, argv);
	if (argc > 1 &&
	    (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0))
		return cmd_help(&cli, 2, (char *[]){ argv[0], argv[0], NULL });
	if (!conf_run_dir(cli.file, cli.run_dir_opt, cli.run_dir,
		sizeof(cli.run_dir), &err)) {
		cli_fail(CLI_CONF, "%s", buf_cstr(&err));
		buf_clear(&err);
		return CLI_CONF;
	}
	return argc > 0 ? cli_run(&cli, argc, argv) : console(&cli);
}
