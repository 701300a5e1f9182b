/* SPDX-License-Identifier: MIT */
/*
 * prompt_tool: posix_spawnp in a group of its own, its messages in a pipe; when
 * this process is ended the group is, too.
 */
#include "jobs/prompt_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/text.h"
#include "shared/util.h"

#define SAID_MAX 4096 /* the last of what it says */
#define TURN_MS  5

extern char **environ;

/* ---- when we are ended ------------------------------------------------ */

static const int enders[] = { SIGTERM, SIGINT, SIGHUP };
static volatile sig_atomic_t running; /* the group; 0: none */

/* Nobody would limit the tool any more: it goes first. */
static void
on_end(int sig)
{
	if (running > 0)
		kill(-(pid_t)running, SIGKILL);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* What is ignored (nohup) stays so. */
static void
heed(void)
{
	struct sigaction was, sa = { .sa_handler = on_end };

	sigemptyset(&sa.sa_mask);
	for (size_t i = 0; i < nitems(enders); i++)
		if (sigaction(enders[i], NULL, &was) == 0 &&
		    was.sa_handler == SIG_DFL)
			sigaction(enders[i], &sa, NULL);
}

/* ---- one run ---------------------------------------------------------- */

static pid_t
start(const char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	sigset_t none, back, ends, old;
	pid_t pid = -1;
	int err;

	posix_spawn_file_actions_init(&fa);
	posix_spawnattr_init(&at);
	sigemptyset(&none);
	sigemptyset(&back);
	sigemptyset(&ends);
	sigaddset(&back, SIGPIPE);
	for (size_t i = 0; i < nitems(enders); i++)
		sigaddset(&ends, enders[i]);
	posix_spawnattr_setsigmask(&at, &none);
	posix_spawnattr_setsigdefault(&at, &back);
	posix_spawnattr_setpgroup(&at, 0);
	posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGMASK |
					  POSIX_SPAWN_SETSIGDEF |
					  POSIX_SPAWN_SETPGROUP);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&fa, in, 0);
	else
		posix_spawn_file_actions_addopen(
		    &fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&fa, out, 2);
	/* Neither the progress pipe nor what a shell left open. */
	posix_spawn_file_actions_addclosefrom_np(&fa, 3);
	heed();
	sigprocmask(SIG_BLOCK, &ends, &old);
	err = posix_spawnp(
	    &pid, argv[0], &fa, &at, (char *const *)(uintptr_t)argv, environ);
	running = err == 0 ? pid : 0;
	sigprocmask(SIG_SETMASK, &old, NULL);
	posix_spawn_file_actions_destroy(&fa);
	posix_spawnattr_destroy(&at);
	errno = err;
	return err == 0 ? pid : -1;
}

/* False: nothing more can be heard. */
static bool
hear(int fd, struct buf *said)
{
	char b[1024];
	ssize_t n = read(fd, b, sizeof(b));

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	buf_put(said, b, (size_t)n);
	if (said->len > SAID_MAX)
		buf_drain(said, said->len - SAID_MAX);
	return true;
}

/*
 * Until it ends, whoever it left behind may hold its stderr; false: the time
 * is over.
 */
static bool
attend(pid_t pid, int fd, int64_t until_ns, struct buf *said, int *status)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	bool open = true;

	for (;;) {
		pid_t k;

		open = open && hear(fd, said);
		k = waitpid(pid, status, WNOHANG);
		if (k < 0)
			*status = 255 << 8; /* nobody knows: no success */
		if (k != 0)
			break;
		if (now_read().mono_ns >= until_ns)
			return false;
		poll(open ? &p : NULL, open, TURN_MS);
	}
	for (int i = 0; open && i < SAID_MAX / 256; i++)
		open = hear(fd, said);
	running = 0;
	return true;
}

/* The last line that is not empty, without what a terminal would obey. */
static void
last_line(struct buf *said, char *out, size_t size)
{
	char *s = (char *)(uintptr_t)buf_cstr(said), *nl;
	size_t n = said->len;

	while (n > 0 && (s[n - 1] == '\n' || s[n - 1] == '\r'))
		s[--n] = '\0';
	nl = strrchr(s, '\n');
	text_clean(out, size, nl != NULL ? nl + 1 : s);
}

