/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_room: what those may send who are logged in: modes "channels",
 * "console" and "verbs".
 */
#ifndef T_SSHFUZZ_ROOM_H
#define T_SSHFUZZ_ROOM_H

#include "sshfuzz_login.h"

/* Made by whatever is executed that should not be. */
#define ROOM_CANARY "executed-by-sshfuzz"

/* ---- mode channels ----------------------------------------------------- */

static inline uint32_t
channel_of(struct wire *w)
{
	return one_of(w, 6) ? odd_u32(w) : w->peer;
}

static inline void
odd_open(struct wire *w, struct buf *b)
{
	static const char *const types[] = { "session", "session",
		"direct-tcpip", "forwarded-tcpip", "x11",
		"auth-agent@openssh.com", "direct-streamlocal@openssh.com",
		"forwarded-streamlocal@openssh.com", "tun@openssh.com", "" };

	buf_reset(b);
	buf_byte(b, MSG_OPEN);
	put_odd(w, b, PICK(w, types));
	put_u32(b, one_of(w, 2) ? 0 : odd_u32(w));
	put_u32(b, odd_u32(w));
	put_u32(b, odd_u32(w));
	if (one_of(w, 2)) {
		put_odd(w, b, "127.0.0.1");
		put_u32(b, odd_u32(w));
		put_odd(w, b, "10.0.0.1");
		put_u32(b, odd_u32(w));
	}
}

static inline void
put_modes(struct wire *w, struct buf *b)
{
	struct buf m = BUF_INIT;

	if (one_of(w, 2)) {
		for (uint32_t i = below(w, 200); i > 0; i--) {
			buf_byte(&m, (char)below(w, 256));
			put_u32(&m, odd_u32(w));
		}
		buf_byte(&m, 0);
	} else {
		put_odd_bytes(w, &m, odd_size(w));
	}
	put_u32(b, one_of(w, 8) ? odd_u32(w) : (uint32_t)m.len);
	buf_put(b, m.p != NULL ? m.p : "", m.len);
	buf_clear(&m);
}

/* What belongs to a request of that name. */
static inline void
put_request(struct wire *w, struct buf *b, const char *what)
{
	if (strcmp(what, "pty-req") == 0) {
		put_odd(w, b, "xterm-256color");
		for (int i = 0; i < 4; i++)
			put_u32(b, odd_u32(w));
		put_modes(w, b);
	} else if (strcmp(what, "window-change") == 0) {
		for (int i = 0; i < 4; i++)
			put_u32(b, odd_u32(w));
	} else if (strcmp(what, "env") == 0) {
		put_odd(w, b,
		    PICK(
			w, ((const char *const[]){ "LANG", "LC_ALL", "LC_CTYPE",
			       "LD_PRELOAD", "TERM", "LC_MESSAGES" })));
		put_odd(w, b, "es_MX.UTF-8");
	} else if (strcmp(what, "exec") == 0) {
		put_odd(w, b, "status --json");
	} else if (strcmp(what, "x11-req") == 0) {
		buf_byte(b, (char)below(w, 3));
		put_odd(w, b, "MIT-MAGIC-COOKIE-1");
		put_odd(w, b, "0123456789abcdef");
		put_u32(b, odd_u32(w));
	} else if (strcmp(what, "exit-signal") == 0) {
		put_odd(w, b, "SEGV");
		buf_byte(b, 1);
		put_odd(w, b, "no");
		put_odd(w, b, "en");
	} else if (strcmp(what, "signal") == 0) {
		put_odd(w, b,
		    PICK(w, ((const char *const[]){ "INT", "TERM", "HUP",
				"KILL", "SEGV", "STOP", "" })));
	} else if (strcmp(what, "shell") != 0) {
		put_odd(w, b, "sftp");
	}
}

