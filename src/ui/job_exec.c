/* SPDX-License-Identifier: MIT */
/* job_exec: execvp() of the program beside this one. */
#include "ui/job_exec.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ui/cmd.h"

void
job_word(struct job_words *w, const char *word)
{
	if (w->n < JOB_WORDS)
		w->v[w->n] = word;
	w->n++;
}

void
job_option(struct job_words *w, const char *flag, const char *value)
{
	if (value == NULL)
		return;
	job_word(w, flag);
	job_word(w, value);
}

void
job_place(struct job_words *w, const struct cli *cli)
{
	job_option(w, "-c", cli->file);
	job_option(w, "--run-dir", cli->run_dir_opt);
}

int
job_exec(const struct cli *cli, struct job_words *w)
{
	char path[PATH_MAX];
	const char *argv[JOB_WORDS + 2];

	if (w->n > JOB_WORDS)
		return cli_fail(CLI_USAGE, "more than %d words", JOB_WORDS);
	cli_sibling(cli, "discador-job", path, sizeof(path));
	argv[0] = "discador-job";
	memcpy(argv + 1, w->v, w->n * sizeof(*argv));
	argv[w->n + 1] = NULL;
	fflush(NULL);
	execvp(path, (char *const *)(uintptr_t)argv);
	return cli_fail(CLI_REFUSED,
	    "%s does not start: %s; is discador installed in whole?", path,
	    strerror(errno));
}
