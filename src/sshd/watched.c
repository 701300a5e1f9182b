/* SPDX-License-Identifier: MIT */
/* watched: follows its row; the engine decides, this only obeys. */
#include "sshd/watched.h"

#include <string.h>
#include <unistd.h>

#include "shared/text.h"
#include "shared/util.h"
#include "sshd/mirror.h"
#include "sshd/parent.h"
#include "ui/verbs.h"

void
watched_init(struct watched *w, const char *run_dir)
{
	*w = (struct watched){ .slot = -1 };
	w->rows = rows_reader_new(run_dir, ROWS_SESSIONS);
}

void
watched_end(struct watched *w)
{
	mirror_free(w->m);
	w->m = NULL;
	rows_reader_free(w->rows);
	w->rows = NULL;
}

static bool
is_own(const struct row_session *r)
{
	return r->id != 0 && r->console != 0 && r->pid == getpid();
}

/* Our row as it is now; the newest, if an engine has not missed one yet. */
static void
find_row(struct watched *w)
{
	uint64_t changes = rows_changes(w->rows);
	struct row_session r;

	if (changes == w->changes)
		return;
	w->changes = changes;
	if (w->slot >= 0 && rows_get(w->rows, (uint32_t)w->slot, &r) &&
	    is_own(&r)) {
		w->row = r;
		return;
	}
	w->slot = -1;
	memset(&w->row, 0, sizeof(w->row));
	for (uint32_t i = 0; changes != 0 && i < ROWS_SESSIONS_MAX; i++)
		if (rows_get(w->rows, i, &r) && is_own(&r) &&
		    r.id > w->row.id) {
			w->row = r;
			w->slot = i;
		}
	/* one that was being written: look again */
	if (w->slot < 0)
		w->changes = 0;
}

static json_t *
consent(const struct row_session *r, const char *word)
{
	char id[24], pid[16];
	json_t *q;

	str_format(id, sizeof(id), "%llu", (unsigned long long)r->id);
	str_format(pid, sizeof(pid), "%d", (int)r->watch_pid);
	q = verbs_request("session", "consent", id);
	json_array_append_new(json_object_get(q, "args"), json_string(word));
	json_array_append_new(json_object_get(q, "args"), json_string(pid));
	return q;
}

static bool
ask(struct watched *w, struct view *v)
{
	const struct row_session *r = &w->row;
	char text[300], name[32];

	if (w->asked == r->watch_pid)
		return false;
	w->to = 0;
	text_clean(name, sizeof(name), r->watch_by);
	str_format(text, sizeof(text),
	    _("%s asks to look at this screen. Whoever looks sees what you "
	      "see, and can press nothing here. Without an answer in 30 "
	      "seconds it is a no."),
	    name);
	if (view_consent(v, _("May somebody look at this screen?"), text,
		consent(r, "yes"), consent(r, "no"))) {
		w->asked = r->watch_pid;
		return true;
	}
	if (w->noted == r->watch_pid)
		return false;
	w->noted = r->watch_pid;
	str_format(text, sizeof(text),
	    _("%s asks to look at this screen: leave what is open here to "
	      "answer"),
	    name);
	view_say(v, text);
	return true;
}

/* The picture for the one process, and nobody else. */
static bool
show(struct watched *w, struct view *v, const struct canvas *shown,
    int64_t mono_ns)
{
	const struct row_session *r = &w->row;
	char text[200];

	if (w->to == r->watch_pid) /* also if it did not work: once */
		return false;
	mirror_free(w->m);
	w->m = NULL;
	w->to = r->watch_pid;
	w->asked = w->noted = 0;
	view_consent_over(v);
	text_clean(w->by, sizeof(w->by), r->watch_by);
	w->m = mirror_new();
	if (w->m != NULL) {
		mirror_beat(w->m, mono_ns);
		if (shown != NULL)
			mirror_put(w->m, shown);
		if (parent_give(r->watch_pid, mirror_fd(w->m))) {
			str_format(text, sizeof(text),
			    _("%s looks at this screen"), w->by);
			view_say(v, text);
			return true;
		}
		mirror_free(w->m);
		w->m = NULL;
	}
	str_format(text, sizeof(text),
	    _("%s cannot be shown this screen: the SSH server that could hand "
	      "it on is not there"),
	    w->by);
	view_tell(v, false, text);
	return true;
}

static bool
nobody(struct watched *w, struct view *v)
{
	bool dirty = w->m != NULL || w->asked != 0;
	char text[200];

	if (w->asked != 0)
		view_consent_over(v);
	if (w->m != NULL) {
		str_format(text, sizeof(text),
		    _("%s does not look at this screen any more"), w->by);
		view_tell(v, true, text);
	}
	mirror_free(w->m);
	w->m = NULL;
	w->to = w->asked = w->noted = 0;
	return dirty;
}

bool
watched_turn(struct watched *w, struct view *v, const struct canvas *shown,
    int64_t mono_ns)
{
	bool dirty = false;

	find_row(w);
	if (w->row.watch == ROW_WATCH_GRANTED && w->row.watch_pid > 0)
		dirty = show(w, v, shown, mono_ns);
	else if (w->row.watch == ROW_WATCH_ASKED && w->row.watch_pid > 0)
		dirty = ask(w, v);
	else
		dirty = nobody(w, v);
	if (w->m != NULL)
		mirror_beat(w->m, mono_ns);
	return dirty;
}

void
watched_frame(struct watched *w, const struct canvas *cv)
{
	if (w->m != NULL)
		mirror_put(w->m, cv);
}

void
watched_badge(const struct watched *w, struct canvas *cv)
{
	int y = canvas_rows(cv) - 1, cols = canvas_cols(cv), at, x, n;
	struct style s = STYLE_ON(ROLE_STRONG, ROLE_BG_WARN);
	char text[200];

	if (w->m == NULL)
		return;
	canvas_cursor_at(cv, &at, &x);
	if (at == y && y > 0) /* somebody types there */
		y--;
	str_format(text, sizeof(text), _("%s looks at this screen"), w->by);
	n = MINIMUM(text_columns(text), cols - 2);
	canvas_fill(cv, (struct rect){ y, cols - n - 2, 1, n + 2 }, s);
	canvas_text(cv, y, cols - n - 1, n, s, text);
}
