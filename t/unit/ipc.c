/* SPDX-License-Identifier: MIT */
/* ipc: frames, and the client against servers that behave and misbehave. */
#include "shared/ipc.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

static char dir[64], path[96];

static void
test_header(void)
{
	uint8_t h[IPC_HEADER];

	ipc_header(h, IPC_REPLY, 0x010203);
	ok(memcmp(h, "\x01\0\x02\0\x03\x02\x01\0", 8) == 0, "little endian");
	ok(ipc_header_parse(h, IPC_REPLY) == 0x010203, "there and back");
	ok(ipc_header_parse(h, IPC_REQUEST) == -1, "another type");
	h[0] = 2;
	ok(ipc_header_parse(h, IPC_REPLY) == -1, "another version");
	ipc_header(h, IPC_REPLY, IPC_MAX);
	ok(ipc_header_parse(h, IPC_REPLY) == IPC_MAX, "the longest");
	ipc_header(h, IPC_REPLY, IPC_MAX + 1);
	ok(ipc_header_parse(h, IPC_REPLY) == -1, "one more");
}

/* What the server of one test does with its one connection. */
enum manner { ECHO, BYTEWISE, MUTE, CLOSES, GARBAGE, NO_JSON, HUGE_LENGTH };

static void
take(int fd, void *p, size_t n)
{
	for (uint8_t *b = p; n > 0;) {
		ssize_t k = read(fd, b, n);

		if (k <= 0)
			_exit(1);
		b += k;
		n -= (size_t)k;
	}
}

static void
serve(int listener, enum manner m)
{
	uint8_t h[IPC_HEADER], *body;
	int fd = accept(listener, NULL, NULL), passed = -1;
	struct iovec iov = { .iov_base = h, .iov_len = sizeof(h) };
	char room[CMSG_SPACE(sizeof(int) * IPC_FDS)];
	struct msghdr msg = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = room,
		.msg_controllen = sizeof(room) };
	int64_t len;

	alarm(20);
	if (recvmsg(fd, &msg, MSG_WAITALL) != IPC_HEADER)
		_exit(1);
	if (CMSG_FIRSTHDR(&msg) != NULL)
		memcpy(&passed, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	if (passed >= 0 && write(passed, "hello", 5) != 5)
		_exit(1);
	len = ipc_header_parse(h, IPC_REQUEST);
	body = xmalloc((size_t)len);
	take(fd, body, (size_t)len);
	ipc_header(h, IPC_REPLY, (uint32_t)len);
	switch (m) {
	case MUTE:
		take(fd, body, 1); /* until the client goes */
		break;
	case CLOSES:
		if (write(fd, h, 5) != 5)
			_exit(1);
		break;
	case GARBAGE:
		if (write(fd, "HTTP/1.1 400", 12) != 12)
			_exit(1);
		break;
	case HUGE_LENGTH:
		ipc_header(h, IPC_REPLY, IPC_MAX + 1);
		__attribute__((fallthrough));
	case NO_JSON:
		body[0] = 'x';
		__attribute__((fallthrough));
	case BYTEWISE:
	case ECHO:
		if (m == BYTEWISE) {
			for (int i = 0; i < IPC_HEADER; i++)
				if (write(fd, h + i, 1) != 1)
					_exit(1);
		} else if (write(fd, h, IPC_HEADER) != IPC_HEADER) {
			_exit(1);
		}
		if (write(fd, body, (size_t)len) != len)
			_exit(1);
	}
	_exit(0);
}

static json_t *
with_server(enum manner m, json_t *request, const int *fds, size_t nfds,
    const char **why)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int l = socket(AF_UNIX, SOCK_STREAM, 0);
	json_t *reply;
	pid_t pid;

	unlink(path);
	str_copy(sun.sun_path, sizeof(sun.sun_path), path);
	if (bind(l, (const struct sockaddr *)&sun, sizeof(sun)) < 0 ||
	    listen(l, 1) < 0)
		return NULL;
	pid = fork();
	if (pid == 0)
		serve(l, m);
	close(l);
	reply = ipc_call(dir, request, fds, nfds, m == MUTE ? 1 : 10, why);
	waitpid(pid, NULL, 0);
	return reply;
}

static void
test_client(void)
{
	static const struct {
		enum manner m;
		const char *why;
	} bad[] = {
		{ MUTE, "the engine does not answer" },
		{ CLOSES, "the engine closed the connection" },
		{ GARBAGE, "what answers is no engine" },
		{ NO_JSON, "no JSON object" },
		{ HUGE_LENGTH, "what answers is no engine" },
	};
	static const char *const args[] = { "start", "caf\xc3\xa9", NULL };
	json_t *q = ipc_request("campaign", args), *r;
	const char *why = "";
	char said[8] = "";
	int p[2];

	ok(json_array_size(json_object_get(q, "args")) == 2, "request");
	r = with_server(ECHO, q, NULL, 0, &why);
	ok(r != NULL && json_equal(q, r), "echo %s", why);
	json_decref(r);
	r = with_server(BYTEWISE, q, NULL, 0, &why);
	ok(r != NULL && json_equal(q, r), "byte by byte %s", why);
	json_decref(r);
	for (size_t i = 0; i < nitems(bad); i++) {
		why = "";
		r = with_server(bad[i].m, q, NULL, 0, &why);
		ok(r == NULL && strstr(why, bad[i].why) != NULL, "%s: %s",
		    bad[i].why, why);
		json_decref(r);
	}
	if (pipe(p) == 0) {
		r = with_server(ECHO, q, &p[1], 1, &why);
		ok(r != NULL && read(p[0], said, 5) == 5 &&
			strcmp(said, "hello") == 0,
		    "a descriptor rides along");
		json_decref(r);
		close(p[0]);
		close(p[1]);
	}
	unlink(path);
	r = ipc_call(dir, q, NULL, 0, 1, &why);
	ok(r == NULL && strstr(why, "no engine runs in") != NULL, "%s", why);
	{
		char *big = xmalloc(IPC_MAX + 2);

		memset(big, 'a', IPC_MAX + 1);
		big[IPC_MAX + 1] = '\0';
		json_object_set_new(q, "big", json_string(big));
		r = ipc_call(dir, q, NULL, 0, 1, &why);
		ok(r == NULL && strstr(why, "longer than") != NULL, "%s", why);
		free(big);
	}
	json_decref(q);
}

int
main(void)
{
	str_copy(dir, sizeof(dir), "/tmp/dsc-ipc.XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	str_format(path, sizeof(path), "%s/control", dir);
	test_header();
	test_client();
	unlink(path);
	rmdir(dir);
	return done_testing();
}
