/* SPDX-License-Identifier: MIT */
/*
 * events: what the switches say becomes what the engine understands.  Records
 * only; the work is done in the turn.
 */
#include <errno.h>
#include <string.h>

#include "daemon/agents.h"
#include "daemon/prompts.h"
#include "daemon/state.h"
#include "shared/log.h"
#include "shared/rows.h"
#include "shared/text.h"

#define AGENTS_NS NS_PER_S
#define BAD_NS    (60 * NS_PER_S) /* a flow given up is told of so often */

static bool
stage_event(const struct sw_event *s, enum engine_event_type *type)
{
	static const int map[] = {
		[STAGE_UP] = EV_ANSWERED,
		[STAGE_AMD] = EV_AMD,
		[STAGE_PLAYING] = EV_PLAYING,
		[STAGE_WAIT] = EV_WAIT,
		[STAGE_KEY] = EV_KEY,
		[STAGE_INVALID] = EV_INVALID,
		[STAGE_REPEAT] = EV_REPEAT,
		[STAGE_CONNECT] = EV_CONNECT,
		[STAGE_CONNECTED] = EV_CONNECTED,
		[STAGE_OPTOUT] = EV_OPTOUT,
		[STAGE_TIMEOUT] = EV_OTHER,
		[STAGE_MACHINE] = EV_MACHINE,
		[STAGE_GOODBYE] = EV_OTHER,
		[STAGE_LEFT] = EV_OTHER,
		[STAGE_HANGUP] = EV_CAUSE,
		[STAGE_ANSWER] = EV_ANSWER,
		[STAGE_GOAL] = EV_GOAL,
		[STAGE_BAD] = EV_OTHER,
		[STAGE_OTHER] = EV_OTHER,
	};

	if ((size_t)s->stage >= nitems(map))
		return false;
	*type = (enum engine_event_type)map[s->stage];
	return true;
}

static bool
call_event(const struct sw_event *s, enum engine_event_type *type)
{
	switch (s->type) {
	case SW_ACCEPTED:
		*type = EV_ACCEPTED;
		return true;
	case SW_REFUSED:
		*type = EV_REFUSED;
		return true;
	case SW_RINGING:
		*type = EV_RINGING;
		return true;
	case SW_ANSWERED:
		*type = EV_ANSWERED;
		return true;
	case SW_FAILED:
		*type = EV_FAILED;
		return true;
	case SW_STAGE:
		return stage_event(s, type);
	case SW_CONNECTED:
		*type = EV_CONNECTED;
		return true;
	case SW_ABANDONED:
		*type = EV_ABANDONED;
		return true;
	case SW_DTMF:
		*type = EV_DTMF;
		return true;
	case SW_HANGUP:
		*type = EV_HANGUP;
		return true;
	default:
		return false;
	}
}

/* The dialplan does not go on with what we have sent it. */
static void
tell_bad(struct daemon *d, unsigned i, const struct sw_event *s, int64_t now_ns)
{
	char state[40], text[200]; /* the switch's: any bytes, any length */

	if (d->bad_ns[i] != 0 && now_ns - d->bad_ns[i] < BAD_NS) {
		d->bad_hidden[i]++;
		return;
	}
	text_clean(state, sizeof(state), s->state != NULL ? s->state : "");
	text_clean(text, sizeof(text),
	    s->text != NULL ? s->text : "it does not say why");
	log_warn(
	    "switch %s gave up the context of call %s%s%s: %s (%u more "
	    "since this was last said); is its extensions_discador.conf of "
	    "this version?",
	    d->conf.switches[i].name, s->id, *state != '\0' ? " in " : "",
	    state, text, d->bad_hidden[i]);
	d->bad_ns[i] = now_ns;
	d->bad_hidden[i] = 0;
}

static void
trunk_contact(
    struct daemon *d, unsigned i, const char *text, const struct now *now)
{
	char aor[128];
	const char *sp;

	if (text == NULL || (sp = strchr(text, ' ')) == NULL ||
	    (size_t)(sp - text) >= sizeof(aor))
		return;
	memcpy(aor, text, (size_t)(sp - text));
	aor[sp - text] = '\0';
	if (strcmp(sp + 1, "Reachable") == 0)
		engine_trunk_contact(d->engine, i, aor, true, now);
	else if (strcmp(sp + 1, "Unreachable") == 0)
		engine_trunk_contact(d->engine, i, aor, false, now);
}

