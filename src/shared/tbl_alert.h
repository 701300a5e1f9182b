/* SPDX-License-Identifier: MIT */
/*
 * What a rule of kind alert_rule may look at: one row per statistic, fed by
 * the engine once a second for every object of its scope.
 *
 * ALERT_STATISTIC("scope.value", "what it is")
 *   object of a scope: engine, database ""; switch, trunk, campaign, country
 *   its name; helper "postgresql" (the private database), "discador-sshd";
 *   pool the cap group; did ""; context its name.
 *   A rate over too few calls is not fed: it raises nothing.
 */
#ifndef ALERT_STATISTIC
#define ALERT_STATISTIC(name, doc)
#endif

ALERT_STATISTIC("engine.cps_ratio",
    "calls per second of the last 10 s over their target; while that is > 1")
ALERT_STATISTIC("engine.brake", "1: the emergency brake is engaged")
ALERT_STATISTIC("engine.spool_unusable", "1: the spool cannot be written")
ALERT_STATISTIC("engine.spooled", "outcomes not yet in the database")
ALERT_STATISTIC("engine.late_events",
    "events of calls no longer known, since the start")
ALERT_STATISTIC("database.away", "1: not connected")
ALERT_STATISTIC("helper.down",
    "1: the engine is to keep it running, and it does not run")
ALERT_STATISTIC("switch.away", "1: not connected")
ALERT_STATISTIC("switch.lag_ms", "its events arrive so late")
ALERT_STATISTIC("switch.rtt_ms", "round trip of the last ping")
ALERT_STATISTIC("switch.unanswered_s",
    "age of the oldest action without a response")
ALERT_STATISTIC("trunk.brake", "1: its brake is engaged or probing")
ALERT_STATISTIC("trunk.resting", "1: it rests after faults")
ALERT_STATISTIC("trunk.unreachable", "1: the switch cannot reach it")
ALERT_STATISTIC("trunk.routes_off", "prefixes that it cannot reach")
ALERT_STATISTIC("trunk.asr", "answered share of the last 10 min")
ALERT_STATISTIC("trunk.ner", "network effectiveness ratio of the last 10 min")
ALERT_STATISTIC("trunk.capacity", "1: capacity causes have cut its rate")
ALERT_STATISTIC("trunk.congestion_share",
    "share of capacity causes in the last 10 min")
ALERT_STATISTIC("campaign.brake", "1: its brake is engaged or probing")
ALERT_STATISTIC("campaign.asr", "answered share of the last 10 min")
ALERT_STATISTIC(
    "campaign.ner", "network effectiveness ratio of the last 10 min")
ALERT_STATISTIC("campaign.abandonment",
    "abandoned share of what people answered in the last 10 min")
ALERT_STATISTIC("campaign.mute_s",
    "seconds without a call, with work to do and all gates open")
ALERT_STATISTIC("country.asr", "answered share of the last 10 min")
ALERT_STATISTIC(
    "country.ner", "network effectiveness ratio of the last 10 min")
ALERT_STATISTIC("country.short_share",
    "share of answered calls of at most 6 s, last 10 min")
ALERT_STATISTIC("pool.used", "share of today's uses of its caller IDs spent")
ALERT_STATISTIC("pool.capped", "1: all its caller IDs are at their cap")
ALERT_STATISTIC("pool.blocked_share", "share of its caller IDs blocked")
ALERT_STATISTIC("did.blocked_auto",
    "caller IDs that the sequential test took out today")
ALERT_STATISTIC("context.machine_keys",
    "share of a key's connections today that look like machines, at 95 % "
    "confidence at least; the worst key of the context")
#undef ALERT_STATISTIC