static inline void
odd_request_of(struct wire *w, struct buf *b, const char *what)
{
	buf_reset(b);
	buf_byte(b, MSG_REQUEST);
	put_u32(b, channel_of(w));
	put_odd(w, b, what);
	buf_byte(b, (char)below(w, 3));
	put_request(w, b, what);
}

static inline void
odd_request(struct wire *w, struct buf *b)
{
	static const char *const kinds[] = { "pty-req", "pty-req",
		"window-change", "env", "env", "exec", "shell", "subsystem",
		"signal", "x11-req", "auth-agent-req@openssh.com", "xon-xoff",
		"exit-status", "exit-signal", "eow@openssh.com", "break",
		"keepalive@openssh.com", "nothing", "" };

	odd_request_of(w, b, PICK(w, kinds));
}

/* Many of a kind: proper but for one field. */
static inline void
flood(struct wire *w, struct buf *b)
{
	const char *what =
	    PICK(w, ((const char *const[]){ "env", "env", "window-change",
			"pty-req", "signal", "keepalive@openssh.com" }));

	wire_step(w, "a flood of %s", what);
	for (int i = 0; i < 60 && !w->gone; i++) {
		chan_request(w, b, what, one_of(w, 3));
		put_request(w, b, what);
		wire_send(w, b);
		if (!w->deaf)
			wire_drain(w, 0);
	}
	buf_reset(b);
}

static inline void
odd_global(struct wire *w, struct buf *b)
{
	static const char *const kinds[] = { "tcpip-forward",
		"cancel-tcpip-forward", "keepalive@openssh.com",
		"no-more-sessions@openssh.com",
		"streamlocal-forward@openssh.com",
		"hostkeys-prove-00@openssh.com", "hostkeys-00@openssh.com",
		"" };

	buf_reset(b);
	buf_byte(b, MSG_GLOBAL);
	put_odd(w, b, PICK(w, kinds));
	buf_byte(b, (char)below(w, 3));
	put_odd(w, b, "0.0.0.0");
	put_u32(b, odd_u32(w));
}

static inline void
odd_data(struct wire *w, struct buf *b)
{
	bool ext = one_of(w, 4);

	buf_reset(b);
	buf_byte(b, ext ? MSG_EXT_DATA : MSG_DATA);
	put_u32(b, channel_of(w));
	if (ext)
		put_u32(b, odd_u32(w));
	put_odd(w, b, "some bytes");
}

static inline void
odd_about(struct wire *w, struct buf *b)
{
	static const uint8_t types[] = { MSG_WINDOW, MSG_WINDOW, MSG_WINDOW,
		MSG_EOF, MSG_CLOSE, MSG_SUCCESS, MSG_FAILURE, MSG_OPEN_OK,
		MSG_OPEN_FAILED, 81, 82 };

	buf_reset(b);
	buf_byte(b, (char)PICK(w, types));
	put_u32(b, channel_of(w));
	for (uint32_t i = below(w, 5); i > 0; i--)
		put_u32(b, odd_u32(w));
	put_odd(w, b, "");
}

/* Keys again, in the middle: well, or not. */
static inline void
odd_rekey(struct wire *w, struct buf *b)
{
	switch (below(w, 4)) {
	case 0:
		wire_step(w, "rekey, begun and left");
		wire_kexinit(w, b, NULL, false);
		wire_send(w, b);
		break;
	case 1:
		wire_step(w, "rekey, spoilt");
		odd_kexinit(w, b);
		wire_send(w, b);
		break;
	default:
		wire_step(w, "rekey");
		if (!wire_keys(w, false, false))
			w->gone = true;
	}
	buf_reset(b);
}

