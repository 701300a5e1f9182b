/* SPDX-License-Identifier: MIT */
/*
 * cluster_keep: the server is not our child (pg_ctl started it, perhaps for an
 * engine before this one): whether it lives is looked at twice a second, and
 * why it ended is told by what it left behind.
 */
#include "daemon/cluster_keep.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/cluster.h"
#include "daemon/helpers.h"
#include "shared/log.h"

#define LOOK_NS (NS_PER_S / 2) /* some 20 us each */
#define SOON_NS (NS_PER_S / 20) /* while nobody has a connection to it */
#define START_S 120 /* recovery included; then it is tried anew */

struct cluster_keep {
	char *state_dir, *pg_user;
	struct helper h;
	pid_t starter; /* 0: none */
	int said; /* what it has to say */
	int64_t late_ns; /* it is killed then */
	int64_t look_ns;
	bool linked; /* at the last turn */
};

struct cluster_keep *
cluster_keep_new(
    const char *state_dir, const char *pg_user, const struct now *now)
{
	struct cluster_keep *k = xcalloc(1, sizeof(*k));
	bool lock;
	pid_t pid = cluster_pid(state_dir, &lock);

	k->state_dir = xstrdup(state_dir);
	k->pg_user = xstrdup(pg_user);
	k->said = -1;
	helper_init(&k->h, "postgresql", now);
	k->h.begun = true;
	if (pid > 0)
		helper_running(&k->h, pid, now);
	return k;
}

/* It runs: ours, or one that somebody else has started. */
static bool
found(struct cluster_keep *k, const struct now *now)
{
	bool lock;
	pid_t pid = cluster_pid(k->state_dir, &lock);

	if (pid == 0)
		return false;
	log_info("the private database runs again (pid %d)", (int)pid);
	helper_running(&k->h, pid, now);
	return true;
}

static void
ended(struct cluster_keep *k, const char *why, const struct now *now)
{
	if (cluster_is_held(k->state_dir)) {
		helper_stopped(
		    &k->h, "by hand: discador db start starts it again", now);
		log_warn("the private database was stopped by hand; discador "
			 "db start starts it");
		return;
	}
	helper_ended(&k->h, why, now);
	log_error("the private database: %s; it is started again in %lld s",
	    why, (long long)((k->h.b.next_ms - now->wall_ms) / MS_PER_S));
}

static void
start(struct cluster_keep *k, const struct now *now)
{
	pid_t pid = cluster_again(k->state_dir, k->pg_user, &k->said);

	if (pid < 0) {
		ended(k, strerror(errno), now);
		return;
	}
	k->starter = pid;
	k->late_ns = now->mono_ns + START_S * NS_PER_S;
	helper_starting(&k->h, 0, now);
}

/* The process that starts it has ended with that status. */
static void
started(struct cluster_keep *k, int status, const struct now *now)
{
	char text[4096], why[96];
	const char *said;
	ssize_t n = read(k->said, text, sizeof(text) - 1);

	text[MAXIMUM(n, 0)] = '\0';
	close(k->said);
	k->said = -1;
	k->starter = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && found(k, now))
		return;
	said = strstr(text, CLUSTER_WHY);
	helper_last_line(said != NULL ? said + strlen(CLUSTER_WHY) : text, why);
	if (text[0] != '\0')
		log_error("the private database: %s", text);
	else if (WIFSIGNALED(status))
		str_format(
		    why, sizeof(why), "it did not start within %d s", START_S);
	else
		str_copy(why, sizeof(why), "it ended as soon as it ran");
	ended(k, why, now);
}

static void
look_at_starter(struct cluster_keep *k, const struct now *now, int64_t *wake)
{
	int status;

	if (waitpid(k->starter, &status, WNOHANG) == k->starter) {
		started(k, status, now);
		return;
	}
	if (now->mono_ns >= k->late_ns) {
		kill(-k->starter, SIGKILL);
		k->late_ns = INT64_MAX;
	}
	*wake = MINIMUM(*wake, k->late_ns);
}

/* A server that shuts down takes its lock file away; a killed one cannot. */
static void
look_at_server(struct cluster_keep *k, const struct now *now)
{
	bool lock;
	pid_t pid = cluster_pid(k->state_dir, &lock);

	if (pid > 0 && (pid == (pid_t)k->h.b.pid || found(k, now)))
		return;
	ended(k, lock ? "it was killed" : "it was shut down: its log says why",
	    now);
}

void
cluster_keep_turn(
    struct cluster_keep *k, bool linked, const struct now *now, int64_t *wake)
{
	bool look;

	if (k == NULL)
		return;
	if (k->starter > 0) {
		look_at_starter(k, now, wake);
		return;
	}
	/* The moment it dies its connections break: look at once. */
	look = now->mono_ns >= k->look_ns || (k->linked && !linked);
	k->linked = linked;
	if (look)
		k->look_ns = now->mono_ns + (linked ? LOOK_NS : SOON_NS);
	if (strcmp(k->h.b.state, "running") == 0) {
		if (look)
			look_at_server(k, now);
	} else if (look && found(k, now)) {
		;
	} else if (strcmp(k->h.b.state, "stopped") == 0) {
		/* released, but whoever did so has not managed to start it */
		if (look && !cluster_is_held(k->state_dir))
			helper_again(&k->h, now);
	} else if (helper_due(&k->h, now)) {
		start(k, now);
	}
	if (strcmp(k->h.b.state, "waiting") == 0)
		*wake = MINIMUM(*wake, k->h.next_ns);
	*wake = MINIMUM(*wake, k->look_ns);
}

void
cluster_keep_look(const struct cluster_keep *k, struct board_helper *out)
{
	memset(out, 0, sizeof(*out));
	if (k != NULL)
		*out = k->h.b;
}

void
cluster_keep_free(struct cluster_keep *k)
{
	if (k == NULL)
		return;
	if (k->starter > 0) {
		kill(-k->starter, SIGKILL);
		kill(k->starter, SIGKILL); /* before it had its own group */
		waitpid(k->starter, NULL, 0);
		close(k->said);
	}
	free(k->state_dir);
	free(k->pg_user);
	free(k);
}
