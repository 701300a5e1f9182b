/* SPDX-License-Identifier: MIT */
/*
 * sessions_state: what sessions.c (who is attached), session_watch.c (who looks
 * at whom) and session_words.c (what is said) share.  Nobody else includes it.
 */
#ifndef DAEMON_SESSIONS_STATE_H
#define DAEMON_SESSIONS_STATE_H

#include "daemon/session_refused.h"
#include "daemon/state.h"
#include "shared/rows.h"

struct session {
	uint32_t magic;
	struct daemon *d;
	struct ctl_req *req; /* open as long as it lives */
	struct row_session r; /* as it stands in its slot */
	uint32_t slot;
	enum command_role role;
	json_t *campaigns; /* owned; NULL: all */
	int64_t doing_ns; /* when it said last what it does */

	struct session *looks; /* at that one, or has asked to */
	struct session *watcher; /* the other way round */
	struct ctl_req *ask; /* the watcher's, not answered yet */
	int64_t ask_until_ns;
	bool consented; /* its user may take it back */
	struct session *next;
};

struct sessions {
	struct session *first; /* the oldest */
	uint32_t n;
	uint64_t last_id;
	bool used[ROWS_SESSIONS_MAX]; /* slots */
	struct board_message messages[BOARD_MESSAGES];
	struct refused_rate refused;
};

/* Stated by discador-sshd? */
bool session_over_ssh(const struct ctl_req *);
/* What is stated there; "": nothing. */
const char *session_stated(const struct ctl_req *, const char *key);
/* The asker's own, by its process and user; NULL: it has none. */
struct session *session_own(struct daemon *, const struct ctl_req *);
/* By number, if the asker may know of it; NULL (and the reply) else. */
struct session *session_asked_for(
    struct daemon *, struct ctl_req *, const char *id, const char *usage);
/* Its row has changed. */
void session_put(struct session *);
/* "session 3 of vera from 10.0.0.9" */
#define SESSION_NAME 128
const char *session_name(const struct session *, char out[SESSION_NAME]);

/* session_watch.c */
void session_watch(struct daemon *, struct ctl_req *);
void session_consent(struct daemon *, struct ctl_req *);
void session_leave(struct daemon *, struct ctl_req *);
/* It ends: so does what it looks at, or who looks at it. */
void session_watch_gone(struct session *);
/* Who was asked and says nothing: no. */
void session_watch_turn(struct daemon *, int64_t mono_ns);

/* session_words.c */
void session_say(struct daemon *, struct ctl_req *);
void session_welcome(struct daemon *, struct ctl_req *);
void session_refused(struct daemon *, struct ctl_req *);
/* What was too much for the audit in its second. */
void session_words_turn(struct daemon *);

#endif
