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
#define PHONE_RATE 8000
#define PAD_S      0.4 /* around what is spoken */
/* What the telephone's band and one channel must leave of a peak: -40 dB. */
#define LEFT_OF_PEAK 100
/* Do lengths agree? */
#define SLACK_S 0.05

/* One piece of work: the names of its files. */
struct work {
	char *dir; /* NULL: not made */
	char *in, *raw, *out; /* upload, decoded, 8 kHz */
	char *stem; /* of what is kept: with .sln, ..., .txt */
	struct buf *err;
};

static bool
work_begin(struct work *w, const char *store, const char *name, struct buf *err)
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
	w->in = xasprintf("%s/IN.wav", dir);
	w->raw = xasprintf("%s/RAW.raw", dir);
	w->out = xasprintf("%s/OUT.raw", dir);
	/* A name has no capitals. */
	w->stem = xasprintf("%s/%s", dir, name);
	return true;
}

static char *
work_file(const struct work *w, const char *format)
{
	return xasprintf("%s.%s", w->stem, format);
}

static void
work_end(struct work *w)
{
	unlink(w->in);
	unlink(w->raw);
	unlink(w->out);
	for (size_t i = 0; i <= PROMPT_FORMATS; i++) {
		char *f = work_file(
		    w, i < PROMPT_FORMATS ? prompt_formats[i] : "txt");

		unlink(f);
		free(f);
	}
	rmdir(w->dir);
	free(w->dir);
	free(w->in);
	free(w->raw);
	free(w->out);
	free(w->stem);
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
		for (ssize_t k = 0, at = 0; good && at < n; at += k) {
			k = write(to, b + at, (size_t)(n - at));
			if (k < 0 && errno == EINTR)
				k = 0;
			good = k >= 0;
		}
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
	bool empty = false;

	if (fd >= 0 && fstat(fd, &st) == 0) {
		empty = st.st_size == 0;
		if (!empty)
			p = mmap(NULL, (size_t)st.st_size, PROT_READ,
			    MAP_PRIVATE, fd, 0);
	}
	if (p == MAP_FAILED)
		buf_fmt(w->err, "the recording: %s",
		    empty ? "there is no sound in it, or no room for it on "
			    "the disk of state_dir"
			  : strerror(errno));
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

/* Samples in w->raw, which goes. */
static bool
hear(struct work *w, unsigned channels, unsigned rate, struct prompt_sound *s)
{
	size_t n = 0;
	void *p = map(w, w->raw, &n);

	if (p == NULL)
		return false;
	prompt_wav_judge(p, n / sizeof(int16_t), channels, rate, s);
	munmap(p, n);
	unlink(w->raw);
	return true;
}

/* As it was recorded: what conversion would hide. */
static bool
judge(struct work *w, const struct prompt_wav *wav, struct prompt_sound *s,
    struct buf *warn)
{
	char rate[16], channels[16];
	/* What is read as the header says; no more than tells too long. */
	const char *const decode[] = { "sox", "-V1", "-D", "-t", "wav", w->in,
		"-t", "raw", "-e", "signed-integer", "-b", "16", "-L", "-r",
		rate, "-c", channels, w->raw, "trim", "0", "121", NULL };
	const char *why;

	str_format(rate, sizeof(rate), "%u", wav->rate);
	str_format(channels, sizeof(channels), "%u", wav->channels);
	if (!prompt_tool_run(decode, NULL, w->err)) {
		if (strstr(buf_cstr(w->err), "ended by exit") != NULL)
			buf_str(w->err,
			    "; the file is broken or of a rare kind: make a "
			    "WAV of 16-bit PCM of it");
		return false;
	}
	if (!hear(w, wav->channels, wav->rate, s))
		return false;
	if ((why = prompt_wav_wrong(s)) != NULL) {
		buf_fmt(w->err, "the recording cannot be used: %s", why);
		return false;
	}
	if (s->cut > 0)
		buf_fmt(warn,
		    "warning: the recording is cut off at full scale in %zu "
		    "places, which sounds harsh: record it again with less "
		    "gain\n",
		    s->cut);
	if (s->peak < QUIET_PEAK)
		buf_str(warn,
		    "warning: the recording is very quiet; made louder, its "
		    "noise is heard, too\n");
	return true;
}

/* ---- what is kept ----------------------------------------------------- */

/* sox says nothing when the last of a file did not fit on the disk. */
static bool
as_long(struct work *w, const char *file, double seconds, double expected)
{
	if (seconds > expected - SLACK_S && seconds < expected + SLACK_S)
		return true;
	buf_fmt(w->err,
	    "%s came out with %.2f s instead of %.2f: is the disk full?", file,
	    seconds, expected);
	return false;
}

static bool
has_length(struct work *w, const char *format, double seconds)
{
	char *f = work_file(w, format);
	bool wide = strcmp(format, "sln") == 0 || strcmp(format, "wav") == 0;
	struct stat st;
	bool good = stat(f, &st) == 0;

	if (!good)
		buf_fmt(w->err, "%s: %s", f, strerror(errno));
	else
		good = as_long(w, format,
		    (double)st.st_size / (wide ? 2 : 1) / PHONE_RATE, seconds);
	free(f);
	return good;
}

/*
 * Headroom, one channel, the band of a telephone: what is left of it, before
 * it is made as loud as all are, must be more than noise.
 */
static bool
narrow(struct work *w, bool spoken, const struct prompt_sound *was)
{
	const char *const to8k[] = { "sox", "-V1", "-t", "wav", w->in, "-t",
		"raw", "-r", "8000", "-c", "1", "-b", "32", "-e",
		"signed-integer", "-L", w->out, "channels", "1", "gain", "-6",
		"highpass", "200", "lowpass", "3400", "rate", "-h", "8000",
		spoken ? "pad" : NULL, "0.15", "0.25", NULL };
	const char *const decode[] = { "sox", "-V1", "-D", "-t", "raw", "-r",
		"8000", "-c", "1", "-b", "32", "-e", "signed-integer", "-L",
		w->out, "-t", "raw", "-e", "signed-integer", "-b", "16", "-L",
		w->raw, NULL };
	struct prompt_sound s;

	if (!prompt_tool_run(to8k, NULL, w->err) ||
	    !prompt_tool_run(decode, NULL, w->err) ||
	    !hear(w, 1, PHONE_RATE, &s) ||
	    !as_long(w, "the recording", s.seconds,
		was->seconds + (spoken ? PAD_S : 0)))
		return false;
	if (2 * s.peak * LEFT_OF_PEAK >= was->peak)
		return true;
	buf_str(w->err,
	    "the recording cannot be used: a telephone would play next to "
	    "nothing of it, for its channels cancel each other or all of it "
	    "is below 200 or above 3400 Hz: record it in mono");
	return false;
}

static bool
convert(struct work *w, bool spoken, const struct prompt_sound *was)
{
	double seconds = was->seconds + (spoken ? PAD_S : 0);
	char *wav = work_file(w, "wav");
	const char *const loud[] = { "sox", "-V1", "-t", "raw", "-r", "8000",
		"-c", "1", "-b", "32", "-e", "signed-integer", "-L", w->out,
		"-t", "wav", "-b", "16", "-e", "signed-integer", wav, "norm",
		"-3", NULL };
	static const char *const types[PROMPT_FORMATS][2] = {
		{ "signed-integer", "16" },
		{ NULL, NULL }, /* wav, of which the others are made */
		{ "mu-law", "8" },
		{ "a-law", "8" },
	};
	bool good = narrow(w, spoken, was) &&
		    prompt_tool_run(loud, NULL, w->err) &&
		    has_length(w, "wav", seconds);

	for (size_t i = 0; good && i < PROMPT_FORMATS; i++) {
		char *f = work_file(w, prompt_formats[i]);
		const char *const argv[] = { "sox", "-V1", "-D", "-t", "wav",
			wav, "-t", "raw", "-e", types[i][0], "-b", types[i][1],
			"-L", f, NULL };

		good = types[i][0] == NULL ||
		       (prompt_tool_run(argv, NULL, w->err) &&
			   has_length(w, prompt_formats[i], seconds));
		free(f);
	}
	free(wav);
	return good;
}

/* Into their places, all or none; NAME.txt last, for it holds the sum. */
static bool
settle(struct work *w, const char *store, struct prompt_about *a)
{
	struct stat st;
	char *f = work_file(w, "sln");
	bool good = stat(f, &st) == 0 && prompt_store_sha256(f, a->sha256);

	if (!good)
		buf_fmt(w->err, "%s: %s", f, strerror(errno));
	free(f);
	if (!good)
		return false;
	a->seconds = (double)st.st_size / 2 / PHONE_RATE;
	time_iso(now_read().wall_ms, a->at);
	return prompt_store_write(w->dir, a, w->err) &&
	       prompt_store_put(w->stem, store, a->name, true, w->err);
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
	struct prompt_sound was;
	struct prompt_wav wav;

	keep_there(store, a);
	return header(w, &wav) && judge(w, &wav, &was, warn) &&
	       convert(w, a->draft, &was) && settle(w, store, a);
}

bool
prompt_make_add(const char *dir, int in, struct prompt_about *a,
    struct buf *warn, struct buf *err)
{
	struct work w;
	bool good;

	a->draft = false;
	if (!work_begin(&w, dir, a->name, err))
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
	if (!work_begin(&w, dir, a->name, err))
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
