/* SPDX-License-Identifier: MIT */
/* tried: one batch that grows, one that is being told. */
#include "sshd/tried.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/log.h"
#include "shared/util.h"

#define TELL_S 10 /* then the process that tells ends */
#define FLOOD  10 /* rows at once */

struct row {
	char user[32], from[64], how[16];
	unsigned n;
};

struct batch {
	size_t n;
	unsigned rest; /* tries beyond the rows */
	struct row v[TRIED_ROWS];
};

struct tried {
	char *run_dir;
	struct batch now, told;
	pid_t pid; /* tells; 0: none */
	int64_t next_ns;
	int wait_s;
	bool failed; /* the engine did not hear it; said once */
};

struct tried *
tried_new(const char *run_dir)
{
	struct tried *t = xcalloc(1, sizeof(*t));

	t->run_dir = xstrdup(run_dir);
	t->wait_s = TRIED_S;
	return t;
}

void
tried_free(struct tried *t)
{
	if (t != NULL)
		free(t->run_dir);
	free(t);
}

void
tried_add(struct tried *t, const char *user, const char *from, const char *how,
    unsigned n)
{
	struct batch *b = &t->now;
	struct row *r;

	for (size_t i = 0; i < b->n; i++) {
		r = &b->v[i];
		if (strcmp(r->from, from) == 0 && strcmp(r->user, user) == 0 &&
		    strcmp(r->how, how) == 0) {
			r->n += n;
			return;
		}
	}
	if (b->n == TRIED_ROWS) {
		b->rest += n;
		return;
	}
	r = &b->v[b->n++];
	str_copy(r->user, sizeof(r->user), user);
	str_copy(r->from, sizeof(r->from), from);
	str_copy(r->how, sizeof(r->how), how);
	r->n = n;
}

static char *
batch_text(const struct batch *b)
{
	json_t *a = json_array();
	char *text;

	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(
		    a, json_pack("{s:s, s:s, s:I, s:s}", "user", b->v[i].user,
			   "from", b->v[i].from, "n", (json_int_t)b->v[i].n,
			   "how", b->v[i].how));
	if (b->rest > 0)
		json_array_append_new(a,
		    json_pack("{s:s, s:s, s:I, s:s}", "user", "*", "from",
			"several", "n", (json_int_t)b->rest, "how", "others"));
	text = json_dumps(a, JSON_COMPACT);
	json_decref(a);
	return text;
}

/* Without an identity: the engine knows the server by its uid. */
static void __attribute__((noreturn)) tell(const struct tried *t)
{
	const char *args[] = { "refused", NULL, NULL }, *why;
	sigset_t none;
	json_t *o, *reply;
	bool good;

	close_range(3, ~0u, 0);
	sigemptyset(&none);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_SETMASK, &none, NULL);
	alarm(TELL_S);
	args[1] = batch_text(&t->told);
	o = ipc_request("session", args);
	reply = ipc_call(t->run_dir, o, NULL, 0, TELL_S, &why);
	good = json_is_true(json_object_get(reply, "ok"));
	if (reply != NULL && !good)
		log_warn("the engine does not take refused log-ins: %s",
		    json_string_value(json_object_get(reply, "text")));
	/* what it did not understand it would not the next time */
	_exit(reply != NULL ? 0 : 1);
}

void
tried_turn(struct tried *t, int64_t mono_ns, int *ms)
{
	if ((t->now.n == 0 && t->now.rest == 0) || t->pid != 0)
		return;
	if (mono_ns < t->next_ns) {
		*ms = (int)MINIMUM(
		    *ms, (t->next_ns - mono_ns + NS_PER_MS - 1) / NS_PER_MS);
		return;
	}
	/* a flood is not to fill the audit */
	t->wait_s =
	    t->now.n < FLOOD ? TRIED_S : MINIMUM(t->wait_s * 2, TRIED_MOST_S);
	t->told = t->now;
	t->now.n = t->now.rest = 0;
	t->pid = fork();
	if (t->pid == 0)
		tell(t);
	if (t->pid < 0) {
		t->pid = 0;
		t->now = t->told;
	}
	t->next_ns = mono_ns + t->wait_s * NS_PER_S;
}

bool
tried_ended(struct tried *t, pid_t pid, int status)
{
	bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0;

	if (t->pid == 0 || t->pid != pid)
		return false;
	t->pid = 0;
	for (size_t i = 0; !good && i < t->told.n; i++) {
		const struct row *r = &t->told.v[i];

		tried_add(t, r->user, r->from, r->how, r->n);
	}
	if (!good)
		t->now.rest += t->told.rest;
	if (!good && !t->failed)
		log_warn("the engine does not hear of refused log-ins: they "
			 "are kept and told when it does");
	t->failed = !good;
	return true;
}
