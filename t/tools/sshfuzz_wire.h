/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_wire: the client's key exchange (RFC 4253, 7; RFC 8731), first and
 * again: curve25519-sha256, ssh-ed25519, and the strict one that came after
 * Terrapin.  Checks the server's signature, but takes any host key.
 */
#ifndef T_SSHFUZZ_WIRE_H
#define T_SSHFUZZ_WIRE_H

#include "sshfuzz_packet.h"

#define WIRE_KEX                                                               \
	"curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,"   \
	"ecdh-sha2-nistp384,diffie-hellman-group16-sha512"

/* kex: the first list; NULL: the one that wire_keys() goes on with. */
static inline void
wire_kexinit(struct wire *w, struct buf *b, const char *kex, bool follows)
{
	const char *cipher = w->gcm ? "aes256-gcm@openssh.com" : "aes256-ctr";

	buf_reset(b);
	buf_byte(b, MSG_KEXINIT);
	for (int i = 0; i < 16; i++)
		buf_byte(b, (char)rng_next(w->r));
	put_text(b, kex != NULL ? kex
		    : w->strict
			? "curve25519-sha256,kex-strict-c-v00@openssh.com"
			: "curve25519-sha256,ext-info-c");
	put_text(b, "ssh-ed25519");
	put_text(b, cipher);
	put_text(b, cipher);
	put_text(b, "hmac-sha2-256");
	put_text(b, "hmac-sha2-256");
	put_text(b, "none");
	put_text(b, "none");
	put_u32(b, 0);
	put_u32(b, 0);
	buf_byte(b, follows);
	put_u32(b, 0);
}

static inline void
key_of(const struct wire *w, const struct buf *k, const uint8_t h[WIRE_HASH],
    char letter, uint8_t out[WIRE_HASH])
{
	struct buf b = BUF_INIT;

	buf_put(&b, k->p, k->len);
	buf_put(&b, h, WIRE_HASH);
	buf_byte(&b, letter);
	buf_put(&b, w->id, WIRE_HASH);
	SHA256((const uint8_t *)b.p, b.len, out);
	buf_clear(&b);
}

static inline void
turn_on(struct wire *w, struct wire_dir *d, const struct buf *k,
    const uint8_t h[WIRE_HASH], const char letters[3], bool encrypts)
{
	const EVP_CIPHER *c = w->gcm ? EVP_aes_256_gcm() : EVP_aes_256_ctr();
	uint8_t iv[WIRE_HASH];

	key_of(w, k, h, letters[0], iv);
	memcpy(d->iv, iv, sizeof(d->iv));
	key_of(w, k, h, letters[1], d->key);
	key_of(w, k, h, letters[2], d->mac);
	EVP_CIPHER_CTX_free(d->ctx);
	d->ctx = EVP_CIPHER_CTX_new();
	EVP_CipherInit_ex(d->ctx, c, NULL, d->key, d->iv, encrypts);
	EVP_CIPHER_CTX_set_padding(d->ctx, 0);
	d->on = true;
	if (w->strict)
		d->seq = 0;
}

/* Did the server's host key sign h? */
static inline bool
host_signed(
    struct wire_view blob, struct wire_view sig, const uint8_t h[WIRE_HASH])
{
	struct wire_view type = get_str(&blob), key = get_str(&blob), s;
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	EVP_PKEY *k = NULL;
	bool good = false;

	get_str(&sig);
	s = get_str(&sig);
	if (view_is(&type, "ssh-ed25519") && key.n == 32 && s.n == 64)
		k = EVP_PKEY_new_raw_public_key(
		    EVP_PKEY_ED25519, NULL, key.p, 32);
	if (k != NULL && EVP_DigestVerifyInit(m, NULL, NULL, NULL, k) == 1)
		good = EVP_DigestVerify(m, s.p, 64, h, WIRE_HASH) == 1;
	EVP_MD_CTX_free(m);
	EVP_PKEY_free(k);
	return good;
}

