/* SPDX-License-Identifier: MIT */
/*
 * import: `discador-job import contacts|dids|dnc`: a list file on standard
 * input into the database, all of it or nothing.
 *
 *     --campaign NAME | --list NAME   where contacts go; --list for dnc: the
 *                                     list's name (internal)
 *     --country C        country of numbers without a country code
 *     --encoding E       instead of finding it out
 *     --delimiter D      one character or "tab"
 *     --name FILE        what the list is called in messages
 *     --rejects-fd N     rows not imported: line,reason,row
 *     --progress-fd N    JSON lines instead of a bar and a summary
 *
 * The database is DISCADOR_CONNINFO in the environment, wiped once read.
 * Progress lines: {"done":bytes,"total":bytes or 0,"rows":n}; the last one
 * {"final":true,"ok":b,"text":"...","read":n,...,"error":"..."} where read =
 * imported + duplicates + dnc + rejected, and rows = read + header + blank.
 */
#ifndef JOBS_IMPORT_H
#define JOBS_IMPORT_H

/*
 * argv[1..] as above.  0 done; 1 failed or cancelled, nothing is loaded; 2
 * usage; 5 the database is out of reach.
 */
int import_main(int argc, char **argv);

#endif
