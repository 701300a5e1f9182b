/* SPDX-License-Identifier: MIT */
/*
 * throwaway: where a demo or a load test lives and how it goes away.  Touches
 * nothing that it did not make itself.
 */
#include "shared/throwaway.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/dirs.h"
#include "shared/util.h"

#define NEW_S 60 /* so young a directory may not have its lock yet */

/* Less when a signal comes. */
static void
nap(int ms)
{
	poll(NULL, 0, ms);
}

/* Its maker holds the lock of its directory as long as it lives. */
static int
lock(const char *dir, int flags)
{
	char path[THROWAWAY_MAX + 16];
	int fd;

	str_format(path, sizeof(path), "%s/lock", dir);
	fd = open(path, O_RDWR | flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* What those that were killed left here. */
static void
sweep(const char *base, const char *what)
{
	char pattern[600];
	glob_t g;

	if (!str_format(pattern, sizeof(pattern), "%s/discador-%s.??????", base,
		what) ||
	    glob(pattern, 0, NULL, &g) != 0)
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *dir = g.gl_pathv[i];
		struct stat st;
		int fd;

		if (strlen(dir) > THROWAWAY_MAX || lstat(dir, &st) < 0 ||
		    !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
		    st.st_mtime + NEW_S > now_read().wall_ms / MS_PER_S)
			continue;
		fd = lock(dir, 0);
		if (fd < 0)
			continue;
		throwaway_end_cluster(dir);
		throwaway_remove(dir);
		close(fd);
	}
	globfree(&g);
}

static bool
make_below(const char *base, const char *what, char dir[THROWAWAY_MAX + 1])
{
	sweep(base, what);
	/* The lock is let go by the end of this process, and by nothing else.
	 */
	return str_format(dir, THROWAWAY_MAX + 1, "%s/discador-%s.XXXXXX", base,
		   what) &&
	       mkdtemp(dir) != NULL && lock(dir, O_CREAT) >= 0;
}

bool
throwaway_make(const char *what, char dir[THROWAWAY_MAX + 1], struct buf *why)
{
	const char *xdg = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char base[512];
	bool made = false;

	if (geteuid() == 0) {
		made = make_below("/var/tmp", what, dir);
	} else {
		if (xdg != NULL && *xdg == '/')
			str_copy(base, sizeof(base), xdg);
		else
			str_format(base, sizeof(base), "%s/.local/state",
			    home != NULL ? home : "");
		made = *base == '/' && dirs_make(base, 0700) &&
		       make_below(base, what, dir);
	}
	if (!made && !make_below("/tmp", what, dir)) {
		buf_fmt(why, "no directory for the %s: /tmp: %s", what,
		    strerror(errno));
		return false;
	}
	/* The cluster of a root's engine runs as another user. */
	if (geteuid() == 0 && chmod(dir, 0755) < 0) {
		buf_fmt(why, "%s: %s", dir, strerror(errno));
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

bool
throwaway_remove(const char *dir)
{
	nftw(dir, remove_one, 32, FTW_DEPTH | FTW_PHYS);
	return access(dir, F_OK) != 0;
}

void
throwaway_end_cluster(const char *dir)
{
	/* How deep the engine puts it is its own affair. */
	static const char *const below[] = { "", "*/", "*/*/" };
	glob_t g;

	for (size_t i = 0; i < nitems(below); i++) {
		char pattern[THROWAWAY_MAX + 64];

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
					nap(50);
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
		nap(20);
	}
}

void
throwaway_end_child(pid_t pid, int ms, int sig)
{
	if (pid <= 0 || ended_within(pid, ms))
		return;
	kill(pid, sig);
	if (ended_within(pid, 10000))
		return;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
