/* SPDX-License-Identifier: MIT */
/*
 * mirror: a memfd with a canvas under a sequence number.  Mapped before it is
 * sealed against further writers, so that this process alone can write; never
 * reopened, for which a session would need /proc.
 */
#include "sshd/mirror.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/text.h"
#include "shared/util.h"

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif
/* Without these a writer could cut it under a reader (SIGBUS). */
#define SIZE_SEALS (F_SEAL_SHRINK | F_SEAL_GROW)
#define TRIES      4 /* of a picture; then the one before stays */
#define ATTRS      (ATTR_BOLD | ATTR_REVERSE | ATTR_UNDERLINE)

struct mirror {
	int fd;
	struct mirror_page *p;
};

struct mirror_view {
	const struct mirror_page *p;
	uint64_t seq; /* of the copy */
	int64_t began_ns; /* first look: a beat may not be there yet */
	int rows, cols, cursor_y, cursor_x; /* checked */
	struct mirror_cell *cell;
	size_t cap;
};

/* ---- who is looked at -------------------------------------------------- */

struct mirror *
mirror_new(void)
{
	struct mirror_page *p = MAP_FAILED;
	struct mirror *m;
	int fd = memfd_create("mirror", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int why;

	if (fd < 0)
		return NULL;
	if (ftruncate(fd, sizeof(*p)) == 0)
		p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED,
		    fd, 0);
	if (p == MAP_FAILED ||
	    fcntl(fd, F_ADD_SEALS,
		SIZE_SEALS | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL) < 0) {
		why = errno;
		if (p != MAP_FAILED)
			munmap(p, sizeof(*p));
		close(fd);
		errno = why;
		return NULL;
	}
	p->magic = MIRROR_MAGIC;
	m = xcalloc(1, sizeof(*m));
	m->fd = fd;
	m->p = p;
	return m;
}

int
mirror_fd(const struct mirror *m)
{
	return m->fd;
}

static void
put_cell(struct mirror_cell *to, const struct canvas *cv, int y, int x)
{
	struct canvas_cell k;

	canvas_get(cv, y, x, &k);
	*to = (struct mirror_cell){
		.base = k.base, .fg = k.fg, .bg = k.bg, .attr = k.attr
	};
	for (int i = 0; i < k.nmark && i < MIRROR_MARKS; i++)
		to->mark[i] = k.mark[i];
}

void
mirror_put(struct mirror *m, const struct canvas *cv)
{
	struct mirror_page *p = m->p;
	uint64_t seq = atomic_load_explicit(&p->seq, memory_order_relaxed);
	int rows = MINIMUM(canvas_rows(cv), MIRROR_ROWS);
	int cols = MINIMUM(canvas_cols(cv), MIRROR_COLS);

	atomic_store_explicit(&p->seq, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	p->rows = rows;
	p->cols = cols;
	canvas_cursor_at(cv, &p->cursor_y, &p->cursor_x);
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++)
			put_cell(&p->cell[y * cols + x], cv, y, x);
	atomic_store_explicit(&p->seq, seq + 2, memory_order_release);
}

void
mirror_beat(struct mirror *m, int64_t mono_ns)
{
	atomic_store_explicit(&m->p->beat_ns, mono_ns, memory_order_relaxed);
}

void
mirror_free(struct mirror *m)
{
	if (m == NULL)
		return;
	atomic_store(&m->p->ended, 1);
	munmap(m->p, sizeof(*m->p));
	close(m->fd);
	free(m);
}

/* ---- who looks --------------------------------------------------------- */

