/* SPDX-License-Identifier: MIT */
/*
 * switch: the only thing the engine's driver knows of a telephone switch.
 * Asterisk is the first behind it (switch_asterisk.c).
 *
 * One struct sw per configured switch.  It connects by itself, reconnects
 * with a growing pause (0.5 s doubling to 10 s), pings every 2 s, and turns
 * what the switch says into struct sw_event, handed to the one callback
 * during the event loop's dispatch: the callback records, it does not work.
 *
 * What is never done: an Originate is not queued while the link is down, not
 * repeated after a cut, and not sent twice for one id.
 *
 * Besides it asks, about every 10 s and only while nothing else is under way,
 * what queues, endpoints and registrations there are (SW_AGENTS_*).  An
 * answer that takes long is asked for more seldom: a hundredth of the time is
 * what these questions may take.
 */
#ifndef NET_SWITCH_H
#define NET_SWITCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event_base;
struct sw;

struct sw_config {
	char name[32];
	char host[256];
	int port;
	bool tls;
	char ca_file[256]; /* TLS: CA that signs the peer; "" = no check */
	char user[64];
	char secret[128];
};

enum sw_event_type {
	SW_UP, /* logged in and fully booted; boot = restart marker */
	SW_DOWN, /* link lost, or not got; text says why.  See below */
	SW_ACCEPTED, /* the switch queued our originate (id) */
	SW_REFUSED, /* it refused it (id, text): nothing was dialled */
	SW_RINGING, /* id */
	SW_ANSWERED, /* id */
	SW_FAILED, /* OriginateResponse Failure (id, cause = Reason) */
	SW_STAGE, /* our dialplan reports (id, stage, key, text) */
	SW_CONNECTED, /* an agent or destination took the call (id, text) */
	SW_ABANDONED, /* the queue gave it up before an agent came (id) */
	SW_DTMF, /* key received on our channel (id, key) */
	SW_HANGUP, /* id, cause = Q.850, sip_code or 0 */
	SW_LIVE, /* answer to sw_resync: id lives, state below */
	SW_LIVE_END, /* that was all of them */
	SW_PONG, /* rtt_us */
	SW_TRUNK, /* contact status changed: text = "AOR Reachable" */
	SW_AGENTS_BEGIN, /* the answer to a question (agents) begins */
	SW_AGENT, /* so it is now (agent); in an answer or unasked */
	SW_AGENT_GONE, /* it is there no more (agent); unasked */
	SW_AGENTS_END, /* that was all (agents): what was not told is gone */
	SW_AGENTS_REFUSED, /* it does not say (agents): text says why */
};

/* The questions. */
enum sw_agents {
	AGENTS_QUEUES, /* queues, their members and callers */
	AGENTS_ENDPOINTS, /* all; or those of sw_watch(), after a REFUSED */
	AGENTS_REGISTRATIONS, /* at other switches */
	AGENTS_N
};

enum sw_agent_kind {
	AGENT_QUEUE,
	AGENT_MEMBER,
	AGENT_CALLER, /* of a queue: name is his channel's id */
	AGENT_ENDPOINT,
	AGENT_REGISTRATION,
};

/* Texts are borrowed until the callback returns, as the switch gave them:
 * any bytes, of any length; "" unknown. */
struct sw_agent {
	enum sw_agent_kind kind;
	const char *name;
	const char *queue; /* of a member, of a caller */
	const char *interface; /* "PJSIP/anna"; registration: endpoint */
	const char *state; /* as in row_agent (shared/rows.h) */
	const char *detail;
	bool change; /* only its state is told, if it is known at all */
	uint32_t calls; /* member: taken; queue: waiting; caller: waiting
			 * in his queue now, 0 in an answer; endpoint: now */
	uint32_t wait_s; /* caller */
	int64_t last_call_s, paused_s; /* the switch's clock; 0 never */
	int wrapup_s; /* of a member, free only so long after a call */
};

/* stage of SW_STAGE, in the words of contrib/asterisk's UserEvents */
enum sw_stage {
	STAGE_UP,
	STAGE_AMD, /* text = HUMAN, MACHINE, NOTSURE, HANGUP; cause_text */
	STAGE_PLAYING,
	STAGE_WAIT,
	STAGE_KEY, /* key */
	STAGE_INVALID, /* key */
	STAGE_REPEAT,
	STAGE_CONNECT, /* key: on its way to the destination */
	STAGE_CONNECTED,
	STAGE_OPTOUT, /* key */
	STAGE_TIMEOUT,
	STAGE_MACHINE,
	STAGE_GOODBYE,
	STAGE_LEFT, /* destination left; text = queue or dial status */
	STAGE_HANGUP, /* cause, sip_code from the h extension; answers */
	STAGE_ANSWER, /* of a question: state, text; speech: cause_text score
		       */
	STAGE_GOAL, /* state */
	STAGE_BAD, /* the dialplan gave the flow up: text says why */
	STAGE_OTHER,
};

