/* SPDX-License-Identifier: MIT */
/*
 * users_file: STATE_DIR/users.conf, the users that `discador user` looks
 * after, beside those that stand in discador.conf (conf.h reads both).
 * libconfig, the same keys as ssh.users[]; written whole and by rename, mode
 * 0600.  Never touches discador.conf: what a person wrote there stays theirs.
 */
#ifndef SHARED_USERS_FILE_H
#define SHARED_USERS_FILE_H

#include <stdbool.h>

#include <jansson.h>

#include "shared/buf.h"

/* The rows of the file (new reference), an empty array if there is none. */
json_t *users_file_read(const char *state_dir, struct buf *err);
/*
 * Write rows, once they have been read back as conf.h reads them; false and
 * err ("ssh.users[].role = ..., expected ..."), and the old file stays.
 */
bool users_file_write(
    const char *state_dir, const json_t *rows, struct buf *err);

#endif
