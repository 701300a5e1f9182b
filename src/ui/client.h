/* SPDX-License-Identifier: MIT */
/*
 * client: requests to the engine that do not stop the drawing.  One
 * connection per request, one at a time, in the order they were asked for;
 * the caller's loop polls client_fd().
 */
#ifndef UI_CLIENT_H
#define UI_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#define CLIENT_TIMEOUT_S 10
#define CLIENT_QUEUE     32

struct client;
/*
 * An answer: ok as the engine said, text for people (what went wrong, if it
 * never answered), data borrowed until return (NULL: none).  Called from
 * client_work().
 */
typedef void client_cb(
    void *arg, bool ok, const char *text, const json_t *data);
struct client *client_new(const char *run_dir);
/* Nobody is called back any more. */
void client_free(struct client *);
/*
 * Queue a request (the reference is taken).  slot not NULL: it replaces a
 * waiting one of the same slot, which is not called back, so that a held key
 * does not pile up.  False: the queue is full, nothing was queued.
 */
bool client_send(
    struct client *, json_t *request, const char *slot, client_cb *, void *arg);
/* Descriptor to poll and for what; -1 when there is nothing to wait for. */
int client_fd(const struct client *, short *events);
/* Something is queued or under way. */
bool client_busy(const struct client *);
/* Go on as far as possible without waiting. */
void client_work(struct client *, int64_t mono_ns);

#endif
