/* SPDX-License-Identifier: MIT */
/* auth: libssh's callbacks.  Grants only on a signature that libssh checked. */
#include "sshd/auth.h"

#include <poll.h>
#include <string.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/children.h"
#include "sshd/conn.h"
#include "sshd/parent.h"

#define DELAY_MS      100 /* the first; doubled each time */
#define DELAY_MOST_MS 2000

/* This process serves nobody else: it may wait. */
static int
refuse(struct conn *c, const char *name, const char *how)
{
	int ms = DELAY_MS;

	for (int i = 0; i < c->tries && ms < DELAY_MOST_MS; i++)
		ms *= 2;
	c->tries++;
	parent_tell(PARENT_TRIED, name, how);
	poll(NULL, 0, MINIMUM(ms, DELAY_MOST_MS));
	return SSH_AUTH_DENIED;
}

static int
grant(struct conn *c, const char *name, const char *how)
{
	c->user = users_find(c->users, name);
	if (c->user == NULL)
		return refuse(c, name, how);
	log_info("%s from %s: logged in by %s, %s", name, c->from, how,
	    command_role_word(c->user->role));
	return SSH_AUTH_SUCCESS;
}

static int
on_none(ssh_session s, const char *name, void *arg)
{
	(void)s, (void)name, (void)arg;
	return SSH_AUTH_DENIED;
}

/* Called twice: would you take this key?  And: here is its signature. */
static int
on_key(ssh_session s, const char *name, struct ssh_key_struct *key, char state,
    void *arg)
{
	struct conn *c = arg;
	char shown[32];
	bool good;

	(void)s;
	if (state != SSH_PUBLICKEY_STATE_NONE &&
	    state != SSH_PUBLICKEY_STATE_VALID)
		return refuse(c, name, "signature");
	good = users_from(c->users, name, c->from);
	good = users_key(c->users, name, key) && good;
	if (good && state == SSH_PUBLICKEY_STATE_VALID)
		return grant(c, name, "key");
	if (good)
		return SSH_AUTH_SUCCESS;
	log_info(
	    "%s: key of \"%s\" refused", c->from, children_clean(name, shown));
	return refuse(c, name, "key");
}

static int
on_password(ssh_session s, const char *name, const char *password, void *arg)
{
	struct conn *c = arg;
	char shown[32];
	bool good;

	(void)s;
	good = users_from(c->users, name, c->from);
	good = users_password(c->users, name, password) && good;
	if (good)
		return grant(c, name, "password");
	log_info("%s: password of \"%s\" refused", c->from,
	    children_clean(name, shown));
	return refuse(c, name, "password");
}

/* Without it libssh would ask Kerberos. */
static ssh_string
no_gssapi(ssh_session s, const char *name, int n, ssh_string *oids, void *arg)
{
	(void)s, (void)name, (void)n, (void)oids, (void)arg;
	return NULL;
}

void
auth_prepare(struct conn *c)
{
	int methods = SSH_AUTH_METHOD_PUBLICKEY;

	c->scb.auth_none_function = on_none;
	c->scb.auth_pubkey_function = on_key;
	c->scb.gssapi_select_oid_function = no_gssapi;
	/* the same for everybody, so that it tells nothing of one */
	if (users_have_passwords(c->users)) {
		c->scb.auth_password_function = on_password;
		methods |= SSH_AUTH_METHOD_PASSWORD;
	}
	ssh_set_auth_methods(c->s, methods);
}
