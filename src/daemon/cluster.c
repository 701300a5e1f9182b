/* SPDX-License-Identifier: MIT */
/*
 * cluster: the private PostgreSQL as the engine sees it: who runs it, where
 * it lies, and the role and database in it.  All that touches the server's
 * files (cluster_server.c) is done in a child that has become the server's
 * user; the child's one line of error comes back through a pipe.  Refuses to
 * run the server as root.
 */
#include "daemon/cluster.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "daemon/cluster_server.h"
#include "shared/util.h"

#define ANSWER_S 30 /* recovery after a crash included */

/* --- who and where ------------------------------------------------------ */

static bool
find_user(struct cluster *c, const char *pg_user, struct buf *err)
{
	struct passwd *pw = getpwuid(geteuid());

	if (pw == NULL) {
		buf_fmt(err, "uid %d has no name in the password file",
		    (int)geteuid());
		return false;
	}
	str_copy(c->owner, sizeof(c->owner), pw->pw_name);
	if (geteuid() == 0) {
		if (pg_user != NULL && *pg_user != '\0')
			pw = getpwnam(pg_user);
		else if ((pw = getpwnam("postgres")) == NULL)
			pw = getpwnam("nobody");
		if (pw == NULL || pw->pw_uid == 0) {
			buf_fmt(err,
			    "the private database cannot run as "
			    "\"%s\": name an unprivileged user that "
			    "exists",
			    pg_user != NULL ? pg_user : "nobody");
			return false;
		}
	}
	str_copy(c->user, sizeof(c->user), pw->pw_name);
	c->uid = pw->pw_uid;
	c->gid = pw->pw_gid;
	return true;
}

static void
cluster_clear(struct cluster *c)
{
	if (c->lock > 0)
		close(c->lock);
	free(c->state);
	free(c->pg);
	free(c->data);
	free(c->run);
	free(c->log);
}

static bool
cluster_paths(struct cluster *c, const char *state_dir, struct buf *err)
{
	if (mkdir(state_dir, 0711) != 0 && errno != EEXIST) {
		buf_fmt(err, "state_dir %s: %s", state_dir, strerror(errno));
		return false;
	}
	c->state = realpath(state_dir, NULL);
	if (c->state == NULL) {
		buf_fmt(err, "state_dir %s: %s", state_dir, strerror(errno));
		return false;
	}
	c->pg = xasprintf("%s/pg", c->state);
	c->data = xasprintf("%s/data", c->pg);
	c->run = xasprintf("%s/run", c->pg);
	c->log = xasprintf("%s/log", c->pg);
	if (strlen(c->run) + sizeof(CLUSTER_SOCKET) >
	    sizeof(((struct sockaddr_un *)0)->sun_path)) {
		buf_fmt(err,
		    "the path of the database's socket, %s%s, is "
		    "longer than 107 bytes: choose a shorter "
		    "state_dir",
		    c->run, CLUSTER_SOCKET);
		return false;
	}
	return true;
}

static bool
own_dir(const struct cluster *c, const char *path, struct buf *err)
{
	struct stat st;

	if (mkdir(path, 0700) != 0 && errno != EEXIST) {
		buf_fmt(err, "%s: %s", path, strerror(errno));
		return false;
	}
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode)) {
		buf_fmt(err, "%s is not a directory", path);
		return false;
	}
	if (geteuid() == 0 && st.st_uid != c->uid &&
	    lchown(path, c->uid, c->gid) != 0) {
		buf_fmt(
		    err, "%s: chown to %s: %s", path, c->user, strerror(errno));
		return false;
	}
	return true;
}

/* One engine at a time makes, starts or stops it. */
static bool
cluster_lock(struct cluster *c, struct buf *err)
{
	char *path = xasprintf("%s/pg.lock", c->state);

	c->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (c->lock < 0 || flock(c->lock, LOCK_EX) != 0)
		buf_fmt(err, "%s: %s", path, strerror(errno));
	free(path);
	return err->len == 0;
}

static bool
cluster_open(struct cluster *c, const char *state_dir, const char *pg_user,
    int flags, struct buf *err)
{
	c->flags = flags;
	return find_user(c, pg_user, err) && cluster_paths(c, state_dir, err) &&
	       cluster_lock(c, err);
}

/* --- the child ---------------------------------------------------------- */

