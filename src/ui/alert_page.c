/* SPDX-License-Identifier: MIT */
/* alert_page: what the board has of an alert, and a table of advice. */
#include "ui/alert_page.h"

#include <string.h>

#include "shared/text.h"
#include "shared/util.h"
#include "ui/layout.h"
#include "ui/when.h"

const char *
alert_advice(const char *rule)
{
	static const struct {
		const char *rule, *text;
	} rows[] = {
		{ "brake",
		    N_("No new call leaves. The message says what engaged it "
		       "(a hand, or too few calls that succeed); when that is "
		       "gone, ! releases it and the ramp begins from its "
		       "initial pace.") },
		{ "database",
		    N_("Nothing new is dialled until the database answers; "
		       "outcomes wait in the spool and none is lost. Look at "
		       "the database's own log, its disk and the network to "
		       "it.") },
		{ "helper-database",
		    N_("The server of the private database does not run; the "
		       "engine starts it again by itself, and goes on dialling "
		       "when it answers. Where that fails again and again, the "
		       "message says why: look at the log in pg/log of the "
		       "state directory and at the room on its disk.") },
		{ "helper",
		    N_("Calls go on without it; nobody can attach over SSH. "
		       "The engine starts it again by itself, later each time. "
		       "Its words are in the engine's log; `discador doctor` "
		       "looks at what it needs.") },
		{ "spool",
		    N_("Outcomes could not be kept safe, so nothing new is "
		       "dialled. See that the state directory exists, has "
		       "room and belongs to the engine's user.") },
		{ "switch",
		    N_("No call leaves over this switch. See that Asterisk "
		       "runs, that manager.conf lets this host in with these "
		       "credentials, and that nothing cuts its port.") },
		{ "ami-stop",
		    N_("What happens is told too late to dial safely, so no "
		       "call leaves over this switch. Look at the load of "
		       "Asterisk and at the network to it; calls go on by "
		       "themselves when its events are on time.") },
		{ "ami-lag",
		    N_("The switch falls behind, so its pace is cut. Look at "
		       "the load of Asterisk; if it stays so, lower max_cps "
		       "of this switch.") },
		{ "cps-low",
		    N_("Fewer calls leave than wanted. `why campaign NAME` "
		       "names the gate; look for trunks that rest or are full "
		       "(8), caller IDs at their cap (4) and lists that are "
		       "done (2).") },
		{ "did-capped",
		    N_("No caller ID of this pool is left today: its "
		       "countries are not dialled until their cap is reset. "
		       "Add caller IDs (4, then n or i), or wait.") },
		{ "did-near-cap",
		    N_("At this pace the pool is spent before the day is. "
		       "Add caller IDs (4, then n or i), or lower the pace of "
		       "its campaigns.") },
		{ "trunk-brake",
		    N_("Too few calls over this trunk succeed. It is probed "
		       "with single calls and released when they do. See "
		       "which causes it gives (8, Enter) and ask the "
		       "carrier.") },
		{ "trunk-unreachable",
		    N_("The switch says that it cannot reach this trunk. "
		       "Look at its registration and at the network there "
		       "(`pjsip show endpoints` on the switch).") },
		{ "trunk-resting",
		    N_("Its calls failed by faults of the trunk, so it rests "
		       "for a while; the calls go over others. If it comes "
		       "again, ask the carrier.") },
		{ "route-off",
		    N_("The carrier does not take calls to these prefixes. "
		       "`why trunk NAME` lists them; other trunks are tried "
		       "meanwhile.") },
		{ "campaign-brake",
		    N_("Too few of its calls succeed. Its details (2, Enter) "
		       "show how they end: a bad list, bad caller IDs or a "
		       "bad trunk. Single calls probe, and it is released "
		       "when they succeed.") },
		{ "abandonment",
		    N_("More people wait for an agent than there are agents. "
		       "Lower the campaign's pace, or put more agents into "
		       "its queue (7): the law sets a limit here. People whom "
		       "detection takes for machines count, too.") },
		{ "machine-keys",
		    N_("Answering machines press the key that connects. "
		       "Choose another one, such as 3: `set context NAME "
		       "connect_key=3`, and a prompt that says so. The "
		       "evidence stands with the context (5, v).") },
		{ "mute",
		    N_("Nothing leaves though all gates are open. `why "
		       "campaign NAME` says what it waits for; the log (v) "
		       "may say why.") },
	};

	for (size_t i = 0; i < nitems(rows); i++)
		if (strcmp(rows[i].rule, rule) == 0)
			return _(rows[i].text);
	return _("A rule of your own: `show alert_rule NAME` says which figure "
		 "it looks at, `set alert_rule NAME` changes it.");
}

