/* SPDX-License-Identifier: MIT */
/*
 * users: who may log in, with which keys or password, from where.  Whether a
 * user exists cannot be told from how long an answer takes: for a stranger
 * the same work is done in vain.
 */
#ifndef SSHD_USERS_H
#define SSHD_USERS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>
#include <libssh/libssh.h>

#include "shared/commands.h"
#include "shared/scope.h"

struct users;
struct user {
	const char *name; /* borrowed from the users */
	enum command_role role;
	const char *language; /* "": what the terminal asks for */
	int idle_min; /* 0: never */
	int fps; /* frames per second of a console; 0: view.h's */
	size_t ncampaigns; /* it is limited to; 0: it sees all */
	const char *campaigns[SCOPE_MOST];
};

/*
 * From the rows of ssh.users[] (borrowed).  A key or network that cannot be
 * read is logged and left out.  Who is not enabled, or whose campaigns cannot
 * be read, is left out too: to a peer that user is a stranger like any other.
 */
struct users *users_new(const json_t *rows);
void users_free(struct users *);
size_t users_count(const struct users *);
/* NULL: there is none such. */
const struct user *users_find(const struct users *, const char *name);
/* May that user come from this address (text, without a port)? */
bool users_from(const struct users *, const char *name, const char *addr);
/* Is it a key of that user's? */
bool users_key(const struct users *, const char *name, const ssh_key);
/* Is it that user's password?  Takes about as long for everybody. */
bool users_password(
    const struct users *, const char *name, const char *password);
/* Has anybody got one? */
bool users_have_passwords(const struct users *);
/* Does addr lie in net, "10.0.0.0/8" or an address?  For tests, too. */
bool users_in_net(const char *net, const char *addr);
bool users_net_valid(const char *net);

#endif