static bool
become_user(const struct cluster *c, struct buf *err)
{
	umask(077);
	if (geteuid() != 0)
		return chdir("/") == 0;
	if (setgroups(1, &c->gid) != 0 || setgid(c->gid) != 0 ||
	    setuid(c->uid) != 0) {
		buf_fmt(
		    err, "cannot become user %s: %s", c->user, strerror(errno));
		return false;
	}
	/* Never go on as root, whatever the calls above said. */
	if (getuid() == 0 || geteuid() == 0)
		abort();
	return chdir("/") == 0;
}

/* Run job in a child as the server's user; its err comes back. */
static bool
as_user(struct cluster *c, bool (*job)(struct cluster *, struct buf *),
    struct buf *err)
{
	char chunk[512];
	int fd[2], status = -1;
	ssize_t n;
	pid_t pid;

	if (pipe2(fd, O_CLOEXEC) != 0 || (pid = fork()) < 0) {
		buf_fmt(err, "cannot start a process: %s", strerror(errno));
		return false;
	}
	if (pid == 0) {
		struct buf b = BUF_INIT;
		bool good;

		close(fd[0]);
		/* The engine may have set these for itself. */
		signal(SIGCHLD, SIG_DFL);
		signal(SIGPIPE, SIG_DFL);
		good = become_user(c, &b) && job(c, &b);
		if (b.len > 0 && write(fd[1], b.p, b.len) < 0)
			_exit(2);
		_exit(good ? 0 : 1);
	}
	close(fd[1]);
	while ((n = read(fd[0], chunk, sizeof(chunk))) > 0 ||
	       (n < 0 && errno == EINTR))
		if (n > 0)
			buf_put(err, chunk, (size_t)n);
	close(fd[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		buf_reset(err);
		return true;
	}
	if (err->len == 0)
		buf_fmt(err,
		    "the private database: the child that prepares "
		    "it ended with status %d",
		    status);
	return false;
}

/* --- role and database -------------------------------------------------- */

static void
put_conninfo(
    struct buf *b, const char *run_dir, const char *user, const char *dbname)
{
	buf_str(b, "host='");
	for (const char *p = run_dir; *p != '\0'; p++) {
		if (*p == '\'' || *p == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *p);
	}
	buf_fmt(b, "' port=" CLUSTER_PORT " user=%s dbname=%s", user, dbname);
}

void
cluster_conninfo(const char *state_dir, struct buf *conninfo)
{
	char *state = realpath(state_dir, NULL);
	char *dir = xasprintf("%s/pg/run", state != NULL ? state : state_dir);

	put_conninfo(conninfo, dir, CLUSTER_ROLE, CLUSTER_ROLE);
	free(dir);
	free(state);
}

/* It may still be recovering from a crash when pg_ctl found it running. */
static PGconn *
connect_super(const struct cluster *c, struct buf *err)
{
	struct timespec nap = { 0, 100 * NS_PER_MS };
	struct buf ci = BUF_INIT;
	PGconn *conn = NULL;
	int64_t end = now_read().mono_ns + ANSWER_S * NS_PER_S;
	int refused = 0;

	put_conninfo(&ci, c->run, CLUSTER_SUPER, "postgres");
	buf_str(&ci, " connect_timeout=5");
	for (;;) {
		conn = PQconnectdb(buf_cstr(&ci));
		if (PQstatus(conn) == CONNECTION_OK)
			break;
		/* It takes connections, but not ours: waiting will not help. */
		if (PQping(buf_cstr(&ci)) == PQPING_OK)
			refused++;
		if (now_read().mono_ns > end || refused >= 3) {
			buf_fmt(err,
			    "the private database runs but does not "
			    "answer: %s",
			    PQerrorMessage(conn));
			while (err->len > 0 && err->p[err->len - 1] == '\n')
				err->p[--err->len] = '\0';
			PQfinish(conn);
			conn = NULL;
			break;
		}
		PQfinish(conn);
		nanosleep(&nap, NULL);
	}
	buf_clear(&ci);
	return conn;
}

static bool
ask(PGconn *conn, const char *test, const char *make, struct buf *err)
{
	PGresult *res = PQexec(conn, test);
	bool good = PQntuples(res) == 1;

	PQclear(res);
	if (good)
		return true;
	res = PQexec(conn, make);
	good = PQresultStatus(res) == PGRES_COMMAND_OK;
	if (!good) {
		const char *m =
		    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

		buf_fmt(err, "the private database: %s: %s", make,
		    m != NULL ? m : "connection lost");
	}
	PQclear(res);
	return good;
}

static bool
make_database(const struct cluster *c, struct buf *err)
{
	PGconn *conn = connect_super(c, err);
	bool good;

	if (conn == NULL)
		return false;
	good =
	    ask(conn,
		"select 1 from pg_roles where rolname = '" CLUSTER_ROLE "'",
		"create role " CLUSTER_ROLE " login", err) &&
	    ask(conn,
		"select 1 from pg_database where datname = '" CLUSTER_ROLE "'",
		"create database " CLUSTER_ROLE " owner " CLUSTER_ROLE, err);
	PQfinish(conn);
	return good;
}

/* --- held by hand ------------------------------------------------------- */

static char *
hold_path(const char *state_dir)
{
	return xasprintf("%s/pg.stopped", state_dir);
}

bool
cluster_hold(const char *state_dir, struct buf *err)
{
	char *path = hold_path(state_dir);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		buf_fmt(err, "%s: %s", path, strerror(errno));
	else
		close(fd);
	free(path);
	return fd >= 0;
}

bool
cluster_is_held(const char *state_dir)
{
	char *path = hold_path(state_dir);
	bool held = access(path, F_OK) == 0;

	free(path);
	return held;
}

static void
release(const char *state_dir)
{
	char *path = hold_path(state_dir);

	unlink(path);
	free(path);
}

/* --- the interface ------------------------------------------------------ */

bool
cluster_start(const char *state_dir, const char *pg_user, int flags,
    struct buf *conninfo, struct buf *err)
{
	struct cluster c = { 0 };
	bool good;

