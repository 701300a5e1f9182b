/* SPDX-License-Identifier: MIT */
/*
 * feed: all that a viewer knows: the newest board, the rows beside it
 * (shared/rows.h), and answers of the engine that panes have asked for.
 * Nothing here waits; what is not there yet is NULL until it is.
 *
 * The board is looked at where the engine has published it, and it publishes
 * on: whoever has drawn from it asks feed_held() whether it was one board all
 * the time, and draws again if not.  Nobody keeps a pointer into it.
 */
#ifndef UI_FEED_H
#define UI_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/rows.h"

struct feed;
/* Files and control socket of an engine. */
struct feed *feed_new(const char *run_dir);
/*
 * Nothing but what is put in: for tests and golden screens.  board is
 * borrowed and LIVE until feed_set_state.
 */
struct feed *feed_fixed(const struct board *);
void feed_free(struct feed *);

/*
 * Once per tick, and whenever feed_fd() is ready.  True: something that was
 * asked for since the last call of feed_looked() has changed.
 */
bool feed_look(struct feed *, int64_t mono_ns);
/* A frame will be drawn from it now: what it asks for is what counts. */
void feed_looked(struct feed *);
/* Descriptor to poll; -1: none. */
int feed_fd(const struct feed *, short *events);

/* Turn to the newest board: before a frame is drawn, a key is dealt with. */
void feed_aim(struct feed *, int64_t mono_ns);
/* Has the board not been overwritten since feed_look() or feed_aim()? */
bool feed_held(const struct feed *);
/*
 * Turn to a copy of the newest board, which is held until feed_loose(): for a
 * process that is so slow that it finds no board held.  False: no board.
 */
bool feed_hold(struct feed *, int64_t mono_ns);
void feed_loose(struct feed *, int64_t mono_ns);

/* Do two started_ms belong to two engines? */
bool feed_other_engine(int64_t began_ms, int64_t was_ms);
/* Until the next feed_look(), feed_aim() or feed_hold(); never NULL. */
const struct board *feed_board(const struct feed *);
enum board_state feed_state(const struct feed *);
int64_t feed_age_ms(const struct feed *); /* of the engine's last beat */

/*
 * Rows as of now (DIDs are looked at twice a second at most).  *rows stays
 * valid until the next feed_look().  Rows that are free (id 0, "") stand
 * among them.
 */
size_t feed_dids(struct feed *, const struct row_did **);
size_t feed_calls(struct feed *, const struct row_call **);
size_t feed_agents(struct feed *, const struct row_agent **);
size_t feed_sessions(struct feed *, const struct row_session **);
size_t feed_keys(struct feed *, const struct row_key **);
/* Grows when the rows have changed: for table.gen. */
uint64_t feed_gen(const struct feed *, enum rows_kind);
/* One second of the last day; false: no record of it. */
bool feed_second(struct feed *, int64_t at_s, struct board_second *out);

/*
 * The "data" of the engine's answer to a request (taken), as last heard; the
 * same request is sent again when the answer is older than max_age_s and a
 * pane asks for it again (0: never).  NULL: not there (yet); then *why
 * (may be NULL) is what the engine said, "" while it is being asked.  Both
 * are valid until the next feed_look().
 */
const json_t *feed_doc(
    struct feed *, json_t *request, int max_age_s, const char **why);
/*
 * Did that answer come after the last feed_forget()?  (feed_doc() goes on
 * showing the one before until there is a new one.)
 */
bool feed_fresh(struct feed *, const json_t *request);
/* Every answer is old now: something was changed. */
void feed_forget(struct feed *);
/*
 * For printing: from now on feed_doc() waits at most so long for an answer
 * that is not there; 0: it does not.  (feed_hold() first: waits are long.)
 */
void feed_waits(struct feed *, int timeout_s);
/* feed_doc() that waits, this once. */
const json_t *feed_wait(
    struct feed *, json_t *request, int timeout_s, const char **why);

/* feed_fixed only. */
void feed_set_state(struct feed *, enum board_state, int64_t age_ms);
/* rows are borrowed; a second stands at at_s % n. */
void feed_set_dids(struct feed *, const struct row_did *, size_t n);
void feed_set_calls(struct feed *, const struct row_call *, size_t n);
void feed_set_agents(struct feed *, const struct row_agent *, size_t n);
void feed_set_sessions(struct feed *, const struct row_session *, size_t n);
void feed_set_keys(struct feed *, const struct row_key *, size_t n);
void feed_set_seconds(struct feed *, const struct board_second *, size_t n);
/* Takes both references. */
void feed_set_doc(struct feed *, json_t *request, json_t *data);

#endif
