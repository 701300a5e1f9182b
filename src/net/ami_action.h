/* SPDX-License-Identifier: MIT */
/*
 * ami_action: actions for the Asterisk manager, appended to a buf whole or
 * not at all.
 *
 *	ami_action_begin(&a, out, "Hangup", "h-17");
 *	ami_action_header(&a, "Channel", id);
 *	if (!ami_action_end(&a, &why))
 *		nothing was added to out, why says what was wrong
 *
 * A CR, or a LF alone, inside a value would start a new header or a new action
 * on the switch: every byte below 0x20 and 0x7f is refused, never escaped.
 */
#ifndef NET_AMI_ACTION_H
#define NET_AMI_ACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"

/* What Asterisk 16 and 22 take: measured, one more is refused. */
#define AMI_ACTION_LINE_MAX    1024 /* bytes, CR LF included */
#define AMI_ACTION_HEADERS_MAX 128

/*
 * Variables in one header: Asterisk splits it into at most 64 and would take
 * what is left for the last one's value (manager.c, man_do_variable_value).
 */
#define AMI_ACTION_VARS_MAX 60

struct ami_action {
	struct buf *out;
	size_t start; /* out's length before this action */
	size_t nheaders;
	/* The header that variables are added to: it is the last one. */
	size_t vars; /* where it begins; vars_end is 0: there is none */
	size_t vars_end, nvars; /* behind its CR LF; how many it holds */
	const char *why; /* the first mistake, static text; NULL: none yet */
};

/* id is the ActionID. */
void ami_action_begin(
    struct ami_action *, struct buf *out, const char *name, const char *id);
void ami_action_header(
    struct ami_action *, const char *name, const char *value);
void ami_action_int(struct ami_action *, const char *name, long long value);
/*
 * "Variable: name=value", several to a line as long as it has room, so that
 * hundreds fit into the headers of one action.  name must be [A-Za-z0-9_]+:
 * FILE(/x)=y would write a file on the switch.  A value with a comma, quote or
 * backslash is quoted, and parentheses and brackets, inside which Asterisk
 * sees no comma, quoted or not, are escaped; $ and everything else goes
 * through as it is and is not expanded.
 */
void ami_action_var(struct ami_action *, const char *name, const char *value);
/* Close the action.  On a mistake out is as it was before begin. */
bool ami_action_end(struct ami_action *, const char **why);

struct ami_originate {
	const char *id; /* becomes ActionID and ChannelId */
	const char *channel, *caller_id, *context, *exten;
	int timeout_s;
	const char *const (*vars)[2]; /* name, value pairs */
	size_t nvars;
};
/* An asynchronous Originate to priority 1.  caller_id NULL or "": none. */
bool ami_action_originate(
    struct buf *out, const struct ami_originate *, const char **why);
/*
 * Login by challenge: Key is MD5 over challenge and secret, so that the secret
 * itself never leaves.
 */
bool ami_action_login(struct buf *out, const char *id, const char *user,
    const char *secret, const char *challenge, const char **why);

#endif
