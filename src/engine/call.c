/* SPDX-License-Identifier: MIT */
/* call: the table of legal transitions, answers, and calls by id. */
#include "engine/call.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define B(s) (1u << CALL_##s)
#define TALKING                                                                \
	(B(AMD) | B(PLAYING) | B(WAITING_KEY) | B(TRANSFERRING) |              \
	    B(CONNECTED) | B(VOICEMAIL))
#define OUT (B(UNKNOWN) | B(ENDED))

static const uint32_t legal[CALL_NSTATE] = {
	[CALL_ARMED] = B(SENT) | B(ENDED),
	[CALL_SENT] = B(RINGING) | B(ANSWERED) | TALKING | OUT,
	[CALL_RINGING] = B(ANSWERED) | TALKING | OUT,
	[CALL_ANSWERED] = TALKING | OUT,
	[CALL_AMD] = (TALKING & ~B(AMD)) | OUT,
	[CALL_PLAYING] = (TALKING & ~B(PLAYING)) | OUT,
	[CALL_WAITING_KEY] = (TALKING & ~B(WAITING_KEY)) | OUT,
	/* A flow goes on after each of them, and then plays something. */
	[CALL_TRANSFERRING] = B(CONNECTED) | B(PLAYING) | B(VOICEMAIL) | OUT,
	[CALL_CONNECTED] = B(PLAYING) | B(VOICEMAIL) | OUT,
	[CALL_VOICEMAIL] = B(PLAYING) | B(TRANSFERRING) | OUT,
	/* The switch said that it lives, or went on talking of it. */
	[CALL_UNKNOWN] =
	    B(SENT) | B(RINGING) | B(ANSWERED) | TALKING | B(ENDED),
	[CALL_ENDED] = 0,
};

bool
call_move(struct call *c, enum call_state to)
{
	assert(c->magic == CALL_MAGIC);
	if (!(legal[c->state] >> to & 1))
		return false;
	c->state = (uint8_t)to;
	return true;
}

bool
call_in_flight(const struct call *c)
{
	return c->state > CALL_ARMED && c->state < CALL_ENDED;
}

void
call_free(struct call *c)
{
	c->magic = 0;
	free(c->answers);
	free(c);
}

bool
call_answer(
    struct call *c, const char *question, const char *answer, int score, int ms)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_*-";
	struct call_answer a = { .score = score, .ms = ms }, *at = c->answers;
	const struct call_answer *end = c->answers + c->nanswers;

	if (question[0] == '\0' || question[strspn(question, good)] != '\0' ||
	    answer[0] == '\0' || answer[strspn(answer, good)] != '\0' ||
	    !str_copy(a.question, sizeof(a.question), question) ||
	    !str_copy(a.answer, sizeof(a.answer), answer))
		return false;
	while (at < end && strcmp(at->question, question) != 0)
		at++;
	if (at == end && c->nanswers == MODEL_ANSWERS)
		return false;
	if (at == end) {
		c->answers = xreallocarray(
		    c->answers, c->nanswers + 1, sizeof(*c->answers));
		at = &c->answers[c->nanswers++];
	}
	*at = a;
	return true;
}

const char *
call_answered(const struct call *c, const char *question)
{
	for (size_t i = 0; i < c->nanswers; i++)
		if (strcmp(c->answers[i].question, question) == 0)
			return c->answers[i].answer;
	return NULL;
}

void
call_table_init(struct call_table *t)
{
	t->nslot = 1024;
	t->n = 0;
	t->slot = xcalloc(t->nslot, sizeof(struct call *));
}

void
call_table_clear(struct call_table *t)
{
	for (size_t i = 0; i < t->nslot; i++)
		for (struct call *c = t->slot[i], *next; c != NULL; c = next) {
			next = c->hash_next;
			call_free(c);
		}
	free(t->slot);
	*t = (struct call_table){ 0 };
}

static struct call **
bucket(const struct call_table *t, const struct uuid *id)
{
	uint64_t h;

	/* The last 8 bytes of a version 7 UUID are random. */
	memcpy(&h, id->b + 8, sizeof(h));
	return &t->slot[(h >> 3) & (t->nslot - 1)];
}

void
call_table_add(struct call_table *t, struct call *c)
{
	struct call **b;

	if (t->n >= t->nslot) {
		struct call_table old = *t;

		t->nslot *= 2;
		t->slot = xcalloc(t->nslot, sizeof(struct call *));
		for (size_t i = 0; i < old.nslot; i++)
			for (struct call *k = old.slot[i], *next; k != NULL;
			     k = next) {
				next = k->hash_next;
				b = bucket(t, &k->id);
				k->hash_next = *b;
				*b = k;
			}
		free(old.slot);
	}
	b = bucket(t, &c->id);
	c->hash_next = *b;
	*b = c;
	t->n++;
}

struct call *
call_table_find(const struct call_table *t, const struct uuid *id)
{
	struct call *c = *bucket(t, id);

	while (c != NULL && !uuid_equal(&c->id, id))
		c = c->hash_next;
	return c;
}

void
call_table_remove(struct call_table *t, struct call *c)
{
	for (struct call **b = bucket(t, &c->id); *b != NULL;
	     b = &(*b)->hash_next)
		if (*b == c) {
			*b = c->hash_next;
			t->n--;
			return;
		}
}
