/* SPDX-License-Identifier: MIT */
/* prompt_wav: RIFF chunks up to "fmt "; peaks and runs of full scale. */
#include "jobs/prompt_wav.h"

#include <string.h>

#define FULL 32767

static unsigned
number(const uint8_t *p, int bytes, bool big)
{
	unsigned v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (unsigned)p[big ? bytes - 1 - i : i] << 8 * i;
	return v;
}

bool
prompt_wav_header(
    const uint8_t *p, size_t n, struct prompt_wav *w, const char **why)
{
	bool big;
	size_t at = 12;

	memset(w, 0, sizeof(*w));
	*why = "it is no WAV file: convert it, such as with sox FILE new.wav";
	if (n < 12 || memcmp(p + 8, "WAVE", 4) != 0)
		return false;
	big = memcmp(p, "RIFX", 4) == 0;
	if (!big && memcmp(p, "RIFF", 4) != 0 && memcmp(p, "RF64", 4) != 0)
		return false;
	*why = "its WAV header is broken: no sound format in it";
	while (at + 8 <= n) {
		size_t size = number(p + at + 4, 4, big);

		if (memcmp(p + at, "data", 4) == 0)
			return false;
		if (memcmp(p + at, "fmt ", 4) == 0) {
			if (size < 16 || at + 24 > n)
				return false;
			w->format = number(p + at + 8, 2, big);
			w->channels = number(p + at + 10, 2, big);
			w->rate = number(p + at + 12, 4, big);
			w->bits = number(p + at + 22, 2, big);
			break;
		}
		/* Chunks begin at even places. */
		if (size > n)
			return false;
		at += 8 + size + (size & 1);
	}
	if (w->channels == 0)
		return false;
	*why = "it has more than 8 channels: mix it down to one";
	if (w->channels > PROMPT_CHANNELS)
		return false;
	*why = "its sample rate is below 8000 or above 192000 Hz";
	return w->rate >= PROMPT_RATE_LEAST && w->rate <= PROMPT_RATE_MOST;
}

/* Where one channel was last at full scale. */
struct full {
	size_t n, before, last; /* frames */
	bool inside; /* of a place that is counted */
};

static bool
is_new_cut(struct full *f, size_t frame)
{
	bool cut = f->n >= 2 && frame - f->before < PROMPT_CUT_NEAR;
	bool same = f->n > 0 && f->inside && frame - f->last <= PROMPT_CUT_NEAR;

	f->inside = cut || same;
	f->before = f->last;
	f->last = frame;
	f->n++;
	return cut && !same;
}

void
prompt_wav_judge(const int16_t *v, size_t n, unsigned channels, unsigned rate,
    struct prompt_sound *s)
{
	struct full full[PROMPT_CHANNELS];

	memset(full, 0, sizeof(full));
	memset(s, 0, sizeof(*s));
	s->frames = n / channels;
	s->seconds = (double)s->frames / rate;
	for (size_t i = 0; i < s->frames * channels; i++) {
		int x = v[i] < 0 ? -(int)v[i] : v[i];

		if (x > s->peak)
			s->peak = x;
		if (x >= FULL && is_new_cut(&full[i % channels], i / channels))
			s->cut++;
	}
}

const char *
prompt_wav_wrong(const struct prompt_sound *s)
{
	if (s->seconds < PROMPT_MIN_S)
		return "it is shorter than 0.3 s";
	if (s->seconds > PROMPT_MAX_S)
		return "it is longer than 120 s: nobody listens so long before "
		       "a key";
	if (s->peak < PROMPT_SILENT)
		return "it is silent: nothing in it is louder than -50 dBFS";
	return NULL;
}
