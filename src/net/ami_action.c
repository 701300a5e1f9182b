/* SPDX-License-Identifier: MIT */
/*
 * ami_action: builds manager actions and checks what goes into them.  Refuses
 * whatever Asterisk would misread; sends nothing.
 */
#include "net/ami_action.h"

#include <string.h>

#include <openssl/evp.h>

#include "shared/util.h"

static void
fail(struct ami_action *a, const char *why)
{
	if (a->why == NULL)
		a->why = why;
}

static bool
clean(const char *s, size_t n)
{
	unsigned char bad = 0;

	/* no early exit: the loop then runs on whole vectors */
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		bad |= (unsigned char)((c < 0x20) | (c == 0x7f));
	}
	return bad == 0;
}

/* Put what was appended since at under the limits and end its line. */
static void
end_line(struct ami_action *a, size_t line, size_t at)
{
	if (a->out->len - line + 2 > AMI_ACTION_LINE_MAX)
		fail(a, "a line is longer than 1024 bytes");
	else if (!clean(a->out->p + at, a->out->len - at))
		fail(a, "a value holds a control character");
	else if (++a->nheaders > AMI_ACTION_HEADERS_MAX)
		fail(a, "more than 128 headers");
	else
		buf_put(a->out, "\r\n", 2);
}

void
ami_action_begin(
    struct ami_action *a, struct buf *out, const char *name, const char *id)
{
	a->out = out;
	a->start = out->len;
	a->nheaders = 0;
	a->vars = a->vars_end = a->nvars = 0;
	a->why = NULL;
	ami_action_header(a, "Action", name);
	ami_action_header(a, "ActionID", id);
}

void
ami_action_header(struct ami_action *a, const char *name, const char *value)
{
	size_t line = a->out->len;

	if (a->why != NULL)
		return;
	buf_str(a->out, name);
	buf_put(a->out, ": ", 2);
	buf_str(a->out, value);
	end_line(a, line, line);
}

void
ami_action_int(struct ami_action *a, const char *name, long long value)
{
	char s[STR_INT];

	str_from_int(s, value);
	ami_action_header(a, name, s);
}

static bool
is_var_name(const char *s)
{
	const char *p = s;

	while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
	       (*p >= '0' && *p <= '9') || *p == '_')
		p++;
	return p != s && *p == '\0';
}

/* What its value must be written with, and how long it is then. */
enum value_form { VALUE_PLAIN, VALUE_ESCAPED, VALUE_QUOTED };

static enum value_form
form_of(const char *value, size_t *len)
{
	const char *special = value + strcspn(value, ",\"\\()[]");
	enum value_form form = VALUE_PLAIN;

	*len = strlen(value);
	for (; *special != '\0';
	     special += 1 + strcspn(special + 1, ",\"\\()[]")) {
		bool inside = strchr("()[]", *special) != NULL;

		form = inside ? MAXIMUM(form, VALUE_ESCAPED) : VALUE_QUOTED;
		*len += *special != ',';
	}
	if (form == VALUE_QUOTED)
		*len += 2;
	return form;
}

static void
put_value(struct buf *out, const char *value, size_t len, enum value_form form)
{
	if (form == VALUE_PLAIN) {
		buf_put(out, value, len);
		return;
	}
	if (form == VALUE_QUOTED)
		buf_byte(out, '"');
	for (; *value != '\0'; value++) {
		if (strchr("\"\\()[]", *value) != NULL)
			buf_byte(out, '\\');
		buf_byte(out, *value);
	}
	if (form == VALUE_QUOTED)
		buf_byte(out, '"');
}

void
ami_action_var(struct ami_action *a, const char *name, const char *value)
{
	struct buf *out = a->out;
	size_t line, at, vlen, nlen = strlen(name);
	enum value_form form;
	bool joins;

	if (a->why != NULL)
		return;
	if (!is_var_name(name)) {
		fail(a, "a variable name is not [A-Za-z0-9_]");
		return;
	}
	form = form_of(value, &vlen);
	joins = a->vars_end == out->len && a->vars_end > 0 &&
		a->nvars < AMI_ACTION_VARS_MAX &&
		out->len - a->vars + 1 + nlen + 1 + vlen <= AMI_ACTION_LINE_MAX;
	if (joins) {
		out->len -= 2; /* its CR LF moves on */
		at = out->len;
		line = a->vars;
		a->nheaders--;
		buf_byte(out, ',');
	} else {
		line = at = out->len;
		a->vars = line;
		a->nvars = 0;
		buf_put(out, "Variable: ", 10);
	}
	buf_put(out, name, nlen);
	buf_byte(out, '=');
	put_value(out, value, vlen, form);
	end_line(a, line, at);
	a->vars_end = out->len;
	a->nvars++;
}

bool
ami_action_end(struct ami_action *a, const char **why)
{
	if (why != NULL)
		*why = a->why;
	if (a->why != NULL) {
		a->out->len = a->start;
		a->out->p[a->start] = '\0';
		return false;
	}
	buf_put(a->out, "\r\n", 2);
	return true;
}

bool
ami_action_originate(
    struct buf *out, const struct ami_originate *o, const char **why)
{
	struct ami_action a;

	ami_action_begin(&a, out, "Originate", o->id);
	ami_action_header(&a, "ChannelId", o->id);
	ami_action_header(&a, "Channel", o->channel);
	ami_action_header(&a, "Context", o->context);
	ami_action_header(&a, "Exten", o->exten);
	ami_action_header(&a, "Priority", "1");
	ami_action_int(&a, "Timeout", (long long)o->timeout_s * MS_PER_S);
	if (o->caller_id != NULL && o->caller_id[0] != '\0')
		ami_action_header(&a, "CallerID", o->caller_id);
	/* without it the session stands still until the callee answers */
	ami_action_header(&a, "Async", "true");
	for (size_t i = 0; i < o->nvars; i++)
		ami_action_var(&a, o->vars[i][0], o->vars[i][1]);
	return ami_action_end(&a, why);
}

static bool
login_key(const char *challenge, const char *secret, char key[33])
{
	struct buf b = BUF_INIT;
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool good;

	buf_str(&b, challenge);
	buf_str(&b, secret);
	good =
	    EVP_Digest(b.p, b.len, md, &len, EVP_md5(), NULL) == 1 && len == 16;
	for (unsigned i = 0; good && i < len; i++)
		str_format(key + 2 * (size_t)i, 3, "%02x", md[i]);
	explicit_bzero(b.p, b.cap);
	buf_clear(&b);
	return good;
}

bool
ami_action_login(struct buf *out, const char *id, const char *user,
    const char *secret, const char *challenge, const char **why)
{
	struct ami_action a;
	char key[33];

	if (!login_key(challenge, secret, key)) {
		*why = "this OpenSSL refuses MD5";
		return false;
	}
	ami_action_begin(&a, out, "Login", id);
	ami_action_header(&a, "AuthType", "MD5");
	ami_action_header(&a, "Username", user);
	ami_action_header(&a, "Key", key);
	ami_action_header(&a, "Events", "on");
	return ami_action_end(&a, why);
}
