/* SPDX-License-Identifier: MIT */
/*
 * prompt_make: everything happens in a directory of its own inside the store,
 * which is removed afterwards; only whole files leave it.
 */
#include "jobs/prompt_make.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/prompt_tool.h"
#include "jobs/prompt_wav.h"
#include "shared/util.h"

#define QUIET_PEAK 1036 /* -30 dBFS: noise comes up with the voice */

/* One piece of work: the names of its files. */
struct work {
	char *dir; /* NULL: not made */
	char *in, *raw, *out; /* upload, decoded, 8 kHz */
	struct buf *err;
};

static bool
work_begin(struct work *w, const char *store, struct buf *err)
{
	char *dir = xasprintf("%s/.work.XXXXXX", store);

	memset(w, 0, sizeof(*w));
	w->err = err;
	if (mkdtemp(dir) == NULL) {
		buf_fmt(err, "%s: %s", dir, strerror(errno));
		free(dir);
		return false;
	}
	w->dir = dir;
	w->in = xasprintf("%s/in.wav", dir);
	w->raw = xasprintf("%s/in.raw", dir);
	w->out = xasprintf("%s/out.wav", dir);
	return true;
}

static char *
work_file(const struct work *w, const char *format)
{
	return xasprintf("%s/p.%s", w->dir, format);
}

static void
work_end(struct work *w)
{
	unlink(w->in);
	unlink(w->raw);
	unlink(w->out);
	for (size_t i = 0; i < PROMPT_FORMATS; i++) {
		char *f = work_file(w, prompt_formats[i]);

		unlink(f);
		free(f);
	}
	rmdir(w->dir);
	free(w->dir);
	free(w->in);
	free(w->raw);
	free(w->out);
}

/* ---- what came -------------------------------------------------------- */

