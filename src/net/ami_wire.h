/* SPDX-License-Identifier: MIT */
/*
 * ami_wire: one byte stream to a switch, TCP or TLS, never blocking: name
 * lookup, connect, handshake, read, write.  It does not retry, buffer or
 * understand what it carries.
 *
 * Reads go straight to the caller's memory and a write is one system call (or
 * one SSL_write) made when the caller says so: what left and when is known
 * exactly.  bufferevent is not used for this reason, and because libevent 2.1
 * reads 4096 bytes a turn.
 */
#ifndef NET_AMI_WIRE_H
#define NET_AMI_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct ami_wire;
struct evdns_base;
struct event_base;
struct sw_config;

enum wire_event {
	WIRE_OPEN, /* connected, and trusted as far as asked */
	WIRE_IO, /* read and write again */
	WIRE_FAILED, /* before it was open; ami_wire_why says why */
};

/* The callback may free the wire. */
typedef void wire_cb(void *arg, enum wire_event);

/*
 * Starts at once; uses host, port, tls and ca_file of cfg, copied.  *dns is
 * made when the first name is looked up; the caller keeps it from one wire to
 * the next and frees it (evdns_base_free(*dns, 1)) after the last.
 */
struct ami_wire *ami_wire_new(struct event_base *, struct evdns_base **dns,
    const struct sw_config *cfg, wire_cb *, void *arg);
void ami_wire_free(struct ami_wire *);
/* Bytes read; 0: none now, WIRE_IO comes; -1: over, ami_wire_why says why. */
ssize_t ami_wire_read(struct ami_wire *, char *, size_t);
/*
 * Bytes written, perhaps fewer than n: WIRE_IO then comes when there is room.
 * -1: over.  After a short write the next call must go on with the same bytes.
 */
ssize_t ami_wire_write(struct ami_wire *, const char *, size_t n);
/* The caller stopped reading before a 0: WIRE_IO shall come again. */
void ami_wire_more(struct ami_wire *);
const char *ami_wire_why(const struct ami_wire *);

#endif
