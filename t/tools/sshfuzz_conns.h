/* SPDX-License-Identifier: MIT */
/*
 * sshfuzz_conns: the users, one connection of a seed and a number, the
 * processes that make them one after another, and the proper log-in that must
 * succeed meanwhile.
 */
#ifndef T_SSHFUZZ_CONNS_H
#define T_SSHFUZZ_CONNS_H

#include <sys/prctl.h>

#include "sshfuzz_watch.h"

#define PROBE_ADDR "127.0.0.2"
#define PROBE_MS   20000 /* a loaded machine with sanitizers */

enum { VERA, OMAR, ANA, SAM, MARIA, USERS };
static const struct {
	const char *name, *role, *more;
} users[USERS] = {
	[VERA] = { "vera", "viewer", "" },
	[OMAR] = { "omar", "operator", "" },
	[ANA] = { "ana", "admin", "" },
	[SAM] = { "sam", "viewer", " campaigns = [ \"usa-morning\" ];" },
	[MARIA] = { "maria", "supervisor", "" },
};
static EVP_PKEY *keys[USERS];
static int port;

static void m_banner(struct wire *w);
static void m_keys(struct wire *w);
static void m_login(struct wire *w);
static void m_channels(struct wire *w);
static void m_console(struct wire *w);
static void m_verbs(struct wire *w);

static const struct mode {
	const char *name;
	unsigned share; /* of all connections */
	int seconds; /* for one */
	void (*go)(struct wire *);
} modes[] = {
	{ "banner", 2, 2, m_banner },
	{ "keys", 5, 3, m_keys },
	{ "login", 4, 4, m_login },
	{ "channels", 7, 5, m_channels },
	{ "console", 4, 9, m_console },
	{ "verbs", 4, 6, m_verbs },
};
_Static_assert(nitems(modes) <= 8, "shared.made");
static const struct mode *only_mode;

/* ---- the modes --------------------------------------------------------- */

static bool
enter(struct wire *w, int user)
{
	return wire_login(w, users[user].name, keys[user]);
}

static void
m_banner(struct wire *w)
{
	mode_banner(w);
}

static void
m_keys(struct wire *w)
{
	mode_keys(w);
}

static void
m_login(struct wire *w)
{
	mode_login(w, keys[VERA]);
}

static void
m_channels(struct wire *w)
{
	if (enter(w, one_of(w, 4) ? SAM : VERA))
		mode_channels(w);
}

static void
m_console(struct wire *w)
{
	if (enter(w, one_of(w, 3) ? OMAR : one_of(w, 4) ? SAM : VERA))
		mode_console(w);
}

static void
m_verbs(struct wire *w)
{
	if (enter(w, PICK(w, ((const int[]){ VERA, OMAR, ANA, SAM }))))
		mode_verbs(w);
}

static const struct mode *
mode_pick(struct wire *w)
{
	unsigned all = 0, at;

	for (size_t i = 0; i < nitems(modes); i++)
		all += modes[i].share;
	at = below(w, all);
	for (size_t i = 0; i < nitems(modes); i++) {
		if (at < modes[i].share)
			return only_mode != NULL ? only_mode : &modes[i];
		at -= modes[i].share;
	}
	return &modes[0];
}

/* ---- one connection, a worker ------------------------------------------ */

static void
leave(struct wire *w)
{
	struct buf b = BUF_INIT;

	if (!w->gone && one_of(w, 4)) {
		buf_byte(&b, MSG_DISCONNECT);
		put_u32(&b, 11);
		put_text(&b, "bye");
		put_text(&b, "");
		wire_send(w, &b);
	}
	wire_close(w, one_of(w, 4));
	buf_clear(&b);
}

static void
connection(
    struct shared *sh, uint64_t seed, uint32_t n, int worker, bool chatty)
{
	struct rng r;
	struct wire w = { .r = &r, .chatty = chatty };
	const struct mode *m;
	struct shown *now = &sh->now[worker];
	char addr[20];
	bool met;

