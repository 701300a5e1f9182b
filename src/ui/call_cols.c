/* SPDX-License-Identifier: MIT */
/* call_cols: one small function per column; ages are in whole seconds. */
#include <math.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/call_rows.h"
#include "ui/call_steps.h"
#include "ui/when.h"
#include "ui/words.h"

#define R(row) ((const struct call_row *)(row))
#define C(row) (R(row)->c)

/* A column that shows a text of the call as it is. */
#define PLAIN(fn, member)                                                      \
	static const char *fn##_word(const void *row)                          \
	{                                                                      \
		return C(row)->member;                                         \
	}                                                                      \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		put_text(o, C(row)->member);                                   \
	}
/* One that is in JSON only: when a state was entered. */
#define INSTANT(fn, s)                                                         \
	static double fn##_num(const void *row)                                \
	{                                                                      \
		return (double)C(row)->at_ms[s];                               \
	}                                                                      \
	static void fn(const void *row, struct table_cell *o)                  \
	{                                                                      \
		put_iso(o, C(row)->at_ms[s]);                                  \
	}

static void
put_text(struct table_cell *o, const char *text)
{
	str_copy(o->text, sizeof(o->text), text);
}

static void
put_none(struct table_cell *o)
{
	put_text(o, "-");
	o->fg = ROLE_DIM;
	o->num = NAN; /* null in JSON */
}

static void
put_iso(struct table_cell *o, int64_t ms)
{
	char t[32];

	time_iso(ms, t);
	put_text(o, t);
}

static void
put_age(struct table_cell *o, double s)
{
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = s;
	if (s < 0)
		put_none(o);
	else
		put_text(o, text_span((int64_t)s, t));
}

PLAIN(c_id, id)
PLAIN(c_did, did)
PLAIN(c_trunk, trunk)
PLAIN(c_switch, switch_name)
PLAIN(c_country, country)
PLAIN(c_campaign, campaign)
PLAIN(c_amd, amd)
PLAIN(c_disposition, disposition)
PLAIN(c_note, note)
PLAIN(c_why, did_why)
INSTANT(c_armed, CALL_ARMED)
INSTANT(c_sent, CALL_SENT)
INSTANT(c_ringing, CALL_RINGING)
INSTANT(c_answered, CALL_ANSWERED)
INSTANT(c_connected, CALL_CONNECTED)
INSTANT(c_ended, CALL_ENDED)

/* The word as it is: for JSON, and for filters in any language. */
static const char *
c_state_word(const void *row)
{
	uint32_t s = C(row)->state;

	return s < CALL_NSTATE ? call_state_word((enum call_state)s) : "";
}

static void
c_state(const void *row, struct table_cell *o)
{
	put_text(o, c_state_word(row));
}

/* Where it is, or how it ended. */
static const char *
c_shown_word(const void *row)
{
	const struct row_call *c = C(row);

	if (c->state == CALL_ENDED && c->disposition[0] != '\0')
		return words_disposition_of(c->disposition);
	return call_state_name(c->state);
}

/* Sorted as the way of a call goes. */
static double
c_shown_num(const void *row)
{
	return C(row)->state;
}

static void
c_shown(const void *row, struct table_cell *o)
{
	put_text(o, c_shown_word(row));
	o->fg = C(row)->state == CALL_ENDED ? call_end_role(C(row)->disposition)
					    : call_state_role(C(row)->state);
	if (C(row)->state != CALL_UNKNOWN)
		return;
	o->fg = ROLE_STRONG;
	o->bg = ROLE_BG_BAD;
	o->attr = ATTR_BOLD;
}

static double
c_age_num(const void *row)
{
	return (double)call_row_age(R(row), R(row)->since_ms);
}

static void
c_age(const void *row, struct table_cell *o)
{
	char t[sizeof(o->text)];

	put_age(o, c_age_num(row));
	if (!R(row)->stuck)
		return;
	str_copy(t, sizeof(t), o->text);
	str_format(o->text, sizeof(o->text), "!%.60s", t);
	o->fg = ROLE_STRONG;
	o->bg = ROLE_BG_WARN;
	o->attr = ATTR_BOLD;
}

static double
c_life_num(const void *row)
{
	return (double)call_row_age(R(row), C(row)->at_ms[CALL_SENT]);
}

