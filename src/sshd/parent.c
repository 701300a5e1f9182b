/* SPDX-License-Identifier: MIT */
/*
 * parent: the child's end of the socket to the server.  Nothing here waits:
 * a server that does not read, or is gone, costs a note and no more.
 */
#include "sshd/parent.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/util.h"

static int end = -1;

void
parent_set(int fd)
{
	end = fd;
}

int
parent_fd(void)
{
	return end;
}

static void
lost(void)
{
	if (end >= 0)
		close(end);
	end = -1;
}

/* One note, and a descriptor on it (-1: none). */
static bool
put(const struct parent_note *note, int fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)(uintptr_t)note,
		.iov_len = sizeof(*note) };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	if (end < 0)
		return false;
	if (fd >= 0) {
		struct cmsghdr *c;

		m.msg_control = control.room;
		m.msg_controllen = sizeof(control.room);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do
		n = sendmsg(end, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno != EAGAIN && errno != ENOBUFS)
		lost();
	return n == (ssize_t)sizeof(*note);
}

bool
parent_tell(enum parent_kind kind, const char *user, const char *what)
{
	struct parent_note note = { .kind = (int)kind };

	str_copy(note.user, sizeof(note.user), user != NULL ? user : "");
	str_copy(note.what, sizeof(note.what), what != NULL ? what : "");
	return put(&note, -1);
}

bool
parent_give(pid_t to, int fd)
{
	struct parent_note note = { .kind = PARENT_GIVE, .to = to };

	return fd >= 0 && put(&note, fd);
}

bool
parent_take(struct parent_note *note, int *fd)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_base = note, .iov_len = sizeof(*note) };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.room,
		/* without the padding, which had room for another */
		.msg_controllen = CMSG_LEN(sizeof(int)) };
	struct cmsghdr *c;
	ssize_t n;

	*fd = -1;
	if (end < 0)
		return false;
	do
		n = recvmsg(end, &m, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n == (ssize_t)sizeof(*note) && (c = CMSG_FIRSTHDR(&m)) != NULL &&
	    c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
	    c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(fd, CMSG_DATA(c), sizeof(*fd));
	if (n != (ssize_t)sizeof(*note)) {
		lost(); /* the server is gone */
		return false;
	}
	note->user[sizeof(note->user) - 1] = '\0';
	note->what[sizeof(note->what) - 1] = '\0';
	return true;
}
