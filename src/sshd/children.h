/* SPDX-License-Identifier: MIT */
/*
 * children: the processes that serve connections, each with a socket to the
 * server.  Believes nothing of them but what parent.h says, and ends one that
 * says too much.  Hands a descriptor from one to another if both have logged
 * in.
 */
#ifndef SSHD_CHILDREN_H
#define SSHD_CHILDREN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHILDREN_BURST 64 /* notes at once */
#define CHILDREN_PER_S 16 /* and from then on */

struct child {
	pid_t pid;
	int fd; /* our end; -1: the child has closed its */
	bool in; /* has logged in */
	bool keyed; /* its client has exchanged keys */
	bool put_out; /* it was ended from here */
	bool counted; /* by guard.h, as a stranger; the caller's */
	char addr[64], key[64]; /* its client's; how guard.h counts it */
	char user[32]; /* in: who; before: whom it tried to be, */
	char how[16]; /* how, */
	unsigned tries; /* and how often it was refused; the caller's */
	int64_t began_ns, notes_ns; /* notes_ns: its allowance, as time */
};
struct children_ops {
	/* Once of each child; child->user is the caller's to set. */
	void (*in)(void *arg, struct child *, const char *user);
	/* A log-in as user was refused; both are printable. */
	void (*tried)(
	    void *arg, struct child *, const char *user, const char *how);
	void *arg;
};

struct children;
/* NULL and errno. */
struct children *children_new(const struct children_ops *);
/* Closes our ends; the processes go on. */
void children_free(struct children *);
size_t children_count(const struct children *);
struct child *children_nth(struct children *, size_t);
/* Poll for EPOLLIN, with NULL as its pointer; what else is there is ours. */
int children_epoll(const struct children *);
/* fd becomes the table's.  Valid until children_remove(). */
struct child *children_add(
    struct children *, pid_t, int fd, const char *addr, int64_t mono_ns);
struct child *children_find(struct children *, pid_t);
void children_remove(struct children *, struct child *);
/* Hear what one has said; how it came: from epoll's pointer. */
void children_hear(struct children *, struct child *, int64_t mono_ns);
/* SIGKILL. */
void children_put_out(struct child *);

/* What a client sent, for people: at most 31 bytes, printable, no blank. */
const char *children_clean(const char *text, char out[32]);

#endif