static inline void
odd_in_room(struct wire *w, struct buf *b)
{
	buf_reset(b);
	switch (below(w, 14)) {
	case 0:
		odd_open(w, b);
		break;
	case 1:
	case 2:
	case 3:
	case 4:
		odd_request(w, b);
		break;
	case 5:
		odd_global(w, b);
		break;
	case 6:
	case 7:
		odd_data(w, b);
		break;
	case 8:
	case 9:
		odd_about(w, b);
		break;
	case 10:
		odd_packet(w, b);
		break;
	case 11:
		if (one_of(w, 3))
			odd_method(w, b); /* logs in once more */
		else
			odd_request(w, b);
		break;
	case 12:
		if (one_of(w, 2)) {
			odd_rekey(w, b);
			break;
		}
		buf_byte(b, MSG_DISCONNECT);
		put_u32(b, odd_u32(w));
		put_odd(w, b, "bye");
		put_odd(w, b, "en");
		break;
	default:
		if (one_of(w, 8))
			pour(w, b);
		else
			flood(w, b);
	}
}

static inline void
mode_channels(struct wire *w)
{
	struct buf b = BUF_INIT;
	uint32_t n = 5 + below(w, 60);
	bool proper = !one_of(w, 6);

	if (proper && !chan_open(w, one_of(w, 2) ? CHAN_WINDOW : odd_u32(w),
			  one_of(w, 2) ? 32768 : odd_u32(w)))
		return;
	if (proper && one_of(w, 2)) {
		chan_pty(w, &b, "xterm", 80, 24);
		wire_send(w, &b);
	}
	if (proper && one_of(w, 3)) {
		chan_request(w, &b, "shell", true);
		wire_send(w, &b);
	}
	w->deaf = one_of(w, 8);
	for (uint32_t i = 0; i < n && !w->gone; i++) {
		odd_in_room(w, &b);
		if (b.len == 0)
			continue;
		wire_step(w, "packet %u: type %u, %zu bytes", i,
		    (unsigned)(uint8_t)b.p[0], b.len);
		if (one_of(w, 4))
			mangle(w, &b);
		if (one_of(w, 150))
			bend_next(w);
		wire_send(w, &b);
		if (one_of(w, 6))
			wire_send(w, &b);
		if (!w->deaf && one_of(w, 3))
			wire_drain(w, (int)below(w, 15));
	}
	if (one_of(w, 2))
		wire_drain(w, (int)below(w, 300));
	buf_clear(&b);
}

/* ---- mode console ------------------------------------------------------ */

static inline void
put_mouse(struct wire *w, struct buf *b)
{
	for (uint32_t i = 1 + below(w, 400); i > 0; i--)
		if (one_of(w, 12))
			buf_fmt(b, "\033[<%u;%u;%u%c", odd_u32(w), odd_u32(w),
			    odd_u32(w), one_of(w, 2) ? 'M' : 'm');
		else if (one_of(w, 12)) {
			buf_str(b, "\033[M");
			put_random(w, b, 3);
		} else
			buf_fmt(b, "\033[<%u;%u;%u%c", below(w, 70),
			    below(w, 140), below(w, 50),
			    one_of(w, 2) ? 'M' : 'm');
}

static inline void
put_escape(struct wire *w, struct buf *b)
{
	static const char *const starts[] = { "\033[", "\033O", "\033]",
		"\033P", "\033", "\033[?", "\033[200~", "\033[201~", "\033[<",
		"\033\033[", "\x9b", "\033[1;", "\033_", "\033[M" };

	for (uint32_t i = 1 + below(w, 60); i > 0; i--) {
		buf_str(b, PICK(w, starts));
		for (uint32_t k = below(w, one_of(w, 20) ? 5000 : 12); k > 0;
		     k--)
			buf_byte(
			    b, "0123456789;;:?<~ABCDHFMPQRSZmnu"[below(w, 31)]);
	}
}

