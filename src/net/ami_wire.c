/* SPDX-License-Identifier: MIT */
/*
 * ami_wire: sockets, TLS and libevent for the manager link, and nothing of
 * the protocol.  Refuses TLS below 1.2 and, once a CA is given, a peer whose
 * certificate it did not sign or that bears another name.
 */
#include "net/ami_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "net/switch.h"
#include "shared/util.h"

/* Data sent and not acknowledged for so long: the peer is gone. */
#define USER_TIMEOUT_MS 10000

enum wire_state {
	S_RESOLVE,
	S_CONNECT,
	S_HANDSHAKE,
	S_OPEN,
	S_DEAD,
};

/* Outlives a wire that is freed while the lookup runs. */
struct lookup {
	struct ami_wire *wire;
};

struct ami_wire {
	enum wire_state state;
	struct event_base *base;
	wire_cb *cb;
	void *arg;
	char host[256], ca_file[256];
	int port;
	bool tls;
	struct evdns_base **dns;
	struct lookup *lookup;
	struct evutil_addrinfo *addrs, *addr;
	int fd;
	struct event *rd, *wr;
	SSL_CTX *ctx;
	SSL *ssl;
	char why[320];
};

static void on_io(evutil_socket_t, short, void *);
static void on_start(evutil_socket_t, short, void *);

static void
close_fd(struct ami_wire *w)
{
	if (w->ssl != NULL)
		SSL_free(w->ssl);
	w->ssl = NULL;
	if (w->rd != NULL)
		event_free(w->rd);
	if (w->wr != NULL)
		event_free(w->wr);
	w->rd = w->wr = NULL;
	if (w->fd != -1)
		close(w->fd);
	w->fd = -1;
}

static void
failed(struct ami_wire *w)
{
	w->state = S_DEAD;
	w->cb(w->arg, WIRE_FAILED);
}

/* What OpenSSL says last; its reason, not its file and line. */
static const char *
ssl_text(const struct ami_wire *w)
{
	unsigned long e = ERR_peek_last_error();
	const char *s = ERR_reason_error_string(e);
	long verdict =
	    w->ssl != NULL ? SSL_get_verify_result(w->ssl) : X509_V_OK;

	if (verdict != X509_V_OK)
		return X509_verify_cert_error_string(verdict);
	if (s != NULL)
		return s;
	return errno != 0 ? strerror(errno) : "closed by the peer";
}

