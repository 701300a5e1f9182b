/* SPDX-License-Identifier: MIT */
/*
 * bench_engine: the real engine, its driver's order of things (journal line,
 * then bytes, once) and the real AMI client, flat out against amisim, with the
 * database left out: claims and arms are answered from memory.  What is left
 * is the price of tracking, pacing, rotation, gates and the journal.
 *
 *   bench_engine --port N [--seconds S] [--window W] [--dids N] [--no-journal]
 *
 * Prints one JSON object like bench_sender.
 */
#include <getopt.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "daemon/spool.h"
#include "db/calls.h"
#include "engine/context.h"
#include "engine/engine.h"
#include "net/switch.h"
#include "shared/log.h"
#include "shared/tz.h"

#define BATCH 64

static struct engine *engine;
static struct sw *sw;
static uint64_t sent, ended;
static int64_t contact;
static bool up;

static void
on_switch(void *arg, const struct sw_event *s)
{
	static const int map[] = { [SW_ACCEPTED] = EV_ACCEPTED,
		[SW_REFUSED] = EV_REFUSED,
		[SW_RINGING] = EV_RINGING,
		[SW_ANSWERED] = EV_ANSWERED,
		[SW_FAILED] = EV_FAILED,
		[SW_CONNECTED] = EV_CONNECTED,
		[SW_DTMF] = EV_DTMF,
		[SW_HANGUP] = EV_HANGUP };
	static const int stages[] = { [STAGE_UP] = EV_ANSWERED,
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
		[STAGE_OTHER] = EV_OTHER };
	struct now *now = arg;
	struct engine_event ev = { .id = s->id,
		.text = s->text,
		.cause_text = s->cause_text,
		.cause = s->cause,
		.sip_code = s->sip_code,
		.key = s->key,
		.state = s->state,
		.answers = s->answers };

	switch (s->type) {
	case SW_UP:
		up = true;
		engine_switch_up(engine, 0, s->boot, now);
		return;
	case SW_DOWN:
		up = false;
		engine_switch_down(engine, 0, s->text, now);
		return;
	case SW_LIVE_END:
		engine_switch_live_end(engine, 0, now);
		return;
	case SW_STAGE:
		ev.type = (enum engine_event_type)stages[s->stage];
		if (s->stage == STAGE_HANGUP)
			ev.result = s->text;
		break;
	case SW_ACCEPTED:
	case SW_REFUSED:
	case SW_RINGING:
	case SW_ANSWERED:
	case SW_FAILED:
	case SW_CONNECTED:
	case SW_DTMF:
	case SW_HANGUP:
		ev.type = (enum engine_event_type)map[s->type];
		break;
	default:
		return;
	}
	engine_event(engine, 0, &ev, now);
}

