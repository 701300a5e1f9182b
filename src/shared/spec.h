/* SPDX-License-Identifier: MIT */
/*
 * spec: objects (tbl_spec.h) between libconfig files, JSON and structs.
 *
 * An object is a JSON object whose keys are the table's, "name" included
 * (did: "number").  The file key "switch" of a trunk is switch_name here.
 */
#ifndef SHARED_SPEC_H
#define SHARED_SPEC_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "shared/buf.h"
#include "shared/model.h"

struct spec_item {
	char kind[16]; /* trunk profile amd_profile alert_rule country context
			* campaign did */
	char name[MODEL_NAME];
	int line; /* where its group begins in the file */
	json_t *obj; /* only the keys that were given; own reference */
};
struct spec_file {
	struct spec_item *v;
	size_t n;
};
/*
 * Read what `discador apply` is given.  text is the whole file, file its name
 * for messages.  Order of the result: trunks, profiles, amd_profiles,
 * alert_rules, countries, contexts, campaigns, dids, whatever the order in the
 * file.  A top-level `simulation` is passed over: it is for `discador
 * simulate`, which may be given the same file.  On the first mistake (syntax,
 * unknown group or key, type, range, missing or double name, bad time, two keys
 * alike in one context, states that make no sense by themselves, ...) false and
 * err = "FILE:LINE: what stands there, and what was expected".  @include is
 * refused.
 */
bool spec_read(
    const char *file, const char *text, struct spec_file *out, struct buf *err);
void spec_clear(struct spec_file *);
/*
 * The same checks on one object that came as JSON; err without FILE:LINE.  The
 * version of a context, which is no option, is passed over.
 */
bool spec_check(const char *kind, const json_t *obj, struct buf *err);

/*
 * JSON object (full or partial) -> struct m_<kind>; defaults where absent.  A
 * context's states are not looked into: flow_new() says what is wrong with
 * them.
 */
bool spec_trunk(const json_t *, struct m_trunk *);
bool spec_country(const json_t *, struct m_country *);
bool spec_context(const json_t *, struct m_context *);
bool spec_profile(const json_t *, struct m_profile *);
bool spec_amd_profile(const json_t *, struct m_amd_profile *);
bool spec_alert_rule(const json_t *, struct m_alert_rule *);
bool spec_campaign(const json_t *, struct m_campaign *);
bool spec_did(const json_t *, struct m_did *);

/*
 * An array of objects of one kind as a group of a file that apply reads back
 * to the same objects: "trunks = ( { ... }, ... );".
 */
void spec_print_conf(struct buf *, const char *kind, const json_t *array);
/* The same as an aligned table for people (show without options). */
void spec_print_table(struct buf *, const char *kind, const json_t *array);
/* "campaign" or "campaigns" -> "campaign"; NULL if none. */
const char *spec_kind(const char *word);

/* The rows, for the database, completion, manual page and tests. */
struct spec_row {
	const char *kind, *key;
	enum spec_type {
		SPEC_STR,
		SPEC_INT,
		SPEC_NUM,
		SPEC_BOOL,
		SPEC_TIME,
		SPEC_SPAN,
		SPEC_DAYS,
		SPEC_LIST,
		SPEC_MAP,
		SPEC_LINES /* JSON: an array; struct: one text a line */
	} type;
	const char *def;
	double lo, hi;
	const char *doc;
};
extern const struct spec_row spec_rows[];
extern const size_t spec_nrows;

/* "08:30" -> minutes 0..1440; -1 if it is none. */
int spec_minutes(const char *);
/* "mon-fri,sun" -> bit mask, bit 0 = Sunday; -1 if it is none. */
int spec_days(const char *);
/* "", "none", "10:00-16:00": 0 empty, 1 none, 2 a span; -1 a mistake. */
int spec_span(const char *, int *from, int *to);

#endif
