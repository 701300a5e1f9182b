/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_login: false log-ins of all kinds, mode "login".  Nobody of these
 * gets in: w->proof is set where a proper signature goes out, and that is not
 * here.
 */
#ifndef T_SSHFUZZ_LOGIN_H
#define T_SSHFUZZ_LOGIN_H

#include "sshfuzz_door.h"

#define LOGIN_POUR (128u << 20) /* bytes, past any window */

static const char *const key_types[] = { "ssh-ed25519", "ssh-rsa",
	"rsa-sha2-256", "rsa-sha2-512", "ssh-dss", "ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
	"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
	"ssh-ed25519-cert-v01@openssh.com", "ssh-rsa-cert-v01@openssh.com",
	"rsa-sha2-512-cert-v01@openssh.com", "ssh-dss-cert-v01@openssh.com",
	"ecdsa-sha2-nistp256-cert-v01@openssh.com",
	"sk-ssh-ed25519-cert-v01@openssh.com", "x509v3-ssh-rsa", "" };

/* A key of some type with fields of any size. */
static inline void
odd_blob(struct wire *w, struct buf *b, const char *type)
{
	static const uint32_t sizes[] = { 0, 1, 2, 31, 32, 33, 64, 65, 97, 133,
		256, 257, 2048, 9000 };
	struct buf f = BUF_INIT;

	buf_reset(b);
	put_text(b, one_of(w, 8) ? PICK(w, key_types) : type);
	if (strstr(type, "ecdsa") != NULL)
		put_odd(w, b, type + (type[0] == 's' ? 14 : 11));
	for (uint32_t i = 1 + below(w, one_of(w, 4) ? 12 : 4); i > 0; i--) {
		buf_reset(&f);
		if (one_of(w, 4))
			put_odd_bytes(w, &f, PICK(w, sizes));
		else
			put_random(w, &f, PICK(w, sizes));
		if (f.len > 0)
			f.p[0] = (char)PICK(
			    w, ((const int[]){ 0, 1, 2, 3, 4, 0x7f, 0xff }));
		put_u32(b, one_of(w, 15) ? odd_u32(w) : (uint32_t)f.len);
		buf_put(b, f.p != NULL ? f.p : "", f.len);
	}
	if (one_of(w, 4))
		mangle(w, b);
	buf_clear(&f);
}

static inline void
odd_key_login(struct wire *w, struct buf *b, const char *user)
{
	struct buf blob = BUF_INIT, sig = BUF_INIT;
	const char *type = PICK(w, key_types);

	auth_head(b, user, strlen(user), "ssh-connection", "publickey");
	odd_blob(w, &blob, type);
	buf_byte(b, (char)below(w, 3));
	put_odd(w, b, type);
	put_str(b, blob.p, blob.len);
	if (!one_of(w, 3)) {
		put_odd(w, &sig, type);
		put_odd(w, &sig, "");
		put_u32(b, one_of(w, 8) ? odd_u32(w) : (uint32_t)sig.len);
		buf_put(b, sig.p, sig.len);
	}
	buf_clear(&blob);
	buf_clear(&sig);
}

/* A real user, a real key, and a signature that is none. */
static inline void
false_login(struct wire *w, struct buf *b, const char *user, EVP_PKEY *key)
{
	struct buf blob = BUF_INIT, sig = BUF_INIT, other = BUF_INIT;
	uint8_t s[64], id[WIRE_HASH];

	memcpy(id, w->id, sizeof(id));
	auth_head(b, user, strlen(user), "ssh-connection", "publickey");
	buf_byte(b, 1);
	put_text(b, "ssh-ed25519");
	key_blob(key, &blob);
	put_str(b, blob.p, blob.len);
	buf_put(&other, b->p, b->len);
	switch (below(w, 4)) {
	case 0: /* of another session */
		id[below(w, sizeof(id))] ^= 1;
		key_sign(key, id, b, s);
		put_text(&sig, "ssh-ed25519");
		put_str(&sig, s, sizeof(s));
		break;
	case 1: /* for another user */
		other.p[5] ^= 1;
		key_sign(key, id, &other, s);
		put_text(&sig, "ssh-ed25519");
		put_str(&sig, s, sizeof(s));
		break;
	case 2: /* cut or stretched, and not of it */
		put_text(&sig, "ssh-ed25519");
		put_random(w, &sig, below(w, 3) * 4);
		put_odd(w, &sig, "short");
		break;
	default: /* one bit is another, R or S */
		key_sign(key, id, b, s);
		s[below(w, 64)] ^= (uint8_t)(1 << below(w, 8));
		put_text(&sig, "ssh-ed25519");
		put_str(&sig, s, sizeof(s));
	}
	put_str(b, sig.p, sig.len);
	buf_clear(&blob);
	buf_clear(&sig);
	buf_clear(&other);
}

