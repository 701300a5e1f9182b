/* SPDX-License-Identifier: MIT */
/*
 * export: `discador-job export WHAT [--from T] [--to T] [--campaign NAME]...
 * [--format csv|json] [--progress-fd N]`: what the database holds (db/export.h)
 * to standard output.  The database is DISCADOR_CONNINFO in the environment,
 * wiped once read.  Exit 0, 1 failed, 2 usage, 5 database out of reach.
 */
#ifndef JOBS_EXPORT_H
#define JOBS_EXPORT_H

int export_main(int argc, char **argv);

#endif
