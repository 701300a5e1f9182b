/* SPDX-License-Identifier: MIT */
/*
 * reader: reads discador.conf for a server that must not see what else stands
 * in it.  A small process of its own keeps the rights to open the file; for
 * each question it forks one that reads, hands over the part about SSH as
 * JSON and ends, and the secrets with it.
 */
#ifndef SSHD_READER_H
#define SSHD_READER_H

#include <jansson.h>

#include "shared/buf.h"

/* Call before rights are given up.  The descriptor to ask; -1 and errno. */
int reader_start(const char *file, const char *run_dir);
/*
 * {"state_dir", "run_dir", "log_level", "enabled", "listen", "port",
 * "run_as", "users": [...]}, new reference; the users as conf.h has
 * them, each with "fps" besides.  NULL and err: a mistake in the
 * file, or the reader is gone.
 */
json_t *reader_ask(int fd, struct buf *err);

#endif
