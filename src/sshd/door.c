/* SPDX-License-Identifier: MIT */
/*
 * door: when all places for strangers are taken, the one that has done
 * nothing for longest makes room, so that a crowd that only stands there
 * keeps nobody out.
 */
#include "sshd/door.h"

#include <stdlib.h>
#include <string.h>

#include "shared/log.h"
#include "shared/util.h"
#include "sshd/guard.h"
#include "sshd/listen.h"
#include "sshd/tried.h"

#define NOTES_S 10 /* refused connections are logged so often at most */

struct door {
	struct children *children;
	struct tried *tried;
	struct guard *guard;
	unsigned refused; /* since the last note */
	int64_t note_ns;
};

struct door *
door_new(struct children *children, struct tried *tried)
{
	struct door *o = xcalloc(1, sizeof(*o));

	o->children = children;
	o->tried = tried;
	o->guard = guard_new();
	return o;
}

void
door_free(struct door *o)
{
	if (o != NULL)
		guard_free(o->guard);
	free(o);
}

static void
refused(struct door *o, const char *addr, const char *why, int64_t mono_ns)
{
	o->refused++;
	if (mono_ns < o->note_ns)
		return;
	log_warn("%s is refused: %s (%u since the last time this was said)",
	    addr, why, o->refused);
	o->refused = 0;
	o->note_ns = mono_ns + NOTES_S * NS_PER_S;
}

static void
uncount(struct door *o, struct child *c, bool failed, int64_t mono_ns)
{
	if (c->counted)
		guard_close(o->guard, c->key, failed, mono_ns);
	c->counted = false;
}

/*
 * End the stranger who is the least likely to become somebody: of those who
 * have had time, first who has not exchanged keys, then whose address has
 * most of them, then the oldest.  False: all are too young.
 */
static bool
make_room(struct door *o, int64_t mono_ns)
{
	struct child *worst = NULL;
	int64_t worst_score = 0;

	for (size_t i = 0; i < children_count(o->children); i++) {
		struct child *c = children_nth(o->children, i);
		int64_t age = mono_ns - c->began_ns, score;

		/* those have places of their own */
		if (!c->counted || guard_knows(o->guard, c->key) ||
		    age < (c->keyed ? DOOR_IDLE_S : DOOR_SILENT_S) * NS_PER_S)
			continue;
		score = (c->keyed ? 0 : 1) * (INT64_MAX / 2) +
			guard_count(o->guard, c->key) * (3600 * NS_PER_S) +
			MINIMUM(age, 3599 * NS_PER_S);
		if (score > worst_score) {
			worst = c;
			worst_score = score;
		}
	}
	if (worst == NULL)
		return false;
	uncount(o, worst, false, mono_ns);
	children_put_out(worst);
	return true;
}

bool
door_open(struct door *o, const char *addr, const char *key, int64_t mono_ns)
{
	const char *why = "too many connections";

	if (children_count(o->children) < LISTEN_SESSIONS) {
		if (guard_open(o->guard, key, mono_ns, &why))
			return true;
		if (why == GUARD_FULL && make_room(o, mono_ns) &&
		    guard_open(o->guard, key, mono_ns, &why))
			return true;
	}
	refused(o, addr, why, mono_ns);
	return false;
}

bool
door_knows(const struct door *o, const char *key)
{
	return guard_knows(o->guard, key);
}

void
door_child(struct door *o, struct child *c, const char *key)
{
	(void)o;
	str_copy(c->key, sizeof(c->key), key);
	c->counted = true;
}

void
door_cancel(struct door *o, const char *key, int64_t mono_ns)
{
	guard_close(o->guard, key, false, mono_ns);
}

static void
tell_tried(struct door *o, struct child *c)
{
	if (c->tries > 0)
		tried_add(o->tried, c->user, c->addr, c->how, c->tries);
	c->tries = 0;
}

/*
 * Told when the connection has ended: somebody's key beside the one that got
 * in is no refused log-in.
 */
void
door_tried(struct door *o, struct child *c, const char *user, const char *how)
{
	if (strcmp(c->user, user) != 0 || strcmp(c->how, how) != 0)
		tell_tried(o, c);
	str_copy(c->user, sizeof(c->user), user);
	str_copy(c->how, sizeof(c->how), how);
	c->tries++;
}

void
door_in(struct door *o, struct child *c, const char *user)
{
	if (strcmp(c->how, "key") == 0 && strcmp(c->user, user) == 0)
		c->tries = 0;
	tell_tried(o, c);
	str_copy(c->user, sizeof(c->user), user);
	uncount(o, c, false, now_read().mono_ns);
	guard_in(o->guard, c->key);
}

static void
banned(struct door *o, const struct child *c)
{
	char how[16];
	int for_s;

	if (!guard_banned(o->guard, c->key, &for_s))
		return;
	log_warn("%s failed too often: not heard for %d s", c->key, for_s);
	str_format(how, sizeof(how), "banned %d s", for_s);
	tried_add(o->tried, "", c->key, how, 1);
}

void
door_gone(struct door *o, struct child *c, bool failed, int64_t mono_ns)
{
	tell_tried(o, c);
	uncount(o, c, failed, mono_ns);
	banned(o, c);
}
