/* SPDX-License-Identifier: MIT */
/*
 * schema: runs the numbered files of sql/ that the database has not seen.
 * Refuses a database newer than the program and a history that was edited.
 */
#include "db/schema.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "db/conninfo.h"
#include "shared/log.h"
#include "shared/util.h"

/* Any number will do as long as every discador takes the same one. */
#define SCHEMA_LOCK "7310582937610446"
/* Another engine may be migrating; longer than that, something is wrong. */
#define LOCK_WAIT  "120s"
#define FILE_LIMIT (4 << 20)
#define HASH_HEX   64

struct file {
	char *name; /* 001_schema.sql */
	struct buf text;
	char hash[HASH_HEX + 1];
};

static PGresult *
run(PGconn *conn, const char *sql, int n, const char *const *params,
    struct buf *err)
{
	PGresult *res;

	res = PQexecParams(conn, sql, n, NULL, params, NULL, NULL, 0);
	if (PQresultStatus(res) == PGRES_COMMAND_OK ||
	    PQresultStatus(res) == PGRES_TUPLES_OK)
		return res;
	buf_str(err, "schema: ");
	conninfo_error(err, PQresultErrorMessage(res));
	PQclear(res);
	return NULL;
}

static bool
run_void(PGconn *conn, const char *sql, struct buf *err)
{
	PGresult *res = run(conn, sql, 0, NULL, err);

	PQclear(res);
	return res != NULL;
}

/* --- the files ---------------------------------------------------------- */

static bool
file_read(const char *dir, struct file *f, struct buf *err)
{
	char *path = xasprintf("%s/%s", dir, f->name);
	unsigned char md[EVP_MAX_MD_SIZE];
	char chunk[8192];
	unsigned mdlen = 0;
	FILE *fp;
	size_t n;
	bool good;

	fp = fopen(path, "re");
	if (fp == NULL) {
		buf_fmt(err, "%s: %s", path, strerror(errno));
		free(path);
		return false;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), fp)) > 0 &&
	       f->text.len < FILE_LIMIT)
		buf_put(&f->text, chunk, n);
	good = !ferror(fp) && f->text.len < FILE_LIMIT &&
	       EVP_Digest(buf_cstr(&f->text), f->text.len, md, &mdlen,
		   EVP_sha256(), NULL);
	if (!good)
		buf_fmt(err, "%s: cannot be read", path);
	for (unsigned i = 0; i < mdlen && i < HASH_HEX / 2; i++)
		str_format(f->hash + 2 * i, 3, "%02x", md[i]);
	fclose(fp);
	free(path);
	return good;
}

/* NNN_name.sql -> NNN; 0 for other names. */
static int
file_version(const char *name)
{
	size_t n = strlen(name);
	char digits[4];
	int64_t v;

	if (n < 9 || name[3] != '_' || strcmp(name + n - 4, ".sql") != 0)
		return 0;
	str_copy(digits, sizeof(digits), name);
	return str_int64(digits, 1, 999, &v) ? (int)v : 0;
}

/* Version i in slot i - 1; every one of 1..SCHEMA_VERSION once. */
static bool
files_read(const char *dir, struct file *files, struct buf *err)
{
	struct dirent *de;
	bool good = true;
	DIR *d = opendir(dir);

	if (d == NULL) {
		buf_fmt(err, "schema files: %s: %s", dir, strerror(errno));
		return false;
	}
	while (good && (de = readdir(d)) != NULL) {
		int v = file_version(de->d_name);

		if (v == 0)
			continue;
		if (v > SCHEMA_VERSION) {
			buf_fmt(err,
			    "%s/%s is newer than this program, which "
			    "knows versions up to %d",
			    dir, de->d_name, SCHEMA_VERSION);
			good = false;
		} else if (files[v - 1].name != NULL) {
			buf_fmt(err, "%s: %s and %s have the same number", dir,
			    files[v - 1].name, de->d_name);
			good = false;
		} else {
			files[v - 1].name = xstrdup(de->d_name);
			good = file_read(dir, &files[v - 1], err);
		}
	}
	closedir(d);
	for (int i = 0; good && i < SCHEMA_VERSION; i++)
		if (files[i].name == NULL) {
			buf_fmt(
			    err, "%s: file %03d_*.sql is missing", dir, i + 1);
			good = false;
		}
	return good;
}

static void
files_clear(struct file *files)
{
	for (int i = 0; i < SCHEMA_VERSION; i++) {
		free(files[i].name);
		buf_clear(&files[i].text);
	}
}

/* --- the database ------------------------------------------------------- */

static bool
begin_locked(PGconn *conn, struct buf *err)
{
	return run_void(conn, "begin", err) &&
	       run_void(
		   conn, "set local lock_timeout = '" LOCK_WAIT "'", err) &&
	       run_void(
		   conn, "select pg_advisory_xact_lock(" SCHEMA_LOCK ")", err);
}

