/* SPDX-License-Identifier: MIT */
/*
 * cli: what the verbs share: messages and exit codes, requests to the engine,
 * finding and starting our other programs.  Decides nothing about calls.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/commands.h"
#include "shared/ipc.h"
#include "shared/util.h"

#define ENGINE_START_S 30

volatile sig_atomic_t cli_stopped;

int
cli_fail(int code, const char *fmt, ...)
{
	va_list ap;

	fputs("discador: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return code;
}

int
cli_usage(const char *verb)
{
	const struct command *c = command_find(verb);

	fprintf(
	    stderr, "usage: discador %s %s\n", verb, c != NULL ? c->usage : "");
	return CLI_USAGE;
}

int
cli_no_engine(const struct cli *cli)
{
	return cli_fail(CLI_NO_ENGINE,
	    "no engine runs in %s; start it with discador, systemctl start "
	    "discador or discadord",
	    cli->run_dir);
}

int
cli_judge(json_t *reply, FILE *out)
{
	const char *text = json_string_value(json_object_get(reply, "text"));
	json_int_t code;

	if (json_is_true(json_object_get(reply, "ok"))) {
		if (out != NULL && text != NULL && *text)
			fprintf(out, "%s%s", text,
			    text[strlen(text) - 1] == '\n' ? "" : "\n");
		return CLI_DONE;
	}
	code = json_integer_value(json_object_get(reply, "exit"));
	if (code <= CLI_DONE || code > CLI_OUT_OF_REACH)
		code = CLI_REFUSED;
	return cli_fail((int)code, "%s",
	    text != NULL && *text ? text : "the engine refused it");
}

int
cli_call(
    struct cli *cli, json_t *request, int timeout_s, FILE *out, json_t **reply)
{
	const char *why = "";
	json_t *r;
	int code;

	r = ipc_call(cli->run_dir, request, NULL, 0, timeout_s, &why);
	json_decref(request);
	if (reply != NULL)
		*reply = NULL;
	if (r == NULL) {
		if (errno == ESRCH)
			return cli_no_engine(cli);
		return cli_fail(CLI_REFUSED, "%s", why);
	}
	code = cli_judge(r, out);
	if (reply != NULL && code == CLI_DONE)
		*reply = r;
	else
		json_decref(r);
	return code;
}

void
cli_sibling(const struct cli *cli, const char *name, char *out, size_t size)
{
	if (str_format(out, size, "%s/%s", cli->dir, name) &&
	    access(out, X_OK) == 0)
		return;
	if (str_format(out, size, "%s/%s", SBINDIR, name) &&
	    access(out, X_OK) == 0)
		return;
	str_copy(out, size, name);
}

bool
cli_slurp(const char *name, size_t max, struct buf *b)
{
	bool std = strcmp(name, "-") == 0;
	FILE *f = std ? stdin : fopen(name, "re");
	struct stat st;
	char block[8192];
	size_t n;
	bool good = false;

	if (f == NULL) {
		cli_fail(0, "%s: %s", name, strerror(errno));
		return false;
	}
	if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
		cli_fail(0, "%s: a directory, expected a file", name);
		goto out;
	}
	while ((n = fread(block, 1, sizeof(block), f)) > 0 && b->len <= max)
		buf_put(b, block, n);
	if (ferror(f))
		cli_fail(0, "%s: %s", name, strerror(errno));
	else if (b->len > max)
		cli_fail(0, "%s: longer than %zu bytes, expected several files",
		    name, max);
	else if (strlen(buf_cstr(b)) != b->len)
		cli_fail(0, "%s: holds NUL bytes, expected text", name);
	else
		good = true;
out:
	if (!std)
		fclose(f);
	return good;
}

bool
cli_alive(pid_t pid)
{
	char path[40], line[300] = "";
	const char *state;
	FILE *f;

	if (pid <= 0 || (kill(pid, 0) < 0 && errno == ESRCH))
		return false;
	/* Dead, but nobody has asked for its exit code yet? */
	str_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (f == NULL)
		return access("/proc/self/stat", R_OK) != 0;
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0';
	fclose(f);
	state = strrchr(line, ')');
	return state == NULL || strncmp(state, ") Z", 3) != 0;
}

static void
on_signal(int sig)
{
	(void)sig;
	cli_stopped = 1;
}

void
cli_catch_signals(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

void
cli_sleep(int ms)
{
	poll(NULL, 0, ms);
}

void
cli_show_log(const char *log, off_t from)
{
	struct buf b = BUF_INIT;
	char block[4096];
	ssize_t n;
	int fd = open(log, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (lseek(fd, from, SEEK_SET) == from)
		while (b.len < 64 * 1024 &&
		       (n = read(fd, block, sizeof(block))) > 0)
			buf_put(&b, block, (size_t)n);
	close(fd);
	if (b.len > 0) {
		/* The last lines say it best. */
		const char *p = b.p + b.len;
		int lines = 0;

		while (p > b.p && (p[-1] != '\n' || lines++ < 12))
			p--;
		fputs(p, stderr);
	}
	buf_clear(&b);
}

static void __attribute__((noreturn))
engine_exec(const struct cli *cli, const char *path, int log, bool passing)
{
	const char *argv[7];
	int n = 0, null = open("/dev/null", O_RDWR);

	if (passing)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	setsid();
	dup2(null, 0);
	dup2(log, 1);
	dup2(log, 2);
	argv[n++] = path;
	if (cli->file != NULL) {
		argv[n++] = "-c";
		argv[n++] = cli->file;
	}
	argv[n++] = "--run-dir";
	argv[n++] = cli->run_dir;
	if (passing)
		argv[n++] = "--fast-init";
	argv[n] = NULL;
	execvp(path, (char *const *)(uintptr_t)argv);
	fprintf(stderr, "discador: %s: %s\n", path, strerror(errno));
	_exit(127);
}

pid_t
cli_engine_start(struct cli *cli, const char *log, bool passing)
{
	struct board_reader *r;
	struct board *b;
	int64_t until = now_read().mono_ns + ENGINE_START_S * NS_PER_S;
	char path[1024];
	off_t from;
	pid_t pid;
	int fd, status = 0;
	bool live = false, died = false;

	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0) {
		cli_fail(0, "%s: %s", log, strerror(errno));
		return -1;
	}
	from = lseek(fd, 0, SEEK_END);
	cli_sibling(cli, "discadord", path, sizeof(path));
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		engine_exec(cli, path, fd, passing);
	close(fd);
	if (pid < 0) {
		cli_fail(0, "fork: %s", strerror(errno));
		return -1;
	}
	r = board_reader_new(cli->run_dir);
	b = xcalloc(1, sizeof(*b));
	while (!live && !died && !cli_stopped) {
		int64_t now = now_read().mono_ns;

		live = board_read(r, b, now) == BOARD_LIVE && b->pid == pid;
		died = waitpid(pid, &status, WNOHANG) == pid;
		if (now > until)
			break;
		if (!live)
			cli_sleep(50);
	}
	free(b);
	board_reader_free(r);
	if (live)
		return pid;
	if (!died) {
		kill(pid, SIGTERM);
		for (int i = 0; i < 100 && !died; i++) {
			died = waitpid(pid, &status, WNOHANG) == pid;
			cli_sleep(50);
		}
		if (!died) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
		}
	}
	if (!cli_stopped) {
		cli_show_log(log, from);
		cli_fail(0, "the engine did not start; its log is %s", log);
	}
	return -1;
}
