/* SPDX-License-Identifier: MIT */
/*
 * import_report: one table of counts, told in three ways.
 */
#include "jobs/import_report.h"

#include <inttypes.h>
#include <stddef.h>

#include "shared/text.h"
#include "shared/util.h"

/* In the order in which they are told.  quiet: only if not 0. */
static const struct {
	const char *key, *label;
	size_t at;
	bool quiet;
} counts[] = {
#define COUNT(key, label, quiet)                                               \
	{                                                                      \
#key, label, offsetof(struct import_report, key), quiet        \
	}
	COUNT(rows, "rows in the file", false),
	COUNT(header, "  header", false),
	COUNT(blank, "  blank", false),
	COUNT(read, "  read", false),
	COUNT(imported, "    imported", false),
	COUNT(duplicates, "    duplicates", false),
	COUNT(dnc, "    on a do-not-call list", false),
	COUNT(rejected, "    rejected", false),
	COUNT(held, "imported but held: time zone unknown", true),
	COUNT(marked, "contacts taken off their lists", true),
	COUNT(alternates, "further numbers of the same contacts", true),
	COUNT(bad_alternates, "further numbers left out", true),
#undef COUNT
};

static int64_t
count(const struct import_report *r, size_t i)
{
	int64_t n;

	memcpy(&n, (const char *)r + counts[i].at, sizeof(n));
	return n;
}

void
import_report_line(const struct import_report *r, struct buf *b)
{
	buf_fmt(
	    b, "%" PRId64 " read: %" PRId64 " imported", r->read, r->imported);
	if (r->held > 0)
		buf_fmt(b, " (%" PRId64 " held: time zone unknown)", r->held);
	buf_fmt(b, ", %" PRId64 " duplicates", r->duplicates);
	if (strcmp(r->what, "contacts") == 0)
		buf_fmt(b, ", %" PRId64 " on a do-not-call list", r->dnc);
	buf_fmt(b, ", %" PRId64 " rejected", r->rejected);
	if (r->marked > 0)
		buf_fmt(b, "; %" PRId64 " contacts taken off their lists",
		    r->marked);
}

void
import_report_json(const struct import_report *r, struct buf *b)
{
	struct buf line = BUF_INIT;
	const char *sep = "";

	import_report_line(r, &line);
	buf_fmt(b, "{\"final\":true,\"ok\":%s,\"text\":",
	    r->error == NULL ? "true" : "false");
	buf_json_str(b, r->error != NULL ? r->error : buf_cstr(&line));
	for (size_t i = 0; i < nitems(counts); i++)
		buf_fmt(b, ",\"%s\":%" PRId64, counts[i].key, count(r, i));
	buf_str(b, ",\"reasons\":{");
	for (int v = NUMBER_V_NEW_RANGE; v < NUMBER_NVERDICT; v++) {
		if (r->verdict[v] == 0)
			continue;
		buf_fmt(b, "%s\"%s\":%" PRId64, sep,
		    number_verdict_word((enum number_verdict)v), r->verdict[v]);
		sep = ",";
	}
	if (r->no_country > 0) {
		buf_fmt(b, "%s\"country-not-configured\":%" PRId64, sep,
		    r->no_country);
		sep = ",";
	}
	if (r->bad_row > 0) {
		buf_fmt(b, "%s\"bad-row\":%" PRId64, sep, r->bad_row);
		sep = ",";
	}
	if (r->bad_value > 0)
		buf_fmt(b, "%s\"bad-value\":%" PRId64, sep, r->bad_value);
	buf_str(b, "},\"encoding\":");
	buf_json_str(b, r->encoding);
	buf_str(b, ",\"error\":");
	buf_json_str(b, r->error != NULL ? r->error : "");
	buf_str(b, "}\n");
	buf_clear(&line);
}

static void
table_row(struct buf *b, int64_t n, const char *indent, const char *label)
{
	char text[TEXT_NUM];

	buf_fmt(
	    b, "%12s  %s%s\n", text_count((uint64_t)n, text), indent, label);
}

void
import_report_table(const struct import_report *r, struct buf *b)
{
	for (size_t i = 0; i < nitems(counts); i++)
		if (!counts[i].quiet || count(r, i) > 0)
			table_row(b, count(r, i), "", counts[i].label);
	if (r->verdict[NUMBER_V_NEW_RANGE] > 0)
		table_row(b, r->verdict[NUMBER_V_NEW_RANGE], "",
		    "numbers in no published range");
	if (r->rejected == 0)
		return;
	buf_str(b, "rejected because:\n");
	for (int v = NUMBER_V_NEW_RANGE + 1; v < NUMBER_NVERDICT; v++)
		if (r->verdict[v] > 0)
			table_row(b, r->verdict[v], "  ",
			    number_verdict_text((enum number_verdict)v));
	if (r->no_country > 0)
		table_row(
		    b, r->no_country, "  ", "their country is not configured");
	if (r->bad_row > 0)
		table_row(b, r->bad_row, "  ", "the row could not be read");
	if (r->bad_value > 0)
		table_row(b, r->bad_value, "  ",
		    "its priority or time to call could not be read");
}
