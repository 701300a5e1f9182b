/* SPDX-License-Identifier: MIT */
/*
 * discador-sshd: the console and the command line for supervisors over SSH.
 * Holds the host keys and the users' public ones, and no secret of the
 * database or a switch: it never opens the configuration itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <locale.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libssh/libssh.h>
#include <libssh/server.h>

#include "shared/heap.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/util.h"
#include "sshd/conn.h"
#include "sshd/hostkey.h"
#include "sshd/listen.h"
#include "sshd/reader.h"
#include "sshd/sandbox.h"

enum { EXIT_DONE, EXIT_REFUSED, EXIT_USAGE, EXIT_NO_ENGINE, EXIT_CONF };

/* Strong ones only; t/5010-ssh.sh looks that no other is offered. */
#define KEX                                                                    \
	"curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"   \
	"ecdh-sha2-nistp384,diffie-hellman-group16-sha512"
#define CIPHERS                                                                \
	"aes256-gcm@openssh.com,aes128-gcm@openssh.com,"                       \
	"chacha20-poly1305@openssh.com,aes256-ctr"
#define MACS                                                                   \
	"hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,"         \
	"hmac-sha2-256,hmac-sha2-512"
#define HOST_KEYS "ssh-ed25519,rsa-sha2-512,rsa-sha2-256"
#define USER_KEYS                                                              \
	"ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"                 \
	"ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256"
#define RSA_MIN 2048

/* Where the engine reads why we cannot go on (daemon/supervise.h); -1. */
static int why_fd = -1;
static pid_t starter;

static void __attribute__((format(printf, 2, 3), noreturn))
die(int code, const char *fmt, ...)
{
	va_list ap;

	if (why_fd >= 0) {
		va_start(ap, fmt);
		vdprintf(why_fd, fmt, ap);
		va_end(ap);
	}

	fputs("discador-sshd: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(code);
}

static void
usage(FILE *f)
{
	fputs(
	    "usage: discador-sshd [-c FILE] [--run-dir DIR]\n"
	    "       discador-sshd --sandbox\n"
	    "The SSH server of discador, in the foreground; the engine starts "
	    "it where\n"
	    "ssh.enabled is true.  --sandbox says what this kernel has to hold "
	    "connections\n"
	    "in, and exits 1 if something is missing.  See "
	    "discador-sshd(8).\n",
	    f);
}

static void
find_why(void)
{
	const char *text = getenv("DISCADOR_WHY_FD");
	int64_t fd;

	if (text != NULL && str_int64(text, 3, 1023, &fd) &&
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) == 0)
		why_fd = (int)fd;
	starter = getppid();
	unsetenv("DISCADOR_WHY_FD");
}

