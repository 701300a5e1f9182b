/* SPDX-License-Identifier: MIT */
/*
 * cmd: the verbs of the command line, one cmd_*.c each, and what they share
 * (cli.c).  Results go to stdout, everything else to stderr.
 */
#ifndef UI_CMD_H
#define UI_CMD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <jansson.h>

#include "shared/board.h"
#include "shared/buf.h"

enum cli_exit {
	CLI_DONE,
	CLI_REFUSED, /* or failed: one line says why and what to do */
	CLI_USAGE,
	CLI_NO_ENGINE,
	CLI_CONF, /* FILE:LINE: what, and what was expected */
	CLI_OUT_OF_REACH, /* database or switch */
};

struct console_opts;
struct cli {
	/* console_run() where there may be a terminal; else NULL */
	int (*console)(const struct console_opts *);
	/* asked over SSH: files of this machine are not the asker's */
	bool remote;
	bool pty; /* remote: and stderr goes to a terminal */
	char dir[512]; /* where the running program lies */
	const char *file; /* -c; NULL: the usual places */
	const char *run_dir_opt;
	char run_dir[256];
};

/* A verb: argv[0] is its name; returns an enum cli_exit. */
typedef int cmd_fn(struct cli *, int argc, char **argv);
cmd_fn cmd_alert, cmd_apply, cmd_audit, cmd_brake, cmd_call, cmd_callback,
    cmd_campaign, cmd_context, cmd_cps, cmd_db, cmd_demo, cmd_details, cmd_did,
    cmd_doctor, cmd_export, cmd_help, cmd_history, cmd_import, cmd_loadtest,
    cmd_prompt, cmd_session, cmd_set, cmd_show, cmd_simulate, cmd_status,
    cmd_stop, cmd_survey, cmd_user, cmd_why;

/* Carry out argv[0] (cli_run.c); its exit code. */
int cli_run(struct cli *, int argc, char **argv);
/* What --help says. */
void cli_help(FILE *to);

/* "discador: ..." on stderr; returns code, so that it can be returned. */
int cli_fail(int code, const char *, ...) __attribute__((format(printf, 2, 3)));
/* The verb's usage line on stderr; CLI_USAGE. */
int cli_usage(const char *verb);
/* "no engine runs", and how to start one; CLI_NO_ENGINE. */
int cli_no_engine(const struct cli *);
/*
 * One request, taken.  CLI_DONE: reply's text has been printed to out (if
 * neither is NULL) and *reply (may be NULL) is the caller's.  Otherwise the
 * reason has been printed.  fds, timeout_s as for ipc_call.
 */
int cli_call(
    struct cli *, json_t *request, int timeout_s, FILE *out, json_t **reply);
/*
 * One question or request (taken), as most verbs are: the answer's text to
 * stdout, or with as_json its data.
 */
int cli_ask(struct cli *, json_t *request, bool as_json);
/* The same; CLI_DONE: the reply is the caller's. */
int cli_ask_reply(struct cli *, json_t *request, bool as_json, json_t **reply);
/* The second half of it, for a reply that came another way. */
int cli_judge(json_t *reply, FILE *out);
/*
 * Path of another of our programs: beside this one, in SBINDIR or, as its
 * bare name, in PATH.
 */
void cli_sibling(const struct cli *, const char *name, char *out, size_t);
/* The whole of a file ("-": stdin), at most max bytes; false: printed why. */
bool cli_slurp(const char *name, size_t max, struct buf *);

/*
 * Start an engine in the background with its messages in log, and wait until
 * its board is live (30 s).  passing: a demo's, which ends when this process
 * does and keeps nothing.  Its pid, or -1 after printing what it said.
 */
pid_t cli_engine_start(struct cli *, const char *log, bool passing);

/* The last lines that were written to a log after that offset, to stderr. */
void cli_show_log(const char *log, off_t from);

/* Is there such a process, and not only what is left of it? */
bool cli_alive(pid_t);

/* SIGINT, SIGTERM and SIGHUP set cli_stopped instead of killing. */
extern volatile sig_atomic_t cli_stopped;
void cli_catch_signals(void);
/* Wait at most ms, less when a signal comes. */
void cli_sleep(int ms);

/* The object of `status --json`; new reference. */
json_t *status_json(const struct board *);
/* The same for people. */
void status_text(struct buf *, const struct board *);

/* What a pane shows, once: `show PANE`; NULL: there is none of that word. */
struct pane;
const struct pane *pane_show_find(const char *word);
int pane_show(struct cli *, const struct pane *, bool as_json);

/* apply the files; what changed goes to out. */
int apply_files(struct cli *, char *const *files, int n, FILE *out);

struct import_job {
	const char *what; /* contacts, dids, dnc */
	const char *file; /* "-": stdin */
	const char *campaign, *list, *country; /* NULL or text */
	const char *rejects; /* NULL: FILE.rejects.csv */
	bool quiet; /* no bar, no word about the rejects file */
};
/* out may be NULL: print no summary. */
int import_run(struct cli *, const struct import_job *, FILE *out);

#endif
