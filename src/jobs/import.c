/* SPDX-License-Identifier: MIT */
/*
 * import: the passes over the list (look, load, explain), one row at a time.
 * It judges numbers and nothing else; what may be called when is the
 * engine's business, and all SQL is db/import.
 */
#include "jobs/import.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "db/import.h"
#include "jobs/import_extra.h"
#include "jobs/import_options.h"
#include "jobs/import_report.h"
#include "jobs/input.h"
#include "jobs/layout.h"
#include "jobs/progress.h"
#include "shared/number.h"
#include "shared/util.h"

#define IMPORT_MAGIC  0x696d706fu
#define REJECTS_BATCH (32 * 1024)

#define assert_magic(j) assert((j)->magic == IMPORT_MAGIC)

enum { EXIT_DONE, EXIT_FAILED, EXIT_AWAY = 5 };

struct job {
	uint32_t magic;
	struct import_options opt;
	struct import_db *db;
	struct import_where where;
	struct input in;
	struct layout layout;
	struct import_extra extra; /* of the row in hand */
	struct import_report report;
	struct progress progress;
	struct buf rejects, why, err;
	bool titled; /* the rejects file has its first line */
	bool failed; /* err says why; empty: cancelled */
	bool header_seen;
	/* Good rows that are not loaded: line * 4 + enum import_skip. */
	int64_t *skipped;
	size_t nskipped, cskipped, next;
};

/* Only what a signal handler needs. */
static volatile sig_atomic_t cancelled;
static struct import_db *cancel_db;

static void
on_signal(int sig)
{
	int saved = errno;

	(void)sig;
	cancelled = 1;
	if (cancel_db != NULL)
		import_db_cancel(cancel_db);
	errno = saved;
}

