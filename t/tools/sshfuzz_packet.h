/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_packet: bytes and packets of an SSH 2 client (RFC 4253, 4 and 6)
 * that are right unless they are told to be wrong: in the clear, aes256-ctr
 * with hmac-sha2-256, or aes256-gcm.  w->bend spoils one packet below the
 * encryption.  For tests alone: it has none of a real client's care.
 */
#ifndef T_SSHFUZZ_PACKET_H
#define T_SSHFUZZ_PACKET_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include "shared/buf.h"
#include "shared/util.h"

#define WIRE_HELD (4u << 20) /* of the server's, not looked at yet */
#define WIRE_HASH 32
#define WIRE_STEP 80

enum wire_msg {
	MSG_DISCONNECT = 1,
	MSG_SERVICE_REQUEST = 5,
	MSG_SERVICE_ACCEPT = 6,
	MSG_KEXINIT = 20,
	MSG_NEWKEYS = 21,
	MSG_ECDH_INIT = 30,
	MSG_ECDH_REPLY = 31,
	MSG_AUTH = 50,
	MSG_AUTH_FAILURE = 51,
	MSG_AUTH_SUCCESS = 52,
	MSG_AUTH_PK_OK = 60,
	MSG_GLOBAL = 80,
	MSG_OPEN = 90,
	MSG_OPEN_OK = 91,
	MSG_OPEN_FAILED = 92,
	MSG_WINDOW = 93,
	MSG_DATA = 94,
	MSG_EXT_DATA = 95,
	MSG_EOF = 96,
	MSG_CLOSE = 97,
	MSG_REQUEST = 98,
	MSG_SUCCESS = 99,
	MSG_FAILURE = 100,
};

/* What is wrong with the next packet. */
enum wire_bend {
	BEND_NONE,
	BEND_LENGTH, /* packet_length is bend_value */
	BEND_PADDING, /* padding_length is bend_value */
	BEND_MAC,
	BEND_CUT, /* half of it only */
	BEND_FLIP, /* one bit of what goes out */
	BEND_KINDS,
};

struct wire_dir {
	bool on;
	EVP_CIPHER_CTX *ctx;
	uint8_t key[32], iv[16], mac[32];
	uint32_t seq;
};

struct wire {
	int fd;
	struct rng *r;
	int64_t until_ns; /* of the whole connection */
	bool gone, deaf; /* deaf: reads nothing while it writes */
	bool gcm, strict;
	struct wire_dir out, in;
	struct buf held, v_s, i_c, i_s;
	size_t head; /* bytes of the next packet that are decrypted already */
	uint8_t id[WIRE_HASH];
	bool have_id, in_kex;
	enum wire_bend bend;
	uint32_t bend_value;
	int64_t window; /* bytes that the server takes on its channel */
	uint32_t peer; /* the server's number of the channel */
	bool opened, closed;
	int status; /* of the last exit-status, -1: none */
	struct buf text; /* of channel data, the last ones */
	char *step; /* WIRE_STEP bytes that a watcher can read; or NULL */
	bool chatty;
	bool proof, in_now; /* it signed properly; it is logged in */
};

static const char wire_version[] = "SSH-2.0-sshfuzz";

/* What is done now: for the report of a failure. */
static inline void __attribute__((format(printf, 2, 3)))
wire_step(struct wire *w, const char *fmt, ...)
{
	va_list ap;

	if (w->step == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(w->step, WIRE_STEP, fmt, ap);
	va_end(ap);
	if (w->chatty)
		fprintf(stderr, "# %s\n", w->step);
}

/* ---- fields ------------------------------------------------------------ */

static inline void
put_u32(struct buf *b, uint32_t v)
{
	uint32_t n = htonl(v);

	buf_put(b, &n, 4);
}

static inline void
put_str(struct buf *b, const void *p, size_t n)
{
	put_u32(b, (uint32_t)n);
	buf_put(b, p, n);
}

static inline void
put_text(struct buf *b, const char *s)
{
	put_str(b, s, strlen(s));
}

/* A positive number, its highest bit no sign (RFC 4251, 5). */
static inline void
put_mpint(struct buf *b, const uint8_t *p, size_t n)
{
	while (n > 0 && *p == 0)
		p++, n--;
	put_u32(b, (uint32_t)(n + (n > 0 && *p > 127)));
	if (n > 0 && *p > 127)
		buf_byte(b, 0);
	buf_put(b, p, n);
}

struct wire_view {
	const uint8_t *p;
	size_t n;
	bool bad;
};

static inline uint32_t
get_u32(struct wire_view *v)
{
	uint32_t n = 0;

	if (v->n < 4) {
		v->bad = true;
		return 0;
	}
	memcpy(&n, v->p, 4);
	v->p += 4;
	v->n -= 4;
	return ntohl(n);
}

static inline struct wire_view
get_str(struct wire_view *v)
{
	struct wire_view out = { .n = get_u32(v) };

	if (v->bad || out.n > v->n) {
		v->bad = out.bad = true;
		out.n = 0;
		return out;
	}
	out.p = v->p;
	v->p += out.n;
	v->n -= out.n;
	return out;
}

static inline bool
view_is(const struct wire_view *v, const char *s)
{
	return v->n == strlen(s) && memcmp(v->p, s, v->n) == 0;
}

/* ---- bytes ------------------------------------------------------------- */

static inline void
wire_fill(struct wire *w)
{
	static char piece[65536];
	ssize_t n = recv(w->fd, piece, sizeof(piece), MSG_DONTWAIT);

	if (n > 0 && w->held.len < WIRE_HELD)
		buf_put(&w->held, piece, (size_t)n);
	else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		w->gone = true;
}

/* Wait for something from the server; false: nothing came. */
static inline bool
wire_wait(struct wire *w, int ms)
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };
	int64_t left = (w->until_ns - now_read().mono_ns) / NS_PER_MS;

	if (left <= 0)
		w->gone = true;
	if (w->gone || poll(&p, 1, (int)MINIMUM(left, ms)) <= 0)
		return false;
	wire_fill(w);
	return true;
}

