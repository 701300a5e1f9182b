/* SPDX-License-Identifier: MIT */
/* log: lines on stderr, and to one hook.  Opens no file and no socket. */
#include "shared/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"

static const char *ident = "discador";
static enum log_level max_level = LOG_LVL_INFO;
static void (*hook)(enum log_level, const char *, void *);
static void *hook_arg;
static const char *const names[] = { "error", "warn", "info", "debug" };

void
log_open(const char *who, enum log_level max)
{
	ident = who;
	max_level = max;
}

void
log_level_set(enum log_level max)
{
	max_level = max;
}

int
log_level_parse(const char *s)
{
	for (size_t i = 0; i < nitems(names); i++)
		if (strcmp(s, names[i]) == 0)
			return (int)i;
	return -1;
}

void
log_hook(void (*fn)(enum log_level, const char *, void *), void *arg)
{
	hook = fn;
	hook_arg = arg;
}

static void __attribute__((format(printf, 2, 0)))
emit(enum log_level lvl, const char *fmt, va_list ap)
{
	static const int prio[] = { 3, 4, 6, 7 };
	char line[1024], at[32];

	if (lvl > max_level)
		return;
	vsnprintf(line, sizeof(line), fmt, ap);
	for (char *p = line; *p != '\0'; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = ' ';
	if (isatty(STDERR_FILENO)) {
		time_iso(now_read().wall_ms, at);
		dprintf(STDERR_FILENO, "%s %s[%d] %s: %s\n", at, ident,
		    (int)getpid(), names[lvl], line);
	} else
		dprintf(STDERR_FILENO, "<%d>%s: %s\n", prio[lvl], ident, line);
	if (hook != NULL)
		hook(lvl, line, hook_arg);
}

#define LEVEL(fn, lvl)                                                         \
	void fn(const char *fmt, ...)                                          \
	{                                                                      \
		va_list ap;                                                    \
                                                                               \
		va_start(ap, fmt);                                             \
		emit(lvl, fmt, ap);                                            \
		va_end(ap);                                                    \
	}
LEVEL(log_error, LOG_LVL_ERROR)
LEVEL(log_warn, LOG_LVL_WARN)
LEVEL(log_info, LOG_LVL_INFO)
LEVEL(log_debug, LOG_LVL_DEBUG)

const char *
log_number(const char *number, char out[32])
{
	size_t n = strlen(number);

	if (n < 8)
		str_copy(out, 32, "...");
	else
		str_format(out, 32, "%.*s..%s", (int)MINIMUM(n - 5, 20), number,
		    number + n - 2);
	return out;
}