/* A line behind ':', with whatever may stand in it. */
static inline void
put_line(struct wire *w, struct buf *b)
{
	static const char *const words[] = { "campaign", "start", "pause",
		"stop", "cps", "auto", "brake", "on", "show", "did", "country",
		"context", "set", "usa-morning", "mexico", "details", "why",
		"history", "09:00", "10:00", "--step", "1s", "--json", "call",
		"list", "hangup", "alert", "ack", "session", "say", "watch",
		"1", "leave", "audit", "theme", "light", "help", "filter",
		"99999999999999999999", "-1", "+13051234567", "'", "\"",
		"$(touch " ROOM_CANARY ")", "`touch " ROOM_CANARY "`",
		"; touch " ROOM_CANARY, "| touch " ROOM_CANARY, "../../x",
		"%s%n", "\xc3\xb1", "\xf0\x9f\x98\x80", "\xff", "\t" };

	if (one_of(w, 2))
		buf_byte(b, ':');
	else
		buf_byte(b, PICK(w, "/:?:"));
	for (uint32_t i = below(w, one_of(w, 20) ? 300 : 8); i > 0; i--) {
		buf_str(b, PICK(w, words));
		buf_byte(b, ' ');
	}
	buf_byte(b, PICK(w, "\r\r\r\t\033\003"));
}

static inline void
put_keys(struct wire *w, struct buf *b)
{
	static const char keys[] = "1234567890jkhlsSgG/e:?[]zwvxdtcnbuBUaA\t"
				   "\r\033 \b\177\x0c\x10\x0e";

	for (uint32_t i = 1 + below(w, 80); i > 0; i--)
		buf_byte(b, keys[below(w, sizeof(keys) - 1)]);
}

/* What goes into the console at one go. */
static inline void
put_input(struct wire *w, struct buf *b)
{
	size_t big;

	buf_reset(b);
	switch (below(w, 12)) {
	case 0:
		put_random(w, b, below(w, 3000));
		break;
	case 1:
	case 2:
		put_escape(w, b);
		break;
	case 3:
		put_mouse(w, b);
		break;
	case 4: /* bad UTF-8 */
		put_odd_bytes(w, b, below(w, 2000));
		break;
	case 5: /* a paste, its end may be missing */
		if (one_of(w, 2))
			buf_str(b, ":");
		buf_str(b, "\033[200~");
		big = one_of(w, 8) ? 1u << 20 : below(w, 20000);
		put_odd_bytes(w, b, big);
		if (!one_of(w, 3))
			buf_str(b, "\033[201~");
		break;
	case 6:
	case 7:
	case 8:
		put_line(w, b);
		break;
	default:
		put_keys(w, b);
	}
	/* the ways out, most of the time */
	for (size_t i = 0; i < b->len && !one_of(w, 2000); i++)
		if (b->p[i] == 'q' || b->p[i] == 3 || b->p[i] == 4)
			b->p[i] = 'j';
}

static inline void
mode_console(struct wire *w)
{
	static const char *const terms[] = { "xterm-256color", "xterm", "linux",
		"vt100", "dumb", "", "screen", "tmux-256color", "strange",
		"xterm-kitty" };
	struct buf b = BUF_INIT;
	uint32_t n = 5 + below(w, 50);

	if (!chan_open(w, CHAN_WINDOW, 32768))
		return;
	chan_request(w, &b, "env", false);
	put_text(&b, "LANG");
	put_text(&b, PICK(w, ((const char *const[]){ "C", "es_MX.UTF-8",
				 "pt_BR.UTF-8", "en_US.ISO-8859-1" })));
	wire_send(w, &b);
	chan_pty(w, &b, PICK(w, terms), 20 + below(w, 280), 5 + below(w, 95));
	wire_send(w, &b);
	chan_request(w, &b, "shell", true);
	wire_send(w, &b);
	wire_until(w, MSG_DATA, MSG_CLOSE, 3000);
	w->deaf = one_of(w, 10);
	for (uint32_t i = 0; i < n && !w->gone && !w->closed; i++) {
		put_input(w, &b);
		wire_step(w, "input %u of %zu bytes", i, b.len);
		chan_data(w, b.p != NULL ? b.p : "", b.len);
		if (one_of(w, 3))
			chan_size(w, one_of(w, 4) ? odd_u32(w) : below(w, 320),
			    one_of(w, 4) ? odd_u32(w) : below(w, 110));
		if (one_of(w, 40)) {
			wire_step(w, "rekey");
			if (!wire_keys(w, false, false))
				break;
		}
		if (!w->deaf)
			wire_drain(w, (int)below(w, 60));
	}
	if (one_of(w, 3))
		chan_bare(w, one_of(w, 2) ? MSG_EOF : MSG_CLOSE);
	wire_drain(w, (int)below(w, 200));
	buf_clear(&b);
}

