/* SPDX-License-Identifier: MIT */
/* prompt_list: reads each NAME.txt, looks at each switch's place. */
#include "jobs/prompt_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "shared/text.h"
#include "shared/util.h"

static void
put_json(const struct prompt_about *a, const struct prompt_target *t, size_t n,
    const char *problem, json_t *all)
{
	json_t *o, *places = json_array();

	for (size_t i = 0; i < n && *problem == '\0'; i++)
		json_array_append_new(places,
		    json_pack("{s:s, s:s}", "switch", t[i].name, "state",
			prompt_place_word(prompt_install_look(a, &t[i]))));
	o = json_pack("{s:s, s:s, s:s, s:s, s:f, s:s, s:s, s:s, s:s, s:o}",
	    "name", a->name, "kind", a->draft ? "draft" : "recorded",
	    "language", a->language, "text", a->text, "seconds", a->seconds,
	    "source", a->source, "by", a->by, "at", a->at, "sha256", a->sha256,
	    "switches", places);
	if (*problem != '\0')
		json_object_set_new(o, "problem", json_string(problem));
	json_array_append_new(all, o);
}

static void
put_line(const struct prompt_about *a, const struct prompt_target *t, size_t n,
    int width, const char *problem)
{
	printf("%-*s  ", width, a->name);
	if (*problem != '\0') {
		printf("%s\n", problem);
		return;
	}
	printf("%6.1f s  %-8s  %-8s", a->seconds,
	    a->language[0] != '\0' ? a->language : "-",
	    a->draft ? "draft" : "recorded");
	for (size_t i = 0; i < n; i++)
		printf("%s%s %s", i == 0 ? "  " : ", ", t[i].name,
		    prompt_place_word(prompt_install_look(a, &t[i])));
	putchar('\n');
}

size_t
prompt_list(
    const char *dir, const struct prompt_target *t, size_t nt, bool as_json)
{
	struct prompt_about *a = xcalloc(1, sizeof(*a));
	json_t *all = json_array();
	struct buf err = BUF_INIT;
	size_t n, width = 6;
	char **names = prompt_store_names(dir, &n), clean[200];

	for (size_t i = 0; i < n; i++)
		width = MAXIMUM(width, strlen(names[i]));
	if (!as_json && n > 0)
		printf("%-*s  %8s  %-8s  %-8s  %s\n", (int)width, "PROMPT",
		    "LENGTH", "LANGUAGE", "KIND", "SWITCHES");
	for (size_t i = 0; i < n; i++) {
		buf_reset(&err);
		clean[0] = '\0';
		if (!prompt_store_read(dir, names[i], a, &err))
			text_clean(clean, sizeof(clean), buf_cstr(&err));
		if (as_json)
			put_json(a, t, nt, clean, all);
		else
			put_line(a, t, nt, (int)width, clean);
		free(names[i]);
	}
	if (as_json) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	} else if (n == 0) {
		puts("none yet: discador prompt add FILE, or discador prompt "
		     "render for the shipped texts");
	}
	free(names);
	free(a);
	buf_clear(&err);
	json_decref(all);
	return n;
}
