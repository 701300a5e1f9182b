/* SPDX-License-Identifier: MIT */
/* users: the rows of ssh.users[] with their keys parsed. */
#include "sshd/users.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "shared/log.h"
#include "shared/util.h"

#define KEYS_MAX 16

struct entry {
	struct user user;
	ssh_key keys[KEYS_MAX];
	size_t nkeys;
	const char *hash; /* "": keys only */
	const json_t *from; /* array */
};

struct users {
	json_t *rows; /* owned: the texts */
	struct entry *v;
	size_t n;
	bool passwords;
	const char *decoy; /* a hash for those who are none */
};

/* Nobody's: yescrypt at its default cost. */
static const char nobody[] =
    "$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7";

static const char *
text_of(const json_t *row, const char *key)
{
	const char *s = json_string_value(json_object_get(row, key));

	return s != NULL ? s : "";
}

/* "ssh-ed25519 AAAA... comment" */
static ssh_key
parse_key(const char *line)
{
	char type[64], *base64;
	const char *p = line + strspn(line, " \t");
	size_t n = strcspn(p, " \t");
	enum ssh_keytypes_e kind;
	ssh_key key = NULL;

	if (n == 0 || n >= sizeof(type) || p[n] == '\0')
		return NULL;
	memcpy(type, p, n);
	type[n] = '\0';
	kind = ssh_key_type_from_name(type);
	if (kind == SSH_KEYTYPE_UNKNOWN || kind == SSH_KEYTYPE_DSS)
		return NULL;
	p += n + strspn(p + n, " \t");
	base64 = xstrndup(p, strcspn(p, " \t\r\n"));
	if (ssh_pki_import_pubkey_base64(base64, kind, &key) != SSH_OK)
		key = NULL;
	free(base64);
	return key;
}

static void
take_row(struct users *u, const json_t *row)
{
	const json_t *keys = json_object_get(row, "keys"), *e;
	const json_t *campaigns = json_object_get(row, "campaigns");
	struct entry *to = &u->v[u->n];
	size_t i;

	if (json_is_false(json_object_get(row, "enabled")))
		return;
	memset(to, 0, sizeof(*to));
	to->user.name = text_of(row, "name");
	to->user.role = command_role_parse(text_of(row, "role"));
	to->user.language = text_of(row, "language");
	to->user.idle_min =
	    (int)json_integer_value(json_object_get(row, "idle"));
	to->user.fps = (int)json_integer_value(json_object_get(row, "fps"));
	to->hash = text_of(row, "password");
	to->from = json_object_get(row, "from");
	if (to->user.name[0] == '\0' || to->user.role == COMMAND_NOBODY)
		return;
	/* It could not be told what that user may see. */
	if (!scope_valid(campaigns)) {
		log_warn("ssh user %s: campaigns are not at most %d names of "
			 "campaigns: cannot log in",
		    to->user.name, SCOPE_MOST);
		return;
	}
	json_array_foreach (campaigns, i, e)
		to->user.campaigns[to->user.ncampaigns++] =
		    json_string_value(e);
	u->n++;
	u->passwords = u->passwords || to->hash[0] != '\0';
	json_array_foreach (keys, i, e) {
		ssh_key k = parse_key(json_string_value(e));

		if (k == NULL)
			log_warn("ssh user %s: key %zu cannot be read, "
				 "expected a line as in authorized_keys "
				 "(\"ssh-ed25519 AAAA...\"): left out",
			    to->user.name, i + 1);
		else if (to->nkeys < KEYS_MAX)
			to->keys[to->nkeys++] = k;
		else
			ssh_key_free(k);
	}
	json_array_foreach (to->from, i, e)
		if (!users_net_valid(json_string_value(e)))
			log_warn("ssh user %s: from \"%s\" is no address or "
				 "network: nobody comes from there",
			    to->user.name, json_string_value(e));
	if (to->nkeys == 0 && to->hash[0] == '\0')
		log_warn("ssh user %s has neither key nor password and cannot "
			 "log in",
		    to->user.name);
}