/* ---- mode verbs -------------------------------------------------------- */

static inline void
put_command(struct wire *w, struct buf *b)
{
	static const char *const verbs[] = { "status", "show", "details",
		"history", "why", "context list", "context check",
		"context test", "call list", "call hangup", "campaign start",
		"cps", "brake", "callback", "alert list", "alert ack",
		"audit list", "audit verify", "session list", "session say",
		"session watch", "session open", "session welcome",
		"session refused", "session consent", "help", "import contacts",
		"import dnc", "list", "loadtest", "report", "export calls",
		"user list", "user add", "set campaign", "did block", "dnc",
		"apply", "db psql", "demo", "doctor", "simulate", "sh -c" };
	static const char *const words[] = { "--json", "--help", "-h", "-",
		"--campaign", "usa-morning", "--from", "--to", "now",
		"--format", "csv", "-o", "/tmp/" ROOM_CANARY, "campaign", "did",
		"trunk", "contact", "+13051234567", "--limit", "0",
		"18446744073709551616", "-9223372036854775809", "overview",
		"calls", "--conf", "/etc/passwd", "../../etc/passwd", "--",
		"$(touch /tmp/" ROOM_CANARY ")", "`touch " ROOM_CANARY "`", ";",
		"touch", "/tmp/" ROOM_CANARY, "&&", "|", "%s%n", "\\", "'a b'",
		"\"", "''", "\xff\xfe", "\xc3\xb1", "\n", "\033[2J", "a=b",
		"max_cps=1e999" };

	buf_reset(b);
	if (one_of(w, 12)) {
		put_odd_bytes(w, b, one_of(w, 3) ? 60000 : odd_size(w));
		return;
	}
	buf_str(b, PICK(w, verbs));
	for (uint32_t i = below(w, one_of(w, 15) ? 2000 : 8); i > 0; i--) {
		buf_byte(b, ' ');
		if (one_of(w, 25))
			put_odd_bytes(w, b, odd_size(w));
		else
			buf_str(b, PICK(w, words));
	}
	/* the one that would end the engine of the test */
	for (char *p; (p = memmem(b->p, b->len, "stop", 4)) != NULL;)
		*p = 'S';
}

static inline void
mode_verbs(struct wire *w)
{
	struct buf b = BUF_INIT, in = BUF_INIT;

	if (!chan_open(w, one_of(w, 6) ? odd_u32(w) : CHAN_WINDOW,
		one_of(w, 6) ? odd_u32(w) : 32768))
		return;
	if (one_of(w, 4)) {
		chan_pty(w, &b, "xterm", 80, 24);
		wire_send(w, &b);
	}
	put_command(w, &b);
	wire_step(w, "exec of %zu bytes: %.40s", b.len, buf_cstr(&b));
	chan_exec(w, b.p, b.len);
	for (uint32_t i = below(w, 6); i > 0 && !w->gone && !w->closed; i--) {
		put_input(w, &in);
		chan_data(w, in.p != NULL ? in.p : "", in.len);
		if (one_of(w, 5)) {
			chan_request(w, &b, "signal", false);
			put_text(&b, one_of(w, 2) ? "INT" : "TERM");
			wire_send(w, &b);
		}
	}
	if (!one_of(w, 4))
		chan_bare(w, MSG_EOF);
	if (!one_of(w, 4))
		wire_until(w, MSG_CLOSE, MSG_DISCONNECT, 2000);
	buf_clear(&b);
	buf_clear(&in);
}

#endif