static inline void
odd_method(struct wire *w, struct buf *b)
{
	static const char *const methods[] = { "none", "publickey", "password",
		"keyboard-interactive", "hostbased", "gssapi-with-mic",
		"gssapi-keyex", "publickey,password", "" };
	const char *m = PICK(w, methods);

	buf_reset(b);
	buf_byte(b, MSG_AUTH);
	put_odd(w, b, one_of(w, 2) ? "vera" : "paula");
	put_odd(w, b, "ssh-connection");
	put_odd(w, b, m);
	if (strcmp(m, "password") == 0) {
		buf_byte(b, (char)below(w, 2));
		put_odd(w, b, "correct horse");
		put_odd(w, b, "new");
	} else if (strcmp(m, "gssapi-with-mic") == 0) {
		put_u32(b, one_of(w, 2) ? odd_u32(w) : below(w, 4));
		put_odd(w, b, "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02");
	} else {
		for (uint32_t i = below(w, 6); i > 0; i--)
			put_odd(w, b, "ssh-ed25519");
	}
}

/* One try of a kind; *n: how often it is sent. */
static inline void
odd_try(struct wire *w, struct buf *b, EVP_PKEY *key, uint32_t *n)
{
	*n = 1;
	switch (below(w, 9)) {
	case 0:
	case 1:
		odd_key_login(w, b, one_of(w, 2) ? "vera" : "nobody");
		break;
	case 2:
		false_login(w, b, "vera", key);
		break;
	case 3: /* her key, and another's name */
		auth_key(w, b, "omar", key);
		break;
	case 4:
		auth_head(b, "vera", 4, "ssh-connection", "none");
		*n = 100;
		break;
	case 5:
		buf_reset(b);
		buf_byte(b, MSG_SERVICE_REQUEST);
		put_odd(w, b, one_of(w, 2) ? "ssh-userauth" : "ssh-connection");
		*n = 1 + below(w, 30);
		break;
	case 6: /* "you are in", says the client; and answers nobody wanted */
		odd_packet(w, b);
		b->p[0] =
		    (char)PICK(w, ((const int[]){ 51, 52, 52, 53, 60, 61, 61,
				      63, 64, 65, 66, 80, 90, 94, 98 }));
		break;
	default:
		odd_method(w, b);
	}
	/* a proper signature may still stand in what was spoilt of it; there
	 * is none in these */
	if (one_of(w, 3))
		mangle(w, b);
}

/* As much as it takes, whatever the window says; then it is looked at. */
static inline void
pour(struct wire *w, struct buf *b)
{
	struct buf d = BUF_INIT;

	wire_step(w, "pours in %u MB", LOGIN_POUR >> 20);
	put_random(w, &d, 30000);
	for (size_t n = 0; n < LOGIN_POUR && !w->gone && !w->closed;
	     n += d.len) {
		buf_reset(b);
		buf_byte(b, MSG_DATA);
		put_u32(b, w->peer);
		put_str(b, d.p, d.len);
		wire_send(w, b);
	}
	if (!w->gone)
		wire_drain(w, 1500);
	buf_reset(b);
	buf_clear(&d);
}

static inline void
mode_login(struct wire *w, EVP_PKEY *key)
{
	struct buf b = BUF_INIT;
	uint32_t n, tries = 1 + below(w, 12);

	if (!wire_up(w))
		return;
	if (!one_of(w, 6) && !wire_service(w, "ssh-userauth"))
		return;
	for (uint32_t i = 0; i < tries && !w->gone; i++) {
		odd_try(w, &b, key, &n);
		wire_step(w, "try %u: type %u, %zu bytes, %u times", i,
		    (unsigned)(uint8_t)b.p[0], b.len, n);
		if (one_of(w, 20))
			bend_next(w);
		while (n-- > 0 && !w->gone)
			wire_send(w, &b);
		wire_drain(w, (int)below(w, 50));
	}
	/* is it in? */
	if (!w->gone && one_of(w, 2)) {
		wire_step(w, "a channel, without a log-in");
		chan_open(w, 65536, 32768);
	}
	if (!w->gone && one_of(w, 12))
		pour(w, &b);
	/* refused tries are waited for: else they pile up at the door */
	if (one_of(w, 3))
		while (!w->gone)
			wire_drain(w, 300);
	buf_clear(&b);
}

#endif
