/* SPDX-License-Identifier: MIT */
/*
 * ami_server: a manager that can lie, for tests, in the test's own event loop.
 * It checks the login, answers what discador sends, counts every byte of every
 * Originate it ever saw, and misbehaves as its fields say.
 */
#ifndef AMI_SERVER_H
#define AMI_SERVER_H

#include <arpa/inet.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/event.h>
#include <event2/listener.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include "shared/buf.h"
#include "shared/util.h"

#define AMI_SERVER_IDS 4096

struct ami_server {
	struct event_base *base;
	struct evconnlistener *listener;
	int port;
	SSL_CTX *tls; /* NULL: plain */
	const char *secret;
	/* how it behaves */
	bool silent; /* no greeting, nothing */
	bool no_boot; /* no FullyBooted until ami_server_say */
	bool no_pong; /* and no answer to anything after login */
	bool stopping; /* every action is refused */
	bool no_status; /* Status is refused */
	bool deaf; /* stops reading after login */
	bool cut; /* user "cut-N": RST after N Originate bytes */
	/* what it saw */
	int connections, logins, refused, originates, hangups;
	struct buf ids; /* ActionIDs of whole Originates, a line each */
	size_t originate_bytes_again; /* of an Originate on a 2nd connection */
	int64_t connected_ns[16];
	bool greeted_again[AMI_SERVER_IDS]; /* by N of user "cut-N" */
	struct ami_server_conn *last;
	LIST_HEAD(, ami_server_conn) conns;
};

struct ami_server_conn {
	LIST_ENTRY(ami_server_conn) entry;
	struct ami_server *srv;
	struct bufferevent *bev;
	int cut_at; /* -1: none */
	bool second; /* this user was here before */
	bool in;
	char challenge[16];
};

static inline void
ami_server_drop(struct ami_server_conn *c, bool reset)
{
	struct linger l = { 1, 0 };

	if (reset)
		setsockopt(bufferevent_getfd(c->bev), SOL_SOCKET, SO_LINGER, &l,
		    sizeof(l));
	if (c->srv->last == c)
		c->srv->last = NULL;
	LIST_REMOVE(c, entry);
	bufferevent_free(c->bev);
	free(c);
}

static inline void
ami_server_say(struct ami_server *s, const char *text)
{
	if (s->last != NULL)
		evbuffer_add(
		    bufferevent_get_output(s->last->bev), text, strlen(text));
}

/* The value of a header in an action's text, into out; "" if none. */
static inline void
ami_server_header(const char *action, const char *name, char *out, size_t size)
{
	size_t n = strlen(name);

	out[0] = '\0';
	for (const char *p = action; p != NULL && *p != '\0';) {
		const char *end = strstr(p, "\r\n");

		if (end == NULL)
			return;
		if (strncmp(p, name, n) == 0 && p[n] == ':') {
			p += n + 2;
			str_format(out, size, "%.*s", (int)(end - p), p);
			return;
		}
		p = end + 2;
	}
}

static inline bool
ami_server_key_good(struct ami_server_conn *c, const char *key)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	char text[256], hex[33] = "";
	unsigned len;

	str_format(text, sizeof(text), "%s%s", c->challenge, c->srv->secret);
	EVP_Digest(text, strlen(text), md, &len, EVP_md5(), NULL);
	for (unsigned i = 0; i < 16; i++)
		str_format(hex + 2 * (size_t)i, 3, "%02x", md[i]);
	return strcmp(hex, key) == 0;
}

static inline void
ami_server_login(struct ami_server_conn *c, const char *text, const char *id)
{
	struct ami_server *s = c->srv;
	struct evbuffer *out = bufferevent_get_output(c->bev);
	char key[64], user[64];
	int64_t n;

	ami_server_header(text, "Key", key, sizeof(key));
	ami_server_header(text, "Username", user, sizeof(user));
	if (!ami_server_key_good(c, key)) {
		s->refused++;
		evbuffer_add_printf(out,
		    "Response: Error\r\nActionID: %s\r\n"
		    "Message: Authentication failed\r\n\r\n",
		    id);
		return;
	}
	s->logins++;
	c->in = true;
	if (s->cut && strncmp(user, "cut-", 4) == 0 &&
	    str_int64(user + 4, 0, AMI_SERVER_IDS - 1, &n)) {
		c->second = s->greeted_again[n];
		s->greeted_again[n] = true;
		c->cut_at = c->second ? -1 : (int)n;
	}
	evbuffer_add_printf(out,
	    "Response: Success\r\nActionID: %s\r\n"
	    "Message: Authentication accepted\r\n\r\n",
	    id);
	if (!s->no_boot)
		evbuffer_add_printf(out,
		    "Event: FullyBooted\r\nPrivilege: system,all\r\n"
		    "Uptime: 100\r\nLastReload: 100\r\n"
		    "Status: Fully Booted\r\n\r\n");
}

