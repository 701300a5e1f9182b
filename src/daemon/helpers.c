/* SPDX-License-Identifier: MIT */
/*
 * helpers: one helper's state changes in one function (turn_to), with the
 * moment of it.  Starts, signals and reaps nothing.
 */
#include "daemon/helpers.h"

#include <string.h>
#include <sys/wait.h>

#include "daemon/cluster_keep.h"
#include "daemon/jobs.h"
#include "daemon/state.h"
#include "daemon/supervise.h"
#include "shared/text.h"

static bool
is(const struct board_helper *b, const char *state)
{
	return strcmp(b->state, state) == 0;
}

/* Waiting to run and being started are one thing to who counts the time. */
static bool
same_outage(const struct board_helper *b, const char *state)
{
	return (is(b, "waiting") || is(b, "starting")) &&
	       (strcmp(state, "waiting") == 0 ||
		   strcmp(state, "starting") == 0);
}

static void
turn_to(struct helper *h, const char *state, pid_t pid, const struct now *now)
{
	if (!is(&h->b, state) && !same_outage(&h->b, state))
		h->b.since_ms = now->wall_ms;
	str_copy(h->b.state, sizeof(h->b.state), state);
	h->b.pid = (int32_t)pid;
	h->b.next_ms = 0;
}

void
helper_init(struct helper *h, const char *name, const struct now *now)
{
	memset(h, 0, sizeof(*h));
	str_copy(h->b.name, sizeof(h->b.name), name);
	h->wait_s = HELPER_FIRST_S;
	turn_to(h, "waiting", 0, now);
	h->next_ns = now->mono_ns;
}

void
helper_starting(struct helper *h, pid_t pid, const struct now *now)
{
	h->b.restarts += h->begun;
	h->begun = true;
	turn_to(h, "starting", pid, now);
}

void
helper_running(struct helper *h, pid_t pid, const struct now *now)
{
	if (!is(&h->b, "running"))
		h->good_ns = now->mono_ns;
	h->begun = true;
	turn_to(h, "running", pid, now);
}

void
helper_ended(struct helper *h, const char *why, const struct now *now)
{
	if (is(&h->b, "running") &&
	    now->mono_ns - h->good_ns >= HELPER_GOOD_S * NS_PER_S)
		h->wait_s = HELPER_FIRST_S;
	turn_to(h, "waiting", 0, now);
	text_clean(h->b.why, sizeof(h->b.why), why);
	h->next_ns = now->mono_ns + h->wait_s * NS_PER_S;
	h->b.next_ms = now->wall_ms + h->wait_s * MS_PER_S;
	h->wait_s = MINIMUM(h->wait_s * 2, HELPER_MOST_S);
}

void
helper_again(struct helper *h, const struct now *now)
{
	turn_to(h, "waiting", 0, now);
	h->next_ns = now->mono_ns;
	h->wait_s = HELPER_FIRST_S;
}

void
helper_stopped(struct helper *h, const char *why, const struct now *now)
{
	turn_to(h, "stopped", 0, now);
	text_clean(h->b.why, sizeof(h->b.why), why);
	h->wait_s = HELPER_FIRST_S;
}

void
helper_failed(struct helper *h, const char *why, const struct now *now)
{
	turn_to(h, "failed", 0, now);
	text_clean(h->b.why, sizeof(h->b.why), why);
}

bool
helper_due(const struct helper *h, const struct now *now)
{
	return is(&h->b, "waiting") && now->mono_ns >= h->next_ns;
}

/* ---- words ------------------------------------------------------------- */

void
helper_status(int status, char out[96])
{
	if (WIFSIGNALED(status))
		str_format(out, 96, "ended by signal %d", WTERMSIG(status));
	else
		str_format(out, 96, "ended with exit %d: see the log",
		    WEXITSTATUS(status));
}

