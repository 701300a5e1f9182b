/* SPDX-License-Identifier: MIT */
/*
 * loadtest_place: an engine, a database and, unless a real switch is called,
 * a simulated carrier, in a directory of their own.  The operator's engine is
 * never spoken to from here.
 */
#ifndef JOBS_LOADTEST_PLACE_H
#define JOBS_LOADTEST_PLACE_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"
#include "shared/conf.h"
#include "shared/throwaway.h"

struct loadtest_place {
	char dir[THROWAWAY_MAX + 1];
	char run_dir[THROWAWAY_MAX + 16], conf[THROWAWAY_MAX + 32];
	char log[THROWAWAY_MAX + 32]; /* the engine's */
	char bin[512]; /* where our programs lie */
	char secret[20];
	char conninfo[1024];
	int port; /* the carrier's */
	pid_t carrier, engine; /* -1: does not run */
	struct board_reader *reader;
};

/* 1: bring it to an end and judge; 2: end now. */
extern volatile sig_atomic_t loadtest_stop;

/* Each of these: false and why. */
bool loadtest_place_make(struct loadtest_place *, struct buf *why);
/* options: further ones of discador-job amisim, or NULL. */
bool loadtest_place_carrier(
    struct loadtest_place *, const char *options, struct buf *why);
/* Database and switch are connected when it returns; sw NULL: our carrier. */
bool loadtest_place_engine(struct loadtest_place *, const struct conf_switch *,
    double cps, struct buf *why);
bool loadtest_place_apply(
    struct loadtest_place *, const char *text, struct buf *why);
/* campaign may be NULL. */
bool loadtest_place_import(struct loadtest_place *, const char *what,
    const char *campaign, const struct buf *list, struct buf *why);
/* One verb; a and b may be NULL. */
bool loadtest_place_ask(struct loadtest_place *, const char *cmd, const char *a,
    const char *b, struct buf *why);
/* The same with a whole request, taken. */
bool loadtest_place_send(struct loadtest_place *, json_t *, struct buf *why);
/* The board of its engine; NULL: gone or mute. */
const struct board *loadtest_place_look(struct loadtest_place *);
/* Has the engine ended? */
bool loadtest_place_died(struct loadtest_place *);
/* The last lines of the engine's log. */
void loadtest_place_last_words(const struct loadtest_place *, struct buf *);
/* Resident memory in KB and CPU in ms of a process; false: not known. */
bool loadtest_place_cost(pid_t, int64_t *rss_kb, int64_t *cpu_ms);
/* End all of it and remove it; safe at any stage.  quick: kill at once. */
void loadtest_place_end(struct loadtest_place *, bool quick);

#endif
