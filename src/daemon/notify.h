/* SPDX-License-Identifier: MIT */
/*
 * notify: tells the executables of notify.d of alerts: each gets one JSON
 * object on its standard input (engine/alert.h: alert_json), its output goes
 * to the log.  It may neither hold the engine up nor fill the machine: one of
 * each at a time, so that each gets "raised" before "ended"; NOTIFY_RUNNING in
 * all; NOTIFY_S seconds, then it and its children are killed; NOTIFY_WAITING
 * wait for each, what is more is dropped and counted in the log.
 */
#ifndef DAEMON_NOTIFY_H
#define DAEMON_NOTIFY_H

#include <stdbool.h>

#define NOTIFY_RUNNING 8
#define NOTIFY_S       10
#define NOTIFY_FILES   32 /* executables that are taken note of */
#define NOTIFY_WAITING 64
#define NOTIFY_LINES   20 /* of output to the log, for each run */

struct daemon;

/*
 * One alert raised or ended; returns at once.  The directory (notify_dir, or
 * notify.d beside discador.conf) is looked at anew each time.  Hidden files and
 * *.conf are passed over; so is, with one warning, what is not executable,
 * writable by others, or of another user than root and ours.
 */
void notify_run(struct daemon *, const char *json);
/* After SIGCHLD, and each turn while something runs or waits. */
void notify_reap(struct daemon *);
/* Kill what runs; what waits is dropped. */
void notify_stop(struct daemon *);

#endif