	rng_seed(&r, seed * 0x9e3779b97f4a7c15u + n);
	m = mode_pick(&w);
	w.gcm = one_of(&w, 2);
	w.strict = one_of(&w, 2);
	w.until_ns = now_read().mono_ns + m->seconds * NS_PER_S;
	addr_of(n, addr);
	*now = (struct shown){ .n = n };
	str_copy(now->mode, sizeof(now->mode), m->name);
	if (chatty)
		fprintf(stderr, "# connection %u of %s, mode %s\n", n, addr,
		    m->name);
	w.step = now->step;
	if (wire_connect(&w, addr, port))
		m->go(&w);
	met = w.v_s.len > 0 || m->go == m_banner;
	sh->recent[n % WATCH_RECENT] = *now;
	now->mode[0] = '\0';
	sh->made[m - modes]++;
	if (!met) {
		sh->refused++;
		usleep(50000);
	}
	if (w.proof)
		sh->proofs++;
	if (w.in_now)
		sh->logins++;
	if ((w.in_now || w.opened) && !w.proof)
		str_format(sh->found[worker], sizeof(sh->found[worker]),
		    "connection %u: %s without a key", n,
		    w.in_now ? "logged in" : "a channel was opened");
	leave(&w);
}

static void __attribute__((noreturn))
worker(struct shared *sh, uint64_t seed, uint32_t n, uint32_t step, int which)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (; !sh->stop; n += step) {
		alarm(60); /* whatever goes wrong here, it is ours */
		connection(sh, seed, n, which, false);
	}
	_exit(0);
}

/* ---- the proper log-in ------------------------------------------------- */

static void
probe_why(struct shared *sh, struct wire *w, const char *what)
{
	str_format(sh->probe_why, sizeof(sh->probe_why), "%s (at \"%s\", %s)",
	    what, w->step, w->gone ? "the connection is gone" : "no answer");
}

static void __attribute__((noreturn))
probe(struct shared *sh, uint64_t seed, unsigned turn)
{
	struct rng r;
	char step[WIRE_STEP] = "connect";
	struct wire w = { .r = &r, .gcm = turn % 2 == 1, .step = step };
	struct buf b = BUF_INIT;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	alarm(60);
	rng_seed(&r, seed + turn);
	sh->probe_why[0] = '\0';
	w.until_ns = now_read().mono_ns + PROBE_MS * NS_PER_MS;
	if (!wire_connect(&w, PROBE_ADDR, port) || !enter(&w, MARIA)) {
		probe_why(sh, &w, "a proper log-in fails");
	} else if (!chan_open(&w, CHAN_WINDOW, 32768)) {
		probe_why(sh, &w, "no channel for a proper user");
	} else if (turn % 4 == 3) { /* a console */
		chan_pty(&w, &b, "xterm-256color", 80, 24);
		wire_send(&w, &b);
		chan_request(&w, &b, "shell", true);
		wire_send(&w, &b);
		wire_step(&w, "console");
		while (!w.gone && w.text.len < 500)
			wire_drain(&w, 20);
		if (w.text.len < 500)
			probe_why(sh, &w, "a proper console shows nothing");
		chan_data(&w, "q", 1);
		wire_until(&w, MSG_CLOSE, MSG_DISCONNECT, 5000);
	} else {
		wire_step(&w, "help");
		chan_exec(&w, "help", 4);
		if (!w.closed)
			wire_until(&w, MSG_CLOSE, MSG_DISCONNECT, PROBE_MS);
		if (w.status != 0 ||
		    strstr(buf_cstr(&w.text), "campaign") == NULL)
			probe_why(sh, &w, "help does not help");
	}
	wire_close(&w, false);
	buf_clear(&b);
	_exit(sh->probe_why[0] != '\0');
}

#endif