static void
setup(int ndids, const struct now *now)
{
	struct engine_config cfg = { .node = "bench",
		.timezone = "UTC",
		.version = VERSION,
		.seed = 1,
		.zone = tz_get,
		.armed_s = 0.02 };
	struct engine_switch s = {
		.name = "sw1", .max_cps = 100000, .max_channels = 1000000
	};
	struct m_trunk t = { .id = 1,
		.name = "t1",
		.switch_name = "sw1",
		.channel = "PJSIP/{number}@carrier",
		.caller_id = "{did}",
		.max_cps = 100000,
		.min_cps = 100000,
		.max_channels = 1000000,
		.weight = 1,
		.priority = 1,
		.enabled = true };
	struct m_country k = { .id = 1,
		.name = "brasil",
		.region = "BR",
		.cap_zone = "UTC",
		.cap_reset = "00:00",
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun" };
	struct m_context x = { .id = 1,
		.name = "brasil",
		.country = "brasil",
		.connect_key = "1",
		.disconnect_key = "9",
		.repeat_key = "0",
		.menu_timeout = 10,
		.destination = "queue:sales",
		.ring_timeout = 20,
		.on_machine = "hangup" };
	struct m_profile p = { .id = 1,
		.name = "flat",
		.max_cps = 100000,
		.max_concurrent_calls = 100000,
		.ramp_up_interval = 10 };
	struct m_campaign c = { .id = 1,
		.name = "c1",
		.state = "running",
		.profile = "flat",
		.max_cps = 100000,
		.max_attempts = 1,
		.call_from = "00:00",
		.call_to = "24:00",
		.weekdays = "mon-sun",
		.dial_timeout = 20,
		.weight = 1 };
	struct engine_objects o = { .trunks = &t,
		.countries = &k,
		.contexts = &x,
		.profiles = &p,
		.campaigns = &c,
		.ntrunks = 1,
		.ncountries = 1,
		.ncontexts = 1,
		.nprofiles = 1,
		.ncampaigns = 1 };
	char number[MODEL_E164];

	for (int i = 0; i < DISP_NKIND; i++)
		c.retry[i] = -1;
	c.trunks.n = 1;
	str_copy(c.trunks.v[0], sizeof(c.trunks.v[0]), "t1");
	engine = engine_new(&cfg, now);
	engine_switches(engine, &s, 1);
	engine_objects(engine, &o, now);
	engine_dids_begin(engine);
	for (int i = 0; i < ndids; i++) {
		str_format(number, sizeof(number), "+5511%08d", i);
		engine_did(
		    engine, i + 1, number, "brasil", "11", 1, 0, "", now);
	}
	engine_dids_end(engine);
	engine_tally_begin(engine);
	engine_tally(engine, 1, "brasil", "America/Sao_Paulo", 1LL << 40, 0);
	engine_tally_end(engine, now);
	engine_db(engine, true, "", now);
	engine_cps(engine, 100000);
}

/* What PostgreSQL would say, at once. */
static void
answer(const struct action *a, const struct now *now)
{
	struct engine_contact *v;
	char(*numbers)[MODEL_E164];

	switch (a->type) {
	case ACT_CLAIM:
		v = xcalloc((size_t)a->limit, sizeof(*v));
		numbers = xcalloc((size_t)a->limit, sizeof(*numbers));
		for (int i = 0; i < a->limit; i++) {
			contact++;
			str_format(numbers[i], MODEL_E164, "+55119%08d",
			    (int)(contact % 100000000));
			v[i] = (struct engine_contact){ contact, numbers[i],
				"brasil", "America/Sao_Paulo", 0, 0 };
		}
		engine_claimed(engine, 1, true, v, (size_t)a->limit, now);
		free(v);
		free(numbers);
		break;
	case ACT_ARM:
		for (size_t i = 0; i < a->n; i++) {
			struct uuid id = a->calls[i]->id;

			engine_armed(engine, &id, EARM_OK, 1, 0, now);
		}
		break;
	case ACT_DNC_TEST:
		engine_dnc_tested(engine, true);
		break;
	case ACT_RESYNC:
		sw_resync(sw);
		break;
	default:
		break;
	}
}

static void
line(struct buf *b, const struct engine_record *r)
{
	const struct call *c = r->call;
	struct calls_record rec = { .id = c->id,
		.armed_ms = c->armed_ms,
		.state = (enum call_state)c->state,
		.disposition = (enum disposition)c->disposition,
		.cause = c->o.cause,
		.sip_code = -1,
		.trunk = "t1",
		.sent_ms = c->sent_ms,
		.ringing_ms = c->ringing_ms,
		.answered_ms = c->answered_ms,
		.ended_ms = c->ended_ms,
		.setup_ms = c->setup_ms,
		.context = c->context[0] ? c->context : NULL,
		.context_version = c->context_version,
		.amd_ms = c->amd_ms,
		.key_ms = c->key_ms,
		.key_early = c->key_early,
		.keys_invalid = c->keys_invalid,
		.answers = c->answers,
		.nanswers = c->nanswers,
		.cps_at_call = c->cps_at_call,
		.contact_state = r->contact_state,
		.due_ms = r->due_ms };

	calls_record_json(b, &rec);
}

static void
journal(struct spool *sp, struct buf *b)
{
	const char *l;
	size_t n;
	uint64_t token;

	if (sp == NULL || b->len == 0)
		return;
	if (!spool_append(sp, b->p, b->len))
		exit(1);
	while (spool_next(sp, SIZE_MAX, &l, &n, &token))
		spool_confirm(sp, token);
}

static void
dial(struct spool *sp, struct buf *b, size_t window)
{
	struct call *v[BATCH];
	struct now now = now_read();
	int64_t wake;
	size_t n;

	if (engine_in_flight(engine) + BATCH > window)
		return;
	n = engine_dial(engine, v, BATCH, &now, &wake);
	if (n == 0)
		return;
	buf_reset(b);
	for (size_t i = 0; i < n; i++)
		line(b, &(struct engine_record){ .call = v[i] });
	journal(sp, b);
	for (size_t i = 0; i < n; i++) {
		struct engine_originate o;
		struct context_vars vars;
		const char *why;
		struct sw_originate s;

		engine_originate(engine, v[i], &o);
		context_vars(&vars, o.context, v[i]->id_text, v[i]->number,
		    "c1", "brasil");
		s = (struct sw_originate){ .id = v[i]->id_text,
			.channel = o.channel,
			.caller_id = o.caller_id,
			.context = CONTEXT_DIALPLAN,
			.exten = CONTEXT_EXTEN,
			.timeout_s = o.timeout_s,
			.vars = (const char *const(*)[2])vars.v,
			.nvars = vars.n };
		if (!sw_originate(sw, &s, &why))
			engine_not_sent(engine, v[i], why, &now);
	}
	sw_flush(sw);
	engine_sent(engine, v, n, now_read().mono_ns);
	sent += n;
}

int
main(int argc, char **argv)
{
	static const struct option opts[] = { { "port", 1, NULL, 'p' },
		{ "seconds", 1, NULL, 's' }, { "window", 1, NULL, 'w' },
		{ "dids", 1, NULL, 'd' }, { "no-journal", 0, NULL, 'j' },
		{ NULL, 0, NULL, 0 } };
	struct sw_config cfg = { .name = "sw1",
		.host = "127.0.0.1",
		.user = "bench",
		.secret = "x" };
	int64_t seconds = 5, window = 1000, dids = 20000, port = 0;
	struct event_config *ec = event_config_new();
	struct now now = now_read(), begin = { 0 };
	struct buf b = BUF_INIT, err = BUF_INIT;
	char dir[] = "/tmp/dscspool.XXXXXX";
	struct spool *sp = NULL;
	bool with_journal = true;
	struct engine_record r;
	struct event_base *base;
	struct rusage u0 = { 0 }, u1;
	struct action act;
	int c;

	while ((c = getopt_long(argc, argv, "", opts, NULL)) != -1)
		if (c == 'j')
			with_journal = false;
		else if (c == '?' || !str_int64(optarg, 1, 10000000,
					 c == 'p'   ? &port
					 : c == 's' ? &seconds
					 : c == 'w' ? &window
						    : &dids))
			return 2;
	log_open("bench", LOG_LVL_ERROR);
	event_config_set_flag(ec, EVENT_BASE_FLAG_PRECISE_TIMER);
	base = event_base_new_with_config(ec);
	event_config_free(ec);
	if (with_journal &&
	    (mkdtemp(dir) == NULL ||
		(sp = spool_open(dir, "bench", &err)) == NULL)) {
		fprintf(stderr, "%s\n", buf_cstr(&err));
		return 1;
	}
	setup((int)dids, &now);
	cfg.port = (int)port;
	sw = sw_new(base, &cfg, on_switch, &now);
	for (int64_t tick = 0;;) {
		event_base_loop(base, EVLOOP_NONBLOCK);
		now = now_read();
		if (now.mono_ns >= tick) {
			engine_tick(engine, &now);
			tick = now.mono_ns + 2 * NS_PER_MS;
		}
		while (engine_action(engine, &act)) {
			answer(&act, &now);
			action_clear(&act);
		}
		dial(sp, &b, (size_t)window);
		buf_reset(&b);
		while (engine_record(engine, false, &r, &now)) {
			line(&b, &r);
			ended += r.contact_state != NULL;
			engine_recorded(engine, r.call);
		}
		journal(sp, &b);
		if (begin.mono_ns == 0 && sent > 0) {
			begin = now;
			getrusage(RUSAGE_SELF, &u0);
		}
		if (begin.mono_ns != 0 &&
		    now.mono_ns - begin.mono_ns > seconds * NS_PER_S)
			break;
	}
	getrusage(RUSAGE_SELF, &u1);
	printf("{\"sent\":%llu,\"rate\":%.1f,\"elapsed_s\":%.3f,"
	       "\"cpu_ms_per_1000\":%.3f,\"rss_mb\":%.1f}\n",
	    (unsigned long long)ended,
	    (double)ended / ((double)(now.mono_ns - begin.mono_ns) / 1e9),
	    (double)(now.mono_ns - begin.mono_ns) / 1e9,
	    ((double)(u1.ru_utime.tv_sec - u0.ru_utime.tv_sec +
		      u1.ru_stime.tv_sec - u0.ru_stime.tv_sec) *
		    1e3 +
		(double)(u1.ru_utime.tv_usec - u0.ru_utime.tv_usec +
			 u1.ru_stime.tv_usec - u0.ru_stime.tv_usec) /
		    1e3) /
		((double)ended / 1000),
	    (double)u1.ru_maxrss / 1024);
	sw_free(sw);
	engine_free(engine);
	spool_close(sp);
	event_base_free(base);
	buf_clear(&b);
	buf_clear(&err);
	if (with_journal) {
		char cmd[64];

		str_format(cmd, sizeof(cmd), "rm -rf %s", dir);
		return system(cmd) != 0;
	}
	return 0;
}
