/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_chan: what stands on the transport, done properly: log-in with an
 * ed25519 key, one channel, its requests, its data within the window; and
 * what the server says to it.
 */
#ifndef T_SSHFUZZ_CHAN_H
#define T_SSHFUZZ_CHAN_H

#include "sshfuzz_wire.h"

#define CHAN_TEXT   65536 /* of its output are kept */
#define CHAN_WINDOW (1u << 20)

/* ---- what comes from the server ---------------------------------------- */

static inline void
chan_text(struct wire *w, struct wire_view v)
{
	struct wire_view s = get_str(&v);

	if (v.bad)
		return;
	if (w->text.len > CHAN_TEXT)
		buf_drain(&w->text, w->text.len / 2);
	buf_put(&w->text, s.p, s.n);
}

static inline void
chan_took(struct wire *w, size_t n)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, MSG_WINDOW);
	put_u32(&b, w->peer);
	put_u32(&b, (uint32_t)n);
	wire_send(w, &b);
	buf_clear(&b);
}

static inline void
chan_note(struct wire *w, const struct buf *b)
{
	struct wire_view v = { (const uint8_t *)b->p + 1, b->len - 1, false },
			 what;

	switch ((uint8_t)b->p[0]) {
	case MSG_AUTH_SUCCESS:
		w->in_now = true;
		break;
	case MSG_OPEN_OK:
		get_u32(&v);
		w->peer = get_u32(&v);
		w->window = get_u32(&v);
		w->opened = true;
		break;
	case MSG_WINDOW:
		get_u32(&v);
		w->window += get_u32(&v);
		break;
	case MSG_DATA:
	case MSG_EXT_DATA:
		get_u32(&v);
		if ((uint8_t)b->p[0] == MSG_EXT_DATA)
			get_u32(&v);
		chan_text(w, v);
		/* half of our window at a time would do; this tests more */
		if (!w->closed && b->len > 512)
			chan_took(w, b->len);
		break;
	case MSG_REQUEST:
		get_u32(&v);
		what = get_str(&v);
		if (view_is(&what, "exit-status") && v.n >= 5) {
			v.p++, v.n--;
			w->status = (int)get_u32(&v);
		}
		break;
	case MSG_CLOSE:
		w->closed = true;
		break;
	default:
		break;
	}
}

/* The type of the next packet within ms; -1: none. */
static inline int
wire_next(struct wire *w, struct buf *b, int ms)
{
	int64_t until = now_read().mono_ns + ms * NS_PER_MS;

	while (!w->gone) {
		int left;

		if (wire_open(w, b)) {
			chan_note(w, b);
			if ((uint8_t)b->p[0] != MSG_KEXINIT)
				return (uint8_t)b->p[0];
			buf_reset(&w->i_s);
			buf_put(&w->i_s, b->p, b->len);
			if (!wire_keys(w, false, true))
				w->gone = true;
			continue;
		}
		left = (int)((until - now_read().mono_ns) / NS_PER_MS);
		/* it waits at least once: there is the end of all, too */
		if (!wire_wait(w, MAXIMUM(left, 1)) && left <= 1)
			return -1;
	}
	return -1;
}

/* Look at all that has come; wait ms for it. */
static inline void
wire_drain(struct wire *w, int ms)
{
	struct buf b = BUF_INIT;
	int64_t until = now_read().mono_ns + ms * NS_PER_MS;

	do {
		wire_next(w, &b, 1);
	} while (!w->gone && now_read().mono_ns < until);
	buf_clear(&b);
}

/* Until a packet of a kind has come, or another one ends the wait. */
static inline bool
wire_until(struct wire *w, int good, int bad, int ms)
{
	struct buf b = BUF_INIT;
	int64_t until = now_read().mono_ns + ms * NS_PER_MS;
	int t = -1;

	while (!w->gone && now_read().mono_ns < until) {
		t = wire_next(w, &b, 100);
		if (t == good || t == bad)
			break;
	}
	buf_clear(&b);
	return t == good;
}

/* ---- log-in ------------------------------------------------------------ */

/* Always the same one of a seed, so that a connection can be made again. */
static inline EVP_PKEY *
key_make(uint64_t seed)
{
	struct rng r;
	uint8_t raw[32];

	rng_seed(&r, seed);
	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)rng_next(&r);
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, raw, 32);
}

static inline void
key_blob(EVP_PKEY *key, struct buf *b)
{
	uint8_t pub[32];
	size_t n = sizeof(pub);

	EVP_PKEY_get_raw_public_key(key, pub, &n);
	put_text(b, "ssh-ed25519");
	put_str(b, pub, n);
}

/* A line of authorized_keys. */
static inline void
key_line(EVP_PKEY *key, char out[128])
{
	struct buf b = BUF_INIT;
	unsigned char text[100];

	key_blob(key, &b);
	EVP_EncodeBlock(text, (const uint8_t *)b.p, (int)b.len);
	str_format(out, 128, "ssh-ed25519 %s", (char *)text);
	buf_clear(&b);
}

