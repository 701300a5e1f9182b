/* SPDX-License-Identifier: MIT */
/*
 * session_user: looks a user up and compares.  The last row of a name holds,
 * as in discador-sshd.
 */
#include "daemon/session_user.h"

#include <string.h>

#include "shared/util.h"

static const json_t *
find(const json_t *users, const char *name)
{
	const json_t *row, *found = NULL;
	size_t i;

	json_array_foreach (users, i, row) {
		const char *s = json_string_value(json_object_get(row, "name"));

		if (s != NULL && strcmp(s, name) == 0)
			found = row;
	}
	return found;
}

static bool
has(const json_t *names, const json_t *name)
{
	const json_t *e;
	size_t i;

	json_array_foreach (names, i, e)
		if (json_equal(e, name))
			return true;
	return false;
}

bool
session_user_within(const json_t *campaigns, const json_t *others)
{
	const json_t *e;
	size_t i;

	if (json_array_size(others) == 0)
		return true;
	json_array_foreach (campaigns, i, e)
		if (!has(others, e))
			return false;
	return json_array_size(campaigns) > 0;
}

/* *row: the user's; false: there is none, or it is disabled. */
static bool
known(const json_t *users, const char *name, const json_t **row,
    char why[SESSION_WHY])
{
	*row = find(users, name);
	if (*row == NULL) {
		str_format(why, SESSION_WHY,
		    "the engine's configuration has no user %s", name);
		return false;
	}
	if (json_is_false(json_object_get(*row, "enabled"))) {
		str_format(why, SESSION_WHY, "the user %s is disabled", name);
		return false;
	}
	return true;
}

static enum command_role
role_of(const json_t *row)
{
	const char *s = json_string_value(json_object_get(row, "role"));

	return s != NULL ? command_role_parse(s) : COMMAND_NOBODY;
}

static bool
same_campaigns(const json_t *row, const json_t *campaigns, const char *name,
    char why[SESSION_WHY])
{
	const json_t *own = json_object_get(row, "campaigns");

	if (session_user_within(campaigns, own) &&
	    session_user_within(own, campaigns))
		return true;
	str_format(why, SESSION_WHY,
	    "the user %s has other campaigns now: log in again", name);
	return false;
}

bool
session_user_vouch(const json_t *users, const char *name,
    enum command_role role, const json_t *campaigns, char why[SESSION_WHY])
{
	const json_t *row;

	if (!known(users, name, &row, why))
		return false;
	if (role == COMMAND_NOBODY || role > role_of(row)) {
		str_format(why, SESSION_WHY,
		    "the user %s is a %s in the engine's configuration, no %s",
		    name, command_role_word(role_of(row)),
		    command_role_word(role));
		return false;
	}
	return same_campaigns(row, campaigns, name, why);
}

bool
session_user_still(const json_t *users, const char *name,
    enum command_role role, const json_t *campaigns, char why[SESSION_WHY])
{
	const json_t *row;

	if (!known(users, name, &row, why))
		return false;
	if (role != role_of(row)) {
		str_format(why, SESSION_WHY,
		    "the user %s is a %s now: log in again", name,
		    command_role_word(role_of(row)));
		return false;
	}
	return same_campaigns(row, campaigns, name, why);
}
