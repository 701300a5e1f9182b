/* SPDX-License-Identifier: MIT */
/* The switch behind switch.h against a manager that lies. */
#include "net/switch.h"

#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <openssl/ssl.h>

#include "ami_data.h"
#include "ami_server.h"
#include "shared/buf.h"
#include "shared/log.h"
#include "shared/util.h"
#include "tap.h"

#define ID   "0192f3a0-1111-7222-8333-444455556666"
#define SOON 10 /* seconds a healthy thing may take on a busy machine */

static struct event_base *base;
static char dir[] = "/tmp/dsc-sw.XXXXXX";

/* What a switch told us. */
struct seen {
	struct sw *sw;
	int n[SW_AGENTS_REFUSED + 1];
	char down[256];
	int64_t boot, up_ns,
	    down_ns; /* of the first up, the first down after */
	struct buf words;
	bool quiet; /* count only */
	double lag_ms; /* of the last event of a call */
	bool lag_known;
};

static void
record(void *arg, const struct sw_event *e)
{
	struct seen *s = arg;

	s->n[e->type]++;
	if (e->id != NULL) {
		s->lag_ms = e->lag_ms;
		s->lag_known = e->lag_known;
	}
	if (e->type == SW_DOWN) {
		str_copy(s->down, sizeof(s->down), e->text);
		if (s->up_ns != 0 && s->down_ns == 0)
			s->down_ns = e->mono_ns;
	}
	if (e->type == SW_UP) {
		s->boot = e->boot;
		if (s->up_ns == 0)
			s->up_ns = e->mono_ns;
	}
	if (!s->quiet && e->type != SW_PONG && e->type != SW_DOWN)
		ami_data_word(&s->words, e);
}

static void
start(struct seen *s, const struct ami_server *srv, const char *user,
    const char *secret, const char *ca)
{
	struct sw_config cfg = { .port = srv->port, .tls = srv->tls != NULL };

	memset(s, 0, sizeof(*s));
	str_copy(cfg.name, sizeof(cfg.name), "pbx1");
	str_copy(cfg.host, sizeof(cfg.host), "127.0.0.1");
	str_copy(cfg.user, sizeof(cfg.user), user);
	str_copy(cfg.secret, sizeof(cfg.secret), secret);
	str_copy(cfg.ca_file, sizeof(cfg.ca_file), ca);
	s->sw = sw_new(base, &cfg, record, s);
}

static void
stop(struct seen *s)
{
	sw_free(s->sw);
	buf_clear(&s->words);
}

static void
nothing(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
}

/* Run the loop until *counter >= want; false after limit seconds. */
static bool
reach(const int *counter, int want, double limit_s)
{
	int64_t end =
	    now_read().mono_ns + (int64_t)(limit_s * (double)NS_PER_S);
	struct event *tick = event_new(base, -1, EV_PERSIST, nothing, NULL);
	struct timeval ms = { 0, 20000 };

	event_add(tick, &ms);
	while (*counter < want && now_read().mono_ns < end)
		event_base_loop(base, EVLOOP_ONCE);
	event_free(tick);
	return *counter >= want;
}

static bool
originate(struct seen *s, const char *id, const char *value, const char **why)
{
	const char *const vars[][2] = { { "DSC_CALL", id },
		{ "DSC_NAME", value } };
	struct sw_originate o = { .id = id,
		.channel = "PJSIP/13055550100@carrier",
		.caller_id = "+13055550199",
		.context = "discador",
		.exten = "s",
		.timeout_s = 30,
		.vars = vars,
		.nvars = nitems(vars) };

	return sw_originate(s->sw, &o, why);
}

