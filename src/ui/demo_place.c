/* SPDX-License-Identifier: MIT */
/*
 * demo_place: where a demo lives and how it goes away.  Touches nothing that
 * it did not make itself.
 */
#include "ui/demo_place.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/util.h"
#include "ui/cmd.h"

#define NAME  "discador-demo.XXXXXX"
#define NEW_S 60 /* so young a directory may not have its lock yet */

/* A demo holds the lock of its directory as long as it lives. */
static int
lock(const char *dir, int flags)
{
	char path[DEMO_DIR_MAX + 16];
	int fd;

	str_format(path, sizeof(path), "%s/lock", dir);
	fd = open(path, O_RDWR | flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* What demos that were killed left here. */
static void
sweep(const char *base)
{
	char pattern[600];
	glob_t g;

	if (!str_format(
		pattern, sizeof(pattern), "%s/discador-demo.??????", base) ||
	    glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *dir = g.gl_pathv[i];
		struct stat st;
		int fd;

		if (strlen(dir) > DEMO_DIR_MAX || lstat(dir, &st) < 0 ||
		    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
		    st.st_mtime + NEW_S > now_read().wall_ms / MS_PER_S)
			continue;
		fd = lock(dir, 0);
		if (fd < 0)
			continue;
		demo_place_end_cluster(dir);
		demo_place_remove(dir);
		close(fd);
	}
	globfree(&g);
}

static bool
make_below(const char *base, char dir[DEMO_DIR_MAX + 1])
{
	sweep(base);
	/* The lock is let go by the end of this process, and by nothing else.
	 */
	return str_format(dir, DEMO_DIR_MAX + 1, "%s/" NAME, base) &&
	       mkdtemp(dir) != NULL && lock(dir, O_CREAT) >= 0;
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
		made = *base == '/' && cli_make_dir(base, 0700) &&
		       make_below(base, dir);
	}
	if (!made && !make_below("/tmp", dir)) {
		cli_fail(
		    0, "no directory for the demo: /tmp: %s", strerror(errno));
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

		str_format(pattern, sizeof(pattern),
		    "%s/state/%spostmaster.pid", dir, below[i]);
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
			if (str_int64(line, 2, INT32_MAX, &pid) &&
			    kill((pid_t)pid, SIGQUIT) == 0)
				for (int ms = 0;
				     ms < 5000 && kill((pid_t)pid, 0) == 0;
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
