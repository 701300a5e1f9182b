/* SPDX-License-Identifier: MIT */
/*
 * ipc: the control socket RUNDIR/control, one request and one reply.
 *
 * A frame is 8 bytes of header, little endian: u16 version (1), u16 type
 * (1 request, 2 reply), u32 length of what follows (at most IPC_MAX), then one
 * JSON object.  Anything else closes the connection.  Up to IPC_FDS file
 * descriptors may ride on the header of a request (SCM_RIGHTS).
 *
 * Request {"cmd": "campaign", "args": ["start", "x"], ...}   more keys per
 * command, and "as" (ipc_identity);  reply {"ok": true|false, "exit": 0..5,
 * "text": "for people", "data": any}.  exit is what the command line exits
 * with.
 */
#ifndef SHARED_IPC_H
#define SHARED_IPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define IPC_VERSION 1
#define IPC_MAX     (4u * 1024 * 1024)
#define IPC_FDS     3
enum { IPC_REQUEST = 1, IPC_REPLY = 2 };
#define IPC_HEADER 8

void ipc_header(uint8_t out[IPC_HEADER], int type, uint32_t len);
/* Length of the body, or -1 if this is no header of that type. */
int64_t ipc_header_parse(const uint8_t in[IPC_HEADER], int type);

/*
 * Client, blocking: one request, its reply.  NULL and *why (static or in a
 * static buffer) when there is no engine, it does not answer within timeout_s
 * (0: wait for ever), or it breaks the protocol; errno is ESRCH if no engine
 * runs, EIO otherwise.  The caller frees the reply (json_decref).  request is
 * borrowed.
 */
json_t *ipc_call(const char *run_dir, json_t *request, const int *fds,
    size_t nfds, int timeout_s, const char **why);
/*
 * The two halves of ipc_call, for a caller that waits for more than the
 * reply: connect and send (the connection, or -1 and *why), then, when the
 * descriptor is readable, take the reply.  Closing it gives the command up:
 * the engine cancels a job whose asker has gone.
 */
int ipc_open(const char *run_dir, json_t *request, const int *fds, size_t nfds,
    const char **why);
json_t *ipc_reply(int fd, int timeout_s, const char **why);
/*
 * From now on every request of this process carries "as": {"user", "role",
 * "from", "campaigns"} (taken; NULL: none any more): whom it is made for, and
 * the only campaigns it may be about (an array of at most SCOPE_MOST
 * names; absent or empty: all).  The engine believes it only of
 * discador-sshd; of others it takes what lowers their rights.
 */
void ipc_identity(json_t *as);
/* Put it on a request; for who sends without ipc_open. */
void ipc_stamp(json_t *request);
/* {"cmd": cmd, "args": [...]} from a NULL-terminated list. */
json_t *ipc_request(const char *cmd, const char *const *args);

#endif