static void
test_session(void)
{
	struct ami_server srv = { .no_boot = true };
	struct seen s;
	const char *why = NULL;
	double oldest;
	bool taken;

	ami_server_start(&srv, base);
	start(&s, &srv, "discador", "good secret", "");
	taken = originate(&s, ID, "x", &why);
	ok(!taken && why != NULL, "down: refused: %s", why);
	ok(reach(&srv.logins, 1, SOON), "logs in by challenge");
	reach(&s.n[SW_PONG], 1, SOON);
	ok(s.n[SW_UP] == 0 && !sw_is_up(s.sw) && !originate(&s, ID, "x", &why),
	    "not up before FullyBooted");
	ami_server_say(&srv, "Event: FullyBooted\r\nUptime: 100\r\n\r\n");
	ok(reach(&s.n[SW_UP], 1, SOON) && sw_is_up(s.sw), "then up");
	/* 22:55:37 somewhere, and some quarter of an hour less than now */
	ok(s.boot % 900 == 37 + 10 * 60 &&
		llabs(s.boot + 100 - now_read().wall_ms / 1000) <= 450 + SOON,
	    "boot from CoreStatus and Uptime");

	taken = originate(&s, "17", "x", &why);
	ok(!taken, "an id that is no UUID: %s", why);
	taken = originate(&s, ID, "a\nAction: Command", &why);
	ok(!taken, "injection: %s", why);
	ok(originate(&s, ID, "Jos\xc3\xa9, \"x\"", &why), "a good one");
	ok(sw_unanswered(s.sw, &oldest) >= 1 && oldest >= 0, "unanswered");
	ok(s.n[SW_ACCEPTED] == 0 && srv.originates == 0,
	    "nothing leaves before the flush");
	sw_flush(s.sw);
	ok(reach(&s.n[SW_ACCEPTED], 1, SOON) && srv.originates == 1,
	    "accepted");
	reach(&s.n[SW_PONG], 2, SOON);
	ok(sw_unanswered(s.sw, &oldest) == 0 && oldest == 0, "all answered");
	ami_server_say(&srv,
	    "Event: Newstate\r\nUniqueid: " ID "\r\nChannelState: 6\r\n\r\n"
	    "Event: DialEnd\r\nDestUniqueid: " ID
	    "\r\nDialStatus: ANSWER\r\n\r\n"
	    "Event: OriginateResponse\r\nResponse: Success\r\nActionID: " ID
	    "\r\nReason: 4\r\nUniqueid: " ID "\r\n\r\n"
	    "Event: Hangup\r\nUniqueid: " ID "\r\nCause: 16\r\n\r\n");
	reach(&s.n[SW_HANGUP], 1, SOON);
	ok(s.n[SW_ANSWERED] == 1, "answered is told once");
	sw_resync(s.sw);
	ok(reach(&s.n[SW_LIVE_END], 1, SOON) && s.n[SW_LIVE] == 1,
	    "resync: our channel, not others', not another's list");
	sw_hangup(s.sw, ID, 0);
	ok(reach(&s.n[SW_HANGUP], 2, SOON) && srv.hangups == 1, "hang up");
	ok(s.n[SW_DOWN] == 0, "never down");

	srv.stopping = true;
	originate(&s, "0192f3a0-2222-7222-8333-444455556666", "x", &why);
	sw_flush(s.sw);
	ok(reach(&s.n[SW_REFUSED], 1, SOON) && s.n[SW_DOWN] == 1 &&
		!sw_is_up(s.sw) && strstr(s.down, "shutting down") != NULL,
	    "shutting down: refused, and down");
	ami_server_say(
	    &srv, "Event: Hangup\r\nUniqueid: " ID "\r\nCause: 16\r\n\r\n");
	ok(reach(&s.n[SW_HANGUP], 3, SOON), "living calls are still reported");
	srv.stopping = false;
	ok(reach(&s.n[SW_UP], 2, SOON) && sw_is_up(s.sw),
	    "the shutdown called off: up again");
	srv.no_boot = false;
	srv.no_status = true;
	sw_resync(s.sw);
	ok(reach(&s.n[SW_DOWN], 2, SOON) && s.n[SW_LIVE_END] == 1 &&
		strstr(s.down, "Status") != NULL,
	    "a refused Status is no empty list: %s", s.down);
	ok(reach(&s.n[SW_UP], 3, SOON), "and connects again");
	stop(&s);
	ami_server_stop(&srv);
}

/* A hangup that the switch says it made ms ago; "" what else the header is. */
static void
say_late(struct ami_server *srv, int64_t ms, const char *other)
{
	int64_t at = now_read().wall_ms - ms;
	char text[256];

	if (other != NULL)
		str_format(text, sizeof(text),
		    "Event: Hangup\r\n%sUniqueid: " ID "\r\nCause: 16\r\n\r\n",
		    other);
	else
		str_format(text, sizeof(text),
		    "Event: Hangup\r\nTimestamp: %lld.%03lld000\r\nUniqueid: " ID
		    "\r\nCause: 16\r\n\r\n",
		    (long long)(at / 1000), (long long)(at % 1000));
	ami_server_say(srv, text);
}

