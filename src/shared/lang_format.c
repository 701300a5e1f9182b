/* SPDX-License-Identifier: MIT */
/*
 * lang_format: which arguments printf would take for a text.  Of a
 * translation that differs in this nothing may be used: it would read what
 * was never passed.
 */
#include <ctype.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/util.h"

#define FORMAT_ARGS  16
#define FORMAT_CLASS 4

/* What the arguments are, by number; n < 0: not to be trusted. */
struct format {
	int n;
	char arg[FORMAT_ARGS][FORMAT_CLASS];
};

/* Argument number at (1..), or the next one where it is 0. */
static void
format_arg(struct format *f, int at, int *next, const char *length, char conv)
{
	char class[FORMAT_CLASS];

	if (at == 0)
		at = ++*next;
	else if (*next > 0)
		f->n = -1; /* numbered ones and others mixed */
	if (f->n < 0 || at > FORMAT_ARGS) {
		f->n = -1;
		return;
	}
	if (strchr("di", conv) != NULL)
		conv = 'd';
	else if (strchr("ouxX", conv) != NULL)
		conv = 'u';
	else if (strchr("aAeEfFgG", conv) != NULL)
		conv = 'f';
	str_format(class, sizeof(class), "%.2s%c", length, conv);
	if (f->arg[at - 1][0] != '\0' && strcmp(f->arg[at - 1], class) != 0)
		f->n = -1;
	else {
		str_copy(f->arg[at - 1], FORMAT_CLASS, class);
		f->n = MAXIMUM(f->n, at);
	}
}

/* "12$" of an argument's number: steps over it; 0 if there is none. */
static int
format_number(const char **s)
{
	const char *p = *s;
	int n = 0;

	while (isdigit((unsigned char)*p) && n < 1000)
		n = n * 10 + (*p++ - '0');
	if (*p != '$' || n == 0)
		return 0;
	*s = p + 1;
	return n;
}

/* A width or precision, which may be an argument itself. */
static void
format_width(struct format *f, const char **s, int *next)
{
	if (**s == '*') {
		++*s;
		format_arg(f, format_number(s), next, "", 'd');
	} else
		while (isdigit((unsigned char)**s))
			++*s;
}

static void
format_read(struct format *f, const char *s)
{
	int next = 0, at;
	bool numbered = false;

	memset(f, 0, sizeof(*f));
	while (f->n >= 0 && (s = strchr(s, '%')) != NULL) {
		char length[3] = "";
		size_t n;

		if (*++s == '%') {
			s++;
			continue;
		}
		at = format_number(&s);
		numbered |= at > 0;
		s += strspn(s, "-+ #0'");
		format_width(f, &s, &next);
		if (*s == '.') {
			s++;
			format_width(f, &s, &next);
		}
		n = strspn(s, "hljztL");
		if (n < sizeof(length))
			memcpy(length, s, n);
		s += n;
		/* "%n" writes, "%m" reads errno: neither in a screen's text */
		if (n >= sizeof(length) || *s == '\0' ||
		    strchr("diouxXaAeEfFgGcsp", *s) == NULL)
			f->n = -1;
		else
			format_arg(f, at, &next, length, *s++);
	}
	if (numbered && next > 0)
		f->n = -1;
}

bool
lang_same_format(const char *a, const char *b)
{
	struct format f, g;

	if (strchr(a, '%') == NULL && strchr(b, '%') == NULL)
		return true;
	format_read(&f, a);
	format_read(&g, b);
	/* a text that is no format: only its own signs of percent again */
	if (f.n < 0 || g.n < 0)
		return false;
	return f.n == g.n && memcmp(f.arg, g.arg, sizeof(f.arg)) == 0;
}
