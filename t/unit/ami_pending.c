/* SPDX-License-Identifier: MIT */
#include "net/ami_pending.h"

#include "shared/util.h"
#include "tap.h"

int
main(void)
{
	struct ami_pending q;
	char id[AMI_ID_MAX];
	bool all = true;

	ami_pending_init(&q);
	ok(ami_pending_oldest(&q) == 0 && !ami_pending_settle(&q, "x"),
	    "empty");
	for (int round = 0; round < 3; round++) {
		/* moves the head round the ring while it grows */
		for (int i = 0; i < 1000; i++) {
			str_format(id, sizeof(id), "%d-%d", round, i);
			ami_pending_add(&q, id, i + 1);
		}
		all = all && q.count == 1000 && ami_pending_oldest(&q) == 1;
		for (int i = 0; i < 1000; i++) {
			str_format(id, sizeof(id), "%d-%d", round, i);
			all = all && ami_pending_settle(&q, id);
		}
		all = all && q.count == 0;
	}
	ok(all, "in order, three times a thousand");
	ami_pending_add(&q, "a", 10);
	ami_pending_add(&q, "b", 20);
	ami_pending_add(&q, "c", 30);
	ok(ami_pending_settle(&q, "b") && ami_pending_oldest(&q) == 10,
	    "out of order: the oldest stays the oldest");
	ok(!ami_pending_settle(&q, "b"), "an answer counts once");
	ok(ami_pending_settle(&q, "a") && q.count == 1 &&
		ami_pending_oldest(&q) == 30,
	    "then both leave");
	ami_pending_reset(&q);
	ok(q.count == 0 && !ami_pending_settle(&q, "c"), "reset forgets");
	ami_pending_clear(&q);
	return done_testing();
}