/* Arrival against the switch's own time. */
static void
test_lag(void)
{
	static const int64_t late[] = { 0, 250, 7000, -7000, 3600000 };
	struct ami_server srv = { 0 };
	struct seen s;
	int hangups = 0;

	ami_server_start(&srv, base);
	start(&s, &srv, "discador", "good secret", "");
	ok(reach(&s.n[SW_UP], 1, SOON), "up");
	for (size_t i = 0; i < nitems(late); i++) {
		say_late(&srv, late[i], NULL);
		reach(&s.n[SW_HANGUP], ++hangups, SOON);
		ok(s.lag_known && s.lag_ms > (double)late[i] - 2 &&
			s.lag_ms < (double)late[i] + SOON * 1000,
		    "an event %lld ms old came %.1f ms late",
		    (long long)late[i], s.lag_ms);
	}
	say_late(&srv, 0, "");
	reach(&s.n[SW_HANGUP], ++hangups, SOON);
	ok(!s.lag_known, "no timestamp, no lag");
	say_late(&srv, 0, "Timestamp: never\r\n");
	reach(&s.n[SW_HANGUP], ++hangups, SOON);
	ok(!s.lag_known, "nor from one that makes no sense");
	stop(&s);
	ami_server_stop(&srv);
}

static void
test_refusals(void)
{
	struct ami_server srv = { 0 }, none = { 0 };
	struct seen s;

	ami_server_start(&srv, base);
	start(&s, &srv, "discador", "bad secret", "");
	ok(reach(&srv.refused, 3, 3 * SOON) && s.n[SW_UP] == 0, "wrong secret");
	reach(&s.n[SW_DOWN], 3, SOON);
	ok(strstr(s.down, "Authentication failed") != NULL, "says: %s", s.down);
	ok(srv.connected_ns[1] - srv.connected_ns[0] > 370 * NS_PER_MS &&
		srv.connected_ns[2] - srv.connected_ns[1] > 740 * NS_PER_MS,
	    "the pause grows");
	stop(&s);
	ami_server_stop(&srv);

	ami_server_start(&none, base);
	evconnlistener_free(none.listener);
	none.listener = NULL;
	start(&s, &none, "discador", "x", "");
	ok(reach(&s.n[SW_DOWN], 1, SOON) && strstr(s.down, "refused") != NULL,
	    "nobody listens: %s", s.down);
	stop(&s);
}

/*
 * Cut at every byte of one originate: as many switches at a time, switch k
 * cut by a RST after k bytes.  None of them may ever send a byte of it again.
 */
static void
test_cuts(void)
{
	enum { N = 450 };
	static struct seen s[N];
	static int pongs[N];
	struct ami_server srv = { .cut = true };
	int all_up = 0, down = 0, again = 0, dupes = 0;
	char user[32], id[UUID_LEN + 1];
	const char *why;

	ami_server_start(&srv, base);
	for (int k = 0; k < N; k++) {
		str_format(user, sizeof(user), "cut-%d", k);
		start(&s[k], &srv, user, "good secret", "");
	}
	for (int k = 0; k < N; k++)
		all_up += reach(&s[k].n[SW_UP], 1, 2 * SOON);
	ok(all_up == N, "%d switches up", all_up);
	for (int k = 0; k < N; k++) {
		str_format(
		    id, sizeof(id), "0192f3a0-%04x-7222-8333-444455556666", k);
		if (!originate(&s[k], id, "some name", &why))
			ok(false, "originate %d: %s", k, why);
		sw_flush(s[k].sw);
	}
	/* an action is shorter than N: the last ones are whole and accepted */
	for (int k = 0; k < N; k++) {
		if (reach(&s[k].n[SW_DOWN], s[k].n[SW_ACCEPTED] ? 0 : 1, 2))
			down++;
		reach(&s[k].n[SW_UP], s[k].n[SW_ACCEPTED] ? 1 : 2, 2 * SOON);
		again += sw_is_up(s[k].sw);
	}
	ok(down == N && again == N, "%d cut or accepted, %d up again", down,
	    again);
	/* two more answered pings: whatever was to be sent has been */
	for (int k = 0; k < N; k++)
		pongs[k] = s[k].n[SW_PONG] + 2;
	for (int k = 0; k < N; k++)
		reach(&s[k].n[SW_PONG], pongs[k], SOON);
	for (const char *p = buf_cstr(&srv.ids); *p != '\0';
	     p = strchr(p, '\n') + 1) {
		char line[64];

		str_format(line, sizeof(line), "%.*s\n", UUID_LEN, p);
		dupes += strstr(p + 1, line) != NULL;
	}
	ok(srv.originate_bytes_again == 0 && dupes == 0,
	    "no byte of an originate was sent after a cut");
	ok(srv.originates > 0 && srv.originates < N, "%d of them arrived whole",
	    srv.originates);
	for (int k = 0; k < N; k++)
		stop(&s[k]);
	ami_server_stop(&srv);
}

