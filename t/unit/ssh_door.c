/* SPDX-License-Identifier: MIT */
/*
 * ssh_door: who may come in over SSH, and as what: users, networks, keys,
 * passwords; limits and bans by address, and who makes room; terminals by name;
 * a command line split as a shell would, and what of it is served.
 */
#include <crypt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "sshd/children.h"
#include "sshd/door.h"
#include "sshd/exec.h"
#include "sshd/guard.h"
#include "sshd/term.h"
#include "sshd/tried.h"
#include "sshd/users.h"
#include "tap.h"

#define S NS_PER_S

static void
nets(void)
{
	static const struct {
		const char *net, *addr;
		bool in;
	} t[] = {
		{ "10.0.0.0/8", "10.1.2.3", true },
		{ "10.0.0.0/8", "11.1.2.3", false },
		{ "10.0.0.0/8", "::ffff:10.1.2.3", true },
		{ "192.168.1.17", "192.168.1.17", true },
		{ "192.168.1.17", "192.168.1.16", false },
		{ "192.168.1.16/31", "192.168.1.17", true },
		{ "192.168.1.16/31", "192.168.1.18", false },
		{ "0.0.0.0/0", "8.8.8.8", true },
		{ "0.0.0.0/0", "2001:db8::1", false },
		{ "2001:db8::/32", "2001:db8:7::1", true },
		{ "2001:db8::/32", "2001:db9::1", false },
		{ "2001:db8::/32", "10.0.0.1", false },
		{ "::/0", "10.0.0.1", true },
		{ "10.0.0.0/33", "10.0.0.1", false },
		{ "10.0.0.0/-1", "10.0.0.1", false },
		{ "10.0.0.0/", "10.0.0.1", false },
		{ "host", "10.0.0.1", false },
		{ "10.0.0.0/8", "nonsense", false },
	};

	for (size_t i = 0; i < nitems(t); i++)
		ok(users_in_net(t[i].net, t[i].addr) == t[i].in,
		    "%s is%s in %s", t[i].addr, t[i].in ? "" : " not",
		    t[i].net);
	ok(!users_net_valid("10.0.0.0/33") && !users_net_valid("") &&
		!users_net_valid(NULL) && users_net_valid("10.0.0.1"),
	    "what is a network");
}

static char *
public_line(ssh_key k)
{
	char *base64 = NULL, *line;

	ssh_pki_export_pubkey_base64(k, &base64);
	line = xasprintf("%s %s somebody@somewhere",
	    ssh_key_type_to_char(ssh_key_type(k)), base64);
	ssh_string_free_char(base64);
	return line;
}