struct users *
users_new(const json_t *rows)
{
	struct users *u = xcalloc(1, sizeof(*u));
	size_t i;
	json_t *row;

	u->rows = json_deep_copy(rows);
	u->v = xcalloc(json_array_size(u->rows) + 1, sizeof(*u->v));
	json_array_foreach (u->rows, i, row)
		take_row(u, row);
	/* the last entry has no name: what strangers are compared with */
	memset(&u->v[u->n], 0, sizeof(u->v[u->n]));
	u->decoy = nobody;
	for (i = 0; i < u->n; i++)
		if (u->v[i].hash[0] != '\0')
			u->decoy = u->v[i].hash;
	return u;
}

void
users_free(struct users *u)
{
	if (u == NULL)
		return;
	for (size_t i = 0; i < u->n; i++)
		for (size_t k = 0; k < u->v[i].nkeys; k++)
			ssh_key_free(u->v[i].keys[k]);
	free(u->v);
	json_decref(u->rows);
	free(u);
}

size_t
users_count(const struct users *u)
{
	return u->n;
}

static const struct entry *
find(const struct users *u, const char *name)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < u->n; i++)
		if (strcmp(u->v[i].user.name, name) == 0)
			found = &u->v[i];
	return found;
}

const struct user *
users_find(const struct users *u, const char *name)
{
	const struct entry *e = find(u, name);

	return e != NULL ? &e->user : NULL;
}

bool
users_key(const struct users *u, const char *name, const ssh_key key)
{
	bool good = false;

	/* Everybody's are looked at, whoever asks. */
	for (size_t i = 0; i < u->n; i++)
		for (size_t k = 0; k < u->v[i].nkeys; k++)
			good |= (ssh_key_cmp(u->v[i].keys[k], key,
				     SSH_KEY_CMP_PUBLIC) == 0) &
				(strcmp(u->v[i].user.name, name) == 0);
	return good;
}

static bool
same_text(const char *a, const char *b)
{
	size_t n = strlen(a);
	unsigned char differ = n != strlen(b);

	for (size_t i = 0; i < n && b[i] != '\0'; i++)
		differ |= (unsigned char)(a[i] ^ b[i]);
	return differ == 0;
}

bool
users_password(const struct users *u, const char *name, const char *password)
{
	const struct entry *e = find(u, name);
	bool there = e != NULL && e->hash[0] != '\0';
	struct crypt_data *data = xcalloc(1, sizeof(*data));
	const char *hash = there ? e->hash : u->decoy, *got;
	bool good;

	got = crypt_rn(password, hash, data, (int)sizeof(*data));
	good = there && got != NULL && got[0] != '*' && same_text(got, hash);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return good;
}

bool
users_have_passwords(const struct users *u)
{
	return u->passwords;
}

/* IPv4 as IPv6, so that ::ffff:10.0.0.1 is 10.0.0.1.  False: no address. */
static bool
parse_addr(const char *s, unsigned char out[16])
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (inet_pton(AF_INET6, s, out) == 1)
		return true;
	memcpy(out, mapped, sizeof(mapped));
	return inet_pton(AF_INET, s, out + 12) == 1;
}

/* False: no network. */
static bool
parse_net(const char *net, unsigned char out[16], int *bits)
{
	const char *slash = strchr(net, '/');
	char addr[64];
	int64_t n = -1;
	bool v6;

	if (!str_copy(addr, sizeof(addr), net))
		return false;
	if (slash != NULL)
		addr[slash - net] = '\0';
	v6 = strchr(addr, ':') != NULL;
	if (!parse_addr(addr, out) ||
	    (slash != NULL && !str_int64(slash + 1, 0, v6 ? 128 : 32, &n)))
		return false;
	*bits = n < 0 ? 128 : (int)n + (v6 ? 0 : 96);
	return true;
}

bool
users_net_valid(const char *net)
{
	unsigned char a[16];
	int bits;

	return net != NULL && parse_net(net, a, &bits);
}

bool
users_in_net(const char *net, const char *addr)
{
	unsigned char a[16], b[16];
	int bits;

	if (!parse_net(net, a, &bits) || !parse_addr(addr, b))
		return false;
	for (int i = 0; i < bits; i++)
		if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) != 0)
			return false;
	return true;
}

bool
users_from(const struct users *u, const char *name, const char *addr)
{
	const struct entry *e = find(u, name);
	const json_t *net;
	size_t i;

	if (e == NULL)
		return false;
	if (json_array_size(e->from) == 0)
		return true;
	json_array_foreach (e->from, i, net)
		if (users_in_net(json_string_value(net), addr))
			return true;
	return false;
}