/* Raw bytes out; takes in what comes meanwhile, unless it is deaf. */
static inline void
wire_put(struct wire *w, const void *from, size_t n)
{
	const char *p = from;

	while (n > 0 && !w->gone) {
		struct pollfd pf = { .fd = w->fd,
			.events =
			    (short)(w->deaf ? POLLOUT : POLLIN | POLLOUT) };
		ssize_t k;

		if (poll(&pf, 1, 200) < 0 || now_read().mono_ns > w->until_ns)
			w->gone = true;
		if (pf.revents & POLLIN)
			wire_fill(w);
		if (w->gone || !(pf.revents & ~POLLIN))
			continue;
		k = send(w->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (k < 0 && errno != EAGAIN && errno != EINTR)
			w->gone = true;
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
	}
}

/* ---- packets ----------------------------------------------------------- */

static inline void
gcm_next(uint8_t iv[16])
{
	for (int i = 11; i >= 4 && ++iv[i] == 0; i--)
		;
}

static inline void
mac_of(const struct wire_dir *d, const void *p, size_t n, uint8_t out[32])
{
	struct buf b = BUF_INIT;
	unsigned len = 32;

	put_u32(&b, d->seq);
	buf_put(&b, p, n);
	HMAC(EVP_sha256(), d->mac, 32, (const uint8_t *)b.p, b.len, out, &len);
	buf_clear(&b);
}

static inline void
bend_head(struct wire *w, struct buf *b)
{
	uint32_t n = htonl(w->bend_value);

	if (w->bend == BEND_LENGTH)
		memcpy(b->p, &n, 4);
	if (w->bend == BEND_PADDING)
		b->p[4] = (char)w->bend_value;
}

static inline void
seal(struct wire *w, struct buf *b)
{
	uint8_t mac[32] = { 0 };
	int k = 0;

	if (!w->out.on)
		return;
	if (w->gcm) {
		EVP_CIPHER_CTX *c = w->out.ctx;
		uint8_t *p = (uint8_t *)b->p;

		EVP_EncryptInit_ex(c, NULL, NULL, NULL, w->out.iv);
		EVP_EncryptUpdate(c, NULL, &k, p, 4);
		EVP_EncryptUpdate(c, p + 4, &k, p + 4, (int)b->len - 4);
		EVP_EncryptFinal_ex(c, p + b->len, &k);
		EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, 16, mac);
		gcm_next(w->out.iv);
	} else {
		mac_of(&w->out, b->p, b->len, mac);
		EVP_EncryptUpdate(w->out.ctx, (uint8_t *)b->p, &k,
		    (const uint8_t *)b->p, (int)b->len);
	}
	if (w->bend == BEND_MAC)
		mac[rng_below(w->r, 16)] ^= 1;
	buf_put(b, mac, w->gcm ? 16 : 32);
}