static void
c_life(const void *row, struct table_cell *o)
{
	put_age(o, c_life_num(row));
}

static const char *
c_mark_word(const void *row)
{
	return R(row)->stuck ? "stuck" : "";
}

static void
c_mark(const void *row, struct table_cell *o)
{
	put_text(o, c_mark_word(row));
}

static const char *
c_number_word(const void *row)
{
	return C(row)->number;
}

static void
c_number(const void *row, struct table_cell *o)
{
	put_text(o, C(row)->number);
	o->fg = ROLE_STRONG;
}

static double
c_attempt_num(const void *row)
{
	return C(row)->attempt;
}

static void
c_attempt(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = C(row)->attempt;
	str_format(o->text, sizeof(o->text), "%d", C(row)->attempt);
	if (C(row)->attempt <= 1)
		o->fg = ROLE_DIM;
}

static const char *
c_key_word(const void *row)
{
	return C(row)->key;
}

static void
c_key(const void *row, struct table_cell *o)
{
	put_text(o, C(row)->key);
	o->fg = ROLE_ACCENT;
}

static double
c_setup_num(const void *row)
{
	return C(row)->setup_ms;
}

static void
c_setup(const void *row, struct table_cell *o)
{
	char t[TEXT_NUM];

	o->numeric = true;
	o->num = C(row)->setup_ms;
	if (C(row)->setup_ms < 0)
		put_none(o);
	else
		put_text(o, text_ms(C(row)->setup_ms, t));
}

static double
c_cause_num(const void *row)
{
	return C(row)->cause;
}

static void
c_cause(const void *row, struct table_cell *o)
{
	const struct row_call *c = C(row);

	o->numeric = true;
	o->num = c->cause;
	if (c->cause < 0)
		put_none(o);
	else
		str_format(o->text, sizeof(o->text), "%d %s", c->cause,
		    call_cause_name(c->cause));
}

static double
c_sip_num(const void *row)
{
	return C(row)->sip_code;
}

static void
c_sip(const void *row, struct table_cell *o)
{
	o->numeric = true;
	o->num = C(row)->sip_code > 0 ? C(row)->sip_code : NAN;
	if (C(row)->sip_code > 0)
		str_format(o->text, sizeof(o->text), "%d", C(row)->sip_code);
}

static double
c_when_num(const void *row)
{
	return (double)C(row)->at_ms[CALL_ARMED];
}

static void
c_when(const void *row, struct table_cell *o)
{
	const struct call_row *r = row;
	int64_t at = r->c->at_ms[CALL_ARMED];
	char t[WHEN_TEXT];

	if (at > 0)
		put_text(o, when_near(r->zone, at, r->now_ms, t));
	else
		put_none(o);
}

/* From the answer to the end. */
static double
c_talk_num(const void *row)
{
	return (double)call_row_age(R(row), C(row)->at_ms[CALL_ANSWERED]);
}

static void
c_talk(const void *row, struct table_cell *o)
{
	put_age(o, c_talk_num(row));
}

#define ID                                                                     \
	{                                                                      \
		"id", "", TEXT_LEFT, 0, 0, 0, c_id, .word = c_id_word          \
	}
#define STATE                                                                  \
	{                                                                      \
		"state", N_("State"), TEXT_LEFT, 0, 0, 0, c_state,             \
		    .word = c_state_word                                       \
	}

