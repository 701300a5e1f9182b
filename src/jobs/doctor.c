/* SPDX-License-Identifier: MIT */
/*
 * doctor: reads the configuration and the board, calls the checks in order,
 * prints what they found.  Exit 0: nothing is wrong (warnings may be there);
 * 1: something is; 4: the configuration has a mistake.
 */
#include "jobs/doctor.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/text.h"
#include "shared/tz.h"
#include "shared/util.h"

static const char *const state_words[] = { "ok", "note", "warning", "wrong" };

void
doctor_say(struct doctor *d, enum doctor_state state, const char *name,
    const char *mend, const char *fmt, ...)
{
	char text[400], clean[3 * sizeof(text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Of a file's bytes, or cut: JSON would take none of it. */
	text_clean(clean, sizeof(clean), text);
	d->bad += state == DOCTOR_BAD;
	d->warned += state == DOCTOR_WARN;
	json_array_append_new(
	    d->checks, json_pack("{s:s, s:s, s:s, s:s}", "name", name, "state",
			   state_words[state], "text", clean, "mend", mend));
}

static void
configuration(struct doctor *d, const char *file, const char *run_dir)
{
	struct buf err = BUF_INIT;
	struct stat st;

	d->have_conf = conf_read(file, run_dir, &d->conf, &err);
	if (!d->have_conf)
		doctor_say(d, DOCTOR_BAD, "configuration",
		    "correct that line; discador help conf shows every option",
		    "%s", buf_cstr(&err));
	else if (d->conf.file[0] == '\0')
		doctor_say(d, DOCTOR_NOTE, "configuration",
		    "discador help conf >" SYSCONFDIR
		    "/discador.conf writes a sample",
		    "there is no discador.conf: every option has its default");
	else
		doctor_say(d, DOCTOR_OK, "configuration", "", "%s, node %s",
		    d->conf.file, d->conf.node);
	if (d->have_conf && d->conf.file[0] != '\0' &&
	    d->conf.secret_file[0] == '\0' &&
	    (d->conf.conninfo[0] != '\0' || d->conf.nswitches > 0) &&
	    stat(d->conf.file, &st) == 0 && (st.st_mode & 0077) != 0)
		doctor_say(d, DOCTOR_WARN, "secrets",
		    "chmod 600 it, or move the secrets to a secret_file",
		    "%s holds secrets and has mode %04o", d->conf.file,
		    (unsigned)st.st_mode & 07777);
	buf_clear(&err);
}

static void
engine(struct doctor *d)
{
	struct board_reader *r = board_reader_new(d->conf.run_dir);
	const struct board *b;

	d->board = xcalloc(1, sizeof(*d->board));
	d->live = board_read(r, d->board, now_read().mono_ns);
	board_reader_free(r);
	b = d->board;
	if (d->live == BOARD_LIVE)
		doctor_say(d,
		    strcmp(b->version_text, VERSION) == 0 ? DOCTOR_OK
							  : DOCTOR_WARN,
		    "engine",
		    strcmp(b->version_text, VERSION) == 0
			? ""
			: "restart it: another version is installed",
		    "%s runs as pid %d, node %s", b->version_text, b->pid,
		    b->node);
	else
		doctor_say(d, DOCTOR_WARN, "engine",
		    "systemctl start discador, or discador in a terminal",
		    d->live == BOARD_STALE ? "the engine of %s has gone"
					   : "no engine runs (%s)",
		    d->conf.run_dir);
}

/* What the engine looks after, as it says. */
static void
helpers(struct doctor *d)
{
	const struct board *b = d->board;

	if (d->live != BOARD_LIVE)
		return;
	for (uint32_t i = 0; i < MINIMUM(b->nhelpers, BOARD_HELPERS); i++) {
		const struct board_helper *h = &b->helpers[i];

		if (strcmp(h->state, "running") == 0)
			doctor_say(d, DOCTOR_OK, h->name, "",
			    "runs as pid %d, started again %u times", h->pid,
			    h->restarts);
		else
			doctor_say(d, DOCTOR_BAD, h->name,
			    "its own lines in the engine's log say more",
			    "%s: %s", h->state, h->why);
	}
	for (uint32_t i = 0; i < MINIMUM(b->nalerts, BOARD_ALERTS); i++)
		if (b->alerts[i].ended_ms == 0)
			doctor_say(d, DOCTOR_WARN, "alert",
			    "discador alert list", "%s: %s", b->alerts[i].rule,
			    b->alerts[i].message);
}

static void
print_text(const struct doctor *d)
{
	static const char *const marks[] = { "ok   ", "note ", "WARN ",
		"WRONG" };
	const json_t *c;
	size_t i;

	json_array_foreach (d->checks, i, c) {
		const char *mend =
		    json_string_value(json_object_get(c, "mend"));
		const char *s = json_string_value(json_object_get(c, "state"));
		size_t k = 0;

		while (k + 1 < nitems(marks) && strcmp(state_words[k], s) != 0)
			k++;
		printf("%s  %-14s %s\n", marks[k],
		    json_string_value(json_object_get(c, "name")),
		    json_string_value(json_object_get(c, "text")));
		if (*mend != '\0')
			printf("%22s-> %s\n", "", mend);
	}
	if (d->bad == 0 && d->warned == 0)
		printf("nothing is wrong\n");
	else
		printf("%u wrong, %u warnings\n", d->bad, d->warned);
}

int
doctor_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "run-dir", required_argument, NULL, 'r' },
		{ "json", no_argument, NULL, 'j' },
		{ NULL, 0, NULL, 0 },
	};
	struct doctor d = { .checks = json_array() };
	const char *file = NULL, *run_dir = NULL;
	bool as_json = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'r':
			run_dir = optarg;
			break;
		case 'j':
			as_json = true;
			break;
		default:
			return 2;
		}
	if (optind != argc) {
		fputs("usage: discador doctor [--json]\n", stderr);
		return 2;
	}
	log_level_set(LOG_LVL_ERROR); /* what is wrong stands in the report */
	configuration(&d, file, run_dir);
	if (d.have_conf) {
		doctor_host(&d);
		engine(&d);
		doctor_database(&d);
		doctor_switches(&d);
		doctor_ssh(&d);
		doctor_metrics(&d);
		helpers(&d);
		conf_clear(&d.conf);
	}
	if (as_json) {
		json_dumpf(d.checks, stdout, JSON_INDENT(2));
		putchar('\n');
	} else {
		print_text(&d);
	}
	json_decref(d.checks);
	free(d.board);
	return !d.have_conf ? 4 : d.bad > 0 ? 1 : 0;
}
