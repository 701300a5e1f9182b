/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_door: odd numbers, odd texts and spoilt packets, and what strangers
 * may send before they say who they are: modes "banner" and "keys".
 */
#ifndef T_SSHFUZZ_DOOR_H
#define T_SSHFUZZ_DOOR_H

#include "sshfuzz_chan.h"

static inline uint32_t
below(struct wire *w, uint32_t n)
{
	return (uint32_t)rng_below(w->r, n);
}

static inline bool
one_of(struct wire *w, uint32_t n)
{
	return below(w, n) == 0;
}

#define PICK(w, a) ((a)[below((w), nitems(a))])

/* ---- odd numbers, odd texts, spoilt packets ---------------------------- */

static inline uint32_t
odd_u32(struct wire *w)
{
	static const uint32_t odd[] = { 0, 1, 2, 3, 4, 5, 8, 31, 33, 127, 128,
		255, 256, 1000, 32767, 32768, 32769, 35000, 65535, 65536,
		262144, 0xffffff, 0x7ffffffe, 0x7fffffff, 0x80000000u,
		0x80000001u, 0xfffffff0u, 0xfffffffbu, 0xfffffffeu,
		0xffffffffu };

	return one_of(w, 4) ? (uint32_t)rng_next(w->r) : PICK(w, odd);
}

static inline size_t
odd_size(struct wire *w)
{
	static const size_t sizes[] = { 0, 1, 2, 16, 31, 32, 33, 63, 64, 65,
		255, 256, 1023, 4096, 30000, 65536 };

	return PICK(w, sizes);
}

static inline void
put_random(struct wire *w, struct buf *b, size_t n)
{
	for (; n >= 8; n -= 8) {
		uint64_t v = rng_next(w->r);

		buf_put(b, &v, 8);
	}
	for (; n > 0; n--)
		buf_byte(b, (char)rng_next(w->r));
}

/* Bytes of one of several kinds. */
static inline void
put_odd_bytes(struct wire *w, struct buf *b, size_t n)
{
	static const char *const texts[] = { "%n%n%s%s", "\xff\xfe", "\xc3",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "../", "';--", "$(id)",
		"\033]0;x\a", "\r\n", "\0\0", "aa,", ",,", "\xe2\x80\xae" };
	const char *t;

	switch (below(w, 4)) {
	case 0:
		put_random(w, b, n);
		return;
	case 1:
		for (char c = (char)rng_next(w->r); n > 0; n--)
			buf_byte(b, c);
		return;
	case 2:
		for (; n > 0; n--)
			buf_byte(b, (char)('a' + below(w, 26)));
		return;
	default:
		while (n > 0) {
			size_t k = strlen(t = PICK(w, texts)) + one_of(w, 9);

			k = MINIMUM(k, n);
			buf_put(b, t, k);
			n -= k;
		}
	}
}

/* A string that may be what is meant, or anything. */
static inline void
put_odd(struct wire *w, struct buf *b, const char *meant)
{
	struct buf s = BUF_INIT;

	if (!one_of(w, 3)) {
		buf_str(&s, meant);
		if (one_of(w, 8))
			buf_put(&s, "\0x", 2);
	} else {
		put_odd_bytes(w, &s, odd_size(w));
	}
	put_u32(b, one_of(w, 12) ? odd_u32(w) : (uint32_t)s.len);
	buf_put(b, s.p != NULL ? s.p : "", s.len);
	buf_clear(&s);
}

/* Spoil a payload; its first byte mostly stays. */
static inline void
mangle(struct wire *w, struct buf *b)
{
	uint32_t v = htonl(odd_u32(w));
	size_t at, k;

	if (b->len < 2)
		return;
	at = 1 + below(w, (uint32_t)b->len - 1);
	k = 1 + below(w, 16);
	k = MINIMUM(b->len - at, k);
	switch (below(w, 8)) {
	case 0:
		for (uint32_t i = 1 + below(w, 8); i > 0; i--)
			b->p[1 + below(w, (uint32_t)b->len - 1)] ^=
			    (char)(1 << below(w, 8));
		break;
	case 1:
	case 2:
		memcpy(b->p + at, &v, MINIMUM(b->len - at, 4));
		break;
	case 3:
		b->len = at;
		break;
	case 4:
		put_random(w, b, odd_size(w) / 2);
		break;
	case 5:
		memset(b->p + at, one_of(w, 2) ? 0 : 0xff, k);
		break;
	case 6:
		memmove(
		    b->p + 1 + below(w, (uint32_t)(b->len - k)), b->p + at, k);
		break;
	default:
		if (one_of(w, 3))
			b->p[0] = (char)rng_next(w->r);
	}
}

