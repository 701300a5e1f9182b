/* SPDX-License-Identifier: MIT */
/* The brake by hand: once on, once off, with reason and time. */
#include "engine/brake.h"

#include <string.h>

#include "shared/util.h"
#include "tap.h"

int
main(void)
{
	struct brake b;
	char many[300];

	brake_init(&b, 1000);
	ok(b.state == BRAKE_RELEASED && b.since_ms == 1000 &&
		b.reason[0] == '\0' && strcmp(brake_word(&b), "released") == 0,
	    "released at first");
	ok(!brake_set(&b, false, "again", 2000) && b.since_ms == 1000 &&
		b.reason[0] == '\0',
	    "releasing it again is no news");
	ok(brake_set(&b, true, "maria: too many complaints", 3000) &&
		b.since_ms == 3000 &&
		strcmp(b.reason, "maria: too many complaints") == 0 &&
		strcmp(brake_word(&b), "engaged") == 0,
	    "engaged with its reason");
	ok(!brake_set(&b, true, "other", 4000) && b.since_ms == 3000 &&
		strncmp(b.reason, "maria", 5) == 0,
	    "the first reason stays");
	ok(brake_set(&b, false, "maria", 5000) && b.since_ms == 5000,
	    "released again");
	memset(many, 'x', sizeof(many));
	many[sizeof(many) - 1] = '\0';
	ok(brake_set(&b, true, many, 6000) &&
		strlen(b.reason) == sizeof(b.reason) - 1,
	    "a long reason is cut");
	return done_testing();
}