static bool
tls_init(struct ami_wire *w)
{
	unsigned char ip[16];
	bool is_ip;

	/* SSL_write has no MSG_NOSIGNAL */
	signal(SIGPIPE, SIG_IGN);
	ERR_clear_error();
	errno = 0;
	if (w->ctx == NULL) {
		w->ctx = SSL_CTX_new(TLS_client_method());
		if (w->ctx == NULL ||
		    !SSL_CTX_set_min_proto_version(w->ctx, TLS1_2_VERSION))
			return false;
		SSL_CTX_set_mode(
		    w->ctx, SSL_MODE_ENABLE_PARTIAL_WRITE |
				SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
		if (w->ca_file[0] != '\0') {
			if (!SSL_CTX_load_verify_locations(
				w->ctx, w->ca_file, NULL))
				return false;
			SSL_CTX_set_verify(w->ctx, SSL_VERIFY_PEER, NULL);
		}
	}
	w->ssl = SSL_new(w->ctx);
	if (w->ssl == NULL || !SSL_set_fd(w->ssl, w->fd))
		return false;
	is_ip = inet_pton(AF_INET, w->host, ip) == 1 ||
		inet_pton(AF_INET6, w->host, ip) == 1;
	if (!is_ip)
		SSL_set_tlsext_host_name(w->ssl, w->host);
	if (w->ca_file[0] == '\0')
		return true;
	return is_ip ? X509_VERIFY_PARAM_set1_ip_asc(
			   SSL_get0_param(w->ssl), w->host)
		     : SSL_set1_host(w->ssl, w->host);
}

static void
opened(struct ami_wire *w)
{
	w->state = S_OPEN;
	w->cb(w->arg, WIRE_OPEN);
}

static void
handshake(struct ami_wire *w)
{
	int n, e;

	ERR_clear_error();
	errno = 0;
	n = SSL_connect(w->ssl);
	if (n == 1) {
		opened(w);
		return;
	}
	e = SSL_get_error(w->ssl, n);
	if (e == SSL_ERROR_WANT_WRITE) {
		event_add(w->wr, NULL);
	} else if (e != SSL_ERROR_WANT_READ) {
		str_format(w->why, sizeof(w->why), "TLS with %s:%d: %s",
		    w->host, w->port, ssl_text(w));
		failed(w);
	}
}

/* Start connecting to w->addr or one of those behind it. */
static bool
connect_next(struct ami_wire *w)
{
	for (; w->addr != NULL; w->addr = w->addr->ai_next) {
		const struct evutil_addrinfo *a = w->addr;
		int one = 1, ms = USER_TIMEOUT_MS;

		close_fd(w);
		w->fd = socket(a->ai_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (w->fd == -1)
			continue;
		setsockopt(w->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		setsockopt(
		    w->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
		if (connect(w->fd, a->ai_addr, a->ai_addrlen) == 0 ||
		    errno == EINPROGRESS) {
			w->rd = event_new(
			    w->base, w->fd, EV_READ | EV_PERSIST, on_io, w);
			w->wr = event_new(w->base, w->fd, EV_WRITE, on_io, w);
			event_add(w->wr, NULL);
			w->state = S_CONNECT;
			return true;
		}
		str_format(w->why, sizeof(w->why), "connect to %s:%d: %s",
		    w->host, w->port, strerror(errno));
	}
	return false;
}

static void
connected(struct ami_wire *w)
{
	int err = 0;
	socklen_t len = sizeof(err);

	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &err, &len) == -1)
		err = errno;
	if (err != 0) {
		str_format(w->why, sizeof(w->why), "connect to %s:%d: %s",
		    w->host, w->port, strerror(err));
		w->addr = w->addr->ai_next;
		if (!connect_next(w))
			failed(w);
		return;
	}
	if (w->tls && !tls_init(w)) {
		str_format(w->why, sizeof(w->why), "TLS setup%s%s: %s",
		    w->ca_file[0] != '\0' ? " with CA file " : "", w->ca_file,
		    ssl_text(w));
		failed(w);
		return;
	}
	event_add(w->rd, NULL);
	if (w->tls) {
		w->state = S_HANDSHAKE;
		handshake(w);
	} else {
		opened(w);
	}
}

static void
on_io(evutil_socket_t fd, short what, void *arg)
{
	struct ami_wire *w = arg;

	(void)fd;
	(void)what;
	if (w->state == S_CONNECT)
		connected(w);
	else if (w->state == S_HANDSHAKE)
		handshake(w);
	else if (w->state == S_OPEN)
		w->cb(w->arg, WIRE_IO);
}

static void
on_lookup(int result, struct evutil_addrinfo *res, void *arg)
{
	struct lookup *l = arg;
	struct ami_wire *w = l->wire;

	free(l);
	if (w == NULL) { /* freed meanwhile */
		if (res != NULL)
			evutil_freeaddrinfo(res);
		return;
	}
	w->lookup = NULL;
	w->addrs = w->addr = res;
	if (result != 0)
		str_format(w->why, sizeof(w->why), "no address for %s: %s",
		    w->host, evutil_gai_strerror(result));
	if (result != 0 || !connect_next(w))
		failed(w);
}

/*
 * A literal address needs no lookup; a name goes through libevent's resolver,
 * because getaddrinfo would stop the whole engine while a name server sleeps.
 */
static void
on_start(evutil_socket_t fd, short what, void *arg)
{
	struct ami_wire *w = arg;
	struct evutil_addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
		.ai_flags = EVUTIL_AI_NUMERICHOST };
	struct lookup *l;
	char port[16];

	(void)fd;
	(void)what;
	str_format(port, sizeof(port), "%d", w->port);
	if (evutil_getaddrinfo(w->host, port, &hints, &w->addrs) == 0) {
		w->addr = w->addrs;
		if (!connect_next(w))
			failed(w);
		return;
	}
	hints.ai_flags = 0;
	if (*w->dns == NULL)
		*w->dns = evdns_base_new(
		    w->base, EVDNS_BASE_INITIALIZE_NAMESERVERS |
				 EVDNS_BASE_DISABLE_WHEN_INACTIVE);
	if (*w->dns == NULL) { /* no name server: the hosts file is left */
		*w->dns = evdns_base_new(w->base, 0);
		if (*w->dns != NULL)
			evdns_base_load_hosts(*w->dns, "/etc/hosts");
	}
	if (*w->dns == NULL) {
		str_format(
		    w->why, sizeof(w->why), "no resolver for %s", w->host);
		failed(w);
		return;
	}
	l = xcalloc(1, sizeof(*l));
	l->wire = w;
	w->lookup = l;
	/* may call back before it returns: neither w nor l is touched then */
	evdns_getaddrinfo(*w->dns, w->host, port, &hints, on_lookup, l);
}

struct ami_wire *
ami_wire_new(struct event_base *base, struct evdns_base **dns,
    const struct sw_config *cfg, wire_cb *cb, void *arg)
{
	struct ami_wire *w = xcalloc(1, sizeof(*w));

	w->base = base;
	w->dns = dns;
	w->cb = cb;
	w->arg = arg;
	w->fd = -1;
	w->port = cfg->port;
	w->tls = cfg->tls;
	str_copy(w->host, sizeof(w->host), cfg->host);
	str_copy(w->ca_file, sizeof(w->ca_file), cfg->ca_file);
	str_copy(w->why, sizeof(w->why), "closed by the switch");
	/* from the loop, so that no callback comes before we return */
	w->wr = event_new(base, -1, 0, on_start, w);
	event_active(w->wr, EV_TIMEOUT, 0);
	return w;
}

void
ami_wire_free(struct ami_wire *w)
{
	if (w == NULL)
		return;
	if (w->ssl != NULL && w->state == S_OPEN)
		SSL_shutdown(w->ssl);
	if (w->lookup != NULL)
		w->lookup->wire = NULL;
	close_fd(w);
	if (w->addrs != NULL)
		evutil_freeaddrinfo(w->addrs);
	if (w->ctx != NULL)
		SSL_CTX_free(w->ctx);
	free(w);
}

/* The outcome of a TLS read or write that moved nothing. */
static ssize_t
tls_result(struct ami_wire *w, int n)
{
	int e = SSL_get_error(w->ssl, n);

	if (e == SSL_ERROR_WANT_READ)
		return 0;
	if (e == SSL_ERROR_WANT_WRITE) {
		event_add(w->wr, NULL);
		return 0;
	}
	if (e != SSL_ERROR_ZERO_RETURN)
		str_copy(w->why, sizeof(w->why), ssl_text(w));
	w->state = S_DEAD;
	return -1;
}

ssize_t
ami_wire_read(struct ami_wire *w, char *p, size_t size)
{
	ssize_t n;

	if (w->state != S_OPEN)
		return -1;
	if (w->tls) {
		ERR_clear_error();
		errno = 0;
		n = SSL_read(w->ssl, p, (int)size);
		return n > 0 ? n : tls_result(w, (int)n);
	}
	n = recv(w->fd, p, size, 0);
	if (n > 0)
		return n;
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n == -1)
		str_copy(w->why, sizeof(w->why), strerror(errno));
	w->state = S_DEAD;
	return -1;
}

/* A failed write leaves the reading side alone: events may still lie there. */
ssize_t
ami_wire_write(struct ami_wire *w, const char *p, size_t size)
{
	ssize_t n;

	if (w->state != S_OPEN)
		return -1;
	if (w->tls) {
		ERR_clear_error();
		errno = 0;
		n = SSL_write(w->ssl, p, (int)size);
		if (n <= 0)
			return tls_result(w, (int)n);
	} else {
		n = send(w->fd, p, size, MSG_NOSIGNAL);
		if (n == -1 && errno != EAGAIN && errno != EINTR) {
			str_copy(w->why, sizeof(w->why), strerror(errno));
			return -1;
		}
		n = MAXIMUM(n, 0);
	}
	if ((size_t)n < size)
		event_add(w->wr, NULL);
	return n;
}

void
ami_wire_more(struct ami_wire *w)
{
	/* a plain socket stays readable; OpenSSL may hold decrypted bytes */
	if (w->tls && w->state == S_OPEN && SSL_has_pending(w->ssl))
		event_active(w->rd, EV_READ, 0);
}

const char *
ami_wire_why(const struct ami_wire *w)
{
	return w->why;
}
