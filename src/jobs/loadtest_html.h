/* SPDX-License-Identifier: MIT */
/*
 * loadtest_html: the report as one file for a browser: tables and charts
 * (SVG) in it, no script, nothing loaded from elsewhere.  Pure.
 */
#ifndef JOBS_LOADTEST_HTML_H
#define JOBS_LOADTEST_HTML_H

#include <jansson.h>

#include "shared/buf.h"

void loadtest_html(const json_t *report, struct buf *);

#endif
