/* SPDX-License-Identifier: MIT */
/*
 * A runner starts this very program again: with arguments it is what is run,
 * without it is the test.
 */
#include "ui/runner.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shared/util.h"
#include "tap.h"

static int
be_run(int argc, char **argv)
{
	const char *how = argc > 4 ? argv[4] : "";
	char c;

	if (argc < 5 || strcmp(argv[1], "--run-dir") != 0 ||
	    strcmp(argv[3], "import") != 0)
		return 9;
	if (read(STDIN_FILENO, &c, 1) != 0 || isatty(STDOUT_FILENO))
		return 8;
	if (strcmp(how, "silent") == 0)
		return 0;
	if (strcmp(how, "mute") == 0)
		return 1;
	if (strcmp(how, "much") == 0)
		for (int i = 0; i < 20000; i++)
			printf("line %d of many\n", i);
	printf("%s in %s\n\n", how, argv[2]);
	fflush(stdout);
	if (strcmp(how, "killed") == 0)
		abort();
	return strcmp(how, "bad") == 0;
}

/* Its last words; *good as it says. */
static void
run(const char *how, bool *good, char *out, size_t size)
{
	const char *args[] = { "import", how, NULL }, *why = "", *text = "";
	struct runner *r = runner_start("/tmp/some where", args, &why);
	bool ended = false;

	*good = false;
	str_copy(out, size, why);
	for (int i = 0; r != NULL && i < 600 && !ended; i++) {
		struct pollfd p = { runner_fd(r), POLLIN, 0 };

		/* its descriptor ends before it does */
		poll(&p, p.fd >= 0, p.fd >= 0 ? 100 : 10);
		ended = runner_work(r, good, &text);
	}
	if (ended)
		str_copy(out, size, text);
	runner_free(r);
}

int
main(int argc, char **argv)
{
	static char said[20000];
	bool good;

	if (argc > 1)
		return be_run(argc, argv);
	run("fine", &good, said, sizeof(said));
	ok(good && strcmp(said, "fine in /tmp/some where") == 0, "\"%s\"",
	    said);
	run("bad", &good, said, sizeof(said));
	ok(!good && strcmp(said, "bad in /tmp/some where") == 0,
	    "what fails says why: \"%s\"", said);
	run("silent", &good, said, sizeof(said));
	ok(good && said[0] != '\0', "done without a word: \"%s\"", said);
	run("mute", &good, said, sizeof(said));
	ok(!good && said[0] != '\0', "failed without a word: \"%s\"", said);
	run("killed", &good, said, sizeof(said));
	ok(!good, "killed is failed");
	run("much", &good, said, sizeof(said));
	ok(good && strlen(said) < 17000 && strlen(said) > 4000 &&
		strstr(said, "much in /tmp/some where") != NULL,
	    "of more than anybody reads the end is kept");
	runner_free(NULL);
	return done_testing();
}
