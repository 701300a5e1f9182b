/* SPDX-License-Identifier: MIT */
/*
 * cmd: what the handlers of commands share, and the handlers: each answers
 * its request once, now or when the database has answered.  The dispatcher
 * (commands.c) has tested the role.
 */
#ifndef DAEMON_CMD_H
#define DAEMON_CMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "daemon/state.h"
#include "shared/model.h"
#include "shared/spec.h"

/* A command that waits for the database. */
struct cmd {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req;
	struct spec_file file;
	size_t answered, sent;
	bool failed;
	struct buf text;
	json_t *rows; /* owned */
	char name[MODEL_NAME], word[16], campaign[MODEL_NAME];
	char zone[MODEL_NAME];
	int64_t at_ms;
};
struct cmd *cmd_new(struct daemon *, struct ctl_req *);
/* What a callback was given; aborts if it is no command. */
struct cmd *cmd_of(void *arg);
/* Reply (data is stolen and may be NULL) and free. */
void cmd_end(struct cmd *, bool good, int code, const char *text, json_t *data);
/* The status of an answer as a reply and the end; false if it was not OK. */
bool cmd_answered(struct cmd *, const struct db_answer *);

/* The i-th argument, the value of a key; "" if there is none. */
const char *cmd_arg(const struct ctl_req *, size_t i);
const char *cmd_key(const struct ctl_req *, const char *key);
/* False (and the reply) while the database is away. */
bool cmd_have_db(struct daemon *, struct ctl_req *);
/* False (and the reply) unless it is a number; as people type it. */
bool cmd_number(struct ctl_req *, const char *typed, char e164[MODEL_E164]);
/* "Sat 2026-11-21 08:00" in the zone (unknown: UTC, with a Z). */
const char *cmd_when(const char *zone, int64_t wall_ms, char out[40]);
/* ISO 8601, null for 0. */
json_t *cmd_iso(int64_t wall_ms);

typedef void cmd_handler(struct daemon *, struct ctl_req *);
cmd_handler cmd_do_alert, cmd_do_apply, cmd_do_brake, cmd_do_callback,
    cmd_do_campaign, cmd_do_cps, cmd_do_import, cmd_do_show, cmd_do_stop,
    cmd_do_why;

#endif
