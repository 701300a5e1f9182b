/* SPDX-License-Identifier: MIT */
/*
 * cmd_db: the engine's database, through the engine's own program, which
 * alone knows where the private cluster lies; psql on what it answers.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"

/* argv of discadord --db WHAT with our own -c and --run-dir. */
static void
daemon_argv(const struct cli *cli, const char *path, const char *what,
    const char *argv[8])
{
	int n = 0;

	argv[n++] = path;
	argv[n++] = "--db";
	argv[n++] = what;
	if (cli->file != NULL) {
		argv[n++] = "-c";
		argv[n++] = cli->file;
	}
	if (cli->run_dir_opt != NULL) {
		argv[n++] = "--run-dir";
		argv[n++] = cli->run_dir_opt;
	}
	argv[n] = NULL;
}

static int
exec_now(const char *path, const char *const *argv)
{
	signal(SIGPIPE, SIG_DFL);
	execvp(path, (char *const *)(uintptr_t)argv);
	return cli_fail(CLI_REFUSED, "%s: %s", path, strerror(errno));
}

/* The first line that discadord --db conninfo prints. */
static int
conninfo(const struct cli *cli, const char *path, char *out, size_t size)
{
	const char *argv[8];
	int p[2], status = 0;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	daemon_argv(cli, path, "conninfo", argv);
	if (pipe2(p, O_CLOEXEC) < 0)
		return cli_fail(CLI_REFUSED, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid == 0) {
		dup2(p[1], 1);
		_exit(exec_now(path, argv));
	}
	close(p[1]);
	while (len + 1 < size &&
	       ((n = read(p[0], out + len, size - 1 - len)) > 0 ||
		   (n < 0 && errno == EINTR)))
		len += n > 0 ? (size_t)n : 0;
	close(p[0]);
	out[len] = '\0';
	out[strcspn(out, "\n")] = '\0';
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && *out)
		return CLI_DONE;
	/* It has said why. */
	return WIFEXITED(status) && WEXITSTATUS(status) != 0
		   ? WEXITSTATUS(status)
		   : CLI_REFUSED;
}

int
cmd_db(struct cli *cli, int argc, char **argv)
{
	char path[1024], info[2048];
	const char *args[8], **psql;
	int code, n = 0;

	if (argc < 2)
		return cli_usage("db");
	cli_sibling(cli, "discadord", path, sizeof(path));
	if (strcmp(argv[1], "migrate") == 0 || strcmp(argv[1], "start") == 0 ||
	    strcmp(argv[1], "stop") == 0) {
		if (argc != 2)
			return cli_usage("db");
		daemon_argv(cli, path, argv[1], args);
		return exec_now(path, args);
	}
	if (strcmp(argv[1], "psql") != 0)
		return cli_usage("db");
	argc -= 2;
	argv += 2;
	if (argc > 0 && strcmp(argv[0], "--") == 0) {
		argc--;
		argv++;
	}
	code = conninfo(cli, path, info, sizeof(info));
	if (code != CLI_DONE)
		return code;
	psql = xcalloc((size_t)argc + 4, sizeof(*psql));
	psql[n++] = "psql";
	psql[n++] = "-d";
	psql[n++] = info;
	for (int i = 0; i < argc; i++)
		psql[n++] = argv[i];
	code = exec_now("psql", psql);
	free(psql);
	return code;
}
