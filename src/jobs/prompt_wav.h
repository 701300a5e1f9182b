/* SPDX-License-Identifier: MIT */
/*
 * prompt_wav: what a WAV file says of itself, and whether its sound can be
 * used: length, silence, cut peaks.  Pure: bytes in, judgement out; decodes
 * nothing.
 */
#ifndef JOBS_PROMPT_WAV_H
#define JOBS_PROMPT_WAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROMPT_MIN_S      0.3
#define PROMPT_MAX_S      120.0
#define PROMPT_CHANNELS   8
#define PROMPT_RATE_LEAST 8000
#define PROMPT_RATE_MOST  192000
/* Of 32768: a peak below -50 dBFS is noise and no speech. */
#define PROMPT_SILENT 104
/* Three samples at full scale among so many are a peak that was cut. */
#define PROMPT_CUT_NEAR 8

struct prompt_wav {
	unsigned channels, rate, bits, format; /* format: 1 PCM, 3 float, ... */
};
/* The header (RIFF, RIFX or RF64); false and *why (static) if it is none. */
bool prompt_wav_header(
    const uint8_t *, size_t, struct prompt_wav *, const char **why);

struct prompt_sound {
	size_t frames;
	double seconds;
	int peak; /* of 32768 */
	size_t cut; /* places where the sound is cut off at full scale */
};
/* n samples of 16 bits, channels interleaved. */
void prompt_wav_judge(const int16_t *, size_t n, unsigned channels,
    unsigned rate, struct prompt_sound *);
/* What is wrong with it, static; NULL: it may be used. */
const char *prompt_wav_wrong(const struct prompt_sound *);

#endif