/* Nothing that this process or its children do gains a right. */
static void
harden(void)
{
	struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		log_warn("no_new_privs: %s", strerror(errno));
	/* keys stand in this memory */
	setrlimit(RLIMIT_CORE, &none);
	/* the engine runs before others; who watches it does not */
	if (getpriority(PRIO_PROCESS, 0) < 0)
		setpriority(PRIO_PROCESS, 0, 0);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

static void
become(const char *name)
{
	struct rlimit nice = { 20, 20 }; /* back to 0: strangers are nicer */
	const struct passwd *pw;

	if (geteuid() != 0)
		return;
	setrlimit(RLIMIT_NICE, &nice);
	if (*name == '\0') {
		log_warn("runs as root: ssh.run_as names a user that it "
			 "becomes instead");
		return;
	}
	pw = getpwnam(name);
	if (pw == NULL)
		die(EXIT_CONF, "ssh.run_as = \"%s\": there is no such user",
		    name);
	if (setgroups(0, NULL) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		die(EXIT_REFUSED, "cannot become %s: %s", name,
		    strerror(errno));
	if (setuid(0) == 0)
		die(EXIT_REFUSED, "still root after becoming %s", name);
}

/*
 * An engine that was killed leaves no server behind that has its port.  Behind
 * become(), which takes it back.
 */
static void
follow_engine(void)
{
	if (why_fd < 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != starter)
		raise(SIGTERM);
}

static ssh_bind
make_bind(const char *state_dir)
{
	static const struct {
		enum ssh_bind_options_e option;
		const char *value;
	} options[] = {
		{ SSH_BIND_OPTIONS_KEY_EXCHANGE, KEX },
		{ SSH_BIND_OPTIONS_CIPHERS_C_S, CIPHERS },
		{ SSH_BIND_OPTIONS_CIPHERS_S_C, CIPHERS },
		{ SSH_BIND_OPTIONS_HMAC_C_S, MACS },
		{ SSH_BIND_OPTIONS_HMAC_S_C, MACS },
		{ SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, USER_KEYS },
		{ SSH_BIND_OPTIONS_BANNER, "discador" },
	};
	struct buf err = BUF_INIT;
	ssh_bind b = ssh_bind_new();
	bool no = false;
	int bits = RSA_MIN;

	if (b == NULL)
		die(EXIT_REFUSED, "libssh gives no bind");
	/* the system's file is not ours */
	ssh_bind_options_set(b, SSH_BIND_OPTIONS_PROCESS_CONFIG, &no);
	for (size_t i = 0; i < nitems(options); i++)
		if (ssh_bind_options_set(
			b, options[i].option, options[i].value) < 0)
			die(EXIT_REFUSED, "libssh: %s: %s", options[i].value,
			    ssh_get_error(b));
	ssh_bind_options_set(b, SSH_BIND_OPTIONS_RSA_MIN_SIZE, &bits);
	if (!hostkey_load(b, state_dir, &err))
		die(EXIT_REFUSED, "%s", buf_cstr(&err));
	if (ssh_bind_options_set(
		b, SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, HOST_KEYS) < 0)
		die(EXIT_REFUSED, "libssh: " HOST_KEYS ": %s",
		    ssh_get_error(b));
	buf_clear(&err);
	return b;
}

/* The other side of the handshake that warms us. */
static void __attribute__((noreturn)) warm_client(int fd)
{
	ssh_session c = ssh_new();
	bool no = false;
	long seconds = 2;

	ssh_options_set(c, SSH_OPTIONS_HOST, "warm-up");
	ssh_options_set(c, SSH_OPTIONS_USER, "warm-up");
	ssh_options_set(c, SSH_OPTIONS_FD, &fd);
	ssh_options_set(c, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(c, SSH_OPTIONS_TIMEOUT, &seconds);
	if (ssh_connect(c) == SSH_OK)
		ssh_userauth_none(c, NULL);
	ssh_disconnect(c);
	_exit(0);
}

/*
 * One handshake in this process: what OpenSSL and libssh look up and cache at
 * the first one is then shared by all children.
 */
static void
warm(ssh_bind b)
{
	int sv[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sv) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		close(sv[0]);
		warm_client(sv[1]);
	}
	close(sv[1]);
	if (pid > 0) {
		conn_warm(b, sv[0]); /* closes it */
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

/* For doctor. */
static int
sandboxes(void)
{
	struct buf b = BUF_INIT;
	bool all;

	harden();
	log_open("discador-sshd", LOG_LVL_ERROR);
	sandbox_init("/");
	all = sandbox_describe(&b);
	fputs(buf_cstr(&b), stdout);
	buf_clear(&b);
	return all ? EXIT_DONE : EXIT_REFUSED;
}

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "";
}

int
main(int argc, char **argv)
{
	static const struct option opts[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "run-dir", required_argument, NULL, 'r' },
		{ "sandbox", no_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *file = NULL, *run_dir = getenv("DISCADOR_RUN_DIR");
	struct buf err = BUF_INIT;
	ssh_bind b;
	json_t *conf;
	int c, fd, reader;

	while ((c = getopt_long(argc, argv, "c:Vh", opts, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'r':
			run_dir = optarg;
			break;
		case 's':
			return sandboxes();
		case 'V':
			puts("discador-sshd " VERSION);
			return EXIT_DONE;
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	if (optind != argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	setlocale(LC_CTYPE, "C.UTF-8");
	log_open("discador-sshd", LOG_LVL_INFO);
	signal(SIGPIPE, SIG_IGN);
	umask(0022);
	find_why();
	harden();
	reader = reader_start(file, run_dir);
	if (reader < 0)
		die(EXIT_REFUSED, "fork: %s", strerror(errno));
	if ((conf = reader_ask(reader, &err)) == NULL)
		die(EXIT_CONF, "%s", buf_cstr(&err));
	log_level_set(
	    (enum log_level)log_level_parse(text_of(conf, "log_level")));
	lang_load_all();
	ssh_init();
	b = make_bind(text_of(conf, "state_dir"));
	fd = listen_open(text_of(conf, "listen"),
	    (int)json_integer_value(json_object_get(conf, "port")), &err);
	if (fd < 0)
		die(EXIT_REFUSED, "%s", buf_cstr(&err));
	become(text_of(conf, "run_as"));
	follow_engine();
	sandbox_init(text_of(conf, "run_dir"));
	warm(b);
	heap_seal();
	log_info("listens on %s port %d", text_of(conf, "listen"),
	    (int)json_integer_value(json_object_get(conf, "port")));
	listen_run(&(struct listen_opts){ .fd = fd,
	    .bind = b,
	    .reader = reader,
	    .run_dir = text_of(conf, "run_dir"),
	    .users = json_object_get(conf, "users") });
	close(reader);
	ssh_bind_free(b);
	json_decref(conf);
	buf_clear(&err);
	return EXIT_DONE;
}
