/* SPDX-License-Identifier: MIT */
/* announce: asks again while there is no engine; keeps no session from it. */
#include "sshd/announce.h"

#include <poll.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/util.h"

#define AGAIN_NS (2 * NS_PER_S)

void
announce_init(struct announce *a)
{
	*a = (struct announce){ .fd = -1 };
}

void
announce_end(struct announce *a)
{
	if (a->fd >= 0)
		close(a->fd);
	a->fd = -1;
}

const char *
announce_turn(
    struct announce *a, const char *run_dir, const char *what, int64_t mono_ns)
{
	static char text[200];
	struct pollfd p = { .events = POLLIN };
	const char *why, *said = NULL;
	json_t *o;

	if (a->fd < 0) {
		const char *args[] = { "open", what, NULL };

		if (mono_ns < a->next_ns)
			return NULL;
		a->next_ns = mono_ns + AGAIN_NS;
		o = ipc_request("session", args);
		a->fd = ipc_open(run_dir, o, NULL, 0, &why);
		json_decref(o);
		return NULL;
	}
	p.fd = a->fd;
	if (poll(&p, 1, 0) <= 0)
		return NULL;
	o = ipc_reply(a->fd, 1, &why);
	announce_end(a);
	a->next_ns = mono_ns + AGAIN_NS;
	if (json_is_true(json_object_get(json_object_get(o, "data"), "killed")))
		said = json_string_value(json_object_get(o, "text"));
	if (said != NULL)
		str_copy(text, sizeof(text), said);
	json_decref(o);
	return said != NULL ? text : NULL;
}
