/* SPDX-License-Identifier: MIT */
/* children: a table, an epoll, and notes that are looked at twice. */
#include "sshd/children.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/note.h"
#include "sshd/parent.h"

#define NOTES_TURN 16 /* of one child, then it is the others' turn */

struct children {
	int epoll;
	struct children_ops ops;
	struct child **v;
	size_t n, cap;
};

struct children *
children_new(const struct children_ops *ops)
{
	struct children *t;
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return NULL;
	t = xcalloc(1, sizeof(*t));
	t->epoll = fd;
	t->ops = *ops;
	return t;
}

void
children_free(struct children *t)
{
	if (t == NULL)
		return;
	while (t->n > 0)
		children_remove(t, t->v[t->n - 1]);
	close(t->epoll);
	free(t->v);
	free(t);
}

size_t
children_count(const struct children *t)
{
	return t->n;
}

struct child *
children_nth(struct children *t, size_t i)
{
	return t->v[i];
}

int
children_epoll(const struct children *t)
{
	return t->epoll;
}

struct child *
children_add(
    struct children *t, pid_t pid, int fd, const char *addr, int64_t mono_ns)
{
	struct child *c = xcalloc(1, sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };

	if (t->n == t->cap) {
		t->cap = t->cap * 2 + 64;
		t->v = xreallocarray(t->v, t->cap, sizeof(*t->v));
	}
	t->v[t->n++] = c;
	c->pid = pid;
	c->fd = fd;
	c->began_ns = mono_ns;
	c->notes_ns = mono_ns - CHILDREN_BURST * NS_PER_S / CHILDREN_PER_S;
	str_copy(c->addr, sizeof(c->addr), addr);
	if (epoll_ctl(t->epoll, EPOLL_CTL_ADD, fd, &e) < 0)
		log_error("epoll: %s", strerror(errno));
	return c;
}

struct child *
children_find(struct children *t, pid_t pid)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i]->pid == pid)
			return t->v[i];
	return NULL;
}

/* Closing takes it out of the epoll: no other process has our end. */
static void
hang_up(struct children *t, struct child *c)
{
	if (c->fd < 0)
		return;
	epoll_ctl(t->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	close(c->fd);
	c->fd = -1;
}

void
children_remove(struct children *t, struct child *c)
{
	hang_up(t, c);
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i] == c) {
			t->v[i] = t->v[--t->n];
			break;
		}
	free(c);
}

void
children_put_out(struct child *c)
{
	c->put_out = true;
	kill(c->pid, SIGKILL);
}

const char *
children_clean(const char *text, char out[32])
{
	size_t n = 0;

	for (; *text != '\0' && n < 31; text++)
		out[n++] = *text > ' ' && *text < 0x7f ? *text : '?';
	out[n] = '\0';
	return out;
}

/* A note to a child, a descriptor with it (-1: none). */
static bool
tell(const struct child *c, const struct parent_note *note, int fd)
{
	return c->fd >= 0 && note_send(c->fd, note, sizeof(*note), fd);
}

/* The user named is the server's word, not the giver's. */
static void
hand_on(struct children *t, const struct child *from, pid_t pid, int fd)
{
	struct parent_note note = { .kind = PARENT_GIVEN, .to = from->pid };
	const struct child *to = children_find(t, pid);

	str_copy(note.user, sizeof(note.user), from->user);
	if (to != NULL && to != from && to->in && !to->put_out &&
	    tell(to, &note, fd))
		return;
	note.kind = PARENT_GONE;
	note.to = pid;
	tell(from, &note, -1);
}

static void
take(struct children *t, struct child *c, struct parent_note *note, int fd)
{
	char user[32], how[32];

	note->user[sizeof(note->user) - 1] = '\0';
	note->what[sizeof(note->what) - 1] = '\0';
	children_clean(note->user, user);
	children_clean(note->what, how);
	switch (note->kind) {
	case PARENT_KEYED:
		c->keyed = true;
		break;
	case PARENT_IN:
		if (c->in)
			break;
		c->in = true;
		t->ops.in(t->ops.arg, c, user);
		break;
	case PARENT_TRIED:
		if (!c->in)
			t->ops.tried(t->ops.arg, c, user, how);
		break;
	case PARENT_GIVE:
		/* a stranger has nothing to give */
		if (c->in && fd >= 0)
			hand_on(t, c, note->to, fd);
		break;
	default:
		break;
	}
}

/* One note less; false: it has said too much. */
static bool
may_say(struct child *c, int64_t mono_ns)
{
	const int64_t most = CHILDREN_BURST * NS_PER_S / CHILDREN_PER_S;

	c->notes_ns = MAXIMUM(c->notes_ns, mono_ns - most);
	c->notes_ns += NS_PER_S / CHILDREN_PER_S;
	return c->notes_ns <= mono_ns;
}

void
children_hear(struct children *t, struct child *c, int64_t mono_ns)
{
	for (int i = 0; i < NOTES_TURN && c->fd >= 0; i++) {
		struct parent_note note;
		int fd;
		ssize_t n = note_receive(c->fd, &note, sizeof(note), &fd);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			hang_up(t, c);
		} else if (n != (ssize_t)sizeof(note) || !may_say(c, mono_ns)) {
			log_error("%s: the process of its connection says "
				  "%s: it is ended",
			    c->addr,
			    n != (ssize_t)sizeof(note) ? "what it may not"
						       : "too much");
			hang_up(t, c);
			children_put_out(c);
		} else {
			take(t, c, &note, fd);
		}
		if (fd >= 0)
			close(fd);
	}
}
