/* SPDX-License-Identifier: MIT */
/*
 * did_picture: the rotation as a picture: how many DIDs of a pool were used
 * how often today, in words whether that is even, and all pools in figures.
 */
#ifndef UI_DID_PICTURE_H
#define UI_DID_PICTURE_H

#include "ui/did_rows.h"

struct did_picture;
struct did_picture *did_picture_new(void);
void did_picture_free(struct did_picture *);
/* The next pool (by 1), the one before (by -1). */
void did_picture_turn(struct did_picture *, const struct did_rows *, int by);
void did_picture_draw(struct did_picture *, const struct did_rows *,
    struct canvas *, struct rect);

#endif
