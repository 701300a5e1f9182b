/* SPDX-License-Identifier: MIT */
/*
 * flow_walk: one call in a flow.  Knows where it is and how many tries are
 * left there; whoever walks does what the state says and tells what came of
 * it.  Never stays for ever: retries, repeats and states are counted.
 */
#include "shared/flow_part.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "shared/util.h"

static enum flow_step
enter(struct flow_walk *w, int to)
{
	if (to < 0 || to >= w->f->n || w->steps >= FLOW_STEPS) {
		w->at = FLOW_END;
		return FLOW_ENDED;
	}
	w->at = to;
	w->tries = w->f->s[to].retries;
	w->repeats = FLOW_REPEATS;
	w->steps++;
	return FLOW_GO;
}

enum flow_step
flow_start(struct flow_walk *w, const struct flow *f)
{
	*w = (struct flow_walk){ .f = f };
	return enter(w, 0);
}

enum flow_step
flow_take(struct flow_walk *w, enum flow_edge e)
{
	assert((unsigned)e < FLOW_NEDGE);
	return enter(w, w->at < 0 ? FLOW_END : w->f->s[w->at].edge[e]);
}

enum flow_step
flow_silence(struct flow_walk *w, bool *timed_out)
{
	*timed_out = w->at >= 0 && w->tries < 1;
	if (w->at >= 0 && w->tries > 0) {
		w->tries--;
		return FLOW_AGAIN;
	}
	return flow_take(w, FLOW_TIMEOUT);
}

static enum flow_step
wrong(struct flow_walk *w, enum flow_heard *heard)
{
	bool timed_out;

	*heard = FLOW_WRONG;
	if (w->f->s[w->at].edge[FLOW_INVALID] != FLOW_UNSET)
		return flow_take(w, FLOW_INVALID);
	return flow_silence(w, &timed_out);
}

/* END: that key or word leads nowhere. */
static enum flow_step
chosen(struct flow_walk *w, int to, enum flow_heard *heard)
{
	if (to == FLOW_REPEAT && w->repeats > 0) {
		w->repeats--;
		*heard = FLOW_REPEATED;
		return FLOW_AGAIN;
	}
	if (to < 0)
		return wrong(w, heard);
	*heard = FLOW_VALID;
	return enter(w, to);
}

enum flow_step
flow_key(struct flow_walk *w, char key, enum flow_heard *heard)
{
	const struct flow_state *s;
	int i = flow_key_index(key), to;

	*heard = FLOW_WRONG;
	if (w->at < 0)
		return FLOW_ENDED;
	s = &w->f->s[w->at];
	to = i < 0 ? FLOW_END : s->key[i];
	if (to == FLOW_END && i >= 0 && s->kind == FLOW_QUESTION &&
	    s->digits <= 1 &&
	    (s->keys[0] == '\0' || strchr(s->keys, key) != NULL)) {
		*heard = FLOW_VALID;
		return flow_take(w, FLOW_DONE);
	}
	return chosen(w, to, heard);
}

enum flow_step
flow_digits(struct flow_walk *w)
{
	return flow_take(w, FLOW_DONE);
}

enum flow_step
flow_word(struct flow_walk *w, const char *word, enum flow_heard *heard)
{
	const struct flow_state *s;
	int to = FLOW_END;

	*heard = FLOW_WRONG;
	if (w->at < 0)
		return FLOW_ENDED;
	s = &w->f->s[w->at];
	for (int i = 0; i < s->nwords; i++)
		if (strcasecmp(s->word[i].word, word) == 0)
			to = s->word[i].to;
	return chosen(w, to, heard);
}