/* The upload to its end, into w->in. */
static bool
take(struct work *w, int from)
{
	int to = open(w->in, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	char b[65536];
	size_t sum = 0;
	ssize_t n = 0;
	bool good = to >= 0;

	while (good) {
		n = read(from, b, sizeof(b));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		sum += (size_t)n;
		if (sum > PROMPT_UPLOAD_MAX) {
			buf_fmt(w->err,
			    "the recording has more than %d MB: two minutes "
			    "need no more than 25",
			    PROMPT_UPLOAD_MAX / 1024 / 1024);
			close(to);
			return false;
		}
		good = write(to, b, (size_t)n) == n;
	}
	if (!good || n < 0)
		buf_fmt(w->err, "the recording: %s", strerror(errno));
	if (to >= 0)
		close(to);
	return good && n == 0;
}

/* A file as memory; NULL and err (also when it is empty). */
static void *
map(struct work *w, const char *file, size_t *n)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p = MAP_FAILED;

	errno = 0;
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		p = mmap(
		    NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		buf_fmt(w->err, "the recording: %s",
		    errno != 0 ? strerror(errno) : "there is no sound in it");
	else
		*n = (size_t)st.st_size;
	if (fd >= 0)
		close(fd);
	return p != MAP_FAILED ? p : NULL;
}

static bool
header(struct work *w, struct prompt_wav *wav)
{
	const char *why = NULL;
	size_t n = 0;
	void *p = map(w, w->in, &n);

	if (p == NULL)
		return false;
	if (!prompt_wav_header(p, n, wav, &why))
		buf_fmt(w->err, "the recording cannot be used: %s", why);
	else
		why = NULL;
	munmap(p, n);
	return why == NULL;
}

/* As it was recorded: what conversion would hide. */
static bool
judge(struct work *w, const struct prompt_wav *wav, struct buf *warn)
{
	const char *const decode[] = { "sox", "-V1", "-D", "-t", "wav", w->in,
		"-t", "raw", "-e", "signed-integer", "-b", "16", "-L", w->raw,
		NULL };
	struct prompt_sound s;
	const char *why;
	size_t n = 0;
	void *p;

	if (!prompt_tool_run(decode, NULL, w->err) ||
	    (p = map(w, w->raw, &n)) == NULL)
		return false;
	prompt_wav_judge(p, n / sizeof(int16_t), wav->channels, wav->rate, &s);
	munmap(p, n);
	unlink(w->raw);
	if ((why = prompt_wav_wrong(&s)) != NULL) {
		buf_fmt(w->err, "the recording cannot be used: %s (%.1f s)",
		    why, s.seconds);
		return false;
	}
	if (s.cut > 0)
		buf_fmt(warn,
		    "warning: the recording is cut off at full scale in %zu "
		    "places, which sounds harsh: record it again with less "
		    "gain\n",
		    s.cut);
	if (s.peak < QUIET_PEAK)
		buf_str(warn,
		    "warning: the recording is very quiet; made louder, its "
		    "noise is heard, too\n");
	return true;
}

/* ---- what is kept ----------------------------------------------------- */

static bool
convert(struct work *w, bool spoken)
{
	/* Headroom, the band of a telephone, then the same peak for all. */
	const char *const to8k[] = { "sox", "-V1", "-t", "wav", w->in, "-r",
		"8000", "-c", "1", "-b", "16", "-e", "signed-integer", "-t",
		"wav", w->out, "channels", "1", "gain", "-6", "highpass", "200",
		"lowpass", "3400", "rate", "-h", "8000", "norm", "-3",
		spoken ? "pad" : NULL, "0.15", "0.25", NULL };
	static const char *const types[PROMPT_FORMATS][3] = {
		{ "raw", "signed-integer", "16" },
		{ "wav", "signed-integer", "16" },
		{ "raw", "mu-law", "8" },
		{ "raw", "a-law", "8" },
	};
	bool good = prompt_tool_run(to8k, NULL, w->err);

	for (size_t i = 0; good && i < PROMPT_FORMATS; i++) {
		char *f = work_file(w, prompt_formats[i]);
		const char *const argv[] = { "sox", "-V1", "-D", "-t", "wav",
			w->out, "-t", types[i][0], "-e", types[i][1], "-b",
			types[i][2], "-L", f, NULL };

		good = prompt_tool_run(argv, NULL, w->err);
		free(f);
	}
	return good;
}

/* Into their places; NAME.txt last, for it holds the sum. */
static bool
settle(struct work *w, const char *store, struct prompt_about *a)
{
	struct stat st;
	char *f = work_file(w, "sln"), name[PROMPT_NAME + 8];
	bool good = stat(f, &st) == 0 && prompt_store_sha256(f, a->sha256);

	if (!good)
		buf_fmt(w->err, "%s: %s", f, strerror(errno));
	free(f);
	for (size_t i = 0; good && i < PROMPT_FORMATS; i++) {
		f = work_file(w, prompt_formats[i]);
		str_format(
		    name, sizeof(name), "%s.%s", a->name, prompt_formats[i]);
		good = prompt_store_copy(f, store, name, w->err);
		free(f);
	}
	if (!good)
		return false;
	a->seconds = (double)st.st_size / 2 / 8000;
	time_iso(now_read().wall_ms, a->at);
	return prompt_store_write(store, a, w->err);
}

/* Where the old one went is still known. */
static void
keep_there(const char *store, struct prompt_about *a)
{
	struct prompt_about *old = xcalloc(1, sizeof(*old));
	struct buf unheard = BUF_INIT;

	if (prompt_store_read(store, a->name, old, &unheard)) {
		memcpy(a->there, old->there, sizeof(a->there));
		a->nthere = old->nthere;
	}
	buf_clear(&unheard);
	free(old);
}

static bool
make(
    struct work *w, const char *store, struct prompt_about *a, struct buf *warn)
{
	struct prompt_wav wav;

	keep_there(store, a);
	return header(w, &wav) && judge(w, &wav, warn) &&
	       convert(w, a->draft) && settle(w, store, a);
}

bool
prompt_make_add(const char *dir, int in, struct prompt_about *a,
    struct buf *warn, struct buf *err)
{
	struct work w;
	bool good;

	a->draft = false;
	if (!work_begin(&w, dir, err))
		return false;
	good = take(&w, in) && make(&w, dir, a, warn);
	work_end(&w);
	return good;
}

bool
prompt_make_say(
    const char *dir, struct prompt_about *a, struct buf *warn, struct buf *err)
{
	bool pt = strcmp(a->language, "pt-BR") == 0;
	const char *voice = pt                               ? "pt-br"
			    : strcmp(a->language, "en") == 0 ? "en-us"
							     : "es-419";
	struct work w;
	bool good;

	a->draft = true;
	str_copy(a->source, sizeof(a->source), "espeak-ng");
	if (!work_begin(&w, dir, err))
		return false;
	{
		/* -g: the gap between words helps on the telephone. */
		const char *const argv[] = { "espeak-ng", "-v", voice, "-s",
			pt ? "145" : "150", "-p", "45", "-g", "1", "--stdin",
			"-w", w.in, NULL };

		good = prompt_tool_run(argv, a->text, err);
	}
	good = good && make(&w, dir, a, warn);
	work_end(&w);
	return good;
}
