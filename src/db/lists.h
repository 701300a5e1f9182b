/* SPDX-License-Identifier: MIT */
/* lists: who calls a list of contacts, and what of it nobody does. */
#ifndef DB_LISTS_H
#define DB_LISTS_H

#include "db/db.h"

/* Contacts of a list that are counted at most. */
#define LISTS_COUNTED 100000

/*
 * Rows (campaign, total, finished) of the campaigns that call the list, by
 * name, counted over all contacts of each; then one row (null, n, 0): how many
 * of the list belong to no campaign, LISTS_COUNTED + 1 if there are more.
 */
void lists_why(struct db *, const char *list, db_cb *, void *arg);

#endif
