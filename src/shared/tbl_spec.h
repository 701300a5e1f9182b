/* SPDX-License-Identifier: MIT */
/*
 * What `discador apply` reads, `show --conf` prints, the database columns are
 * called and the engine loads: one row per option.
 *
 * SPEC(kind, key, TYPE, "default", lo, hi, "what it is")
 *   TYPE  STR text (hi = longest)       INT integer       NUM number
 *         BOOL "true"/"false"           TIME "HH:MM" ("24:00" allowed)
 *         SPAN "", "none" or "HH:MM-HH:MM"
 *         DAYS "mon-fri", "mon,wed,sat-sun", "none"
 *         LIST array of strings         MAP group of integers
 *         LINES array of texts, hi bytes together (struct: one a line)
 * The member of struct m_<kind> has the same name (shared/model.h).
 * Every kind has a name (did: number) that is not listed here.
 */
#ifndef SPEC
#define SPEC(kind, key, type, def, lo, hi, doc)
#endif

SPEC(trunk, switch_name, STR, "", 0, 31, "switch it hangs on (key: switch)")
SPEC(trunk, channel, STR, "PJSIP/{number}@carrier", 1, 127,
    "Asterisk channel; {number} digits, {e164} with +")
SPEC(trunk, caller_id, STR, "{did}", 1, 63,
    "caller ID presented; {did} digits, {did_e164} with +")
SPEC(trunk, max_cps, NUM, "30.0", 0, 100000, "calls per second at most")
SPEC(trunk, max_channels, INT, "500", 0, 100000, "concurrent calls at most")
SPEC(trunk, weight, INT, "1", 1, 1000, "share among trunks of one priority")
SPEC(trunk, priority, INT, "1", 1, 100, "lower is tried first")
SPEC(trunk, min_cps, NUM, "1.0", 0, 100000,
    "capacity causes do not take its rate below this")
SPEC(trunk, enabled, BOOL, "true", 0, 0, "false: no calls over it")

SPEC(country, region, STR, "", 2, 2, "ISO 3166 region of its numbers")
SPEC(country, did_daily_cap, INT, "0", 0, 1000000,
    "uses of one DID per day; 0: no limit")
SPEC(country, cap_group, STR, "", 0, 31,
    "countries whose uses of a DID are summed; empty: its own")
SPEC(country, cap_zone, STR, "UTC", 1, 63, "zone in which the cap's day begins")
SPEC(country, cap_reset, TIME, "00:00", 0, 0, "when that day begins")
SPEC(country, call_from, TIME, "09:00", 0, 0, "local time calls may begin")
SPEC(country, call_to, TIME, "20:00", 0, 0, "local time ringing must be over")
SPEC(country, weekdays, DAYS, "mon-fri", 0, 0, "days on which calls may go out")
SPEC(country, saturday, SPAN, "", 0, 0, "other hours on Saturdays")
SPEC(country, sunday, SPAN, "", 0, 0, "other hours on Sundays")
SPEC(country, holidays, STR, "", 0, 511,
    "days without calls: 12-25 2026-04-03 easter-2 01-06>mon")
SPEC(country, states, STR, "", 0, 1023,
    "stricter hours by state: FL 08:00-20:00; TX sun 12:00-21:00; PA sun none")
SPEC(country, number_cap, INT, "0", 0, 1000,
    "calls to one number in 24 h, all campaigns together; 0: no limit")
SPEC(country, rotation, STR, "least_used", 1, 31,
    "least_used, weighted_score, highest_score or weighted_random")
SPEC(country, near, STR, "none", 1, 15,
    "prefer a DID of the called number's area or state: none, area, state")
SPEC(country, did_rest, INT, "86400", 0, 31622400,
    "seconds a DID rests that the sequential test finds bad; 0: never")
SPEC(country, consent_required, BOOL, "false", 0, 0,
    "true: only campaigns marked consented call there")
SPEC(country, context, STR, "", 0, 63, "its DTMF context")
SPEC(country, source, STR, "", 0, 255, "where the hours come from")
SPEC(country, as_of, STR, "", 0, 15, "when that was read")
SPEC(country, confidence, STR, "", 0, 15, "H primary, M secondary, L general")

SPEC(context, country, STR, "", 0, 31, "country it is the default of")
SPEC(context, connect_key, STR, "1", 1, 1, "key that connects")
SPEC(context, disconnect_key, STR, "9", 0, 1, "key that opts out")
SPEC(context, repeat_key, STR, "0", 0, 1, "key that repeats the prompt")
SPEC(context, menu_timeout, INT, "10", 1, 120, "seconds to wait for a key")
SPEC(context, retries, INT, "1", 0, 9, "repeats after no or a wrong key")
SPEC(context, prompt, STR, "", 0, 127, "sound that asks for the key")
SPEC(context, prompt_connect, STR, "", 0, 127, "sound before connecting")
SPEC(context, prompt_goodbye, STR, "", 0, 127, "sound after opting out")
SPEC(context, prompt_machine, STR, "", 0, 127, "sound for a machine")
SPEC(context, destination, STR, "queue:sales", 1, 127,
    "queue:NAME, exten:NUMBER@CONTEXT or dial:CHANNEL")
SPEC(context, ring_timeout, INT, "20", 1, 300,
    "seconds the destination may ring")
SPEC(context, amd, BOOL, "true", 0, 0, "detect answering machines first")
SPEC(context, amd_profile, STR, "", 0, 63,
    "how machines are detected; empty: as Asterisk does by itself")
SPEC(context, on_human, STR, "prompt", 1, 15, "prompt or connect")
SPEC(context, on_machine, STR, "hangup", 1, 15,
    "hangup, prompt, message or connect")
