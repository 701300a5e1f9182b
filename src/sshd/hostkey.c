/* SPDX-License-Identifier: MIT */
/* hostkey: read, or make and write.  Never replaces a file that is there. */
#include "sshd/hostkey.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/log.h"
#include "shared/util.h"

#define RSA_BITS 3072

static void
write_public(const char *path, ssh_key key)
{
	char *base64 = NULL, *name = xasprintf("%s.pub", path), *line;
	int fd;

	if (ssh_pki_export_pubkey_base64(key, &base64) == SSH_OK) {
		line = xasprintf(
		    "%s %s\n", ssh_key_type_to_char(ssh_key_type(key)), base64);
		fd = open(name,
		    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		    0644);
		if (fd < 0 || fchmod(fd, 0644) < 0 ||
		    write(fd, line, strlen(line)) < 0)
			log_warn("%s: %s", name, strerror(errno));
		if (fd >= 0)
			close(fd);
		free(line);
	}
	ssh_string_free_char(base64);
	free(name);
}

/* The file appears whole or not at all. */
static ssh_key
make(const char *path, enum ssh_keytypes_e type, struct buf *err)
{
	char *tmp = xasprintf("%s.new", path);
	mode_t mask = umask(0077);
	ssh_key key = NULL;

	if (ssh_pki_generate(
		type, type == SSH_KEYTYPE_RSA ? RSA_BITS : 0, &key) != SSH_OK) {
		buf_fmt(err, "%s: no key could be made", path);
		key = NULL;
	} else if (unlink(tmp),
	    ssh_pki_export_privkey_file(key, NULL, NULL, NULL, tmp) != SSH_OK ||
		rename(tmp, path) < 0) {
		buf_fmt(
		    err, "%s: cannot be written: %s", path, strerror(errno));
		ssh_key_free(key);
		key = NULL;
	} else {
		log_info("%s: a new host key was made", path);
	}
	umask(mask);
	free(tmp);
	return key;
}

static void
log_fingerprint(const char *path, ssh_key key)
{
	unsigned char *hash = NULL;
	size_t len;
	char *text;

	if (ssh_get_publickey_hash(
		key, SSH_PUBLICKEY_HASH_SHA256, &hash, &len) != 0)
		return;
	text = ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, len);
	log_info("host key %s %s", text != NULL ? text : "?", path);
	ssh_string_free_char(text);
	ssh_clean_pubkey_hash(&hash);
}

static bool
load_one(
    ssh_bind b, const char *path, enum ssh_keytypes_e type, struct buf *err)
{
	struct stat st;
	ssh_key key = NULL;

	if (stat(path, &st) == 0) {
		if ((st.st_mode & 0077) != 0) {
			buf_fmt(err,
			    "%s: mode %04o lets others read it, expected 0600",
			    path, (unsigned)st.st_mode & 07777);
			return false;
		}
		if (ssh_pki_import_privkey_file(path, NULL, NULL, NULL, &key) !=
		    SSH_OK) {
			buf_fmt(err,
			    "%s: no private key; remove it, then a new one is "
			    "made (and clients will warn)",
			    path);
			return false;
		}
	} else if (errno != ENOENT) {
		buf_fmt(err, "%s: %s", path, strerror(errno));
		return false;
	} else if ((key = make(path, type, err)) == NULL) {
		return false;
	}
	write_public(path, key);
	log_fingerprint(path, key);
	/* the bind owns it now */
	if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_IMPORT_KEY, key) < 0) {
		buf_fmt(err, "%s: %s", path, ssh_get_error(b));
		return false;
	}
	return true;
}

bool
hostkey_load(ssh_bind b, const char *state_dir, struct buf *err)
{
	char dir[400], path[450];

	str_format(dir, sizeof(dir), "%s/ssh", state_dir);
	if (mkdir(dir, 0711) < 0 && errno != EEXIST) {
		buf_fmt(err, "%s: %s", dir, strerror(errno));
		return false;
	}
	str_format(path, sizeof(path), "%s/host_ed25519", dir);
	if (!load_one(b, path, SSH_KEYTYPE_ED25519, err))
		return false;
	str_format(path, sizeof(path), "%s/host_rsa", dir);
	return load_one(b, path, SSH_KEYTYPE_RSA, err);
}