static void
people(void)
{
	ssh_key maria = NULL, vera = NULL, other = NULL;
	char *m, *v, *hash;
	json_t *rows;
	struct users *u;

	ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &maria);
	ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &vera);
	ssh_pki_generate(SSH_KEYTYPE_ED25519, 0, &other);
	m = public_line(maria);
	v = public_line(vera);
	hash = xstrdup(crypt("secret word", "$5$salt$"));
	rows = json_pack("[{s:s, s:s, s:[s, s], s:s, s:[]},"
			 " {s:s, s:s, s:[s], s:s, s:s, s:[s], s:i}]",
	    "name", "maria", "role", "supervisor", "keys", m, "junk",
	    "password", "", "from", "name", "vera", "role", "viewer", "keys", v,
	    "password", hash, "language", "es", "from", "10.0.0.0/8", "idle",
	    15);
	u = users_new(rows);
	json_decref(rows);
	ok(users_count(u) == 2 && users_find(u, "vera") != NULL &&
		users_find(u, "nobody") == NULL && users_find(u, "") == NULL,
	    "two users, and no other");
	ok(users_find(u, "maria")->role == COMMAND_SUPERVISOR &&
		users_find(u, "vera")->idle_min == 15 &&
		strcmp(users_find(u, "vera")->language, "es") == 0,
	    "with what the rows say");
	ok(users_key(u, "maria", maria) && users_key(u, "vera", vera),
	    "each by the own key");
	ok(!users_key(u, "maria", vera) && !users_key(u, "vera", maria) &&
		!users_key(u, "maria", other) && !users_key(u, "x", maria) &&
		!users_key(u, "", other),
	    "and by no other");
	ok(users_from(u, "maria", "8.8.8.8") &&
		users_from(u, "vera", "10.9.9.9") &&
		!users_from(u, "vera", "8.8.8.8") &&
		!users_from(u, "x", "10.9.9.9"),
	    "from where they may");
	ok(users_password(u, "vera", "secret word") &&
		!users_password(u, "vera", "secret") &&
		!users_password(u, "vera", ""),
	    "a password");
	ok(!users_password(u, "maria", "") &&
		!users_password(u, "maria", "secret word") &&
		!users_password(u, "x", "secret word"),
	    "is nobody else's");
	ok(users_have_passwords(u), "somebody has one");
	users_free(u);
	u = users_new(NULL);
	ok(users_count(u) == 0 && !users_have_passwords(u) &&
		!users_key(u, "maria", maria) && !users_password(u, "x", "y"),
	    "without rows there is nobody");
	users_free(u);
	ssh_key_free(maria);
	ssh_key_free(vera);
	ssh_key_free(other);
	free(m);
	free(v);
	free(hash);
}

static void
limits(void)
{
	struct guard *g = guard_new();
	const char *why = "";
	char addr[32];
	int open = 0, s = 0;

	while (open < 100 && guard_open(g, "10.0.0.1", 0, &why))
		open++;
	ok(open == GUARD_ADDRESS, "so many of one address: %d", open);
	ok(guard_open(g, "10.0.0.2", 0, &why), "another one may still");
	for (int i = 0; i < GUARD_ADDRESS; i++)
		guard_close(g, "10.0.0.1", false, 0);
	guard_close(g, "10.0.0.2", false, 0);
	for (open = 0; open < 1000; open++) {
		str_format(addr, sizeof(addr), "10.1.%d.1", open);
		if (!guard_open(g, addr, 0, &why))
			break;
	}
	ok(open == GUARD_TOTAL, "so many in all: %d", open);
	guard_in(g, "10.0.0.2");
	ok(guard_open(g, "10.0.0.2", 0, &why) &&
		!guard_open(g, "10.0.0.3", 0, &why),
	    "but who has been in before still may");
	guard_close(g, "10.0.0.2", false, 0);
	while (open-- > 0) {
		str_format(addr, sizeof(addr), "10.1.%d.1", open);
		guard_close(g, addr, false, 0);
	}
	for (int i = 0; i < GUARD_FAILURES; i++) {
		ok(guard_open(g, "10.0.0.9", i * S, &why), "try %d", i + 1);
		guard_close(g, "10.0.0.9", true, i * S);
		if (guard_open(g, "10.0.0.9", i * S, &why))
			guard_close(g, "10.0.0.9", false, i * S);
	}
	ok(guard_banned(g, "10.0.0.9", &s) && s == GUARD_BAN_S,
	    "then it is not heard for %d s", s);
	ok(!guard_banned(g, "10.0.0.9", &s), "which is said once");
	ok(!guard_open(g, "10.0.0.9", 20 * S, &why), "nor is it");
	ok(guard_open(g, "10.0.0.8", 20 * S, &why), "another one is");
	for (int i = 0; i < GUARD_FAILURES; i++) {
		guard_open(g, "10.0.0.9", (100 + i) * S, &why);
		guard_close(g, "10.0.0.9", true, (100 + i) * S);
	}
	ok(guard_banned(g, "10.0.0.9", &s) && s == 2 * GUARD_BAN_S,
	    "the second time for twice as long");
	/* far more addresses than it has room for */
	for (int i = 0; i < 5000; i++) {
		str_format(addr, sizeof(addr), "11.%d.%d.1", i / 250, i % 250);
		if (!guard_open(g, addr, (1000 + i) * S, &why))
			break;
		guard_close(g, addr, true, (1000 + i) * S);
	}
	ok(guard_open(g, "12.0.0.1", 9000 * S, &why), "it never fills up");
	ok(guard_knows(g, "10.0.0.2") && !guard_knows(g, "11.0.0.1"),
	    "nor forgets who has been in");
	guard_free(g);
}

