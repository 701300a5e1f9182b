/* SPDX-License-Identifier: MIT */
/*
 * import_options: the command line of an import.  It knows which options go
 * together, and nothing of the database.
 */
#include "jobs/import_options.h"

#include <getopt.h>

#include "shared/util.h"

int
import_options_usage(const char *why, const char *arg)
{
	fprintf(stderr,
	    "discador-job: import: %s%s\n"
	    "usage: discador-job import contacts --campaign NAME\n"
	    "       discador-job import contacts --list NAME\n"
	    "       discador-job import dids\n"
	    "       discador-job import dnc [--list NAME]\n"
	    "  [--country C] [--encoding E] [--delimiter D] [--name FILE]\n"
	    "  [--rejects-fd N] [--progress-fd N] <LIST\n",
	    why, arg);
	return 2;
}

static bool
parse_fd(const char *text, int *fd)
{
	int64_t n;

	if (!str_int64(text, 1, 1 << 20, &n))
		return false;
	*fd = (int)n;
	return true;
}

static bool
parse_delimiter(const char *text, int *delimiter)
{
	if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0)
		*delimiter = '\t';
	else if (strlen(text) == 1 && *text > ' ' && *text != '"')
		*delimiter = *text;
	else
		return false;
	return true;
}

int
import_options_parse(int argc, char **argv, struct import_options *o)
{
	static const struct option longs[] = {
		{ "campaign", required_argument, NULL, 'c' },
		{ "list", required_argument, NULL, 'l' },
		{ "country", required_argument, NULL, 'C' },
		{ "encoding", required_argument, NULL, 'e' },
		{ "delimiter", required_argument, NULL, 'd' },
		{ "name", required_argument, NULL, 'n' },
		{ "rejects-fd", required_argument, NULL, 'r' },
		{ "progress-fd", required_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const kinds[] = { "contacts", "dids", "dnc" };
	size_t kind = 0;
	bool good = true;
	int c;

	o->rejects_fd = o->progress_fd = -1;
	o->name = "standard input";
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'c':
			o->target.campaign = optarg;
			break;
		case 'l':
			o->target.list = optarg;
			break;
		case 'C':
			o->country = optarg;
			break;
		case 'e':
			o->encoding = optarg;
			break;
		case 'd':
			good = parse_delimiter(optarg, &o->delimiter);
			break;
		case 'n':
			o->name = optarg;
			break;
		case 'r':
			good = parse_fd(optarg, &o->rejects_fd);
			break;
		case 'p':
			good = parse_fd(optarg, &o->progress_fd);
			break;
		default:
			return import_options_usage("unknown option", "");
		}
		if (!good)
			return import_options_usage("bad value ", optarg);
	}
	if (optind != argc - 1)
		return import_options_usage(
		    "expected one of contacts, dids, dnc", "");
	while (kind < nitems(kinds) && strcmp(kinds[kind], argv[optind]) != 0)
		kind++;
	if (kind == nitems(kinds))
		return import_options_usage(
		    "expected contacts, dids or dnc, not ", argv[optind]);
	o->target.kind = (enum import_kind)kind;
	if (kind == IMPORT_CONTACTS &&
	    (o->target.campaign == NULL) == (o->target.list == NULL))
		return import_options_usage(
		    "contacts go to --campaign NAME or --list NAME", "");
	if (kind != IMPORT_CONTACTS && o->target.campaign != NULL)
		return import_options_usage("--campaign is for contacts", "");
	if (kind == IMPORT_DIDS && o->target.list != NULL)
		return import_options_usage("--list is not for dids", "");
	if (kind == IMPORT_DNC && o->target.list == NULL)
		o->target.list = "internal";
	o->target.source = o->name;
	return 0;
}
