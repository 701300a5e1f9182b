/* SPDX-License-Identifier: MIT */
/*
 * rows_out: the files of shared/rows.h beside the board: caller IDs, calls,
 * keys and the seconds of a day, as the engine tells of them, and who is
 * attached.
 * A file that cannot be written is said once and done without: calls go on.
 */
#ifndef DAEMON_ROWS_OUT_H
#define DAEMON_ROWS_OUT_H

#include <stdint.h>

struct daemon;
struct row_session;

/* At start; the seconds of an earlier engine are kept. */
void rows_out_open(struct daemon *);
/* What has changed, a bounded part of it; behind engine_publish(). */
void rows_out_publish(struct daemon *);
/* Slot i of the sessions, at once: somebody waits for it. */
void rows_out_session(struct daemon *, uint32_t i, const struct row_session *);
/* The files stay: the board says that the engine has stopped. */
void rows_out_close(struct daemon *);

#endif
