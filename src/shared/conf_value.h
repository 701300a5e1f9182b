/* SPDX-License-Identifier: MIT */
/*
 * conf_value: a libconfig setting as a JSON value, so that what stands in a
 * file is checked and quoted in one way, whether it is discador.conf or a
 * file for `discador apply`.
 */
#ifndef SHARED_CONF_VALUE_H
#define SHARED_CONF_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>
#include <libconfig.h>

#include "shared/buf.h"

/*
 * The setting's value, groups and lists included; new reference.  NULL and
 * *why (static) where it can be no value of ours: bytes that are not UTF-8,
 * control characters, a number without end, nesting deeper than 8.
 */
json_t *conf_value(const config_setting_t *, const char **why);
/* The value as it would stand in a file, cut at about 60 bytes. */
void conf_value_print(struct buf *, const json_t *);
/* False if s holds control characters or bytes that are not UTF-8. */
bool conf_value_clean(const char *s);
/* Append s as a libconfig string literal, quotes included. */
void conf_value_quote(struct buf *, const char *s);
/* Append the shortest decimal that reads back to d, with a point. */
void conf_value_real(struct buf *, double d);
/* "FILE:LINE: " of a setting; fallback where libconfig names no file. */
void conf_value_at(
    struct buf *, const config_setting_t *, const char *fallback);
/*
 * Look over a file's text before libconfig does.  False and err at what it
 * would take amiss: an integer that does not fit (libconfig 1.5 cuts it to 32
 * bits without a word unless it ends in L) and @include, which would open
 * other files.
 */
bool conf_value_scan(const char *file, const char *text, struct buf *err);
/* "FILE:LINE: " and libconfig's own complaint after a failed read. */
void conf_value_syntax(struct buf *, const config_t *, const char *fallback);

#endif
