/* SPDX-License-Identifier: MIT */
/* doctor_ssh: host keys and their fingerprints, users, and does it listen? */
#include "jobs/doctor.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "shared/util.h"

/* "SHA256:..." of a line of a .pub file, as ssh-keygen -l says it. */
static bool
fingerprint(const char *line, char out[64])
{
	unsigned char blob[2048], hash[EVP_MAX_MD_SIZE];
	char text[64], b64[2800];
	const char *key = strchr(line, ' ');
	size_t n;
	int len;

	if (key == NULL)
		return false;
	n = strcspn(++key, " \r\n");
	if (n == 0 || n % 4 != 0 || n >= sizeof(b64) ||
	    n / 4 * 3 > sizeof(blob))
		return false;
	memcpy(b64, key, n);
	b64[n] = '\0';
	len = EVP_DecodeBlock(blob, (unsigned char *)b64, (int)n);
	if (len <= 0)
		return false;
	len -= (b64[n - 1] == '=') + (b64[n - 2] == '=');
	if (EVP_Digest(blob, (size_t)len, hash, NULL, EVP_sha256(), NULL) != 1)
		return false;
	EVP_EncodeBlock((unsigned char *)text, hash, 32);
	text[strcspn(text, "=")] = '\0';
	str_format(out, 64, "SHA256:%s", text);
	return true;
}

static void
host_key(struct doctor *d, const char *type)
{
	char *path = xasprintf("%s/ssh/host_%s.pub", d->conf.state_dir, type);
	char name[32], line[4096] = "", print[64];
	FILE *f = fopen(path, "re");

	str_format(name, sizeof(name), "host key %s", type);
	if (f == NULL)
		doctor_say(d, DOCTOR_NOTE, name,
		    "discador-sshd makes it when it first starts",
		    "there is none that can be read");
	else if (fgets(line, sizeof(line), f) == NULL ||
		 !fingerprint(line, print))
		doctor_say(d, DOCTOR_BAD, name,
		    "ssh-keygen -y -f the key beside it makes it anew",
		    "%s holds no public key", path);
	else
		doctor_say(d, DOCTOR_OK, name, "", "%s", print);
	if (f != NULL)
		fclose(f);
	free(path);
}

static void
users(struct doctor *d)
{
	size_t n = json_array_size(d->conf.ssh_users), able = 0, i;
	const json_t *u;

	json_array_foreach (d->conf.ssh_users, i, u) {
		const char *name =
		    json_string_value(json_object_get(u, "name"));
		const char *pw =
		    json_string_value(json_object_get(u, "password"));
		bool off = json_is_false(json_object_get(u, "enabled"));
		bool key = json_array_size(json_object_get(u, "keys")) > 0;

		if (!off && (key || (pw != NULL && *pw != '\0')))
			able++;
		else if (!off)
			doctor_say(d, DOCTOR_WARN, "SSH users",
			    json_is_true(json_object_get(u, "managed"))
				? "discador user set NAME --key FILE, or "
				  "discador user passwd NAME"
				: "keys or password of it in ssh.users of "
				  "discador.conf",
			    "%s has neither a key nor a password", name);
	}
	doctor_say(d, able > 0 ? DOCTOR_OK : DOCTOR_WARN, "SSH users",
	    able > 0 ? "" : "discador user add NAME --role ROLE --key FILE",
	    "%zu, of whom %zu may log in", n, able);
}

static void
door(struct doctor *d)
{
	char line[100];
	const char *why;

	if (doctor_reach(d->conf.ssh_listen, d->conf.ssh_port, line,
		sizeof(line), &why)) {
		bool ours = strncmp(line, "SSH-2.0-", 8) == 0;

		doctor_say(d, ours ? DOCTOR_OK : DOCTOR_BAD, "SSH server",
		    ours ? "" : "another program has the port: ssh.port",
		    "%s port %d says \"%.60s\"", d->conf.ssh_listen,
		    d->conf.ssh_port, line);
	} else {
		doctor_say(d, d->live == BOARD_LIVE ? DOCTOR_BAD : DOCTOR_NOTE,
		    "SSH server",
		    d->live == BOARD_LIVE ? "the engine's log says why"
					  : "it starts with the engine",
		    "%s port %d: %s", d->conf.ssh_listen, d->conf.ssh_port,
		    why);
	}
	if (geteuid() == 0 && d->conf.ssh_run_as[0] == '\0')
		doctor_say(d, DOCTOR_WARN, "ssh.run_as",
		    "name a user that owns nothing and runs nothing else",
		    "started by root it stays root");
	else if (d->conf.ssh_run_as[0] != '\0' &&
		 getpwnam(d->conf.ssh_run_as) == NULL)
		doctor_say(d, DOCTOR_BAD, "ssh.run_as",
		    "adduser --system it, or name another",
		    "there is no user %s", d->conf.ssh_run_as);
}

void
doctor_ssh(struct doctor *d)
{
	if (!d->conf.ssh_enabled) {
		doctor_say(d, DOCTOR_NOTE, "SSH server",
		    "ssh = { enabled = true; ... };", "not wanted");
		return;
	}
	door(d);
	host_key(d, "ed25519");
	host_key(d, "rsa");
	users(d);
}
