/* SPDX-License-Identifier: MIT */
/*
 * demo_place: where a demo lives and how it goes away.  Touches nothing that
 * it did not make itself.
 */
#include "ui/demo_place.h"

#include <errno.h>
#include <ftw.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "ui/cmd.h"

#define NAME "discador-demo.XXXXXX"

static bool
make_below(const char *base, char dir[DEMO_DIR_MAX + 1])
{
	return str_format(dir, DEMO_DIR_MAX + 1, "%s/" NAME, base)
	    && mkdtemp(dir) != NULL;
}

bool
demo_place_make(char dir[DEMO_DIR_MAX + 1])
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char base[512];
	bool made = false;

	if (geteuid() == 0) {
		made = make_below("/var/tmp", dir);
	} else {
		if (xdg != NULL && *xdg == '/')
			str_copy(base, sizeof(base), xdg);
		else
			str_format(base, sizeof(base), "%s/.local/state",
			    home != NULL ? home : "");
		made = *base == '/' && cli_make_dir(base, 0700)
		    && make_below(base, dir);
	}
	if (!made && !make_below("/tmp", dir)) {
		cli_fail(0, "no directory for the demo: /tmp: %s",
		    strerror(errno));
		return false;
	}
	/* The cluster of a root's engine runs as another user. */
	if (geteuid() == 0 && chmod(dir, 0755) < 0) {
		cli_fail(0, "%s: %s", dir, strerror(errno));
		rmdir(dir);
		return false;
	}
	return true;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void
demo_place_remove(const char *dir)
{
	nftw(dir, remove_one, 32, FTW_DEPTH | FTW_PHYS);
	if (access(dir, F_OK) == 0)
		cli_fail(0, "%s could not be removed whole", dir);
}

void
demo_place_end_cluster(const char *dir)
{
	/* How deep the engine puts it is its own affair. */
	static const char *const below[] = { "", "*/", "*/*/" };
	glob_t g;

	for (size_t i = 0; i < nitems(below); i++) {
		char pattern[DEMO_DIR_MAX + 64];

		str_format(pattern, sizeof(pattern), "%s/state/%spostmaster.pid",
		    dir, below[i]);
		if (glob(pattern, 0, NULL, &g) != 0)
			continue;
		for (size_t k = 0; k < g.gl_pathc; k++) {
			FILE *f = fopen(g.gl_pathv[k], "re");
			char line[32] = "";
			int64_t pid;

			if (f == NULL)
				continue;
			if (fgets(line, sizeof(line), f) != NULL)
				line[strcspn(line, "\n")] = '\0';
			fclose(f);
			/* SIGQUIT: immediate; nothing in it is kept. */
			if (str_int64(line, 2, INT32_MAX, &pid)
			    && kill((pid_t)pid, SIGQUIT) == 0)
				for (int ms = 0; ms < 5000
				     && kill((pid_t)pid, 0) == 0;
				     ms += 50)
					cli_sleep(50);
		}
		globfree(&g);
	}
}

static bool
ended_within(pid_t pid, int ms)
{
	int64_t until = now_read().mono_ns + ms * NS_PER_MS;

	for (;;) {
		pid_t r = waitpid(pid, NULL, WNOHANG);

		if (r == pid || (r < 0 && errno == ECHILD))
			return true;
		if (now_read().mono_ns >= until)
			return false;
		cli_sleep(20);
	}
}

void
demo_place_end_child(pid_t pid, int ms, int sig)
{
	if (pid <= 0 || ended_within(pid, ms))
		return;
	kill(pid, sig);
	if (ended_within(pid, 10000))
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