static inline bool
shared_secret(EVP_PKEY *mine, const uint8_t theirs[32], struct buf *k)
{
	EVP_PKEY *t =
	    EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, theirs, 32);
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(mine, NULL);
	uint8_t secret[32];
	size_t n = sizeof(secret);
	bool good = t != NULL && c != NULL && EVP_PKEY_derive_init(c) == 1 &&
		    EVP_PKEY_derive_set_peer(c, t) == 1 &&
		    EVP_PKEY_derive(c, secret, &n) == 1;

	if (good)
		put_mpint(k, secret, n);
	EVP_PKEY_CTX_free(c);
	EVP_PKEY_free(t);
	return good;
}

/* The next packet of a kind within a key exchange; others are dropped. */
static inline bool
wire_await(struct wire *w, int type, struct buf *b)
{
	while (!w->gone) {
		while (wire_open(w, b))
			if ((uint8_t)b->p[0] == type)
				return true;
		wire_wait(w, 1000);
	}
	return false;
}

/* The exchange's hash h and secret k of the server's answer. */
static inline bool
take_reply(struct wire *w, EVP_PKEY *mine, const uint8_t q[32],
    const struct buf *reply, uint8_t h[WIRE_HASH], struct buf *k)
{
	struct wire_view v = { (const uint8_t *)reply->p + 1, reply->len - 1,
		false };
	struct wire_view host = get_str(&v), qs = get_str(&v),
			 sig = get_str(&v);
	struct buf b = BUF_INIT;

	if (v.bad || qs.n != 32 || !shared_secret(mine, qs.p, k))
		return false;
	put_text(&b, wire_version);
	put_str(&b, w->v_s.p, w->v_s.len);
	put_str(&b, w->i_c.p, w->i_c.len);
	put_str(&b, w->i_s.p, w->i_s.len);
	put_str(&b, host.p, host.n);
	put_str(&b, q, 32);
	put_str(&b, qs.p, 32);
	buf_put(&b, k->p, k->len);
	SHA256((const uint8_t *)b.p, b.len, h);
	buf_clear(&b);
	return host_signed(host, sig, h);
}

/*
 * A whole proper key exchange.  `sent`: our KEXINIT has gone already and is
 * in w->i_c; `asked`: so is the server's, in w->i_s.
 */
static inline bool
wire_keys(struct wire *w, bool sent, bool asked)
{
	struct buf b = BUF_INIT, k = BUF_INIT;
	uint8_t q[32], h[WIRE_HASH];
	size_t n = sizeof(q);
	EVP_PKEY *mine = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	bool good = false;

	w->in_kex = true;
	if (!sent) {
		wire_kexinit(w, &w->i_c, NULL, false);
		wire_send(w, &w->i_c);
	}
	if (!asked && !wire_await(w, MSG_KEXINIT, &w->i_s))
		goto out;
	if (!w->have_id && w->strict)
		w->strict =
		    memmem(w->i_s.p, w->i_s.len, "kex-strict-s", 12) != NULL;
	EVP_PKEY_get_raw_public_key(mine, q, &n);
	buf_byte(&b, MSG_ECDH_INIT);
	put_str(&b, q, 32);
	wire_send(w, &b);
	if (!wire_await(w, MSG_ECDH_REPLY, &b) ||
	    !take_reply(w, mine, q, &b, h, &k))
		goto out;
	if (!w->have_id)
		memcpy(w->id, h, WIRE_HASH);
	w->have_id = true;
	buf_reset(&b);
	buf_byte(&b, MSG_NEWKEYS);
	wire_send(w, &b);
	turn_on(w, &w->out, &k, h, "ACE", true);
	if (!wire_await(w, MSG_NEWKEYS, &b))
		goto out;
	turn_on(w, &w->in, &k, h, "BDF", false);
	good = true;
out:
	w->in_kex = false;
	EVP_PKEY_free(mine);
	buf_clear(&b);
	buf_clear(&k);
	return good;
}

#endif
