/* SPDX-License-Identifier: MIT */
/*
 * hostkey: by what clients know this server.  STATE_DIR/ssh/host_ed25519 and
 * host_rsa, mode 0600, made at the first start, each with its public half
 * beside it (.pub) for known_hosts.
 */
#ifndef SSHD_HOSTKEY_H
#define SSHD_HOSTKEY_H

#include <stdbool.h>

#include <libssh/server.h>

#include "shared/buf.h"

/* Both into the bind; their fingerprints into the log.  False and err. */
bool hostkey_load(ssh_bind, const char *state_dir, struct buf *err);

#endif