static void
catch_signals(void)
{
	static const int sigs[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_signal; /* no SA_RESTART: a read must end */
	for (size_t i = 0; i < nitems(sigs); i++)
		sigaction(sigs[i], &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static bool
fail(struct job *j, const char *why)
{
	if (!j->failed && why != NULL)
		buf_str(&j->err, why);
	j->failed = true;
	return false;
}

static bool
tick(void *arg, int64_t done)
{
	struct job *j = arg;

	assert_magic(j);
	if (cancelled || j->failed)
		return fail(j, NULL);
	if (!progress_tick(&j->progress, now_read().mono_ns, done, j->in.size,
		j->report.rows))
		return fail(j, "whoever asked for the import has gone");
	return true;
}

/* --- rejects -------------------------------------------------------------- */

static bool
flush_rejects(struct job *j)
{
	const char *p = j->rejects.p;
	size_t len = j->rejects.len;

	while (len > 0) {
		ssize_t n = write(j->opt.rejects_fd, p, len);

		if (n < 0 && errno == EINTR && !cancelled)
			continue;
		if (n <= 0) {
			buf_fmt(&j->err, "the rejects file: %s",
			    cancelled ? "cancelled" : strerror(errno));
			return fail(j, NULL);
		}
		p += n;
		len -= (size_t)n;
	}
	buf_reset(&j->rejects);
	return true;
}

/* A line of its own for every row that is not imported, or not all of it. */
static void
explain(struct job *j, const struct csv_row *row, const char *reason)
{
	static const char title[] = "line,reason,row\n";

	if (j->opt.rejects_fd < 0 || j->failed)
		return;
	if (!j->titled)
		buf_str(&j->rejects, title);
	j->titled = true;
	buf_fmt(&j->rejects, "%" PRId64 ",", row->line);
	csv_put(&j->rejects, reason, strlen(reason));
	buf_byte(&j->rejects, ',');
	csv_put(&j->rejects, row->raw, row->raw_len);
	buf_byte(&j->rejects, '\n');
	if (j->rejects.len >= REJECTS_BATCH)
		flush_rejects(j);
}

static void
reject(struct job *j, const struct csv_row *row, const char *reason)
{
	j->report.rejected++;
	explain(j, row, reason);
}

/* --- one row -------------------------------------------------------------- */

/* A configured country's name or region, or a word for it; NULL: unknown. */
static const char *
region_of(const struct job *j, const char *word)
{
	char plain[64], name[64];

	layout_plain(word, plain, sizeof(plain));
	for (size_t i = 0; i < j->where.ncountries && *plain != '\0'; i++) {
		const struct import_country *c = &j->where.countries[i];

		layout_plain(c->name, name, sizeof(name));
		if (strcmp(plain, name) == 0)
			return c->region;
	}
	return layout_region(word);
}

static void
load(struct job *j, const struct csv_row *row, const struct number *n,
    const char *country)
{
	const struct layout *l = &j->layout;
	char area[16] = "";
	struct import_row r = { .line = row->line,
		.number = n->e164,
		.country = country,
		.zone = "",
		.area = area,
		.name = "",
		.reason = "",
		.weight = 1 };
	int64_t weight;

	switch (j->opt.target.kind) {
	case IMPORT_CONTACTS:
		r.zone = j->extra.zone;
		r.name = j->extra.name;
		if (j->extra.data.len > 0)
			r.data = buf_cstr(&j->extra.data);
		if (j->extra.good > 0)
			r.alternates = buf_cstr(&j->extra.alternates);
		r.priority = j->extra.priority;
		r.call_at_ms = j->extra.call_at_ms;
		break;
	case IMPORT_DIDS:
		if (!str_copy(
			area, sizeof(area), layout_cell(l, row, LAYOUT_AREA)) ||
		    area[0] == '\0')
			number_area(n->e164, area);
		if (str_int64(
			layout_cell(l, row, LAYOUT_WEIGHT), 1, 1000, &weight))
			r.weight = weight;
		break;
	case IMPORT_DNC:
		r.reason = layout_cell(l, row, LAYOUT_REASON);
		break;
	}
	if (!import_db_row(j->db, &r, &j->err))
		fail(j, NULL);
}

/* Header and blank rows are counted and are no rows to load. */
static bool
is_data(struct job *j, const struct csv_row *row)
{
	j->report.rows++;
	if (row->blank) {
		j->report.blank++;
		return false;
	}
	if ((j->in.sep && row->line == 1) ||
	    (j->layout.header && !j->header_seen && row->error == NULL)) {
		j->header_seen |= !(j->in.sep && row->line == 1);
		j->report.header++;
		return false;
	}
	j->report.read++;
	return true;
}

/* What the row says besides its number; false: it is rejected for it. */
static bool
take_extra(struct job *j, const struct csv_row *row, const struct number *n,
    const struct import_country *c, const char *region)
{
	if (j->opt.target.kind != IMPORT_CONTACTS)
		return true;
	if (!import_extra_read(
		&j->extra, &j->where, row, n, c, region, &j->why)) {
		j->report.bad_value++;
		reject(j, row, buf_cstr(&j->why));
		return false;
	}
	j->report.alternates += j->extra.good;
	j->report.bad_alternates += j->extra.bad;
	if (j->extra.bad > 0)
		explain(j, row, buf_cstr(&j->why));
	return true;
}

static void
on_row(void *arg, const struct csv_row *row)
{
	struct job *j = arg;
	const char *cell, *word, *region;
	const struct import_country *country;
	char why[128];
	struct number n;

	assert_magic(j);
	if (j->failed || !is_data(j, row))
		return;
	if (row->error != NULL) {
		j->report.bad_row++;
		reject(j, row, row->error);
		return;
	}
	cell = layout_cell(&j->layout, row, LAYOUT_NUMBER);
	word = layout_cell(&j->layout, row, LAYOUT_COUNTRY);
	region = *word != '\0' ? region_of(j, word) : NULL;
	if (region == NULL && j->opt.region[0] != '\0')
		region = j->opt.region;
	number_parse(cell, region, &n);
	j->report.verdict[n.verdict]++;
	if (n.e164[0] == '\0') {
		reject(j, row, number_verdict_text(n.verdict));
		return;
	}
	country = import_country_of(&j->where, n.region);
	if (country == NULL && j->opt.target.kind != IMPORT_DNC) {
		str_format(why, sizeof(why),
		    "%s is of %s, a country that is not configured", n.e164,
		    n.region);
		j->report.no_country++;
		reject(j, row, why);
		return;
	}
	if (take_extra(j, row, &n, country, region))
		load(j, row, &n, country != NULL ? country->name : "");
}

/* --- the rows that are good but not loaded -------------------------------- */

static bool
on_skipped(void *arg, int64_t line, enum import_skip why)
{
	struct job *j = arg;

	assert_magic(j);
	if (j->nskipped == j->cskipped) {
		j->cskipped = MAXIMUM(2 * j->cskipped, 1024);
		j->skipped =
		    xreallocarray(j->skipped, j->cskipped, sizeof(*j->skipped));
	}
	j->skipped[j->nskipped++] = line * 4 + (int)why;
	return !cancelled;
}

static void
on_explain(void *arg, const struct csv_row *row)
{
	static const char *const texts[IMPORT_NSKIP] = { "",
		"duplicate: the number stands further up in the file",
		"on a do-not-call list", "duplicate: already there" };
	struct job *j = arg;
	int64_t it;

	assert_magic(j);
	if (j->next == j->nskipped || j->failed)
		return;
	it = j->skipped[j->next];
	if (it / 4 == row->line) {
		j->next++;
		explain(j, row, texts[it % 4]);
	}
}

static bool
explain_tick(void *arg, int64_t done)
{
	struct job *j = arg;

	assert_magic(j);
	(void)done;
	return tick(arg, j->in.size);
}

/* --- the whole ------------------------------------------------------------ */

static bool
set_default_region(struct job *j)
{
	const char *region;

	if (j->opt.country == NULL)
		return true;
	region = region_of(j, j->opt.country);
	if (region == NULL) {
		buf_fmt(&j->err,
		    "unknown country \"%s\": give the name of a "
		    "configured one, or two letters as MX",
		    j->opt.country);
		return false;
	}
	str_copy(j->opt.region, sizeof(j->opt.region), region);
	return true;
}

static bool
transfer(struct job *j)
{
	struct import_report *r = &j->report;
	struct import_counts n = { 0 };
	const char *region = j->opt.region[0] != '\0' ? j->opt.region : NULL;

	j->where.layout = &j->layout;
	if (!import_db_countries(
		j->db, &j->where.countries, &j->where.ncountries, &j->err) ||
	    !set_default_region(j) ||
	    !input_open(&j->in, STDIN_FILENO, j->opt.encoding, j->opt.delimiter,
		tick, j, &j->err) ||
	    !layout_find(&j->layout, j->in.head.p, j->in.head.len, j->in.whole,
		j->in.sep, j->in.delimiter, region, &j->err))
		return false;
	str_copy(r->encoding, sizeof(r->encoding), j->in.encoding);
	if (!import_db_begin(j->db, &j->opt.target, &j->err) ||
	    !input_rows(&j->in, on_row, tick, j, &j->err) || j->failed ||
	    cancelled || !import_db_compare(j->db, &n, &j->err))
		return false;
	if (j->opt.rejects_fd >= 0 &&
	    (!import_db_skipped(j->db, on_skipped, j, &j->err) ||
		(j->nskipped > 0 && !input_rows(&j->in, on_explain,
					explain_tick, j, &j->err)) ||
		j->failed || !flush_rejects(j)))
		return false;
	if (cancelled || !import_db_commit(j->db, &n, &j->err))
		return false;
	r->imported = n.imported;
	r->held = n.held;
	r->marked = n.marked;
	r->dnc = n.skipped[IMPORT_BARRED];
	/* Also what somebody else put there since the comparison. */
	r->duplicates = r->read - r->rejected - r->dnc - r->imported;
	return true;
}

static int
finish(struct job *j, bool good, bool away)
{
	struct import_report *r = &j->report;
	struct buf out = BUF_INIT;

	progress_end(&j->progress);
	if (!good) {
		if (cancelled || j->err.len == 0) {
			buf_reset(&j->err);
			buf_str(&j->err, "cancelled");
			away = false;
		}
		buf_str(&j->err, j->opt.target.kind == IMPORT_DNC
				     ? "; what was loaded so far is in force: "
				       "import it again"
				     : "; nothing was loaded");
		r->error = buf_cstr(&j->err);
		r->imported = r->duplicates = r->dnc = r->held = r->marked = 0;
	}
	if (j->opt.progress_fd >= 0) {
		import_report_json(r, &out);
		progress_line(&j->progress, buf_cstr(&out), out.len);
	} else if (good) {
		import_report_table(r, &out);
		fputs(buf_cstr(&out), stdout);
	} else
		fprintf(
		    stderr, "discador-job: import %s: %s\n", r->what, r->error);
	buf_clear(&out);
	return good ? EXIT_DONE : away ? EXIT_AWAY : EXIT_FAILED;
}

/* Read once, then gone from our environment and from /proc. */
static char *
take_conninfo(void)
{
	char *env = getenv("DISCADOR_CONNINFO"), *copy;

	if (env == NULL || *env == '\0')
		return NULL;
	copy = xstrdup(env);
	explicit_bzero(env, strlen(env));
	unsetenv("DISCADOR_CONNINFO");
	return copy;
}

int
import_main(int argc, char **argv)
{
	static struct job j = { .magic = IMPORT_MAGIC };
	char *conninfo = take_conninfo();
	bool good = false, away = true;
	int code = import_options_parse(argc, argv, &j.opt);

	if (code == 0 && conninfo == NULL)
		code = import_options_usage(
		    "DISCADOR_CONNINFO is not set: which database?", "");
	if (code != 0) {
		free(conninfo);
		return code;
	}
	catch_signals();
	progress_init(&j.progress, j.opt.progress_fd, j.opt.name);
	j.report.what = j.opt.target.kind == IMPORT_CONTACTS ? "contacts"
			: j.opt.target.kind == IMPORT_DIDS   ? "dids"
							     : "dnc";
	j.db = import_db_open(conninfo, &j.err);
	explicit_bzero(conninfo, strlen(conninfo));
	free(conninfo);
	if (j.db != NULL) {
		cancel_db = j.db;
		good = transfer(&j);
		cancel_db = NULL;
		away = import_db_away(j.db);
	}
	code = finish(&j, good, away);
	/* Whatever was not committed ends with the connection. */
	import_db_close(j.db);
	input_close(&j.in);
	layout_clear(&j.layout);
	buf_clear(&j.rejects);
	import_extra_clear(&j.extra);
	buf_clear(&j.why);
	buf_clear(&j.err);
	free(j.skipped);
	return code;
}
