/* SPDX-License-Identifier: MIT */
/*
 * loadtest_params: what a load test is to be run with, shown and edited in
 * place.  Pure: keys in, cells and a request out.
 */
#ifndef UI_LOADTEST_PARAMS_H
#define UI_LOADTEST_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "ui/canvas.h"
#include "ui/form_field.h"

#define LOADTEST_FIELDS    5
#define LOADTEST_SCENARIOS 6
#define LOADTEST_LINES     (LOADTEST_FIELDS + LOADTEST_SCENARIOS + 1)

struct loadtest_params {
	struct form_field f[LOADTEST_FIELDS]; /* cps minutes countries ... */
	bool scenario[LOADTEST_SCENARIOS];
	size_t cur; /* line: fields, scenarios, the button */
	bool pasting;
};
enum loadtest_result { LOADTEST_MORE, LOADTEST_START, LOADTEST_CANCEL };

/* The defaults: 25 CPS, 10 minutes, nine countries. */
void loadtest_params_init(struct loadtest_params *);
/* START: C-s, or Enter on the button, and all is right. */
enum loadtest_result loadtest_params_key(
    struct loadtest_params *, uint32_t code);
/* The first mistake, and in which line it is; NULL: all is right. */
const char *loadtest_params_mistake(
    const struct loadtest_params *, size_t *line);
/* New request. */
json_t *loadtest_params_request(const struct loadtest_params *);
double loadtest_params_cps(const struct loadtest_params *);
double loadtest_params_minutes(const struct loadtest_params *);
/* Takes LOADTEST_LINES + 1 rows; editing: with cursor and mistakes. */
void loadtest_params_draw(
    const struct loadtest_params *, struct canvas *, struct rect, bool editing);

#endif
