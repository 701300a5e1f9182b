/* SPDX-License-Identifier: MIT */
/* call_steps: what a row and the engine's list say of a call, in words. */
#include "ui/call_steps.h"

#include <stdarg.h>
#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/iso.h"
#include "ui/theme.h"
#include "ui/words.h"

/* ITU-T Q.850 (2018), table 1: the ones that carriers send. */
const char *
call_cause_name(int q850)
{
	static const struct {
		int cause;
		const char *name;
	} rows[] = {
		{ 1, N_("unallocated number") },
		{ 2, N_("no route to the transit network") },
		{ 3, N_("no route to the destination") },
		{ 5, N_("misdialled trunk prefix") },
		{ 6, N_("channel unacceptable") },
		{ 7, N_("call awarded") },
		{ 16, N_("normal clearing") },
		{ 17, N_("user busy") },
		{ 18, N_("no user responding") },
		{ 19, N_("no answer from the user") },
		{ 20, N_("subscriber absent") },
		{ 21, N_("call rejected") },
		{ 22, N_("number changed") },
		{ 23, N_("redirected to a new destination") },
		{ 26, N_("non-selected user clearing") },
		{ 27, N_("destination out of order") },
		{ 28, N_("invalid number format") },
		{ 29, N_("facility rejected") },
		{ 31, N_("normal, unspecified") },
		{ 34, N_("no circuit available") },
		{ 38, N_("network out of order") },
		{ 41, N_("temporary failure") },
		{ 42, N_("switching equipment congestion") },
		{ 43, N_("access information discarded") },
		{ 44, N_("requested circuit not available") },
		{ 47, N_("resource unavailable") },
		{ 50, N_("requested facility not subscribed") },
		{ 52, N_("outgoing calls barred") },
		{ 54, N_("incoming calls barred") },
		{ 55, N_("incoming calls barred in the group") },
		{ 57, N_("bearer capability not authorized") },
		{ 58, N_("bearer capability not available") },
		{ 63, N_("service not available") },
		{ 65, N_("bearer capability not implemented") },
		{ 69, N_("facility not implemented") },
		{ 79, N_("service not implemented") },
		{ 81, N_("invalid call reference") },
		{ 87, N_("user not in the closed group") },
		{ 88, N_("incompatible destination") },
		{ 95, N_("invalid message") },
		{ 96, N_("mandatory element missing") },
		{ 97, N_("message type not implemented") },
		{ 99, N_("element not implemented") },
		{ 100, N_("invalid element contents") },
		{ 101, N_("message not compatible with the call state") },
		{ 102, N_("timer expired") },
		{ 103, N_("parameter not implemented") },
		{ 111, N_("protocol error") },
		{ 127, N_("interworking, unspecified") },
	};

	for (size_t i = 0; i < nitems(rows); i++)
		if (rows[i].cause == q850)
			return _(rows[i].name);
	return "";
}

uint8_t
call_end_role(const char *word)
{
	switch (disposition_parse(word)) {
	case DISP_CONNECTED:
		return ROLE_GOOD;
	case DISP_COMPLETED:
		return ROLE_ACCENT;
	case DISP_OPTED_OUT:
	case DISP_MACHINE:
	case DISP_NO_ANSWER:
	case DISP_BUSY:
	case DISP_ANSWERED_NO_KEY:
		return ROLE_TEXT;
	case DISP_CANCELLED:
	case DISP_NONE:
		return ROLE_DIM;
	case DISP_ABANDONED:
	case DISP_REJECTED:
	case DISP_INVALID_NUMBER:
	case DISP_CONGESTION:
		return ROLE_WARN;
	default:
		return ROLE_BAD;
	}
}

/* ---- steps ------------------------------------------------------------- */

struct steps {
	struct call_step *v;
	size_t n;
};

static struct call_step *
step(struct steps *s, int64_t at_ms, enum call_lane from, enum call_lane to,
    uint8_t role)
{
	/* CALL_STEPS has room for all that call_steps() can say */
	struct call_step *p = &s->v[MINIMUM(s->n, CALL_STEPS - 1)];

	s->n = MINIMUM(s->n + 1, CALL_STEPS);
	memset(p, 0, sizeof(*p));
	p->at_ms = at_ms;
	p->from = (uint8_t)from;
	p->to = (uint8_t)to;
	p->role = role;
	return p;
}

