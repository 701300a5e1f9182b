/* SPDX-License-Identifier: MIT */
/*
 * session_user: does what is said of a user agree with the configuration?
 * Pure: rows of ssh.users[] in, a verdict out.  Knows no keys or passwords.
 */
#ifndef DAEMON_SESSION_USER_H
#define DAEMON_SESSION_USER_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/commands.h"

#define SESSION_WHY 200

/*
 * users: as conf.ssh_users, or NULL.  campaigns: an array of names; NULL or
 * empty: all.  False: why says what does not agree.
 */
/* What may be asked for: a role up to the user's own. */
bool session_user_vouch(const json_t *users, const char *name,
    enum command_role, const json_t *campaigns, char why[SESSION_WHY]);
/* What may go on: the very same role. */
bool session_user_still(const json_t *users, const char *name,
    enum command_role, const json_t *campaigns, char why[SESSION_WHY]);
/* Is every one of them among the others?  NULL or empty: all campaigns. */
bool session_user_within(const json_t *campaigns, const json_t *others);

#endif
