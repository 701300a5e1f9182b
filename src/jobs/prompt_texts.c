/* SPDX-License-Identifier: MIT */
/* prompt_texts: libconfig files into JSON, every mistake with its line. */
#include "jobs/prompt_texts.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include <libconfig.h>

#include "jobs/prompt_store.h"
#include "shared/conf_value.h"
#include "shared/util.h"

bool
prompt_text_valid(const char *s)
{
	return *s != '\0' && strlen(s) < PROMPT_TEXT && conf_value_clean(s);
}

static bool
known(const json_t *all, const char *name)
{
	const json_t *o;
	size_t i;

	json_array_foreach (all, i, o)
		if (strcmp(json_string_value(json_object_get(o, "name")),
			name) == 0)
			return true;
	return false;
}

static bool
one(const config_setting_t *e, const char *file, const char *language,
    json_t *all, struct buf *err)
{
	const char *name = "", *text = "";

	if (config_setting_is_group(e)) {
		config_setting_lookup_string(e, "name", &name);
		config_setting_lookup_string(e, "text", &text);
	}
	if (!prompt_name_valid(name) || !prompt_text_valid(text) ||
	    known(all, name)) {
		conf_value_at(err, e, file);
		buf_fmt(err,
		    "prompts[]: expected { name = \"...\"; text = \"...\"; }, "
		    "a name of a-z, 0-9 and _ that stands here once, and a "
		    "text of 1 to %d bytes",
		    PROMPT_TEXT - 1);
		return false;
	}
	json_array_append_new(all, json_pack("{s:s, s:s, s:s}", "name", name,
				       "text", text, "language", language));
	return true;
}

static bool
one_file(const char *file, json_t *all, struct buf *err)
{
	const config_setting_t *list;
	const char *typed = "", *language;
	bool good = false;
	config_t cfg;

	config_init(&cfg);
	if (config_read_file(&cfg, file) != CONFIG_TRUE) {
		conf_value_syntax(err, &cfg, file);
		config_destroy(&cfg);
		return false;
	}
	config_lookup_string(&cfg, "language", &typed);
	language = prompt_language(typed);
	list = config_lookup(&cfg, "prompts");
	if (language == NULL)
		buf_fmt(err,
		    "%s: language = \"%s\", expected \"en\", \"es-419\" or "
		    "\"pt-BR\"",
		    file, typed);
	else if (list == NULL || !config_setting_is_list(list))
		buf_fmt(err,
		    "%s: no prompts, expected prompts = ( { name = \"...\"; "
		    "text = \"...\"; }, ... );",
		    file);
	else
		good = true;
	for (int i = 0; good && i < config_setting_length(list); i++)
		good = one(config_setting_get_elem(list, (unsigned)i), file,
		    language, all, err);
	config_destroy(&cfg);
	return good;
}

json_t *
prompt_texts(const char *dir, struct buf *err)
{
	char *pattern = xasprintf("%s/*.conf", dir);
	json_t *all = json_array();
	bool good = true;
	glob_t g;

	if (glob(pattern, 0, NULL, &g) != 0) {
		buf_fmt(err, "%s: no texts of prompts there", pattern);
		good = false;
	} else {
		for (size_t i = 0; good && i < g.gl_pathc; i++)
			good = one_file(g.gl_pathv[i], all, err);
		globfree(&g);
	}
	free(pattern);
	if (good)
		return all;
	json_decref(all);
	return NULL;
}
