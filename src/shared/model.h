/* SPDX-License-Identifier: MIT */
/*
 * model: the things discador knows, as plain structs, and the words for
 * their states.  Filled by shared/spec (files, JSON), read by the engine.
 */
#ifndef SHARED_MODEL_H
#define SHARED_MODEL_H

#include <stdbool.h>
#include <stdint.h>

enum call_state {
#define CALL_STATE(n, w) CALL_##n,
#include "shared/tbl_call.h"
	CALL_NSTATE
};
enum disposition {
#define DISPOSITION(n, w, f, r) DISP_##n,
#include "shared/tbl_call.h"
	DISP_NKIND
};
const char *call_state_word(enum call_state);
/* -1 if the word is none. */
int call_state_parse(const char *);
const char *disposition_word(enum disposition);
int disposition_parse(const char *);
/* The contact is not called again after this one. */
bool disposition_final(enum disposition);
/* Default pause in seconds before the next attempt. */
int disposition_retry_s(enum disposition);

#define MODEL_NAME   64 /* names of objects, with the NUL */
#define MODEL_E164   20 /* "+", at most 15 digits, NUL, rounded up */
#define MODEL_ZONE   256 /* "America/Chicago,America/New_York" */
#define MODEL_LIST   8 /* trunks or lists of one campaign */
#define MODEL_STATES 4096 /* texts of a context's states, with the NUL */

/* Members are named as in shared/tbl_spec.h; texts always terminated. */
struct m_trunk {
	int64_t id;
	char name[MODEL_NAME];
	char switch_name[32];
	char channel[128];
	char caller_id[64];
	double max_cps;
	int64_t max_channels, weight, priority;
	double min_cps;
	bool enabled;
};

struct m_country {
	int64_t id;
	char name[32];
	char region[4];
	int64_t did_daily_cap;
	char cap_group[32]; /* as configured; empty: name */
	char cap_zone[64];
	char cap_reset[8], call_from[8], call_to[8];
	char weekdays[32];
	char saturday[12], sunday[12];
	char holidays[512], states[1024];
	int64_t number_cap;
	char rotation[32], near[16];
	int64_t did_rest;
	bool consent_required;
	char context[MODEL_NAME];
	char source[256], as_of[16], confidence[16];
};

struct m_context {
	int64_t id;
	char name[MODEL_NAME];
	char country[32];
	char connect_key[2], disconnect_key[2], repeat_key[2];
	int64_t menu_timeout, retries;
	char prompt[128], prompt_connect[128], prompt_goodbye[128];
	char prompt_machine[128];
	char destination[128];
	int64_t ring_timeout;
	bool amd;
	char amd_profile[MODEL_NAME];
	char on_human[16], on_machine[16], on_unsure[16];
	/*
	 * Not empty: the texts of its states (shared/flow.h), one a line, and
	 * the options above, but country and name, mean nothing.
	 */
	char states[MODEL_STATES];
	int64_t version; /* grows with every change; 0: not from the database */
};

/* Arguments of Asterisk's AMD(), ms but where it says otherwise. */
struct m_amd_profile {
	int64_t id;
	char name[MODEL_NAME];
	int64_t initial_silence, greeting, after_greeting_silence;
	int64_t total_analysis_time, min_word_length, between_words_silence;
	int64_t maximum_number_of_words; /* words */
	int64_t silence_threshold; /* 0 to 32767, of the samples */
	int64_t maximum_word_length;
	/*
	 * Share of the humans that it takes for machines, as measured: counted
	 * as abandoned.
	 */
	double false_positive;
};

/* What a called person answered to one question of a flow. */
struct call_answer {
	char question[16]; /* name of the state */
	char answer[24]; /* key, digits or word */
	int score; /* of speech, 0 to 1000; -1 none */
	int ms; /* from the answer of the call; -1 not known */
};
#define MODEL_ANSWERS 48 /* of one call: as many as a flow has states */

struct m_profile {
	int64_t id;
	char name[MODEL_NAME];
	double max_cps, initial_cps, ramp_up_step;
	int64_t ramp_up_interval, max_concurrent_calls;
	double emergency_brake_threshold, quality_threshold;
	int64_t brake_cooldown;
	char quality_metric[4];
	bool auto_adjust_cps;
};

struct m_list {
	int n;
	char v[MODEL_LIST][MODEL_NAME];
};

struct m_campaign {
	int64_t id;
	char name[MODEL_NAME];
	char state[16]; /* running paused stopped: set by command only */
	char mode[16];
	struct m_list trunks, lists;
	char context[MODEL_NAME], profile[MODEL_NAME];
	double max_cps;
	int64_t max_attempts;
	int64_t retry[DISP_NKIND]; /* seconds; -1: the default of the table */
	int64_t retry_max[DISP_NKIND]; /* attempts; <= 0: max_attempts */
	char order[16];
	char call_from[8], call_to[8], weekdays[32];
	int64_t dial_timeout, weight;
	bool consented;
};

struct m_alert_rule {
	int64_t id;
	char name[MODEL_NAME];
	char statistic[48], object[MODEL_NAME];
	char test[8];
	double threshold, hysteresis;
	int64_t hold;
	char severity[12];
	char cause[48];
	char message[128];
	bool enabled;
};

struct m_did {
	int64_t id;
	char number[MODEL_E164];
	char country[32];
	char area[16];
	char state[16];
	char blocked_until[32];
	char block_reason[128];
	int64_t weight;
};

#endif