static inline void
bend_next(struct wire *w)
{
	w->bend = (enum wire_bend)(1 + below(w, BEND_KINDS - 1));
	w->bend_value = odd_u32(w);
}

/* ---- mode banner ------------------------------------------------------- */

static inline void
put_hello(struct wire *w, struct buf *b)
{
	static const char *const hellos[] = {
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-1.5-x\r\n",
		"SSH-1.99-OpenSSH_2\r\n", "SSH-2.0\r\n", "SSH-2.0-\r\n",
		"SSH-2.0-x\n", "SSH-2.0-x\r\r\n", "ssh-2.0-x\r\n",
		"SSH-9999999999.0-x\r\n", "SSH--1.-1-x\r\n", "SSH-2.0-%s%n\r\n",
		"SSH-2.0-OpenSSH_\r\n", "SSH-2.0-OpenSSH_99999999999999.9\r\n",
		"SSH-2.0-OpenSSH_-1.x\r\n", "SSH-2.0-PuTTY\n", "\n\n\n\n",
		"\r\n\r\n", "SSH-2.0-libssh_0.\r\n", "PROXY TCP4 1 2 3 4\r\n"
	};

	switch (below(w, 8)) {
	case 0:
		put_random(w, b, odd_size(w));
		break;
	case 1:
		buf_str(b, "SSH-2.0-");
		put_odd_bytes(w, b, odd_size(w) * 2);
		if (one_of(w, 2))
			buf_str(b, "\r\n");
		break;
	case 2:
		for (uint32_t i = below(w, 3000); i > 0; i--)
			buf_str(b, "a line before it\r\n");
		buf_str(b, "SSH-2.0-x\r\n");
		break;
	case 3:
		for (uint32_t i = below(w, 5000); i > 0; i--)
			buf_byte(b, '\n');
		break;
	default:
		buf_str(b, PICK(w, hellos));
	}
}

static inline void
mode_banner(struct wire *w)
{
	struct buf b = BUF_INIT;

	put_hello(w, &b);
	wire_step(w, "banner of %zu bytes: %.20s", b.len,
	    b.len > 0 && b.p[0] > ' ' ? b.p : "");
	if (one_of(w, 4)) { /* byte by byte */
		for (size_t i = 0; i < b.len && i < 300 && !w->gone; i++)
			wire_put(w, b.p + i, 1);
	} else {
		wire_put(w, b.p, b.len);
	}
	if (one_of(w, 2)) {
		buf_reset(&b);
		put_random(w, &b, odd_size(w));
		wire_step(w, "%zu bytes behind it", b.len);
		wire_put(w, b.p != NULL ? b.p : "", b.len);
	}
	if (one_of(w, 3))
		shutdown(w->fd, SHUT_WR);
	wire_wait(w, (int)below(w, 300));
	buf_clear(&b);
}

/* ---- mode keys --------------------------------------------------------- */

static inline void
put_list(struct wire *w, struct buf *b)
{
	struct buf s = BUF_INIT;

	switch (below(w, 6)) {
	case 0: /* 30 KB of names */
		while (s.len < 30000)
			buf_str(
			    &s, one_of(w, 9) ? "curve25519-sha256," : "no,");
		break;
	case 1:
		put_odd_bytes(w, &s, odd_size(w));
		break;
	case 2:
		for (uint32_t i = below(w, 20000); i > 0; i--)
			buf_byte(&s, ',');
		break;
	case 3:
		break;
	default:
		buf_str(&s, WIRE_KEX ",ssh-ed25519,aes256-ctr,hmac-sha2-256,"
				     "none,rsa-sha2-512");
	}
	put_u32(b, one_of(w, 8) ? odd_u32(w) : (uint32_t)s.len);
	buf_put(b, s.p != NULL ? s.p : "", s.len);
	buf_clear(&s);
}