	assert(err->len == 0);
	good = cluster_open(&c, state_dir, pg_user, flags, err);
	if (good && (flags & CLUSTER_AGAIN) && cluster_is_held(c.state)) {
		buf_str(
		    err, "stopped by hand: discador db start starts it again");
		good = false;
	}
	good = good && own_dir(&c, c.pg, err) && own_dir(&c, c.run, err) &&
	       own_dir(&c, c.log, err) &&
	       as_user(&c, cluster_server_start, err) && make_database(&c, err);
	/* Only now: an engine that looks on is not to start it beside us. */
	if (good)
		release(c.state);
	if (good)
		put_conninfo(conninfo, c.run, CLUSTER_ROLE, CLUSTER_ROLE);
	cluster_clear(&c);
	return good;
}

bool
cluster_stop(const char *state_dir, const char *pg_user, struct buf *err)
{
	struct cluster c = { 0 };
	bool good;

	assert(err->len == 0);
	good = cluster_open(&c, state_dir, pg_user, 0, err) &&
	       as_user(&c, cluster_server_stop, err);
	cluster_clear(&c);
	return good;
}

pid_t
cluster_pid(const char *state_dir, bool *lock)
{
	struct cluster c = { 0 };
	char *path;
	bool stale;
	pid_t pid;

	c.state = realpath(state_dir, NULL);
	c.data = xasprintf("%s/pg/data", c.state != NULL ? c.state : state_dir);
	path = xasprintf("%s/postmaster.pid", c.data);
	pid = cluster_server_pid(&c, &stale);
	*lock = access(path, F_OK) == 0;
	free(path);
	cluster_clear(&c);
	return pid;
}

/*
 * The engine's memory is not needed here, but its configuration as it was
 * read: the file may say something else by now.
 */
static void __attribute__((noreturn))
start_again(const char *state_dir, const char *pg_user, int out)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGPIPE };
	struct buf info = BUF_INIT, err = BUF_INIT;
	bool good;

	for (size_t i = 0; i < nitems(sigs); i++)
		signal(sigs[i], SIG_DFL);
	setpgid(0, 0);
	/* Nothing of the engine's stays open here: not its lock either. */
	if (out != 3)
		dup3(out, 3, O_CLOEXEC);
	close_range(4, ~0u, 0);
	good = cluster_start(state_dir, pg_user, CLUSTER_AGAIN, &info, &err);
	if (err.len > 0 && write(3, err.p, err.len) < 0)
		_exit(2);
	_exit(good ? 0 : 1);
}

pid_t
cluster_again(const char *state_dir, const char *pg_user, int *fd)
{
	int p[2];
	pid_t pid;

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		start_again(state_dir, pg_user, p[1]);
	close(p[1]);
	if (pid > 0)
		*fd = p[0];
	else
		close(p[0]);
	return pid;
}