/* A switch that does not read: partial writes, the limit, then the cut. */
static void
test_deaf(void)
{
	struct ami_server srv = { .deaf = true };
	struct seen s;
	char id[UUID_LEN + 1];
	const char *why = NULL;
	int sent = 0;

	ami_server_start(&srv, base);
	start(&s, &srv, "discador", "good secret", "");
	/* it stopped reading in time to swallow CoreStatus: the test lets it */
	reach(&srv.logins, 1, SOON);
	srv.deaf = false;
	if (srv.last != NULL)
		bufferevent_enable(srv.last->bev, EV_READ);
	ok(reach(&s.n[SW_UP], 1, SOON), "up");
	bufferevent_disable(srv.last->bev, EV_READ);
	while (sent < 100000) {
		str_format(
		    id, sizeof(id), "0192f3a0-1111-7222-8333-%012x", sent);
		if (!originate(&s, id, "x", &why))
			break;
		sw_flush(s.sw);
		sent++;
	}
	ok(sent > 200 && sent < 100000, "%d taken, then: %s", sent, why);
	ok(sw_unanswered(s.sw, NULL) >= sent, "all of them unanswered");
	ami_server_drop(srv.last, true);
	ok(reach(&s.n[SW_DOWN], 1, SOON), "cut in the middle of a write");
	ok(sw_unanswered(s.sw, NULL) == 0, "nothing survives the cut");
	ok(reach(&s.n[SW_UP], 2, SOON), "up again");
	reach(&s.n[SW_PONG], s.n[SW_PONG] + 2, SOON);
	ok(srv.originates == 0, "and none of them is sent again");
	stop(&s);
	ami_server_stop(&srv);
}

static int64_t last_tick, worst_gap;

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	int64_t now = now_read().mono_ns;

	(void)fd;
	(void)what;
	(void)arg;
	if (last_tick != 0)
		worst_gap = MAXIMUM(worst_gap, now - last_tick);
	last_tick = now;
}

/* Events as fast as they can be taken: all arrive, and the clock goes on. */
static void
test_flood(struct ami_server *srv, const char *ca, int blocks)
{
	static const char one[] =
	    "Event: Newstate\r\nPrivilege: call,all\r\n"
	    "Channel: PJSIP/carrier-00000001\r\nChannelState: 5\r\n"
	    "ChannelStateDesc: Ringing\r\nCallerIDNum: 0201112222\r\n"
	    "Uniqueid: " ID "\r\nLinkedid: " ID "\r\n\r\n";
	struct buf block = BUF_INIT;
	struct seen s;
	struct event *tick = event_new(base, -1, EV_PERSIST, on_tick, NULL);
	struct timeval ms = { 0, 2000 };
	int64_t t0;
	bool all;

	for (int i = 0; i < 1000; i++)
		buf_str(&block, one);
	start(&s, srv, "discador", "good secret", ca);
	s.quiet = true;
	reach(&s.n[SW_UP], 1, SOON);
	for (int i = 0; i < blocks; i++)
		evbuffer_add_reference(bufferevent_get_output(srv->last->bev),
		    block.p, block.len, NULL, NULL);
	last_tick = worst_gap = 0;
	event_add(tick, &ms);
	t0 = now_read().mono_ns;
	all = reach(&s.n[SW_RINGING], blocks * 1000, 6 * SOON);
	ok(all && s.n[SW_RINGING] == blocks * 1000,
	    "flood%s: %d events in %lld ms", srv->tls ? " over TLS" : "",
	    s.n[SW_RINGING], (long long)((now_read().mono_ns - t0) / 1000000));
	ok(worst_gap < 500 * NS_PER_MS, "the clock's worst gap: %.1f ms",
	    (double)worst_gap / 1e6);
	event_free(tick);
	stop(&s);
	buf_clear(&block);
}

static bool
make_cert(const char *name, const char *alt)
{
	char cmd[1024];

	return str_format(cmd, sizeof(cmd),
		   "openssl req -x509 -newkey ec -pkeyopt "
		   "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test "
		   "-addext subjectAltName=%s -keyout %s/%s.key "
		   "-out %s/%s.crt 2>/dev/null",
		   alt, dir, name, dir, name) &&
	       system(cmd) == 0;
}