static void __attribute__((format(printf, 2, 3)))
say(struct call_step *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->what, sizeof(p->what), fmt, ap);
	va_end(ap);
}

static void
steps_dial(struct steps *s, const struct row_call *c)
{
	const int64_t *at = c->at_ms;
	struct call_step *p;
	char t[TEXT_NUM];

	if (at[CALL_ARMED] > 0) {
		p = step(
		    s, at[CALL_ARMED], LANE_ENGINE, LANE_ENGINE, ROLE_TEXT);
		if (c->did[0] == '\0')
			say(p, "%s", _("armed: stored, not sent yet"));
		else if (c->did_why[0] == '\0')
			say(p, _("armed with caller ID %s"), c->did);
		else
			say(p, _("armed with caller ID %s: %s"), c->did,
			    c->did_why);
	}
	if (at[CALL_SENT] > 0) {
		p = step(s, at[CALL_SENT], LANE_ENGINE, LANE_SWITCH, ROLE_TEXT);
		if (c->trunk[0] != '\0')
			say(p, _("Originate sent, over trunk %s"), c->trunk);
		else
			say(p, "%s", _("Originate sent"));
	}
	if (at[CALL_RINGING] > 0) {
		p = step(s, at[CALL_RINGING], LANE_FAR, LANE_SWITCH, ROLE_TEXT);
		if (c->setup_ms >= 0)
			say(p, _("ringing; first sign after %s"),
			    text_ms(c->setup_ms, t));
		else
			say(p, "%s", _("ringing"));
	}
	if (at[CALL_ANSWERED] > 0)
		say(step(s, at[CALL_ANSWERED], LANE_FAR, LANE_SWITCH,
			ROLE_ACCENT),
		    "%s", _("answered"));
}

static void
step_amd(struct steps *s, const struct row_call *c)
{
	struct call_step *p;

	if (c->at_ms[CALL_AMD] <= 0 && c->amd[0] == '\0')
		return;
	p = step(s, c->at_ms[CALL_AMD], LANE_SWITCH, LANE_SWITCH, ROLE_TEXT);
	if (c->amd[0] == '\0')
		say(p, "%s", _("listening: a person or a machine?"));
	else if (c->amd_cause[0] == '\0')
		say(p, _("AMD says %s"), c->amd);
	else
		say(p, _("AMD says %s (%s)"), c->amd, c->amd_cause);
}

static void
steps_talk(struct steps *s, const struct row_call *c)
{
	const int64_t *at = c->at_ms;

	step_amd(s, c);
	if (at[CALL_VOICEMAIL] > 0)
		say(step(s, at[CALL_VOICEMAIL], LANE_SWITCH, LANE_FAR,
			ROLE_TEXT),
		    "%s", _("the message for machines begins"));
	if (at[CALL_PLAYING] > 0)
		say(step(s, at[CALL_PLAYING], LANE_SWITCH, LANE_FAR, ROLE_TEXT),
		    "%s", _("the prompt is played"));
	if (at[CALL_WAITING_KEY] > 0)
		say(step(s, at[CALL_WAITING_KEY], LANE_SWITCH, LANE_FAR,
			ROLE_TEXT),
		    "%s", _("prompt over, waiting for a key"));
	if (c->key[0] != '\0')
		say(step(s, 0, LANE_FAR, LANE_SWITCH, ROLE_ACCENT),
		    _("key %s pressed"), c->key);
	if (at[CALL_TRANSFERRING] > 0)
		say(step(s, at[CALL_TRANSFERRING], LANE_SWITCH, LANE_SWITCH,
			ROLE_TEXT),
		    "%s", _("transferring: an agent is looked for"));
	if (at[CALL_CONNECTED] > 0)
		say(step(s, at[CALL_CONNECTED], LANE_SWITCH, LANE_FAR,
			ROLE_GOOD),
		    "%s", _("connected to an agent"));
}

