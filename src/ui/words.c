/* SPDX-License-Identifier: MIT */
/* words: tables of them, so that translators find them all. */
#include "ui/words.h"

#include <string.h>

#include "shared/board.h"
#include "shared/text.h"
#include "shared/util.h"

struct word {
	const char *word, *text;
};

static const char *
find(const struct word *w, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(w[i].word, word) == 0)
			return _(w[i].text);
	return word;
}

const char *
words_state(const char *state)
{
	static const struct word w[] = {
		{ "running", N_("running") },
		{ "paused", N_("paused") },
		{ "stopped", N_("stopped") },
		{ "finished", N_("finished") },
		{ "waiting", N_("waiting") },
	};

	return find(w, nitems(w), state);
}

const char *
words_brake(const char *state)
{
	static const struct word w[] = {
		{ "", N_("released") },
		{ "released", N_("released") },
		{ "engaged", N_("engaged") },
		{ "probing", N_("probing") },
	};

	return find(w, nitems(w), state);
}

const char *
words_disposition(enum disposition d)
{
	static const char *const w[DISP_NKIND] = {
		[DISP_CONNECTED] = N_("connected"),
		[DISP_COMPLETED] = N_("completed"),
		[DISP_ANSWERED_NO_KEY] = N_("no key pressed"),
		[DISP_OPTED_OUT] = N_("opted out"),
		[DISP_MACHINE] = N_("machine"),
		[DISP_ABANDONED] = N_("abandoned"),
		[DISP_NO_ANSWER] = N_("no answer"),
		[DISP_BUSY] = N_("busy"),
		[DISP_REJECTED] = N_("rejected"),
		[DISP_INVALID_NUMBER] = N_("no such number"),
		[DISP_CONGESTION] = N_("congestion"),
		[DISP_FAILED] = N_("failed"),
		[DISP_CANCELLED] = N_("cancelled"),
		[DISP_LOST] = N_("lost"),
	};

	if ((int)d < 0 || d >= DISP_NKIND || w[d] == NULL)
		return "";
	return _(w[d]);
}

const char *
words_disposition_of(const char *word)
{
	int d = disposition_parse(word);

	return d > 0 ? words_disposition((enum disposition)d) : word;
}

const char *
words_cause(int cause)
{
	static const char *const w[] = {
		N_("normal end"),
		N_("no such number"),
		N_("busy"),
		N_("no answer"),
		N_("rejected"),
		N_("trunk full"),
		N_("trunk broken"),
		N_("no route"),
		N_("protocol fault"),
		N_("no cause told"),
	};
	_Static_assert(nitems(w) == BOARD_CAUSES, "a word per class");

	return cause >= 0 && cause < BOARD_CAUSES ? _(w[cause]) : "";
}

const char *
words_gate(const char *name)
{
	static const struct word w[] = {
		{ "stopping", N_("engine stopping") },
		{ "brake", N_("brake") },
		{ "database", N_("database away") },
		{ "spool", N_("spool full") },
		{ "trunk", N_("no trunk") },
		{ "concurrent", N_("calls at once") },
		{ "channels", N_("channels full") },
		{ "pace", N_("pace is zero") },
		{ "profile", N_("no profile") },
		{ "cps", N_("CPS is zero") },
		{ "consent", N_("no consent") },
		{ "context", N_("no context") },
		{ "zone", N_("zone unknown") },
		{ "window", N_("calling hours") },
		{ "no_did", N_("no caller IDs") },
		{ "capped", N_("DIDs at cap") },
		{ "due", N_("resting") },
		{ "running", N_("last calls") },
		{ "contacts", N_("no contacts") },
		{ "dnc", N_("do not call") },
		{ "state", N_("not started") },
		{ "finished", N_("finished") },
	};

	return find(w, nitems(w), name);
}
