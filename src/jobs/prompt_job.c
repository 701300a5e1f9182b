/* SPDX-License-Identifier: MIT */
/*
 * prompt_job: options, one word's work, one last line.  Started by the engine
 * or, where none runs, by people; needs no database.
 */
#include "jobs/prompt_job.h"

#include <errno.h>
#include <getopt.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "jobs/prompt_do.h"
#include "shared/conf.h"
#include "shared/util.h"

#define FILE_LIMIT (512ull * 1024 * 1024) /* no tool fills the disk */

/* ---- door ------------------------------------------------------------- */

static const struct prompt_target *
target(const struct prompt_ask *k, const char *name)
{
	for (size_t i = 0; i < k->ntarget; i++)
		if (strcmp(k->target[i].name, name) == 0)
			return &k->target[i];
	return NULL;
}

static int
usage(const char *why, const char *arg)
{
	fprintf(stderr,
	    "discador-job: prompt: %s%s\n"
	    "usage: discador-job prompt add --name N [--language L] [--file F] "
	    "<WAV\n"
	    "       ... say --name N --language en|es-419|pt-BR [--force] "
	    "<TEXT\n"
	    "       ... render [--texts DIR] [--force]\n"
	    "       ... install NAME|--all\n"
	    "       ... list [--json]\n"
	    "  [-c FILE | --dir DIR [--sounds SWITCH=PLACE]...] [--switch S]\n"
	    "  [--by WHO] [--progress-fd N]\n",
	    why, arg);
	return 2;
}

/* SWITCH=PLACE */
static bool
take_place(struct prompt_ask *k, char *s)
{
	char *eq = strchr(s, '=');

	if (eq == NULL || k->ntarget == PROMPT_SWITCHES)
		return false;
	*eq = '\0';
	k->target[k->ntarget++] =
	    (struct prompt_target){ .name = s, .sounds = eq + 1 };
	return true;
}

/*
 * Root works as the owner of the state directory: what it made there nobody
 * else could replace, the engine neither.
 */
static bool
become_owner(struct prompt_ask *k, const char *state_dir)
{
	const struct passwd *pw;
	struct stat st;

	if (geteuid() != 0 || stat(state_dir, &st) < 0 || st.st_uid == 0)
		return true;
	pw = getpwuid(st.st_uid);
	if (pw != NULL && initgroups(pw->pw_name, pw->pw_gid) == 0 &&
	    setgid(pw->pw_gid) == 0 && setuid(pw->pw_uid) == 0) {
		setenv("HOME", pw->pw_dir, 1);
		return true;
	}
	buf_fmt(&k->err,
	    "%s belongs to uid %u, which root cannot become: run it as that "
	    "user",
	    state_dir, (unsigned)st.st_uid);
	return false;
}

/* What the engine did not say stands in the configuration. */
static bool
take_conf(struct prompt_ask *k, const char *file)
{
	k->conf = xcalloc(1, sizeof(*k->conf));
	if (!conf_read(file, NULL, k->conf, &k->err))
		return false;
	if (mkdir(k->conf->state_dir, 0711) < 0 && errno != EEXIST) {
		buf_fmt(&k->err, "%s: %s", k->conf->state_dir, strerror(errno));
		return false;
	}
	if (!become_owner(k, k->conf->state_dir))
		return false;
	str_format(k->dir, sizeof(k->dir), "%s/prompts", k->conf->state_dir);
	for (int i = 0; i < k->conf->nswitches && i < PROMPT_SWITCHES; i++)
		k->target[k->ntarget++] =
		    (struct prompt_target){ .name = k->conf->switches[i].name,
			    .sounds = k->conf->switches[i].sounds };
	return true;
}

/* Beside a program that was only built, else where they are installed. */
static const char *
texts_dir(char out[600])
{
	ssize_t n = readlink("/proc/self/exe", out, 500);
	char *slash;

	if (n > 0) {
		out[n] = '\0';
		if ((slash = strrchr(out, '/')) != NULL) {
			str_copy(slash, 60, "/../etc/prompts");
			if (access(out, R_OK) == 0)
				return out;
		}
	}
	return DATADIR "/prompts";
}

