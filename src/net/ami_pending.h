/* SPDX-License-Identifier: MIT */
/*
 * ami_pending: the actions that were handed to a switch and have no response
 * yet, oldest first.  Embedded in its owner; no memory per action.
 */
#ifndef NET_AMI_PENDING_H
#define NET_AMI_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AMI_ID_MAX 40 /* ActionID with its NUL; a longer one is cut */

struct ami_pending_row {
	char id[AMI_ID_MAX];
	int64_t sent_ns;
	bool done;
};

struct ami_pending {
	struct ami_pending_row *ring; /* [cap], a power of two */
	size_t cap, head, count;
};

void ami_pending_init(struct ami_pending *);
void ami_pending_clear(struct ami_pending *);
/* Forget all, keep the memory. */
void ami_pending_reset(struct ami_pending *);
void ami_pending_add(struct ami_pending *, const char *id, int64_t mono_ns);
/*
 * The response to id came; false if nobody waits for it.  Responses come in
 * the order of the actions, so this is one comparison as a rule.
 */
bool ami_pending_settle(struct ami_pending *, const char *id);
/* When the oldest was added; 0: none waits. */
int64_t ami_pending_oldest(const struct ami_pending *);

#endif
