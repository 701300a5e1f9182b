/* SPDX-License-Identifier: MIT */
/* doctor_host: directories, room, clock, tables, limits of this machine. */
#include "jobs/doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include <linux/landlock.h>

#include "shared/law.h"
#include "shared/tz.h"
#include "shared/util.h"

#define MB        1048576.0
#define ROOM_WARN 1024 /* MB: a day of calls at 30 a second is about 600 */
#define ROOM_BAD  100
#define FILES     2048

static void
directory(struct doctor *d, const char *name, const char *path, bool room)
{
	struct statvfs fs;
	struct stat st;
	double mb;

	if (stat(path, &st) < 0) {
		doctor_say(d, DOCTOR_NOTE, name,
		    "the engine makes it when it starts", "%s: %s", path,
		    strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		doctor_say(d, DOCTOR_BAD, name, "move it away",
		    "%s is no directory", path);
		return;
	}
	if ((st.st_mode & 0002) != 0) {
		doctor_say(d, DOCTOR_BAD, name, "chmod o-w it",
		    "everybody may write into %s", path);
		return;
	}
	if (!room || statvfs(path, &fs) < 0) {
		doctor_say(d, DOCTOR_OK, name, "", "%s", path);
		return;
	}
	mb = (double)fs.f_bavail * (double)fs.f_frsize / MB;
	doctor_say(d,
	    mb < ROOM_BAD    ? DOCTOR_BAD
	    : mb < ROOM_WARN ? DOCTOR_WARN
			     : DOCTOR_OK,
	    name,
	    mb < ROOM_WARN ? "make room: a full disk stops all calls" : "",
	    "%s, %.0f MB free", path, mb);
}

static void
clock_is_right(struct doctor *d)
{
	struct timex t = { 0 };
	int r = adjtimex(&t);

	if (r < 0)
		doctor_say(d, DOCTOR_NOTE, "clock", "",
		    "whether it is synchronised cannot be seen here: %s",
		    strerror(errno));
	else if ((t.status & STA_UNSYNC) != 0)
		doctor_say(d, DOCTOR_WARN, "clock",
		    "apt install chrony: calling hours go by this clock",
		    "it is not synchronised with a time server");
	else
		doctor_say(d, DOCTOR_OK, "clock", "",
		    "synchronised, within %.0f ms", (double)t.maxerror / 1000);
}

static void
zones(struct doctor *d)
{
	static const char *const needed[] = { "America/New_York",
		"America/Sao_Paulo", "America/Mexico_City", "America/Bogota",
		"America/Lima", "America/Santiago", "America/Caracas",
		"America/Argentina/Buenos_Aires", "America/Toronto" };

	for (size_t i = 0; i < nitems(needed); i++)
		if (tz_get(needed[i]) == NULL) {
			doctor_say(d, DOCTOR_BAD, "time zones",
			    "apt install tzdata", "%s is not known", needed[i]);
			return;
		}
	doctor_say(d, DOCTOR_OK, "time zones", "", "zone of the engine: %s",
	    d->conf.timezone);
}

static void
limits(struct doctor *d)
{
	struct rlimit r;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_max < FILES)
		doctor_say(d, DOCTOR_WARN, "open files",
		    "LimitNOFILE=65536 in the unit, or ulimit -n",
		    "at most %llu for one process",
		    (unsigned long long)r.rlim_max);
	if (abi < 0)
		doctor_say(d, DOCTOR_WARN, "sandbox",
		    "a kernel from 5.13 on with Landlock",
		    "the kernel has no Landlock: sessions over SSH are held by "
		    "their user and seccomp alone");
	else
		doctor_say(d, DOCTOR_OK, "sandbox", "",
		    "Landlock, version %ld of its interface", abi);
}

static void
programs(struct doctor *d)
{
	static const char *const dirs[] = { "/usr/bin/", "/usr/local/bin/",
		"/bin/" };
	static const struct {
		const char *name, *mend;
	} wanted[] = {
		{ "sox", "apt install sox: prompts are converted with it" },
		{ "espeak-ng",
		    "apt install espeak-ng: draft prompts are spoken by it" },
	};
	char path[64];

	for (size_t i = 0; i < nitems(wanted); i++) {
		bool there = false;

		for (size_t k = 0; k < nitems(dirs) && !there; k++) {
			str_format(path, sizeof(path), "%s%s", dirs[k],
			    wanted[i].name);
			there = access(path, X_OK) == 0;
		}
		doctor_say(d, there ? DOCTOR_OK : DOCTOR_NOTE, wanted[i].name,
		    there ? "" : wanted[i].mend, "%s",
		    there ? path : "is not installed");
	}
}

void
doctor_host(struct doctor *d)
{
	directory(d, "state_dir", d->conf.state_dir, true);
	directory(d, "run_dir", d->conf.run_dir, false);
	clock_is_right(d);
	zones(d);
	limits(d);
	programs(d);
}