void
helper_last_line(const char *said, char out[96])
{
	static const char *const words[] = { "FATAL:", "PANIC:" };
	size_t end = strlen(said), begin, skip;
	char line[512];

	while (end > 0 && (said[end - 1] == '\n' || said[end - 1] == ' '))
		end--;
	begin = end;
	while (begin > 0 && said[begin - 1] != '\n')
		begin--;
	str_format(line, sizeof(line), "%.*s",
	    (int)MINIMUM(end - begin, sizeof(line) - 1), said + begin);
	/* "discador-sshd: " says nothing beside the name */
	skip = strcspn(line, ": ");
	skip = line[skip] == ':' && line[skip + 1] == ' ' ? skip + 2 : 0;
	for (size_t i = 0; i < nitems(words); i++) {
		const char *at = strstr(line, words[i]);

		if (at != NULL) {
			at += strlen(words[i]);
			skip = (size_t)(at - line) + strspn(at, " ");
		}
	}
	text_clean(out, 96, line + skip);
}

bool
helper_is_down(const struct board_helper *b)
{
	/* at the engine's own start it has every right to be starting */
	return is(b, "waiting") || is(b, "failed") ||
	       (is(b, "starting") && b->restarts > 0);
}

void
helper_text(
    const struct board_helper *b, const struct tz *tz, char *out, size_t size)
{
	const char *why = b->why[0] != '\0' ? b->why : "it has not run yet";
	struct tz_local l;

	/* The time first: a long reason is cut at its end. */
	if (is(b, "waiting") && b->next_ms != 0 && tz != NULL) {
		tz_local(tz, b->next_ms, &l);
		str_format(out, size,
		    "%s does not run (started again at %02d:%02d:%02d): %s",
		    b->name, l.minute / 60, l.minute % 60, l.second, why);
	} else if (is(b, "stopped")) {
		str_format(out, size, "%s is stopped: %s", b->name, why);
	} else if (is(b, "failed")) {
		str_format(out, size, "%s does not run: %s", b->name, why);
	} else {
		str_format(out, size,
		    "%s does not run (being started again): %s", b->name, why);
	}
}

/* ---- the board ---------------------------------------------------------- */

static void
add(struct board *b, const struct board_helper *h)
{
	if (h->name[0] != '\0' && b->nhelpers < BOARD_HELPERS)
		b->helpers[b->nhelpers++] = *h;
}

static void
add_jobs(const struct daemon *d, struct board *b)
{
	for (uint32_t i = 0; i < MINIMUM(b->njobs, BOARD_JOBS); i++) {
		const struct board_job *j = &b->jobs[i];
		struct board_helper h = { .state = "running" };

		if (j->state != 1)
			continue;
		str_format(h.name, sizeof(h.name), "discador-job %u", j->id);
		str_copy(h.why, sizeof(h.why), j->what);
		h.since_ms = j->started_ms;
		h.pid = (int32_t)jobs_pid(d, j->id);
		add(b, &h);
	}
}

static void
tell_engine(struct daemon *d)
{
	struct engine_helper v[HELPERS_KEPT];
	const struct tz *tz = tz_get(d->conf.timezone);
	size_t n = 0;

	if (tz == NULL)
		tz = tz_get("UTC");
	memset(v, 0, sizeof(v));
	for (size_t i = 0; i < HELPERS_KEPT; i++) {
		const struct board_helper *h = &d->helpers[i];

		if (h->name[0] == '\0')
			continue;
		str_copy(v[n].name, sizeof(v[n].name), h->name);
		v[n].down = helper_is_down(h);
		if (!is(h, "running"))
			helper_text(h, tz, v[n].detail, sizeof(v[n].detail));
		n++;
	}
	engine_helpers(d->engine, v, n);
}

void
helpers_turn(struct daemon *d, const struct now *now, int64_t *wake)
{
	struct board_helper v[HELPERS_KEPT];

	supervise_turn(d->sshd, now, wake);
	cluster_keep_turn(d->pg, db_is_up(d->work), now, wake);
	cluster_keep_look(d->pg, &v[0]);
	supervise_look(d->sshd, &v[1]);
	if (memcmp(v, d->helpers, sizeof(v)) == 0)
		return;
	memcpy(d->helpers, v, sizeof(v));
	tell_engine(d);
}

void
helpers_publish(const struct daemon *d, struct board *b)
{
	memset(b->helpers, 0, sizeof(b->helpers));
	b->nhelpers = 0;
	for (size_t i = 0; i < HELPERS_KEPT; i++)
		add(b, &d->helpers[i]);
	add_jobs(d, b);
}