/* Signature of what stands in a packet of the session id. */
static inline void
key_sign(EVP_PKEY *key, const uint8_t id[WIRE_HASH], const struct buf *packet,
    uint8_t out[64])
{
	struct buf b = BUF_INIT;
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	size_t n = 64;

	put_str(&b, id, WIRE_HASH);
	buf_put(&b, packet->p, packet->len);
	if (EVP_DigestSignInit(m, NULL, NULL, NULL, key) != 1 ||
	    EVP_DigestSign(m, out, &n, (const uint8_t *)b.p, b.len) != 1)
		memset(out, 0, 64);
	EVP_MD_CTX_free(m);
	buf_clear(&b);
}

static inline void
auth_head(struct buf *b, const void *user, size_t n, const char *service,
    const char *method)
{
	buf_reset(b);
	buf_byte(b, MSG_AUTH);
	put_str(b, user, n);
	put_text(b, service);
	put_text(b, method);
}

static inline void
auth_key(struct wire *w, struct buf *b, const char *user, EVP_PKEY *key)
{
	struct buf blob = BUF_INIT, sig = BUF_INIT;
	uint8_t s[64];

	auth_head(b, user, strlen(user), "ssh-connection", "publickey");
	buf_byte(b, 1);
	put_text(b, "ssh-ed25519");
	key_blob(key, &blob);
	put_str(b, blob.p, blob.len);
	key_sign(key, w->id, b, s);
	put_text(&sig, "ssh-ed25519");
	put_str(&sig, s, sizeof(s));
	put_str(b, sig.p, sig.len);
	buf_clear(&blob);
	buf_clear(&sig);
}

static inline bool
wire_service(struct wire *w, const char *name)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, MSG_SERVICE_REQUEST);
	put_text(&b, name);
	wire_send(w, &b);
	buf_clear(&b);
	return wire_until(w, MSG_SERVICE_ACCEPT, MSG_DISCONNECT, 5000);
}

/* From the first byte to the encrypted transport. */
static inline bool
wire_up(struct wire *w)
{
	wire_step(w, "hello");
	if (!wire_hello(w))
		return false;
	wire_step(w, "keys");
	return wire_keys(w, false, false);
}

static inline bool
wire_login(struct wire *w, const char *user, EVP_PKEY *key)
{
	struct buf b = BUF_INIT;
	bool in;

	if (!wire_up(w))
		return false;
	wire_step(w, "log-in of %s", user);
	if (!wire_service(w, "ssh-userauth"))
		return false;
	w->proof = true;
	auth_key(w, &b, user, key);
	wire_send(w, &b);
	in = wire_until(w, MSG_AUTH_SUCCESS, MSG_AUTH_FAILURE, 10000);
	buf_clear(&b);
	return in;
}

/* ---- a channel --------------------------------------------------------- */

static inline bool
chan_open(struct wire *w, uint32_t window, uint32_t most)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, MSG_OPEN);
	put_text(&b, "session");
	put_u32(&b, 0);
	put_u32(&b, window);
	put_u32(&b, most);
	wire_send(w, &b);
	buf_clear(&b);
	return wire_until(w, MSG_OPEN_OK, MSG_OPEN_FAILED, 5000);
}

/* The head of a request; what belongs to it follows. */
static inline void
chan_request(struct wire *w, struct buf *b, const char *what, bool reply)
{
	buf_reset(b);
	buf_byte(b, MSG_REQUEST);
	put_u32(b, w->peer);
	put_text(b, what);
	buf_byte(b, reply);
}

static inline void
chan_pty(struct wire *w, struct buf *b, const char *term, uint32_t cols,
    uint32_t rows)
{
	chan_request(w, b, "pty-req", true);
	put_text(b, term);
	put_u32(b, cols);
	put_u32(b, rows);
	put_u32(b, 0);
	put_u32(b, 0);
	put_str(b, "\0", 1);
}

static inline void
chan_size(struct wire *w, uint32_t cols, uint32_t rows)
{
	struct buf b = BUF_INIT;

	chan_request(w, &b, "window-change", false);
	put_u32(&b, cols);
	put_u32(&b, rows);
	put_u32(&b, 0);
	put_u32(&b, 0);
	wire_send(w, &b);
	buf_clear(&b);
}

static inline bool
chan_exec(struct wire *w, const char *line, size_t n)
{
	struct buf b = BUF_INIT;

	chan_request(w, &b, "exec", true);
	put_str(&b, line, n);
	wire_send(w, &b);
	buf_clear(&b);
	return wire_until(w, MSG_SUCCESS, MSG_FAILURE, 5000);
}

static inline void
chan_bare(struct wire *w, enum wire_msg type)
{
	struct buf b = BUF_INIT;

	buf_byte(&b, (char)type);
	put_u32(&b, w->peer);
	wire_send(w, &b);
	buf_clear(&b);
}

/* Data, never more than the server's window allows; waits for it. */
static inline void
chan_data(struct wire *w, const void *from, size_t n)
{
	const char *p = from;
	struct buf b = BUF_INIT;

	while (n > 0 && !w->gone && !w->closed) {
		size_t k = MINIMUM(n, 16384);

		wire_drain(w, 0);
		if (w->window <= 0) {
			wire_wait(w, 100);
			continue;
		}
		k = MINIMUM(k, (size_t)w->window);
		buf_reset(&b);
		buf_byte(&b, MSG_DATA);
		put_u32(&b, w->peer);
		put_str(&b, p, k);
		wire_send(w, &b);
		w->window -= (int64_t)k;
		p += k;
		n -= k;
	}
	buf_clear(&b);
}

#endif
