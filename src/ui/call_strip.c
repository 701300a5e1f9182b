/* SPDX-License-Identifier: MIT */
/* call_strip: a cell per state: its word, its count, those that are stuck, a
 * bar. */
#include "ui/call_strip.h"

#include "shared/text.h"
#include "shared/util.h"
#include "ui/chart.h"

#define CELL_LONG 14 /* columns from which a state's whole word fits */

/* Where there is no room for the word itself. */
static const char *
short_name(int state)
{
	static const char *const names[CALL_ENDED] = {
		[CALL_ARMED] = N_("armed"),
		[CALL_SENT] = N_("sent"),
		[CALL_RINGING] = N_("ring"),
		[CALL_ANSWERED] = N_("answ"),
		[CALL_AMD] = N_("amd"),
		[CALL_PLAYING] = N_("play"),
		[CALL_WAITING_KEY] = N_("key?"),
		[CALL_TRANSFERRING] = N_("trans"),
		[CALL_CONNECTED] = N_("talk"),
		[CALL_VOICEMAIL] = N_("voice"),
		[CALL_UNKNOWN] = N_("lost?"),
	};

	return _(names[state]);
}

static void
draw_cell(struct canvas *cv, int y, int x, int w, const struct call_rows *s,
    int state, unsigned max)
{
	unsigned n = s->live[state], stuck = s->stuck[state];
	uint8_t role = call_state_role((uint32_t)state);
	char t[TEXT_NUM], k[TEXT_NUM];
	int used;

	canvas_text(cv, y, x, w - 2, STYLE(n > 0 ? role : ROLE_DIM),
	    w >= CELL_LONG ? call_state_name((uint32_t)state)
			   : short_name(state));
	y++;
	text_count(n, t);
	if (stuck > 0)
		used = canvas_textf(cv, y, x, w - 1,
		    STYLE_ON(ROLE_STRONG,
			state == CALL_UNKNOWN ? ROLE_BG_BAD : ROLE_BG_WARN),
		    "%s !%s", t, text_count(stuck, k));
	else
		used = canvas_text(cv, y, x, w - 1,
		    n > 0 ? STYLE_BOLD(ROLE_TEXT) : STYLE(ROLE_DIM), t);
	if (n > 0 && w - used - 2 >= 2)
		chart_bar(cv, y, x + used + 1, w - used - 2,
		    (double)n / (double)max, STYLE(ROLE_GRAPH),
		    STYLE(ROLE_FRAME));
}

void
call_strip_draw(struct canvas *cv, struct rect r, const struct call_rows *s)
{
	int states[CALL_ENDED], n = 0, w;
	unsigned max = 1;

	for (int i = 0; i < CALL_ENDED; i++) {
		max = MAXIMUM(max, s->live[i]);
		if (i < CALL_VOICEMAIL || s->live[i] > 0)
			states[n++] = i;
	}
	w = MINIMUM(r.w / n, 24);
	for (int i = 0; i < n; i++) {
		int x = r.x + i * w;

		draw_cell(cv, r.y, x, w, s, states[i], max);
		/* aside of the way: neither comes out of the one before */
		if (i + 1 < n && states[i + 1] < CALL_VOICEMAIL)
			canvas_run(
			    cv, r.y, x + w - 2, 1, STYLE(ROLE_FRAME), 0x25b6);
	}
}
