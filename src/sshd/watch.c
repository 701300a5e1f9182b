/* SPDX-License-Identifier: MIT */
/* watch: ask, wait for the grant, wait for the picture, look, end. */
#include "sshd/watch.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "shared/ipc.h"
#include "shared/text.h"
#include "shared/util.h"
#include "sshd/announce.h"
#include "sshd/mirror.h"
#include "ui/keys.h"

#define ANSWER_NS  (45 * NS_PER_S) /* the engine itself gives up before */
#define PICTURE_NS (5 * NS_PER_S) /* from the grant until it is there */
#define STEP       8 /* cells that an arrow moves */

void
watch_init(struct watch *w)
{
	*w = (struct watch){ .fd = -1, .given = -1 };
}

void
watch_end(struct watch *w)
{
	if (w->fd >= 0)
		close(w->fd);
	if (w->given >= 0)
		close(w->given);
	mirror_close(w->m);
	watch_init(w);
}

bool
watch_ask(struct watch *w, const char *run_dir, const char *id, int64_t mono_ns)
{
	const char *args[] = { "watch", id, NULL };

	watch_end(w);
	w->since_ns = mono_ns;
	w->fd = announce_ask(run_dir, ipc_request("session", args));
	return w->fd >= 0;
}

bool
watch_busy(const struct watch *w)
{
	return w->fd >= 0 || w->granted;
}

bool
watch_on(const struct watch *w)
{
	return w->m != NULL;
}

/* What was given is what was granted? */
static void
match(struct watch *w, int64_t mono_ns)
{
	if (!w->granted || w->given < 0 || w->given_by != w->pid)
		return;
	if (w->m == NULL)
		w->m = mirror_open(w->given);
	else
		close(w->given);
	w->given = -1;
	/* so that one which never shows anything ends, too */
	if (w->m != NULL)
		mirror_look(w->m, mono_ns);
}

void
watch_given(struct watch *w, pid_t from, int fd, int64_t mono_ns)
{
	if (!watch_busy(w) || w->m != NULL || (w->granted && from != w->pid)) {
		close(fd);
		return;
	}
	if (w->given >= 0)
		close(w->given);
	w->given = fd;
	w->given_by = from;
	match(w, mono_ns);
}

static enum watch_news
take_answer(struct watch *w, int64_t mono_ns, char text[256])
{
	const char *why = "", *said, *user;
	json_t *o = ipc_reply(w->fd, 1, &why);
	const json_t *data = json_object_get(o, "data");
	bool good = json_is_true(json_object_get(o, "ok"));

	close(w->fd);
	w->fd = -1;
	said = json_string_value(json_object_get(o, "text"));
	user = json_string_value(json_object_get(data, "user"));
	w->pid = (pid_t)json_integer_value(json_object_get(data, "pid"));
	w->granted = good && w->pid > 0;
	w->since_ns = mono_ns;
	text_clean(w->who, sizeof(w->who), user != NULL ? user : "?");
	str_copy(text, 256, said != NULL ? said : why);
	json_decref(o);
	if (!w->granted) {
		watch_end(w);
		return WATCH_REFUSED;
	}
	match(w, mono_ns);
	return WATCH_FRAME;
}

static enum watch_news
over(struct watch *w)
{
	watch_end(w);
	return WATCH_OVER;
}

enum watch_news
watch_turn(struct watch *w, int64_t mono_ns, char text[256])
{
	struct pollfd p = { .fd = w->fd, .events = POLLIN };

	if (w->fd >= 0 && poll(&p, 1, 0) > 0)
		return take_answer(w, mono_ns, text);
	if (w->fd >= 0 && mono_ns - w->since_ns > ANSWER_NS) {
		str_copy(text, 256, _("the engine did not answer in time"));
		watch_end(w);
		return WATCH_REFUSED;
	}
	if (w->granted && w->m == NULL && mono_ns - w->since_ns > PICTURE_NS) {
		str_format(
		    text, 256, _("the screen of %s did not come"), w->who);
		return over(w);
	}
	if (w->m == NULL)
		return WATCH_SAME;
	switch (mirror_look(w->m, mono_ns)) {
	case MIRROR_FRAME:
		return WATCH_FRAME;
	case MIRROR_ENDED:
		str_format(text, 256, _("%s does not show the screen any more"),
		    w->who);
		return over(w);
	case MIRROR_MUTE:
		str_format(text, 256,
		    _("nothing has come from the screen of %s for 3 seconds"),
		    w->who);
		return over(w);
	case MIRROR_SAME:
		break;
	}
	return WATCH_SAME;
}

static bool
leaves(uint32_t code)
{
	return code == 'q' || code == 'Q' || code == UIK_ESC ||
	       code == UIK_CTRL('c') || code == UIK_F1 + 9;
}

bool
watch_takes(uint32_t code)
{
	return leaves(code) || code == UIK_UP || code == UIK_DOWN ||
	       code == UIK_LEFT || code == UIK_RIGHT;
}

bool
watch_key(struct watch *w, uint32_t code)
{
	if (leaves(code))
		return false;
	switch (code) {
	case UIK_UP:
		w->top -= STEP;
		break;
	case UIK_DOWN:
		w->top += STEP;
		break;
	case UIK_LEFT:
		w->left -= STEP;
		break;
	case UIK_RIGHT:
		w->left += STEP;
		break;
	default:
		break;
	}
	return true;
}

void
watch_draw(struct watch *w, struct canvas *cv)
{
	int rows = canvas_rows(cv), cols = canvas_cols(cv), h, x;
	struct style bar = STYLE_ON(ROLE_STRONG, ROLE_BG_WARN);
	struct rect r = { 0, 0, rows - 1, cols };
	char text[256];
	bool cut;

	canvas_clear(cv);
	mirror_size(w->m, &h, &x);
	cut = h > r.h || x > r.w;
	w->top = MAXIMUM(MINIMUM(w->top, h - r.h), 0);
	w->left = MAXIMUM(MINIMUM(w->left, x - r.w), 0);
	/* a smaller one stands in the middle */
	if (h < r.h) {
		r.y = (r.h - h) / 2;
		r.h = h;
	}
	if (x < r.w) {
		r.x = (r.w - x) / 2;
		r.w = x;
	}
	if (r.y > 0 && r.x > 0) /* where it ends */
		canvas_box(cv,
		    (struct rect){ r.y - 1, r.x - 1, r.h + 2, r.w + 2 },
		    STYLE(ROLE_FRAME), STYLE(ROLE_TITLE), w->who);
	mirror_draw(w->m, cv, r, w->top, w->left);
	canvas_fill(cv, (struct rect){ rows - 1, 0, 1, cols }, bar);
	str_format(text, sizeof(text),
	    cut ? _("looking at %s's screen (%dx%d), read-only: q ends   "
		    "arrows move")
		: _("looking at %s's screen (%dx%d), read-only: q ends"),
	    w->who, x, h);
	canvas_text(cv, rows - 1, 1, cols - 2, bar, text);
}
