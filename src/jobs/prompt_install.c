/* SPDX-License-Identifier: MIT */
/* prompt_install: copies with a rename at the end, or a command. */
#include "jobs/prompt_install.h"

#include <errno.h>
#include <string.h>

#include "jobs/prompt_tool.h"
#include "shared/util.h"

static bool
is_dir(const char *sounds)
{
	return *sounds == '/' && strstr(sounds, "%f") == NULL;
}

static void
note(struct prompt_about *a, const char *name)
{
	struct prompt_there *t = a->there;

	while (t < a->there + a->nthere && strcmp(t->name, name) != 0)
		t++;
	if (t == a->there + PROMPT_SWITCHES)
		t = a->there; /* of switches that there were once */
	else if (t == a->there + a->nthere)
		a->nthere++;
	str_copy(t->name, sizeof(t->name), name);
	str_copy(t->sha256, sizeof(t->sha256), a->sha256);
	time_iso(now_read().wall_ms, t->at);
}

static bool
send(const struct prompt_target *t, const char *file, const char *name,
    struct buf *err)
{
	char *argv[PROMPT_TOOL_ARGS];
	bool good;

	if (!prompt_tool_split(t->sounds, file, name, argv, err))
		return false;
	good = prompt_tool_run((const char *const *)argv, NULL, err);
	prompt_tool_free(argv);
	return good;
}

static bool
send_all(const struct prompt_target *t, const char *dir, const char *name,
    struct buf *err)
{
	bool good = true;

	for (size_t i = 0; good && i < PROMPT_FORMATS; i++) {
		char *file =
		    xasprintf("%s/%s.%s", dir, name, prompt_formats[i]);

		good = send(t, file, name, err);
		free(file);
	}
	return good;
}

bool
prompt_install(const char *dir, struct prompt_about *a,
    const struct prompt_target *t, struct buf *err)
{
	bool good = *t->sounds != '\0';
	struct buf why = BUF_INIT;

	if (!good)
		buf_fmt(&why,
		    "switches[].sounds is empty: copy %s/%s.* into its "
		    "directory of sounds by hand, or configure it",
		    dir, a->name);
	if (good && is_dir(t->sounds)) {
		char *stem = xasprintf("%s/%s", dir, a->name);

		good = prompt_store_put(stem, t->sounds, a->name, false, &why);
		free(stem);
	} else {
		good = good && send_all(t, dir, a->name, &why);
	}
	if (good)
		note(a, t->name);
	else
		buf_fmt(err, "%s on switch %s: %s", a->name, t->name,
		    buf_cstr(&why));
	buf_clear(&why);
	return good;
}

enum prompt_place
prompt_install_look(const struct prompt_about *a, const struct prompt_target *t)
{
	char sha[PROMPT_SHA], *file;
	bool read;
	int saved;

	if (*t->sounds == '\0')
		return PROMPT_BY_HAND;
	if (!is_dir(t->sounds)) {
		for (size_t i = 0; i < a->nthere; i++)
			if (strcmp(a->there[i].name, t->name) == 0)
				return strcmp(a->there[i].sha256, a->sha256) ==
					       0
					   ? PROMPT_SAME
					   : PROMPT_OTHER;
		return PROMPT_NOT_THERE;
	}
	file = xasprintf("%s/%s.sln", t->sounds, a->name);
	read = prompt_store_sha256(file, sha);
	saved = errno;
	free(file);
	if (!read)
		return saved == ENOENT ? PROMPT_NOT_THERE : PROMPT_UNKNOWN;
	return strcmp(sha, a->sha256) == 0 ? PROMPT_SAME : PROMPT_OTHER;
}

const char *
prompt_place_word(enum prompt_place p)
{
	static const char *const words[] = {
		[PROMPT_BY_HAND] = "by hand",
		[PROMPT_SAME] = "installed",
		[PROMPT_OTHER] = "another one",
		[PROMPT_NOT_THERE] = "not installed",
		[PROMPT_UNKNOWN] = "cannot look",
	};

	return words[p];
}
