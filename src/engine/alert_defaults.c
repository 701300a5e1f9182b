/* SPDX-License-Identifier: MIT */
/*
 * alert_defaults: the rules everybody has, and the statistics that rules may
 * look at.  Only rows: what they mean is alert.c's.  Where the engine's detail
 * is a whole sentence, the message is that.
 */
#include "engine/alert.h"

#include "shared/util.h"

const char *const alert_statistics[] = {
#define ALERT_STATISTIC(name, doc) name,
#include "shared/tbl_alert.h"
};
const size_t alert_nstatistics = nitems(alert_statistics);

#define RULE(n, ...)                                                           \
	{                                                                      \
		.name = n, .enabled = true, __VA_ARGS__                        \
	}
#define ABOVE(x) .test = "above", .threshold = (x)
#define BELOW(x) .test = "below", .threshold = (x)
#define YES      ABOVE(0) /* of a statistic that is 0 or 1, or a count */

const struct m_alert_rule alert_defaults[] = {
	RULE("brake", .statistic = "engine.brake", YES, .severity = "critical",
	    .message = "the emergency brake is engaged"),
	RULE("database", .statistic = "database.away", YES,
	    .severity = "critical", .message = "{detail}"),
	/* The link that breaks with it says the same, in its words. */
	RULE("helper-database", .statistic = "helper.down",
	    .object = "postgresql", YES, .severity = "critical",
	    .cause = "database", .message = "{detail}"),
	RULE("helper", .statistic = "helper.down", .object = "discador-sshd",
	    YES, .severity = "warning", .message = "{detail}"),
	RULE("spool", .statistic = "engine.spool_unusable", YES,
	    .severity = "critical", .message = "{detail}"),
	RULE("switch", .statistic = "switch.away", YES, .severity = "critical",
	    .message = "switch {object} is away"),
	RULE("ami-stop", .statistic = "switch.lag_ms", ABOVE(5000),
	    .hysteresis = 2500, .severity = "critical", .cause = "switch",
	    .message = "switch {object} tells its events {value} ms late: no "
		       "call leaves over it"),
	RULE("ami-lag", .statistic = "switch.lag_ms", ABOVE(1000),
	    .hysteresis = 500, .severity = "warning", .cause = "ami-stop",
	    .message = "switch {object} tells its events {value} ms late: its "
		       "pace is cut"),
	RULE("cps-low", .statistic = "engine.cps_ratio", BELOW(0.7),
	    .hysteresis = 0.1, .hold = 10, .severity = "warning",
	    .cause = "database", .message = "{detail}"),
	RULE("did-capped", .statistic = "pool.capped", YES,
	    .severity = "critical", .message = "{detail}"),
	RULE("did-near-cap", .statistic = "pool.used", ABOVE(0.9),
	    .hysteresis = 0.02, .severity = "warning", .cause = "did-capped",
	    .message = "{detail}"),
	RULE("trunk-brake", .statistic = "trunk.brake", YES,
	    .severity = "critical", .cause = "switch",
	    .message = "trunk {object} is braked"),
	RULE("trunk-unreachable", .statistic = "trunk.unreachable", YES,
	    .severity = "warning", .cause = "switch",
	    .message = "trunk {object} cannot be reached by its switch"),
	RULE("trunk-resting", .statistic = "trunk.resting", YES,
	    .severity = "warning", .cause = "trunk-unreachable",
	    .message = "trunk {object} rests after faults"),
	RULE("route-off", .statistic = "trunk.routes_off", YES,
	    .severity = "warning",
	    .message = "trunk {object} cannot reach {value} prefixes"),
	RULE("campaign-brake", .statistic = "campaign.brake", YES,
	    .severity = "critical", .cause = "trunk-brake",
	    .message = "campaign {object} is braked"),
	RULE("abandonment", .statistic = "campaign.abandonment", ABOVE(0.03),
	    .hysteresis = 0.002, .hold = 60, .severity = "warning",
	    .message = "campaign {object}: {percent} % of the people who "
		       "answered were abandoned"),
	/* KEYS_SHARE; hysteresis as its words have it (keys_judge.c) */
	RULE("machine-keys", .statistic = "context.machine_keys", ABOVE(0.10),
	    .hysteresis = 0.02, .hold = 60, .severity = "warning",
	    .message = "{detail}"),
	RULE("mute", .statistic = "campaign.mute_s", ABOVE(60),
	    .severity = "warning", .cause = "database",
	    .message = "campaign {object}: no call for {value} s, with work "
		       "to do and all gates open"),
};
const size_t alert_ndefaults = nitems(alert_defaults);
