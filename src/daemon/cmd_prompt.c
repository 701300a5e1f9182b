/* SPDX-License-Identifier: MIT */
/*
 * cmd_prompt: sounds.  What is done to files does discador-job prompt, which
 * is told all it has to know; only the switches are asked from here
 * (prompts.h).
 */
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/audit.h"
#include "daemon/cmd.h"
#include "daemon/cmd_table.h"
#include "daemon/jobs.h"
#include "daemon/prompts.h"
#include "shared/text.h"

#define WORDS 50

/* The words of the job; those that were made here are freed with it. */
struct words {
	const char *v[WORDS];
	size_t n;
	char *own[CONF_SWITCHES + 2];
	size_t nown;
};

static void
put(struct words *w, const char *word)
{
	if (w->n + 1 < WORDS)
		w->v[w->n++] = word;
}

static void
put_option(struct words *w, const char *flag, const char *value)
{
	if (*value == '\0')
		return;
	put(w, flag);
	put(w, value);
}

static const char *
keep(struct words *w, char *s)
{
	return w->own[w->nown++] = s;
}

static bool
flag(const struct ctl_req *req, const char *key)
{
	return json_is_true(json_object_get(ctl_json(req), key));
}

static void
fill(struct daemon *d, struct ctl_req *req, struct words *w, const char *word)
{
	const char *name = cmd_arg(req, 1);

	put(w, word);
	if (*name != '\0' && strcmp(word, "install") == 0)
		put(w, name);
	put(w, "--dir");
	put(w, keep(w, xasprintf("%s/prompts", d->conf.state_dir)));
	put_option(w, "--by", ctl_who(req));
	put_option(w, "--name", cmd_key(req, "name"));
	put_option(w, "--language", cmd_key(req, "language"));
	put_option(w, "--file", cmd_key(req, "file"));
	put_option(w, "--switch", cmd_key(req, "switch"));
	if (flag(req, "all"))
		put(w, "--all");
	if (flag(req, "force"))
		put(w, "--force");
	if (flag(req, "json"))
		put(w, "--json");
	for (int i = 0; i < d->conf.nswitches; i++) {
		put(w, "--sounds");
		put(w, keep(w, xasprintf("%s=%s", d->conf.switches[i].name,
				   d->conf.switches[i].sounds)));
	}
}

