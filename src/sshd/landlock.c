/* SPDX-License-Identifier: MIT */
/*
 * landlock: by bare system calls, which Debian 12's C library does not have,
 * and with what the running kernel knows of it.
 */
#include "sshd/landlock.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "shared/util.h"

#ifndef __NR_landlock_create_ruleset
#define __NR_landlock_create_ruleset 444
#define __NR_landlock_add_rule       445
#define __NR_landlock_restrict_self  446
#endif

struct landlock_attr {
	uint64_t fs, net, scoped; /* known from ABI 1, 4, 6 on */
};
struct landlock_beneath {
	uint64_t rights;
	int32_t fd;
} __attribute__((packed));

#define LANDLOCK_VERSION 1u /* flag: tell the ABI */
#define LANDLOCK_BENEATH 1 /* kind of a rule */
#define FS_READ_FILE     (1u << 2)
#define FS_READ_DIR      (1u << 3)
#define FS_ABI1          ((1u << 13) - 1)
#define FS_REFER         (1u << 13) /* ABI 2 */
#define FS_TRUNCATE      (1u << 14) /* 3 */
#define FS_IOCTL         (1u << 15) /* 5 */
#define NET_BIND_CONNECT 3u /* 4 */
#define SCOPE_ALL        3u /* 6: abstract sockets, signals */

static int abi; /* 0: none */

static bool
allow_beneath(int rules, const char *dir)
{
	struct landlock_beneath b = { .rights = FS_READ_FILE | FS_READ_DIR };
	bool good;

	if (*dir == '\0')
		return true;
	b.fd = open(dir, O_PATH | O_CLOEXEC);
	if (b.fd < 0)
		return true; /* and so it can read nothing there */
	good = syscall(
		   __NR_landlock_add_rule, rules, LANDLOCK_BENEATH, &b, 0) == 0;
	close(b.fd);
	return good;
}

bool
landlock_find(void)
{
	long n =
	    syscall(__NR_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);

	abi = n > 0 ? (int)n : 0;
	return abi > 0;
}

void
landlock_forget(void)
{
	abi = 0;
}

bool
landlock_enter(const char *const *dirs)
{
	struct landlock_attr a = { .fs = FS_ABI1 };
	size_t size = sizeof(a.fs);
	int rules;
	bool good = true;

	if (abi == 0)
		return true;
	if (abi >= 2)
		a.fs |= FS_REFER;
	if (abi >= 3)
		a.fs |= FS_TRUNCATE;
	if (abi >= 4) {
		a.net = NET_BIND_CONNECT;
		size = offsetof(struct landlock_attr, scoped);
	}
	if (abi >= 5)
		a.fs |= FS_IOCTL;
	if (abi >= 6) {
		a.scoped = SCOPE_ALL;
		size = sizeof(a);
	}
	rules = (int)syscall(__NR_landlock_create_ruleset, &a, size, 0);
	if (rules < 0)
		return false;
	for (; good && *dirs != NULL; dirs++)
		good = allow_beneath(rules, *dirs);
	good = good && syscall(__NR_landlock_restrict_self, rules, 0) == 0;
	close(rules);
	return good;
}

bool
landlock_describe(struct buf *b)
{
	static const struct {
		int abi;
		const char *what;
	} parts[] = {
		{ 1, "files" },
		{ 3, "truncation" },
		{ 4, "TCP" },
		{ 6, "signals to other processes" },
	};
	bool all = true;

	if (abi == 0) {
		buf_str(b,
		    "Landlock: missing, connections can read what their user "
		    "can; needs Linux 5.13 with lsm=landlock,...\n");
		return false;
	}
	buf_fmt(b, "Landlock: ABI %d", abi);
	for (size_t i = 0; i < nitems(parts); i++)
		if (abi < parts[i].abi) {
			buf_fmt(b, "%s%s", all ? "; not limited: " : ", ",
			    parts[i].what);
			all = false;
		}
	buf_str(b, all ? "\n" : "; a newer kernel has it\n");
	return all;
}