static void
step_end(struct steps *s, const struct row_call *c)
{
	bool sent = c->at_ms[CALL_SENT] > 0;
	struct call_step *p;
	size_t n;

	if (c->state != CALL_ENDED && c->at_ms[CALL_ENDED] <= 0)
		return;
	p = step(s, c->at_ms[CALL_ENDED], sent ? LANE_SWITCH : LANE_ENGINE,
	    LANE_ENGINE, call_end_role(c->disposition));
	if (c->disposition[0] != '\0')
		say(p, _("ended: %s"), words_disposition_of(c->disposition));
	else
		say(p, "%s", _("ended"));
	n = strlen(p->what);
	if (c->cause >= 0) {
		str_format(p->what + n, sizeof(p->what) - n,
		    call_cause_name(c->cause)[0] != '\0' ? _("; cause %d, %s")
							 : _("; cause %d"),
		    c->cause, call_cause_name(c->cause));
		n = strlen(p->what);
	}
	if (c->sip_code > 0) {
		str_format(
		    p->what + n, sizeof(p->what) - n, "; SIP %d", c->sip_code);
		n = strlen(p->what);
	}
	if (c->note[0] != '\0')
		str_format(p->what + n, sizeof(p->what) - n, "; %s", c->note);
}

size_t
call_steps(const struct row_call *c, struct call_step out[CALL_STEPS])
{
	struct steps s = { out, 0 };
	int64_t when[CALL_STEPS];

	steps_dial(&s, c);
	steps_talk(&s, c);
	if (c->at_ms[CALL_UNKNOWN] > 0 || c->state == CALL_UNKNOWN)
		say(step(&s, c->at_ms[CALL_UNKNOWN], LANE_ENGINE, LANE_SWITCH,
			ROLE_BAD),
		    "%s",
		    _("link to the switch lost: it is asked whether the "
		      "call lives"));
	step_end(&s, c);
	/* a late one (the link was cut in between) goes where it belongs;
	 * those without a time stay behind the one before them */
	for (size_t i = 0; i < s.n; i++) {
		struct call_step hold = out[i];
		int64_t own = hold.at_ms > 0 ? hold.at_ms
			      : i > 0        ? when[i - 1]
					     : 0;
		size_t k = i;

		for (; k > 0 && when[k - 1] > own; k--) {
			out[k] = out[k - 1];
			when[k] = when[k - 1];
		}
		out[k] = hold;
		when[k] = own;
	}
	return s.n;
}

/* ---- from the engine's answer ------------------------------------------ */

static void
get(const json_t *o, const char *key, char *out, size_t size)
{
	const char *s = json_string_value(json_object_get(o, key));

	str_copy(out, size, s != NULL ? s : "");
}

static int
get_int(const json_t *o, const char *key, int none)
{
	const json_t *v = json_object_get(o, key);
	double n = json_number_value(v);

	return json_is_number(v) && n > -1e9 && n < 1e9 ? (int)n : none;
}

bool
call_from_json(const json_t *o, struct row_call *c)
{
	static const struct {
		const char *key;
		enum call_state state;
	} times[] = { { "armed", CALL_ARMED }, { "sent", CALL_SENT },
		{ "ringing", CALL_RINGING }, { "answered", CALL_ANSWERED },
		{ "connected", CALL_CONNECTED }, { "ended", CALL_ENDED } };
	char state[24];
	int s;

	memset(c, 0, sizeof(*c));
	get(o, "id", c->id, sizeof(c->id));
	if (c->id[0] == '\0')
		return false;
	get(o, "number", c->number, sizeof(c->number));
	get(o, "did", c->did, sizeof(c->did));
	get(o, "country", c->country, sizeof(c->country));
	get(o, "campaign", c->campaign, sizeof(c->campaign));
	get(o, "trunk", c->trunk, sizeof(c->trunk));
	get(o, "switch", c->switch_name, sizeof(c->switch_name));
	get(o, "disposition", c->disposition, sizeof(c->disposition));
	get(o, "amd", c->amd, sizeof(c->amd));
	get(o, "amd_cause", c->amd_cause, sizeof(c->amd_cause));
	get(o, "key", c->key, sizeof(c->key));
	get(o, "note", c->note, sizeof(c->note));
	get(o, "did_why", c->did_why, sizeof(c->did_why));
	get(o, "state", state, sizeof(state));
	for (size_t i = 0; i < nitems(times); i++)
		c->at_ms[times[i].state] = iso_of(o, times[i].key);
	s = call_state_parse(state);
	if (s < 0)
		s = c->at_ms[CALL_ENDED] > 0 ? CALL_ENDED : CALL_UNKNOWN;
	c->state = (uint32_t)s;
	c->attempt = get_int(o, "attempt", 0);
	c->cause = get_int(o, "cause", -1);
	c->sip_code = get_int(o, "sip_code", 0);
	c->setup_ms = get_int(o, "setup_ms", -1);
	return true;
}
