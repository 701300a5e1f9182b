/* SPDX-License-Identifier: MIT */
/*
 * conf_rows: the options of discador.conf as rows (tbl_conf.h), for conf.c
 * alone.
 */
#ifndef SHARED_CONF_ROWS_H
#define SHARED_CONF_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/buf.h"
#include "shared/conf.h"

enum conf_type {
	CONF_STR,
	CONF_INT,
	CONF_NUM,
	CONF_BOOL,
	CONF_PATH,
	CONF_FILE,
	CONF_ADDR,
	CONF_ZONE,
	CONF_LEVEL,
	CONF_ROLE,
	CONF_NAME,
	CONF_LIST
};
/* The struct a row's member belongs to. */
enum conf_where { CONF_IN_CONF, CONF_IN_SWITCH, CONF_IN_USER };

struct conf_row {
	const char *path;
	enum conf_type type;
	enum conf_where where;
	size_t offset, size;
	const char *def; /* NULL: must be given */
	double lo, hi;
	const char *help;
};
extern const struct conf_row conf_rows[];
extern const size_t conf_nrows;

/* The row of this path, list elements written "[]"; NULL if none. */
const struct conf_row *conf_row_find(const char *path);
/* Is there a row whose path begins with path and goes on with then? */
bool conf_row_below(const char *path, const char *then);
bool conf_row_valid(const struct conf_row *, const json_t *);
/* Append "expected ...". */
void conf_row_expected(struct buf *, const struct conf_row *);
/*
 * Put a valid value where it belongs; sw may be NULL for other rows.  Rows
 * of users go into the last of c->ssh_users.
 */
void conf_row_store(const struct conf_row *, const json_t *, struct conf *,
    struct conf_switch *sw);
/* Every row of one struct at its default. */
void conf_row_defaults(enum conf_where, struct conf *, struct conf_switch *);
/* Is this a zone that the system's tzdata knows? */
bool conf_zone_valid(const char *);
/* The system's own: $TZ, /etc/localtime, else UTC. */
void conf_zone_system(char *out, size_t size);

#endif
