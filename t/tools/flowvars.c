/* SPDX-License-Identifier: MIT */
/*
 * flowvars: a context of a file for `discador apply` as the channel variables
 * that a call in it brings, one NAME=VALUE a line, for contrib/lab/calls.
 *
 *     flowvars FILE [CONTEXT]
 *
 * CONTEXT may be left out where the file has only one.  Contexts and AMD
 * profiles that it refers to are those of the file.  Refuses what apply would.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/flow.h"
#include "shared/spec.h"
#include "shared/util.h"

#define FILE_MAX (1 << 20)

struct world {
	struct m_context *contexts;
	struct m_amd_profile *amds;
	size_t ncontexts, namds;
};

static const struct m_context *
find_context(void *arg, const char *name)
{
	struct world *w = arg;

	for (size_t i = 0; i < w->ncontexts; i++)
		if (strcmp(w->contexts[i].name, name) == 0)
			return &w->contexts[i];
	return NULL;
}

static const struct m_amd_profile *
find_amd(void *arg, const char *name)
{
	struct world *w = arg;

	for (size_t i = 0; i < w->namds; i++)
		if (strcmp(w->amds[i].name, name) == 0)
			return &w->amds[i];
	return NULL;
}

static bool
fill(struct world *w, const struct spec_file *f)
{
	w->contexts = xcalloc(f->n + 1, sizeof(*w->contexts));
	w->amds = xcalloc(f->n + 1, sizeof(*w->amds));
	for (size_t i = 0; i < f->n; i++) {
		const struct spec_item *it = &f->v[i];

		if (strcmp(it->kind, "context") == 0 &&
		    !spec_context(it->obj, &w->contexts[w->ncontexts++]))
			return false;
		if (strcmp(it->kind, "amd_profile") == 0 &&
		    !spec_amd_profile(it->obj, &w->amds[w->namds++]))
			return false;
	}
	return true;
}

static void
print(void *arg, const char *name, const char *value)
{
	(void)arg;
	printf("%s=%s\n", name, value);
}

static bool
read_file(const char *name, char *text)
{
	FILE *in = fopen(name, "r");
	size_t n;

	if (in == NULL)
		return false;
	n = fread(text, 1, FILE_MAX - 1, in);
	text[n] = '\0';
	fclose(in);
	return n < FILE_MAX - 1;
}

int
main(int argc, char **argv)
{
	struct world w = { 0 };
	struct spec_file file = { 0 };
	struct buf err = BUF_INIT;
	struct flow_world fw = { find_context, find_amd, &w };
	const struct m_context *c = NULL;
	struct flow *f = NULL;
	char *text = xmalloc(FILE_MAX);

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: flowvars FILE [CONTEXT]\n");
		return 2;
	}
	if (!read_file(argv[1], text))
		buf_fmt(&err, "%s: cannot be read, or too long", argv[1]);
	else if (spec_read(argv[1], text, &file, &err)) {
		if (!fill(&w, &file))
			buf_fmt(&err, "%s: does not fit", argv[1]);
		else if (argc == 3)
			c = find_context(&w, argv[2]);
		else if (w.ncontexts == 1)
			c = &w.contexts[0];
		if (c != NULL)
			f = flow_new(c, &fw, &err);
		else if (err.len == 0)
			buf_fmt(&err, "%s: which context?", argv[1]);
	}
	if (f != NULL)
		flow_vars(f, print, NULL);
	else
		fprintf(stderr, "flowvars: %s\n", buf_cstr(&err));
	free(w.contexts);
	free(w.amds);
	free(text);
	spec_clear(&file);
	buf_clear(&err);
	if (f == NULL)
		return 1;
	flow_free(f);
	return 0;
}
