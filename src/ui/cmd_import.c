/* SPDX-License-Identifier: MIT */
/*
 * cmd_import: open the list and its rejects file here, where the user may
 * read and write, and hand the descriptors to the engine, which starts the
 * job.  Shows its progress; giving up (Ctrl-C) makes the engine cancel it.
 */
#include "ui/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/job_bar.h"

/* One line of the summary; a count of nothing only where it is expected. */
static void
print_count(
    FILE *out, const char *indent, const char *label, json_int_t n, bool always)
{
	char t[TEXT_NUM];

	if (n != 0 || always)
		fprintf(out, "%s%12s  %s\n", indent, text_count((uint64_t)n, t),
		    label);
}

/*
 * What became of the lines: rows = header + blank + read; read = imported +
 * duplicates + dnc + rejected.
 */
static void
print_counts(FILE *out, const json_t *data)
{
	static const struct {
		const char *key, *indent, *label;
		bool always;
	} t[] = {
		{ "rows", "", "lines in the list", true },
		{ "header", "  ", "header", false },
		{ "blank", "  ", "blank", false },
		{ "read", "  ", "read", true },
		{ "imported", "    ", "imported", true },
		{ "duplicates", "    ", "duplicates", true },
		{ "dnc", "    ", "on the do-not-call list", false },
		{ "rejected", "    ", "rejected", true },
		{ "held", "", "imported but held: time zone unknown", false },
		{ "marked", "", "contacts taken off their lists", false },
		{ "alternates", "", "further numbers of the same contacts",
		    false },
		{ "bad_alternates", "", "further numbers left out", false },
	};
	const char *key;
	json_t *v;

	for (size_t i = 0; i < nitems(t); i++) {
		v = json_object_get(data, t[i].key);
		if (v != NULL)
			print_count(out, t[i].indent, t[i].label,
			    json_integer_value(v), t[i].always);
	}
	json_object_foreach (json_object_get(data, "reasons"), key, v) {
		char label[64];

		str_format(label, sizeof(label), "rejected: %s", key);
		print_count(out, "", label, json_integer_value(v), false);
	}
}

