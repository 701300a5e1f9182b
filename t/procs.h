/* SPDX-License-Identifier: MIT */
/*
 * procs: what processes cost, from /proc: memory, CPU, who is whose child,
 * which one serves a TCP connection.  What may not be read is -1 or 0.
 */
#ifndef T_PROCS_H
#define T_PROCS_H

#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "shared/util.h"

struct procs_cost {
	double pss_kb, anon_kb, rss_kb; /* -1: not known */
	double cpu_s; /* since it began, of its first thread */
};

/* The first line of /proc/PID/NAME that begins with key (its number, in kB),
 * -1. */
static inline double
procs_kb(pid_t pid, const char *name, const char *key)
{
	char path[64], line[256];
	double kb = -1;
	FILE *f;

	str_format(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	if ((f = fopen(path, "r")) == NULL)
		return -1;
	while (kb < 0 && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, key, strlen(key)) == 0)
			kb = strtod(line + strlen(key), NULL);
	fclose(f);
	return kb;
}

/* Parent of a process and its CPU in s; 0: there is none. */
static inline pid_t
procs_parent(pid_t pid, double *cpu_s)
{
	char path[64], line[1024], *p;
	unsigned long ut = 0, st = 0;
	int parent = 0;
	FILE *f;

	str_format(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if ((f = fopen(path, "r")) == NULL)
		return 0;
	if (fgets(line, sizeof(line), f) != NULL &&
	    (p = strrchr(line, ')')) != NULL &&
	    sscanf(p, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		&parent, &ut, &st) != 3)
		parent = 0;
	fclose(f);
	if (cpu_s != NULL)
		*cpu_s = (double)(ut + st) / (double)sysconf(_SC_CLK_TCK);
	return parent;
}

/* CPU alone: exact where the kernel counts for the scheduler. */
static inline double
procs_cpu_s(pid_t pid)
{
	char path[64];
	unsigned long long ns = 0;
	double s = 0;
	FILE *f;

	str_format(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	if ((f = fopen(path, "r")) != NULL) {
		if (fscanf(f, "%llu", &ns) != 1)
			ns = 0;
		fclose(f);
	}
	if (ns > 0)
		return (double)ns / 1e9;
	procs_parent(pid, &s);
	return s;
}

static inline struct procs_cost
procs_cost(pid_t pid)
{
	return (
	    struct procs_cost){ .pss_kb = procs_kb(pid, "smaps_rollup", "Pss:"),
		.anon_kb = procs_kb(pid, "status", "RssAnon:"),
		.rss_kb = procs_kb(pid, "status", "VmRSS:"),
		.cpu_s = procs_cpu_s(pid) };
}

/* Children of a process; at most max of them. */
static inline size_t
procs_children(pid_t parent, pid_t *out, size_t max)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	int64_t pid;
	size_t n = 0;

	while (d != NULL && n < max && (e = readdir(d)) != NULL)
		if (str_int64(e->d_name, 1, INT32_MAX, &pid) &&
		    procs_parent((pid_t)pid, NULL) == parent)
			out[n++] = (pid_t)pid;
	if (d != NULL)
		closedir(d);
	return n;
}

/* One end of a connection over IPv4: the inode of its socket. */
struct procs_socket {
	uint32_t local_port, peer_port, peer; /* peer: as in s_addr */
	uint32_t queued; /* bytes sent that the peer has not taken */
	uint64_t inode;
};

/* All connections of the machine whose local port is that. */
static inline size_t
procs_sockets(uint32_t local_port, struct procs_socket *out, size_t max)
{
	FILE *f = fopen("/proc/net/tcp", "r");
	struct procs_socket s;
	unsigned long inode;
	char line[512];
	size_t n = 0;

	while (f != NULL && n < max && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line,
			" %*d: %*x:%x %x:%x %*x %x:%*x %*s %*s %*u %*d %lu",
			&s.local_port, &s.peer, &s.peer_port, &s.queued,
			&inode) == 5 &&
		    s.local_port == local_port) {
			s.inode = inode;
			out[n++] = s;
		}
	if (f != NULL)
		fclose(f);
	return n;
}

/* Inodes of the sockets that a process holds. */
static inline size_t
procs_inodes(pid_t pid, uint64_t *out, size_t max)
{
	char path[64], link[64];
	struct dirent *e;
	unsigned long inode;
	size_t k = 0;
	ssize_t n;
	DIR *d;

	str_format(path, sizeof(path), "/proc/%d/fd", (int)pid);
	d = opendir(path);
	while (d != NULL && k < max && (e = readdir(d)) != NULL) {
		n = readlinkat(dirfd(d), e->d_name, link, sizeof(link) - 1);
		link[MAXIMUM(n, 0)] = '\0';
		if (sscanf(link, "socket:[%lu]", &inode) == 1)
			out[k++] = inode;
	}
	if (d != NULL)
		closedir(d);
	return k;
}

#endif