static void
events_switch(void *arg, const struct sw_event *s)
{
	struct daemon *d = arg;
	struct now now = now_read();
	struct engine_event ev;
	unsigned i = 0;
	double oldest = 0;

	while (i < d->nsw && d->sw[i] != s->sw)
		i++;
	if (i == d->nsw)
		return;
	if (d->agents != NULL)
		agents_event(
		    d->agents, d->conf.switches[i].name, i, s, now.wall_ms);
	if (s->lag_known)
		engine_switch_lag(d->engine, i, s->lag_ms, &now);
	switch (s->type) {
	case SW_UP:
		engine_switch_up(d->engine, i, s->boot, &now);
		return;
	case SW_DOWN:
		engine_switch_down(d->engine, i,
		    s->text != NULL ? s->text : "link lost", &now);
		return;
	case SW_PONG:
		sw_unanswered(s->sw, &oldest);
		engine_switch_rtt(
		    d->engine, i, (double)s->rtt_us / 1e3, oldest);
		return;
	case SW_LIVE:
		engine_switch_live(d->engine, i, s->id, s->live_state, &now);
		return;
	case SW_LIVE_END:
		engine_switch_live_end(d->engine, i, &now);
		return;
	case SW_TRUNK:
		trunk_contact(d, i, s->text, &now);
		return;
	default:
		break;
	}
	if (prompts_event(d, s))
		return;
	if (s->type == SW_STAGE && s->stage == STAGE_BAD)
		tell_bad(d, i, s, now.mono_ns);
	memset(&ev, 0, sizeof(ev));
	if (!call_event(s, &ev.type))
		return;
	ev.id = s->id;
	ev.text = s->text;
	ev.cause_text = s->cause_text;
	ev.cause = s->cause;
	ev.sip_code = s->sip_code;
	ev.key = s->key;
	ev.state = s->state;
	ev.answers = s->answers;
	if (ev.type == EV_CAUSE)
		ev.result = s->text;
	engine_event(d->engine, i, &ev, &now);
}

/*
 * Called when the engine knows its open calls and not before: what a switch
 * reports of a call that nobody has loaded yet would be lost.
 */
void
events_connect(struct daemon *d)
{
	d->agents = agents_new();
	d->agent_rows =
	    rows_create(d->conf.run_dir, ROWS_AGENTS, ROWS_AGENTS_MAX, false);
	if (d->agent_rows == NULL)
		log_warn("%s/%s: %s; the console shows no agents",
		    d->conf.run_dir, rows_file(ROWS_AGENTS), strerror(errno));
	for (unsigned i = 0; i < d->nsw; i++) {
		const struct conf_switch *c = &d->conf.switches[i];
		struct sw_config s = { .port = c->port, .tls = c->tls };

		str_copy(s.name, sizeof(s.name), c->name);
		str_copy(s.host, sizeof(s.host), c->host);
		str_copy(s.ca_file, sizeof(s.ca_file), c->ca_file);
		str_copy(s.user, sizeof(s.user), c->user);
		str_copy(s.secret, sizeof(s.secret), c->secret);
		d->sw[i] = sw_new(d->base, &s, events_switch, d);
		explicit_bzero(&s, sizeof(s));
	}
}

/* Over which devices the trunks dial, when that has changed. */
static void
watch_trunks(struct daemon *d)
{
	static char device[SW_WATCH][96];
	const char *list[SW_WATCH], *name, *channel;
	char one[96];
	uint64_t hash = 1;
	int sw;

	for (size_t i = 0;
	     (channel = engine_trunk_channel(d->engine, i, &name, &sw)) != NULL;
	     i++) {
		hash = hash * 31 + hash_bytes(channel, strlen(channel));
		hash = hash * 31 + hash_bytes(name, strlen(name)) +
		       (uint64_t)(sw + 1);
	}
	if (hash == d->agent_trunks)
		return;
	d->agent_trunks = hash;
	agents_trunks_drop(d->agents);
	for (unsigned k = 0; k < d->nsw; k++) {
		size_t n = 0, at;

		for (size_t i = 0; (channel = engine_trunk_channel(
					d->engine, i, &name, &sw)) != NULL;
		     i++) {
			if (sw != (int)k ||
			    !agents_device(channel, one, sizeof(one)))
				continue;
			agents_trunk(d->agents, k, one, name);
			for (at = 0; at < n; at++)
				if (strcmp(device[at], one) == 0)
					break;
			if (at < n || n == SW_WATCH)
				continue;
			str_copy(device[n], sizeof(device[n]), one);
			list[n] = device[n];
			n++;
		}
		if (d->sw[k] != NULL)
			sw_watch(d->sw[k], list, n);
	}
}

void
events_agents(struct daemon *d, const struct now *now)
{
	if (d->agents == NULL || now->mono_ns < d->agents_ns)
		return;
	d->agents_ns = now->mono_ns + AGENTS_NS;
	watch_trunks(d);
	agents_clock(d->agents, now);
	if (d->agent_rows != NULL)
		agents_publish(d->agents, d->agent_rows);
}

void
events_end(struct daemon *d)
{
	if (d->agent_rows != NULL)
		rows_close(d->agent_rows);
	d->agent_rows = NULL;
	agents_free(d->agents);
	d->agents = NULL;
}