static void
say_missing(const char *program, int err, struct buf *to)
{
	if (err == ENOENT)
		buf_fmt(to, "%s is not installed here: apt install %s", program,
		    program);
	else
		buf_fmt(to, "%s does not start: %s", program, strerror(err));
}

static int
input_file(const char *input)
{
	size_t n = strlen(input);
	int fd = memfd_create("discador-prompt", MFD_CLOEXEC);

	if (fd >= 0 && (write(fd, input, n) != (ssize_t)n ||
			   lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
prompt_tool_run(const char *const *argv, const char *input, struct buf *err)
{
	int64_t until = now_read().mono_ns + PROMPT_TOOL_S * NS_PER_S;
	struct buf said = BUF_INIT;
	int p[2], in = -1, status = 0, started_errno;
	char line[200];
	bool good = false;
	pid_t pid;

	if ((input != NULL && (in = input_file(input)) < 0) ||
	    pipe2(p, O_CLOEXEC) < 0) {
		buf_fmt(err, "%s: %s", argv[0], strerror(errno));
		if (in >= 0)
			close(in);
		return false;
	}
	fcntl(p[0], F_SETFL, O_NONBLOCK);
	pid = start(argv, in, p[1]);
	started_errno = errno;
	close(p[1]);
	if (in >= 0)
		close(in);
	if (pid < 0) {
		say_missing(argv[0], started_errno, err);
	} else if (!attend(pid, p[0], until, &said, &status)) {
		kill(-pid, SIGKILL);
		waitpid(pid, &status, 0);
		running = 0;
		buf_fmt(err, "%s took more than %d s and was ended", argv[0],
		    PROMPT_TOOL_S);
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		good = true;
	} else {
		last_line(&said, line, sizeof(line));
		buf_fmt(err, "%s ended by %s %d%s%s", argv[0],
		    WIFSIGNALED(status) ? "signal" : "exit",
		    WIFSIGNALED(status) ? WTERMSIG(status)
					: WEXITSTATUS(status),
		    *line != '\0' ? ": " : "", line);
	}
	close(p[0]);
	buf_clear(&said);
	return good;
}

/* One word from *p on; NULL: an open quote, or a % that is neither. */
static char *
word(const char **p, const char *f, const char *n, bool *has_f)
{
	struct buf b = BUF_INIT;
	bool quoted = false, good = true;
	char *s;

	for (; good && **p != '\0' && (quoted || **p != ' '); ++*p) {
		if (**p == '"') {
			quoted = !quoted;
		} else if (**p != '%') {
			buf_byte(&b, **p);
		} else {
			++*p;
			good = **p == 'f' || **p == 'n' || **p == '%';
			*has_f |= **p == 'f';
			buf_str(&b, **p == 'f' ? f : **p == 'n' ? n : "%");
			if (!good)
				break;
		}
	}
	s = good && !quoted ? xstrdup(buf_cstr(&b)) : NULL;
	buf_clear(&b);
	return s;
}

void
prompt_tool_free(char *argv[PROMPT_TOOL_ARGS])
{
	for (size_t i = 0; argv[i] != NULL; i++) {
		free(argv[i]);
		argv[i] = NULL;
	}
}

bool
prompt_tool_split(const char *command, const char *f, const char *n,
    char *argv[PROMPT_TOOL_ARGS], struct buf *err)
{
	const char *p = command, *why = NULL;
	size_t count = 0;
	bool has_f = false;

	for (;;) {
		while (*p == ' ')
			p++;
		if (*p == '\0')
			break;
		if (count + 1 == PROMPT_TOOL_ARGS) {
			why = "more than 39 words";
			break;
		}
		argv[count] = word(&p, f, n, &has_f);
		if (argv[count] == NULL) {
			why = "an open quote, or a % that is not %f, %n or %%";
			break;
		}
		count++;
	}
	argv[count] = NULL;
	if (why == NULL && !has_f)
		why = "no %f, which stands for the file";
	if (why == NULL)
		return true;
	buf_fmt(err, "the command \"%s\" has %s", command, why);
	prompt_tool_free(argv);
	return false;
}