static int
finish(struct prompt_ask *k, bool good)
{
	char *line, *s = (char *)(uintptr_t)buf_cstr(good ? &k->text : &k->err);
	json_t *o;

	while (*s != '\0' && s[strlen(s) - 1] == '\n')
		s[strlen(s) - 1] = '\0';
	progress_end(&k->progress);
	o = json_pack("{s:b, s:s}", "final", 1, good ? "text" : "error", s);
	line = o != NULL ? json_dumps(o, JSON_COMPACT) : NULL;
	if (k->progress.fd >= 0 && line != NULL)
		(void)(progress_line(&k->progress, line, strlen(line)) &&
		       progress_line(&k->progress, "\n", 1));
	else if (!good)
		fprintf(stderr, "discador: %s\n", s);
	else if (*s != '\0')
		puts(s);
	free(line);
	json_decref(o);
	buf_clear(&k->text);
	buf_clear(&k->err);
	if (k->conf != NULL)
		conf_clear(k->conf);
	free(k->conf);
	return good ? 0 : 1;
}

static const struct {
	const char *word;
	bool (*run)(struct prompt_ask *);
} words[] = { { "add", prompt_do_add }, { "say", prompt_do_say },
	{ "render", prompt_do_render }, { "install", prompt_do_install },
	{ "list", prompt_do_list } };

static bool
run(struct prompt_ask *k, const char *word, const char *conf)
{
	if (k->dir[0] == '\0' && !take_conf(k, conf))
		return false;
	if (k->only != NULL && target(k, k->only) == NULL) {
		buf_fmt(&k->err, "there is no switch \"%s\" in discador.conf",
		    k->only);
		return false;
	}
	for (size_t i = 0; i < nitems(words); i++)
		if (strcmp(words[i].word, word) == 0)
			return words[i].run(k);
	return false;
}

int
prompt_job_main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "language", required_argument, NULL, 'l' },
		{ "file", required_argument, NULL, 'f' },
		{ "by", required_argument, NULL, 'b' },
		{ "dir", required_argument, NULL, 'd' },
		{ "sounds", required_argument, NULL, 's' },
		{ "switch", required_argument, NULL, 'S' },
		{ "texts", required_argument, NULL, 't' },
		{ "all", no_argument, NULL, 'a' },
		{ "force", no_argument, NULL, 'F' },
		{ "json", no_argument, NULL, 'j' },
		{ "config", required_argument, NULL, 'c' },
		{ "progress-fd", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	const struct rlimit most = { FILE_LIMIT, FILE_LIMIT };
	const char *conf = NULL, *word;
	char texts[600], *env = getenv("DISCADOR_CONNINFO");
	struct prompt_ask k = { .file = "", .by = "" };
	int64_t fd = -1;
	bool known = false;
	int c;

	/* Nothing that is started here needs it. */
	if (env != NULL)
		explicit_bzero(env, strlen(env));
	unsetenv("DISCADOR_CONNINFO");
	k.texts = texts_dir(texts);
	while ((c = getopt_long(argc, argv, "c:", longs, NULL)) != -1) {
		const char **to = c == 'n'   ? &k.name
				  : c == 'l' ? &k.language
				  : c == 'f' ? &k.file
				  : c == 'b' ? &k.by
				  : c == 'S' ? &k.only
				  : c == 't' ? &k.texts
				  : c == 'c' ? &conf
					     : NULL;

		if (to != NULL)
			*to = optarg;
		else if (c == 'd')
			str_copy(k.dir, sizeof(k.dir), optarg);
		else if (c == 's' && take_place(&k, optarg))
			continue;
		else if (c == 'p' && str_int64(optarg, 1, 1 << 20, &fd))
			continue;
		else if (c == 'a')
			k.all = true;
		else if (c == 'F')
			k.force = true;
		else if (c == 'j')
			k.json = true;
		else
			return usage("unknown option or bad value ",
			    optarg != NULL ? optarg : "");
	}
	word = optind < argc ? argv[optind++] : "";
	for (size_t i = 0; i < nitems(words); i++)
		known |= strcmp(words[i].word, word) == 0;
	if (!known)
		return usage("expected a word, not ", word);
	if (strcmp(word, "install") == 0 && optind < argc)
		k.name = argv[optind++];
	if (optind != argc)
		return usage("too much: ", argv[optind]);
	if (strcmp(word, "install") == 0 && k.all == (k.name != NULL))
		return usage("expected a NAME or --all", "");
	setrlimit(RLIMIT_FSIZE, &most);
	signal(SIGPIPE, SIG_IGN);
	/* Ignored by whoever started us, it would hide how a tool ended. */
	signal(SIGCHLD, SIG_DFL);
	progress_init(&k.progress, (int)fd, "prompts");
	return finish(&k, run(&k, word, conf));
}
