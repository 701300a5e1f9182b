/* SPDX-License-Identifier: MIT */
/*
 * amivars PORT SEED ROUNDS: does a real switch have the variables that
 * ami_action has packed?  Each round originates a Local channel with up to 640
 * variables of random values, reads every one of them back with Getvar, and
 * compares.  Prints "ROUNDS rounds, N variables, M wrong" and the first
 * wrong ones; exit 1 if there are any.  User discador, secret lab-secret.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "net/ami_action.h"
#include "shared/util.h"

#define VARS     640
#define LENGTH   40
#define MARK     "here" /* the first and the last one */
#define ID       "0192f3a0-1111-7222-8333-%012d"
#define DIE(...) (fprintf(stderr, "amivars: " __VA_ARGS__), exit(2))

static FILE *in;
static int fd;

static void
dial(int64_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { 20, 0 };

	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0)
		DIE("no AMI on port %lld\n", (long long)port);
	in = fdopen(fd, "r");
}

static void
send_all(struct buf *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = write(fd, b->p + at, b->len - at);

		if (n <= 0)
			DIE("the link is gone\n");
		at += (size_t)n;
	}
	buf_reset(b);
}

/*
 * The next response to that action: its first line in line, the value of a
 * header in value ("" if it has none).
 */
static void
response(
    const char *id, const char *header, char *line, char *value, size_t size)
{
	char l[2048], first[256] = "", want[128];
	size_t n = strlen(header);
	bool mine = false;

	str_format(want, sizeof(want), "ActionID: %s", id);
	value[0] = '\0';
	while (fgets(l, sizeof(l), in) != NULL) {
		l[strcspn(l, "\r\n")] = '\0';
		if (l[0] == '\0') {
			if (mine && strncmp(first, "Response: ", 10) == 0) {
				str_copy(line, size, first);
				return;
			}
			first[0] = value[0] = '\0';
			mine = false;
		} else if (first[0] == '\0' &&
			   strncmp(l, "Asterisk Call Manager", 21) != 0)
			str_copy(first, sizeof(first), l);
		mine |= strcmp(l, want) == 0;
		if (strncmp(l, header, n) == 0 && strncmp(l + n, ": ", 2) == 0)
			str_copy(value, size, l + n + 2);
	}
	DIE("no answer to %s\n", id);
}

static void
login(void)
{
	struct buf b = BUF_INIT;
	char line[256], challenge[256];
	const char *why;

	buf_str(
	    &b, "Action: Challenge\r\nActionID: c\r\nAuthType: MD5\r\n\r\n");
	send_all(&b);
	response("c", "Challenge", line, challenge, sizeof(line));
	if (!ami_action_login(
		&b, "l", "discador", "lab-secret", challenge, &why))
		DIE("%s\n", why);
	send_all(&b);
	response("l", "Message", line, challenge, sizeof(line));
	if (strcmp(line, "Response: Success") != 0)
		DIE("%s\n", challenge);
	buf_str(&b, "Action: Events\r\nActionID: e\r\nEventMask: off\r\n\r\n");
	send_all(&b);
	response("e", "Events", line, challenge, sizeof(line));
	buf_clear(&b);
}

static void
originate(const char *id, char (*value)[LENGTH], size_t n)
{
	static char name[VARS][12];
	static const char *vars[VARS][2];
	struct ami_originate o = { .id = id,
		.channel = "Local/hold@discador-check/n",
		.context = "discador-check",
		.exten = "hold",
		.timeout_s = 20,
		.vars = (const char *const(*)[2])vars,
		.nvars = n };
	struct buf b = BUF_INIT;
	char line[256], text[256];
	const char *why;

	for (size_t i = 0; i < n; i++) {
		str_format(name[i], sizeof(name[i]), "DSC_%zu", i);
		vars[i][0] = name[i];
		vars[i][1] = value[i];
	}
	if (!ami_action_originate(&b, &o, &why))
		DIE("%s\n", why);
	send_all(&b);
	response(id, "Message", line, text, sizeof(line));
	if (strcmp(line, "Response: Success") != 0)
		DIE("Originate: %s\n", text);
	buf_clear(&b);
}

/*
 * The channel comes into being a moment after the response, and has its
 * variables another moment later.
 */
static void
wait_for(const char *id, size_t i)
{
	struct buf b = BUF_INIT;
	char line[256] = "", text[256], action[16];

	for (int k = 0; k < 400; k++) {
		str_format(action, sizeof(action), "w%d", k);
		buf_fmt(&b,
		    "Action: Getvar\r\nActionID: %s\r\nChannel: %s\r\n"
		    "Variable: DSC_%zu\r\n\r\n",
		    action, id, i);
		send_all(&b);
		response(action, "Value", line, text, sizeof(line));
		if (strcmp(text, MARK) == 0)
			break;
		usleep(5000);
	}
	buf_clear(&b);
}

static int
compare(const char *id, char (*want)[LENGTH], size_t n)
{
	struct buf b = BUF_INIT;
	char line[256], got[256], action[16];
	int wrong = 0;

	for (size_t i = 0; i < n; i++)
		buf_fmt(&b,
		    "Action: Getvar\r\nActionID: g%zu\r\nChannel: %s\r\n"
		    "Variable: DSC_%zu\r\n\r\n",
		    i, id, i);
	send_all(&b);
	for (size_t i = 0; i < n; i++) {
		str_format(action, sizeof(action), "g%zu", i);
		response(action, "Value", line, got, sizeof(line));
		if (strcmp(line, "Response: Success") == 0 &&
		    strcmp(got, want[i]) == 0)
			continue;
		if (wrong++ < 5)
			printf("DSC_%zu: sent [%s], %s [%s]\n", i, want[i],
			    line, got);
	}
	buf_clear(&b);
	return wrong;
}

int
main(int argc, char **argv)
{
	static const char letters[] = "abc019,,,\"\\\\()[]{}$;|=& ~%'<>?#@";
	static char value[VARS][LENGTH];
	int64_t port, seed, rounds, vars = 0;
	int wrong = 0;
	struct rng r;

	if (argc != 4 || !str_int64(argv[1], 1, 65535, &port) ||
	    !str_int64(argv[2], 0, INT64_MAX, &seed) ||
	    !str_int64(argv[3], 1, 1000, &rounds))
		DIE("usage: amivars PORT SEED ROUNDS\n");
	dial(port);
	login();
	rng_seed(&r, (uint64_t)seed);
	for (int k = 0; k < (int)rounds; k++) {
		size_t n = k == 0 ? VARS : 1 + rng_below(&r, VARS);
		char id[64];

		for (size_t i = 0; i < n; i++) {
			size_t len = rng_below(&r, rng_below(&r, LENGTH) + 1);

			for (size_t c = 0; c < len; c++)
				value[i][c] =
				    letters[rng_below(&r, sizeof(letters) - 1)];
			value[i][len] = '\0';
		}
		str_copy(value[0], LENGTH, MARK);
		str_copy(value[n - 1], LENGTH, MARK);
		str_format(id, sizeof(id), ID, k + (int)(seed % 1000) * 1000);
		originate(id, value, n);
		wait_for(id, 0);
		wait_for(id, n - 1);
		wrong += compare(id, value, n);
		vars += (int64_t)n;
	}
	printf("%d rounds, %lld variables, %d wrong\n", (int)rounds,
	    (long long)vars, wrong);
	return wrong > 0;
}
