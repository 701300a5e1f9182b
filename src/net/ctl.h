/* SPDX-License-Identifier: MIT */
/*
 * ctl: the server side of the control socket (shared/ipc.h).  One request,
 * one reply, then the connection is closed.  The peer's uid comes from the
 * kernel; "as" of a request (shared/ipc.h) is believed of one uid only.  What
 * a role may do is the caller's business.
 */
#ifndef NET_CTL_H
#define NET_CTL_H

#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>

#include "shared/buf.h"
#include "shared/commands.h"

struct event_base;
struct ctl;
struct ctl_req;

/* A request has arrived; answer it once with ctl_reply(), now or later. */
typedef void ctl_cb(void *arg, struct ctl_req *);

#define CTL_MAX_CLIENTS 1500 /* sessions hold one each */
/* Uids that are neither root, nor ours, nor discador-sshd's: */
#define CTL_MAX_OTHERS   200 /* clients, all of them together */
#define CTL_MAX_UID      50 /* of one uid */
#define CTL_OTHERS_BYTES 65536 /* a request */
/* RUN_DIR/control, mode 0666: who may do what is decided by uid.  NULL, err */
struct ctl *ctl_new(struct event_base *, const char *run_dir, ctl_cb *,
    void *arg, struct buf *err);
void ctl_free(struct ctl *);

const json_t *ctl_json(const struct ctl_req *);
/* The uid of discador-sshd from now on. */
void ctl_trust(struct ctl *, uid_t);
/*
 * Root and the engine's own uid are admin, others viewers.  With "as": the
 * role stated there, if the peer is trusted; else no more than its own.
 */
enum command_role ctl_role(const struct ctl_req *);
/*
 * The campaigns that "as" limits the request to, an array of 1 to
 * SCOPE_MOST names (borrowed); NULL: all.  Taken from any peer: it can
 * only lower what is permitted.
 */
const json_t *ctl_campaigns(const struct ctl_req *);
/* Is that campaign among them (or are there none)? */
bool ctl_may_see(const struct ctl_req *, const char *campaign);
/* Of the peer, from the kernel, when it connected. */
pid_t ctl_pid(const struct ctl_req *);
/* Is the peer's uid discador-sshd's? */
bool ctl_trusted(const struct ctl_req *);
/* "uid 1000 (maria)"; stated: "maria (ssh 10.0.0.7)" */
const char *ctl_who(const struct ctl_req *);
/* For the audit: "local"; stated: "ssh 10.0.0.7" */
const char *ctl_origin(const struct ctl_req *);
/* Take the i-th descriptor that rode on the request; -1 if there is none. */
int ctl_take_fd(struct ctl_req *, unsigned i);
/* Called when the client goes away before it was answered; the request is
 * still to be answered (the reply is then dropped). */
void ctl_on_gone(struct ctl_req *, void (*fn)(void *), void *arg);
/* data is stolen and may be NULL. */
void ctl_reply(
    struct ctl_req *, bool ok, int exit_code, const char *text, json_t *data);

#endif