/* "create schema if not exists" asks for rights even where it exists. */
static bool
ensure_version_table(PGconn *conn, struct buf *err)
{
	PGresult *res;
	bool there;

	if (!begin_locked(conn, err))
		return false;
	res = run(conn,
	    "select to_regnamespace('discador') is not null,"
	    " to_regclass('discador.schema_version') is not null",
	    0, NULL, err);
	if (res == NULL)
		return false;
	there = *PQgetvalue(res, 0, 0) == 't';
	if (!there && !run_void(conn, "create schema discador", err)) {
		PQclear(res);
		return false;
	}
	there = *PQgetvalue(res, 0, 1) == 't';
	PQclear(res);
	if (!there && !run_void(conn,
			  "create table discador.schema_version ("
			  " version int primary key check (version > 0),"
			  " name text not null,"
			  " applied_at timestamptz not null default now(),"
			  " sha256 text not null)",
			  err))
		return false;
	return run_void(conn, "commit", err);
}

/* What is applied agrees with the files?  *version: the highest. */
static bool
check_applied(PGconn *conn, const char *dir, const struct file *files,
    int *version, struct buf *err)
{
	PGresult *res;
	bool good = true;

	*version = 0;
	res = run(conn,
	    "select version, name, sha256 from discador.schema_version"
	    " order by version",
	    0, NULL, err);
	if (res == NULL)
		return false;
	for (int i = 0; good && i < PQntuples(res); i++) {
		int64_t v = 0;

		str_int64(PQgetvalue(res, i, 0), 1, INT32_MAX, &v);
		if (v > SCHEMA_VERSION) {
			buf_fmt(err,
			    "the database has schema version %s, this "
			    "program knows %d: install the newer "
			    "discador",
			    PQgetvalue(res, PQntuples(res) - 1, 0),
			    SCHEMA_VERSION);
			good = false;
		} else if (v != i + 1) {
			buf_fmt(
			    err, "schema_version: row %d is missing", i + 1);
			good = false;
		} else if (strcmp(PQgetvalue(res, i, 2), files[i].hash) != 0) {
			buf_fmt(err,
			    "%s/%s is not the file that was applied "
			    "to this database as %s (SHA-256 "
			    "differs): restore that file; changes go "
			    "into a new one",
			    dir, files[i].name, PQgetvalue(res, i, 1));
			good = false;
		}
		*version = (int)v;
	}
	PQclear(res);
	return good;
}

/* The line on which the character position of an error stands. */
static int
error_line(const struct file *f, const PGresult *res)
{
	const char *at = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
	int64_t pos;
	int line = 1;

	if (at == NULL || !str_int64(at, 1, (int64_t)f->text.len, &pos))
		return 0;
	/* Positions count characters; bytes 10xxxxxx only continue one. */
	for (const char *p = f->text.p; pos > 1 && *p != '\0'; p++) {
		line += *p == '\n';
		pos -= (p[1] & 0xc0) != 0x80;
	}
	return line;
}

static bool
apply(PGconn *conn, const char *dir, const struct file *f, int version,
    struct buf *err)
{
	char num[16];
	const char *params[] = { num, f->name, f->hash };
	PGresult *res;
	bool good;

	res = PQexec(conn, f->text.p);
	good = PQresultStatus(res) == PGRES_COMMAND_OK ||
	       PQresultStatus(res) == PGRES_TUPLES_OK;
	if (!good) {
		const char *m =
		    PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

		buf_fmt(err, "%s/%s:%d: ", dir, f->name, error_line(f, res));
		conninfo_error(err, m != NULL ? m : PQerrorMessage(conn));
	}
	PQclear(res);
	if (!good)
		return false;
	if (PQtransactionStatus(conn) != PQTRANS_INTRANS) {
		buf_fmt(err, "%s/%s ends the transaction it is run in", dir,
		    f->name);
		return false;
	}
	str_format(num, sizeof(num), "%d", version);
	res = run(conn,
	    "insert into discador.schema_version (version, name, sha256)"
	    " values ($1, $2, $3)",
	    3, params, err);
	PQclear(res);
	return res != NULL;
}

static void
no_notice(void *arg, const PGresult *res)
{
	(void)arg;
	(void)res;
}

bool
schema_migrate(const char *conninfo, const char *sql_dir, struct buf *err)
{
	struct file files[SCHEMA_VERSION] = { 0 };
	struct conninfo *ci;
	PGconn *conn = NULL;
	int version = 0;
	bool good = false;

	ci = conninfo_new(conninfo, "discador migrate", 0, err);
	if (ci == NULL || !files_read(sql_dir, files, err))
		goto out;
	conn = conninfo_connect(ci, err);
	if (conn == NULL)
		goto out;
	PQsetNoticeReceiver(conn, no_notice, NULL);
	if (!ensure_version_table(conn, err))
		goto out;
	/* One transaction per file: another engine may have run the rest. */
	for (;;) {
		if (!begin_locked(conn, err) ||
		    !check_applied(conn, sql_dir, files, &version, err))
			goto out;
		if (version == SCHEMA_VERSION)
			break;
		if (!apply(conn, sql_dir, &files[version], version + 1, err) ||
		    !run_void(conn, "commit", err))
			goto out;
		log_info("database: %s applied", files[version].name);
	}
	good = run_void(conn, "commit", err);
out:
	PQfinish(conn);
	conninfo_free(ci);
	files_clear(files);
	return good;
}