static inline void
wire_send(struct wire *w, const struct buf *payload)
{
	size_t block = w->out.on ? 16 : 8, head = w->out.on && w->gcm ? 1 : 5;
	size_t pad = block - (head + payload->len) % block;
	struct buf b = BUF_INIT;

	if (pad < 4)
		pad += block;
	put_u32(&b, (uint32_t)(1 + payload->len + pad));
	buf_byte(&b, (char)pad);
	buf_put(&b, payload->p != NULL ? payload->p : "", payload->len);
	for (size_t i = 0; i < pad; i++)
		buf_byte(&b, (char)rng_next(w->r));
	bend_head(w, &b);
	seal(w, &b);
	if (w->bend == BEND_FLIP)
		b.p[rng_below(w->r, b.len)] ^= (char)(1 << rng_below(w->r, 8));
	wire_put(w, b.p, w->bend == BEND_CUT ? b.len / 2 : b.len);
	w->bend = BEND_NONE;
	w->out.seq++;
	buf_clear(&b);
}

/* One whole packet in w->held?  Its payload; false: not yet, or never. */
static inline bool
wire_open(struct wire *w, struct buf *payload)
{
	uint8_t *p = (uint8_t *)w->held.p, mac[32];
	size_t first = !w->in.on ? 4 : w->gcm ? 4 : 16, tail, len;
	uint32_t n;
	int k = 0;

	if (w->held.len < first)
		return false;
	if (w->in.on && !w->gcm && w->head == 0) {
		EVP_DecryptUpdate(w->in.ctx, p, &k, p, 16);
		w->head = 16;
	}
	memcpy(&n, p, 4);
	len = ntohl(n);
	tail = !w->in.on ? 0 : w->gcm ? 16 : 32;
	if (len < 2 || len > 300000 ||
	    (w->in.on && (len + (w->gcm ? 0 : 4)) % 16 != 0)) {
		w->gone = true;
		return false;
	}
	if (w->held.len < 4 + len + tail)
		return false;
	if (w->in.on && w->gcm) {
		EVP_DecryptInit_ex(w->in.ctx, NULL, NULL, NULL, w->in.iv);
		EVP_DecryptUpdate(w->in.ctx, NULL, &k, p, 4);
		EVP_DecryptUpdate(w->in.ctx, p + 4, &k, p + 4, (int)len);
		EVP_CIPHER_CTX_ctrl(
		    w->in.ctx, EVP_CTRL_AEAD_SET_TAG, 16, p + 4 + len);
		if (EVP_DecryptFinal_ex(w->in.ctx, p + 4 + len, &k) != 1)
			w->gone = true;
		gcm_next(w->in.iv);
	} else if (w->in.on) {
		EVP_DecryptUpdate(
		    w->in.ctx, p + 16, &k, p + 16, (int)len + 4 - 16);
		mac_of(&w->in, p, len + 4, mac);
		if (memcmp(mac, p + 4 + len, 32) != 0)
			w->gone = true;
	}
	buf_reset(payload);
	if (!w->gone && p[4] < len - 1)
		buf_put(payload, p + 5, len - 1 - p[4]);
	w->head = 0;
	w->in.seq++;
	buf_drain(&w->held, 4 + len + tail);
	return !w->gone && payload->len > 0;
}

/* ---- a connection ------------------------------------------------------ */

/* From an address of 127.0.0.0/8; false: the server did not take it. */
static inline bool
wire_connect(struct wire *w, const char *from, int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET }, to = a;
	int on = 1;

	w->status = -1;
	inet_pton(AF_INET, from, &a.sin_addr);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)port);
	w->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return w->fd >= 0 &&
	       bind(w->fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	       connect(w->fd, (struct sockaddr *)&to, sizeof(to)) == 0;
}

/* The server's version line. */
static inline bool
wire_banner(struct wire *w)
{
	for (;;) {
		char *nl = w->held.len > 0
			       ? memchr(w->held.p, '\n', w->held.len)
			       : NULL;

		if (nl != NULL) {
			size_t n = (size_t)(nl - w->held.p);

			buf_reset(&w->v_s);
			buf_put(&w->v_s, w->held.p,
			    n > 0 && nl[-1] == '\r' ? n - 1 : n);
			buf_drain(&w->held, n + 1);
			return w->v_s.len > 4 &&
			       memcmp(w->v_s.p, "SSH-", 4) == 0;
		}
		if (w->gone)
			return false;
		wire_wait(w, 1000);
	}
}

static inline bool
wire_hello(struct wire *w)
{
	wire_put(w, wire_version, sizeof(wire_version) - 1);
	wire_put(w, "\r\n", 2);
	return wire_banner(w);
}

static inline void
wire_close(struct wire *w, bool reset)
{
	struct linger l = { 1, 0 };

	if (w->fd >= 0 && reset)
		setsockopt(w->fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l));
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	EVP_CIPHER_CTX_free(w->out.ctx);
	EVP_CIPHER_CTX_free(w->in.ctx);
	buf_clear(&w->held);
	buf_clear(&w->v_s);
	buf_clear(&w->i_c);
	buf_clear(&w->i_s);
	buf_clear(&w->text);
}

#endif
