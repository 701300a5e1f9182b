/* SPDX-License-Identifier: MIT */
/*
 * conf_files: a file of settings as libconfig's tree, where it is and where
 * state and sockets are.  conf.c alone includes it.
 */
#ifndef SHARED_CONF_FILES_H
#define SHARED_CONF_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include <libconfig.h>

#include "shared/buf.h"
#include "shared/conf.h"

/* The file to read: that one, else where it usually is; NULL: the defaults. */
const char *conf_file_name(const char *file);
/*
 * Parse it.  secret: refused where others may read it.  False and err: cfg
 * needs no destroying.
 */
bool conf_file_parse(
    config_t *cfg, const char *file, bool secret, struct buf *err);
/* A relative name is beside the file that holds it; false and err: too long. */
bool conf_file_beside(
    const char *file, char *name, size_t size, struct buf *err);
/* Where the file names none: by the environment, else by who runs us. */
void conf_file_state_dir(struct conf *);
/* Option, environment, file, default: the first that is there. */
void conf_file_run_dir(struct conf *, const char *run_dir);

#endif
