/* SPDX-License-Identifier: MIT */
/*
 * cluster: makes, starts and stops the private PostgreSQL with Debian's
 * initdb and pg_ctl.  All that touches its files is done in a child that has
 * become the server's user; the child's one line of error comes back through
 * a pipe.  Refuses to run the server as root.
 */
#include "daemon/cluster.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "shared/log.h"
#include "shared/util.h"

#define PG_ROOT     "/usr/lib/postgresql"
#define PG_OLDEST   15
#define PG_PORT     "5432"
#define START_S     30
#define RETRY_S     5
#define ARGS_MAX    15
#define ROLE        "discador"
#define SUPERUSER   "postgres"
/* sun_path with its NUL, less "/.s.PGSQL.5432". */
#define SOCKET_NAME "/.s.PGSQL." PG_PORT

struct cluster {
	char *state, *pg, *data, *run, *log;
	char user[64];  /* who runs the server */
	char owner[64]; /* who runs us */
	uid_t uid;
	gid_t gid;
	int flags;
	char bin[64]; /* /usr/lib/postgresql/15/bin */
	int lock;
};

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
			buf_fmt(err, "the private database cannot run as "
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
	if (strlen(c->run) + sizeof(SOCKET_NAME)
	    > sizeof(((struct sockaddr_un *)0)->sun_path)) {
		buf_fmt(err, "the path of the database's socket, %s%s, is "
			     "longer than 107 bytes: choose a shorter "
			     "state_dir",
		    c->run, SOCKET_NAME);
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
	if (geteuid() == 0 && st.st_uid != c->uid
	    && lchown(path, c->uid, c->gid) != 0) {
		buf_fmt(err, "%s: chown to %s: %s", path, c->user,
		    strerror(errno));
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
	return find_user(c, pg_user, err) && cluster_paths(c, state_dir, err)
	    && cluster_lock(c, err);
}

/* --- in the child: the server's user ------------------------------------ */

static bool
become_user(const struct cluster *c, struct buf *err)
{
	umask(077);
	if (geteuid() != 0)
		return chdir("/") == 0;
	if (setgroups(1, &c->gid) != 0 || setgid(c->gid) != 0
	    || setuid(c->uid) != 0) {
		buf_fmt(err, "cannot become user %s: %s", c->user,
		    strerror(errno));
		return false;
	}
	/* Never go on as root, whatever the calls above said. */
	if (getuid() == 0 || geteuid() == 0)
		abort();
	return chdir("/") == 0;
}

/* Every directory above must let the server's user through. */
static bool
can_traverse(const struct cluster *c, struct buf *err)
{
	struct stat st;
	char *part = xstrdup(c->pg);
	bool good = true;

	for (char *p = part + 1; good && (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (access(part, X_OK) != 0) {
			good = false;
			buf_fmt(err, "user %s, who runs the private database, "
				     "cannot enter %s%s: choose another "
				     "state_dir, or chmod o+x %s",
			    c->user, part,
			    stat(part, &st) == 0 && S_ISDIR(st.st_mode)
				? ""
				: " (or what is above it)",
			    part);
		}
		*p = '/';
	}
	free(part);
	return good;
}

/* Run a program, its output to file; false and err with its last line. */
static bool
run(const char *const *argv, const char *output, struct buf *err)
{
	char *const env[] = { (char[]) { "PATH=/usr/bin:/bin" },
		(char[]) { "LC_ALL=C.UTF-8" }, (char[]) { "HOME=/" }, NULL };
	char *copy[ARGS_MAX + 1] = { NULL };
	char line[256], last[256] = "";
	int status = -1;
	FILE *fp;
	pid_t pid;

	pid = fork();
	if (pid == 0) {
		int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		int null = open("/dev/null", O_RDONLY);

		for (size_t i = 0; i < ARGS_MAX && argv[i] != NULL; i++)
			copy[i] = xstrdup(argv[i]);
		dup2(null, 0);
		dup2(fd >= 0 ? fd : null, 1);
		dup2(fd >= 0 ? fd : null, 2);
		close_range(3, ~0u, 0);
		execve(copy[0], copy, env);
		_exit(127);
	}
	if (pid > 0)
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	if (pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	fp = fopen(output, "re");
	while (fp != NULL && fgets(line, sizeof(line), fp) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0] != '\0')
			str_copy(last, sizeof(last), line);
	}
	if (fp != NULL)
		fclose(fp);
	buf_fmt(err, "%s failed: %s (more in %s)", argv[0], last, output);
	return false;
}

static bool
write_file(const char *dir, const char *name, const char *text,
    struct buf *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *fresh = xasprintf("%s.new", path);
	FILE *fp = fopen(fresh, "we");
	bool good;

	good = fp != NULL && fputs(text, fp) >= 0 && fflush(fp) == 0
	    && fsync(fileno(fp)) == 0;
	if (fp != NULL)
		good = fclose(fp) == 0 && good;
	good = good && rename(fresh, path) == 0;
	if (!good)
		buf_fmt(err, "%s: %s", path, strerror(errno));
	free(fresh);
	free(path);
	return good;
}

/* Settings and who may be whom: ours alone, written anew at each start. */
static bool
write_config(const struct cluster *c, struct buf *err)
{
	static const char hba[]
	    = "# Written by discador at each start.\n"
	      "local all " SUPERUSER "," ROLE " peer map=discador\n";
	struct buf b = BUF_INIT;
	const char *users[] = { "root", c->user, c->owner };
	bool good;

	buf_str(&b, "# Written by discador at each start.\n");
	for (size_t i = 0; i < nitems(users); i++) {
		bool twice = false;

		for (size_t k = 0; k < i; k++)
			twice = twice || strcmp(users[i], users[k]) == 0;
		if (!twice)
			buf_fmt(&b,
			    "discador \"%s\" " ROLE "\n"
			    "discador \"%s\" " SUPERUSER "\n",
			    users[i], users[i]);
	}
	good = write_file(c->data, "pg_ident.conf", buf_cstr(&b), err)
	    && write_file(c->data, "pg_hba.conf", hba, err);
	buf_reset(&b);
	buf_fmt(&b,
	    "# Written by discador at each start; own settings belong into\n"
	    "# postgresql.conf below the line that includes this file.\n"
	    "listen_addresses = ''\n"
	    "port = " PG_PORT "\n"
	    "unix_socket_directories = '%s'\n"
	    "unix_socket_permissions = 0700\n"
	    "max_connections = 50\n"
	    "shared_buffers = 128MB\n"
	    "max_wal_size = 2GB\n"
	    "wal_compression = on\n"
	    "checkpoint_completion_target = 0.9\n"
	    "random_page_cost = 1.1\n"
	    "jit = off\n"
	    "autovacuum_naptime = 15s\n"
	    "timezone = 'UTC'\n"
	    "log_timezone = 'UTC'\n"
	    "logging_collector = on\n"
	    "log_directory = '%s'\n"
	    "log_filename = 'postgresql-%%a.log'\n"
	    "log_truncate_on_rotation = on\n"
	    "log_rotation_age = 1d\n"
	    "log_rotation_size = 0\n",
	    c->run, c->log);
	good = good && write_file(c->data, "discador.conf", buf_cstr(&b), err);
	buf_clear(&b);
	return good;
}

/* initdb beside its place, then rename: half a cluster is never met. */
static bool
init_data(const struct cluster *c, struct buf *err)
{
	char *fresh = xasprintf("%s.new", c->data);
	char *initdb = xasprintf("%s/initdb", c->bin);
	char *conf = xasprintf("%s/postgresql.conf", fresh);
	char *out = xasprintf("%s/initdb.log", c->pg);
	const char *const rm[] = { "/bin/rm", "-rf", "--", fresh, NULL };
	const char *const argv[] = { initdb, "-D", fresh, "-E", "UTF8",
		"--locale=C.UTF-8", "-U", SUPERUSER, "--auth-local=peer", "--auth-host=reject",
		"--data-checksums",
		c->flags & CLUSTER_FAST_INIT ? "--no-sync" : NULL, NULL };
	FILE *fp;
	bool good;

	good = run(rm, out, err) && run(argv, out, err);
	if (good) {
		fp = fopen(conf, "ae");
		good = fp != NULL
		    && fputs("\ninclude = 'discador.conf'\n", fp) >= 0;
		if (fp != NULL)
			good = fclose(fp) == 0 && good;
		good = good && rename(fresh, c->data) == 0;
		if (!good)
			buf_fmt(err, "%s: %s", fresh, strerror(errno));
	}
	free(out);
	free(conf);
	free(initdb);
	free(fresh);
	return good;
}

/* The binaries of the cluster's own version, or the newest for a new one. */
static bool
find_bin(struct cluster *c, struct buf *err)
{
	char *path = xasprintf("%s/PG_VERSION", c->data);
	char want[16] = "";
	FILE *fp = fopen(path, "re");
	struct dirent *de;
	int64_t best = 0, v;
	DIR *d;

	if (fp != NULL) {
		if (fgets(want, sizeof(want), fp) != NULL)
			want[strcspn(want, "\n")] = '\0';
		fclose(fp);
	}
	free(path);
	d = opendir(PG_ROOT);
	while (d != NULL && (de = readdir(d)) != NULL) {
		if (!str_int64(de->d_name, PG_OLDEST, 99, &v)
		    || (want[0] != '\0' && strcmp(want, de->d_name) != 0))
			continue;
		str_format(c->bin, sizeof(c->bin), "%s/%d/bin/initdb",
		    PG_ROOT, (int)v);
		if (v > best && access(c->bin, X_OK) == 0)
			best = v;
	}
	if (d != NULL)
		closedir(d);
	if (best == 0) {
		if (want[0] != '\0')
			buf_fmt(err, "%s was made by PostgreSQL %s, which is "
				     "not installed: apt install "
				     "postgresql-%s",
			    c->data, want, want);
		else
			buf_fmt(err, "no PostgreSQL %d or newer in %s: apt "
				     "install postgresql",
			    PG_OLDEST, PG_ROOT);
		return false;
	}
	str_format(c->bin, sizeof(c->bin), "%s/%d/bin", PG_ROOT, (int)best);
	return true;
}

/*
 * The postmaster's pid if it runs, 0 if not.  After a crash of the machine
 * postmaster.pid may name a process that is something else: only one that
 * stands in the data directory is ours.
 */
static pid_t
server_pid(const struct cluster *c, bool *stale)
{
	char *path = xasprintf("%s/postmaster.pid", c->data);
	char line[32] = "", proc[48], cwd[512];
	FILE *fp = fopen(path, "re");
	int64_t pid = 0;
	ssize_t n;

	*stale = false;
	free(path);
	if (fp == NULL)
		return 0;
	if (fgets(line, sizeof(line), fp) != NULL)
		line[strcspn(line, "\n")] = '\0';
	fclose(fp);
	if (!str_int64(line, 1, INT32_MAX, &pid) || kill((pid_t)pid, 0) != 0)
		return 0; /* PostgreSQL itself mends that */
	str_format(proc, sizeof(proc), "/proc/%d/cwd", (int)pid);
	n = readlink(proc, cwd, sizeof(cwd) - 1);
	if (n < 0 && errno != ENOENT)
		return (pid_t)pid;
	/* No directory at all: a zombie that nobody has waited for. */
	cwd[n < 0 ? 0 : n] = '\0';
	*stale = strcmp(cwd, c->data) != 0;
	return *stale ? 0 : (pid_t)pid;
}

static bool
pg_ctl(const struct cluster *c, const char *const *args, struct buf *err)
{
	char *prog = xasprintf("%s/pg_ctl", c->bin);
	char *out = xasprintf("%s/pg_ctl.log", c->pg);
	const char *argv[ARGS_MAX + 1] = { prog, "-D", c->data };
	bool good;

	for (size_t n = 3; n < ARGS_MAX && *args != NULL; n++)
		argv[n] = *args++;
	good = run(argv, out, err);
	free(out);
	free(prog);
	return good;
}

/* Data of another user would only give obscure errors later. */
static bool
data_is_ours(const struct cluster *c, struct buf *err)
{
	struct passwd *pw;
	struct stat st;

	if (lstat(c->data, &st) != 0) {
		if (errno == ENOENT)
			return true;
		buf_fmt(err, "%s: %s", c->data, strerror(errno));
		return false;
	}
	if (st.st_uid == c->uid)
		return true;
	pw = getpwuid(st.st_uid);
	buf_fmt(err, "%s belongs to user %s, not to %s: the private database "
		     "must be run by the user who made it",
	    c->data, pw != NULL ? pw->pw_name : "?", c->user);
	return false;
}

/* The server's own last word on why it did not start. */
static void
put_fatal(const struct cluster *c, struct buf *err)
{
	char line[512], last[512] = "";
	struct dirent *de;
	struct stat st, newest = { 0 };
	DIR *d = opendir(c->log);

	while (d != NULL && (de = readdir(d)) != NULL) {
		char *path = xasprintf("%s/%s", c->log, de->d_name);
		FILE *fp = NULL;

		if (stat(path, &st) == 0 && S_ISREG(st.st_mode)
		    && st.st_mtime >= newest.st_mtime
		    && (fp = fopen(path, "re")) != NULL) {
			newest = st;
			while (fgets(line, sizeof(line), fp) != NULL)
				if (strstr(line, "FATAL:") != NULL)
					str_copy(last, sizeof(last),
					    strstr(line, "FATAL:"));
			fclose(fp);
		}
		free(path);
	}
	if (d != NULL)
		closedir(d);
	last[strcspn(last, "\n")] = '\0';
	if (last[0] != '\0')
		buf_fmt(err, ": %s (in %s)", last, c->log);
}

/* Lock files of a server that is certainly dead. */
static void
forget_stale(const struct cluster *c)
{
	char *pid = xasprintf("%s/postmaster.pid", c->data);
	char *lock = xasprintf("%s%s.lock", c->run, SOCKET_NAME);

	unlink(pid);
	unlink(lock);
	free(lock);
	free(pid);
}

/*
 * Where the server was killed, its children may need a moment to notice, and
 * it refuses to start beside them: once more, for a while.
 */
static bool
start_server(struct cluster *c, struct buf *err)
{
	struct timespec nap = { 0, 300 * NS_PER_MS };
	char *log = xasprintf("%s/start.log", c->log);
	const char *const args[] = { "-w", "-t", "30", "-l", log, "start",
		NULL };
	int64_t end = now_read().mono_ns + RETRY_S * NS_PER_S;
	bool good = false, stale;

	while (server_pid(c, &stale) == 0) {
		buf_reset(err);
		if (stale)
			forget_stale(c);
		good = write_config(c, err) && pg_ctl(c, args, err);
		if (good || now_read().mono_ns > end)
			break;
		nanosleep(&nap, NULL);
	}
	if (!good && server_pid(c, &stale) != 0)
		good = true;
	if (!good)
		put_fatal(c, err);
	free(log);
	return good;
}

static bool
child_start(struct cluster *c, struct buf *err)
{
	char *path = xasprintf("%s/PG_VERSION", c->data);
	bool good;

	good = can_traverse(c, err) && data_is_ours(c, err)
	    && find_bin(c, err)
	    && (access(path, F_OK) == 0 || init_data(c, err));
	free(path);
	return good && start_server(c, err);
}

static bool
child_stop(struct cluster *c, struct buf *err)
{
	static const char *const args[] = { "-m", "fast", "-w", "-t", "30",
		"stop", NULL };
	bool stale;

	if (server_pid(c, &stale) == 0)
		return true;
	return find_bin(c, err) && pg_ctl(c, args, err);
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
	while ((n = read(fd[0], chunk, sizeof(chunk))) > 0
	    || (n < 0 && errno == EINTR))
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
		buf_fmt(err, "the private database: the child that prepares "
			     "it ended with status %d",
		    status);
	return false;
}

/* --- role and database -------------------------------------------------- */

static void
put_conninfo(struct buf *b, const char *run_dir, const char *user,
    const char *dbname)
{
	buf_str(b, "host='");
	for (const char *p = run_dir; *p != '\0'; p++) {
		if (*p == '\'' || *p == '\\')
			buf_byte(b, '\\');
		buf_byte(b, *p);
	}
	buf_fmt(b, "' port=" PG_PORT " user=%s dbname=%s", user, dbname);
}

void
cluster_conninfo(const char *state_dir, struct buf *conninfo)
{
	char *state = realpath(state_dir, NULL);
	char *dir = xasprintf("%s/pg/run", state != NULL ? state : state_dir);

	put_conninfo(conninfo, dir, ROLE, ROLE);
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
	int64_t end = now_read().mono_ns + START_S * NS_PER_S;
	int refused = 0;

	put_conninfo(&ci, c->run, SUPERUSER, "postgres");
	buf_str(&ci, " connect_timeout=5");
	for (;;) {
		conn = PQconnectdb(buf_cstr(&ci));
		if (PQstatus(conn) == CONNECTION_OK)
			break;
		/* It takes connections, but not ours: waiting will not help. */
		if (PQping(buf_cstr(&ci)) == PQPING_OK)
			refused++;
		if (now_read().mono_ns > end || refused >= 3) {
			buf_fmt(err, "the private database runs but does not "
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
		const char *m = PQresultErrorField(res,
		    PG_DIAG_MESSAGE_PRIMARY);

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
	good = ask(conn, "select 1 from pg_roles where rolname = '" ROLE "'",
		   "create role " ROLE " login", err)
	    && ask(conn,
		"select 1 from pg_database where datname = '" ROLE "'",
		"create database " ROLE " owner " ROLE, err);
	PQfinish(conn);
	return good;
}

/* --- the interface ------------------------------------------------------ */

bool
cluster_start(const char *state_dir, const char *pg_user, int flags,
    struct buf *conninfo, struct buf *err)
{
	struct cluster c = { 0 };
	bool good;

	assert(err->len == 0);
	good = cluster_open(&c, state_dir, pg_user, flags, err)
	    && own_dir(&c, c.pg, err) && own_dir(&c, c.run, err)
	    && own_dir(&c, c.log, err) && as_user(&c, child_start, err)
	    && make_database(&c, err);
	if (good)
		put_conninfo(conninfo, c.run, ROLE, ROLE);
	cluster_clear(&c);
	return good;
}

bool
cluster_stop(const char *state_dir, const char *pg_user, struct buf *err)
{
	struct cluster c = { 0 };
	bool good;

	assert(err->len == 0);
	good = cluster_open(&c, state_dir, pg_user, 0, err)
	    && as_user(&c, child_stop, err);
	cluster_clear(&c);
	return good;
}
