/* SPDX-License-Identifier: MIT */
/*
 * amisim_message: the headers of one received message, as Asterisk reads
 * them: names without regard to case, "Name:value" and "Name: value", the
 * first of a name wins, at most 128.
 */
#ifndef JOBS_AMISIM_MESSAGE_H
#define JOBS_AMISIM_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#define AMISIM_HEADERS 128

struct amisim_value {
	const char *p; /* not terminated */
	size_t n;
};

struct amisim_message {
	size_t n;
	struct {
		struct amisim_value name, value;
	} h[AMISIM_HEADERS];
};

/* Views into [p, end), which must outlive the message. */
void amisim_message_read(
    struct amisim_message *, const char *p, const char *end);
/* The value of the first header of that name; n = 0 if there is none. */
struct amisim_value amisim_message_get(
    const struct amisim_message *, const char *name);
/* The same, copied and cut to fit. */
void amisim_message_copy(
    const struct amisim_message *, const char *name, char *dst, size_t size);

void amisim_value_copy(struct amisim_value, char *dst, size_t size);
/* Equal without regard to case. */
bool amisim_value_is(struct amisim_value, const char *word);
/* "true", "yes", "on", "y", "t", "1". */
bool amisim_value_true(struct amisim_value);

/*
 * Variables of one `Variable:` value, "A=1,B=\"two, three\"": fn gets each
 * name and its value with the quotes and backslashes taken off.
 */
void amisim_message_variables(struct amisim_value,
    void (*fn)(void *arg, struct amisim_value name, struct amisim_value value),
    void *arg);

#endif