/* One whole action. */
static inline void
ami_server_action(struct ami_server_conn *c, const char *text)
{
	struct ami_server *s = c->srv;
	struct evbuffer *out = bufferevent_get_output(c->bev);
	char name[64], id[64], value[128];

	ami_server_header(text, "Action", name, sizeof(name));
	ami_server_header(text, "ActionID", id, sizeof(id));
	if (strcmp(name, "Challenge") == 0) {
		evbuffer_add_printf(out,
		    "Response: Success\r\nActionID: %s\r\nChallenge: %s\r\n\r\n",
		    id, c->challenge);
		return;
	}
	if (strcmp(name, "Login") == 0) {
		ami_server_login(c, text, id);
		return;
	}
	if (strcmp(name, "Originate") == 0) {
		s->originates++;
		buf_fmt(&s->ids, "%s\n", id);
	}
	if (s->no_pong && strcmp(name, "CoreStatus") != 0)
		return;
	if (s->stopping) {
		evbuffer_add_printf(out,
		    "Response: Error\r\nActionID: %s\r\n"
		    "Message: Asterisk is shutting down\r\n\r\n",
		    id);
		return;
	}
	if (strcmp(name, "Status") == 0 && s->no_status) {
		evbuffer_add_printf(out,
		    "Response: Error\r\nActionID: %s\r\n"
		    "Message: Permission denied\r\n\r\n",
		    id);
		return;
	}
	evbuffer_add_printf(out, "Response: Success\r\nActionID: %s\r\n", id);
	if (strcmp(name, "CoreStatus") == 0)
		evbuffer_add_printf(out, "CoreStartupDate: 2026-11-20\r\n"
					 "CoreStartupTime: 22:55:37\r\n");
	evbuffer_add(out, "\r\n", 2);
	if (strcmp(name, "Hangup") == 0) {
		s->hangups++;
		ami_server_header(text, "Channel", value, sizeof(value));
		evbuffer_add_printf(out,
		    "Event: Hangup\r\nUniqueid: %s\r\nCause: 16\r\n\r\n",
		    value);
	}
	if (strcmp(name, "Status") == 0)
		evbuffer_add_printf(out,
		    "Event: Status\r\nChannelState: 6\r\nUniqueid: "
		    "0192f3a0-aaaa-7222-8333-444455556666\r\nSeconds: 7\r\n"
		    "ActionID: %s\r\n\r\n"
		    "Event: Status\r\nChannelState: 6\r\nUniqueid: 17.3\r\n"
		    "Seconds: 7\r\nActionID: %s\r\n\r\n"
		    "Event: Status\r\nChannelState: 6\r\nUniqueid: "
		    "0192f3a0-bbbb-7222-8333-444455556666\r\nSeconds: 7\r\n"
		    "ActionID: somebody-else\r\n\r\n"
		    "Event: StatusComplete\r\nActionID: %s\r\n\r\n",
		    id, id, id);
}

static inline void
ami_server_read(struct bufferevent *bev, void *arg)
{
	static const char word[] = "Action: Originate\r\n";
	struct ami_server_conn *c = arg;
	struct evbuffer *in = bufferevent_get_input(bev);

	for (;;) {
		size_t have = evbuffer_get_length(in);
		struct evbuffer_ptr end =
		    evbuffer_search(in, "\r\n\r\n", 4, NULL);
		char head[sizeof(word)] = "";
		bool is_originate;

		evbuffer_copyout(in, head, sizeof(word) - 1);
		is_originate =
		    have > 0 &&
		    strncmp(head, word, MINIMUM(have, sizeof(word) - 1)) == 0 &&
		    (have >= sizeof(word) - 1 || end.pos == -1) &&
		    have > 8; /* longer than what all actions share */
		if (c->in && is_originate && c->second)
			c->srv->originate_bytes_again += have;
		if (c->in && is_originate && c->cut_at >= 0 &&
		    have >= (size_t)c->cut_at) {
			ami_server_drop(c, true);
			return;
		}
		if (end.pos == -1)
			return;
		char *text = xcalloc(1, (size_t)end.pos + 5);

		evbuffer_remove(in, text, (size_t)end.pos + 4);
		ami_server_action(c, text);
		free(text);
		if (c->in && c->srv->deaf)
			bufferevent_disable(bev, EV_READ);
	}
}

static inline void
ami_server_event(struct bufferevent *bev, short what, void *arg)
{
	(void)bev;
	if (what & (BEV_EVENT_EOF | BEV_EVENT_ERROR))
		ami_server_drop(arg, false);
}

static inline void
ami_server_accept(struct evconnlistener *l, evutil_socket_t fd,
    struct sockaddr *sa, int len, void *arg)
{
	struct ami_server *s = arg;
	struct ami_server_conn *c = xcalloc(1, sizeof(*c));

	(void)l;
	(void)sa;
	(void)len;
	c->srv = s;
	c->cut_at = -1;
	if (s->connections < (int)nitems(s->connected_ns))
		s->connected_ns[s->connections] = now_read().mono_ns;
	s->connections++;
	str_format(
	    c->challenge, sizeof(c->challenge), "%d", 100000 + s->connections);
	if (s->tls != NULL)
		c->bev =
		    bufferevent_openssl_socket_new(s->base, fd, SSL_new(s->tls),
			BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
	else
		c->bev =
		    bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
	s->last = c;
	LIST_INSERT_HEAD(&s->conns, c, entry);
	bufferevent_setcb(c->bev, ami_server_read, NULL, ami_server_event, c);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
	if (!s->silent)
		evbuffer_add_printf(bufferevent_get_output(c->bev),
		    "Asterisk Call Manager/11.0.0\r\n");
}

/* Listens on a free port of 127.0.0.1; false if it cannot. */
static inline bool
ami_server_start(struct ami_server *s, struct event_base *base)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->base = base;
	if (s->secret == NULL)
		s->secret = "good secret";
	s->listener = evconnlistener_new_bind(base, ami_server_accept, s,
	    LEV_OPT_CLOSE_ON_FREE, 512, (struct sockaddr *)&sin, sizeof(sin));
	if (s->listener == NULL ||
	    getsockname(evconnlistener_get_fd(s->listener),
		(struct sockaddr *)&sin, &len) == -1)
		return false;
	s->port = ntohs(sin.sin_port);
	return true;
}

static inline void
ami_server_stop(struct ami_server *s)
{
	if (s->listener != NULL)
		evconnlistener_free(s->listener);
	s->listener = NULL;
	while (!LIST_EMPTY(&s->conns))
		ami_server_drop(LIST_FIRST(&s->conns), false);
	buf_clear(&s->ids);
}

#endif
