/* SPDX-License-Identifier: MIT */
/*
 * conf: discador.conf, what belongs to the machine, through one option table
 * (tbl_conf.h).  A mistake is "FILE:LINE: what, and what was expected".
 */
#ifndef SHARED_CONF_H
#define SHARED_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/buf.h"

#define CONF_SWITCHES 16
#define CONF_USERS    256

struct conf_switch {
	char name[32];
	char host[256];
	int port;
	bool tls;
	char ca_file[256];
	char user[64];
	char secret[128];
	double max_cps;
	int max_channels;
	char sounds[256]; /* a directory, or a command; see prompt_install.h */
};

struct conf {
	char file[512]; /* what was read */
	char node[64];
	char state_dir[256], run_dir[256];
	char timezone[64];
	char secret_file[512];
	char conninfo[1024]; /* empty: the private cluster */
	char pg_user[32]; /* system user of the private cluster under root */
	struct conf_switch switches[CONF_SWITCHES];
	int nswitches;
	bool ssh_enabled;
	char ssh_listen[64];
	int ssh_port;
	char ssh_run_as[32]; /* empty: whoever starts it */
	char ssh_motd[512];
	int ssh_fps; /* of a console over SSH, 1 to 10 */
	/* array of objects, every key there, and "managed": true with those of
	 * CONF_USERS_FILE; or NULL */
	json_t *ssh_users;
	bool metrics_enabled;
	char metrics_listen[64];
	int metrics_port;
	char log_level[12];
	char notify_dir[256]; /* empty: notify.d beside file */
	uint64_t seed; /* 0: from the system; for replays and tests */
};

/*
 * Read file (and its secret_file).  run_dir, if not NULL, overrides the
 * file's.  With file NULL: /etc/discador/discador.conf, else
 * etc/discador.conf, else the defaults.  State and run directory default to
 * /var/lib/discador and /run/discador for root, else to
 * $XDG_STATE_HOME/discador (~/.local/state/discador) and
 * $XDG_RUNTIME_DIR/discador (state_dir/run).  On a mistake false and err.
 */
bool conf_read(
    const char *file, const char *run_dir, struct conf *, struct buf *err);
/* Only where the sockets and the board are; never fails on other mistakes. */
bool conf_run_dir(const char *file, const char *run_dir, char *out, size_t size,
    struct buf *err);
/* STATE_DIR/users.conf: users of `discador user`, behind those of the file. */
#define CONF_USERS_FILE "users.conf"
/* Its rows alone, as ssh_users has them (new reference). */
bool conf_users(const char *file, json_t **rows, struct buf *err);
/* Wipe the secrets, free what is owned. */
void conf_clear(struct conf *);
/* Every option at its default, commented: the sample etc/discador.conf. */
void conf_print_sample(struct buf *);

#endif