/* A stranger whose process sleeps. */
static struct child *
stranger(struct children *t, struct door *o, const char *addr, int64_t mono_ns)
{
	struct child *c;
	int sv[2];
	pid_t pid;

	if (!door_open(o, addr, addr, mono_ns))
		return NULL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, sv) < 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		alarm(60);
		pause();
		_exit(0);
	}
	close(sv[1]);
	c = children_add(t, pid, sv[0], addr, mono_ns);
	door_child(o, c, addr);
	return c;
}

static void
room(void)
{
	struct children *t =
	    children_new(&(struct children_ops){ .arg = NULL });
	struct tried *tried = tried_new("/nowhere");
	struct door *o = door_new(t, tried);
	struct child *known, *c = NULL;
	char addr[32];
	int n = 1;

	known = stranger(t, o, "10.0.0.1", 0);
	door_in(o, known, "maria");
	for (; n < 2 * GUARD_TOTAL; n++) {
		str_format(addr, sizeof(addr), "10.2.%d.1", n);
		c = stranger(t, o, addr, S / 10);
		if (c == NULL)
			break;
		c->keyed = n != 2 && n != 3;
	}
	ok(n == GUARD_TOTAL + 1, "%d strangers fill the door", n - 1);
	ok(stranger(t, o, "10.3.0.1", S) == NULL, "too early to make room");
	ok(stranger(t, o, "10.3.0.1", 2 * S) != NULL &&
		children_nth(t, 2)->put_out + children_nth(t, 3)->put_out == 1,
	    "who has exchanged no keys makes room");
	ok(stranger(t, o, "10.3.0.2", 2 * S) != NULL &&
		children_nth(t, 2)->put_out + children_nth(t, 3)->put_out == 2,
	    "and the next one");
	ok(stranger(t, o, "10.3.0.3", 2 * S) == NULL, "nobody else yet");
	ok(stranger(t, o, "10.3.0.3", 6 * S) != NULL,
	    "later also who did not log in");
	ok(!known->put_out, "never who is in");
	for (size_t i = 0; i < children_count(t); i++) {
		children_put_out(children_nth(t, i));
		waitpid(children_nth(t, i)->pid, NULL, 0);
	}
	door_free(o);
	tried_free(tried);
	children_free(t);
}

static void
terminals(void)
{
	static const struct {
		const char *name, *locale, *like;
		enum theme_depth depth;
		bool known, utf8, mouse;
	} t[] = {
		{ "xterm-256color", "es_MX.UTF-8", "xterm-256color", DEPTH_256,
		    true, true, true },
		{ "xterm-kitty", "", "xterm-256color", DEPTH_256, true, true,
		    true },
		{ "alacritty", "C.utf8", "xterm-256color", DEPTH_256, true,
		    true, true },
		{ "st-256color", "", "xterm-256color", DEPTH_256, true, true,
		    true },
		{ "screen", "POSIX", "screen", DEPTH_8, true, false, true },
		{ "xterm", "pt_BR.ISO-8859-1", "xterm", DEPTH_8, true, false,
		    true },
		{ "linux", "C.UTF-8", "linux", DEPTH_8, true, false, false },
		{ "vt100", "C.UTF-8", "vt100", DEPTH_MONO, true, false, false },
		{ "teletype", "", "vt100", DEPTH_MONO, false, false, false },
		{ "", "", "vt100", DEPTH_MONO, false, false, false },
	};

	for (size_t i = 0; i < nitems(t); i++) {
		struct term r = term_find(t[i].name, t[i].locale);

		ok(strcmp(r.like, t[i].like) == 0 && r.depth == t[i].depth &&
			r.known == t[i].known && r.utf8 == t[i].utf8 &&
			r.mouse == t[i].mouse,
		    "\"%s\", \"%s\": %s", t[i].name, t[i].locale, r.like);
	}
}