static inline void
odd_kexinit(struct wire *w, struct buf *b)
{
	static const char *const kex[] = { "curve25519-sha256",
		"curve25519-sha256@libssh.org", "ecdh-sha2-nistp256",
		"ecdh-sha2-nistp384", "diffie-hellman-group16-sha512",
		"diffie-hellman-group-exchange-sha256", "none", "",
		"ext-info-c", "kex-strict-c-v00@openssh.com",
		"ext-info-c,kex-strict-c-v00@openssh.com,curve25519-sha256" };

	wire_kexinit(w, b, PICK(w, kex), one_of(w, 3));
	switch (below(w, 3)) {
	case 0:
		buf_reset(b);
		buf_byte(b, MSG_KEXINIT);
		put_random(w, b, 16);
		for (int i = 0; i < 10; i++)
			put_list(w, b);
		put_random(w, b, 5);
		break;
	case 1:
		mangle(w, b);
		break;
	default:
		break;
	}
}

/* An ECDH or DH INIT: right in size or not. */
static inline void
odd_init(struct wire *w, struct buf *b)
{
	static const uint32_t sizes[] = { 0, 1, 31, 32, 32, 33, 64, 65, 65, 97,
		512, 513, 30000 };
	struct buf p = BUF_INIT;
	uint32_t n = PICK(w, sizes);

	switch (below(w, 4)) {
	case 0:
		while (p.len < n)
			buf_byte(&p, 0);
		break;
	case 1:
		while (p.len < n)
			buf_byte(&p, (char)0xff);
		break;
	default:
		put_random(w, &p, n);
	}
	if (n > 0 && one_of(w, 2))
		p.p[0] = (char)PICK(w, ((const int[]){ 0, 2, 3, 4, 0x7f }));
	buf_reset(b);
	buf_byte(b, (char)(MSG_ECDH_INIT + (one_of(w, 6) ? below(w, 5) : 0)));
	put_u32(b, one_of(w, 8) ? odd_u32(w) : n);
	buf_put(b, p.p != NULL ? p.p : "", p.len);
	buf_clear(&p);
}

/* A packet that has no place here yet. */
static inline void
odd_packet(struct wire *w, struct buf *b)
{
	static const uint8_t types[] = { 0, 1, 2, 3, 4, 5, 6, 7, 20, 21, 30, 31,
		32, 33, 34, 50, 51, 52, 53, 60, 61, 63, 64, 65, 66, 80, 81, 82,
		90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 192, 255 };

	buf_reset(b);
	buf_byte(b, (char)(one_of(w, 4) ? below(w, 256) : PICK(w, types)));
	for (uint32_t i = below(w, 5); i > 0; i--) {
		if (one_of(w, 2))
			put_u32(b, odd_u32(w));
		put_odd(w, b, "ssh-connection");
		if (one_of(w, 2))
			buf_byte(b, (char)below(w, 3));
	}
}

static inline void
spoil_or_not(struct wire *w, struct buf *b)
{
	if (one_of(w, 3))
		mangle(w, b);
	if (one_of(w, 12))
		bend_next(w);
	wire_send(w, b);
}

static inline void
mode_keys(struct wire *w)
{
	struct buf b = BUF_INIT;
	uint32_t n = 1 + below(w, 8), how = below(w, 5);

	wire_step(w, "hello");
	if (!wire_hello(w))
		return;
	if (how == 0) { /* all well, and then not */
		if (!wire_keys(w, false, false))
			goto out;
		n += 3;
	} else if (how == 1) { /* a good KEXINIT, spoilt below it */
		wire_kexinit(w, &w->i_c, NULL, one_of(w, 2));
		wire_send(w, &w->i_c);
	}
	for (uint32_t i = 0; i < n && !w->gone; i++) {
		switch (below(w, 5)) {
		case 0:
			odd_init(w, &b);
			break;
		case 1:
			buf_reset(&b);
			buf_byte(&b, MSG_NEWKEYS);
			break;
		case 2:
			odd_packet(w, &b);
			break;
		default:
			odd_kexinit(w, &b);
		}
		wire_step(w, "%s, packet %u: type %u, %zu bytes",
		    w->out.on ? "keyed" : "in the clear", i,
		    (unsigned)(uint8_t)b.p[0], b.len);
		if (one_of(w, 8))
			bend_next(w);
		spoil_or_not(w, &b);
		if (one_of(w, 20))
			for (int k = 0; k < 200 && !w->gone; k++)
				wire_send(w, &b);
		if (one_of(w, 3))
			wire_wait(w, 20);
	}
	wire_wait(w, (int)below(w, 200));
out:
	buf_clear(&b);
}

#endif