/* The text as a descriptor; -1 and errno. */
static int
text_fd(const char *text)
{
	int fd = memfd_create("discador-text", MFD_CLOEXEC);
	size_t n = strlen(text);

	if (fd >= 0 &&
	    (write(fd, text, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static void
job(struct daemon *d, struct ctl_req *req, const char *word)
{
	bool list = strcmp(word, "list") == 0, say = strcmp(word, "say") == 0;
	const char *name = strcmp(word, "install") == 0 ? cmd_arg(req, 1)
							: cmd_key(req, "name");
	int fd = say ? text_fd(cmd_key(req, "text")) : ctl_take_fd(req, 0);
	char what[64], clean[64];
	struct words w = { .n = 0 };
	struct buf err = BUF_INIT;
	struct jobs_prompt x = { .words = w.v,
		.what = what,
		.in = list ? -1 : fd,
		.out = list ? fd : -1 };

	text_clean(clean, sizeof(clean), flag(req, "all") ? "all" : name);
	str_format(what, sizeof(what), "prompt %s%s%s", word,
	    *clean != '\0' ? " " : "", clean);
	fill(d, req, &w, word);
	if (!list)
		prompts_forget(d);
	if ((list || say || strcmp(word, "add") == 0) && fd < 0)
		ctl_reply(req, false, 1,
		    say    ? strerror(errno)
		    : list ? "nowhere to write the list to came with the "
			     "request"
			   : "no recording came with the request",
		    NULL);
	else if (!jobs_prompt(d, req, &x, &err))
		ctl_reply(req, false, 1, buf_cstr(&err), NULL);
	else if (!list)
		audit_write(d, ctl_who(req), ctl_origin(req), "prompt",
		    what + strlen("prompt "), "begun");
	if (fd >= 0)
		close(fd);
	for (size_t i = 0; i < w.nown; i++)
		free(w.own[i]);
	buf_clear(&err);
}

/* ---- check ------------------------------------------------------------ */

static const char *
state_word(enum prompts_state s)
{
	return s == PROMPTS_PRESENT   ? "present"
	       : s == PROMPTS_MISSING ? "missing"
				      : "could not be asked";
}

static void
on_checked(void *arg, const struct prompts_answer *v, size_t n, bool stopping)
{
	static const char *const heads[] = { "SOUND", "SWITCH", "THERE" };
	struct cmd_table t = { .ncols = nitems(heads) };
	struct cmd *c = cmd_of(arg);
	json_t *rows = json_array();
	bool missing = false;

	if (stopping) {
		json_decref(rows);
		cmd_end(c, false, 1, "the engine is stopping", NULL);
		return;
	}
	for (size_t i = 0; i < nitems(heads); i++)
		cmd_table_cell(&t, heads[i]);
	for (size_t i = 0; i < n; i++) {
		const char *sw = c->d->conf.switches[v[i].sw].name;
		const char *word = state_word(v[i].state);

		missing |= v[i].state == PROMPTS_MISSING;
		cmd_table_cell(&t, v[i].name);
		cmd_table_cell(&t, sw);
		cmd_table_fmt(
		    &t, "%s%s%s", word, *v[i].why ? ": " : "", v[i].why);
		json_array_append_new(
		    rows, json_pack("{s:s, s:s, s:s, s:s}", "sound", v[i].name,
			      "switch", sw, "state", word, "why", v[i].why));
	}
	cmd_table_end(&t, 0, &c->text);
	cmd_end(c, true, 0, buf_cstr(&c->text),
	    json_pack("{s:b, s:o}", "missing", missing, "sounds", rows));
}

/* One sound, as a flow that plays it. */
static void
add_one(struct engine_sounds *s, struct flow *f, const char *name, size_t len)
{
	f->n = 1;
	f->s[0].kind = FLOW_PLAY;
	str_format(
	    f->s[0].prompt, sizeof(f->s[0].prompt), "%.*s", (int)len, name);
	engine_sounds_add(s, f);
}

/* What stands in our store, too. */
static void
add_store(const struct daemon *d, struct engine_sounds *s, struct flow *f)
{
	char *pattern = xasprintf("%s/prompts/*.txt", d->conf.state_dir);
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++) {
			const char *name = strrchr(g.gl_pathv[i], '/') + 1;

			add_one(s, f, name, strlen(name) - strlen(".txt"));
		}
		globfree(&g);
	}
	free(pattern);
}

static void
check(struct daemon *d, struct ctl_req *req, const char *name)
{
	struct engine_sounds *s = xcalloc(1, sizeof(*s));
	struct flow *f = xcalloc(1, sizeof(*f));
	const char *only = cmd_key(req, "switch");
	struct prompts_round *r;
	bool known = *only == '\0' && d->nsw > 0;

	if (*name != '\0') {
		add_one(s, f, name, strlen(name));
	} else {
		engine_sounds(d->engine, NULL, s);
		if (flag(req, "all"))
			add_store(d, s, f);
	}
	for (unsigned k = 0; k < d->nsw; k++)
		known |= strcmp(d->conf.switches[k].name, only) == 0;
	if (!known || s->n == 0) {
		ctl_reply(req, false, 1,
		    known ? "no context names a sound, and none was said"
		    : d->nsw == 0
			? "no switch is configured"
			: "there is no switch of that name in discador.conf",
		    NULL);
	} else {
		r = prompts_round(d, on_checked, cmd_new(d, req));
		for (size_t i = 0; i < s->n; i++)
			for (unsigned k = 0; k < d->nsw; k++)
				if (*only == '\0' ||
				    strcmp(d->conf.switches[k].name, only) == 0)
					prompts_ask(r, k, s->v[i].name, true);
		prompts_go(r, PROMPTS_LONG_S);
	}
	free(f);
	free(s);
}

/* ---- door ------------------------------------------------------------- */

/* A name that would be an option of the job. */
static bool
strange(const struct ctl_req *req)
{
	return *cmd_arg(req, 1) == '-';
}

void
cmd_do_prompt(struct daemon *d, struct ctl_req *req)
{
	const char *word = cmd_arg(req, 0);

	if (cmd_arg(req, 2)[0] != '\0' || strange(req))
		ctl_reply(req, false, 2,
		    "usage: discador prompt list | add FILE | say TEXT | "
		    "render | install NAME|--all | check [NAME|--all]",
		    NULL);
	else if (strcmp(word, "check") == 0)
		check(d, req, cmd_arg(req, 1));
	else
		job(d, req, word);
}
