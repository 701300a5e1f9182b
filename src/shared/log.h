/* SPDX-License-Identifier: MIT */
/*
 * log: one line per event on stderr, "<N>" priorities for journald when
 * stderr is not a terminal, time stamps otherwise.  A hook gets every line
 * too (the board's log pane).  Never log whole numbers at info or above: use
 * log_number().
 */
#ifndef SHARED_LOG_H
#define SHARED_LOG_H

enum log_level { LOG_LVL_ERROR, LOG_LVL_WARN, LOG_LVL_INFO, LOG_LVL_DEBUG };

/* ident is kept, not copied. */
void log_open(const char *ident, enum log_level max);
void log_level_set(enum log_level max);
/* "error", "warn", "info", "debug" -> level; -1 if it is none of them. */
int log_level_parse(const char *);
void log_hook(
    void (*fn)(enum log_level, const char *line, void *arg), void *arg);

void log_error(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char *, ...) __attribute__((format(printf, 1, 2)));

/* "+1305555..34" into out: enough to recognise, not enough to call. */
const char *log_number(const char *number, char out[32]);

#endif
