/* SPDX-License-Identifier: MIT */
/*
 * feed_docs: what the engine was asked is kept until it is too old.  Sends
 * questions only, never a command, and one at most of each that is open.
 */
#include "ui/feed_state.h"

#include <stdlib.h>
#include <string.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"
#include "ui/client.h"

#define RETRY_NS   (3 * NS_PER_S) /* after a refusal */
#define UNUSED_TCK 600 /* looks without being asked for: forgotten */

void
feed_doc_clear(struct doc *d)
{
	free(d->key);
	free(d->why);
	json_decref(d->data);
	memset(d, 0, sizeof(*d));
}

/* What is asked for no more makes room. */
void
feed_docs_age(struct feed *f)
{
	for (size_t i = 0; i < FEED_DOCS; i++)
		if (f->docs[i].key != NULL && !f->docs[i].asking &&
		    ++f->docs[i].unused > UNUSED_TCK)
			feed_doc_clear(&f->docs[i]);
}

static void
answered(void *arg, bool good, const char *text, const json_t *data)
{
	struct doc *d = arg;

	d->asking = false;
	d->at_ns = d->feed->now_ns;
	d->feed->news = true;
	free(d->why);
	d->why = NULL;
	if (!good)
		d->why = xstrdup(text);
	else {
		json_decref(d->data);
		d->data = data != NULL ? json_deep_copy(data) : json_object();
	}
}

static struct doc *
doc_of(struct feed *f, char *key)
{
	struct doc *free_one = NULL, *oldest = NULL;

	for (size_t i = 0; i < FEED_DOCS; i++) {
		struct doc *d = &f->docs[i];

		if (d->key == NULL)
			free_one = d;
		else if (strcmp(d->key, key) == 0)
			return d;
		else if (!d->asking &&
			 (oldest == NULL || d->used < oldest->used))
			oldest = d; /* what this frame shows is the youngest */
	}
	if (free_one == NULL) {
		if (oldest == NULL)
			return NULL;
		feed_doc_clear(oldest);
		free_one = oldest;
	}
	free_one->feed = f;
	free_one->key = xstrdup(key);
	free_one->used = ++f->uses;
	return free_one;
}

static char *
key_of(const json_t *request)
{
	char *key = json_dumps(request, JSON_COMPACT | JSON_SORT_KEYS);

	/* not UTF-8: nobody can be asked that */
	return key != NULL ? key : xstrdup("");
}

static void
wait_for(struct feed *f, struct doc *d, json_t *request)
{
	const char *err = "", *text;
	json_t *reply = ipc_call(f->run_dir, request, NULL, 0, f->wait_s, &err);

	text = json_string_value(json_object_get(reply, "text"));
	if (reply == NULL)
		answered(d, false, err, NULL);
	else
		answered(d, json_is_true(json_object_get(reply, "ok")),
		    text != NULL && *text != '\0' ? text
						  : _("the engine refused"),
		    json_object_get(reply, "data"));
	json_decref(reply);
}

const json_t *
feed_doc(struct feed *f, json_t *request, int max_age_s, const char **why)
{
	const char *none = "";
	char *key = key_of(request);
	struct doc *d = *key != '\0' ? doc_of(f, key) : NULL;
	bool due;

	free(key);
	if (why == NULL)
		why = &none;
	*why = "";
	if (d == NULL) {
		json_decref(request);
		*why = _("too many questions are open");
		return NULL;
	}
	d->unused = 0;
	d->used = ++f->uses;
	due = d->at_ns == 0 || d->old ||
	      (max_age_s > 0 && f->now_ns - d->at_ns > max_age_s * NS_PER_S) ||
	      (d->why != NULL && f->now_ns - d->at_ns > RETRY_NS);
	if (f->wait_s > 0 && !f->fixed && d->data == NULL && d->why == NULL)
		wait_for(f, d, request);
	else if (!f->fixed && due && !d->asking && f->state != BOARD_OFFLINE &&
		 client_send(
		     f->client, json_incref(request), NULL, answered, d)) {
		d->asking = true;
		d->old = false;
	}
	json_decref(request);
	if (d->why != NULL)
		*why = d->why;
	return d->data;
}

bool
feed_fresh(struct feed *f, const json_t *request)
{
	char *key = key_of(request);
	bool fresh = f->fixed;

	for (size_t i = 0; i < FEED_DOCS && !fresh; i++) {
		const struct doc *d = &f->docs[i];

		fresh = d->key != NULL && strcmp(d->key, key) == 0 &&
			d->at_ns != 0 && !d->old && !d->asking;
	}
	free(key);
	return fresh;
}

void
feed_forget(struct feed *f)
{
	for (size_t i = 0; i < FEED_DOCS; i++)
		f->docs[i].old = true;
}

void
feed_waits(struct feed *f, int timeout_s)
{
	f->wait_s = timeout_s;
}

const json_t *
feed_wait(struct feed *f, json_t *request, int timeout_s, const char **why)
{
	int was = f->wait_s;
	const json_t *data;

	f->wait_s = timeout_s;
	data = feed_doc(f, request, 0, why);
	f->wait_s = was;
	return data;
}

void
feed_set_doc(struct feed *f, json_t *request, json_t *data)
{
	char *key = key_of(request);
	struct doc *d = doc_of(f, key);

	free(key);
	json_decref(request);
	if (d == NULL) {
		json_decref(data);
		return;
	}
	json_decref(d->data);
	d->data = data;
	d->at_ns = 1;
}