static SSL_CTX *
server_ctx(const char *name)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	char crt[256], key[256];

	str_format(crt, sizeof(crt), "%s/%s.crt", dir, name);
	str_format(key, sizeof(key), "%s/%s.key", dir, name);
	if (SSL_CTX_use_certificate_file(ctx, crt, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

static void
test_tls(void)
{
	struct ami_server good = { 0 }, other = { 0 }, plain = { 0 };
	struct seen s;
	char ca[256], wrong[256];
	const char *why;

	str_format(ca, sizeof(ca), "%s/good.crt", dir);
	str_format(wrong, sizeof(wrong), "%s/other.crt", dir);
	ok(make_cert("good", "IP:127.0.0.1") &&
		make_cert("other", "DNS:elsewhere.example"),
	    "certificates made");
	good.tls = server_ctx("good");
	other.tls = server_ctx("other");
	ami_server_start(&good, base);
	ami_server_start(&other, base);
	ami_server_start(&plain, base);

	start(&s, &good, "discador", "good secret", ca);
	ok(reach(&s.n[SW_UP], 1, SOON) && originate(&s, ID, "x", &why),
	    "TLS: up with the right CA");
	sw_flush(s.sw);
	ok(reach(&s.n[SW_ACCEPTED], 1, SOON), "TLS: originate accepted");
	ami_server_drop(good.last, true);
	ok(reach(&s.n[SW_UP], 2, SOON) && good.originates == 1,
	    "TLS: cut, up again, nothing sent twice");
	stop(&s);
	start(&s, &good, "discador", "good secret", "");
	ok(reach(&s.n[SW_UP], 1, SOON), "TLS: without a CA file unchecked");
	stop(&s);
	start(&s, &good, "discador", "good secret", wrong);
	ok(reach(&s.n[SW_DOWN], 1, SOON) && s.n[SW_UP] == 0, "another CA: %s",
	    s.down);
	stop(&s);
	start(&s, &other, "discador", "good secret", wrong);
	ok(reach(&s.n[SW_DOWN], 1, SOON) && s.n[SW_UP] == 0 &&
		other.logins == 0,
	    "another name: %s", s.down);
	stop(&s);
	start(&s, &good, "discador", "good secret", "/nonexistent/ca.pem");
	ok(reach(&s.n[SW_DOWN], 1, SOON) && s.n[SW_UP] == 0,
	    "no such CA file: %s", s.down);
	stop(&s);
	plain.tls = good.tls; /* the client is told it is TLS */
	start(&s, &plain, "discador", "good secret", ca);
	plain.tls = NULL;
	ok(reach(&s.n[SW_DOWN], 1, SOON), "TLS to a plain port: %s", s.down);
	stop(&s);
	test_flood(&good, ca, 20);
	SSL_CTX_free(other.tls);
	ami_server_stop(&plain);
	ami_server_stop(&other);
	ami_server_stop(&good);
	SSL_CTX_free(good.tls);
}

/* The slow ones run beside the others and are judged at the end. */
static struct ami_server half = { .no_pong = true }, mute = { .silent = true };
static struct seen half_seen, mute_seen;

static void
judge_slow(void)
{
	ok(reach(&half_seen.n[SW_DOWN], 1, 3 * SOON) &&
		strstr(half_seen.down, "sign of life") != NULL,
	    "half-open: %s", half_seen.down);
	ok(half_seen.n[SW_UP] >= 1 &&
		half_seen.down_ns - half_seen.up_ns >= 10 * NS_PER_S,
	    "after 10 s, not before: %.1f s",
	    (double)(half_seen.down_ns - half_seen.up_ns) / 1e9);
	ok(reach(&mute_seen.n[SW_DOWN], 1, 3 * SOON) &&
		strstr(mute_seen.down, "greet") != NULL,
	    "no greeting: %s", mute_seen.down);
	stop(&half_seen);
	stop(&mute_seen);
	ami_server_stop(&half);
	ami_server_stop(&mute);
}

int
main(void)
{
	struct ami_server srv = { 0 };
	char cmd[64];

	log_open("switch_asterisk", LOG_LVL_ERROR); /* downs are the point */
	base = event_base_new();
	if (mkdtemp(dir) == NULL)
		return 1;
	ami_server_start(&half, base);
	ami_server_start(&mute, base);
	start(&half_seen, &half, "discador", "good secret", "");
	start(&mute_seen, &mute, "discador", "good secret", "");
	test_session();
	test_lag();
	test_refusals();
	test_deaf();
	test_cuts();
	ami_server_start(&srv, base);
	test_flood(&srv, "", 100);
	ami_server_stop(&srv);
	test_tls();
	judge_slow();
	event_base_loop(base, EVLOOP_NONBLOCK);
	event_base_free(base);
	str_format(cmd, sizeof(cmd), "rm -rf %s", dir);
	return system(cmd) != 0 || done_testing();
}