SPEC(context, on_unsure, STR, "prompt", 1, 15,
    "prompt, hangup, message or connect")
SPEC(context, states, LINES, "", 0, 4095,
    "its states, in place of the options above: NAME KIND OPTION=VALUE... "
    "EVENT>TARGET...")

SPEC(amd_profile, initial_silence, INT, "2500", 0, 60000,
    "ms of silence at first that make a machine")
SPEC(amd_profile, greeting, INT, "1500", 0, 60000,
    "ms of speech at most that are a human's greeting")
SPEC(amd_profile, after_greeting_silence, INT, "800", 0, 60000,
    "ms of silence after a greeting that make a human")
SPEC(amd_profile, total_analysis_time, INT, "5000", 100, 60000,
    "ms until it gives up: not sure")
SPEC(amd_profile, min_word_length, INT, "100", 0, 60000,
    "ms of voice that are a word")
SPEC(amd_profile, between_words_silence, INT, "50", 0, 60000,
    "ms of silence between words")
SPEC(amd_profile, maximum_number_of_words, INT, "3", 0, 1000,
    "words in the greeting that make a machine")
SPEC(amd_profile, silence_threshold, INT, "256", 0, 32767,
    "what is quieter is silence")
SPEC(amd_profile, maximum_word_length, INT, "5000", 0, 60000,
    "ms of a single utterance that make a machine")
SPEC(amd_profile, false_positive, NUM, "0", 0, 1,
    "share of humans it takes for machines, as measured: counted as abandoned")

SPEC(profile, max_cps, NUM, "30.0", 0, 100000, "highest rate")
SPEC(profile, initial_cps, NUM, "5.0", 0, 100000, "first rate")
SPEC(profile, ramp_up_step, NUM, "2.0", 0, 10000, "added per interval")
SPEC(profile, ramp_up_interval, INT, "10", 1, 3600, "seconds between steps")
SPEC(profile, max_concurrent_calls, INT, "500", 1, 100000, "calls at once")
SPEC(profile, emergency_brake_threshold, NUM, "0.1", 0, 1,
    "quality at which the brake is certain")
SPEC(profile, brake_cooldown, INT, "30", 1, 600,
    "seconds until the brake probes; doubles up to 600")
SPEC(profile, quality_threshold, NUM, "0.8", 0, 1,
    "quality that permits a step up")
SPEC(profile, quality_metric, STR, "ner", 3, 3, "ner or asr")
SPEC(profile, auto_adjust_cps, BOOL, "true", 0, 0, "ramp by itself")

SPEC(campaign, mode, STR, "broadcast", 1, 15, "broadcast")
SPEC(campaign, trunks, LIST, "", 0, 8, "trunks it may use")
SPEC(campaign, lists, LIST, "", 0, 8, "contact lists it calls")
SPEC(campaign, context, STR, "", 0, 63, "DTMF context; empty: the country's")
SPEC(campaign, profile, STR, "default", 1, 63, "performance profile")
SPEC(campaign, max_cps, NUM, "30.0", 0, 100000, "its calls per second at most")
SPEC(campaign, max_attempts, INT, "3", 1, 100, "attempts per contact")
SPEC(campaign, retry, MAP, "", 0, 31622400,
    "seconds until the next attempt per disposition; 0: never again")
SPEC(campaign, retry_max, MAP, "", 0, 100,
    "attempts at most after that disposition; 0: max_attempts")
SPEC(campaign, order, STR, "due", 1, 15,
    "due, new_first or retry_first: who goes first among those due")
SPEC(campaign, call_from, TIME, "00:00", 0, 0, "callee's local time, from")
SPEC(campaign, call_to, TIME, "24:00", 0, 0, "and to, inside the country's")
SPEC(campaign, weekdays, DAYS, "mon-sun", 0, 0, "inside the country's")
SPEC(campaign, dial_timeout, INT, "30", 5, 300, "seconds to ring")
SPEC(campaign, weight, INT, "1", 1, 1000, "share of the pace")
SPEC(campaign, consented, BOOL, "false", 0, 0,
    "its contacts asked to be called")

SPEC(alert_rule, statistic, STR, "", 1, 47,
    "scope.value: trunk.ner, campaign.brake, pool.used, switch.lag_ms ...")
SPEC(alert_rule, object, STR, "", 0, 63, "only this one; empty: each of them")
SPEC(alert_rule, test, STR, "above", 1, 7, "above or below")
SPEC(alert_rule, threshold, NUM, "0", -1e12, 1e12, "of the test")
SPEC(alert_rule, hysteresis, NUM, "0", 0, 1e12,
    "ends only so far on the good side of the threshold")
SPEC(alert_rule, hold, INT, "0", 0, 86400,
    "seconds it must last, and be over before it ends")
SPEC(alert_rule, severity, STR, "warning", 1, 11, "info, warning or critical")
SPEC(alert_rule, cause, STR, "", 0, 47,
    "rule that explains it: silent while that one is raised")
SPEC(alert_rule, message, STR, "", 0, 127,
    "for people; {object} {value} {percent} {threshold} {detail} filled in")
SPEC(alert_rule, enabled, BOOL, "true", 0, 0, "false: not looked at")

SPEC(did, country, STR, "", 0, 31, "country it belongs to; empty: from number")
SPEC(did, area, STR, "", 0, 15, "area code; empty: from number")
SPEC(did, state, STR, "active", 1, 15, "active or blocked")
SPEC(did, blocked_until, STR, "", 0, 31, "ISO time a block ends")
SPEC(did, block_reason, STR, "", 0, 127, "why it is blocked")
SPEC(did, weight, INT, "1", 1, 1000, "preference")
#undef SPEC