struct mirror_view *
mirror_open(int fd)
{
	int seals = fcntl(fd, F_GET_SEALS);
	const struct mirror_page *p = MAP_FAILED;
	struct mirror_view *m;
	struct stat st;

	if (seals >= 0 && (seals & SIZE_SEALS) == SIZE_SEALS &&
	    fstat(fd, &st) == 0 && st.st_size == (off_t)sizeof(*p))
		p = mmap(NULL, sizeof(*p), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return NULL;
	if (p->magic != MIRROR_MAGIC) {
		munmap((void *)(uintptr_t)p, sizeof(*p));
		return NULL;
	}
	m = xcalloc(1, sizeof(*m));
	m->p = p;
	m->cursor_y = -1;
	return m;
}

void
mirror_close(struct mirror_view *m)
{
	if (m == NULL)
		return;
	munmap((void *)(uintptr_t)m->p, sizeof(*m->p));
	free(m->cell);
	free(m);
}

/*
 * A whole picture into our copy.  False: it is torn, or of no size; then the
 * one before stays.  What is copied is not believed yet.
 */
static bool
take(struct mirror_view *m, uint64_t seq)
{
	const struct mirror_page *p = m->p;
	int rows, cols, y, x;
	size_t n;

	rows = *(const volatile int32_t *)&p->rows;
	cols = *(const volatile int32_t *)&p->cols;
	y = *(const volatile int32_t *)&p->cursor_y;
	x = *(const volatile int32_t *)&p->cursor_x;
	if (rows < 1 || rows > MIRROR_ROWS || cols < 1 || cols > MIRROR_COLS)
		return false;
	n = (size_t)rows * (size_t)cols;
	/* a copy of its own: a torn one must not spoil the last good one */
	if (n * 2 > m->cap) {
		m->cap = n * 2;
		m->cell = xreallocarray(m->cell, m->cap, sizeof(*m->cell));
	}
	memcpy(m->cell + m->cap / 2, p->cell, n * sizeof(*m->cell));
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&p->seq, memory_order_relaxed) != seq)
		return false;
	memcpy(m->cell, m->cell + m->cap / 2, n * sizeof(*m->cell));
	m->rows = rows;
	m->cols = cols;
	m->cursor_y = y >= 0 && y < rows && x >= 0 && x < cols ? y : -1;
	m->cursor_x = m->cursor_y < 0 ? -1 : x;
	m->seq = seq;
	return true;
}

enum mirror_news
mirror_look(struct mirror_view *m, int64_t mono_ns)
{
	int64_t beat = atomic_load(&m->p->beat_ns);

	if (m->began_ns == 0)
		m->began_ns = mono_ns;
	if (atomic_load(&m->p->ended) != 0)
		return MIRROR_ENDED;
	/* a beat of the future is none */
	if (beat < m->began_ns || beat > mono_ns + MIRROR_MUTE_NS)
		beat = m->began_ns;
	if (mono_ns - beat > MIRROR_MUTE_NS)
		return MIRROR_MUTE;
	for (int i = 0; i < TRIES; i++) {
		uint64_t seq =
		    atomic_load_explicit(&m->p->seq, memory_order_acquire);

		if (seq == m->seq)
			return MIRROR_SAME;
		if (!(seq & 1) && take(m, seq))
			return MIRROR_FRAME;
	}
	return MIRROR_SAME;
}

void
mirror_size(const struct mirror_view *m, int *rows, int *cols)
{
	*rows = m->rows;
	*cols = m->cols;
}

/* A code point that may be sent to a terminal. */
static uint32_t
checked(uint32_t cp)
{
	bool surrogate = cp >= 0xd800 && cp <= 0xdfff;

	return cp > 0x10ffff || surrogate || text_width(cp) < 1 ? TEXT_BAD : cp;
}

static void
draw_cell(struct canvas *cv, int y, int x, const struct mirror_cell *k)
{
	struct style s = { k->fg < ROLE_N ? k->fg : ROLE_TEXT,
		k->bg < ROLE_N ? k->bg : ROLE_DEFAULT, k->attr & ATTRS };
	uint32_t base = checked(k->base);
	char text[4 * (1 + MIRROR_MARKS) + 1];
	size_t n = text_encode(base, text);

	for (int i = 0; i < MIRROR_MARKS && k->mark[i] != 0; i++)
		if (k->mark[i] <= 0x10ffff && text_width(k->mark[i]) == 0)
			n += text_encode(k->mark[i], text + n);
	text[n] = '\0';
	/* the canvas sanitizes: what is no sign for a screen is lost there */
	canvas_text(cv, y, x, text_width(base) == 2 ? 2 : 1, s, text);
}

void
mirror_draw(const struct mirror_view *m, struct canvas *cv, struct rect r,
    int top, int left)
{
	struct rect clip = canvas_clip(cv, r);
	int h = MINIMUM(r.h, m->rows - top), w = MINIMUM(r.w, m->cols - left);
	int cy = m->cursor_y - top, cx = m->cursor_x - left;

	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			const struct mirror_cell *k =
			    &m->cell[(top + y) * m->cols + left + x];

			if (k->base != 0)
				draw_cell(cv, r.y + y, r.x + x, k);
		}
	if (m->cursor_y >= 0 && cy >= 0 && cy < h && cx >= 0 && cx < w)
		canvas_cursor(cv, r.y + cy, r.x + cx);
	canvas_clip(cv, clip);
}
