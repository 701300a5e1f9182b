/* SPDX-License-Identifier: MIT */
/* dirs: mkdir() from the top down. */
#include "shared/dirs.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/util.h"

bool
dirs_make(const char *path, mode_t mode)
{
	char p[512];

	if (!str_copy(p, sizeof(p), path)) {
		errno = ENAMETOOLONG;
		return false;
	}
	for (char *s = strchr(p + 1, '/'); s != NULL; s = strchr(s + 1, '/')) {
		*s = '\0';
		if (mkdir(p, 0755) < 0 && errno != EEXIST)
			return false;
		*s = '/';
	}
	return mkdir(p, mode) == 0 || errno == EEXIST;
}