static void
lines(void)
{
	static const struct {
		const char *line;
		int n;
		const char *last;
	} t[] = {
		{ "status --json", 2, "--json" },
		{ "  status  ", 1, "status" },
		{ "set campaign 'a b' x=1", 4, "x=1" },
		{ "x 'a b'", 2, "a b" },
		{ "x \"a 'b\"", 2, "a 'b" },
		{ "x a\\ b", 2, "a b" },
		{ "x ''", 2, "" },
		{ "x k='a b'c", 2, "k=a bc" },
		{ "x 'a\\b'", 2, "a\\b" },
		{ "x $HOME `id` *", 4, "*" },
		{ "", 0, NULL },
		{ " \t ", 0, NULL },
		{ "x 'a", -1, NULL },
		{ "x \"", -1, NULL },
	};
	char *argv[EXEC_ARGS + 1], many[3 * EXEC_ARGS];

	for (size_t i = 0; i < nitems(t); i++) {
		char *line = xstrdup(t[i].line);
		int n = exec_split(line, argv);

		ok(n == t[i].n &&
			(n <= 0 || strcmp(argv[n - 1], t[i].last) == 0),
		    "<%s>: %d", t[i].line, n);
		free(line);
	}
	for (size_t i = 0; i + 2 < sizeof(many); i += 2)
		memcpy(many + i, "a ", 3);
	ok(exec_split(many, argv) == -1, "too many words");
}

static void
verbs(void)
{
	static const struct {
		const char *verb, *word;
		enum command_role role;
		int code; /* -1: allowed */
	} t[] = {
		{ "status", NULL, COMMAND_VIEWER, -1 },
		{ "help", NULL, COMMAND_VIEWER, -1 },
		{ "campaign", "pause", COMMAND_VIEWER, 1 },
		{ "campaign", "--help", COMMAND_VIEWER, -1 },
		{ "campaign", "pause", COMMAND_OPERATOR, -1 },
		{ "context", "set", COMMAND_OPERATOR, 1 },
		{ "context", "list", COMMAND_VIEWER, -1 },
		{ "session", "kill", COMMAND_SUPERVISOR, 1 },
		{ "session", "kill", COMMAND_ADMIN, -1 },
		{ "demo", NULL, COMMAND_ADMIN, 2 },
		{ "db", "psql", COMMAND_ADMIN, 2 },
		{ "simulate", "x", COMMAND_ADMIN, 2 },
		{ "sh", "-c", COMMAND_ADMIN, 2 },
		{ "", NULL, COMMAND_ADMIN, 2 },
	};
	char text[256];
	int code;

	for (size_t i = 0; i < nitems(t); i++) {
		char *argv[] = { (char *)(uintptr_t)t[i].verb,
			(char *)(uintptr_t)t[i].word, NULL };
		bool may = exec_allowed(
		    argv, t[i].word != NULL ? 2 : 1, t[i].role, &code, text);

		ok(may == (t[i].code < 0) && (may || code == t[i].code),
		    "%s %s as a %s", t[i].verb,
		    t[i].word != NULL ? t[i].word : "",
		    command_role_word(t[i].role));
	}
	ok(!exec_allowed((char *[]){ NULL }, 0, COMMAND_ADMIN, &code, text) &&
		code == 2,
	    "nothing at all");
}

int
main(void)
{
	nets();
	people();
	limits();
	room();
	terminals();
	lines();
	verbs();
	return done_testing();
}