/* -1 after printing why. */
static int
open_rejects(const char *name, const struct stat *input)
{
	struct stat st;
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);

	if (fd < 0 || fstat(fd, &st) < 0) {
		cli_fail(0, "%s: %s; --rejects names another file", name,
		    strerror(errno));
	} else if (st.st_dev == input->st_dev && st.st_ino == input->st_ino) {
		cli_fail(0,
		    "%s: is the list itself; --rejects names another file",
		    name);
	} else if (S_ISREG(st.st_mode) && ftruncate(fd, 0) < 0) {
		cli_fail(0, "%s: %s", name, strerror(errno));
	} else {
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static int
run(struct cli *cli, const struct import_job *job, int in, int rejects,
    const struct stat *st, FILE *out)
{
	const char *why = "", *name = job->file, *slash = strrchr(name, '/');
	int fds[2] = { in, rejects }, fd, code;
	char verb[32], what[JOB_BAR_WHAT] = "";
	struct job_bar bar = { .verb = verb,
		.what = what,
		.given_up = "cancelled; nothing was loaded" };
	json_t *q, *reply;

	q = json_pack("{s:s, s:s, s:s, s:I}", "cmd", "import", "what",
	    job->what, "file", slash != NULL ? slash + 1 : name, "size",
	    (json_int_t)(S_ISREG(st->st_mode) ? st->st_size : 0));
	if (q == NULL)
		return cli_fail(CLI_USAGE, "the file's name is not UTF-8");
	if (job->campaign != NULL)
		json_object_set_new(q, "campaign", json_string(job->campaign));
	if (job->list != NULL)
		json_object_set_new(q, "list", json_string(job->list));
	if (job->country != NULL)
		json_object_set_new(q, "country", json_string(job->country));
	fd = ipc_open(cli->run_dir, q, fds, rejects >= 0 ? 2 : 1, &why);
	json_decref(q);
	if (fd < 0)
		return errno == ESRCH ? cli_no_engine(cli)
				      : cli_fail(CLI_REFUSED, "%s", why);
	if (job->quiet || (!cli->remote && isatty(STDERR_FILENO) != 1))
		name = "";
	else if (slash != NULL)
		name = slash + 1;
	/* as the engine names it on the board */
	str_format(verb, sizeof(verb), "import %s", job->what);
	if (*name != '\0')
		str_format(what, sizeof(what), "%s %s", verb, name);
	reply = job_bar_wait(cli, fd, &bar, &why);
	close(fd);
	if (reply == NULL)
		return cli_fail(CLI_REFUSED, "%s", why);
	/* The counts say it, line for line; the text is for other askers. */
	code = cli_judge(
	    reply, json_is_object(json_object_get(reply, "data")) ? NULL : out);
	if (code == CLI_DONE && out != NULL)
		print_counts(out, json_object_get(reply, "data"));
	json_decref(reply);
	return code;
}

int
import_run(struct cli *cli, const struct import_job *job, FILE *out)
{
	bool std = strcmp(job->file, "-") == 0;
	char *rejects_name;
	struct stat st, after;
	int in, rejects = -1, code = CLI_REFUSED;

	in = std ? STDIN_FILENO : open(job->file, O_RDONLY | O_CLOEXEC);
	if (in < 0 || fstat(in, &st) < 0)
		return cli_fail(
		    CLI_REFUSED, "%s: %s", job->file, strerror(errno));
	if (cli->remote) /* what is rejected is only counted */
		return run(cli, job, in, -1, &st, out);
	rejects_name = job->rejects != NULL ? xstrdup(job->rejects)
		       : std                ? xstrdup("stdin.rejects.csv")
			     : xasprintf("%s.rejects.csv", job->file);
	if (S_ISDIR(st.st_mode))
		cli_fail(0, "%s: a directory, expected a list", job->file);
	else
		rejects = open_rejects(rejects_name, &st);
	if (rejects >= 0) {
		code = run(cli, job, in, rejects, &st, out);
		/* An empty one would only puzzle. */
		if (fstat(rejects, &after) == 0 && S_ISREG(after.st_mode)) {
			if (after.st_size == 0)
				unlink(rejects_name);
			else if (!job->quiet)
				fprintf(stderr,
				    "discador: what was rejected, "
				    "and why: %s\n",
				    rejects_name);
		}
		close(rejects);
	}
	if (!std)
		close(in);
	free(rejects_name);
	return code;
}

int
cmd_import(struct cli *cli, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ "list", required_argument, NULL, 'l' },
		{ "country", required_argument, NULL, 'C' },
		{ "rejects", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	struct import_job job = { .what = NULL };
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			job.campaign = optarg;
			break;
		case 'l':
			job.list = optarg;
			break;
		case 'C':
			job.country = optarg;
			break;
		case 'r':
			job.rejects = optarg;
			break;
		default:
			return cli_usage("import");
		}
	if (argc - optind != 2)
		return cli_usage("import");
	job.what = argv[optind];
	job.file = argv[optind + 1];
	if (cli->remote && (strcmp(job.file, "-") != 0 || job.rejects != NULL))
		return cli_fail(CLI_USAGE,
		    "files of that machine cannot be read or written from "
		    "here: import %s - < LIST sends yours, without --rejects",
		    job.what);
	if (strcmp(job.what, "contacts") == 0) {
		if ((job.campaign == NULL) == (job.list == NULL))
			return cli_fail(CLI_USAGE,
			    "contacts belong to a campaign or a list: give "
			    "--campaign NAME or --list NAME");
	} else if (strcmp(job.what, "dids") != 0 &&
		   strcmp(job.what, "dnc") != 0) {
		return cli_usage("import");
	} else if (job.campaign != NULL) {
		return cli_fail(CLI_USAGE,
		    "%s belong to no campaign: leave --campaign out", job.what);
	}
	cli_catch_signals();
	return import_run(cli, &job, stdout);
}
