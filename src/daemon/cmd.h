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
	char zone[MODEL_NAME], source[MODEL_NAME];
	int64_t at_ms, until_ms;
	size_t bytes; /* of rows as JSON, about */
	json_t *values; /* owned: of a change, as asked for */
	json_t *object; /* owned: as it stood; NULL: it did not */
	json_t *contexts, *amd_profiles; /* owned: all there are */
	void (*next)(struct cmd *); /* when they are there */
	bool create;
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
/* The same for questions that may take long (d->reads). */
bool cmd_have_reads(struct daemon *, struct ctl_req *);
/*
 * The one JSON value that an answer of d->reads holds, new reference; NULL:
 * SQL null.  Call cmd_answered() first.
 */
json_t *cmd_answered_json(const struct db_answer *);
/* A number of an answer; 0: SQL null, or none. */
int64_t cmd_answered_int(const struct db_answer *, int row, int col);
/* The first ms of the engine's day. */
int64_t cmd_day_ms(const struct daemon *);
/* An array of texts in the arguments from the i-th on; free the array alone. */
const char **cmd_args_from(const struct ctl_req *, size_t i, size_t *n);
/* False (and the reply) unless it is a number; as people type it. */
bool cmd_number(struct ctl_req *, const char *typed, char e164[MODEL_E164]);
/* "Sat 2026-11-21 08:00" in the zone (unknown: UTC, with a Z). */
const char *cmd_when(const char *zone, int64_t wall_ms, char out[40]);
/*
 * "2026-11-21", "2026-11-21 09:30", "2026-11-21T09:30:05.123Z" or with +hh:mm
 * behind it; without that in the engine's zone.  False: it is none.
 */
bool cmd_time(const struct daemon *, const char *, int64_t *out);
/* "2026-11-21 09:30:05" in the engine's zone; "-" for 0, or for no time. */
const char *cmd_clock(const struct daemon *, int64_t wall_ms, char out[40]);
const char *cmd_stamp(const struct daemon *, const json_t *iso, char out[40]);
/* ISO 8601, null for 0. */
json_t *cmd_iso(int64_t wall_ms);

/*
 * A caller ID names its country and area by its number if obj does not: they
 * are put into it.  file: may name countries, too; or NULL.  False: it is of
 * no configured country.
 */
bool cmd_did_place(struct daemon *, const struct spec_file *file,
    const char *number, json_t *obj);
/*
 * Change the object c->word c->name by c->values; c->create: it must not be
 * there, otherwise it must.  Answers and ends the command.
 */
void cmd_set_begin(struct cmd *);
/* The same for a context; c->object, contexts and amd_profiles are there. */
void cmd_set_context(struct cmd *);

typedef void cmd_handler(struct daemon *, struct ctl_req *);
cmd_handler cmd_do_alert, cmd_do_apply, cmd_do_audit, cmd_do_brake, cmd_do_call,
    cmd_do_callback, cmd_do_campaign, cmd_do_context, cmd_do_cps,
    cmd_do_details, cmd_do_did, cmd_do_export, cmd_do_history, cmd_do_import,
    cmd_do_loadtest, cmd_do_prompt, cmd_do_session, cmd_do_set, cmd_do_show,
    cmd_do_stop, cmd_do_survey, cmd_do_user, cmd_do_why;

#endif