const struct table_col call_cols[] = {
	ID,
	STATE,
	{ NULL, N_("State"), TEXT_LEFT, 11, 14, 0, c_shown, .num = c_shown_num,
	    .word = c_shown_word },
	{ "age_s", N_("For"), TEXT_RIGHT, 6, 10, 0, c_age, .num = c_age_num },
	{ "sent_s", N_("Sent"), TEXT_RIGHT, 6, 9, 8, c_life,
	    .num = c_life_num },
	{ "number", N_("Number"), TEXT_LEFT, 12, 16, 0, c_number,
	    .word = c_number_word },
	{ "did", N_("DID"), TEXT_LEFT, 12, 16, 2, c_did, .word = c_did_word },
	{ "campaign", N_("Campaign"), TEXT_LEFT, 8, 24, 1, c_campaign,
	    .word = c_campaign_word },
	{ "trunk", N_("Trunk"), TEXT_LEFT, 6, 18, 3, c_trunk,
	    .word = c_trunk_word },
	{ "country", N_("Country"), TEXT_LEFT, 6, 14, 4, c_country,
	    .word = c_country_word },
	{ "key", N_("Key"), TEXT_LEFT, 3, 4, 5, c_key, .word = c_key_word },
	{ "amd", N_("AMD"), TEXT_LEFT, 5, 8, 6, c_amd, .word = c_amd_word },
	{ "attempt", N_("Att."), TEXT_RIGHT, 3, 5, 7, c_attempt,
	    .num = c_attempt_num },
	{ "setup_ms", N_("Setup"), TEXT_RIGHT, 6, 8, 9, c_setup,
	    .num = c_setup_num },
	{ "disposition", N_("Ended as"), TEXT_LEFT, 8, 16, 10, c_disposition,
	    .word = c_disposition_word },
	{ "switch", N_("Switch"), TEXT_LEFT, 5, 14, 11, c_switch,
	    .word = c_switch_word },
	{ "mark", N_("Mark"), TEXT_LEFT, 0, 0, 0, c_mark, .word = c_mark_word },
	{ "cause", N_("Cause"), TEXT_LEFT, 0, 0, 0, c_cause,
	    .num = c_cause_num },
	{ "sip_code", N_("SIP"), TEXT_RIGHT, 0, 0, 0, c_sip, .num = c_sip_num },
	{ "note", N_("Note"), TEXT_LEFT, 0, 0, 0, c_note, .word = c_note_word },
	{ "did_why", N_("Why this DID"), TEXT_LEFT, 0, 0, 0, c_why,
	    .word = c_why_word },
	{ "armed", N_("Armed"), TEXT_LEFT, 0, 0, 0, c_armed,
	    .num = c_armed_num },
	{ "sent", N_("Sent"), TEXT_LEFT, 0, 0, 0, c_sent, .num = c_sent_num },
	{ "ringing", N_("Ringing"), TEXT_LEFT, 0, 0, 0, c_ringing,
	    .num = c_ringing_num },
	{ "answered", N_("Answered"), TEXT_LEFT, 0, 0, 0, c_answered,
	    .num = c_answered_num },
	{ "connected", N_("Connected"), TEXT_LEFT, 0, 0, 0, c_connected,
	    .num = c_connected_num },
	{ "ended", N_("Ended"), TEXT_LEFT, 0, 0, 0, c_ended,
	    .num = c_ended_num },
};
const size_t call_ncols = nitems(call_cols);

const struct table_col call_found_cols[] = {
	ID,
	STATE,
	{ NULL, N_("When"), TEXT_LEFT, 8, 17, 0, c_when, .num = c_when_num },
	{ NULL, N_("Result"), TEXT_LEFT, 11, 18, 0, c_shown,
	    .word = c_shown_word },
	{ "talk_s", N_("Talk"), TEXT_RIGHT, 5, 9, 2, c_talk,
	    .num = c_talk_num },
	{ "key", N_("Key"), TEXT_LEFT, 3, 4, 3, c_key, .word = c_key_word },
	{ "amd", N_("AMD"), TEXT_LEFT, 5, 8, 5, c_amd, .word = c_amd_word },
	{ "campaign", N_("Campaign"), TEXT_LEFT, 8, 24, 1, c_campaign,
	    .word = c_campaign_word },
	{ "did", N_("DID"), TEXT_LEFT, 12, 16, 4, c_did, .word = c_did_word },
	{ "attempt", N_("Att."), TEXT_RIGHT, 3, 5, 7, c_attempt,
	    .num = c_attempt_num },
	{ "trunk", N_("Trunk"), TEXT_LEFT, 6, 18, 6, c_trunk,
	    .word = c_trunk_word },
	{ "setup_ms", N_("Setup"), TEXT_RIGHT, 6, 8, 9, c_setup,
	    .num = c_setup_num },
	{ "cause", N_("Cause"), TEXT_LEFT, 6, 34, 8, c_cause,
	    .num = c_cause_num },
	{ "sip_code", N_("SIP"), TEXT_RIGHT, 3, 4, 10, c_sip,
	    .num = c_sip_num },
	{ "note", N_("Note"), TEXT_LEFT, 0, 0, 0, c_note, .word = c_note_word },
};
const size_t call_nfound_cols = nitems(call_found_cols);
