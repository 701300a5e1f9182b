/* SPDX-License-Identifier: MIT */
/*
 * amisim_message: one message into headers.  It does not know which headers
 * an action has.
 */
#include "jobs/amisim_message.h"

#include <string.h>
#include <strings.h>

#include "jobs/amisim_conn.h"

void
amisim_message_read(struct amisim_message *m, const char *p, const char *end)
{
	m->n = 0;
	while (p < end && m->n < AMISIM_HEADERS) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *eol, *v;

		if (nl == NULL)
			nl = end;
		eol = nl > p && nl[-1] == '\r' ? nl - 1 : nl;
		v = memchr(p, ':', (size_t)(eol - p));
		if (v != NULL) {
			m->h[m->n].name.p = p;
			m->h[m->n].name.n = (size_t)(v - p);
			for (v++; v < eol && *v == ' '; v++)
				;
			m->h[m->n].value.p = v;
			m->h[m->n++].value.n = (size_t)(eol - v);
		}
		p = nl + 1;
	}
}

bool
amisim_value_is(struct amisim_value v, const char *word)
{
	return strlen(word) == v.n && strncasecmp(v.p, word, v.n) == 0;
}

bool
amisim_value_true(struct amisim_value v)
{
	static const char *const words[] = { "true", "yes", "on", "y", "t",
		"1" };

	for (size_t i = 0; i < nitems(words); i++)
		if (amisim_value_is(v, words[i]))
			return true;
	return false;
}

struct amisim_value
amisim_message_get(const struct amisim_message *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (amisim_value_is(m->h[i].name, name))
			return m->h[i].value;
	return (struct amisim_value){ "", 0 };
}

void
amisim_value_copy(struct amisim_value v, char *dst, size_t size)
{
	size_t n = MINIMUM(v.n, size - 1);

	memcpy(dst, v.p, n);
	dst[n] = '\0';
}

void
amisim_message_copy(
    const struct amisim_message *m, const char *name, char *dst, size_t size)
{
	amisim_value_copy(amisim_message_get(m, name), dst, size);
}

void
amisim_message_variables(struct amisim_value v,
    void (*fn)(void *arg, struct amisim_value name, struct amisim_value value),
    void *arg)
{
	char out[AMISIM_LINE_MAX];
	const char *p = v.p, *end = v.p + v.n;

	while (p < end) {
		struct amisim_value name = { p, 0 }, value = { out, 0 };
		bool quoted = false;

		while (p < end && *p != '=' && *p != ',')
			p++;
		name.n = (size_t)(p - name.p);
		if (p == end || *p == ',') { /* no value: ignored */
			p++;
			continue;
		}
		for (p++; p < end && (quoted || *p != ','); p++) {
			if (*p == '"') {
				quoted = !quoted;
				continue;
			}
			if (*p == '\\' && p + 1 < end)
				p++;
			if (value.n < sizeof(out))
				out[value.n++] = *p;
		}
		fn(arg, name, value);
		p++;
	}
}
