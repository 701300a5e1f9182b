/* SPDX-License-Identifier: MIT */
/*
 * parent: the child's end of the socket to the server.  Nothing here waits:
 * a server that does not read, or is gone, costs a note and no more.
 */
#include "sshd/parent.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"
#include "sshd/note.h"

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
	if (end < 0)
		return false;
	if (note_send(end, note, sizeof(*note), fd))
		return true;
	if (errno != EAGAIN && errno != ENOBUFS)
		lost();
	return false;
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
	ssize_t n;

	*fd = -1;
	if (end < 0)
		return false;
	n = note_receive(end, note, sizeof(*note), fd);
	if (n < 0 && errno == EAGAIN)
		return false;
	if (n != (ssize_t)sizeof(*note)) {
		lost(); /* the server is gone */
		return false;
	}
	note->user[sizeof(note->user) - 1] = '\0';
	note->what[sizeof(note->what) - 1] = '\0';
	return true;
}
