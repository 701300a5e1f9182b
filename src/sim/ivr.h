/* SPDX-License-Identifier: MIT */
/*
 * ivr: the press-1 menu of one simulated call, as the channel variables of
 * its Originate said (contrib/asterisk/README lists them).  What a variable
 * leaves out is what the dialplan makes of an empty one.
 */
#ifndef SIM_IVR_H
#define SIM_IVR_H

#include <stdbool.h>
#include <stddef.h>

struct ivr {
	char connect, disconnect, repeat; /* keys; '\0': none */
	int timeout_s; /* wait for a key after the prompt */
	int retries; /* after no or a wrong key */
	int ring_s; /* wait for the destination */
	bool amd;
	/* Which sounds there are; their lengths are the carrier's. */
	bool prompt, prompt_connect, prompt_goodbye, prompt_machine;
	enum {
		IVR_MACHINE_HANGUP,
		IVR_MACHINE_PROMPT, /* treat it as a human */
		IVR_MACHINE_MESSAGE, /* leave it a message */
	} on_machine;
	char dest[128]; /* "queue:sales", "exten:..", "dial:.." */
};

/* No variable was set: no keys, no sounds, 10 s, 30 s of ring, no AMD. */
void ivr_init(struct ivr *);
/*
 * One channel variable, name and value of the given lengths.  Returns false
 * if the name means nothing to the menu.
 */
bool ivr_set(struct ivr *, const char *name, size_t nname, const char *value,
    size_t nvalue);

enum ivr_dest { IVR_DEST_BAD, IVR_DEST_QUEUE, IVR_DEST_DIAL };
/* Where connect leads; *rest is the name behind "queue:" and so on. */
enum ivr_dest ivr_dest(const struct ivr *, const char **rest);

#endif
