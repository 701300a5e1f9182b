/* SPDX-License-Identifier: MIT */
/*
 * sandbox: what a connection's process may still do and what it may not, each
 * tried in a process of its own; and the notes between it and the server:
 * what is believed, what is handed on, what ends it.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "sshd/children.h"
#include "sshd/parent.h"
#include "sshd/sandbox.h"
#include "sshd/tried.h"
#include "tap.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

static char dir[64], file[96];
static pid_t tester;

/* ---- what may be done: 1 it went, 0 it did not ------------------------- */

static int
reads(const char *path)
{
	int fd = open(path, O_RDONLY);
	char b;

	return fd >= 0 && read(fd, &b, 1) == 1;
}

static int
read_board(void)
{
	return reads(file);
}

static int
read_zone(void)
{
	return reads("/usr/share/zoneinfo/UTC");
}

static int
read_passwd(void)
{
	return reads("/etc/passwd");
}

static int
read_memory(void)
{
	char path[64];

	str_format(path, sizeof(path), "/proc/%d/mem", (int)tester);
	return open(path, O_RDONLY) >= 0;
}

static int
write_board(void)
{
	return open(file, O_WRONLY) >= 0;
}

static int
make_file(void)
{
	char path[128];

	str_format(path, sizeof(path), "%s/new", dir);
	return open(path, O_WRONLY | O_CREAT, 0600) >= 0;
}

static int
remove_file(void)
{
	return unlink(file) == 0;
}

static int
make_inet(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static int
make_inet6(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0) >= 0;
}

static int
make_netlink(void)
{
	return socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static int
make_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static int
run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return 0;
}