static void
put_line(struct canvas *cv, struct rect *r, const char *label, struct style s,
    const char *text)
{
	int w = r->w > 60 ? 16 : 13, used;

	if (r->h <= 0)
		return;
	canvas_text(cv, r->y, r->x, w - 1, STYLE(ROLE_DIM), label);
	used = canvas_wrap(
	    cv, (struct rect){ r->y, r->x + w, r->h, r->w - w }, s, text);
	layout_top(r, MINIMUM(MAXIMUM(used, 1), r->h));
}

static void
draw_times(struct canvas *cv, struct rect *r, const struct alert_row *row)
{
	const struct board_alert *a = row->a;
	char t[200], at[WHEN_TEXT], span[TEXT_NUM];

	text_span(alert_row_lasts(row), span);
	when_near(row->zone, a->since_ms, row->now_ms, at);
	str_format(t, sizeof(t),
	    row->state == ALERT_OVER ? _("%s, it lasted %s")
				     : _("%s, for %s now"),
	    at, span);
	put_line(cv, r, _("Since"), STYLE(ROLE_TEXT), t);
	if (a->ended_ms != 0)
		put_line(cv, r, _("Over"), STYLE(ROLE_GOOD),
		    when_near(row->zone, a->ended_ms, row->now_ms, at));
	if (a->acked_ms != 0)
		str_format(t, sizeof(t), _("%s at %s"), a->acked_by,
		    when_near(row->zone, a->acked_ms, row->now_ms, at));
	else
		str_copy(t, sizeof(t), _("nobody yet (a takes notice of it)"));
	put_line(cv, r, _("Seen by"),
	    STYLE(a->acked_ms != 0 || a->ended_ms != 0 ? ROLE_TEXT : ROLE_WARN),
	    t);
}

void
alert_page(struct canvas *cv, struct rect r, const struct alert_row *row)
{
	const struct board_alert *a = row->a;
	bool roomy = r.h >= 14;
	char t[200];
	int used;

	used = canvas_textf(
	    cv, r.y, r.x, r.w, alert_style(row), " %s ", _(a->severity));
	canvas_text(cv, r.y, r.x + used + 1, r.w - used - 1,
	    STYLE(row->state == ALERT_ACTIVE ? ROLE_STRONG : ROLE_DIM),
	    alert_state_name(row->state));
	layout_top(&r, MINIMUM(1 + roomy, r.h));
	used = canvas_wrap(cv, r, STYLE_BOLD(ROLE_STRONG), a->message);
	layout_top(&r, MINIMUM(used + roomy, r.h));
	if (roomy)
		put_line(cv, &r, _("Rule"), STYLE(ROLE_TEXT), a->rule);
	if (roomy && a->object[0] != '\0')
		put_line(cv, &r, _("Object"), STYLE(ROLE_TEXT), a->object);
	draw_times(cv, &r, row);
	if (a->hidden > 0) {
		str_format(t, sizeof(t),
		    _("%u other alerts that come of it and stay silent"),
		    a->hidden);
		put_line(cv, &r, _("Explains"), STYLE(ROLE_TEXT), t);
	}
	layout_top(&r, MINIMUM(roomy, r.h));
	put_line(
	    cv, &r, _("What to do"), STYLE(ROLE_ACCENT), alert_advice(a->rule));
}
