/* SPDX-License-Identifier: MIT */
/*
 * cluster_server: the private PostgreSQL's files, settings, start and stop,
 * by Debian's initdb and pg_ctl.  Runs as the server's user, never as root.
 */
#include "daemon/cluster_server.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/cluster.h"
#include "shared/util.h"

#define PG_ROOT   "/usr/lib/postgresql"
#define PG_OLDEST 15
#define RETRY_S   5 /* the children of a killed server are gone by then */
#define ARGS_MAX  15

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
			buf_fmt(err,
			    "user %s, who runs the private database, "
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
	char *const env[] = { (char[]){ "PATH=/usr/bin:/bin" },
		(char[]){ "LC_ALL=C.UTF-8" }, (char[]){ "HOME=/" }, NULL };
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
write_file(const char *dir, const char *name, const char *text, struct buf *err)
{
	char *path = xasprintf("%s/%s", dir, name);
	char *fresh = xasprintf("%s.new", path);
	FILE *fp = fopen(fresh, "we");
	bool good;

	good = fp != NULL && fputs(text, fp) >= 0 && fflush(fp) == 0 &&
	       fsync(fileno(fp)) == 0;
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
	static const char hba[] =
	    "# Written by discador at each start.\n"
	    "local all " CLUSTER_SUPER "," CLUSTER_ROLE " peer map=discador\n";
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
			    "discador \"%s\" " CLUSTER_ROLE "\n"
			    "discador \"%s\" " CLUSTER_SUPER "\n",
			    users[i], users[i]);
	}
	good = write_file(c->data, "pg_ident.conf", buf_cstr(&b), err) &&
	       write_file(c->data, "pg_hba.conf", hba, err);
	buf_reset(&b);
	buf_fmt(&b,
	    "# Written by discador at each start; own settings belong into\n"
	    "# postgresql.conf below the line that includes this file.\n"
	    "listen_addresses = ''\n"
	    "port = " CLUSTER_PORT "\n"
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
		"--locale=C.UTF-8", "-U", CLUSTER_SUPER, "--auth-local=peer",
		"--auth-host=reject", "--data-checksums",
		c->flags & CLUSTER_FAST_INIT ? "--no-sync" : NULL, NULL };
	FILE *fp;
	bool good;

	good = run(rm, out, err) && run(argv, out, err);
	if (good) {
		fp = fopen(conf, "ae");
		good = fp != NULL &&
		       fputs("\ninclude = 'discador.conf'\n", fp) >= 0;
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
		if (!str_int64(de->d_name, PG_OLDEST, 99, &v) ||
		    (want[0] != '\0' && strcmp(want, de->d_name) != 0))
			continue;
		str_format(c->bin, sizeof(c->bin), "%s/%d/bin/initdb", PG_ROOT,
		    (int)v);
		if (v > best && access(c->bin, X_OK) == 0)
			best = v;
	}
	if (d != NULL)
		closedir(d);
	if (best == 0) {
		if (want[0] != '\0')
			buf_fmt(err,
			    "%s was made by PostgreSQL %s, which is "
			    "not installed: apt install "
			    "postgresql-%s",
			    c->data, want, want);
		else
			buf_fmt(err,
			    "no PostgreSQL %d or newer in %s: apt "
			    "install postgresql",
			    PG_OLDEST, PG_ROOT);
		return false;
	}
	str_format(c->bin, sizeof(c->bin), "%s/%d/bin", PG_ROOT, (int)best);
	return true;
}

/*
 * After a crash of the machine postmaster.pid may name a process that is
 * something else: only one that stands in the data directory is ours.
 */
