/* SPDX-License-Identifier: MIT */
/* doing: when to tell, and the words of the welcome. */
#include "sshd/doing.h"

#include <string.h>

#include <jansson.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/client.h"
#include "ui/verbs.h"
#include "ui/view.h"
#include "ui/when.h"

#define LEAST_NS NS_PER_S /* between two of them */
#define KEYS_NS  (5 * NS_PER_S) /* keys alone are told so often */

void
doing_init(struct doing *d, const char *run_dir)
{
	*d = (struct doing){ .client = client_new(run_dir) };
}

void
doing_end(struct doing *d)
{
	client_free(d->client);
	d->client = NULL;
}

int
doing_fd(const struct doing *d, short *events)
{
	return client_fd(d->client, events);
}

static void
on_told(void *arg, bool good, const char *text, const json_t *data)
{
	struct doing *d = arg;

	(void)text, (void)data;
	if (!good) /* once more, after a while */
		d->told[0] = '\0';
}

static void
on_left(void *arg, bool good, const char *text, const json_t *data)
{
	(void)arg, (void)good, (void)text, (void)data;
}

void
doing_leave(struct doing *d)
{
	client_send(d->client, verbs_request("session", "leave", NULL), "leave",
	    on_left, d);
}

/* ---- welcome ----------------------------------------------------------- */

static const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "?";
}

static void
say_last(struct view *v, const json_t *data)
{
	int64_t last = json_integer_value(json_object_get(data, "last_ms"));
	json_int_t n = json_integer_value(json_object_get(data, "failed"));
	const char *from = text_of(data, "last_from");
	const char *by = text_of(data, "failed_from");
	char text[400], when[WHEN_TEXT];

	view_when(v, last, when);
	if (n > 0 && last > 0)
		str_format(text, sizeof(text),
		    _n("last log-in %s from %s; %d refused log-in since, from "
		       "%s",
			"last log-in %s from %s; %d refused log-ins since, the "
			"last from %s",
			(unsigned long)n),
		    when, from, (int)n, by);
	else if (n > 0)
		str_format(text, sizeof(text),
		    _n("%d refused log-in before this one, from %s",
			"%d refused log-ins before this one, the last from %s",
			(unsigned long)n),
		    (int)n, by);
	else if (last > 0)
		str_format(text, sizeof(text), _("last log-in %s from %s"),
		    when, from);
	else
		return;
	view_tell(v, n == 0, text);
}

static void
on_welcome(void *arg, bool good, const char *text, const json_t *data)
{
	struct doing *d = arg;
	const char *motd = json_string_value(json_object_get(data, "motd"));

	(void)text;
	if (!good)
		return;
	say_last(d->view, data);
	if (motd != NULL && *motd != '\0')
		view_say(d->view, motd);
}

/* ---- turn -------------------------------------------------------------- */

static void
tell(struct doing *d, const char *what, int64_t key_ns, int64_t mono_ns)
{
	bool other = strcmp(what, d->told) != 0;
	bool keys = key_ns > d->key_ns;

	if (d->told_ns != 0 && mono_ns - d->told_ns < LEAST_NS)
		return;
	if (!other && (!keys || mono_ns - d->told_ns < KEYS_NS))
		return;
	d->told_ns = mono_ns;
	d->key_ns = key_ns;
	str_copy(d->told, sizeof(d->told), what);
	client_send(d->client, verbs_request("session", "doing", what), "doing",
	    on_told, d);
}

void
doing_turn(struct doing *d, struct view *v, bool open, const char *what,
    int64_t key_ns, int64_t mono_ns)
{
	d->view = v;
	if (open && !d->welcomed) {
		/* what it does was told as it was announced */
		d->welcomed = true;
		d->told_ns = mono_ns;
		d->key_ns = key_ns;
		str_copy(d->told, sizeof(d->told), what);
		client_send(d->client,
		    verbs_request("session", "welcome", NULL), NULL, on_welcome,
		    d);
	} else if (open)
		tell(d, what, key_ns, mono_ns);
	client_work(d->client, mono_ns);
}
