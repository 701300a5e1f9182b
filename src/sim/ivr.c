/* SPDX-License-Identifier: MIT */
/*
 * ivr: channel variables to the menu of one call.  It believes every value
 * as the shipped dialplan would; what that refuses is refused here.
 */
#include "sim/ivr.h"

#include "shared/util.h"

void
ivr_init(struct ivr *m)
{
	*m = (struct ivr){ .timeout_s = 10, .ring_s = 30 };
}

static bool
is_word(const char *v, size_t n, const char *word)
{
	return n == strlen(word) && memcmp(v, word, n) == 0;
}

/* The first max digits of a value; fallback if there are none or all are 0. */
static int
digits(const char *v, size_t n, int max, int fallback)
{
	int x = 0;

	for (size_t i = 0; i < n && max > 0; i++)
		if (v[i] >= '0' && v[i] <= '9') {
			x = x * 10 + (v[i] - '0');
			max--;
		}
	return x > 0 ? x : fallback;
}

bool
ivr_set(struct ivr *m, const char *name, size_t nname, const char *v, size_t n)
{
	char key = n > 0 ? v[0] : '\0';

	if (nname < 5 || memcmp(name, "DSC_", 4) != 0)
		return false;
	name += 4;
	nname -= 4;
	if (is_word(name, nname, "CONNECT_KEY"))
		m->connect = key;
	else if (is_word(name, nname, "DISCONNECT_KEY"))
		m->disconnect = key;
	else if (is_word(name, nname, "REPEAT_KEY"))
		m->repeat = key;
	else if (is_word(name, nname, "TIMEOUT"))
		m->timeout_s = digits(v, n, 3, 10);
	else if (is_word(name, nname, "RETRIES"))
		m->retries = digits(v, n, 1, 0);
	else if (is_word(name, nname, "RING"))
		m->ring_s = digits(v, n, 4, 30);
	else if (is_word(name, nname, "AMD"))
		m->amd = is_word(v, n, "1");
	else if (is_word(name, nname, "PROMPT"))
		m->prompt = n > 0;
	else if (is_word(name, nname, "PROMPT_CONNECT"))
		m->prompt_connect = n > 0;
	else if (is_word(name, nname, "PROMPT_GOODBYE"))
		m->prompt_goodbye = n > 0;
	else if (is_word(name, nname, "PROMPT_MACHINE"))
		m->prompt_machine = n > 0;
	else if (is_word(name, nname, "ON_MACHINE"))
		m->on_machine = is_word(v, n, "prompt")    ? IVR_MACHINE_PROMPT
				: is_word(v, n, "message") ? IVR_MACHINE_MESSAGE
							   : IVR_MACHINE_HANGUP;
	else if (is_word(name, nname, "DEST")) {
		if (n >= sizeof(m->dest))
			n = 0; /* refused, not cut */
		memcpy(m->dest, v, n);
		m->dest[n] = '\0';
	} else {
		return false;
	}
	return true;
}

enum ivr_dest
ivr_dest(const struct ivr *m, const char **rest)
{
	static const struct {
		const char *prefix;
		enum ivr_dest dest;
	} kinds[] = {
		{ "queue:", IVR_DEST_QUEUE },
		{ "exten:", IVR_DEST_DIAL },
		{ "dial:", IVR_DEST_DIAL },
	};

	for (size_t i = 0; i < nitems(kinds); i++) {
		size_t n = strlen(kinds[i].prefix);

		*rest = m->dest + n;
		if (strncmp(m->dest, kinds[i].prefix, n) == 0 && **rest != '\0')
			return kinds[i].dest;
	}
	*rest = "";
	return IVR_DEST_BAD;
}