pid_t
cluster_server_pid(const struct cluster *c, bool *stale)
{
	char *path = xasprintf("%s/postmaster.pid", c->data);
	char line[32] = "", proc[48], cwd[512];
	/* Root looks into a directory of somebody else's: a FIFO there is not
	 * to hold the engine. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	int64_t pid = 0;
	ssize_t n;

	*stale = false;
	free(path);
	if (fd < 0)
		return 0;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[MAXIMUM(n, 0)] = '\0';
	line[strcspn(line, "\n")] = '\0';
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
	buf_fmt(err,
	    "%s belongs to user %s, not to %s: the private database "
	    "must be run by the user who made it",
	    c->data, pw != NULL ? pw->pw_name : "?", c->user);
	return false;
}

/* The last line of a log, or the last one that says FATAL or PANIC. */
static bool
last_word(const char *path, bool fatal, char out[512])
{
	static const char *const words[] = { "FATAL:", "PANIC:" };
	FILE *fp = fopen(path, "re");
	char line[512];
	bool found = false;

	while (fp != NULL && fgets(line, sizeof(line), fp) != NULL) {
		const char *at = fatal ? NULL : line;

		for (size_t i = 0; fatal && i < nitems(words); i++)
			if (strstr(line, words[i]) != NULL)
				at = strstr(line, words[i]);
		if (at == NULL || *at == '\n')
			continue;
		str_copy(out, 512, at);
		out[strcspn(out, "\n")] = '\0';
		found = true;
	}
	if (fp != NULL)
		fclose(fp);
	return found;
}

/*
 * The server's own last word on why it did not start, from the logs that it
 * has written since: what failed days ago is none.
 */
static void
put_fatal(
    const struct cluster *c, const char *log, int64_t since_s, struct buf *err)
{
	char last[512] = "";
	struct dirent *de;
	struct stat st, newest = { 0 };
	DIR *d = opendir(c->log);

	while (d != NULL && (de = readdir(d)) != NULL) {
		char *path = xasprintf("%s/%s", c->log, de->d_name);

		if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		    st.st_mtime >= MAXIMUM(newest.st_mtime, since_s) &&
		    last_word(path, true, last))
			newest = st;
		free(path);
	}
	if (d != NULL)
		closedir(d);
	if (last[0] != '\0' || last_word(log, false, last))
		buf_fmt(err, CLUSTER_WHY "%s (in %s)", last, c->log);
}

/* Lock files of a server that is certainly dead. */
static void
forget_stale(const struct cluster *c)
{
	char *pid = xasprintf("%s/postmaster.pid", c->data);
	char *lock = xasprintf("%s%s.lock", c->run, CLUSTER_SOCKET);

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
	struct now now = now_read();
	int64_t end = now.mono_ns + RETRY_S * NS_PER_S;
	bool good = false, stale;

	while (cluster_server_pid(c, &stale) == 0) {
		buf_reset(err);
		if (stale)
			forget_stale(c);
		good = write_config(c, err) && pg_ctl(c, args, err);
		if (good || now_read().mono_ns > end)
			break;
		nanosleep(&nap, NULL);
	}
	if (!good && cluster_server_pid(c, &stale) != 0)
		good = true;
	if (!good)
		put_fatal(c, log, now.wall_ms / MS_PER_S, err);
	free(log);
	return good;
}

bool
cluster_server_start(struct cluster *c, struct buf *err)
{
	char *path = xasprintf("%s/PG_VERSION", c->data);
	bool good;

	good = can_traverse(c, err) && data_is_ours(c, err) && find_bin(c, err);
	if (good && access(path, F_OK) != 0) {
		good = !(c->flags & CLUSTER_AGAIN) && init_data(c, err);
		/* An empty one in its place would be a lie. */
		if (c->flags & CLUSTER_AGAIN)
			buf_fmt(err,
			    "%s is gone: put the database's files "
			    "back",
			    path);
	}
	free(path);
	return good && start_server(c, err);
}

bool
cluster_server_stop(struct cluster *c, struct buf *err)
{
	static const char *const args[] = { "-m", "fast", "-w", "-t", "30",
		"stop", NULL };
	bool stale;

	if (cluster_server_pid(c, &stale) == 0)
		return true;
	return find_bin(c, err) && pg_ctl(c, args, err);
}