static int
map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static int
map_memory(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static int
take_much(void)
{
	return mmap(NULL, 1ul << 30, PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static int
signal_server(void)
{
	return kill(tester, 0) == 0;
}

static int
start_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid;
}

static int
share_screen(void)
{
	int fd = memfd_create("m", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	return fd >= 0 && ftruncate(fd, 1 << 20) == 0 &&
	       fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == 0 &&
	       mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) !=
		   MAP_FAILED;
}

static int
many_files(void)
{
	for (int i = 0; i < 100; i++)
		if (open(file, O_RDONLY) < 0)
			return 0;
	return 1;
}

static int
become_root(void)
{
	return setuid(0) == 0;
}

/* 1, 0, or -1: it was killed for it. */
static int
outcome(int (*what)(void), bool console)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		if (!sandbox_stranger() || (console && !sandbox_console()))
			_exit(2);
		close_range(3, ~0u, 0); /* as listen.c does */
		_exit(what());
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
has(const char *what)
{
	struct buf b = BUF_INIT;
	bool there;

	sandbox_describe(&b);
	there = strstr(buf_cstr(&b), what) == NULL;
	buf_clear(&b);
	return there;
}

static void
sandboxes(void)
{
	bool files = has("Landlock: missing"), calls = has("seccomp: missing");
	bool all = files && has("not limited");
	const struct {
		const char *what;
		int (*try)(void);
		int stranger, console;
		bool needed; /* what the refusal needs is there */
	} t[] = {
		{ "reads the board", read_board, 1, 1, true },
		{ "reads a zone", read_zone, 1, 1, true },
		{ "makes a local socket", make_unix, 1, 1, true },
		{ "maps memory", map_memory, 1, 1, true },
		{ "shares a screen", share_screen, 1, 1, true },
		{ "starts a process", start_process, 1, 0,
		    calls && !SANITIZED },
		{ "reads /etc/passwd", read_passwd, 0, 0, files },
		{ "reads another's memory", read_memory, 0, 0, files },
		{ "writes to the board", write_board, 0, 0, files || calls },
		{ "makes a file", make_file, 0, 0, files || calls },
		{ "removes a file", remove_file, 0, 0, files || calls },
		{ "makes an IPv4 socket", make_inet, 0, 0, calls },
		{ "makes an IPv6 socket", make_inet6, 0, 0, calls },
		{ "makes a netlink socket", make_netlink, 0, 0, calls },
		{ "signals another", signal_server, 0, 0, all },
		{ "opens 100 files", many_files, 0, 0, true },
		{ "maps code", map_code, 0, 0, calls && !SANITIZED },
		{ "takes a gigabyte", take_much, 0, 0, !SANITIZED },
		{ "runs a program", run_program, SANITIZED ? 0 : -1,
		    SANITIZED ? 0 : -1, calls },
		{ "becomes root", become_root, SANITIZED ? 0 : -1,
		    SANITIZED ? 0 : -1, calls },
	};

	for (size_t i = 0; i < nitems(t); i++) {
		int a, b;

		if (!t[i].needed) {
			ok(true, "# SKIP %s: not to be had here", t[i].what);
			continue;
		}
		a = outcome(t[i].try, false);
		b = outcome(t[i].try, true);
		ok(a == t[i].stranger && b == t[i].console,
		    "%s: %d before a console, %d in one", t[i].what, a, b);
	}
	ok(access(file, F_OK) == 0, "the board is still there");
}

/* ---- notes ------------------------------------------------------------- */

static int entered, tried;
static char last_user[32], last_how[32];

static void
on_in(void *arg, struct child *c, const char *user)
{
	(void)arg;
	entered++;
	str_copy(c->user, sizeof(c->user), user);
}

static void
on_tried(void *arg, struct child *c, const char *user, const char *how)
{
	(void)arg, (void)c;
	tried++;
	str_copy(last_user, sizeof(last_user), user);
	str_copy(last_how, sizeof(last_how), how);
}

/* One that sleeps; *end: its end of the socket. */
static struct child *
add(struct children *t, int *end)
{
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		alarm(60);
		pause();
		_exit(0);
	}
	*end = sv[1];
	return children_add(t, pid, sv[0], "10.0.0.1", 0);
}

static void
notes(void)
{
	struct children *t = children_new(
	    &(struct children_ops){ .in = on_in, .tried = on_tried });
	struct parent_note note;
	struct child *a, *b;
	int ea, eb, fd = open(file, O_RDONLY), got = -1, status;
	pid_t pid;
	char byte = 'x';

	a = add(t, &ea);
	b = add(t, &eb);
	ok(parent_fd() == -1 && !parent_tell(PARENT_IN, "x", NULL),
	    "without a server nothing is told");
	parent_set(ea);
	parent_tell(PARENT_TRIED, "ma ria\033[2J", "password");
	children_hear(t, a, 1);
	ok(tried == 1 && strcmp(last_user, "ma?ria?[2J") == 0 &&
		strcmp(last_how, "password") == 0,
	    "a refused log-in, cleaned: %s", last_user);
	parent_give(b->pid, fd);
	children_hear(t, a, 1);
	parent_set(eb);
	ok(!parent_take(&note, &got) && got == -1,
	    "a stranger has nothing to give");
	parent_set(ea);
	parent_tell(PARENT_IN, "maria", NULL);
	children_hear(t, a, 1);
	ok(entered == 1 && a->in && strcmp(a->user, "maria") == 0, "a log-in");
	parent_tell(PARENT_IN, "root", NULL);
	parent_tell(PARENT_TRIED, "root", "key");
	children_hear(t, a, 1);
	ok(entered == 1 && tried == 1 && strcmp(a->user, "maria") == 0,
	    "is one for good");
	parent_give(b->pid, fd);
	children_hear(t, a, 1);
	ok(parent_take(&note, &got) && note.kind == PARENT_GONE &&
		note.to == b->pid && got == -1,
	    "nothing is given to a stranger");
	parent_give(getpid(), fd);
	children_hear(t, a, 1);
	ok(parent_take(&note, &got) && note.kind == PARENT_GONE,
	    "nor to who is no child");
	b->in = true;
	parent_give(b->pid, fd);
	children_hear(t, a, 1);
	parent_set(eb);
	ok(parent_take(&note, &got) && note.kind == PARENT_GIVEN &&
		note.to == a->pid && strcmp(note.user, "maria") == 0 &&
		got >= 0 && read(got, &byte, 1) == 1 && byte == 'b',
	    "a descriptor is handed on, with the giver's name");
	ok(!parent_take(&note, &got) && got == -1, "once");
	parent_set(ea);
	for (int i = 0; i < 2 * CHILDREN_BURST && !a->put_out; i++) {
		parent_tell(PARENT_KEYED, NULL, NULL);
		children_hear(t, a, 2);
	}
	pid = a->pid;
	waitpid(pid, &status, 0);
	ok(a->put_out && a->fd == -1 && WIFSIGNALED(status) &&
		WTERMSIG(status) == SIGKILL,
	    "who says too much is ended");
	children_remove(t, a);
	ok(children_find(t, pid) == NULL && children_count(t) == 1,
	    "and forgotten");
	ok(send(eb, "?", 1, 0) == 1, "what is no note");
	children_hear(t, b, 1);
	waitpid(b->pid, &status, 0);
	ok(b->put_out, "ends who sent it, too");
	children_free(t);
	parent_set(eb);
	ok(!parent_take(&note, &got) && parent_fd() == -1,
	    "a server that is gone is noticed");
	close(ea);
	close(fd);
}

static void
gathered(void)
{
	struct tried *t = tried_new(dir); /* no engine there */
	int status, ms = 1000;
	char name[32];
	pid_t pid;

	tried_turn(t, NS_PER_S, &ms);
	ok(waitpid(-1, &status, WNOHANG) < 0, "nothing to tell, nobody tells");
	for (int i = 0; i < 3 * TRIED_ROWS; i++) {
		str_format(name, sizeof(name), "u%d", i % (2 * TRIED_ROWS));
		tried_add(t, name, "10.0.0.1", "key", 1);
	}
	tried_turn(t, NS_PER_S, &ms);
	pid = waitpid(-1, &status, 0);
	ok(pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 1,
	    "a process tells, and there is no engine");
	ok(!tried_ended(t, pid + 1, status) && tried_ended(t, pid, status),
	    "its end is known for what it is");
	tried_turn(t, NS_PER_S + 1, &ms);
	ok(waitpid(-1, &status, WNOHANG) < 0 && ms <= 4000,
	    "not told again at once, but after %d ms", ms);
	tried_turn(t, 10 * NS_PER_S, &ms);
	ok(waitpid(-1, &status, 0) > 0, "and then again");
	tried_free(t);
}

int
main(void)
{
	int fd, many[200];

	tester = getpid();
	str_copy(dir, sizeof(dir), "/tmp/dsc-sandbox.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	str_format(file, sizeof(file), "%s/board", dir);
	fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, "board", 5) != 5)
		return 1;
	close(fd);
	sandbox_init(dir);
	/* a server with many connections */
	for (int i = 0; i < 200; i++)
		many[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sandboxes();
	for (int i = 0; i < 200; i++)
		close(many[i]);
	notes();
	gathered();
	unlink(file);
	rmdir(dir);
	return done_testing();
}
