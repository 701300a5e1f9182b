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
 *     --rejects-fd N     rows not imported, or without a further number that
 *                        is none: line,reason,row
 *     --progress-fd N    JSON lines instead of a bar and a summary
 *
 * Of contacts, by the titles of the columns: further numbers (alt1 .. alt9,
 * phone2, telefono2 ..), priority (-100..100, higher goes first), call_at
 * (2026-11-21 15:30 by the callee's clock, or with its offset: called back then
 * and not before).  A further number that is none is left out; a priority or
 * a time that cannot be read rejects its row.  All else is kept as data.
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
