/* SPDX-License-Identifier: MIT */
/*
 * stamps: when which board was published, in a file that t/tools/fakeboard
 * writes and t/tools/sshload reads.  The board's node is STAMPS_NODE of its
 * tick, which every screen shows in its first line: who finds it there knows
 * how long it took.
 */
#ifndef T_STAMPS_H
#define T_STAMPS_H

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define STAMPS_N      4096 /* published at 10 Hz: the last 400 s */
#define STAMPS_NODE   "t%07u"
#define STAMPS_DIGITS 7

struct stamps {
	_Atomic uint32_t tick; /* the newest that is published */
	uint32_t pad;
	int64_t ns[STAMPS_N]; /* CLOCK_MONOTONIC before publishing; by tick */
};

/* NULL: errno says why.  It stays mapped until the process ends. */
static inline struct stamps *
stamps_open(const char *path, int writable)
{
	int fd = open(path,
	    writable ? O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC
		     : O_RDONLY | O_CLOEXEC,
	    0644);
	void *p = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (!writable || ftruncate(fd, sizeof(struct stamps)) == 0)
		p = mmap(NULL, sizeof(struct stamps),
		    writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED,
		    fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

#endif
