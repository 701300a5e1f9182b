/* SPDX-License-Identifier: MIT */
/*
 * mark: what explains a bend in the graphs, onto the board: who changed the
 * rate, the brake, the configuration or a campaign, and what the engine did by
 * itself.  The newest BOARD_MARKS are kept; the audit has all of it.
 */
#ifndef DAEMON_MARK_H
#define DAEMON_MARK_H

struct board_mark;
struct daemon;

/* kind as board_mark has it; now. */
void mark_add(
    struct daemon *, const char *kind, const char *who, const char *text);
void mark_put(struct daemon *, const struct board_mark *);
/* A command, in the audit's words; most of them bend nothing. */
void mark_command(struct daemon *, const char *who, const char *action,
    const char *object, const char *result);

#endif