struct sw_event {
	enum sw_event_type type;
	struct sw *sw;
	const char *id; /* ChannelId (our UUID as text); NULL if none */
	const char *text; /* borrowed until the callback returns; may be NULL */
	const char *cause_text;
	enum sw_stage stage;
	const char *state; /* of the flow, SW_STAGE; NULL not given */
	const char *answers; /* STAGE_HANGUP: "q1=4 q2=12"; NULL */
	char key; /* '\0' if none */
	int cause; /* Q.850; -1 if not given */
	int sip_code; /* 0 if not known */
	int live_state; /* SW_LIVE: ChannelState, 6 = up */
	int live_seconds; /* SW_LIVE */
	int64_t rtt_us; /* SW_PONG */
	/*
	 * SW_UP: start time of the switch, seconds since the epoch; 0 unknown.
	 * Exact, the same after each reconnect, if the user may CoreStatus
	 * (write = reporting or system); else right to about 2 s.
	 */
	int64_t boot;
	int64_t mono_ns; /* when the bytes were read */
	/*
	 * Arrival by our clock less the switch's own time of the event: At of
	 * our dialplan's reports, which includes the wait in the switch's own
	 * queue, else Timestamp (manager.conf: timestampevents = yes), which
	 * does not.  Negative where its clock is ahead of ours.
	 */
	double lag_ms;
	bool lag_known; /* else the switch gave no time that makes sense */
	enum sw_agents agents; /* SW_AGENTS_* */
	const struct sw_agent *agent; /* SW_AGENT, SW_AGENT_GONE */
};

/*
 * Called from the loop's dispatch only, never from inside a sw_ function, and
 * must not call sw_free.
 *
 * SW_DOWN comes for each attempt that fails, too, so that text is always the
 * present reason; it may come many times between two SW_UP.  When the switch
 * shuts down gracefully SW_DOWN comes at its first refusal: sw_is_up is then
 * false and nothing new is taken, but the link stays and the events of living
 * calls go on until it ends; if the shutdown is called off SW_UP comes again
 * with the same boot.  Events of calls may also come shortly before SW_UP.
 */
typedef void sw_cb(void *arg, const struct sw_event *);

struct sw_originate {
	const char *id; /* ChannelId and ActionID */
	const char *channel; /* "PJSIP/13055550100@carrier" */
	const char *caller_id; /* number presented, digits or +digits */
	const char *context, *exten; /* of the dialplan; priority 1 */
	int timeout_s; /* ringing included */
	const char *const (*vars)[2]; /* name, value pairs */
	size_t nvars;
};

/* Starts connecting at once.  cfg is copied. */
struct sw *sw_new(
    struct event_base *, const struct sw_config *, sw_cb *, void *arg);
/* Log off politely and free.  No callback after this. */
void sw_free(struct sw *);
const char *sw_name(const struct sw *);
bool sw_is_up(const struct sw *);
/*
 * Hand one originate to the switch.  It is put in the output buffer in whole
 * or not at all, and sw_flush() writes, or the next of these when half of
 * SW_MAX_UNSENT waits.  Returns false, and nothing will be
 * sent, if the link is down, more than SW_MAX_UNSENT bytes wait, SW_MAX_OPEN
 * actions have no response yet, id is no UUID, or a value cannot be expressed
 * safely (control bytes, line over 1024 bytes, more than 128 headers, variable
 * name not [A-Za-z0-9_]); *why then says which, static text.
 */
#define SW_MAX_UNSENT (64 * 1024)
#define SW_MAX_OPEN   65536
bool sw_originate(struct sw *, const struct sw_originate *, const char **why);
/*
 * Push what sw_originate queued to the socket now (one write per turn).  If
 * that fails sw_is_up is false at once; SW_DOWN follows from the loop.
 */
void sw_flush(struct sw *);
/* Hang up by id; cause 0 = normal.  Written at once; nothing while down. */
void sw_hangup(struct sw *, const char *id, int cause);
/*
 * Ask which calls live: SW_LIVE for each channel, then SW_LIVE_END.  Nothing
 * while down.  If the switch refuses to tell, the link is given up (SW_DOWN
 * says why): SW_LIVE_END never stands for "I do not know".  A second call
 * before the end starts anew.
 */
void sw_resync(struct sw *);
/*
 * Devices ("PJSIP/carrier", copied) whose state is asked for one by one where
 * the switch does not list its endpoints; at most SW_WATCH.
 */
#define SW_WATCH 64
void sw_watch(struct sw *, const char *const *devices, size_t n);
/* Actions without a response yet, and seconds the oldest waits. */
int sw_unanswered(const struct sw *, double *oldest_s);

#endif
